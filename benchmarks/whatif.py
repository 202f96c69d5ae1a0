"""What if one pano is moved: ours against computing all reach again, in a country of villages and panos."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks import made_up
from benchmarks.measure import Line, Results
from benchmarks.reach import ON
from geo.coverage import coverage
from geo.folder import read_workspace
from geo.whatif import Change, WhatIf, changed

SIZES = {"full": (90_000, 100_000), "quick": (900, 1_000)}
"""Villages and panos."""
MOVES = 50
AGAIN = 3


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
        folder = made_up.country(Path(parent), villages=villages, panos=panos, accuracies="few")
        ws = read_workspace(folder)
    start = time.perf_counter()
    what_if = WhatIf(ws, on=ON)
    ready = time.perf_counter() - start
    rng = np.random.default_rng(1)
    which = rng.integers(panos, size=MOVES)
    moves = [
        Change("move", ws.panos.index[n], lat=ws.panos["lat"].iloc[n] + 0.01, lon=ws.panos["lon"].iloc[n])
        for n in which
    ]
    ours, again, wrong = [], [], 0
    for number, move in enumerate(moves):
        start = time.perf_counter()
        found = what_if.difference([move])
        ours.append(time.perf_counter() - start)
        if number < AGAIN:
            moved = changed(ws, [move])
            start = time.perf_counter()
            after = coverage(moved, on=ON)
            again.append(time.perf_counter() - start)
            before = what_if.reach.villages["class"].astype(str)
            now = after.villages["class"].astype(str)
            wrong += found.villages["after"].astype(str).to_dict() != now[now != before].to_dict()
    named = f"what if, one of {panos:,} panos moved"
    results.lines.append(Line(named, "s", tuple(ours), tuple(again), "all reach again", 50))
    results.lines.append(Line("  answers that differ", "", (wrong,), (), "", 0))
    results.lines.append(Line("  made ready once", "s", (ready,), (), ""))
