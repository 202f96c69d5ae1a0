"""Builds the Word template of the report, in the form of Nghị định 30/2020/NĐ-CP.

The template holds placeholders, so that an office can change it in Word without touching the program; the
columns of its tables come from the same table as those of the PDF.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from reports.report_text import SECTIONS, TABLES, Column

PATH = Path(__file__).resolve().parents[1] / "reports" / "templates" / "administrative.docx"
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


def main() -> None:
    """Write the template."""
    document = Document()
    _page(document)
    _letterhead(document)
    _line(document, "{{ type }}", bold=True, size=14, align="center", before=14)
    _line(document, "{{ subject }}", bold=True, align="center")
    _rule(document.add_paragraph(), 62)
    _line(document, "{{ to }}", align="center", before=6, after=6)
    _text(document, "{{ opening }}")
    for section, tables in SECTIONS.items():
        _section(document, section, tables)
    _text(document, "{{ closing }}").paragraph_format.keep_with_next = True
    _signatures(document)
    _annexes(document)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "", "", ""
    properties.created = properties.modified = datetime(2026, 1, 1)
    PATH.parent.mkdir(exist_ok=True)
    document.save(str(PATH))
    print(f"→ {PATH}")


def _page(document: Document) -> None:
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
    _field(number, "PAGE")
    for header in (section.first_page_header, section.header):
        paragraph = header.paragraphs[0] if header is section.first_page_header else header.add_paragraph()
        _run(paragraph, "{{ invented }}", bold=True, size=SMALL_PT)
        paragraph.alignment = ALIGN["center"]
    for footer in (section.first_page_footer, section.footer):
        _run(footer.paragraphs[0], "{{ data_line }}", size=SMALL_PT)
        footer.paragraphs[0].alignment = ALIGN["center"]


def _letterhead(document: Document) -> None:
    table = _plain_table(document, 2, (LEFT_MM, RIGHT_MM))
    left, right = table.rows[0].cells
    _cell(left, "{{ superior }}", size=HEAD_PT)
    _cell(left, "{{ issuer }}", size=HEAD_PT, bold=True)
    _rule(left.add_paragraph(), 24, within_mm=LEFT_MM)
    _cell(right, "{{ nation }}", size=HEAD_PT, bold=True)
    _cell(right, "{{ motto }}", size=BODY_PT, bold=True)
    _rule(right.add_paragraph(), 60, within_mm=RIGHT_MM)
    left, right = table.rows[1].cells
    _cell(left, "{{ number }}")
    _cell(right, "{{ place_date }}", italic=True)


def _section(document: Document, section: str, tables: tuple[str, ...]) -> None:
    heading = _line(document, f"{{{{ heading.{section} }}}}", bold=True, before=10, after=4)
    heading.paragraph_format.keep_with_next = True
    _tag(document, f"for line in lines.{section}")
    if section in ("unknown", "steps"):
        _text(document, "{{ loop.index }}. {{ line }}")
    else:
        _text(document, "{{ line }}")
    _tag(document, "endfor")
    for table in tables:
        _tag(document, f"if rows.{table}")
        _table(document, table)
        # Word puts two tables that touch each other into one.
        _line(document, "").paragraph_format.line_spacing = Pt(6)
        _tag(document, "endif")
    if tables and section != "unreached":
        _tag(document, f"if rows.{tables[0]}")
        _line(document, f"{{{{ note.{section} }}}}", italic=True, size=TABLE_PT, align="both", after=4)
        _tag(document, "endif")


def _table(document: Document, name: str) -> None:
    columns = TABLES[name]
    has_total = name == "communes"
    table = document.add_table(rows=4 + has_total, cols=len(columns), style="Table Grid")
    _set_widths(table, [column.width_mm for column in columns])
    head, opening, row, closing = table.rows[:4]
    for element in (head, row):
        properties = element._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    opening.cells[0].paragraphs[0].add_run(f"{{%tr for one in rows.{name} %}}")
    closing.cells[0].paragraphs[0].add_run("{%tr endfor %}")
    for place, column in enumerate(columns):
        _fill(head.cells[place], f"{{{{ head.{name}.{column.name} }}}}", column, is_head=True)
        _fill(row.cells[place], f"{{{{ one.{column.name} }}}}", column)
        if has_total:
            _fill(table.rows[4].cells[place], f"{{{{ total.{name}.{column.name} }}}}", column, bold=True)


def _fill(cell: _Cell, text: str, column: Column, *, is_head: bool = False, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = ALIGN["center" if is_head else column.align]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
    _run(paragraph, text, bold=is_head or bold, size=TABLE_PT - is_head)


def _signatures(document: Document) -> None:
    table = _plain_table(document, 1, (80, 85))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    left, right = table.rows[0].cells
    _cell(left, "{{ recipients }}", bold=True, italic=True, size=12, align="left")
    for text in ("{{ recipient }}", "{{ recipient }}", "{{ filed }}"):
        _cell(left, text, size=11, align="left")
    _cell(right, "{{ signer_title }}", bold=True)
    for _ in range(4):
        _cell(right, "")
    _cell(right, "{{ signer_name }}", bold=True)


def _annexes(document: Document) -> None:
    _tag(document, "if map")
    _annex_title(document, "map")
    paragraph = _line(document, "{{ map }}", align="center")
    paragraph.paragraph_format.keep_together = True
    _tag(document, "endif")
    _tag(document, "if photos")
    _annex_title(document, "photos")
    _tag(document, "for pair in photos")
    title = _line(document, "{{ pair.title }}", bold=True, before=8, after=4)
    title.paragraph_format.keep_with_next = True
    table = _plain_table(document, 1, (82, 83))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, name in zip(table.rows[0].cells, ("before", "after"), strict=True):
        _cell(cell, f"{{{{ pair.{name} }}}}")
        _cell(cell, f"{{{{ pair.{name}_caption }}}}", italic=True, size=TABLE_PT)
    _tag(document, "endfor")
    _tag(document, "endif")


def _annex_title(document: Document, name: str) -> None:
    title = _line(document, f"{{{{ annex.{name} }}}}", bold=True, align="center", after=6)
    title.paragraph_format.page_break_before = True
    title.paragraph_format.keep_with_next = True


def _line(
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
    paragraph = document.add_paragraph()
    paragraph.alignment = ALIGN[align]
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    _run(paragraph, text, bold=bold, italic=italic, size=size)
    return paragraph


def _text(document: Document, text: str) -> Paragraph:
    """Add a paragraph of the body: justified, its first line 1.27 cm in, 6 pt below."""
    paragraph = _line(document, text, align="both", after=6)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.line_spacing = 1.1
    return paragraph


def _tag(document: Document, tag: str) -> None:
    """Add a tag of the template that takes its own paragraph away."""
    document.add_paragraph().add_run(f"{{%p {tag} %}}")


def _cell(
    cell: _Cell,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float = BODY_PT,
    align: str = "center",
) -> None:
    first = cell.paragraphs[0]
    paragraph = cell.add_paragraph() if len(cell.paragraphs) > 1 or first.text or first.runs else first
    paragraph.alignment = ALIGN[align]
    _run(paragraph, text, bold=bold, italic=italic, size=size)


def _run(paragraph: Paragraph, text: str, *, bold: bool = False, italic: bool = False, size: float) -> None:
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _rule(paragraph: Paragraph, width_mm: float, *, within_mm: float = 165) -> None:
    """Draw a line of a width in the middle: the upper border of a paragraph with nothing in it."""
    indent = Mm((within_mm - width_mm) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    paragraph.paragraph_format.space_before = Pt(2)
    _run(paragraph, "", size=2)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().append(borders)


def _field(paragraph: Paragraph, code: str) -> None:
    run = paragraph.add_run()
    run.font.size = Pt(BODY_PT)
    for kind, text in (("begin", None), (None, code), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _plain_table(document: Document, rows: int, widths_mm: tuple[float, ...]) -> Table:
    table = document.add_table(rows=rows, cols=len(widths_mm))
    _set_widths(table, widths_mm)
    return table


def _set_widths(table: Table, widths_mm) -> None:
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


if __name__ == "__main__":
    main()
