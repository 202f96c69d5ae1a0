"""Reads delimited text and workbooks (XLSX, XLS, XLSB, ODS) as sheets of cells."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import python_calamine as calamine

from records.imports.archives import check_extent, open_archive
from records.imports.encodings import from_tcvn3, looks_like_tcvn3
from records.imports.formulas import Cells, without_result
from records.imports.sheets import MAX_COLUMNS, MAX_ROWS, Sheet, Unreadable
from records.imports.sniff import delimiter_of, text_of


def read_text(content: bytes) -> list[Sheet]:
    """Read delimited text; a record is a row, even where a quoted cell runs over several lines.

    Parameters
    ----------
    content : bytes
        The file, in any of the codes that `records.imports.encodings` knows.

    Returns
    -------
    list of Sheet
        One sheet.

    Raises
    ------
    Unreadable
        If it is no text, or a quotation mark is never closed.
    """
    text, encoding = text_of(content)
    said = {} if encoding == "utf-8" else {"encoding": encoding}
    first, _, rest = text.partition("\n")
    if first.strip().casefold() in ("sep=,", "sep=;", "sep=\t", "sep="):
        # A line that Excel writes for itself, and does not show as a row.
        text = rest
    text = text.replace("\0", "")
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True):
            records.append(record)
    except csv.Error:
        raise Unreadable("broken_text", row=str(len(records) + 1)) from None
    return [_unified("", list(enumerate(records, start=1)), said)]


def read_workbook(content: bytes) -> list[Sheet]:
    """Read the sheets of a workbook that a person sees.

    A cell merged over several rows counts for each of them, and is told; one merged over several columns
    for its first. Formulas give the value that they had when the workbook was saved; one without is told.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    list of Sheet
        The visible sheets that are not blank, in their order.

    Raises
    ------
    Unreadable
        If it is broken or locked by a password, or a cell lies far beyond any table.
    """
    unread: dict[str, Cells] = {}
    if content.startswith(b"PK"):
        archive = open_archive(content)
        check_extent(archive)
        unread = without_result(archive)
    try:
        book = calamine.load_workbook(io.BytesIO(content))
        return [
            sheet
            for about in book.sheets_metadata
            if about.typ == calamine.SheetTypeEnum.WorkSheet
            and about.visible == calamine.SheetVisibleEnum.Visible
            if (sheet := _read_sheet(book.get_sheet_by_name(about.name), unread.get(about.name, {}))).rows
        ]
    except calamine.PasswordError:
        raise Unreadable("locked") from None
    except calamine.CalamineError:
        raise Unreadable("broken_workbook") from None


def _read_sheet(sheet: calamine.CalamineSheet, unread: Cells) -> Sheet:
    bottom, right = sheet.end or (0, 0)
    if bottom > 2 * MAX_ROWS or right > MAX_COLUMNS:
        raise Unreadable("far_cell", cell=f"{right + 1}:{bottom + 1}")
    cells = sheet.to_python(skip_empty_area=False)
    for (row, place), text in unread.items():
        if row <= len(cells) and place < len(cells[row - 1]):
            cells[row - 1][place] = text
    merged = []
    for (top, left), (last, _) in sheet.merged_cell_ranges or ():
        if last == top or top >= len(cells) or left >= len(cells[top]):
            continue
        merged.append((top + 1, last + 1, left))
        for row in range(top + 1, min(last + 1, len(cells))):
            # A row that is blank but for this cell would come to life.
            if any(cell != "" for cell in cells[row]):
                cells[row][left] = cells[top][left]
    return replace(
        _unified(sheet.name, list(enumerate(cells, start=1)), {}), merged=merged, unread=list(unread)
    )


def _unified(name: str, rows: list[tuple[int, list[object]]], said: dict[str, str]) -> Sheet:
    """Return the sheet of the rows in Unicode, though the cells were typed in a .Vn font."""
    texts = [cell for _, cells in rows for cell in cells if isinstance(cell, str)]
    if looks_like_tcvn3(texts):
        rows = [
            (row, [from_tcvn3(cell) if isinstance(cell, str) else cell for cell in cells])
            for row, cells in rows
        ]
        said = said | {"encoding": "tcvn3"}
    return Sheet.of(name, rows, said)
