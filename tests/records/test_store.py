"""The database under the record: its tables, its transactions, and what it says of itself."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from geo.folder import read_workspace
from records.actions import edit
from records.errors import Refused
from records.history import events
from records.model import ACCOUNT, ATTEMPT, METADATA
from records.settings import PROJECT, REAL_DATA, Settings, sqlite_url, store_name
from records.store import migrate, open_store
from tests.records.helpers import START, at_once, operation, write_notes


def test_migrations_make_the_tables_that_the_program_uses(empty_store):
    with empty_store.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


def test_opening_again_keeps_what_is_there(store):
    again = open_store(Settings(store.data, store.var, store.engine.url.render_as_string(False)))
    assert again.version == store.version > 0
    again.close()


def test_many_may_open_it_first(new_database, tmp_path):
    settings = Settings(tmp_path, tmp_path, new_database())
    stores, failures = [], []

    def first() -> None:
        try:
            stores.append(open_store(settings))
        except Exception as error:
            failures.append(error)

    at_once(first, 6)
    assert failures == []
    assert {one.version for one in stores} == {0}
    for one in stores:
        one.close()


@pytest.mark.parametrize("of_one_process", [True, False])
def test_whoever_waits_too_long_is_told(store, monkeypatch, of_one_process):
    monkeypatch.setattr("records.store.BUSY_TIMEOUT_S", 0.1)
    url = store.engine.url.render_as_string(False)
    other = store if of_one_process else open_store(Settings(store.data, store.var, url))
    with store.writing():
        with pytest.raises(Refused, match="busy"):
            edit(other, "pano", "p1", {"note": "chen vào"}, operation())
    edit(other, "pano", "p1", {"note": "lần sau"}, operation())
    assert store.workspace().panos.loc["p1", "note"] == "lần sau"
    other.close()


def test_an_error_of_the_database_names_no_values(store):
    secret = {"login": "lan", "name": "Lan", "role": "planner", "password_hash": "$argon2"}
    with pytest.raises(IntegrityError) as caught, store.writing() as connection:
        for _ in range(2):
            connection.execute(insert(ACCOUNT).values(id="a", created_at=START, **secret))
    assert "$argon2" not in str(caught.value)


def test_version_grows_with_every_event(store):
    before = store.version
    receipt = edit(store, "pano", "p1", {"note": "mới"}, operation())
    assert store.version == receipt.event_id == before + 1


def test_a_block_that_fails_leaves_nothing(store):
    before = store.version
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        connection.execute(insert(ATTEMPT).values(login="x", address="y", at=START, ok=False))
        raise ZeroDivisionError
    with store.reading() as connection:
        assert connection.execute(select(ATTEMPT)).all() == []
    assert store.version == before


def test_readers_see_one_moment(store):
    with store.reading() as connection:
        seen = connection.execute(select(ATTEMPT)).all()
        if store.engine.name == "postgresql":
            # SQLite lets the writer wait instead.
            with store.writing() as other:
                other.execute(insert(ATTEMPT).values(login="x", address="y", at=START, ok=True))
        assert connection.execute(select(ATTEMPT)).all() == seen


def test_writers_come_one_by_one(store):
    def count_and_add() -> None:
        with store.writing() as connection:
            number = len(connection.execute(select(ATTEMPT)).all())
            connection.execute(insert(ATTEMPT).values(login=str(number), address="", at=START, ok=True))

    at_once(count_and_add, 12)
    with store.reading() as connection:
        counted = connection.execute(select(ATTEMPT.c.login)).scalars().all()
    assert sorted(map(int, counted)) == list(range(12))


def test_processes_lose_nothing_of_each_other(store):
    settings = Settings(store.data, store.var, store.engine.url.render_as_string(hide_password=False))
    workers, count = range(1, 4), 5
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=write_notes, args=(settings, one, count)) for one in workers]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * len(workers)
    with store.reading() as connection:
        edits = [one for one in events(connection, "pano", "p1") if one.action == "edited"]
    written = {f"{worker}/{turn}" for worker in workers for turn in range(count)}
    assert {one.changes["note"][1] for one in edits} == written
    # Each saw what the one before had written.
    notes = [None, *(one.changes["note"][1] for one in edits)]
    assert [one.changes["note"][0] for one in edits] == notes[:-1]
    assert store.workspace().panos.loc["p1", "note"] == notes[-1]


def test_sqlite_keeps_what_it_said_through_a_power_cut(tmp_path):
    store = open_store(Settings(tmp_path, tmp_path, sqlite_url(tmp_path / "store.db")))
    with store.reading() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["delete", 3, 1]
    store.close()


def test_moments_come_back_in_utc(store):
    hanoi = timezone(timedelta(hours=7))
    at = datetime(2024, 1, 1, 3, tzinfo=hanoi)
    with store.writing() as connection:
        connection.execute(insert(ATTEMPT).values(login="x", address="y", at=at, ok=True))
    with store.reading() as connection:
        kept = connection.execute(select(ATTEMPT.c.at)).scalar_one()
    assert kept == at and kept.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(store):
    with pytest.raises(Exception, match="time zone"), store.writing() as connection:
        connection.execute(insert(ATTEMPT).values(login="x", address="y", at=datetime(2024, 1, 1), ok=True))


def test_workspace_is_that_of_the_folder(store):
    folder, stored = read_workspace(store.data), store.workspace()
    for name in ("villages", "panos", "works", "venues", "activities"):
        assert getattr(stored, name).equals(getattr(folder, name)), name
    assert stored.plan == folder.plan
    assert stored.path == folder.path
    for units, communes in folder.communes.items():
        assert stored.units(units).equals(communes)


def test_workspace_is_kept_until_something_changes(store):
    first = store.workspace()
    assert store.workspace() is first
    edit(store, "pano", "p1", {"note": "mới"}, operation())
    assert store.workspace() is not first
    assert store.workspace().panos.loc["p1", "note"] == "mới"


def test_from_today_on_every_day_is_now(store, clock):
    for days in (0, 1, 1000):
        assert store.workspace(store.today + timedelta(days=days)) is store.workspace()
    clock.now = datetime(2024, 3, 1, 17, tzinfo=UTC)
    assert store.today == date(2024, 3, 2)


def test_migrating_twice_changes_nothing(store):
    before = store.version
    migrate(store.engine)
    assert store.version == before


class TestSettings:
    def test_defaults_are_in_the_project(self, monkeypatch):
        for name in ("DATA", "VAR", "DB", "SECRET"):
            monkeypatch.delenv(f"OUTREACH_{name}", raising=False)
        settings = Settings.from_environment()
        assert settings.data == REAL_DATA
        assert settings.var == PROJECT / "var"
        assert settings.database == sqlite_url(PROJECT / "var" / "outreach.db")

    def test_each_workspace_has_a_store_of_its_own(self):
        names = {store_name(REAL_DATA), store_name(REAL_DATA / "demo"), store_name(Path("/other/demo"))}
        assert len(names) == 3

    def test_secret_is_made_once(self, monkeypatch, tmp_path):
        monkeypatch.delenv("OUTREACH_SECRET", raising=False)
        settings = Settings(tmp_path, tmp_path / "var", "sqlite://")
        assert settings.secret() == settings.secret() != ""
        assert [file.name for file in (tmp_path / "var").iterdir()] == ["secret"]
        assert (tmp_path / "var" / "secret").stat().st_mode & 0o077 == 0
        monkeypatch.setenv("OUTREACH_SECRET", "given")
        assert settings.secret() == "given"

    @pytest.mark.parametrize("content", ["", "short"])
    def test_a_secret_that_is_cut_short_signs_nothing(self, monkeypatch, tmp_path, content):
        monkeypatch.delenv("OUTREACH_SECRET", raising=False)
        monkeypatch.setenv("OUTREACH_VAR", str(tmp_path))
        (tmp_path / "secret").write_text(content)
        with pytest.raises(ValueError, match="secret"):
            Settings.from_environment().secret()

    def test_a_secret_made_at_once_is_one(self, monkeypatch, tmp_path):
        monkeypatch.delenv("OUTREACH_SECRET", raising=False)
        monkeypatch.setenv("OUTREACH_VAR", str(tmp_path))
        made = []
        at_once(lambda: made.append(Settings.from_environment().secret()), 8)
        assert len(made) == 8 and len(set(made)) == 1
