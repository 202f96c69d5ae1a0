"""The offline base is there at once; one from elsewhere is asked for by choice, and missed in words."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from geo.webmap import TILE_LAYERS
from tests.archives import PNG, make_mbtiles
from tests.browser.screen import MapScreen
from tests.folders import make_folder

OFFLINE_BASE = "outreach.map.map.hasLayer(outreach.map.land)"


def notice(screen):
    return screen.frame.locator(".outreach-notice.warning")


@pytest.mark.parametrize("base", TILE_LAYERS)
def test_an_unreachable_base_says_so_and_the_offline_one_stays(desk, server, base):
    screen = MapScreen(desk.page, server.url)
    desk.assert_quiet()
    screen.press("base", screen.words(f"screen.base_{base}"))
    expect(notice(screen)).to_have_text(screen.words("map.base_unreachable"))
    assert {urlsplit(url).hostname for url in desk.left_host} == {urlsplit(TILE_LAYERS[base]["url"]).hostname}
    assert screen.frame.evaluate(OFFLINE_BASE)
    assert screen.described()["communes"] == 13

    screen.press("base", screen.words("screen.base_offline"))
    expect(notice(screen)).to_have_count(0)
    screen.wait_until("drawn.base === 'offline'")
    asked = len(desk.left_host)
    screen.frame.locator(".leaflet-control-zoom-in").click()
    screen.settle()
    assert len(desk.left_host) == asked


@pytest.mark.parametrize("base", TILE_LAYERS)
def test_a_base_that_answers_takes_the_place_of_the_offline_one(desk, server, base):
    host = urlsplit(TILE_LAYERS[base]["url"]).hostname
    desk.page.route(f"https://{host}/**", lambda route: route.fulfill(body=PNG, content_type="image/png"))
    screen = MapScreen(desk.page, server.url, base=base)
    screen.wait_until(f"!{OFFLINE_BASE}")
    assert screen.frame.locator("img.leaflet-tile-loaded").count()
    expect(notice(screen)).to_have_count(0)
    expect(screen.frame.locator(".leaflet-control-attribution")).to_contain_text(
        TILE_LAYERS[base]["attribution"]
    )
    assert {urlsplit(url).hostname for url in desk.left_host} == {host}
    assert desk.errors == []


def test_an_archive_of_the_office_is_a_base_without_the_internet(desk, serve, tmp_path):
    folder = make_folder(tmp_path / "data")
    make_mbtiles(folder / "basemap" / "ban do.mbtiles", attribution="<b>Sở</b>")
    screen = MapScreen(desk.page, serve(folder).url)
    screen.press("base", "ban do")
    screen.wait_until(f"!{OFFLINE_BASE}")
    assert screen.frame.locator("img.leaflet-tile-loaded").count()
    expect(screen.frame.locator(".leaflet-control-attribution")).to_have_text("<b>Sở</b>")
    screen.wait_for_address(base="tiles:ban do")
    assert desk.left_host == []


def test_a_scene_that_does_not_come_says_so(desk, server):
    desk.page.route("**/scene/**", lambda route: route.abort())
    desk.page.goto(server.url)
    message = desk.page.frame_locator(".st-key-map iframe").locator(".outreach-notice.warning")
    expect(message).to_contain_text("Không tải được bản đồ")
    expect(desk.page.locator(".st-key-figures .value")).to_have_count(5)
    assert desk.left_host == []
