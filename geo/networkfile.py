"""Reads the layer of roads and boat routes that an office puts into its data folder, if it does."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import shapely

from geo.faults import FaultLog
from geo.layers import WGS84, features_of
from geo.network import Network
from geo.ruler import Ruler, StraightLines

NETWORK_FILES = ("network.geojson", "network.gpkg")
"""Names that the layer can have: lines, both ways to be gone."""

_LINES = ("LineString", "MultiLineString")


def read_ruler(contents: Mapping[str, bytes], detour: float | None, log: FaultLog) -> Ruler:
    """Return what measures distances in a data folder.

    Parameters
    ----------
    contents : mapping of str to bytes
        Content by file name; of two layers the first of `NETWORK_FILES` is taken, and an empty file is
        none.
    detour : float or None
        How many times longer than a straight line the plan takes the way to be; a layer needs none.
    log : FaultLog
        Takes what is wrong with the layer.

    Returns
    -------
    Ruler
        Along the network where there is one without fault, else straight lines.
    """
    for file in NETWORK_FILES:
        if content := contents.get(file):
            lines = _read_lines(file, content, log)
            if lines is not None:
                return Network(lines)
            break
    return StraightLines(detour or 1.0)


def _read_lines(file: str, content: bytes, log: FaultLog) -> np.ndarray | None:
    """Return the lines of a layer, EPSG:4326; None after noting why there are none."""
    known = len(log.findings)
    try:
        shapes = _of_geojson(file, content, log) if file.endswith(".geojson") else _of_gpkg(content)
    except Exception:
        # json, GDAL, PROJ and shapely each have errors of their own for what is no layer.
        log.add("broken_network", file)
        return None
    for row, shape in enumerate(shapes, start=1):
        if shape is None or shape.is_empty or shape.geom_type not in _LINES:
            log.add("not_a_line", file, row=row, value=shape and shape.geom_type)
        elif not _is_on_earth(shape):
            log.add("geometry_off_earth", file, row=row, column="geometry")
    if len(log.findings) > known:
        return None
    return shapely.get_parts(np.array(shapes, dtype=object))


def _is_on_earth(shape: shapely.Geometry) -> bool:
    west, south, east, north = shape.bounds
    return -180 <= west and east <= 180 and -90 <= south and north <= 90


def _of_geojson(file: str, content: bytes, log: FaultLog) -> list[shapely.Geometry | None]:
    features = features_of(content.decode("utf-8-sig"), file, log) or []
    shapes = [feature["geometry"] for feature in features]
    return [None if shape is None else shapely.geometry.shape(shape) for shape in shapes]


def _of_gpkg(content: bytes) -> list[shapely.Geometry | None]:
    # Each import takes a second, and few folders need them.
    import pyproj
    from pyogrio import raw

    if not content.startswith(b"SQLite format 3"):
        raise ValueError("no database")
    with tempfile.TemporaryDirectory() as folder:
        # GDAL knows a GeoPackage by its ending.
        path = Path(folder) / "network.gpkg"
        path.write_bytes(content)
        about, _, shapes, _ = raw.read(path, columns=[])
    shapes = shapely.force_2d(shapely.from_wkb(shapes))
    to_degrees = pyproj.Transformer.from_crs(about["crs"], WGS84, always_xy=True)
    return list(shapely.transform(shapes, lambda xy: np.column_stack(to_degrees.transform(*xy.T))))
