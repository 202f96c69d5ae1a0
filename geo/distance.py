"""Exact geodesic distances (WGS 84): pair by pair, to the nearest, and whether anything lies within reach.

Points are turned into earth-centred coordinates, where a k-d tree finds neighbours by their chord. Chords
only choose candidates: where a chord can't decide, the geodesic of the very pair does, so that every answer
is the one that comparing all geodesics would give. What makes this safe is that a geodesic of length ``s``
has a chord ``c`` with ``s - s**3 / (24 * R**2) <= c <= s``, where ``R`` is the smallest radius of curvature
of the ellipsoid: the chord of a curve is at least that of a circular arc of equal length which is bent at
least as much (Schur's theorem; do Carmo, Differential Geometry of Curves and Surfaces, 5-7).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod
from scipy.spatial import cKDTree

GEOD = Geod(ellps="WGS84")
"""Solves the geodesic problems (Karney, Algorithms for geodesics, J. Geodesy 87, 2013)."""

SMALLEST_RADIUS_M = GEOD.a * (1 - GEOD.es)
"""Radius of curvature of the meridian at the equator, the smallest anywhere on the ellipsoid."""

LONGEST_GEODESIC_M = 20_003_932.0
"""No two points of the earth are farther apart (half a meridian, rounded up)."""

_ROUNDING_M = 1e-3
# Well above the rounding of earth-centred coordinates (nanometres), well below what any decision needs.

_CHUNK = 4096
# Points settled at a time, which bounds the memory that their candidate pairs take.

_STRIP_M = 5000
# Points are asked about in strips of this width.

_BAND_RATIO = 16
# Centres whose reach differs by less than this factor are searched together.

Floats = NDArray[np.float64]


def geodesic_m(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> Floats:
    """Return the length of the geodesic between points, pair by pair.

    Parameters
    ----------
    lat1, lon1, lat2, lon2 : array_like of float, equal shapes
        Decimal degrees, WGS 84 (EPSG:4326).

    Returns
    -------
    ndarray of float
        Distances in metres; NaN where a coordinate is NaN.

    Examples
    --------
    >>> round(float(geodesic_m(12.69, 109.22, 12.70, 109.22)))
    1106
    """
    lat1, lon1, lat2, lon2 = (np.asarray(x, dtype=float) for x in (lat1, lon1, lat2, lon2))
    return np.asarray(GEOD.inv(lon1, lat1, lon2, lat2)[2], dtype=float)


def within(length_m: ArrayLike, slack_m: ArrayLike, radius_m: ArrayLike) -> NDArray[np.bool_]:
    """Say which lengths lie within a radius: the one comparison that all reach by distance rests on.

    Parameters
    ----------
    length_m : array_like of float
        Distances in metres, infinite where there is no way, NaN where not known.
    slack_m : array_like of float
        Metres by which each is taken as longer: the sum of both accuracies, to be certain; the same below
        zero, for what is possible.
    radius_m : array_like of float
        Radii in metres.
    """
    return np.asarray(length_m) + slack_m <= radius_m


def earth_centred(points: ArrayLike) -> Floats:
    """Return earth-centred coordinates of points on the ellipsoid.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Latitude and longitude, decimal degrees, WGS 84 (EPSG:4326).

    Returns
    -------
    ndarray, shape (n, 3)
        X, Y and Z in metres (EPSG:4978), at height 0.
    """
    lat, lon = np.radians(_as_points(points)).T
    normal = GEOD.a / np.sqrt(1 - GEOD.es * np.sin(lat) ** 2)
    across = normal * np.cos(lat)
    return np.column_stack([across * np.cos(lon), across * np.sin(lon), normal * (1 - GEOD.es) * np.sin(lat)])


class Places:
    """Points among which is searched again and again.

    Parameters
    ----------
    points : array_like, shape (m, 2)
        Latitude and longitude, decimal degrees, WGS 84 (EPSG:4326), all known.
    """

    def __init__(self, points: ArrayLike) -> None:
        self._points = _as_points(points)
        self._tree = _tree(earth_centred(self._points))

    def nearest(self, points: ArrayLike) -> tuple[NDArray[np.intp], Floats]:
        """Return the nearest place of each point; see `nearest`."""
        points = _as_points(points)
        if not len(points) or not len(self._points):
            return np.full(len(points), -1), np.full(len(points), np.nan)
        here = earth_centred(points)
        # A single place is its own rival, which changes nothing.
        chord, index = _nearest_in(self._tree, here, k=[1, min(2, len(self._points))])
        index = index[:, 0]
        distance = _pair_m(points, self._points[index])

        limit = _longest_arc(chord[:, 0]) + _ROUNDING_M
        rivalled = np.flatnonzero(chord[:, 1] <= limit)
        for who, which in _pairs_within(self._tree, here, limit, rivalled):
            length = _pair_m(points[who], self._points[which])
            order = np.lexsort((which, length, who))
            first = order[np.unique(who[order], return_index=True)[1]]
            index[who[first]], distance[who[first]] = which[first], length[first]
        return index, distance

    def around(self, rows: NDArray[np.intp], distance_m: float) -> NDArray[np.intp]:
        """Return the rows of all places that may be so near to one of some places, in order; some are not."""
        among = self._tree.data[rows]
        middle = among.mean(axis=0)
        farthest = np.linalg.norm(among - middle, axis=1).max()
        found = self._tree.query_ball_point(middle, farthest + distance_m + _ROUNDING_M, return_sorted=True)
        return np.asarray(found, dtype=np.intp)


def nearest(points: ArrayLike, targets: ArrayLike) -> tuple[NDArray[np.intp], Floats]:
    """Return the nearest target of each point; of equally near ones the first.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Latitude and longitude, decimal degrees, WGS 84 (EPSG:4326), all known.
    targets : array_like, shape (m, 2)
        Likewise.

    Returns
    -------
    index : ndarray of int, shape (n,)
        Row of the nearest target; -1 where there are no targets.
    distance_m : ndarray of float, shape (n,)
        Its geodesic distance in metres; NaN where there are no targets.
    """
    return Places(targets).nearest(points)


def covered(
    points: ArrayLike,
    centres: ArrayLike,
    radius_m: ArrayLike,
    *,
    point_slack_m: ArrayLike = 0.0,
    centre_slack_m: ArrayLike = 0.0,
    detour: float = 1.0,
) -> NDArray[np.bool_]:
    """Say of each point whether any centre has it within its radius.

    A point is covered if, for some centre, ``detour * d`` is `within` its radius with the slack
    ``point_slack_m + centre_slack_m``, where ``d`` is their geodesic distance.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Latitude and longitude, decimal degrees, WGS 84 (EPSG:4326), all known.
    centres : array_like, shape (m, 2)
        Likewise.
    radius_m : array_like, shape (m,) or scalar
        Radius of each centre in metres.
    point_slack_m : array_like, shape (n,) or scalar, optional
        Metres added to each distance for the point.
    centre_slack_m : array_like, shape (m,) or scalar, optional
        Metres added to each distance for the centre.
    detour : float, optional
        How many times longer than its geodesic each distance is taken to be, above 0.

    Returns
    -------
    ndarray of bool, shape (n,)
        Equal to what all n × m geodesics would say.

    Notes
    -----
    With ``R`` the radius of a centre less its slack and ``s`` the slack of a point, the pair with the least
    ``c**2 - (R - s)**2`` covers the point if any does, apart from pairs with ``R < s``. That term is a
    squared distance less what is the same for all centres, once centres get the coordinates ``-R`` and
    ``sqrt(2 * (Rmax**2 - R**2))`` besides their own and points get ``s`` and 0: one nearest-neighbour query
    among power distances (Aurenhammer, Power diagrams, SIAM J. Comput. 16, 1987). What it leaves open, by
    rounding, by the gap between chord and geodesic, or since a pair with ``R < s`` came first, is settled
    over the geodesics of all candidate pairs.

    Examples
    --------
    >>> covered([(12.7, 109.2), (12.8, 109.2)], [(12.7, 109.201)], 200).tolist()
    [True, False]
    """
    points, centres = _as_points(points), _as_points(centres)
    point_slack = np.broadcast_to(np.asarray(point_slack_m, dtype=float), len(points))
    radius = np.broadcast_to(np.asarray(radius_m, dtype=float), len(centres))
    centre_slack = np.broadcast_to(np.asarray(centre_slack_m, dtype=float), len(centres))
    answer = np.zeros(len(points), dtype=bool)
    if not len(points) or not len(centres):
        return answer

    # Candidates are chosen by straight lines, hence metres of these until the very pair is asked.
    slack = point_slack / detour
    reach = np.minimum((radius - centre_slack) / detour, LONGEST_GEODESIC_M + slack.max())
    useful = reach >= slack.min() - _ROUNDING_M
    here, there = earth_centred(points), earth_centred(centres)
    # One far-reaching centre would make the search around all others wide, hence bands of like reach.
    span = np.maximum(reach - slack.min(), 1.0)
    band = np.floor(np.log(span.max() / span) / np.log(_BAND_RATIO))
    for which in np.unique(band[useful]):
        among = np.flatnonzero(useful & (band == which))
        asked = np.flatnonzero(~answer & (slack <= reach[among].max() + _ROUNDING_M))
        if not len(asked):
            continue
        sure, unsure = _by_power(here[asked], slack[asked], there[among], reach[among])
        answer[asked[sure]] = True
        if not unsure.any():
            continue
        limit = reach[among].max() - slack + _ROUNDING_M
        for who, centre in _pairs_within(_tree(there[among]), here, limit, asked[unsure]):
            centre = among[centre]
            chord = np.linalg.norm(here[who] - there[centre], axis=1)
            near = chord <= reach[centre] - slack[who] + _ROUNDING_M
            who, centre = who[near], centre[near]
            length = detour * _pair_m(points[who], centres[centre])
            is_in = within(length, point_slack[who] + centre_slack[centre], radius[centre])
            answer[who[is_in]] = True
    return answer


def covered_pairs(
    points: ArrayLike,
    centres: ArrayLike,
    radius_m: ArrayLike,
    *,
    point_slack_m: ArrayLike = 0.0,
    centre_slack_m: ArrayLike = 0.0,
    detour: float = 1.0,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which centres have which points within their radius; parameters are those of `covered`.

    Returns
    -------
    point, centre : ndarray of int
        Rows of each pair, in the order of centres, then points.

    Examples
    --------
    >>> [rows.tolist() for rows in covered_pairs([(12.7, 109.2), (12.8, 109.2)], [(12.7, 109.201)], 200)]
    [[0], [0]]
    """
    points, centres = _as_points(points), _as_points(centres)
    point_slack = np.broadcast_to(np.asarray(point_slack_m, dtype=float), len(points))
    radius = np.broadcast_to(np.asarray(radius_m, dtype=float), len(centres))
    centre_slack = np.broadcast_to(np.asarray(centre_slack_m, dtype=float), len(centres))
    pairs = [(np.empty(0, dtype=np.intp),) * 2]
    if len(points) and len(centres):
        slack = point_slack / detour
        reach = np.minimum((radius - centre_slack) / detour, LONGEST_GEODESIC_M + slack.max())
        limit = reach - slack.min() + _ROUNDING_M
        here, there = earth_centred(points), earth_centred(centres)
        for which, who in _pairs_within(_tree(here), there, limit, np.flatnonzero(limit >= 0)):
            chord = np.linalg.norm(here[who] - there[which], axis=1)
            longest = reach[which] - slack[who]
            near = chord <= longest + _ROUNDING_M
            who, which, chord, longest = who[near], which[near], chord[near], longest[near]
            is_in = chord <= longest - _chord_gap(longest) - _ROUNDING_M
            open_ = np.flatnonzero(~is_in)
            length = detour * _pair_m(points[who[open_]], centres[which[open_]])
            slacks = point_slack[who[open_]] + centre_slack[which[open_]]
            is_in[open_] = within(length, slacks, radius[which[open_]])
            pairs.append((who[is_in], which[is_in]))
    who, which = (np.concatenate(rows) for rows in zip(*pairs, strict=True))
    order = np.lexsort((who, which))
    return who[order], which[order]


def _by_power(
    here: Floats, slack: Floats, there: Floats, reach: Floats
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which points are surely covered, and which may be: the one query of `covered`."""
    # Only reach - slack matters, and small numbers round less.
    reach, slack = reach - slack.min(), slack - slack.min()
    longest = reach.max()
    lifted = np.column_stack([there, -reach, np.sqrt(2 * np.maximum(longest**2 - reach**2, 0))])
    raised = np.column_stack([here, slack, np.zeros(len(here))])
    farthest = np.sqrt(2 * (longest**2 + slack.max() ** 2)) * (1 + 1e-9) + _ROUNDING_M
    _, first = _nearest_in(_tree(lifted), raised, within_m=farthest)

    near = first < len(there)
    first = np.where(near, first, 0)
    chord = np.where(near, np.linalg.norm(here - there[first], axis=1), np.inf)
    most = reach[first] - slack
    sure = chord <= most - _chord_gap(longest) - _ROUNDING_M
    rounding = (2 * longest + _ROUNDING_M) * _ROUNDING_M + 1e-14 * (longest + slack.max()) ** 2
    return sure, ~sure & (chord**2 - most**2 <= rounding)


def _as_points(points: ArrayLike) -> Floats:
    return np.asarray(points, dtype=float).reshape(-1, 2)


def _tree(coordinates: Floats) -> cKDTree:
    # A balanced tree takes half as long again to build and answers no faster here.
    return cKDTree(coordinates, balanced_tree=False)


def _nearest_in(
    tree: cKDTree, here: Floats, *, k: int | list[int] = 1, within_m: float = np.inf
) -> tuple[Floats, NDArray[np.intp]]:
    """Return distance and row of the nearest in a tree; infinity and one row too far where none is within."""
    # Asked in an order in which neighbours follow each other, it takes half as long: the processor still
    # holds what the one before needed.
    order = np.lexsort((here[:, 0], np.rint(here[:, 1] / _STRIP_M), np.rint(here[:, 2] / _STRIP_M)))
    found = tree.query(here[order], k=k, distance_upper_bound=within_m, workers=-1)
    back = np.argsort(order)
    return found[0][back], found[1][back]


def _pair_m(points: Floats, others: Floats) -> Floats:
    return geodesic_m(points[:, 0], points[:, 1], others[:, 0], others[:, 1])


def _chord_gap(length_m: ArrayLike) -> ArrayLike:
    """Return how much shorter than a geodesic of at most this length its chord can be, in metres."""
    return length_m**3 / (24 * SMALLEST_RADIUS_M**2)


def _longest_arc(chord_m: Floats) -> Floats:
    """Return the longest geodesic that can have a chord, in metres."""
    half = chord_m / (2 * SMALLEST_RADIUS_M)
    arc = 2 * SMALLEST_RADIUS_M * np.arcsin(np.minimum(half, 1))
    return np.where(half < 1, arc, LONGEST_GEODESIC_M)


def _pairs_within(
    tree: cKDTree, here: Floats, limit_m: Floats, rows: NDArray[np.intp]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield, for some rows of points, all pairs (point, one in a tree) whose chord is within its limit."""
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        found = tree.query_ball_point(here[part], np.maximum(limit_m[part], 0))
        counts = np.fromiter(map(len, found), dtype=np.intp, count=len(part))
        if counts.any():
            yield np.repeat(part, counts), np.concatenate([np.asarray(f, dtype=np.intp) for f in found])
