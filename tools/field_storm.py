"""The field form's own sender in a real Chromium, over a link with faults, and what the server has of it."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from PIL import Image
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from records import workspaces
from records.field_reports import receipt
from records.history import events
from records.model import FIELD_PHOTO, FIELD_REPORT, PHOTO
from records.people import COOKIE
from records.photos import path_of
from records.rights import SYSTEM
from records.store import Store
from tools.bad_link import BadLink
from tools.live_app import start

WORKSPACE, LOGIN, PASSWORD = "demo", "bao", "giông bão đi qua"
MOST_WAITING = 4
"""Reports that wait on the phone at a time; a new one is made when fewer do."""
TURN_S = 60
"""Longest time in which one turn of the sender ends, with its waits for answers that do not come."""

QUEUE = """async ({ report, photo }) => {
  const { bundleOf, queue } = await import("/field/store.js");
  const { bundle } = await bundleOf(report.workspace);
  const pano = bundle.panos.find(({ id }) => id === report.body.pano_id);
  const seen = { version: bundle.version, pano: { state: pano.state, condition: pano.condition }, works: {} };
  const body = { ...report.body, made_at: new Date().toISOString(), made_by: bundle.actor.id, seen };
  const bytes = Uint8Array.from(atob(photo), (letter) => letter.charCodeAt(0));
  const kept = body.photos.map(({ hash }) => ({ hash, bytes }));
  const waits = { account: bundle.actor, state: "waiting", receipt: null, problem: null };
  await queue({ ...report, ...waits, body }, kept, { draft: report.id });
}"""
SEND = """() => {
  window.turn = "sending";
  const end = () => { window.turn = "ended"; };
  import("/field/sender.js").then(({ send }) => send({ now: true })).finally(end);
}"""
ON_PHONE = """async () => {
  const { photosOf, reports } = await import("/field/store.js");
  return Promise.all((await reports()).map(async ({ id, state, receipt, body }) => ({
    id, state, receipt, named: body.photos.map(({ hash }) => hash),
    kept: (await photosOf(id)).map(({ hash }) => hash),
  })));
}"""
IS_INSTALLED = "async () => Boolean((await navigator.serviceWorker.getRegistration())?.active)"
IS_KEPT = """async (workspace) => {
  const { bundleOf } = await import("/field/store.js");
  return Boolean(navigator.serviceWorker.controller && await bundleOf(workspace));
}"""


@dataclass
class Storm:
    """What came of it.

    Attributes
    ----------
    faults : Counter
        How often each fault struck.
    reports : int
        Reports that the phone made, all but one of them with a photo.
    lost, doubled : int
        Reports and photos that the server lacks, or has more than once.
    text_bytes, photo_bytes, photo_wire_bytes : int
        What a report takes on the wire over the good link, both ways, with headers and the list of panos that
        is fetched anew after it, without a photo; the size of a photo, and what it adds on the wire.
    untrue : list of str
        Where the phone said other than what was so, at any time.
    page_errors : list of str
        Errors of the form's program.
    """

    faults: Counter[str] = field(default_factory=Counter)
    reports: int = 0
    lost: int = 0
    doubled: int = 0
    text_bytes: int = 0
    photo_bytes: int = 0
    photo_wire_bytes: int = 0
    untrue: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)


def weather(folder: Path, browser: Browser, *, faults: int, seed: int) -> Storm:
    """Let a phone report over a bad link until so many faults have struck, then over a good one.

    Parameters
    ----------
    folder : pathlib.Path
        An empty folder for the server.
    browser : Browser
        A Chromium.
    faults : int
        How many.
    seed : int
        Of the faults and of the photos.
    """
    storm = Storm()
    with _office(folder, seed) as (link, store, token):
        context = browser.new_context(locale="vi-VN", viewport={"width": 360, "height": 740})
        context.add_cookies([{"name": COOKIE, "value": token, "url": link.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: storm.page_errors.append(str(error)))
        page.goto(f"{link.url}/field/?ws={WORKSPACE}&view=sent")
        _until(page, lambda: page.evaluate(IS_INSTALLED))
        page.reload()
        _until(page, lambda: page.evaluate(IS_KEPT, WORKSPACE))
        panos = store.workspace().panos
        # What is torn down is not on the phone.
        chance, ids = random.Random(seed), itertools.cycle(panos.index[panos["state"] != "retired"])
        link.calm = False
        while link.faults.total() < faults:
            link.wait_for_server(TURN_S)
            on_phone = page.evaluate(ON_PHONE)
            storm.untrue += untrue(on_phone, store)
            waiting = sum(one["state"] in ("waiting", "sending") for one in on_phone)
            for _ in range(MOST_WAITING - waiting):
                storm.reports += 1
                page.evaluate(QUEUE, _a_report(next(ids), storm.reports, chance))
            _one_turn(page, link)
        link.calm = True
        link.wait_for_server(TURN_S)
        _until(page, lambda: _all_sent(page, link))
        on_wire = []
        for has_photo in (False, True):
            storm.reports += 1
            before = link.passed_bytes
            made = _a_report(next(ids), storm.reports, chance, has_photo=has_photo)
            page.evaluate(QUEUE, made)
            _until(page, lambda: _all_sent(page, link))
            on_wire.append(link.passed_bytes - before)
        storm.text_bytes, storm.photo_wire_bytes = on_wire[0], on_wire[1] - on_wire[0]
        storm.photo_bytes = made["report"]["body"]["photos"][0]["bytes"]
        on_phone = page.evaluate(ON_PHONE)
        storm.untrue += [*untrue(on_phone, store), *unsettled(on_phone, store)]
        storm.faults = link.faults
        storm.lost, storm.doubled = lost_and_doubled(on_phone, store)
        context.close()
    return storm


@contextmanager
def _office(folder: Path, seed: int) -> Iterator[tuple[BadLink, Store, str]]:
    """Give a bad link to a server on the invented workspace, its store, and the token of a planner."""
    kept = dict(os.environ)
    os.environ |= {"OUTREACH_DATA": "data/demo", "OUTREACH_VAR": str(folder / "var")}
    os.environ.pop("OUTREACH_DB", None)
    server = start(folder, data="data/demo")
    port = urlsplit(server.url).port

    def kill() -> None:
        nonlocal server
        server.process.kill()
        server.process.wait()
        server = start(folder, data="data/demo", port=port)
        server.wait_until_healthy()

    link = BadLink(port, seed=seed, kill=kill)
    try:
        server.wait_until_healthy()
        store, people = workspaces.store_of(WORKSPACE), workspaces.people()
        people.add(SYSTEM, LOGIN, PASSWORD, name=LOGIN, role="planner")
        yield link, store, people.sign_in(LOGIN, PASSWORD, address="storm")
    finally:
        link.close()
        server.stop()
        workspaces.store_of(WORKSPACE).close()
        os.environ.clear()
        os.environ.update(kept)


def _a_report(pano_id: str, number: int, chance: random.Random, *, has_photo: bool = True) -> dict[str, Any]:
    """Return a report, and a photo unlike any other for it, as the form's store takes it."""
    noise = Image.frombytes("RGB", (40, 30), chance.randbytes(40 * 30 * 3)).resize((800, 600))
    stream = io.BytesIO()
    noise.save(stream, "JPEG", quality=95)
    content = stream.getvalue()
    named = {"hash": hashlib.sha256(content).hexdigest(), "bytes": len(content), "kind": "other"}
    body = {
        "pano_id": pano_id,
        "condition": chance.choice(("good", "minor_damage", "major_damage")),
        "word": f"Phiếu {number}",
        "photos": [named] if has_photo else [],
    }
    report_id = f"{chance.getrandbits(32):08x}-0000-4000-8000-{number:012x}"
    report = {"id": report_id, "workspace": WORKSPACE, "pano_name": pano_id, "body": body}
    return {"report": report, "photo": base64.b64encode(content).decode()}


def _one_turn(page: Page, link: BadLink) -> None:
    """Let the sender send until it has done or given up for now; load the page anew if the link says so."""
    page.evaluate(SEND)

    def is_over() -> bool:
        if link.reload_due.is_set():
            link.reload_due.clear()
            page.reload()
            return True
        return page.evaluate("window.turn") == "ended"

    _until(page, is_over)


def _all_sent(page: Page, link: BadLink) -> bool:
    _one_turn(page, link)
    return not any(one["state"] in ("waiting", "sending") for one in page.evaluate(ON_PHONE))


def _until(page: Page, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TURN_S
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not in {TURN_S} s; the phone has {page.evaluate(ON_PHONE)}")
        page.wait_for_timeout(10)


def untrue(on_phone: list[dict[str, Any]], store: Store) -> list[str]:
    """Return where the phone says that the server has what it has not, or gave up what is not there.

    Asked for after the phone's own words, so that what came in between is on the server's side.
    """
    with store.reading() as connection:
        texts = set(connection.execute(select(FIELD_REPORT.c.id)).scalars())
        kept = connection.execute(select(FIELD_PHOTO).where(FIELD_PHOTO.c.kept_hash.is_not(None)))
        photos = {(one.report_id, one.hash) for one in kept if path_of(one.kept_hash, store.var).exists()}
    said = []
    for one in on_phone:
        states = one["receipt"]["photos"] if one["receipt"] else {}
        received = {name for name, state in states.items() if state == "received"}
        let_go = {*one["named"]} - {*one["kept"]}
        if one["receipt"] and one["id"] not in texts:
            said.append(f"{one['id']}: a receipt of what is not there")
        if any((one["id"], name) not in photos for name in received | let_go):
            said.append(f"{one['id']}: a photo was let go or said to be received that is not there")
        if one["state"] == "received" and one["kept"]:
            said.append(f"{one['id']}: said to be received while a photo waits")
        if one["state"] == "attention":
            said.append(f"{one['id']}: the person was asked for help that was not needed")
    return said


def unsettled(on_phone: list[dict[str, Any]], store: Store) -> list[str]:
    """Return what the phone still calls otherwise than received, or received otherwise than the server."""
    said = []
    with store.reading() as connection:
        for one in on_phone:
            if one["state"] != "received":
                said.append(f"{one['id']}: {one['state']}")
                continue
            own = receipt(connection, UUID(one["id"])).model_dump(mode="json")
            if own | {"repeated": None} != one["receipt"] | {"repeated": None}:
                said.append(f"{one['id']}: another receipt than the server's")
    return said


def lost_and_doubled(on_phone: list[dict[str, Any]], store: Store) -> tuple[int, int]:
    """Return how many reports and photos the server lacks, and how many it has more than once."""
    photos = sum(len(one["named"]) for one in on_phone)
    with store.reading() as connection:
        # A report of a condition, a word and a photo is one event.
        of_field = [one.op_id for one in events(connection) if one.source == "field"]
        hashes = list(connection.execute(select(PHOTO.c.hash)).scalars())
    lost = sum(one["id"] not in of_field for one in on_phone) + max(0, photos - len(set(hashes)))
    doubled = max(0, len(of_field) - len(on_phone)) + len(hashes) - len(set(hashes))
    return lost, doubled
