"""Reports from the field that do not fit: what they say beside what is so, and how a planner settles them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, Select, or_, select

from geo.text import LANGUAGES, Words
from records.errors import Refused
from records.field_body import PARTS, FieldReceipt, Report, Seen
from records.field_parts import Told, take
from records.field_reports import find, hang, keep, operation, photo_rows, photo_state, receipt
from records.history import Cells, Event, events
from records.model import ENTITIES, FIELD_PART, FIELD_REPORT, PRESENT
from records.rights import Actor, demand
from records.store import Store

PHOTOS_LATE_AFTER = timedelta(days=2)
"""How long a step waits for its photos before a planner is shown it: a phone can be lost."""


@dataclass(frozen=True)
class Part:
    """One thing that a report says and that does not fit; ``problem`` is why, by language."""

    what: str
    outcome: str
    problem: dict[str, str]


@dataclass(frozen=True)
class Unfit:
    """A report of which something does not fit.

    Attributes
    ----------
    id : UUID
        The report.
    report : Report
        What it says, and what the phone had shown.
    author : str
        Who made it.
    made_at, received_at : datetime
        UTC.
    parts : tuple of Part
        What does not fit of it.
    pano, work : dict or None
        The rows that it is about as they are now; None where there are none.
    since : tuple of Event
        What happened to them after what the phone had shown.
    photos : tuple of (kind, hash)
        Photos that have come, by the hash of the file that is kept.
    missing : int
        How many photos have not.
    """

    id: UUID
    report: Report
    author: str
    made_at: datetime
    received_at: datetime
    parts: tuple[Part, ...]
    pano: Cells | None
    work: Cells | None
    since: tuple[Event, ...]
    photos: tuple[tuple[str, str], ...]
    missing: int

    @property
    def version(self) -> int:
        """Number of the last change that someone who looks at this has seen."""
        return max((event.id for event in self.since), default=0)


def unfit(connection: Connection, *, now: datetime) -> list[Unfit]:
    """Return the reports that a planner has to look at, the oldest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of `records.store.Store.reading`.
    now : datetime
        This moment: a step that has waited too long for its photos is among them.
    """
    found: dict[str, list[Row]] = {}
    for part in connection.execute(_open_parts(now)):
        found.setdefault(part.report_id, []).append(part)
    rows = connection.execute(select(FIELD_REPORT).where(FIELD_REPORT.c.id.in_(found)))
    one_by_one = sorted(rows, key=lambda row: (row.received_at, row.id))
    return [_unfit(connection, row, found[row.id]) for row in one_by_one]


def _open_parts(now: datetime) -> Select:
    is_late = FIELD_REPORT.c.received_at <= now - PHOTOS_LATE_AFTER
    waits = (FIELD_PART.c.outcome == "waiting_for_photos") & is_late
    joined = select(FIELD_PART).join(FIELD_REPORT, FIELD_REPORT.c.id == FIELD_PART.c.report_id)
    return joined.where(or_(FIELD_PART.c.outcome == "in_review", waits))


def _unfit(connection: Connection, row: Row, parts: Iterable[Row]) -> Unfit:
    report = Report.model_validate(row.body)
    work_id = report.work_step.work_id if report.work_step else None
    photos = photo_rows(connection, row.id)
    kinds = {photo.hash: photo.kind for photo in report.photos}
    blank = dict.fromkeys(LANGUAGES, "")
    return Unfit(
        UUID(row.id),
        report,
        row.account_name,
        row.made_at,
        row.received_at,
        tuple(
            Part(one.what, one.outcome, one.problem or blank)
            for one in sorted(parts, key=lambda one: PARTS.index(one.what))
        ),
        _present(connection, "pano", report.pano_id),
        _present(connection, "work", work_id),
        tuple(_since(connection, report)),
        tuple((kinds[one.hash], one.kept_hash) for one in photos if one.kept_hash),
        sum(photo_state(one) == "missing" for one in photos),
    )


def _present(connection: Connection, entity: str, key: str | None) -> Cells | None:
    table = PRESENT[entity]
    found = connection.execute(select(table).where(table.c.id == key)).mappings().one_or_none()
    return {name: found[name] for name in ENTITIES[entity].names} if found else None


def _since(connection: Connection, report: Report) -> list[Event]:
    about = [("pano", report.pano_id)]
    if report.work_step:
        about.append(("work", report.work_step.work_id))
    found = [event for entity, key in about for event in events(connection, entity, key)]
    return sorted((event for event in found if event.id > report.seen.version), key=lambda event: event.id)


def record_now(store: Store, report_id: UUID, actor: Actor, *, version: int, why: str = "") -> FieldReceipt:
    """Record what a report says and fits by now, on the word of whoever decides.

    Parameters
    ----------
    store : Store
        The store.
    report_id : UUID
        The report.
    actor : Actor
        Who decides: their rights count, and the events are theirs.
    version : int
        `Unfit.version` of what they looked at.
    why : str
        Why, in their words.

    Returns
    -------
    FieldReceipt
        That of the report. What still does not fit goes on waiting.

    Raises
    ------
    Forbidden
        If the role does not decide.
    Refused
        If nothing waits (``nothing_waits``), or things changed since they looked (``changed_meanwhile``).
    RecordsError
        If nothing of it fits: the first reason.
    """
    demand(actor, "resolve")
    with store.writing() as connection:
        row, report, wanted = _to_settle(connection, store, report_id)
        if max((event.id for event in _since(connection, report)), default=0) != version:
            raise Refused("changed_meanwhile")
        # What the phone had shown is beside the point: someone has looked at what is so now.
        as_now = report.model_copy(update={"seen": Seen()})
        op = operation(report_id, report, actor, row.made_at)
        op_id = uuid5(report_id, "+".join(("settled", *wanted)))
        reason = Words("vi")("field.on_report_of", name=row.account_name, words=why or report.reason)
        told = take(store, connection, as_now, wanted, replace(op, op_id=str(op_id), reason=reason.strip()))
        fits = {what: one for what, one in told.items() if one.error is None}
        if not fits:
            raise next(one.error for one in told.values())
        by = {"settled_by": actor.id, "settled_at": store.clock()}
        keep(connection, report_id, fits, **by)
        keep(connection, report_id, {what: one for what, one in told.items() if what not in fits})
        hang(connection, report_id, report, fits, now=store.clock())
        return receipt(connection, report_id)


def close(store: Store, report_id: UUID, actor: Actor, *, why: str) -> FieldReceipt:
    """Leave what does not fit of a report as it is; the report stays, with who left it and why.

    Parameters
    ----------
    store : Store
        The store.
    report_id : UUID
        The report.
    actor : Actor
        Who decides.
    why : str
        Why: whoever made the report reads it.

    Raises
    ------
    Forbidden, Refused
        If the role does not decide, nothing waits, or no reason is given (``why_missing``).
    """
    demand(actor, "resolve")
    if not why.strip():
        raise Refused("why_missing")
    with store.writing() as connection:
        _, _, wanted = _to_settle(connection, store, report_id)
        by = {"settled_by": actor.id, "settled_at": store.clock(), "settled_why": why.strip()}
        keep(connection, report_id, dict.fromkeys(wanted, Told("closed")), **by)
        return receipt(connection, report_id)


def _to_settle(connection: Connection, store: Store, report_id: UUID) -> tuple[Row, Report, list[str]]:
    """Return a report and the parts of it that someone has to settle."""
    row, report = find(connection, report_id)
    parts = connection.execute(_open_parts(store.clock()).where(FIELD_PART.c.report_id == row.id))
    found = {part.what for part in parts}
    if not found:
        raise Refused("nothing_waits")
    return row, report, [what for what in report.parts if what in found]
