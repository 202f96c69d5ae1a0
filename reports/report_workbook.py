"""The report as a workbook: a sheet per table, each figure with its rows and a formula that counts again."""

from __future__ import annotations

import io
from collections.abc import Mapping
from copy import copy
from datetime import date
from functools import cache

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from geo.palette import LAYERS
from geo.spreadsheet import for_sheet, sheet_name
from geo.text import Words
from reports.report_text import ReportText, Speaker
from reports.results import FIGURES, Results
from reports.workbook_rows import Recount, recounts, tables

HEAD_ROW = 4
"""Above it stand the title, what the figures rest on, and that they are made up where they are."""
WIDEST, NARROWEST = 60, 9
FORMATS = {
    "date": "dd/mm/yyyy",
    "number": "#,##0.##",
    "count": "#,##0",
    "metres": "#,##0",
    "degrees": "0.00000",
}
_KINDS = {
    "cost_vnd": "count",
    "spent_vnd": "count",
    "open_vnd": "count",
    "lat": "degrees",
    "lon": "degrees",
    "share": "percent",
}
_ALIGNMENTS = {
    "top": Alignment(wrap_text=False, vertical="top"),
    "wrapped": Alignment(wrap_text=True, vertical="top"),
}
_LINE = Side(style="thin", color="BFC7C4")


def to_xlsx(results: Results, text: ReportText, words: Words) -> bytes:
    """Return the report as a workbook.

    The first sheet has every figure, a formula that counts it again from the sheets of rows, whether both
    are the same, and a link to its rows on the last sheet. Names of people are left out.

    Parameters
    ----------
    results : Results
        The figures.
    text : ReportText
        The same in words.
    words : Words
        Their language.
    """
    book = _Book(results, text, words)
    figures = book.add("figures")
    for name, table in tables(results, words).items():
        book.fill(book.add(name), name, table)
    first_rows = book.fill_trace()
    book.fill_figures(figures, first_rows)
    stream = io.BytesIO()
    book.file.save(stream)
    return stream.getvalue()


class _Book:
    """A workbook being made; remembers where the rows of each table came to stand."""

    def __init__(self, results: Results, text: ReportText, words: Words) -> None:
        self.results = results
        self.text = text
        self.words = words
        self.file = Workbook()
        self.file.remove(self.file.active)
        self.file.properties.title, self.file.properties.creator = text.letterhead["subject"], ""
        self.columns: dict[str, dict[str, str]] = {}
        self.last_row: dict[str, int] = {}
        self.row_of: dict[tuple[str, str], int] = {}
        self.looks: dict[str, StyleArray] = {}

    def title(self, name: str) -> str:
        """Return the name of a sheet."""
        return sheet_name(self.words(f"report.sheet.{name}"))

    def add(self, name: str) -> Worksheet:
        """Add a sheet with what stands above its table."""
        sheet = self.file.create_sheet(self.title(name))
        sheet["A1"], sheet["A2"] = self.words(f"report.sheet.{name}"), self.text.data_line
        sheet["A1"].font = Font(bold=True, size=14)
        if self.text.invented:
            sheet["A3"] = self.text.invented
            sheet["A3"].font = Font(bold=True, color="C0392B")
            sheet.oddHeader.center.text = self.text.invented
        sheet.oddFooter.center.text = f"{self.text.data_line} · &P/&N"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
        sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
        return sheet

    def fill(self, sheet: Worksheet, name: str, table: pd.DataFrame) -> None:
        """Write a table under its headings."""
        columns = {column: get_column_letter(n) for n, column in enumerate(table.columns, start=1)}
        self.columns[name] = columns
        self.head(sheet, columns)
        for row, values in enumerate(table.itertuples(index=False, name=None), start=HEAD_ROW + 1):
            for place, (column, value) in enumerate(zip(columns, values, strict=True), start=1):
                self.put(sheet, row, place, value, column)
            if "id" in columns:
                self.row_of[name, values[0]] = row
        self.last_row[name] = max(sheet.max_row, HEAD_ROW + 1)
        self.finish(sheet, len(columns))

    def head(self, sheet: Worksheet, columns: Mapping[str, str]) -> None:
        """Write the headings of a table."""
        for column, letter in columns.items():
            cell = sheet[f"{letter}{HEAD_ROW}"]
            cell.value = self.words(f"report.column.{column}")
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=LAYERS["sea"][1:].upper())
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            cell.border = Border(bottom=_LINE)

    def put(self, sheet: Worksheet, row: int, place: int, value: object, column: str) -> None:
        """Write one value; what is not known stays blank, and a text is never a formula."""
        if pd.isna(value) or value == "":
            return
        cell = sheet.cell(row, place, for_sheet(value))
        if isinstance(value, str):
            cell.data_type = "s"
            self.style(cell, "wrapped" if len(value) > WIDEST else "top")
        elif isinstance(value, date):
            self.style(cell, FORMATS["date"])
        else:
            self.style(cell, FORMATS.get(_KINDS.get(column, "number"), "0.0%"))

    def style(self, cell: Cell, look: str) -> None:
        """Give a cell one of `_ALIGNMENTS` or a format of numbers.

        Each is looked for among the styles of the file once: that takes longer than to write a value, and the
        report of a large district has a hundred thousand cells.
        """
        if look not in self.looks:
            if look in _ALIGNMENTS:
                cell.alignment = _ALIGNMENTS[look]
            else:
                cell.number_format = look
            self.looks[look] = cell._style
        cell._style = copy(self.looks[look])

    def finish(self, sheet: Worksheet, columns: int) -> None:
        """Fix the headings, offer filters, and give each column the width of what it holds."""
        sheet.freeze_panes = f"B{HEAD_ROW + 1}"
        sheet.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(columns)}{max(sheet.max_row, HEAD_ROW)}"
        for column in range(1, columns + 1):
            cells = [sheet.cell(row, column) for row in range(HEAD_ROW, sheet.max_row + 1)]
            shown = [str(cell.value) for cell in cells if cell.value is not None and cell.data_type != "f"]
            longest = max(map(len, shown), default=0)
            sheet.column_dimensions[get_column_letter(column)].width = min(
                max(longest + 2, NARROWEST), WIDEST
            )

    def fill_trace(self) -> dict[str, tuple[int, int]]:
        """Write the rows behind every figure, and return where those of each begin and end."""
        sheet, places = self.add("trace"), {}
        # A village stands behind several figures.
        name_of = cache(Speaker(self.results, self.words).name)
        names = ("figure", "sheet", "row", "id", "name")
        columns = {column: get_column_letter(n) for n, column in enumerate(names, start=1)}
        self.columns["trace"] = columns
        self.head(sheet, columns)
        at = HEAD_ROW
        for figure in FIGURES:
            start = at + 1
            for table, key in self.results.figures[figure].rows:
                at += 1
                row = self.row_of[table, key]
                values = (self.label(figure), self.title(table), row, key, name_of((table, key)))
                for place, (column, value) in enumerate(zip(columns, values, strict=True), start=1):
                    self.put(sheet, at, place, value, column)
            if at >= start:
                places[figure] = (start, at)
        self.last_row["trace"] = max(at, HEAD_ROW + 1)
        self.finish(sheet, len(columns))
        return places

    def fill_figures(self, sheet: Worksheet, places: Mapping[str, tuple[int, int]]) -> None:
        """Write every figure, how it is counted again, whether both are the same, and a link to its rows."""
        names = ("figure", "value", "recount", "same", "rows")
        columns = {column: get_column_letter(n) for n, column in enumerate(names, start=1)}
        self.head(sheet, columns)
        # A preview works out no formula, and shows the two columns blank.
        sheet["C3"] = self.words("report.worked_out")
        sheet["C3"].font = Font(italic=True)
        how = recounts(self.words)
        row_of = {figure: row for row, figure in enumerate(FIGURES, start=HEAD_ROW + 1)}
        for figure, row in row_of.items():
            value = self.results.value(figure)
            self.put(sheet, row, 1, self.label(figure), "figure")
            self.put(sheet, row, 2, value, "cost_vnd")
            if figure == "remaining_vnd":
                formula = f"B{row_of['budget_vnd']}-C{row_of['spent_vnd']}-C{row_of['open_vnd']}"
            elif figure in how:
                formula = "+".join(map(self.formula, how[figure]))
            else:
                formula = self.formula(Recount("trace", {"figure": self.label(figure)}))
            if value is not None and figure != "budget_vnd":
                sheet[f"C{row}"], sheet[f"C{row}"].number_format = f"={formula}", FORMATS["count"]
                same, other = self.words("report.same"), self.words("report.differs")
                sheet[f"D{row}"] = f'=IF(B{row}=C{row},"{same}","{other}")'
            if figure in places:
                self.link(sheet, f"E{row}", places[figure])
        self.finish(sheet, len(columns))
        for letter, width in (("A", WIDEST), ("B", 18), ("C", 18), ("D", 12), ("E", 18)):
            sheet.column_dimensions[letter].width = width

    def link(self, sheet: Worksheet, cell: str, place: tuple[int, int]) -> None:
        """Make a cell lead to the rows of a figure."""
        start, end = place
        sheet[cell] = self.words("report.rows_link", n=end - start + 1)
        sheet[cell].font = Font(color="1F6FB2", underline="single")
        location = f"{quote_sheetname(self.title('trace'))}!A{start}:E{end}"
        sheet[cell].hyperlink = Hyperlink(ref=cell, location=location)

    def label(self, figure: str) -> str:
        """Return what a figure is called."""
        return self.words(f"report.figure.{figure}")

    def formula(self, recount: Recount) -> str:
        """Return a formula that counts rows, or adds up a column of them."""

        def column(name: str) -> str:
            letter, last = self.columns[recount.sheet][name], self.last_row[recount.sheet]
            return f"{quote_sheetname(self.title(recount.sheet))}!${letter}${HEAD_ROW + 1}:${letter}${last}"

        # Without its id a row is none: a sheet with no rows still has one that is blank.
        wanted = {"id": "<>"} | dict(recount.criteria)
        criteria = ",".join(f'{column(name)},"{value}"' for name, value in wanted.items())
        return f"SUMIFS({column(recount.total)},{criteria})" if recount.total else f"COUNTIFS({criteria})"
