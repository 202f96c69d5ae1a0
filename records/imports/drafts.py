"""Turns the rows of an office's sheet into the contract's texts, cell by cell, noting what was put right."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from geo.cells import CellError
from geo.schema import Column, Table
from geo.text import Words
from geo.workspace import Workspace
from records.imports.coordinates import Locator, Numbers, read_coordinate, read_point
from records.imports.findings import Doubt, Notes, Reading
from records.imports.headings import Header, Place, heading_of, is_numbering
from records.imports.identity import Known, made_id
from records.imports.places import Places
from records.imports.sheets import Sheet
from records.imports.values import is_blank_word, is_total_word, put_right, word_of

_PAIRS = (("lat", "lon"), ("northing", "easting"), ("x", "y"))
"""Columns that hold a position together; X is the northing for surveyors and the longitude in GIS."""
_POSITION = ("geometry", "point", *(name for pair in _PAIRS for name in pair))
_UNUSED = "-"
_KEEP, _CLEAR = "keep", "clear"


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
        texts = {}
        for column in self._table.columns:
            if column.kind not in ("latitude", "longitude") and column.name in self._columns:
                text = self._cell(cells, column.name)
                commune = texts.get("commune_code", "")
                texts[column.name] = self._read_cell(row, column, text, commune) if text else ""
        if "lat" in self._table.names:
            texts |= self._read_position(row, cells)
        return texts

    def _read_cell(self, row: int, column: Column, text: str, commune: str) -> str:
        heading = self._columns[column.name].heading
        if not column.refers:
            unit = self._columns[column.name].unit
            reading = self._settle(
                row,
                column.name,
                text,
                lambda: put_right(text, column, self._table, self._words, unit=unit),
            )
        elif is_blank_word(text):
            reading = Reading("", "blank")
        else:
            keys = [
                self._settle(
                    row,
                    column.name,
                    part,
                    lambda part=part: self._places.match(part, column, commune=commune),
                ).text
                for part in self._places.parts(text, column)
            ]
            joined = ";".join(dict.fromkeys(filter(None, keys)))
            reading = Reading(joined, "place" if all(keys) else "")
        if reading.code and reading.text != text:
            self._notes.correct(reading.code, heading, row, text, reading.text)
        return reading.text

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
            if texts.get("id"):
                continue
            known = self.known.same_name(texts)
            texts["id"] = known or made_id(texts, self._table)
            if texts["id"]:
                code = "same_row" if known or texts["id"] in self.known else "made_id"
                self._notes.correct(code, self.headings.get("id"), row, "", texts["id"])

    def _complete(self) -> None:
        """Fill what the sheet does not have from what is known; ask before a blank cell clears anything."""
        blank_in: dict[int, list[str]] = {}
        for row, texts in self.rows.items():
            if texts["id"] in self.known:
                before = self.known.texts(texts["id"])
                blank_in[row] = [name for name in texts if name != "id" and before[name] and not texts[name]]
                for name in before.keys() - texts.keys():
                    texts[name] = before[name]
            else:
                self._fill_new(row, texts)
        faulty = {finding.row for finding in self._notes.log.findings}
        asked = {"keep": self._words("imports.cell.keep"), "clear": self._words("imports.cell.clear")}
        for row, names in blank_in.items():
            names = [name for name in names if (row, name) not in self._notes.asked]
            if not names or row in faulty:
                continue
            answer = self._notes.ask(Doubt("blank_cells", asked), row, "", None, "")
            if answer == _KEEP:
                before = self.known.texts(self.rows[row]["id"])
                self.rows[row] |= {name: before[name] for name in names}

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


def _is_coordinate(text: str) -> bool:
    try:
        return bool(read_coordinate(text))
    except CellError:
        return False
