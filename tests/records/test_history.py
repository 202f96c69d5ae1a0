"""The present is what the events add up to, and so is every day of the past."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from records.actions import create, edit, propose_work, resolve_conflict, step
from records.errors import RecordsError
from records.folder_io import fill
from records.history import events, rebuild, rows_at, rows_now
from records.model import PRESENT
from records.rights import SYSTEM
from records.settings import Settings, sqlite_url
from records.store import folder_contents, open_store
from tests.folders import GIA, THO, make_folder
from tests.records.helpers import START, Clock, operation

FAR = datetime(2100, 1, 1, tzinfo=UTC)


def test_the_day_of_an_event_is_that_of_vietnam(store, clock):
    # 23:30 and 00:30 in Vietnam, on one day in UTC.
    for hour, minute, note in ((16, 30, "tối"), (17, 30, "khuya")):
        clock.now = START.replace(day=5, hour=hour, minute=minute)
        edit(store, "pano", "p1", {"note": note}, operation())
    notes = [store.workspace(date(2024, 3, day)).panos.loc["p1", "note"] for day in (4, 5, 6)]
    assert notes == ["", "tối", "khuya"]


def test_what_was_filled_in_holds_for_every_day_before(store):
    past, now = store.workspace(date(1999, 1, 1)), store.workspace()
    assert past.version == now.version


def test_a_late_report_stands_where_it_happened(store, clock):
    seen_at = clock.now
    clock.pass_by(days=20)
    op = operation(happened_at=seen_at, source="field")
    edit(store, "pano", "p1", {"condition": "major_damage"}, op)
    before, then = seen_at.date() - timedelta(days=1), seen_at.date()
    assert store.workspace(before).panos.loc["p1", "condition"] == "good"
    assert store.workspace(then).panos.loc["p1", "condition"] == "major_damage"


def test_a_row_is_not_there_before_it_was_made(store, clock):
    made = clock.pass_by(days=10)
    pano = {"name": "Mới", "commune_code": THO, "state": "planned", "lat": 12.69, "lon": 109.26}
    pano_id = create(store, "pano", pano, operation()).entity_id
    early = operation(happened_at=made - timedelta(days=9))
    propose_work(store, pano_id, "build", early)
    before = store.workspace(made - timedelta(days=1))
    assert pano_id not in before.panos.index and len(before.works) == 1
    assert pano_id in store.workspace(made.date()).panos.index


def test_an_aware_moment_can_be_asked_for(store, clock):
    at = clock.now
    edit(store, "pano", "p1", {"note": "sau"}, operation())
    assert store.workspace(at - timedelta(seconds=1)).panos.loc["p1", "note"] == ""
    assert store.workspace(at).panos.loc["p1", "note"] == "sau"


def test_history_is_of_one_thing_or_of_all(store):
    edit(store, "pano", "p1", {"note": "a"}, operation())
    edit(store, "pano", "p2", {"note": "b"}, operation())
    with store.reading() as connection:
        of_all, of_panos = events(connection), events(connection, "pano")
        of_one = events(connection, "pano", "p1")
    assert [one.action for one in of_one] == ["imported", "edited"]
    assert {one.entity_id for one in of_panos} == {"p1", "p2"}
    assert [one.id for one in of_all] == list(range(1, store.version + 1))
    assert of_all[-1].happened_at is not None and of_all[0].happened_at is None


def test_the_record_as_it_is_needs_no_mending(store):
    edit(store, "pano", "p1", {"note": "a"}, operation())
    with store.writing() as connection:
        assert rebuild(connection) == 0


def test_what_was_changed_past_the_program_is_put_right(store):
    with store.reading() as connection:
        before = rows_now(connection)
    last = store.version
    panos, villages, activities = (PRESENT[one] for one in ("pano", "village", "activity"))
    stray = {"id": "v9", "name": "?", "commune_code": GIA, "register_status": "reported"}
    with store.writing() as connection:
        connection.execute(update(panos).where(panos.c.id == "p1").values(condition="major_damage"))
        connection.execute(delete(activities).where(activities.c.id == "a1"))
        connection.execute(insert(villages).values(stray | {"place": last}))
        assert rebuild(connection) == 3
        assert rows_now(connection) == before


CHANGES = st.one_of(
    st.tuples(
        st.just("edit"),
        st.sampled_from(["p1", "p2"]),
        st.dictionaries(
            st.sampled_from(["note", "condition", "radius_m", "checked_on"]),
            st.sampled_from(["", "good", "minor_damage", "800", "1200.50", "2024-02-29"]),
            min_size=1,
        ),
        st.dictionaries(st.sampled_from(["note", "condition"]), st.sampled_from(["", "good"])),
    ),
    st.tuples(
        st.just("step"),
        st.sampled_from(["assign", "start", "pause", "resume", "finish", "accept", "cancel"]),
        st.sampled_from([None, "approved", "assigned", "in_progress"]),
    ),
    st.tuples(st.just("propose"), st.sampled_from(["repair_frame", "replace_canvas"])),
    st.tuples(st.just("create"), st.sampled_from(["Một", "Hai"])),
    st.tuples(st.just("decide"), st.sampled_from(["mine", "theirs"])),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_folder(tmp_path_factory.mktemp("fold") / "data")


def do(store, change: tuple, waiting: list) -> None:
    """Do one of `CHANGES`; what waits for a decision is noted."""
    match change:
        case ("edit", pano_id, values, seen):
            receipt = edit(store, "pano", pano_id, values, operation(SYSTEM), seen=seen)
        case ("step", action, state):
            op = operation(SYSTEM, reason="thử")
            values = {"assignee": "Đội"} if action == "assign" else {}
            seen = {"state": state} if state else {}
            receipt = step(store, "work", "w1", action, op, values=values, seen=seen)
        case ("propose", kind):
            receipt = propose_work(store, "p1", kind, operation(SYSTEM))
        case ("create", name):
            values = {"name": name, "commune_code": GIA, "state": "planned"}
            receipt = create(store, "pano", values, operation(SYSTEM))
        case ("decide", choice) if waiting:
            receipt = waiting.pop()
            choices = {one.field: choice for one in receipt.conflicts}
            receipt = resolve_conflict(store, receipt.event_id, choices, operation(SYSTEM))
        case _:
            return
    if receipt.conflicts:
        waiting.append(receipt)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, min_size=1, max_size=8))
def test_the_present_is_what_the_events_add_up_to(changes, folder, tmp_path_factory):
    """Whatever is done, allowed or not: fold, rebuild and the present are one."""
    clock, var = Clock(), tmp_path_factory.mktemp("var")
    store = open_store(Settings(folder, var, sqlite_url(var / "store.db")), clock=clock)
    fill(store, operation(SYSTEM, source="command"))
    waiting: list = []
    for change in changes:
        clock.pass_by(hours=7)
        try:
            do(store, change, waiting)
        except RecordsError:
            pass
    with store.writing() as connection:
        present = rows_now(connection)
        assert rows_at(connection, FAR) == present
        assert rebuild(connection) == 0
        assert folder_contents(connection, FAR) == folder_contents(connection)
    store.close()


def test_a_version_stays_as_it_was_whatever_is_reported_later(store, clock):
    edit(store, "pano", "p1", {"note": "đã biết"}, operation())
    version, day = store.version, store.today
    clock.pass_by(days=3)
    edit(store, "pano", "p1", {"note": "đến muộn"}, operation(happened_at=clock.now - timedelta(days=3)))
    assert store.workspace(version=version).panos.loc["p1", "note"] == "đã biết"
    assert store.workspace(day, version=version).panos.loc["p1", "note"] == "đã biết"
    assert store.workspace(day).panos.loc["p1", "note"] == "đến muộn"
    assert store.workspace(version=version).version != store.workspace().version
