"""Matches the places that an office names to their keys: exactly, or by asking."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

from geo.cells import CellError
from geo.schema import Column
from geo.text import fold
from geo.workspace import Workspace
from records.imports.findings import Doubt, Reading

_KINDS = re.compile(
    r"^(?:xa|thi tran|tt|phuong|thon|to dan pho|tdp|to|ap|khom|pano|x|t)(?:\.\s*|\s+)(?:so\s+(?=[0-9]))?"
)
_COMMUNE_KIND = re.compile(r"(?:xa|thi tran|tt\.?|phuong)\s")
_CODE = re.compile(r"([0-9]{5})(?:\s*[-–:]\s*.*)?|.*\(([0-9]{5})\)")
_CODE_AND_NAME = re.compile(r"([0-9]{5})\s*[-–:]\s*(.+)|(.+)\(([0-9]{5})\)")
_CUTOFF = 0.75
"""How alike a name must be to a known one before it is asked whether that is meant; never enough for more."""
_UNKNOWN = {
    "communes_2023": "unknown_commune",
    "villages": "unknown_village",
    "panos": "unknown_pano",
    "venues": "unknown_venue",
}
"""Code of the fault by the table that a name is looked up in."""


class Names:
    """The names of one table, and the keys that they stand for.

    Parameters
    ----------
    rows : DataFrame
        Indexed by key, with ``name`` and, if they have them, ``kind`` and ``commune_code``.
    table : str
        Name of the table.
    communes : Series of str
        Name of each commune by code, to tell rows of one name apart.
    """

    def __init__(self, rows: pd.DataFrame, table: str, communes: pd.Series) -> None:
        self._table = table
        self._keys = set(rows.index)
        names = rows["name"] if "name" in rows else pd.Series(rows.index, index=rows.index)
        self._names = names.to_dict()
        self._commune = rows["commune_code"].to_dict() if "commune_code" in rows else {}
        self._commune_names = {code: fold(name) for code, name in communes.items()}
        self._shown_communes = communes.to_dict()
        self._by_name: dict[str, list[str]] = {}
        for key, name in self._names.items():
            for label in {_bare(fold(name)), fold(name), fold(self._plain_label(key))} - {""}:
                self._by_name.setdefault(label, []).append(key)
        self._label_count = pd.Series([self._plain_label(key) for key in self._names]).value_counts()

    def _plain_label(self, key: str) -> str:
        commune = self._shown_communes.get(self._commune.get(key, ""), "")
        return f"{self._names[key]}, {commune}" if commune else self._names[key]

    def label(self, key: str) -> str:
        """Return what a key is called for a person; the key itself where another is called the same."""
        label = self._plain_label(key)
        return label if self._label_count[label] == 1 else key

    def labels(self) -> list[str]:
        """Return what each row is called, see `label`."""
        return [self.label(key) for key in self._names]

    def match(self, text: str, *, commune: str = "") -> Reading:
        """Return the key that a cell stands for.

        Parameters
        ----------
        text : str
            A key or a name: with or without what kind of place it is, without regard to diacritics,
            and with its commune behind a comma or in brackets.
        commune : str, optional
            Code of the commune that the row is in, to tell places of one name apart.

        Raises
        ------
        Doubt
            If several places have the name, or only one nearly like it.
        CellError
            If no name is near.
        """
        if text in self._keys:
            return Reading(text)
        if match := _CODE.fullmatch(text):
            code = match.group(1) or match.group(2)
            if code in self._keys:
                return Reading(code, "place")
        name, _, within = fold(text).replace(")", "").replace("(", ",").partition(",")
        name, within = name.strip(), _bare(within.partition(",")[0].strip())
        wordings = (fold(text), name, _bare(name))
        found = next((self._by_name[wording] for wording in wordings if wording in self._by_name), [])
        if within and self._commune and fold(text) not in self._by_name:
            found = [key for key in found if self._commune_name(key) == within]
        if len(found) > 1 and commune:
            found = [key for key in found if self._commune.get(key) == commune] or found
        if len(found) > 1:
            found = [key for key in found if _same_letters(self._names[key], text)] or found
        if len(found) == 1:
            return Reading(found[0], "place")
        if found:
            raise Doubt("several_places", self._options(found), in_row_only=True)
        near = difflib.get_close_matches(_bare(name), self._by_name, n=3, cutoff=_CUTOFF)
        if near:
            raise Doubt("place", self._options(key for label in near for key in self._by_name[label]))
        raise CellError(_UNKNOWN[self._table])

    def is_in(self, key: str, commune: str) -> bool:
        """Return whether a place is in a commune, or it is not known in which."""
        return self._commune.get(key, "") in ("", commune)

    def _commune_name(self, key: str) -> str:
        return self._commune_names.get(self._commune.get(key, ""), "")

    def _options(self, keys: Iterable[str]) -> dict[str, str]:
        return {key: f"{self._plain_label(key)} ({key})" for key in keys}


def _bare(folded: str) -> str:
    """Return a folded name without the kind of place before it."""
    return _KINDS.sub("", folded)


def _same_letters(name: str, text: str) -> bool:
    """Return whether a text holds a name with all its diacritics, wherever the tone is placed."""
    wanted, written = (sorted(unicodedata.normalize("NFD", one.casefold())) for one in (name, text))
    return wanted == written


def _wording(text: str) -> str:
    """Return a commune's name or code, or both, as they are compared."""
    if match := _CODE_AND_NAME.fullmatch(text):
        code, after, before, behind = match.groups()
        return f"{code or behind} {_bare(fold(after or before))}"
    return _bare(fold(text))


def _by_wording(names: pd.Series) -> dict[str, str]:
    """Return the code of each commune by its code, its name and both."""
    found = {}
    for code, name in names.items():
        found |= {wording: code for wording in (code, _wording(name), _wording(f"{code} - {name}"))}
    return found


class Places:
    """The names of every table that rows refer to.

    Parameters
    ----------
    workspace : Workspace
        What is known.
    """

    def __init__(self, workspace: Workspace) -> None:
        communes = workspace.communes["2023"]
        names = communes["name"]
        self._successors = communes["successor_code"]
        self._of_2025 = _by_wording(workspace.communes["2025"]["name"])
        self._wordings = {"2023": set(_by_wording(names)), "2025": set(self._of_2025)}
        self.names = {
            "communes_2023": Names(communes, "communes_2023", names),
            "villages": Names(workspace.villages, "villages", names),
            "panos": Names(workspace.panos, "panos", names),
            "venues": Names(workspace.venues, "venues", names),
        }

    def units_of(self, texts: Iterable[str]) -> str:
        """Return whether communes are named as in ``2023`` or ``2025``; empty if the names don't tell.

        Names and codes that both have, some of another area, tell nothing.
        """
        known = self._wordings["2023"], self._wordings["2025"]
        told = {tuple(_wording(text) in wordings for wordings in known) for text in texts}
        return {(True,): "2023", (False,): "2025"}.get(tuple({of[0] for of in told if of[0] != of[1]}), "")

    def is_of_both(self, text: str) -> bool:
        """Return whether communes of both 2023 and 2025 have a name or code."""
        return all(_wording(text) in wordings for wordings in self._wordings.values())

    def commune(self, text: str, *, units: str = "2023") -> Reading:
        """Return the commune of 2023 that a cell stands for; one of 2025 is asked about, row by row.

        Parameters
        ----------
        text : str
            A code or a name.
        units : {"2023", "2025"}
            Which commune is meant where both have it.
        """
        names, wording = self.names["communes_2023"], _wording(text)
        is_of_2025 = wording in self._of_2025
        if not is_of_2025 or (units == "2023" and wording in self._wordings["2023"]):
            return names.match(text)
        former = self._successors.index[self._successors == self._of_2025[wording]]
        if len(former) == 1:
            return Reading(former[0], "place")
        raise Doubt("commune_2025", {code: names.label(code) for code in former}, in_row_only=True)

    def group(self, text: str, *, units: str) -> str:
        """Return the commune that a row of a table names for the rows below it; empty if it is none.

        Only a name with its kind, such as ``Xã Vạn Thọ``, and one that needs no question.
        """
        if not _COMMUNE_KIND.match(fold(text)) or (not units and self.is_of_both(text)):
            return ""
        try:
            return self.commune(text, units=units or "2023").text
        except (Doubt, CellError):
            return ""

    def match(self, text: str, column: Column, *, commune: str = "", units: str = "2023") -> Reading:
        """Return the key that one name in a column stands for, see `Names.match` and `commune`.

        Raises
        ------
        Doubt
            Also if the one village of a name is in another commune than `commune`.
        """
        if column.refers == "communes_2023":
            return self.commune(text, units=units)
        names = self.names[column.refers]
        reading = names.match(text, commune=commune)
        if commune and column.kind == "id" and not names.is_in(reading.text, commune):
            options = {reading.text: f"{names.label(reading.text)} ({reading.text})"}
            raise Doubt("other_commune", options, in_row_only=True)
        return reading

    def parts(self, text: str, column: Column) -> list[str]:
        """Return the names in a cell; a comma separates them, or a village from its commune."""
        if column.kind != "ids":
            return [text]
        parts = [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
        if len(parts) == 1 and "," in text:
            try:
                self.match(text, column)
            except (Doubt, CellError):
                parts = [part.strip() for part in text.split(",") if part.strip()]
        return parts
