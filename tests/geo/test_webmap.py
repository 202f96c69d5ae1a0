"""The map's page names no other host, is the same for the same data, and takes no text for a program."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from geo.coverage import coverage
from geo.folder import read_workspace
from geo.palette import CLASS_SYMBOLS, HISTORICAL_SYMBOL, STATUS_SYMBOLS
from geo.scene import scene, view
from geo.webmap import SCRIPTS, STATIC, STYLES, TILE_LAYERS, ViewUpdate, screen_map, standalone_html
from records.status import pano_statuses
from tests.hostile import HOSTILE, make_hostile_folder


class Page(HTMLParser):
    """The elements of a page with their attributes, and its title."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.title, self.inside = [], "", ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "title":
            self.title += data

    def fetched(self):
        """Return the addresses that the page fetches as it opens."""
        names = {"script": "src", "link": "href", "img": "src", "iframe": "src"}
        return [of[names[tag]] for tag, of in self.elements if tag in names and of.get(names[tag])]


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory):
    workspace = read_workspace(make_hostile_folder(tmp_path_factory.mktemp("webmap") / "data"))
    shown = view(workspace, coverage(workspace), pano_statuses(workspace), lang="en")
    return standalone_html(scene(workspace), shown, title=HOSTILE)


def rendered(web_map):
    """Return the page of a map without the random names that folium gives."""
    return re.sub("[0-9a-f]{32}", "", web_map.get_root().render())


def test_a_screen_fetches_our_own_assets_alone():
    page = Page(rendered(screen_map(assets="../../assets")))
    assert page.fetched() == [f"../../assets/{path}" for path in (*SCRIPTS, *STYLES)]
    assert all((STATIC / path).exists() for path in (*SCRIPTS, *STYLES))


def test_the_screen_is_always_the_same():
    assert rendered(screen_map(assets="a")) == rendered(screen_map(assets="a"))


def test_base_maps_come_from_the_named_hosts_and_say_whose_they_are():
    for layer in TILE_LAYERS.values():
        assert urlsplit(layer["url"]).scheme == "https"
        assert layer["attribution"] and 0 < layer["max_zoom"] <= 22


def test_a_page_from_disk_fetches_nothing(hostile_page):
    page = Page(hostile_page)
    assert page.fetched() == []
    assert re.findall(r"url\((?!data:|none|#)[^)]", hostile_page) == []
    assert ("html", {"lang": "en"}) in page.elements
    assert "viewport" in [of.get("name") for tag, of in page.elements if tag == "meta"]


def test_a_page_from_disk_holds_names_as_text(hostile_page):
    page = Page(hostile_page)
    assert page.title == HOSTILE
    assert not [element for element in page.elements if element[0] == "img"]
    assert len([element for element in page.elements if element[0] == "script"]) == len(SCRIPTS) + 1
    assert "49" not in re.findall(r"alert\(2\).{0,40}", hostile_page)[0]


def test_an_update_carries_its_view_as_it_is():
    update = ViewUpdate({"selected": {"kind": "village", "id": HOSTILE}})
    script = update._template.module.script(update)
    assert "</script" not in script and "{{" not in script and "{%" not in script


def test_every_shape_of_the_palette_is_drawn():
    text = (STATIC / "map" / "symbols.js").read_text("utf-8")
    for symbol in [*CLASS_SYMBOLS.values(), HISTORICAL_SYMBOL, *STATUS_SYMBOLS.values()]:
        assert re.search(rf"^    {symbol.shape}\(ctx", text, re.MULTILINE), symbol.shape
