"""What the Word documents of an office share, by Nghị định 30/2020/NĐ-CP: page, letterhead, lines, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from reports.report_text import TEXT_WIDTH_MM

FONT = "Times New Roman"
BODY_PT, TABLE_PT, HEAD_PT, SMALL_PT = 13, 11, 12, 9
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
LEFT_MM, RIGHT_MM = 63, 102
"""Widths of the two halves of the letterhead."""
ISSUER_RULE_MM, MOTTO_RULE_MM, SUBJECT_RULE_MM = 24, 56, 48
"""Lines below the issuing body, the motto (as long as it is) and the subject (up to half as long)."""


def set_page(document: Document, *, invented: str, data_line: str) -> None:
    """Set paper, margins and typeface of a document, and what stands at the head and foot of every page.

    Parameters
    ----------
    document : docx.document.Document
        The document.
    invented : str
        Said at the head of every page where the data are made up.
    data_line : str
        What the figures rest on, at the foot of every page.
    """
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(BODY_PT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance, section.footer_distance = Mm(9), Mm(9)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = ALIGN["center"]
    _add_field(number, "PAGE")
    for header in (section.first_page_header, section.header):
        paragraph = header.paragraphs[0] if header is section.first_page_header else header.add_paragraph()
        add_run(paragraph, invented, bold=True, size=SMALL_PT)
        paragraph.alignment = ALIGN["center"]
    for footer in (section.first_page_footer, section.footer):
        add_run(footer.paragraphs[0], data_line, size=SMALL_PT)
        footer.paragraphs[0].alignment = ALIGN["center"]


def add_letterhead(document: Document, said: Mapping[str, str]) -> None:
    """Add the issuing body on the left, nation and motto on the right, number and place below.

    Parameters
    ----------
    document : docx.document.Document
        The document.
    said : mapping of str to str
        ``superior``, ``issuer``, ``nation``, ``motto``, ``number`` and ``place_date``.
    """
    table = add_plain_table(document, 2, (LEFT_MM, RIGHT_MM))
    left, right = table.rows[0].cells
    write_in(left, said["superior"], size=HEAD_PT)
    write_in(left, said["issuer"], size=HEAD_PT, bold=True)
    add_rule(left.add_paragraph(), ISSUER_RULE_MM, within_mm=LEFT_MM)
    write_in(right, said["nation"], size=HEAD_PT, bold=True)
    write_in(right, said["motto"], size=BODY_PT, bold=True)
    add_rule(right.add_paragraph(), MOTTO_RULE_MM, within_mm=RIGHT_MM)
    left, right = table.rows[1].cells
    write_in(left, said["number"])
    write_in(right, said["place_date"], italic=True)


def add_line(
    document: Document,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float = BODY_PT,
    align: str = "left",
    before: float = 0,
    after: float = 0,
) -> Paragraph:
    """Add a paragraph; sizes and distances in points."""
    paragraph = document.add_paragraph()
    paragraph.alignment = ALIGN[align]
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    add_run(paragraph, text, bold=bold, italic=italic, size=size)
    return paragraph


def add_text(document: Document, text: str) -> Paragraph:
    """Add a paragraph of the body: justified, its first line 1.27 cm in, 6 pt below."""
    paragraph = add_line(document, text, align="both", after=6)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.line_spacing = 1.1
    return paragraph


def write_in(
    cell: _Cell,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float = BODY_PT,
    align: str = "center",
) -> None:
    """Write a paragraph into a cell, below what stands there."""
    first = cell.paragraphs[0]
    paragraph = cell.add_paragraph() if len(cell.paragraphs) > 1 or first.text or first.runs else first
    paragraph.alignment = ALIGN[align]
    add_run(paragraph, text, bold=bold, italic=italic, size=size)


def write_table_cell(
    cell: _Cell, text: str, *, align: str, is_head: bool = False, bold: bool = False
) -> None:
    """Write into a cell of a table with lines."""
    paragraph = cell.paragraphs[0]
    paragraph.alignment = ALIGN["center" if is_head else align]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
    add_run(paragraph, text, bold=is_head or bold, size=TABLE_PT - is_head)


def add_run(
    paragraph: Paragraph, text: str, *, bold: bool = False, italic: bool = False, size: float
) -> None:
    """Add text of one kind to a paragraph; the size in points."""
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def add_rule(paragraph: Paragraph, width_mm: float, *, within_mm: float = TEXT_WIDTH_MM) -> None:
    """Draw a line of a width in the middle: the upper border of a paragraph with nothing in it."""
    indent = Mm((within_mm - width_mm) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    paragraph.paragraph_format.space_before = Pt(2)
    add_run(paragraph, "", size=2)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().append(borders)


def add_plain_table(document: Document, rows: int, widths_mm: Sequence[float]) -> Table:
    """Add a table without lines."""
    table = document.add_table(rows=rows, cols=len(widths_mm))
    set_widths(table, widths_mm)
    return table


def add_lined_table(document: Document, rows: int, widths_mm: Sequence[float]) -> Table:
    """Add a table with lines; its first row is repeated on every page, and no row is torn apart."""
    table = document.add_table(rows=rows, cols=len(widths_mm), style="Table Grid")
    set_widths(table, widths_mm)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in table.rows:
        keep_whole(row)
    return table


def keep_whole(row) -> None:
    """Keep a row of a table on one page."""
    properties = row._tr.get_or_add_trPr()
    properties.insert(0, OxmlElement("w:cantSplit"))


def set_widths(table: Table, widths_mm: Sequence[float]) -> None:
    """Set the widths of a table's columns, in millimetres, and little room beside its texts."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "57")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _add_field(paragraph: Paragraph, code: str) -> None:
    run = paragraph.add_run()
    run.font.size = Pt(BODY_PT)
    for kind, text in (("begin", None), (None, code), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
