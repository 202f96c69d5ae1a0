"""Where the next panos should stand: the sites that reach most of what is not yet reached in plan.

A site is the coordinate that it is given by. How exactly the village or venue at that coordinate is known
matters where that village is to be reached, not for the pano, which will stand where it is surveyed to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array

from geo.coverage import accuracy_m, checked_date, coverage, is_located, points_of
from geo.covering import DEFAULT_SECONDS, Cover, maximal_cover
from geo.errors import ArgumentError
from geo.schema import MAX_LENGTH_M, MAX_MONEY_VND
from geo.site_plan import SitePlan
from geo.terms import CANDIDATES, WEIGHTS
from geo.workspace import Workspace

OBSTACLES = ("no_villages", "all_reached", "no_places", "no_points", "no_weight", "no_gain")
"""Why no site can be proposed, the first that holds: no village counts; every one is reached in plan; there
is no place; none of the villages not reached has a point, or a known weight; no place reaches any of them."""

CANDIDATE_COLUMNS = ("label", "lat", "lon", "cost_vnd")
"""What is known of a candidate: decimal degrees WGS 84, whole đồng; an unknown cost is missing."""


def candidates_from(ws: Workspace, kind: str) -> pd.DataFrame:
    """Return the places of a workspace where a pano can be proposed.

    Parameters
    ----------
    ws : Workspace
        The data.
    kind : {"villages", "venues"}
        Counted villages or venues, of which those with a point are taken.

    Returns
    -------
    DataFrame
        `CANDIDATE_COLUMNS`, indexed by id; no cost is known.

    Raises
    ------
    ArgumentError
        If the kind is none of those.
    """
    if kind not in CANDIDATES:
        raise ArgumentError(f"candidates must be one of {', '.join(CANDIDATES)}, got {kind!r}")
    table = getattr(ws, kind)
    chosen = is_located(table)
    if kind == "villages":
        chosen &= (table["register_status"] != "historical").to_numpy()
    table = table[chosen]
    return pd.DataFrame(
        {"label": table["name"], "lat": table["lat"], "lon": table["lon"], "cost_vnd": np.nan},
        index=table.index,
    )


def weights_of(villages: pd.DataFrame, weight: str) -> pd.Series:
    """Return what each village of a register counts; missing where it is not known.

    Raises
    ------
    ArgumentError
        If the weight is none of `WEIGHTS`.
    """
    if weight not in WEIGHTS:
        raise ArgumentError(f"weight must be one of {', '.join(WEIGHTS)}, got {weight!r}")
    if weight == "villages":
        return pd.Series(1, index=villages.index, dtype="Int64")
    return villages[weight].astype("Int64")


@dataclass(frozen=True, eq=False)
class Siting:
    """The question where to build, put once and answered for any number of sites and any budget.

    Attributes
    ----------
    on : datetime.date
        The date that reach in plan is given for.
    channels : tuple of str
        The channels that it is given over.
    weight : {"villages", "households", "poor_households"}
        What reaching a village counts.
    radius_m : float
        Service radius of a new pano in metres.
    counted : int
        How many villages count, reached or not.
    target : DataFrame
        The counted villages not reached in plan, indexed by id: ``name``, ``located`` and ``weight`` (missing
        where it is not known).
    candidates : DataFrame
        The places where a pano may be built, `CANDIDATE_COLUMNS`.
    excluded : int
        How many candidates were left out since they lie in excluded areas.
    reach : csr_array of bool, shape (targets, candidates)
        Which villages each site reaches for certain.
    """

    on: date
    channels: tuple[str, ...]
    weight: str
    radius_m: float
    counted: int
    target: pd.DataFrame
    candidates: pd.DataFrame
    excluded: int
    reach: csr_array

    @property
    def obstacle(self) -> str | None:
        """Why no site can be proposed, one of `OBSTACLES`; None where one can."""
        holds = (
            not self.counted,
            not len(self.target),
            not len(self.candidates),
            not self.target["located"].any(),
            self.target["weight"].isna().all(),
            not self._reachable,
        )
        return next((name for name, is_so in zip(OBSTACLES, holds, strict=True) if is_so), None)

    def best(
        self,
        count: int | None = None,
        *,
        budget_vnd: float | None = None,
        seconds: float = DEFAULT_SECONDS,
    ) -> SitePlan:
        """Return the sites that reach most, so many at most or for so much money at most.

        Parameters
        ----------
        count : int, optional
            How many sites, from 0.
        budget_vnd : float, optional
            What they may cost together in đồng, instead of a count. Candidates whose cost is not known are
            left out.
        seconds : float, optional
            See `geo.covering.maximal_cover`.

        Returns
        -------
        SitePlan
            The sites in the order in which to build; fewer than asked for where no other adds anything.

        Raises
        ------
        ArgumentError
            If not exactly one of count and budget is given, or it is below zero.
        """
        if (count is None) == (budget_vnd is None):
            raise ArgumentError("give either a count or budget_vnd")
        if budget_vnd is None:
            columns, costs = np.arange(len(self.candidates)), None
        else:
            known = self.candidates["cost_vnd"].notna().to_numpy()
            columns, costs = np.flatnonzero(known), self.candidates["cost_vnd"].to_numpy(dtype=float)[known]
        limit = count if budget_vnd is None else budget_vnd
        cover = maximal_cover(self.reach[:, columns], self._worth, limit, costs=costs, seconds=seconds)
        return self._plan(cover, columns)

    def curve(self, most: int, *, seconds: float = DEFAULT_SECONDS) -> list[SitePlan]:
        """Return the best sites for every number of them, from 1 on.

        The best two sites need not be among the best three; three never reach less than two, even where
        time runs out.

        Parameters
        ----------
        most : int
            Where to stop; earlier if another site adds nothing.
        seconds : float, optional
            Time for each; see `geo.covering.maximal_cover`.
        """
        plans: list[SitePlan] = []
        columns, before = np.arange(len(self.candidates)), np.empty(0, dtype=np.intp)
        while len(plans) < most and (not plans or plans[-1].objective < self._reachable):
            count = len(plans) + 1
            cover = maximal_cover(self.reach, self._worth, count, seconds=seconds, start=before)
            if len(cover.chosen) < count:
                break
            plans.append(self._plan(cover, columns))
            before = cover.chosen
        return plans

    @property
    def _worth(self) -> np.ndarray:
        """Weight of each target; what is not known counts as nothing."""
        return self.target["weight"].fillna(0).to_numpy(dtype=np.int64)

    @property
    def _reachable(self) -> int:
        """Weight that all candidates together reach."""
        return int(self._worth[np.diff(self.reach.indptr) > 0].sum())

    def _plan(self, cover: Cover, columns: np.ndarray) -> SitePlan:
        chosen = columns[cover.chosen]
        sites = self.candidates.iloc[chosen].rename_axis(index="candidate").reset_index()
        sites["gain"] = cover.gains
        sites["cumulative"] = np.cumsum(cover.gains)
        sites["villages"] = self._villages_of(chosen)
        sites.index = pd.RangeIndex(1, len(sites) + 1, name="rank")
        return SitePlan(
            on=self.on,
            channels=self.channels,
            weight=self.weight,
            radius_m=self.radius_m,
            sites=sites,
            target=self.target,
            objective=cover.objective,
            bound=cover.bound,
            candidates=len(columns),
            uncosted=len(self.candidates) - len(columns),
            excluded=self.excluded,
        )

    def _villages_of(self, chosen: np.ndarray) -> list[tuple[str, ...]]:
        """Return the villages that each chosen site adds to those before it."""
        by_site = self.reach[:, chosen].tocsc()
        reached = np.zeros(len(self.target), dtype=bool)
        answer = []
        for start, end in pairwise(by_site.indptr):
            rows = np.sort(by_site.indices[start:end])
            answer.append(tuple(self.target.index[rows[~reached[rows]]]))
            reached[rows] = True
        return answer


def siting(
    ws: Workspace,
    *,
    weight: str = "villages",
    radius_m: float | None = None,
    candidates: pd.DataFrame | None = None,
    channels: Sequence[str] | None = None,
    on: date | None = None,
    excluded: Sequence[shapely.Geometry] = (),
    cost_vnd: float | None = None,
) -> Siting:
    """Put the question where to build.

    What is reached in plan already, by panos that stand or are approved, is no target: so those are taken
    as given. Sites reach by pano: where the channels leave panos out, the targets are villages that those
    channels don't reach, and their reach stays as it is once panos stand there.

    Parameters
    ----------
    ws : Workspace
        The data.
    weight : {"villages", "households", "poor_households"}, optional
        What reaching a village counts. A village for which it is not known adds nothing, and is named.
    radius_m : float, optional
        Service radius of a new pano in metres; that of the plan if not given.
    candidates : DataFrame, optional
        `CANDIDATE_COLUMNS`, of which ``cost_vnd`` may be left out; counted villages if not given.
    channels : sequence of str, optional
        The channels over which a village is reached in plan or not; all that can reach if not given.
    on : datetime.date, optional
        The date; today if not given.
    excluded : sequence of shapely geometries, optional
        Areas where no pano may stand, EPSG:4326; their borders belong to them.
    cost_vnd : float, optional
        What a pano costs at a candidate whose own cost is not known, in đồng.

    Returns
    -------
    Siting
        The question; a village counts as reached by a site if its distance and its accuracy together are
        within the radius.

    Raises
    ------
    ArgumentError
        If the weight, a channel, the radius, the cost or a candidate is not possible.
    """
    on = checked_date(on)
    radius_m = ws.plan.pano_radius_m if radius_m is None else float(radius_m)
    if not 0 < radius_m <= MAX_LENGTH_M:
        raise ArgumentError(f"radius_m must be above 0 and at most {MAX_LENGTH_M:.0f}, got {radius_m!r}")
    if cost_vnd is not None and not 0 <= cost_vnd <= MAX_MONEY_VND:
        raise ArgumentError(f"cost_vnd must be from 0 to {MAX_MONEY_VND}, got {cost_vnd!r}")
    reach = coverage(ws, on=on, channels=channels)
    is_target = (reach.villages["counted"] & (reach.villages["plan"] != "reached")).to_numpy()
    villages = ws.villages[is_target]
    located = is_located(villages)
    target = pd.DataFrame(
        {"name": villages["name"], "located": located, "weight": weights_of(villages, weight)},
        index=villages.index,
    )
    sites = candidates_from(ws, "villages") if candidates is None else _checked(candidates)
    allowed = _outside(sites, excluded)
    sites = sites[allowed]
    if cost_vnd is not None:
        sites = sites.assign(cost_vnd=sites["cost_vnd"].fillna(cost_vnd))
    who, which = ws.ruler.covered_pairs(
        points_of(villages)[located],
        points_of(sites),
        radius_m,
        point_slack_m=accuracy_m(villages)[located],
    )
    who = np.flatnonzero(located)[who]
    shape = len(target), len(sites)
    matrix = csr_array((np.ones(len(who), dtype=bool), (who, which)), shape=shape)
    return Siting(
        on=on,
        channels=reach.channels,
        weight=weight,
        radius_m=radius_m,
        counted=int(reach.villages["counted"].sum()),
        target=target,
        candidates=sites,
        excluded=int((~allowed).sum()),
        reach=matrix,
    )


def _checked(candidates: pd.DataFrame) -> pd.DataFrame:
    lacking = {"label", "lat", "lon"} - set(candidates.columns)
    if lacking:
        raise ArgumentError(f"candidates must have the columns label, lat and lon; {sorted(lacking)} missing")
    sites = candidates.reindex(columns=list(CANDIDATE_COLUMNS))
    numbers = sites.drop(columns="label").astype(float)
    on_earth = (numbers["lat"].abs() <= 90) & (numbers["lon"].abs() <= 180)
    if not on_earth.all():
        raise ArgumentError(f"candidates must have a point each, {sites.index[~on_earth][0]!r} has none")
    costs = numbers["cost_vnd"].dropna()
    if not costs.between(0, MAX_MONEY_VND).all():
        raise ArgumentError(f"cost_vnd of a candidate must be from 0 to {MAX_MONEY_VND}, or not known")
    if sites.index.has_duplicates:
        twice = sites.index[sites.index.duplicated()][0]
        raise ArgumentError(f"candidates must have an id each, {twice!r} stands twice")
    return sites.assign(**numbers)


def _outside(sites: pd.DataFrame, excluded: Sequence[shapely.Geometry]) -> np.ndarray:
    """Say which sites lie in none of the excluded areas."""
    if not len(excluded):
        return np.ones(len(sites), dtype=bool)
    tree = shapely.STRtree(shapely.points(sites["lon"], sites["lat"]))
    inside = tree.query(np.asarray(excluded, dtype=object), predicate="intersects")[1]
    return ~np.isin(np.arange(len(sites)), inside)
