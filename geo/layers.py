"""Reads a GeoJSON layer of communes with json and shapely alone: no driver follows what a file names."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.cells import CellError, nearest, read_column, tidy
from geo.faults import FaultLog
from geo.schema import Table

WGS84 = "EPSG:4326"
OVERLAP_SLACK_KM2 = 0.01
"""Overlap in km² that is left alone: slivers from rounding a shared border to five decimals stay below it."""

_CRS_NAMES = {"urn:ogc:def:crs:ogc:1.3:crs84", "urn:ogc:def:crs:ogc::crs84", "ogc:crs84"} | {
    "urn:ogc:def:crs:epsg::4326",
    "epsg:4326",
}
_KM_PER_DEGREE = 111.2


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def features_of(text: str, file: str, log: FaultLog) -> list | None:
    """Return the features of a GeoJSON text in degrees WGS 84, or None after noting why there are none."""
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        log.add("broken_json", file, line=str(error.lineno))
        return None
    except (ValueError, RecursionError):
        # NaN, numbers of thousands of digits, brackets nested thousands deep.
        log.add("broken_json", file, line="?")
        return None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        log.add("not_a_layer", file)
        return None
    if not features:
        log.add("empty_layer", file)
        return None
    crs = document.get("crs")
    if crs is not None and _crs_name(crs).casefold() not in _CRS_NAMES:
        log.add("wrong_crs", file, column="crs", value=_crs_name(crs))
        return None
    return features


def _crs_name(crs: object) -> str:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else "?"


def _ring(positions: object) -> np.ndarray:
    """Return a closed ring as an array of (lon, lat); ValueError or TypeError if it is none."""
    ring = np.array([position[:2] for position in positions], dtype="float64")
    if ring.ndim != 2 or ring.shape[1] != 2 or len(ring) < 4 or not np.isfinite(ring).all():
        raise ValueError("not a ring of positions")
    if (ring[0] != ring[-1]).any():
        raise ValueError("not a closed ring")
    return ring


def _polygon(rings: list) -> shapely.Polygon:
    shell, *holes = (_ring(ring) for ring in rings)
    return shapely.Polygon(shell, holes)


def read_polygon(geometry: object) -> shapely.Polygon | shapely.MultiPolygon:
    """Return the polygon of a GeoJSON geometry.

    Parameters
    ----------
    geometry : object
        The geometry as json gave it, decimal degrees, longitude first.

    Returns
    -------
    Polygon or MultiPolygon
        Valid and not empty, EPSG:4326; heights are dropped.

    Raises
    ------
    CellError
        If there is none, or it can't be used.
    """
    if geometry is None:
        raise CellError("no_geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise CellError("not_a_polygon", kind=str(kind))
    try:
        if kind == "Polygon":
            shape = _polygon(geometry["coordinates"])
        else:
            shape = shapely.MultiPolygon([_polygon(rings) for rings in geometry["coordinates"]])
    except (KeyError, TypeError, ValueError, OverflowError):
        raise CellError("broken_geometry") from None
    if shape.is_empty:
        raise CellError("no_geometry")
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise CellError("geometry_off_earth")
    if not shape.is_valid:
        raise CellError("invalid_geometry", reason=shapely.is_valid_reason(shape))
    return shape


def read_polygons(content: bytes) -> list[shapely.Polygon | shapely.MultiPolygon]:
    """Return the polygons of a GeoJSON file of areas, whatever else is said of them.

    Parameters
    ----------
    content : bytes
        A FeatureCollection in decimal degrees WGS 84, longitude first.

    Returns
    -------
    list of Polygon or MultiPolygon
        EPSG:4326, at least one.

    Raises
    ------
    CellError
        If it is no such file, or a feature is no area.
    """
    log = FaultLog()
    try:
        features = features_of(content.decode("utf-8-sig"), "", log)
    except UnicodeDecodeError:
        features = None
    if not features or not all(isinstance(feature, dict) for feature in features):
        raise CellError("not_a_layer")
    return [read_polygon(feature.get("geometry")) for feature in features]


def read_layer(text: str, table: Table, log: FaultLog) -> tuple[gpd.GeoDataFrame | None, int]:
    """Read a layer of communes.

    Parameters
    ----------
    text : str
        Content of the file.
    table : Table
        Its properties.
    log : FaultLog
        Takes the faults.

    Returns
    -------
    layer : GeoDataFrame or None
        Typed properties and polygons, EPSG:4326, indexed by the number of the feature from 1; a
        geometry at fault is None. None if the file is no layer at all.
    rows : int
        Number of features.
    """
    features = features_of(text, table.file, log)
    if features is None:
        return None, 0
    rows = range(1, len(features) + 1)
    names = table.names
    cells: dict[str, list[str]] = {name: [] for name in names}
    shapes = []
    broken: dict[int, dict] = {}
    for row, feature in zip(rows, features, strict=True):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            broken[row] = {}
            properties, feature = {}, None
        for name in names:
            cells[name].append(_property(properties.get(name), table.file, row, name, log))
        for name in properties.keys() - set(names):
            log.add("unknown_column", table.file, row=row, column=name, near=nearest(name, names))
        shapes.append(None if feature is None else _shape(feature.get("geometry"), table.file, row, log))
    columns = pd.DataFrame(
        {
            column.name: read_column(
                pd.Series(cells[column.name], index=rows, dtype=object), column, file=table.file, log=log
            )
            for column in table.columns
        }
    )
    log.replace_rows("not_a_feature", table.file, broken)
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, index=rows, crs=WGS84)), len(rows)


def _property(value: object, file: str, row: int, name: str, log: FaultLog) -> str:
    try:
        return tidy(value)
    except CellError as error:
        log.add(error.code, file, row=row, column=name, value="{…}" if isinstance(value, dict) else "[…]")
        return ""


def _shape(geometry: object, file: str, row: int, log: FaultLog) -> shapely.Geometry | None:
    try:
        return read_polygon(geometry)
    except CellError as error:
        value = error.details.get("reason") or error.details.get("kind")
        log.add(error.code, file, row=row, column="geometry", value=value)
        return None


def check_overlaps(layer: gpd.GeoDataFrame, file: str, log: FaultLog) -> None:
    """Note each pair of communes that share more than `OVERLAP_SLACK_KM2`; the later one is at fault."""
    known = layer[layer.geometry.notna()]
    shapes = known.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    shared = shapely.intersection(shapes[first], shapes[second])
    shrink = np.cos(np.radians(shapely.get_y(shapely.centroid(shapes[first]))))
    km2 = shapely.area(shared) * _KM_PER_DEGREE**2 * shrink
    for one, other, area in zip(first, second, km2, strict=True):
        if area > OVERLAP_SLACK_KM2:
            log.add(
                "overlap",
                file,
                row=int(known.index[other]),
                column="geometry",
                value=known["name"].iloc[other],
                other=known["name"].iloc[one],
                hectares=max(1, round(float(area) * 100)),
            )
