"""Meetings of leaders: a snapshot that stays as it is, and decisions that become work when a meeting ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, insert, select, update

from geo.cells import FORBIDDEN, tidy
from geo.terms import CHANNELS, UNITS
from geo.text import LANGUAGES, Words
from geo.workspace import Workspace
from records.actions import create, propose_work, step
from records.errors import Forbidden, RecordsError, Refused
from records.journal import Operation, Receipt
from records.lifecycle import REPAIR_KINDS
from records.model import DECISION, EVENT, MEETING
from records.rights import demand, may
from records.store import Store

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
"""What each kind of decision must say."""
MORE_FIELDS = ("note", "due_on", "assignee", "pano_id", "village_id", "lat", "lon", "cost_vnd")
"""What any may say besides; dates and numbers as the cells of the data folder."""


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


@dataclass(frozen=True)
class Decision:
    """One decision of a meeting, see `records.model.DECISION`.

    Attributes
    ----------
    body : mapping
        What it says, by the names of `FIELDS` and `MORE_FIELDS`.
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
    withdrawn_why: str | None
    settled_by_name: str | None
    settled_at: datetime | None


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
    title = _plain(title)
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
        return _meeting(connection, op.op_id)


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
        return _meeting(connection, meeting_id)


def frozen(store: Store, snapshot: Snapshot) -> Workspace:
    """Return the tables of a snapshot, as they were known then."""
    return store.workspace(snapshot.on, version=snapshot.version)


def decisions(store: Store, meeting_id: str | None = None) -> list[Decision]:
    """Return the decisions of a meeting, or of all, in the order in which they were taken."""
    query = select(DECISION).order_by(DECISION.c.taken_at, DECISION.c.id)
    if meeting_id is not None:
        query = query.where(DECISION.c.meeting_id == meeting_id)
    with store.reading() as connection:
        return [_as_decision(one) for one in connection.execute(query)]


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
    Refused
        If there is no such meeting, it has ended, or something that the kind must say is missing.
    """
    demand(op.actor, "meet")
    plain = {name: _plain(value) if isinstance(value, str) else value for name, value in body.items()}
    said = {name: value for name, value in plain.items() if value not in (None, "")}
    unknown = said.keys() - {*FIELDS[kind], *MORE_FIELDS}
    if unknown:
        raise ValueError(f"{kind} says {', '.join(FIELDS[kind])}, got {sorted(unknown)}")
    if any(name not in said for name in FIELDS[kind]):
        raise Refused("decision_incomplete")
    if kind == "repair" and said["work_kind"] not in REPAIR_KINDS:
        raise Refused("decision_incomplete")
    with store.writing() as connection:
        if found := connection.execute(select(DECISION).where(DECISION.c.id == op.op_id)).one_or_none():
            return _as_decision(found)
        _demand_open(connection, meeting_id)
        row = {
            "id": op.op_id,
            "meeting_id": meeting_id,
            "kind": kind,
            "body": said,
            "said_by": _plain(said_by),
            "taken_by": op.actor.id,
            "taken_by_name": op.actor.name,
            "taken_at": store.clock(),
            "outcome": "pending",
        }
        connection.execute(insert(DECISION).values(row))
        return _decision(connection, op.op_id)


def withdraw(store: Store, decision_id: str, op: Operation) -> Decision:
    """Take a decision back while the meeting goes on; it stays in the minutes, with the reason of ``op``.

    Raises
    ------
    Forbidden, Refused
        If the actor may not, the meeting has ended, or no reason is given.
    """
    demand(op.actor, "meet")
    if not op.reason.strip():
        raise Refused("reason_missing")
    with store.writing() as connection:
        found = _decision(connection, decision_id)
        _demand_open(connection, found.meeting_id)
        why = {"outcome": "withdrawn", "withdrawn_at": store.clock(), "withdrawn_why": op.reason.strip()}
        connection.execute(update(DECISION).where(DECISION.c.id == decision_id).values(why))
        return _decision(connection, decision_id)


def end_meeting(store: Store, meeting_id: str, op: Operation) -> list[Decision]:
    """End a meeting: each decision becomes a work order or a task, or says why it can't.

    It may be asked for again, such as after the server was cut off: what became work before stays one.

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
    meeting_of(store, meeting_id)
    for one in decisions(store, meeting_id):
        if one.outcome == "pending":
            _carry_out(store, one, op)
    with store.writing() as connection:
        ended = {"ended_by": op.actor.id, "ended_by_name": op.actor.name, "ended_at": store.clock()}
        still_open = (MEETING.c.id == meeting_id) & MEETING.c.ended_at.is_(None)
        connection.execute(update(MEETING).where(still_open).values(ended))
    return decisions(store, meeting_id)


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


def _carry_out(store: Store, one: Decision, op: Operation) -> None:
    """Do what was decided, once: the ids of its operations are made of the decision's own."""
    receipts: list[Receipt] = []
    problem, outcome = None, "task"
    try:
        if one.kind not in ("survey", "task"):
            receipts, outcome = _as_work(store, one, op), "done"
    except RecordsError as error:
        problem = {lang: error.explain(Words(lang)) for lang in LANGUAGES}
        # What this actor may not do waits for someone who may.
        outcome = "task" if isinstance(error, Forbidden) else "refused"
    with store.writing() as connection:
        events = [receipt.event_id for receipt in receipts]
        _settle(connection, store, one, op, outcome, event_ids=events, problem=problem)


def _as_work(store: Store, one: Decision, op: Operation) -> list[Receipt]:
    body = one.body
    note = str(body.get("note", ""))

    def part(name: str) -> Operation:
        return Operation(actor=op.actor, op_id=str(uuid5(UUID(one.id), name)), source=op.source, reason=note)

    planned = {name: body[name] for name in ("due_on", "assignee", "cost_vnd") if name in body}
    match one.kind:
        case "approve":
            return [step(store, "work", str(body["work_id"]), "approve", part("approve"))]
        case "site":
            place = {
                name: body[name]
                for name in ("name", "commune_code", "village_id", "lat", "lon")
                if name in body
            }
            pano = create(store, "pano", place | {"state": "planned"}, part("pano"))
            return [pano, propose_work(store, pano.entity_id, "build", part("build"), values=planned)]
        case "repair":
            kind = str(body["work_kind"])
            order = propose_work(store, str(body["pano_id"]), kind, part("repair"), values=planned)
            if not may(op.actor, "approve"):
                return [order]
            return [order, step(store, "work", order.entity_id, "approve", part("approve"))]
    raise AssertionError(one.kind)


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


def _plain(text: str) -> str:
    """Return what a person typed without signs that no text and no document can hold."""
    return FORBIDDEN.sub("", tidy(text)).strip()


def _demand_open(connection: Connection, meeting_id: str) -> None:
    if not _meeting(connection, meeting_id).is_open:
        raise Refused("meeting_ended")


def _meeting(connection: Connection, meeting_id: str) -> Meeting:
    found = connection.execute(select(MEETING).where(MEETING.c.id == meeting_id)).one_or_none()
    if found is None:
        raise Refused("unknown_meeting")
    return _as_meeting(found)


def _decision(connection: Connection, decision_id: str) -> Decision:
    found = connection.execute(select(DECISION).where(DECISION.c.id == decision_id)).one_or_none()
    if found is None:
        raise Refused("unknown_decision")
    return _as_decision(found)


def _as_meeting(row: Row) -> Meeting:
    channels = tuple(row.channels.split(";")) if row.channels else ()
    snapshot = Snapshot(row.version, date.fromisoformat(row.on_day), row.units, channels, row.checksum)
    return Meeting(
        row.id, row.title, snapshot, row.opened_by_name, row.opened_at, row.ended_by_name, row.ended_at
    )


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
        row.withdrawn_why,
        row.settled_by_name,
        row.settled_at,
    )
