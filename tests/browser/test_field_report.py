"""A report as a person makes it on a phone: the nearest pano, photos, a place, and nothing typed is lost."""

from __future__ import annotations

import base64
import hashlib
import io

from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from records.model import FIELD_REPORT
from tests.browser.field import (
    OTHER_LOGIN,
    OTHER_NAME,
    PHONE,
    WORDS,
    FieldForm,
    a_photo,
)

PANOS = ("p-dam-mon", "p-van-phuoc", "p-cho-van-gia")
FULL = "p-van-tho"
DRAFTED = "p-khai-luong"
FAR = "p-van-thang-1"
QUICK = "p-van-phu-2"
TAPPED = "p-khai-luong"
AHEAD = "p-van-long"
TURNED_TAG, TURNED_RIGHT = 0x0112, 6
"""The tag of Exif that says how a camera was held, and its value for a camera turned to the right."""


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


def test_draft_survives_a_reload(form):
    form.context.set_offline(True)
    form.stand_at(DRAFTED)
    form.open_pano(DRAFTED)
    form.page.locator("textarea").last.fill("Bến thuyền đang sửa")
    form.take_photo(41)
    form.page.reload()
    expect(form.page.locator("textarea").last).to_have_value("Bến thuyền đang sửa")
    expect(form.page.locator(".shot")).to_have_count(1)


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
