"""Distance along the roads and boat routes that an office gives, for a workspace that has such a layer.

From a place to the network, and from it, the way is straight. Two places that are nearer to each other than
to the network are joined by a straight line; two that no way joins are out of each other's reach.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo import distance
from geo.distance import geodesic_m, within
from geo.errors import ArgumentError

_STEP_DEGREES = 0.0005
# Places join the network at one of its points, and these are at most so far apart: some 50 m.

_DECIMALS = 6
# Ends of lines within some 10 cm are one crossing.

_CELLS = 4_000_000
# Distances held at a time: places by points of the network.

_GRAIN_M = 2.0**-20
# Lengths along the network are whole multiples of some micrometre: sums of these are exact, so that a way is
# as long as the way back.

_ROUNDING_M = 1e-3
# Well above what is lost where head starts are taken off, well below what any decision needs.

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


class Network:
    """A ruler along lines; see `geo.ruler.Ruler` for what it answers.

    Parameters
    ----------
    lines : sequence of shapely LineString
        Roads and routes, EPSG:4326, longitude first; both ways can be gone. They meet where they share a
        point of theirs, not where they merely cross, as a bridge does.

    Raises
    ------
    ArgumentError
        If there is no line.
    """

    kind = "network"

    def __init__(self, lines: Sequence[shapely.LineString]) -> None:
        lines = np.asarray(lines, dtype=object)
        if not len(lines):
            raise ArgumentError("a network must have lines, got none")
        fine = shapely.segmentize(lines, _STEP_DEGREES)
        coordinates, of = shapely.get_coordinates(fine, return_index=True)
        points, node = np.unique(coordinates.round(_DECIMALS), axis=0, return_inverse=True)
        node = node.ravel()
        joined = (of[1:] == of[:-1]) & (node[1:] != node[:-1])
        ends = np.unique(np.sort(np.column_stack([node[:-1], node[1:]])[joined], axis=1), axis=0)
        (lat1, lon1), (lat2, lon2) = (points[rows, ::-1].T for rows in ends.T)
        length = _grained(geodesic_m(lat1, lon1, lat2, lon2))
        rows, columns = np.concatenate([ends, ends[:, ::-1]]).T
        self._graph = csr_array((np.tile(length, 2), (rows, columns)), shape=(len(points),) * 2)
        self._places = distance.Places(points[:, ::-1])

    def covered(
        self,
        points: ArrayLike,
        centres: ArrayLike,
        radius_m: ArrayLike,
        *,
        point_slack_m: ArrayLike = 0.0,
        centre_slack_m: ArrayLike = 0.0,
    ) -> NDArray[np.bool_]:
        """Say of each point whether any centre has it within its radius."""
        points, centres, radius, slack, centre_slack = _arrays(
            points, centres, radius_m, point_slack_m, centre_slack_m
        )
        spare = radius - centre_slack
        useful = spare >= slack.min(initial=np.inf) - _ROUNDING_M
        if not useful.any():
            return np.zeros(len(points), dtype=bool)
        centres, radius, spare, centre_slack = (x[useful] for x in (centres, radius, spare, centre_slack))
        node, access = self._access(points)
        centre_node, centre_access = self._access(centres)
        # All centres at once: those of shorter reach set out that much later.
        most = spare.max()
        far, _ = self._earliest(centre_node, most - spare + centre_access, most - slack.min())
        left = most - (far[node] + access + slack)
        answer = left > _ROUNDING_M
        who, which, length = self._direct(points, access, centres, centre_access)
        answer[who[within(length, slack[who] + centre_slack[which], radius[which])]] = True
        # Head starts round: what they leave open is settled pair by pair.
        open_ = np.flatnonzero(~answer & (left >= -_ROUNDING_M))
        who, _ = self.covered_pairs(
            points[open_], centres, radius, point_slack_m=slack[open_], centre_slack_m=centre_slack
        )
        answer[open_[who]] = True
        return answer

    def covered_pairs(
        self,
        points: ArrayLike,
        centres: ArrayLike,
        radius_m: ArrayLike,
        *,
        point_slack_m: ArrayLike = 0.0,
        centre_slack_m: ArrayLike = 0.0,
    ) -> tuple[Rows, Rows]:
        """Return which centres have which points within their radius, by centres, then points."""
        points, centres, radius, slack, centre_slack = _arrays(
            points, centres, radius_m, point_slack_m, centre_slack_m
        )
        # No way is shorter than a straight line, so that only those pairs need be looked at.
        who, which = distance.covered_pairs(
            points, centres, radius, point_slack_m=slack, centre_slack_m=centre_slack
        )
        if not len(who):
            return who, which
        slacks = slack[who] + centre_slack[which]
        length = self._pair_lengths(points, centres, who, which, (radius[which] - slacks).max())
        is_in = within(length, slacks, radius[which])
        return who[is_in], which[is_in]

    def nearest(self, points: ArrayLike, targets: ArrayLike) -> tuple[Rows, Floats]:
        """Return the nearest target of each point, and its distance; -1 and NaN where no way leads to any."""
        points, targets = _points(points), _points(targets)
        index, length = np.full(len(points), -1), np.full(len(points), np.inf)
        if len(points) and len(targets):
            node, access = self._access(points)
            target_node, target_access = self._access(targets)
            far, source = self._earliest(target_node, target_access, np.inf)
            length = far[node] + access
            index = np.where(np.isfinite(length), source[node], -1)
            who, which, straight = self._direct(points, access, targets, target_access)
            order = np.lexsort((which, straight, who))
            who, at = np.unique(who[order], return_index=True)
            closer = straight[order[at]] < length[who]
            who, best = who[closer], order[at][closer]
            index[who], length[who] = which[best], straight[best]
        return index, np.where(index >= 0, length, np.nan)

    def straight_m(self, length_m: ArrayLike) -> Floats:
        """Return how far in a straight line a way of some metres can lead: as far, where it is straight."""
        return np.asarray(length_m, dtype=float)

    def lengths(self, points: ArrayLike, others: ArrayLike) -> Floats:
        """Return the distance in metres between points, pair by pair.

        Infinity where no way joins them, NaN where one is not known.
        """
        points, others = _points(points), _points(others)
        known = np.flatnonzero(~np.isnan(points).any(axis=1) & ~np.isnan(others).any(axis=1))
        answer = np.full(len(points), np.nan)
        if len(known):
            (here, who), (there, which) = (
                np.unique(rows[known], axis=0, return_inverse=True) for rows in (points, others)
            )
            who, which = who.ravel(), which.ravel()
            # Every place set out from costs a search, and ways go both ways: from the fewer, then.
            if len(here) < len(there):
                here, who, there, which = there, which, here, who
            answer[known] = self._pair_lengths(here, there, who, which, np.inf)
        return answer

    def _access(self, points: Floats) -> tuple[Rows, Floats]:
        """Return where places join the network, and how far that is from them."""
        node, length = self._places.nearest(points)
        return node, _grained(length)

    def _direct(
        self, points: Floats, access: Floats, centres: Floats, centre_access: Floats
    ) -> tuple[Rows, Rows, Floats]:
        """Return the pairs that are nearer to each other than to the network, with their distance."""
        who, which = distance.covered_pairs(points, centres, centre_access, point_slack_m=-access)
        return who, which, geodesic_m(*points[who].T, *centres[which].T)

    def _earliest(self, nodes: Rows, head_start: Floats, limit: float) -> tuple[Floats, Rows]:
        """Return how far each point of the network is from the nearest of some places, and from which."""
        # Of places at one point of the network only the nearest, and of these the first, can be that.
        first = np.lexsort((head_start, nodes))
        first = first[np.unique(nodes[first], return_index=True)[1]]
        count, more = self._graph.shape[0], len(first)
        indptr = np.append(self._graph.indptr, self._graph.nnz + np.arange(1, more + 1))
        data = np.append(self._graph.data, head_start[first])
        indices = np.append(self._graph.indices, nodes[first])
        far, _, source = dijkstra(
            csr_array((data, indices, indptr), shape=(count + more,) * 2),
            indices=count + np.arange(more),
            min_only=True,
            return_predecessors=True,
            limit=max(limit, 0.0) + _ROUNDING_M,
        )
        far, source = far[:count], source[:count]
        return far, np.where(np.isfinite(far), first[np.maximum(source - count, 0)], -1)

    def _pair_lengths(self, points: Floats, centres: Floats, who: Rows, which: Rows, limit: float) -> Floats:
        """Return the distances of pairs; infinity beyond a limit."""
        node, access = self._access(points)
        centre_node, centre_access = self._access(centres)
        sources, of = np.unique(centre_node[which], return_inverse=True)
        length = np.full(len(who), np.inf)
        chunk = max(1, _CELLS // self._graph.shape[0])
        for start in range(0, len(sources), chunk):
            some = sources[start : start + chunk]
            # No way is shorter than a straight line. Rows go from west to east: a few lie close together.
            near = self._places.around(some, limit + _ROUNDING_M)
            place = np.full(self._graph.shape[0], -1)
            place[near] = np.arange(len(near))
            far = dijkstra(self._graph[near][:, near], indices=place[some], limit=limit + _ROUNDING_M)
            at = place[node[who]]
            here = np.flatnonzero((of >= start) & (of < start + chunk) & (at >= 0))
            length[here] = far[of[here] - start, at[here]]
        length += access[who] + centre_access[which]
        straight = geodesic_m(*points[who].T, *centres[which].T)
        return np.where(straight <= access[who] + centre_access[which], straight, length)


def _grained(lengths: Floats) -> Floats:
    return np.rint(lengths / _GRAIN_M) * _GRAIN_M


def _points(points: ArrayLike) -> Floats:
    return np.asarray(points, dtype=float).reshape(-1, 2)


def _arrays(
    points: ArrayLike, centres: ArrayLike, radius: ArrayLike, slack: ArrayLike, centre_slack: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    points, centres = _points(points), _points(centres)
    of_points, of_centres = len(points), len(centres)
    return (
        points,
        centres,
        np.broadcast_to(np.asarray(radius, dtype=float), of_centres),
        np.broadcast_to(np.asarray(slack, dtype=float), of_points),
        np.broadcast_to(np.asarray(centre_slack, dtype=float), of_centres),
    )
