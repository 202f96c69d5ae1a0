"""Says what a row from outside would change: which row, and field by field in the office's words."""

from __future__ import annotations

from html import escape

from geo.schema import Column
from geo.text import Words
from geo.workspace import Workspace
from records.imports.headings import heading_of
from records.intake import Change, Difference
from records.model import DOCUMENT, ENTITIES
from views import told

_NAMES = ("name", "title")


def name_of(difference: Difference, workspace: Workspace, words: Words) -> str:
    """Return what a person calls the row: its name, or what is known instead, and its id."""
    if difference.entity == DOCUMENT:
        return difference.entity_id
    said = {change.field: change.after for change in difference.changes}
    for name in _NAMES:
        if said.get(name):
            return said[name]
    rows = getattr(workspace, ENTITIES[difference.entity].name)
    for name in _NAMES:
        if name in rows and difference.entity_id in rows.index and rows.at[difference.entity_id, name]:
            return rows.at[difference.entity_id, name]
    if difference.entity == "work":
        known = rows.loc[difference.entity_id] if difference.entity_id in rows.index else {}
        pano_id, kind = (said.get(name) or known[name] for name in ("pano_id", "kind"))
        pano = workspace.panos["name"].get(pano_id, pano_id)
        return f"{words(f'terms.work_kind.{kind}')}: {pano}"
    return difference.entity_id


def details(difference: Difference, workspace: Workspace, words: Words, *, stored: bool = False) -> str:
    """Return the changes as HTML, a line a field.

    Parameters
    ----------
    difference : Difference
        The row.
    workspace : Workspace
        Gives the names of what is referred to.
    words : Words
        The reader's language.
    stored : bool
        True if it is said what the store holds where that is neither the one nor the other.
    """
    if difference.entity == DOCUMENT:
        return escape(words("data.folder.whole_file"))
    if difference.kind == "gone":
        return escape(words("data.folder.gone"))
    table = ENTITIES[difference.entity]
    columns = {column.name: column for column in table.columns}
    lines = []
    for change in difference.changes:
        if change.field == table.key or (difference.kind == "new" and not change.after):
            continue
        column = columns[change.field]
        after = f"<ins>{_shown(change.after, column, difference, workspace, words)}</ins>"
        if difference.kind == "changed":
            after = f"<del>{_shown(change.before, column, difference, workspace, words)}</del> → {after}"
        if stored and is_stale(change):
            now = _shown(change.stored, column, difference, workspace, words)
            after += f" <em>({words('data.folder.stored_now', value=now)})</em>"
        lines.append(f"<div><b>{escape(heading_of(change.field, table, words.lang))}</b> {after}</div>")
    return "".join(lines)


def undoes_newer(difference: Difference) -> bool:
    """Return whether a row from outside would take back what the record has learned since.

    That is where the store has changed a field of it meanwhile, or an inspection would become an older one.
    """
    return any(
        is_stale(change)
        or (change.field == "checked_on" and (change.after or "") < (change.stored or change.before or ""))
        for change in difference.changes
    )


def is_stale(change: Change) -> bool:
    """Return whether the store has something else by now than what a change says was there or comes."""
    return change.stored not in (change.before, change.after)


def _shown(
    cell: str | None, column: Column, difference: Difference, workspace: Workspace, words: Words
) -> str:
    """Return a cell in the reader's words, as HTML."""
    if cell and column.refers:
        return escape(", ".join(_name(key, column, workspace) for key in cell.split(";")))
    return escape(told.value(difference.entity, column.name, cell or None, words))


def _name(key: str, column: Column, workspace: Workspace) -> str:
    tables = {"communes_2023": workspace.communes["2023"], "communes_2025": workspace.communes["2025"]}
    rows = tables[column.refers] if column.refers in tables else getattr(workspace, column.refers)
    return str(rows["name"].get(key, key)) if "name" in rows else key
