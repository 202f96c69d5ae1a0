"""Takes in reports from the field, each once and whole, and gives a receipt that stays the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from records.errors import RecordsError, Refused
from records.field_body import (
    FieldReceipt,
    ReceiptPart,
    Report,
    SentPhoto,
    whole_outcome,
)
from records.field_parts import Told, made_at, problem_of, take
from records.journal import Evidence, Operation, Position, attach
from records.model import FIELD_PART, FIELD_PHOTO, FIELD_REPORT, PRESENT
from records.photos import MEDIA_TYPE, Photo
from records.rights import Actor
from records.store import Store


def receive(
    store: Store, report_id: UUID, report: Report, author: Actor, *, brought_by: Actor | None = None
) -> FieldReceipt:
    """Take in a report, however often it arrives; what fits is recorded at once.

    Parameters
    ----------
    store : Store
        The store.
    report_id : UUID
        The id that the phone made.
    report : Report
        What it says.
    author : Actor
        Whose report it is: the account that signed in, or the one that a file names.
    brought_by : Actor, optional
        Who takes it in from a file, where it did not come by air.

    Returns
    -------
    FieldReceipt
        What became of it.

    Raises
    ------
    Refused
        If another report came under that id (``report_changed``), or it is of another account
        (``other_account``): nothing is changed.
    """
    if report.made_by != author.id:
        raise Refused("other_account")
    with store.writing() as connection:
        if row := _row(connection, report_id):
            if row.digest != report.digest():
                raise Refused("report_changed")
            return receipt(connection, report_id, repeated=True)
        now = store.clock()
        moment = made_at(connection, report, now)
        row = {
            "id": str(report_id),
            "digest": report.digest(),
            "body": report.stored(),
            "account_id": author.id,
            "account_name": author.name,
            "brought_by": brought_by.id if brought_by else None,
            "made_at": moment,
            "received_at": now,
        }
        connection.execute(insert(FIELD_REPORT).values(row))
        if report.photos:
            photos = [{"report_id": str(report_id), "hash": photo.hash} for photo in report.photos]
            connection.execute(insert(FIELD_PHOTO), photos)
        op = operation(report_id, report, author, moment)
        told = take(store, connection, report, report.parts, op, missing=report.photos)
        parts = [
            {
                "report_id": str(report_id),
                "what": what,
                "outcome": told[what].outcome,
                "event_id": told[what].event_id,
                "problem": told[what].problem,
            }
            for what in report.parts
        ]
        connection.execute(insert(FIELD_PART), parts)
        hang(connection, report_id, report, told, now=now)
        return receipt(connection, report_id)


def operation(report_id: UUID, report: Report, actor: Actor, moment: datetime) -> Operation:
    """Return the operation by which someone takes a report."""
    return Operation(
        actor=actor,
        op_id=str(report_id),
        happened_at=moment,
        source="field",
        position=report.position.position() if report.position else None,
    )


def find(connection: Connection, report_id: UUID) -> tuple[Row, Report]:
    """Return the row of a report, and what it says.

    Raises
    ------
    Refused
        If there is none.
    """
    row = _row(connection, report_id)
    if row is None:
        raise Refused("unknown_report")
    return row, Report.model_validate(row.body)


def _row(connection: Connection, report_id: UUID) -> Row | None:
    return connection.execute(select(FIELD_REPORT).where(FIELD_REPORT.c.id == str(report_id))).one_or_none()


def receipt(connection: Connection, report_id: UUID, *, repeated: bool = False) -> FieldReceipt:
    """Return what the server holds of a report.

    Raises
    ------
    Refused
        If there is no such report.
    """
    return receipt_of(connection, *find(connection, report_id), repeated=repeated)


def receipt_of(connection: Connection, row: Row, report: Report, *, repeated: bool = False) -> FieldReceipt:
    """Return the receipt of a report that was found already."""
    of_report = select(FIELD_PART).where(FIELD_PART.c.report_id == row.id)
    found = {one.what: one for one in connection.execute(of_report)}
    parts = [
        ReceiptPart(
            what=what,
            outcome=found[what].outcome,
            event_id=found[what].event_id,
            problem=_problem(found[what]),
        )
        for what in report.parts
    ]
    photos = {one.hash: photo_state(one) for one in photo_rows(connection, row.id)}
    return FieldReceipt(
        report_id=UUID(row.id),
        received_at=row.received_at,
        outcome=whole_outcome(part.outcome for part in parts),
        parts=parts,
        photos=photos,
        repeated=repeated,
    )


def _problem(part: Row) -> str | None:
    if part.outcome == "closed":
        return part.settled_why
    return part.problem["vi"] if part.outcome == "in_review" else None


def photo_rows(connection: Connection, report_id: str) -> list[Row]:
    """Return the rows of the photos that a report names."""
    of_report = select(FIELD_PHOTO).where(FIELD_PHOTO.c.report_id == report_id)
    return list(connection.execute(of_report.order_by(FIELD_PHOTO.c.hash)))


def photo_state(row: Row) -> str:
    """Return whether a photo is ``missing``, ``received`` or ``refused``."""
    return "refused" if row.problem else "received" if row.kept_hash else "missing"


def photo_came(
    store: Store, report_id: UUID, photo_hash: str, photo: Photo | RecordsError, actor: Actor
) -> FieldReceipt:
    """Record that a photo of a report has come, and take the step that waited for it.

    Parameters
    ----------
    store : Store
        The store.
    report_id : UUID
        The report.
    photo_hash : str
        SHA-256 of what the phone sent.
    photo : Photo or RecordsError
        The photo as it is kept already, or why it can't be.
    actor : Actor
        Whose report it is.

    Raises
    ------
    Refused
        If there is no such report, or it names no such photo.
    """
    with store.writing() as connection:
        row, report = find(connection, report_id)
        this = (FIELD_PHOTO.c.report_id == row.id) & (FIELD_PHOTO.c.hash == photo_hash)
        known = connection.execute(select(FIELD_PHOTO).where(this)).one_or_none()
        if known is None:
            raise Refused("unknown_photo")
        if photo_state(known) != "missing":
            return receipt(connection, report_id, repeated=True)
        sent = next(one for one in report.photos if one.hash == photo_hash)
        values = _kept(photo, sent) if isinstance(photo, Photo) else {"problem": problem_of(photo)}
        connection.execute(update(FIELD_PHOTO).where(this).values(values | {"received_at": store.clock()}))
        hang(connection, report_id, report, {}, now=store.clock())
        _take_waiting(store, connection, row, report, actor)
        return receipt(connection, report_id)


def _kept(photo: Photo, sent: SentPhoto) -> dict[str, Any]:
    # Browsers remove the position from a file: what the phone said besides goes first.
    place = sent.position.position() if sent.position else photo.position
    return {
        "kept_hash": photo.hash,
        "width": photo.width,
        "height": photo.height,
        "bytes": len(photo.content),
        "taken_at": sent.taken_at or photo.taken_at,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "accuracy_m": place.accuracy_m if place else None,
    }


def _take_waiting(store: Store, connection: Connection, row: Row, report: Report, actor: Actor) -> None:
    """Take the steps that wait for photos, as far as those that have come let them."""
    waits = (FIELD_PART.c.report_id == row.id) & (FIELD_PART.c.outcome == "waiting_for_photos")
    waiting = connection.execute(select(FIELD_PART.c.what).where(waits)).scalars().all()
    if not waiting:
        return
    outstanding = {one.hash for one in photo_rows(connection, row.id) if photo_state(one) == "missing"}
    missing = [photo for photo in report.photos if photo.hash in outstanding]
    op = operation(UUID(row.id), report, actor, row.made_at)
    told = take(store, connection, report, waiting, op, missing=missing)
    keep(connection, UUID(row.id), told)


def keep(connection: Connection, report_id: UUID, told: Mapping[str, Told], **settled: object) -> None:
    """Write down what became of parts that had been put off; ``settled``: by whom, when and why."""
    for what, one in told.items():
        this = (FIELD_PART.c.report_id == str(report_id)) & (FIELD_PART.c.what == what)
        values = {"outcome": one.outcome, "event_id": one.event_id, **settled}
        if one.problem:
            values["problem"] = one.problem
        connection.execute(update(FIELD_PART).where(this).values(values))


def hang(
    connection: Connection, report_id: UUID, report: Report, told: Mapping[str, Told], *, now: datetime
) -> None:
    """Let the photos that have come hang on the event of the pano, once there is one."""
    row = _row(connection, report_id)
    event_id = row.event_id
    if event_id is None:
        if not (event_id := told["photo"].event_id if "photo" in told else None):
            return
        this = FIELD_REPORT.c.id == row.id
        connection.execute(update(FIELD_REPORT).where(this).values(event_id=event_id))
    work_id = _work_of(connection, report)
    evidence = list(_evidence(photo_rows(connection, row.id), report))
    attach(connection, event_id, report.pano_id, work_id, evidence, added_by=row.account_id, now=now)


def _work_of(connection: Connection, report: Report) -> str | None:
    """Return the work order that the photos show: that of the step, if it is one of the pano."""
    if report.work_step is None:
        return None
    works = PRESENT["work"].c
    mine = (works.id == report.work_step.work_id) & (works.pano_id == report.pano_id)
    return connection.execute(select(works.id).where(mine)).scalar_one_or_none()


def _evidence(rows: Iterable[Row], report: Report) -> Iterable[Evidence]:
    kinds = {photo.hash: photo.kind for photo in report.photos}
    for row in rows:
        if row.kept_hash:
            yield Evidence(
                kind=kinds[row.hash],
                hash=row.kept_hash,
                width=row.width,
                height=row.height,
                bytes=row.bytes,
                media_type=MEDIA_TYPE,
                taken_at=row.taken_at,
                position=None if row.lat is None else Position(row.lat, row.lon, row.accuracy_m),
            )
