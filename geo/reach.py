"""What one village is reached by, and what one pano reaches: the rules of `geo.coverage`, thing by thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from geo.coverage import (
    SCENARIOS,
    accuracy_m,
    activities_that_count,
    checked_date,
    pano_radius,
    panos_that_count,
    points_of,
)
from geo.distance import within
from geo.errors import ArgumentError
from geo.terms import REACH_VALUES, REACHING_CHANNELS
from geo.workspace import Workspace


@dataclass(frozen=True)
class Reach:
    """How one pano or activity bears on one village.

    Attributes
    ----------
    kind : {"pano", "activity"}
        What reaches.
    id : str
        Which pano or activity.
    channel : str
        Its channel.
    village_id : str
        Which village.
    scenario : {"now", "plan"} or None
        ``now`` if it counts now, else ``plan`` if it will; None for a pano that counts in neither.
    basis : {"explicit", "distance", "commune"}
        What the reach rests on.
    verdict : {"reached", "possible"}
        Whether it is certain.
    distance_m : float or None
        Distance by the workspace's ruler in metres to the centimetre; None for an activity, or where a point
        is unknown or no way joins them.
    uncertainty_m : float or None
        Sum of both accuracies in metres, likewise.
    """

    kind: str
    id: str
    channel: str
    village_id: str
    scenario: str | None
    basis: str
    verdict: str
    distance_m: float | None = None
    uncertainty_m: float | None = None


def reachers(ws: Workspace, village_id: str, *, on: date | None = None) -> list[Reach]:
    """Return what reaches a village, may reach it, or is promised to it.

    Parameters
    ----------
    ws : Workspace
        The data.
    village_id : str
        The village.
    on : datetime.date, optional
        The date; today if not given.

    Returns
    -------
    list of Reach
        What counts now first, then what is certain, then the nearest.

    Raises
    ------
    ArgumentError
        If the village is not known.
    """
    on = checked_date(on)
    village = _row(ws.villages, village_id, "village")
    pano_scenario = _scenario_of(panos_that_count, ws, on)
    found = _pano_reach(ws, ws.villages.loc[[village_id]], ws.panos[pano_scenario != ""], pano_scenario)

    scenario = _scenario_of(activities_that_count, ws, on)
    acts = ws.activities[(scenario != "") & ws.activities["channel"].isin(REACHING_CHANNELS)]
    for row in acts.itertuples():
        named = row.scope == "villages" and village_id in row.village_ids
        if named or (row.scope == "communes" and village["commune_code"] in row.commune_codes):
            basis = "explicit" if named else "commune"
            found.append(
                Reach("activity", row.Index, row.channel, village_id, scenario[row.Index], basis, "reached")
            )
    return sorted(found, key=_strength)


def reached_by_pano(ws: Workspace, pano_id: str, *, on: date | None = None) -> list[Reach]:
    """Return the villages that a pano reaches or may reach, or would if it counted.

    Parameters
    ----------
    ws : Workspace
        The data.
    pano_id : str
        The pano.
    on : datetime.date, optional
        The date; today if not given.

    Returns
    -------
    list of Reach
        What is certain first, then the nearest.

    Raises
    ------
    ArgumentError
        If the pano is not known.
    """
    on = checked_date(on)
    _row(ws.panos, pano_id, "pano")
    scenario = _scenario_of(panos_that_count, ws, on)
    return sorted(_pano_reach(ws, ws.villages, ws.panos.loc[[pano_id]], scenario), key=_strength)


def _row(table: pd.DataFrame, id_: str, what: str) -> pd.Series:
    if id_ not in table.index:
        raise ArgumentError(f"no {what} has the id {id_!r}")
    return table.loc[id_]


def _scenario_of(counts: Callable[[Workspace, date, str], pd.Series], ws: Workspace, on: date) -> pd.Series:
    """Return ``now`` for what counts now, else ``plan`` for what will, else blank."""
    now, plan = (counts(ws, on, s) for s in SCENARIOS)
    return pd.Series(np.select([now, plan], SCENARIOS, ""), index=now.index)


def _pano_reach(
    ws: Workspace, villages: pd.DataFrame, panos: pd.DataFrame, scenario: pd.Series
) -> list[Reach]:
    """Return what each of some panos is to each of some villages, where it is anything."""
    village = villages.iloc[np.repeat(np.arange(len(villages)), len(panos))]
    pano = panos.iloc[np.tile(np.arange(len(panos)), len(villages))]
    distance = ws.ruler.lengths(points_of(village), points_of(pano))
    uncertainty = accuracy_m(village) + accuracy_m(pano)
    radius = pano_radius(ws)[pano.index].to_numpy()
    serves = [id_ in ids for id_, ids in zip(village.index, pano["serves"], strict=True)]
    explicit = np.array(serves, dtype=bool) | (pano["village_id"].to_numpy() == village.index.to_numpy())
    reached = explicit | within(distance, uncertainty, radius)
    possible = within(distance, -uncertainty, radius)
    known = np.isfinite(distance)
    return [
        Reach(
            kind="pano",
            id=pano.index[k],
            channel="pano",
            village_id=village.index[k],
            scenario=scenario[pano.index[k]] or None,
            basis="explicit" if explicit[k] else "distance",
            verdict="reached" if reached[k] else "possible",
            distance_m=round(float(distance[k]), 2) if known[k] else None,
            uncertainty_m=float(uncertainty[k]) if known[k] else None,
        )
        for k in np.flatnonzero(reached | possible)
    ]


def _strength(reach: Reach) -> tuple[int, int, float]:
    scenario = (*SCENARIOS, None).index(reach.scenario)
    distance = np.inf if reach.distance_m is None else reach.distance_m
    return scenario, REACH_VALUES.index(reach.verdict), distance
