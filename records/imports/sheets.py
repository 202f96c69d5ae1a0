"""What every kind of office file becomes before anyone asks what it means: sheets of cells of text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

MAX_BYTES = 32 * 1024 * 1024
"""Largest file that is taken in."""
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL = 5_000
"""Longest text of a cell in characters."""

_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u3000]")


class Unreadable(Exception):
    """A file can't be taken in at all: the code of the fault, and what its texts name."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, one layer, or a file of delimited text.

    Parameters
    ----------
    name : str
        Name of the sheet or layer; empty where it has none.
    rows : list of (int, list of str)
        The rows that are not blank: number as a person sees it, and the cells. A layer has its property
        names in row 0 and its features from row 1.
    said : dict of str to str
        What was put right while reading: code to the value that its text names.
    merged : list of (int, int, int)
        First and last row, and place in a row from 0, of cells that span several rows.
    unread : list of (int, int)
        Row and place of cells with an error or a formula without result, whose text is that.
    """

    name: str
    rows: list[tuple[int, list[str]]]
    said: Mapping[str, str] = field(default_factory=dict)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    unread: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def of(
        cls, name: str, rows: Iterable[tuple[int, Iterable[object]]], said: Mapping[str, str] | None = None
    ) -> Sheet:
        """Return a sheet of cells of any kind; blank rows and the blank ends of rows are left out.

        Raises
        ------
        Unreadable
            If there are more rows or columns, or a longer text, than is taken in.
        """
        kept: list[tuple[int, list[str]]] = []
        for number, cells in rows:
            texts = [as_text(cell) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if not texts:
                continue
            if len(kept) > MAX_ROWS or len(texts) > MAX_COLUMNS:
                raise Unreadable("too_many_cells", rows=MAX_ROWS, columns=MAX_COLUMNS)
            if any(len(text) > MAX_CELL for text in texts):
                raise Unreadable("cell_too_long", row=str(number), letters=MAX_CELL)
            kept.append((number, texts))
        return cls(name, kept, said or {})


def as_text(cell: object) -> str:
    r"""Return a cell as text: dates as ISO, whole numbers without decimals, spaces put in order.

    Examples
    --------
    >>> as_text(22489.0), as_text(date(2025, 3, 5)), as_text("  Vạn\u00a0Giã\u200b ")
    ('22489', '2025-03-05', 'Vạn Giã')
    """
    match cell:
        case None:
            return ""
        case str():
            return _INVISIBLE.sub("", _SPACES.sub(" ", cell)).strip()
        case bool():
            return "true" if cell else "false"
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case float() if not math.isfinite(cell):
            return ""
        case float() if cell.is_integer() and abs(cell) < 10**15:
            return str(int(cell))
        case _:
            return str(cell)
