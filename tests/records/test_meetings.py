"""A meeting's figures stay as they were, and each decision becomes a work order or a task, once."""

from datetime import timedelta

import pytest

from geo.coverage import coverage
from records.actions import edit, propose_work, step
from records.errors import Forbidden, Refused
from records.meetings import (
    decide,
    decisions,
    end_meeting,
    finish_task,
    frozen,
    meeting_of,
    meetings,
    meetings_of_works,
    open_meeting,
    tasks,
    withdraw,
)
from records.rights import VIEWER, Actor
from tests.folders import GIA
from tests.records.helpers import APPROVER, FIELD, PLANNER, operation

ADMIN = Actor("a-admin", "Quản trị", "admin", login="admin")
SITE = {"name": "Pano chợ mới", "commune_code": GIA, "lat": 12.71, "lon": 109.23}


@pytest.fixture
def meeting(store):
    return open_meeting(store, operation(ADMIN), title=" Họp giao ban ", on=store.today, units="2023")


def works_of(store, pano_id):
    works = store.workspace().works
    return works[works["pano_id"] == pano_id]


def test_a_snapshot_gives_the_same_figures_whatever_comes_later(store, clock, meeting):
    snapshot = meeting.snapshot
    before = coverage(frozen(store, snapshot), on=snapshot.on).to_dict()
    clock.pass_by(days=40)
    late = operation(happened_at=clock.now - timedelta(days=41))
    edit(store, "pano", "p1", {"condition": "major_damage", "checked_on": "2024-02-28"}, late)
    after = frozen(store, meeting_of(store, meeting.id).snapshot)
    assert coverage(after, on=snapshot.on).to_dict() == before
    assert after.checksum(snapshot.on, snapshot.units, snapshot.channels) == snapshot.checksum
    assert coverage(store.workspace(), on=snapshot.on).to_dict() != before


def test_another_day_units_channel_or_content_is_another_checksum(store, meeting):
    workspace, day = frozen(store, meeting.snapshot), meeting.snapshot.on
    edit(store, "pano", "p1", {"note": "khác"}, operation())
    others = {
        workspace.checksum(day - timedelta(days=1), "2023", ()),
        workspace.checksum(day, "2025", ()),
        workspace.checksum(day, "2023", ("pano",)),
        store.workspace().checksum(day, "2023", ()),
    }
    assert len(others) == 4 and meeting.snapshot.checksum not in others


def test_opening_twice_is_one_meeting_and_the_newest_comes_first(store, clock):
    op = operation(ADMIN)
    options = {"on": store.today, "units": "2025", "channels": ("pano", "leaflet")}
    first = open_meeting(store, op, title="Một", **options)
    assert open_meeting(store, op, title="Một", **options) == first
    clock.pass_by(hours=1)
    second = open_meeting(store, operation(ADMIN), title="Hai", on=store.today, units="2023")
    assert meetings(store) == [second, first]
    assert first.snapshot.channels == ("pano", "leaflet") and first.is_open


def test_nothing_changes_before_the_meeting_ends_and_then_once(store, meeting):
    version = store.version
    decide(store, meeting.id, "site", SITE, operation(ADMIN), said_by="Chủ tịch")
    decide(store, meeting.id, "repair", {"pano_id": "p1", "work_kind": "repair_frame"}, operation(ADMIN))
    decide(store, meeting.id, "survey", {"label": "Đo lại Tuần Lễ", "village_id": "v3"}, operation(ADMIN))
    assert store.version == version
    found = end_meeting(store, meeting.id, operation(ADMIN))
    assert [one.outcome for one in found] == ["done", "done", "task"]
    workspace = store.workspace()
    new = workspace.panos[workspace.panos["name"] == SITE["name"]]
    assert new["state"].tolist() == ["planned"]
    assert works_of(store, new.index[0])["state"].tolist() == ["proposed"]
    assert works_of(store, "p1")["state"].tolist() == ["approved"]
    version = store.version
    assert end_meeting(store, meeting.id, operation(ADMIN)) == found
    assert store.version == version
    assert not meeting_of(store, meeting.id).is_open


def test_each_work_order_knows_the_meeting_that_it_comes_from(store, meeting):
    proposed = propose_work(store, "p1", "replace_canvas", operation(PLANNER)).entity_id
    assert meetings_of_works(store) == {}
    decide(store, meeting.id, "approve", {"work_id": proposed}, operation(ADMIN))
    decide(store, meeting.id, "site", SITE, operation(ADMIN))
    decide(store, meeting.id, "task", {"label": "Báo cáo tỉnh"}, operation(ADMIN))
    end_meeting(store, meeting.id, operation(ADMIN))
    workspace = store.workspace()
    (new,) = workspace.panos.index[workspace.panos["name"] == SITE["name"]]
    (built,) = works_of(store, new).index
    found = meetings_of_works(store)
    assert found.keys() == {proposed, built} and {one.id for one in found.values()} == {meeting.id}


def test_an_end_that_was_cut_off_goes_on_where_it_stopped(store, meeting, monkeypatch):
    decide(store, meeting.id, "repair", {"pano_id": "p1", "work_kind": "repair_frame"}, operation(ADMIN))
    monkeypatch.setattr("records.meetings._settle", lambda *a, **k: (_ for _ in ()).throw(OSError("cut off")))
    with pytest.raises(OSError, match="cut off"):
        end_meeting(store, meeting.id, operation(ADMIN))
    monkeypatch.undo()
    found = end_meeting(store, meeting.id, operation(ADMIN))
    assert [one.outcome for one in found] == ["done"]
    assert len(works_of(store, "p1")) == 1


def test_what_the_rules_refuse_says_why_and_stops_nothing_else(store, meeting):
    approved = store.workspace().works.index[0]
    decide(store, meeting.id, "approve", {"work_id": approved}, operation(ADMIN))
    decide(store, meeting.id, "task", {"label": "Báo cáo tỉnh"}, operation(ADMIN))
    refused, task = end_meeting(store, meeting.id, operation(ADMIN))
    assert refused.outcome == "refused" and refused.problem["vi"] and refused.problem["en"]
    assert task.outcome == "task"


def test_what_the_actor_may_not_do_waits_for_someone_who_may(store):
    meeting = open_meeting(store, operation(APPROVER), title="Họp", on=store.today, units="2023")
    decide(store, meeting.id, "site", SITE, operation(APPROVER))
    (waiting,) = end_meeting(store, meeting.id, operation(APPROVER))
    assert waiting.outcome == "task" and waiting.problem["vi"]
    assert tasks(store) == [waiting]


def test_a_planner_orders_a_repair_that_an_approver_has_to_approve(store):
    meeting = open_meeting(store, operation(PLANNER), title="Họp", on=store.today, units="2023")
    decide(store, meeting.id, "repair", {"pano_id": "p1", "work_kind": "replace_canvas"}, operation(PLANNER))
    end_meeting(store, meeting.id, operation(PLANNER))
    (work,) = works_of(store, "p1").index
    assert store.workspace().works.at[work, "state"] == "proposed"
    step(store, "work", work, "approve", operation(APPROVER))


def test_a_task_is_finished_once(store, meeting):
    decide(store, meeting.id, "task", {"label": "Báo cáo tỉnh"}, operation(ADMIN))
    (task,) = end_meeting(store, meeting.id, operation(ADMIN))
    done = finish_task(store, task.id, operation(PLANNER))
    assert done.outcome == "task_done" and done.settled_by_name == PLANNER.name
    assert finish_task(store, task.id, operation(APPROVER)) == done
    assert tasks(store) == []


def test_a_decision_that_was_taken_back_stays_in_the_minutes_and_does_nothing(store, meeting):
    taken = decide(
        store, meeting.id, "repair", {"pano_id": "p1", "work_kind": "repair_frame"}, operation(ADMIN)
    )
    with pytest.raises(Refused):
        withdraw(store, taken.id, operation(ADMIN))
    withdraw(store, taken.id, operation(ADMIN, reason="Chờ khảo sát"))
    (kept,) = end_meeting(store, meeting.id, operation(ADMIN))
    assert kept.outcome == "withdrawn" and kept.withdrawn_why == "Chờ khảo sát"
    assert works_of(store, "p1").empty


def test_an_ended_meeting_takes_nothing_more(store, meeting):
    end_meeting(store, meeting.id, operation(ADMIN))
    with pytest.raises(Refused):
        decide(store, meeting.id, "task", {"label": "Muộn"}, operation(ADMIN))
    assert decisions(store, meeting.id) == []


@pytest.mark.parametrize("actor", [VIEWER, FIELD])
def test_only_the_office_holds_meetings(store, meeting, actor):
    with pytest.raises(Forbidden):
        open_meeting(store, operation(actor), title="Họp", on=store.today, units="2023")
    with pytest.raises(Forbidden):
        decide(store, meeting.id, "task", {"label": "x"}, operation(actor))
    with pytest.raises(Forbidden):
        end_meeting(store, meeting.id, operation(actor))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("site", {"name": "Thiếu điểm", "commune_code": GIA}),
        ("repair", {"pano_id": "p1"}),
        ("repair", {"pano_id": "p1", "work_kind": "build"}),
        ("task", {"label": " ".strip()}),
    ],
)
def test_a_decision_says_all_that_its_kind_needs(store, meeting, kind, body):
    with pytest.raises(Refused):
        decide(store, meeting.id, kind, body, operation(ADMIN))
    assert decisions(store, meeting.id) == []
