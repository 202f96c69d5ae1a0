"""Scenes, tiles and assets are served as they are, with how long they may be kept, and nothing else is."""

import gzip
import json

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo.folder import read_workspace
from geo.scene import scene, to_json
from geo.text import LANGUAGES, Words
from geo.webmap import SCRIPTS, STATIC, STYLES
from records.errors import Refused
from records.people import COOKIE
from records.rights import SYSTEM
from records.scenes import packed_scene
from records.workspaces import load, people, store_of
from tests.archives import DEEPEST, all_tiles, make_mbtiles, make_pmtiles, tile_content
from tests.folders import make_folder
from web.routes import routes

PASSWORD = "bốn mùa hoa nở"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = make_folder(tmp_path / "data")
    make_mbtiles(folder / "basemap" / "bản đồ.mbtiles")
    make_pmtiles(folder / "basemap" / "other.pmtiles")
    monkeypatch.setenv("OUTREACH_DATA", str(folder))
    monkeypatch.setenv("OUTREACH_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("OUTREACH_DB", raising=False)
    return folder


@pytest.fixture
def client(folder):
    with TestClient(Starlette(routes=routes())) as client:
        yield client


def test_a_scene_is_the_workspace_s_and_kept_for_ever(client, folder):
    version = packed_scene(load("own")).version
    answer = client.get(f"/scene/own/{version}.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert "immutable" in answer.headers["cache-control"] and "private" in answer.headers["cache-control"]
    served, expected = answer.json(), json.loads(to_json(scene(read_workspace(folder))))
    for name in ("villages", "panos", "venues", "communes", "basemap", "words", "palette"):
        assert served[name] == expected[name]
    assert set(served["tiles"]) == {"bản đồ", "other"}


@pytest.mark.parametrize(
    "address",
    [
        "/scene/own/other.json",
        "/scene/nobody/x.json",
        "/scene/own/x.json?on=yesterday",
        "/scene/..%2F..%2Fdata/x.json",
    ],
)
def test_a_scene_that_is_not_there_is_not_found(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("name", ["bản đồ", "other"])
def test_every_tile_of_an_archive(client, name):
    for z, x, y in all_tiles():
        answer = client.get(f"/tiles/own/{name}/{z}/{x}/{y}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/png"
        assert answer.content == tile_content(z, x, y)


@pytest.mark.parametrize(
    "address",
    [
        f"own/other/{DEEPEST + 1}/0/0",
        "own/other/99/0/0",
        "own/other/0/5/5",
        "own/none/0/0/0",
        "nobody/other/0/0/0",
        "own/..%2Fplan.toml/0/0/0",
        "own/other/0/0/-1",
    ],
)
def test_a_tile_that_is_not_there_is_not_found(client, address):
    assert client.get(f"/tiles/{address}").status_code == 404


def test_once_everyone_may_not_read_scenes_and_tiles_are_for_those_who_signed_in(client):
    accounts = people()
    accounts.add(SYSTEM, "lan", PASSWORD, name="Lan", role="viewer")
    token = accounts.sign_in("lan", PASSWORD, address="")
    addresses = (f"/scene/own/{packed_scene(load('own')).version}.json", "/tiles/own/other/0/0/0")
    accounts.set_readers(SYSTEM, are_all=False)
    for address in addresses:
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (401, b"")
        assert answer.headers["cache-control"] == "no-store"
        assert client.get(address, headers={"Cookie": f"{COOKIE}={token}"}).status_code == 200
        assert client.get(address, headers={"Cookie": f"{COOKIE}={token}x"}).status_code == 401
    assert client.get("/sign-in").status_code == 200
    assert client.get(f"/assets/{STYLES[0]}").status_code == 200
    accounts.set_readers(SYSTEM, are_all=True)
    for address in addresses:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/scene/own/x.json", f"/photos/own/{'0' * 64}"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_store_filled_from_another_folder_is_told_and_not_read(
    client, tmp_path, monkeypatch, address, lang
):
    store = store_of("own")
    other = make_folder(tmp_path / "another")
    monkeypatch.setenv("OUTREACH_DATA", str(other))
    monkeypatch.setenv("OUTREACH_DB", str(store.engine.url))
    answer = client.get(address, params={"lang": lang})
    told = Refused("other_store", found=store.data.name, wanted=other.name).explain(Words(lang))
    assert (answer.status_code, answer.text) == (503, told)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES])
def test_assets_are_kept_and_asked_about_again(client, path):
    answer = client.get(f"/assets/{path}")
    assert answer.content == (STATIC / path).read_bytes()
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get(f"/assets/{path}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_nothing_beside_the_assets_is_served(client):
    for address in ("/assets/../app.py", "/assets/%2e%2e/app.py", "/assets/..%2fgeo/scene.py", "/assets/"):
        assert client.get(address).status_code == 404


def test_a_packed_scene_is_small_and_the_same_each_time():
    demo = load("demo")
    first, second = packed_scene(demo), packed_scene(load("demo"))
    assert first.packed == second.packed
    assert len(first.packed) < 120_000
    assert json.loads(gzip.decompress(first.packed))["invented"] is True
