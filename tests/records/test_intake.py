"""Rows of an office's file: compared with the store, and taken in as far as they were chosen."""

from __future__ import annotations

import pytest

from records.actions import edit
from records.errors import BadValues, Forbidden
from records.intake import compare, take_in
from tests.records.helpers import FIELD, operation


def test_a_file_says_what_it_would_change(store):
    rows = {
        5: {"id": "p1", "note": "mới sơn", "radius_m": "800.0"},
        6: {"id": "p2", "name": "Pano Vạn Thọ"},
        9: {"id": "p3", "name": "Pano mới", "commune_code": "22489", "state": "planned"},
    }
    changed, new = compare(store, "pano", rows)
    assert (changed.entity_id, changed.kind, changed.row) == ("p1", "changed", 5)
    assert [(one.field, one.stored, one.after) for one in changed.changes] == [("note", None, "mới sơn")]
    assert (new.entity_id, new.kind, new.row) == ("p3", "new", 9)


def test_good_rows_go_in_and_bad_ones_are_told(store):
    rows = {
        2: {"id": "p1", "radius_m": "900"},
        3: {"id": "p2", "village_id": "v9"},
        4: {"id": "p3", "name": "Pano mới", "commune_code": "22489", "state": "planned"},
    }
    taken = take_in(store, compare(store, "pano", rows), operation(source="import"))
    assert [one.difference.row for one in taken if one.refusal is None] == [2, 4]
    (refused,) = (one for one in taken if one.refusal)
    assert isinstance(refused.refusal, BadValues) and refused.difference.row == 3
    assert list(store.workspace().panos.index) == ["p1", "p2", "p3"]


def test_what_changed_between_preview_and_intake_waits(store):
    chosen = compare(store, "pano", {2: {"id": "p1", "note": "từ tệp"}})
    edit(store, "pano", "p1", {"note": "tại chỗ"}, operation())
    (taken,) = take_in(store, chosen, operation(source="import"))
    assert taken.receipt.outcome == "needs_decision"
    assert store.workspace().panos.loc["p1", "note"] == "tại chỗ"


def test_a_new_row_that_someone_else_added_first_is_merged(store):
    row = {"id": "p3", "name": "Pano mới", "commune_code": "22489", "state": "planned"}
    chosen = compare(store, "pano", {2: row | {"note": "một"}})
    take_in(store, compare(store, "pano", {2: row | {"source": "Sổ"}}), operation())
    (taken,) = take_in(store, chosen, operation())
    pano = store.workspace().panos.loc["p3"]
    assert taken.receipt.outcome == "merged"
    assert (pano["note"], pano["source"]) == ("một", "Sổ")


def test_twice_is_once(store):
    chosen, op = compare(store, "pano", {2: {"id": "p1", "note": "a"}}), operation()
    first = take_in(store, chosen, op)
    version = store.version
    assert take_in(store, chosen, op) == first and store.version == version


def test_it_is_a_right(store):
    with pytest.raises(Forbidden):
        take_in(store, [], operation(FIELD))
