"""Each decision becomes a work order or a task, once and whole, or says why it can't."""

import threading
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import update

from records.actions import edit, propose_work, step
from records.decisions import (
    FIELDS,
    decide,
    decisions,
    end_meeting,
    finish_task,
    meetings_of_works,
    tasks,
    withdraw,
)
from records.errors import BadValues, Forbidden, Refused
from records.meetings import meeting_of, open_meeting
from records.model import DECISION
from records.rights import VIEWER
from records.store import MIGRATIONS, migrate
from tests.folders import GIA
from tests.records.helpers import ADMIN, APPROVER, FIELD, PLANNER, operation

SITE = {"name": "Pano chợ mới", "commune_code": GIA, "lat": 12.71, "lon": 109.23}
REPAIR = {"pano_id": "p1", "work_kind": "repair_frame"}


@pytest.fixture
def meeting(store):
    return open_meeting(store, operation(ADMIN), title=" Họp giao ban ", on=store.today, units="2023")


def works_of(store, pano_id):
    works = store.workspace().works
    return works[works["pano_id"] == pano_id]


def test_nothing_changes_before_the_meeting_ends_and_then_once(store, meeting):
    version = store.version
    decide(store, meeting.id, "site", SITE, operation(ADMIN), said_by="Chủ tịch")
    decide(store, meeting.id, "repair", {"pano_id": "p1", "work_kind": "repair_frame"}, operation(ADMIN))
    decide(store, meeting.id, "survey", {"label": "Đo lại Tuần Lễ", "village_id": "v3"}, operation(ADMIN))
    assert store.version == version
    found = end_meeting(store, meeting.id, operation(ADMIN))
    assert [one.outcome for one in found] == ["done", "done", "task"]
    assert [one.is_approved for one in found] == [False, True, False]
    workspace = store.workspace()
    new = workspace.panos[workspace.panos["name"] == SITE["name"]]
    assert new["state"].tolist() == ["planned"]
    assert works_of(store, new.index[0])["state"].tolist() == ["proposed"]
    assert works_of(store, "p1")["state"].tolist() == ["approved"]
    version = store.version
    assert end_meeting(store, meeting.id, operation(ADMIN)) == found
    assert store.version == version
    assert not meeting_of(store, meeting.id).is_open


def test_each_work_order_knows_the_meeting_that_it_comes_from(store):
    proposed = propose_work(store, "p1", "replace_canvas", operation(PLANNER)).entity_id
    meeting = open_meeting(store, operation(ADMIN), title="Họp", on=store.today, units="2023")
    assert meetings_of_works(store) == {}
    decide(store, meeting.id, "approve", {"work_id": proposed}, operation(ADMIN))
    decide(store, meeting.id, "site", SITE, operation(ADMIN))
    decide(store, meeting.id, "task", {"label": "Báo cáo tỉnh"}, operation(ADMIN))
    ended = end_meeting(store, meeting.id, operation(ADMIN))
    assert [one.is_approved for one in ended] == [True, False, False]
    workspace = store.workspace()
    (new,) = workspace.panos.index[workspace.panos["name"] == SITE["name"]]
    (built,) = works_of(store, new).index
    found = meetings_of_works(store)
    assert found.keys() == {proposed, built} and {one.id for one in found.values()} == {meeting.id}


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


def test_an_end_that_was_cut_off_has_not_happened_and_another_may_end_it(store, meeting, monkeypatch):
    decide(store, meeting.id, "repair", REPAIR, operation(ADMIN))
    decide(store, meeting.id, "site", SITE, operation(ADMIN))
    version = store.version
    monkeypatch.setattr("records.decisions.close", lambda *a, **k: (_ for _ in ()).throw(OSError("cut off")))
    with pytest.raises(OSError, match="cut off"):
        end_meeting(store, meeting.id, operation(ADMIN))
    monkeypatch.undo()
    assert store.version == version and meeting_of(store, meeting.id).is_open
    found = end_meeting(store, meeting.id, operation(PLANNER))
    assert [one.outcome for one in found] == ["done", "done"]
    assert works_of(store, "p1")["state"].tolist() == ["proposed"]
    assert not any(one.is_approved for one in found)


def test_two_who_end_it_at_once_carry_it_out_once(store, meeting):
    for name in ("Một", "Hai", "Ba"):
        decide(store, meeting.id, "site", SITE | {"name": name}, operation(ADMIN))
    together, found = threading.Barrier(2), []

    def end(actor):
        together.wait()
        found.append(end_meeting(store, meeting.id, operation(actor)))

    threads = [threading.Thread(target=end, args=(actor,)) for actor in (ADMIN, PLANNER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1] == decisions(store, meeting.id)
    assert [one.outcome for one in found[0]] == ["done"] * 3
    names = store.workspace().panos["name"].tolist()
    assert [names.count(name) for name in ("Một", "Hai", "Ba")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("kind", "body", "second"), [("site", SITE, "add_work"), ("repair", REPAIR, "take_step")]
)
def test_of_two_steps_none_is_kept_if_one_is_refused(store, meeting, monkeypatch, kind, body, second):
    def refuse(*_args, **_options):
        raise Refused("changed_meanwhile")

    decide(store, meeting.id, kind, body, operation(ADMIN))
    monkeypatch.setattr(f"records.decisions.{second}", refuse)
    before = store.contents()
    (found,) = end_meeting(store, meeting.id, operation(ADMIN))
    assert (found.outcome, found.event_ids) == ("refused", ())
    assert store.contents() == before


def test_who_took_a_decision_back_is_kept_and_the_first_time_stands(store, clock, meeting):
    taken = decide(store, meeting.id, "task", {"label": "Báo cáo tỉnh"}, operation(ADMIN))
    first = withdraw(store, taken.id, operation(PLANNER, reason=" Chờ khảo sát "))
    clock.pass_by(minutes=1)
    assert withdraw(store, taken.id, operation(ADMIN, reason="khác")) == first
    assert (first.withdrawn_by_name, first.withdrawn_why) == (PLANNER.name, "Chờ khảo sát")


def test_what_was_carried_out_can_not_be_taken_back(store, meeting):
    taken = decide(store, meeting.id, "repair", REPAIR, operation(ADMIN))
    done = end_meeting(store, meeting.id, operation(ADMIN))
    with pytest.raises(Refused, match="meeting_ended"):
        withdraw(store, taken.id, operation(ADMIN, reason="muộn"))
    assert decisions(store, meeting.id) == done


def test_an_order_that_changed_since_is_not_approved_unseen(store):
    changed, same = (
        propose_work(store, "p1", kind, operation(op_id=str(uuid4())), values={"cost_vnd": 1000}).entity_id
        for kind in ("replace_canvas", "repair_frame")
    )
    meeting = open_meeting(store, operation(ADMIN), title="Họp", on=store.today, units="2023")
    for key in (changed, same):
        decide(store, meeting.id, "approve", {"work_id": key}, operation(ADMIN))
    edit(store, "work", changed, {"cost_vnd": 9_000_000}, operation())
    refused, done = end_meeting(store, meeting.id, operation(ADMIN))
    assert (refused.outcome, done.outcome) == ("refused", "done") and refused.problem["vi"]
    assert store.workspace().works["state"][[changed, same]].tolist() == ["proposed", "approved"]


def test_a_decision_keeps_the_names_that_the_meeting_saw(store, meeting):
    name = store.workspace().panos.at["p1", "name"]
    edit(store, "pano", "p1", {"name": "Tên mới"}, operation())
    repair = decide(store, meeting.id, "repair", REPAIR, operation(ADMIN))
    work_id = store.workspace().works.index[0]
    approved = decide(store, meeting.id, "approve", {"work_id": work_id}, operation(ADMIN))
    work = store.workspace().works.loc[work_id]
    assert repair.body["label"] == name
    assert approved.body["label"] == store.workspace().panos.at[work["pano_id"], "name"]
    assert approved.body["work_kind"] == work["kind"]


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("approve", {"work_id": "nix"}, Refused),
        ("repair", REPAIR | {"pano_id": "nix"}, Refused),
        ("survey", {"label": "Đo lại", "village_id": "nix"}, Refused),
        ("survey", {"label": "Đo lại", "lat": 999, "lon": 109}, BadValues),
        ("repair", REPAIR | {"due_on": "mai"}, BadValues),
        ("repair", REPAIR | {"cost_vnd": -5}, BadValues),
        ("site", SITE | {"commune_code": "nix"}, BadValues),
    ],
)
def test_a_decision_that_could_not_be_carried_out_is_refused_at_once(store, meeting, kind, body, error):
    with pytest.raises(error):
        decide(store, meeting.id, kind, body, operation(ADMIN))
    assert decisions(store, meeting.id) == []


def test_decisions_of_an_earlier_version_get_the_names_that_are_known_now(store, meeting):
    work_id = store.workspace().works.index[0]
    taken = [
        decide(store, meeting.id, "repair", REPAIR, operation(ADMIN)),
        decide(store, meeting.id, "approve", {"work_id": work_id}, operation(ADMIN)),
    ]
    with store.engine.begin() as connection:
        for one in taken:
            body = {name: value for name, value in one.body.items() if name in FIELDS[one.kind]}
            connection.execute(update(DECISION).where(DECISION.c.id == one.id).values(body=body))
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
    migrate(store.engine)
    for one, before in zip(decisions(store, meeting.id), taken, strict=True):
        assert one.body == {name: value for name, value in before.body.items() if name != "seen"}
    assert end_meeting(store, meeting.id, operation(ADMIN))[0].outcome == "done"
