"""Reach over time: a line that agrees with coverage on every day, through all days that can matter."""

from dataclasses import replace
from datetime import date, timedelta

from geo.coverage import coverage
from records.actions import edit
from records.timeline import MOST_DAYS, change_days, event_days, first_day, line, shift
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
