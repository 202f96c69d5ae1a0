"""The store: one database that holds what happened and what is so now, read and written in transactions.

Writers come one by one, on SQLite (``BEGIN IMMEDIATE``) as on PostgreSQL (the lock of one row), so that
what a writer has read still holds when it writes. Readers see one moment and wait for nobody.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, make_url, select, update
from sqlalchemy.exc import OperationalError

from geo.days import end_of_day, local_date
from geo.folder import read_contents
from geo.rows import write_rows
from geo.workspace import Workspace
from records.errors import Refused
from records.history import Rows, rows_at, rows_now
from records.model import CONTENT, DOCUMENT, ENTITIES, EVENT, META
from records.settings import Settings

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
BUSY_TIMEOUT_S = 30
"""Seconds that a writer waits for its turn before it gives up."""
CACHED_WORKSPACES = 8
MIGRATION_LOCK = 1065
"""Number of the PostgreSQL advisory lock that lets one process at a time bring the tables up to date."""


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


class Store:
    """What an installation has recorded; made by `open_store`.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database, its tables up to date.
    data, var : pathlib.Path
        Folder of the workspace, and folder of photos and backups.
    clock : callable
        Gives the present moment, aware.

    Attributes
    ----------
    engine, data, var, clock
        As given.
    """

    def __init__(
        self, engine: Engine, data: Path, var: Path, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.engine = engine
        self.data = data
        self.var = var
        self.clock = clock
        self._workspaces: OrderedDict[tuple[str | None, datetime | None], Workspace] = OrderedDict()
        self._caching = threading.Lock()
        self._turn = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection whose every answer is of one moment."""
        snapshot = {"isolation_level": "REPEATABLE READ"} if self.engine.name == "postgresql" else {}
        with self.engine.connect() as connection:
            connection = connection.execution_options(only_reads=True, **snapshot)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection on which nobody else writes; kept if the block ends well, else undone.

        Raises
        ------
        Refused
            If others have been writing all the time that a writer waits (``busy``).
        """
        # Threads of one process queue here, each holding nothing: dozens that wait within the database
        # sleep past their turn, and take the connections that readers need.
        if not self._turn.acquire(timeout=BUSY_TIMEOUT_S):
            raise Refused("busy")
        try:
            with self.engine.begin() as connection:
                if self.engine.name == "postgresql":
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_TIMEOUT_S}s'")
                connection.execute(select(META.c.version).with_for_update())
                yield connection
        except OperationalError as error:
            if _is_busy(error):
                raise Refused("busy") from error
            raise
        finally:
            self._turn.release()

    @property
    def version(self) -> int:
        """Number of the last change: it grows with every event."""
        with self.reading() as connection:
            return version_of(connection)

    @property
    def holds(self) -> str | None:
        """Name of the folder that it was filled from; None for an empty store."""
        with self.reading() as connection:
            return connection.execute(select(META.c.workspace)).scalar_one()

    @property
    def today(self) -> date:
        """The day that it is in Vietnam, by the store's clock."""
        return local_date(self.clock())

    def workspace(self, on: date | datetime | None = None, *, version: int | None = None) -> Workspace:
        """Return the tables as they are, or as they were.

        Parameters
        ----------
        on : date or datetime, optional
            A past day, whose end is meant in Vietnam's time, or an aware moment; any other day means now.
            What was so before the record began holds for every day before; what was reported late stands
            where it happened.
        version : int, optional
            Number of the last change that counts, for a snapshot that stays as it is; the newest, if none
            is given.

        Returns
        -------
        Workspace
            The same that the folder of `records.folder_io.export` gives. It is kept until something
            changes: treat it as read-only.
        """
        moment = self._moment(on)
        with self._caching, self.reading() as connection:
            key = (_last_operation(connection, version), moment)
            if key not in self._workspaces:
                contents = folder_contents(connection, moment, version=version)
                # Checked when it was written; and a day of the past need not pass all rules of today.
                reading = read_contents(contents, self.data, is_checked=True)
                assert reading.workspace is not None, reading.log.findings
                self._workspaces[key] = reading.workspace
            self._workspaces.move_to_end(key)
            while len(self._workspaces) > CACHED_WORKSPACES:
                self._workspaces.popitem(last=False)
            return self._workspaces[key]

    def contents(self, on: date | datetime | None = None, *, version: int | None = None) -> dict[str, bytes]:
        """Return the files of a data folder that say what `workspace` gives for the same, by name."""
        with self.reading() as connection:
            return folder_contents(connection, self._moment(on), version=version)

    def _moment(self, on: date | datetime | None) -> datetime | None:
        """Return the moment that is meant; None for now."""
        if on is None or isinstance(on, datetime):
            return on
        return end_of_day(on) if on < self.today else None

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_store(settings: Settings | None = None, *, clock: Callable[[], datetime] = utc_now) -> Store:
    """Open the store of an installation; where there is none yet it is made, empty.

    Parameters
    ----------
    settings : Settings, optional
        Which one; that of the environment, if none is given.
    clock : callable
        Gives the present moment, aware.
    """
    settings = settings or Settings.from_environment()
    url = make_url(settings.database)
    engine = _sqlite_engine(url) if url.get_backend_name() == "sqlite" else _postgresql_engine(url)
    migrate(engine)
    return Store(engine, settings.data, settings.var, clock=clock)


def _sqlite_engine(url: URL) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_S},
        json_serializer=partial(json.dumps, ensure_ascii=False),
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection, _record) -> None:
        # The driver would begin its transactions late and deferred: two that read before they write then
        # lock each other out. Whoever does not say that it only reads takes the lock at once.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = DELETE")
        # FULL would let a power cut take back what was answered: a journal comes back if the folder that it
        # was deleted from had not reached the disk.
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA foreign_keys = ON")
        # A long write that no longer fits in memory would lock out readers before it is kept.
        connection.execute("PRAGMA cache_spill = OFF")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        only_reads = connection.get_execution_options().get("only_reads")
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine


def _postgresql_engine(url: URL) -> Engine:
    # An office writes postgresql://…, which SQLAlchemy takes for a driver that is not installed here.
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    return create_engine(url, pool_pre_ping=True, hide_parameters=True)


def is_full(error: Exception) -> bool:
    """Return whether a database said that there is no room on its disk."""
    cause = getattr(error, "orig", None)
    return (
        getattr(cause, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(cause, "sqlstate", "") == "53100"
    )


def _is_busy(error: OperationalError) -> bool:
    """Return whether a database said that it waited too long for a lock."""
    name = getattr(error.orig, "sqlite_errorname", "")
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or getattr(error.orig, "sqlstate", "") == "55P03"


def migrate(engine: Engine) -> None:
    """Bring the tables up to date, all or nothing, one process at a time."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        if engine.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if connection.execute(select(META.c.version)).first() is None:
            connection.execute(insert(META).values(id=1, version=0))


def version_of(connection: Connection) -> int:
    """Return the number of the last change that a connection sees."""
    return connection.execute(select(META.c.version)).scalar_one()


def _last_operation(connection: Connection, version: int | None) -> str | None:
    """Return the id of the last operation that counts; it stands for all before it.

    A version does not: a restored backup can bring another past under the same numbers.
    """
    query = select(EVENT.c.op_id).order_by(EVENT.c.id.desc()).limit(1)
    if version is not None:
        query = query.where(EVENT.c.id <= version)
    return connection.execute(query).scalar_one_or_none()


def take_numbers(connection: Connection, count: int) -> range:
    """Return the numbers of the next changes; only within `Store.writing`."""
    last = connection.execute(
        update(META).values(version=META.c.version + count).returning(META.c.version)
    ).scalar_one()
    return range(last - count + 1, last + 1)


def folder_contents(
    connection: Connection, moment: datetime | None = None, *, version: int | None = None
) -> dict[str, bytes]:
    """Return the files of a data folder that say what the store says.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of `Store.reading` or `Store.writing`.
    moment : datetime, optional
        The moment asked about; now, if none is given.
    version : int, optional
        Number of the last change that counts; the newest, if none is given.

    Returns
    -------
    dict of str to bytes
        Content by file name.
    """
    is_now = moment is None and version is None
    rows: Rows = rows_now(connection) if is_now else rows_at(connection, moment, version=version)
    hashes = {name: cells["sha256"] for name, cells in rows[DOCUMENT].items()}
    wanted = select(CONTENT).where(CONTENT.c.sha256.in_(hashes.values()))
    content = {one.sha256: bytes(one.content) for one in connection.execute(wanted)}
    tables = {one.file: write_rows(rows[entity].values(), one) for entity, one in ENTITIES.items()}
    return {name: content[sha256] for name, sha256 in hashes.items()} | tables
