"""Reports from a phone without a signal: kept, sent once the signal is back, received once, and told so."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Route, expect
from sqlalchemy import select

from records.actions import step
from records.field_review import close
from records.journal import Operation
from records.model import FIELD_REPORT
from records.rights import SYSTEM
from tests.browser.conftest import LOCALE, visit_of
from tests.browser.field import (
    LOGIN,
    NAME,
    OTHER_LOGIN,
    OTHER_NAME,
    PASSWORD,
    PHONE,
    WORDS,
    FieldForm,
    FieldOffice,
    a_photo,
    field_office,
    open_dossier,
)
from tools.live_app import start

PANOS = ("p-dam-mon", "p-van-phuoc", "p-cho-van-gia")
FULL = "p-van-tho"
TWICE = "p-dai-lanh"
SIGNED_OUT = "p-van-binh-1"
DRAFTED = "p-khai-luong"
UPDATED = "p-van-khanh-1"
LOST_ANSWER = "p-van-luong-2"
FILED = "p-van-hung-1"
FAR = "p-van-thang-1"
OVERTAKEN, OVERTAKEN_WORK = "p-van-luong-1", "w-van-luong-1-2"
ANOTHERS = "p-van-thang-3"
REFUSED = "p-van-hung-3"
CUT = "p-ben-xe-van-gia"
CLOSED = "p-van-phu-1"
QUICK = "p-van-phu-2"
REVIEWED = "p-van-binh-2"
TAPPED = "p-khai-luong"
FAILING, NEXT = "p-xuan-son", "p-van-hung-2"
HALF_REFUSED = "p-van-khanh-2"
AHEAD = "p-van-long"
TURNED_TAG, TURNED_RIGHT = 0x0112, 6
"""The tag of Exif that says how a camera was held, and its value for a camera turned to the right."""
REPORTS = "**/api/v1/demo/field/reports/*"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("field")


@pytest.fixture(scope="module")
def office(folder: Path) -> Iterator[FieldOffice]:
    with field_office(folder) as office:
        yield office


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone that keeps the form from one test to the next, as phones do."""
    context = browser.new_context(**LOCALE, **PHONE)
    yield context
    context.close()


@pytest.fixture
def form(office: FieldOffice, phone: BrowserContext) -> Iterator[FieldForm]:
    """The form on the phone, signed in, with nothing recorded, and no longer in need of a network."""
    form = FieldForm(visit_of(phone), office)
    form.stand_at(PANOS[0])
    form.forget()
    form.ready()
    yield form
    phone.unroute_all(behavior="ignoreErrors")
    phone.set_offline(False)
    for page in phone.pages:
        page.close()


def test_three_panos_without_signal(form, office):
    form.context.set_offline(True)
    form.page.reload()
    conditions = ("minor_damage", "good", "major_damage")
    for number, (pano_id, condition) in enumerate(zip(PANOS, conditions, strict=True)):
        form.report(pano_id, condition, photo=number)
    expect(form.items("waiting")).to_have_count(len(PANOS))
    form.page.reload()
    expect(form.items("waiting")).to_have_count(len(PANOS))
    assert [office.events(pano_id) for pano_id in PANOS] == [[], [], []]

    form.context.set_offline(False)
    expect(form.items("received")).to_have_count(len(PANOS))
    now = office.store.workspace().panos
    for pano_id, condition in zip(PANOS, conditions, strict=True):
        assert now.at[pano_id, "condition"] == condition
        assert len(office.photos(pano_id)) == 1
    assert form.faults() == []

    open_dossier(form.page, office, PANOS[0])
    photo = form.page.locator(".st-key-dossier_story img").first
    expect(photo).to_be_visible()
    form.page.wait_for_function("photo => photo.naturalWidth > 0", arg=photo.element_handle())


def test_nearest_first_and_search_without_diacritics(form, office):
    form.stand_at(PANOS[2])
    form.page.locator(".near").click()
    name = office.store.workspace().panos["name"]
    expect(form.rows.first).to_contain_text(name[PANOS[2]])
    form.page.locator("input[type=search]").fill("dam mon")
    expect(form.rows).to_have_count(1)
    expect(form.rows).to_contain_text(name[PANOS[0]])


def test_link_of_a_pano_survives_sign_in(office, open_visit):
    form = FieldForm(open_visit(**PHONE), office)
    form.stand_at(FAR)
    form.open(pano=FAR)
    form.sign_in()
    expect(form.page.locator("#main h1")).to_have_text(office.store.workspace().panos.at[FAR, "name"])
    expect(form.page.locator("#report")).to_be_visible()


def test_lost_sign_in_loses_nothing(form, office):
    form.context.set_offline(True)
    form.report(SIGNED_OUT, "good", photo=11)
    office.people.end_sessions(SYSTEM, LOGIN)
    form.context.set_offline(False)
    expect(form.page.locator(".strip.bad")).to_contain_text(WORDS("form.signed_out.text"))
    expect(form.items("waiting")).to_have_count(1)
    form.sign_in()
    expect(form.items("received")).to_have_count(1)
    assert len(office.photos(SIGNED_OUT)) == 1


FULL_PHONE = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value) {
    if (this.name === "photos") throw new DOMException("full", "QuotaExceededError");
    return put.call(this, value);
  };
}"""


def test_full_phone_keeps_the_text_only_if_told(form, office):
    form.page.evaluate(FULL_PHONE)
    form.stand_at(FULL)
    form.open_pano(FULL)
    form.say_condition("good")
    form.take_photo(21)
    form.save()
    told = form.page.get_by_role("alert").filter(has_text=WORDS("form.full.photos"))
    expect(told).to_be_visible()
    assert office.events(FULL) == []
    told.get_by_role("button").click()
    expect(form.items("received")).to_have_count(1)
    assert len(office.events(FULL)) == 1
    assert office.photos(FULL) == []


def test_two_tabs_send_once(form, office):
    sent = []
    form.context.on("response", lambda answer: answer.request.method == "PUT" and sent.append(answer.url))
    other = form.context.new_page()
    other.goto(f"{office.server.url}/field/?ws=demo&view=sent")
    expect(other.locator(".calm")).to_be_visible()
    form.context.set_offline(True)
    form.report(TWICE, "minor_damage")
    expect(other.locator('.item[data-state="waiting"]')).to_have_count(1)
    form.context.set_offline(False)
    for page in (form.page, other):
        expect(page.locator('.item[data-state="received"]')).to_have_count(1)
    assert len(sent) == len(set(sent)) == 1
    assert len(office.events(TWICE)) == 1


def test_lost_answer_is_no_second_report(form, office):
    cut = []

    def lose_answer(route: Route) -> None:
        route.fetch()
        cut.append(route.request.url)
        route.abort()

    form.context.route(REPORTS, lose_answer, times=1)
    form.report(LOST_ANSWER, "good", photo=31)
    expect(form.items("waiting")).to_have_count(1)
    form.page.get_by_role("button", name=WORDS("form.outbox.send_now")).click()
    expect(form.items("received")).to_have_count(1)
    assert len(cut) == 1
    assert len(office.photos(LOST_ANSWER)) == 1
    said = [one for one in office.events(LOST_ANSWER) if one.changes]
    assert len(said) == 1


def test_draft_survives_a_reload(form):
    form.context.set_offline(True)
    form.stand_at(DRAFTED)
    form.open_pano(DRAFTED)
    form.page.locator("textarea").last.fill("Bến thuyền đang sửa")
    form.take_photo(41)
    form.page.reload()
    expect(form.page.locator("textarea").last).to_have_value("Bến thuyền đang sửa")
    expect(form.page.locator(".shot")).to_have_count(1)


def test_queue_as_a_file(form, office):
    form.context.set_offline(True)
    form.report(FILED, "good", photo=51)
    with form.page.expect_download() as download:
        form.page.get_by_role("button", name=WORDS("form.outbox.save_file")).click()
    content = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert (content["kind"], content["version"], content["workspace"]) == ("outreach-field-queue", 1, "demo")
    (report,) = content["reports"]
    (named,) = report["photos"]
    photo = base64.b64decode(content["photos"][named["hash"]])
    assert (hashlib.sha256(photo).hexdigest(), len(photo)) == (named["hash"], named["bytes"])
    expect(form.items("waiting")).to_have_count(1)
    form.context.set_offline(False)
    expect(form.items("received")).to_have_count(1)


def test_far_away_asks_why_and_does_not_block(form, office):
    form.stand_at(PANOS[0])
    form.open_pano(FAR)
    form.say_condition("good")
    form.save()
    expect(form.page.locator(".warning")).to_contain_text(WORDS("form.far.far"))
    assert office.events(FAR) == []
    form.page.locator(".warning button").first.click()
    form.save()
    expect(form.items("received")).to_have_count(1)
    assert any(WORDS("form.far.reason_later") in one.reason for one in office.events(FAR))


def test_step_waits_for_its_photos_and_a_whole_repair_fits_into_a_day_offline(form, office):
    step = WORDS("lifecycle.action.finish")
    form.context.set_offline(True)
    form.stand_at("p-dai-lanh")
    form.open_pano("p-dai-lanh")
    form.page.locator(".steps .key").filter(has_text=step).click()
    form.save()
    lacks = form.page.get_by_role("alert")
    expect(lacks).to_contain_text(WORDS("lifecycle.gate.photo_after"))
    form.take_photo(61)
    form.take_photo(62)
    expect(form.page.locator(".shot select").nth(0)).to_have_value("before")
    expect(form.page.locator(".shot select").nth(1)).to_have_value("after")
    form.save()
    expect(form.items("waiting")).to_have_count(1)
    form.open_pano("p-dai-lanh")
    expect(form.page.locator(".works")).to_contain_text(WORDS("terms.work_state.awaiting_acceptance"))
    form.page.locator(".back").click()
    form.tab("sent")
    form.context.set_offline(False)
    expect(form.items("received")).to_have_count(1)
    assert office.store.workspace().works.at["w-dai-lanh-2", "state"] == "awaiting_acceptance"


def test_what_no_longer_fits_is_received_and_said(form, office):
    form.context.set_offline(True)
    form.stand_at(OVERTAKEN)
    form.open_pano(OVERTAKEN)
    form.page.locator(".steps .key").filter(has_text=WORDS("lifecycle.action.resume")).click()
    form.save()
    expect(form.items("waiting")).to_have_count(1)
    cancelled = Operation(actor=SYSTEM, op_id=str(uuid4()), source="web", reason="Không cần nữa")
    step(office.store, "work", OVERTAKEN_WORK, "cancel", cancelled)
    form.context.set_offline(False)
    expect(form.items("received")).to_contain_text(WORDS("form.outbox.in_review"))
    assert office.store.workspace().works.at[OVERTAKEN_WORK, "state"] == "cancelled"


def test_what_the_office_made_of_a_report_is_said(form, office):
    tables = office.store.workspace()
    communes, here = set(tables.communes["2023"].index), tables.panos.at[REVIEWED, "commune_code"]
    form.context.set_offline(True)
    form.report(REVIEWED, word="Đã nhổ cột")
    office.people.describe(SYSTEM, LOGIN, name=NAME, role="field", communes=communes - {here})
    form.context.set_offline(False)
    expect(form.items("received")).to_contain_text(WORDS("form.outbox.in_review"))
    office.people.describe(SYSTEM, LOGIN, name=NAME, role="field", communes=communes)
    report_id = UUID(form.items("received").get_attribute("data-id"))
    close(office.store, report_id, SYSTEM, why="Đã giao đội khác")
    form.page.reload()
    expect(form.items("received")).to_contain_text(WORDS("form.outbox.closed"))
    expect(form.items("received")).to_contain_text("Đã giao đội khác")


def test_report_of_another_account_stays_and_says_whose_it_is(form, office):
    form.context.set_offline(True)
    form.report(ANOTHERS, "good", photo=81)
    form.context.clear_cookies()
    form.context.set_offline(False)
    form.page.locator(".strip.bad").wait_for()
    form.sign_in(OTHER_LOGIN)
    expect(form.items("attention")).to_contain_text(WORDS("form.trouble.other_account", name=NAME))
    expect(form.items("attention").get_by_role("button")).to_have_count(0)
    assert office.events(ANOTHERS) == []
    form.items("attention").locator("a").click()
    form.page.locator("[name=login]").fill(LOGIN)
    form.page.locator("[name=password]").fill(PASSWORD)
    form.page.locator("main button").click()
    expect(form.items("received")).to_have_count(1)
    assert len(office.photos(ANOTHERS)) == 1


def test_what_one_person_began_is_not_shown_to_the_next(form, office):
    form.open_pano(DRAFTED)
    form.page.locator("textarea").last.fill("Bến thuyền đang sửa")
    form.page.locator(".back").click()
    expect(form.rows.filter(has_text=WORDS("form.list.begun"))).to_have_count(1)
    form.context.clear_cookies()
    form.context.add_cookies([office.session(OTHER_LOGIN)])
    form.page.reload()
    expect(form.page.locator(".who")).to_have_text(OTHER_NAME)
    expect(form.rows.filter(has_text=WORDS("form.list.begun"))).to_have_count(0)
    form.open_pano(DRAFTED)
    expect(form.page.locator("textarea").last).to_have_value("")


def test_refused_report_becomes_a_new_one(form, office):
    problem = {"code": "malformed", "problem": "Phiếu không đọc được.", "problem_en": "Can't be read."}
    refuse = {"status": 422, "content_type": "application/json", "body": json.dumps(problem)}
    form.context.route(REPORTS, lambda route: route.fulfill(**refuse), times=1)
    form.report(REFUSED, "minor_damage", photo=91)
    trouble = form.items("attention")
    expect(trouble).to_contain_text(problem["problem"])
    trouble.get_by_role("button", name=WORDS("form.outbox.edit")).click()
    expect(form.page.locator(".key.minor_damage input")).to_be_checked()
    expect(form.page.locator(".shot")).to_have_count(1)
    form.say_condition("good")
    form.save()
    expect(form.items("received")).to_have_count(1)
    expect(form.items()).to_have_count(1)
    assert office.store.workspace().panos.at[REFUSED, "condition"] == "good"
    assert len(office.photos(REFUSED)) == 1


def test_photo_goes_on_where_the_link_was_cut(form, office):
    pieces, cuts = [], []

    def cut_second_piece(route: Route) -> None:
        if route.request.method == "PUT" and not cuts and pieces:
            cuts.append(route.request.headers["content-range"])
            route.abort()
        elif route.request.method == "PUT":
            pieces.append(route.request.headers["content-range"])
            route.continue_()
        else:
            route.continue_()

    form.context.route("**/photos/*", cut_second_piece)
    form.report(CUT, "good", photo=101)
    expect(form.items("waiting")).to_have_count(1)
    form.page.get_by_role("button", name=WORDS("form.outbox.send_now")).click()
    expect(form.items("received")).to_have_count(1)
    starts = [int(piece.removeprefix("bytes ").partition("-")[0]) for piece in pieces]
    assert len(cuts) == 1
    assert starts == sorted(set(starts))
    assert cuts[0] in pieces
    assert len(office.photos(CUT)) == 1


def test_photo_that_is_still_made_small_goes_along(form, office):
    form.stand_at(QUICK)
    form.open_pano(QUICK)
    photo = {"name": "late.jpg", "mimeType": "image/jpeg", "buffer": a_photo(111)}
    form.page.locator("input[capture]").set_input_files(photo)
    form.save()
    expect(form.items("received")).to_have_count(1)
    assert len(office.photos(QUICK)) == 1


def test_taps_in_quick_succession_are_one_report(form, office):
    form.stand_at(TAPPED)
    form.open_pano(TAPPED)
    form.page.locator("textarea").last.fill("Nền đất đã lấp")
    form.page.evaluate("for (let tap = 0; tap < 3; tap += 1) document.querySelector('.save').click()")
    expect(form.items("received")).to_have_count(1)
    expect(form.items()).to_have_count(1)
    assert len(office.events(TAPPED)) == 1


SEND = "async () => (await import('/field/sender.js')).send({ now: true })"
MOST_FAULTS = 5


def test_report_that_the_server_fails_over_does_not_hold_up_the_next(form, office):
    form.context.set_offline(True)
    form.report(FAILING, word="Chưa có cột")
    failing = form.items("waiting").get_attribute("data-id")
    form.report(NEXT, word="Đã đổ móng")
    form.context.route(f"**/reports/{failing}", lambda route: route.fulfill(status=500))
    form.context.set_offline(False)
    for _ in range(MOST_FAULTS):
        form.page.evaluate(SEND)
    expect(form.items("received")).to_have_count(1)
    expect(form.items("attention")).to_contain_text(WORDS("form.trouble.unknown"))
    assert len(office.events(NEXT)) == 1


def test_refused_photo_does_not_hold_up_the_others(form, office):
    form.context.set_offline(True)
    form.stand_at(HALF_REFUSED)
    form.open_pano(HALF_REFUSED)
    form.take_photo(121)
    refused = []

    def refuse_first(route: Route) -> None:
        refused.append(route.request.url) if not refused else None
        if route.request.method == "PUT" and route.request.url == refused[0]:
            route.fulfill(status=422, json={"code": "photo_differs", "problem": "Ảnh hỏng."})
        else:
            route.continue_()

    form.take_photo(122)
    form.save()
    form.context.route("**/photos/*", refuse_first)
    form.context.set_offline(False)
    expect(form.items("attention")).to_contain_text(WORDS("form.trouble.photo_refused"))
    assert len(office.photos(HALF_REFUSED)) == 1


def test_phone_whose_clock_is_wrong_knows_where_it_is(form, office):
    form.page.add_init_script("const now = Date.now; Date.now = () => now() + 3 * 3600e3;")
    form.page.reload()
    form.report(AHEAD, word="Chưa có cột")
    expect(form.items("received")).to_have_count(1)
    with office.store.reading() as connection:
        body = connection.execute(
            select(FIELD_REPORT.c.body).where(FIELD_REPORT.c.body["pano_id"].as_string() == AHEAD)
        ).scalar_one()
    assert body["position"]["accuracy_m"] == 8


def test_point_of_a_pano_is_not_moved_by_a_phone_that_knows_worse(form):
    mover = form.page.locator(".place [aria-pressed]")
    form.stand_at(PANOS[0], accuracy=900)
    form.open_pano(PANOS[0])
    form.page.get_by_role("button", name=WORDS("form.place.ask")).click()
    expect(form.page.locator(".place p")).to_contain_text("900 m")
    expect(mover).to_be_hidden()
    form.stand_at(PANOS[0], accuracy=4)
    expect(mover).to_be_visible()


SHRUNK = """async (photo) => {
  const { shrink } = await import("/field/photo.js");
  const file = new Blob([Uint8Array.from(atob(photo), (letter) => letter.charCodeAt(0))]);
  const { hash, bytes } = await shrink(file, { photo_side_px: 1600, photo_bytes: 8e6 });
  return [hash, btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""))];
}"""


def test_photo_is_made_small_and_upright(form):
    taken, orientation = Image.new("RGB", (4000, 3000), "white"), Image.Exif()
    taken.paste("red", (0, 0, 4000, 300))
    orientation[TURNED_TAG] = TURNED_RIGHT
    buffer = io.BytesIO()
    taken.save(buffer, "JPEG", exif=orientation)
    named, sent = form.page.evaluate(SHRUNK, base64.b64encode(buffer.getvalue()).decode())
    small = base64.b64decode(sent)
    assert hashlib.sha256(small).hexdigest() == named
    with Image.open(io.BytesIO(small)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1200, 1600))
        # What the camera held on top is at the right of a picture that was turned to the right.
        red, green, _ = picture.convert("RGB").getpixel((1190, 800))
        assert red > 200 > green


CLOSED_BY_PHONE = """async () => {
  const { keepSetting, setting } = await import("/field/store.js");
  await keepSetting("kept", "yes");
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = () => {
    IDBDatabase.prototype.transaction = transaction;
    throw new DOMException("closed", "InvalidStateError");
  };
  return setting("kept");
}"""


def test_store_that_the_phone_closed_is_opened_again(form):
    assert form.page.evaluate(CLOSED_BY_PHONE) == "yes"


SENT = """async () => {
  const { onChange, reports } = await import("/field/store.js");
  const isSent = async () => (await reports()).every(({ state }) => state === "received");
  return new Promise((done, fail) => {
    onChange(async () => await isSent() && done());
    isSent().then((already) => already && done());
    setTimeout(() => fail(new Error("not sent")), 30000);
  });
}"""


def test_what_waits_is_sent_while_the_form_is_closed(form, office):
    """The browser wakes the service worker once there is a network: background synchronisation."""
    form.context.set_offline(True)
    form.report(CLOSED, "good", photo=95)
    form.page.goto("about:blank")
    form.context.set_offline(False)
    form.page.goto(f"{office.server.url}/assets/app/icon.png")
    browser, registrations = form.context.new_cdp_session(form.page), []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated", lambda found: registrations.extend(found["registrations"])
    )
    browser.send("ServiceWorker.enable")
    form.page.wait_for_function("true")
    woken = {"registrationId": registrations[0]["registrationId"], "tag": "send", "lastChance": False}
    browser.send("ServiceWorker.dispatchSyncEvent", {"origin": office.server.url, **woken})
    form.page.evaluate(SENT)
    assert len(office.photos(CLOSED)) == 1


def test_update_while_items_wait_loses_nothing(form, office, folder):
    """The server comes back with its workspaces in another order, which is another form."""
    form.context.set_offline(True)
    form.report(UPDATED, "good", photo=71)
    port = int(office.server.url.rpartition(":")[2])
    office.server.stop()
    # Its accounts are others: nothing can be sent meanwhile.
    other = start(folder, data="data", port=port)
    try:
        other.wait_until_healthy()
        form.context.set_offline(False)
        form.page.evaluate("navigator.serviceWorker.ready.then((worker) => worker.update())")
        form.page.locator(".strip.new button").click()
        expect(form.page.locator(".strip.new")).to_have_count(0)
        expect(form.items("waiting")).to_have_count(1)
        assert len(form.page.evaluate("caches.keys()")) == 1
    finally:
        other.stop()
    again = start(folder, data="data/demo", port=port)
    try:
        again.wait_until_healthy()
        form.page.reload()
        expect(form.items("received")).to_have_count(1)
        assert len(office.photos(UPDATED)) == 1
    finally:
        again.stop()
