"""The screen draws the district from the first second, with figures that agree with the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from geo.days import today
from geo.folder import read_workspace
from geo.terms import CLASSES, PANO_STATUSES
from records.status import pano_statuses
from tests.browser.screen import MapScreen

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def district():
    return read_workspace(ROOT / "data")


def printed_coverage(*options):
    command = [sys.executable, "manage.py", "coverage", "--format", "json", *options]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)


@pytest.mark.parametrize("units", ["2023", "2025"])
def test_the_map_draws_the_whole_district_and_asks_no_other_host(desk, server, district, units):
    screen = MapScreen(desk.page, server.url, units=units)
    drawn = screen.described()
    assert drawn["communes"] == len(district.units(units)) == {"2023": 13, "2025": 5}[units]
    assert drawn["panos"] == len(district.panos) == 3
    assert drawn["villages"] == district.villages["lat"].notna().sum()
    assert drawn["venues"] == district.venues["lat"].notna().sum()
    assert set(district.units(units)["name"]) <= set(drawn["names"])
    assert drawn["base"] == "offline"
    desk.assert_quiet()


@pytest.mark.parametrize(("lang", "units"), [("vi", "2023"), ("en", "2025")])
def test_figures_legend_and_command_line_agree(desk, server, district, lang, units):
    screen = MapScreen(desk.page, server.url, lang=lang, units=units)
    printed = printed_coverage("--units", units)
    counts, words = printed["summary"], screen.words
    statuses = pano_statuses(district).value_counts()

    legend = screen.legend()
    assert {name: legend[words(f"terms.class.{name}")] for name in CLASSES} == {
        name: words.number(counts[name]) for name in CLASSES
    }
    assert {name: legend.get(words(f"terms.status.{name}"), "0") for name in PANO_STATUSES} == {
        name: words.number(int(statuses.get(name, 0))) for name in PANO_STATUSES
    }
    assert screen.figures() == [
        f"{counts['reached']}/{counts['villages']}",
        str(counts["villages"] - counts["reached"]),
        f"+{counts['planned']}",
        f"{counts['panos_now']}/{counts['panos_standing']}",
        f"{counts['communes_without_pano']}/{counts['communes']}",
    ]


def test_an_unproven_plan_says_what_is_promised_and_what_is_missing(desk, server, district):
    screen = MapScreen(desk.page, server.url)
    expect(screen.side).to_contain_text(screen.words("screen.nothing_proven"))
    expect(screen.side).to_contain_text(screen.words("screen.missing"))
    assert {f"pano:{key}" for key in district.works["pano_id"]} <= set(screen.picks())
    wide = district.activities.index[district.activities["scope"] == "communes"]
    assert {f"activity:{key}" for key in wide} <= set(screen.picks())


def test_villages_without_a_location_are_listed_and_not_drawn(desk, server, district):
    screen = MapScreen(desk.page, server.url)
    lost = district.villages[district.villages["lat"].isna()]
    listed = lost.index[lost["register_status"] != "historical"]
    assert len(listed)
    assert {f"village:{key}" for key in listed} <= set(screen.picks())
    at = screen.frame.evaluate(
        "Object.fromEntries(outreach.map.scene.villages.id"
        ".map((id, i) => [id, outreach.map.villages[i] !== null]))"
    )
    assert {key for key, drawn in at.items() if not drawn} == set(lost.index)

    before = screen.described()
    screen.row(f"village:{listed[0]}").click()
    expect(screen.side.locator("h2")).to_contain_text(district.villages.at[listed[0], "name"])
    assert screen.facts()[screen.words("card.position")] == screen.words("card.no_position")
    assert screen.described()["center"] == before["center"]


def test_a_head_figure_leads_to_its_rows(desk, demo_server):
    screen = MapScreen(desk.page, demo_server.url)
    for name in ("reached", "planned", "panos", "communes", "unreached"):
        screen.row(f"list:{name}").click()
        expect(screen.side.locator("h2")).to_have_text(screen.words(f"screen.list_{name}"))
        expect(screen.row(f"list:{name}")).to_have_attribute("aria-current", "true")
    desk.assert_quiet()


def test_switching_the_workspace_and_back(desk, server, district):
    screen = MapScreen(desk.page, server.url, sel="commune:22519")
    demo, notice = read_workspace(ROOT / "data" / "demo"), screen.words("map.invented")
    assert screen.notices() == []
    screen.press("ws", screen.words("screen.workspace_demo"))
    screen.wait_for_map(invented=True)
    assert screen.notices() == [notice]
    assert notice in screen.frame.locator(".outreach-legend .note").inner_text()
    screen.wait_for_address(ws="demo")
    assert screen.described()["panos"] == len(demo.panos)

    screen.press("ws", screen.words("screen.workspace_real"))
    screen.wait_for_map(invented=False)
    assert screen.notices() == []
    assert screen.described()["panos"] == len(district.panos)
    desk.page.wait_for_url(server.url + "/")
    desk.assert_quiet()


def test_an_address_that_makes_no_sense_shows_the_whole(desk, server, district):
    screen = MapScreen(
        desk.page, server.url, units="1999", on="yesterday", classes="x,,y", base="tiles:../..", commune="0",
        sel="village:`${alert(1)}", q="<img src=x onerror=alert(2)>", layers="'", list="nothing",
    )  # fmt: skip
    drawn = screen.described()
    assert (drawn["units"], drawn["base"], drawn["panos"]) == ("2023", "offline", len(district.panos))
    assert screen.view()["on"] == today().isoformat()
    expect(screen.side.locator("h2")).to_contain_text("<img src=x onerror=alert(2)>")
    desk.assert_quiet()
