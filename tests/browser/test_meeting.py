"""A meeting from its opening to the work order: arrow keys, a decision, minutes, and figures that stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from geo.text import Words
from records import workspaces
from records.meetings import decisions, meetings
from records.rights import SYSTEM
from tests.browser.conftest import Visit
from tests.browser.screen import MapScreen
from tools.live_app import Server, start
from views.address import STEPS

WORDS = Words("vi")
PASSWORD = "bốn mùa hoa nở"
NAME = "Lê Văn Hùng"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("meeting")
    server = start(folder, data="data/demo")
    server.wait_until_healthy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTREACH_DATA", "data/demo")
        patch.setenv("OUTREACH_VAR", str(folder / "var"))
        patch.delenv("OUTREACH_DB", raising=False)
        workspaces.people().add(SYSTEM, "hung", PASSWORD, name=NAME, role="approver", communes=())
        yield server
    server.stop()


def step_is(page: Page, name: str) -> None:
    expect(page.locator(".st-key-meeting_side h2").first).to_have_text(WORDS(f"meeting.title.{name}"))


def test_a_meeting_walks_by_arrow_keys_decides_and_hands_out_work(
    office: Server, open_visit: Callable[..., Visit]
) -> None:
    visit = open_visit(viewport={"width": 1440, "height": 900})
    page, store = visit.page, workspaces.store_of("demo")
    page.goto(f"{office.url}/sign-in")
    page.locator("[name=login]").fill("hung")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    expect(page.locator(".account")).to_have_text(NAME)
    screen = MapScreen(page, office.url)
    page.get_by_text(WORDS("screen.page_meeting"), exact=True).click()
    step_is(page, "now")
    screen.wait_for_map()
    page.get_by_role("button", name=WORDS("meeting.choose")).click()
    page.get_by_role("button", name=WORDS("meeting.open"), exact=True).click()
    expect(page.locator(".snapshot")).to_contain_text(WORDS("meeting.title_default", date="").strip())
    page.keyboard.press("Escape")
    (meeting,) = meetings(store)
    expect(page.locator(".snapshot b")).to_contain_text(meeting.snapshot.checksum)

    # The focus is in the map's frame, where arrows would move the map.
    pano_id = screen.loneliest("pano")
    screen.click("pano", pano_id)
    name = store.workspace().panos.at[pano_id, "name"]
    expect(page.locator(".st-key-meeting_side .lead").first).to_have_text(name)
    for step in STEPS[1:]:
        page.keyboard.press("ArrowRight")
        step_is(page, step)
    for step in STEPS[-2::-1]:
        page.keyboard.press("ArrowLeft")
        step_is(page, step)

    screen.settle()
    screen.click("pano", pano_id)
    label = page.get_by_label(WORDS("meeting.decision.said_by"))
    expect(label).to_be_in_viewport()
    label.fill("Chủ tịch")
    page.get_by_role("button", name=WORDS("meeting.decision.save")).click()
    expect(page.get_by_text(WORDS("meeting.decision.saved"))).to_be_visible()
    assert visit.axe_faults(".st-key-sitting") == []
    head = page.locator(".st-key-meeting_figures").inner_text()

    page.get_by_text(WORDS("meeting.step.decisions")).click()
    step_is(page, "decisions")
    page.get_by_role("button", name=WORDS("meeting.decision.end"), exact=True).click()
    page.get_by_role("button", name=WORDS("meeting.decision.end_sure", n=1)).click()
    (taken,) = decisions(store, meeting.id)
    expect(
        page.get_by_text(WORDS(f"meeting.outcome.{decisions(store, meeting.id)[0].outcome}"))
    ).to_be_visible()
    assert taken.said_by == "Chủ tịch"
    page.get_by_role("button", name=WORDS("meeting.files.make")).click()
    expect(page.get_by_text(WORDS("meeting.files.ready", checksum=meeting.snapshot.checksum))).to_be_visible()
    assert page.locator(".st-key-meeting_figures").inner_text() == head
    visit.assert_quiet()
