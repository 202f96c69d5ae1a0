"""The words of a report: Vietnamese forms, dotted lines for what is not known, every name."""

import re

import pytest

from geo.folder import read_workspace
from geo.text import LANGUAGES, Words
from reports.report_text import MOST_NAMES, SECTIONS, TABLES, TEXT_WIDTH_MM, Speaker, left_out, report_text
from reports.results import STEPS, UNKNOWN, results
from tests.folders import make_folder
from tests.reports.conftest import DATA, ON, VI


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("units", ["2023", "2025"])
def test_every_cell_has_its_heading_and_every_section_something_to_say(lang, units):
    text = report_text(results(read_workspace(DATA), on=ON, units=units), Words(lang))
    for name, columns in TABLES.items():
        keys = [column.name for column in columns]
        assert list(text.head[name]) == keys
        assert all(set(row) == set(keys) for row in text.rows[name])
    for section, tables in SECTIONS.items():
        assert text.lines[section] or any(text.rows[table] for table in tables)
    assert units in text.data_line and text.invented == ""


def test_tables_fill_the_width_of_the_page():
    assert {sum(column.width_mm for column in columns) for columns in TABLES.values()} == {TEXT_WIDTH_MM}


def test_numbers_money_and_dates_in_vietnamese_form(text, real):
    assert "34.000.000 đ" in report_text(real, VI).lines["summary"][-1]
    assert re.search(r"\d+,\d %", text.lines["summary"][-1])
    assert "23/11/2026" in text.letterhead["subject"] and "23/11/2026" in text.data_line
    assert "07/06/2023" in text.letterhead["opening"]


def test_what_is_not_known_is_a_dotted_line_and_never_made_up(tmp_path):
    ws = read_workspace(make_folder(tmp_path, plan=""))
    text = report_text(results(ws, on=ON), VI)
    for name in (
        "superior",
        "issuer",
        "number",
        "place_date",
        "to",
        "recipient",
        "signer_title",
        "signer_name",
    ):
        assert "……" in text.letterhead[name]
    assert VI("report.plan_unnumbered") in text.letterhead["opening"]
    budget = VI("report.money_row.budget_vnd")
    (row,) = [row for row in text.rows["money"] if row["label"] == budget]
    assert row["amount"] == VI("report.unknown")


def test_costs_that_are_not_recorded_are_no_zero(real):
    text = report_text(real, VI)
    assert {row["open"] for row in text.rows["costs"] if row["open_unknown"] != "0"} == {VI("report.unknown")}
    label = VI("report.money_row.open_vnd")
    (row,) = [row for row in text.rows["money"] if row["label"] == label]
    assert (row["amount"], row["unknown"]) == (VI("report.unknown"), "13")


def test_every_village_that_is_not_reached_is_named(found, text):
    names = [cell for row in text.rows["unreached"] for cell in (row["planned"], row["others"])]
    shown = "; ".join(filter(None, names))
    for name, class_ in zip(found.unreached["name"], found.unreached["class"], strict=True):
        mark = VI(f"report.mark.{class_}", name=name) if class_ != "planned" else name
        assert mark in shown.split("; ")
    assert sum(int(row["count"]) for row in text.rows["unreached"]) == len(found.unreached)


def test_a_sentence_for_each_thing_that_is_not_zero(found, text):
    for key, names in (("unknown", UNKNOWN), ("steps", STEPS)):
        assert len(text.lines[key]) == sum(bool(found.value(name)) for name in names)
    unproven = found.figures["activities_unproven"]
    assert len(unproven.rows) > MOST_NAMES
    assert (
        Speaker(found, VI)
        .names(unproven.rows, MOST_NAMES)
        .endswith(f"{len(unproven.rows) - MOST_NAMES} mục khác")
    )


def test_the_last_row_of_the_communes_is_the_whole(found, text):
    for name in ("villages", "reached", "planned", "possible", "no_location", "unreached"):
        assert int(text.total["communes"][name]) == sum(int(row[name]) for row in text.rows["communes"])


def test_an_amount_that_lacks_some_quantity_is_said_to_be_the_least(tmp_path):
    plan = '[[commitment]]\nid = "c1"\ntext = "Phát tờ rơi"\nchannel = "leaflet"\ntarget = 9\nunit = "tờ"\n'
    common = {"channel": "leaflet", "state": "done", "scope": "district", "evidence": "x", "plan_ref": "c1"}
    rows = [common | {"id": "a1", "quantity": 5, "unit": "tờ"}, common | {"id": "a2"}]
    text = report_text(results(read_workspace(make_folder(tmp_path, plan=plan, activities=rows)), on=ON), VI)
    assert text.rows["commitments"][0]["proven"] == "≥ 5"


def test_plans_that_are_left_out_are_named(tmp_path, real):
    folder = make_folder(tmp_path)
    (folder / "plan_2024.toml").write_text('number = "07/KH-UBND"', encoding="utf-8")
    for lang in LANGUAGES:
        said = report_text(results(read_workspace(folder), on=ON), Words(lang)).lines["unknown"]
        assert any("07/KH-UBND" in line for line in said)
    assert left_out(real, VI) == []
