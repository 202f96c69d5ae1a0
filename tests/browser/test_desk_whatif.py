"""What if in a browser: panos dragged, resized, taken away; kept, compared, found on the work board."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from geo.whatif import Change, WhatIf
from records import workspaces
from records.rights import SYSTEM
from records.scenarios import keep, scenarios
from records.store import Store
from tests.browser.conftest import Visit
from tests.browser.test_desk import LOGIN, PANOS_ONLY, PASSWORD, WORDS, DeskScreen
from tests.records.helpers import PLANNER, operation
from tools.live_app import Server, start

PIN = ".outreach-pin"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Store]]:
    folder = tmp_path_factory.mktemp("whatif")
    server = start(folder, data="data/demo")
    server.wait_until_healthy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTREACH_DATA", "data/demo")
        patch.setenv("OUTREACH_VAR", str(folder / "var"))
        patch.delenv("OUTREACH_DB", raising=False)
        workspaces.people().add(SYSTEM, LOGIN, PASSWORD, name="Trần Thị Lan", role="planner")
        yield server, workspaces.store_of("demo")
    server.stop()


@pytest.fixture
def planner(office: tuple[Server, Store], desk: Visit) -> Callable[[], DeskScreen]:
    """Return a function that opens the section for someone who plans."""
    server, _ = office
    desk.page.goto(f"{server.url}/sign-in?next={quote('/?page=desk')}")
    desk.page.locator("[name=login]").fill(LOGIN)
    desk.page.locator("[name=password]").fill(PASSWORD)
    desk.page.locator("main button").click()
    expect(desk.page.locator(".account")).to_be_visible()
    return lambda: DeskScreen(desk.page, server.url, "whatif")


def drag(screen: DeskScreen, start: tuple[float, float], by: tuple[float, float]) -> None:
    mouse = screen.page.mouse
    mouse.move(*start)
    mouse.down()
    mouse.move(start[0] + by[0], start[1] + by[1], steps=4)
    mouse.up()


def settled(screen: DeskScreen) -> None:
    """Wait until all of the screen is drawn: the map says what changed first, and pins are made anew last."""
    expect(screen.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def press(screen: DeskScreen, key: str) -> None:
    settled(screen)
    screen.page.get_by_role("button", name=WORDS(f"desk.whatif.{key}"), exact=True).click()


def test_a_pano_is_dragged_and_its_pin_dragged_on_and_each_step_goes_back_and_forth(office, desk):
    server, _ = office
    screen = DeskScreen(desk.page, server.url, "whatif")
    id_ = screen.loneliest("pano")
    center = screen.described()["center"]
    drag(screen, screen.place("pano", id_), (40, 30))
    screen.wait_until("view.sketch.sites.length === 1 && view.sketch.sites[0].id === arg", id_)
    assert screen.described()["center"] == center, "the map stays where it is"
    first = screen.frame.evaluate("outreach.map.view.sketch.sites[0]")
    settled(screen)
    box = screen.page.locator(".st-key-map iframe").bounding_box()
    # In the open sea: the first click after a drag is one like any other.
    screen.page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.6)
    screen.wait_for_sites(2)
    press(screen, "step_back")
    screen.wait_until("drawn.sites === 1")
    settled(screen)
    pin = screen.frame.locator(PIN).bounding_box()
    drag(screen, (pin["x"] + pin["width"] / 2, pin["y"] + pin["height"] / 2), (0, -60))
    screen.wait_until("view.sketch.sites[0].lat > arg", first["lat"])
    press(screen, "step_back")
    screen.wait_until("view.sketch.sites[0].lat === arg", first["lat"])
    press(screen, "step_forth")
    screen.wait_until("view.sketch.sites[0].lat > arg", first["lat"])
    press(screen, "clear")
    screen.wait_for_sites(1)
    expect(screen.page.get_by_text(WORDS("desk.whatif.nothing_yet"))).to_be_visible()
    desk.assert_quiet()


def test_a_pano_is_resized_and_taken_away_from_the_fields_alone(office, desk):
    server, store = office
    screen = DeskScreen(desk.page, server.url, "whatif")
    ws = store.workspace()
    what_if = WhatIf(ws, on=store.today, channels=PANOS_ONLY)
    id_ = next(one for one in ws.panos.index if what_if.difference([Change("retire", one)]).lost)
    screen.page.locator(".st-key-tried_pano input").fill(ws.panos.at[id_, "name"])
    screen.page.keyboard.press("Enter")
    radius = screen.page.locator("[class*=st-key-tried_radius] input")
    radius.fill("50")
    radius.press("Enter")
    expected = what_if.difference([Change("resize", id_, radius_m=50.0)])
    screen.wait_until("JSON.stringify(view.sketch.lost) === JSON.stringify(arg)", list(expected.lost))
    screen.wait_until("view.sketch.sites[0].radius_m === 50")
    press(screen, "retire")
    lost = list(what_if.difference([Change("retire", id_)]).lost)
    screen.wait_until("view.sketch.sites[0].gone && view.sketch.lost.join() === arg.join()", lost)
    desk.assert_quiet()


def test_two_scenarios_side_by_side_and_one_is_deleted_once_it_is_confirmed(office, planner, desk):
    _, store = office
    ws = store.workspace()
    for name, id_ in zip(("Bớt một", "Bớt hai"), ws.panos.index, strict=False):
        keep(store, name, [Change("retire", id_)], operation(PLANNER))
    screen = planner()
    screen.press("tried_part", WORDS("desk.whatif.part_kept"))
    page = screen.page
    page.locator(".st-key-kept_second input").fill("Bớt một")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-desk_kept thead th")).to_have_count(4)
    expect(page.get_by_text(WORDS("desk.kept.map_of_first", name="Bớt hai"))).to_be_visible()
    assert desk.axe_faults() == []
    page.get_by_role("button", name=WORDS("desk.kept.remove")).click()
    assert {one.name for one in scenarios(store)} == {"Bớt một", "Bớt hai"}
    page.get_by_role("button", name=WORDS("desk.kept.remove_do"), exact=True).click()
    expect(page.get_by_text(WORDS("desk.kept.removed", name="Bớt hai"))).to_be_visible()
    assert [one.name for one in scenarios(store)] == ["Bớt một"]


def test_what_is_proposed_is_found_on_the_work_board(office, planner):
    _, store = office
    ws = store.workspace()
    open_ = set(ws.works["pano_id"][~ws.works["state"].isin(("done", "cancelled"))])
    id_ = next(one for one in ws.panos.index[ws.panos["state"] == "in_service"] if one not in open_)
    keep(store, "Gỡ một pano", [Change("retire", id_)], operation(PLANNER))
    screen = planner()
    page = screen.page
    screen.press("tried_part", WORDS("desk.whatif.part_kept"))
    page.get_by_text(WORDS("desk.kept.propose"), exact=True).click()
    page.get_by_role("button", name=WORDS("desk.kept.propose_do", n=1)).click()
    expect(page.get_by_text(WORDS("desk.kept.propose"), exact=True)).to_have_count(0)
    page.get_by_role("button", name=WORDS("desk.kept.to_board")).click()
    expect(page.locator(f'[data-pick="pano:{id_}"]').first).to_be_visible()
    works = store.workspace().works
    proposed = works[(works["pano_id"] == id_) & (works["state"] == "proposed")]
    assert proposed["kind"].tolist() == ["remove"]
