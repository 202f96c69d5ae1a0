"""Every choice changes the map where it stands, and the address that shows the same again."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from geo.days import today
from geo.folder import read_workspace
from geo.terms import CLASSES
from geo.text import Words
from tests.browser.screen import MapScreen, expected_coverage, expected_view

WORDS = Words("vi")


@pytest.fixture(scope="module")
def demo():
    return read_workspace(Path(__file__).resolve().parents[2] / "data" / "demo")


def villages_beside(screen):
    return screen.side.locator('[data-pick^="village:"]')


def names_beside(screen):
    return sorted(villages_beside(screen).locator(".text").all_inner_texts())


def expected_names(workspace, *, show="plan", commune="", classes=(), **choices):
    """Return the names that the list of what is not reached should hold for some choices."""
    villages = expected_coverage(workspace, **choices).villages
    listed = classes or [name for name in CLASSES if name != "reached"]
    chosen = villages["counted"] & villages["class" if show == "plan" else "now"].isin(listed)
    return sorted(villages["name"][chosen & (villages["commune_code"] == commune if commune else True)])


def test_each_filter_changes_the_map_in_place_and_the_address_shows_the_same(desk, demo_server, demo):
    screen = MapScreen(desk.page, demo_server.url)
    screen.frame.evaluate("window.stillTheSame = true")
    # Somewhere of its own, with a popup open, as a reader leaves the map before filtering.
    screen.frame.locator(".leaflet-control-zoom-in").click()
    screen.settle()
    key = screen.loneliest("pano")
    screen.click("pano", key)
    screen.choose_among(demo.panos.at[key, "name"])
    expect(screen.side.locator("h2")).to_have_text(demo.panos.at[key, "name"])
    expect(screen.frame.locator(".leaflet-popup")).to_contain_text(demo.panos.at[key, "name"])
    screen.settle()
    before = screen.described()

    code = demo.units("2025").index[demo.units("2025")["name"] == "Đại Lãnh"][0]
    day = date(today().year + 1, 6, 15)
    steps = [
        ("show", "now", lambda: screen.press("show", WORDS("screen.show_now"))),
        ("on", day, lambda: screen.choose_date(day.year, day.month, day.day)),
        ("units", "2025", lambda: screen.press("units", WORDS("screen.units_2025"))),
        ("commune", code, lambda: screen.choose_commune("Đại Lãnh")),
        ("channels", ["leaflet"], lambda: screen.press("channels", WORDS("terms.channel.leaflet"))),
        ("channels", ["leaflet", "pano"], lambda: screen.press("channels", WORDS("terms.channel.pano"))),
        ("classes", ["unreached"], lambda: screen.press("classes", WORDS("terms.class.unreached"))),
        (
            "visible_statuses",
            ["in_service"],
            lambda: screen.press("statuses", WORDS("terms.status.in_service")),
        ),
        ("hidden_layers", ["venues"], lambda: screen.press("layers", WORDS("screen.layer_venues"))),
    ]
    chosen, seen = {}, [screen.view()]
    for name, value, choose in steps:
        choose()
        chosen[name] = value
        screen.wait_for_view(expected_view(demo, **chosen))
        assert screen.view() not in seen, f"{name} changes nothing"
        seen.append(screen.view())
        now = screen.described()
        assert (now["zoom"], now["center"], now["popup"]) == (before["zoom"], before["center"], True), name
    assert screen.frame.evaluate("window.stillTheSame"), "the map was mounted again"

    screen.row("list:").click()
    expect(screen.side.locator("h2")).to_have_text(WORDS("screen.list_chosen"))
    chosen = {name: chosen[name] for name in ("show", "on", "units", "commune", "channels", "classes")}
    assert names_beside(screen) == expected_names(demo, **chosen)
    screen.wait_for_address(
        show="now", on=day.isoformat(), units="2025", commune=code, channels="leaflet,pano"
    )
    screen.wait_for_address(classes="unreached", statuses="in_service")
    desk.page.wait_for_url(lambda url: "sel=" not in url)
    address, view, rows, figures = desk.page.url, screen.view(), names_beside(screen), screen.figures()
    desk.page.goto("about:blank")
    desk.page.goto(address)
    screen.wait_for_map()
    assert (screen.view(), names_beside(screen), screen.figures()) == (view, rows, figures)
    desk.assert_quiet()


def test_the_list_follows_the_filters(desk, demo_server, demo):
    screen = MapScreen(desk.page, demo_server.url)
    shown = [names_beside(screen)]
    assert shown == [expected_names(demo)]
    day = date(today().year + 1, 3, 1)
    commune = expected_coverage(demo).communes["unreached"].idxmax()
    steps = [
        ("on", day, lambda: screen.choose_date(day.year, day.month, day.day)),
        ("channels", ["pano"], lambda: screen.press("channels", WORDS("terms.channel.pano"))),
        ("commune", commune, lambda: screen.choose_commune(demo.units("2023").at[commune, "name"])),
        ("classes", ["no_location"], lambda: screen.press("classes", WORDS("terms.class.no_location"))),
    ]
    chosen = {}
    for name, value, choose in steps:
        choose()
        chosen[name] = value
        expected = expected_names(demo, **chosen)
        expect(villages_beside(screen)).to_have_count(len(expected))
        assert names_beside(screen) == expected
        assert expected not in shown, f"{name} changes nothing"
        shown.append(expected)
    screen.row("clear:").click()
    expect(villages_beside(screen)).to_have_count(len(shown[0]))
    assert names_beside(screen) == shown[0]
    desk.assert_quiet()


def test_layers_are_left_out_one_by_one(desk, demo_server, demo):
    screen = MapScreen(desk.page, demo_server.url)
    drawn = screen.described()
    assert drawn["circles"] and drawn["radii"] and drawn["venues"] and drawn["names"]
    areas = "[...outreach.map.communes['2023'].values()].map(c => c.layer.options.fillColor)"
    assert len(set(screen.frame.evaluate(areas))) > 1
    for layer, condition in (
        ("accuracy", "drawn.circles === 0"),
        ("radius", "drawn.radii === 0"),
        ("venues", "drawn.venues === 0"),
        ("labels", "drawn.names.length === 0"),
        ("historical", f"drawn.villages < {drawn['villages']}"),
        ("areas", f"new Set({areas}).size === 1"),
    ):
        screen.press("layers", WORDS(f"screen.layer_{layer}"))
        screen.wait_until(condition)
    historical = demo.villages["register_status"] == "historical"
    counted = demo.villages["lat"].notna() & ~historical
    assert screen.described()["villages"] == counted.sum()
    for name in ("map.radius", "map.accuracy", "map.historical", "map.area_done"):
        assert WORDS(name) not in screen.legend()


def test_a_search_needs_no_diacritics(desk, server):
    screen = MapScreen(desk.page, server.url)
    for typed in ("dam mon", "ĐẦM MÔN", "  Ðầm   mon "):
        screen.search("zzz")
        expect(screen.side).to_contain_text(WORDS("screen.found_nothing"))
        screen.search(typed)
        expect(screen.side.locator("button.row")).to_have_count(2)
        assert set(screen.picks()) == {"pano:p-dam-mon", "village:v-22519-dam-mon"}
        screen.wait_for_address(q=typed)
    screen.search("")
    expect(screen.side.locator("h2")).to_have_text(WORDS("screen.list_unreached"))
    desk.assert_quiet()


def test_a_picked_thing_stands_in_the_address(desk, server):
    screen = MapScreen(desk.page, server.url)
    screen.row("pano:p-van-tho").click()
    expect(screen.side.locator("h2")).to_contain_text("Vạn Thọ")
    screen.wait_for_address(sel="pano:p-van-tho")
    address, text = desk.page.url, screen.side.inner_text()
    desk.page.goto("about:blank")
    desk.page.goto(address)
    screen.wait_for_map()
    expect(screen.side).to_have_text(text, use_inner_text=True)
    assert screen.described()["selected"]["id"] == "p-van-tho"
