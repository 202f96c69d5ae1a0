"""What the web map draws: a *scene* that stays, and a small *view* that a filter changes.

The scene is sent once for each version of what it holds and can be cached for ever: shapes as
delta-coded whole numbers of 1e-5 degrees, points by column, texts as they are. The view holds one
character for each village and pano, so that a changed filter costs a few hundred bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import palette
from geo.basemap import read_basemap
from geo.coverage import Coverage, activities_that_count, pano_radius, panos_that_count
from geo.terms import CLASSES, LEDGER_CHANNELS, PANO_STATUSES, REACH_VALUES, REACHING_CHANNELS, UNITS
from geo.text import LANGUAGES, catalogue
from geo.units import to_units
from geo.workspace import Workspace

SCALE = 1e5
"""Whole numbers a degree; 1e-5 degrees are at most 1.1 m."""
HIDDEN = "."
ROUGH_ACCURACY_M = 100.0
"""A point whose accuracy in metres is no better than this is approximate, and still to be surveyed."""
_UNSAFE = re.compile("[<>&\u2028\u2029]|\\{(?=[{%#])")
WORD_GROUPS = ("terms.", "map.")
"""The groups of texts that the map itself shows."""


def pack_ring(ring: np.ndarray) -> list[int]:
    """Return a ring as delta-coded whole numbers, without its closing point.

    Parameters
    ----------
    ring : ndarray of float, shape (n, 2)
        Longitude and latitude in decimal degrees, first point repeated as the last.

    Returns
    -------
    list of int
        ``[x0, y0, x1 - x0, y1 - y0, …]`` in units of 1e-5 degrees.
    """
    points = np.rint(ring[:-1] * SCALE).astype(np.int64)
    deltas = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return deltas.ravel().tolist()


def pack_polygons(geometry: shapely.Geometry) -> list[list[list[int]]]:
    """Return a polygon or multipolygon as packed rings: polygons, of rings, of whole numbers."""
    return [
        [pack_ring(shapely.get_coordinates(ring)) for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(geometry)
        if not part.is_empty
    ]


def label_point(geometry: shapely.Geometry) -> shapely.Point:
    """Return where a name stands best: the pole of inaccessibility of the largest part."""
    largest = max(shapely.get_parts(geometry), key=shapely.area)
    return shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=1e-3), 0)


def _packed_points(table: pd.DataFrame) -> list[list[int] | None]:
    lat = np.rint(table["lat"].to_numpy(float) * SCALE)
    lon = np.rint(table["lon"].to_numpy(float) * SCALE)
    return [None if np.isnan(y) or np.isnan(x) else [int(x), int(y)] for x, y in zip(lon, lat, strict=True)]


def _metres(values: Iterable[float]) -> list[float | None]:
    return [None if np.isnan(v) else round(float(v), 1) for v in values]


def _packed_communes(communes: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    packed = []
    for code, name, kind, geometry in zip(
        communes.index, communes["name"], communes["kind"], communes.geometry, strict=True
    ):
        point = label_point(geometry)
        at = [round(point.x * SCALE), round(point.y * SCALE)]
        packed.append({"code": code, "name": name, "kind": kind, "at": at, "shape": pack_polygons(geometry)})
    return packed


def _basemap(folder: Path) -> dict[str, Any]:
    """Return the packed land and labels of a folder's ``basemap/``, and which files of it can't be read."""
    basemap = read_basemap(folder)
    packed: dict[str, Any] = {"land": [pack_polygons(shape) for shape in basemap.land]}
    packed["labels"] = [
        {"name": one.name, "kind": one.kind, "at": [round(one.lon * SCALE), round(one.lat * SCALE)]}
        for one in basemap.labels
    ]
    packed["extent"] = None
    if basemap.extent:
        west, south, east, north = basemap.extent
        packed["extent"] = [[south, west], [north, east]]
    return packed | {"broken": basemap.broken}


def map_words() -> dict[str, dict[str, str]]:
    """Return the texts that the map shows, by language."""
    return {
        lang: {key: text for key, text in catalogue(lang).items() if key.startswith(WORD_GROUPS)}
        for lang in LANGUAGES
    }


def scene(workspace: Workspace, *, tiles: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """Return everything of a workspace that the map needs once, whatever the filters.

    Parameters
    ----------
    workspace : Workspace
        The tables; EPSG:4326.
    tiles : mapping of str to mapping, optional
        The workspace's own tile archives by name: ``max_zoom`` and ``attribution`` of each.

    Returns
    -------
    dict
        Plain values for JSON; coordinates as whole numbers of 1e-5 degrees, longitude first;
        lengths in metres. Villages without a point have ``at`` None and are not drawn.
    """
    villages, panos, venues = workspace.villages, workspace.panos, workspace.venues
    everything = shapely.union_all(
        [shapely.box(*units.total_bounds) for units in workspace.communes.values() if len(units)]
    )
    west, south, east, north = everything.bounds
    return {
        "rough_m": ROUGH_ACCURACY_M,
        "invented": workspace.invented,
        "bounds": [[south, west], [north, east]],
        "communes": {name: _packed_communes(workspace.communes[name]) for name in UNITS},
        "basemap": _basemap(workspace.path / "basemap"),
        "villages": {
            "id": villages.index.tolist(),
            "name": villages["name"].tolist(),
            "kind": villages["kind"].tolist(),
            "commune": villages["commune_code"].tolist(),
            "at": _packed_points(villages),
            "accuracy": _metres(villages["accuracy_m"]),
            "historical": (villages["register_status"] == "historical").astype(int).tolist(),
        },
        "panos": {
            "id": panos.index.tolist(),
            "name": panos["name"].tolist(),
            "at": _packed_points(panos),
            "accuracy": _metres(panos["accuracy_m"]),
            "radius": _metres(pano_radius(workspace)),
        },
        "venues": {
            "id": venues.index.tolist(),
            "name": venues["name"].tolist(),
            "at": _packed_points(venues),
            "accuracy": _metres(venues["accuracy_m"]),
        },
        "tiles": dict(tiles or {}),
        "palette": palette.to_dict(),
        "words": map_words(),
    }


def shown_class(coverage: Coverage, show: str) -> pd.Series:
    """Return the class that colours each village: with the plan, or as things are now.

    Parameters
    ----------
    coverage : Coverage
        The reach of every village.
    show : {"plan", "now"}
        ``"plan"`` gives the class of the contract; ``"now"`` leaves the plan out.
    """
    return coverage.villages["class" if show == "plan" else "now"]


def _encoded(values: Iterable[str], names: Sequence[str], visible: Iterable[bool]) -> str:
    index = {name: str(i) for i, name in enumerate(names)}
    return "".join(index[v] if seen else HIDDEN for v, seen in zip(values, visible, strict=True))


def commune_wide(workspace: Workspace, coverage: Coverage, scenario: str) -> set[str]:
    """Return the communes (in the coverage's units) that a commune-wide activity serves.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    coverage : Coverage
        Gives the date, the units and the channels.
    scenario : {"now", "plan"}
        Whether planned activities count besides.
    """
    activities = workspace.activities
    chosen = activities[
        activities_that_count(workspace, coverage.on, scenario)
        & (activities["scope"] == "communes")
        & activities["channel"].isin(set(coverage.channels) - set(LEDGER_CHANNELS))
    ]
    codes = {code for codes in chosen["commune_codes"] for code in codes}
    if coverage.units == "2023":
        return codes
    # A unit of 2025 counts as served only where each of the old units within it is.
    members = workspace.communes["2023"]["successor_code"]
    return {new for new, old in members.groupby(members).groups.items() if set(old) <= codes}


def view(
    workspace: Workspace,
    coverage: Coverage,
    statuses: pd.Series,
    *,
    show: str = "plan",
    lang: str = "vi",
    classes: Collection[str] | None = None,
    visible_statuses: Collection[str] | None = None,
    commune: str | None = None,
    base: str = "offline",
    hidden_layers: Collection[str] = (),
    selected: Mapping[str, Any] | None = None,
    data_date: date | None = None,
) -> dict[str, Any]:
    """Return what a set of filters makes of a scene.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    coverage : Coverage
        The reach of every village.
    statuses : Series of str
        Derived status by pano id.
    show : {"plan", "now"}
        See `shown_class`.
    lang : {"vi", "en"}
        Language of the map's own words.
    classes, visible_statuses : collection of str, optional
        What stays visible; everything where none is given.
    commune : str, optional
        Code of one commune, in the coverage's units: what lies elsewhere is hidden.
    base : str
        Name of the base layer: ``offline``, one of `geo.webmap.TILE_LAYERS`, or ``tiles:`` and the
        name of an archive of the folder's own.
    hidden_layers : collection of str
        Layers to leave out: ``radius``, ``accuracy``, ``areas``, ``venues``, ``historical``, ``labels``.
    selected : mapping, optional
        ``kind`` and ``id`` of what is selected, ``move`` a number that changes when the map is to go there.
    data_date : date, optional
        When the data last changed.

    Returns
    -------
    dict
        Plain values for JSON. ``villages`` and ``panos`` hold one digit a row, the position in
        ``geo.terms.CLASSES`` and ``PANO_STATUSES``, or a dot for what is hidden; ``serving`` says of each
        pano whether it counts now (1) or only in plan (0), which is left out with it; ``legend`` counts
        everything that is counted in the commune chosen, hidden by another filter or not.
    """
    shown = shown_class(coverage, show)
    here = coverage.villages["commune_code"].to_numpy() == commune if commune else np.ones(len(shown), bool)
    counted = coverage.villages["counted"].to_numpy(bool)
    # A historical name is of no class: where classes are chosen it goes.
    class_seen = counted & shown.isin(classes).to_numpy() if classes else np.ones(len(shown), bool)
    pano_here = _in_commune(workspace, workspace.panos, coverage.units, commune)
    status_seen = (
        statuses.isin(visible_statuses).to_numpy() if visible_statuses else np.ones(len(statuses), bool)
    )
    if "pano" not in coverage.channels:
        status_seen = np.zeros(len(statuses), bool)
    serving = [panos_that_count(workspace, coverage.on, scenario) for scenario in ("now", "plan")]
    venue_here = _in_commune(workspace, workspace.venues, coverage.units, commune)
    done = commune_wide(workspace, coverage, "now")
    planned = commune_wide(workspace, coverage, "plan") - done if show == "plan" else set()
    names = CLASSES if show == "plan" else REACH_VALUES
    return {
        "lang": lang,
        "units": coverage.units,
        "show": show,
        "on": coverage.on.isoformat(),
        "data_date": data_date.isoformat() if data_date else None,
        "channels": list(coverage.channels) if coverage.channels != REACHING_CHANNELS else [],
        "villages": _encoded(shown, CLASSES, here & class_seen),
        "panos": _encoded(statuses, PANO_STATUSES, pano_here & status_seen),
        "serving": "".join(
            "1" if now else "0" if plan and show == "plan" else HIDDEN
            for now, plan in zip(*serving, strict=True)
        ),
        "venues": "".join("1" if seen else HIDDEN for seen in venue_here),
        "areas": {"done": sorted(done), "planned": sorted(planned)},
        "shown": {
            "classes": [name for name in names if not classes or name in classes],
            "statuses": [
                name
                for name in PANO_STATUSES
                if "pano" in coverage.channels and (not visible_statuses or name in visible_statuses)
            ],
        },
        "commune": commune,
        "base": base,
        "hide": sorted(hidden_layers),
        "selected": dict(selected) if selected else None,
        "legend": {
            "classes": {name: int(((shown == name).to_numpy() & here & counted).sum()) for name in names},
            "statuses": {
                name: int(n)
                for name, n in statuses[pano_here].value_counts().reindex(PANO_STATUSES, fill_value=0).items()
                if n
            },
            "venues": int(venue_here.sum()),
            "historical": int((here & ~counted).sum()),
            "unlocated": int(
                (here & counted & class_seen & workspace.villages["lat"].isna().to_numpy()).sum()
            ),
        },
    }


def _in_commune(workspace: Workspace, table: pd.DataFrame, units: str, commune: str | None) -> np.ndarray:
    if not commune:
        return np.ones(len(table), bool)
    return (to_units(table["commune_code"], workspace, units) == commune).to_numpy()


def to_json(value: Mapping[str, Any]) -> str:
    """Return compact JSON that is safe in a ``<script>`` element, a JavaScript program and a template.

    Folium takes the scripts of its elements for templates once more when it renders the page: braces that
    would open an expression there can only stand in a text, and are escaped like ``<``.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
