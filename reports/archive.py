"""One file that keeps a snapshot: its data, report and map, and what is needed to make them again offline."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from geo.errors import WordedError
from geo.faults import FaultLog
from geo.folder import read_contents, read_files
from geo.scene import scene, view
from geo.terms import UNITS
from geo.text import LANGUAGES, Words
from geo.version import VERSION
from geo.webmap import standalone_html
from geo.workspace import Workspace
from reports.annexes import map_sheet
from reports.office_file import write_entry
from reports.report import ENDINGS, make
from reports.report_word import OFFICE_TEMPLATE, template_of
from reports.results import results

KIND, FORMAT = "outreach-archive", 1
MANIFEST, DATA, README = "snapshot.json", "data", "README.txt"
MAP_SHEET, MAP_PAGE = "map-A3.pdf", "map.html"
MADE = (MAP_SHEET, MAP_PAGE, *(f"report{ending}" for ending in ENDINGS))
"""What is made of the data, by its name in the archive."""
BASEMAP_ENDINGS = (".geojson", ".json")
"""Files of ``basemap/`` that are kept; archives of tiles are named only, they can be gigabytes."""
MOST_BYTES = 500_000_000
"""Largest content that is unpacked."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, RuntimeError)
"""What reading a ZIP or a manifest that is none ends in."""


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
    extra: Mapping[str, bytes] | None = None,
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
    extra : mapping of str to bytes, optional
        What else is kept, by name, such as minutes.
    tell : callable
        Is called with the name of each file of `MADE` before it is made.

    Returns
    -------
    bytes
        A ZIP, the same for the same input.
    """
    files = {f"{DATA}/{name}": content for name, content in contents.items()}
    files |= _made(workspace, words, on=on, units=units, tell=tell) | dict(extra or {})
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
        "figures": _figures(workspace, on, units),
        "left_out": _left_out(workspace),
        "photos": [dict(photo) for photo in photos],
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    said = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {MANIFEST: said, **dict(sorted(files.items()))}.items():
            write_entry(file, name, content)
    return stream.getvalue()


def unpack(content: bytes, folder: Path, *, tell: Callable[[str], None] = lambda name: None) -> Unpacked:
    """Unpack an archive, and make again from its data all that was made of them.

    Parameters
    ----------
    content : bytes
        The archive.
    folder : pathlib.Path
        Where to write: what was kept, and under ``again`` what is made anew.
    tell : callable
        Is called with the name of each file before it is made.

    Returns
    -------
    Unpacked
        Whether the figures are the same.

    Raises
    ------
    ArchiveRefused
        If it is no archive, of a newer program, or was changed, or there is something in the folder already;
        nothing is written then. Or if the data do not bear the checksum that it says.
    """
    manifest, files = _read(content)
    if folder.exists() and any(folder.iterdir()):
        raise ArchiveRefused("not_empty", path=str(folder))
    for name, kept in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(kept)
    on, units, words = date.fromisoformat(manifest["on"]), manifest["units"], Words(manifest["lang"])
    path = folder / DATA
    # A day of the past need not pass all rules of today.
    workspace = read_contents(read_files(path, FaultLog()), path, is_checked=True).workspace
    if workspace is None or workspace.checksum(on, units) != manifest["checksum"]:
        raise ArchiveRefused("data", checksum=manifest["checksum"])
    again = folder / "again"
    again.mkdir(exist_ok=True)
    for name, made in _made(workspace, words, on=on, units=units, tell=tell).items():
        (again / name).write_bytes(made)
    said, now = manifest["figures"], _figures(workspace, on, units)
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
    kept = [path for path in (folder / "basemap").glob("*") if path.suffix in BASEMAP_ENDINGS]
    return {f"basemap/{path.name}": path.read_bytes() for path in sorted(kept)}


def _left_out(workspace: Workspace) -> list[str]:
    paths = (workspace.path / "basemap").glob("*")
    return sorted(f"basemap/{path.name}" for path in paths if path.suffix not in BASEMAP_ENDINGS)


def _made(
    workspace: Workspace,
    words: Words,
    *,
    on: date,
    units: str,
    tell: Callable[[str], None],
) -> dict[str, bytes]:
    found = results(workspace, on=on, units=units)
    options = {"lang": words.lang, "data_date": workspace.recorded_until}
    shown = view(workspace, found.reach, found.statuses, **options)
    files = {}
    for name in MADE:
        tell(name)
        if name == MAP_SHEET:
            files[name] = map_sheet(found, words)
        elif name == MAP_PAGE:
            files[name] = standalone_html(scene(workspace), shown, title=words("map.title")).encode()
        else:
            ending, template = PurePosixPath(name).suffix, template_of(workspace.path)
            files[name] = make(workspace, ending, words, on=on, units=units, template=template)
    return files


def _figures(workspace: Workspace, on: date, units: str) -> dict[str, int | None]:
    return {name: figure.value for name, figure in results(workspace, on=on, units=units).figures.items()}


def _read(content: bytes) -> tuple[dict, dict[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            if sum(entry.file_size for entry in file.infolist()) > MOST_BYTES:
                raise ArchiveRefused("too_large")
            held = {entry.filename: file.read(entry) for entry in file.infolist() if not entry.is_dir()}
        manifest = json.loads(held.pop(MANIFEST))
        if manifest["kind"] != KIND:
            raise ArchiveRefused("not_one")
        if manifest["format"] > FORMAT:
            raise ArchiveRefused("newer", program=manifest["program"])
        promised = dict(manifest["files"])
        if not _is_understood(manifest):
            raise ArchiveRefused("not_one")
    except _BROKEN:
        raise ArchiveRefused("not_one") from None
    wrong = sorted(
        name
        for name in {*promised, *held}
        if name not in held
        or hashlib.sha256(held[name]).hexdigest() != promised.get(name)
        or _leads_out(name)
    )
    if wrong:
        raise ArchiveRefused("changed", files=", ".join(wrong))
    return manifest, held


def _is_understood(manifest: dict) -> bool:
    """Return whether a manifest says all that is needed to make its files again."""
    try:
        date.fromisoformat(manifest["on"])
        return (
            manifest["units"] in UNITS
            and manifest["lang"] in LANGUAGES
            and isinstance(manifest["checksum"], str)
            and isinstance(manifest["figures"], dict)
        )
    except (KeyError, TypeError, ValueError):
        return False


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name
