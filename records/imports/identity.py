"""Says which row of the workspace an office's row is, and gives a row that is none of them an id."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from geo.cells import write_cell
from geo.schema import Table
from geo.text import fold
from records.lifecycle import WORK_STATES_ENDED

PREFIXES = {"villages": "v", "panos": "p", "works": "w", "venues": "d", "activities": "a"}
"""First part of the ids that are made, by table."""
_SLUG_LENGTH = 48

Row = Mapping[str, str]
"""One row: the contract's text of each cell by column."""


def slug(text: str) -> str:
    """Return a text as part of an id: small letters, digits and hyphens.

    Examples
    --------
    >>> slug("Nhà văn hóa thôn Đầm Môn")
    'nha-van-hoa-thon-dam-mon'
    """
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:_SLUG_LENGTH].rstrip("-")


def made_id(row: Row, table: Table) -> str:
    """Return the id of a row that has none: the same from the same facts, at every import.

    Parameters
    ----------
    row : mapping of str to str
        The contract's text of its cells.
    table : Table
        The table that it belongs to.

    Returns
    -------
    str
        The id, or an empty text if the row says too little to tell it from others.

    Examples
    --------
    >>> from geo.schema import table
    >>> made_id({"name": "Đầm Môn", "commune_code": "22519"}, table("villages"))
    'v-22519-dam-mon'
    """
    match table.name:
        case "works":
            parts = [row.get("pano_id", "").removeprefix("p-"), row.get("kind", ""), row.get("due_on", "")]
            needed = parts[:2]
        case "activities":
            places = row.get("commune_codes", "") + "-" + row.get("village_ids", "")
            parts = [row.get("channel", ""), row.get("starts_on", ""), row.get("title", "") or places]
            needed = [parts[0], slug(parts[2])]
        case _:
            parts = needed = [row.get("commune_code", ""), row.get("name", "")]
    if not all(needed):
        return ""
    return "-".join([PREFIXES[table.name], *filter(None, map(slug, parts))])


class Known:
    """The rows of one table that the workspace has already.

    Parameters
    ----------
    rows : DataFrame
        The table, indexed by id.
    table : Table
        Its columns.
    """

    def __init__(self, rows: pd.DataFrame, table: Table) -> None:
        self._rows = rows
        self._table = table
        self._by_name: dict[tuple[str, str], list[str]] = {}
        if {"name", "commune_code"} <= set(rows):
            for key, name, code in rows[["name", "commune_code"]].itertuples():
                self._by_name.setdefault((code, fold(name)), []).append(key)

    def __contains__(self, key: str) -> bool:
        """Return whether there is a row of that id."""
        return key in self._rows.index

    def same_name(self, row: Row) -> str:
        """Return the id of the one row with the same name in the same commune, or an empty text."""
        found = self._by_name.get((row.get("commune_code", ""), fold(row.get("name", ""))), [])
        return found[0] if len(found) == 1 else ""

    def is_ended(self, key: str) -> bool:
        """Return whether a row is a work order that is done or cancelled."""
        return (
            self._table.name == "works" and key in self and self._rows.at[key, "state"] in WORK_STATES_ENDED
        )

    def says(self, key: str, row: Row) -> bool:
        """Return whether a row has what another one says, as far as that says anything."""
        texts = self.texts(key)
        return all(texts[name] == text for name, text in row.items() if name in texts)

    def texts(self, key: str) -> dict[str, str]:
        """Return a row as the contract's texts, without its id."""
        row = self._rows.loc[key]
        return {name: write_cell(row[name]) for name in self._table.names[1:]}
