"""People, a clock, operations and threads for the tests of the record."""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from records.actions import edit
from records.journal import Evidence, Operation, Position
from records.photos import MEDIA_TYPE, path_of
from records.rights import Actor
from records.settings import Settings
from records.store import Store, open_store
from tests.folders import GIA

START = datetime(2024, 3, 1, 2, tzinfo=UTC)
"""When the tests begin: 9 o'clock in Vietnam."""

PLANNER = Actor("a-planner", "Lan", "planner", login="lan")
APPROVER = Actor("a-approver", "Hùng", "approver", login="hung")
ADMIN = Actor("a-admin", "Mai", "admin", login="mai")
FIELD = Actor("a-field", "Minh", "field", frozenset({GIA}), login="minh")


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
