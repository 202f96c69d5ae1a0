"""The table of villages not reached leaves the program whole, in its reader's words, and runs nowhere."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coverage import coverage
from geo.folder import read_workspace
from geo.text import LANGUAGES, Words
from reports.tables import to_csv, to_xlsx, unreached_villages
from tests.folders import make_folder, with_row

DATA = Path(__file__).resolve().parents[2] / "data"
ON = date(2026, 6, 30)


@pytest.fixture(scope="module")
def demo():
    return read_workspace(DATA / "demo")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("units", ["2023", "2025"])
def test_the_table_holds_every_counted_village_that_nothing_reaches_now(demo, lang, units):
    words, reach = Words(lang), coverage(demo, on=ON, units=units)
    table = unreached_villages(demo, reach, words)
    villages = reach.villages[reach.villages["counted"] & (reach.villages["now"] != "reached")]
    assert sorted(table[words("table.village")]) == sorted(villages["name"])
    assert len(table) == reach.summary["villages"] - reach.summary["reached"]
    assert set(table[words("table.invented")]) == {words("map.invented")}
    assert set(table[words("table.class")]) == {words(f"terms.class.{name}") for name in villages["class"]}


def test_one_commune_alone(demo):
    words, reach = Words("vi"), coverage(demo, on=ON)
    for code, counts in reach.communes.iterrows():
        table = unreached_villages(demo, reach, words, commune=code)
        assert len(table) == counts["villages"] - counts["reached"]
        assert set(table[words("table.commune")]) <= {counts["name"]}


def test_real_data_are_not_marked_and_unknown_cells_are_blank():
    workspace, words = read_workspace(DATA), Words("vi")
    table = unreached_villages(workspace, coverage(workspace), words)
    assert words("table.invented") not in table
    again = pd.read_csv(io.BytesIO(to_csv(table)), encoding="utf-8-sig", keep_default_na=False)
    lost = workspace.villages["name"][workspace.villages["lat"].isna()]
    blank = again[words("table.lat")] == ""
    assert set(again[words("table.village")][blank]) <= set(lost)


def test_a_table_comes_back_from_csv_and_from_a_workbook(demo):
    words = Words("vi")
    table = unreached_villages(demo, coverage(demo, on=ON), words)
    content = to_csv(table)
    assert content.startswith(b"\xef\xbb\xbf") and b"\r\n" in content
    again = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype=str, keep_default_na=False)
    assert list(again.columns) == list(table.columns)
    assert again[words("table.village")].tolist() == table[words("table.village")].tolist()

    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(table, title="Thôn: [chưa] phủ?", notes=["Ghi chú"])))
    rows = list(book.active.values)
    assert rows[0][0] == "Thôn: [chưa] phủ?" and rows[1][0] == "Ghi chú"
    header = rows.index(tuple(table.columns))
    assert len(rows) - header - 1 == len(table)
    assert book.active.freeze_panes == f"A{header + 2}"
    column = list(table.columns).index(words("table.lat"))
    for row, lat in zip(rows[header + 1 :], table[words("table.lat")], strict=True):
        assert row[column] == (None if pd.isna(lat) else pytest.approx(lat))


@given(st.text(alphabet="=+-@\t\r'a<&\u0111 ", max_size=6))
def test_no_cell_is_a_formula(text):
    table = pd.DataFrame({"name": [text], "n": [1]})
    cell = pd.read_csv(io.BytesIO(to_csv(table)), dtype=str, keep_default_na=False).at[0, "name"]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(table, title="x", notes=[text])))
    for row in book.active.iter_rows():
        assert all(one.data_type != "f" for one in row)


def test_an_empty_table_can_be_written(tmp_path):
    workspace = read_workspace(
        make_folder(tmp_path, villages=with_row("villages", 2, register_status="historical"))
    )
    words = Words("vi")
    table = unreached_villages(workspace, coverage(workspace, on=ON), words)
    assert table.empty
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(table, title="x", notes=[])))
    assert tuple(table.columns) in list(book.active.values)
    assert list(pd.read_csv(io.BytesIO(to_csv(table)), encoding="utf-8-sig").columns) == list(table.columns)
