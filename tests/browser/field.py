"""The field form as someone uses it on a phone: signs in, goes offline, reports, and reads what waits."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import select

from geo.text import Words
from records import workspaces
from records.history import Event, events
from records.model import PHOTO
from records.people import COOKIE, People
from records.rights import SYSTEM
from records.store import Store
from tests.browser.visit import Visit
from tools.live_app import Server, start

WORDS = Words("vi")
PASSWORD = "bốn mùa hoa nở"
LOGIN, NAME = "minh", "Phạm Minh"
OTHER_LOGIN, OTHER_NAME = "hoa", "Nguyễn Hoa"
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
    "permissions": ["geolocation"],
}
EXPECTED_FAULTS = "Failed to load resource"
"""What Chromium's console says of every request that a cut link or an ended session fails."""

FORGET = """() => new Promise((done, fail) => {
  const gone = indexedDB.deleteDatabase("outreach-field");
  gone.onsuccess = done;
  gone.onerror = fail;
})"""


@dataclass(frozen=True)
class FieldOffice:
    """The app on a workspace of its own, and what it records."""

    server: Server
    store: Store
    people: People

    def events(self, pano_id: str) -> list[Event]:
        """Return what came from the field about a pano itself."""
        with self.store.reading() as connection:
            return [one for one in events(connection, "pano", pano_id) if one.source == "field"]

    def session(self, login: str = LOGIN) -> dict[str, str]:
        """Return the cookie of an account, newly signed in."""
        token = self.people.sign_in(login, PASSWORD, address="")
        return {"name": COOKIE, "value": token, "url": self.server.url}

    def photos(self, pano_id: str) -> list[str]:
        """Return the kinds of a pano's photos."""
        with self.store.reading() as connection:
            return list(connection.execute(select(PHOTO.c.kind).where(PHOTO.c.pano_id == pano_id)).scalars())


@contextmanager
def field_office(folder: Path) -> Iterator[FieldOffice]:
    """Start the app on the invented workspace, with an account that acts in every commune."""
    server = start(folder, data="data/demo")
    server.wait_until_healthy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTREACH_DATA", "data/demo")
        patch.setenv("OUTREACH_VAR", str(folder / "var"))
        patch.delenv("OUTREACH_DB", raising=False)
        store, people = workspaces.store_of("demo"), workspaces.people()
        communes = tuple(store.workspace().communes["2023"].index)
        people.add(SYSTEM, LOGIN, PASSWORD, name=NAME, role="field", communes=communes)
        people.add(SYSTEM, OTHER_LOGIN, PASSWORD, name=OTHER_NAME, role="planner")
        yield FieldOffice(server, store, people)
    server.stop()


def a_photo(seed: int) -> bytes:
    """Return a photo as a camera makes it: large, and unlike any of another seed."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 255, (60, 80, 3), dtype=np.uint8))
    buffer = io.BytesIO()
    coarse.resize((2400, 1800), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


class FieldForm:
    """The form on a page.

    Parameters
    ----------
    visit : Visit
        The page.
    office : FieldOffice
        Whose form it is.
    """

    def __init__(self, visit: Visit, office: FieldOffice) -> None:
        self.page: Page = visit.page
        self.visit = visit
        self.office = office

    @property
    def context(self) -> BrowserContext:
        """Everything that the phone's browser has open."""
        return self.page.context

    def open(self, **parameters: str) -> None:
        """Open the form."""
        self.page.goto(f"{self.office.server.url}/field/?{urlencode({'ws': 'demo', **parameters})}")

    def forget(self) -> None:
        """Let the phone forget what it keeps for the form; the form itself stays on it."""
        self.page.goto(f"{self.office.server.url}/assets/app/icon.png")
        self.page.evaluate(FORGET)

    def sign_in(self, login: str = LOGIN) -> None:
        """Sign in by the link that the form shows, and wait until all is on the phone."""
        self.page.locator("a[href^='/sign-in']").first.click()
        self.page.locator("[name=login]").fill(login)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("main button").click()

    def ready(self) -> None:
        """Open the form, signed in, and wait until it no longer needs a network."""
        self.context.add_cookies([self.office.session()])
        self.open()
        expect(self.rows.first).to_be_visible()
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def stand_at(self, pano_id: str, *, accuracy: float = 8) -> None:
        """Put the phone where a pano stands."""
        pano = self.office.store.workspace().panos.loc[pano_id]
        place = {"latitude": float(pano["lat"]), "longitude": float(pano["lon"]), "accuracy": accuracy}
        self.context.set_geolocation(place)

    @property
    def rows(self) -> Locator:
        """The panos of the list."""
        return self.page.locator(".rows .row")

    def open_pano(self, pano_id: str) -> None:
        """Choose a pano by its name."""
        name = self.office.store.workspace().panos.at[pano_id, "name"]
        self.tab("list")
        self.page.locator("input[type=search]").fill(name)
        self.rows.filter(has_text=name).click()
        expect(self.page.locator("#report")).to_be_visible()

    def tab(self, name: str) -> None:
        """Press one of the keys at the bottom."""
        self.page.locator("nav").get_by_text(WORDS(f"form.tab.{name}"), exact=False).click()

    def say_condition(self, condition: str) -> None:
        """Press the key of a condition."""
        self.page.locator(f".key.{condition}").click()

    def take_photo(self, seed: int) -> None:
        """Hand the camera's photo to the form, and wait until it is kept."""
        shots = self.page.locator(".shot")
        there = shots.count()
        photo = {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": a_photo(seed)}
        self.page.locator("input[capture]").set_input_files(photo)
        expect(shots).to_have_count(there + 1)

    def save(self) -> None:
        """Press the key that saves."""
        self.page.locator(".save").click()

    def report(
        self, pano_id: str, condition: str | None = None, *, word: str = "", photo: int | None = None
    ) -> None:
        """Report on a pano from where it stands."""
        self.stand_at(pano_id)
        self.open_pano(pano_id)
        if condition is not None:
            self.say_condition(condition)
        if word:
            self.page.locator("textarea").last.fill(word)
        if photo is not None:
            self.take_photo(photo)
        self.save()
        expect(self.page.locator("#report")).to_have_count(0)

    def items(self, state: str | None = None) -> Locator:
        """Return what the phone has recorded, of one state or all."""
        return self.page.locator(".item" if state is None else f'.item[data-state="{state}"]')

    def faults(self) -> list[str]:
        """Return the errors of the page, without those of requests that a cut link fails."""
        return [fault for fault in self.visit.errors if not fault.startswith(EXPECTED_FAULTS)]


def open_dossier(page: Page, office: FieldOffice, pano_id: str) -> None:
    """Open the page of a pano in the app itself."""
    here = quote(f"/?page=pano&ws=demo&sel=pano:{pano_id}")
    page.goto(f"{office.server.url}/sign-in?next={here}")
