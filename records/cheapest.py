"""The cheapest next village: what one pano, leaflets, a loudspeaker round and a dialogue add, side by side.

Costs are those that the office has recorded, or that a planner names; one that nobody knows stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

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
        How many of them the money left pays, of those that add anything; None if that can't be told.
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
        By `MEANS`. Leaflets cost what they did by village, a loudspeaker round by commune; what was done for
        the whole district tells neither.
    """
    done = of[of["stage"].isin(_DONE) & of["cost_vnd"].notna()]
    size = ws.villages.groupby("commune_code").size()
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
    gatherings = ws.activities[(ws.activities["channel"] == "dialogue") & (ws.activities["state"] == "done")]
    gathered = [len(ids) for ids in gatherings["village_ids"] if ids]
    best: dict[str, Callable[[int], list[str]]] = {
        "pano": lambda times: [id_ for ids in question.best(times).sites["villages"] for id_ in ids],
        "leaflet": lambda times: _ranked(question.target)[: times * leaflet_villages],
        "loudspeaker": lambda times: _of_groups(_in_communes(ws, question.target, None), times),
        "dialogue": lambda times: _of_groups(
            _in_communes(ws, question.target, max(1, round(np.median(gathered))) if gathered else 1), times
        ),
    }
    answer = []
    for name in MEANS:
        cost, recorded = costs[name]
        if name == "leaflet" and cost is not None:
            cost *= leaflet_villages
        once = _gain(ws, best[name](1))
        times = paid = None
        if cost and left is not None:
            times = _useful(best[name], max(0, left) // cost, len(question.target))
            paid = _gain(ws, best[name](times))
        answer.append(Means(name, cost, recorded, once, times, paid))
    return answer


def _useful(best: Callable[[int], list[str]], affordable: int, most: int) -> int:
    """Return the fewest times that add as much as the affordable ones do."""
    times = min(affordable, most)
    whole = len(best(times))
    while times and len(best(times - 1)) == whole:
        times -= 1
    return times


def _ranked(target: pd.DataFrame) -> list[str]:
    """Return the villages that are to be reached, those that count most first, unknown ones last."""
    return target["weight"].fillna(-1).sort_values(ascending=False, kind="stable").index.tolist()


def _in_communes(ws: Workspace, target: pd.DataFrame, size: int | None) -> list[list[str]]:
    """Return groups of villages of one commune, of a size at most, those that count most first."""
    ranked = _ranked(target)
    weight = target["weight"].fillna(0)
    groups = []
    for _, ids in pd.Series(ranked).groupby(ws.villages["commune_code"].loc[ranked].to_numpy(), sort=False):
        mine = ids.tolist()
        step = size or len(mine)
        groups += [mine[start : start + step] for start in range(0, len(mine), step)]
    return sorted(groups, key=lambda ids: (-int(weight.loc[ids].sum()), -len(ids)))


def _of_groups(groups: list[list[str]], times: int) -> list[str]:
    return [id_ for ids in groups[:times] for id_ in ids]


def _gain(ws: Workspace, ids: Sequence[str]) -> Gain:
    villages = ws.villages.loc[list(ids)]
    known = [
        (int(villages[name].sum()), int(villages[name].isna().sum()))
        for name in ("households", "poor_households")
    ]
    return Gain(tuple(ids), *known[0], *known[1])
