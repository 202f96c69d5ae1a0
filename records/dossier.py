"""What is known of a pano besides its row: photos, history, what waits for a decision, and its cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from geo.days import local_date
from records import lifecycle
from records.history import Cells, Event, events
from records.journal import Operation
from records.merge import Conflict
from records.model import CONFLICT, EVENT, FIELD_PHOTO, PHOTO, PRESENT
from records.photos import MEDIA_TYPE, Photo

DOING = ("start", "resume", "restart", "finish")
"""Steps by which someone shows that the work is theirs; see ``someone_else`` in `lifecycle.GATES`."""
OF_RESULT = ("after", "finished")
"""Kinds of photos that show what was handed over: once it is sent back, it has to be shown anew."""


@dataclass(frozen=True)
class ShownPhoto:
    """A photo of a pano that was not removed; see `records.model.PHOTO`."""

    event_id: int
    hash: str
    work_id: str | None
    kind: str
    taken_at: datetime | None
    added_at: datetime


@dataclass(frozen=True)
class Waiting:
    """What waits for a decision of one event.

    Attributes
    ----------
    event : Event
        The event whose values wait.
    conflicts : tuple of Conflict
        The fields, each with both sides; ``theirs`` is what stands there now, whoever set it since.
    others : mapping of str to Event
        By field, the event that set what stands there now, where one did.
    """

    event: Event
    conflicts: tuple[Conflict, ...]
    others: Mapping[str, Event]


@dataclass(frozen=True)
class Contested:
    """What an event said that did not simply stand.

    Attributes
    ----------
    field, said : str, str or None
        The column, and its cell.
    decided_by : int or None
        The event that decided; None while it waits. The event itself if an inspection was older than
        the last one: see `records.model.CONFLICT`.
    """

    field: str
    said: str | None
    decided_by: int | None


def shown_at(version: int | None) -> ColumnElement[bool]:
    """Return the condition that a photo is shown after a change, or now if none is given."""
    shown = PHOTO.c.removed_by.is_(None)
    if version is None:
        return shown
    return (PHOTO.c.event_id <= version) & (shown | (PHOTO.c.removed_by > version))


def photo_list(connection: Connection, *, version: int | None = None) -> list[dict[str, object]]:
    """Return what is known of every photo that is shown, in the order in which they came.

    Parameters
    ----------
    connection : Connection
        A connection to the store.
    version : int, optional
        Number of the last change that counts; the newest, if none is given.

    Returns
    -------
    list of dict
        ``hash`` (SHA-256 of the file), ``pano_id``, ``work_id``, ``kind``, and ``taken_on``, the day in
        Vietnam as ISO 8601 where that is known.
    """
    columns = (PHOTO.c.hash, PHOTO.c.pano_id, PHOTO.c.work_id, PHOTO.c.kind, PHOTO.c.taken_at)
    query = select(*columns).where(shown_at(version)).order_by(PHOTO.c.event_id, PHOTO.c.hash)
    return [
        {
            "hash": one.hash,
            "pano_id": one.pano_id,
            "work_id": one.work_id,
            "kind": one.kind,
            "taken_on": local_date(one.taken_at).isoformat() if one.taken_at else None,
        }
        for one in connection.execute(query)
    ]


def photos_of(connection: Connection, pano_id: str) -> list[ShownPhoto]:
    """Return the photos of a pano and its work orders, in the order in which they came."""
    columns = [PHOTO.c[name] for name in ShownPhoto.__dataclass_fields__]
    shown = (PHOTO.c.pano_id == pano_id) & PHOTO.c.removed_by.is_(None)
    found = connection.execute(select(*columns).where(shown).order_by(PHOTO.c.event_id, PHOTO.c.hash))
    return [ShownPhoto(**one) for one in found.mappings()]


def media_type(connection: Connection, photo_hash: str) -> str | None:
    """Return the media type of a photo that is shown somewhere; None if there is none, or it was removed.

    Photos of a report from the field that does not fit hang on no event yet.
    """
    found = connection.execute(
        select(PHOTO.c.media_type, PHOTO.c.removed_by).where(PHOTO.c.hash == photo_hash)
    ).all()
    if found:
        return next((one.media_type for one in found if one.removed_by is None), None)
    waits = select(FIELD_PHOTO.c.hash).where(FIELD_PHOTO.c.kept_hash == photo_hash).limit(1)
    return MEDIA_TYPE if connection.execute(waits).first() else None


def history(connection: Connection, pano_id: str) -> list[Event]:
    """Return what happened to a pano and its work orders, in the order in which it came."""
    works = select(PRESENT["work"].c.id).where(PRESENT["work"].c.pano_id == pano_id)
    found = events(connection, "pano", pano_id)
    for work_id in connection.execute(works).scalars().all():
        found += events(connection, "work", work_id)
    return sorted(found, key=lambda event: event.id)


def contested(connection: Connection, happened: Iterable[Event]) -> dict[int, tuple[Contested, ...]]:
    """Return what of some events did not simply stand, by the id of the event."""
    about = CONFLICT.c.event_id.in_([event.id for event in happened])
    found: dict[int, tuple[Contested, ...]] = {}
    for one in connection.execute(select(CONFLICT).where(about).order_by(CONFLICT.c.event_id)):
        of_event = found.get(one.event_id, ())
        found[one.event_id] = (*of_event, Contested(one.field, one.mine, one.decided_by))
    return found


def waiting(connection: Connection) -> list[Waiting]:
    """Return all that waits for a decision, the oldest first.

    What a step of a work order would have set on its pano is decided with the step, and is listed by
    itself only where the step does not wait.
    """
    open_ones = select(CONFLICT).where(CONFLICT.c.decided_by.is_(None))
    conflicts: dict[int, list[Conflict]] = {}
    for one in connection.execute(open_ones.order_by(CONFLICT.c.event_id, CONFLICT.c.field)):
        conflicts.setdefault(one.event_id, []).append(Conflict(one.field, one.was, one.theirs, one.mine))
    steps = {number for number, fields in conflicts.items() if any(one.field == "state" for one in fields)}
    found = []
    about = select(EVENT.c.entity, EVENT.c.entity_id).where(EVENT.c.id.in_(conflicts)).distinct()
    for entity, entity_id in connection.execute(about).all():
        of_row, row = events(connection, entity, entity_id), _row(connection, entity, entity_id)
        for event in of_row:
            if event.id in conflicts and event.cause_id not in steps:
                fields = tuple(replace(one, theirs=row[one.field]) for one in conflicts[event.id])
                others = {one.field: _last_change(of_row, one.field) for one in fields}
                known = {field: other for field, other in others.items() if other is not None}
                found.append(Waiting(event, fields, known))
    return sorted(found, key=lambda one: one.event.id)


def _row(connection: Connection, entity: str, entity_id: str) -> Mapping[str, str | None]:
    table = PRESENT[entity]
    return connection.execute(select(table).where(table.c.id == entity_id)).mappings().one()


def _last_change(of_row: list[Event], field: str) -> Event | None:
    return next((one for one in reversed(of_row) if field in one.changes), None)


def case_of(
    connection: Connection,
    pano: Cells,
    work: Mapping[str, object] | None = None,
    *,
    op: Operation | None = None,
) -> lifecycle.Case:
    """Return what the rules of the life cycle look at.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of `records.store.Store.reading` or `writing`.
    pano : dict of str to str or None
        The pano's row.
    work : mapping of str to object, optional
        The work order's row; one that is only to be proposed has a ``kind`` alone.
    op : Operation, optional
        What is about to be recorded: its photos and its position count too.
    """
    if work is None:
        return lifecycle.Case(pano)
    works = PRESENT["work"]
    work_id = work.get("id", "")
    others = select(works.c.kind).where(
        works.c.pano_id == pano["id"],
        works.c.id != work_id,
        works.c.state.in_(lifecycle.WORK_STATES_OPEN),
    )
    shown, lost = _photos_that_count(connection, work_id, op.photos if op else ())
    kinds = frozenset(kind for kind, _ in shown.values())
    doers = select(EVENT.c.actor_id).where(
        EVENT.c.entity == "work", EVENT.c.entity_id == work_id, EVENT.c.action.in_(DOING)
    )
    return lifecycle.Case(
        pano,
        work,
        other_open=tuple(connection.execute(others).scalars()),
        photos=kinds,
        photos_lost=lost - kinds,
        has_position=bool(op and op.position) or ("finished", True) in shown.values(),
        doers=frozenset(connection.execute(doers).scalars()),
    )


def _photos_that_count(
    connection: Connection, work_id: str, new: Iterable[Photo]
) -> tuple[dict[str, tuple[str, bool]], frozenset[str]]:
    """Return kind, and whether it says where, by hash of a work order's photos; and kinds taken away.

    The same picture shows one thing, whatever else it is handed in for; what it showed when the work was
    sent back it still shows when it comes again.
    """
    sent_back = (EVENT.c.entity == "work") & (EVENT.c.entity_id == work_id) & (EVENT.c.action == "send_back")
    since = connection.execute(select(func.max(EVENT.c.id)).where(sent_back)).scalar_one() or 0
    of_work = select(PHOTO).where(PHOTO.c.work_id == work_id).order_by(PHOTO.c.event_id, PHOTO.c.hash)
    shown, lost, refused = {}, set(), set()
    for photo in connection.execute(of_work):
        if photo.kind in OF_RESULT and photo.event_id < since:
            refused |= {photo.hash} - shown.keys()
        elif photo.removed_by is not None:
            lost.add(photo.kind)
        else:
            shown.setdefault(photo.hash, (photo.kind, photo.lat is not None))
    for photo in new:
        shown.setdefault(photo.hash, (photo.kind, photo.position is not None))
    return {key: value for key, value in shown.items() if key not in refused}, frozenset(lost)
