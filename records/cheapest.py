"""The cheapest next village: what one pano, leaflets, a loudspeaker round and a dialogue add, side by side.

Costs are those that the office has recorded, or that a planner names; one that nobody knows stays unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

from geo.siting import Siting
from geo.workspace import Workspace

MEANS = ("pano", "leaflet", "loudspeaker", "dialogue")
"""A pano at the best site; leaflets to some villages; a loudspeaker round through one commune (2023); a
dialogue for neighbouring villages, as many of one commune as the recorded ones brought together."""

DEFAULT_LEAFLET_VILLAGES = 5
_DONE = ("proven", "unproven")


@dataclass(frozen=True)
class Gain:
    """Villages that would be reached besides, and the households in them.

    Attributes
    ----------
    villages : tuple of str
        Their ids.
    households, poor_households : int
        Known ones.
    households_unknown, poor_unknown : int
        Villages of which they are not known.
    """

    villages: tuple[str, ...]
    households: int
    households_unknown: int
    poor_households: int
    poor_unknown: int


@dataclass(frozen=True)
class Means:
    """One way to go on.

    Attributes
    ----------
    name : str
        One of `MEANS`.
    cost_vnd : int or None
        What one costs in đồng; None if it is not known.
    recorded : int
        How many recorded deeds that cost is the median of; 0 if it was named, or is not known.
    once : Gain
        What one of them adds, at its best.
    times : int or None
        How many of them the money left pays, as far as each adds anything; None if that can't be told.
    paid : Gain or None
        What so many add.
    """

    name: str
    cost_vnd: int | None
    recorded: int
    once: Gain
    times: int | None
    paid: Gain | None


def recorded_costs(ws: Workspace, of: pd.DataFrame) -> dict[str, tuple[int | None, int]]:
    """Return what one of each means has cost: median in đồng, and of how many deeds.

    Parameters
    ----------
    ws : Workspace
        The data.
    of : DataFrame
        Its `records.commitments.deeds`.

    Returns
    -------
    dict of str to tuple
        By `MEANS`. Leaflets cost what they did by village, those that are historical left out of a commune's;
        a loudspeaker round by commune. What was done for the whole district tells neither.
    """
    done = of[of["stage"].isin(_DONE) & of["cost_vnd"].notna()]
    size = ws.villages["commune_code"][ws.villages["register_status"] != "historical"].value_counts()
    wide = pd.Series(
        [int(size.reindex(codes).fillna(0).sum()) for codes in done["commune_codes"]], done.index
    )
    scope = ws.activities["scope"].reindex(done["id"]).set_axis(done.index)
    parts = {
        "pano": (done["kind"] == "build").astype(int),
        "leaflet": done["village_ids"]
        .map(len)
        .where(scope == "villages", wide.where(scope == "communes", 0)),
        "loudspeaker": done["commune_codes"].map(len).where(scope == "communes", 0),
        "dialogue": (scope == "villages").astype(int),
    }
    answer: dict[str, tuple[int | None, int]] = {}
    for name, count in parts.items():
        mine = (count > 0) & ((done["channel"] == name) | (name == "pano"))
        costs = done["cost_vnd"][mine].astype(float) / count[mine]
        answer[name] = (round(costs.median()), len(costs)) if len(costs) else (None, 0)
    return answer


def means(
    ws: Workspace,
    question: Siting,
    of: pd.DataFrame,
    *,
    left: int | None,
    named: Mapping[str, int] | None = None,
    leaflet_villages: int = DEFAULT_LEAFLET_VILLAGES,
) -> list[Means]:
    """Return every means side by side, in the order of `MEANS`.

    Parameters
    ----------
    ws : Workspace
        The data.
    question : Siting
        Which villages are to be reached, and what each counts.
    of : DataFrame
        The `records.commitments.deeds`.
    left : int, optional
        Đồng that are left; None if that is not known.
    named : mapping of str to int, optional
        Costs in đồng that a planner names, by means; they count instead of recorded ones.
    leaflet_villages : int, optional
        To how many villages leaflets go at once.
    """
    costs = recorded_costs(ws, of) | {name: (vnd, 0) for name, vnd in (named or {}).items()}
    worth = _worth(ws, question.target)
    ranked = _ranked(worth)
    rounds = {
        "leaflet": _in_groups(ranked, leaflet_villages),
        "loudspeaker": _in_communes(ws, worth, len(ranked)),
        "dialogue": _in_communes(ws, worth, _gathered(of)),
    }

    def best(name: str, times: int) -> Sequence[Sequence[str]]:
        """Return the villages that each of so many adds, or of fewer where no other adds anything."""
        return list(question.best(times).sites["villages"]) if name == "pano" else rounds[name][:times]

    answer = []
    for name in MEANS:
        cost, recorded = costs[name]
        if name == "leaflet" and cost is not None:
            cost *= leaflet_villages
        once, times, paid = _gain(ws, best(name, 1)), None, None
        if cost is not None and left is not None:
            # What costs nothing is bounded by what there is to reach alone.
            most = len(ranked)
            useful = best(name, min(max(0, left) // cost, most) if cost else most)
            times, paid = len(useful), _gain(ws, useful)
        answer.append(Means(name, cost, recorded, once, times, paid))
    return answer


def _gathered(of: pd.DataFrame) -> int:
    """Return how many villages a dialogue brought together, by the median of those held; 1 if none was."""
    held = of["village_ids"][of["stage"].isin(_DONE) & (of["channel"] == "dialogue")]
    sizes = [len(ids) for ids in held if ids]
    return max(1, round(np.median(sizes))) if sizes else 1


def _worth(ws: Workspace, target: pd.DataFrame) -> pd.DataFrame:
    """Return what puts a village first: what it counts; of equals its households, then its poor ones."""
    return target[["weight"]].join(ws.villages[["households", "poor_households"]])


def _ranked(worth: pd.DataFrame) -> list[str]:
    """Return the villages that are to be reached, those worth most first, what is unknown last."""
    return worth.fillna(-1).sort_values(list(worth), ascending=False).index.tolist()


def _in_groups(ids: list[str], size: int) -> list[list[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _in_communes(ws: Workspace, worth: pd.DataFrame, size: int) -> list[list[str]]:
    """Return groups of villages of one commune, of a size at most, those worth most together first."""
    ranked = _ranked(worth)
    by_commune = pd.Series(ranked).groupby(ws.villages["commune_code"].loc[ranked].to_numpy(), sort=False)
    groups = [group for _, ids in by_commune for group in _in_groups(ids.tolist(), size)]
    known = worth.fillna(0).astype(int)
    return sorted(groups, key=lambda ids: (*known.loc[ids].sum(), len(ids)), reverse=True)


def _gain(ws: Workspace, groups: Sequence[Sequence[str]]) -> Gain:
    ids = tuple(chain.from_iterable(groups))
    villages = ws.villages.loc[list(ids)]
    known = [
        (int(villages[name].sum()), int(villages[name].isna().sum()))
        for name in ("households", "poor_households")
    ]
    return Gain(ids, *known[0], *known[1])
