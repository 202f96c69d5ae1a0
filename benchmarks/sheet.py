"""The printed map against the same layers drawn by ``GeoDataFrame.plot``: from a data folder to A3."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter

from benchmarks.measure import Line, Results, in_child
from tools.live_app import ROOT

DEMO = ROOT / "data" / "demo"
ON = date(2026, 11, 23)
A3_INCHES = (420 / 25.4, 297 / 25.4)
DPI = 300
METRIC = "EPSG:9217"
ROUNDS = {"full": 5, "quick": 1}
AGAINST = "GeoDataFrame.plot alone"


def run(results: Results, *, size: str) -> None:
    """Measure seconds and peak memory of an A3 sheet of the demonstration district, PDF and PNG."""
    for ending in ("pdf", "png"):
        seconds: dict[Callable, list[float]] = {ours: [], plotted: []}
        peaks: dict[Callable, list[float]] = {ours: [], plotted: []}
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(ROUNDS[size]):
                for way in (ours, plotted):
                    taken, peak = in_child(way, DEMO, Path(folder) / f"{way.__name__}.{ending}")
                    seconds[way].append(taken)
                    peaks[way] += peak
        for what, unit, runs in (("", "s", seconds), (", memory", "MB", peaks)):
            line = f"A3 sheet as {ending.upper()}{what}"
            results.lines.append(Line(line, unit, tuple(runs[ours]), tuple(runs[plotted]), AGAINST))
    results.notes.append(
        f"{AGAINST} draws the layers of the map: no figures, legend, scale or graticule, and its names "
        "cover each other"
    )


def ours(data: Path, target: Path) -> float:
    """Print a data folder; return the seconds from its files to the sheet, without imports."""
    from geo.folder import read_workspace
    from geo.sheet import sheet_png
    from geo.text import Words
    from reports.annexes import map_sheet
    from reports.results import results

    start = perf_counter()
    content = map_sheet(results(read_workspace(data), on=ON), Words("vi"))
    if target.suffix == ".png":
        content = sheet_png(content, dpi=DPI)
    target.write_bytes(content)
    return perf_counter() - start


def plotted(data: Path, target: Path) -> float:
    """Draw the same layers by geopandas and matplotlib; return the seconds, without imports.

    The class of every village is read off our own coverage, since the other way has none.
    """
    import geopandas as gpd
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    from geo.coverage import accuracy_m, coverage, pano_radius
    from geo.folder import read_workspace
    from geo.palette import CLASS_SYMBOLS, LAYERS

    start = perf_counter()
    workspace = read_workspace(data)
    reach = coverage(workspace, on=ON)

    def points(table) -> gpd.GeoDataFrame:
        at = gpd.points_from_xy(table["lon"], table["lat"], crs="EPSG:4326")
        return gpd.GeoDataFrame(table, geometry=at).dropna(subset=["lat"]).to_crs(METRIC)

    figure, axes = plt.subplots(figsize=A3_INCHES)
    axes.set_facecolor(LAYERS["sea"])
    communes = workspace.communes["2023"].to_crs(METRIC)
    gpd.read_file(data / "basemap" / "land.geojson").to_crs(METRIC).plot(ax=axes, color=LAYERS["land"])
    communes.plot(ax=axes, color=LAYERS["commune"], edgecolor=LAYERS["commune_edge"])
    villages, panos, venues = (
        points(table)
        for table in (workspace.villages.join(reach.villages["class"]), workspace.panos, workspace.venues)
    )
    panos.buffer(pano_radius(workspace)[panos.index]).boundary.plot(ax=axes, color=LAYERS["radius"])
    villages.buffer(accuracy_m(villages)).boundary.plot(ax=axes, color=LAYERS["accuracy"], linestyle=":")
    venues.plot(ax=axes, marker="P")
    panos.plot(ax=axes, marker="s", color=LAYERS["radius"])
    for name, symbol in CLASS_SYMBOLS.items():
        of_class = villages[villages["class"] == name]
        if len(of_class):
            of_class.plot(ax=axes, color=symbol.color)
    for layer in (communes, villages, panos):
        for name, at in zip(layer["name"], layer.representative_point(), strict=True):
            axes.annotate(name, (at.x, at.y), ha="center")
    west, south, east, north = communes.total_bounds
    axes.set(xlim=(west, east), ylim=(south, north))
    figure.savefig(target, dpi=DPI)
    return perf_counter() - start
