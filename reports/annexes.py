"""What is attached to a report: the printed map, and photos before and after where someone holds them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image

from geo.coverage import Coverage
from geo.scene import view
from geo.sheet import map_pdf, sheet_pdf, sheet_png
from geo.text import Words
from geo.workspace import Workspace
from records.photo_pairs import photo_pairs
from records.photos import small
from records.store import Store
from reports.headline import headlines
from reports.report_text import day
from reports.results import Results

MAP_DPI = 200
"""Fine enough for the smallest type of the map on A4."""
MAP_COLOURS = 256
MOST_PAIRS = 12
"""Pairs of photos in a report."""


@dataclass(frozen=True)
class PhotoPair:
    """Two photos of one work order.

    Attributes
    ----------
    title : str
        What was done, and on which pano.
    before, after : bytes or None
        Content of the pictures, JPEG or PNG; None for one whose file is lost or damaged.
    before_on, after_on : datetime.date or None
        When they were taken.
    """

    title: str
    before: bytes | None
    after: bytes | None
    before_on: date | None
    after_on: date | None

    def captions(self, words: Words) -> tuple[str, str]:
        """Return what stands below each of the two."""
        return _caption("before", self.before_on, words), _caption("after", self.after_on, words)


def _caption(name: str, taken_on: date | None, words: Words) -> str:
    label = words(f"report.annex.{name}")
    if taken_on is None:
        return label
    return words("report.annex.photo_day", label=label, date=day(taken_on, words))


def photos_of(
    store: Store, workspace: Workspace, words: Words, *, version: int | None = None
) -> list[PhotoPair]:
    """Return the photos before and after of what is done, the last `MOST_PAIRS` of them.

    Parameters
    ----------
    store : Store
        Holds the photos.
    workspace : Workspace
        Its tables, as they are or were.
    words : Words
        The language of the titles.
    version : int, optional
        Number of the last change that counts; the newest, if none is given.
    """
    with store.reading() as connection:
        pairs = photo_pairs(connection, workspace, most=MOST_PAIRS, version=version)
    photos = []
    for pair in pairs:
        work = workspace.works.loc[pair.work_id]
        kind, pano = words(f"terms.work_kind.{work['kind']}"), workspace.panos.at[work["pano_id"], "name"]
        title = words("report.work.named", work=kind, pano=pano)
        before, after = (_kept(one, store.var) for one in (pair.before, pair.after))
        photos.append(PhotoPair(title, before, after, pair.before_on, pair.after_on))
    return photos


def _kept(photo_hash: str, var: Path) -> bytes | None:
    """Return a kept photo, small; None if its file is lost or damaged."""
    try:
        return sound(small(photo_hash, var).read_bytes())
    except (OSError, SyntaxError):
        return None


def sound(content: bytes) -> bytes | None:
    """Return the content of a photo; None if it is not one that every form can show."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            image.load()
    except (OSError, SyntaxError):
        return None
    return content


def map_sheet(
    found: Results, words: Words, *, size: str = "A3", reach: Coverage | None = None, **filters: Any
) -> bytes:
    """Return the printed map as a PDF of one page.

    Parameters
    ----------
    found : Results
        All figures.
    words : Words
        The language.
    size : {"A3", "A4"}
        The paper.
    reach : Coverage, optional
        The reach that is shown, where it is that of some channels only.
    **filters
        What is left out, as `geo.scene.view` takes it.

    Raises
    ------
    ArgumentError
        If the size is not known.
    """
    reach = found.reach if reach is None else reach
    workspace = found.workspace
    shown = view(
        workspace, reach, found.statuses, lang=words.lang, data_date=workspace.recorded_until, **filters
    )
    figures = headlines(found, words, reach=reach, commune=shown["commune"])
    return sheet_pdf(workspace, reach, shown, figures, size=size)


def bare_map(found: Results, words: Words, sides_mm: tuple[float, float]) -> bytes:
    """Return the map alone as a PDF of a width and a height, without what the panels of a sheet say."""
    workspace = found.workspace
    shown = view(workspace, found.reach, found.statuses, lang=words.lang)
    return map_pdf(workspace, found.reach, shown, sides_mm=sides_mm)


def map_picture(sheet: bytes) -> bytes:
    """Return a printed map as a picture, PNG, of so few colours that it can be sent by mail."""
    with Image.open(io.BytesIO(sheet_png(sheet, dpi=MAP_DPI))) as image:
        return _png(image.convert("RGB").quantize(MAP_COLOURS, dither=Image.Dither.NONE))


def upright(picture: bytes) -> bytes:
    """Return a picture turned so that it fills an upright page; one that is upright stays as it is."""
    with Image.open(io.BytesIO(picture)) as image:
        if image.width <= image.height:
            return picture
        return _png(image.transpose(Image.Transpose.ROTATE_90))


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()
