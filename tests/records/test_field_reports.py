"""A report is kept once and whole: what fits is recorded, what does not waits for a planner."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from geo.days import local_date
from records.actions import edit, propose_work, step
from records.errors import Refused
from records.field_body import Report
from records.field_photos import add_piece
from records.field_reports import receipt, receive
from records.history import rebuild
from records.rights import SYSTEM, Actor
from tests.records.helpers import APPROVER, FIELD, PLANNER, at_once, operation
from tests.records.reports import (
    digest,
    jpeg,
    new_events,
    new_id,
    outcomes,
    report,
    send,
    sent_photo,
)

ELSEWHERE = Actor("a-thu", "Thu", "field", frozenset({"22504"}), login="thu")


def pano(store, key="p1"):
    return store.workspace().panos.loc[key]


def work(store, key):
    return store.workspace().works.loc[key]


def repair_in_progress(store, doer=FIELD):
    """Return the id of a repair of p1 that its doer has begun."""
    key = propose_work(store, "p1", "repair_frame", operation()).entity_id
    step(store, "work", key, "approve", operation(APPROVER))
    step(store, "work", key, "assign", operation(), values={"assignee": doer.name})
    step(store, "work", key, "start", operation(doer))
    return key


def test_a_condition_and_a_word_are_one_event_at_the_time_of_the_visit(store, clock):
    one = report(store, condition="minor_damage", word="Rách góc trái", position={"lat": 12.7, "lon": 109.2})
    made, before = clock.now, store.version
    clock.pass_by(hours=5)
    done = send(store, one)
    assert outcomes(done) == {"condition": "stored", "word": "stored"}
    assert (done.outcome, done.received_at) == ("stored", clock.now)
    (event,) = new_events(store, before)
    assert (event.action, event.source, event.happened_at, event.arrived_at) == (
        "inspect",
        "field",
        made,
        clock.now,
    )
    assert (event.reason, event.lat, event.actor_id) == ("Rách góc trái", 12.7, FIELD.id)
    assert pano(store)["condition"] == "minor_damage"
    assert pano(store)["checked_on"] == local_date(made)


def test_the_same_report_is_one_event_and_one_receipt_however_often_and_at_once(store):
    one, report_id, before = report(store, condition="good", word="Còn tốt"), new_id(), store.version
    receipts = []
    at_once(lambda: receipts.append(receive(store, report_id, one, FIELD)), 8)
    receipts += [receive(store, report_id, one, FIELD) for _ in range(12)]
    assert len(new_events(store, before)) == 1
    assert len({one.model_copy(update={"repeated": False}).model_dump_json() for one in receipts}) == 1
    assert [one.repeated for one in receipts].count(False) == 1


def test_another_report_under_the_same_id_changes_nothing(store):
    report_id = new_id()
    first = send(store, report(store, word="Một"), report_id=report_id)
    before = store.version
    with pytest.raises(Refused) as refused:
        send(store, report(store, word="Hai"), report_id=report_id)
    assert refused.value.code == "report_changed"
    assert store.version == before
    with store.reading() as connection:
        assert receipt(connection, report_id) == first


def test_a_report_is_taken_from_its_own_account_only(store):
    with pytest.raises(Refused) as refused:
        send(store, report(store, word="Một", by=PLANNER), by=FIELD)
    assert refused.value.code == "other_account"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"condition": "unchecked"},
        {"condition": "good", "extra": 1},
        {"word": "x", "made_at": "2024-03-01T09:00:00"},
        {"word": "x", "made_at": 5},
        {"point": {"lat": 91, "lon": 0}},
        {"photos": [sent_photo(b"x"), sent_photo(b"x")]},
        {"state_step": {"action": "inspect"}},
        {"work_step": {"work_id": "w1", "action": "propose"}},
    ],
)
def test_what_no_phone_of_ours_sends_is_malformed(store, wrong):
    with pytest.raises(ValidationError):
        report(store, **wrong)


def test_words_keep_no_signs_that_a_database_cannot_hold(store):
    done = send(store, report(store, word="Gãy\x00 cột\x07\nbên trái"))
    assert done.outcome == "stored"
    assert new_events(store, 0)[-1].reason == "Gãy cột\nbên trái"


@pytest.mark.parametrize("year", ["0001", "1970", "9999"])
@pytest.mark.parametrize("zone", ["+14:00", "-12:00"])
def test_a_phone_whose_clock_is_wrong_reports_within_what_it_can_have_seen(store, clock, year, zone):
    edit(store, "pano", "p1", {"note": "mới"}, operation())
    known = clock.now
    one = report(store, condition="good", made_at=f"{year}-01-01T00:00:00{zone}")
    clock.pass_by(days=1)
    send(store, one)
    happened = new_events(store, 0)[-1].happened_at
    assert happened == (clock.now if year == "9999" else known)
    assert pano(store)["checked_on"] == local_date(happened)


def test_different_fields_merge_and_the_same_field_waits_for_a_decision(store, clock):
    one = report(store, condition="minor_damage", point={"lat": 12.7005, "lon": 109.2205, "accuracy_m": 4})
    edit(store, "pano", "p1", {"condition": "major_damage"}, operation())
    done = send(store, one)
    assert outcomes(done) == {"condition": "needs_decision", "point": "stored"}
    assert pano(store)["condition"] == "major_damage"
    assert (pano(store)["lat"], pano(store)["accuracy_m"]) == (12.7005, 4)


def test_a_late_report_is_of_its_day_and_what_someone_found_later_stays(store, clock):
    seen_on, late = store.today, report(store, condition="minor_damage", seen={})
    clock.pass_by(days=3)
    send(store, report(store, condition="major_damage", by=PLANNER), by=PLANNER)
    newest = pano(store)["checked_on"]
    assert send(store, late).outcome == "merged"
    assert (pano(store)["condition"], pano(store)["checked_on"]) == ("major_damage", newest)
    then = store.workspace(seen_on).panos.loc["p1"]
    assert (then["condition"], then["checked_on"]) == ("minor_damage", seen_on)


def test_a_late_report_that_says_the_same_moves_no_date_back(store, clock):
    late = report(store, condition="good")
    clock.pass_by(days=3)
    send(store, report(store, condition="good", by=PLANNER), by=PLANNER)
    newest = pano(store)["checked_on"]
    assert send(store, late).outcome in ("stored", "merged")
    assert pano(store)["checked_on"] == newest


def test_nobody_is_in_conflict_with_their_own_earlier_report(store, clock):
    first = report(store, condition="minor_damage")
    clock.pass_by(minutes=10)
    second = Report.model_validate(
        first.stored() | {"condition": "major_damage", "made_at": clock.now.isoformat()}
    )
    assert [send(store, one).outcome for one in (first, second)] == ["stored", "stored"]
    assert pano(store)["condition"] == "major_damage"


def test_a_step_is_taken_with_its_reason(store):
    key = repair_in_progress(store)
    taken = {"work_id": key, "action": "pause", "reason": "Mưa lớn"}
    before = store.version
    done = send(store, report(store, work_step=taken, word="Nghỉ tạm"))
    assert outcomes(done) == {"word": "stored", "work_step": "stored"}
    (event,) = new_events(store, before)
    assert (event.action, event.reason) == ("pause", "Mưa lớn")
    assert work(store, key)["state"] == "paused"


def test_a_step_that_needs_photos_is_taken_when_the_last_has_come(store):
    key = repair_in_progress(store)
    contents = {"before": jpeg("red"), "after": jpeg("green")}
    photos = [sent_photo(content, kind) for kind, content in contents.items()]
    one, report_id = report(store, work_step={"work_id": key, "action": "finish"}, photos=photos), new_id()
    done = send(store, one, report_id=report_id)
    assert outcomes(done) == {"photo": "stored", "work_step": "waiting_for_photos"}
    assert done.outcome == "waiting_for_photos"
    _, done = add_piece(store, report_id, digest(contents["after"]), FIELD, contents["after"])
    assert done.outcome == "waiting_for_photos"
    assert work(store, key)["state"] == "in_progress"
    _, done = add_piece(store, report_id, digest(contents["before"]), FIELD, contents["before"])
    assert done.outcome == "stored"
    assert set(done.photos.values()) == {"received"}
    assert work(store, key)["state"] == "awaiting_acceptance"
    assert receive(store, report_id, one, FIELD).parts == done.parts


def test_a_build_is_finished_by_a_photo_that_says_where(store):
    builder = Actor(FIELD.id, FIELD.name, "field", frozenset({"22504"}), login="minh")
    step(store, "work", "w1", "assign", operation(), values={"assignee": "Minh"})
    step(store, "work", "w1", "start", operation(builder))
    content = jpeg()
    place = {"lat": 12.69, "lon": 109.26, "accuracy_m": 6}
    one = report(
        store,
        "p2",
        work_step={"work_id": "w1", "action": "finish"},
        photos=[sent_photo(content, "finished", position=place)],
    )
    report_id = new_id()
    assert send(store, one, by=builder, report_id=report_id).outcome == "waiting_for_photos"
    add_piece(store, report_id, digest(content), builder, content)
    assert work(store, "w1")["state"] == "awaiting_acceptance"


def no_pano(store, one):
    return Report.model_validate(one.stored() | {"pano_id": "p-none"})


def pano_retired(store, one):
    edit(store, "pano", "p1", {"note": "x"}, operation())
    key = propose_work(store, "p1", "remove", operation()).entity_id
    step(store, "work", key, "approve", operation(APPROVER))
    step(store, "work", key, "assign", operation(), values={"assignee": "Tổ điện"})
    step(store, "work", key, "start", operation(SYSTEM))
    step(store, "work", key, "finish", operation(SYSTEM))
    step(store, "work", key, "accept", operation(APPROVER))
    return one


@pytest.mark.parametrize("happened", [no_pano, pano_retired])
def test_what_fits_no_more_is_kept_for_a_planner_with_the_reason(store, happened):
    one = report(store, condition="good", point={"lat": 12.7, "lon": 109.22})
    done = send(store, happened(store, one))
    assert done.outcome == "in_review"
    assert set(outcomes(done).values()) == {"in_review"}
    assert all(part.problem for part in done.parts)


def test_a_right_that_was_lost_puts_the_whole_report_in_review(store):
    before = store.version
    done = send(store, report(store, condition="good", word="x", by=ELSEWHERE), by=ELSEWHERE)
    assert set(outcomes(done).values()) == {"in_review"}
    assert store.version == before


def test_a_gate_that_no_photo_opens_puts_the_step_in_review_and_keeps_the_rest(store):
    key = propose_work(store, "p1", "repair_frame", operation()).entity_id
    taken = {"work_id": key, "action": "finish"}
    done = send(store, report(store, condition="minor_damage", work_step=taken))
    assert outcomes(done) == {"condition": "stored", "work_step": "in_review"}
    assert pano(store)["condition"] == "minor_damage"


@pytest.mark.parametrize(
    "taken",
    [
        {"work_id": "w-none", "action": "start"},
        {"work_id": "w1", "action": "start"},
        {"work_id": "w1", "action": "start", "values": {"assignee": "x"}},
    ],
)
def test_a_step_of_no_work_of_this_pano_is_in_review(store, taken):
    assert outcomes(send(store, report(store, word="x", work_step=taken)))["work_step"] == "in_review"


def test_a_step_that_someone_took_meanwhile_waits_with_both_sides(store):
    key = repair_in_progress(store)
    one = report(store, work_step={"work_id": key, "action": "pause", "reason": "Mưa"})
    step(store, "work", key, "cancel", operation(reason="Hết tiền"))
    assert send(store, one).outcome == "needs_decision"
    assert work(store, key)["state"] == "cancelled"


def test_a_point_outside_the_district_is_in_review_and_the_word_is_kept(store):
    done = send(store, report(store, point={"lat": 21.0, "lon": 105.8}, word="Ở đây"))
    assert outcomes(done) == {"point": "in_review", "word": "stored"}


def test_suspending_needs_a_reason_and_keeps_it(store):
    assert send(store, report(store, state_step={"action": "suspend"})).outcome == "in_review"
    taken = {"action": "suspend", "reason": "Làm đường"}
    assert send(store, report(store, state_step=taken)).outcome == "stored"
    assert pano(store)["state"] == "suspended"
    assert new_events(store, 0)[-1].reason == "Làm đường"


def test_photos_hang_on_the_event_with_where_and_when_the_phone_said(store, clock):
    from records.dossier import photos_of

    content = jpeg()
    place = {"lat": 12.7, "lon": 109.22, "accuracy_m": 8}
    taken_at = (clock.now - timedelta(minutes=3)).isoformat()
    named = sent_photo(content, position=place, taken_at=taken_at)
    report_id = new_id()
    send(store, report(store, word="Ảnh", photos=[named]), report_id=report_id)
    add_piece(store, report_id, digest(content), FIELD, content)
    with store.reading() as connection:
        (photo,) = photos_of(connection, "p1")
    assert photo.event_id == new_events(store, 0)[-1].id
    assert photo.taken_at == clock.now - timedelta(minutes=3)


def test_reports_add_up_to_the_present(store):
    key = repair_in_progress(store)
    send(store, report(store, condition="minor_damage", point={"lat": 12.7005, "lon": 109.22}))
    send(store, report(store, work_step={"work_id": key, "action": "pause", "reason": "Mưa"}))
    with store.writing() as connection:
        assert rebuild(connection) == 0
