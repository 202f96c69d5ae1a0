"""What is picked, on the map or in a list, by mouse or key, has its card; the map goes where a list says."""

import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import expect

from geo.folder import read_workspace
from geo.reach import reached_by_pano, reachers
from geo.text import Words
from reports.tables import unreached_villages
from tests.browser.screen import MapScreen, expected_coverage

WORDS = Words("vi")
NEAR_ZOOM = 13
CROWDED = """() => {
  const map = outreach.map, size = map.map.getSize();
  const markers = [...map.villages, ...map.panos, ...map.venues].filter((one) => one && !one.options.hidden);
  for (const marker of markers) {
    const { x, y } = map.map.layerPointToContainerPoint(marker._point), there = map.allAt(marker._point);
    if (Math.min(x, y, size.x - x, size.y - y) > 120 && there.length > 1) return { x, y, there };
  }
}"""
"""A point of the map under which several things lie, and which: kind and id."""


@pytest.fixture(scope="module")
def demo():
    return read_workspace(Path(__file__).resolve().parents[2] / "data" / "demo")


@pytest.fixture
def screen(desk, demo_server):
    return MapScreen(desk.page, demo_server.url)


def card_opens(screen, kind, key, name):
    screen.click(kind, key)
    screen.choose_among(name)
    expect(screen.side.locator("h2")).to_contain_text(name)
    expect(screen.frame.locator(".leaflet-popup")).to_contain_text(name)
    screen.wait_for_address(sel=f"{kind}:{key}")
    expect(screen.side).to_contain_text(WORDS("card.source"))


def test_a_click_on_the_map_opens_the_card_of_a_village(screen, demo, desk):
    key = screen.loneliest("village")
    village, about = demo.villages.loc[key], expected_coverage(demo).villages.loc[key]
    card_opens(screen, "village", key, village["name"])
    facts = screen.facts()
    assert facts[WORDS("card.source")] == village["source"]
    assert f"± {WORDS.distance(village['accuracy_m'])}" in facts[WORDS("card.position")]
    assert WORDS.distance(about["nearest_pano_m"]) in facts[WORDS("card.nearest_pano")]
    assert {f"{r.kind}:{r.id}" for r in reachers(demo, key)} == set(screen.picks())
    before = screen.described()
    screen.settle()
    assert screen.described()["zoom"] == before["zoom"], "a click on the map leaves it where it is"
    desk.assert_quiet()


def test_a_click_on_the_map_opens_the_card_of_a_pano(screen, demo, desk):
    key = screen.loneliest("pano")
    card_opens(screen, "pano", key, demo.panos.at[key, "name"])
    assert {f"village:{r.village_id}" for r in reached_by_pano(demo, key)} == set(screen.picks())
    facts = screen.facts()
    assert facts[WORDS("card.state")] == WORDS(f"terms.state.{demo.panos.at[key, 'state']}")
    assert WORDS(f"terms.condition.{demo.panos.at[key, 'condition']}") in facts[WORDS("card.condition")]
    desk.assert_quiet()


def test_a_click_on_the_map_opens_the_card_of_a_venue(desk, demo_server, demo):
    # Most venues stand beside a pano, whose board is drawn above them.
    screen = MapScreen(desk.page, demo_server.url, statuses="retired")
    key = screen.loneliest("venue")
    card_opens(screen, "venue", key, demo.venues.at[key, "name"])
    held = demo.activities.index[demo.activities["venue_id"] == key]
    assert {f"activity:{i}" for i in held} == set(screen.picks())
    desk.assert_quiet()


def test_a_click_on_the_map_opens_the_card_of_a_commune(screen, demo, desk):
    key = screen.loneliest("commune")
    card_opens(screen, "commune", key, demo.units("2023").at[key, "name"])
    counts, facts = expected_coverage(demo).communes.loc[key], screen.facts()
    assert facts[WORDS("card.villages")].startswith(f"{counts['villages']} ")
    for name in ("reached", "planned", "possible", "no_location", "unreached"):
        assert facts[WORDS(f"terms.class.{name}")] == str(counts[name])
    desk.assert_quiet()


def test_a_village_says_what_reaches_it_and_what_is_promised(desk, demo_server, demo):
    """The village that most has, in sight and in plan, shows each of them under its heading."""
    found = {key: reachers(demo, key) for key in demo.villages.index}
    key = max(found, key=lambda k: (len({(r.scenario, r.verdict) for r in found[k]}), len(found[k])))
    now = [r for r in found[key] if r.scenario == "now" and r.verdict == "reached"]
    plan = [r for r in found[key] if r.scenario == "plan" and r.verdict == "reached"]
    assert now and plan
    screen = MapScreen(desk.page, demo_server.url, sel=f"village:{key}")
    for title, reaches in (("card.reached_by", now), ("card.promised", plan)):
        section = screen.side.locator("section", has=desk.page.get_by_role("heading", name=WORDS(title)))
        rows = section.locator("button.row")
        expect(rows).to_have_count(len(reaches))
        picks = rows.evaluate_all("rows => rows.map(row => row.dataset.pick)")
        assert picks == [f"{r.kind}:{r.id}" for r in reaches]
        for shown, reach in zip(rows.all_inner_texts(), reaches, strict=True):
            assert WORDS(f"terms.basis.{reach.basis}") in shown
            assert reach.distance_m is None or WORDS.distance(reach.distance_m) in shown


def test_where_several_things_lie_the_reader_says_which(screen, demo, desk):
    place = screen.frame.evaluate(CROWDED)
    box = desk.page.locator(".st-key-map iframe").bounding_box()
    desk.page.mouse.click(box["x"] + place["x"], box["y"] + place["y"])
    choices = screen.frame.locator(".leaflet-popup .choices button")
    expect(choices).to_have_count(len(place["there"]))
    kind, key = place["there"][-1]
    choices.last.click()
    name = {"village": demo.villages, "pano": demo.panos, "venue": demo.venues}[kind].at[key, "name"]
    expect(screen.side.locator("h2")).to_contain_text(name)
    screen.wait_for_address(sel=f"{kind}:{key}")
    expect(screen.frame.locator(".leaflet-popup")).to_contain_text(name)
    expect(choices).to_have_count(0)
    desk.assert_quiet()


def map_goes_to(screen, row):
    screen.wait_until(
        f"drawn.zoom >= {NEAR_ZOOM} && drawn.popup && map.getBounds().contains(arg)", [row["lat"], row["lon"]]
    )


def test_the_map_goes_where_a_list_and_a_card_say(screen, demo, desk):
    listed = expected_coverage(demo).villages
    key = listed.index[listed["counted"] & (listed["class"] == "planned") & listed["lat"].notna()][0]
    screen.row(f"village:{key}").click()
    map_goes_to(screen, demo.villages.loc[key])
    expect(screen.side.locator("h2")).to_contain_text(demo.villages.at[key, "name"])

    pano = next(pick for pick in screen.picks() if pick.startswith("pano:")).removeprefix("pano:")
    screen.row(f"pano:{pano}").click()
    map_goes_to(screen, demo.panos.loc[pano])
    expect(screen.side.locator("h2")).to_contain_text(demo.panos.at[pano, "name"])

    screen.row("list:").click()
    expect(screen.side.locator("h2")).to_have_text(WORDS("screen.list_unreached"))
    assert screen.described()["selected"] is None
    desk.assert_quiet()


def test_the_keyboard_does_what_the_mouse_does(screen, demo, desk):
    focused = """() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.dataset?.pick ?? "";
    }"""
    screen.row("list:communes").focus()
    for _ in range(25):
        desk.page.keyboard.press("Tab")
        pick = desk.page.evaluate(focused)
        if pick.startswith("village:"):
            break
    key = pick.removeprefix("village:")
    desk.page.keyboard.press("Enter")
    expect(screen.side.locator("h2")).to_contain_text(demo.villages.at[key, "name"])
    map_goes_to(screen, demo.villages.loc[key])
    desk.assert_quiet()


def test_the_downloads_hold_the_rows_of_the_list(desk, demo_server, demo):
    commune = expected_coverage(demo).communes["unreached"].idxmax()
    screen = MapScreen(desk.page, demo_server.url, commune=commune)
    expected = unreached_villages(demo, expected_coverage(demo), WORDS, commune=commune)
    shown = sorted(screen.side.locator("button.row .text").all_inner_texts())
    assert shown == sorted(expected[WORDS("table.village")])

    content = downloaded(screen, "screen.download_csv")
    assert content.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    assert list(table.columns) == list(expected.columns)
    assert sorted(table[WORDS("table.village")]) == shown
    assert set(table[WORDS("table.invented")]) == {WORDS("map.invented")}

    book = openpyxl.load_workbook(io.BytesIO(downloaded(screen, "screen.download_xlsx")))
    rows = list(book.active.values)
    header = rows.index(tuple(expected.columns))
    village = list(expected.columns).index(WORDS("table.village"))
    assert sorted(row[village] for row in rows[header + 1 :]) == shown
    desk.assert_quiet()


def downloaded(screen, label):
    with screen.page.expect_download() as started:
        screen.page.get_by_role("button", name=WORDS(label)).click()
    return Path(started.value.path()).read_bytes()
