"""Photos of one work order from before and after, side by side: what a report shows of what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from geo.days import local_date
from geo.workspace import Workspace
from records.dossier import shown_at
from records.model import PHOTO

AFTER = ("after", "finished")
"""What a photo can show that stands for the end of a work order."""


@dataclass(frozen=True)
class Pair:
    """Two photos of a work order that is done.

    Attributes
    ----------
    work_id : str
        The work order.
    before, after : str
        SHA-256 of the photos' files; the first that was taken before, the last that was taken after.
    before_on, after_on : datetime.date or None
        The days, in Vietnam's time, on which they were taken, where that is known.
    """

    work_id: str
    before: str
    after: str
    before_on: date | None
    after_on: date | None


def photo_pairs(
    connection: Connection, workspace: Workspace, *, most: int, version: int | None = None
) -> list[Pair]:
    """Return the pairs of the work orders that are done in a workspace, those that came last first.

    Parameters
    ----------
    connection : Connection
        A connection to the store.
    workspace : Workspace
        The tables as they are, or were, on the day asked about.
    most : int
        How many at most.
    version : int, optional
        Number of the last change that counts; the newest, if none is given.
    """
    done = set(workspace.works.index[workspace.works["state"] == "done"])
    shown = shown_at(version) & PHOTO.c.work_id.is_not(None)
    columns = (PHOTO.c.work_id, PHOTO.c.hash, PHOTO.c.kind, PHOTO.c.taken_at)
    before, after = {}, {}
    for photo in connection.execute(select(*columns).where(shown).order_by(PHOTO.c.event_id, PHOTO.c.hash)):
        if photo.work_id not in done:
            continue
        if photo.kind == "before":
            before.setdefault(photo.work_id, photo)
        elif photo.kind in AFTER:
            # Taken out first, so that the order is that of the last photo of each.
            after.pop(photo.work_id, None)
            after[photo.work_id] = photo
    pairs = [
        Pair(work_id, before[work_id].hash, photo.hash, _day(before[work_id].taken_at), _day(photo.taken_at))
        for work_id, photo in reversed(after.items())
        if work_id in before
    ]
    return pairs[:most]


def _day(moment: datetime | None) -> date | None:
    return local_date(moment) if moment else None
