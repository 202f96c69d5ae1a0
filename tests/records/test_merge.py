"""What becomes of a wish when others have changed something meanwhile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.schema import table
from records.merge import Conflict, is_same, merge, to_cells, wishes

PANOS = table("panos")
ROW = dict.fromkeys(PANOS.names) | {
    "id": "p1",
    "name": "Pano",
    "condition": "minor_damage",
    "radius_m": "800",
}


def test_what_nobody_else_changed_is_changed():
    merged = merge(ROW, {"condition": "good"}, PANOS, seen={"condition": "minor_damage"})
    assert merged.changes == {"condition": ("minor_damage", "good")}
    assert not merged.conflicts and not merged.is_stale


def test_different_fields_merge():
    merged = merge(ROW, {"note": "mới sơn"}, PANOS, seen={"condition": "good", "note": None})
    assert merged.changes == {"note": (None, "mới sơn")}
    assert not merged.conflicts and merged.is_stale


def test_the_same_field_waits():
    merged = merge(ROW, {"condition": "major_damage"}, PANOS, seen={"condition": "good"})
    assert merged.changes == {}
    assert merged.conflicts == (Conflict("condition", "good", "minor_damage", "major_damage"),)


def test_the_same_value_is_no_conflict():
    merged = merge(ROW, {"condition": "minor_damage"}, PANOS, seen={"condition": "good"})
    assert merged.changes == {} and not merged.conflicts


def test_what_its_author_left_alone_is_no_wish():
    seen = {"condition": "good", "note": None, "radius_m": "800"}
    assert wishes({"condition": "good", "note": "a", "radius_m": "800.0"}, seen, PANOS) == {"note": "a"}


def test_what_someone_states_is_a_wish_even_if_it_is_what_they_had_seen():
    merged = merge(ROW, {"condition": "good"}, PANOS, seen={"condition": "good"})
    assert merged.conflicts == (Conflict("condition", "good", "minor_damage", "good"),)


def test_a_fact_is_wished_whole():
    seen = {"lat": "12.7", "lon": "109.22", "accuracy_m": "5"}
    assert wishes(seen | {"lat": "12.71"}, seen, PANOS) == seen | {"lat": "12.71"}
    assert wishes({"lat": "12.71"}, seen, PANOS) == {"lat": "12.71", "accuracy_m": None}
    assert wishes({"condition": "good"}, {"condition": "minor_damage"}, PANOS) == {
        "condition": "good",
        "checked_on": None,
    }


@pytest.mark.parametrize("seen", [{}, {"condition": "good", "checked_on": "2024-01-01"}])
def test_an_older_inspection_is_of_its_day(seen):
    row, wanted = ROW | {"checked_on": "2024-03-02"}, {"condition": "good", "checked_on": "2024-02-01"}
    merged = merge(row, wanted | {"note": "a"}, PANOS, seen=seen).in_its_time(row, wanted, seen)
    assert merged.changes == {"note": (None, "a")} and not merged.conflicts and merged.is_stale
    assert {one.field: one.mine for one in merged.past} == wanted
    assert {one.theirs for one in merged.past} == {"minor_damage", "2024-03-02"}
    for day in ("2024-03-02", "2024-03-03"):
        wanted = {"condition": "good", "checked_on": day}
        merged = merge(row, wanted, PANOS)
        assert merged.in_its_time(row, wanted, {}) == merged


def test_a_number_written_otherwise_is_the_same_number():
    assert merge(ROW, {"radius_m": "800.0"}, PANOS).changes == {}
    assert merge(ROW, {"radius_m": "8000"}, PANOS, seen={"radius_m": "8e2"}).conflicts == ()


def test_half_a_point_of_each_is_no_point():
    row = ROW | {"lat": "12.7", "lon": "109.23"}
    seen = {"lat": "12.7", "lon": "109.22"}
    merged = merge(row, {"lat": "12.71"}, PANOS, seen=seen)
    assert [one.field for one in merged.conflicts] == ["lat"]
    merged = merge(row, {"lat": "12.71", "lon": "109.24", "note": "đo lại"}, PANOS, seen=seen)
    assert {one.field for one in merged.conflicts} == {"lat", "lon"}
    assert merged.changes.keys() == {"note"}


def test_blank_is_not_zero():
    radius = next(column for column in PANOS.columns if column.name == "radius_m")
    assert not is_same(None, "0", radius)
    assert to_cells({"radius_m": float("nan"), "serves": ()}, PANOS) == {"radius_m": None, "serves": None}


def test_an_unknown_column_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="colour"):
        to_cells({"colour": "red"}, PANOS)


CELL = st.sampled_from([None, "a", "b", "c"])
FIELDS = ("name", "note", "source")


@given(*(st.fixed_dictionaries({field: CELL for field in FIELDS}) for _ in range(3)))
def test_nothing_is_dropped_and_nothing_overwritten_unseen(present, wanted, seen):
    merged = merge(ROW | present, wishes(wanted, seen, PANOS), PANOS, seen=seen)
    result, waiting = merged.applied_to(ROW | present), {one.field for one in merged.conflicts}
    for field in FIELDS:
        if wanted[field] != seen[field]:
            assert result[field] == wanted[field] or field in waiting
        if present[field] != seen[field]:
            assert result[field] == present[field]


def test_a_cell_never_holds_what_a_database_can_not_keep():
    assert to_cells({"note": "a\x00b", "name": "\x00"}, PANOS) == {"note": "ab", "name": None}
