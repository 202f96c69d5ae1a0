"""Reach of a country's villages: ours, the usual buffers, and all geodesics one by one to judge both by."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import made_up
from benchmarks.measure import Line, Results, in_child

SIZES = {"full": (90_000, 80_000), "quick": (9_000, 8_000)}
"""Villages and panos."""
ROUNDS = 5
UTM_ZONE = 32648
"""The zone that most of the country lies in, taken for all of it, as is often done."""
NEAREST_LOOKED_AT = 8
ON = date(2026, 1, 1)
_XY = ("lon", "lat")


@dataclass(frozen=True)
class Answer:
    """Reach of every village, in the order of the register.

    Attributes
    ----------
    classes : ndarray of str, shape (n,)
        Class of each village.
    nearest_m : ndarray of float, shape (n,)
        Metres to the nearest pano that counts now; NaN where there is no location.
    """

    classes: NDArray[np.str_]
    nearest_m: NDArray[np.float64]


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
    named = f"reach of {villages:,} by {panos:,}"
    with tempfile.TemporaryDirectory() as parent:
        folders = {
            accuracies: made_up.country(
                Path(parent) / accuracies, villages=villages, panos=panos, accuracies=accuracies
            )
            for accuracies in made_up.ACCURACIES
        }
        before, peak = in_child(ours, folders["blank"], ROUNDS)
        (buffer_s, buffered), buffer_peak = in_child(buffers, folders["blank"])
        after, _ = in_child(ours, folders["blank"], ROUNDS)
        other = (buffer_s,)
        for accuracies, folder in folders.items():
            times, answer = before if accuracies == "blank" else in_child(ours, folder, ROUNDS)[0]
            times += after[0] if accuracies == "blank" else ()
            truth, _ = in_child(by_hand, folder)
            results.lines.append(
                Line(f"{named}, accuracies {accuracies}", "s", times, other, "buffer, union, within", 100)
            )
            # Only where no accuracy is stated do buffers answer the same question.
            wrong_buffers = (count_wrong_reached(buffered, truth),) if accuracies == "blank" else ()
            results.lines.append(
                Line("  villages classed wrongly", "", (count_wrong(answer, truth),), wrong_buffers, "", 0)
            )
        results.lines.append(Line("  peak memory, reading included", "MB", peak, buffer_peak, ""))
    results.notes.append(
        "Ours gives classes now and in plan, nearest panos and counts by commune; the buffers only whether "
        "a village is reached in plan, and no accuracy."
    )


def ours(folder: Path, rounds: int) -> tuple[tuple[float, ...], Answer]:
    """Return how long `geo.coverage` took each time, and its answer."""
    from geo.coverage import coverage
    from geo.folder import read_workspace

    workspace = read_workspace(folder)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        villages = coverage(workspace, on=ON).villages
        times.append(time.perf_counter() - start)
    return tuple(times), Answer(villages["class"].to_numpy(str), villages["nearest_pano_m"].to_numpy(float))


def buffers(folder: Path) -> tuple[float, NDArray[np.bool_]]:
    """Return how long the usual way took, and whether it has each village reached in plan."""
    import geopandas as gpd
    import pandas as pd

    villages, panos = (pd.read_csv(folder / name) for name in ("villages.csv", "panos.csv"))
    start = time.perf_counter()
    villages, panos = (
        gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs=4326).to_crs(
            UTM_ZONE
        )
        for table in (villages, panos)
    )
    reached = villages.within(panos.buffer(panos["radius_m"]).union_all())
    return time.perf_counter() - start, reached.to_numpy()


def by_hand(folder: Path) -> Answer:
    """Return the truth: the rule applied to the geodesic of every pair that can matter."""
    import pandas as pd
    from pyproj import Geod
    from scipy.spatial import cKDTree

    villages, panos = (pd.read_csv(folder / name) for name in ("villages.csv", "panos.csv"))
    accuracy, pano_accuracy = (table["accuracy_m"].fillna(0).to_numpy() for table in (villages, panos))
    radius, now = panos["radius_m"].to_numpy(), (panos["state"] == "in_service").to_numpy()
    geod = Geod(ellps="WGS84")
    here, there = (_on_sphere(table) for table in (villages, panos))
    located = np.flatnonzero(np.isfinite(here).all(axis=1))

    def geodesics(who: NDArray[np.intp], which: NDArray[np.intp]) -> NDArray[np.float64]:
        ends = [
            table[axis].to_numpy()[rows] for table, rows in ((villages, who), (panos, which)) for axis in _XY
        ]
        return np.asarray(geod.inv(*ends)[2])

    # A sphere is less than one percent off the ellipsoid, so this takes in every pair that can matter.
    limit = 1.01 * (radius.max() + accuracy.max() + pano_accuracy.max())
    found = cKDTree(there).query_ball_point(here[located], limit)
    who = np.repeat(located, [len(pairs) for pairs in found])
    which = np.concatenate([np.asarray(pairs, dtype=np.intp) for pairs in found])
    distance, uncertainty = geodesics(who, which), accuracy[who] + pano_accuracy[which]
    certain, possible = distance + uncertainty <= radius[which], distance - uncertainty <= radius[which]

    classes = np.full(len(villages), "unreached", dtype="<U11")
    classes[np.isnan(here).any(axis=1)] = "no_location"
    classes[who[possible]] = "possible"
    classes[who[certain]] = "planned"
    classes[who[certain & now[which]]] = "reached"

    nearest_m = np.full(len(villages), np.nan)
    serving = np.flatnonzero(now)
    k = min(NEAREST_LOOKED_AT, len(serving))
    nearby = serving[cKDTree(there[serving]).query(here[located], k=k)[1].reshape(-1, k)]
    every = geodesics(np.repeat(located, k), nearby.ravel()).reshape(-1, k)
    nearest_m[located] = every.min(axis=1)
    return Answer(classes, nearest_m)


def count_wrong(answer: Answer, truth: Answer) -> int:
    """Count the villages whose class, or distance to the nearest pano to the centimetre, is wrong."""
    right = (answer.classes == truth.classes) & np.isclose(
        answer.nearest_m, truth.nearest_m, rtol=0, atol=0.006, equal_nan=True
    )
    return int((~right).sum())


def count_wrong_reached(reached: NDArray[np.bool_], truth: Answer) -> int:
    """Count the villages that are said to be reached in plan and are not, or the other way round."""
    return int((reached != np.isin(truth.classes, ("reached", "planned"))).sum())


def _on_sphere(table) -> NDArray[np.float64]:
    lat, lon = np.radians(table[["lat", "lon"]].to_numpy(float)).T
    return 6_371_000 * np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
