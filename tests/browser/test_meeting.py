"""A meeting from its opening to the work order: steps, days, a place on the map, decisions, files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from docx import Document
from docx.document import Document as Paper
from playwright.sync_api import Locator, Page, expect

from geo.text import Words
from records import workspaces
from records.actions import edit
from records.decisions import decide, decisions, end_meeting
from records.journal import Operation
from records.meetings import Meeting, frozen, meetings, open_meeting
from records.rights import SYSTEM, Actor
from records.timeline import shift
from reports.decisions import became, said_of
from reports.headline import headlines
from reports.results import results
from tests.browser.conftest import Visit
from tests.browser.screen import MapScreen
from tools.live_app import Server, start
from views.address import STEPS
from views.meeting_sites import next_sites

WORDS = Words("vi")
PASSWORD = "bốn mùa hoa nở"
NAME = "Lê Văn Hùng"
LAN = Actor("lan", "Nguyễn Thị Lan", "admin")
SIZE = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("meeting")
    server = start(folder, data="data/demo")
    server.wait_until_healthy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTREACH_DATA", "data/demo")
        patch.setenv("OUTREACH_VAR", str(folder / "var"))
        patch.delenv("OUTREACH_DB", raising=False)
        workspaces.people().add(SYSTEM, "hung", PASSWORD, name=NAME, role="admin", communes=())
        yield server
    server.stop()


def signed_in(visit: Visit, url: str) -> Page:
    """Sign in, and return the page."""
    page = visit.page
    page.goto(f"{url}/sign-in")
    page.locator("[name=login]").fill("hung")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    expect(page.locator(".account")).to_have_text(NAME)
    return page


def operation() -> Operation:
    return Operation(actor=LAN, op_id=str(uuid4()), source="web", reason="")


def step_is(page: Page, name: str) -> None:
    expect(page.locator(".st-key-meeting_side h2").first).to_have_text(WORDS(f"meeting.title.{name}"))


def figures_are(page: Page, expected: list[str]) -> None:
    expect(page.locator(".st-key-meeting_figures .value")).to_have_text(expected)


def figures_of(meeting: Meeting) -> list[str]:
    """Return the five figures that a meeting's snapshot gives now."""
    kept = meeting.snapshot
    found = results(frozen(workspaces.store_of("demo"), kept), on=kept.on, units=kept.units)
    return [one.value for one in headlines(found, WORDS)]


def opened(page: Page) -> Meeting:
    """Open a meeting on the screen, and return it."""
    store = workspaces.store_of("demo")
    before = {one.id for one in meetings(store)}
    page.get_by_role("button", name=WORDS("meeting.choose")).click()
    page.get_by_role("button", name=WORDS("meeting.open"), exact=True).click()
    expect(page.locator(".snapshot")).to_contain_text(WORDS("meeting.frozen", title="").strip())
    page.keyboard.press("Escape")
    (meeting,) = [one for one in meetings(store) if one.id not in before]
    return meeting


def lead(page: Page) -> Locator:
    """Return what the form says that a decision is about."""
    return page.locator(".st-key-meeting_side .lead").first


def save_decision(page: Page) -> None:
    label = page.get_by_label(WORDS("meeting.decision.said_by"))
    expect(label).to_be_in_viewport()
    label.fill("Chủ tịch")
    page.get_by_role("button", name=WORDS("meeting.decision.save")).click()
    expect(page.get_by_text(WORDS("meeting.decision.saved"))).to_be_visible()


def minutes_taken_home(page: Page, meeting: Meeting) -> Paper:
    """Prepare the minutes of a meeting on the screen, and return what was downloaded."""
    minutes = WORDS("meeting.files.minutes")
    page.get_by_role("button", name=WORDS("meeting.files.make")).click()
    with page.expect_download() as handed:
        page.get_by_role("button", name=WORDS("meeting.files.download", what=minutes)).click()
    assert meeting.snapshot.checksum in handed.value.suggested_filename
    return Document(handed.value.path())


def go_to(page: Page, step: str) -> None:
    page.get_by_role("radio", name=WORDS(f"meeting.step.{step}")).click()
    step_is(page, step)


def test_steps_go_by_keys_wherever_the_focus_is_and_back_by_the_browser(
    office: Server, open_visit: Callable[..., Visit]
) -> None:
    visit = open_visit(viewport=SIZE)
    page = visit.page
    screen = MapScreen(page, office.url, page="meeting", step="proposed")
    # The focus is in the map's frame, where arrows would move the map.
    screen.click("pano", screen.loneliest("pano"))
    expect(screen.frame.locator(".leaflet-popup")).to_be_visible()
    page.keyboard.press("ArrowRight")
    step_is(page, "decisions")
    for step in STEPS[-2::-1]:
        page.keyboard.press("ArrowLeft")
        step_is(page, step)
    page.wait_for_url(lambda url: "step" not in url)
    page.go_back()
    step_is(page, STEPS[1])
    visit.assert_quiet()


def test_decisions_taken_on_the_map_become_work_that_leads_back_to_the_meeting(
    office: Server, open_visit: Callable[..., Visit]
) -> None:
    visit = open_visit(viewport=SIZE, accept_downloads=True)
    store = workspaces.store_of("demo")
    page = signed_in(visit, office.url)
    screen = MapScreen(page, office.url, page="meeting", step="late")
    meeting = opened(page)
    kept = meeting.snapshot
    step_is(page, "late")
    head = figures_of(meeting)
    figures_are(page, head)
    expect(page.locator(".snapshot b")).to_contain_text(kept.checksum)

    # On the map at once, before the address can have told the browser of the meeting.
    found = results(frozen(store, kept), on=kept.on, units=kept.units)
    broken_id = found.figures["panos_to_repair"].rows[0][1]
    broken = found.workspace.panos.at[broken_id, "name"]
    pins = screen.frame.locator(".outreach-pin")
    pins.and_(screen.frame.get_by_title(broken, exact=True)).click()
    expect(lead(page)).to_have_text(broken)
    save_decision(page)
    assert visit.axe_faults(".st-key-sitting") == []

    village_id = screen.loneliest("village")
    screen.click("village", village_id)
    village = found.workspace.villages.at[village_id, "name"]
    expect(lead(page)).to_have_text(village)
    page.get_by_role("combobox", name=WORDS("meeting.decision.kind")).click()
    page.get_by_role("option", name=WORDS("meeting.decision.survey")).click()
    survey = f"{WORDS('meeting.decision.survey')}: {village}"
    expect(page.get_by_label(WORDS("meeting.decision.label"))).to_have_value(survey)
    save_decision(page)

    go_to(page, "proposed")
    site = next_sites(found.workspace, kept.on).sites.iloc[0]
    expect(pins.and_(screen.frame.locator(".computed")).first).to_have_attribute(
        "title", f"A. {site['label']}"
    )
    pins.and_(screen.frame.locator(".computed")).first.click()
    name = WORDS("meeting.sites.name", label=site["label"])
    expect(page.get_by_label(WORDS("meeting.decision.name"))).to_have_value(name)
    save_decision(page)
    assert store.version == kept.version

    go_to(page, "decisions")
    page.get_by_role("button", name=WORDS("meeting.decision.end"), exact=True).click()
    page.get_by_role("button", name=WORDS("meeting.decision.end_sure", n=3)).click()
    said = WORDS("meeting.decision.ended_said", done=2, tasks=1, refused=0)
    expect(page.get_by_text(said)).to_be_visible()
    taken = decisions(store, meeting.id)
    assert {one.said_by for one in taken} == {"Chủ tịch"}
    now = store.workspace()
    before = found.workspace.works
    (repair,) = now.works[
        (now.works["pano_id"] == broken_id) & ~now.works.index.isin(before.index)
    ].itertuples()
    assert (repair.kind, repair.state) == ("repair_frame", "approved")
    (pano,) = now.panos[(now.panos["name"] == name) & (now.panos["state"] == "planned")].itertuples()
    assert (pano.lat, pano.lon) == (site["lat"], site["lon"])
    (build,) = now.works[now.works["pano_id"] == pano.Index].itertuples()
    assert (build.kind, build.state) == ("build", "proposed")
    # The record has moved on, the snapshot has not.
    figures_are(page, head)

    # Minutes as soon as the meeting has ended, in the tab in which it was opened.
    cells = {
        cell.text
        for table in minutes_taken_home(page, meeting).tables
        for row in table.rows
        for cell in row.cells
    }
    assert {became(one, WORDS) for one in taken} <= cells
    expect(page.locator(".snapshot b")).to_contain_text(kept.checksum)
    page.get_by_role("button", name=WORDS("meeting.decision.to_board")).click()
    expect(page.locator(f'[data-pick="meeting:{meeting.id}"]')).to_contain_text(survey)
    page.locator(f'[data-pick="pano:{pano.Index}"]').first.click()
    page.get_by_text(WORDS("work.board.from_meeting", title=meeting.title)).click()
    step_is(page, "decisions")
    for one in taken:
        expect(page.locator(".st-key-meeting_side")).to_contain_text(said_of(one, WORDS))
    visit.assert_quiet()


def test_while_a_place_is_asked_for_any_click_takes_it(
    office: Server, open_visit: Callable[..., Visit]
) -> None:
    visit = open_visit(viewport=SIZE)
    page = signed_in(visit, office.url)
    screen = MapScreen(page, office.url, page="meeting", step="proposed")
    opened(page)
    popup = screen.frame.locator(".leaflet-popup")
    notice = screen.frame.get_by_text(WORDS("meeting.proposed.click"))
    toggle = page.locator(".st-key-meeting_place_on label")
    village_id = screen.loneliest("village")
    screen.click("village", village_id)
    expect(popup).to_be_visible()

    toggle.click()
    expect(notice).to_be_visible()
    expect(popup).to_have_count(0)
    place = page.get_by_text(WORDS("meeting.proposed.place", point="", commune="").split(":")[0])
    screen.click("village", village_id)
    expect(place).to_be_visible()
    expect(popup).to_have_count(0)
    village = workspaces.store_of("demo").workspace().villages.loc[village_id]
    said = place.inner_text().split(": ")[1].split(", ")
    assert [float(said[0]), float(said[1])] == pytest.approx([village["lat"], village["lon"]], abs=0.01)

    toggle.click()
    expect(notice).to_have_count(0)
    screen.click("village", village_id)
    expect(popup).to_be_visible()
    page.keyboard.press("ArrowRight")
    step_is(page, "decisions")
    expect(popup).to_have_count(0)
    visit.assert_quiet()


def test_the_slider_goes_by_keys_between_two_days_and_leaves_the_step(
    office: Server, open_visit: Callable[..., Visit]
) -> None:
    visit = open_visit(viewport=SIZE)
    page = visit.page
    MapScreen(page, office.url, page="meeting", step="change")
    head = page.locator(".st-key-meeting_figures .value").all_inner_texts()
    slider = page.get_by_role("slider")
    last = slider.get_attribute("aria-valuetext")
    saying = page.locator(".saying")
    store = workspaces.store_of("demo")
    start = store.workspace().plan.starts_on
    changed = shift(*(results(store.workspace(on), on=on).reach for on in (start, store.today)))
    counts = {"gained": len(changed.gained), "lost": len(changed.lost)}
    assert all(counts.values())
    expect(saying).to_contain_text(WORDS("meeting.change.moved_both", **counts))
    for name, n in counts.items():
        title = f"{WORDS(f'meeting.change.{name}')} ({n})"
        expect(page.get_by_text(title, exact=True)).to_be_attached()
    slider.focus()
    page.keyboard.press("Home")
    expect(saying).not_to_contain_text(last)
    first = slider.get_attribute("aria-valuetext")
    expect(saying).to_contain_text(first)
    page.keyboard.press("ArrowRight")
    expect(slider).not_to_have_attribute("aria-valuetext", first)
    expect(saying).to_contain_text(slider.get_attribute("aria-valuetext"))
    step_is(page, "change")
    figures_are(page, head)
    page.get_by_role("button", name="›").focus()
    page.keyboard.press("ArrowRight")
    step_is(page, "late")
    visit.assert_quiet()


def test_figures_stay_while_the_record_moves_on_and_a_meeting_ends_without_a_decision(
    office: Server, open_visit: Callable[..., Visit]
) -> None:
    visit = open_visit(viewport=SIZE, accept_downloads=True)
    store = workspaces.store_of("demo")
    page = signed_in(visit, office.url)
    MapScreen(page, office.url, page="meeting")
    meeting = opened(page)
    head = figures_of(meeting)
    for pano_id in store.workspace().panos.index:
        changes = {"condition": "major_damage", "checked_on": store.today.isoformat()}
        edit(store, "pano", pano_id, changes, operation())
    for step in STEPS:
        page.goto(f"{office.url}/?page=meeting&meeting={meeting.id}&step={step}")
        step_is(page, step)
        expect(page.locator(".snapshot b")).to_contain_text(meeting.snapshot.checksum)
        figures_are(page, head)
    now = store.workspace()
    assert [one.value for one in headlines(results(now, on=store.today), WORDS)] != head

    page.get_by_role("button", name=WORDS("meeting.decision.end"), exact=True).click()
    page.get_by_role("button", name=WORDS("meeting.decision.end_none_sure")).click()
    expect(page.get_by_text(WORDS("meeting.decision.none_ended"))).to_be_visible()
    lines = [paragraph.text for paragraph in minutes_taken_home(page, meeting).paragraphs]
    assert any(meeting.snapshot.checksum in line for line in lines)
    visit.assert_quiet()


def test_who_has_not_signed_in_sees_the_screen_and_no_decisions(
    office: Server, open_visit: Callable[..., Visit]
) -> None:
    store = workspaces.store_of("demo")
    meeting = open_meeting(store, operation(), title="Họp kín", on=store.today, units="2023")
    decide(store, meeting.id, "task", {"label": "Báo cáo tỉnh"}, operation())
    end_meeting(store, meeting.id, operation())
    visit = open_visit(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = visit.page
    MapScreen(page, office.url, page="meeting", meeting=meeting.id, step="decisions")
    expect(page.get_by_text(WORDS("meeting.sign_in_to_see"))).to_be_visible()
    expect(page.get_by_text("Báo cáo tỉnh")).to_have_count(0)
    snapshot = page.locator(".snapshot b")
    expect(snapshot).to_contain_text(meeting.snapshot.checksum)
    fits = snapshot.evaluate("node => node.getBoundingClientRect().bottom <= innerHeight")
    assert fits
    figures_are(page, figures_of(meeting))
    expect(page.get_by_role("button", name=WORDS("meeting.decision.end"))).to_have_count(0)
    visit.assert_quiet()
