"""How sure reach is: strict and generous side by side, and which one measurement would settle most villages.

Strict reach counts a village that is reached wherever within their accuracies the points truly lie; generous
reach also one that may be. Between them lie the undecided villages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from geo.coverage import (
    SCENARIOS,
    accuracy_m,
    coverage,
    is_located,
    pano_radius,
    panos_that_count,
    points_of,
)
from geo.errors import ArgumentError
from geo.workspace import Workspace


@dataclass(frozen=True)
class Measurement:
    """One thing that could be measured, and what it would settle.

    Attributes
    ----------
    kind : {"village_point", "pano_point", "pano_radius"}
        Survey where a village, or a pano, is; or check from how far a pano serves, where that is assumed.
    id : str
        Of which village or pano.
    settles : tuple of str
        Ids of the counted villages that are undecided no longer afterwards: for a point, if it is found where
        it is recorded; for a radius, if it is found to be `enough_m` or more.
    enough_m : float or None
        The radius from which on all of these are reached, in whole metres; None for a point.
    """

    kind: str
    id: str
    settles: tuple[str, ...]
    enough_m: float | None = None


@dataclass(frozen=True, eq=False)
class Sureness:
    """Strict and generous reach, and how to bring them together.

    Attributes
    ----------
    scenario : {"now", "plan"}
        Which run of the rules.
    strict, generous : int
        Counted villages that are reached for certain, and at most.
    undecided : tuple of str
        Ids of the counted villages between the two, in the order of the register.
    pairs : DataFrame
        The panos that may reach them: ``village_id``, ``pano_id``, ``distance_m``, ``uncertainty_m`` (sum of
        ``of_village_m`` and ``of_pano_m``, the accuracies of both) and ``radius_m``.
    measurements : tuple of Measurement
        All that would settle any, most first; of equal ones villages before panos and points before radii, as
        they are listed.
    """

    scenario: str
    strict: int
    generous: int
    undecided: tuple[str, ...]
    pairs: pd.DataFrame
    measurements: tuple[Measurement, ...]


def sureness(
    ws: Workspace,
    *,
    on: date | None = None,
    channels: Sequence[str] | None = None,
    scenario: str = "now",
) -> Sureness:
    """Return how sure the reach of panos is.

    Parameters
    ----------
    ws : Workspace
        The data.
    on : datetime.date, optional
        The date; today if not given.
    channels : sequence of str, optional
        The channels to look at; all that can reach a village if none is given.
    scenario : {"now", "plan"}, optional
        Which run of the rules.

    Raises
    ------
    ArgumentError
        If a channel or the scenario is not known.
    """
    if scenario not in SCENARIOS:
        raise ArgumentError(f"scenario must be one of {', '.join(SCENARIOS)}, got {scenario!r}")
    reach = coverage(ws, on=on, channels=channels)
    value = reach.villages[scenario][reach.villages["counted"]]
    undecided = tuple(value.index[value == "possible"])
    strict = int((value == "reached").sum())
    pairs = _pairs(ws, undecided, panos_that_count(ws, reach.on, scenario).to_numpy())
    return Sureness(
        scenario, strict, strict + len(undecided), undecided, pairs, _measurements(ws, undecided, pairs)
    )


def _pairs(ws: Workspace, undecided: tuple[str, ...], counting: np.ndarray) -> pd.DataFrame:
    """Return the pairs of an undecided village and a pano that may reach it."""
    villages, panos = ws.villages.loc[list(undecided)], ws.panos[counting & is_located(ws.panos)]
    radius = pano_radius(ws)[panos.index].to_numpy(dtype=float)
    accuracy, pano_accuracy = accuracy_m(villages), accuracy_m(panos)
    who, which = ws.ruler.covered_pairs(
        points_of(villages),
        points_of(panos),
        radius,
        point_slack_m=-accuracy,
        centre_slack_m=-pano_accuracy,
    )
    pairs = pd.DataFrame(
        {
            "village_id": villages.index[who],
            "pano_id": panos.index[which],
            "distance_m": ws.ruler.lengths(points_of(villages)[who], points_of(panos)[which]),
            "uncertainty_m": accuracy[who] + pano_accuracy[which],
            "radius_m": radius[which],
            "of_village_m": accuracy[who],
            "of_pano_m": pano_accuracy[which],
        }
    )
    return pairs.sort_values(["village_id", "distance_m"], kind="stable", ignore_index=True)


def _measurements(ws: Workspace, undecided: tuple[str, ...], pairs: pd.DataFrame) -> tuple[Measurement, ...]:
    found, villages = [], ws.villages.loc[list(undecided)]
    if len(pairs):
        # What is left of each pair's uncertainty where the village, or the pano, is surveyed.
        by_village = _settled(pairs, pairs["of_pano_m"], pairs["village_id"])
        found += [
            Measurement("village_point", id_, (id_,)) for id_ in undecided if by_village.get((id_, id_))
        ]
        by_pano = _settled(pairs, pairs["of_village_m"], pairs["pano_id"])
        assumed = set(ws.panos.index[ws.panos["radius_m"].isna()]) if ws.plan.radius_is_assumed else set()
        near = {id_: rows for id_, rows in pairs.groupby("pano_id", sort=False)}
        for id_ in filter(near.__contains__, ws.panos.index):
            ids = tuple(village for village in undecided if by_pano.get((id_, village)))
            found.append(Measurement("pano_point", id_, ids))
        for id_ in filter(near.__contains__, ws.panos.index):
            if id_ in assumed:
                rows = near[id_]
                enough = float(np.ceil((rows["distance_m"] + rows["uncertainty_m"]).max()))
                # A radius as wide as that reaches others too that this pano could not reach before.
                who, _ = ws.ruler.covered_pairs(
                    points_of(villages),
                    points_of(ws.panos.loc[[id_]]),
                    enough,
                    point_slack_m=accuracy_m(villages),
                    centre_slack_m=accuracy_m(ws.panos.loc[[id_]]),
                )
                ids = tuple(villages.index[who])
                found.append(Measurement("pano_radius", id_, ids, enough))
    found = [one for one in found if one.settles]
    return tuple(sorted(found, key=lambda one: -len(one.settles)))


def _settled(pairs: pd.DataFrame, left_m: pd.Series, measured: pd.Series) -> dict[tuple[str, str], bool]:
    """Say which villages measuring something settles, by what is measured and village.

    Settled is a village that one pair now reaches for certain, or none possibly any more.
    """
    reached = pairs["distance_m"] + left_m <= pairs["radius_m"]
    still = (pairs["distance_m"] - left_m <= pairs["radius_m"]) & ~reached
    table = pd.DataFrame(
        {"measured": measured, "village": pairs["village_id"], "reached": reached, "still": still, "n": 1}
    )
    of = table.groupby(["measured", "village"]).agg({"reached": "any", "still": "any", "n": "sum"})
    # A pair that was not measured stays undecided.
    all_pairs = pairs.groupby("village_id").size()
    others = all_pairs.loc[of.index.get_level_values("village")].to_numpy() - of["n"].to_numpy()
    return (of["reached"] | (~of["still"] & (others == 0))).to_dict()
