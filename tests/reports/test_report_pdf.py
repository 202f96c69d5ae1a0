"""The PDF: the words of the Word document, its typefaces within, and on every page what it rests on."""

import io
import re

import pytest
from pypdf import PdfReader
from reportlab.lib.units import mm

from geo.text import LANGUAGES, Words
from geo.typefaces import SERIF_BOLD, width_of
from reports.annexes import PhotoPair, map_sheet
from reports.report_pdf import CELL_SIDE_PT, COLUMN_HEAD_PT, to_pdf
from reports.report_text import TABLES, report_text
from tests.hostile import FORMULA
from tests.reports.conftest import ON, VI
from tests.reports.test_report_word import picture


def pages_of(content):
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def bare(text):
    """Return a text without what lines and columns do to it."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_of_the_report_is_there(found, lang):
    text = report_text(found, Words(lang))
    whole = bare(" ".join(pages_of(to_pdf(text, Words(lang)))))
    # A line that runs over the end of a page has the words around the page within it.
    for page_part in (*text.letterhead.values(), *text.heading.values()):
        assert bare(page_part) in whole
    for rows in text.rows.values():
        for row in rows:
            assert all(bare(cell) in whole for cell in row.values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_of_a_heading_is_wider_than_its_column(found, lang):
    text = report_text(found, Words(lang))
    for table, columns in TABLES.items():
        for column in columns:
            room = column.width_mm * mm - 2 * CELL_SIDE_PT
            for word in text.head[table][column.name].split():
                assert width_of(word, SERIF_BOLD, COLUMN_HEAD_PT) <= room, (table, column.name, word)


def test_pages_are_numbered_from_the_second_on_and_say_what_they_rest_on(text):
    pages = pages_of(to_pdf(text, VI))
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        lines = page.splitlines()
        assert VI("report.invented") in page and text.data_line in page
        assert (str(number) in lines[:3]) == (number > 1)


def test_real_data_are_not_said_to_be_made_up(real):
    assert not any(VI("report.invented") in page for page in pages_of(to_pdf(report_text(real, VI), VI)))


def test_paper_is_a4_and_every_typeface_is_embedded(text):
    for page in PdfReader(io.BytesIO(to_pdf(text, VI))).pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()
            if "Tinos" in font["/BaseFont"]:
                assert "/FontFile2" in font["/FontDescriptor"].get_object()


def test_annexes(found, text):
    pair = PhotoPair("Sửa chữa: pano", picture(), picture(), ON, ON)
    plain = len(pages_of(to_pdf(text, VI)))
    sheet = map_sheet(found, VI, size="A4")
    pages = PdfReader(io.BytesIO(to_pdf(text, VI, map_sheet=sheet, photos=[pair] * 5))).pages
    photos = [page.extract_text() for page in pages[plain:-1]]
    first = " ".join(photos[0].split())
    assert VI("report.annex.photos").upper() in first and text.attached in first
    assert sum(page.count("Sửa chữa: pano") for page in photos) == 5
    (drawn,) = PdfReader(io.BytesIO(sheet)).pages
    assert pages[-1].mediabox == drawn.mediabox and pages[-1].mediabox != pages[0].mediabox


def test_hostile_names_are_drawn_as_they_are(hostile):
    text = report_text(hostile, VI)
    whole = bare(" ".join(pages_of(to_pdf(text, VI))))
    assert bare("<script>alert(3)</script>") in whole and bare(FORMULA) in whole


def test_rows_higher_than_a_page_go_on_and_no_heading_stands_alone_above_one(crowded):
    text = report_text(crowded, VI)
    heading, head = bare(text.heading["unreached"]), bare("".join(text.head["unreached"].values()))
    pages = [bare(page) for page in pages_of(to_pdf(text, VI))]
    (first,) = [page for page in pages if heading in page]
    assert re.search(r"Thônsố\d", first.split(heading)[1])
    # A name may begin on one page and end on the next; what stands on every page comes first on it.
    parts = [
        page.removeprefix(str(number)).removeprefix(bare(text.data_line)).removeprefix(head)
        for number, page in enumerate(pages, start=1)
    ]
    whole = "".join(parts)
    assert [name for name in crowded.unreached["name"] if f"{bare(name)}(" not in whole] == []
