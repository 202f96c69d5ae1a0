"""What is found while an office's rows are read: put right, doubtful or wrong; and how it is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.errors import Fault
from geo.faults import FaultLog
from geo.schema import Table
from geo.text import Words, catalogue


@dataclass(frozen=True)
class Reading:
    """The contract's text of a cell, and the code of what was put right in it (empty: nothing)."""

    text: str
    code: str = ""


class Doubt(Exception):
    """A cell that can mean several things: which of them, only a person knows.

    Parameters
    ----------
    code : str
        Kind of doubt, a key of ``imports.question``.
    options : dict of str to str
        Contract's text to what is shown for it.
    in_row_only : bool
        True if the same cell may mean another thing in another row.
    """

    def __init__(self, code: str, options: dict[str, str], *, in_row_only: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.options = options
        self.in_row_only = in_row_only


@dataclass(frozen=True)
class Correction:
    """What was put right in one way in one column.

    Parameters
    ----------
    code : str
        Kind of correction, a key of ``imports.correction``.
    column : str or None
        Heading as the office wrote it; None: the file as a whole.
    cells : tuple of (int, str, str)
        Row, cell before and cell after, for each cell that was changed.
    text : str
        One sentence that says it, in the language asked for.
    """

    code: str
    column: str | None
    cells: tuple[tuple[int, str, str], ...]
    text: str


@dataclass(frozen=True)
class Question:
    """What a person is asked before the rows can go in.

    Parameters
    ----------
    id : str
        Key of the answer; the same for the same file and workspace.
    code : str
        Kind of question, a key of ``imports.question``.
    column, value : str or None
        Heading and cell that are doubtful.
    rows : tuple of int
        Rows that wait for the answer.
    text : str
        The question, in the language asked for.
    options : dict of str to str
        The answers allowed, and what is shown for each. An empty answer means none of them, and
        refuses the rows.
    """

    id: str
    code: str
    column: str | None
    value: str | None
    rows: tuple[int, ...]
    text: str
    options: dict[str, str]


@dataclass
class Notes:
    """Collects what is found in one file.

    Parameters
    ----------
    table : Table
        What the file holds.
    answers : mapping of str to str
        Answers to questions by their id.

    Attributes
    ----------
    log : FaultLog
        What is wrong.
    asked : set of (int, str)
        Row and column of each cell whose question nobody has answered.
    """

    table: Table
    answers: Mapping[str, str]
    log: FaultLog = field(default_factory=FaultLog)
    asked: set[tuple[int, str]] = field(default_factory=set)
    _corrections: dict[tuple[str, str | None, str], list[tuple[int, str, str]]] = field(default_factory=dict)
    _questions: dict[str, tuple[str, str | None, str | None, dict[str, str]]] = field(default_factory=dict)
    _waiting: dict[str, list[int]] = field(default_factory=dict)

    def correct(
        self,
        code: str,
        heading: str | None,
        row: int = 0,
        before: str = "",
        after: str = "",
        detail: str = "",
    ) -> None:
        """Note that a cell was put right, or (without row) something of the whole file."""
        cells = self._corrections.setdefault((code, heading, detail), [])
        if row:
            cells.append((row, before, after))

    def refuse(
        self, code: str, row: int | None, column: str | None, value: str = "", **details: object
    ) -> None:
        """Note a fault of a row, or of the whole file."""
        self.log.add(code, self.table.file, row=row, column=column, value=value or None, **details)

    def ask(self, doubt: Doubt, row: int, column: str, heading: str | None, value: str) -> str | None:
        """Return the answer to a doubt; without one the row waits, with an empty one it is refused."""
        key = f"{doubt.code}:{column}:{value}" + (f":{row}" if doubt.in_row_only else "")
        answer = self.answers.get(key)
        if answer in doubt.options:
            return answer
        if answer == "":
            self.refuse("not_settled", row, column, value)
            return None
        self._questions.setdefault(key, (doubt.code, heading, value or None, doubt.options))
        self.asked.add((row, column))
        rows = self._waiting.setdefault(key, [])
        if row not in rows:
            rows.append(row)
        return None

    @property
    def waiting(self) -> set[int]:
        """Rows with a question that nobody has answered."""
        return {row for rows in self._waiting.values() for row in rows}

    def corrections(self, words: Words) -> tuple[Correction, ...]:
        """Return what was put right, in a language."""
        found = []
        for (code, heading, detail), cells in self._corrections.items():
            details: dict[str, object] = {"heading": heading or "", "detail": detail}
            if cells:
                row, before, after = cells[0]
                details |= {"n": len(cells), "row": str(row), "before": before, "after": after}
            found.append(
                Correction(code, heading, tuple(cells), words(f"imports.correction.{code}", **details))
            )
        return tuple(found)

    def questions(self, words: Words) -> tuple[Question, ...]:
        """Return what has to be asked, in a language."""
        return tuple(
            Question(
                key,
                code,
                heading,
                value,
                tuple(self._waiting[key]),
                words(f"imports.question.{code}", heading=heading or "", value=value or ""),
                options,
            )
            for key, (code, heading, value, options) in self._questions.items()
        )


def worded(log: FaultLog, words: Words, *, filename: str, headings: Mapping[str, str]) -> tuple[Fault, ...]:
    """Return the faults of an import in a language, in the order of rows.

    A fault of the data folder's contract keeps its code; where an office needs other words for it than
    someone who edits the folder, ``imports.fault`` has them.

    Parameters
    ----------
    log : FaultLog
        What was found.
    words : Words
        The language.
    filename : str
        What the person calls the file.
    headings : mapping of str to str
        The office's heading by column of the contract.

    Returns
    -------
    tuple of Fault
        Faults of the whole file first.
    """
    own = catalogue(words.lang)
    faults = []
    for finding in log.findings:
        if f"imports.fault.{finding.code}.problem" in own:
            problem = words(f"imports.fault.{finding.code}.problem", **finding.details)
            fix = words(f"imports.fault.{finding.code}.fix", **finding.details)
        else:
            plain = finding.put(words)
            problem, fix = plain.problem, plain.fix
        column = headings.get(finding.column, finding.column) if finding.column else None
        faults.append(Fault(filename, finding.row, column, finding.value, problem, fix, finding.code))
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: fault.row or 0))
