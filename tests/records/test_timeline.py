"""Reach over time: a line that agrees with coverage on every day, through all days that can matter."""

from dataclasses import replace
from datetime import date, timedelta

from geo.coverage import coverage
from records.actions import edit, step
from records.timeline import (
    LATEST_DAYS,
    MOST_DAYS,
    Cause,
    causes,
    change_days,
    event_days,
    first_day,
    line,
    shift,
)
from tests.records.helpers import PLANNER, operation

DAY = timedelta(days=1)
FIRST = date(2023, 8, 1)


def days_of(store):
    return change_days(store, first=FIRST, last=store.today)


def reached(reach):
    villages = reach.villages
    return set(villages.index[villages["counted"] & (villages["now"] == "reached")])


def test_what_was_so_before_the_record_began_has_no_day(store):
    assert event_days(store) == []
    edit(store, "pano", "p1", {"note": "mới sơn"}, operation(PLANNER))
    assert event_days(store) == [store.today]


def test_the_line_is_that_of_coverage_day_by_day(store, clock):
    edit(store, "pano", "p1", {"serves": ("v1",), "content_until": store.today + 2 * DAY}, operation(PLANNER))
    clock.pass_by(days=5)
    edit(store, "pano", "p1", {"serves": ("v1", "v3"), "content_until": None}, operation(PLANNER))
    clock.pass_by(days=1)
    moments = line(store, days_of(store), units="2023", channels=["pano"])
    for moment in moments:
        whole = coverage(store.workspace(moment.on), on=moment.on, channels=["pano"]).summary
        assert (moment.villages, moment.reached) == (whole["villages"], whole["reached"])
    assert len({moment.reached for moment in moments}) > 2


def test_between_its_days_nothing_changes(store, clock):
    edit(store, "pano", "p1", {"content_until": store.today + 2 * DAY}, operation(PLANNER))
    clock.pass_by(days=6)
    edit(store, "pano", "p1", {"content_until": None}, operation(PLANNER))
    clock.pass_by(days=2)
    first = store.today - 10 * DAY
    days = change_days(store, first=first, last=store.today)
    assert (days[0], days[-1]) == (first, store.today) and days == sorted(set(days))
    for on in (first + n * DAY for n in range((store.today - first).days + 1)):
        last = max(day for day in days if day <= on)
        assert reached(coverage(store.workspace(on), on=on)) == reached(
            coverage(store.workspace(last), on=last)
        )


def test_many_days_are_thinned_from_end_to_end(store):
    for n in range(2 * MOST_DAYS):
        edit(store, "pano", "p1", {"content_until": FIRST + n * DAY}, operation(PLANNER))
    last = FIRST + 3 * MOST_DAYS * DAY
    days = change_days(store, first=FIRST, last=last)
    assert len(days) == MOST_DAYS and (days[0], days[-1]) == (FIRST, last)
    assert days == sorted(set(days))
    latest = [FIRST + (n + 1) * DAY for n in range(2 * MOST_DAYS)][-LATEST_DAYS + 1 :]
    assert days[-LATEST_DAYS:] == [*latest, last]


def test_a_line_begins_with_the_plan_or_what_was_done_before(store):
    ws = store.workspace()
    assert first_day(ws, today=store.today) == ws.plan.issued_on
    early = ws.activities.copy()
    early.at["a1", "starts_on"] = date(2023, 1, 5)
    assert first_day(replace(ws, activities=early), today=store.today) == date(2023, 1, 5)


def test_a_shift_is_what_one_day_has_and_the_other_has_not(store):
    ws = store.workspace()
    day = ws.activities.at["a1", "starts_on"]
    panos = ws.panos.assign(state="retired")
    before, after = (coverage(replace(ws, panos=panos), on=on) for on in (day - DAY, day))
    there, back = shift(before, after), shift(after, before)
    assert set(there.gained) == reached(after) - reached(before) == {"v1"}
    assert (there.lost, back.lost, back.gained) == ((), there.gained, ())


def why(store, first, last):
    """Return the causes between two days, of exactly the villages that differ."""
    days = (first, last)
    changes = shift(*(coverage(store.workspace(day), on=day) for day in days))
    found = causes(store, changes, first=first, last=last)
    assert set(found) == {*changes.gained, *changes.lost}
    return found


def change(store, clock, entity, key, **values):
    """Let a day go by, change something, and return the day."""
    clock.pass_by(days=1)
    edit(store, entity, key, values, operation(PLANNER))
    return store.today


def step_of(store, clock, action, **values):
    """Let a day go by, take a step of the pano, and return the day."""
    clock.pass_by(days=1)
    step(store, "pano", "p1", action, operation(PLANNER, **values))
    return store.today


def suspend(store, clock):
    return step_of(store, clock, "suspend", reason="đường đang làm")


def test_a_village_is_gained_by_an_activity_on_its_day_and_the_earliest_decides(store, clock):
    first = suspend(store, clock)
    began = first + 2 * DAY
    change(store, clock, "activity", "a2", state="done", starts_on=began, ends_on=began)
    clock.pass_by(days=3)
    found = why(store, first, store.today)
    assert found["v3"] == (Cause("activity", "a2", "done", began),)


def test_content_past_its_date_is_told_with_the_first_day_on_which_it_is(store, clock):
    until = store.today + 2 * DAY
    first = change(store, clock, "pano", "p1", content_until=until)
    clock.pass_by(days=3)
    (lapsed,) = why(store, first, store.today)["v2"]
    assert lapsed == Cause("pano", "p1", "lapsed", until + DAY)
    days = [until, lapsed.on]
    assert shift(*(coverage(store.workspace(day), on=day) for day in days)).lost == ("v2",)


def test_what_happened_to_a_pano_is_told_with_the_day_it_was_recorded_for(store, clock):
    for values, lost, gained in (
        ({"condition": "major_damage"}, "damaged", "mended"),
        ({"serves": ("v1",)}, "changed", "changed"),
    ):
        before = {name: store.workspace().panos.at["p1", name] for name in values}
        first = store.today
        ended = change(store, clock, "pano", "p1", **values)
        assert why(store, first, ended)["v2"] == (Cause("pano", "p1", lost, ended),)
        back = change(store, clock, "pano", "p1", **before)
        assert why(store, ended, back)["v2"] == (Cause("pano", "p1", gained, back),)


def test_a_pano_that_goes_out_of_service_and_comes_back(store, clock):
    first = store.today
    ended = suspend(store, clock)
    assert why(store, first, ended)["v2"] == (Cause("pano", "p1", "out_of_service", ended),)
    back = step_of(store, clock, "reinstate")
    assert why(store, ended, back)["v2"] == (Cause("pano", "p1", "in_service", back),)


def test_what_is_said_to_be_done_no_more_is_withdrawn(store, clock):
    first = suspend(store, clock)
    assert "v1" in reached(coverage(store.workspace(first), on=first))
    ended = change(store, clock, "activity", "a1", state="planned")
    assert why(store, first, ended) == {"v1": (Cause("activity", "a1", "withdrawn", ended),)}


def test_a_village_that_left_the_register_was_not_lost_by_its_pano(store, clock):
    first = store.today
    ended = change(store, clock, "village", "v2", register_status="historical")
    assert why(store, first, ended) == {"v2": (Cause("village", "v2", "removed", ended),)}
    back = change(store, clock, "village", "v2", register_status="official")
    assert why(store, ended, back) == {"v2": (Cause("village", "v2", "registered", back),)}
