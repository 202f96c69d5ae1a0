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
    """What measures the distances of a workspace; see `geo.distance` for the meaning of every argument."""

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

    def nearest(self, points: ArrayLike, targets: ArrayLike) -> tuple[Rows, Floats]:
        """Return the nearest target of each point, and its distance in metres."""

    def lengths(self, points: ArrayLike, others: ArrayLike) -> Floats:
        """Return the distance in metres between points, pair by pair; NaN where one is not known."""


@dataclass(frozen=True)
class StraightLines:
    """Geodesics on the ellipsoid, each taken as longer by a factor.

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
        radius, *slacks = self._shortened(radius_m, point_slack_m, centre_slack_m)
        return distance.covered(points, centres, radius, point_slack_m=slacks[0], centre_slack_m=slacks[1])

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
        radius, *slacks = self._shortened(radius_m, point_slack_m, centre_slack_m)
        return distance.covered_pairs(
            points, centres, radius, point_slack_m=slacks[0], centre_slack_m=slacks[1]
        )

    def nearest(self, points: ArrayLike, targets: ArrayLike) -> tuple[Rows, Floats]:
        """Return the nearest target of each point, and its distance in metres."""
        index, length = distance.nearest(points, targets)
        return index, length * self.detour

    def lengths(self, points: ArrayLike, others: ArrayLike) -> Floats:
        """Return the distance in metres between points, pair by pair; NaN where one is not known."""
        here, there = (np.asarray(p, dtype=float).reshape(-1, 2) for p in (points, others))
        return self.detour * distance.geodesic_m(here[:, 0], here[:, 1], there[:, 0], there[:, 1])

    def _shortened(self, *metres: ArrayLike) -> tuple[Floats, ...]:
        """Return lengths along the way as lengths in a straight line."""
        return tuple(np.asarray(one, dtype=float) / self.detour for one in metres)
