"""Every way of changing what is recorded; each checks rights and rules, and answers with a receipt.

All take an `Operation`: who, when, from where, why, and the id that makes a repetition harmless. What a
person saw (``seen``) is compared with what is there now: see `records.merge`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, select, update

from geo.days import local_date
from records import lifecycle
from records.checks import check_row
from records.dossier import case_of
from records.errors import BadValues, Refused
from records.history import Cells, events
from records.journal import Operation, Receipt, receipt_of, record
from records.merge import ONE_FACT, Merge, merge, to_cells
from records.model import CONFLICT, ENTITIES, EVENT, PHOTO, PRESENT
from records.rights import demand
from records.store import Store

REPORTED = MappingProxyType(
    {"pano": frozenset({"condition", "checked_on", "lat", "lon", "accuracy_m"}), "work": frozenset[str]()}
)
"""Columns that whoever stands before a pano may set; for a work order none, but photos may come."""


def edit(
    store: Store,
    entity: str,
    entity_id: str,
    changes: Mapping[str, object],
    op: Operation,
    *,
    seen: Mapping[str, object] | None = None,
) -> Receipt:
    """Change values of a row.

    Parameters
    ----------
    store : Store
        The store.
    entity, entity_id : str
        Which row: one of `records.model.ENTITIES`, and its id.
    changes : mapping of str to object
        New value by column, as a workspace's tables hold it, or as the text of a cell. The state of a
        pano or a work order is not among them: see `step`.
    op : Operation
        Who, when, from where and why.
    seen : mapping of str to object, optional
        What the person saw, by column. Without it nothing is compared.

    Returns
    -------
    Receipt
        What was kept, and what waits for a decision.

    Raises
    ------
    Forbidden, BadValues, Refused
        Nothing is kept.
    """
    with store.writing() as connection:
        if repeated := receipt_of(connection, op, entity, entity_id):
            return repeated
        present = row_of(connection, entity, entity_id)
        table = ENTITIES[entity]
        touched = merge(present, to_cells(changes, table), table, seen=to_cells(seen or {}, table)).fields
        right = "report" if entity in REPORTED and touched <= REPORTED[entity] else "edit"
        demand(op.actor, right, commune_code=commune_of(connection, entity, present))
        if "state" in touched and entity in ("pano", "work"):
            raise Refused("state_by_step")
        return change_row(store, connection, entity, present, changes, op, seen=seen)


def create(store: Store, entity: str, values: Mapping[str, object], op: Operation) -> Receipt:
    """Add a row; a work order is added by `propose_work`.

    Parameters
    ----------
    store : Store
        The store.
    entity : str
        One of `records.model.ENTITIES`.
    values : mapping of str to object
        Value by column. Without an ``id`` the row gets one of its own.
    op : Operation
        Who, when, from where and why.

    Returns
    -------
    Receipt
        What was kept; ``entity_id`` is the id.

    Raises
    ------
    Forbidden, BadValues, Refused
        Nothing is kept.
    """
    with store.writing() as connection:
        if repeated := receipt_of(connection, op, entity, None):
            return repeated
        demand(op.actor, "edit")
        if entity == "work":
            raise Refused("state_by_step")
        return add_row(store, connection, entity, values, op)


def propose_work(
    store: Store,
    pano_id: str,
    kind: str,
    op: Operation,
    *,
    values: Mapping[str, object] | None = None,
    follows: str | None = None,
) -> Receipt:
    """Propose a work order for a pano.

    Parameters
    ----------
    store : Store
        The store.
    pano_id : str
        The pano.
    kind : str
        One of ``geo.terms.WORK_KINDS``.
    op : Operation
        Who, when, from where and why.
    values : mapping of str to object, optional
        What is known already, see ``takes`` of the step in `lifecycle.ACTIONS`.
    follows : str, optional
        The done work order of the same pano that this one takes up again, since a done one is never
        reopened: the event that made it done becomes the cause of this one.

    Returns
    -------
    Receipt
        What was kept; ``entity_id`` is the id of the work order.

    Raises
    ------
    Forbidden, RuleBroken, BadValues, Refused
        Nothing is kept.
    """
    with store.writing() as connection:
        if repeated := receipt_of(connection, op, "work", None):
            return repeated
        case = case_of(connection, row_of(connection, "pano", pano_id), {"kind": kind}, op=op)
        outcome = lifecycle.apply(_step("propose", op, values, store), case)
        wanted = {"pano_id": pano_id, "kind": kind} | outcome.work
        cause_id = _made_done(connection, follows, pano_id) if follows else None
        return add_row(store, connection, "work", wanted, op, action="propose", cause_id=cause_id)


def step(
    store: Store,
    entity: str,
    entity_id: str,
    action: str,
    op: Operation,
    *,
    values: Mapping[str, object] | None = None,
    seen: Mapping[str, object] | None = None,
) -> Receipt:
    """Take a step of the life cycle, of a work order or of a pano itself.

    Whether it can be taken is judged by the state that the person saw. If that has changed since, the
    step is kept and waits for a decision, with all that it would have set.

    Parameters
    ----------
    store : Store
        The store.
    entity : {"work", "pano"}
        Whose step it is.
    entity_id : str
        Which one.
    action : str
        Name of one of `lifecycle.ACTIONS`.
    op : Operation
        Who, when, from where and why.
    values : mapping of str to object, optional
        What the step takes besides, see ``takes`` there.
    seen : mapping of str to object, optional
        What the person saw of the row, by column.

    Returns
    -------
    Receipt
        What was kept, and what waits for a decision.

    Raises
    ------
    Forbidden, RuleBroken, BadValues, Refused
        Nothing is kept.
    """
    with store.writing() as connection:
        if repeated := receipt_of(connection, op, entity, entity_id):
            return repeated
        return take_step(store, connection, entity, entity_id, action, op, values=values, seen=seen)


def resolve_conflict(
    store: Store,
    event_id: int,
    choices: Mapping[str, str],
    op: Operation,
    *,
    seen: Mapping[str, object] | None = None,
) -> Receipt:
    """Decide what waits of one event; both sides stay in the history.

    Parameters
    ----------
    store : Store
        The store.
    event_id : int
        The event whose values wait.
    choices : mapping of str to {"mine", "theirs"}
        For each field that waits: what its author wanted, or what stands there. What a step of a work
        order would have set on its pano follows the choice for ``state``.
    op : Operation
        Who decides, when, from where and why.
    seen : mapping of str to object, optional
        What stood there when the decision was made, by column.

    Returns
    -------
    Receipt
        The decision as it was kept.

    Raises
    ------
    Forbidden, BadValues, Refused
        Nothing is kept.
    """
    with store.writing() as connection:
        demand(op.actor, "resolve")
        origin = connection.execute(select(EVENT).where(EVENT.c.id == event_id)).one_or_none()
        if origin is None:
            raise Refused("nothing_waits")
        if repeated := receipt_of(connection, op, origin.entity, origin.entity_id):
            return repeated
        waiting = _waiting(connection, event_id)
        if not waiting or waiting.keys() != choices.keys() or not {*choices.values()} <= {"mine", "theirs"}:
            raise Refused("nothing_waits")
        if any(len({choices[field] for field in fact if field in choices}) > 1 for fact in ONE_FACT):
            raise Refused("one_fact")
        present = row_of(connection, origin.entity, origin.entity_id)
        table = ENTITIES[origin.entity]
        if merge(present, {}, table, seen=to_cells(seen or {}, table)).is_stale:
            raise Refused("changed_meanwhile")
        wanted = {field: waiting[field] for field, choice in choices.items() if choice == "mine"}
        if origin.entity == "work" and "state" in wanted and present["state"] in lifecycle.WORK_STATES_ENDED:
            raise Refused("work_ended")
        receipt = change_row(store, connection, origin.entity, present, wanted, op, action="decided")
        _close(connection, event_id, receipt.event_id)
        for effect in connection.execute(select(EVENT).where(EVENT.c.cause_id == event_id)).all():
            if "state" in choices and (waiting := _waiting(connection, effect.id)):
                part = op.part(effect.entity, effect.entity_id)
                row = row_of(connection, effect.entity, effect.entity_id)
                wanted = waiting if choices["state"] == "mine" else {}
                done = change_row(
                    store,
                    connection,
                    effect.entity,
                    row,
                    wanted,
                    part,
                    action="decided",
                    cause_id=receipt.event_id,
                )
                _close(connection, effect.id, done.event_id)
        return receipt


def remove_photo(store: Store, event_id: int, photo_hash: str, op: Operation) -> Receipt:
    """Show a photo no more, such as one of another place or of a person; its file is kept.

    Whoever takes one away says why: nobody else sees any more what it showed.

    Parameters
    ----------
    store : Store
        The store.
    event_id : int
        The event that the photo came with.
    photo_hash : str
        The photo.
    op : Operation
        Who, when, from where and why.

    Raises
    ------
    Forbidden, Refused
        Nothing is changed.
    """
    with store.writing() as connection:
        this = (PHOTO.c.event_id == event_id) & (PHOTO.c.hash == photo_hash)
        photo = connection.execute(select(PHOTO).where(this)).one_or_none()
        if photo is None:
            raise Refused("unknown_photo")
        if repeated := receipt_of(connection, op, "pano", photo.pano_id):
            return repeated
        demand(op.actor, "edit")
        if photo.removed_by is not None:
            raise Refused("unknown_photo")
        if not op.reason:
            raise Refused("reason_missing")
        now = store.clock()
        receipt = record(connection, op, "pano", photo.pano_id, "photo_removed", Merge({}), now=now)
        connection.execute(update(PHOTO).where(this).values(removed_by=receipt.event_id))
        return receipt


def take_step(
    store: Store,
    connection: Connection,
    entity: str,
    entity_id: str,
    action: str,
    op: Operation,
    *,
    values: Mapping[str, object] | None = None,
    seen: Mapping[str, object] | None = None,
) -> Receipt:
    """Take a step that has not arrived before, on a connection that writes; see `step`."""
    present = row_of(connection, entity, entity_id)
    as_seen = present | to_cells(seen or {}, ENTITIES[entity])
    if entity == "pano":
        outcome = lifecycle.apply(_step(action, op, values, store), case_of(connection, as_seen))
        return change_row(store, connection, "pano", present, outcome.pano, op, seen=seen, action=action)
    pano = row_of(connection, "pano", present["pano_id"])
    outcome = lifecycle.apply(_step(action, op, values, store), case_of(connection, pano, as_seen, op=op))
    receipt = change_row(store, connection, "work", present, outcome.work, op, seen=seen, action=action)
    if outcome.pano:
        is_stale = as_seen["state"] != present["state"]
        change_row(
            store,
            connection,
            "pano",
            pano,
            outcome.pano,
            op.part("pano", pano["id"]),
            action=action,
            cause_id=receipt.event_id,
            must_wait=is_stale,
        )
    return receipt


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
    cause_id: int | None = None,
    must_wait: bool = False,
) -> Receipt:
    """Change a row after its rights were checked: merge, check, keep.

    Parameters are those of `edit`; ``must_wait`` lets every change wait for a decision.

    Raises
    ------
    BadValues
        If the values are at fault by themselves. If they are only so beside what others changed
        meanwhile, they wait for a decision.
    Refused
        If the id is to change.
    """
    table = ENTITIES[entity]
    wanted, seen = to_cells(values, table), to_cells(seen or {}, table)
    if wanted.get("id", present["id"]) != present["id"]:
        raise Refused("id_stays")
    merged = merge(present, wanted, table, seen=seen)
    if must_wait:
        merged = merged.all_waiting(seen)
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

    Raises
    ------
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
    log = check_row(connection, entity, cells, table.names)
    if log.findings:
        raise BadValues(log)
    changes = {name: (None, cell) for name, cell in cells.items() if cell is not None}
    merged, now = Merge(changes), store.clock()
    return record(connection, op, entity, cells["id"], action, merged, now=now, cause_id=cause_id)


def _made_done(connection: Connection, work_id: str, pano_id: str) -> int:
    """Return the event that made a work order of a pano done."""
    work = row_of(connection, "work", work_id)
    if work["pano_id"] != pano_id or work["state"] != "done":
        raise Refused("follows_not_done")
    return next(
        event.id for event in reversed(events(connection, "work", work_id)) if "state" in event.changes
    )


def _step(action: str, op: Operation, values: Mapping[str, object] | None, store: Store) -> lifecycle.Step:
    day = local_date(op.happened_at or store.clock())
    return lifecycle.Step(action, op.actor, day, op.reason, values or {})


def _waiting(connection: Connection, event_id: int) -> Cells:
    """Return what still waits of an event: the value that its author wanted, by field."""
    found = connection.execute(
        select(CONFLICT.c.field, CONFLICT.c.mine).where(
            CONFLICT.c.event_id == event_id, CONFLICT.c.decided_by.is_(None)
        )
    )
    return {field: mine for field, mine in found}


def _close(connection: Connection, event_id: int, decided_by: int) -> None:
    connection.execute(
        update(CONFLICT)
        .where(CONFLICT.c.event_id == event_id, CONFLICT.c.decided_by.is_(None))
        .values(decided_by=decided_by)
    )
