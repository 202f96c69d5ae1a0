"""Everything in one file, and back, between the two kinds of database too."""

from __future__ import annotations

import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text

from records.actions import edit
from records.backup import backup, restore
from records.errors import Refused
from records.folder_io import fill
from records.history import events
from records.model import ACCOUNT, SESSION
from records.photos import path_of
from records.rights import SYSTEM
from records.settings import Settings, sqlite_url
from records.store import open_store
from tests.folders import ROWS, make_folder
from tests.records.helpers import START, operation, photo


def everything(store) -> list:
    with store.reading() as connection:
        return events(connection)


@pytest.fixture
def kept(store):
    """Give the file of a photo that is recorded."""
    evidence = photo(store, "other")
    edit(store, "pano", "p1", {}, operation(photos=(evidence,)))
    return path_of(evidence.hash, store.var)


def test_a_backup_goes_into_an_empty_store(store, kept, new_database, tmp_path):
    edit(store, "pano", "p1", {"note": "mới"}, operation())
    assert backup(store, tmp_path / "b.zip") == []
    other = open_store(Settings(store.data, tmp_path / "other", new_database()))
    assert restore(other, tmp_path / "b.zip") is None
    assert everything(other) == everything(store)
    assert other.workspace().version == store.workspace().version
    assert (tmp_path / "other" / kept.relative_to(store.var)).read_bytes() == kept.read_bytes()
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


def test_a_past_that_comes_back_takes_the_place_of_another_of_the_same_number(
    backend, new_database, tmp_path, clock
):
    stores = [
        open_store(
            Settings(make_folder(folder, panos=panos, works=[]), folder / "var", new_database()), clock=clock
        )
        for folder, panos in ((tmp_path / "a" / "data", ROWS["panos"]), (tmp_path / "b" / "data", []))
    ]
    for store in stores:
        fill(store, operation(SYSTEM))
    here, there = stores
    while there.version < here.version:
        edit(there, "village", "v1", {"note": str(there.version)}, operation())
    version = there.version
    assert len(here.workspace(version=version).panos) == len(ROWS["panos"])
    backup(there, tmp_path / "b.zip")
    restore(here, tmp_path / "b.zip", replaces=here.version)
    assert here.workspace(version=version).panos.empty
    for store in stores:
        store.close()


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


def test_it_has_the_photos_of_its_own_record_and_names_those_that_are_gone(store, kept, tmp_path):
    photo(store, "other", of="another workspace")
    backup(store, tmp_path / "b.zip")
    name = kept.relative_to(store.var).as_posix()
    assert zipfile.ZipFile(tmp_path / "b.zip").namelist() == ["store.sqlite", name]
    kept.unlink()
    assert backup(store, tmp_path / "b.zip") == [name]


def test_a_photo_that_is_damaged_or_another_one_stops_the_whole(store, kept, tmp_path):
    backup(store, tmp_path / "b.zip")
    content, name = (tmp_path / "b.zip").read_bytes(), kept.relative_to(store.var).as_posix()
    picture = kept.read_bytes()
    (tmp_path / "damaged.zip").write_bytes(content.replace(picture, bytes(len(picture))))
    with zipfile.ZipFile(tmp_path / "false.zip", "w") as archive:
        archive.writestr("store.sqlite", zipfile.ZipFile(tmp_path / "b.zip").read("store.sqlite"))
        archive.writestr(name, b"<html>not that photo")
    kept.unlink()
    before = everything(store)
    for file in ("damaged.zip", "false.zip"):
        with pytest.raises(Refused, match="not_a_backup"):
            restore(store, tmp_path / file, replaces=store.version)
    assert everything(store) == before
    assert list(kept.parent.iterdir()) == []


def test_a_backup_of_another_workspace_is_refused(store, tmp_path):
    demo = make_folder(tmp_path / "demo")
    other = open_store(Settings(demo, tmp_path / "var", sqlite_url(tmp_path / "other.db")))
    fill(other, operation(SYSTEM))
    backup(other, tmp_path / "demo.zip")
    other.close()
    with pytest.raises(Refused, match="backup_of_other"):
        restore(store, tmp_path / "demo.zip", replaces=store.version)
    empty = open_store(Settings(store.data, tmp_path / "empty", sqlite_url(tmp_path / "empty.db")))
    with pytest.raises(Refused, match="backup_of_other"):
        restore(empty, tmp_path / "demo.zip")
    empty.close()


def test_nothing_is_unpacked_beside_the_photos(store, tmp_path):
    backup(store, tmp_path / "b.zip")
    names = ["../evil.jpg", "photos/../../evil.jpg", f"photos/cd/{'ab' * 32}.jpg", "photos/ab/evil.jpg"]
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        for name in names:
            archive.writestr(name, b"evil")
    restore(store, tmp_path / "b.zip", replaces=store.version)
    assert [path for path in tmp_path.rglob("*.jpg")] == []
