"""Every way of changing something: its values, its rights and its rules, step by step."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from geo.check import check_folder
from records.actions import create, edit, propose_work, remove_photo, step
from records.errors import BadValues, Forbidden, Refused, RuleBroken
from records.folder_io import export
from records.model import PHOTO
from records.rights import VIEWER, Actor
from tests.folders import THO
from tests.records.helpers import (
    ADMIN,
    APPROVER,
    FIELD,
    HERE,
    NEIGHBOUR,
    at_once,
    before_and_after,
    happened,
    operation,
    photo,
    start_build,
    start_repair,
)


class TestEdit:
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


class TestSteps:
    def test_a_build_from_start_to_acceptance(self, store):
        start_build(store)
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

    def test_what_someone_says_they_saw_opens_no_gate_and_gives_no_right(self, store):
        key = start_repair(store)
        with pytest.raises(RuleBroken) as caught:
            step(store, "work", key, "finish", operation(FIELD), seen={"kind": "remove"})
        assert set(caught.value.missing) == {"photo_before", "photo_after"}
        with pytest.raises(Forbidden):
            here = {"commune_code": THO}
            step(store, "pano", "p1", "suspend", operation(NEIGHBOUR, reason="x"), seen=here)
        step(store, "work", key, "finish", operation(FIELD, photos=before_and_after(store)))
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
        key = start_repair(store)
        before, after = before_and_after(store)
        step(store, "work", key, "finish", operation(FIELD, photos=(before, after)))
        step(store, "work", key, "send_back", operation(APPROVER, reason="không rõ chữ"))
        step(store, "work", key, "restart", operation(FIELD))
        for photos in ((), (after,)):
            with pytest.raises(RuleBroken) as caught:
                step(store, "work", key, "finish", operation(FIELD, photos=photos))
            assert caught.value.missing == ("photo_after",)
        step(store, "work", key, "finish", operation(FIELD, photos=(photo(store, "after", of="mới"),)))
        assert store.workspace().works.loc[key, "state"] == "awaiting_acceptance"

    def test_one_picture_is_not_before_and_after(self, store):
        key = start_repair(store)
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
        key = start_repair(store)
        before, after = before_and_after(store)
        finished = step(store, "work", key, "finish", operation(FIELD, photos=(before, after)))
        remove_photo(store, finished.event_id, after.hash, operation(reason="rõ mặt người"))
        with pytest.raises(RuleBroken) as caught:
            step(store, "work", key, "accept", operation(APPROVER))
        assert caught.value.missing == ("photos_kept",)
        edit(store, "work", key, {}, operation(photos=(photo(store, "after", of="khác"),)))
        step(store, "work", key, "accept", operation(APPROVER))
        assert store.workspace().works.loc[key, "state"] == "done"

    def test_a_clock_that_runs_ahead_checks_no_pano_in_the_future(self, store, clock):
        ahead = operation(FIELD, happened_at=clock.now + timedelta(days=800))
        step(store, "pano", "p1", "inspect", ahead, values={"condition": "good"})
        assert store.workspace().panos.loc["p1", "checked_on"] == store.today

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
        start_build(store)
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
