"""Where a map lies on paper: sizes of sheets, the projection, the scale, and round numbers for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor, hypot, log10

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer

MM = 72 / 25.4
"""Points of 1/72 inch in a millimetre."""
SIZES_MM = {"A3": (297.0, 420.0), "A4": (210.0, 297.0)}
"""Short and long side of each size, in millimetres (ISO 216)."""
POINTS_A_METRE = 1000 * MM

VN2000_KHANH_HOA = "EPSG:9217"
"""VN-2000 / TM-3 with central meridian 108°15′, which the province's own surveys use."""
_STEP_M = 1000.0

Floats = NDArray[np.float64]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Projection:
    """A transverse Mercator projection, in which circles stay circles.

    Attributes
    ----------
    crs : CRS
        The projected system, in metres.
    central_meridian : float
        In decimal degrees.
    is_national : bool
        Whether it is the national system of the area; else one made for the map.
    """

    crs: CRS
    central_meridian: float
    is_national: bool

    @cached_property
    def _from_wgs84(self) -> Transformer:
        return Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)

    def project(self, lonlat: Floats) -> Floats:
        """Return metres east and north of points of decimal degrees (WGS 84), longitude first."""
        return np.column_stack(self._from_wgs84.transform(lonlat[:, 0], lonlat[:, 1]))

    def unproject(self, xy: Floats) -> Floats:
        """Return decimal degrees (WGS 84), longitude first, of metres east and north."""
        return np.column_stack(self._from_wgs84.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))

    def north_and_scale(self, lon: float, lat: float) -> tuple[Floats, float]:
        """Return how true north runs on the map at a point, and metres of map to a metre of ground.

        Returns
        -------
        north : ndarray, shape (2,)
            Unit vector, east and north of the grid.
        scale : float
            Of the geodesic on WGS 84; in every direction the same, since the projection is conformal.
        """
        _, lat_north, _ = Geod(ellps="WGS84").fwd(lon, lat, 0.0, _STEP_M)[:3]
        start, end = self.project(np.array([[lon, lat], [lon, lat_north]]))
        length = hypot(*(end - start))
        return (end - start) / length, length / _STEP_M


def projection_for(bounds: Bounds) -> Projection:
    """Return the projection for a map of an area.

    Parameters
    ----------
    bounds : tuple of float
        West, south, east, north in decimal degrees.

    Returns
    -------
    Projection
        VN-2000 TM-3 108°15′ where its own area of use holds the middle of the map; anywhere else a
        transverse Mercator of the middle meridian on WGS 84, rounded to a quarter degree.
    """
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    national = CRS.from_user_input(VN2000_KHANH_HOA)
    use = national.area_of_use
    if use.west <= lon <= use.east and use.south <= lat <= use.north:
        return Projection(national, 108.25, True)
    middle = round(lon * 4) / 4
    local = {"proj": "tmerc", "lon_0": middle, "lat_0": 0, "k": 1, "x_0": 0, "y_0": 0, "ellps": "WGS84"}
    return Projection(CRS.from_dict(local | {"units": "m"}), middle, False)


def round_up(value: float) -> float:
    """Return the next number of two leading digits that is not less.

    Examples
    --------
    >>> round_up(143_201)
    150000.0
    >>> round_up(90_000)
    90000.0
    """
    unit = 10.0 ** (floor(log10(value)) - 1)
    return ceil(round(value / unit, 9)) * unit


def round_length(longest_m: float) -> float:
    """Return the longest of 1, 2 and 5 times a power of ten metres that is no longer.

    Examples
    --------
    >>> round_length(7300)
    5000.0
    """
    unit = 10.0 ** floor(log10(longest_m))
    return max(step * unit for step in (1, 2, 5) if step * unit <= longest_m)


@dataclass(frozen=True)
class Frame:
    """The part of a sheet that the map fills, and what of the earth lies in it.

    Attributes
    ----------
    projection : Projection
        How it is projected.
    box : tuple of float
        Left, bottom, right, top on the sheet, in points.
    centre : tuple of float
        What lies in its middle, in projected metres.
    denominator : float
        The scale is one to this, on the ground in the middle of the map.
    """

    projection: Projection
    box: Bounds
    centre: tuple[float, float]
    denominator: float

    @cached_property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle, in decimal degrees."""
        lon, lat = self.projection.unproject(np.array([self.centre]))[0]
        return float(lon), float(lat)

    @cached_property
    def north(self) -> Floats:
        """How true north runs on the sheet in the middle of the map, as a unit vector."""
        return self.projection.north_and_scale(*self.middle)[0]

    @cached_property
    def points_a_metre(self) -> float:
        """Points on the sheet to a metre on the ground."""
        return POINTS_A_METRE / self.denominator

    @cached_property
    def _points_a_map_metre(self) -> float:
        return self.points_a_metre / self.projection.north_and_scale(*self.middle)[1]

    def to_page(self, lonlat: Floats) -> Floats:
        """Return where points of decimal degrees (longitude first) lie on the sheet, in points."""
        left, bottom, right, top = self.box
        middle = np.array([(left + right) / 2, (bottom + top) / 2])
        return (self.projection.project(lonlat) - self.centre) * self._points_a_map_metre + middle

    def to_earth(self, xy: Floats) -> Floats:
        """Return decimal degrees, longitude first, of points on the sheet."""
        left, bottom, right, top = self.box
        middle = np.array([(left + right) / 2, (bottom + top) / 2])
        return self.projection.unproject((xy - middle) / self._points_a_map_metre + self.centre)


def fitted(box: Bounds, projection: Projection, area: Bounds, *, margin: float = 0.02) -> Frame:
    """Return the frame that shows an area as large as a round scale allows.

    Parameters
    ----------
    box : tuple of float
        Left, bottom, right, top on the sheet, in points.
    projection : Projection
        How it is projected.
    area : tuple of float
        What must be seen, in projected metres: west, south, east, north.
    margin : float, optional
        What stays free at each side, as a share of the frame.
    """
    west, south, east, north = area
    centre = ((west + east) / 2, (south + north) / 2)
    (lon, lat) = projection.unproject(np.array([centre]))[0]
    scale = projection.north_and_scale(lon, lat)[1]
    room = np.array([box[2] - box[0], box[3] - box[1]]) * (1 - 2 * margin)
    # A single point, or a commune a few metres wide, still needs a scale.
    size = np.maximum([east - west, north - south], 100.0) / scale
    return Frame(projection, box, centre, round_up(float((size * POINTS_A_METRE / room).max())))


def steps(low: float, high: float, choices: Sequence[float], *, fewest: int) -> Floats:
    """Return the multiples of the largest choice that come at least so often between two values."""
    for step in sorted(choices, reverse=True):
        found = np.arange(ceil(low / step), floor(high / step) + 1) * step
        if len(found) >= fewest:
            return found
    return found
