"""How far a pano is from a village: in a straight line, longer by a factor where the office gives one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo import distance
from geo.errors import ArgumentError

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


class Ruler(Protocol):
    """What measures the distances of a workspace, in metres along the way that it takes people to go.

    Points are arrays of shape (n, 2): latitude and longitude, decimal degrees, WGS 84 (EPSG:4326), all known
    where nothing else is said. All methods agree: each says what `geo.distance.within` says of the distances
    that `lengths` returns.
    """

    @property
    def kind(self) -> str:
        """How it measures: ``straight``, ``detour`` or ``network``."""

    def covered(
        self,
        points: ArrayLike,
        centres: ArrayLike,
        radius_m: ArrayLike,
        *,
        point_slack_m: ArrayLike = 0.0,
        centre_slack_m: ArrayLike = 0.0,
    ) -> NDArray[np.bool_]:
        """Say of each point whether any centre has it within its radius.

        Parameters
        ----------
        points : array_like, shape (n, 2)
            What may be covered.
        centres : array_like, shape (m, 2)
            What may cover it.
        radius_m : array_like, shape (m,) or scalar
            Radius of each centre in metres.
        point_slack_m : array_like, shape (n,) or scalar, optional
            Metres added to each distance for the point: its accuracy to be certain, the same below zero for
            what is possible.
        centre_slack_m : array_like, shape (m,) or scalar, optional
            Likewise for the centre.

        Returns
        -------
        ndarray of bool, shape (n,)
            False where no way joins a point and a centre.
        """

    def covered_pairs(
        self,
        points: ArrayLike,
        centres: ArrayLike,
        radius_m: ArrayLike,
        *,
        point_slack_m: ArrayLike = 0.0,
        centre_slack_m: ArrayLike = 0.0,
    ) -> tuple[Rows, Rows]:
        """Return which centres have which points within their radius; parameters are those of `covered`.

        Returns
        -------
        point, centre : ndarray of int
            Rows of each pair, in the order of centres, then points.
        """

    def nearest(self, points: ArrayLike, targets: ArrayLike) -> tuple[Rows, Floats]:
        """Return the nearest target of each point.

        Parameters
        ----------
        points : array_like, shape (n, 2)
            Where to set out from.
        targets : array_like, shape (m, 2)
            Where to go.

        Returns
        -------
        index : ndarray of int, shape (n,)
            Row of the nearest target; of targets at one place the first; -1 where no way leads to any.
        distance_m : ndarray of float, shape (n,)
            Its distance in metres; NaN where no way leads to any.
        """

    def lengths(self, points: ArrayLike, others: ArrayLike) -> Floats:
        """Return the distances between points, pair by pair.

        Parameters
        ----------
        points, others : array_like, shape (n, 2)
            Both ends of each pair; a point that is not known is NaN.

        Returns
        -------
        ndarray of float, shape (n,)
            Metres; infinite where no way joins a pair, NaN where one is not known.
        """

    def straight_m(self, length_m: ArrayLike) -> Floats:
        """Return how far in a straight line a way of some metres can lead at most, in metres."""


@dataclass(frozen=True)
class StraightLines:
    """Geodesics on the ellipsoid, each taken as longer by a factor; see `Ruler` for what is answered.

    Parameters
    ----------
    detour : float
        How many times longer than the straight line the way is taken to be, from 1.

    Raises
    ------
    ArgumentError
        If the factor is below 1.
    """

    detour: float = 1.0

    def __post_init__(self) -> None:
        """Check the factor."""
        if not self.detour >= 1:
            raise ArgumentError(f"detour must be 1 or more, got {self.detour!r}")

    @property
    def kind(self) -> str:
        """``detour`` where there is a factor, else ``straight``."""
        return "detour" if self.detour > 1 else "straight"

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
        return distance.covered(
            points,
            centres,
            radius_m,
            point_slack_m=point_slack_m,
            centre_slack_m=centre_slack_m,
            detour=self.detour,
        )

    def covered_pairs(
        self,
        points: ArrayLike,
        centres: ArrayLike,
        radius_m: ArrayLike,
        *,
        point_slack_m: ArrayLike = 0.0,
        centre_slack_m: ArrayLike = 0.0,
    ) -> tuple[Rows, Rows]:
        """Return which centres have which points within their radius."""
        return distance.covered_pairs(
            points,
            centres,
            radius_m,
            point_slack_m=point_slack_m,
            centre_slack_m=centre_slack_m,
            detour=self.detour,
        )

    def nearest(self, points: ArrayLike, targets: ArrayLike) -> tuple[Rows, Floats]:
        """Return the nearest target of each point, and its distance in metres."""
        index, length = distance.nearest(points, targets)
        return index, self.detour * length

    def lengths(self, points: ArrayLike, others: ArrayLike) -> Floats:
        """Return the distances between points in metres, pair by pair; NaN where one is not known."""
        here, there = (np.asarray(p, dtype=float).reshape(-1, 2) for p in (points, others))
        return self.detour * distance.geodesic_m(here[:, 0], here[:, 1], there[:, 0], there[:, 1])

    def straight_m(self, length_m: ArrayLike) -> Floats:
        """Return how far in a straight line a way of some metres leads."""
        return np.asarray(length_m, dtype=float) / self.detour
