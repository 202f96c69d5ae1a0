"""Looks into a zip file before anything unpacks it: how much it holds, and of what kind it is."""

from __future__ import annotations

import io
import re
import zipfile

from records.imports.sheets import MAX_COLUMNS, MAX_ROWS, Unreadable

MAX_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 256 * 1024 * 1024

_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*?(?<!/)>')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")


def open_archive(content: bytes) -> zipfile.ZipFile:
    """Return a zip file that is safe to unpack in memory.

    Raises
    ------
    Unreadable
        If it is broken or encrypted, or holds more than `MAX_ENTRIES` files or `MAX_UNPACKED_BYTES`.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise Unreadable("broken_zip") from None
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unreadable("locked")
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise Unreadable("unpacks_too_large", megabytes=str(MAX_UNPACKED_BYTES // 1024**2))
    return archive


def read_entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one file of an archive, which can't be larger than the archive's table said.

    Raises
    ------
    Unreadable
        If it can't be unpacked.
    """
    try:
        return archive.read(name)
    except Exception:
        # zlib, lzma and zipfile each have errors of their own for bytes that are no archive.
        raise Unreadable("broken_zip") from None


def check_extent(archive: zipfile.ZipFile) -> None:
    """Refuse an XLSX workbook with a cell so far away that a reader would fill memory with blanks.

    Raises
    ------
    Unreadable
        If a cell with content lies beyond `MAX_ROWS` or `MAX_COLUMNS`; it is named.
    """
    for name in archive.namelist():
        if not _SHEET.fullmatch(name):
            continue
        for letters, digits in _CELL.findall(read_entry(archive, name)):
            # The header, and a title above it, come on top of the rows of data.
            if column_number(letters.decode()) > MAX_COLUMNS or int(digits) > 2 * MAX_ROWS:
                raise Unreadable("far_cell", cell=(letters + digits).decode())


def column_number(letters: str) -> int:
    """Return the number of a spreadsheet's column.

    Examples
    --------
    >>> column_number("A"), column_number("AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
