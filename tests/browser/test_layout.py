"""What a person came for is on the first screen: on a desk, on a projector, and on a phone in one hand."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from geo.folder import read_workspace
from tests.browser.screen import MapScreen

ROOT = Path(__file__).resolve().parents[2]
PHONE_WIDTH = 360
MIN_TOUCH = 40
WIDEST = """() => {
  const seen = (node) => node.checkVisibility({ visibilityProperty: true })
    && !node.closest("[data-testid=stSidebar]") && node.getBoundingClientRect().width > 1;
  const drawn = [...document.querySelectorAll("body *")].filter(seen);
  const ends = drawn.map((node) => node.getBoundingClientRect().right);
  return Math.max(document.documentElement.scrollWidth, ...ends);
}"""
"""Where the rightmost of what is drawn on a page ends, in pixels."""


def assert_in_sight(page, locator):
    """Assert that all of an element is within the window as it opens, without scrolling."""
    box, window = locator.bounding_box(), page.viewport_size
    assert box["x"] >= 0 and box["y"] >= 0
    assert box["x"] + box["width"] <= window["width"] + 1
    assert box["y"] + box["height"] <= window["height"] + 1


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_a_desk_screen_is_filled_and_does_not_scroll(open_visit, server, size):
    visit = open_visit(viewport={"width": size[0], "height": size[1]})
    screen = MapScreen(visit.page, server.url)
    for part in (".st-key-figures", ".st-key-map iframe", ".st-key-side", ".st-key-lang"):
        assert_in_sight(visit.page, visit.page.locator(part).first)
    expect(screen.frame.locator(".outreach-legend .note")).to_be_visible()
    heights = visit.page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
    assert heights[0] <= heights[1]
    box = visit.page.locator(".st-key-map iframe").bounding_box()
    assert box["width"] * box["height"] > 0.3 * size[0] * size[1]
    assert screen.described()["zoom"] > 9
    visit.assert_quiet()


def test_a_phone_shows_figures_map_and_list(phone, server):
    screen = MapScreen(phone.page, server.url)
    page = phone.page
    for place in range(5):
        assert_in_sight(page, page.locator(".st-key-figures .value").nth(place))
    box = page.locator(".st-key-map iframe").bounding_box()
    assert box["width"] == PHONE_WIDTH and box["height"] >= 300
    expect(screen.side.locator("h2")).to_be_in_viewport()
    assert page.evaluate(WIDEST) <= PHONE_WIDTH
    assert screen.frame.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH
    assert screen.described()["panos"] == 3
    phone.assert_quiet()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_finger_hits_rows_figures_and_zoom(phone, demo_server, lang):
    screen = MapScreen(phone.page, demo_server.url, lang=lang)
    page = phone.page
    targets = [
        *screen.side.locator("button.row").all(),
        *page.locator(".st-key-figures button").all(),
        *screen.frame.locator(".leaflet-control-zoom a").all(),
        page.locator("[data-testid=stExpandSidebarButton]"),
        screen.frame.locator(".outreach-legend summary"),
    ]
    sizes = [target.bounding_box() for target in targets]
    assert min(box["height"] for box in sizes) >= MIN_TOUCH
    assert min(box["width"] for box in sizes) >= MIN_TOUCH
    assert page.evaluate(WIDEST) <= PHONE_WIDTH


def test_a_phone_has_its_filters_in_a_drawer(phone, server):
    screen = MapScreen(phone.page, server.url)
    drawer = phone.page.locator("[data-testid=stSidebar]")
    expect(drawer).not_to_be_in_viewport()
    phone.page.locator("[data-testid=stExpandSidebarButton]").tap()
    expect(phone.page.locator(".st-key-q input")).to_be_in_viewport()
    screen.press("units", screen.words("screen.units_2025"))
    screen.wait_until("drawn.communes === 5")
    phone.page.locator("[data-testid=stSidebarCollapseButton] button").tap()
    expect(drawer).not_to_be_in_viewport()
    phone.assert_quiet()


def test_a_tap_on_a_phone_opens_the_card_and_the_map_stays_in_sight(phone, server):
    workspace = read_workspace(ROOT / "data")
    screen = MapScreen(phone.page, server.url)
    key = screen.loneliest("pano")
    phone.page.touchscreen.tap(*screen.place("pano", key))
    screen.choose_among(workspace.panos.at[key, "name"])
    expect(screen.side.locator("h2")).to_be_in_viewport()
    screen.wait_for_address(sel=f"pano:{key}")
    screen.row("list:").tap()
    expect(screen.side.locator("h2")).to_have_text(screen.words("screen.list_unreached"))
    assert phone.page.evaluate(WIDEST) <= PHONE_WIDTH
    phone.assert_quiet()


def test_axe_finds_no_serious_fault_on_a_desk(desk, demo_server):
    screen = MapScreen(desk.page, demo_server.url)
    assert desk.axe_faults() == []
    screen.row("list:panos").click()
    expect(screen.side.locator("h2")).to_have_text(screen.words("screen.list_panos"))
    screen.side.locator("button.row").first.click()
    expect(screen.frame.locator(".leaflet-popup")).to_be_visible()
    screen.settle()
    assert desk.axe_faults() == []


def test_axe_finds_no_serious_fault_on_a_phone(phone, demo_server):
    MapScreen(phone.page, demo_server.url)
    assert phone.axe_faults() == []
    phone.page.locator("[data-testid=stExpandSidebarButton]").tap()
    expect(phone.page.locator(".st-key-base")).to_be_visible()
    assert phone.axe_faults() == []
