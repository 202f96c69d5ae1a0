"""Tells what kind of file came in by its content alone; its name and suffix are never believed."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from zipfile import ZipFile

from records.imports.archives import open_archive
from records.imports.encodings import UnknownEncoding, decode
from records.imports.sheets import Unreadable

_ZIP = b"PK\x03\x04"
_SQLITE = b"SQLite format 3\x00"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"MZ\x90")
_WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_KML = re.compile(r"<(?:\w+:)?kml[\s>]", re.IGNORECASE)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|table|\?xml|[a-z]+[:>\s])", re.IGNORECASE)

DELIMITERS = (",", ";", "\t")
_SAMPLE_LINES = 60
_HEAD = 2_000
"""Characters at the beginning of a text that say what it is."""


def kind_of(content: bytes) -> str:
    """Return what a file is.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    str
        ``workbook`` (XLSX, XLS, XLSB, ODS), ``gpkg``, ``shapefile`` (zipped), ``kmz``, ``kml``,
        ``geojson`` or ``text`` (delimited).

    Raises
    ------
    Unreadable
        If it is none of these, or is empty.
    """
    if not content.strip():
        raise Unreadable("empty_file")
    if content.startswith(_ZIP):
        return _kind_of_archive(open_archive(content))
    if content.startswith(_SQLITE):
        return "gpkg"
    if content.startswith(_OLE):
        return "workbook"
    if content.startswith(_FOREIGN):
        raise Unreadable("not_a_table")
    head = text_of(content)[0][:_HEAD].lstrip()
    if head.startswith(("{", "[")):
        return "geojson"
    if _KML.search(head):
        return "kml"
    if _MARKUP.match(head):
        raise Unreadable("not_a_table")
    return "text"


def is_workbook(content: bytes) -> bool:
    """Return whether a file begins like a workbook."""
    return content.startswith((_ZIP, _OLE))


def is_called_workbook(filename: str) -> bool:
    """Return whether a file has the name of a workbook."""
    return filename.casefold().endswith(_WORKBOOK_NAMES)


def _kind_of_archive(archive: ZipFile) -> str:
    names = [name.casefold() for name in archive.namelist()]
    # An ODS names itself in its first entry; the workbooks of Excel by where they keep their index.
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names or "content.xml" in names:
        return "workbook"
    if any(name.endswith(".shp") for name in names):
        return "shapefile"
    if any(name.endswith(".kml") for name in names):
        return "kmz"
    raise Unreadable("not_a_table")


def text_of(content: bytes) -> tuple[str, str]:
    """Return the text of a file and its code, see `records.imports.encodings.decode`.

    Raises
    ------
    Unreadable
        If the bytes are no text.
    """
    try:
        return decode(content)
    except UnknownEncoding:
        raise Unreadable("not_text") from None


def delimiter_of(text: str) -> str:
    r"""Return what separates the cells of a text: a comma, a semicolon or a tab.

    The one that gives the most records of one and the same width, and of those the widest, is taken:
    decimal commas and lists within cells vary from record to record.

    Examples
    --------
    >>> delimiter_of("tên;vĩ độ;kinh độ\nA;12,7;109,2\nB;;\n")
    ';'
    """
    sample = "".join(text.splitlines(keepends=True)[:_SAMPLE_LINES])
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> tuple[int, int]:
    try:
        widths = Counter(map(len, csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)))
    except csv.Error:
        return 0, 0
    several = [(count, width) for width, count in widths.items() if width > 1]
    return max(several, default=(0, 0))
