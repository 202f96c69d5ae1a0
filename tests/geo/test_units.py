"""A code means one area before July 2025 and may mean another after: none is ever taken for the other."""

from pathlib import Path

import pandas as pd
import pytest

from geo.errors import UnitsError
from geo.folder import read_workspace
from geo.units import commune_at, commune_label, commune_name, to_units
from tests.folders import GIA, LANH, THO, make_folder

TRAPS = {
    "22489": ("Vạn Giã", "Vạn Ninh"),
    "22498": ("Vạn Long", "Tu Bông"),
    "22504": ("Vạn Thọ", "Đại Lãnh"),
    "22516": ("Vạn Thắng", "Vạn Thắng"),
    "22525": ("Vạn Hưng", "Vạn Hưng"),
}
"""Codes that the reform reused, with the name before and after."""


@pytest.fixture(scope="module")
def district():
    return read_workspace(Path(__file__).resolve().parents[2] / "data")


@pytest.mark.parametrize("code", TRAPS)
def test_a_reused_code_names_another_area(district, code):
    before, after = TRAPS[code]
    assert commune_name(code, district, "2023") == before
    assert commune_name(code, district, "2025") == after
    assert commune_label(code, district, "2023") != commune_label(code, district, "2025")
    old, new = (district.units(units).geometry[code] for units in ("2023", "2025"))
    assert old.area < 0.9 * new.area


def test_the_thirteen_go_whole_into_the_five(district):
    old, new = district.units("2023"), district.units("2025")
    successors = to_units(old.index.to_series(), district, "2025")
    assert set(successors) == set(new.index) == set(TRAPS)
    for code, successor in successors.items():
        assert new.geometry[successor].intersection(old.geometry[code]).area > 0.99 * old.geometry[code].area


def test_a_name_that_moved_to_another_code(district):
    lanh_before = district.units("2023").query("name == 'Đại Lãnh'").index
    assert list(to_units(lanh_before.to_series(), district, "2025")) != list(lanh_before)


def test_index_and_blanks_are_kept(tmp_path):
    ws = read_workspace(make_folder(tmp_path))
    codes = pd.Series([THO, "", GIA, LANH], index=list("abcd"), name="commune_code")
    pd.testing.assert_series_equal(to_units(codes, ws, "2023"), codes)
    expected = pd.Series(["22504", "", "22489", "22504"], index=list("abcd"), name="commune_code")
    pd.testing.assert_series_equal(to_units(codes, ws, "2025"), expected)


def test_what_is_not_known_is_refused(tmp_path):
    ws = read_workspace(make_folder(tmp_path))
    with pytest.raises(UnitsError, match="2030"):
        to_units(pd.Series([GIA]), ws, "2030")
    with pytest.raises(UnitsError, match="99999"):
        to_units(pd.Series([GIA, "99999"]), ws, "2025")
    with pytest.raises(UnitsError, match=LANH):
        commune_name(LANH, ws, "2025")
    without = read_workspace(make_folder(tmp_path / "old", communes_2025=None))
    with pytest.raises(UnitsError, match=GIA):
        to_units(pd.Series([GIA]), without, "2025")


def test_a_place_lies_in_the_commune_of_its_units(district):
    for units in ("2023", "2025"):
        for code, shape in district.units(units).geometry.items():
            inside = shape.representative_point()
            assert commune_at(inside.y, inside.x, district, units) == code
    assert commune_at(0.0, 0.0, district, "2023") is None
