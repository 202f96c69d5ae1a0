"""No cell that leaves the program is run by a spreadsheet, and each comes back as it was."""

import csv
import io

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.coverage import coverage
from geo.siting import siting
from geo.spreadsheet import as_meant, csv_of, for_sheet, harmless, sheet_name
from tests.geo.spaces import ON, workspace

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
FORMULA = '=HYPERLINK("http://x")'


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


@given(st.text())
def test_what_was_made_harmless_comes_back_as_it_was(text):
    assert as_meant(harmless(text)) == text
    assert not harmless(text).startswith(RUN_BY_SPREADSHEETS)


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"))), min_size=1))
def test_a_table_comes_back_from_its_csv(texts):
    rows = rows_of(csv_of(pd.DataFrame({"text": texts, "number": -1})))
    assert [as_meant(row["text"]) for row in rows] == texts
    assert {row["number"] for row in rows} == {"-1"}
    assert not any(row["text"].startswith(RUN_BY_SPREADSHEETS) for row in rows)


def test_the_csv_of_reach_is_for_programs_and_harmless():
    text = coverage(workspace(villages=[{"name": FORMULA, "lat": 12.7, "lon": -1.5}]), on=ON).to_csv()
    (row,) = rows_of(text)
    assert (row["id"], row["name"], row["lon"]) == ("v1", f"'{FORMULA}", "-1.5")
    assert text.startswith("id,")


def test_the_csv_of_sites_is_for_programs_and_harmless():
    places = {"label": [FORMULA, "@A"], "lat": 12.7, "lon": [109.2, 109.3], "cost_vnd": [14_000_000, np.nan]}
    villages = [{"lat": 12.7, "lon": lon} for lon in places["lon"]]
    text = siting(workspace(villages=villages), on=ON, candidates=pd.DataFrame(places)).best(2).to_csv()
    told = [(row["label"], row["cost_vnd"]) for row in rows_of(text)]
    assert told == [(f"'{FORMULA}", "14000000"), ("'@A", "")]
    assert text.startswith("rank,")


def test_cells_hold_what_a_workbook_can():
    assert for_sheet("a\x01b") == "ab"
    assert for_sheet("@SUM(1)") == "'@SUM(1)"
    assert sheet_name("a/b:c" * 20) == ("abc" * 20)[:31]
