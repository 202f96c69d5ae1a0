"""The map as one file opens from disk with the network cut, and answers a click."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from geo.coverage import coverage
from geo.folder import read_workspace
from geo.scene import scene, view
from geo.text import Words
from geo.webmap import standalone_html
from records.status import pano_statuses
from tests.browser.screen import LONELIEST, SETTLED, open_file

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.mark.parametrize(("folder", "lang", "units"), [("", "vi", "2023"), ("demo", "en", "2025")])
def test_the_file_draws_everything_and_names_what_it_cannot_draw(desk, tmp_path, folder, lang, units):
    workspace, words = read_workspace(DATA / folder), Words(lang)
    reach = coverage(workspace, units=units)
    drawn = view(workspace, reach, pano_statuses(workspace), lang=lang)
    file = tmp_path / "map.html"
    file.write_text(standalone_html(scene(workspace), drawn, title=words("map.title")), encoding="utf-8")
    open_file(desk.page, file)

    described = desk.page.evaluate("outreach.map.describe()")
    assert described["communes"] == len(workspace.units(units))
    assert described["villages"] == workspace.villages["lat"].notna().sum()
    assert described["panos"] == len(workspace.panos)
    assert desk.page.evaluate("document.documentElement.lang") == lang
    expect(desk.page).to_have_title(words("map.title"))

    legend = desk.page.locator(".outreach-legend")
    counted = reach.villages["counted"] & reach.villages["lat"].isna()
    assert counted.any()
    for name in workspace.villages["name"][counted]:
        expect(legend).to_contain_text(name)
    invented = legend.get_by_text(words("map.invented"))
    assert invented.count() == workspace.invented
    desk.assert_quiet()


def test_each_kind_answers_a_click(desk, tmp_path):
    workspace = read_workspace(DATA / "demo")
    drawn = view(workspace, coverage(workspace), pano_statuses(workspace), visible_statuses=["retired"])
    file = tmp_path / "map.html"
    file.write_text(standalone_html(scene(workspace), drawn, title="x"), encoding="utf-8")
    open_file(desk.page, file)
    names = {
        "village": workspace.villages["name"],
        "pano": workspace.panos["name"],
        "venue": workspace.venues["name"],
        "commune": workspace.units("2023")["name"],
    }
    for kind, named in names.items():
        key = desk.page.evaluate(LONELIEST, kind)
        at = desk.page.evaluate("([kind, id]) => outreach.map.pixel(kind, id)", [kind, key])
        desk.page.mouse.click(at["x"], at["y"])
        expect(desk.page.locator(".leaflet-popup")).to_contain_text(named[key])
        desk.page.evaluate("void outreach.map.map.closePopup()")
        desk.page.evaluate(SETTLED)
    desk.assert_quiet()
