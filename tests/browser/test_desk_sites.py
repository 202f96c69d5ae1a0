"""Where next in a browser: places from a file and by clicks, areas where none may stand, the answer first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Locator, expect

from geo.folder import read_workspace
from geo.siting import candidates_from
from geo.text import Words
from tests.browser.conftest import Visit
from tests.browser.screen import MapScreen
from tools.live_app import Server
from views.desk_sites import FIRST_COUNT

WORDS = Words("vi")
OPEN_SEA = ((0.86, 0.60), (0.94, 0.60), (0.94, 0.74), (0.86, 0.74))
"""Corners of a patch of the map where nothing else is meant by a click, as shares of its width and height."""


class SitesScreen(MapScreen):
    """Where next, on a page."""

    def __init__(self, visit: Visit, server: Server) -> None:
        super().__init__(visit.page, server.url, page="desk", section="sites")
        self.wait_for_sites(FIRST_COUNT)

    def wait_for_sites(self, count: int) -> None:
        """Wait until the map has so many pins."""
        self.wait_until("drawn.sites === arg", count)

    def take_places(self, name: str) -> None:
        """Choose where panos may be proposed."""
        self.page.locator(".st-key-site_places input").click()
        self.page.get_by_role("option", name=WORDS(f"desk.sites.places_{name}")).click()

    def upload(self, name: str, path: Path) -> None:
        """Hand a file to one of the uploaders."""
        self.page.locator(f".st-key-{name} input[type=file]").set_input_files(path)

    def open_areas(self) -> None:
        """Unfold what says where none may stand."""
        self.page.get_by_text(WORDS("desk.sites.areas"), exact=True).click()

    def click_sea(self, corner: int) -> None:
        """Click on the map, at one of the corners of `OPEN_SEA`."""
        self.settle()
        box = self.page.locator(".st-key-map iframe").bounding_box()
        across, down = OPEN_SEA[corner]
        self.page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)

    def finding(self) -> Locator:
        """Return the answer in a sentence."""
        return self.page.locator(".st-key-desk_site_finding [role=status]")

    def sites(self) -> Locator:
        """Return the rows of the sites in building order."""
        return self.page.locator('.st-key-desk_site_list [data-pick^="site:"]')


def test_an_offices_file_says_where_panos_may_stand_and_what_they_cost(demo_server, desk, tmp_path):
    places = candidates_from(read_workspace("data/demo"), "venues").head(2)
    good, bad = tmp_path / "places.csv", tmp_path / "broken.csv"
    places.assign(cost_vnd=15_000_000).to_csv(good, index_label="id")
    places.assign(lat="?").to_csv(bad, index_label="id")
    screen = SitesScreen(desk, demo_server)
    screen.take_places("file")
    expect(screen.finding()).to_have_text(WORDS("desk.sites.no_places"))
    screen.upload("site_upload", bad)
    expect(
        screen.page.get_by_text(WORDS("desk.sites.file_refused", file=bad.name, n=len(places)))
    ).to_be_visible()
    expect(screen.page.get_by_text(WORDS("screen.row", row="2"))).to_be_visible()
    screen.upload("site_upload", good)
    expect(
        screen.page.get_by_text(WORDS("desk.sites.file_taken", file=good.name, n=len(places)))
    ).to_be_visible()
    expect(screen.page.locator(".chart").get_by_text(WORDS("desk.sites.axis_cost"))).to_be_visible()
    for row in screen.sites().all():
        assert any(label in row.inner_text() for label in places["label"])
    desk.assert_quiet()


def test_no_site_stands_in_an_area_of_a_file(demo_server, desk, tmp_path):
    ws = read_workspace("data/demo")
    everywhere = shapely.box(*ws.communes["2023"].total_bounds).buffer(1)
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(everywhere)}
    areas = tmp_path / "areas.geojson"
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    screen = SitesScreen(desk, demo_server)
    screen.open_areas()
    screen.upload("site_area_upload", areas)
    expect(screen.finding()).to_have_text(WORDS("desk.sites.no_places"))
    left_out = WORDS("desk.sites.left_out_excluded", n=len(candidates_from(ws, "villages")))
    expect(screen.page.get_by_text(left_out)).to_be_visible()
    screen.page.get_by_role("button", name=WORDS("desk.sites.areas_clear")).click()
    expect(screen.sites()).to_have_count(FIRST_COUNT)
    desk.assert_quiet()


def test_clicks_on_the_map_are_places(demo_server, desk):
    screen = SitesScreen(desk, demo_server)
    screen.take_places("clicks")
    expect(screen.page.get_by_text(WORDS("desk.sites.click_hint"))).to_be_visible()
    for clicks in (1, 2):
        screen.click_sea(clicks)
        screen.wait_for_sites(clicks)
    expect(screen.finding()).to_have_text(WORDS("desk.sites.no_gain"))
    screen.page.get_by_role("button", name=WORDS("desk.sites.click_undo")).click()
    screen.wait_for_sites(1)
    desk.assert_quiet()


def test_an_area_is_drawn_by_its_corners(demo_server, desk):
    screen = SitesScreen(desk, demo_server)
    screen.open_areas()
    screen.page.locator(".st-key-site_drawing label").click()
    for corner in range(len(OPEN_SEA)):
        expect(screen.page.get_by_text(WORDS("desk.sites.draw_hint", n=corner))).to_be_visible()
        screen.click_sea(corner)
        screen.wait_for_sites(FIRST_COUNT + corner + 1)
    screen.page.get_by_role("button", name=WORDS("desk.sites.draw_close")).click()
    expect(screen.page.get_by_text(WORDS("desk.sites.areas_n", n=1))).to_be_visible()
    screen.wait_for_sites(FIRST_COUNT)
    desk.assert_quiet()


def test_a_site_of_the_list_is_gone_to(demo_server, desk):
    screen = SitesScreen(desk, demo_server)
    screen.settle()
    before = screen.frame.evaluate("outreach.map.map.getZoom()")
    screen.row("site:2").click()
    screen.wait_until("map.getZoom() > arg", before)
    desk.assert_quiet()


@pytest.mark.parametrize("visit", ["desk", "phone"])
def test_the_answer_is_on_the_first_screen_and_says_what_it_counts(demo_server, visit, request):
    shown: Visit = request.getfixturevalue(visit)
    screen = SitesScreen(shown, demo_server)
    for channels in ("pano", "all"):
        label = WORDS(f"desk.channels_{channels}")
        screen.press("desk_channels", label)
        expect(screen.page.get_by_text(WORDS(f"desk.sites.counted_{channels}"))).to_be_in_viewport(ratio=1)
        expect(screen.finding()).to_be_in_viewport(ratio=1)
        expect(screen.finding()).to_contain_text(label)
    shown.assert_quiet()


def test_a_means_says_where_it_goes_and_the_map_shows_it(demo_server, desk):
    screen = SitesScreen(desk, demo_server)
    screen.press("site_part", WORDS("desk.sites.part_means"))
    picked = screen.page.locator('[data-pick="means:dialogue"]')
    picked.click()
    screen.wait_until("view.sketch.gained.length > 0")
    gained = screen.frame.evaluate("outreach.map.view.sketch.gained")
    villages = read_workspace("data/demo").villages
    row = screen.page.locator("tr", has=picked)
    for id_ in gained:
        expect(row).to_contain_text(villages.at[id_, "name"])
        expect(screen.page.locator(f'[data-pick="village:{id_}"]')).to_be_visible()
    picked.click()
    screen.wait_until("view.sketch.gained.length === 0")
    desk.assert_quiet()
