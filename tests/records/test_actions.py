"""Every way of changing something: rights, rules, repetition, and two people at once."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from geo.check import check_folder
from records.actions import create, edit, propose_work, remove_photo, resolve_conflict, step
from records.dossier import waiting
from records.errors import BadValues, Forbidden, Refused, RuleBroken
from records.folder_io import export
from records.history import events, rebuild
from records.journal import Operation, Position
from records.merge import Conflict
from records.model import CONFLICT, PHOTO
from records.rights import VIEWER, Actor
from tests.folders import THO
from tests.records.helpers import ADMIN, APPROVER, FIELD, PLANNER, START, at_once, operation, photo

NEIGHBOUR = replace(FIELD, id="a-neighbour", communes=frozenset({THO}))
SECOND = Actor("a-second", "Hoa", "planner", login="hoa")
HERE = Position(12.7012, 109.2213, 6)


def happened(store, entity: str, entity_id: str) -> list:
    with store.reading() as connection:
        return events(connection, entity, entity_id)


def open_conflicts(store) -> list[tuple]:
    with store.reading() as connection:
        query = select(CONFLICT).where(CONFLICT.c.decided_by.is_(None)).order_by(CONFLICT.c.event_id)
        return [tuple(one)[:5] for one in connection.execute(query)]


class TestEdit:
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

    def test_values_may_come_as_a_workspace_holds_them(self, store):
        row = store.workspace().panos.loc["p1"]
        seen = row.to_dict()
        receipt = edit(store, "pano", "p1", {**seen, "radius_m": 900.0}, operation(), seen=seen)
        assert receipt.outcome == "stored"
        assert happened(store, "pano", "p1")[-1].changes == {"radius_m": ("800", "900")}

    def test_what_says_the_same_is_no_change(self, store):
        edit(store, "pano", "p1", {"radius_m": "800.0", "serves": ("v1", "v2")}, operation())
        assert happened(store, "pano", "p1")[-1].changes == {}

    def test_a_blank_makes_it_unknown(self, store):
        edit(store, "village", "v1", {"households": None}, operation())
        assert happened(store, "village", "v1")[-1].changes == {"households": ("120", None)}
        edit(store, "village", "v1", {"poor_households": "0"}, operation())
        assert store.workspace().villages.loc["v1", "poor_households"] == 0

    @pytest.mark.parametrize(
        ("entity", "entity_id", "changes", "code"),
        [
            ("pano", "p1", {"radius_m": "rộng"}, "not_a_number"),
            ("pano", "p1", {"name": ""}, "missing_value"),
            ("pano", "p1", {"condition": "fine"}, "not_allowed"),
            ("pano", "p1", {"village_id": "v9"}, "dangling"),
            ("pano", "p1", {"serves": "v1;v9"}, "dangling"),
            ("pano", "p1", {"lat": None}, "half_a_point"),
            ("pano", "p1", {"lat": "21.02", "lon": "105.85"}, "outside_district"),
            ("village", "v1", {"poor_households": "121"}, "more_poor_than_all"),
            ("village", "v4", {"commune_code": "99999"}, "dangling"),
            ("activity", "a1", {"ends_on": "2023-08-01"}, "end_before_start"),
            ("pano", "p1", {"checked_on": "2099-01-01"}, "not_yet"),
            ("activity", "a1", {"starts_on": "2099-01-01", "ends_on": None}, "not_yet"),
            ("activity", "a1", {"village_ids": None}, "scope_names_nothing"),
            ("activity", "a1", {"venue_id": "d9"}, "dangling"),
        ],
    )
    def test_what_a_check_would_refuse_is_refused(self, store, entity, entity_id, changes, code):
        before = store.version
        with pytest.raises(BadValues) as caught:
            edit(store, entity, entity_id, changes, operation())
        for lang in ("vi", "en"):
            assert code in {fault.code for fault in caught.value.faults(lang)}
        assert store.version == before

    def test_no_more_official_villages_than_the_list_has(self, store, tmp_path):
        village = {"name": "Mới", "commune_code": "22489", "register_status": "official"}
        with pytest.raises(BadValues, match="more_villages_than_official"):
            create(store, "village", village, operation())
        create(store, "village", village | {"register_status": "reported"}, operation())
        export(store, tmp_path / "out")
        assert check_folder(tmp_path / "out").faults == ()

    def test_states_change_by_steps_alone(self, store):
        for entity, entity_id, state in (("work", "w1", "done"), ("pano", "p2", "in_service")):
            with pytest.raises(Refused, match="state_by_step"):
                edit(store, entity, entity_id, {"state": state}, operation())

    def test_a_work_order_stays_of_its_pano_and_its_kind(self, store):
        for changes in ({"pano_id": "p1"}, {"kind": "remove"}):
            with pytest.raises(Refused, match="work_stays"):
                edit(store, "work", "w1", changes, operation())

    def test_a_new_point_does_not_keep_the_accuracy_of_the_old_one(self, store):
        edit(store, "village", "v1", {"lat": "12.7001", "lon": "109.2201"}, operation())
        assert math.isnan(store.workspace().villages.loc["v1", "accuracy_m"])

    def test_an_id_stays_and_an_unknown_one_is_said(self, store):
        with pytest.raises(Refused, match="id_stays"):
            edit(store, "pano", "p1", {"id": "p9"}, operation())
        with pytest.raises(Refused, match="unknown_id"):
            edit(store, "pano", "p9", {"note": "?"}, operation())

    def test_rights_are_checked_where_it_is_written(self, store):
        point = {"lat": "12.702", "lon": "109.222"}
        edit(store, "pano", "p1", point, operation(FIELD))
        for actor, changes in (
            (VIEWER, point),
            (NEIGHBOUR, point),
            (FIELD, {"name": "Của tôi"}),
            (FIELD, {"condition": "minor_damage"}),
            (FIELD, {"checked_on": "2024-02-01"}),
            (FIELD, point | {"name": "Của tôi"}),
        ):
            with pytest.raises(Forbidden):
                edit(store, "pano", "p1", changes, operation(actor))

    def test_a_clock_that_runs_ahead_or_behind_is_put_right(self, store, clock):
        made = create(store, "pano", {"name": "A", "commune_code": THO, "state": "planned"}, operation())
        ahead = operation(happened_at=clock.now.replace(year=2030))
        edit(store, "pano", made.entity_id, {"note": "a"}, ahead)
        behind = operation(happened_at=START.replace(year=2020))
        edit(store, "pano", made.entity_id, {"note": "b"}, behind)
        assert {event.happened_at for event in happened(store, "pano", made.entity_id)} == {clock.now}


class TestCreate:
    def test_a_row_without_an_id_gets_one(self, store):
        op = operation()
        values = {"name": "Pano mới", "commune_code": THO, "state": "planned"}
        receipt = create(store, "pano", values, op)
        assert store.workspace().panos.index[-1] == receipt.entity_id
        assert create(store, "pano", values, op) == receipt
        assert len(store.workspace().panos) == 3

    @pytest.mark.parametrize("state", ["building", "in_service", "suspended", "retired"])
    def test_a_pano_that_stood_before_the_record_is_vouched_for(self, store, clock, state):
        values = {"name": "Cũ", "commune_code": THO, "state": state}
        with pytest.raises(Forbidden):
            create(store, "pano", values, operation())
        key = create(store, "pano", values, operation(ADMIN)).entity_id
        assert store.workspace(date(2000, 1, 1)).panos.loc[key, "state"] == state
        (event,) = happened(store, "pano", key)
        assert (event.happened_at, event.actor_id) == (None, ADMIN.id)

    def test_an_id_that_is_there_is_refused(self, store):
        values = {"id": "p1", "name": "Khác", "commune_code": THO, "state": "planned"}
        with pytest.raises(Refused, match="id_taken"):
            create(store, "pano", values, operation())

    def test_faults_and_rights_are_told(self, store):
        with pytest.raises(BadValues, match="missing_value"):
            create(store, "pano", {"name": "Không xã"}, operation())
        with pytest.raises(Forbidden):
            create(store, "venue", {"name": "Nhà", "commune_code": THO}, operation(FIELD))
        with pytest.raises(Refused, match="state_by_step"):
            create(store, "work", {"pano_id": "p1", "kind": "build", "state": "done"}, operation())


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

    def test_an_id_is_a_uuid(self):
        with pytest.raises(ValueError, match="UUID"):
            Operation(actor=PLANNER, op_id="one")


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


class TestSteps:
    def build(self, store) -> str:
        """Bring the approved build of p2 to where it is being built."""
        edit(store, "pano", "p2", {"lat": "12.69", "lon": "109.26"}, operation())
        step(store, "work", "w1", "assign", operation(), values={"assignee": "Đội 1"})
        step(store, "work", "w1", "start", operation(NEIGHBOUR))
        return "w1"

    def test_a_build_from_start_to_acceptance(self, store):
        self.build(store)
        assert store.workspace().panos.loc["p2", "state"] == "building"
        with pytest.raises(RuleBroken) as caught:
            step(store, "work", "w1", "finish", operation(NEIGHBOUR))
        assert set(caught.value.missing) == {"photo_finished", "position"}
        finished = operation(NEIGHBOUR, photos=(photo(store, "finished", position=HERE),))
        step(store, "work", "w1", "finish", finished)
        both = Actor(NEIGHBOUR.id, NEIGHBOUR.name, "approver")
        with pytest.raises(RuleBroken) as caught:
            step(store, "work", "w1", "accept", operation(both))
        assert caught.value.missing == ("someone_else",)
        receipt = step(store, "work", "w1", "accept", operation(APPROVER))
        pano = store.workspace().panos.loc["p2"]
        assert (pano["state"], pano["condition"]) == ("in_service", "good")
        assert store.workspace().works.loc["w1", "state"] == "done"
        *_, effect = happened(store, "pano", "p2")
        assert effect.cause_id == receipt.event_id and effect.changes["state"] == ("building", "in_service")

    def test_a_step_at_once_is_one_event_with_one_effect(self, store):
        edit(store, "pano", "p2", {"lat": "12.69", "lon": "109.26"}, operation())
        step(store, "work", "w1", "assign", operation(), values={"assignee": "Đội 1"})
        op, receipts = operation(NEIGHBOUR), []
        at_once(lambda: receipts.append(step(store, "work", "w1", "start", op)), 8)
        assert len(receipts) == 8 and len(set(receipts)) == 1
        assert [one.action for one in happened(store, "work", "w1")].count("start") == 1
        assert [one.action for one in happened(store, "pano", "p2")].count("start") == 1

    def test_an_impossible_step_is_refused(self, store):
        before = store.version
        with pytest.raises(RuleBroken) as caught:
            step(store, "work", "w1", "accept", operation(APPROVER))
        assert caught.value.code == "not_possible"
        with pytest.raises(Forbidden):
            step(store, "work", "w1", "assign", operation(VIEWER), values={"assignee": "x"})
        assert store.version == before

    def late_finish(self, store):
        """Let a finished build arrive after someone at the desk paused it."""
        self.build(store)
        step(store, "work", "w1", "pause", operation(reason="mưa bão"))
        late = operation(NEIGHBOUR, photos=(photo(store, "finished", position=HERE),), source="field")
        return step(store, "work", "w1", "finish", late, seen={"state": "in_progress"})

    def test_a_step_from_a_state_that_is_past_waits(self, store):
        receipt = self.late_finish(store)
        assert receipt.outcome == "needs_decision"
        assert receipt.conflicts == (Conflict("state", "in_progress", "paused", "awaiting_acceptance"),)
        with store.reading() as connection:
            assert len(connection.execute(select(PHOTO)).all()) == 1
        resolve_conflict(store, receipt.event_id, {"state": "theirs"}, operation())
        assert store.workspace().works.loc["w1", "state"] == "paused"
        assert open_conflicts(store) == []

    def test_a_decision_takes_the_step_from_where_things_stand(self, store):
        receipt = self.late_finish(store)
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
        self.build(store)
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
        self.build(store)
        step(store, "work", "w1", "cancel", operation(reason="hết tiền"))
        late = operation(NEIGHBOUR, reason="mưa")
        receipt = step(store, "work", "w1", "pause", late, seen={"state": "in_progress"})
        with pytest.raises(RuleBroken, match="cancelled"):
            resolve_conflict(store, receipt.event_id, {"state": "mine"}, operation())
        resolve_conflict(store, receipt.event_id, {"state": "theirs"}, operation())
        assert store.workspace().works.loc["w1", "state"] == "cancelled"

    def repair(self, store) -> str:
        """Bring a repair of p1 to where it is under way."""
        key = propose_work(store, "p1", "repair_frame", operation()).entity_id
        step(store, "work", key, "approve", operation(APPROVER))
        step(store, "work", key, "assign", operation(), values={"assignee": "Đội 1"})
        step(store, "work", key, "start", operation(FIELD))
        return key

    def photos(self, store, of: str = "") -> tuple:
        return photo(store, "before", of=of), photo(store, "after", of=of)

    def test_what_someone_says_they_saw_opens_no_gate_and_gives_no_right(self, store):
        key = self.repair(store)
        with pytest.raises(RuleBroken) as caught:
            step(store, "work", key, "finish", operation(FIELD), seen={"kind": "remove"})
        assert set(caught.value.missing) == {"photo_before", "photo_after"}
        with pytest.raises(Forbidden):
            here = {"commune_code": THO}
            step(store, "pano", "p1", "suspend", operation(NEIGHBOUR, reason="x"), seen=here)
        step(store, "work", key, "finish", operation(FIELD, photos=self.photos(store)))
        edit(store, "work", key, {"assignee": APPROVER.name}, operation())
        with pytest.raises(RuleBroken) as caught:
            step(store, "work", key, "accept", operation(APPROVER), seen={"assignee": "Ai khác"})
        assert caught.value.missing == ("someone_else",)

    def test_a_cost_that_was_seen_and_is_gone_opens_no_gate(self, store):
        pano = {"name": "B", "commune_code": THO, "state": "planned", "lat": "12.69", "lon": "109.26"}
        pano_id = create(store, "pano", pano, operation()).entity_id
        key = propose_work(store, pano_id, "build", operation(), values={"cost_vnd": "5000000"}).entity_id
        step(store, "work", key, "survey", operation())
        seen = store.workspace().works.loc[key].to_dict()
        edit(store, "work", key, {"cost_vnd": None}, operation())
        with pytest.raises(RuleBroken) as caught:
            step(store, "work", key, "approve", operation(APPROVER), seen=seen)
        assert caught.value.missing == ("cost_or_reason",)

    def test_what_was_sent_back_is_shown_anew(self, store):
        key = self.repair(store)
        step(store, "work", key, "finish", operation(FIELD, photos=self.photos(store)))
        step(store, "work", key, "send_back", operation(APPROVER, reason="không rõ chữ"))
        step(store, "work", key, "restart", operation(FIELD))
        for photos in ((), self.photos(store)[1:]):
            with pytest.raises(RuleBroken) as caught:
                step(store, "work", key, "finish", operation(FIELD, photos=photos[:0]))
            assert caught.value.missing == ("photo_after",)
        step(store, "work", key, "finish", operation(FIELD, photos=(photo(store, "after", of="mới"),)))
        assert store.workspace().works.loc[key, "state"] == "awaiting_acceptance"

    def test_one_picture_is_not_before_and_after(self, store):
        key = self.repair(store)
        before = photo(store, "before")
        step(store, "work", key, "pause", operation(FIELD, reason="mưa", photos=(before,)))
        step(store, "work", key, "resume", operation(FIELD))
        with pytest.raises(RuleBroken) as caught:
            op = operation(FIELD, photos=(replace(before, kind="after"),))
            step(store, "work", key, "finish", op)
        assert caught.value.missing == ("photo_after",)
        with pytest.raises(Refused, match="photo_twice"):
            operation(FIELD, photos=(before, replace(before, kind="after")))

    def test_what_was_shown_and_taken_away_is_not_accepted(self, store):
        key = self.repair(store)
        before, after = self.photos(store)
        finished = step(store, "work", key, "finish", operation(FIELD, photos=(before, after)))
        remove_photo(store, finished.event_id, after.hash, operation(reason="rõ mặt người"))
        with pytest.raises(RuleBroken) as caught:
            step(store, "work", key, "accept", operation(APPROVER))
        assert caught.value.missing == ("photos_kept",)
        edit(store, "work", key, {}, operation(photos=(photo(store, "after", of="khác"),)))
        step(store, "work", key, "accept", operation(APPROVER))
        assert store.workspace().works.loc[key, "state"] == "done"

    def test_steps_follow_each_other_in_time(self, store, clock):
        key = self.repair(store)
        finished = clock.pass_by(days=5)
        step(store, "work", key, "finish", operation(FIELD, photos=self.photos(store)))
        early = operation(APPROVER, happened_at=clock.pass_by(hours=1) - timedelta(days=4))
        step(store, "work", key, "accept", early)
        assert happened(store, "work", key)[-1].happened_at == finished
        assert happened(store, "pano", "p1")[-1].happened_at == finished

    def test_a_clock_that_runs_ahead_checks_no_pano_in_the_future(self, store, clock):
        ahead = operation(FIELD, happened_at=clock.now + timedelta(days=800))
        step(store, "pano", "p1", "inspect", ahead, values={"condition": "good"})
        assert store.workspace().panos.loc["p1", "checked_on"] == store.today

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

    def test_an_inspection_sets_the_day_in_vietnam(self, store, clock):
        # 20:00 UTC is the next morning there.
        clock.now = clock.now.replace(hour=20)
        op = operation(FIELD)
        step(store, "pano", "p1", "inspect", op, values={"condition": "minor_damage"})
        pano = store.workspace().panos.loc["p1"]
        assert pano["condition"] == "minor_damage"
        assert pano["checked_on"] == date.fromordinal(clock.now.date().toordinal() + 1)

    def test_a_work_order_is_proposed(self, store):
        op = operation()
        receipt = propose_work(store, "p1", "repair_frame", op, values={"cost_vnd": 3_000_000})
        work = store.workspace().works.loc[receipt.entity_id]
        assert (work["pano_id"], work["kind"], work["state"]) == ("p1", "repair_frame", "proposed")
        assert work["cost_vnd"] == 3_000_000
        assert propose_work(store, "p1", "repair_frame", op) == receipt
        with pytest.raises(RuleBroken) as caught:
            propose_work(store, "p1", "repair_frame", operation())
        assert caught.value.missing == ("no_twin",)

    def test_a_new_work_order_takes_up_a_done_one(self, store):
        self.build(store)
        finish = operation(NEIGHBOUR, photos=(photo(store, "finished", position=HERE),))
        step(store, "work", "w1", "finish", finish)
        done = step(store, "work", "w1", "accept", operation(APPROVER))
        edit(store, "work", "w1", {"note": "còn thiếu đèn"}, operation())
        with pytest.raises(Refused, match="follows_not_done"):
            propose_work(store, "p1", "repair_frame", operation(), follows="w1")
        with pytest.raises(Refused, match="unknown_id"):
            propose_work(store, "p2", "repair_frame", operation(), follows="w9")
        new = propose_work(store, "p2", "repair_frame", operation(), follows="w1")
        (event,) = happened(store, "work", new.entity_id)
        assert event.cause_id == done.event_id
        with pytest.raises(Refused, match="follows_not_done"):
            propose_work(store, "p2", "replace_canvas", operation(), follows=new.entity_id)
        assert store.workspace().works.loc["w1", "state"] == "done"


class TestPhotos:
    def test_its_file_is_there_before_anything_speaks_of_it(self, store):
        ghost = replace(photo(store, "other"), hash="0" * 64)
        with pytest.raises(Refused, match="photo_missing"):
            edit(store, "pano", "p1", {}, operation(FIELD, photos=(ghost,)))

    @pytest.mark.parametrize("place", [(math.nan, 9), (91, 0), (0, 181), (12, 109, -1), (1, 1, math.inf)])
    def test_a_position_is_on_earth(self, place):
        with pytest.raises(Refused, match="position_nowhere"):
            Position(*place)

    def test_words_hold_no_control_characters(self):
        for reason in ("a\x00b", "\ud800"):
            with pytest.raises(Refused, match="bad_character"):
                operation(reason=reason)

    def test_they_come_with_the_event_and_can_be_taken_away(self, store):
        first = photo(store, "other", position=HERE)
        receipt = edit(store, "pano", "p1", {}, operation(FIELD, photos=(first,)))
        with pytest.raises(Forbidden):
            remove_photo(store, receipt.event_id, first.hash, operation(FIELD, reason="chụp nhầm"))
        with pytest.raises(Refused, match="reason_missing"):
            remove_photo(store, receipt.event_id, first.hash, operation())
        op = operation(reason="chụp nhầm")
        assert remove_photo(store, receipt.event_id, first.hash, op).outcome == "stored"
        assert remove_photo(store, receipt.event_id, first.hash, op).is_repeated
        with pytest.raises(Refused, match="unknown_photo"):
            remove_photo(store, receipt.event_id, first.hash, operation(reason="lần nữa"))
        with store.reading() as connection:
            (row,) = connection.execute(select(PHOTO)).all()
        assert (row.pano_id, row.work_id, row.kind) == ("p1", None, "other")
        assert row.removed_by == happened(store, "pano", "p1")[-1].id
        with pytest.raises(Refused, match="unknown_photo"):
            remove_photo(store, receipt.event_id, "0" * 64, operation())
