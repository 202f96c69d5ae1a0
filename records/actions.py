"""Every way of changing what is recorded; each checks rights and rules, and answers with a receipt.

All take an `Operation`: who, when, from where, why, and the id that makes a repetition harmless. What a
person saw (``seen``) is compared with what is there now: see `records.merge`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from sqlalchemy import Connection, Row, select, update

from geo.days import local_date
from records import lifecycle
from records.dossier import case_of
from records.errors import Refused
from records.history import Cells, events
from records.journal import Operation, Position, Receipt, placed, receipt_of, record
from records.merge import Merge, decided_together, merge, to_cells, wishes
from records.model import CONFLICT, ENTITIES, EVENT, PHOTO
from records.rights import demand
from records.store import Store
from records.writing import add_row, change_freely, change_row, commune_of, row_of

REPORTED = MappingProxyType({"pano": frozenset({"lat", "lon", "accuracy_m"}), "work": frozenset[str]()})
"""Columns that whoever stands before a pano may set; for a work order none, but photos may come. What they
find of its condition is a step: ``inspect``."""


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
        wanted = wishes(to_cells(changes, table), present | to_cells(seen or {}, table), table)
        right = "report" if entity in REPORTED and wanted.keys() <= REPORTED[entity] else "edit"
        demand(op.actor, right, commune_code=commune_of(connection, entity, present))
        return change_row(store, connection, entity, present, wanted, op, seen=seen, puts_right=True)


def create(store: Store, entity: str, values: Mapping[str, object], op: Operation) -> Receipt:
    """Add a row; a work order is added by `propose_work`. A pano begins as planned, see `add_row`.

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
        return add_work(store, connection, pano_id, kind, op, values=values, follows=follows)


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

    Whether there is such a step is judged by the state that the person saw; if that has changed since,
    the step is kept and waits for a decision, with all that it would have set. Who may take it, and
    whether its gates are open, is judged by what is so now.

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
        For each field that waits: what its author wanted, or what stands there. A step is decided
        whole, and "mine" takes it now: from the state that is there, by the rights and the hands of
        whoever decides.
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
    Forbidden, RuleBroken, BadValues, Refused
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
        if any(len({choices[field] for field in group}) > 1 for group in decided_together(waiting)):
            raise Refused("one_fact")
        present = row_of(connection, origin.entity, origin.entity_id)
        table = ENTITIES[origin.entity]
        if merge(present, {}, table, seen=to_cells(seen or {}, table)).is_stale:
            raise Refused("changed_meanwhile")
        wanted = {field: waiting[field] for field, choice in choices.items() if choice == "mine"}
        effects = [] if "state" not in waiting else _effects(connection, event_id)
        if "state" in wanted:
            for effect_id in effects:
                wanted |= _waiting(connection, effect_id)
            receipt = _take_now(store, connection, origin, present, wanted, op)
        else:
            receipt = change_freely(
                store, connection, origin.entity, present, wanted, op, action="decided", puts_right=True
            )
        for number in (event_id, *effects):
            _close(connection, number, receipt.event_id)
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


def add_work(
    store: Store,
    connection: Connection,
    pano_id: str,
    kind: str,
    op: Operation,
    *,
    values: Mapping[str, object] | None = None,
    follows: str | None = None,
) -> Receipt:
    """Propose a work order that has not arrived before, on a connection that writes; see `propose_work`."""
    outcome = proposal(store, connection, pano_id, kind, op, values=values)
    wanted = {"pano_id": pano_id, "kind": kind} | outcome.work
    cause_id = _made_done(connection, follows, pano_id) if follows else None
    return add_row(store, connection, "work", wanted, op, action="propose", cause_id=cause_id)


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
    as_seen = present | {"state": to_cells(seen or {}, ENTITIES[entity]).get("state", present["state"])}
    is_late = as_seen["state"] != present["state"] and lifecycle.sets_state(action)
    if lifecycle.sets_state(action) and not is_late:
        rows = {("pano", present.get("pano_id", entity_id)), (entity, entity_id)}
        op = placed(connection, op, rows, now=store.clock())
    taken = _step(action, op, values, store)
    return _take(store, connection, entity, present, as_seen, taken, op, seen=seen, must_wait=is_late)


def _take(
    store: Store,
    connection: Connection,
    entity: str,
    present: Cells,
    judged: Cells,
    taken: lifecycle.Step,
    op: Operation,
    *,
    action: str = "",
    seen: Mapping[str, object] | None = None,
    must_wait: bool = False,
    position: Position | None = None,
) -> Receipt:
    """Write what a step sets on its row, and on the pano of a work order; the rules see ``judged``."""
    action, as_done = action or taken.action, replace(op, position=op.position or position)
    options = {"action": action, "must_wait": must_wait}
    if entity == "pano":
        outcome = lifecycle.apply(taken, case_of(connection, judged))
        return change_freely(store, connection, "pano", present, outcome.pano, op, seen=seen, **options)
    pano = row_of(connection, "pano", present["pano_id"])
    outcome = lifecycle.apply(taken, case_of(connection, pano, judged, op=as_done))
    receipt = change_freely(store, connection, "work", present, outcome.work, op, seen=seen, **options)
    if outcome.pano:
        part, options = op.part("pano", pano["id"]), options | {"cause_id": receipt.event_id}
        change_freely(store, connection, "pano", pano, outcome.pano, part, **options)
    return receipt


def _take_now(
    store: Store, connection: Connection, origin: Row, present: Cells, wanted: Cells, op: Operation
) -> Receipt:
    """Take a step that waited, from the state that is there now; ``wanted`` is what waited of it."""
    work = present if origin.entity == "work" else None
    pano = row_of(connection, "pano", work["pano_id"]) if work else present
    action = lifecycle.find(origin.action, lifecycle.Case(pano, work))
    rows = pano | present | wanted
    values = {name: rows[name] for name in action.values} if action else {}
    day = local_date(origin.happened_at)
    taken = lifecycle.Step(origin.action, op.actor, day, origin.reason or op.reason, values)
    stood = None if origin.lat is None else Position(origin.lat, origin.lon, origin.accuracy_m)
    return _take(
        store,
        connection,
        origin.entity,
        present,
        present,
        taken,
        op,
        action="decided",
        position=stood,
    )


def proposal(
    store: Store,
    connection: Connection,
    pano_id: str,
    kind: str,
    op: Operation,
    *,
    values: Mapping[str, object] | None = None,
) -> lifecycle.Outcome:
    """Return what a proposal of a work order sets; see `propose_work` for parameters and errors."""
    case = case_of(connection, row_of(connection, "pano", pano_id), {"kind": kind}, op=op)
    return lifecycle.apply(_step("propose", op, values, store), case)


def _made_done(connection: Connection, work_id: str, pano_id: str) -> int:
    """Return the event that made a work order of a pano done."""
    work = row_of(connection, "work", work_id)
    if work["pano_id"] != pano_id or work["state"] != "done":
        raise Refused("follows_not_done")
    return next(
        event.id for event in reversed(events(connection, "work", work_id)) if "state" in event.changes
    )


def _step(action: str, op: Operation, values: Mapping[str, object] | None, store: Store) -> lifecycle.Step:
    now = store.clock()
    day = local_date(min(op.happened_at or now, now))
    return lifecycle.Step(action, op.actor, day, op.reason, values or {})


def _waiting(connection: Connection, event_id: int) -> Cells:
    """Return what still waits of an event: the value that its author wanted, by field."""
    found = connection.execute(
        select(CONFLICT.c.field, CONFLICT.c.mine).where(
            CONFLICT.c.event_id == event_id, CONFLICT.c.decided_by.is_(None)
        )
    )
    return {field: mine for field, mine in found}


def _effects(connection: Connection, event_id: int) -> list[int]:
    """Return the events that one brought about."""
    return list(connection.execute(select(EVENT.c.id).where(EVENT.c.cause_id == event_id)).scalars())


def _close(connection: Connection, event_id: int, decided_by: int) -> None:
    connection.execute(
        update(CONFLICT)
        .where(CONFLICT.c.event_id == event_id, CONFLICT.c.decided_by.is_(None))
        .values(decided_by=decided_by)
    )
