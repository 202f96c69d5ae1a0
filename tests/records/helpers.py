"""People, a clock, operations and threads for the tests of the record."""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from records.actions import edit, propose_work, step
from records.history import Event, events
from records.journal import Evidence, Operation, Position
from records.photos import MEDIA_TYPE, path_of
from records.rights import Actor
from records.settings import Settings
from records.store import Store, open_store
from tests.folders import GIA, THO

START = datetime(2024, 3, 1, 2, tzinfo=UTC)
"""When the tests begin: 9 o'clock in Vietnam."""

PLANNER = Actor("a-planner", "Lan", "planner", login="lan")
APPROVER = Actor("a-approver", "Hùng", "approver", login="hung")
ADMIN = Actor("a-admin", "Mai", "admin", login="mai")
FIELD = Actor("a-field", "Minh", "field", frozenset({GIA}), login="minh")
NEIGHBOUR = Actor("a-neighbour", "Minh", "field", frozenset({THO}), login="minh")
HERE = Position(12.7012, 109.2213, 6)


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the moment that is set."""
        return self.now

    def pass_by(self, **interval: float) -> datetime:
        """Let time go by."""
        self.now += timedelta(**interval)
        return self.now


_counter = itertools.count(1)


def operation(actor: Actor = PLANNER, **values: object) -> Operation:
    """Return an operation with an id that no other of this run has."""
    return Operation(actor=actor, **{"op_id": str(UUID(int=next(_counter), version=4)), **values})


def photo(store: Store, kind: str, *, position: Position | None = None, of: str = "") -> Evidence:
    """Return a photo whose file is kept; one of another name in ``of`` is another picture."""
    content = f"{kind} {of}".encode()
    digest = hashlib.sha256(content).hexdigest()
    file = path_of(digest, store.var)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return Evidence(
        kind=kind,
        hash=digest,
        width=1200,
        height=900,
        bytes=len(content),
        media_type=MEDIA_TYPE,
        position=position,
    )


def before_and_after(store: Store, *, of: str = "") -> tuple[Evidence, Evidence]:
    """Return the two photos that a repair is shown by."""
    return photo(store, "before", of=of), photo(store, "after", of=of)


def start_build(store: Store) -> str:
    """Bring the approved build of p2 to where it is being built."""
    edit(store, "pano", "p2", {"lat": "12.69", "lon": "109.26"}, operation())
    step(store, "work", "w1", "assign", operation(), values={"assignee": "Đội 1"})
    step(store, "work", "w1", "start", operation(NEIGHBOUR))
    return "w1"


def start_repair(store: Store) -> str:
    """Bring a repair of p1 to where it is under way."""
    key = propose_work(store, "p1", "repair_frame", operation()).entity_id
    step(store, "work", key, "approve", operation(APPROVER))
    step(store, "work", key, "assign", operation(), values={"assignee": "Đội 1"})
    step(store, "work", key, "start", operation(FIELD))
    return key


def happened(store: Store, entity: str, entity_id: str) -> list[Event]:
    """Return what happened to a row."""
    with store.reading() as connection:
        return events(connection, entity, entity_id)


def at_once(action: Callable[[], object], count: int) -> None:
    """Do something in several threads at once and wait until all are through."""
    threads = [threading.Thread(target=action) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def write_notes(settings: Settings, worker: int, count: int) -> None:
    """Open a store, as a process of its own does, and write notes that nobody may lose."""
    store = open_store(settings)
    for turn in range(count):
        op = Operation(actor=PLANNER, op_id=str(UUID(int=1000 * worker + turn)))
        edit(store, "pano", "p1", {"note": f"{worker}/{turn}"}, op)
    store.close()
