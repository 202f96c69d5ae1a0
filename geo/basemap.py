"""Reads what a data folder draws under everything: neighbouring land and labels of places."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import shapely

LAND_FILE, LABELS_FILE = "land.geojson", "labels.geojson"


@dataclass(frozen=True)
class PlaceLabel:
    """The name of a sea, a bay, a place or a neighbour, and where it stands in decimal degrees."""

    name: str
    kind: str
    lon: float
    lat: float


@dataclass
class Basemap:
    """What lies under a map; decimal degrees, WGS 84.

    Attributes
    ----------
    land : list of Geometry
        Land that is none of the communes'.
    extent : tuple of float, optional
        West, south, east, north: within it, what is not land is sea; beyond it nothing is known.
    labels : list of PlaceLabel
        Names.
    sources : list of str
        Where the land comes from.
    broken : list of str
        Files that can't be read.
    """

    land: list[shapely.Geometry] = field(default_factory=list)
    extent: tuple[float, float, float, float] | None = None
    labels: list[PlaceLabel] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def read_basemap(folder: Path) -> Basemap:
    """Return the base map of a folder's ``basemap/``.

    A map does without what is missing or broken: the base map decides nothing.

    Parameters
    ----------
    folder : pathlib.Path
        The ``basemap`` folder of a data folder; it need not exist.
    """
    basemap = Basemap()
    parts: dict[str, Callable[[Basemap, dict[str, Any]], None]] = {
        LAND_FILE: _take_land,
        LABELS_FILE: _take_labels,
    }
    for name, take in parts.items():
        path = folder / name
        if path.exists():
            try:
                take(basemap, json.loads(path.read_text("utf-8-sig")))
            except (OSError, ValueError, TypeError, LookupError, AttributeError, shapely.errors.ShapelyError):
                basemap.broken.append(name)
    return basemap


def _take_land(basemap: Basemap, layer: dict[str, Any]) -> None:
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in layer["features"]]
    if any(shape.geom_type not in ("Polygon", "MultiPolygon") for shape in shapes):
        raise ValueError("land is made of polygons")
    west, south, east, north = map(float, layer.get("bbox") or shapely.total_bounds(shapes))
    if not west < east or not south < north:
        raise ValueError("a base map needs an extent")
    sources = [str((feature.get("properties") or {}).get("source") or "") for feature in layer["features"]]
    basemap.land, basemap.extent = shapes, (west, south, east, north)
    basemap.sources = [source for source in dict.fromkeys(sources) if source]


def _take_labels(basemap: Basemap, layer: dict[str, Any]) -> None:
    labels = []
    for feature in layer["features"]:
        lon, lat = feature["geometry"]["coordinates"]
        if not isfinite(lon) or not isfinite(lat):
            raise ValueError("a label needs a place")
        about = feature["properties"]
        labels.append(PlaceLabel(str(about["name"]), str(about["kind"]), float(lon), float(lat)))
    basemap.labels = labels
