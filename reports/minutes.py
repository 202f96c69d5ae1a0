"""The minutes of a meeting as a Word document, in the form of a "Biên bản" by Nghị định 30/2020/NĐ-CP."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

from docx import Document
from docx.document import Document as Page
from docx.shared import Pt

from geo.days import VIETNAM, local_date
from geo.text import Words
from records.decisions import Decision
from records.meetings import Meeting
from reports.decisions import became, said_of
from reports.headline import headlines
from reports.office_file import timeless
from reports.report_text import Column, day
from reports.results import Results
from reports.word_page import (
    BODY_PT,
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

FIGURES = (Column("figure", 75, "left"), Column("value", 30), Column("more", 60, "left"))
DECISIONS = (
    Column("no", 10, "center"),
    Column("decision", 55, "left"),
    Column("said_by", 28, "left"),
    Column("assignee", 34, "left"),
    Column("outcome", 38, "left"),
)
"""Columns of both tables, in the widths of a page with the margins of an administrative document."""
TO_FILL_IN = ("place", "present", "chair", "secretary")
"""What the program does not know: a dotted line each."""


def minutes(meeting: Meeting, decisions: Sequence[Decision], found: Results, words: Words) -> bytes:
    """Return the minutes of a meeting as the content of a Word document.

    Parameters
    ----------
    meeting : Meeting
        The meeting.
    decisions : sequence of Decision
        Its decisions, those that were withdrawn included.
    found : Results
        The figures of its snapshot.
    words : Words
        The language.

    Returns
    -------
    bytes
        A document whose blanks are dotted lines: who was there, and the signatures.
    """
    document = Document()
    set_page(
        document,
        invented=words("report.invented") if found.workspace.invented else "",
        data_line=snapshot_line(meeting, words),
    )
    dots = words("report.signer_title")
    lead = found.plan.lead_unit.upper() or dots
    fixed = {name: words(f"report.{name}") for name in ("nation", "motto")}
    said = {"superior": dots, "issuer": lead, "number": words("minutes.number"), "place_date": ""}
    add_letterhead(document, fixed | said)
    add_line(document, words("minutes.type"), bold=True, size=14, align="center", before=14)
    add_line(document, meeting.title, bold=True, align="center")
    add_rule(document.add_paragraph(), SUBJECT_RULE_MM)
    add_line(document, "", size=6)
    add_text(document, words("minutes.began", time=_time(meeting.opened_at, words)))
    for name in TO_FILL_IN:
        add_text(document, f"{words(f'minutes.{name}')}: {dots}{dots}")
    _heading(document, words("minutes.figures"))
    add_text(document, words("minutes.figures_said", snapshot=snapshot_line(meeting, words)))
    shown = [{"figure": one.label, "value": one.value, "more": one.more} for one in headlines(found, words)]
    _table(document, FIGURES, shown, words)
    _heading(document, words("minutes.decisions"))
    rows = [_row(number, one, words) for number, one in enumerate(decisions, start=1)]
    if rows:
        _table(document, DECISIONS, rows, words)
    else:
        add_text(document, words("minutes.no_decisions"))
    ended = words("minutes.still_open")
    if meeting.ended_at:
        ended = words("minutes.ended", time=_time(meeting.ended_at, words))
    closing = add_text(document, ended)
    closing.paragraph_format.space_before, closing.paragraph_format.keep_with_next = Pt(10), True
    _signatures(document, words)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = meeting.title, "", ""
    stream = io.BytesIO()
    document.save(stream)
    return timeless(stream.getvalue(), on=local_date(meeting.ended_at or meeting.opened_at))


def snapshot_line(meeting: Meeting, words: Words) -> str:
    """Return what the figures of a meeting are of: day, units and checksum."""
    kept = meeting.snapshot
    return words("report.data_line", date=day(kept.on, words), units=kept.units, checksum=kept.checksum)


def _row(number: int, one: Decision, words: Words) -> dict[str, str]:
    body = one.body
    due = str(body.get("due_on", ""))
    if due:
        due = words("minutes.due", date=day(datetime.fromisoformat(due).date(), words))
    return {
        "no": str(number),
        "decision": _lines(said_of(one, words), body.get("note")),
        "said_by": one.said_by,
        "assignee": _lines(body.get("assignee"), due),
        "outcome": became(one, words),
    }


def _lines(*texts: object) -> str:
    return "\n".join(str(text) for text in texts if text)


def _time(moment: datetime, words: Words) -> str:
    there = moment.astimezone(VIETNAM)
    return words("minutes.time", hour=f"{there:%H}", minute=f"{there:%M}", date=day(there.date(), words))


def _heading(document: Page, text: str) -> None:
    heading = add_line(document, text.upper(), bold=True, before=10, after=4)
    heading.paragraph_format.keep_with_next = True


def _table(
    document: Page, columns: Sequence[Column], rows: Sequence[Mapping[str, str]], words: Words
) -> None:
    table = add_lined_table(document, len(rows) + 1, [column.width_mm for column in columns])
    for place, column in enumerate(columns):
        head, *cells = (row.cells[place] for row in table.rows)
        write_table_cell(head, words(f"minutes.head.{column.name}"), align=column.align, is_head=True)
        for cell, row in zip(cells, rows, strict=True):
            write_table_cell(cell, row[column.name], align=column.align)


def _signatures(document: Page, words: Words) -> None:
    table = add_plain_table(document, 1, (82, 83))
    keep_whole(table.rows[0])
    for cell, name in zip(table.rows[0].cells, ("secretary", "chair"), strict=True):
        write_in(cell, words(f"minutes.{name}").upper(), bold=True)
        write_in(cell, words("minutes.sign_here"), italic=True, size=TABLE_PT)
        for _ in range(4):
            write_in(cell, " ", size=BODY_PT)
        write_in(cell, words("report.signer_name"), bold=True)
    add_line(document, words("report.recipients"), bold=True, italic=True, size=12, before=8)
    for name in ("recipient", "filed"):
        add_line(document, words(f"report.{name}"), size=TABLE_PT)
