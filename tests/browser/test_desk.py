"""The planner's desk in a browser: promised and proven, ledger, sites, what if that becomes work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Page, expect

from geo.coverage import coverage
from geo.ledger import gaps, ledger
from geo.siting import siting
from geo.text import Words
from geo.whatif import Change, changed
from records import workspaces
from records.commitments import deeds, standings
from records.rights import SYSTEM
from records.scenarios import scenarios
from records.store import Store
from records.timeline import causes, first_day, shift
from tests.browser.conftest import Visit
from tests.browser.screen import MapScreen
from tools.live_app import Server, start
from views.address import SECTIONS
from views.desk_ledger import MARKS, SIGNS, on_map
from views.desk_plan import measured
from views.desk_sites import FIRST_COUNT

WORDS = Words("vi")
LOGIN, PASSWORD = "lan", "bốn mùa hoa nở"
PANOS_ONLY = ("pano",)


WIDTHS = "parts => parts.map((part) => part.offsetWidth / part.parentElement.clientWidth)"


class DeskScreen(MapScreen):
    """A section of the desk on a page."""

    def __init__(self, page: Page, url: str, section: str, **choices: str) -> None:
        self.page = page
        self.words = WORDS
        page.goto(f"{url}/?{urlencode({'page': 'desk', 'section': section} | choices)}")
        if section != "plan":
            self.wait_for_map()

    def said(self) -> str:
        """Return the answer that a screen reader is told."""
        return self.page.locator(".st-key-desk_wide_side .panel [role=status]").first.inner_text()

    def wait_for_sites(self, count: int) -> None:
        """Wait until the map has so many pins."""
        self.wait_until("drawn.sites === arg", count)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Store]]:
    folder = tmp_path_factory.mktemp("desk")
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
def planner(office: tuple[Server, Store], desk: Visit) -> Callable[[str], DeskScreen]:
    """Return a function that opens a section for someone who plans."""
    server, _ = office
    desk.page.goto(f"{server.url}/sign-in?next={quote('/?page=desk')}")
    desk.page.locator("[name=login]").fill(LOGIN)
    desk.page.locator("[name=password]").fill(PASSWORD)
    desk.page.locator("main button").click()
    expect(desk.page.locator(".account")).to_be_visible()
    return lambda section: DeskScreen(desk.page, server.url, section)


def test_a_commitment_leads_to_its_deeds(office, desk):
    server, store = office
    screen = DeskScreen(desk.page, server.url, "plan")
    ws = store.workspace()
    found = standings(ws, on=store.today, of=deeds(ws, on=store.today))
    expect(screen.page.locator(".st-key-desk_commitments tbody tr")).to_have_count(len(found))
    due = deeds(ws, on=store.today).set_index(["table", "id"])["due_on"]
    late = [WORDS("work.board.late_by", n=(store.today - due[row]).days) for one in found for row in one.late]
    expect(screen.page.locator(".st-key-desk_deeds .right.bad")).to_have_text(late)
    screen.row(f"commitment:{found[0].commitment.id}").click()
    rows = screen.page.locator(".st-key-desk_deeds .row")
    expect(rows).to_have_count(sum(map(len, found[0].rows.values())))
    desk.assert_quiet()


def test_a_bar_is_drawn_as_long_as_its_words_say(office, desk):
    server, store = office
    screen = DeskScreen(desk.page, server.url, "plan")
    rows = screen.page.locator(".st-key-desk_commitments tbody tr")
    found = standings(store.workspace(), on=store.today)
    expect(rows).to_have_count(len(found))
    for one, row in zip(found, rows.all(), strict=True):
        assert one.commitment.target, "every commitment of the demo has a target"
        cell = measured(one, WORDS)
        expect(row).to_contain_text(cell["text"])
        expect(row).to_contain_text(cell["sub"])
        bar = row.locator(".bar")
        parts = bar.locator(".part").evaluate_all(WIDTHS)
        assert parts == pytest.approx([share for _, share in cell["bar"]["parts"] if share], abs=0.01)
        expect(bar.locator(".target")).to_have_count(int(cell["bar"]["target"] < 1))
    desk.assert_quiet()


def test_the_ledger_has_every_counted_village_and_its_heads_stay_in_sight(office, desk):
    server, store = office
    screen = DeskScreen(desk.page, server.url, "ledger")
    counted = coverage(store.workspace(), on=store.today).summary["villages"]
    rows = screen.page.locator(".st-key-desk_book tbody tr:not(.group)")
    expect(rows).to_have_count(counted)
    rows.last.scroll_into_view_if_needed()
    expect(rows.last).to_be_in_viewport()
    for head in screen.page.locator(".st-key-desk_book thead th[scope=col]").all():
        expect(head).to_be_in_viewport(ratio=1)
    desk.assert_quiet()


def test_the_map_says_what_is_chosen_of_the_ledger(office, desk):
    server, store = office
    book = ledger(store.workspace(), on=store.today)
    screen = DeskScreen(desk.page, server.url, "ledger")
    for what in MARKS:
        if what != MARKS[0]:
            screen.page.locator(".st-key-ledger_marks input").click()
            option = WORDS(f"desk.ledger.marks_{what}")
            screen.page.get_by_role("option", name=option, exact=True).click()
        expect(screen.page.get_by_text(WORDS(f"desk.ledger.on_map_{what}", **SIGNS))).to_be_visible()
        said = on_map(book, what, WORDS)
        screen.wait_until("Object.entries(arg).every(([id, text]) => view.sketch.numbers[id] === text)", said)
    desk.assert_quiet()


def test_the_matrix_is_walked_by_keys_to_a_card_that_says_the_evidence(office, desk):
    server, store = office
    ws = store.workspace()
    contacts = ledger(ws, on=store.today).contacts
    proven = contacts[contacts["evidence"] != ""].iloc[0]
    screen = DeskScreen(desk.page, server.url, "ledger")
    row = screen.row(f"village:{proven['village_id']}")
    row.focus()
    screen.page.keyboard.press("Enter")
    card = screen.page.locator(".st-key-desk_card .panel")
    expect(card).to_contain_text(ws.villages.at[proven["village_id"], "name"])
    expect(card).to_contain_text(proven["evidence"])
    desk.assert_quiet()


def test_gaps_stand_in_two_groups_by_what_the_plan_does(office, desk):
    server, store = office
    ws = store.workspace()
    open_ = gaps(ws, coverage(ws, on=store.today).villages)
    is_planned = open_["class"] == "planned"
    screen = DeskScreen(desk.page, server.url, "ledger")
    screen.press("ledger_part", WORDS("desk.ledger.show_gaps"))
    groups = screen.page.locator(".st-key-desk_book section")
    expect(groups.first).to_contain_text(WORDS("desk.ledger.gaps_none", n=int((~is_planned).sum())))
    for group, ids in zip(groups.all(), (open_.index[~is_planned], open_.index[is_planned]), strict=True):
        picks = group.locator("button.row").evaluate_all("rows => rows.map(row => row.dataset.pick)")
        assert picks == [f"village:{id_}" for id_ in ids]
    desk.assert_quiet()


def test_a_point_of_the_curve_moves_the_map_by_mouse_and_by_key(office, desk):
    server, store = office
    question = siting(store.workspace(), on=store.today, channels=PANOS_ONLY)
    screen = DeskScreen(desk.page, server.url, "sites")
    screen.wait_for_sites(FIRST_COUNT)
    assert str(question.best(FIRST_COUNT).objective) in screen.said()
    chart = screen.page.locator(".chart")
    box = chart.locator('[data-pick="count:5"] circle').bounding_box()
    screen.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 40)
    screen.wait_for_sites(5)
    chart.locator('[data-pick="count:5"]').focus()
    screen.page.keyboard.press("ArrowRight")
    screen.page.keyboard.press("Enter")
    screen.wait_for_sites(6)
    picks = screen.page.locator('.st-key-desk_site_list [data-pick^="site:"]')
    expect(picks).to_have_count(6)
    desk.assert_quiet()


def test_money_without_a_cost_is_asked_for_and_never_made_up(office, desk):
    server, _ = office
    screen = DeskScreen(desk.page, server.url, "sites")
    screen.page.locator(".st-key-site_limit input").click()
    screen.page.get_by_role("option", name=WORDS("desk.sites.limit_budget")).click()
    expect(screen.page.get_by_text(WORDS("desk.sites.needs_money"))).to_be_visible()
    for field, value in (("site_budget", "30"), ("site_cost", "15")):
        screen.page.locator(f".st-key-{field} input").fill(value)
        screen.page.keyboard.press("Enter")
    screen.wait_for_sites(2)
    desk.assert_quiet()


def test_what_is_tried_recolours_the_map_is_kept_and_becomes_work(office, planner):
    _, store = office
    screen = planner("sites")
    screen.wait_for_sites(FIRST_COUNT)
    screen.row("site:1").click()
    page = screen.page
    page.get_by_role("button", name=WORDS("desk.sites.try_one", n=1)).click()
    screen.wait_for_sites(1)
    ws, today = store.workspace(), store.today
    site = siting(ws, on=today, channels=PANOS_ONLY).best(FIRST_COUNT).sites.loc[1]
    drop = Change("drop", "thu-1", lat=round(site["lat"], 5), lon=round(site["lon"], 5))
    after = coverage(changed(ws, [drop]), on=today, channels=PANOS_ONLY)
    counts = {name: int(after.summary[name]) for name in ("reached", "unreached")}
    screen.wait_until("Object.entries(arg).every(([name, n]) => view.legend.classes[name] === n)", counts)
    assert store.workspace() is ws, "nothing is saved while it is tried"

    page.locator(".st-key-kept_named input").fill("Thử một pano")
    page.get_by_role("button", name=WORDS("desk.kept.keep"), exact=True).click()
    expect(page.get_by_text(WORDS("desk.kept.kept", name="Thử một pano", n=1))).to_be_visible()
    (kept,) = scenarios(store)
    assert kept.changes == (drop,)

    screen.press("tried_part", WORDS("desk.whatif.part_kept"))
    page.get_by_text(WORDS("desk.kept.propose"), exact=True).click()
    send = page.get_by_role("button", name=WORDS("desk.kept.propose_do", n=1))
    send.click()
    expect(page.get_by_text(WORDS("desk.kept.place_missing"))).to_be_visible()
    expect(page.get_by_text(WORDS("desk.kept.name_missing"))).to_be_visible()
    expect(page.get_by_text(WORDS("desk.kept.commune_missing"))).to_have_count(0)
    page.locator("[class*=st-key-pano_name] input").fill("Pano mới thử")
    send.click()
    expect(page.get_by_role("status").get_by_text(WORDS("desk.kept.proposed"))).to_be_visible()
    ws = store.workspace()
    (new,) = ws.panos.index[ws.panos["name"] == "Pano mới thử"]
    works = ws.works[ws.works["pano_id"] == new]
    assert works[["kind", "state"]].to_numpy().tolist() == [["build", "proposed"]]


def test_a_click_drops_a_pano_and_undo_takes_it_back(office, desk):
    server, _ = office
    screen = DeskScreen(desk.page, server.url, "whatif")
    screen.settle()
    box = screen.page.locator(".st-key-map iframe").bounding_box()
    # In the open sea, where nothing else is meant.
    screen.page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.6)
    screen.wait_for_sites(1)
    expect(screen.page.get_by_text(WORDS("desk.kept.sign_in"))).to_be_visible()
    screen.page.get_by_role("button", name=WORDS("desk.whatif.step_back"), exact=True).click()
    screen.wait_for_sites(0)
    desk.assert_quiet()


def test_a_day_of_the_line_is_the_day_on_the_map(office, desk):
    server, store = office
    screen = DeskScreen(desk.page, server.url, "time")
    first = screen.page.locator(".chart .dot").first
    day = first.get_attribute("data-pick").partition(":")[2]
    first.focus()
    screen.page.keyboard.press("Enter")
    screen.wait_until("view.on === arg", day)
    assert day < store.today.isoformat()
    desk.assert_quiet()


def test_a_village_that_was_gained_says_why_and_since_when(office, desk):
    server, store = office
    ws, today = store.workspace(), store.today
    first = first_day(ws, today=today)
    changes = shift(*(coverage(store.workspace(day), on=day) for day in (first, today)))
    found = causes(store, changes, first=first, last=today)
    dated = next(id_ for id_ in changes.gained if found[id_][0].kind == "activity" and found[id_][0].on)
    screen = DeskScreen(desk.page, server.url, "time")
    row = screen.page.locator(f'.st-key-desk_between [data-pick="village:{dated}"]')
    expect(row).to_contain_text(ws.activities.at[found[dated][0].id, "title"])
    expect(row).to_contain_text(WORDS.date(found[dated][0].on))
    desk.assert_quiet()


@pytest.mark.parametrize(("section", "visit"), [*((name, "desk") for name in SECTIONS), ("sites", "phone")])
def test_axe_finds_no_serious_fault(office, section, visit, request):
    server, _ = office
    shown: Visit = request.getfixturevalue(visit)
    DeskScreen(shown.page, server.url, section)
    expect(shown.page.locator("[class*=st-key-desk_] .panel").first).to_be_visible()
    assert shown.axe_faults() == []
    shown.assert_quiet()
