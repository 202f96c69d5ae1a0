"""A data folder that can't be used is told fault by fault, in either language, and never half drawn."""

import pytest
from playwright.sync_api import expect

from geo.check import check_folder
from geo.text import LANGUAGES, Words
from tests.browser.screen import ALL_TEXTS, MapScreen
from tests.folders import make_folder, with_row


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_folder(
        tmp_path_factory.mktemp("refused") / "data",
        villages=with_row("villages", 0, lat="12,7x", households="-3"),
        panos=with_row("panos", 0, state="standing", village_id="nowhere"),
        plan="number = \n",
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_every_fault_says_where_it_is_and_what_to_do(request, serve, folder, lang, size):
    visit, words = request.getfixturevalue(size), Words(lang)
    faults = check_folder(folder, lang).faults
    assert len(faults) == 5
    server = serve(folder)
    visit.page.goto(f"{server.url}/?lang={lang}")
    expect(visit.page.get_by_text(words("screen.refused", n=len(faults)), exact=True)).to_be_visible()
    expect(visit.page.get_by_text(faults[0].fix).first).to_be_visible()
    shown = " ".join(visit.page.evaluate(ALL_TEXTS))
    for fault in faults:
        for part in (fault.file, fault.column, fault.value, fault.problem, fault.fix):
            assert not part or part in shown
        assert fault.row is None or str(fault.row) in shown
    assert "Traceback" not in shown + server.log()
    assert visit.page.locator("iframe").count() == 0
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visit.axe_faults() == []
    visit.assert_quiet()


def test_a_mended_folder_is_drawn_without_a_new_start(desk, serve, tmp_path):
    words = Words("vi")
    folder = make_folder(tmp_path / "data", villages=with_row("villages", 0, commune_code="99999"))
    desk.page.goto(serve(folder).url)
    again = desk.page.get_by_role("button", name=words("screen.try_again"))
    expect(again).to_be_visible()
    make_folder(folder)
    again.click()
    expect(desk.page.locator(".st-key-figures .value")).to_have_count(5)
    desk.assert_quiet()


def test_another_workspace_is_one_press_away(desk, serve, folder):
    words = Words("vi")
    desk.page.goto(serve(folder).url)
    expect(desk.page.get_by_role("button", name=words("screen.try_again"))).to_be_visible()
    desk.page.locator(".st-key-ws").get_by_text(words("screen.workspace_real"), exact=True).click()
    desk.page.wait_for_url("**ws=real*")
    screen = MapScreen(desk.page, serve(folder).url, ws="real")
    assert screen.described()["communes"] == 13
