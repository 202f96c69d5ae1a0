"""The money of the plan: the desk, the meeting, the report and the workbook say the same sums by one name."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from geo.folder import read_workspace
from geo.text import LANGUAGES, Words
from records.commitments import deeds, plan_money
from reports.report_text import report_text
from reports.report_workbook import HEAD_ROW, to_xlsx
from reports.results import FIGURES, MONEY, results
from tests.folders import make_folder, with_row
from views.money import money_rows

DATA = Path(__file__).resolve().parents[2] / "data"
ON = date(2026, 11, 23)
SCREEN = MONEY[: MONEY.index("remaining_vnd") + 1]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("folder", ["", "demo"])
def test_desk_report_and_workbook_agree(folder, lang):
    ws, words = read_workspace(DATA / folder), Words(lang)
    shown = money_rows(ws.plan, plan_money(deeds(ws, on=ON)), words)
    found = results(ws, on=ON)
    text = report_text(found, words)
    for (label, said), row in zip(shown, text.rows["money"], strict=False):
        assert (label, said.split(" · ")[0]) == (row["label"], row["amount"])
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(found, text, words))).worksheets[0]
    for name, (_, said) in zip(SCREEN, shown, strict=True):
        value = sheet.cell(HEAD_ROW + 1 + FIGURES.index(name), 2).value
        known = words("report.unknown") if value is None else words("report.money", value=value)
        assert said.split(" · ")[0] == known


def test_what_is_left_is_said_to_be_the_most_where_a_cost_is_not_recorded(tmp_path):
    words = Words("vi")
    labels = []
    for name, cost in (("known", 1_000_000), ("blank", "")):
        works = with_row("works", 0, state="approved", plan_ref="c1", cost_vnd=cost)
        ws = read_workspace(make_folder(tmp_path / name, works=works))
        rows = money_rows(ws.plan, plan_money(deeds(ws, on=ON)), words)
        labels.append(rows[-1][0])
        assert (words("report.unknown") in rows[2][1]) == (name == "blank")
    assert labels == [words("report.money_row.remaining_vnd"), words("report.money_row.remaining_most")]
