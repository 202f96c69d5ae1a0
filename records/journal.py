"""Writes what happened: an event and what it changes, in one transaction, once for each operation."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection, func, insert, select, union_all, update

from geo.cells import FORBIDDEN
from records.checks import ids_in
from records.errors import Refused
from records.merge import Conflict, Merge
from records.model import CONFLICT, ENTITIES, EVENT, PHOTO, present_table
from records.rights import Actor
from records.store import take_numbers

SOURCES = ("web", "field", "import", "command")
"""From where a change comes: a screen, the phone's form, a file, the command line."""


@dataclass(frozen=True)
class Position:
    """Where someone stood: decimal degrees, WGS 84, and the radius in metres that the truth lies within."""

    lat: float
    lon: float
    accuracy_m: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is nowhere on earth; NaN is not within bounds either."""
        is_somewhere = abs(self.lat) <= 90 and abs(self.lon) <= 180
        if not is_somewhere or not 0 <= (self.accuracy_m or 0) < math.inf:
            raise Refused("position_nowhere")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A photo that comes with a change; its file is kept already, under its hash.

    Attributes
    ----------
    kind : str
        What it shows: ``before``, ``after``, ``finished`` or ``other``.
    hash : str
        SHA-256 of the file that is kept, in hexadecimal.
    width, height : int
        Pixels.
    bytes : int
        Size of the file.
    media_type : str
        Such as ``image/jpeg``.
    taken_at : datetime, optional
        When it was taken, aware.
    position : Position, optional
        Where it was taken.
    """

    kind: str
    hash: str
    width: int
    height: int
    bytes: int
    media_type: str
    taken_at: datetime | None = None
    position: Position | None = None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """Who does something, when, from where and why: what every change is recorded with.

    Attributes
    ----------
    actor : Actor
        Who does it.
    op_id : str
        A UUID made where the form was drawn. However often one arrives, it is one event.
    happened_at : datetime, optional
        When it happened, aware; when it arrives, if not given.
    source : str
        One of `SOURCES`.
    reason : str
        Why, in the person's words.
    position : Position, optional
        Where the person stood.
    photos : tuple of Evidence
        What the person saw.
    """

    actor: Actor
    op_id: str
    happened_at: datetime | None = None
    source: str = "web"
    reason: str = ""
    position: Position | None = None
    photos: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what only a fault of the program can bring, and what no database keeps."""
        object.__setattr__(self, "op_id", str(UUID(self.op_id)))
        if self.source not in SOURCES:
            raise ValueError(f"source must be one of {', '.join(SOURCES)}, got {self.source!r}")
        if self.happened_at is not None and self.happened_at.tzinfo is None:
            raise ValueError("happened_at needs a time zone")
        if FORBIDDEN.search(self.reason):
            raise Refused("bad_character")
        if len({photo.hash for photo in self.photos}) < len(self.photos):
            raise Refused("photo_twice")

    def part(self, entity: str, entity_id: str) -> Operation:
        """Return the part of this operation that is about one thing: the same id each time, no photos."""
        return replace(self, op_id=str(uuid5(UUID(self.op_id), f"{entity}/{entity_id}")), photos=())


@dataclass(frozen=True)
class Receipt:
    """What the store answers once it has kept an operation; the same however often that arrives.

    Attributes
    ----------
    event_id : int
        The event that it became.
    entity, entity_id : str
        What it is about.
    stored_at : datetime
        When it was kept, UTC.
    outcome : {"stored", "merged", "needs_decision"}
        Kept as wished; kept beside what others changed meanwhile; kept, with some of it waiting.
    conflicts : tuple of Conflict
        What waits for a decision.
    is_repeated : bool
        True if the operation had arrived before.
    """

    event_id: int
    entity: str
    entity_id: str
    stored_at: datetime
    outcome: str
    conflicts: tuple[Conflict, ...] = ()
    is_repeated: bool = field(default=False, compare=False)


def receipt_of(connection: Connection, op: Operation, entity: str, entity_id: str | None) -> Receipt | None:
    """Return the receipt of an operation that has arrived before, or None.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of `records.store.Store.writing`.
    op : Operation
        The operation.
    entity, entity_id : str
        What it is about; None: something new.

    Raises
    ------
    Refused
        If the id was used for something else: kept twice it would lose one of the two.
    """
    found = connection.execute(select(EVENT).where(EVENT.c.op_id == op.op_id)).one_or_none()
    if found is None:
        return None
    if found.entity != entity or entity_id not in (None, found.entity_id) or found.actor_id != op.actor.id:
        raise Refused("operation_reused")
    waiting = connection.execute(
        select(CONFLICT.c.field, CONFLICT.c.was, CONFLICT.c.theirs, CONFLICT.c.mine)
        .where(CONFLICT.c.event_id == found.id, CONFLICT.c.decided_by.is_distinct_from(found.id))
        .order_by(CONFLICT.c.field)
    )
    return Receipt(
        found.id,
        found.entity,
        found.entity_id,
        found.arrived_at,
        found.outcome,
        tuple(Conflict(*one) for one in waiting),
        is_repeated=True,
    )


def record(
    connection: Connection,
    op: Operation,
    entity: str,
    entity_id: str,
    action: str,
    merge: Merge,
    *,
    now: datetime,
    cause_id: int | None = None,
    is_from_before: bool = False,
) -> Receipt:
    """Keep an operation: its event, what waits for a decision, its photos, and the row as it is from now on.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of `records.store.Store.writing`.
    op : Operation
        Who, when, from where and why.
    entity, entity_id : str
        What it is about.
    action : str
        What was done, such as ``edited``, or the name of a step.
    merge : Merge
        What changes and what waits; a row whose ``id`` changes is made.
    now : datetime
        This moment.
    cause_id : int, optional
        The event that brought this one about.
    is_from_before : bool
        True for what was so before the record began: it holds for every day.
    """
    if op.photos and entity not in ("pano", "work"):
        raise ValueError(f"a photo shows a pano, got {entity}")
    (number,) = take_numbers(connection, 1)
    conflicts = tuple(sorted(merge.conflicts, key=lambda one: one.field))
    outcome = "needs_decision" if conflicts else "merged" if merge.is_stale else "stored"
    happened_at = None if is_from_before else _happened_at(connection, op, entity, entity_id, merge, now)
    event = event_row(op, number, entity, entity_id, action, merge.changes, now=now, happened_at=happened_at)
    connection.execute(insert(EVENT).values(event | {"outcome": outcome, "cause_id": cause_id}))
    if conflicts:
        connection.execute(insert(CONFLICT), [{"event_id": number, **vars(one)} for one in conflicts])
    if merge.past:
        rows = [{"event_id": number, "decided_by": number, **vars(one)} for one in merge.past]
        connection.execute(insert(CONFLICT), rows)
    table, new = present_table(entity), {name: to for name, (_, to) in merge.changes.items()}
    if "id" in new:
        connection.execute(insert(table).values(new | {"place": number}))
    elif new:
        connection.execute(update(table).where(table.c.id == entity_id).values(new))
    if op.photos:
        connection.execute(insert(PHOTO), list(_photo_rows(connection, op, entity, entity_id, number, now)))
    return Receipt(number, entity, entity_id, now, outcome, conflicts)


def event_row(
    op: Operation,
    number: int,
    entity: str,
    entity_id: str,
    action: str,
    changes: dict[str, tuple[str | None, str | None]],
    *,
    now: datetime,
    happened_at: datetime | None,
) -> dict[str, object]:
    """Return the row of an event that was stored as wished, see `records.model.EVENT`."""
    position = op.position
    return {
        "id": number,
        "op_id": op.op_id,
        "entity": entity,
        "entity_id": entity_id,
        "action": action,
        "changes": {name: list(pair) for name, pair in changes.items()},
        "outcome": "stored",
        "actor_id": op.actor.id,
        "actor_name": op.actor.name,
        "source": op.source,
        "happened_at": happened_at,
        "arrived_at": now,
        "reason": op.reason or None,
        "lat": position.lat if position else None,
        "lon": position.lon if position else None,
        "accuracy_m": position.accuracy_m if position else None,
    }


def placed(
    connection: Connection, op: Operation, states: Iterable[tuple[str, str]], *, now: datetime
) -> Operation:
    """Return an operation that changes states, at a time that it can have happened.

    Clocks of phones go wrong: it is not after now, nor before the last change of those states.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of `records.store.Store.writing`.
    op : Operation
        The operation.
    states : iterable of (str, str)
        Entity and id of each row whose state it changes.
    now : datetime
        This moment.
    """
    moment = min(op.happened_at or now, now)
    for entity, entity_id in states:
        of_row = (EVENT.c.entity == entity) & (EVENT.c.entity_id == entity_id)
        for happened_at, changes in connection.execute(
            select(EVENT.c.happened_at, EVENT.c.changes).where(of_row)
        ):
            if happened_at and "state" in changes:
                moment = max(moment, happened_at)
    return replace(op, happened_at=moment)


def _happened_at(
    connection: Connection, op: Operation, entity: str, entity_id: str, merge: Merge, now: datetime
) -> datetime:
    """Return when an operation happened: not after it arrived, nor before what it speaks of was there.

    Clocks of phones go wrong; a past day must never show a work order of a pano that is not there yet.
    """
    named = {entity: {entity_id}}
    for column in ENTITIES[entity].columns if entity in ENTITIES else ():
        _, to = merge.changes.get(column.name, (None, None))
        for other, table in ENTITIES.items():
            if to and table.name == column.refers:
                named.setdefault(other, set()).update(ids_in(to))
    tables = {present_table(one): ids for one, ids in named.items()}
    places = [select(table.c.place).where(table.c.id.in_(ids)) for table, ids in tables.items()]
    made = select(func.max(EVENT.c.happened_at)).where(EVENT.c.id.in_(union_all(*places)))
    earliest = connection.execute(made).scalar_one()
    happened_at = min(op.happened_at or now, now)
    return max(happened_at, earliest) if earliest else happened_at


def attach(
    connection: Connection,
    event_id: int,
    pano_id: str,
    work_id: str | None,
    photos: Iterable[Evidence],
    *,
    added_by: str,
    now: datetime,
) -> None:
    """Add photos to an event that was kept before they came; those that it has already stay as they are.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of `records.store.Store.writing`.
    event_id : int
        The event.
    pano_id, work_id : str
        What the photos show.
    photos : iterable of Evidence
        The photos; their files are kept already.
    added_by : str
        Account that they are of.
    now : datetime
        This moment.
    """
    there = set(connection.execute(select(PHOTO.c.hash).where(PHOTO.c.event_id == event_id)).scalars())
    new = {photo.hash: photo for photo in photos if photo.hash not in there}
    rows = [_photo_row(photo, event_id, pano_id, work_id, added_by, now) for photo in new.values()]
    if rows:
        connection.execute(insert(PHOTO), rows)


def _photo_rows(
    connection: Connection, op: Operation, entity: str, entity_id: str, number: int, now: datetime
) -> Iterable[dict[str, object]]:
    work_id = entity_id if entity == "work" else None
    pano_id = entity_id
    if work_id:
        works = present_table("work")
        pano_id = connection.execute(select(works.c.pano_id).where(works.c.id == work_id)).scalar_one()
    for photo in op.photos:
        yield _photo_row(photo, number, pano_id, work_id, op.actor.id, now)


def _photo_row(
    photo: Evidence, event_id: int, pano_id: str, work_id: str | None, added_by: str, now: datetime
) -> dict[str, object]:
    place = photo.position
    return {
        "event_id": event_id,
        "hash": photo.hash,
        "pano_id": pano_id,
        "work_id": work_id,
        "kind": photo.kind,
        "taken_at": photo.taken_at,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "accuracy_m": place.accuracy_m if place else None,
        "width": photo.width,
        "height": photo.height,
        "bytes": photo.bytes,
        "media_type": photo.media_type,
        "added_by": added_by,
        "added_at": now,
    }
