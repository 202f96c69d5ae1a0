"""A server killed once it has kept something, before its answer arrives, loses and doubles nothing."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from records import workspaces
from records.history import events
from records.people import COOKIE
from records.rights import SYSTEM
from tests.folders import GIA, make_folder
from tests.records.reports import digest, jpeg, new_id, sent_photo
from tests.web.api.conftest import API, PASSWORD, report_of
from tools.live_app import Server, start

CONTENT = jpeg(size=(640, 480))
HALF = len(CONTENT) // 2

Start = Callable[[], Server]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of an installation, whose store this process opens too."""
    monkeypatch.setenv("OUTREACH_DATA", str(make_folder(tmp_path / "data")))
    monkeypatch.setenv("OUTREACH_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("OUTREACH_DB", raising=False)
    return tmp_path


@pytest.fixture
def token(folder: Path) -> str:
    """Give the cookie of someone of the field."""
    workspaces.store_of("own")
    people = workspaces.people()
    people.add(SYSTEM, "minh", PASSWORD, name="Minh", role="field", communes=(GIA,))
    return people.sign_in("minh", PASSWORD, address="test")


@pytest.fixture
def start_server(folder: Path, token: str) -> Iterator[Start]:
    """Return a function that starts the server; whatever still runs is stopped at the end."""
    started: list[Server] = []

    def new() -> Server:
        server = start(folder, data=folder / "data")
        started.append(server)
        server.wait_until_healthy()
        return server

    yield new
    for server in started:
        server.stop()


def headers_of(server: Server, token: str, **values: str) -> dict[str, str]:
    base = {"Cookie": f"{COOKIE}={token}", "Origin": server.url, "X-Requested-With": "outreach"}
    return base | {name.replace("_", "-"): value for name, value in values.items()}


def ask(server: Server, method: str, path: str, token: str, body: bytes = b"", **headers: str):
    """Send a request and return its answer: status, headers and JSON."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    connection.request(method, API + path, body, headers_of(server, token, **headers))
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, json.loads(content) if content else None


def ask_and_kill(server: Server, path: str, token: str, body: bytes, **headers: str) -> None:
    """Send a request, and kill the server as soon as it begins to answer; the answer is not read."""
    place = urlsplit(server.url)
    lines = [f"PUT {API}{path} HTTP/1.1", f"Host: {place.netloc}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers_of(server, token, **headers).items()]
    with socket.create_connection((place.hostname, place.port), timeout=30) as link:
        link.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        assert link.recv(1) == b"H"
        server.process.kill()
        server.process.wait()


def in_field() -> list[str]:
    """Return what was done in the field, as the store has it."""
    with workspaces.store_of("own").reading() as connection:
        return [event.action for event in events(connection) if event.source == "field"]


def send_json(server: Server, token: str, report_id: UUID, body: dict[str, object]):
    sent = json.dumps(body).encode()
    path = f"/field/reports/{report_id}"
    return ask(server, "PUT", path, token, sent, Content_Type="application/json")


def test_no_report_and_no_photo_is_lost_or_doubled(start_server: Start, token: str) -> None:
    server = start_server()
    _, _, bundle = ask(server, "GET", "/field/bundle", token)
    report_id = new_id()
    body = report_of(bundle, condition="minor_damage", photos=[sent_photo(CONTENT)])
    ask_and_kill(
        server,
        f"/field/reports/{report_id}",
        token,
        json.dumps(body).encode(),
        Content_Type="application/json",
    )
    assert in_field() == ["inspect"]

    server = start_server()
    answers = [send_json(server, token, report_id, body) for _ in range(20)]
    assert {status for status, _, _ in answers} == {200}
    assert all(receipt == answers[0][2] for _, _, receipt in answers)
    assert in_field() == ["inspect"]

    photo = f"/field/reports/{report_id}/photos/{digest(CONTENT)}"
    span = f"bytes 0-{HALF - 1}/{len(CONTENT)}"
    ask_and_kill(server, photo, token, CONTENT[:HALF], Content_Type="image/jpeg", Content_Range=span)

    server = start_server()
    assert ask(server, "HEAD", photo, token)[1]["Upload-Offset"] == str(HALF)
    span = f"bytes {HALF}-{len(CONTENT) - 1}/{len(CONTENT)}"
    rest = {"Content_Type": "image/jpeg", "Content_Range": span}
    ask_and_kill(server, photo, token, CONTENT[HALF:], **rest)

    server = start_server()
    assert ask(server, "HEAD", photo, token)[1]["Upload-Offset"] == str(len(CONTENT))
    status, _, answer = ask(server, "PUT", photo, token, CONTENT[HALF:], **rest)
    assert (status, answer["received"]) == (200, True)
    assert answer["receipt"]["photos"] == {digest(CONTENT): "received"}
    assert in_field() == ["inspect"]
