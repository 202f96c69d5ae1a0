"""The meaning of reach: which panos and activities count, what they reach, and the class of every village."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.coverage_result import Coverage
from geo.days import today
from geo.errors import ArgumentError
from geo.terms import (
    BASES,
    CHANNELS,
    CLASSES,
    PANO_STATES_STANDING,
    REACH_VALUES,
    REACHING_CHANNELS,
    WORK_EFFECTS,
    WORK_STATES_COMMITTED,
)
from geo.units import to_units
from geo.workspace import Workspace

__all__ = [
    "SCENARIOS",
    "Coverage",
    "accuracy_m",
    "activities_that_count",
    "checked_date",
    "class_codes",
    "coverage",
    "is_located",
    "pano_radius",
    "pano_values",
    "panos_that_count",
    "points_of",
    "registers_complete",
]

SCENARIOS = ("now", "plan")
"""The two runs of the rules: what is proven, and what will be once the plan is carried out."""

_EXPLICIT, _DISTANCE, _COMMUNE, _NO_BASIS = range(len(BASES) + 1)
_REACHED, _POSSIBLE, _NO_LOCATION, _UNREACHED = range(len(REACH_VALUES))

_CLASS, _VALUE, _BASIS = (pd.CategoricalDtype(words) for words in (CLASSES, REACH_VALUES, BASES))

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


def coverage(
    ws: Workspace,
    *,
    on: date | None = None,
    units: str = "2023",
    channels: Sequence[str] | None = None,
) -> Coverage:
    """Return the reach of every village, every commune and the whole.

    Parameters
    ----------
    ws : Workspace
        The data.
    on : datetime.date, optional
        The date to give it for; today if not given.
    units : {"2023", "2025"}, optional
        The communes to count by.
    channels : sequence of str, optional
        The channels to look at; all that can reach a village if none is given.

    Returns
    -------
    Coverage
        See there.

    Raises
    ------
    UnitsError
        If the set of units is not known.
    ArgumentError
        If a channel is not known, or the date is not one.
    """
    on = checked_date(on)
    chosen = _checked_channels(channels)
    communes = ws.units(units)
    counting = {s: panos_that_count(ws, on, s).to_numpy() for s in SCENARIOS}
    near = _near_panos(ws, counting)
    values, bases = {}, {}
    for scenario in SCENARIOS:
        certain, possible = near[scenario]
        basis = _basis_by_channel(ws, on, scenario, chosen, counting[scenario], certain)
        bases[scenario] = basis.min(axis=0)
        values[scenario] = np.where(basis < _NO_BASIS, _REACHED, _UNREACHED).astype(np.int8)
        if "pano" in chosen:
            of_pano = values[scenario][chosen.index("pano")]
            of_pano[:] = pano_values(of_pano == _REACHED, possible, is_located(ws.villages))
    now, plan = (values[s].min(axis=0) for s in SCENARIOS)
    class_ = class_codes(now, plan)
    basis = np.where(now == _REACHED, bases["now"], bases["plan"])

    villages = pd.DataFrame(
        {
            "name": ws.villages["name"],
            "commune_code": to_units(ws.villages["commune_code"], ws, units),
            "lat": ws.villages["lat"],
            "lon": ws.villages["lon"],
            "counted": ws.villages["register_status"] != "historical",
            "class": pd.Categorical.from_codes(class_, dtype=_CLASS),
            "now": pd.Categorical.from_codes(now, dtype=_VALUE),
            "plan": pd.Categorical.from_codes(plan, dtype=_VALUE),
            "basis": pd.Categorical.from_codes(np.where(basis == _NO_BASIS, -1, basis), dtype=_BASIS),
        },
        index=ws.villages.index,
    )
    villages = villages.join(_nearest_panos(ws, counting["now"]))
    of_scenario = {
        s: pd.DataFrame(
            {c: pd.Categorical.from_codes(v, dtype=_VALUE) for c, v in zip(chosen, values[s], strict=True)},
            index=villages.index,
        )
        for s in SCENARIOS
    }
    of_communes = _count_by_commune(villages, communes["name"], registers_complete(ws, units))
    homes = to_units(ws.panos["commune_code"][counting["now"]], ws, units).value_counts()
    of_communes["panos_now"] = homes.reindex(of_communes.index, fill_value=0)
    stands = ws.panos["state"].isin(PANO_STATES_STANDING)
    homes = to_units(ws.panos["commune_code"][stands], ws, units).value_counts()
    of_communes["panos_standing"] = homes.reindex(of_communes.index, fill_value=0)
    summary = _summarise(of_communes, villages)
    summary |= {f"panos_{s}": int(counting[s].sum()) for s in SCENARIOS}
    summary["panos_standing"] = int(stands.sum())
    return Coverage(
        on, units, chosen, villages, of_scenario["now"], of_scenario["plan"], of_communes, summary
    )


def panos_that_count(ws: Workspace, on: date, scenario: str) -> pd.Series:
    """Say which panos count: now, or in plan.

    Parameters
    ----------
    ws : Workspace
        The data.
    on : datetime.date
        The date.
    scenario : {"now", "plan"}
        ``now``: in service, without major damage, its content not past. ``plan``: also those that would be
        once their open approved work is done, less those with an approved removal.

    Returns
    -------
    Series of bool
        Indexed by pano id.

    Raises
    ------
    ArgumentError
        If the scenario is not known.
    """
    _check_scenario(scenario)
    panos = ws.panos
    if scenario == "plan":
        panos = panos[["state", "condition", "content_until"]].copy()
        open_works = ws.works[ws.works["state"].isin(WORK_STATES_COMMITTED)]
        # A removal comes last in this order, so that it has the last word.
        for kind, effects in WORK_EFFECTS.items():
            at = panos.index.get_indexer(open_works["pano_id"][open_works["kind"] == kind])
            for column, value in effects.items():
                panos.iloc[at[at >= 0], panos.columns.get_loc(column)] = value
    good = (panos["state"] == "in_service") & (panos["condition"] != "major_damage")
    return good & _blank_or(panos["content_until"], lambda until: until >= on)


def activities_that_count(ws: Workspace, on: date, scenario: str) -> pd.Series:
    """Say which activities count: now (done, and not after the date), or in plan (also those planned).

    Parameters
    ----------
    ws : Workspace
        The data.
    on : datetime.date
        The date.
    scenario : {"now", "plan"}
        Which run of the rules.

    Returns
    -------
    Series of bool
        Indexed by activity id. Whether one that counts reaches a village is a matter of scope and channel.

    Raises
    ------
    ArgumentError
        If the scenario is not known.
    """
    _check_scenario(scenario)
    state = ws.activities["state"]
    counts = (state == "done") & _blank_or(ws.activities["starts_on"], lambda start: start <= on)
    return counts | (state == "planned") if scenario == "plan" else counts


def pano_radius(ws: Workspace) -> pd.Series:
    """Return the service radius of every pano in metres, by id: its own, else that of the plan."""
    return ws.panos["radius_m"].fillna(ws.plan.pano_radius_m)


def accuracy_m(table: pd.DataFrame) -> Floats:
    """Return the accuracy of every point of a table in metres; one that is not stated counts as 0."""
    return table["accuracy_m"].fillna(0.0).to_numpy(dtype=float)


def points_of(table: pd.DataFrame) -> Floats:
    """Return latitude and longitude of every row of a table, decimal degrees WGS 84; NaN where unknown."""
    return np.column_stack([table[column].to_numpy(dtype=float) for column in ("lat", "lon")])


def is_located(table: pd.DataFrame) -> Mask:
    """Say which rows of a table have a point."""
    return ~np.isnan(points_of(table)).any(axis=1)


def pano_values(reached: Mask, possible: Mask, located: Mask) -> NDArray[np.int8]:
    """Return what the channel pano says of villages, as positions in `geo.terms.REACH_VALUES`.

    Parameters
    ----------
    reached, possible : ndarray of bool
        Whether a pano that counts reaches the village for certain, or may.
    located : ndarray of bool
        Whether the village has a point.
    """
    values = np.select([reached, possible, ~located], [_REACHED, _POSSIBLE, _NO_LOCATION], _UNREACHED)
    return values.astype(np.int8)


def class_codes(now: NDArray[np.int8], plan: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the class of villages as positions in `geo.terms.CLASSES`.

    Parameters
    ----------
    now, plan : ndarray of int
        What each run of the rules says of them, as positions in `geo.terms.REACH_VALUES`.
    """
    # Reached now is the first class; the rest follow the values in strength, reached in plan coming first.
    return np.where(now == _REACHED, 0, np.minimum(now, plan) + 1).astype(np.int8)


def checked_date(on: date | None) -> date:
    """Return a date that was asked for; today if none was.

    Raises
    ------
    ArgumentError
        If it is not a date.
    """
    if on is None:
        return today()
    if isinstance(on, datetime):
        return on.date()
    if not isinstance(on, date):
        raise ArgumentError(f"on must be a date, got {on!r}")
    return on


def registers_complete(ws: Workspace, units: str) -> pd.Series:
    """Say of which communes all villages are listed.

    A register is complete when as many official villages are listed as the official list has. A commune
    of 2025 is also complete when all those of 2023 that went into it are.

    Parameters
    ----------
    ws : Workspace
        The data.
    units : {"2023", "2025"}
        The set of units.

    Returns
    -------
    Series of bool
        Indexed by commune code.

    Raises
    ------
    UnitsError
        If the set of units is not known.
    """
    communes = ws.units(units)
    official = ws.villages["commune_code"][ws.villages["register_status"] == "official"].value_counts()
    listed = official.groupby(to_units(official.index.to_series(), ws, units)).sum()
    listed = listed.reindex(communes.index, fill_value=0)
    complete = (communes["villages_official"] == listed).fillna(False).astype(bool)
    if units == "2023":
        return complete
    members = registers_complete(ws, "2023").groupby(ws.units("2023")["successor_code"]).all()
    return complete | members.reindex(communes.index, fill_value=False)


def _checked_channels(channels: Sequence[str] | None) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(channels or REACHING_CHANNELS))
    if unknown := [c for c in chosen if c not in CHANNELS]:
        raise ArgumentError(f"channels must be among {', '.join(CHANNELS)}, got {', '.join(unknown)}")
    return chosen


def _check_scenario(scenario: str) -> None:
    if scenario not in SCENARIOS:
        raise ArgumentError(f"scenario must be one of {', '.join(SCENARIOS)}, got {scenario!r}")


def _blank_or(dates: pd.Series, holds: Callable[[date], bool]) -> Mask:
    """Say which dates are unknown, or known and such that a condition holds."""
    answer = dates.isna().to_numpy().copy()
    known = ~answer
    answer[known] = [holds(day) for day in dates[known]]
    return answer


def _basis_by_channel(
    ws: Workspace, on: date, scenario: str, channels: Sequence[str], panos: Mask, near: Mask
) -> NDArray[np.int8]:
    """Return what the reach of every village rests on, channels by villages, as positions in `BASES`."""
    named: dict[str, list[str]] = {channel: [] for channel in channels if channel in REACHING_CHANNELS}
    codes: dict[str, set[str]] = {channel: set() for channel in named}
    columns = ("channel", "scope", "village_ids", "commune_codes")
    counting = activities_that_count(ws, on, scenario).to_numpy()
    for channel, scope, ids, communes in zip(*(ws.activities[c][counting] for c in columns), strict=True):
        if channel in named and scope == "villages":
            named[channel] += ids
        elif channel in named and scope == "communes":
            codes[channel].update(communes)
    if "pano" in named:
        village_id = ws.panos["village_id"][panos]
        named["pano"] += village_id[village_id != ""].tolist()
        named["pano"] += chain.from_iterable(ws.panos["serves"][panos])

    row_of = ws.villages.index.astype(object)
    basis = np.full((len(channels), len(row_of)), _NO_BASIS, dtype=np.int8)
    for of_channel, channel in zip(basis, channels, strict=True):
        # From the weakest to the strongest, so that the strongest stays.
        if codes.get(channel):
            of_channel[ws.villages["commune_code"].isin(codes[channel])] = _COMMUNE
        if channel == "pano":
            of_channel[near] = _DISTANCE
        if named.get(channel):
            rows = row_of.get_indexer(named[channel])
            of_channel[rows[rows >= 0]] = _EXPLICIT
    return basis


def _near_panos(ws: Workspace, counting: Mapping[str, Mask]) -> dict[str, tuple[Mask, Mask]]:
    """Say by scenario which villages lie within a pano's radius: certainly, and possibly."""
    now, plan = (counting[s] for s in SCENARIOS)
    # Most panos count in both scenarios: no need to look at them twice.
    both, only_now, only_plan = (
        _within_radius(ws, group) for group in (now & plan, now & ~plan, plan & ~now)
    )
    return {
        "now": (both[0] | only_now[0], both[1] | only_now[1]),
        "plan": (both[0] | only_plan[0], both[1] | only_plan[1]),
    }


def _within_radius(ws: Workspace, group: Mask) -> tuple[Mask, Mask]:
    """Say which villages a group of panos reaches by distance: certainly, and possibly."""
    certain = np.zeros(len(ws.villages), dtype=bool)
    group = group & is_located(ws.panos)
    if not group.any():
        return certain, certain
    centres, pano_accuracy = points_of(ws.panos)[group], accuracy_m(ws.panos)[group]
    radius = pano_radius(ws).to_numpy(dtype=float)[group]
    points, accuracy = points_of(ws.villages), accuracy_m(ws.villages)
    asked = np.flatnonzero(is_located(ws.villages))
    certain[asked] = ws.ruler.covered(
        points[asked], centres, radius, point_slack_m=accuracy[asked], centre_slack_m=pano_accuracy
    )
    possible = certain.copy()
    if accuracy.any() or pano_accuracy.any():
        asked = asked[~certain[asked]]
        possible[asked] = ws.ruler.covered(
            points[asked], centres, radius, point_slack_m=-accuracy[asked], centre_slack_m=-pano_accuracy
        )
    return certain, possible


def _nearest_panos(ws: Workspace, counting: Mask) -> pd.DataFrame:
    panos = counting & is_located(ws.panos)
    located = is_located(ws.villages)
    index, distance = ws.ruler.nearest(points_of(ws.villages)[located], points_of(ws.panos)[panos])
    # Of a village that no way leads from, the place is -1.
    names = np.append(ws.panos.index[panos].to_numpy(dtype=object), None)[index]
    found = pd.DataFrame(
        {"nearest_pano": names, "nearest_pano_m": distance.round(2)}, index=ws.villages.index[located]
    )
    return found.reindex(ws.villages.index)


def _count_by_commune(villages: pd.DataFrame, names: pd.Series, complete: pd.Series) -> pd.DataFrame:
    counted = villages[villages["counted"]]
    at = names.index.get_indexer(counted["commune_code"])
    cells = (at * len(CLASSES) + counted["class"].cat.codes.to_numpy())[at >= 0]
    counts = np.bincount(cells, minlength=len(names) * len(CLASSES)).reshape(-1, len(CLASSES))
    table = pd.DataFrame({"name": names, "register_complete": complete, "villages": counts.sum(axis=1)})
    table[list(CLASSES)] = counts
    table["share"] = (table["reached"] / table["villages"]).where(table["register_complete"])
    return table.rename_axis(index="code")


def _summarise(communes: pd.DataFrame, villages: pd.DataFrame) -> dict[str, object]:
    counted = villages["class"][villages["counted"]]
    counts = {name: int((counted == name).sum()) for name in CLASSES}
    complete = bool(communes["register_complete"].all())
    with_pano = int((communes["panos_now"] > 0).sum())
    return {
        "register_complete": complete,
        "villages": len(counted),
        **counts,
        "share": counts["reached"] / len(counted) if complete and len(counted) else None,
        "communes": len(communes),
        "communes_register_complete": int(communes["register_complete"].sum()),
        "communes_with_pano": with_pano,
        "communes_without_pano": len(communes) - with_pano,
    }
