"""Share of land within service radius: ours against geopandas' overlay with the union of buffers in parts."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import made_up
from benchmarks.measure import Line, Results, in_child
from benchmarks.reach import ON, UTM_ZONE

SIZES = {"full": (90_000, 20_000), "quick": (900, 300)}
"""Villages, of which there are some 8.5 to a commune, and panos."""
MOST_MB = 1_000


def run(results: Results, *, size: str) -> None:
    """Measure, and add the lines.

    Parameters
    ----------
    results : Results
        What to add to.
    size : {"full", "quick"}
        See `SIZES`.
    """
    villages, panos = SIZES[size]
    with tempfile.TemporaryDirectory() as parent:
        folder = made_up.country(Path(parent), villages=villages, panos=panos)
        (seconds, shares), peak = in_child(ours, folder)
        (other, theirs), other_peak = in_child(overlay, folder)
    named = f"share of land of {len(shares):,} communes, {panos:,} panos, now and in plan"
    results.lines.append(Line(named, "s", (seconds,), (other,), "geopandas.overlay", 3))
    results.lines.append(Line("  peak memory, reading included", "MB", peak, other_peak, ""))
    results.lines.append(Line("  the same against the limit", "MB", peak, (MOST_MB,), "1 GB", 1))
    results.notes.append(
        f"Shares of land differ by {100 * np.abs(shares - theirs).max():.2f} % of a commune at most: the "
        "overlay's buffers are narrower than circles, and lie in one UTM zone."
    )


def ours(folder: Path) -> tuple[float, NDArray[np.float64]]:
    """Return how long the shares now and in plan took, and what they are, a column each."""
    from geo.coverage import SCENARIOS
    from geo.folder import read_workspace
    from geo.landshare import land_share

    workspace = read_workspace(folder)
    start = time.perf_counter()
    table = land_share(workspace, on=ON)
    return time.perf_counter() - start, table[list(SCENARIOS)].to_numpy()


def overlay(folder: Path) -> tuple[float, NDArray[np.float64]]:
    """Return how long the usual way took to get the same; which panos count it is told."""
    import geopandas as gpd
    import pandas as pd

    from geo.coverage import SCENARIOS, panos_that_count
    from geo.folder import read_workspace

    workspace = read_workspace(folder)
    counting = [panos_that_count(workspace, ON, scenario).to_numpy() for scenario in SCENARIOS]
    communes = gpd.read_file(folder / "communes.geojson")
    panos = pd.read_csv(folder / "panos.csv")
    start = time.perf_counter()
    points = gpd.GeoSeries(gpd.points_from_xy(panos["lon"], panos["lat"]), crs=4326).to_crs(UTM_ZONE)
    communes = communes.to_crs(UTM_ZONE)
    shares = []
    for counts in counting:
        circles = points[counts].buffer(panos["radius_m"][counts])
        # In parts: with the union in one piece, each commune would be cut with all of the country's circles.
        parts = gpd.GeoSeries([circles.union_all()], crs=UTM_ZONE).explode().reset_index(drop=True)
        union = gpd.GeoDataFrame(geometry=parts)
        inside = gpd.overlay(communes[["code", "geometry"]], union, how="intersection")
        area = inside.area.groupby(inside["code"]).sum().reindex(communes["code"]).fillna(0.0)
        shares.append(area.to_numpy() / communes.area.to_numpy())
    return time.perf_counter() - start, np.column_stack(shares)
