"""What the command line prints: faults, tables in columns, a coverage, accounts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from geo.errors import Fault
from geo.terms import CLASSES
from geo.text import Words

# Only named in types: whoever prints a fault needs none of their libraries.
if TYPE_CHECKING:
    from geo.coverage import Coverage
    from geo.workspace import Workspace
    from records.imports.preview import ImportPreview
    from records.intake import Taken
    from records.people import Account


def fault_line(fault: Fault, words: Words) -> str:
    """Return a fault as one line: where, what is wrong, and what to do."""
    place = fault.file
    if fault.row is not None:
        place = words("cli.check.file_row", file=fault.file, row=str(fault.row))
    if fault.column:
        place += f", {fault.column}"
    if fault.value:
        place += f" “{fault.value}”"
    return words("cli.check.fault", place=place, problem=fault.problem, fix=fault.fix)


def coverage_lines(workspace: Workspace, reach: Coverage, words: Words) -> Iterable[str]:
    """Yield a coverage as it is read on a terminal: head, communes, villages."""
    summary = reach.summary
    if workspace.invented:
        yield words("cli.coverage.invented")
    yield words("cli.coverage.title", date=words.date(reach.on), units=reach.units)
    names = ", ".join(words(f"terms.channel.{channel}") for channel in reach.channels)
    yield words("cli.coverage.channels", channels=names)
    yield words(
        "cli.coverage.panos",
        now=summary["panos_now"],
        plan=summary["panos_plan"],
        without=summary["communes_without_pano"],
        communes=summary["communes"],
    )

    yield ""
    whole = {"code": "", "name": words("cli.coverage.whole"), **summary}
    rows = [*reach.communes.reset_index().to_dict("records"), whole]
    heads = [words(f"cli.coverage.{key}") for key in ("code", "commune", "villages")]
    heads += [words(f"terms.class.{name}") for name in CLASSES]
    yield from table_lines(
        [*heads, words("cli.coverage.share")],
        [
            [row["code"], row["name"], row["villages"], *(row[name] for name in CLASSES), _share(row, words)]
            for row in rows
        ],
        words,
    )

    yield ""
    keys = ("village", "commune", "class", "basis", "nearest", "distance")
    panos = workspace.panos["name"]
    villages = reach.villages.astype(object).where(reach.villages.notna(), None).to_dict("records")
    yield from table_lines(
        [words(f"cli.coverage.{key}") for key in keys],
        [
            [
                village["name"] if village["counted"] else f"{village['name']} *",
                reach.communes["name"].get(village["commune_code"], ""),
                words(f"terms.class.{village['class']}"),
                words(f"terms.basis.{village['basis']}") if village["basis"] else "",
                panos[village["nearest_pano"]] if village["nearest_pano"] else "",
                words.distance(village["nearest_pano_m"]) if village["nearest_pano"] else "",
            ]
            for village in villages
        ],
        words,
    )
    if not reach.villages["counted"].all():
        yield words("cli.coverage.historical")


def import_lines(preview: ImportPreview, taken: Sequence[Taken] | None, words: Words) -> Iterable[str]:
    """Yield what became of an import, or would become of it where nothing was taken in."""
    for correction in preview.corrections:
        yield words("cli.import.corrected", text=correction.text)
    report = preview.to_dict()
    for fault in report["faults"]:
        yield fault_line(Fault(**fault), words)
    counts = {name: report[name] for name in ("rows", "accepted", "rejected")}
    yield words("cli.check.counted", **counts)
    kinds = {name: len(getattr(preview, name)) for name in ("new", "changed", "same")}
    yield words("cli.import.would" if taken is None else "cli.import.did", **kinds)
    if waiting := sum(bool(one.receipt and one.receipt.conflicts) for one in taken or ()):
        yield words("cli.import.waiting", n=waiting)


def account_lines(accounts: Sequence[Account], words: Words) -> Iterable[str]:
    """Yield the accounts as a table."""
    keys = ("login", "name", "role", "communes", "created", "disabled")
    return table_lines(
        [words(f"cli.user.{key}") for key in keys],
        [
            [
                account.login,
                account.name,
                words(f"people.role.{account.role}"),
                ", ".join(sorted(account.communes)),
                words.date(account.created_at.date()),
                words.date(account.disabled_at.date()) if account.disabled_at else "",
            ]
            for account in accounts
        ],
        words,
    )


def _share(row: dict[str, Any], words: Words) -> str:
    """Return the share of villages reached, or that the register doesn't allow one."""
    if not row["register_complete"]:
        return words("cli.coverage.incomplete")
    return f"{words.number(100 * row['share'], 1)} %" if row["villages"] else ""


def table_lines(heads: Sequence[str], rows: Sequence[Sequence[object]], words: Words) -> Iterable[str]:
    """Yield a table in columns; numbers stand to the right."""
    shown = [[words.number(cell) if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(heads, *shown, strict=True)]
    right = [
        bool(rows) and all(isinstance(cell, int) for cell in column) for column in zip(*rows, strict=True)
    ]
    right = right or [False] * len(heads)
    for cells in (heads, ["─" * n for n in widths], *shown):
        padded = (
            " " * (n - _width(cell)) + cell if to_right else cell + " " * (n - _width(cell))
            for cell, n, to_right in zip(cells, widths, right, strict=True)
        )
        yield "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(ch) else 2 if unicodedata.east_asian_width(ch) in "WF" else 1
        for ch in text
    )
