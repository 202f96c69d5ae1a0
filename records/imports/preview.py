"""Reads an office's file into rows of the contract, and says what was put right, is doubtful or is wrong.

Parsing is lenient, judgement is not: the rows that come out are read again by the strict readers and
rules of a data folder (`geo.cells`, `geo.rules`), together with what the workspace knows already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from geo.cells import read_column, write_cell
from geo.errors import Fault
from geo.faults import FaultLog
from geo.rules import check_rules
from geo.schema import Table
from geo.schema import table as table_of
from geo.text import Words
from geo.workspace import Workspace
from records.imports.drafts import Draft
from records.imports.findings import Correction, Notes, Question, worded
from records.imports.headings import find_header
from records.imports.process import read_sheets
from records.imports.sheets import MAX_BYTES, Unreadable
from records.imports.sniff import is_called_workbook, is_workbook

IMPORTABLE = ("villages", "panos", "works", "venues", "activities")
"""Kinds of rows that can be imported, by the names of `geo.schema.TABLES`."""


@dataclass(frozen=True, eq=False)
class ImportPreview:
    """What an import would do, before anything is stored.

    Attributes
    ----------
    kind : str
        One of `IMPORTABLE`.
    filename : str
        Name of the file, for a person to know it by.
    rows : DataFrame
        The rows that can go in: typed like the tables of a workspace, with the key as its first column,
        indexed by the row that a person sees.
    new, changed, same : tuple of str
        Ids of these rows: not known before; with something else than the workspace has; with nothing new.
    corrections : tuple of Correction
        What was put right.
    questions : tuple of Question
        What has to be asked; the rows of a question wait for the answer.
    faults : tuple of Fault
        What is wrong; ``row`` is None for the file as a whole, and ``column`` the office's own heading.
    total, rejected, waiting : int
        Number of rows in the file, with a fault, and without one but with a question.
    headings : tuple of str
        The headings as the office wrote them.
    cells : dict of int to tuple of str
        The cells of each row, as the office wrote them.
    lang : str
        Language of all texts.
    """

    kind: str
    filename: str
    rows: pd.DataFrame
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    questions: tuple[Question, ...] = ()
    faults: tuple[Fault, ...] = ()
    total: int = 0
    rejected: int = 0
    waiting: int = 0
    headings: tuple[str, ...] = ()
    cells: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    lang: str = "vi"

    @property
    def accepted(self) -> int:
        """Number of rows that can go in."""
        return len(self.rows)

    @property
    def held(self) -> dict[int, tuple[str, ...]]:
        """The cells, as the office wrote them, of the rows that are rejected or wait."""
        return {row: cells for row, cells in self.cells.items() if row not in self.rows.index}

    def to_dict(self) -> dict[str, object]:
        """Return the preview as the contract's JSON object; a question nobody answered counts as a fault."""
        words = Words(self.lang)
        open_questions = [
            Fault(
                self.filename,
                row,
                question.column,
                question.value,
                question.text,
                words("imports.fault.asked.fix", options=" / ".join(question.options.values())),
                question.code,
            )
            for question in self.questions
            for row in question.rows
        ]
        faults = sorted([*self.faults, *open_questions], key=lambda fault: fault.row or 0)
        return {
            "rows": self.total,
            "accepted": self.accepted,
            "rejected": self.rejected + self.waiting,
            "faults": [fault.to_dict() for fault in faults],
        }


def read_office_file(
    content: bytes | Path,
    filename: str,
    kind: str,
    *,
    context: Workspace,
    lang: str = "vi",
    answers: Mapping[str, str] | None = None,
) -> ImportPreview:
    """Read a file of an office: CSV, a workbook, GeoJSON, KML, GeoPackage or a zipped shapefile.

    Whatever is in the file, this raises nothing. It stores nothing either: asked again with answers to
    its questions it gives the same and more.

    Parameters
    ----------
    content : bytes or pathlib.Path
        The file, or where our own program keeps it; never a path that a person typed.
    filename : str
        What the person calls it; used in messages alone.
    kind : str
        What its rows are, one of `IMPORTABLE`.
    context : Workspace
        What is known already: places that rows may name, and rows that they may change.
    lang : {"vi", "en"}
        Language of all texts.
    answers : mapping of str to str, optional
        For a question's id one of its options, or an empty text for none of them.

    Returns
    -------
    ImportPreview
        The rows that can go in, and what is to be said of the others.

    Raises
    ------
    ValueError
        If `kind` is none of those.
    """
    if kind not in IMPORTABLE:
        raise ValueError(f"kind must be one of {', '.join(IMPORTABLE)}, got {kind!r}")
    table, words = table_of(kind), Words(lang)
    notes = Notes(table, answers or {})
    try:
        if isinstance(content, Path):
            content = content.read_bytes() if content.stat().st_size <= MAX_BYTES else bytes(MAX_BYTES + 1)
        sheets = read_sheets(content)
        sheet, header = find_header(sheets, table)
    except Unreadable as unreadable:
        misnamed = (
            unreadable.code != "empty_file" and is_called_workbook(filename) and not is_workbook(content)
        )
        code = "not_excel" if misnamed else unreadable.code
        notes.refuse(code, None, None, **unreadable.details)
        faults = worded(notes.log, words, filename=filename, headings={})
        return ImportPreview(kind, filename, pd.DataFrame(columns=table.names), faults=faults, lang=lang)

    for code, detail in sheet.said.items():
        notes.correct(code, None, detail=detail)
    others = [one.name for one in sheets if one is not sheet and one.name]
    if others:
        notes.correct("other_sheets", None, detail=", ".join(others))
    draft = Draft(sheet, header, table, context, notes, words)
    rows = _typed(draft.rows, table, notes)
    _check(rows, table, context, notes.log)
    faulty = {finding.row for finding in notes.log.findings}
    faulty = set(rows.index) if None in faulty else faulty & set(rows.index)
    waiting = notes.waiting - faulty
    held = faulty | waiting
    good = rows[~rows.index.isin(held)]
    known = draft.known
    fresh = [key for key in good[table.key] if key not in known]
    same = [
        row[table.key]
        for row in good.to_dict("records")
        if row[table.key] in known
        and known.texts(row[table.key]) == {name: write_cell(row[name]) for name in table.names[1:]}
    ]
    settled = {*fresh, *same}
    return ImportPreview(
        kind,
        filename,
        good,
        new=tuple(fresh),
        changed=tuple(key for key in good[table.key] if key not in settled),
        same=tuple(same),
        corrections=notes.corrections(words),
        questions=notes.questions(words),
        faults=worded(notes.log, words, filename=filename, headings=draft.headings),
        total=len(rows),
        rejected=len(faulty),
        waiting=len(waiting),
        headings=header.cells,
        cells=draft.cells,
        lang=lang,
    )


def _typed(rows: Mapping[int, Mapping[str, str]], table: Table, notes: Notes) -> pd.DataFrame:
    """Return the rows as the strict reader of a data folder types them."""
    index = pd.Index(list(rows), dtype="int64")
    log = FaultLog()
    typed = pd.DataFrame(
        {
            column.name: read_column(
                pd.Series([row.get(column.name, "") for row in rows.values()], index=index, dtype=object),
                column,
                file=table.file,
                log=log,
            )
            for column in table.columns
        },
        index=index,
    )
    # What is blank because it was refused or is asked about is not missing.
    at_fault = {(finding.row, finding.column) for finding in notes.log.findings} | notes.asked
    lacking = {finding.row for finding in notes.log.findings if finding.code == "missing_columns"}
    troubled = {row for row, _ in at_fault}
    for finding in log.findings:
        place = finding.row, finding.column
        excused = finding.row in lacking or place in at_fault
        excused |= finding.column == table.key and finding.row in troubled
        if finding.code != "missing_value" or not excused:
            notes.log.findings.append(finding)
    return typed


def _check(rows: pd.DataFrame, table: Table, context: Workspace, log: FaultLog) -> None:
    """Note the faults of the rows that show beside each other and beside what is known already."""
    known = {name: getattr(context, name) for name in IMPORTABLE}
    known["communes_2023"] = context.communes["2023"]
    needed = {table.name, "communes_2023"} | {column.refers for column in table.columns if column.refers}
    tables = {name: known[name].rename_axis(table_of(name).key).reset_index() for name in needed}
    others = tables[table.name]
    others = others[~others[table.key].isin(rows[table.key])]
    # Rows that are known are no rows of this file: they get numbers that no sheet has.
    others.index = range(-len(others), 0)
    tables[table.name] = pd.concat([rows, others]) if len(others) else rows
    found = FaultLog(list(log.findings))
    check_rules(tables, found)
    for finding in found.findings[len(log.findings) :]:
        if finding.file == table.file and (finding.row is None or finding.row in rows.index):
            log.findings.append(finding)
        elif finding.code == "more_villages_than_official":
            code = tables["communes_2023"].loc[finding.row, "code"]
            crowd = rows[(rows["commune_code"] == code) & (rows["register_status"] == "official")]
            for row in crowd.index:
                details = {"listed": finding.details["listed"], "official": finding.value}
                log.add("too_many_official", table.file, row=row, column="register_status", **details)
