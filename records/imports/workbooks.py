"""Writes the workbooks that go with imports: a template to fill in, and the rows that were refused."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from geo.schema import Column, Table
from geo.schema import table as table_of
from geo.spreadsheet import for_sheet, sheet_name
from geo.text import Words, fold
from geo.workspace import Workspace
from records.imports.headings import heading_of
from records.imports.places import Places
from records.imports.preview import ImportPreview
from records.imports.sheets import MAX_ROWS
from records.imports.values import word_of

_HEADER_FILL = PatternFill("solid", fgColor="E6ECEF")
_FAULT_FILL = PatternFill("solid", fgColor="FBE3DF")
_WIDTH, _WIDE = 18, 48
DAY_FORMAT = "dd/mm/yyyy"
_FREE_ROWS = 500
"""Rows below the prefilled ones that offer the lists."""


def template(kind: str, words: Words, *, places: Workspace, prefill: bool = False) -> bytes:
    """Return a workbook to fill in: headings with notes, lists to choose from, and a sheet that explains.

    Parameters
    ----------
    kind : str
        One of `records.imports.preview.IMPORTABLE`.
    words : Words
        The language of headings, lists and notes.
    places : Workspace
        Gives the communes, villages and whatever else the lists name.
    prefill : bool
        True if it starts with the rows that `places` has.

    Returns
    -------
    bytes
        XLSX, which `records.imports.preview.read_office_file` takes in as it is.
    """
    table = table_of(kind)
    known = Places(places)
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_name(words(f"imports.kind.{kind}"))
    _write_header(sheet, [heading_of(name, table, words.lang) for name in table.names])
    rows = getattr(places, kind).reset_index() if prefill else None
    for row in [] if rows is None else rows.to_dict("records"):
        add_row(sheet, row, table, known, words)
    lists = book.create_sheet(sheet_name(words("imports.sheet.lists")))
    for number, column in enumerate(table.columns, start=1):
        note = _note(column, words)
        sheet.cell(1, number).comment = Comment(note, words("imports.sheet.notes"))
        if column.required:
            sheet.cell(1, number).font = Font(bold=True, color="9C1C1C")
        if options := _options(column, table, known, words):
            _add_list(book, sheet, lists, column, options, number)
    # Seen, it would be one more table for a person and for the reader to wonder about.
    lists.sheet_state = "hidden"
    _explain(book.create_sheet(sheet_name(words("imports.sheet.notes"))), table, words)
    return _saved(book)


def _write_header(sheet: Worksheet, headings: Sequence[str]) -> None:
    sheet.append([for_sheet(heading) for heading in headings])
    row = sheet.max_row
    for number in range(1, len(headings) + 1):
        cell = sheet.cell(row, number)
        cell.font, cell.fill = Font(bold=True), _HEADER_FILL
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    # By name: asking for the cell would make a blank row of it.
    sheet.freeze_panes = f"A{row + 1}"


def add_row(sheet: Worksheet, row: Mapping[str, object], table: Table, known: Places, words: Words) -> None:
    """Add a row as people read it: words and names in place of codes and ids, days as dates."""
    sheet.append([_shown(row[column.name], column, table, known, words) for column in table.columns])
    for cell in sheet[sheet.max_row]:
        if cell.is_date:
            cell.number_format = DAY_FORMAT


def _shown(value: object, column: Column, table: Table, known: Places, words: Words) -> object:
    """Return a typed value as a cell, names in place of ids."""
    if isinstance(value, tuple):
        names = known.names[column.refers]
        return for_sheet("; ".join(names.label(key) for key in value))
    if value is None or value != value or value == "":
        return None
    if column.kind == "choice":
        return word_of(value, column, table, words)
    if column.refers:
        return for_sheet(known.names[column.refers].label(value))
    return for_sheet(value) if isinstance(value, str) else value


def _options(column: Column, table: Table, known: Places, words: Words) -> list[str]:
    if column.kind == "choice":
        return [word_of(value, column, table, words) for value in column.choices]
    if column.refers and column.kind == "id":
        return sorted(known.names[column.refers].labels(), key=fold)
    return []


def _add_list(
    book: Workbook, sheet: Worksheet, lists: Worksheet, column: Column, options: Sequence[str], number: int
) -> None:
    letter = get_column_letter(number)
    for row, option in enumerate(options, start=1):
        lists.cell(row, number, for_sheet(option))
    place = f"'{lists.title}'!${letter}$1:${letter}${len(options)}"
    book.defined_names[f"list_{column.name}"] = DefinedName(f"list_{column.name}", attr_text=place)
    # A warning only: names that the list does not have may be written in other ways.
    validation = DataValidation(
        "list", formula1=f"=list_{column.name}", allow_blank=True, errorStyle="warning"
    )
    validation.add(f"{letter}2:{letter}{min(sheet.max_row + _FREE_ROWS, MAX_ROWS)}")
    sheet.add_data_validation(validation)


def _note(column: Column, words: Words) -> str:
    if column.kind == "choice":
        note = words("imports.note.choice")
    elif column.refers and column.kind == "id":
        note = words("imports.note.place")
    else:
        kind = "text" if column.kind == "id" else column.kind
        note = words(f"imports.note.{kind}")
    # An id may be left out of new rows, though no row of the data folder is without.
    is_required = column.required and column.name != "id"
    return f"{words('imports.note.required')}. {note}" if is_required else note


def _explain(sheet: Worksheet, table: Table, words: Words) -> None:
    for key in ("first", "blank", "id"):
        sheet.append([words(f"imports.note.{key}")])
    sheet.append([])
    for column in table.columns:
        sheet.append([heading_of(column.name, table, words.lang), _note(column, words)])
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = _WIDE


def refused_sheet(preview: ImportPreview) -> bytes:
    """Return the rows of an import that did not go in, as the office wrote them, with what is wrong beside.

    Mended and handed in again it is read like the first file: what stands beside is not.

    Parameters
    ----------
    preview : ImportPreview
        The import.

    Returns
    -------
    bytes
        XLSX; faults of the whole file stand above the header.
    """
    words = Words(preview.lang)
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_name(words("imports.sheet.refused"))
    for fault in preview.faults:
        if fault.row is None:
            sheet.append([for_sheet(f"{fault.problem} {fault.fix}")])
    beside = [words(f"imports.sheet.{name}") for name in ("row", "problem", "fix")]
    _write_header(sheet, [*preview.headings, *beside])
    width = len(preview.headings)
    told = preview.to_dict()["faults"]
    for row, cells in preview.held.items():
        here = [fault for fault in told if fault["row"] == row]
        problems = [_problem(fault) for fault in here]
        # Line by line beside its problem.
        fixes = [fault["fix"] for fault in here]
        padded = [*cells, *[""] * (width - len(cells))][:width]
        sheet.append(
            [*map(for_sheet, padded), row, for_sheet("\n".join(problems)), for_sheet("\n".join(fixes))]
        )
        for number in (width + 2, width + 3):
            cell = sheet.cell(sheet.max_row, number)
            cell.fill, cell.alignment = _FAULT_FILL, Alignment(wrap_text=True, vertical="top")
    for number in (width + 2, width + 3):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDE
    return _saved(book)


def _problem(fault: Mapping[str, object]) -> str:
    """Return what is wrong, with its column unless the text begins with that."""
    column, problem = fault["column"], str(fault["problem"])
    return problem if not column or problem.startswith(f"{column}:") else f"{column}: {problem}"


def _saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
