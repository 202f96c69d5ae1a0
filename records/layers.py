"""The layers that map programs ask for by address: rows as they are, and how far the outreach reaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import geopandas as gpd

from geo.coverage import activities_that_count, coverage, panos_that_count
from geo.coverage_result import COUNT_COLUMNS, Coverage
from geo.layers import WGS84
from geo.workspace import Workspace
from records.exports import features, layer_of, plain_communes
from records.status import pano_statuses

LAYERS = ("communes", "villages", "panos", "venues", "activities")
REACH = ("class", "now", "plan", "basis", "nearest_pano", "nearest_pano_m")
"""What a village's reach is told by, see `geo.coverage_result.Coverage`."""


def layer_features(
    workspace: Workspace, kind: str, *, on: date, units: str = "2023", channels: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return a layer as GeoJSON features, EPSG:4326.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    kind : str
        One of `LAYERS`.
    on : date
        The day that reach is given for.
    units : {"2023", "2025"}
        The communes to count by.
    channels : sequence of str
        The channels to look at; all that can reach a village if none is given.

    Returns
    -------
    list of dict
        The columns of the data folder, and besides: of communes what is counted of `COUNT_COLUMNS`; of
        villages `REACH`, ``counted`` and ``unit_code``, the commune in the units asked for; of panos their
        derived ``status``, and like activities whether they count now and in plan. What has no point has no
        geometry; an activity stands at its venue. They are kept for all who ask: treat them as read-only.
    """
    return _features(workspace, kind, on, units, tuple(channels))


@lru_cache(maxsize=16)
def _features(
    workspace: Workspace, kind: str, on: date, units: str, channels: tuple[str, ...]
) -> list[dict[str, Any]]:
    if kind == "communes":
        return features(_communes(workspace, _reach(workspace, on, units, channels)))
    layer = layer_of(workspace, kind, None)
    if kind == "villages":
        reach = _reach(workspace, on, units, channels).villages
        layer["unit_code"], layer["counted"] = reach["commune_code"].to_numpy(), reach["counted"].to_numpy()
        for name in REACH:
            layer[name] = reach[name].astype("object").to_numpy()
    if kind == "panos":
        layer["status"] = pano_statuses(workspace, on=on).to_numpy()
    if kind in ("panos", "activities"):
        count = panos_that_count if kind == "panos" else activities_that_count
        for scenario in ("now", "plan"):
            layer[f"counts_{scenario}"] = count(workspace, on, scenario).to_numpy()
    if kind == "activities":
        layer = layer.set_geometry(_places(workspace), crs=WGS84)
    return features(layer)


@lru_cache(maxsize=4)
def _reach(workspace: Workspace, on: date, units: str, channels: tuple[str, ...]) -> Coverage:
    return coverage(workspace, on=on, units=units, channels=channels or None)


def _communes(workspace: Workspace, reach: Coverage) -> gpd.GeoDataFrame:
    layer = plain_communes(workspace.units(reach.units))
    counts = reach.communes.loc[layer["code"], ["register_complete", *COUNT_COLUMNS, "share"]]
    for name in counts:
        layer[name] = counts[name].astype("object").to_numpy()
    return layer


def _places(workspace: Workspace) -> list[object]:
    """Return the point of each activity's venue; None where there is none."""
    venues = layer_of(workspace, "venues", None).set_index("id").geometry
    return [venues.get(venue) for venue in workspace.activities["venue_id"]]
