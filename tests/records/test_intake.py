"""Rows of an office's file: compared with the store, and taken in as far as they were chosen."""

from __future__ import annotations

from datetime import date

import pytest

from records import intake
from records.actions import edit, step
from records.errors import BadValues, Forbidden, Refused, RuleBroken
from records.history import events
from records.intake import compare, refusal_of, take_in
from tests.records.helpers import ADMIN, FIELD, operation


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


def taken_in(store, entity, row, actor=None):
    """Return what becomes of one row, and what was said of it beforehand."""
    op = operation(actor, source="import") if actor else operation(source="import")
    (difference,) = compare(store, entity, {2: row})
    with store.reading() as connection:
        foretold = refusal_of(store, connection, difference, op)
    (taken,) = take_in(store, [difference], op)
    assert type(taken.refusal) is type(foretold)
    return taken


@pytest.mark.parametrize("state", ["approved", "awaiting_acceptance", "done"])
@pytest.mark.parametrize("kind", ["repair_frame", "remove"])
def test_nobody_is_past_the_approver_by_a_file(store, state, kind):
    row = {"id": "w9", "pano_id": "p1", "kind": kind, "state": state}
    taken = taken_in(store, "work", row)
    assert isinstance(taken.refusal, Refused) and taken.refusal.code == "state_by_step"
    assert "w9" not in store.workspace().works.index


@pytest.mark.parametrize(
    "row",
    [
        {"id": "p1", "state": "retired"},
        {"id": "p2", "state": "in_service"},
        {"id": "p9", "name": "Mới", "commune_code": "22489", "state": "in_service"},
    ],
)
def test_a_pano_changes_its_state_by_no_file(store, row):
    assert taken_in(store, "pano", row).refusal.code == "state_by_step"


def test_a_work_order_of_a_file_is_a_proposal(store):
    row = {"pano_id": "p1", "kind": "repair_frame", "state": "proposed", "cost_vnd": "5000000"}
    assert taken_in(store, "work", row | {"id": "w8"}).receipt.outcome == "stored"
    twin = taken_in(store, "work", row | {"id": "w9"}).refusal
    assert isinstance(twin, RuleBroken) and twin.missing == ("no_twin",)
    unfit = taken_in(store, "work", row | {"id": "w9", "pano_id": "p2"}).refusal
    assert isinstance(unfit, RuleBroken) and unfit.missing == ("pano_fits",)


def test_what_was_done_before_the_record_an_administrator_brings_in(store):
    row = {"id": "w9", "pano_id": "p1", "kind": "repair_frame", "state": "done"}
    assert taken_in(store, "work", row, ADMIN).receipt.outcome == "stored"
    assert store.workspace(date(2000, 1, 1)).works.loc["w9", "state"] == "done"
    with store.reading() as connection:
        (event,) = events(connection, "work", "w9")
    assert (event.happened_at, event.actor_id) == (None, ADMIN.id)
    assert taken_in(store, "pano", {"id": "p1", "state": "retired"}, ADMIN).refusal.code == "state_by_step"


def test_an_older_file_undoes_no_newer_inspection(store):
    step(store, "pano", "p1", "inspect", operation(FIELD), values={"condition": "major_damage"})
    old = {"id": "p1", "condition": "good", "checked_on": "2024-01-15", "note": "theo sổ"}
    assert taken_in(store, "pano", old).receipt.outcome == "merged"
    pano = store.workspace().panos.loc["p1"]
    assert (pano["condition"], pano["checked_on"], pano["note"]) == ("major_damage", store.today, "theo sổ")


def test_a_new_point_without_an_accuracy_has_none(store):
    (found,) = compare(store, "village", {2: {"id": "v1", "lat": "12.7001", "lon": "109.2201"}})
    assert ("accuracy_m", None) in [(one.field, one.after) for one in found.changes]
    stated = {"id": "v1", "lat": "12.7001", "lon": "109.2201", "accuracy_m": "50"}
    (found,) = compare(store, "village", {2: stated})
    assert {one.field for one in found.changes} == {"lat", "lon"}


def test_others_get_their_turn_while_a_file_goes_in(store, monkeypatch):
    turns = []

    def someone_saves(_seconds):
        turns.append(edit(store, "village", "v1", {"note": "xen vào"}, operation()).outcome)

    monkeypatch.setattr(intake, "BATCH_ROWS", 2)
    monkeypatch.setattr(intake.time, "sleep", someone_saves)
    rows = {n: {"id": f"d{n}", "name": f"Nhà {n}", "commune_code": "22489"} for n in range(2, 7)}
    taken = take_in(store, compare(store, "venue", rows), operation())
    assert [one.refusal for one in taken] == [None] * len(rows)
    assert turns == ["stored"] * 2
