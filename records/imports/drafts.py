"""Turns the rows of an office's sheet into the contract's texts, cell by cell, noting what was put right."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from itertools import chain, count

from geo.cells import CellError, read_cell
from geo.distance import geodesic_m
from geo.schema import Column, Table
from geo.terms import UNITS
from geo.text import Words, fold
from geo.workspace import Workspace
from records.imports.coordinates import Locator, Numbers, read_coordinate, read_point
from records.imports.findings import Doubt, Notes, Reading
from records.imports.headings import Header, Place, heading_of, is_numbering
from records.imports.identity import Known, Row, made_id
from records.imports.places import Places
from records.imports.sheets import Sheet
from records.imports.values import is_blank_word, is_total_word, is_unit, put_right, word_of

_PAIRS = (("lat", "lon"), ("northing", "easting"), ("x", "y"))
"""Columns that hold a position together; X is the northing for surveyors and the longitude in GIS."""
_POSITION = ("geometry", "point", *(name for pair in _PAIRS for name in pair))
_UNUSED = "-"
_KEEP, _CLEAR, _TAKE = "keep", "clear", "take"
_EACH, _TOGETHER = "each", "together"
_NEW = "new"
_TALLIES = ("cost_vnd", "households", "poor_households", "capacity", "quantity")
"""Columns in which one cell for several rows may be what they have together."""
_SMALL_SUM_VND = 10_000
"""A sum below this, without a unit, may be in thousands or millions."""
_FOOTER_CELLS = 2
"""Most cells of a row below the table, such as a signature."""
_ORDINAL = re.compile(r"(?:[IVXLC]+|[A-Za-z]|[0-9]+(?:\.[0-9]+)*)[.)]?")
_SEEN_TOGETHER = ("state", "condition", "checked_on")
"""What an inspection says of a pano on its day."""
_MOVED_M = 100
"""Beyond the accuracies of both, how far a place of the same name may be and still be the same, metres."""


class Draft:
    """The rows of one sheet as the contract writes them.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    header : Header
        Its header.
    table : Table
        What its rows are.
    context : Workspace
        What is known already.
    notes : Notes
        Takes what is found.
    words : Words
        The language of the options of questions.

    Attributes
    ----------
    rows : dict of int to dict of str to str
        By the row that a person sees: the contract's text of each column.
    cells : dict of int to tuple of str
        The same rows as the office wrote them.
    headings : dict of str to str
        The office's heading of each column, or what the template calls it.
    known : Known
        The rows of the table that the workspace has.
    """

    def __init__(
        self,
        sheet: Sheet,
        header: Header,
        table: Table,
        context: Workspace,
        notes: Notes,
        words: Words,
    ) -> None:
        self._table, self._notes, self._words = table, notes, words
        self._places = Places(context)
        self._locator = Locator(context.communes["2023"])
        self.known = Known(getattr(context, table.name), table)
        body = self._body(sheet, header)
        self._columns = self._settled(header, body)
        self.headings = self._named()
        self._unread = set(sheet.unread)
        self._merged = {(row, place) for first, last, place in sheet.merged for row in range(first, last + 1)}
        self._sums_in = header.unit
        self._units = self._communes_named(body)
        self._leave_out_footer(body)
        self._group = self._groups(body)
        used = {place.index for place in self._columns.values()}
        self.cells = {
            row: tuple(cells)
            for row, cells in body.items()
            if any(cell for index, cell in enumerate(cells) if index in used)
        }
        self.rows = {row: self._read(row, cells) for row, cells in self.cells.items()}
        self._identify()
        self._complete()

    def _body(self, sheet: Sheet, header: Header) -> dict[int, list[str]]:
        """Return the rows below the header, without numbers of columns and totals."""
        if any(row < header.row for row, _ in sheet.rows):
            self._notes.correct("title_rows", None, detail=str(header.row))
        body = {row: cells for row, cells in sheet.rows if row > header.row}
        for row, cells in list(body.items()):
            first = next(cell for cell in cells if cell)
            if is_total_word(first) or (row == header.row + 1 and is_numbering(cells)):
                self._notes.correct("left_out", None, row, first)
                del body[row]
        return body

    def _communes_named(self, body: Mapping[int, list[str]]) -> str:
        """Return whether the sheet names communes of ``2023`` or ``2025``; empty if it doesn't tell."""
        named = [column for column in self._table.columns if column.refers == "communes_2023"]
        texts = []
        for column in named:
            if place := self._columns.get(column.name):
                if place.heading == column.name:
                    return "2023"
                if year := next((year for year in UNITS if year in place.unit), ""):
                    return year
                cells = (self._cell(tuple(cells), column.name) for cells in body.values())
                texts += [part for cell in cells if cell for part in re.split("[;\n,]", cell)]
        return self._places.units_of(text.strip() for text in texts)

    def _leave_out_footer(self, body: dict[int, list[str]]) -> None:
        """Leave out what stands below the table, such as who signs it: rows of hardly anything."""
        needed = [name for name in ("id", *self._naming()) if name in self._columns]
        for row in sorted(body, reverse=True):
            cells = tuple(body[row])
            if len(list(filter(None, cells))) > _FOOTER_CELLS or len(needed) < 2:
                break
            if any(self._cell(cells, name) for name in needed):
                break
            self._notes.correct("left_out", None, row, next(filter(None, cells)))
            del body[row]

    def _naming(self) -> list[str]:
        """Return the columns without which a row says of nothing what it says."""
        needed = (column for column in self._table.columns if column.required and column.kind != "choice")
        return [column.name for column in needed if column.name != "id"]

    def _groups(self, body: dict[int, list[str]]) -> dict[int, str]:
        """Leave out rows that only name the commune of those below them, and return it by row."""
        groups: dict[int, str] = {}
        if "commune_code" not in self._table.names:
            return groups
        commune = ""
        for row, cells in list(body.items()):
            texts = [cell for cell in cells if cell and not _ORDINAL.fullmatch(cell)]
            if len(texts) == 1 and (found := self._places.group(texts[0], units=self._units)):
                commune = found
                self._notes.correct("group_row", None, row, texts[0])
                del body[row]
            else:
                groups[row] = commune
        return groups

    def _settled(self, header: Header, rows: Mapping[int, object]) -> dict[str, Place]:
        """Return the columns that were recognised, or are by an answer."""
        columns = dict(header.columns)
        unused = [place.heading for place in header.unused]
        for place, column in header.near.items():
            options = {
                column: heading_of(column, self._table, self._words.lang),
                _UNUSED: self._words("imports.cell.unused"),
            }
            doubt = Doubt("heading", options)
            answers = {self._notes.ask(doubt, row, "", place.heading, place.heading) for row in rows}
            if answers == {column}:
                columns[column] = place
            elif answers == {_UNUSED}:
                unused.append(place.heading)
        if unused:
            self._notes.correct("unused_columns", None, detail=", ".join(unused))
        return columns

    def _named(self) -> dict[str, str]:
        """Return the office's heading of each column, or what the template calls one that it lacks."""
        own = {name: place.heading for name, place in self._columns.items() if name != "geometry"}
        named = {name: heading_of(name, self._table, self._words.lang) for name in self._table.names}
        for name in reversed(_POSITION):
            if name in own:
                named |= {"lat": own[name], "lon": own[name]}
        return named | own

    def _cell(self, cells: tuple[str, ...], name: str) -> str:
        place = self._columns.get(name)
        return cells[place.index] if place and place.index < len(cells) else ""

    def _read(self, row: int, cells: tuple[str, ...]) -> dict[str, str]:
        for name, place in self._columns.items():
            if (row, place.index) in self._unread:
                text = cells[place.index]
                code = "cell_error" if text.startswith("#") else "no_result"
                self._notes.refuse(code, row, name, text)
        cells = tuple("" if (row, index) in self._unread else cell for index, cell in enumerate(cells))
        texts: dict[str, str] = {}
        for column in self._table.columns:
            if column.kind not in ("latitude", "longitude") and column.name in self._columns:
                text = self._cell(cells, column.name)
                commune = texts.get("commune_code", "")
                texts[column.name] = self._read_cell(row, column, text, commune) if text else ""
        if group := self._group.get(row, ""):
            texts["commune_code"] = texts.get("commune_code") or group
        if "lat" in self._table.names:
            texts |= self._read_position(row, cells)
        return texts

    def _read_cell(self, row: int, column: Column, text: str, commune: str) -> str:
        place = self._columns[column.name]
        heading = place.heading
        if column.name in _TALLIES and (row, place.index) in self._merged:
            options = {one: self._words(f"imports.cell.{one}") for one in (_EACH, _TOGETHER)}
            answer = self._notes.ask(Doubt("merged", options), row, column.name, heading, text)
            if answer != _EACH:
                return ""
        if not column.refers:
            reading = self._settle(row, column.name, text, lambda: self._put_right(row, column, text))
        elif is_blank_word(text):
            reading = Reading("", "blank")
        else:
            keys = [
                self._settle(
                    row,
                    column.name,
                    part,
                    lambda part=part: self._places.match(
                        part, column, commune=commune, units=self._units_for(row, column, part)
                    ),
                ).text
                for part in self._places.parts(text, column)
            ]
            joined = ";".join(dict.fromkeys(filter(None, keys)))
            reading = Reading(joined, "place" if all(keys) else "")
        if reading.code and reading.text != text:
            self._notes.correct(reading.code, heading, row, text, self._shown(column, reading.text))
        return reading.text

    def _shown(self, column: Column, text: str) -> str:
        """Return a text of the contract as a person reads it."""
        if column.refers:
            names = self._places.names[column.refers]
            return ", ".join(names.label(key) for key in text.split(";"))
        if column.kind == "choice":
            return word_of(text, column, self._table, self._words) if text in column.choices else text
        try:
            value = read_cell(text, column)
        except CellError:
            return text
        if isinstance(value, date):
            return self._words.date(value)
        return self._words.number(value, 6) if isinstance(value, int | float) else text

    def _put_right(self, row: int, column: Column, text: str) -> Reading:
        """Return what a cell means, with the unit of its heading, of the table or of an answer."""
        place, is_sum = self._columns[column.name], column.name.endswith("_vnd")
        unit, above = place.unit, fold(self._sums_in)
        if is_sum and not unit and above and is_unit(above, column):
            unit = above
            self._notes.correct("unit_above", None, detail=self._sums_in)
        reading = put_right(text, column, self._table, self._words, unit=unit)
        is_bare = is_sum and not unit and place.heading != column.name and text.isdecimal()
        if is_bare and 0 < int(text) < _SMALL_SUM_VND:
            options = {str(10**power): self._words(f"imports.cell.times_{power}") for power in (0, 3, 6)}
            answer = self._notes.ask(Doubt("money_unit", options), row, column.name, place.heading, "")
            return Reading(str(int(text) * int(answer)), "answered") if answer else Reading("")
        return reading

    def _units_for(self, row: int, column: Column, text: str) -> str:
        """Return of which year a commune is named, as the sheet tells it or a person."""
        if column.refers != "communes_2023" or self._units or not self._places.is_of_both(text):
            return self._units or "2023"
        options = {year: self._words(f"imports.cell.communes_{year}") for year in UNITS}
        heading = self.headings[column.name]
        answer = self._notes.ask(Doubt("commune_year", options), row, column.name, heading, "")
        return answer or "2023"

    def _settle(self, row: int, column: str, text: str, read: Callable[[], Reading]) -> Reading:
        """Return what a reader makes of a cell, with the answer to its doubt; blank where there is none."""
        heading = self.headings.get(column)
        try:
            return read()
        except Doubt as doubt:
            answer = self._notes.ask(doubt, row, column, heading, text)
            return Reading(answer or "", "answered" if answer else "")
        except CellError as error:
            self._notes.refuse(error.code, row, column, text, **error.details)
            return Reading("")

    def _read_position(self, row: int, cells: tuple[str, ...]) -> dict[str, str]:
        """Return latitude and longitude of a row, from whichever columns tell them."""
        if any(
            (row, self._columns[name].index) in self._unread for name in _POSITION if name in self._columns
        ):
            return {"lat": "", "lon": ""}
        for name in ("geometry", "point"):
            if text := self._cell(cells, name):
                return self._located(row, name, text, lambda text=text: read_point(text))
        for first, second in _PAIRS:
            one, other = self._cell(cells, first), self._cell(cells, second)
            if is_blank_word(one) and is_blank_word(other):
                continue
            if not one or not other:
                text, name = (one, first) if one else (other, second)
                if _is_coordinate(text):
                    self._notes.refuse("half_a_point", row, second if one else first)
                    return {"lat": "", "lon": ""}
                # Both stand in one cell, where one was expected.
                return self._located(row, name, text, lambda text=text: read_point(text))
            return self._located(
                row,
                first,
                f"{one}, {other}",
                lambda one=one, other=other: (read_coordinate(one), read_coordinate(other)),
            )
        return {"lat": "", "lon": ""} if self._columns.keys() & set(_POSITION) else {}

    def _located(
        self, row: int, column: str, text: str, read: Callable[[], tuple[Numbers, Numbers]]
    ) -> dict[str, str]:
        def locate() -> Reading:
            lat, lon, code = self._locator.locate(*read(), self._words)
            return Reading(f"{lat}, {lon}", code)

        reading = self._settle(row, column, text, locate)
        if not reading.text:
            return {"lat": "", "lon": ""}
        code = reading.code or ("position" if reading.text != text else "")
        if code == "swapped" and column == "x":
            code = "position"
        if code and column != "geometry":
            self._notes.correct(code, self.headings.get(column), row, text, reading.text)
        lat, lon = reading.text.split(", ")
        return {"lat": lat, "lon": lon}

    def _identify(self) -> None:
        """Give each row without an id that of the row that it is, or one made from what it says."""
        for row, texts in self.rows.items():
            given, known = texts.get("id", ""), self.known.same_name(texts)
            if given and (given in self.known or not known):
                continue
            if known and (given or self._is_elsewhere(texts, known)):
                texts["id"] = self._which(row, texts, given, known)
                continue
            texts["id"] = known or self._made_id(texts)
            if texts["id"]:
                code = "same_row" if known or texts["id"] in self.known else "made_id"
                self._notes.correct(code, self.headings.get("id"), row, "", texts["id"])

    def _made_id(self, texts: Row) -> str:
        """Return the id made from what a row says; a work order that has ended is another one."""
        made = made_id(texts, self._table)
        key = made
        for number in count(2):
            if not self.known.is_ended(key) or self.known.says(key, texts):
                return key
            key = f"{made}-{number}"

    def _which(self, row: int, texts: Row, given: str, known: str) -> str:
        """Return the id of a row that may be the known one of its name, or another of the same name."""
        options = {known: self._words("imports.cell.same", id=known), _NEW: self._words("imports.cell.new")}
        doubt = Doubt("same_name", options, in_row_only=True)
        answer = self._notes.ask(doubt, row, "id", self.headings["name"], texts["name"])
        if answer != _NEW:
            return known
        made = made_id(texts, self._table)
        free = (f"{made}-{number}" for number in count(2))
        return given or next(key for key in chain([made], free) if key not in self.known)

    def _is_elsewhere(self, texts: Row, known: str) -> bool:
        """Return whether a row lies further from the known one than both may be wrong."""
        before = self.known.texts(known)
        if not all(one.get(name) for one in (texts, before) for name in ("lat", "lon")):
            return False
        points = [float(one[name]) for one in (before, texts) for name in ("lat", "lon")]
        error_m = sum(_number(one.get("accuracy_m", "")) for one in (before, texts))
        return bool(geodesic_m(*points) > error_m + _MOVED_M)

    def _complete(self) -> None:
        """Fill what the sheet does not have from what is known; ask before a blank cell clears anything."""
        blank_in: dict[int, list[str]] = {}
        for row, texts in self.rows.items():
            if texts["id"] in self.known:
                before = self.known.texts(texts["id"])
                blank_in[row] = [name for name in texts if name != "id" and before[name] and not texts[name]]
                if self._is_moved(texts, before):
                    # How exact the old point was says nothing of the new one.
                    blank_in[row] = [name for name in blank_in[row] if name != "accuracy_m"]
                    if before["accuracy_m"] and not texts.get("accuracy_m"):
                        texts["accuracy_m"] = ""
                        self._notes.correct("accuracy_unknown", None, row, before["accuracy_m"])
                for name in before.keys() - texts.keys():
                    texts[name] = before[name]
            else:
                self._fill_new(row, texts)
        faulty = {finding.row for finding in self._notes.log.findings}
        self._ask_about_older_inspections(faulty)
        asked = {"keep": self._words("imports.cell.keep"), "clear": self._words("imports.cell.clear")}
        for row, names in blank_in.items():
            names = [name for name in names if (row, name) not in self._notes.asked]
            if not names or row in faulty or (row, "id") in self._notes.asked:
                continue
            answer = self._notes.ask(Doubt("blank_cells", asked), row, "", None, "")
            if answer == _KEEP:
                before = self.known.texts(self.rows[row]["id"])
                self.rows[row] |= {name: before[name] for name in names}

    def _is_moved(self, texts: Row, before: Row) -> bool:
        return any(
            texts.get(name) and before[name] and _number(texts[name]) != _number(before[name])
            for name in ("lat", "lon")
        )

    def _ask_about_older_inspections(self, faulty: Collection[int | None]) -> None:
        """Ask before what was seen earlier takes the place of what was seen later."""
        options = {one: self._words(f"imports.cell.older_{one}") for one in (_KEEP, _TAKE)}
        for row, texts in self.rows.items():
            if row in faulty or (row, "id") in self._notes.asked:
                continue
            if texts["id"] not in self.known or not texts.get("checked_on"):
                continue
            before = self.known.texts(texts["id"])
            if texts["checked_on"] >= before["checked_on"]:
                continue
            heading = self.headings["checked_on"]
            answer = self._notes.ask(Doubt("older_inspection", options), row, "checked_on", heading, "")
            if answer == _KEEP:
                texts |= {name: before[name] for name in _SEEN_TOGETHER}

    def _fill_new(self, row: int, texts: dict[str, str]) -> None:
        missing = []
        for column in self._table.columns:
            if not column.required or column.name in texts:
                continue
            if column.kind == "choice":
                options = {
                    value: word_of(value, column, self._table, self._words) for value in column.choices
                }
                heading = self.headings[column.name]
                texts[column.name] = (
                    self._notes.ask(Doubt("whole_column", options), row, column.name, heading, "") or ""
                )
            else:
                missing.append(self.headings[column.name])
        if missing:
            self._notes.refuse("missing_columns", row, None, headings=", ".join(missing))


def _number(text: str) -> float:
    """Return a number of the contract; a blank, or what its rules will refuse, as 0."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def _is_coordinate(text: str) -> bool:
    try:
        return bool(read_coordinate(text))
    except CellError:
        return False
