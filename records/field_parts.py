"""Takes what a report from the field says, part by part: what fits is recorded, the rest is kept aside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from geo.days import local_date
from geo.text import LANGUAGES, Words
from records import lifecycle
from records.actions import take_step
from records.checks import check_row
from records.errors import BadValues, RecordsError, Refused, RuleBroken
from records.field_body import Report, SentPhoto
from records.history import Cells, events
from records.journal import Operation, Receipt
from records.merge import to_cells
from records.model import ENTITIES, EVENT
from records.rights import demand
from records.store import Store
from records.writing import change_row, commune_of, row_of

ABOUT_PANO = ("condition", "point", "word", "photo")
"""Parts that are one event of the pano together; a step is an event of its own."""
FIELDS = {"condition": {"condition", "checked_on"}, "point": {"lat", "lon", "accuracy_m"}}
"""Columns by the part that sets them."""


@dataclass(frozen=True)
class Told:
    """What became of a part of a report.

    Attributes
    ----------
    outcome : str
        One of `records.field_body.OUTCOMES`.
    event_id : int or None
        The event that it became.
    error : RecordsError or None
        Why it does not fit.
    """

    outcome: str
    event_id: int | None = None
    error: RecordsError | None = None

    @property
    def problem(self) -> dict[str, str] | None:
        """Why it does not fit, by language."""
        return problem_of(self.error) if self.error else None


def problem_of(error: RecordsError) -> dict[str, str]:
    """Return an error's text by language, to be kept."""
    return {lang: error.explain(Words(lang)) for lang in LANGUAGES}


def made_at(connection: Connection, report: Report, now: datetime) -> datetime:
    """Return when a report was made: not after it came, nor before what it had seen was there.

    The clock of a phone can be wrong; the version that it had seen says when it was at the earliest.
    """
    known = select(EVENT.c.arrived_at).where(EVENT.c.id == report.seen.version)
    earliest = connection.execute(known).scalar_one_or_none() or report.made_at
    return min(max(report.made_at, earliest), now)


def take(
    store: Store,
    connection: Connection,
    report: Report,
    wanted: Collection[str],
    op: Operation,
    *,
    missing: Collection[SentPhoto] = (),
) -> dict[str, Told]:
    """Record what fits of a report.

    Parameters
    ----------
    store : Store
        The store.
    connection : sqlalchemy.Connection
        Of its `Store.writing`.
    report : Report
        The report.
    wanted : collection of str
        The parts to take, of those that it says.
    op : Operation
        Who takes them, and when it happened.
    missing : collection of SentPhoto
        Photos that have yet to come.

    Returns
    -------
    dict of str to Told
        What became of each part that was wanted.
    """
    try:
        pano = row_of(connection, "pano", report.pano_id)
        demand(op.actor, "report", commune_code=commune_of(connection, "pano", pano))
    except RecordsError as error:
        return dict.fromkeys(wanted, Told("in_review", error=error))
    told = _take_about_pano(store, connection, report, wanted, op, pano)
    if report.state_step and "state_step" in wanted:
        taken = report.state_step
        part = replace(op.part("state_step", pano["id"]), reason=op.reason or taken.reason or report.reason)
        seen = _seen(connection, report, "pano", pano["id"])
        told["state_step"] = _step(store, connection, "pano", pano["id"], taken.action, part, {}, seen, ())
    if report.work_step and "work_step" in wanted:
        told["work_step"] = _take_work_step(store, connection, report, op, pano, missing)
    if "word" in wanted and "word" not in told:
        # With a step alone, the words are why the step was taken.
        told["word"] = next(told[what] for what in ("work_step", "state_step") if what in told)
    return told


def _take_about_pano(
    store: Store,
    connection: Connection,
    report: Report,
    wanted: Collection[str],
    op: Operation,
    pano: Cells,
) -> dict[str, Told]:
    """Record what is said of the pano itself as one event, which its photos hang on."""
    told: dict[str, Told] = {}
    values: dict[str, object] = {}
    seen = _seen(connection, report, "pano", pano["id"])
    for what, values_of in (("condition", _inspection), ("point", _point)):
        if what in wanted:
            try:
                values |= values_of(connection, report, op, pano)
            except RecordsError as error:
                told[what] = Told("in_review", error=error)
    kept = [what for what in ABOUT_PANO if what in wanted and what not in told]
    steps = {"state_step", "work_step"}.intersection(wanted)
    if not kept or (kept == ["word"] and steps):
        return told
    action = "inspect" if "condition" in kept else "report"
    op = replace(op, reason=op.reason or report.reason)
    receipt = change_row(store, connection, "pano", pano, values, op, seen=seen, action=action)
    return told | {what: Told(_outcome_of(receipt, what), receipt.event_id) for what in kept}


def _inspection(connection: Connection, report: Report, op: Operation, pano: Cells) -> dict[str, object]:
    day = local_date(op.happened_at)
    step = lifecycle.Step("inspect", op.actor, day, values={"condition": report.condition})
    return lifecycle.apply(step, lifecycle.Case(pano)).pano


def _point(connection: Connection, report: Report, op: Operation, pano: Cells) -> dict[str, object]:
    if pano["state"] == "retired":
        raise Refused("pano_retired")
    # A phone's position has more digits than meaning: six are 0.1 m.
    place = report.point
    accuracy = None if place.accuracy_m is None else round(place.accuracy_m, 1)
    values = {"lat": round(place.lat, 6), "lon": round(place.lon, 6), "accuracy_m": accuracy}
    log = check_row(connection, "pano", pano | to_cells(values, ENTITIES["pano"]), values)
    if log.findings:
        raise BadValues(log)
    return values


def _outcome_of(receipt: Receipt, what: str) -> str:
    waits = {conflict.field for conflict in receipt.conflicts}
    if receipt.outcome == "needs_decision" and not waits & FIELDS.get(what, set()):
        return "stored"
    return receipt.outcome


def _take_work_step(
    store: Store,
    connection: Connection,
    report: Report,
    op: Operation,
    pano: Cells,
    missing: Collection[SentPhoto],
) -> Told:
    wanted = report.work_step
    part = replace(op.part("work_step", wanted.work_id), reason=op.reason or wanted.reason or report.reason)
    try:
        work = row_of(connection, "work", wanted.work_id)
        if work["pano_id"] != pano["id"]:
            raise Refused("unknown_id", id=wanted.work_id)
        seen = _seen(connection, report, "work", work["id"])
        case = lifecycle.Case(pano, work | to_cells(seen, ENTITIES["work"]))
        rows = [row for row in lifecycle.ACTIONS if row.name == wanted.action and row.applies_to(case)]
        if any(set(wanted.values) - set(row.values) for row in rows):
            raise RuleBroken("not_possible", wanted.action, state=case.state)
    except RecordsError as error:
        return Told("in_review", error=error)
    return _step(store, connection, "work", work["id"], wanted.action, part, wanted.values, seen, missing)


def _step(
    store: Store,
    connection: Connection,
    entity: str,
    entity_id: str,
    action: str,
    op: Operation,
    values: Cells,
    seen: dict[str, object],
    missing: Collection[SentPhoto],
) -> Told:
    try:
        with connection.begin_nested():
            receipt = take_step(store, connection, entity, entity_id, action, op, values=values, seen=seen)
    except RuleBroken as error:
        if error.missing and set(error.missing) <= _opened_by(missing):
            return Told("waiting_for_photos")
        return Told("in_review", error=error)
    except RecordsError as error:
        return Told("in_review", error=error)
    return Told(receipt.outcome, receipt.event_id)


def _opened_by(photos: Collection[SentPhoto]) -> set[str]:
    """Return the gates of the life cycle that photos open once they have come."""
    gates = {f"photo_{photo.kind}" for photo in photos}
    return gates | {"position" for photo in photos if photo.kind == "finished" and photo.position}


def _seen(connection: Connection, report: Report, entity: str, entity_id: str) -> dict[str, object]:
    """Return what the phone had seen of a row, and what its owner reported of it since.

    Several reports can be made from one bundle: nobody is in conflict with what they said before.
    """
    if entity == "pano":
        shown = report.seen.pano.model_dump(exclude_unset=True)
    else:
        work = report.seen.works.get(entity_id)
        shown = work.model_dump(exclude_unset=True) if work else {}
    for event in events(connection, entity, entity_id):
        if event.id > report.seen.version and event.actor_id == report.made_by:
            shown |= {name: to for name, (_, to) in event.changes.items() if name in shown}
    return shown
