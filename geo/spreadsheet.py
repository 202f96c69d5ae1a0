"""What leaves the program in cells of spreadsheets: made so that no spreadsheet runs it."""

from __future__ import annotations

import re

import pandas as pd

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_MADE_HARMLESS = re.compile(r"'(?='*[=+\-@\t\r])")
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_SHEET_NAME = 31


def harmless(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: such a text gets an apostrophe before it.

    Examples
    --------
    >>> harmless("=1+1")
    "'=1+1"
    >>> harmless(-1.5)
    -1.5
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def csv_of(table: pd.DataFrame) -> str:
    """Return a table, without its index, as comma-separated text of which no spreadsheet runs a cell.

    It is for programs: no byte-order mark, and lines end as they do in a data folder.
    """
    return table.map(harmless).to_csv(index=False, lineterminator="\n")


def as_meant(text: str) -> str:
    """Return a text that `harmless` has written as it was before.

    Examples
    --------
    >>> as_meant(harmless("=1+1")), as_meant(harmless("'-"))
    ('=1+1', "'-")
    """
    return _MADE_HARMLESS.sub("", text, count=1) if text.startswith("'") else text


def sheet_name(title: str) -> str:
    """Return a title as the name of a sheet: without the signs that Excel forbids, 31 letters at most.

    Examples
    --------
    >>> sheet_name("Thôn: chưa phủ?")
    'Thôn chưa phủ'
    """
    return _NOT_IN_SHEET_NAMES.sub("", title)[:_LONGEST_SHEET_NAME]


def for_sheet(value: object) -> object:
    """Return a cell as a workbook can hold it: harmless, and without the control signs that XML forbids."""
    return harmless(_CONTROL.sub("", value)) if isinstance(value, str) else value
