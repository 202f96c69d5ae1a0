"""Reports from a phone without a signal: kept, sent once the signal is back, received once, and told so."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Route, expect

from records.actions import step
from records.journal import Operation
from records.rights import SYSTEM
from tests.browser.conftest import Visit
from tests.browser.field import (
    LOGIN,
    NAME,
    OTHER_LOGIN,
    PASSWORD,
    PHONE,
    WORDS,
    FieldForm,
    FieldOffice,
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("field")


@pytest.fixture(scope="module")
def office(folder: Path) -> Iterator[FieldOffice]:
    with field_office(folder) as office:
        yield office


@pytest.fixture
def form(office: FieldOffice, open_visit: Callable[..., Visit]) -> FieldForm:
    """The form on a phone, signed in, and no longer in need of a network."""
    form = FieldForm(open_visit(**PHONE), office)
    form.stand_at(PANOS[0])
    form.ready()
    return form


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

    form.context.route("**/api/v1/demo/field/reports/*", lose_answer, times=1)
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
    assert any(WORDS("form.far.reason_weak") in one.reason for one in office.events(FAR))


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


def test_report_of_another_account_stays_and_says_whose_it_is(form, office):
    form.context.set_offline(True)
    form.report(ANOTHERS, "good", photo=81)
    form.context.clear_cookies()
    form.context.set_offline(False)
    form.page.locator(".strip.bad").wait_for()
    form.sign_in(OTHER_LOGIN)
    expect(form.items("attention")).to_contain_text(WORDS("form.trouble.other_account", name=NAME))
    assert office.events(ANOTHERS) == []
    form.context.clear_cookies()
    form.items("attention").locator("a").click()
    form.page.locator("[name=login]").fill(LOGIN)
    form.page.locator("[name=password]").fill(PASSWORD)
    form.page.locator("main button").click()
    form.items("attention").get_by_role("button", name=WORDS("form.outbox.again")).click()
    expect(form.items("received")).to_have_count(1)
    assert len(office.photos(ANOTHERS)) == 1


def test_refused_report_becomes_a_new_one(form, office):
    problem = {"code": "malformed", "problem": "Phiếu không đọc được.", "problem_en": "Can't be read."}
    refuse = {"status": 422, "content_type": "application/json", "body": json.dumps(problem)}
    form.context.route("**/api/v1/demo/field/reports/*", lambda route: route.fulfill(**refuse), times=1)
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
    other = start(folder, data="data", port=port)
    try:
        other.wait_until_healthy()
        form.context.set_offline(False)
        form.page.evaluate("navigator.serviceWorker.ready.then((worker) => worker.update())")
        form.page.locator(".strip.new button").click()
        expect(form.page.locator(".strip.new")).to_have_count(0)
        expect(form.items("waiting")).to_have_count(1)
        versions = form.page.evaluate("caches.keys()")
        assert len(versions) == 1
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
