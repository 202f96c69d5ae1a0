"""Backup of everything in one file, and its return: a ZIP of the rows as an SQLite file, and the photos.

The same file comes from SQLite and from PostgreSQL and goes back into either, so it also moves an office
from one to the other.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from records.errors import Refused
from records.model import ATTEMPT, EVENT, FIELD_PHOTO, META, METADATA, PHOTO, SESSION
from records.settings import Settings, sqlite_url
from records.store import Store, open_store, version_of

DATABASE = "store.sqlite"
PHOTO_NAME = re.compile(r"photos/([0-9a-f]{2})/\1[0-9a-f]{62}\.jpg")
"""Names of photos inside a backup, as they stand under the folder of the installation."""
PASSING = (SESSION, ATTEMPT)
"""Tables that stay where they are: a backup that someone finds must let nobody in."""
BATCH_ROWS = 1000
DAMAGE = (
    *(OSError, EOFError, KeyError, RuntimeError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error, SQLAlchemyError, CommandError),
)
"""What reading a file can raise that is no backup, or no longer whole."""


def backup(store: Store, file: Path) -> list[str]:
    """Write all that is recorded, as of one moment, into one file, with the photos that it names.

    Parameters
    ----------
    store : Store
        The store; people go on writing meanwhile.
    file : pathlib.Path
        Where to write; a file there is replaced once the new one is whole.

    Returns
    -------
    list of str
        Names of photos that are recorded and whose files are gone.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(file.name + ".part")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        with closing(_open_copy(store, copy)) as target, store.reading() as source:
            with target.writing() as connection:
                _copy_rows(source, connection, version=version_of(source))
            names = _photos(source)
        there = [name for name in names if (store.var / name).exists()]
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(copy, DATABASE)
            for name in there:
                # Compressed already; stored as it is.
                archive.write(store.var / name, name, zipfile.ZIP_STORED)
    unfinished.replace(file)
    return sorted(set(names).difference(there))


def restore(store: Store, file: Path, *, replaces: int | None = None) -> Path | None:
    """Put back what a backup holds.

    Parameters
    ----------
    store : Store
        The store.
    file : pathlib.Path
        The backup.
    replaces : int, optional
        Version of what is to be replaced. A store that holds something is only replaced by whoever
        names it, and is backed up first.

    Returns
    -------
    pathlib.Path or None
        The backup of what was replaced; None if there was nothing.

    Raises
    ------
    Refused
        If the file is no backup, damaged anywhere, or one of another workspace; or, naming what would be
        lost, if the store holds something else than ``replaces`` says. Nothing is touched then.
    """
    with _unpacked(store, file) as (source, archive):
        found, wanted = source.holds, store.holds or store.data.name
        has_data = store.version or store.data.exists()
        if has_data and found not in (None, wanted):
            raise Refused("backup_of_other", file=file.name, found=found, wanted=wanted)
        saved = None
        version = store.version
        if version and version != replaces:
            raise Refused("would_replace", version=str(version), **_extent(store))
        if version:
            name = f"{store.data.name}-before-restore-{store.clock():%Y%m%d-%H%M%S}-{version}.zip"
            saved = store.var / "backups" / name
            backup(store, saved)
        for name in _photos_in(archive):
            _put_photo(archive, name, store.var / name)
        with source.reading() as rows, store.writing() as connection:
            if version_of(connection) != version:
                raise Refused("changed_meanwhile")
            # Never a version that was there before: what was read at it is no longer so.
            _copy_rows(rows, connection, version=max(version, version_of(rows)) + 1)
            connection.execute(update(META).values(workspace=wanted))
        return saved


def _open_copy(store: Store, file: Path) -> Store:
    return open_store(Settings(store.data, store.var, sqlite_url(file)), clock=store.clock)


@contextmanager
def _unpacked(store: Store, file: Path) -> Iterator[tuple[Store, zipfile.ZipFile]]:
    """Give the store that a backup holds, brought up to date, and the archive."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        try:
            archive = zipfile.ZipFile(file)
            with archive.open(DATABASE) as packed, copy.open("wb") as target:
                shutil.copyfileobj(packed, target)
            for name in _photos_in(archive):
                with archive.open(name) as photo:
                    if hashlib.file_digest(photo, "sha256").hexdigest() != Path(name).stem:
                        raise zipfile.BadZipFile(name)
            source = _open_copy(store, copy)
        except DAMAGE as error:
            raise Refused("not_a_backup", file=file.name) from error
        with archive, closing(source):
            yield source, archive


def _copy_rows(source: Connection, target: Connection, *, version: int) -> None:
    """Put the rows of one database in place of those of another, and give that a version."""
    # The row of META stays: other writers wait for its lock.
    tables = [table for table in METADATA.sorted_tables if table not in (*PASSING, META)]
    for table in (*PASSING, *reversed(tables)):
        target.execute(delete(table))
    for table in tables:
        keys = table.primary_key.columns
        rows = source.execute(select(table).order_by(*keys)).mappings()
        while batch := rows.fetchmany(BATCH_ROWS):
            target.execute(insert(table), [dict(row) for row in batch])
    workspace = source.execute(select(META.c.workspace)).scalar_one()
    target.execute(update(META).values(version=version, workspace=workspace))


def _photos(connection: Connection) -> list[str]:
    """Return the names of the photos that are recorded."""
    kept = select(FIELD_PHOTO.c.kept_hash).where(FIELD_PHOTO.c.kept_hash.is_not(None))
    hashes = connection.execute(select(PHOTO.c.hash).union(kept)).scalars()
    return sorted(f"photos/{one[:2]}/{one}.jpg" for one in hashes)


def _photos_in(archive: zipfile.ZipFile) -> list[str]:
    return list(filter(PHOTO_NAME.fullmatch, archive.namelist()))


def _extent(store: Store) -> dict[str, object]:
    with store.reading() as connection:
        count, last = connection.execute(select(func.count(), func.max(EVENT.c.arrived_at))).one()
    return {"events": count, "until": f"{last:%Y-%m-%d %H:%M} UTC" if isinstance(last, datetime) else ""}


def _put_photo(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    """Unpack a photo that is not there yet; one that is has the same content, by its name."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with archive.open(name) as packed, unfinished.open("wb") as target:
        shutil.copyfileobj(packed, target)
    unfinished.replace(path)
