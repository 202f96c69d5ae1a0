"""The faults found while a data folder is read, kept without words until a language is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.errors import Fault
from geo.schema import PLAN_FILE, TABLES, Table
from geo.text import Words

_FILE_ORDER = {file: order for order, file in enumerate([*(t.file for t in TABLES), PLAN_FILE])}
_COLUMN_ORDER = {(t.file, c.name): order for t in TABLES for order, c in enumerate(t.columns)}
_LAST = 10_000
"""Place of a file or column that the contract does not name: after all that it does."""


@dataclass(frozen=True)
class Finding:
    """One fault as a code and the details that its texts name."""

    code: str
    file: str
    row: int | None
    column: str | None
    value: str | None
    details: dict[str, object]

    def place(self) -> tuple[int, int, int]:
        """Return what findings are sorted by: file, row, column."""
        return (
            _FILE_ORDER.get(self.file, _LAST),
            self.row or 0,
            _COLUMN_ORDER.get((self.file, self.column), _LAST),
        )

    def put(self, words: Words) -> Fault:
        """Return the fault in a language; a known near value turns the fix into a question."""
        fix = "fix_near" if self.details.get("near") else "fix"
        return Fault(
            self.file,
            self.row,
            self.column,
            self.value,
            words(f"faults.{self.code}.problem", **self.details),
            words(f"faults.{self.code}.{fix}", **self.details),
            self.code,
        )


def _showable(text: str | None) -> str | None:
    """Return a text that can be written as UTF-8, whatever escapes a JSON file held."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")


@dataclass
class FaultLog:
    """Collects findings, so that all of them are named in one go."""

    findings: list[Finding] = field(default_factory=list)

    def add(
        self,
        code: str,
        file: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        **details: object,
    ) -> None:
        """Note a fault.

        Parameters
        ----------
        code : str
            Kind of fault, a table of ``locale/<lang>/faults.toml``.
        file : str
            File name inside the folder.
        row : int, optional
            Row as a person sees it; None: the whole file.
        column, value : str, optional
            Column at fault, and the cell as it was read.
        **details
            What the texts name; ``near`` is the value that was probably meant.
        """
        self.findings.append(Finding(code, file, row, _showable(column), _showable(value), details))

    def replace_rows(self, code: str, file: str, rows: Mapping[int, Mapping[str, object]]) -> None:
        """Note a fault of whole rows, with the details of each, in place of the faults of their cells.

        What is missing from a row that is broken as a whole is not a fault of its own.
        """
        if not rows:
            return
        self.findings = [one for one in self.findings if one.file != file or one.row not in rows]
        for row, details in rows.items():
            self.add(code, file, row=row, **details)

    def faults(self, lang: str) -> tuple[Fault, ...]:
        """Return the faults in a language, in the order of files, rows and columns."""
        words = Words(lang)
        return tuple(finding.put(words) for finding in sorted(self.findings, key=Finding.place))

    def rejected(self, table: Table, rows: int) -> int:
        """Return how many of a table's rows have a fault: all, if the file or its header has one."""
        bad = {finding.row for finding in self.findings if finding.file == table.file}
        if any(row is None or row < table.first_row for row in bad):
            return rows
        return len(bad)
