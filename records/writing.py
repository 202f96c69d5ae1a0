"""Writes rows: adds one or changes one, whoever may do so having been asked before.

What becomes of a wish is said by `records.merge`, what a value must be by `records.checks`, and what
happened is kept by `records.journal`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from sqlalchemy import Connection, select

from records.checks import check_row
from records.errors import BadValues, Refused
from records.history import Cells
from records.journal import Operation, Receipt, record
from records.merge import Merge, merge, to_cells
from records.model import ENTITIES, PRESENT
from records.photos import path_of
from records.rights import demand
from records.store import Store

FIRST_STATE = MappingProxyType({"pano": "planned", "work": "proposed"})
"""State in which a row begins; all others are reached by steps."""


def row_of(connection: Connection, entity: str, entity_id: str) -> Cells:
    """Return a row as it is.

    Raises
    ------
    Refused
        If there is none.
    """
    table = PRESENT[entity]
    found = connection.execute(select(table).where(table.c.id == entity_id)).mappings().one_or_none()
    if found is None:
        raise Refused("unknown_id", id=entity_id)
    return {name: found[name] for name in ENTITIES[entity].names}


def commune_of(connection: Connection, entity: str, row: Cells) -> str | None:
    """Return the code of 2023 of the commune that a row lies in; None if it is of no single one."""
    if entity == "work":
        return row_of(connection, "pano", row["pano_id"])["commune_code"]
    return row.get("commune_code")


def change_row(
    store: Store,
    connection: Connection,
    entity: str,
    present: Cells,
    values: Mapping[str, object],
    op: Operation,
    *,
    seen: Mapping[str, object] | None = None,
    action: str = "edited",
    puts_right: bool = False,
) -> Receipt:
    """Change a row after its rights were checked: merge, check, keep.

    Parameters are those of `edit`; ``puts_right`` lets an inspection take the place of a later one.

    Raises
    ------
    BadValues
        If the values are at fault by themselves. If they are only so beside what others changed
        meanwhile, they wait for a decision.
    Refused
        If a column is to change that never does, or by steps alone.
    """
    demand_free(entity, merge(present, to_cells(values, ENTITIES[entity]), ENTITIES[entity]).fields)
    return change_freely(
        store, connection, entity, present, values, op, seen=seen, action=action, puts_right=puts_right
    )


def demand_free(entity: str, touched: Collection[str]) -> None:
    """Do nothing if all these columns of an entity may be changed otherwise than by a step.

    Raises
    ------
    Refused
        If not: ids stay, a work order stays of its pano and its kind, and states have their steps.
    """
    if "id" in touched:
        raise Refused("id_stays")
    if entity in FIRST_STATE and "state" in touched:
        raise Refused("state_by_step")
    if entity == "work" and {"pano_id", "kind"}.intersection(touched):
        raise Refused("work_stays")


def change_freely(
    store: Store,
    connection: Connection,
    entity: str,
    present: Cells,
    values: Mapping[str, object],
    op: Operation,
    *,
    action: str,
    seen: Mapping[str, object] | None = None,
    cause_id: int | None = None,
    must_wait: bool = False,
    puts_right: bool = False,
) -> Receipt:
    """Change a row by a step or a decision, its state too; see `change_row` for parameters and errors.

    ``must_wait`` lets every change wait for a decision.
    """
    _demand_photos(store, op)
    table = ENTITIES[entity]
    wanted, seen = to_cells(values, table), to_cells(seen or {}, table)
    merged = merge(present, wanted, table, seen=seen)
    if must_wait:
        merged = merged.all_waiting(seen)
    if not puts_right:
        merged = merged.in_its_time(present, wanted, seen)
    alone = present | seen | wanted
    log = check_row(connection, entity, alone, wanted)
    if log.findings:
        raise BadValues(log)
    if merged.is_stale and check_row(connection, entity, merged.applied_to(present), merged.changes).findings:
        merged = merged.all_waiting(seen)
    return record(connection, op, entity, present["id"], action, merged, now=store.clock(), cause_id=cause_id)


def add_row(
    store: Store,
    connection: Connection,
    entity: str,
    values: Mapping[str, object],
    op: Operation,
    *,
    action: str = "created",
    cause_id: int | None = None,
) -> Receipt:
    """Add a row after its rights were checked; parameters are those of `create`.

    One that begins in another state than its first was so before the record began: nobody took the
    steps here, and an administrator vouches for it.

    Raises
    ------
    Forbidden
        If someone else brings a row in another state than the first.
    BadValues
        If the values are at fault.
    Refused
        If there is a row of that id.
    """
    table = ENTITIES[entity]
    cells = dict.fromkeys(table.names) | to_cells(values, table)
    # The id of the operation makes one that a repetition, on another server even, makes again.
    cells["id"] = cells["id"] or f"{entity[0]}-{op.op_id[:13]}"
    rows = PRESENT[entity]
    if connection.execute(select(rows.c.id).where(rows.c.id == cells["id"])).first():
        raise Refused("id_taken", id=cells["id"])
    is_from_before = began_before(entity, cells)
    if is_from_before:
        demand(op.actor, "vouch")
    _demand_photos(store, op)
    log = check_row(connection, entity, cells, table.names)
    if log.findings:
        raise BadValues(log)
    changes = {name: (None, cell) for name, cell in cells.items() if cell is not None}
    return record(
        connection,
        op,
        entity,
        cells["id"],
        action,
        Merge(changes),
        now=store.clock(),
        cause_id=cause_id,
        is_from_before=is_from_before,
    )


def began_before(entity: str, cells: Cells) -> bool:
    """Return whether a new row is in a state that only steps lead to."""
    return entity in FIRST_STATE and cells["state"] not in (None, FIRST_STATE[entity])


def _demand_photos(store: Store, op: Operation) -> None:
    if not all(path_of(photo.hash, store.var).exists() for photo in op.photos):
        raise Refused("photo_missing")
