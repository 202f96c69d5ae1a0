"""A photo goes to whoever may read, with its type, and nothing else of the disk goes anywhere."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from records import photos, workspaces
from records.actions import edit, remove_photo
from records.journal import Operation
from records.rights import SYSTEM
from tests.folders import make_folder
from web.photos import photo_routes


def operation(**values: object) -> Operation:
    return Operation(actor=SYSTEM, op_id=str(uuid4()), source="command", **values)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTREACH_DATA", str(make_folder(tmp_path / "data")))
    monkeypatch.setenv("OUTREACH_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("OUTREACH_DB", raising=False)
    store = workspaces.store_of("own")
    yield store
    store.close()


@pytest.fixture
def browser(store):
    return TestClient(Starlette(routes=photo_routes(workspaces.people())))


@pytest.fixture
def photo(store) -> photos.Photo:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(stream, "PNG")
    photo = photos.accept(stream.getvalue())
    photos.keep(photo, store.var)
    return photo


def test_a_photo_is_served_as_what_it_is(store, browser, photo):
    edit(store, "pano", "p1", {}, operation(photos=(photo.evidence("other"),)))
    response = browser.get(f"/photos/own/{photo.hash}")
    assert response.status_code == 200
    assert response.content == photo.content
    assert response.headers["content-type"] == "image/jpeg"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"].startswith("private")


def test_a_file_that_no_change_brought_is_not_served(store, browser, photo):
    assert browser.get(f"/photos/own/{photo.hash}").status_code == 404


def test_a_photo_of_another_workspace_is_not_served(store, browser, photo):
    edit(store, "pano", "p1", {}, operation(photos=(photo.evidence("other"),)))
    assert browser.get(f"/photos/demo/{photo.hash}").status_code == 404
    assert browser.get(f"/photos/elsewhere/{photo.hash}").status_code == 404


def test_a_page_shows_a_small_rendition_that_is_made_once(store, browser):
    stream = io.BytesIO()
    Image.effect_noise((1600, 900), 60).convert("RGB").save(stream, "PNG")
    photo = photos.accept(stream.getvalue())
    photos.keep(photo, store.var)
    address = f"/photos/own/{photo.hash}/small"
    assert browser.get(address).status_code == 404
    edit(store, "pano", "p1", {}, operation(photos=(photo.evidence("other"),)))
    response = browser.get(address)
    assert response.status_code == 200 and response.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(response.content)) as image:
        assert image.size == (photos.SMALL_SIDE_PX, photos.SMALL_SIDE_PX * 9 // 16)
    assert len(response.content) < len(photo.content) / 4
    path = photos.small(photo.hash, store.var)
    before = path.stat().st_mtime_ns
    assert browser.get(address).content == response.content
    assert path.stat().st_mtime_ns == before
    workspaces.people().set_readers(SYSTEM, are_all=False)
    assert browser.get(address).status_code == 401


def test_a_photo_whose_file_is_gone_is_not_found(store, browser, photo):
    edit(store, "pano", "p1", {}, operation(photos=(photo.evidence("other"),)))
    photos.path_of(photo.hash, store.var).unlink()
    for size in ("", "/small"):
        assert browser.get(f"/photos/own/{photo.hash}{size}").status_code == 404


def test_a_removed_photo_is_served_no_more(store, browser, photo):
    receipt = edit(store, "pano", "p1", {}, operation(photos=(photo.evidence("other"),)))
    assert browser.get(f"/photos/own/{photo.hash}/small").status_code == 200
    remove_photo(store, receipt.event_id, photo.hash, operation(reason="chụp nhầm"))
    for size in ("", "/small"):
        response = browser.get(f"/photos/own/{photo.hash}{size}")
        assert response.status_code == 404
        assert response.headers["cache-control"] == "no-store"


def test_once_everyone_may_not_read_a_photo_is_refused(store, browser, photo):
    edit(store, "pano", "p1", {}, operation(photos=(photo.evidence("other"),)))
    workspaces.people().set_readers(SYSTEM, are_all=False)
    response = browser.get(f"/photos/own/{photo.hash}")
    assert (response.status_code, response.content) == (401, b"")


@pytest.mark.parametrize(
    "asked", ["0" * 64, "A" * 64, "..%2f..%2fsecret", "%2e%2e", "secret", "0" * 63 + "/x"]
)
def test_no_address_leads_to_another_file(store, browser, asked):
    assert browser.get(f"/photos/own/{asked}").status_code == 404
    assert browser.get(f"/photos/own/{asked}/small").status_code == 404
