"""The workbook: every figure is counted again by its own formula, leads to its rows, and nothing runs."""

import io
import re

import openpyxl
import pytest

from geo.folder import read_workspace
from geo.spreadsheet import sheet_name
from geo.text import LANGUAGES, Words
from reports.report_text import report_text
from reports.report_workbook import HEAD_ROW, to_xlsx
from reports.results import FIGURES, results
from tests.folders import make_folder, with_row
from tests.reports.conftest import ON, VI

PART = re.compile(r"(COUNTIFS|SUMIFS)\(([^()]*)\)")
ARGUMENT = re.compile(r"""'?([^'!]+)'?!\$([A-Z]+)\$(\d+):\$\2\$(\d+)|"([^"]*)\"""")


def opened(found, words=VI):
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(found, report_text(found, words), words)))


def holds(value, criterion):
    match criterion[:1]:
        case "=" if criterion == "=":
            return value is None
        case "<":
            return value is not None
        case ">":
            return value is not None and value > float(criterion[1:])
        case "=":
            return value == float(criterion[1:])
    return value == criterion


def counted(book, formula):
    """Return what a spreadsheet makes of a sum of COUNTIFS and SUMIFS."""
    total = 0
    for kind, inside in PART.findall(formula):
        values, criteria = [], []
        for sheet, column, start, end, text in ARGUMENT.findall(inside):
            if sheet:
                values.append([book[sheet][f"{column}{n}"].value for n in range(int(start), int(end) + 1)])
            else:
                criteria.append(text)
        added = values.pop(0) if kind == "SUMIFS" else [1] * len(values[0])
        for place, amount in enumerate(added):
            if all(holds(column[place], one) for column, one in zip(values, criteria, strict=True)):
                total += amount or 0
    return total


def figures(book):
    """Return the row of each figure on the first sheet, by name."""
    return dict(zip(FIGURES, book.worksheets[0].iter_rows(min_row=HEAD_ROW + 1), strict=True))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["found", "real"])
def test_every_figure_is_counted_again_from_the_rows(request, name, lang):
    found = request.getfixturevalue(name)
    book = opened(found, Words(lang))
    for figure, (label, value, recount, _same, _rows) in figures(book).items():
        assert label.value == Words(lang)(f"report.figure.{figure}")
        assert value.value == found.value(figure)
        if figure not in ("budget_vnd", "remaining_vnd") and value.value is not None:
            assert counted(book, recount.value) == value.value, figure


def test_columns_that_a_preview_shows_blank_are_said_to_be_worked_out_when_opened(found):
    sheet = opened(found).worksheets[0]
    heads = [sheet.cell(HEAD_ROW, column).value for column in (3, 4)]
    assert heads == [VI("report.column.recount"), VI("report.column.same")]
    assert sheet.cell(HEAD_ROW - 1, 3).value == VI("report.worked_out")


def test_every_figure_leads_to_its_rows(found):
    book = opened(found)
    trace = book[sheet_name(VI("report.sheet.trace"))]
    for figure, cells in figures(book).items():
        rows = found.figures[figure].rows
        if not rows:
            assert cells[4].hyperlink is None
            continue
        sheet, place = cells[4].hyperlink.location.rsplit("!", 1)
        assert sheet.strip("'") == trace.title
        linked = list(trace[place])
        assert {row[0].value for row in linked} == {VI(f"report.figure.{figure}")}
        assert [row[3].value for row in linked] == [key for _, key in rows]
        for _, of_sheet, row, key, _ in linked:
            assert book[of_sheet.value][f"A{row.value}"].value == key.value


def test_every_table_is_a_sheet_with_all_its_rows(found):
    book, ws = opened(found), found.workspace
    for name in ("villages", "panos", "works", "activities"):
        sheet = book[sheet_name(VI(f"report.sheet.{name}"))]
        ids = [cell.value for cell in sheet["A"][HEAD_ROW:]]
        assert ids == getattr(ws, name).index.tolist()
    for sheet in book:
        assert sheet["A3"].value == VI("report.invented") and sheet.freeze_panes
        assert VI("report.invented") in sheet.oddHeader.center.text


def test_only_the_first_sheet_has_formulas_and_no_text_becomes_one(hostile):
    book = opened(hostile)
    for sheet in book.worksheets[1:]:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not isinstance(cell.value, str) or not cell.value.startswith(("=", "+", "-", "@"))
    for _, cells in figures(book).items():
        formulas = [cell for cell in cells if cell.data_type == "f"]
        assert all(PART.search(cell.value) or cell.value.startswith(("=IF(", "=B")) for cell in formulas)


def test_names_of_people_stay_out(found):
    book = opened(found)
    names = set(found.workspace.works["assignee"]) - {""}
    assert names
    shown = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert not names & shown


def test_an_empty_folder_and_ids_that_look_like_formulas(tmp_path):
    folder = make_folder(tmp_path, plan="", villages=[], panos=[], works=[], venues=[], activities=[])
    book = opened(results(read_workspace(folder), on=ON))
    for figure, cells in figures(book).items():
        if cells[2].value is not None and figure != "remaining_vnd":
            assert counted(book, cells[2].value) == cells[1].value
    odd = read_workspace(make_folder(tmp_path / "odd", works=with_row("works", 0, note="=1+1")))
    assert opened(results(odd, on=ON)).sheetnames == book.sheetnames
