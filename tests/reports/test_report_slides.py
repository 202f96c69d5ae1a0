"""The slides: 16:9, the report's figures, and nothing that runs over the edge."""

import io
from itertools import combinations

import pytest
import shapely
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Inches, Pt

from geo.folder import read_workspace
from geo.palette import CLASS_SYMBOLS
from geo.sheet.pen import lines_of
from geo.terms import CLASSES
from geo.text import LANGUAGES, Words
from geo.typefaces import SANS, SANS_BOLD
from reports.headline import headlines
from reports.report_slides import FOOT, FOOT_PT, MAP_MM, to_pptx
from reports.report_text import report_text
from reports.results import results
from tests.folders import make_folder
from tests.hostile import HOSTILE
from tests.reports.conftest import ON, VI
from tests.reports.test_report_word import picture

NOTHING = {name: [] for name in ("villages", "panos", "works", "venues", "activities")}


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


def height_of(frame, width, bold=False):
    """Return how high a text is when it is set, measured in type with the measures of Arial."""
    inside = width - frame.margin_left - frame.margin_right
    total = frame.margin_top + frame.margin_bottom
    for paragraph in frame.paragraphs:
        size = max([run.font.size.pt for run in paragraph.runs], default=0)
        typeface = SANS_BOLD if bold or any(run.font.bold for run in paragraph.runs) else SANS
        lines = lines_of(paragraph.text, inside / Pt(1), typeface=typeface, size=size) if size else []
        total += Pt(len(lines) * size * 1.17) + (paragraph.space_after or 0)
    return total


def box_of(shape):
    return shapely.box(shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)


def decks(found, hostile, crowded, tmp_path_factory):
    folder = make_folder(tmp_path_factory.mktemp("slides"), plan="", **NOTHING)
    for results_of in (found, hostile, crowded, results(read_workspace(folder), on=ON)):
        for lang in LANGUAGES:
            words = Words(lang)
            text = report_text(results_of, words)
            yield opened(to_pptx(results_of, text, words, map_picture=picture((300, 200))))


def test_texts_fit_their_boxes_and_nothing_lies_on_anything(found, hostile, crowded, tmp_path_factory):
    for deck in decks(found, hostile, crowded, tmp_path_factory):
        for slide in deck.slides:
            texts = []
            for shape in slide.shapes:
                if shape.has_text_frame and shape.text_frame.text:
                    assert height_of(shape.text_frame, shape.width) <= shape.height, shape.text_frame.text
                    texts.append(box_of(shape))
                if shape.has_table:
                    widths = [column.width for column in shape.table.columns]
                    for row in shape.table.rows:
                        frames = [cell.text_frame for cell in row.cells]
                        needs = map(height_of, frames, widths)
                        assert max(needs) <= row.height
                    assert shape.height == sum(row.height for row in shape.table.rows)
                assert shape.top + shape.height <= deck.slide_height
                if shape.has_table or shape.has_chart or shape.shape_type == MSO_SHAPE_TYPE.PICTURE:
                    texts.append(box_of(shape))
            for one, other in combinations(texts, 2):
                assert one.intersection(other).area <= Pt(1) ** 2, slide.shapes.title.text_frame.text


def test_type_is_large_enough_for_the_back_row(deck):
    for slide in deck.slides:
        for shape in slide.shapes:
            frames = [shape.text_frame] if shape.has_text_frame else []
            if shape.has_table:
                frames += [cell.text_frame for row in shape.table.rows for cell in row.cells]
            is_foot = shape.top >= FOOT
            sizes = [run.font.size for frame in frames for one in frame.paragraphs for run in one.runs]
            assert all(size >= Pt(FOOT_PT if is_foot else 15) for size in sizes)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_figures_are_the_five_of_the_meeting(found, lang):
    words = Words(lang)
    deck = opened(to_pptx(found, report_text(found, words), words))
    shown = [shape.text_frame.text for shape in deck.slides[1].shapes if shape.has_text_frame]
    for one in headlines(found, words):
        assert "\n".join(part for part in (one.value, one.label, one.more) if part) in shown


def test_each_title_says_what_its_slide_shows(found, deck):
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles[1] == headlines(found, VI)[0].said
    keys = ("commitments", "commitments_met", "commitments_late")
    said = VI("report.slide.commitments", **{key: found.value(key) for key in keys})
    assert any(title.startswith(said) for title in titles)
    whole = sum(one.reached == one.villages for one in found.communes.itertuples() if one.villages)
    assert VI("report.slide.communes", whole=whole, communes=len(found.communes)) in titles


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
    assert shown.width / shown.height == pytest.approx(MAP_MM[0] / MAP_MM[1], rel=0.01)
    for name in CLASSES:
        assert str(found.value(name)) in text_of(slide).split("\n")


def test_long_tables_go_on_on_further_slides(text, deck):
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert all(len(table.rows) >= 3 for table in tables)
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
