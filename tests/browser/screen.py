"""The map screen as a reader uses it: opens it, chooses, clicks, and reads what stands there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Frame, Locator, Page, expect

from geo.coverage import Coverage, coverage
from geo.scene import to_json, view
from geo.text import Words
from geo.workspace import Workspace
from records.status import pano_statuses

NO_FILTERS = ("version", "scene_url", "tiles_url", "unreachable", "date_note", "selected")
REACH_CHOICES = ("on", "units", "channels")
ALL_TEXTS = """() => {
  const texts = [];
  const visible = (node) => node.checkVisibility({ visibilityProperty: true });
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      if (node.data.trim() && visible(node.parentElement)) texts.push(node.data.trim());
      return;
    }
    if (["STYLE", "SCRIPT", "NOSCRIPT"].includes(node.nodeName)) return;
    if (node.nodeType === Node.ELEMENT_NODE && visible(node)) {
      for (const name of ["aria-label", "title", "placeholder", "alt"]) {
        if (node.getAttribute(name)) texts.push(node.getAttribute(name).trim());
      }
    }
    if (node.shadowRoot) node.shadowRoot.childNodes.forEach(walk);
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return texts;
}"""
"""Every text that stands in a frame, those that a screen reader says included."""

SETTLED = """() => new Promise((done) => {
  let last = "", calm = 0;
  const look = () => {
    const { zoom, center } = outreach.map.describe(), frame = window.frameElement?.getBoundingClientRect();
    const now = JSON.stringify([zoom, center, outreach.map.map.getSize(), frame]);
    calm = now === last ? calm + 1 : 0;
    if (calm === 3) return done();
    last = now;
    setTimeout(look, 80);
  };
  look();
})"""
"""Ends when map and frame have stopped moving."""

LONELIEST = """kind => {
  const { villages, panos, venues, communes, view, scene } = outreach.map;
  const drawn = { village: villages, pano: panos, venue: venues }, things = [];
  for (const [name, markers] of Object.entries(drawn)) {
    markers.forEach((marker, i) => {
      if (marker && !marker.options.hidden) things.push([name, scene[name + "s"].id[i]]);
    });
  }
  for (const code of communes[view.units].keys()) things.push(["commune", code]);
  const at = things.map(([name, id]) => outreach.map.pixel(name, id));
  const room = (i) => Math.min(...at.filter((_, j) => j !== i).map((other) => other.distanceTo(at[i])));
  const size = outreach.map.map.getSize(), margin = 60;
  const inSight = ({ x, y }) => Math.min(x, y, size.x - x, size.y - y) > margin;
  const asked = things.keys().filter((i) => things[i][0] === kind && inSight(at[i])).toArray();
  return things[asked.sort((i, j) => room(j) - room(i))[0]][1];
}"""
"""The id of the thing of a kind that is drawn farthest from every other, among those in sight."""


class MapScreen:
    """The map screen on a page.

    Parameters
    ----------
    page : Page
        The page; the screen is opened on it.
    url : str
        Where the server is.
    lang : {"vi", "en"}
        Language of the screen.
    **choices : str
        Further parameters of the address.
    """

    def __init__(self, page: Page, url: str, /, *, lang: str = "vi", **choices: str) -> None:
        self.page = page
        self.words = Words(lang)
        if lang != "vi":
            choices["lang"] = lang
        page.goto(f"{url}/?{urlencode(choices)}")
        self.wait_for_map()

    def wait_for_map(self, *, invented: bool | None = None) -> None:
        """Wait until a scene is drawn: the only map there, of invented data or not if that is asked."""
        self.page.wait_for_function(
            """invented => {
              const frames = document.querySelectorAll(".st-key-map iframe");
              const map = frames.length === 1 && frames[0].contentWindow.outreach?.map;
              return map && map.view && (invented === null || map.scene.invented === invented);
            }""",
            arg=invented,
        )
        self.frame: Frame = self.page.query_selector(".st-key-map iframe").content_frame()

    def described(self) -> dict[str, Any]:
        """Return what the map says that it draws."""
        return self.frame.evaluate("outreach.map.describe()")

    def view(self) -> dict[str, Any]:
        """Return what the filters make of the view that the map draws."""
        return filtered(self.frame.evaluate("outreach.map.view"))

    def wait_for_view(self, expected: dict[str, Any]) -> None:
        """Wait until the map draws what the filters should make of a view."""
        self.wait_until(
            "Object.entries(arg).every(([k, v]) => JSON.stringify(view[k]) === JSON.stringify(v))", expected
        )

    def wait_until(self, condition: str, arg: object = None) -> None:
        """Wait until a JavaScript condition over `drawn`, `view`, `map` (of Leaflet) and `arg` holds."""
        self.frame.wait_for_function(
            "(arg) => { const drawn = outreach.map.describe(), { view, map } = outreach.map;"
            f" return {condition}; }}",
            arg=arg,
        )

    def settle(self) -> None:
        """Wait until map and page have stopped moving."""
        self.frame.evaluate(SETTLED)

    def place(self, kind: str, key: str) -> tuple[float, float]:
        """Return where a thing is drawn, in pixels of the page."""
        self.settle()
        at = self.frame.evaluate("([kind, id]) => outreach.map.pixel(kind, id)", [kind, key])
        box = self.page.locator(".st-key-map iframe").bounding_box()
        return box["x"] + at["x"], box["y"] + at["y"]

    def loneliest(self, kind: str) -> str:
        """Return the id of the thing of a kind with most room around it, as it is drawn."""
        self.settle()
        return self.frame.evaluate(LONELIEST, kind)

    def click(self, kind: str, key: str) -> None:
        """Click a thing on the map."""
        self.page.mouse.click(*self.place(kind, key))

    def choose_among(self, name: str) -> None:
        """Say which is meant, where several things lie in one place and the popup asks."""
        popup = self.frame.locator(".leaflet-popup")
        expect(popup).to_contain_text(name)
        choices = popup.locator(".choices button")
        if choices.count():
            choices.filter(has_text=name).first.click()
            expect(choices).to_have_count(0)

    def press(self, choice: str, text: str) -> None:
        """Press one of the buttons of a choice."""
        self.page.locator(f".st-key-{choice}").get_by_text(text, exact=True).click()

    def choose_commune(self, name: str) -> None:
        """Choose a commune of the list."""
        self.page.locator(".st-key-commune input").click()
        self.page.get_by_role("option", name=name).click()

    def choose_date(self, year: int, month: int, day: int) -> None:
        """Type a date and leave the field."""
        for part, text in (("day", f"{day:02}"), ("month", f"{month:02}"), ("year", f"{year:04}")):
            self.page.locator(f".st-key-on [data-type={part}]").focus()
            self.page.keyboard.type(text)
        self.page.locator(".brand").click()

    def search(self, text: str) -> None:
        """Type into the search and press Enter."""
        self.page.locator(".st-key-q input").fill(text)
        self.page.keyboard.press("Enter")

    @property
    def side(self) -> Locator:
        """What stands beside the map: a list or a card."""
        return self.page.locator(".st-key-side .panel")

    def row(self, pick: str) -> Locator:
        """Return the row, link or figure that leads to a thing."""
        return self.page.locator(f'[data-pick="{pick}"]').first

    def picks(self) -> list[str]:
        """Return what the rows beside the map lead to, from top to bottom."""
        return self.side.locator("button.row").evaluate_all("rows => rows.map(row => row.dataset.pick)")

    def facts(self) -> dict[str, str]:
        """Return the facts of the card, by label."""
        labels = self.side.locator("dt").all_inner_texts()
        return dict(zip(labels, self.side.locator("dd").all_inner_texts(), strict=True))

    def figures(self) -> list[str]:
        """Return the head figures, from left to right."""
        return self.page.locator(".st-key-figures .value").all_inner_texts()

    def legend(self) -> dict[str, str]:
        """Return the legend's counts by name; blank where it gives none."""
        return dict(
            self.frame.locator(".outreach-legend li").evaluate_all(
                "rows => rows.map(row => [row.querySelector('.name').textContent,"
                " row.querySelector('.count')?.textContent ?? ''])"
            )
        )

    def notices(self) -> list[str]:
        """Return the notices on the map."""
        return self.frame.locator(".outreach-notice").all_inner_texts()

    def wait_for_address(self, **parameters: str) -> None:
        """Wait until the page's address has some parameters, among others."""
        self.page.wait_for_url(lambda _: parameters.items() <= self.address().items())

    def address(self) -> dict[str, str]:
        """Return the parameters of the page's address."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.url).query).items()}

    def texts(self) -> list[str]:
        """Return every visible text of page and map, labels for screen readers included."""
        return self.page.evaluate(ALL_TEXTS) + self.frame.evaluate(ALL_TEXTS)


def open_file(page: Page, path: Path) -> None:
    """Open a map from disk."""
    page.goto(path.as_uri())
    page.wait_for_function("outreach.map.view")


def filtered(view: dict[str, Any]) -> dict[str, Any]:
    """Return a view without what is no filter: version, addresses, notes and what is selected."""
    return {name: value for name, value in view.items() if name not in NO_FILTERS}


def expected_coverage(workspace: Workspace, **choices: Any) -> Coverage:
    """Return the coverage for those of the choices that bear on it: date, units and channels."""
    return coverage(workspace, **{name: choices[name] for name in REACH_CHOICES if name in choices})


def expected_view(workspace: Workspace, **choices: Any) -> dict[str, Any]:
    """Return what the filters should make of the view for some choices, as it arrives on the map.

    Parameters
    ----------
    workspace : Workspace
        The data.
    **choices
        As for `geo.coverage.coverage` and `geo.scene.view`.
    """
    reach = expected_coverage(workspace, **choices)
    drawn = {name: value for name, value in choices.items() if name not in REACH_CHOICES}
    statuses = pano_statuses(workspace, on=reach.on)
    made = view(workspace, reach, statuses, data_date=workspace.recorded_until, **drawn)
    return filtered(json.loads(to_json(made)))
