"""Reach over time, as the record knows it: the days on which something may have changed, and what did."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import select

from geo.coverage import Coverage, activities_that_count, coverage, panos_that_count
from geo.days import local_date
from geo.ledger import ledger
from geo.workspace import Workspace
from records.model import EVENT
from records.store import Store

MOST_DAYS = 40
LATEST_DAYS = 10
"""Days that a line is drawn through at most: of more, the latest, and others spread evenly from the first."""


BEARING = frozenset(
    ("state", "condition", "content_until", "radius_m", "lat", "lon", "accuracy_m", "serves", "village_id")
    + ("starts_on", "scope", "commune_codes", "village_ids")
)
"""Columns of panos and activities that bear on whom they reach."""

REASONS_GAINED = ("done", "in_service", "mended", "renewed", "changed", "registered")
REASONS_LOST = ("withdrawn", "out_of_service", "damaged", "lapsed", "changed", "removed")
"""Why a village is reached on the later of two days only, or on the earlier only, see `Cause`."""


@dataclass(frozen=True)
class Moment:
    """Reach at the end of one day.

    Attributes
    ----------
    on : datetime.date
        The day.
    villages, reached : int
        Counted villages, and those of them that are reached.
    """

    on: date
    villages: int
    reached: int


@dataclass(frozen=True)
class Shift:
    """What differs between two days.

    Attributes
    ----------
    gained, lost : tuple of str
        Ids of counted villages that are reached on the second day only, or on the first day only.
    """

    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True)
class Cause:
    """Why a village is reached on one of two days only.

    Attributes
    ----------
    kind : {"pano", "activity", "village"}
        What changed.
    id : str
        Its id.
    reason : str
        One of `REASONS_GAINED` or `REASONS_LOST`: an activity was ``done``, or is said to be so no more
        (``withdrawn``); a pano went in or out of service, was damaged or mended, its content lapsed or was
        renewed; what counts on both days reaches others than before (``changed``); the village itself came
        into the register or left it (``registered``, ``removed``).
    on : datetime.date or None
        The day on which the activity began, the first day on which the content was past its date, or the day
        of the last change that is recorded; None where none is.
    """

    kind: str
    id: str
    reason: str
    on: date | None


def event_days(store: Store) -> list[date]:
    """Return the days on which something happened, in order; what was so before the record began has none."""
    with store.reading() as connection:
        moments = connection.execute(select(EVENT.c.happened_at).distinct()).scalars().all()
    return sorted({local_date(moment) for moment in moments if moment is not None})


def first_day(ws: Workspace, *, today: date) -> date:
    """Return the day on which a line of reach begins: that of the plan, or of what was done before it."""
    done = ws.activities[ws.activities["state"] == "done"]["starts_on"]
    days = [day for day in (ws.plan.issued_on, ws.plan.starts_on, *done) if day and day < today]
    return min(days, default=today - timedelta(days=365))


def change_days(store: Store, *, first: date, last: date) -> list[date]:
    """Return the days between two days on which reach may have changed, and those two.

    Parameters
    ----------
    store : Store
        The store.
    first, last : datetime.date
        The first and the last day wanted.

    Returns
    -------
    list of datetime.date
        In order: days on which something happened, on which an activity was ever said to begin, and on which
        what a pano was ever said to show was past for the first time. `MOST_DAYS` at most, the latest
        `LATEST_DAYS` always among them.
    """
    said = select(EVENT.c.changes).where(EVENT.c.entity.in_(("pano", "activity")))
    days = {first, last, *event_days(store)}
    with store.reading() as connection:
        for changes in connection.execute(said).scalars():
            for column, after in (("starts_on", 0), ("content_until", 1)):
                if cell := changes.get(column, (None, None))[1]:
                    days.add(date.fromisoformat(cell) + timedelta(days=after))
    found = sorted(day for day in days if first <= day <= last)
    if len(found) <= MOST_DAYS:
        return found
    early, room = found[:-LATEST_DAYS], MOST_DAYS - LATEST_DAYS
    return [early[i * len(early) // room] for i in range(room)] + found[-LATEST_DAYS:]


def line(
    store: Store, days: Sequence[date], *, units: str, channels: Sequence[str] | None = None
) -> list[Moment]:
    """Return how many villages were reached on some days, as the record knows it now.

    Parameters
    ----------
    store : Store
        The store.
    days : sequence of datetime.date
        The days, in order.
    units : {"2023", "2025"}
        The communes to count by.
    channels : sequence of str, optional
        The channels to look at; all that can reach a village if none is given.
    """
    events = event_days(store)
    moments, kept = [], None
    for day in days:
        # Between two events the tables are the same, so they are put together once.
        so_far = bisect_right(events, day)
        if kept is None or kept[0] != so_far:
            kept = so_far, store.workspace(day)
        whole = coverage(kept[1], on=day, units=units, channels=channels).summary
        moments.append(Moment(day, int(whole["villages"]), int(whole["reached"])))
    return moments


def shift(before: Coverage, after: Coverage) -> Shift:
    """Return what differs between the reach of two days."""
    first, second = (_reached(one) for one in (before, after))
    return Shift(tuple(second.difference(first, sort=False)), tuple(first.difference(second, sort=False)))


def _reached(reach: Coverage) -> pd.Index:
    villages = reach.villages
    return villages.index[villages["counted"] & (villages["now"] == "reached")]


def causes(store: Store, changes: Shift, *, first: date, last: date) -> dict[str, tuple[Cause, ...]]:
    """Return why villages are reached on one of two days only.

    Parameters
    ----------
    store : Store
        The store.
    changes : Shift
        What differs between the two days, over every channel.
    first, last : datetime.date
        The days.

    Returns
    -------
    dict of str to tuple of Cause
        Of every village that was gained or lost, what decided it comes first: of what reaches it on the
        later day the earliest, of what reached it on the earlier day the latest to end. What has no day
        comes last.
    """
    changed_on = _changed_on(store, first, last)
    found: dict[str, tuple[Cause, ...]] = {}
    for ids, here, there in ((changes.gained, last, first), (changes.lost, first, last)):
        if ids:
            found |= _causes(store, ids, here, there, changed_on)
    return found


def _causes(
    store: Store, ids: Sequence[str], here: date, there: date, changed_on: dict[tuple[str, str], date]
) -> dict[str, tuple[Cause, ...]]:
    """Return why some villages are reached here and not there, a day before or after."""
    is_gain = here > there
    ws, other = store.workspace(here), store.workspace(there)
    contacts = ledger(ws, on=here).contacts
    contacts = contacts[contacts["counts_now"] & contacts["village_id"].isin(ids)]
    counting = {
        "pano": panos_that_count(other, there, "now"),
        "activity": activities_that_count(other, there, "now"),
    }

    def cause(kind: str, id_: str) -> Cause:
        on = changed_on.get((kind, id_))
        if counting[kind].get(id_, False):
            return Cause(kind, id_, "changed", on)
        if kind == "activity":
            began = ws.activities.at[id_, "starts_on"]
            return Cause(kind, id_, "done", began or on) if is_gain else Cause(kind, id_, "withdrawn", on)
        if id_ not in other.panos.index or other.panos.at[id_, "state"] != "in_service":
            return Cause(kind, id_, "in_service" if is_gain else "out_of_service", on)
        if other.panos.at[id_, "condition"] == "major_damage":
            return Cause(kind, id_, "mended" if is_gain else "damaged", on)
        if is_gain:
            return Cause(kind, id_, "renewed", on)
        return Cause(kind, id_, "lapsed", other.panos.at[id_, "content_until"] + timedelta(days=1))

    def when(one: Cause) -> tuple[bool, int]:
        return one.on is None, (one.on.toordinal() if is_gain else -one.on.toordinal()) if one.on else 0

    counted = other.villages.index[other.villages["register_status"] != "historical"]
    found = {}
    for id_, group in contacts.groupby("village_id", sort=False):
        if id_ in counted:
            of = [cause(kind, what) for kind, what in zip(group["kind"], group["id"], strict=True)]
        else:
            of = [
                Cause(
                    "village", id_, "registered" if is_gain else "removed", changed_on.get(("village", id_))
                )
            ]
        found[id_] = tuple(sorted(of, key=when))
    return found


def _changed_on(store: Store, first: date, last: date) -> dict[tuple[str, str], date]:
    """Return when each thing was changed last between two days, in what bears on reach."""
    said = select(EVENT.c.entity, EVENT.c.entity_id, EVENT.c.changes, EVENT.c.happened_at)
    found: dict[tuple[str, str], date] = {}
    with store.reading() as connection:
        for entity, id_, changes, moment in connection.execute(said.where(EVENT.c.happened_at.is_not(None))):
            day = local_date(moment)
            bears = entity == "village" or not BEARING.isdisjoint(changes)
            if first < day <= last and bears:
                found[entity, id_] = max(day, found.get((entity, id_), day))
    return found
