"""One file that keeps a snapshot: its data, report and map, and what is needed to make them again offline."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO, Any

from geo.errors import WordedError
from geo.faults import FaultLog
from geo.folder import read_contents, read_files
from geo.networkfile import NETWORK_FILES
from geo.scene import scene, view
from geo.schema import TABLES, is_plan
from geo.terms import UNITS
from geo.text import LANGUAGES, Words
from geo.version import VERSION
from geo.webmap import standalone_html
from geo.workspace import Workspace
from reports.annexes import PhotoPair, map_sheet, sound
from reports.office_file import write_entry
from reports.report import ENDINGS, Report
from reports.report_word import OFFICE_TEMPLATE, template_of
from reports.results import Results, results

KIND, FORMAT = "outreach-archive", 1
MANIFEST, DATA, PHOTOS, README = "snapshot.json", "data", "photos", "README.txt"
MAP_SHEET, MAP_PAGE = "map-A3.pdf", "map.html"
MADE = (MAP_SHEET, MAP_PAGE, *(f"report{ending}" for ending in ENDINGS))
"""What is made of the data, by its name in the archive."""
MINUTES = f"minutes{ENDINGS[0]}"
BASEMAP_ENDINGS = (".geojson", ".json")
"""Files of ``basemap/`` that are kept; archives of tiles are named only, they can be gigabytes."""
MOST_BYTES, MOST_MANIFEST_BYTES = 500_000_000, 10_000_000
"""Largest content that is unpacked, and largest manifest."""
_DATA_FILES = {one.file for one in TABLES} | {*NETWORK_FILES, OFFICE_TEMPLATE}
_PLAIN = re.compile(r"\w[\w .()-]{0,80}")
"""Names that every system can write."""
_PHOTO = re.compile(rf"{PHOTOS}/[0-9a-f]{{64}}\.jpg")
_CODED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing that an archive has."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, RuntimeError)
"""What reading a ZIP or a manifest that is none ends in."""
_CHUNK = 1 << 20


class ArchiveRefused(WordedError):
    """A file is no archive of ours, or not whole.

    Parameters
    ----------
    code : {"not_one", "newer", "changed", "too_large", "not_empty", "data"}
        Key of its text under ``archive.refused``.
    **values
        What the text's placeholders stand for.
    """

    texts = "archive.refused"


@dataclass(frozen=True)
class Unpacked:
    """What an archive held, and whether it could be made again.

    Attributes
    ----------
    on : date
    units : str
    checksum : str
        As the archive says.
    differing : tuple of str
        Names of figures that come out otherwise now; empty if all are the same.
    """

    on: date
    units: str
    checksum: str
    differing: tuple[str, ...]


def archive(
    workspace: Workspace,
    contents: Mapping[str, bytes],
    words: Words,
    *,
    on: date,
    units: str,
    photos: Iterable[Mapping[str, object]] = (),
    pairs: Sequence[PhotoPair] = (),
    minutes: bytes | None = None,
    tell: Callable[[str], None] = lambda name: None,
) -> bytes:
    """Return an archive as the content of a file.

    Parameters
    ----------
    workspace : Workspace
        The data.
    contents : mapping of str to bytes
        Files of its data folder by name, such as `folder_files` gives.
    words : Words
        Language of what is made of the data.
    on : datetime.date
        The date.
    units : {"2023", "2025"}
        The set of units.
    photos : iterable of mapping
        What is known of each photo, its ``hash`` above all; the files themselves are in the backup.
    pairs : sequence of PhotoPair
        Photos before and after, for the report.
    minutes : bytes, optional
        Minutes of the meeting, a Word document.
    tell : callable
        Is called with the name of each file of `MADE` before it is made.

    Returns
    -------
    bytes
        A ZIP, the same for the same input.
    """
    found = results(workspace, on=on, units=units)
    files = {f"{DATA}/{name}": content for name, content in contents.items()}
    files |= {_photo_name(one): one for pair in pairs for one in (pair.before, pair.after) if one}
    files |= _made(found, words, pairs, tell=tell)
    if minutes:
        files[MINUTES] = minutes
    files[README] = "\n\n".join(
        Words(lang)("archive.readme", on=on.isoformat(), units=units) for lang in LANGUAGES
    ).encode()
    manifest = {
        "kind": KIND,
        "format": FORMAT,
        "program": VERSION,
        "lang": words.lang,
        "on": on.isoformat(),
        "units": units,
        "checksum": workspace.checksum(on, units),
        "figures": _figures(found),
        "left_out": _left_out(workspace),
        "photos": [dict(photo) for photo in photos],
        "pairs": [_told(pair) for pair in pairs],
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    said = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {MANIFEST: said, **dict(sorted(files.items()))}.items():
            write_entry(file, name, content)
    return stream.getvalue()


def unpack(
    file: Path | IO[bytes], folder: Path, *, tell: Callable[[str], None] = lambda name: None
) -> Unpacked:
    """Unpack an archive, and make again from its data all that was made of them.

    Parameters
    ----------
    file : pathlib.Path or binary file
        The archive. An office's template in it is filled in: it is data, never run.
    folder : pathlib.Path
        Where to write, a new or an empty folder: what was kept, and under ``again`` what is made anew.
    tell : callable
        Is called with the name of each file before it is made.

    Returns
    -------
    Unpacked
        Whether the figures are the same.

    Raises
    ------
    ArchiveRefused
        If it is no archive, of a newer program, or was changed, if its data do not bear the checksum that
        it says, or if there is something in the folder already.
    OSError
        If the archive can't be read, or the folder not be written. Whatever is raised, nothing is written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ArchiveRefused("not_empty", path=str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unpack-", dir=folder.parent) as beside:
        stage = Path(beside) / DATA
        stage.mkdir()
        found = _made_again(_unpacked(file, stage), stage, tell=tell)
        if folder.exists():
            folder.rmdir()
        stage.rename(folder)
    return found


def _made_again(manifest: dict[str, Any], folder: Path, *, tell: Callable[[str], None]) -> Unpacked:
    """Make again what was made of the data in a folder, and compare the figures."""
    on, units, words = date.fromisoformat(manifest["on"]), manifest["units"], Words(manifest["lang"])
    path = folder / DATA
    # A day of the past need not pass all rules of today.
    workspace = read_contents(read_files(path, FaultLog()), path, is_checked=True).workspace
    if workspace is None or workspace.checksum(on, units) != manifest["checksum"]:
        raise ArchiveRefused("data", checksum=manifest["checksum"])
    found = results(workspace, on=on, units=units)
    pairs = [_pair(pair, folder) for pair in manifest["pairs"]]
    again = folder / "again"
    again.mkdir()
    for name, made in _made(found, words, pairs, tell=tell).items():
        (again / name).write_bytes(made)
    said, now = manifest["figures"], _figures(found)
    differing = tuple(name for name in {**said, **now} if said.get(name) != now.get(name))
    return Unpacked(on, units, manifest["checksum"], differing)


def folder_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a data folder that an archive keeps, by their names below it."""
    return read_files(folder, FaultLog()) | companion_files(folder)


def companion_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a data folder that no store holds: base map and the office's template."""
    template = folder / OFFICE_TEMPLATE
    kept = {OFFICE_TEMPLATE: template.read_bytes()} if template.is_file() else {}
    return kept | basemap_files(folder)


def basemap_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder's base map that an archive keeps, by their names below the folder."""
    kept = [path for path in (folder / "basemap").glob("*") if _is_kept(path.name)]
    return {f"basemap/{path.name}": path.read_bytes() for path in sorted(kept)}


def _is_kept(basemap_file: str) -> bool:
    return bool(_PLAIN.fullmatch(basemap_file)) and basemap_file.endswith(BASEMAP_ENDINGS)


def _left_out(workspace: Workspace) -> list[str]:
    paths = (workspace.path / "basemap").glob("*")
    return sorted(f"basemap/{path.name}" for path in paths if not _is_kept(path.name))


def _photo_name(content: bytes) -> str:
    return f"{PHOTOS}/{hashlib.sha256(content).hexdigest()}.jpg"


def _told(pair: PhotoPair) -> dict[str, object]:
    """Return a pair as the manifest tells it, its pictures by their names."""
    pictures = {
        name: one and _photo_name(one) for name, one in (("before", pair.before), ("after", pair.after))
    }
    days = {"before_on": pair.before_on, "after_on": pair.after_on}
    return {"title": pair.title} | pictures | {name: day and day.isoformat() for name, day in days.items()}


def _pair(told: Mapping[str, Any], folder: Path) -> PhotoPair:
    """Return a pair that a manifest tells of."""
    before, after = (told[name] and sound((folder / told[name]).read_bytes()) for name in ("before", "after"))
    before_on, after_on = (
        told[name] and date.fromisoformat(told[name]) for name in ("before_on", "after_on")
    )
    return PhotoPair(told["title"], before, after, before_on, after_on)


def _made(
    found: Results, words: Words, pairs: Sequence[PhotoPair], *, tell: Callable[[str], None]
) -> dict[str, bytes]:
    workspace = found.workspace
    report = Report(found, words, template_of(workspace.path), pairs)
    files = {}
    for name in MADE:
        tell(name)
        if name == MAP_SHEET:
            files[name] = map_sheet(found, words)
        elif name == MAP_PAGE:
            options = {"lang": words.lang, "data_date": workspace.recorded_until}
            shown = view(workspace, found.reach, found.statuses, **options)
            files[name] = standalone_html(scene(workspace), shown, title=words("map.title")).encode()
        else:
            files[name] = report.content(PurePosixPath(name).suffix)
    return files


def _figures(found: Results) -> dict[str, int | None]:
    return {name: figure.value for name, figure in found.figures.items()}


def _unpacked(file: Path | IO[bytes], folder: Path) -> dict[str, Any]:
    """Write the files of an archive into a folder, if they are what its manifest says; return that."""
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise ArchiveRefused("too_large")
            manifest = _manifest(archive)
            entries = {entry.filename: entry for entry in archive.infolist()}
            promised = manifest["files"] | {MANIFEST: None}
            wrong = {name for name in {*promised, *entries} if name not in entries or not _is_ours(name)}
            wrong |= {name for name, entry in entries.items() if entry.compress_type not in _CODED}
            if len({name.casefold() for name in entries}) < len(archive.infolist()):
                raise ArchiveRefused("not_one")
            for name in sorted({*entries} - wrong):
                digest = _copied(archive, name, folder / name)
                if name != MANIFEST and digest != promised.get(name):
                    wrong.add(name)
    except _BROKEN:
        raise ArchiveRefused("not_one") from None
    if wrong:
        raise ArchiveRefused("changed", files=", ".join(sorted(wrong)))
    return manifest


def _copied(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """Write one file of an archive, a piece at a time, and return its SHA-256."""
    digest = hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as packed, path.open("wb") as written:
        while piece := packed.read(_CHUNK):
            digest.update(piece)
            written.write(piece)
    return digest.hexdigest()


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return the manifest of an archive, if it says all that is needed to make its files again."""
    entry = archive.getinfo(MANIFEST)
    if entry.file_size > MOST_MANIFEST_BYTES or entry.compress_type not in _CODED:
        raise ArchiveRefused("not_one")
    manifest = json.loads(archive.read(entry))
    if manifest["kind"] != KIND:
        raise ArchiveRefused("not_one")
    if manifest["format"] > FORMAT:
        raise ArchiveRefused("newer", program=manifest["program"])
    if not _is_understood(manifest):
        raise ArchiveRefused("not_one")
    return manifest


def _is_ours(name: str) -> bool:
    """Return whether an archive has a file of this name."""
    if name in (MANIFEST, README, MINUTES, *MADE) or _PHOTO.fullmatch(name):
        return True
    folder, _, file = name.rpartition("/")
    if folder == f"{DATA}/basemap":
        return _is_kept(file)
    return folder == DATA and (file in _DATA_FILES or (is_plan(file) and bool(_PLAIN.fullmatch(file))))


def _is_understood(manifest: Mapping[str, Any]) -> bool:
    """Return whether a manifest says all that is needed to make its files again."""
    date.fromisoformat(manifest["on"])
    pictures = [pair[name] for pair in manifest["pairs"] for name in ("before", "after")]
    days = [pair[name] for pair in manifest["pairs"] for name in ("before_on", "after_on")]
    return (
        manifest["units"] in UNITS
        and manifest["lang"] in LANGUAGES
        and isinstance(manifest["checksum"], str)
        and isinstance(manifest["figures"], dict)
        and isinstance(manifest["files"], dict)
        and all(isinstance(pair["title"], str) for pair in manifest["pairs"])
        and all(one is None or (one in manifest["files"] and _PHOTO.fullmatch(one)) for one in pictures)
        and all(day is None or date.fromisoformat(day) for day in days)
    )
