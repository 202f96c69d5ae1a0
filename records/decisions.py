"""Decisions of a meeting: written down, taken back, and carried out all at once when the meeting ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

import pandas as pd
from sqlalchemy import Connection, Row, Select, insert, select, update

from geo.cells import read_column, write_cell
from geo.faults import FaultLog
from geo.text import LANGUAGES, Words
from geo.workspace import Workspace
from records.actions import add_work, take_step
from records.checks import check_row
from records.errors import BadValues, Forbidden, RecordsError, Refused
from records.journal import Operation, Receipt
from records.lifecycle import REPAIR_KINDS
from records.meetings import Meeting, close, demand_open, frozen, meeting_in, meeting_of, meetings, plain
from records.merge import merge, to_cells
from records.model import DECISION, ENTITIES, EVENT
from records.rights import demand, may
from records.store import Store
from records.writing import FIRST_STATE, add_row, row_of

KINDS = ("approve", "site", "repair", "survey", "task")
"""What a meeting can decide: approve a work order, take up a new site for a pano, order a repair, ask for a
survey of a place, or anything else that someone is to do."""

OUTCOMES = ("pending", "withdrawn", "done", "refused", "task", "task_done")
"""What became of a decision: nothing yet; taken back; a work order; refused by the rules, with the reason; a
task that waits; a task that was done."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "approve": ("work_id",),
    "site": ("name", "commune_code", "lat", "lon"),
    "repair": ("pano_id", "work_kind"),
    "survey": ("label",),
    "task": ("label",),
}
"""What whoever writes down a decision of each kind must say."""
MORE_FIELDS = ("note", "due_on", "assignee", "pano_id", "village_id", "lat", "lon", "cost_vnd")
"""What they may say besides; dates and numbers as the cells of the data folder."""
_CHECKED = {
    "panos": ("lat", "lon"),
    "works": ("due_on", "cost_vnd"),
}
"""Values that are read by the columns of a table of the data folder."""


@dataclass(frozen=True)
class Decision:
    """One decision of a meeting, see `records.model.DECISION`.

    Attributes
    ----------
    body : mapping
        What it says, by the names of `FIELDS` and `MORE_FIELDS`; and as it was in the snapshot, the
        ``label`` of the pano that a repair or an approval is about, and of the work order that was
        approved ``work_kind`` and all cells (``seen``).
    outcome : str
        One of `OUTCOMES`.
    problem : mapping of str to str
        By language, why it became no work order; empty unless it was refused, or waits for someone who
        may do it.
    """

    id: str
    meeting_id: str
    kind: str
    body: Mapping[str, object]
    said_by: str
    taken_by_name: str
    taken_at: datetime
    outcome: str
    event_ids: tuple[int, ...]
    problem: Mapping[str, str]
    withdrawn_by_name: str | None
    withdrawn_why: str | None
    settled_by_name: str | None
    settled_at: datetime | None

    @property
    def is_approved(self) -> bool:
        """Whether its work order was approved when the meeting ended."""
        # A repair is made first; its approval is a second event, of whoever may.
        events = {"approve": 1, "repair": 2}.get(self.kind)
        return self.outcome == "done" and len(self.event_ids) == events


def decisions(store: Store, meeting_id: str | None = None) -> list[Decision]:
    """Return the decisions of a meeting, or of all, in the order in which they were taken."""
    with store.reading() as connection:
        return [_as_decision(one) for one in connection.execute(_in_order(meeting_id))]


def meetings_of_works(store: Store) -> dict[str, Meeting]:
    """Return the meeting that each work order comes from, or that approved it, by id of the work order."""
    held = {one.id: one for one in meetings(store)}
    of_event = {event: held[one.meeting_id] for one in decisions(store) for event in one.event_ids}
    query = select(EVENT.c.id, EVENT.c.entity_id).where(EVENT.c.entity == "work", EVENT.c.id.in_(of_event))
    with store.reading() as connection:
        return {work_id: of_event[event_id] for event_id, work_id in connection.execute(query)}


def tasks(store: Store) -> list[Decision]:
    """Return what meetings asked for that is no work order and still waits."""
    return [one for one in decisions(store) if one.outcome == "task"]


def decide(
    store: Store,
    meeting_id: str,
    kind: str,
    body: Mapping[str, object],
    op: Operation,
    *,
    said_by: str = "",
) -> Decision:
    """Write down a decision; it changes nothing before the meeting ends.

    Parameters
    ----------
    store : Store
        The store.
    meeting_id : str
        The meeting.
    kind : str
        One of `KINDS`.
    body : mapping
        What was decided, see `FIELDS` and `MORE_FIELDS`.
    op : Operation
        Who writes it down; the same id twice is one decision.
    said_by : str
        Who decided, as the minutes shall name them.

    Raises
    ------
    Forbidden
        If the actor may not hold meetings.
    BadValues
        If a value can't be what it should, or the place of a new site is not in its commune.
    Refused
        If there is no such meeting, it has ended, something that the kind must say is missing, or it is
        about what its snapshot does not hold.
    """
    demand(op.actor, "meet")
    tidied = {name: plain(value) if isinstance(value, str) else value for name, value in body.items()}
    said = {name: value for name, value in tidied.items() if value not in (None, "")}
    unknown = said.keys() - {*FIELDS[kind], *MORE_FIELDS}
    if unknown:
        raise ValueError(f"{kind} says {', '.join(FIELDS[kind])}, got {sorted(unknown)}")
    if any(name not in said for name in FIELDS[kind]):
        raise Refused("decision_incomplete")
    if kind == "repair" and said["work_kind"] not in REPAIR_KINDS:
        raise Refused("decision_incomplete")
    said |= _read(said)
    said |= _known(kind, said, frozen(store, meeting_of(store, meeting_id).snapshot))
    with store.writing() as connection:
        if found := connection.execute(select(DECISION).where(DECISION.c.id == op.op_id)).one_or_none():
            return _as_decision(found)
        demand_open(connection, meeting_id)
        if kind == "site":
            _check_site(connection, said)
        row = {
            "id": op.op_id,
            "meeting_id": meeting_id,
            "kind": kind,
            "body": said,
            "said_by": plain(said_by),
            "taken_by": op.actor.id,
            "taken_by_name": op.actor.name,
            "taken_at": store.clock(),
            "outcome": "pending",
        }
        connection.execute(insert(DECISION).values(row))
        return _decision(connection, op.op_id)


def withdraw(store: Store, decision_id: str, op: Operation) -> Decision:
    """Take a decision back, once, while the meeting goes on; the minutes keep it, with the reason of ``op``.

    Raises
    ------
    Forbidden, Refused
        If the actor may not, the meeting has ended, or no reason is given.
    """
    demand(op.actor, "meet")
    why = plain(op.reason)
    if not why:
        raise Refused("reason_missing")
    with store.writing() as connection:
        found = _decision(connection, decision_id)
        demand_open(connection, found.meeting_id)
        taken_back = {
            "outcome": "withdrawn",
            "withdrawn_at": store.clock(),
            "withdrawn_by": op.actor.id,
            "withdrawn_by_name": op.actor.name,
            "withdrawn_why": why,
        }
        pending = (DECISION.c.id == decision_id) & (DECISION.c.outcome == "pending")
        connection.execute(update(DECISION).where(pending).values(taken_back))
        return _decision(connection, decision_id)


def end_meeting(store: Store, meeting_id: str, op: Operation) -> list[Decision]:
    """End a meeting: each decision becomes a work order or a task, or says why it can't.

    All of it is one transaction, so that nothing is decided, taken back or ended a second time meanwhile,
    and an end that is cut off has not happened. Of a meeting that has ended nothing is changed.

    Parameters
    ----------
    store : Store
        The store.
    meeting_id : str
        The meeting.
    op : Operation
        Who ends it. Each decision is carried out with this actor's rights.

    Raises
    ------
    Forbidden, Refused
        If the actor may not hold meetings, or there is no such meeting.
    """
    demand(op.actor, "meet")
    with store.writing() as connection:
        if meeting_in(connection, meeting_id).is_open:
            for row in connection.execute(_in_order(meeting_id)).all():
                if row.outcome == "pending":
                    _carry_out(store, connection, _as_decision(row), op)
            close(connection, meeting_id, op, now=store.clock())
        return [_as_decision(row) for row in connection.execute(_in_order(meeting_id))]


def finish_task(store: Store, decision_id: str, op: Operation) -> Decision:
    """Say that a task of a meeting was done.

    Raises
    ------
    Forbidden, Refused
        If the actor may not, or it is no open task.
    """
    demand(op.actor, "meet")
    with store.writing() as connection:
        found = _decision(connection, decision_id)
        if found.outcome == "task_done":
            return found
        if found.outcome != "task":
            raise Refused("no_open_task")
        _settle(connection, store, found, op, "task_done")
        return _decision(connection, decision_id)


def _read(said: Mapping[str, object]) -> dict[str, object]:
    """Return the numbers and dates of a decision as its body keeps them: what JSON can hold.

    Raises
    ------
    BadValues
        If any is none, or out of range.
    """
    log, read = FaultLog(), {}
    for entity in ("pano", "work"):
        one = ENTITIES[entity]
        for column in one.columns:
            if column.name in _CHECKED[one.name] and column.name in said:
                cell = pd.Series([write_cell(said[column.name])], index=[1], dtype=object)
                (value,) = read_column(cell, column, file=one.file, log=log)
                read[column.name] = write_cell(value) if column.kind == "date" else value
    if log.findings:
        raise BadValues(log)
    return read


def _known(kind: str, said: Mapping[str, object], workspace: Workspace) -> dict[str, object]:
    """Return what the snapshot says of what a decision is about, so that its words stay as they were.

    Raises
    ------
    Refused
        If the snapshot does not hold it.
    """
    tables = {"work_id": workspace.works, "pano_id": workspace.panos, "village_id": workspace.villages}
    for name, table in tables.items():
        if name in said and said[name] not in table.index:
            raise Refused("unknown_id", id=str(said[name]))
    match kind:
        case "approve":
            work = workspace.works.loc[said["work_id"]].to_dict()
            label = workspace.panos.at[work["pano_id"], "name"]
            return {"label": label, "work_kind": work["kind"], "seen": to_cells(work, ENTITIES["work"])}
        case "repair":
            return {"label": workspace.panos.at[said["pano_id"], "name"]}
    return {}


def _check_site(connection: Connection, said: Mapping[str, object]) -> None:
    """Do nothing if a site can be recorded as a planned pano; else raise BadValues."""
    table = ENTITIES["pano"]
    cells = dict.fromkeys(table.names) | to_cells(_site(said), table) | {"id": "new"}
    log = check_row(connection, "pano", cells, table.names)
    if log.findings:
        raise BadValues(log)


def _site(said: Mapping[str, object]) -> dict[str, object]:
    """Return the planned pano that a site is recorded as, by column."""
    place = {name: said[name] for name in (*FIELDS["site"], "village_id") if name in said}
    return place | {"state": FIRST_STATE["pano"]}


def _carry_out(store: Store, connection: Connection, one: Decision, op: Operation) -> None:
    """Do what was decided, all of it or nothing, and write down what became of it."""
    receipts: list[Receipt] = []
    problem, outcome = None, "task"
    try:
        if one.kind in _DEEDS:
            with connection.begin_nested():
                receipts, outcome = _DEEDS[one.kind](store, connection, one, op), "done"
    except RecordsError as error:
        problem = {lang: error.explain(Words(lang)) for lang in LANGUAGES}
        # What this actor may not do waits for someone who may.
        outcome = "task" if isinstance(error, Forbidden) else "refused"
    events = [receipt.event_id for receipt in receipts]
    _settle(connection, store, one, op, outcome, event_ids=events, problem=problem)


def _approve(store: Store, connection: Connection, one: Decision, op: Operation) -> list[Receipt]:
    work_id, table = str(one.body["work_id"]), ENTITIES["work"]
    # Leaders decided on what the snapshot showed; what was changed since is for someone to look at.
    if merge(row_of(connection, "work", work_id), {}, table, seen=one.body.get("seen")).is_stale:
        raise Refused("changed_meanwhile")
    return [take_step(store, connection, "work", work_id, "approve", _part(one, op, "approve"))]


def _build(store: Store, connection: Connection, one: Decision, op: Operation) -> list[Receipt]:
    demand(op.actor, "edit")
    pano = add_row(store, connection, "pano", _site(one.body), _part(one, op, "pano"))
    part = _part(one, op, "build")
    return [pano, add_work(store, connection, pano.entity_id, "build", part, values=_planned(one))]


def _repair(store: Store, connection: Connection, one: Decision, op: Operation) -> list[Receipt]:
    pano_id, kind = str(one.body["pano_id"]), str(one.body["work_kind"])
    part = _part(one, op, "repair")
    order = add_work(store, connection, pano_id, kind, part, values=_planned(one))
    if not may(op.actor, "approve"):
        return [order]
    approved = take_step(store, connection, "work", order.entity_id, "approve", _part(one, op, "approve"))
    return [order, approved]


_DEEDS = {"approve": _approve, "site": _build, "repair": _repair}
"""How each kind of decision that becomes work is carried out."""


def _part(one: Decision, op: Operation, name: str) -> Operation:
    """Return the operation of one step of a decision."""
    note = str(one.body.get("note", ""))
    return Operation(actor=op.actor, op_id=str(uuid5(UUID(one.id), name)), source=op.source, reason=note)


def _planned(one: Decision) -> dict[str, object]:
    return {name: one.body[name] for name in ("due_on", "assignee", "cost_vnd") if name in one.body}


def _settle(
    connection: Connection,
    store: Store,
    one: Decision,
    op: Operation,
    outcome: str,
    *,
    event_ids: list[int] | None = None,
    problem: Mapping[str, str] | None = None,
) -> None:
    values = {"outcome": outcome, "settled_by_name": op.actor.name, "settled_at": store.clock()}
    if event_ids is not None:
        values |= {"event_ids": event_ids, "problem": problem}
    connection.execute(update(DECISION).where(DECISION.c.id == one.id).values(values))


def _in_order(meeting_id: str | None) -> Select:
    query = select(DECISION).order_by(DECISION.c.taken_at, DECISION.c.id)
    return query if meeting_id is None else query.where(DECISION.c.meeting_id == meeting_id)


def _decision(connection: Connection, decision_id: str) -> Decision:
    found = connection.execute(select(DECISION).where(DECISION.c.id == decision_id)).one_or_none()
    if found is None:
        raise Refused("unknown_decision")
    return _as_decision(found)


def _as_decision(row: Row) -> Decision:
    return Decision(
        row.id,
        row.meeting_id,
        row.kind,
        row.body,
        row.said_by,
        row.taken_by_name,
        row.taken_at,
        row.outcome,
        tuple(row.event_ids or ()),
        row.problem or {},
        row.withdrawn_by_name,
        row.withdrawn_why,
        row.settled_by_name,
        row.settled_at,
    )
