"""What becomes of a wish when others have changed something meanwhile."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from geo.schema import table
from records.actions import edit, resolve_conflict, step
from records.dossier import waiting
from records.errors import Forbidden, Refused, RuleBroken
from records.history import rebuild
from records.merge import Conflict, is_same, merge, to_cells, wishes
from records.model import CONFLICT, PHOTO
from records.rights import Actor
from tests.records.helpers import (
    ADMIN,
    APPROVER,
    FIELD,
    HERE,
    NEIGHBOUR,
    at_once,
    happened,
    operation,
    photo,
    start_build,
)

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


SECOND = Actor("a-second", "Hoa", "planner", login="hoa")


def open_conflicts(store) -> list[tuple]:
    with store.reading() as connection:
        query = select(CONFLICT).where(CONFLICT.c.decided_by.is_(None)).order_by(CONFLICT.c.event_id)
        return [tuple(one)[:5] for one in connection.execute(query)]


class TestTwoPeople:
    SEEN = {"condition": "good", "note": "", "radius_m": 800}

    def test_different_fields_merge(self, store):
        edit(store, "pano", "p1", {"radius_m": 900}, operation(), seen=self.SEEN)
        receipt = edit(store, "pano", "p1", {"note": "sạch"}, operation(), seen=self.SEEN)
        assert receipt.outcome == "merged" and not receipt.conflicts
        pano = store.workspace().panos.loc["p1"]
        assert (pano["radius_m"], pano["note"]) == (900, "sạch")

    def test_the_same_field_waits_with_both_sides(self, store):
        edit(store, "pano", "p1", {"condition": "minor_damage"}, operation(), seen=self.SEEN)
        wanted = {"condition": "major_damage", "note": "gãy chân"}
        receipt = edit(store, "pano", "p1", wanted, operation(SECOND), seen=self.SEEN)
        waiting = Conflict("condition", "good", "minor_damage", "major_damage")
        assert receipt.outcome == "needs_decision" and receipt.conflicts == (waiting,)
        pano = store.workspace().panos.loc["p1"]
        assert (pano["condition"], pano["note"]) == ("minor_damage", "gãy chân")
        assert open_conflicts(store) == [
            (receipt.event_id, "condition", "good", "minor_damage", "major_damage")
        ]

    def test_the_same_value_is_agreed(self, store):
        for _ in range(2):
            changes = {"condition": "minor_damage"}
            receipt = edit(store, "pano", "p1", changes, operation(), seen=self.SEEN)
        assert receipt.outcome == "merged" and open_conflicts(store) == []

    def test_what_breaks_a_rule_only_together_waits(self, store):
        seen = {"households": 120, "poor_households": 9}
        edit(store, "village", "v1", {"households": 50}, operation(), seen=seen)
        receipt = edit(store, "village", "v1", {"poor_households": 60}, operation(), seen=seen)
        assert receipt.outcome == "needs_decision"
        assert [one.field for one in receipt.conflicts] == ["poor_households"]
        assert store.workspace().villages.loc["v1", "poor_households"] == 9

    def test_at_once_nothing_is_dropped(self, store):
        notes, lock = [f"ghi chú {n}" for n in range(8)], threading.Lock()

        def write() -> None:
            with lock:
                note = notes.pop()
            edit(store, "pano", "p1", {"note": note}, operation(), seen=self.SEEN)

        wanted = set(notes)
        at_once(write, len(notes))
        kept = {store.workspace().panos.loc["p1", "note"]} | {mine for *_, mine in open_conflicts(store)}
        assert kept == wanted

    @pytest.mark.parametrize(("choice", "condition"), [("mine", "major_damage"), ("theirs", "minor_damage")])
    def test_a_decision_keeps_one_side_and_the_history_of_both(self, store, choice, condition):
        edit(store, "pano", "p1", {"condition": "minor_damage"}, operation(), seen=self.SEEN)
        waiting = edit(store, "pano", "p1", {"condition": "major_damage"}, operation(), seen=self.SEEN)
        op = operation(reason="đã gọi điện hỏi")
        decision = resolve_conflict(store, waiting.event_id, {"condition": choice}, op)
        assert store.workspace().panos.loc["p1", "condition"] == condition
        assert open_conflicts(store) == []
        assert resolve_conflict(store, waiting.event_id, {"condition": choice}, op) == decision
        assert happened(store, "pano", "p1")[-1].action == "decided"
        with pytest.raises(Refused, match="nothing_waits"):
            resolve_conflict(store, waiting.event_id, {"condition": choice}, operation())

    def test_two_that_wait_on_one_field_are_decided_one_after_the_other(self, store):
        seen = {"radius_m": 800}
        edit(store, "pano", "p1", {"radius_m": 900}, operation(), seen=seen)
        for radius in (1000, 1100):
            edit(store, "pano", "p1", {"radius_m": radius}, operation(SECOND), seen=seen)
        for radius in (1000, 1100):
            with store.reading() as connection:
                first, *_ = waiting(connection)
            there = {one.field: one.theirs for one in first.conflicts}
            resolve_conflict(store, first.event.id, {"radius_m": "mine"}, operation(), seen=there)
            assert store.workspace().panos.loc["p1", "radius_m"] == radius
        assert open_conflicts(store) == []

    def test_a_decision_names_every_field_and_sees_what_is_there(self, store):
        edit(store, "pano", "p1", {"condition": "minor_damage"}, operation(), seen=self.SEEN)
        waiting = edit(store, "pano", "p1", {"condition": "major_damage"}, operation(), seen=self.SEEN)
        for event_id, choices in ((waiting.event_id, {}), (1, {"note": "mine"}), (10**6, {})):
            with pytest.raises(Refused, match="nothing_waits"):
                resolve_conflict(store, event_id, choices, operation())
        with pytest.raises(Forbidden):
            resolve_conflict(store, waiting.event_id, {"condition": "mine"}, operation(FIELD))
        with pytest.raises(Refused, match="changed_meanwhile"):
            choices, seen = {"condition": "mine"}, {"condition": "good"}
            resolve_conflict(store, waiting.event_id, choices, operation(), seen=seen)
        assert len(open_conflicts(store)) == 1

    def test_a_point_is_decided_whole(self, store):
        seen = {"lat": 12.701, "lon": 109.221}
        edit(store, "pano", "p1", {"lat": 12.702, "lon": 109.222}, operation(), seen=seen)
        mine = {"lat": 12.703, "lon": 109.223}
        waiting = edit(store, "pano", "p1", mine, operation(), seen=seen)
        with pytest.raises(Refused, match="one_fact"):
            choices = {"lat": "mine", "lon": "theirs"}
            resolve_conflict(store, waiting.event_id, choices, operation())
        resolve_conflict(store, waiting.event_id, dict.fromkeys(mine, "mine"), operation())
        assert store.workspace().panos.loc["p1", ["lat", "lon"]].to_dict() == mine


def late_finish(store):
    """Let a finished build arrive after someone at the desk paused it."""
    start_build(store)
    step(store, "work", "w1", "pause", operation(reason="mưa bão"))
    late = operation(NEIGHBOUR, photos=(photo(store, "finished", position=HERE),), source="field")
    return step(store, "work", "w1", "finish", late, seen={"state": "in_progress"})


class TestTwoSteps:
    def test_a_step_from_a_state_that_is_past_waits(self, store):
        receipt = late_finish(store)
        assert receipt.outcome == "needs_decision"
        assert receipt.conflicts == (Conflict("state", "in_progress", "paused", "awaiting_acceptance"),)
        with store.reading() as connection:
            assert len(connection.execute(select(PHOTO)).all()) == 1
        resolve_conflict(store, receipt.event_id, {"state": "theirs"}, operation())
        assert store.workspace().works.loc["w1", "state"] == "paused"
        assert open_conflicts(store) == []

    def test_a_decision_takes_the_step_from_where_things_stand(self, store):
        receipt = late_finish(store)
        with pytest.raises(RuleBroken, match="paused"):
            resolve_conflict(store, receipt.event_id, {"state": "mine"}, operation())
        step(store, "work", "w1", "resume", operation(reason="hết mưa"))
        resolve_conflict(store, receipt.event_id, {"state": "mine"}, operation())
        assert store.workspace().works.loc["w1", "state"] == "awaiting_acceptance"
        assert open_conflicts(store) == []

    def test_a_step_that_waits_sets_nothing_and_is_decided_whole(self, store):
        step(store, "work", "w1", "cancel", operation(reason="thôi"))
        values, seen = {"assignee": "Đội 1"}, {"state": "approved"}
        receipt = step(store, "work", "w1", "assign", operation(SECOND), values=values, seen=seen)
        assert {one.field for one in receipt.conflicts} == {"state", "assignee"}
        assert store.workspace().works.loc["w1", "assignee"] == ""
        with pytest.raises(Refused, match="one_fact"):
            choices = {"state": "theirs", "assignee": "mine"}
            resolve_conflict(store, receipt.event_id, choices, operation())

    def test_a_decision_sets_on_the_pano_what_the_step_sets_by_now(self, store):
        """Cancelling an approved build changes no pano; cancelling one that has begun does."""
        edit(store, "pano", "p2", {"lat": "12.69", "lon": "109.26"}, operation())
        step(store, "work", "w1", "assign", operation(), values={"assignee": "Đội 1"})
        late = operation(reason="hết tiền")
        receipt = step(store, "work", "w1", "cancel", late, seen={"state": "approved"})
        step(store, "work", "w1", "start", operation(NEIGHBOUR))
        assert store.workspace().panos.loc["p2", "state"] == "building"
        resolve_conflict(store, receipt.event_id, {"state": "mine"}, operation())
        assert store.workspace().works.loc["w1", "state"] == "cancelled"
        assert store.workspace().panos.loc["p2", "state"] == "planned"

    def test_effects_wait_with_the_step_and_follow_its_decision(self, store):
        start_build(store)
        finish = operation(NEIGHBOUR, photos=(photo(store, "finished", position=HERE),))
        step(store, "work", "w1", "finish", finish)
        step(store, "work", "w1", "send_back", operation(APPROVER, reason="nghiêng"))
        op = operation(replace(SECOND, role="approver"))
        receipt = step(store, "work", "w1", "accept", op, seen={"state": "awaiting_acceptance"})
        assert {one[1] for one in open_conflicts(store)} == {"state", "condition", "checked_on"}
        assert store.workspace().panos.loc["p2", "state"] == "building"
        step(store, "work", "w1", "restart", operation(NEIGHBOUR))
        again = operation(NEIGHBOUR, photos=(photo(store, "finished", position=HERE, of="lần hai"),))
        step(store, "work", "w1", "finish", again)
        with pytest.raises(Forbidden):
            resolve_conflict(store, receipt.event_id, {"state": "mine"}, operation())
        with pytest.raises(RuleBroken) as caught:
            did_it = replace(NEIGHBOUR, role="admin")
            resolve_conflict(store, receipt.event_id, {"state": "mine"}, operation(did_it))
        assert caught.value.missing == ("someone_else",)
        resolve_conflict(store, receipt.event_id, {"state": "mine"}, operation(ADMIN))
        assert store.workspace().works.loc["w1", "state"] == "done"
        assert store.workspace().panos.loc["p2", "state"] == "in_service"
        assert open_conflicts(store) == []

    def test_what_is_ended_is_not_opened_by_a_decision(self, store):
        start_build(store)
        step(store, "work", "w1", "cancel", operation(reason="hết tiền"))
        late = operation(NEIGHBOUR, reason="mưa")
        receipt = step(store, "work", "w1", "pause", late, seen={"state": "in_progress"})
        with pytest.raises(RuleBroken, match="cancelled"):
            resolve_conflict(store, receipt.event_id, {"state": "mine"}, operation())
        resolve_conflict(store, receipt.event_id, {"state": "theirs"}, operation())
        assert store.workspace().works.loc["w1", "state"] == "cancelled"

    def test_an_older_inspection_is_history(self, store, clock):
        found_on = clock.pass_by(days=10)
        clock.pass_by(days=10)
        step(store, "pano", "p1", "inspect", operation(FIELD), values={"condition": "major_damage"})
        newest, seen = store.today, store.workspace().panos.loc["p1"].to_dict()
        late = operation(FIELD, happened_at=found_on)
        values = {"condition": "minor_damage"}
        receipt = step(store, "pano", "p1", "inspect", late, values=values, seen=seen)
        assert receipt.outcome == "merged" and open_conflicts(store) == []
        assert step(store, "pano", "p1", "inspect", late, values=values, seen=seen) == receipt
        now, then = store.workspace().panos.loc["p1"], store.workspace(found_on.date()).panos.loc["p1"]
        assert (now["condition"], now["checked_on"]) == ("major_damage", newest)
        assert (then["condition"], then["checked_on"]) == ("minor_damage", found_on.date())
        with store.writing() as connection:
            assert rebuild(connection) == 0

    def test_what_an_inspection_finds_again_is_not_dropped(self, store):
        step(store, "pano", "p1", "inspect", operation(FIELD), values={"condition": "major_damage"})
        seen = store.workspace().panos.loc["p1"].to_dict()
        step(store, "pano", "p1", "inspect", operation(), values={"condition": "minor_damage"}, seen=seen)
        again = {"condition": "major_damage"}
        receipt = step(store, "pano", "p1", "inspect", operation(FIELD), values=again, seen=seen)
        assert receipt.conflicts == (Conflict("condition", "major_damage", "minor_damage", "major_damage"),)
