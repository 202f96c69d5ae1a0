"""Finds the header of an office's sheet and which column each heading means, in either language."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from geo.schema import TABLES, Table
from geo.text import LANGUAGES, catalogue, fold
from records.imports.sheets import Sheet, Unreadable

POINT_COLUMNS = ("geometry", "point", "northing", "easting", "x", "y")
"""Columns of office files that the contract does not have, and that a position is read from."""
IGNORED = "ignored"
"""Columns that mean nothing here: running numbers, and the faults that we wrote beside refused rows."""

_HEADER_DEPTH = 30
"""Rows from the top among which the header is looked for, under titles and the name of the office."""
_CUTOFF = 0.85
"""How alike a heading must be to a known one before it is asked whether that is meant."""
_DBASE_LENGTH = 10
"""Characters that a shapefile keeps of a heading."""
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_UNIT_ABOVE = re.compile(r"(?:don vi(?: tinh)?|dvt|unit)\s*[:=]")
_NUMBERING = re.compile(r"\(?([0-9]{1,2})\)?")


@dataclass(frozen=True)
class Place:
    """Where a column stands in a sheet.

    Parameters
    ----------
    index : int
        Its place in a row, from 0.
    heading : str
        Its heading as the office wrote it.
    unit : str
        What the heading says in brackets, folded, such as ``"trieu dong"``.
    """

    index: int
    heading: str
    unit: str = ""


@dataclass(frozen=True)
class Header:
    """The header of a sheet.

    Parameters
    ----------
    row : int
        Its number as a person sees it; 0 in a layer.
    cells : tuple of str
        Its headings as the office wrote them.
    columns : dict of str to Place
        Columns of the contract or `POINT_COLUMNS` that were recognised.
    unused : tuple of Place
        Headings that mean nothing here, or the same as another one that was preferred.
    near : dict of Place to str
        Headings that are nearly those of a column which no other heading means.
    unit : str
        What a row above says that sums are in, such as ``"triệu đồng"``; empty if none says it.
    """

    row: int
    cells: tuple[str, ...]
    columns: dict[str, Place]
    unused: tuple[Place, ...]
    near: dict[Place, str]
    unit: str = ""


def heading_of(column: str, table: Table, lang: str) -> str:
    """Return the heading that templates and exports give a column.

    Examples
    --------
    >>> from geo.schema import table
    >>> heading_of("name", table("panos"), "en")
    'Name of the pano'
    """
    texts = catalogue(lang)
    return texts.get(f"imports.heading_{table.name}.{column}") or texts[f"imports.heading.{column}"]


def simplified(heading: str) -> str:
    """Return a heading as it is compared: folded, without brackets and punctuation.

    Examples
    --------
    >>> simplified("Toạ độ Y (m)*"), simplified("commune_code")
    ('toa do y', 'commune code')
    """
    bare = _IN_BRACKETS.sub(" ", fold(heading))
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


@lru_cache
def _meanings(table: Table) -> dict[str, tuple[str, int]]:
    """Return column and rank by simplified heading; the lower rank is preferred."""
    meanings: dict[str, tuple[str, int]] = {}
    for column in (*table.names, *POINT_COLUMNS, IGNORED):
        spellings = [column]
        for lang in LANGUAGES:
            texts = catalogue(lang)
            for part in (f"heading_{table.name}", "heading", f"also_{table.name}", "also"):
                spellings += texts.get(f"imports.{part}.{column}", "").split("|")
        if len(column) > _DBASE_LENGTH:
            spellings.append(column[:_DBASE_LENGTH])
        for rank, spelling in enumerate(filter(None, map(simplified, spellings))):
            meanings.setdefault(spelling, (column, rank))
    # What a heading means in this table alone goes before what it means in any.
    for lang in LANGUAGES:
        for column in table.names:
            for part in (f"heading_{table.name}", f"also_{table.name}"):
                for spelling in catalogue(lang).get(f"imports.{part}.{column}", "").split("|"):
                    if spelling.strip():
                        meanings[simplified(spelling)] = (column, 0)
    return meanings


def find_header(sheets: Sequence[Sheet], table: Table) -> tuple[Sheet, Header]:
    """Return the sheet that holds a table, and its header.

    The sheet named like the table is preferred, then the header with most columns; it may stand under
    title rows, and run over two rows.

    Raises
    ------
    Unreadable
        If no sheet has a row with two headings that are known.
    """
    found: list[tuple[bool, int, Sheet, int, list[str]]] = []
    named = _sheet_names(table.name)
    foreign = {name for other in TABLES if other != table for name in _sheet_names(other.name)} - named
    for sheet in sheets:
        if fold(sheet.name) in foreign:
            continue
        above: list[str] = []
        for row, cells in sheet.rows[:_HEADER_DEPTH]:
            # Where a heading has parts, as "Tọa độ" over "X" and "Y", the lower row holds them.
            joined = [
                lower or upper
                for lower, upper in zip(_padded(cells, above), _padded(above, cells), strict=True)
            ]
            for candidate in (cells, joined):
                score = len(_recognised(candidate, table))
                found.append((fold(sheet.name) in named, score, sheet, row, candidate))
            above = cells
    found = [one for one in found if one[1] >= 2]
    if not found:
        if not any(row > 0 for sheet in sheets for row, _ in sheet.rows):
            raise Unreadable("empty_file")
        raise Unreadable("no_header", headings=", ".join(_required_headings(table)))
    _, _, sheet, row, cells = max(found, key=lambda one: one[:2])
    above = (cell for number, cells in sheet.rows if number < row for cell in cells)
    said = (re.split("[:=]", cell)[-1].strip(" ().") for cell in above if _UNIT_ABOVE.search(fold(cell)))
    return sheet, replace(_header(row, cells, table), unit=next(said, ""))


def _sheet_names(table: str) -> set[str]:
    """Return what sheets and layers of a table are called, folded."""
    titles = (catalogue(lang).get(f"imports.kind.{table}", "") for lang in LANGUAGES)
    return {fold(table)} | {fold(title) for title in titles if title}


def _required_headings(table: Table) -> list[str]:
    return [heading_of(column.name, table, LANGUAGES[0]) for column in table.columns if column.required]


def _padded(cells: Sequence[str], other: Sequence[str]) -> list[str]:
    return [*cells, *[""] * (len(other) - len(cells))]


def _recognised(cells: Sequence[str], table: Table) -> set[str]:
    meanings = _meanings(table)
    known = (meanings.get(simplified(cell)) for cell in cells)
    return {meaning[0] for meaning in known if meaning} - {IGNORED}


def _header(row: int, cells: Sequence[str], table: Table) -> Header:
    meanings = _meanings(table)
    columns: dict[str, tuple[int, Place]] = {}
    unused, unknown = [], []
    for index, heading in enumerate(cells):
        brackets = _IN_BRACKETS.search(fold(heading))
        place = Place(index, heading, brackets.group(1).strip() if brackets else "")
        column, rank = meanings.get(simplified(heading), ("", 0))
        if not column:
            unknown += [place] if heading else []
        elif column == IGNORED:
            continue
        elif column not in columns or rank < columns[column][0]:
            unused += [columns[column][1]] if column in columns else []
            columns[column] = (rank, place)
        else:
            unused.append(place)
    near = {}
    free = {spelling: column for spelling, (column, _) in meanings.items() if column not in columns}
    for place in unknown:
        alike = difflib.get_close_matches(simplified(place.heading), free, n=1, cutoff=_CUTOFF)
        if alike and free[alike[0]] != IGNORED:
            near[place] = free[alike[0]]
        else:
            unused.append(place)
    return Header(
        row, tuple(cells), {name: place for name, (_, place) in columns.items()}, tuple(unused), near
    )


def is_numbering(cells: Sequence[str]) -> bool:
    """Return whether a row only numbers the columns, (1) (2) (3), as forms have it under their header.

    Examples
    --------
    >>> is_numbering(["", "(1)", "(2)", "(3)"]), is_numbering(["1", "30", "9"])
    (True, False)
    """
    matches = [_NUMBERING.fullmatch(cell) for cell in cells if cell and len(cell) > 1 or cell.isdigit()]
    if len(matches) < 3 or not all(matches):
        return False
    numbers = [int(match.group(1)) for match in matches]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))
