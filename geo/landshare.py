"""How much of each commune's land lies within the service radius of a pano that counts.

Areas are taken commune by commune on a plane of its own: the sinusoidal projection of the ellipsoid about the
commune's middle, which keeps areas and, over the width of a commune, shapes to a thousandth (Snyder, Map
Projections: A Working Manual, 1987, chapter 30). Only the circles near a commune are united.
"""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.coverage import SCENARIOS, checked_date, is_located, pano_radius, panos_that_count, points_of
from geo.distance import GEOD
from geo.units import to_units
from geo.workspace import Workspace

_QUARTER = 16
_SIDES = 4 * _QUARTER
_STRETCH = np.sqrt((2 * np.pi / _SIDES) / np.sin(2 * np.pi / _SIDES))
# A circle is drawn with so many sides, and so much wider that it keeps its area.

_SHORTEST_DEGREE_M = 110_500.0
# A degree of latitude is nowhere shorter, one of longitude is so at the equator.

_CHUNK = 512
# Communes worked on at a time, which bounds the memory that their circles take.

Floats = NDArray[np.float64]


def land_share(ws: Workspace, *, on: date | None = None, units: str = "2023") -> pd.DataFrame:
    """Return the share of each commune's land within service radius, now and in plan.

    Parameters
    ----------
    ws : Workspace
        The data.
    on : datetime.date, optional
        The date; today if not given.
    units : {"2023", "2025"}, optional
        The communes wanted. Those of 2025 are sums over those of 2023, so that both agree.

    Returns
    -------
    DataFrame
        Indexed by commune code: ``name``, ``land_km2`` (area within the boundary of the data, islands
        included), ``now_km2`` and ``plan_km2`` (of it within service radius), ``now`` and ``plan`` (shares,
        0 to 1; missing where there is no land). Circles are drawn about the point that is recorded, whatever
        its accuracy, as far as a way of the radius can lead in a straight line: where the ruler is a network,
        the land within is less. A pano without a point covers no land.

    Raises
    ------
    UnitsError
        If the set of units is not known.
    ArgumentError
        If the date is not one.
    """
    on = checked_date(on)
    communes, wanted = ws.units("2023"), ws.units(units)
    located = is_located(ws.panos)
    radius = ws.ruler.straight_m(pano_radius(ws))
    table = pd.DataFrame(index=communes.index)
    table["land_km2"] = covered_km2(communes.geometry)
    counting = {s: panos_that_count(ws, on, s).to_numpy() & located for s in SCENARIOS}
    points = points_of(ws.panos)
    now, plan = counting["now"], counting["plan"]
    table["now_km2"] = covered_km2(communes.geometry, points[now], radius[now])
    # Most communes have the same panos near them in plan as now.
    differ = now != plan
    others = np.unique(_pairs_near(communes.geometry.to_numpy(), points[differ], radius[differ])[0])
    in_plan = table["now_km2"].to_numpy(copy=True)
    in_plan[others] = covered_km2(communes.geometry.iloc[others], points[plan], radius[plan])
    table["plan_km2"] = in_plan
    table = table.groupby(to_units(communes.index.to_series(), ws, units)).sum().reindex(wanted.index)
    for scenario in SCENARIOS:
        share = table[f"{scenario}_km2"] / table["land_km2"]
        table[scenario] = share.where(table["land_km2"] > 0).clip(0, 1)
    table.insert(0, "name", wanted["name"])
    return table.rename_axis(index="code")


def covered_km2(
    areas: gpd.GeoSeries, centres: Floats | None = None, radius_m: Floats | None = None
) -> Floats:
    """Return how much of each area lies within the radius of any centre.

    Parameters
    ----------
    areas : GeoSeries
        Polygons, EPSG:4326.
    centres : ndarray, shape (m, 2), optional
        Latitude and longitude, decimal degrees, WGS 84; if not given, the whole areas are measured.
    radius_m : ndarray, shape (m,), optional
        Radius of each centre in metres.

    Returns
    -------
    ndarray of float, shape (n,)
        Square kilometres; as a share of a commune right to a thousandth.
    """
    shapes = areas.to_numpy()
    answer = np.zeros(len(shapes))
    if centres is None:
        return shapely.area(_on_planes(shapes, *_middles(shapes))) / 1e6
    near, which = _pairs_near(shapes, centres, radius_m)
    for start in range(0, len(shapes), _CHUNK):
        of = slice(*np.searchsorted(near, (start, start + _CHUNK)))
        owner, pano = near[of], which[of]
        if not len(owner):
            continue
        rows, group = np.unique(owner, return_inverse=True)
        middle_lat, middle_lon = _middles(shapes[rows])
        planes = _on_planes(shapes[rows], middle_lat, middle_lon)
        shapely.prepare(planes)
        circles = _circles(centres[pano], radius_m[pano], middle_lat[group], middle_lon[group])
        # Circles that take in a whole commune, or miss it, need no union.
        whole = np.bincount(group[shapely.contains(circles, planes[group])], minlength=len(rows)) > 0
        answer[rows[whole]] = shapely.area(planes[whole]) / 1e6
        useful = ~whole[group] & shapely.intersects(planes[group], circles)
        for row in np.unique(group[useful]):
            united = shapely.union_all(circles[useful & (group == row)])
            answer[rows[row]] = shapely.area(shapely.intersection(planes[row], united)) / 1e6
    return answer


def _pairs_near(
    shapes: NDArray[np.object_], centres: Floats, radius_m: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which centres may cover a part of which area, by their bounds, in the order of areas."""
    lat, lon = centres.T
    tall = radius_m / _SHORTEST_DEGREE_M
    wide = tall / np.cos(np.radians(np.minimum(np.abs(lat) + tall, 89.0)))
    boxes = shapely.box(lon - wide, lat - tall, lon + wide, lat + tall)
    which, near = shapely.STRtree(shapes).query(boxes)
    order = np.lexsort((which, near))
    return near[order], which[order]


def _middles(shapes: NDArray[np.object_]) -> tuple[Floats, Floats]:
    west, south, east, north = shapely.bounds(shapes).T
    return (south + north) / 2, (west + east) / 2


def _on_planes(shapes: NDArray[np.object_], lat: Floats, lon: Floats) -> NDArray[np.object_]:
    """Return polygons each on the plane about its own middle, in metres."""
    count = shapely.get_num_coordinates(shapes)
    x, y = _projected(*shapely.get_coordinates(shapes).T[::-1], np.repeat(lat, count), np.repeat(lon, count))
    return shapely.set_coordinates(shapes.copy(), np.column_stack([x, y]))


def _circles(centres: Floats, radius_m: Floats, lat: Floats, lon: Floats) -> NDArray[np.object_]:
    """Return circles about centres on the planes of given middles, as polygons of equal area."""
    x, y = _projected(*centres.T, lat, lon)
    angle = 2 * np.pi * np.arange(_SIDES) / _SIDES
    radius = (_STRETCH * radius_m)[:, None]
    ring = np.stack([x[:, None] + radius * np.cos(angle), y[:, None] + radius * np.sin(angle)], axis=-1)
    return shapely.polygons(ring)


def _projected(lat: Floats, lon: Floats, middle_lat: Floats, middle_lon: Floats) -> tuple[Floats, Floats]:
    """Return metres east and north of a middle, by the sinusoidal projection of the ellipsoid."""
    phi = np.radians(lat)
    normal = GEOD.a / np.sqrt(1 - GEOD.es * np.sin(phi) ** 2)
    x = normal * np.cos(phi) * np.radians(lon - middle_lon)
    return x, _meridian_m(phi) - _meridian_m(np.radians(middle_lat))


def _meridian_m(phi: Floats) -> Floats:
    """Return the length of the meridian from the equator (Snyder, equation 3-21), to a micrometre."""
    e2 = GEOD.es
    e4, e6 = e2**2, e2**3
    return GEOD.a * (
        (1 - e2 / 4 - 3 * e4 / 64 - 5 * e6 / 256) * phi
        - (3 * e2 / 8 + 3 * e4 / 32 + 45 * e6 / 1024) * np.sin(2 * phi)
        + (15 * e4 / 256 + 45 * e6 / 1024) * np.sin(4 * phi)
        - (35 * e6 / 3072) * np.sin(6 * phi)
    )
