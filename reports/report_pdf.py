"""The report as a PDF without an office suite: the words of the Word document in the same form."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

import pypdfium2 as pdfium
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    LongTable,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from geo import typefaces
from geo.text import Words
from reports.annexes import PhotoPair
from reports.report_text import SECTIONS, TABLES, TEXT_WIDTH_MM, Column, ReportText
from reports.report_word import PHOTO_WIDTH_MM, annex_titles
from reports.word_page import ISSUER_RULE_MM, MOTTO_RULE_MM, SUBJECT_RULE_MM

LEFT_MM, RIGHT_MM, TOP_MM, BOTTOM_MM = 30, 15, 20, 20
LETTERHEAD_MM = (63, 102)
"""Widths of the two halves of the letterhead."""
BODY_PT, TABLE_PT, HEAD_PT, SMALL_PT = 13, 11, 12, 9
COLUMN_HEAD_PT = TABLE_PT - 1
"""Size of the heads of columns."""
CELL_SIDE_PT = 3
"""Room on either side of the text of a cell."""
PHOTO_HEIGHT_MM = 105
_ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT, "both": TA_JUSTIFY}
_PLAIN = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]
)
_COPY_ID = re.compile(rb"/ID\[<([0-9A-F]+)><[0-9A-F]+>\]")


def to_pdf(
    text: ReportText,
    words: Words,
    *,
    map_sheet: bytes | None = None,
    photos: Sequence[PhotoPair] = (),
) -> bytes:
    """Return the report as a PDF, A4, with the typefaces in it.

    Parameters
    ----------
    text : ReportText
        The words.
    words : Words
        Their language.
    map_sheet : bytes, optional
        The printed map as a PDF; its page becomes an annex, in vectors.
    photos : sequence of PhotoPair
        Photos for an annex.
    """
    typefaces.register()
    stream = io.BytesIO()
    document = BaseDocTemplate(
        stream,
        pagesize=A4,
        title=text.letterhead["subject"],
        author="",
        lang=words.lang,
        displayDocTitle=True,
        # Nothing of the moment of its making: equal reports are equal to the byte.
        invariant=1,
    )
    frame = Frame(
        LEFT_MM * mm,
        BOTTOM_MM * mm,
        TEXT_WIDTH_MM * mm,
        A4[1] - (TOP_MM + BOTTOM_MM) * mm,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )

    def around(canvas: Canvas, page: BaseDocTemplate) -> None:
        _around(canvas, page.page, text)

    document.addPageTemplates(PageTemplate(frames=[frame], onPage=around))
    story = [
        *_head(text),
        *_body(text),
        *_signatures(text),
        *_photos(text, words, photos, has_map=bool(map_sheet)),
    ]
    document.build(story)
    return _with_page(stream.getvalue(), map_sheet) if map_sheet else stream.getvalue()


def _with_page(report: bytes, sheet: bytes) -> bytes:
    """Return a PDF with the pages of another behind its own."""
    whole, more = pdfium.PdfDocument(report), pdfium.PdfDocument(sheet)
    stream = io.BytesIO()
    try:
        whole.import_pages(more)
        whole.save(stream)
    finally:
        more.close()
        whole.close()
    # It numbers every copy anew; that of equal reports is the same.
    return _COPY_ID.sub(rb"/ID[<\1><\1>]", stream.getvalue())


def _around(canvas: Canvas, page: int, text: ReportText) -> None:
    """Draw what stands on every page: its number from the second on, and what the figures rest on."""
    width, height = A4
    middle = (LEFT_MM + TEXT_WIDTH_MM / 2) * mm
    canvas.saveState()
    if page > 1:
        canvas.setFont(typefaces.SERIF, BODY_PT)
        canvas.drawCentredString(middle, height - 12 * mm, str(page))
    canvas.setFont(typefaces.SERIF_BOLD, SMALL_PT)
    canvas.drawCentredString(middle, height - 16.5 * mm, text.invented)
    canvas.setFont(typefaces.SERIF, SMALL_PT)
    canvas.drawCentredString(middle, 11 * mm, text.data_line)
    canvas.restoreState()


def _p(
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float = BODY_PT,
    align: str = "left",
    before: float = 0,
    after: float = 0,
    indent_mm: float = 0,
) -> Paragraph:
    face = {
        (False, False): typefaces.SERIF,
        (True, False): typefaces.SERIF_BOLD,
        (False, True): typefaces.SERIF_ITALIC,
        (True, True): typefaces.SERIF_BOLD_ITALIC,
    }[bold, italic]
    style = ParagraphStyle(
        "",
        fontName=face,
        fontSize=size,
        leading=size * 1.22,
        alignment=_ALIGN[align],
        spaceBefore=before,
        spaceAfter=after,
        firstLineIndent=indent_mm * mm,
        # A word longer than its cell is broken, so that nothing stands outside it.
        splitLongWords=True,
    )
    return Paragraph(escape(text), style)


class _Rule(Flowable):
    """A line of a width in the middle of where it stands."""

    def __init__(self, width_mm: float) -> None:
        super().__init__()
        self.line_pt = width_mm * mm

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        """Take the whole width, so that the line can stand in its middle."""
        self.start_pt = (availWidth - self.line_pt) / 2
        return availWidth, 5

    def draw(self) -> None:
        """Draw the line."""
        self.canv.setLineWidth(0.7)
        self.canv.line(self.start_pt, 2, self.start_pt + self.line_pt, 2)


def _head(text: ReportText) -> list[Flowable]:
    say = text.letterhead
    left = [
        _p(say["superior"], size=HEAD_PT, align="center"),
        _p(say["issuer"], size=HEAD_PT, bold=True, align="center"),
        _Rule(ISSUER_RULE_MM),
    ]
    right = [
        _p(say["nation"], size=HEAD_PT, bold=True, align="center"),
        _p(say["motto"], bold=True, align="center"),
        _Rule(MOTTO_RULE_MM),
    ]
    numbers = [_p(say["number"], align="center"), _p(say["place_date"], italic=True, align="center")]
    widths = [width * mm for width in LETTERHEAD_MM]
    return [
        Table([[left, right], [Spacer(1, 8)] * 2, numbers], colWidths=widths, style=_PLAIN, splitInRow=1),
        _p(say["type"], bold=True, size=14, align="center", before=14),
        _p(say["subject"], bold=True, align="center"),
        _Rule(SUBJECT_RULE_MM),
        _p(say["to"], align="center", before=6, after=6),
        _line(say["opening"]),
    ]


def _line(text: str) -> Paragraph:
    return _p(text, align="both", after=6, indent_mm=12.7)


def _body(text: ReportText) -> list[Flowable]:
    story: list[Flowable] = []
    for section, tables in SECTIONS.items():
        # A heading never stands alone at the foot of a page.
        story.append(CondPageBreak(40 * mm))
        story.append(_p(text.heading[section], bold=True, before=10, after=4))
        is_list = section in ("unknown", "steps")
        for number, line in enumerate(text.lines[section], start=1):
            story.append(_line(f"{number}. {line}" if is_list else line))
        for name in tables:
            if text.rows[name]:
                story += [_table(text, name), Spacer(1, 6)]
        if section in text.note and text.rows[tables[0]]:
            story.append(_p(text.note[section], italic=True, size=TABLE_PT, align="both", after=4))
    return story


def _table(text: ReportText, name: str) -> LongTable:
    columns = TABLES[name]
    rows = [[_p(text.head[name][c.name], bold=True, size=COLUMN_HEAD_PT, align="center") for c in columns]]
    rows += [[_cell(row, c) for c in columns] for row in text.rows[name]]
    if name in text.total:
        rows.append([_cell(text.total[name], c, bold=True) for c in columns])
    style = TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, "black"),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), CELL_SIDE_PT),
            ("RIGHTPADDING", (0, 0), (-1, -1), CELL_SIDE_PT),
            ("TOPPADDING", (0, 0), (-1, -1), 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    widths = [column.width_mm * mm for column in columns]
    # A row is torn apart only where it has no room on a page: below a heading, or if it is higher than one.
    return LongTable(rows, colWidths=widths, style=style, repeatRows=1, splitInRow=1)


def _cell(row: dict[str, str], column: Column, *, bold: bool = False) -> Paragraph:
    return _p(row[column.name], bold=bold, size=TABLE_PT, align=column.align)


def _signatures(text: ReportText) -> list[Flowable]:
    say = text.letterhead
    left = [_p(say["recipients"], bold=True, italic=True, size=12)]
    left += [_p(line, size=11) for line in (say["recipient"], say["recipient"], say["filed"])]
    right = [
        _p(say["signer_title"], bold=True, align="center"),
        Spacer(1, 56),
        _p(say["signer_name"], bold=True, align="center"),
    ]
    table = Table([[left, right]], colWidths=[80 * mm, 85 * mm], style=_PLAIN)
    return [KeepTogether([_line(say["closing"]), Spacer(1, 8), table])]


def _photos(text: ReportText, words: Words, photos: Sequence[PhotoPair], *, has_map: bool) -> list[Flowable]:
    if not photos:
        return []
    annex = annex_titles(words, has_map=has_map, has_photos=True)["photos"]
    story: list[Flowable] = [
        PageBreak(),
        _p(annex["number"], bold=True, size=14, align="center"),
        _p(annex["title"], bold=True, size=14, align="center"),
        _p(text.attached, italic=True, align="center", after=6),
    ]
    for pair in photos:
        pictures = [
            _picture(one) if one else _p(words("report.annex.lost"), size=TABLE_PT, align="center")
            for one in (pair.before, pair.after)
        ]
        below = [_p(one, italic=True, size=TABLE_PT, align="center") for one in pair.captions(words)]
        table = Table([pictures, below], colWidths=[82 * mm, 83 * mm], style=_PLAIN)
        story.append(KeepTogether([_p(pair.title, bold=True, before=8, after=4), table]))
    return story


def _picture(content: bytes) -> Image:
    """Return a photo as large as it can be beside another."""
    width, height = ImageReader(io.BytesIO(content)).getSize()
    scale = min(PHOTO_WIDTH_MM * mm / width, PHOTO_HEIGHT_MM * mm / height)
    return Image(io.BytesIO(content), width * scale, height * scale)
