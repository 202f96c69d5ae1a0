"""Reach over time, as the record knows it: the days on which something may have changed, and what did."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import select

from geo.coverage import Coverage, coverage
from geo.days import local_date
from geo.workspace import Workspace
from records.model import EVENT
from records.store import Store

MOST_DAYS = 40
"""Days that a line is drawn through: of more, so many spread evenly, the first and last among them."""


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
        what a pano was ever said to show was past for the first time. `MOST_DAYS` at most.
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
    return [found[round(i * (len(found) - 1) / (MOST_DAYS - 1))] for i in range(MOST_DAYS)]


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
