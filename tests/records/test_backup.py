"""Everything in one file, and back, between the two kinds of database too."""

from __future__ import annotations

import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text

from records.actions import edit
from records.backup import backup, restore
from records.errors import Refused
from records.history import events
from records.model import ACCOUNT, SESSION
from records.settings import Settings, sqlite_url
from records.store import open_store
from tests.records.helpers import START, operation

HASH = "ab" * 32


def everything(store) -> list:
    with store.reading() as connection:
        return events(connection)


@pytest.fixture
def photo(store):
    path = store.var / "photos" / HASH[:2] / f"{HASH}.jpg"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"a photo")
    return path


def test_a_backup_goes_into_an_empty_store(store, photo, new_database, tmp_path):
    edit(store, "pano", "p1", {"note": "mới"}, operation())
    backup(store, tmp_path / "b.zip")
    other = open_store(Settings(store.data, tmp_path / "other", new_database()))
    assert restore(other, tmp_path / "b.zip") is None
    assert everything(other) == everything(store)
    assert other.workspace().version == store.workspace().version
    assert (tmp_path / "other" / photo.relative_to(store.var)).read_bytes() == photo.read_bytes()
    edit(other, "pano", "p1", {"note": "tiếp"}, operation())
    other.close()


def test_it_moves_an_office_to_another_database(store, tmp_path):
    backup(store, tmp_path / "b.zip")
    other = open_store(Settings(store.data, tmp_path / "other", sqlite_url(tmp_path / "other.db")))
    restore(other, tmp_path / "b.zip")
    assert everything(other) == everything(store)
    backup(other, tmp_path / "c.zip")
    edit(store, "pano", "p1", {"note": "sau"}, operation())
    restore(store, tmp_path / "c.zip", replaces=store.version)
    assert everything(store) == everything(other)
    other.close()


def test_it_says_what_it_would_replace_and_saves_it_first(store, tmp_path):
    backup(store, tmp_path / "b.zip")
    edit(store, "pano", "p1", {"note": "sau"}, operation())
    later, version = everything(store), store.version
    for replaces in (None, version - 1):
        with pytest.raises(Refused) as caught:
            restore(store, tmp_path / "b.zip", replaces=replaces)
        assert caught.value.values["version"] == str(version)
        assert caught.value.values["events"] == len(later)
    saved = restore(store, tmp_path / "b.zip", replaces=version)
    assert everything(store) == later[:-1]
    restore(store, saved, replaces=store.version)
    assert everything(store) == later


def test_what_was_read_before_is_read_again(store, tmp_path):
    backup(store, tmp_path / "b.zip")
    edit(store, "pano", "p1", {"note": "sau"}, operation())
    assert store.workspace().panos.loc["p1", "note"] == "sau"
    before = store.version
    restore(store, tmp_path / "b.zip", replaces=before)
    assert store.version > before
    assert store.workspace().panos.loc["p1", "note"] == ""


def test_people_come_along_but_nobody_stays_signed_in(store, tmp_path):
    account = {"login": "lan", "name": "Lan", "role": "planner", "communes": "", "password_hash": "x"}
    session = {"token_hash": "t", "created_at": START, "seen_at": START}
    with store.writing() as connection:
        connection.execute(insert(ACCOUNT).values(id="a", created_at=START, **account))
        expires_at = START + timedelta(days=1)
        connection.execute(insert(SESSION).values(id="s", account_id="a", expires_at=expires_at, **session))
    backup(store, tmp_path / "b.zip")
    restore(store, tmp_path / "b.zip", replaces=store.version)
    with store.reading() as connection:
        assert connection.execute(select(ACCOUNT.c.login)).scalars().all() == ["lan"]
        assert connection.execute(select(SESSION)).all() == []


@pytest.mark.parametrize("content", [b"", b"not a zip", None])
def test_what_is_no_backup_is_refused(store, tmp_path, content):
    file, before = tmp_path / "b.zip", everything(store)
    if content is None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("store.sqlite", b"not a database, whatever its name says" * 100)
    else:
        file.write_bytes(content)
    with pytest.raises(Refused, match="not_a_backup"):
        restore(store, file, replaces=store.version)
    with pytest.raises(Refused, match="not_a_backup"):
        restore(store, tmp_path / "nowhere.zip", replaces=store.version)
    assert everything(store) == before


def test_a_backup_of_a_newer_program_is_refused(store, tmp_path):
    newer = open_store(Settings(store.data, tmp_path, sqlite_url(tmp_path / "store.sqlite")))
    with newer.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    newer.close()
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(tmp_path / "store.sqlite", "store.sqlite")
    with pytest.raises(Refused, match="not_a_backup"):
        restore(store, tmp_path / "b.zip", replaces=store.version)


def test_nothing_is_unpacked_beside_the_photos(store, tmp_path):
    backup(store, tmp_path / "b.zip")
    names = ["../evil.jpg", "photos/../../evil.jpg", f"photos/cd/{HASH}.jpg", "photos/ab/evil.jpg"]
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        for name in names:
            archive.writestr(name, b"evil")
    restore(store, tmp_path / "b.zip", replaces=store.version)
    assert [path for path in tmp_path.rglob("*.jpg")] == []
