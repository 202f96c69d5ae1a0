"""One cell of text turned into its value, or into the reason why it can't be."""

from __future__ import annotations

import difflib
import math
import numbers
import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from datetime import date

import pandas as pd

from geo.faults import FaultLog
from geo.schema import FIRST_YEAR, LAST_YEAR, Column
from geo.text import fold

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Signs that no text has: control characters but tab and line ends, and halves of characters."""
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]+(\.0)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
# In Vietnam 34.000 is thirty-four thousand: read as 34.0 it would be wrong without a word.
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}([.,\s][0-9]{3})+")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOCAL_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")

_HUGE = 10**30
"""Integers from here on are refused: Python does not write those of thousands of digits."""


class CellError(ValueError):
    """A cell can't be read: the code of the fault, and what its texts name."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def tidy(value: object) -> str:
    """Return a value of CSV, JSON or TOML as a cell: NFC text without spaces around it.

    Raises
    ------
    CellError
        If the value is a list, an object or an integer beyond any use.

    Examples
    --------
    >>> tidy(None), tidy(True), tidy(12.0), tidy(" Vạn Giã ")
    ('', 'true', '12.0', 'Vạn Giã')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < _HUGE):
        return repr(value)
    raise CellError("not_a_value")


def nearest(value: str, allowed: Sequence[str]) -> str:
    """Return the allowed value that was probably meant, or an empty text.

    Examples
    --------
    >>> nearest("Thon", ("thôn", "tổ dân phố"))
    'thôn'
    """
    by_folded = {fold(one): one for one in allowed}
    close = difflib.get_close_matches(fold(value).replace(" ", "_"), by_folded, n=1, cutoff=0.75)
    close = close or difflib.get_close_matches(fold(value), by_folded, n=1, cutoff=0.75)
    return by_folded[close[0]] if close else ""


def _read_text(text: str, column: Column) -> str:
    return text


def _read_id(text: str, column: Column) -> str:
    if ";" in text or "\n" in text:
        raise CellError("bad_id")
    return text


def _read_choice(text: str, column: Column) -> str:
    if text not in column.choices:
        allowed = ", ".join(column.choices)
        raise CellError("not_allowed", allowed=allowed, near=nearest(text, column.choices))
    return text


def _read_number(text: str, column: Column) -> float:
    if column.kind in ("integer", "length") and _THOUSANDS.fullmatch(text):
        raise CellError("thousands_mark", meant=re.sub(r"[.,\s]", "", text))
    if _DECIMAL_COMMA.fullmatch(text):
        raise CellError("decimal_comma", meant=text.replace(",", "."))
    if not _NUMBER.fullmatch(text):
        raise CellError("not_a_number")
    number = float(text)
    if column.low <= number <= column.high:
        return number
    if column.kind == "latitude" and abs(number) <= 180:
        raise CellError("longitude_as_latitude")
    if column.kind in ("latitude", "longitude"):
        raise CellError("not_degrees", low=column.low, high=column.high)
    raise CellError("out_of_range", low=column.low, high=column.high)


def _read_integer(text: str, column: Column) -> int:
    number = _read_number(text, column)
    if not _WHOLE.fullmatch(text):
        raise CellError("not_whole")
    return int(number)


def _read_date(text: str, column: Column) -> date:
    if not _ISO_DATE.fullmatch(text):
        raise CellError("date_not_iso", near=_iso_of_local(text))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CellError("no_such_date") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        # As text: a year takes no thousands separator.
        raise CellError("year_out_of_range", low=str(FIRST_YEAR), high=str(LAST_YEAR))
    return day


def _iso_of_local(text: str) -> str:
    """Return a date written the Vietnamese way, day first, as ISO; empty if it is no such date."""
    match = _LOCAL_DATE.fullmatch(text)
    if not match:
        return ""
    day, month, year = map(int, match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _read_ids(text: str, column: Column) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in (part.strip() for part in text.split(";")) if one))


_READERS: dict[str, Callable[[str, Column], object]] = {
    "id": _read_id,
    "text": _read_text,
    "choice": _read_choice,
    "integer": _read_integer,
    "number": _read_number,
    "length": _read_number,
    "latitude": _read_number,
    "longitude": _read_number,
    "date": _read_date,
    "ids": _read_ids,
}
_BLANKS = {"integer": pd.NA, "date": None, "ids": ()} | dict.fromkeys(
    ("number", "length", "latitude", "longitude"), math.nan
)
_DTYPES = {"integer": "Int64", "date": object, "ids": object} | dict.fromkeys(
    ("number", "length", "latitude", "longitude"), "float64"
)


def blank(column: Column) -> object:
    """Return what an unknown value of a column is: empty text or list, NaN, NA or None."""
    return _BLANKS.get(column.kind, "")


def _dtype(column: Column) -> str | type:
    return _DTYPES.get(column.kind, "str")


def unknown_column(column: Column, index: Collection[int] = ()) -> pd.Series:
    """Return a column whose every cell is unknown, for the rows of an index."""
    return pd.Series([blank(column)] * len(index), index=pd.Index(index), dtype=_dtype(column))


def read_cell(text: str, column: Column) -> object:
    """Return the value of a cell.

    Parameters
    ----------
    text : str
        The cell, tidied (see `tidy`).
    column : Column
        What the cell should hold.

    Raises
    ------
    CellError
        If the cell can't be read so, or is blank where a value is required.

    Examples
    --------
    >>> read_cell("22489; 22492", Column("commune_codes", "ids"))
    ('22489', '22492')
    """
    if not text:
        if column.required:
            raise CellError("missing_value")
        return blank(column)
    if FORBIDDEN.search(text):
        raise CellError("bad_character")
    return _READERS[column.kind](text, column)


def write_cell(value: object) -> str:
    """Return a value as the text of a cell, which `read_cell` reads back as the same value.

    Parameters
    ----------
    value : object
        Text, a number, a date, a list of ids, or an unknown (None, NaN or NA), as the tables of a
        workspace hold them.

    Examples
    --------
    >>> write_cell(2000.0), write_cell(("22489", "22492")), write_cell(pd.NA)
    ('2000', '22489;22492', '')
    """
    if isinstance(value, (tuple, list)):
        return ";".join(map(tidy, value))
    if isinstance(value, date):
        return value.isoformat()
    if pd.isna(value):
        return ""
    if isinstance(value, numbers.Number) and not isinstance(value, bool):
        # A number of numpy writes its type; a whole one needs no decimals, be it a length or a count.
        return tidy(int(value) if value == int(value) else float(value))
    return tidy(value)


def read_column(cells: pd.Series, column: Column, *, file: str, log: FaultLog) -> pd.Series:
    """Read a column of cells; a cell that can't be read is noted and left blank.

    Parameters
    ----------
    cells : Series of str
        Tidied cells, indexed by the row that a person sees.
    column : Column
        What the cells should hold.
    file : str
        Name of the file, for the log.
    log : FaultLog
        Takes the faults.

    Returns
    -------
    Series
        Typed values with the same index.
    """
    values: dict[str, object] = {}
    errors: dict[str, CellError] = {}
    for text in cells.unique():
        try:
            values[text] = read_cell(text, column)
        except CellError as error:
            values[text] = blank(column)
            errors[text] = error
    if errors:
        for row, text in cells[cells.isin(errors.keys())].items():
            error = errors[text]
            log.add(error.code, file, row=row, column=column.name, value=text or None, **error.details)
    return pd.Series([values[text] for text in cells], index=cells.index, dtype=_dtype(column))
