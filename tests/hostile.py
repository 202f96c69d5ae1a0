"""A data folder whose names look like HTML, JavaScript, a template and a formula, all of them at once."""

from __future__ import annotations

from pathlib import Path

from geo.schema import table
from tests.folders import make_folder, with_row

HOSTILE = "`${alert(1)}<img src=x onerror=alert(2)> {{7*7}} {% x %} </script><script>alert(3)</script>"
"""Runs in a template literal, as HTML, in a template engine, or at the end of a script."""
FORMULA = '=HYPERLINK("http://x.invalid","y")'
"""Runs in a spreadsheet."""

TABLES = {
    "communes_2023": "name",
    "villages": "name",
    "panos": "name",
    "venues": "name",
    "activities": "title",
}
"""Tables whose first row is hostile, and the column that names it."""


def hostile_name(name: str) -> str:
    """Return the hostile name in a table: each begins with a word of its own."""
    return f"{name} {HOSTILE}"


def make_hostile_folder(folder: Path) -> Path:
    """Write a valid data folder with a hostile text wherever free text can stand, and return it."""
    contents = {}
    for name, column in TABLES.items():
        notes = {"source", "note", "evidence"} & set(table(name).names)
        contents[name] = with_row(name, 0, **{column: hostile_name(name)}, **dict.fromkeys(notes, HOSTILE))
    # Apart from one another, so that each can be clicked.
    contents["villages"][0] |= {"lat": 12.688, "lon": 109.232}
    contents["panos"][0] |= {"lat": 12.69, "lon": 109.21}
    contents["venues"][0] |= {"lat": 12.712, "lon": 109.235}
    contents["villages"][2]["name"] = FORMULA
    contents["works"] = with_row("works", 0, note=HOSTILE, assignee=HOSTILE)
    plan = f"number = '{HOSTILE}'\ntitle = '{HOSTILE}'\nlead_unit = '{HOSTILE}'\n"
    return make_folder(folder, plan=plan, **contents)
