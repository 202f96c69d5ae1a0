"""The slides: 16:9, the report's figures, and nothing that runs over the edge."""

import io

import pytest
from pptx import Presentation
from pptx.util import Inches

from geo.folder import read_workspace
from geo.palette import CLASS_SYMBOLS
from geo.terms import CLASSES
from geo.text import LANGUAGES, Words
from reports.report_slides import MOST_ROWS, to_pptx
from reports.report_text import report_text
from reports.results import results
from tests.folders import make_folder
from tests.hostile import HOSTILE
from tests.reports.conftest import ON, VI
from tests.reports.test_report_word import picture


def opened(content):
    return Presentation(io.BytesIO(content))


def text_of(slide):
    frames = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    cells = [cell.text for s in slide.shapes if s.has_table for row in s.table.rows for cell in row.cells]
    return "\n".join([*frames, *cells])


def charts(deck):
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


@pytest.fixture(scope="module")
def deck(found, text):
    return opened(to_pptx(found, text, VI, map_picture=picture((300, 200))))


def test_slides_are_wide_and_each_says_what_it_rests_on(deck, text):
    assert (deck.slide_width, deck.slide_height) == (Inches(13.333), Inches(7.5))
    for slide in deck.slides:
        assert text.data_line in text_of(slide) and VI("report.invented") in text_of(slide)


def test_nothing_stands_outside_a_slide(deck):
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width + 1
            assert shape.top + shape.height <= deck.slide_height + 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_five_figures_are_those_of_the_report(found, lang):
    words = Words(lang)
    deck = opened(to_pptx(found, report_text(found, words), words))
    shown = text_of(deck.slides[1])
    for part, whole in (
        ("reached", "villages"),
        ("commitments_met", "commitments"),
        ("commitments_late", "commitments"),
    ):
        assert f"{found.value(part)}/{found.value(whole)}" in shown
    assert str(found.value("panos_now")) in shown.split("\n")


def test_the_chart_has_every_village_once_in_the_colours_of_the_map(found, deck):
    (chart,) = charts(deck)
    series = {one.name: one for one in chart.plots[0].series}
    for name in CLASSES:
        values = [value for value in series[VI(f"terms.class.{name}")].values if value]
        assert sum(values) == found.value(name)
        color = series[VI(f"terms.class.{name}")].format.fill.fore_color.rgb
        assert f"#{color}".lower() == CLASS_SYMBOLS[name].color


def test_the_map_stands_beside_the_counts_of_its_classes(found, deck):
    (slide,) = [slide for slide in deck.slides if any(shape.shape_type == 13 for shape in slide.shapes)]
    (shown,) = [shape for shape in slide.shapes if shape.shape_type == 13]
    assert shown.width / shown.height == pytest.approx(1.5, rel=0.01)
    for name in CLASSES:
        assert str(found.value(name)) in text_of(slide).split("\n")


def test_long_tables_go_on_on_further_slides(text, deck):
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert all(2 <= len(table.rows) <= MOST_ROWS + 1 for table in tables)
    texts = [row["text"] for row in text.rows["commitments"]]
    shown = [row.cells[0].text for table in tables for row in table.rows]
    assert [line for line in shown if line in texts] == texts


def test_hostile_names_and_an_empty_plan(hostile, tmp_path):
    deck = opened(to_pptx(hostile, report_text(hostile, VI), VI))
    assert any(HOSTILE in text_of(slide) for slide in deck.slides)
    folder = make_folder(tmp_path, plan="", villages=[], panos=[], works=[], venues=[], activities=[])
    empty = results(read_workspace(folder), on=ON)
    deck = opened(to_pptx(empty, report_text(empty, VI), VI))
    assert charts(deck) == []
    assert any(VI("report.none_of_table") in text_of(slide) for slide in deck.slides)
