"""What does not fit of a report is shown with both sides and settled by a planner; nothing is dropped."""

from datetime import timedelta

import pytest

from records.actions import edit, propose_work, step
from records.dossier import media_type, photos_of
from records.errors import Forbidden, Refused, RuleBroken
from records.field_photos import add_piece
from records.field_reports import receipt
from records.field_review import PHOTOS_LATE_AFTER, close, record_now, unfit
from records.rights import Actor
from tests.folders import GIA
from tests.records.helpers import APPROVER, FIELD, PLANNER, operation
from tests.records.reports import digest, jpeg, new_events, new_id, outcomes, report, send, sent_photo

ELSEWHERE = Actor("a-thu", "Thu", "field", frozenset({"22504"}), login="thu")


def waiting(store):
    with store.reading() as connection:
        return unfit(connection, now=store.clock())


@pytest.fixture
def lost_right(store, clock):
    """Give the id of a report of p1 by someone who acts in another commune by now."""
    report_id, content = new_id(), jpeg()
    one = report(store, by=ELSEWHERE, condition="minor_damage", word="Rách góc", photos=[sent_photo(content)])
    clock.pass_by(hours=1)
    send(store, one, by=ELSEWHERE, report_id=report_id)
    add_piece(store, report_id, digest(content), ELSEWHERE, content)
    return report_id


def test_both_sides_are_shown(store, lost_right, clock):
    edit(store, "pano", "p1", {"note": "Đã xem"}, operation())
    (one,) = waiting(store)
    assert (one.id, one.author, one.report.condition) == (lost_right, "Thu", "minor_damage")
    assert one.received_at - one.made_at == timedelta(hours=1)
    assert one.pano["condition"] == "good"
    assert [part.what for part in one.parts] == ["condition", "word", "photo"]
    assert all(part.problem["vi"] and part.problem["en"] != part.problem["vi"] for part in one.parts)
    assert [event.changes["note"] for event in one.since] == [(None, "Đã xem")]
    ((kind, kept),) = one.photos
    with store.reading() as connection:
        assert media_type(connection, kept) == "image/jpeg"


def test_recorded_it_is_an_event_of_the_planner_on_the_day_of_the_visit(store, lost_right):
    (one,) = waiting(store)
    before = store.version
    done = record_now(store, lost_right, PLANNER, version=one.version)
    assert set(outcomes(done).values()) == {"stored"}
    assert all(part.problem is None for part in done.parts)
    (event,) = new_events(store, before)
    assert (event.action, event.actor_id, event.happened_at) == ("inspect", PLANNER.id, one.made_at)
    assert "Thu" in event.reason and "Rách góc" in event.reason
    assert store.workspace().panos.at["p1", "condition"] == "minor_damage"
    with store.reading() as connection:
        assert [photo.event_id for photo in photos_of(connection, "p1")] == [event.id]
    assert waiting(store) == []


def test_closed_it_changes_nothing_and_its_author_reads_why(store, lost_right):
    before = store.version
    with pytest.raises(Refused):
        close(store, lost_right, PLANNER, why=" ")
    done = close(store, lost_right, PLANNER, why="Đã sửa hôm qua")
    assert (done.outcome, store.version) == ("closed", before)
    assert {part.problem for part in done.parts} == {"Đã sửa hôm qua"}
    assert waiting(store) == []
    with store.reading() as connection:
        assert receipt(connection, lost_right) == done


@pytest.mark.parametrize("actor", [FIELD, APPROVER])
def test_only_those_who_decide_settle_it(store, lost_right, actor):
    (one,) = waiting(store)
    with pytest.raises(Forbidden):
        record_now(store, lost_right, actor, version=one.version)
    with pytest.raises(Forbidden):
        close(store, lost_right, actor, why="x")
    assert waiting(store) == [one]


def test_what_changed_since_someone_looked_is_looked_at_again(store, lost_right):
    (one,) = waiting(store)
    edit(store, "pano", "p1", {"note": "x"}, operation())
    with pytest.raises(Refused) as refused:
        record_now(store, lost_right, PLANNER, version=one.version)
    assert refused.value.code == "changed_meanwhile"


def test_settled_twice_is_settled_once(store, lost_right):
    (one,) = waiting(store)
    record_now(store, lost_right, PLANNER, version=one.version)
    before = store.version
    for again in (
        lambda: record_now(store, lost_right, PLANNER, version=before),
        lambda: close(store, lost_right, PLANNER, why="x"),
    ):
        with pytest.raises(Refused) as refused:
            again()
        assert refused.value.code == "nothing_waits"
    assert store.version == before


def test_what_still_does_not_fit_goes_on_waiting(store):
    report_id = new_id()
    taken = {"work_id": "w-none", "action": "start"}
    one = report(store, by=ELSEWHERE, condition="minor_damage", work_step=taken)
    send(store, one, by=ELSEWHERE, report_id=report_id)
    (seen,) = waiting(store)
    done = record_now(store, report_id, PLANNER, version=seen.version)
    assert outcomes(done) == {"condition": "stored", "work_step": "in_review"}
    (seen,) = waiting(store)
    with pytest.raises(Refused) as refused:
        record_now(store, report_id, PLANNER, version=seen.version)
    assert refused.value.code == "unknown_id"
    assert close(store, report_id, PLANNER, why="Nhầm việc").outcome == "closed"


def test_a_step_whose_photos_never_come_is_shown_at_last(store, clock):
    key = propose_work(store, "p1", "repair_frame", operation()).entity_id
    step(store, "work", key, "approve", operation(APPROVER))
    step(store, "work", key, "assign", operation(), values={"assignee": "Minh"})
    step(store, "work", key, "start", operation(FIELD))
    content, report_id = jpeg(), new_id()
    photos = [sent_photo(content, "before"), sent_photo(jpeg("red"), "after")]
    one = report(store, work_step={"work_id": key, "action": "finish"}, photos=photos)
    send(store, one, report_id=report_id)
    assert waiting(store) == []
    clock.pass_by(seconds=PHOTOS_LATE_AFTER.total_seconds())
    (seen,) = waiting(store)
    assert (seen.missing, [part.what for part in seen.parts]) == (2, ["work_step"])
    with pytest.raises(RuleBroken):
        record_now(store, report_id, PLANNER, version=seen.version)
    add_piece(store, report_id, digest(content), FIELD, content)
    assert store.workspace().works.at[key, "state"] == "in_progress"


def test_photos_that_come_after_it_was_recorded_hang_on_its_event(store):
    report_id, content = new_id(), jpeg()
    one = report(store, by=ELSEWHERE, word="x", photos=[sent_photo(content)])
    send(store, one, by=ELSEWHERE, report_id=report_id)
    (seen,) = waiting(store)
    record_now(store, report_id, PLANNER, version=seen.version)
    add_piece(store, report_id, digest(content), ELSEWHERE, content)
    with store.reading() as connection:
        (photo,) = photos_of(connection, "p1")
    assert photo.event_id == store.version
    assert store.workspace().panos.at["p1", "commune_code"] == GIA
