"""Labels for the panos themselves: the code readable, the words whole, everything within its label."""

from __future__ import annotations

import io
from math import ceil

import pytest
from pypdf import PdfReader

from commands.paper import LABELS
from geo.folder import read_workspace
from geo.text import LANGUAGES, Words
from reports.labels import FORMATS, labels
from reports.paper import standing
from reports.qr import Server
from tests.folders import LANH, make_folder
from tests.hostile import hostile_name, make_hostile_folder
from tests.reports.conftest import DATA, VI
from tests.reports.printed import bare, codes_on, covered, words_on

SERVER = Server("https://pano.example.vn")


@pytest.fixture(scope="module")
def demo():
    return read_workspace(DATA / "demo")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", FORMATS)
def test_every_pano_has_one_label_with_its_name_and_address(demo, size, lang):
    content, keys = labels(demo, Words(lang), SERVER, size=size), standing(demo)
    a_page = FORMATS[size].columns * FORMATS[size].rows
    codes = codes_on(content)
    assert len(codes) == ceil(len(keys) / a_page)
    assert sorted(code for page in codes for code in page) == sorted(map(SERVER.report_on, keys))
    text = "".join(words_on(content))
    for key in keys:
        assert bare(demo.panos.at[key, "name"]) in text and bare(SERVER.report_on(key)) in text
    assert text.count(bare(Words(lang)("sheet.invented_across"))) == len(keys)
    assert covered(content) == []


@pytest.mark.parametrize("size", FORMATS)
def test_labels_lie_within_the_page(size):
    form = FORMATS[size]
    assert form.columns * (form.width + form.gap) - form.gap <= 210
    assert form.rows * form.height <= 297


@pytest.mark.parametrize("size", FORMATS)
def test_hostile_names_stay_on_their_label(tmp_path, size):
    workspace = read_workspace(make_hostile_folder(tmp_path / "hostile"))
    content = labels(workspace, VI, SERVER, size=size)
    assert bare(hostile_name("panos")) in "".join(words_on(content))
    assert covered(content) == []


@pytest.mark.parametrize("size", FORMATS)
def test_a_commune_without_panos_says_so(tmp_path, size):
    workspace = read_workspace(make_folder(tmp_path / "data"))
    content = labels(workspace, VI, SERVER, size=size, commune=LANH)
    (page,) = words_on(content)
    assert bare(VI("paper.no_panos")) in page and codes_on(content) == [[]]


def test_paper_is_a4_in_vectors(demo):
    for page in PdfReader(io.BytesIO(labels(demo, VI, SERVER))).pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
        assert not list(page.images)


def test_the_command_offers_these_formats():
    assert tuple(FORMATS) == LABELS
