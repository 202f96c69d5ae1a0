"""Each language is whole: beside the words of one, only names and data stand in the other."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from geo.folder import read_workspace
from geo.text import LANGUAGES, catalogue
from tests.browser.screen import MapScreen

DATA = Path(__file__).resolve().parents[2] / "data" / "demo"
VIETNAMESE = re.compile(
    "[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE
)
CURRENCY = re.compile(r"(?<=\d) đ\b")


@pytest.fixture(scope="module")
def demo():
    return read_workspace(DATA)


@pytest.fixture(scope="module")
def data_texts(demo):
    """Every text of the data, the longest first."""
    tables = [*demo.communes.values(), demo.villages, demo.panos, demo.works, demo.venues, demo.activities]
    cells = {str(cell) for table in tables for column in table for cell in table[column]}
    cells |= {commitment.text for commitment in demo.plan.commitments}
    return sorted((cell for cell in cells if VIETNAMESE.search(cell)), key=len, reverse=True)


def foreign_words(lang):
    """Return the texts of the other language that this one has not, placeholders aside."""
    other = next(name for name in LANGUAGES if name != lang)
    ours = {text.casefold() for text in catalogue(lang).values()}
    groups = ("screen.", "map.", "card.", "terms.")
    theirs = {text for key, text in catalogue(other).items() if key.startswith(groups) and "{" not in text}
    return {text.casefold() for text in theirs} - ours


def looks(demo):
    """Return an address for each look that the screen has."""
    held = demo.activities.index[demo.activities["venue_id"] != ""][0]
    return [
        {},
        {"list": "panos", "show": "now"},
        {"list": "communes", "units": "2025"},
        {"q": "zzz"},
        {"sel": f"village:{demo.villages.index[0]}"},
        {"sel": f"pano:{demo.panos.index[0]}"},
        {"sel": f"venue:{demo.venues.index[0]}"},
        {"sel": f"activity:{held}"},
        {"sel": f"commune:{demo.units('2023').index[0]}"},
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_data_stand_in_the_other_language(desk, demo_server, demo, data_texts, lang):
    foreign = foreign_words(lang)
    assert len(foreign) > 100
    known_parts = {text.casefold() for text in data_texts}
    left = set()
    for look in looks(demo):
        screen = MapScreen(desk.page, demo_server.url, lang=lang, **look)
        expect(screen.side.locator("h2")).not_to_be_empty()
        for text in screen.texts():
            parts = {part.strip().casefold() for part in re.split(r" · |: | \(|, ", text)}
            if (parts & foreign) - known_parts:
                left.add(text)
            if lang == "en":
                bare = CURRENCY.sub("", text).replace("Vạn Ninh", "")
                for known in data_texts:
                    bare = bare.replace(known, "")
                if VIETNAMESE.search(bare):
                    left.add(text)
    assert left == set()


def test_the_language_changes_in_place(desk, demo_server):
    screen = MapScreen(desk.page, demo_server.url)
    screen.frame.evaluate("window.stillTheSame = true")
    before = screen.described()
    screen.press("lang", "EN")
    screen.wait_until("view.lang === 'en'")
    expect(screen.side.locator("h2")).to_have_text(catalogue("en")["screen.list_unreached"])
    expect(screen.frame.locator(".outreach-legend summary")).to_have_text(catalogue("en")["map.legend"])
    assert screen.frame.evaluate("window.stillTheSame")
    assert screen.described()["zoom"] == before["zoom"]
    screen.wait_for_address(lang="en")
    screen.press("lang", "VI")
    expect(screen.frame.locator(".outreach-legend summary")).to_have_text(catalogue("vi")["map.legend"])
    desk.assert_quiet()
