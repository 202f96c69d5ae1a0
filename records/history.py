"""What the events add up to: the rows of now, those of any past moment, and the present built anew.

An event changes cells of one row; the first one of a row makes it. Rows are the fold of the events in the
order in which they came, so the present of a past moment is the fold of those that had happened by then.
Only an inspection counts by the day that it speaks of: one that comes late stands behind a newer one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from records.model import COLUMNS, CONFLICT, EVENT, present_table

Cells = dict[str, str | None]
"""A row by column, as cells; None for a blank."""
Rows = dict[str, dict[str, Cells]]
"""Rows by entity and id, in the order in which they were made; documents are rows too."""


@dataclass(frozen=True)
class Event:
    """One thing that happened, see `records.model.EVENT`."""

    id: int
    op_id: str
    cause_id: int | None
    entity: str
    entity_id: str
    action: str
    changes: Mapping[str, tuple[str | None, str | None]]
    outcome: str
    actor_id: str
    actor_name: str
    source: str
    happened_at: datetime | None
    arrived_at: datetime
    reason: str | None = None
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None


def events(connection: Connection, entity: str | None = None, entity_id: str | None = None) -> list[Event]:
    """Return what happened, in the order in which it came.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of `records.store.Store.reading`.
    entity, entity_id : str, optional
        To what kind of thing, and to which; everything, if none is given.
    """
    query = select(EVENT).order_by(EVENT.c.id)
    if entity is not None:
        query = query.where(EVENT.c.entity == entity)
    if entity_id is not None:
        query = query.where(EVENT.c.entity_id == entity_id)
    found = connection.execute(query).mappings()
    return [
        Event(**dict(one) | {"changes": {name: tuple(pair) for name, pair in one["changes"].items()}})
        for one in found
    ]


def rows_now(connection: Connection) -> Rows:
    """Return the rows as they are."""
    return _without_place(_placed_rows(connection))


def rows_at(connection: Connection, moment: datetime | None = None, *, version: int | None = None) -> Rows:
    """Return the rows as they were at a moment, as far as a version of the store knew of it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of `records.store.Store.reading`.
    moment : datetime, optional
        The moment, aware; all that the version knew of, if none is given.
    version : int, optional
        Number of the last change that counts. What was reported later, even of earlier days, is left
        out, so that the same version always gives the same rows. All changes, if none is given.
    """
    wanted = []
    if moment is not None:
        wanted.append(or_(EVENT.c.happened_at.is_(None), EVENT.c.happened_at <= moment))
    if version is not None:
        wanted.append(EVENT.c.id <= version)
    return _without_place(_fold(connection, *wanted))


def rebuild(connection: Connection) -> int:
    """Put the rows of now right by the events.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of `records.store.Store.writing`.

    Returns
    -------
    int
        Number of rows that differed from what the events add up to: 0, unless someone changed the
        database past the program.
    """
    wrong = 0
    rows, folded = _placed_rows(connection), _fold(connection)
    for entity in reversed(COLUMNS):
        for entity_id in rows[entity].keys() - folded[entity].keys():
            table = present_table(entity)
            connection.execute(delete(table).where(table.c.id == entity_id))
            wrong += 1
    for entity in COLUMNS:
        table = present_table(entity)
        for entity_id, cells in folded[entity].items():
            if entity_id not in rows[entity]:
                connection.execute(insert(table).values(cells))
            elif cells != rows[entity][entity_id]:
                connection.execute(update(table).where(table.c.id == entity_id).values(cells))
            else:
                continue
            wrong += 1
    return wrong


def _placed_rows(connection: Connection) -> Rows:
    """Return the rows as they are, with the place of each."""
    tables = {entity: present_table(entity) for entity in COLUMNS}
    return {
        entity: {
            one["id"]: dict(one)
            for one in connection.execute(select(table).order_by(table.c.place)).mappings()
        }
        for entity, table in tables.items()
    }


def _fold(connection: Connection, *wanted: ColumnElement[bool]) -> Rows:
    """Return the rows, with the place of each, that some of the events add up to, in the order they came."""
    rows: Rows = {entity: {} for entity in COLUMNS}
    late = _late_inspections(connection)
    query = select(EVENT.c.id, EVENT.c.entity, EVENT.c.entity_id, EVENT.c.changes).where(*wanted)
    for number, entity, entity_id, changes in connection.execute(query.order_by(EVENT.c.id)):
        if "id" in changes:
            rows[entity][entity_id] = dict.fromkeys(present_table(entity).columns.keys()) | {"place": number}
        row = rows[entity][entity_id]
        row.update((column, to) for column, (_, to) in changes.items())
        if number in late and (row["checked_on"] or "") <= late[number]["checked_on"]:
            row.update(late[number])
    return rows


def _late_inspections(connection: Connection) -> dict[int, Cells]:
    """Return what inspections found that were older than the last one when they came, by event."""
    found: dict[int, Cells] = {}
    kept = select(CONFLICT.c.event_id, CONFLICT.c.field, CONFLICT.c.mine)
    for number, field, said in connection.execute(kept.where(CONFLICT.c.decided_by == CONFLICT.c.event_id)):
        found.setdefault(number, {})[field] = said
    return found


def _without_place(rows: Rows) -> Rows:
    return {
        entity: {one: {k: v for k, v in cells.items() if k != "place"} for one, cells in of_entity.items()}
        for entity, of_entity in rows.items()
    }
