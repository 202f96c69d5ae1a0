"""Takes in rows that come from outside: says first what they would change, then changes what was chosen.

A row from outside goes the way of every change: it is checked, compared with what is there now, merged
field by field, and what two sides changed waits for a decision.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from records.actions import proposal
from records.errors import RecordsError, Refused
from records.history import Cells, rows_now
from records.journal import Operation, Receipt, receipt_of
from records.lifecycle import PLANNED_VALUES
from records.merge import KNOWN_BY, ONE_FACT, is_same, merge, to_cells
from records.model import COLUMNS, ENTITIES
from records.rights import demand, may
from records.store import Store
from records.writing import add_row, began_before, change_row, demand_free, row_of

BATCH_ROWS = 100
"""Rows that are taken in at once."""
TURN_S = 0.11
"""Seconds between them: whoever waits for SQLite's lock looks for it ten times a second."""


@dataclass(frozen=True)
class Change:
    """One field of a row that comes from outside; each value is a cell, None for a blank.

    Attributes
    ----------
    field : str
        The column.
    before : str or None
        What the outside said before; for a new row None.
    after : str or None
        What it says now.
    stored : str or None
        What the store says now; None also where it has no such row.
    """

    field: str
    before: str | None
    after: str | None
    stored: str | None


@dataclass(frozen=True)
class Difference:
    """A row from outside that says something else than before.

    Attributes
    ----------
    entity, entity_id : str
        Which row.
    kind : {"new", "changed", "gone"}
        What became of it outside. A row that is gone there stays in the store.
    changes : tuple of Change
        What it says now, field by field, in the order of the columns.
    row : int or None
        Its number in the file, the header being row 1; None for one that is gone, or a whole file.
    """

    entity: str
    entity_id: str
    kind: str
    changes: tuple[Change, ...] = ()
    row: int | None = None


@dataclass(frozen=True)
class Taken:
    """What became of a difference that was chosen: the receipt, or why it was refused."""

    difference: Difference
    receipt: Receipt | None = None
    refusal: RecordsError | None = None


def difference_of(
    entity: str, cells: Cells, before: Cells | None, stored: Cells | None, *, row: int | None = None
) -> Difference | None:
    """Return how a row from outside differs from what it said before, or None.

    Parameters
    ----------
    entity : str
        One of `records.model.COLUMNS`.
    cells : dict of str to str or None
        The row as it is outside, with its ``id``; a column that is left out says nothing, but that
        with a new point comes an unknown accuracy, see `records.merge.KNOWN_BY`.
    before : dict of str to str or None, or None
        The row as it was there before; None: it is new.
    stored : dict of str to str or None, or None
        The row as the store has it; None: it has none.
    row : int, optional
        Its number in the file.
    """
    base, now = before or {}, stored or {}
    columns = {column.name: column for column in COLUMNS[entity]}

    def differs(name: str, other: Cells) -> bool:
        return not is_same(cells.get(name), other.get(name), columns[name])

    new = {name for name in columns if name in cells and differs(name, base)}
    for fact in ONE_FACT:
        if new.intersection(fact):
            new |= {name for name in fact if name in cells and differs(name, now)}
    new |= {name for name, others in KNOWN_BY.items() if new.intersection(others) and name not in cells}
    changes = tuple(
        Change(name, base.get(name), cells.get(name), now.get(name))
        for name in columns
        if name in new and (name in cells or differs(name, now))
    )
    if not changes:
        return None
    return Difference(entity, cells["id"], "new" if before is None else "changed", changes, row)


def compare(store: Store, entity: str, rows: Mapping[int, Mapping[str, object]]) -> list[Difference]:
    """Return what rows of an office's file would change.

    Parameters
    ----------
    store : Store
        The store.
    entity : str
        One of `records.model.ENTITIES`.
    rows : mapping of int to mapping of str to object
        Value by column, with the ``id``, by the row's number in the file; a column that is left out
        says nothing.

    Returns
    -------
    list of Difference
        In the order of the rows. What the store says now is what the file is compared with.
    """
    with store.reading() as connection:
        stored = rows_now(connection)[entity]
    found = []
    for row, values in rows.items():
        cells = to_cells(values, ENTITIES[entity])
        known = stored.get(cells["id"])
        found.append(difference_of(entity, cells, known, known, row=row))
    return [one for one in found if one is not None]


def take_in(store: Store, differences: Iterable[Difference], op: Operation) -> list[Taken]:
    """Take in the differences that were chosen, a part of them at a time, so that others get their turn.

    Parameters
    ----------
    store : Store
        The store.
    differences : iterable of Difference
        What was chosen of `compare`.
    op : Operation
        Who takes them in; its id makes those of the rows: should the computer stop half-way, the same
        again takes in what is left.

    Returns
    -------
    list of Taken
        What became of each, rows that others refer to first; a row that is refused stops no other.

    Raises
    ------
    Forbidden
        If the actor may not import.
    """
    demand(op.actor, "import")
    ordered, taken = in_order(differences), []
    for start in range(0, len(ordered), BATCH_ROWS):
        if start:
            time.sleep(TURN_S)
        with store.writing() as connection:
            batch = ordered[start : start + BATCH_ROWS]
            taken += [take_in_row(store, connection, one, op) for one in batch]
    return taken


def in_order(differences: Iterable[Difference]) -> list[Difference]:
    """Return differences so that a row comes after those that it refers to."""
    order = list(COLUMNS)
    return sorted(differences, key=lambda one: order.index(one.entity))


def take_in_row(store: Store, connection: Connection, difference: Difference, op: Operation) -> Taken:
    """Take in one row; rights were checked."""
    part = op.part(difference.entity, difference.entity_id)
    try:
        receipt = receipt_of(connection, part, difference.entity, difference.entity_id)
        return Taken(difference, receipt or _change(store, connection, difference, part))
    except RecordsError as refusal:
        return Taken(difference, refusal=refusal)


def refusal_of(
    store: Store, connection: Connection, difference: Difference, op: Operation
) -> RecordsError | None:
    """Return why a row whose values are sound can't be taken in as things stand, or None; nothing is written.

    Parameters
    ----------
    store : Store
        The store.
    connection : sqlalchemy.Connection
        Of its `Store.reading` or `Store.writing`.
    difference : Difference
        The row.
    op : Operation
        Who would take it in.
    """
    entity, cells = difference.entity, _said(difference)
    present = _row(connection, entity, difference.entity_id)
    try:
        if present is None:
            _demand_beginning(store, connection, entity, cells, op)
        else:
            demand_free(entity, merge(present, cells, ENTITIES[entity]).fields)
    except RecordsError as refusal:
        return refusal
    return None


def _change(store: Store, connection: Connection, difference: Difference, op: Operation) -> Receipt:
    entity, cells = difference.entity, _said(difference)
    present = _row(connection, entity, difference.entity_id)
    if present is None and difference.kind == "new":
        _demand_beginning(store, connection, entity, cells, op)
        return add_row(store, connection, entity, cells, op, action="imported")
    if present is None:
        raise Refused("unknown_id", id=difference.entity_id)
    seen = {change.field: change.before for change in difference.changes}
    return change_row(store, connection, entity, present, cells, op, seen=seen, action="imported")


def _said(difference: Difference) -> Cells:
    return {change.field: change.after for change in difference.changes}


def _row(connection: Connection, entity: str, entity_id: str) -> Cells | None:
    try:
        return row_of(connection, entity, entity_id)
    except Refused:
        return None


def _demand_beginning(store: Store, connection: Connection, entity: str, cells: Cells, op: Operation) -> None:
    """Do nothing if a new row begins as it would on a screen, or whoever brings it may vouch for it."""
    if began_before(entity, cells):
        if not may(op.actor, "vouch"):
            raise Refused("state_by_step")
    elif entity == "work":
        values = {name: cells.get(name) for name in PLANNED_VALUES}
        proposal(store, connection, cells["pano_id"], cells["kind"], op, values=values)
