"""The queues of many phones within a minute: reports and photos of each, with the map asked for meanwhile."""

from __future__ import annotations

import http.client
import io
import json
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread
from urllib.parse import urlsplit
from uuid import uuid4

import numpy as np
from PIL import Image
from sqlalchemy import func, select

from benchmarks import made_up
from benchmarks.measure import Line, Results
from records import workspaces
from records.field_photos import PIECE_BYTES
from records.history import events
from records.model import PHOTO
from records.people import COOKIE
from records.rights import SYSTEM
from records.scenes import packed_scene
from tools.live_app import Server, start

PHONES = {"quick": 10, "full": 200}
REPORTS_EACH = 3
MINUTE_S = 60
"""The phones begin evenly over so long."""
CORES = 2
MOST_TRIES = 200
MISSING_PAUSE_S = 2
"""A phone's first pause where the server names none."""
PHOTO_PX = (1600, 1200)
PASSWORD = "mat-khau-cua-phep-do"


@dataclass(frozen=True)
class Phone:
    """A phone of someone who has signed in, with the panos that they report on."""

    token: str
    account_id: str
    panos: tuple[str, ...]


def run(results: Results, *, size: str) -> None:
    """Count what is lost or doubled, what it takes of the server's processor, and time the map meanwhile.

    Parameters
    ----------
    results : Results
        Takes the lines.
    size : {"quick", "full"}
        How many phones.
    """
    phones = PHONES[size]
    with installation(phones) as (server, owners):
        photo = noisy_jpeg()
        scene = f"/scene/own/{packed_scene(workspaces.load('own')).version}.json"
        alone = [timed(server, scene) for _ in range(20)]
        stop, during = Event(), []
        watcher = Thread(target=watch, args=(server, scene, during, stop))
        watcher.start()
        begin, used = time.perf_counter(), processor_s(server)
        with ThreadPoolExecutor(phones) as pool:
            starts = [begin + number * MINUTE_S / phones for number in range(phones)]
            queues = list(pool.map(lambda owner, start: empty(server, owner, photo, start), owners, starts))
        seconds, used = time.perf_counter() - begin, processor_s(server) - used
        stop.set()
        watcher.join()
        wrong = abs(phones * REPORTS_EACH - photos_kept()) + abs(phones * REPORTS_EACH - reports_kept())
    what = f"{phones} phones within a minute, {REPORTS_EACH} reports with a photo each"
    results.lines += [
        Line(f"lost or doubled: {what}", "", (wrong,), (), "", 0),
        Line(f"processor: {what}", "s", (used,), (CORES * MINUTE_S,), f"what {CORES} cores have in it", 1),
        Line(
            f"the last is in: {what}",
            "s",
            (seconds,),
            (MINUTE_S,),
            "the minute; on a machine with nothing else",
        ),
        Line("the map's scene meanwhile, 95 of 100", "ms", (worst(during),), (worst(alone),), "nobody else"),
    ]
    pauses = sum(queues)
    results.notes.append(
        f"the field: a photo of {len(photo):,} bytes in pieces; asked to come back {pauses} ×"
    )


def processor_s(server: Server) -> float:
    """Return the seconds of processor that a server has used; 0 where the system does not tell."""
    stat = Path(f"/proc/{server.process.pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def installation(phones: int) -> Iterator[tuple[Server, list[Phone]]]:
    """Give a running server, and the phones of people who have signed in to it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = made_up.province(folder / "data", communes=5, villages=200, panos=phones * REPORTS_EACH)
        kept = dict(os.environ)
        os.environ |= {"OUTREACH_DATA": str(data), "OUTREACH_VAR": str(folder / "var")}
        os.environ.pop("OUTREACH_DB", None)
        server = start(folder, data=data)
        try:
            panos = list(workspaces.load("own").panos.index)
            owners = [
                phone(number, panos[number * REPORTS_EACH :][:REPORTS_EACH]) for number in range(phones)
            ]
            server.wait_until_healthy()
            yield server, owners
        finally:
            server.stop()
            workspaces.store_of("own").close()
            os.environ.clear()
            os.environ.update(kept)


def phone(number: int, panos: list[str]) -> Phone:
    """Return the phone of a new account."""
    people, login = workspaces.people(), f"phone-{number}"
    account_id = people.add(SYSTEM, login, PASSWORD, name=login, role="planner")
    return Phone(people.sign_in(login, PASSWORD, address=login), account_id, tuple(panos))


def noisy_jpeg() -> bytes:
    """Return a photo of the size that a phone sends."""
    coarse = np.random.default_rng(1065).integers(0, 255, (150, 200, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(coarse).resize(PHOTO_PX).save(stream, "JPEG", quality=70)
    return stream.getvalue()


def empty(server: Server, owner: Phone, photo: bytes, start: float) -> int:
    """Send the queue of a phone as the form does, from a moment on; return how often it had to come back."""
    time.sleep(max(0, start - time.perf_counter()))
    reports = [(f"reports/{uuid4()}", pano) for pano in owner.panos]
    photo_hash = sha256(photo).hexdigest()
    pauses = 0
    for path, pano in reports:
        body = {
            "pano_id": pano,
            "made_at": "2026-01-01T08:00:00+07:00",
            "made_by": owner.account_id,
            "position": {"lat": 12.70123, "lon": 109.22123, "accuracy_m": 8},
            "condition": "minor_damage",
            "word": "Rách góc dưới bên trái, khung còn chắc.",
            "photos": [{"hash": photo_hash, "bytes": len(photo), "kind": "other"}],
        }
        pauses += put(server, owner, path, json.dumps(body).encode(), "application/json")
    for path, _ in reports:
        for first in range(0, len(photo), PIECE_BYTES):
            piece = photo[first : first + PIECE_BYTES]
            span = f"bytes {first}-{first + len(piece) - 1}/{len(photo)}"
            address = f"{path}/photos/{photo_hash}"
            pauses += put(server, owner, address, piece, "image/jpeg", **{"Content-Range": span})
    return pauses


def put(server: Server, owner: Phone, path: str, body: bytes, kind: str, **more: str) -> int:
    """Send something, as often as a busy server asks for; return how often it did.

    Raises
    ------
    RuntimeError
        If it was not taken.
    """
    headers = {
        "Cookie": f"{COOKIE}={owner.token}",
        "Origin": server.url,
        "X-Requested-With": "outreach",
        "Content-Type": kind,
        **more,
    }
    address = f"/api/v1/own/field/{path}"
    for pauses in range(MOST_TRIES):
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=MINUTE_S * 5)
        connection.request("PUT", address, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status in (200, 201):
            return pauses
        if answer.status != 503:
            break
        time.sleep(float(answer.getheader("Retry-After", MISSING_PAUSE_S)))
    raise RuntimeError(f"{address}: {answer.status} {content.decode(errors='replace')}")


def timed(server: Server, path: str) -> float:
    """Return the milliseconds that an answer takes."""
    begin = time.perf_counter()
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=MINUTE_S)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return 1000 * (time.perf_counter() - begin)


def watch(server: Server, path: str, times: list[float], stop: Event) -> None:
    """Ask for something four times a second until told to stop, and note how long each answer took."""
    while not stop.wait(0.25) or not times:
        times.append(timed(server, path))


def worst(times: list[float]) -> float:
    """Return what 95 of 100 stay below."""
    return quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def reports_kept() -> int:
    """Return how many events came from the field."""
    with workspaces.store_of("own").reading() as connection:
        return sum(event.source == "field" for event in events(connection))


def photos_kept() -> int:
    """Return how many photos hang on events."""
    with workspaces.store_of("own").reading() as connection:
        return connection.scalar(select(func.count()).select_from(PHOTO))
