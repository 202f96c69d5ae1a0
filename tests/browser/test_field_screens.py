"""Every screen of the field form: for a thumb and a screen reader, in both languages, with no network too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from geo.text import Words
from tests.browser.field import PHONE, WORDS, FieldForm, FieldOffice
from tests.browser.visit import Visit

PANO = "p-dai-lanh"
DESK = PHONE | {"viewport": {"width": 1440, "height": 900}, "is_mobile": False, "has_touch": False}
LEAST_KEY_PX = 48

KEYS = "button, a, .button, .key, select, input[type=text], textarea"
SMALL_KEYS = """([keys, least]) => [...document.querySelectorAll(keys)]
  .filter(key => key.checkVisibility())
  .map(key => [key.textContent, key.getBoundingClientRect()])
  .filter(([, box]) => box.height < least || box.width < least)
  .map(([text, box]) => `${text} ${box.width} x ${box.height}`)"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def form(request: pytest.FixtureRequest, office: FieldOffice, open_visit: Callable[..., Visit]) -> FieldForm:
    form = FieldForm(open_visit(**getattr(request, "param", PHONE)), office)
    form.stand_at(PANO)
    return form


def assert_fit_for_use(form: FieldForm) -> None:
    """Assert that all is large enough to hit, in sight, and known to a screen reader."""
    assert form.page.evaluate(SMALL_KEYS, [KEYS, LEAST_KEY_PX]) == []
    assert form.page.evaluate(OVERFLOW) <= 0
    assert form.visit.axe_faults() == []


@pytest.mark.parametrize("form", [PHONE, DESK], ids=["phone", "desk"], indirect=True)
def test_every_screen_is_fit_for_use(form):
    form.open()
    expect(form.page.locator("#main a[href^='/sign-in']")).to_be_visible()
    assert_fit_for_use(form)
    form.ready()
    assert_fit_for_use(form)
    form.page.locator(".near").click()
    expect(form.page.locator(".away").first).to_be_visible()
    assert_fit_for_use(form)
    form.tab("map")
    form.page.locator(".legend summary").click()
    expect(form.page.locator(".legend li canvas").first).to_be_visible()
    assert_fit_for_use(form)
    form.context.set_offline(True)
    form.open_pano(PANO)
    form.say_condition("major_damage")
    form.take_photo(1)
    form.page.locator("#report summary").click()
    form.page.locator("details .key").first.click()
    expect(form.page.locator(".asks textarea")).to_be_visible()
    form.save()
    expect(form.page.locator(".asks textarea")).to_be_focused()
    assert_fit_for_use(form)
    form.page.locator("details .key").first.click()
    form.save()
    expect(form.items("waiting")).to_have_count(1)
    assert_fit_for_use(form)
    assert form.faults() == []


def test_no_list_yet_and_no_network(form):
    form.open()
    form.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    form.context.set_offline(True)
    form.page.reload()
    expect(form.page.locator("#main h1")).to_have_text(WORDS("form.first.offline.title"))
    assert_fit_for_use(form)


def test_english_by_a_switch_and_for_good(form):
    english = Words("en")
    form.ready()
    form.page.get_by_role("button", name="English").click()
    expect(form.page.locator("html")).to_have_attribute("lang", "en")
    form.page.reload()
    expect(form.page.locator("nav a").last).to_have_text(english("form.tab.sent"))
    form.open(pano=PANO)
    expect(form.page.locator(".save")).to_have_text(english("form.report.save"))
    expect(form.page.locator(".key.good")).to_have_text(english("terms.condition.good").capitalize())


def test_map_opens_the_pano_that_is_tapped(form, office):
    form.ready()
    form.page.locator(".near").click()
    expect(form.page.locator(".away").first).to_be_visible()
    form.tab("map")
    form.page.get_by_role("button", name=WORDS("form.map.me")).click()
    box = form.page.locator(".map").bounding_box()
    # The phone stands at the pano, so both are in the middle.
    form.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(form.page.locator("#main h1")).to_have_text(office.store.workspace().panos.at[PANO, "name"])


def test_browser_that_keeps_nothing_is_told(form):
    form.page.add_init_script(
        "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }"
    )
    form.open()
    expect(form.page.get_by_role("alert")).to_have_text(WORDS("form.failed"))
