"""Builds the Word template of the report, in the form of Nghị định 30/2020/NĐ-CP.

The template holds placeholders, so that an office can change it in Word without touching the program; the
columns of its tables come from the same table as those of the PDF.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from docx import Document
from docx.shared import Pt

from reports.report_text import SECTIONS, TABLES
from reports.word_page import (
    SUBJECT_RULE_MM,
    TABLE_PT,
    add_letterhead,
    add_line,
    add_lined_table,
    add_plain_table,
    add_rule,
    add_text,
    keep_whole,
    set_page,
    write_in,
    write_table_cell,
)

PATH = Path(__file__).resolve().parents[1] / "reports" / "templates" / "administrative.docx"
LETTERHEAD = ("superior", "issuer", "nation", "motto", "number", "place_date")


def main() -> None:
    """Write the template."""
    document = Document()
    set_page(document, invented="{{ invented }}", data_line="{{ data_line }}")
    add_letterhead(document, {name: f"{{{{ {name} }}}}" for name in LETTERHEAD})
    add_line(document, "{{ type }}", bold=True, size=14, align="center", before=14)
    add_line(document, "{{ subject }}", bold=True, align="center")
    add_rule(document.add_paragraph(), SUBJECT_RULE_MM)
    add_line(document, "{{ to }}", align="center", before=6, after=6)
    add_text(document, "{{ opening }}")
    for section, tables in SECTIONS.items():
        _section(document, section, tables)
    add_text(document, "{{ closing }}").paragraph_format.keep_with_next = True
    _signatures(document)
    _annexes(document)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "", "", ""
    properties.created = properties.modified = datetime(2026, 1, 1)
    PATH.parent.mkdir(exist_ok=True)
    document.save(str(PATH))
    print(f"→ {PATH}")


def _section(document: Document, section: str, tables: tuple[str, ...]) -> None:
    heading = add_line(document, f"{{{{ heading.{section} }}}}", bold=True, before=10, after=4)
    heading.paragraph_format.keep_with_next = True
    _tag(document, f"for line in lines.{section}")
    if section in ("unknown", "steps"):
        add_text(document, "{{ loop.index }}. {{ line }}")
    else:
        add_text(document, "{{ line }}")
    _tag(document, "endfor")
    for table in tables:
        _tag(document, f"if rows.{table}")
        _table(document, table)
        # Word puts two tables that touch each other into one.
        add_line(document, "").paragraph_format.line_spacing = Pt(6)
        _tag(document, "endif")
    if tables and section != "unreached":
        _tag(document, f"if rows.{tables[0]}")
        add_line(document, f"{{{{ note.{section} }}}}", italic=True, size=TABLE_PT, align="both", after=4)
        _tag(document, "endif")


def _table(document: Document, name: str) -> None:
    columns = TABLES[name]
    has_total = name == "communes"
    table = add_lined_table(document, 4 + has_total, [column.width_mm for column in columns])
    head, opening, row, closing = table.rows[:4]
    opening.cells[0].paragraphs[0].add_run(f"{{%tr for one in rows.{name} %}}")
    closing.cells[0].paragraphs[0].add_run("{%tr endfor %}")
    for place, column in enumerate(columns):
        align, cells = column.align, (one.cells[place] for one in table.rows)
        of_head, _, of_row, _, *of_total = cells
        write_table_cell(of_head, f"{{{{ head.{name}.{column.name} }}}}", align=align, is_head=True)
        write_table_cell(of_row, f"{{{{ one.{column.name} }}}}", align=align)
        for cell in of_total:
            write_table_cell(cell, f"{{{{ total.{name}.{column.name} }}}}", align=align, bold=True)


def _signatures(document: Document) -> None:
    table = add_plain_table(document, 1, (80, 85))
    keep_whole(table.rows[0])
    left, right = table.rows[0].cells
    write_in(left, "{{ recipients }}", bold=True, italic=True, size=12, align="left")
    for text in ("{{ recipient }}", "{{ recipient }}", "{{ filed }}"):
        write_in(left, text, size=11, align="left")
    write_in(right, "{{ signer_title }}", bold=True)
    for _ in range(4):
        write_in(right, "")
    write_in(right, "{{ signer_name }}", bold=True)


def _annexes(document: Document) -> None:
    _tag(document, "if map")
    _annex_title(document, "map")
    paragraph = add_line(document, "{{ map }}", align="center")
    paragraph.paragraph_format.keep_together = True
    _tag(document, "endif")
    _tag(document, "if photos")
    _annex_title(document, "photos")
    _tag(document, "for pair in photos")
    title = add_line(document, "{{ pair.title }}", bold=True, before=8, after=4)
    title.paragraph_format.keep_with_next = True
    table = add_plain_table(document, 1, (82, 83))
    keep_whole(table.rows[0])
    for cell, name in zip(table.rows[0].cells, ("before", "after"), strict=True):
        write_in(cell, f"{{{{ pair.{name} }}}}")
        write_in(cell, f"{{{{ pair.{name}_caption }}}}", italic=True, size=TABLE_PT)
    _tag(document, "endfor")
    _tag(document, "endif")


def _annex_title(document: Document, name: str) -> None:
    lines = [
        add_line(document, f"{{{{ annex.{name}.{part} }}}}", bold=True, size=14, align="center")
        for part in ("number", "title")
    ]
    lines.append(add_line(document, "{{ annex.attached }}", italic=True, align="center", after=6))
    lines[0].paragraph_format.page_break_before = True
    for line in lines:
        line.paragraph_format.keep_with_next = True


def _tag(document: Document, tag: str) -> None:
    """Add a tag of the template that takes its own paragraph away."""
    document.add_paragraph().add_run(f"{{%p {tag} %}}")


if __name__ == "__main__":
    main()
