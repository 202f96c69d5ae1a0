"""A name that looks like a program is a name: on the map, beside it, in the address, in a file."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from geo.coverage import coverage
from geo.folder import read_workspace
from geo.scene import scene, view
from geo.webmap import standalone_html
from records.status import pano_statuses
from tests.browser.screen import MapScreen, open_file
from tests.folders import GIA
from tests.hostile import FORMULA, HOSTILE, hostile_name, make_hostile_folder

PICKS = {
    "village": ("v1", "villages"),
    "pano": ("p1", "panos"),
    "venue": ("d1", "venues"),
    "commune": (GIA, "communes_2023"),
    "activity": ("a1", "activities"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_hostile_folder(tmp_path_factory.mktemp("hostile") / "data")


@pytest.fixture
def dialogs(desk):
    opened = []

    def note(dialog):
        opened.append(dialog.message)
        dialog.dismiss()

    desk.page.on("dialog", note)
    return opened


def pictures(page):
    """Return what a name made of itself as HTML; as a program it would have opened a dialog."""
    return [found for frame in page.frames for found in frame.locator("img[src=x]").all()]


def test_names_are_text_on_the_map_and_beside_it(desk, serve, folder, dialogs):
    screen = MapScreen(desk.page, serve(folder).url)
    assert hostile_name("communes_2023") in screen.described()["names"]
    for kind, (key, table) in PICKS.items():
        if kind != "activity":
            desk.page.mouse.move(*screen.place(kind, key))
            screen.click(kind, key)
            screen.choose_among(hostile_name(table))
            expect(screen.frame.locator(".leaflet-popup")).to_contain_text(hostile_name(table))
            expect(screen.side.locator("h2")).to_contain_text(hostile_name(table))
            expect(screen.side).to_contain_text(f"{screen.words('card.source')}{HOSTILE}")
            screen.frame.evaluate("void outreach.map.map.closePopup()")
    desk.page.mouse.move(*screen.place("pano", "p1"))
    expect(screen.frame.locator(".leaflet-tooltip")).to_contain_text(hostile_name("panos"))

    screen.row("list:").click()
    screen.search(HOSTILE)
    expect(screen.side.locator("h2")).to_contain_text(HOSTILE)
    expect(screen.side.locator("button.row")).to_have_count(4)
    for _, table in PICKS.values():
        if table != "activities":
            expect(screen.side).to_contain_text(hostile_name(table))
    assert pictures(desk.page) == dialogs == []
    desk.assert_quiet()


def test_a_hostile_activity_and_address_are_text(desk, serve, folder, dialogs):
    url = serve(folder).url
    MapScreen(desk.page, url, sel=f"village:{HOSTILE}", q=HOSTILE, base=f"tiles:{HOSTILE}", commune=HOSTILE)
    screen = MapScreen(desk.page, url, sel="activity:a1")
    expect(screen.side.locator("h2")).to_have_text(hostile_name("activities"))
    screen.row("village:v1").click()
    expect(screen.side.locator("h2")).to_contain_text(hostile_name("villages"))
    assert pictures(desk.page) == dialogs == []
    desk.assert_quiet()


def test_downloads_hold_no_formula(desk, serve, folder):
    screen = MapScreen(desk.page, serve(folder).url)
    expect(screen.side).to_contain_text(FORMULA)

    def downloaded(label):
        with desk.page.expect_download() as started:
            desk.page.get_by_role("button", name=screen.words(label)).click()
        return Path(started.value.path()).read_bytes()

    rows = csv.reader(io.StringIO(downloaded("screen.download_csv").decode("utf-8-sig")))
    cells = [cell for row in rows for cell in row]
    assert f"'{FORMULA}" in cells and FORMULA not in cells
    book = openpyxl.load_workbook(io.BytesIO(downloaded("screen.download_xlsx")))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert f"'{FORMULA}" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_names_are_text_in_a_map_from_disk(desk, folder, dialogs, tmp_path):
    workspace = read_workspace(folder)
    drawn = view(workspace, coverage(workspace), pano_statuses(workspace))
    page = tmp_path / "map.html"
    page.write_text(standalone_html(scene(workspace), drawn, title=HOSTILE), encoding="utf-8")
    open_file(desk.page, page)
    assert desk.page.title() == HOSTILE
    at = desk.page.evaluate("outreach.map.pixel('pano', 'p1')")
    desk.page.mouse.click(at["x"], at["y"])
    expect(desk.page.locator(".leaflet-popup")).to_contain_text(hostile_name("panos"))
    assert pictures(desk.page) == dialogs == []
    desk.assert_quiet()
