"""Reports from a phone without a signal: kept, sent once the signal is back, received once, and told so."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from uuid import UUID, uuid4

from playwright.sync_api import Route, expect

from records.actions import step
from records.field_review import close
from records.journal import Operation
from records.rights import SYSTEM
from tests.browser.field import (
    LOGIN,
    NAME,
    OTHER_LOGIN,
    PASSWORD,
    WORDS,
    open_dossier,
)
from tools.live_app import start

PANOS = ("p-dam-mon", "p-van-phuoc", "p-cho-van-gia")
TWICE = "p-dai-lanh"
SIGNED_OUT = "p-van-binh-1"
UPDATED = "p-van-khanh-1"
LOST_ANSWER = "p-van-luong-2"
FILED = "p-van-hung-1"
OVERTAKEN, OVERTAKEN_WORK = "p-van-luong-1", "w-van-luong-1-2"
ANOTHERS = "p-van-thang-3"
REFUSED = "p-van-hung-3"
CUT = "p-ben-xe-van-gia"
CLOSED = "p-van-phu-1"
REVIEWED = "p-van-binh-2"
FAILING, NEXT = "p-xuan-son", "p-van-hung-2"
HALF_REFUSED = "p-van-khanh-2"
REPORTS = "**/api/v1/demo/field/reports/*"


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


def test_update_while_items_wait_loses_nothing(form, office, field_folder):
    """The server comes back with its workspaces in another order, which is another form."""
    form.context.set_offline(True)
    form.report(UPDATED, "good", photo=71)
    port = int(office.server.url.rpartition(":")[2])
    office.server.stop()
    # Its accounts are others: nothing can be sent meanwhile.
    other = start(field_folder, data="data", port=port)
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
    again = start(field_folder, data="data/demo", port=port)
    try:
        again.wait_until_healthy()
        form.page.reload()
        expect(form.items("received")).to_have_count(1)
        assert len(office.photos(UPDATED)) == 1
    finally:
        again.stop()
