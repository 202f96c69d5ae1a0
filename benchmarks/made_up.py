"""Made-up data folders of any size, the same from the same seed: a country of points, a province to draw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from tools.data_folder import rounded, write_features, write_table

ACCURACIES = ("blank", "few", "distinct")
"""What is known of how exact points are: nothing, one of a few figures, a figure of its own for each."""

SPINE_LAT = (8.6, 10.5, 12.0, 13.5, 16.0, 18.0, 20.0, 22.0, 23.3)
SPINE_LON = (105.0, 106.2, 108.3, 108.6, 107.8, 105.9, 105.6, 105.2, 105.0)
"""A country as long, as bent and about as wide as Vietnam: its spine and how far it reaches either side."""
HALF_WIDTH = 0.95
VILLAGES_A_COMMUNE = 8.5

PROVINCE = (108.6, 11.8, 109.4, 12.9)
"""Bounds of the province, in degrees."""
EDGE_VERTICES = 85
"""Vertices along a border between two communes; a commune has about six borders."""

SYLLABLES = "An Bình Đông Hòa Hải Khánh Long Lương Mỹ Ninh Phú Phước Quảng Sơn Tân Thạnh Thắng Trung Vạn Xuân"

Floats = NDArray[np.float64]


def country(folder: Path, *, villages: int, panos: int, accuracies: str = "blank", seed: int = 1) -> Path:
    """Write a data folder with the points of a whole country in it.

    Nine in ten panos are in service, the others approved to be built, so that all count in plan; one
    village in a hundred has no location; radii are 200 to 1,500 m.

    Parameters
    ----------
    folder : pathlib.Path
        Where to write; made if it does not exist.
    villages, panos : int
        How many.
    accuracies : {"blank", "few", "distinct"}, optional
        See `ACCURACIES`.
    seed : int, optional
        Other seeds give other points.

    Returns
    -------
    pathlib.Path
        The folder.
    """
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    boxes = np.array(list(_boxes(villages / VILLAGES_A_COMMUNE)))
    _write_communes(folder, shapely.box(*boxes.T))

    def points(count: int) -> tuple[NDArray[np.intp], Floats]:
        of = rng.integers(len(boxes), size=count)
        west, south, east, north = boxes[of].T
        return of, np.column_stack([rng.uniform(south, north), rng.uniform(west, east)]).round(6)

    commune, at = points(villages)
    unlocated = rng.random(villages) < 0.01
    _write_villages(folder, rng, commune, np.where(unlocated[:, None], np.nan, at), accuracies)
    _write_panos(folder, rng, *points(panos), accuracies, radius=rng.uniform(200, 1500, panos).round(1))
    return folder


def province(folder: Path, *, communes: int, villages: int, panos: int, seed: int = 1) -> Path:
    """Write a data folder with a province to draw: ragged communes that share their borders, and points.

    Parameters
    ----------
    folder : pathlib.Path
        Where to write; made if it does not exist.
    communes, villages, panos : int
        How many.
    seed : int, optional
        Other seeds give other shapes and points.

    Returns
    -------
    pathlib.Path
        The folder.
    """
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    shapes = _ragged_tiles(rng, communes)
    _write_communes(folder, shapes)

    def points(count: int) -> tuple[NDArray[np.intp], Floats]:
        of = rng.integers(len(shapes), size=count)
        return of, np.array([_point_within(rng, shapes[i]) for i in of]).round(5)

    _write_villages(folder, rng, *points(villages), "few")
    _write_panos(folder, rng, *points(panos), "few", radius=rng.choice([500.0, 800.0, 1000.0, 1500.0], panos))
    return folder


def _boxes(count: float) -> Iterator[tuple[float, float, float, float]]:
    """Yield bounds of about so many communes of equal size along the spine."""
    side = np.sqrt((SPINE_LAT[-1] - SPINE_LAT[0]) * 2 * HALF_WIDTH / count)
    for south in np.arange(SPINE_LAT[0], SPINE_LAT[-1], side):
        middle = np.interp(south, SPINE_LAT, SPINE_LON)
        for west in np.arange(middle - HALF_WIDTH, middle + HALF_WIDTH, side):
            yield west, south, west + side, south + side


def _ragged_tiles(rng: np.random.Generator, count: int) -> list[shapely.Polygon]:
    """Return tiles of the province that meet along ragged lines, as communes do along rivers and ridges."""
    west, south, east, north = PROVINCE
    side = np.sqrt((east - west) * (north - south) / count)
    grid = np.stack(np.meshgrid(np.arange(west, east, side), np.arange(south, north, side)), -1).reshape(
        -1, 2
    )
    seeds = shapely.multipoints(
        grid[rng.permutation(len(grid))[:count]] + rng.uniform(0, side / 2, (min(count, len(grid)), 2))
    )
    borders = shapely.voronoi_polygons(seeds, extend_to=shapely.box(*PROVINCE), only_edges=True)
    frame = shapely.box(*PROVINCE).exterior
    lines = shapely.get_parts(
        shapely.node(shapely.union_all([borders.intersection(shapely.box(*PROVINCE)), frame]))
    )
    ragged = [_ragged(rng, line) for line in lines]
    return [rounded(tile) for tile in shapely.get_parts(shapely.polygonize(ragged))]


def _ragged(rng: np.random.Generator, line: shapely.LineString) -> shapely.LineString:
    start, *_, end = shapely.get_coordinates(line)
    t = np.linspace(0, 1, EDGE_VERTICES)
    walk = np.cumsum(rng.normal(size=EDGE_VERTICES)) / np.sqrt(EDGE_VERTICES)
    bridge = walk - walk[0] - t * (walk[-1] - walk[0])
    across = np.array([start[1] - end[1], end[0] - start[0]])
    # Quiet near its ends, where lines meet: they must not cross.
    offset = (0.12 * bridge * np.sin(np.pi * t))[:, None] * across
    return shapely.LineString(start + t[:, None] * (end - start) + offset)


def _point_within(rng: np.random.Generator, shape: shapely.Polygon) -> tuple[float, float]:
    west, south, east, north = shape.bounds
    while True:
        point = shapely.Point(rng.uniform(west, east), rng.uniform(south, north))
        if shape.contains(point):
            return point.y, point.x


def _name(rng: np.random.Generator) -> str:
    return " ".join(rng.choice(SYLLABLES.split(), 2, replace=False))


def _accuracy(rng: np.random.Generator, count: int, accuracies: str) -> list[float | None]:
    if accuracies == "blank":
        return [None] * count
    if accuracies == "few":
        return [float(a) or None for a in rng.choice([0, 20, 100, 1000], count, p=[0.4, 0.3, 0.2, 0.1])]
    return rng.uniform(1, 500, count).tolist()


def _write_communes(folder: Path, shapes: list[shapely.Polygon] | NDArray) -> None:
    rng = np.random.default_rng(len(shapes))
    write_features(
        folder / "communes.geojson",
        [
            ({"code": _code(i), "name": _name(rng), "kind": "xã", "source": "made up"}, rounded(shape))
            for i, shape in enumerate(shapes)
        ],
    )


def _code(commune: int) -> str:
    return str(10_000 + commune)


def _write_villages(
    folder: Path, rng: np.random.Generator, commune: NDArray[np.intp], at: Floats, accuracies: str
) -> None:
    rows = (
        {
            "id": f"v{i}",
            "name": _name(rng),
            "kind": "thôn",
            "commune_code": _code(of),
            "lat": None if np.isnan(lat) else lat,
            "lon": None if np.isnan(lon) else lon,
            "accuracy_m": None if np.isnan(lat) else accuracy,
            "register_status": "official",
            "source": "made up",
        }
        for i, (of, (lat, lon), accuracy) in enumerate(
            zip(commune, at, _accuracy(rng, len(at), accuracies), strict=True)
        )
    )
    write_table(folder, "villages", rows)


def _write_panos(
    folder: Path,
    rng: np.random.Generator,
    commune: NDArray[np.intp],
    at: Floats,
    accuracies: str,
    *,
    radius: Floats,
) -> None:
    built = rng.random(len(at)) < 0.9
    accuracy = _accuracy(rng, len(at), accuracies)
    rows = (
        {
            "id": f"p{i}",
            "name": f"Pano {_name(rng)}",
            "commune_code": _code(of),
            "lat": lat,
            "lon": lon,
            "accuracy_m": accuracy[i],
            "radius_m": radius[i],
            "state": "in_service" if built[i] else "planned",
            "condition": "good" if built[i] else "unchecked",
            "source": "made up",
        }
        for i, (of, (lat, lon)) in enumerate(zip(commune, at, strict=True))
    )
    write_table(folder, "panos", rows)
    orders = np.flatnonzero(~built)
    write_table(
        folder,
        "works",
        ({"id": f"w{i}", "pano_id": f"p{i}", "kind": "build", "state": "approved"} for i in orders),
    )
