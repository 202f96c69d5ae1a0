"""People sign in and change things: a work order from proposal to acceptance, two at once, a click twice."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from geo.text import Words
from records import workspaces
from records.actions import edit
from records.dossier import waiting
from records.history import Event, events
from records.journal import Operation
from records.model import PHOTO
from records.people import People
from records.photos import accept, keep
from records.rights import SYSTEM
from records.store import Store
from tests.browser.visit import Visit
from tools.live_app import Server, start

WORDS = Words("vi")
PASSWORD = "bốn mùa hoa nở"
NAMES = {
    "lan": ("Trần Thị Lan", "planner"),
    "hoa": ("Nguyễn Hoa", "planner"),
    "hung": ("Lê Văn Hùng", "approver"),
    "minh": ("Phạm Minh", "field"),
}
PANO = "p-van-thang-3"
CONTESTED = "p-van-hung-1"
CLICKED = "p-dam-mon"
PHOTOGRAPHED = "p-van-phuoc"


@dataclass(frozen=True)
class Office:
    """The app on a workspace of its own, and what it records."""

    server: Server
    store: Store

    def events(self, entity: str, entity_id: str) -> list[Event]:
        """Return what happened to a row."""
        with self.store.reading() as connection:
            return events(connection, entity, entity_id)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    server = start(folder, data="data/demo")
    server.wait_until_healthy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTREACH_DATA", "data/demo")
        patch.setenv("OUTREACH_VAR", str(folder / "var"))
        patch.delenv("OUTREACH_DB", raising=False)
        store, people = workspaces.store_of("demo"), workspaces.people()
        add_everyone(people, store)
        yield Office(server, store)
    server.stop()


def add_everyone(people: People, store: Store) -> None:
    commune = store.workspace().panos.at[PANO, "commune_code"]
    for login, (name, role) in NAMES.items():
        communes = (commune,) if role == "field" else ()
        people.add(SYSTEM, login, PASSWORD, name=name, role=role, communes=communes)


@pytest.fixture
def signed_in(office: Office, open_visit: Callable[..., Visit]) -> Callable[[str, str], Page]:
    """Return a function that signs someone in and opens the page of a pano."""

    def get(login: str, pano_id: str) -> Page:
        page = open_visit(viewport={"width": 1440, "height": 900}).page
        here = quote(f"/?page=pano&sel=pano:{pano_id}")
        page.goto(f"{office.server.url}/sign-in?next={here}")
        sign_in(page, login)
        pano_is_open(page, office, pano_id)
        return page

    return get


def sign_in(page: Page, login: str) -> None:
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    expect(page.locator(".account")).to_have_text(NAMES[login][0])


def open_pano(page: Page, office: Office, pano_id: str) -> None:
    page.goto(f"{office.server.url}/?page=pano&sel=pano:{pano_id}")
    pano_is_open(page, office, pano_id)


def pano_is_open(page: Page, office: Office, pano_id: str) -> None:
    name = office.store.workspace().panos.at[pano_id, "name"]
    expect(page.locator(".st-key-dossier_facts h2")).to_have_text(name)


def button(page: Page, text: str) -> Locator:
    return page.locator(".st-key-dossier_acts, .st-key-board_acts").get_by_role(
        "button", name=text, exact=True
    )


def step(page: Page, action: str) -> Locator:
    """Open the form of a step and return it."""
    text = WORDS(f"lifecycle.action.{action}")
    button(page, text[0].upper() + text[1:]).click()
    form = page.locator("[data-testid=stForm]")
    expect(form).to_be_visible()
    return form


def save(page: Page, outcome: str = "stored") -> None:
    button(page, WORDS("work.save")).click()
    answered(page, outcome)


def answered(page: Page, outcome: str) -> None:
    tone = "alert" if outcome == "needs_decision" else "status"
    expect(page.get_by_role(tone).get_by_text(WORDS(f"records.outcome.{outcome}"))).to_be_visible()
    expect(page.locator("[data-testid=stForm]")).to_have_count(0)


def photo(color: str) -> dict[str, object]:
    stream = io.BytesIO()
    Image.new("RGB", (400, 300), color).save(stream, "JPEG")
    return {"name": f"{color}.jpg", "mimeType": "image/jpeg", "buffer": stream.getvalue()}


def upload(form: Locator, label: str, color: str) -> None:
    field = form.locator("[data-testid=stFileUploader]").filter(has_text=label)
    field.locator("input[type=file]").set_input_files(photo(color))
    expect(field.get_by_text(f"{color}.jpg")).to_be_visible()


def test_whoever_has_not_signed_in_reads_and_is_led_back_after_signing_in(office, desk):
    open_pano(desk.page, office, PANO)
    expect(desk.page.locator(".st-key-dossier_acts button:visible")).to_have_count(0)
    desk.page.get_by_role("link", name=WORDS("work.sign_in")).click()
    sign_in(desk.page, "lan")
    pano_is_open(desk.page, office, PANO)
    expect(button(desk.page, WORDS("work.propose"))).to_be_visible()
    desk.assert_quiet()


def test_a_repair_from_proposal_to_acceptance_with_photos(office, signed_in, desk):
    lan = signed_in("lan", PANO)
    before = set(office.store.workspace().works.index)
    button(lan, WORDS("work.propose")).click()
    lan.locator("[data-testid=stForm] [data-testid=stSelectbox] input").first.click()
    lan.get_by_role("option", name=WORDS("terms.work_kind.repair_frame")).click()
    save(lan)
    (work_id,) = set(office.store.workspace().works.index) - before
    lan.goto(f"{office.server.url}/?page=work")
    # It has no day on which it is due, as others on the board have.
    expect(lan.locator(f'.board [data-pick="pano:{PANO}"]').first).to_be_visible()

    hung = signed_in("hung", PANO)
    step(hung, "approve")
    save(hung)

    open_pano(lan, office, PANO)
    step(lan, "assign").get_by_label(WORDS("work.field.assignee")).fill("Đội Vạn Thắng")
    save(lan)

    minh = signed_in("minh", PANO)
    step(minh, "start")
    save(minh)
    form = step(minh, "finish")
    form.get_by_label(WORDS("work.field.reason"), exact=True).fill("Đã hàn khung")
    button(minh, WORDS("work.save")).click()
    expect(form.get_by_role("alert")).to_contain_text(WORDS("lifecycle.gate.photo_after"))
    expect(form.get_by_label(WORDS("work.field.reason"), exact=True)).to_have_value("Đã hàn khung")
    upload(form, WORDS("work.photo.before"), "brown")
    upload(form, WORDS("work.photo.after"), "teal")
    save(minh)
    photos = minh.locator(".st-key-dossier_story figure img")
    expect(photos).to_have_count(2)
    left, right = (photos.nth(i).bounding_box() for i in (0, 1))
    assert left["y"] == right["y"] and left["x"] + left["width"] < right["x"]
    for i in (0, 1):
        minh.wait_for_function("image => image.naturalWidth > 0", arg=photos.nth(i).element_handle())

    open_pano(hung, office, PANO)
    step(hung, "accept")
    save(hung)
    workspace = office.store.workspace()
    assert (workspace.works.at[work_id, "state"], workspace.panos.at[PANO, "condition"]) == ("done", "good")
    taken = [event.action for event in office.events("work", work_id)]
    assert taken == ["propose", "approve", "assign", "start", "finish", "accept"]
    with office.store.reading() as connection:
        kinds = connection.execute(select(PHOTO.c.kind).where(PHOTO.c.work_id == work_id)).scalars()
        assert sorted(kinds) == ["after", "before"]

    story = hung.locator(".st-key-dossier_story .history")
    expect(story).to_contain_text(NAMES["minh"][0])
    open_pano(desk.page, office, PANO)
    story = desk.page.locator(".st-key-dossier_story .history")
    expect(story).to_contain_text(WORDS("work.history.someone"))
    expect(story).to_contain_text(WORDS("terms.work_state.awaiting_acceptance"))
    shown = desk.page.locator(".st-key-dossier").inner_text()
    assert not any(name in shown for name, _ in NAMES.values())
    desk.assert_quiet()


def inspect(page: Page, condition: str) -> None:
    form = step(page, "inspect")
    form.get_by_text(WORDS(f"terms.condition.{condition}"), exact=True).click()


def test_a_photo_is_taken_away_by_whoever_may_and_says_why(office, signed_in):
    for color in ("purple", "olive"):
        kept = accept(photo(color)["buffer"])
        keep(kept, office.store.var)
        op = Operation(actor=SYSTEM, op_id=str(uuid4()), source="command", photos=(kept.evidence("other"),))
        edit(office.store, "pano", PHOTOGRAPHED, {}, op)
    minh = signed_in("minh", PHOTOGRAPHED)
    expect(minh.locator(".st-key-dossier_story figure")).to_have_count(2)
    remove = WORDS("work.page.remove")
    expect(minh.get_by_role("button", name=remove)).to_have_count(0)

    lan = signed_in("lan", PHOTOGRAPHED)
    story = lan.locator(".st-key-dossier_story")
    leaving = story.locator("figure").nth(1).locator("img").get_attribute("src")
    story.locator("figure").nth(1).get_by_role("button", name=remove).click()
    form = story.locator("[data-testid=stForm]")
    expect(form).to_be_visible()
    expect(story.locator("figure")).to_have_count(1)
    expect(story.locator("figure img")).to_have_attribute("src", leaving)
    form.get_by_role("button", name=WORDS("work.save")).click()
    expect(form.get_by_role("alert")).to_contain_text(WORDS("records.refused.reason_missing"))
    form.get_by_label(WORDS("work.field.reason_asked")).fill("rõ mặt người")
    form.get_by_role("button", name=WORDS("work.save")).click()
    answered(lan, "stored")
    expect(story.locator("figure")).to_have_count(1)
    assert story.locator("figure img").get_attribute("src") != leaving
    expect(story.locator(".history")).to_contain_text("rõ mặt người")
    assert lan.request.get(f"{office.server.url}{leaving}").status == 404


def test_the_second_of_two_people_is_told_and_someone_decides(office, signed_in):
    lan, hoa = signed_in("lan", CONTESTED), signed_in("hoa", CONTESTED)
    inspect(lan, "minor_damage")
    inspect(hoa, "major_damage")
    save(lan)
    save(hoa, "needs_decision")
    both = WORDS(
        "work.answer.both",
        mine=WORDS("terms.condition.major_damage"),
        theirs=WORDS("terms.condition.minor_damage"),
    )
    expect(hoa.locator(".st-key-dossier_acts")).to_contain_text(both)
    assert office.store.workspace().panos.at[CONTESTED, "condition"] == "minor_damage"

    lan.goto(f"{office.server.url}/?page=work")
    lan.locator('[data-pick^="waiting:"]').click()
    sheet = lan.locator(".st-key-board_acts")
    for text in (NAMES["lan"][0], NAMES["hoa"][0], WORDS("terms.condition.good")):
        expect(sheet).to_contain_text(text)
    button(lan, WORDS("work.decide")).click()
    lan.locator("[data-testid=stForm]").get_by_text(WORDS("work.side.mine"), exact=True).click()
    button(lan, WORDS("work.save")).click()
    expect(lan.get_by_role("status").get_by_text(WORDS("records.outcome.stored"))).to_be_visible()
    expect(lan.locator('[data-pick^="waiting:"]')).to_have_count(0)
    assert office.store.workspace().panos.at[CONTESTED, "condition"] == "major_damage"
    with office.store.reading() as connection:
        assert waiting(connection) == []


def test_a_form_stays_when_its_page_starts_anew_and_what_was_typed_when_its_reader_is_signed_out(
    office, signed_in
):
    page = signed_in("hoa", CLICKED)
    step(page, "inspect")
    # The address, which the next start reads, follows what is drawn.
    expect(page).to_have_url(re.compile(r"[?&]open="))
    page.reload()
    form = page.locator("[data-testid=stForm]")
    expect(form).to_contain_text(WORDS("work.resumed"))
    before = len(office.events("pano", CLICKED))
    form.get_by_text(WORDS("terms.condition.minor_damage"), exact=True).click()
    form.get_by_label(WORDS("work.field.reason"), exact=True).fill("Khung nghiêng")
    workspaces.people().end_sessions(SYSTEM, "hoa")
    button(page, WORDS("work.save")).click()
    acts = page.locator(".st-key-dossier_acts")
    expect(acts).to_contain_text(WORDS("work.not_saved"))
    expect(acts).to_contain_text("Khung nghiêng")
    assert len(office.events("pano", CLICKED)) == before


def test_a_click_twice_is_one_event(office, signed_in):
    page = signed_in("lan", CLICKED)
    before = len(office.events("pano", CLICKED))
    button(page, WORDS("work.move")).click()
    accuracy = page.locator("[data-testid=stForm]").get_by_label(WORDS("work.field.accuracy_m"))
    accuracy.fill("3")
    button(page, WORDS("work.save")).dblclick()
    answered(page, "stored")
    *_, event = office.events("pano", CLICKED)
    assert len(office.events("pano", CLICKED)) == before + 1
    assert event.changes == {"accuracy_m": ("5", "3")}


def test_the_board_on_a_phone_shows_what_was_picked_instead_of_the_list(office, phone):
    page = phone.page
    page.goto(f"{office.server.url}/?page=work")
    row = page.locator('.board [data-pick^="pano:"]').first
    name = row.locator(".text").inner_text()
    row.click()
    expect(page.locator(".st-key-board_acts h2").first).to_have_text(name)
    expect(page.locator(".board")).to_be_hidden()
    page.get_by_role("button", name=WORDS("work.board.back")).click()
    expect(page.locator(".board")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    phone.assert_quiet()
