"""Where to build: ours against spopt's model of the same problem and solver, and a large case alone."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from benchmarks.measure import Line, Results
from geo.covering import maximal_cover

SIZES = {"full": (1_000, 10_000), "quick": (200, 1_000)}
"""Villages and sites, as many of each: compared, and large."""
SITES = 20
ROUNDS = 5
REACHED = {"few": 10, "many": 32}
"""Villages that a site of the large case reaches, about."""


def run(results: Results, *, size: str) -> None:
    """Measure, and add the lines.

    Parameters
    ----------
    results : Results
        What to add to.
    size : {"full", "quick"}
        See `SIZES`.
    """
    compared, large = SIZES[size]
    reach, weights = made_up(compared, reached=10)
    named = f"sites, {SITES} of {compared:,} by {compared:,}"
    times, covers = timed(reach, weights)
    try:
        theirs = [spopt(reach, weights) for _ in range(2)]
    except ImportError:
        theirs = []
        results.notes.append("spopt is not installed: sites are compared with nothing.")
    other = tuple(seconds for seconds, _ in theirs)
    results.lines.append(Line(named, "s", times, other, "spopt's MCLP on HiGHS", 20))
    if theirs:
        off = abs(covers.objective - theirs[0][1])
        results.lines.append(Line("  optimum differs by", "", (off,), (), "", 0))
    for few_or_many, reached in REACHED.items():
        reach, weights = made_up(large, reached=reached)
        times, cover = timed(reach, weights, rounds=1)
        named = f"sites, {SITES} of {large:,} by {large:,}, each reaching {few_or_many} ({reached})"
        results.lines.append(Line(named, "s", times, (10.0,), "ten seconds", 1))
        gap = 100 * (cover.bound - cover.objective) / cover.bound
        results.lines.append(Line("  proven gap, %", "", (gap,), (1.0,), "one percent", 1 if gap else 0))


def made_up(count: int, *, reached: int, seed: int = 1) -> tuple[csr_array, NDArray[np.int64]]:
    """Return which of so many scattered places reach which, and how many people live at each."""
    rng = np.random.default_rng(seed)
    places = rng.random((count, 2))
    tree = cKDTree(places)
    pairs = tree.query_pairs(np.sqrt(reached / count / np.pi), output_type="ndarray")
    both = np.concatenate([pairs, pairs[:, ::-1], np.repeat(np.arange(count)[:, None], 2, axis=1)])
    reach = csr_array((np.ones(len(both), dtype=bool), tuple(both.T)), shape=(count, count))
    return reach, rng.integers(20, 400, count)


def timed(reach: csr_array, weights: NDArray[np.int64], *, rounds: int = ROUNDS):
    """Return how long ours took each time, and its answer."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        cover = maximal_cover(reach, weights, SITES)
        times.append(time.perf_counter() - start)
    return tuple(times), cover


def spopt(reach: csr_array, weights: NDArray[np.int64]) -> tuple[float, int]:
    """Return how long spopt took to build its model and to solve it, and the weight that it covers."""
    import pulp
    from spopt.locate import MCLP

    # It asks for distances and a radius: 0 is within it, 1 is not.
    distances = 1.0 - reach.toarray()
    start = time.perf_counter()
    model = MCLP.from_cost_matrix(distances, weights, service_radius=0.5, p_facilities=SITES)
    model = model.solve(pulp.HiGHS(msg=False))
    return time.perf_counter() - start, round(pulp.value(model.problem.objective))
