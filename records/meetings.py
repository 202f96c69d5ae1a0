"""Meetings of leaders: opened on a snapshot that stays as it is, and closed once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, insert, select, update

from geo.cells import FORBIDDEN, tidy
from geo.terms import CHANNELS, UNITS
from geo.workspace import Workspace
from records.errors import Refused
from records.journal import Operation
from records.model import MEETING
from records.rights import demand
from records.store import Store


@dataclass(frozen=True)
class Snapshot:
    """What the figures of a meeting are of; the same snapshot gives the same figures at any later time.

    Attributes
    ----------
    version : int
        Number of the last change that counts.
    on : date
        The day.
    units : {"2023", "2025"}
        The set of units.
    channels : tuple of str
        The channels; none: all that can reach a village.
    checksum : str
        See `geo.workspace.Workspace.checksum`.
    """

    version: int
    on: date
    units: str
    channels: tuple[str, ...]
    checksum: str


@dataclass(frozen=True)
class Meeting:
    """One meeting, see `records.model.MEETING`."""

    id: str
    title: str
    snapshot: Snapshot
    opened_by_name: str
    opened_at: datetime
    ended_by_name: str | None
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """True until someone ends it."""
        return self.ended_at is None


def open_meeting(
    store: Store, op: Operation, *, title: str, on: date, units: str, channels: tuple[str, ...] = ()
) -> Meeting:
    """Open a meeting on what is recorded now.

    Parameters
    ----------
    store : Store
        The store.
    op : Operation
        Who opens it; the same id twice is one meeting.
    title : str
        Its name.
    on : date
        The day that the figures are for; of a past day as recorded by now.
    units : {"2023", "2025"}
        The set of units.
    channels : tuple of str, optional
        The channels; all that can reach a village, if none is given.

    Raises
    ------
    Forbidden
        If the actor may not hold meetings.
    Refused
        If it has no title.
    """
    demand(op.actor, "meet")
    if units not in UNITS or set(channels) - set(CHANNELS):
        raise ValueError(f"no such units or channels: {units}, {channels}")
    title = plain(title)
    if not title:
        raise Refused("meeting_untitled")
    version = store.version
    workspace = store.workspace(on, version=version)
    row = {
        "id": op.op_id,
        "title": title,
        "version": version,
        "on_day": on.isoformat(),
        "units": units,
        "channels": ";".join(channels),
        "checksum": workspace.checksum(on, units, channels),
        "opened_by": op.actor.id,
        "opened_by_name": op.actor.name,
        "opened_at": store.clock(),
    }
    with store.writing() as connection:
        if connection.execute(select(MEETING.c.id).where(MEETING.c.id == op.op_id)).first() is None:
            connection.execute(insert(MEETING).values(row))
        return meeting_in(connection, op.op_id)


def meetings(store: Store) -> list[Meeting]:
    """Return all meetings, the newest first."""
    with store.reading() as connection:
        found = connection.execute(select(MEETING).order_by(MEETING.c.opened_at.desc(), MEETING.c.id))
        return [_as_meeting(one) for one in found]


def meeting_of(store: Store, meeting_id: str) -> Meeting:
    """Return a meeting.

    Raises
    ------
    Refused
        If there is none.
    """
    with store.reading() as connection:
        return meeting_in(connection, meeting_id)


def frozen(store: Store, snapshot: Snapshot) -> Workspace:
    """Return the tables of a snapshot, as they were known then.

    Raises
    ------
    Refused
        If they are no longer those that its checksum was made of.
    """
    workspace = store.workspace(snapshot.on, version=snapshot.version)
    if workspace.checksum(snapshot.on, snapshot.units, snapshot.channels) != snapshot.checksum:
        raise Refused("snapshot_differs", checksum=snapshot.checksum)
    return workspace


def meeting_in(connection: Connection, meeting_id: str) -> Meeting:
    """Return a meeting, on a connection of `records.store.Store`; see `meeting_of`."""
    found = connection.execute(select(MEETING).where(MEETING.c.id == meeting_id)).one_or_none()
    if found is None:
        raise Refused("unknown_meeting")
    return _as_meeting(found)


def demand_open(connection: Connection, meeting_id: str) -> None:
    """Do nothing if a meeting goes on.

    Raises
    ------
    Refused
        If it has ended, or there is none.
    """
    if not meeting_in(connection, meeting_id).is_open:
        raise Refused("meeting_ended")


def close(connection: Connection, meeting_id: str, op: Operation, *, now: datetime) -> None:
    """Write down, on a connection that writes, that a meeting has ended; from then on it takes nothing."""
    ended = {"ended_by": op.actor.id, "ended_by_name": op.actor.name, "ended_at": now}
    connection.execute(update(MEETING).where(MEETING.c.id == meeting_id).values(ended))


def plain(text: str) -> str:
    """Return what a person typed without signs that no text and no document can hold."""
    return FORBIDDEN.sub("", tidy(text)).strip()


def _as_meeting(row: Row) -> Meeting:
    channels = tuple(row.channels.split(";")) if row.channels else ()
    snapshot = Snapshot(row.version, date.fromisoformat(row.on_day), row.units, channels, row.checksum)
    return Meeting(
        row.id, row.title, snapshot, row.opened_by_name, row.opened_at, row.ended_by_name, row.ended_at
    )
