"""Merges what one person wants with what others changed meanwhile, field by field; drops nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from geo.cells import CellError, read_cell, write_cell
from geo.schema import Column, Table
from records.history import Cells

ONE_FACT = (
    ("lat", "lon", "accuracy_m"),
    ("condition", "checked_on"),
    ("scope", "commune_codes", "village_ids"),
)
"""Columns that say one thing together: half of one person's point and half of another's is no point."""

INSPECTION = ("condition", "checked_on")
"""What an inspection says; of two the later day is of now, in whatever order they arrive."""

KNOWN_BY = MappingProxyType({"accuracy_m": ("lat", "lon"), "checked_on": ("condition",)})
"""Columns that say how well, or since when, others are known: with a new point the accuracy of the old one
is gone."""


def decided_together(fields: Collection[str]) -> list[tuple[str, ...]]:
    """Return columns that wait for a decision in groups, of which each takes one side whole.

    A step is one, with all that it would set; so is a fact that takes several columns.

    Examples
    --------
    >>> decided_together(["accuracy_m", "lat", "note"]), decided_together(["note", "state"])
    ([('accuracy_m', 'lat'), ('note',)], [('note', 'state')])
    """
    if "state" in fields:
        return [tuple(fields)]
    groups: dict[tuple[str, ...], list[str]] = {}
    for field in fields:
        whole = next((fact for fact in ONE_FACT if field in fact), (field,))
        groups.setdefault(whole, []).append(field)
    return [tuple(group) for group in groups.values()]


@dataclass(frozen=True)
class Conflict:
    """A field that two people changed to different values; each value is a cell, None for a blank.

    Attributes
    ----------
    field : str
        The column.
    was : str or None
        What the later one had seen.
    theirs : str or None
        What stands there now.
    mine : str or None
        What the later one wants.
    """

    field: str
    was: str | None
    theirs: str | None
    mine: str | None


@dataclass(frozen=True)
class Merge:
    """What becomes of a wish.

    Attributes
    ----------
    changes : dict of str to (str or None, str or None)
        What is to be changed, from what to what, as cells.
    conflicts : tuple of Conflict
        What waits for a decision.
    past : tuple of Conflict
        What is kept for the day that it speaks of, since something newer stands there now.
    is_stale : bool
        True if anything that the person had seen is no longer so.
    """

    changes: dict[str, tuple[str | None, str | None]]
    conflicts: tuple[Conflict, ...] = ()
    past: tuple[Conflict, ...] = ()
    is_stale: bool = False

    @property
    def fields(self) -> frozenset[str]:
        """The columns that the wish is about."""
        return frozenset((*self.changes, *(one.field for one in self.conflicts)))

    def applied_to(self, present: Cells) -> Cells:
        """Return a row as it will be."""
        return present | {field: to for field, (_, to) in self.changes.items()}

    def all_waiting(self, seen: Mapping[str, str | None]) -> Merge:
        """Return a merge in which every change waits for a decision."""
        waiting = [Conflict(f, seen.get(f, now), now, mine) for f, (now, mine) in self.changes.items()]
        return replace(self, changes={}, conflicts=(*self.conflicts, *waiting))

    def in_its_time(self, present: Cells, wanted: Cells, seen: Cells) -> Merge:
        """Return a merge in which an inspection older than the last one changes nothing of now."""
        day, last = wanted.get("checked_on"), present.get("checked_on")
        if not day or not last or day >= last:
            return self
        said = [field for field in INSPECTION if field in wanted]
        return Merge(
            {field: pair for field, pair in self.changes.items() if field not in said},
            tuple(one for one in self.conflicts if one.field not in said),
            tuple(Conflict(f, seen.get(f, present[f]), present[f], wanted[f]) for f in said),
            is_stale=True,
        )


def to_cells(values: Mapping[str, object], table: Table) -> Cells:
    """Return values as cells, None for a blank.

    Parameters
    ----------
    values : mapping of str to object
        Value by column, as a workspace's tables hold it, or as the text of a cell.
    table : Table
        The table that they are of.

    Raises
    ------
    ValueError
        If the table has no such column: a fault of the program.
    """
    if unknown := sorted(values.keys() - set(table.names)):
        raise ValueError(f"{table.name} has no column {', '.join(unknown)}")
    # PostgreSQL keeps no NUL in a text, and no file of the data folder can bring one that means something.
    return {name: write_cell(value).replace("\0", "") or None for name, value in values.items()}


def is_same(one: str | None, other: str | None, column: Column) -> bool:
    """Return whether two cells say the same: ``2000`` and ``2000.0`` do, a blank and ``0`` do not."""
    if one is None or other is None or one == other:
        return one == other
    try:
        return read_cell(one, column) == read_cell(other, column)
    except CellError:
        return False


def wishes(wanted: Cells, seen: Cells, table: Table) -> Cells:
    """Return what of a form its author wishes: what was left as it was is no wish.

    A fact that takes several columns is wished whole, as the form shows it. What `KNOWN_BY` names is
    unknown where the form does not say it anew.

    Parameters
    ----------
    wanted : dict of str to str or None
        What the form says, by column.
    seen : dict of str to str or None
        What it showed at first; a column that it did not show is a wish.
    table : Table
        The table of the row.
    """
    columns = {column.name: column for column in table.columns}
    new = {f for f, mine in wanted.items() if f not in seen or not is_same(mine, seen[f], columns[f])}
    for fact in ONE_FACT:
        if new.intersection(fact):
            new |= wanted.keys() & set(fact)
    found = {field: mine for field, mine in wanted.items() if field in new}
    unsaid = {one: None for one, others in KNOWN_BY.items() if one in columns and new.intersection(others)}
    return unsaid | found


def merge(present: Cells, wanted: Cells, table: Table, *, seen: Cells | None = None) -> Merge:
    """Return what becomes of a wish.

    A field that nobody else changed since is changed. One that someone changed to the same value is as
    it should be. One that someone changed to another value waits for a decision, and with it the rest of
    a fact that takes several fields.

    Parameters
    ----------
    present : dict of str to str or None
        The row as it is.
    wanted : dict of str to str or None
        What the person wants, by column.
    table : Table
        The table of the row.
    seen : dict of str to str or None, optional
        What the person saw when deciding; a column that is left out was not shown, and is changed as
        wished.
    """
    columns = {column.name: column for column in table.columns}
    seen = seen or {}
    stale = {field for field in seen if not is_same(seen[field], present[field], columns[field])}
    changed = {field for field, mine in wanted.items() if not is_same(mine, present[field], columns[field])}
    waiting = changed & stale
    for fact in ONE_FACT:
        # Also where the other fields of the fact are not contested: they were meant to go together.
        if changed.intersection(fact) and stale.intersection(fact):
            waiting |= changed.intersection(fact)
    return Merge(
        {f: (present[f], mine) for f, mine in wanted.items() if f in changed - waiting},
        tuple(
            Conflict(f, seen.get(f, present[f]), present[f], mine)
            for f, mine in wanted.items()
            if f in waiting
        ),
        is_stale=bool(stale),
    )
