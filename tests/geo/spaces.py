"""Builds small workspaces in memory, without files: what a test leaves out is blank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.workspace import Plan, Workspace

ON = date(2023, 12, 31)
"""The date that tests ask for where it does not matter."""

SUCCESSORS = {"101": "201", "102": "201", "103": "101"}
"""Communes of 2023 and what became of them; ``101`` means another area in 2025."""

BLANKS = {
    "villages": {
        "name": "",
        "commune_code": "101",
        "lat": np.nan,
        "lon": np.nan,
        "accuracy_m": np.nan,
        "register_status": "official",
        "households": pd.NA,
        "poor_households": pd.NA,
    },
    "panos": {
        "name": "",
        "commune_code": "101",
        "village_id": "",
        "serves": (),
        "lat": np.nan,
        "lon": np.nan,
        "accuracy_m": np.nan,
        "radius_m": np.nan,
        "state": "in_service",
        "condition": "good",
        "content_until": None,
        "checked_on": None,
    },
    "works": {"pano_id": "", "kind": "build", "state": "approved"},
    "venues": {"name": ""},
    "activities": {
        "channel": "leaflet",
        "state": "done",
        "starts_on": None,
        "ends_on": None,
        "evidence": "",
        "scope": "villages",
        "commune_codes": (),
        "village_ids": (),
    },
}
NUMBERS = ("lat", "lon", "accuracy_m", "radius_m")
COUNTS = ("households", "poor_households")
LISTS = ("serves", "commune_codes", "village_ids", "content_until", "checked_on", "starts_on", "ends_on")

Rows = Sequence[dict[str, object]]


def workspace(
    *,
    villages: Rows = (),
    panos: Rows = (),
    works: Rows = (),
    activities: Rows = (),
    official: dict[str, int] | None = None,
    official_2025: dict[str, int] | None = None,
    plan: Plan | None = None,
) -> Workspace:
    """Return a workspace of the communes of `SUCCESSORS`.

    Rows without an ``id`` get their table's first letter and their number from 1, such as ``v1``.
    ``official`` says how many villages the official list of a commune has.
    """
    old, new = list(SUCCESSORS), sorted(set(SUCCESSORS.values()))
    return Workspace(
        path=Path("."),
        communes={
            "2023": _communes(old, official or {}, successor_code=list(SUCCESSORS.values())),
            "2025": _communes(new, official_2025 or {}),
        },
        villages=_table("villages", villages),
        panos=_table("panos", panos),
        works=_table("works", works),
        venues=_table("venues", ()),
        activities=_table("activities", activities),
        plan=plan or Plan(),
    )


def _communes(codes: list[str], official: dict[str, int], **columns: list[str]) -> gpd.GeoDataFrame:
    counts = pd.array([official.get(code) for code in codes], dtype="Int64")
    names = [f"Xã {code}" for code in codes]
    index = pd.Index(codes, name="code")
    return gpd.GeoDataFrame({"name": names, "villages_official": counts, **columns}, index=index)


def _table(name: str, rows: Rows) -> pd.DataFrame:
    blank = BLANKS[name]
    full = [{"id": f"{name[0]}{number}", **blank, **row} for number, row in enumerate(rows, start=1)]
    table = pd.DataFrame(full, columns=["id", *blank], dtype=object)
    for column in table.columns:
        table[column] = table[column].astype(_kind(column))
    return table.set_index("id")


def _kind(column: str) -> object:
    if column in COUNTS:
        return "Int64"
    return float if column in NUMBERS else object if column in LISTS else "str"
