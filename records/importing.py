"""Takes an office's file into the store: reads it, says what would become of its rows, takes them in.

The reader has checked the rows together, by the rules of a data folder; what the store asks besides is
asked on one reading, so that nobody waits while someone looks at a preview.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from geo.errors import Fault
from geo.schema import table as table_of
from geo.text import Words
from geo.workspace import Workspace
from records import intake
from records.errors import BadValues
from records.imports.headings import heading_of
from records.imports.preview import ImportPreview, read_office_file
from records.intake import Difference, Taken, difference_of, refusal_of
from records.journal import Operation
from records.merge import to_cells
from records.model import ENTITIES
from records.rights import Actor, demand
from records.store import Store

_ENTITY_OF = {table.name: entity for entity, table in ENTITIES.items()}


@dataclass(frozen=True)
class Import:
    """A file that was read and may be taken in.

    Attributes
    ----------
    preview : ImportPreview
        What was read; a row that the store would refuse is among its faults.
    differences : tuple of Difference
        What the rows that can go in would change, in the order of the file; those with nothing new are
        left out.
    """

    preview: ImportPreview
    differences: tuple[Difference, ...]


def prepare(
    store: Store,
    content: bytes | Path,
    filename: str,
    kind: str,
    *,
    actor: Actor,
    lang: str = "vi",
    answers: Mapping[str, str] | None = None,
) -> Import:
    """Read a file and say what would become of it; nothing is stored, and nobody kept from storing.

    Parameters
    ----------
    store : Store
        The store.
    content, filename, kind, lang, answers
        See `records.imports.preview.read_office_file`.
    actor : Actor
        Who means to take it in.

    Returns
    -------
    Import
        What can be taken in, and what is to be said of the rest.

    Raises
    ------
    Forbidden
        If the actor may not import.
    """
    demand(actor, "import")
    known = store.workspace()
    preview = read_office_file(content, filename, kind, context=known, lang=lang, answers=answers)
    found = _differences(preview, known)
    refused = _refused(store, found, actor)
    rows = {one.difference.row for one in refused}
    return Import(without(preview, refused), tuple(one for one in found if one.row not in rows))


def take_in(store: Store, file: Import, op: Operation) -> tuple[ImportPreview, list[Taken]]:
    """Take in a file that was prepared; see `records.intake.take_in`.

    Parameters
    ----------
    store : Store
        The store.
    file : Import
        What `prepare` gave.
    op : Operation
        Who takes it in; its id makes those of the rows, so that a repetition changes nothing.

    Returns
    -------
    tuple of ImportPreview and list of Taken
        The preview, with what the store refused among its faults; and what became of each row.

    Raises
    ------
    Forbidden
        If the actor may not import.
    """
    taken = intake.take_in(store, file.differences, op)
    return without(file.preview, taken), taken


def without(preview: ImportPreview, taken: Iterable[Taken]) -> ImportPreview:
    """Return a preview in which the rows that the store refused are faults."""
    words = Words(preview.lang)
    refused = [one for one in taken if one.refusal]
    rows = {one.difference.row for one in refused}
    ids = {one.difference.entity_id for one in refused}
    faults = [*preview.faults, *(fault for one in refused for fault in _faults(one, preview, words))]
    return replace(
        preview,
        rows=preview.rows[~preview.rows.index.isin(rows)],
        new=tuple(key for key in preview.new if key not in ids),
        changed=tuple(key for key in preview.changed if key not in ids),
        faults=tuple(sorted(faults, key=lambda fault: fault.row or 0)),
        rejected=preview.rejected + len(rows),
    )


def _differences(preview: ImportPreview, known: Workspace) -> list[Difference]:
    """Return what the rows that can go in would change of what their reader knew."""
    entity, table = _ENTITY_OF[preview.kind], table_of(preview.kind)
    before = getattr(known, preview.kind)
    found = []
    for row, values in zip(preview.rows.index, preview.rows.to_dict("records"), strict=True):
        key = values[table.key]
        stored = None
        if key in before.index:
            stored = to_cells({table.key: key} | before.loc[key].to_dict(), table)
        found.append(difference_of(entity, to_cells(values, table), stored, stored, row=int(row)))
    return [one for one in found if one is not None]


def _refused(store: Store, differences: Iterable[Difference], actor: Actor) -> list[Taken]:
    """Return the rows that the store would refuse as things stand."""
    op = Operation(actor=actor, op_id=str(uuid4()), source="import")
    with store.reading() as connection:
        asked = [Taken(one, refusal=refusal_of(store, connection, one, op)) for one in differences]
    return [one for one in asked if one.refusal]


def _faults(taken: Taken, preview: ImportPreview, words: Words) -> list[Fault]:
    """Return why the store refused a row, as faults of the file."""
    row, refusal, table = taken.difference.row, taken.refusal, table_of(preview.kind)
    if isinstance(refusal, BadValues):
        return [
            replace(
                fault,
                file=preview.filename,
                row=row,
                column=heading_of(fault.column, table, words.lang) if fault.column else None,
            )
            for fault in refusal.faults(words.lang)
        ]
    return [Fault(preview.filename, row, None, None, refusal.explain(words), "")]
