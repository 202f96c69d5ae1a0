"""The API over a small data folder, with someone of the field and a planner who have signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from records import workspaces
from records.people import COOKIE
from records.rights import SYSTEM
from records.store import Store
from tests.folders import GIA, make_folder
from web.routes import routes

BASE = "http://localhost"
OWN_PAGE = {"X-Requested-With": "outreach", "Origin": BASE}
"""What a page of the server sends along."""
PASSWORD = "mat-khau-du-dai"
API = "/api/v1/own"

SignIn = Callable[..., TestClient]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Give the store of the small data folder, that of the server's environment."""
    monkeypatch.setenv("OUTREACH_DATA", str(make_folder(tmp_path / "data")))
    monkeypatch.setenv("OUTREACH_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("OUTREACH_DB", raising=False)
    store = workspaces.store_of("own")
    yield store
    store.close()


@pytest.fixture
def server(store: Store) -> Starlette:
    """Give the server's routes as an application."""
    return Starlette(routes=routes())


@pytest.fixture
def visitor(server: Starlette) -> TestClient:
    """Give a browser that has not signed in."""
    return TestClient(server, base_url=BASE)


@pytest.fixture
def sign_in(server: Starlette) -> SignIn:
    """Return a function that makes an account and gives a browser signed in with it."""

    def signed(login: str, role: str, *, communes: tuple[str, ...] = ()) -> TestClient:
        people = workspaces.people()
        people.add(SYSTEM, login, PASSWORD, name=login.title(), role=role, communes=communes)
        browser = TestClient(server, base_url=BASE, headers=OWN_PAGE)
        browser.cookies.set(COOKIE, people.sign_in(login, PASSWORD, address="test"))
        return browser

    return signed


@pytest.fixture
def phone(sign_in: SignIn) -> TestClient:
    """Give the browser of someone of the field in Vạn Giã."""
    return sign_in("minh", "field", communes=(GIA,))


@pytest.fixture
def planner(sign_in: SignIn) -> TestClient:
    """Give the browser of a planner."""
    return sign_in("lan", "planner")


def report_of(bundle: dict[str, Any], pano_id: str = "p1", **values: object) -> dict[str, object]:
    """Return a report as the form makes it from its bundle."""
    pano = next(one for one in bundle["panos"] if one["id"] == pano_id)
    columns = ("state", "condition", "checked_on", "lat", "lon", "accuracy_m")
    seen = {
        "version": bundle["version"],
        "pano": {name: pano[name] for name in columns},
        "works": {work["id"]: {"state": work["state"]} for work in pano["works"]},
    }
    made = {
        "pano_id": pano_id,
        "made_at": bundle["made_at"],
        "made_by": bundle["actor"]["id"],
        "seen": seen,
    }
    return made | values
