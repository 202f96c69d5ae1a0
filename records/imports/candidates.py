"""Reads an office's list of places where a pano could stand: points, with a name and a cost where known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pandas as pd

from geo.cells import CellError, read_cell
from geo.errors import DataFolderError
from geo.schema import MAX_MONEY_VND, Column, Table
from geo.text import Words
from geo.workspace import Workspace
from records.imports.coordinates import Locator, Numbers, read_coordinate, read_point
from records.imports.findings import Doubt, Notes, worded
from records.imports.headings import Header, find_header
from records.imports.process import read_sheets
from records.imports.sheets import Unreadable
from records.imports.values import is_blank_word, put_right

_ID, _NAME, _COST = (
    Column("id", "id"),
    Column("name"),
    Column("cost_vnd", "integer", high=MAX_MONEY_VND),
)
_LAT, _LON = Column("lat", "latitude", low=-90, high=90), Column("lon", "longitude", low=-180, high=180)
_TABLE = Table("candidates", "", (_ID, _NAME, _LAT, _LON, _COST))
_PAIRS = (("lat", "lon"), ("northing", "easting"), ("x", "y"))


def read_candidates(content: bytes, name: str, *, context: Workspace, lang: str = "vi") -> pd.DataFrame:
    """Read the places of a file: CSV, a workbook, GeoJSON, KML, GeoPackage or a zipped shapefile.

    Parameters
    ----------
    content : bytes
        What is in the file, read in a process of its own.
    name : str
        How the file is called in faults.
    context : Workspace
        The data that tell where a point written in metres, or the wrong way round, must lie.
    lang : {"vi", "en"}
        Language of the faults.

    Returns
    -------
    DataFrame
        The columns of `geo.siting.CANDIDATE_COLUMNS`, indexed by id, or by the row as a person sees it
        where that is blank; a place without a name is labelled by the same.

    Raises
    ------
    DataFolderError
        If a row has no point or a cell that can't be read: all faults in one go.
    """
    words, notes = Words(lang), Notes(_TABLE, {})
    try:
        sheet, header = find_header(read_sheets(content), _TABLE)
    except Unreadable as unreadable:
        notes.refuse(unreadable.code, None, None, **unreadable.details)
        raise _refusal(name, notes, words, {}) from None
    locator = Locator(context.communes["2023"])
    places = [
        _place(row, cells, header, locator, notes, words) for row, cells in sheet.rows if row > header.row
    ]
    first: dict[object, object] = {}
    for place in places:
        if (row := first.setdefault(place["id"], place["row"])) != place["row"]:
            notes.refuse("duplicate_id", place["row"], "id", str(place["id"]), first=str(row))
    if notes.log.findings:
        raise _refusal(name, notes, words, {key: one.heading for key, one in header.columns.items()})
    table = pd.DataFrame(places, columns=["id", "label", "lat", "lon", "cost_vnd", "row"])
    return table.set_index("id").drop(columns="row")


def _refusal(name: str, notes: Notes, words: Words, headings: dict[str, str]) -> DataFolderError:
    faults = worded(notes.log, words, filename=name, headings=headings)
    return DataFolderError(words("sites.refused", path=name, n=len(faults)), faults)


def _place(
    row: int, cells: Sequence[str], header: Header, locator: Locator, notes: Notes, words: Words
) -> dict[str, object]:
    def cell(name: str) -> str:
        place = header.columns.get(name)
        text = cells[place.index] if place and place.index < len(cells) else ""
        return "" if is_blank_word(text) else text

    lat = lon = np.nan
    cost: object = np.nan
    try:
        lat, lon = _point(cell, locator, words)
    except (Doubt, CellError) as error:
        # Which of two readings is meant can't be asked here: the file must say.
        code = error.code if isinstance(error, CellError) else "not_a_point"
        notes.refuse(code, row, "lat", ", ".join(filter(None, map(cell, ("lat", "lon")))))
    if text := cell("cost_vnd"):
        try:
            unit = header.columns["cost_vnd"].unit
            cost = float(read_cell(put_right(text, _COST, _TABLE, words, unit=unit).text, _COST))
        except (Doubt, CellError) as error:
            code = error.code if isinstance(error, CellError) else "not_a_number"
            notes.refuse(code, row, "cost_vnd", text, **getattr(error, "details", {}))
    id_ = cell("id") or str(row)
    return {"id": id_, "label": cell("name") or id_, "lat": lat, "lon": lon, "cost_vnd": cost, "row": row}


def _point(cell: Callable[[str], str], locator: Locator, words: Words) -> tuple[float, float]:
    """Return latitude and longitude of a row, from whichever columns tell them."""
    for name in ("geometry", "point"):
        if text := cell(name):
            return _degrees(*read_point(text), locator, words)
    for first, second in _PAIRS:
        if cell(first) and cell(second):
            one, other = read_coordinate(cell(first)), read_coordinate(cell(second))
            return _degrees(one, other, locator, words)
    raise CellError("not_a_point")


def _degrees(one: Numbers, other: Numbers, locator: Locator, words: Words) -> tuple[float, float]:
    """Return what two numbers mean: degrees as they stand, or what lies in the district."""
    for lat, lon in product(one, other):
        if lat <= 90 and lon <= 180:
            return float(lat), float(lon)
    lat, lon, _ = locator.locate(one, other, words)
    return float(lat), float(lon)
