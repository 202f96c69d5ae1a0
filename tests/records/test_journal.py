"""Each change is an event that says who, when, where and what; sent again, it is answered as before."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from records.actions import create, edit, step
from records.errors import Refused
from records.journal import Operation, Position
from tests.folders import THO
from tests.records.helpers import (
    APPROVER,
    FIELD,
    HERE,
    PLANNER,
    START,
    at_once,
    before_and_after,
    happened,
    operation,
    photo,
    start_repair,
)


class TestEvents:
    def test_an_event_says_who_when_where_and_what(self, store, clock):
        early = clock.now
        arrived = clock.pass_by(hours=3)
        op = operation(FIELD, happened_at=early, source="field", reason="đi qua", position=HERE)
        receipt = step(store, "pano", "p1", "inspect", op, values={"condition": "minor_damage"})
        *_, event = happened(store, "pano", "p1")
        assert receipt.outcome == "stored" and receipt.event_id == event.id
        assert receipt.stored_at == event.arrived_at == arrived
        assert event.happened_at == early
        assert event.changes == {
            "condition": ("good", "minor_damage"),
            "checked_on": ("2023-06-07", "2024-03-02"),
        }
        assert (event.actor_id, event.actor_name) == (FIELD.id, FIELD.name)
        assert (event.source, event.reason) == ("field", "đi qua")
        assert (event.lat, event.lon, event.accuracy_m) == (HERE.lat, HERE.lon, HERE.accuracy_m)
        assert store.workspace().panos.loc["p1", "condition"] == "minor_damage"

    def test_a_clock_that_runs_ahead_or_behind_is_put_right(self, store, clock):
        made = create(store, "pano", {"name": "A", "commune_code": THO, "state": "planned"}, operation())
        ahead = operation(happened_at=clock.now.replace(year=2030))
        edit(store, "pano", made.entity_id, {"note": "a"}, ahead)
        behind = operation(happened_at=START.replace(year=2020))
        edit(store, "pano", made.entity_id, {"note": "b"}, behind)
        assert {event.happened_at for event in happened(store, "pano", made.entity_id)} == {clock.now}

    def test_steps_follow_each_other_in_time(self, store, clock):
        key = start_repair(store)
        finished = clock.pass_by(days=5)
        step(store, "work", key, "finish", operation(FIELD, photos=before_and_after(store)))
        early = operation(APPROVER, happened_at=clock.pass_by(hours=1) - timedelta(days=4))
        step(store, "work", key, "accept", early)
        assert happened(store, "work", key)[-1].happened_at == finished
        assert happened(store, "pano", "p1")[-1].happened_at == finished

    def test_its_file_is_there_before_anything_speaks_of_it(self, store):
        ghost = replace(photo(store, "other"), hash="0" * 64)
        with pytest.raises(Refused, match="photo_missing"):
            edit(store, "pano", "p1", {}, operation(FIELD, photos=(ghost,)))


class TestRepetition:
    def test_twenty_times_is_once(self, store):
        op = operation()
        receipts = [edit(store, "pano", "p1", {"note": "một lần"}, op) for _ in range(20)]
        assert len(set(receipts)) == 1
        assert [one.is_repeated for one in receipts] == [False] + [True] * 19
        assert len(happened(store, "pano", "p1")) == 2

    def test_at_once_too(self, store):
        op, receipts = operation(), []
        at_once(lambda: receipts.append(edit(store, "pano", "p1", {"note": "một lần"}, op)), 20)
        assert len(receipts) == 20 and len(set(receipts)) == 1
        assert len(happened(store, "pano", "p1")) == 2

    def test_a_repetition_is_answered_as_the_first_time_whatever_came_between(self, store):
        edit(store, "pano", "p1", {"note": "hai"}, operation())
        op = operation()
        first = edit(store, "pano", "p1", {"note": "ba"}, op, seen={"note": ""})
        assert first.outcome == "needs_decision"
        edit(store, "pano", "p1", {"note": "bốn"}, operation())
        assert edit(store, "pano", "p1", {"note": "ba"}, op, seen={"note": ""}) == first

    def test_an_id_is_not_used_for_something_else(self, store):
        op = operation()
        edit(store, "pano", "p1", {"note": "a"}, op)
        with pytest.raises(Refused, match="operation_reused"):
            edit(store, "pano", "p2", {"note": "a"}, op)
        with pytest.raises(Refused, match="operation_reused"):
            edit(store, "pano", "p1", {"note": "a"}, replace(op, actor=APPROVER))


class TestOperation:
    def test_an_id_is_a_uuid(self):
        with pytest.raises(ValueError, match="UUID"):
            Operation(actor=PLANNER, op_id="one")

    @pytest.mark.parametrize("place", [(math.nan, 9), (91, 0), (0, 181), (12, 109, -1), (1, 1, math.inf)])
    def test_a_position_is_on_earth(self, place):
        with pytest.raises(Refused, match="position_nowhere"):
            Position(*place)

    def test_words_hold_no_control_characters(self):
        for reason in ("a\x00b", "\ud800"):
            with pytest.raises(Refused, match="bad_character"):
                operation(reason=reason)
