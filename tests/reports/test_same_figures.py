"""The five figures are word for word the same on every form, and those that `coverage` prints."""

import io
import json
import re

import openpyxl
import pytest
from click.testing import CliRunner

from geo.folder import read_workspace
from geo.text import LANGUAGES, Words
from manage import cli
from reports.annexes import map_sheet
from reports.headline import PARTS, headlines
from reports.report import Report
from reports.report_workbook import HEAD_ROW
from reports.results import FIGURES, results
from tests.folders import make_folder, with_row
from tests.reports.conftest import DATA, ON
from tests.reports.printed import bare, words_on
from tests.reports.test_report_slides import NOTHING, opened, text_of
from tests.reports.test_report_word import all_text

NO_COSTS = {"works": with_row("works", 0, cost_vnd=""), "activities": []}
ODD = {
    "empty": NOTHING | {"plan": ""},
    "no register complete": {"villages": with_row("villages", 0, register_status="reported")},
    "no costs": NO_COSTS,
}
CASES = [
    ("demo", "2023"),
    ("demo", "2025"),
    ("real", "2023"),
    ("real", "2025"),
    *((one, "2023") for one in ODD),
]


def folder_of(name, tmp_path):
    if name in ODD:
        return make_folder(tmp_path, **ODD[name])
    return DATA / "demo" if name == "demo" else DATA


def forms_of(found, words):
    """Return the text of every form without its blanks, by ending; a sheet is a map."""
    made = Report(found, words).content
    return {
        "docx": bare(all_text(made(".docx"))),
        "pdf": "".join(words_on(made(".pdf"))),
        "pptx": bare("".join(map(text_of, opened(made(".pptx")).slides))),
        "sheet": "".join(words_on(map_sheet(found, words))),
    }, openpyxl.load_workbook(io.BytesIO(made(".xlsx")), data_only=True)


@pytest.mark.parametrize(("name", "units"), CASES)
def test_the_five_figures_are_the_same_on_every_form(tmp_path, name, units):
    folder = folder_of(name, tmp_path)
    found = results(read_workspace(folder), on=ON, units=units)
    # The languages share every figure, so that each case needs but one.
    words = Words(LANGUAGES[CASES.index((name, units)) % len(LANGUAGES)])
    shown = headlines(found, words)
    texts, book = forms_of(found, words)
    for form, text in texts.items():
        for one in shown:
            parts = [bare(part) for part in (one.value, one.label, one.more) if part]
            assert "".join(parts) in text or bare(one.said) in text, (form, one)

    rows = book.worksheets[0].iter_rows(min_row=HEAD_ROW + 1, values_only=True)
    values = {name: row[1] for name, row in zip(FIGURES, rows, strict=True)}
    asked = ("coverage", "--data", folder, "--on", ON.isoformat(), "--units", units, "--format", "json")
    summary = json.loads(CliRunner().invoke(cli, list(map(str, asked))).stdout)["summary"]
    for key in {"reached", "villages", "planned", "panos_now", "panos_standing"}:
        assert values[key] == summary[key] == found.value(key)
    for one in shown:
        counted = [int(re.sub(r"\D", "", n)) for n in one.value.split("/")]
        parts = [values[part] for part in PARTS[one.name]]
        if one.name == "late":
            works, activities, commitments = parts
            parts = [works + activities or commitments]
        assert counted == parts[: len(counted)]


def test_figures_of_one_commune_leave_out_those_of_the_plan(found):
    code = found.communes.index[0]
    words = Words("vi")
    shown = {one.name: one for one in headlines(found, words, commune=code)}
    counts = found.communes.loc[code]
    assert shown.keys() == {"reached", "planned", "panos"}
    assert shown["reached"].value == f"{counts['reached']}/{counts['villages']}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_plan_whose_time_is_over_says_so(found, real, lang):
    words = Words(lang)
    assert real.plan.ends_on < real.on and found.plan.ends_on >= found.on
    planned = {one.name: one for one in headlines(real, words)}["planned"]
    assert planned.more == words("report.headline.plan_over", date=words.date(real.plan.ends_on))
    assert {one.name: one for one in headlines(found, words)}["planned"].more == words(
        "screen.fig_planned_sub"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_late_commitments_are_no_zero_where_no_job_is_overdue(found, real, lang):
    words = Words(lang)
    late, overdue = ({one.name: one for one in headlines(of, words)}["late"] for of in (real, found))
    commitments = real.value("commitments_late")
    assert real.value("works_overdue") + real.value("activities_late") == 0 < commitments
    assert (late.value, late.tone) == (words.number(commitments), "bad")
    assert words("meeting.figure.late_commitments", n=commitments) == f"{late.value} {late.label}"
    assert late.more.endswith(words("meeting.figure.late"))
    assert found.value("works_overdue") > 0 and overdue.label == words("meeting.figure.late")
