"""Reports as a phone makes them, and photos as it sends them, for the tests of what comes from the field."""

from __future__ import annotations

import hashlib
import io
import itertools
from uuid import UUID

from PIL import Image

from records.field_body import FieldReceipt, Report
from records.field_reports import receive
from records.history import Event, events
from records.rights import Actor
from records.store import Store
from tests.records.helpers import FIELD

_numbers = itertools.count(1)


def new_id() -> UUID:
    """Return the id of a report that no other of this run has."""
    return UUID(int=next(_numbers), version=4)


def jpeg(color: str = "teal", *, size: tuple[int, int] = (320, 240)) -> bytes:
    """Return a photo, one of its own for each colour."""
    stream = io.BytesIO()
    Image.new("RGB", size, color).save(stream, "JPEG")
    return stream.getvalue()


def digest(content: bytes) -> str:
    """Return the hash by which a photo is named."""
    return hashlib.sha256(content).hexdigest()


def sent_photo(content: bytes, kind: str = "other", **values: object) -> dict[str, object]:
    """Return what a report says of a photo that follows."""
    return {"hash": digest(content), "bytes": len(content), "kind": kind, **values}


def shown(store: Store, entity: str, key: str, *columns: str) -> dict[str, object]:
    """Return cells of a row as they are now, as a phone shows them."""
    table = {"pano": store.workspace().panos, "work": store.workspace().works}[entity]
    return {name: str(table.at[key, name]) for name in columns}


def body(store: Store, pano_id: str = "p1", *, by: Actor = FIELD, **values: object) -> dict[str, object]:
    """Return the body of a report of what is seen now, made now."""
    seen = {"version": store.version, "pano": shown(store, "pano", pano_id, "state", "condition")}
    works = store.workspace().works
    of_pano = works.index[works["pano_id"] == pano_id]
    seen["works"] = {key: shown(store, "work", key, "state") for key in of_pano}
    made = {"pano_id": pano_id, "made_at": store.clock().isoformat(), "made_by": by.id, "seen": seen}
    return made | values


def report(store: Store, pano_id: str = "p1", *, by: Actor = FIELD, **values: object) -> Report:
    """Return a report of what is seen now, made now."""
    return Report.model_validate(body(store, pano_id, by=by, **values))


def send(store: Store, one: Report, *, by: Actor = FIELD, report_id: UUID | None = None) -> FieldReceipt:
    """Send a report."""
    return receive(store, report_id or new_id(), one, by)


def outcomes(receipt: FieldReceipt) -> dict[str, str]:
    """Return what became of each part."""
    return {part.what: part.outcome for part in receipt.parts}


def new_events(store: Store, since: int) -> list[Event]:
    """Return what happened since a version."""
    with store.reading() as connection:
        return [event for event in events(connection) if event.id > since]
