from __future__ import annotations

import gzip
import io
import json
import re
import shutil
from urllib.parse import urljoin, urlsplit

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo import palette
from geo.text import LANGUAGES, catalogue
from records import workspaces
from records.field import bundle
from records.rights import SYSTEM
from web import field
from web.field import START, WORKER, field_routes, shell

MOST_BYTES = 60_000
"""What a phone fetches before its first photo: the form and the bundle, as they travel."""
SCRIPTS = {path.name: path.read_text("utf-8") for path in sorted(field.FORM.glob("*.js"))}


@pytest.fixture
def browser():
    return TestClient(Starlette(routes=field_routes()), base_url="http://localhost")


def worker_knows(text: str) -> dict:
    return json.loads(re.match(r"const SHELL = (\{.*\});\n", text)[1])


def test_page_starts_with_no_script_of_its_own(browser):
    answer = browser.get("/field/")
    assert re.findall(r"<script(?![^>]*\bsrc=)", answer.text) == []
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["worker-src"] == "'self'"
    assert answer.headers["cache-control"] == "no-cache"


def test_page_names_only_files_that_the_phone_keeps(browser):
    named = re.findall(r'(?:src|href)="([^"]+)"', browser.get("/field/").text)
    assert named
    assert set(named) <= set(shell().kept)


def test_worker_keeps_whole_form_of_one_version(browser):
    known = worker_knows(browser.get(f"/field/{WORKER}").text)
    assert known["version"] == browser.get("/field/shell.json").json()["version"] == shell().version
    for name in known["files"]:
        answer = browser.get(urljoin("/field/", name))
        assert (answer.status_code, answer.content) == (200, shell().files[name])


def test_scripts_import_only_what_the_phone_keeps():
    imported = {name for text in SCRIPTS.values() for name in re.findall(r'from "\./([\w.]+)"', text)}
    assert imported
    assert imported <= set(shell().kept)


def test_another_version_whenever_a_file_changes(tmp_path, monkeypatch):
    before = shell().version
    shutil.copytree(field.FORM, tmp_path / "field")
    monkeypatch.setattr(field, "FORM", tmp_path / "field")
    build = shell.__wrapped__
    assert build().version == before
    versions = {before}
    for name in ("index.html", WORKER, "rules.js", "field.css"):
        path = tmp_path / "field" / name
        path.write_text(path.read_text("utf-8") + "\n", encoding="utf-8")
        versions.add(build().version)
    assert len(versions) == 5


def test_unchanged_file_is_not_sent_again(browser):
    first = browser.get("/field/app.js")
    again = browser.get("/field/app.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert browser.get("/field/rules.js", headers={"If-None-Match": first.headers["etag"]}).status_code == 200


def test_form_and_bundle_are_small(browser, monkeypatch, tmp_path):
    sent = 0
    for name in shell().kept:
        with browser.stream("GET", urljoin("/field/", name), headers={"Accept-Encoding": "gzip"}) as answer:
            sent += len(b"".join(answer.iter_raw()))
    monkeypatch.setenv("OUTREACH_DATA", "data/demo")
    monkeypatch.setenv("OUTREACH_VAR", str(tmp_path))
    monkeypatch.delenv("OUTREACH_DB", raising=False)
    everything = bundle(workspaces.store_of("demo"), "demo", SYSTEM)
    assert everything["panos"]
    sent += len(gzip.compress(json.dumps(everything, separators=(",", ":")).encode()))
    assert sent < MOST_BYTES


def test_missing_slash_keeps_what_is_asked_for(browser):
    answer = browser.get("/field?pano=p-dam-mon&ws=demo", follow_redirects=False)
    to = urlsplit(answer.headers["location"])
    assert (to.netloc, to.path, to.query) == ("", "/field/", "pano=p-dam-mon&ws=demo")


@pytest.mark.parametrize("name", ["nothing.js", "index.html", "..%2Fmap%2Fmap.js", "%2e%2e/app/app.css"])
def test_other_files_are_not_there(browser, name):
    assert browser.get(f"/field/{name}").status_code == 404


def test_can_be_installed(browser):
    manifest = browser.get("/field/manifest.webmanifest").json()
    assert urljoin("/field/manifest.webmanifest", manifest["start_url"]) == "/field/"
    assert manifest["name"] == catalogue("vi")["form.title"]
    for icon in manifest["icons"]:
        with Image.open(io.BytesIO(browser.get(urljoin("/field/", icon["src"])).content)) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]


def test_form_has_the_palette_of_the_map():
    assert json.loads(shell().files["shell.json"])["palette"] == palette.to_dict()
    assert shell().files["symbols.js"] == (field.STATIC / "map" / "symbols.js").read_bytes()


def keys_named() -> list[re.Pattern[str]]:
    """Return the keys that the scripts name, with anything in place of what a template fills in."""
    groups = "|".join(group.split(".")[0] for group in field.WORD_GROUPS)
    quoted = [
        key
        for text in SCRIPTS.values()
        for key in re.findall(rf'["`]((?:{groups})\.[\w.]*(?:\$\{{[^}}]+\}}[\w.]*)*)["`]', text)
    ]
    return [re.compile(r"[\w.]+".join(map(re.escape, re.split(r"\$\{[^}]+\}", key)))) for key in quoted]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_that_is_named_exists(lang):
    texts = json.loads(shell().files["shell.json"])["words"][lang]
    known = {key.removesuffix(".one").removesuffix(".other") for key in texts} | set(texts)
    named = keys_named()
    assert len(named) > 50
    assert [key.pattern for key in named if not any(map(key.fullmatch, known))] == []


def test_every_text_of_the_form_is_used():
    by_server = {"form.title", "form.loading", "form.no_script", "form.short", "form.about"}
    named, plural = keys_named(), re.compile(r"\.(?:one|other)$")
    unused = {
        key
        for key in catalogue("vi")
        if key.startswith("form.") and key not in by_server
        if not any(pattern.fullmatch(key) or pattern.fullmatch(plural.sub("", key)) for pattern in named)
    }
    assert unused == set()


def test_page_is_the_start_of_the_form():
    assert shell().files[START].startswith(b"<!doctype html>")
