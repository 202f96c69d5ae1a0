"""Sites chosen are the best there are, by trying them all; what is not proven is bounded."""

import subprocess
import sys
from itertools import chain, combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from geo.covering import maximal_cover
from geo.errors import ArgumentError

ROOT = Path(__file__).resolve().parents[2]


@st.composite
def problems(draw, *, with_costs):
    targets, sites = draw(st.integers(1, 9)), draw(st.integers(1, 7))
    cells = draw(st.lists(st.booleans(), min_size=targets * sites, max_size=targets * sites))
    weights = draw(st.lists(st.integers(0, 9), min_size=targets, max_size=targets))
    costs = draw(st.lists(st.integers(0, 6), min_size=sites, max_size=sites)) if with_costs else [1] * sites
    return np.array(cells).reshape(targets, sites), np.array(weights), np.array(costs, dtype=float)


def weight_of(reach, weights, chosen):
    return int(weights[reach[:, list(chosen)].any(axis=1)].sum())


def best_by_trying(reach, weights, costs, budget):
    sites = range(reach.shape[1])
    choices = chain.from_iterable(combinations(sites, n) for n in range(len(sites) + 1))
    return max(weight_of(reach, weights, c) for c in choices if costs[list(c)].sum() <= budget)


@settings(max_examples=200)
@given(st.booleans().flatmap(lambda with_costs: problems(with_costs=with_costs)), st.integers(0, 12))
def test_the_choice_is_the_best_there_is(problem, budget):
    reach, weights, costs = problem
    cover = maximal_cover(csr_array(reach), weights, budget, costs=costs)
    assert costs[cover.chosen].sum() <= budget
    assert cover.objective == best_by_trying(reach, weights, costs, budget)
    assert cover.optimal
    # Gains by order of building add up, none is nothing, and none is more than the one before.
    steps = [weight_of(reach, weights, cover.chosen[:n]) for n in range(len(cover.chosen) + 1)]
    assert np.diff(steps).tolist() == cover.gains.tolist()
    assert steps[-1] == cover.objective
    assert (cover.gains > 0).all()
    assert (np.diff(cover.gains) <= 0).all()


def scattered(rng, targets, sites, share):
    return csr_array(rng.random((targets, sites)) < share)


@pytest.mark.parametrize("seed", range(1, 30, 2))
def test_not_a_dong_is_spent_above_the_budget(seed):
    rng = np.random.default_rng(seed)
    sites = int(rng.integers(10, 15))
    reach, weights = rng.random((60, sites)) < rng.uniform(0.05, 0.3), rng.integers(1, 40, 60)
    # Offers a few đồng apart, and a đồng or two too little for some of them.
    costs = 30_000_000 + rng.integers(-3, 4, sites)
    budget = costs[rng.choice(sites, int(rng.integers(2, 7)), replace=False)].sum() - rng.integers(1, 3)
    cover = maximal_cover(csr_array(reach), weights, budget, costs=costs)
    assert costs[cover.chosen].sum() <= budget
    every = (np.arange(2**sites)[:, None] >> np.arange(sites)) & 1
    every = (every[every @ costs <= budget]).astype(np.float32)
    best = ((every @ reach.T.astype(np.float32) > 0) @ weights).max()
    assert (cover.objective, cover.bound) == (best, best)


def test_more_sites_begun_with_fewer_never_cover_less():
    rng = np.random.default_rng(24)
    reach, weights = scattered(rng, 60, 60, 0.12), rng.integers(1, 4, 60)
    nine, ten = (maximal_cover(reach, weights, count, seconds=0.0) for count in (9, 10))
    assert ten.objective < nine.objective
    begun = maximal_cover(reach, weights, 10, seconds=0.0, start=nine.chosen)
    assert nine.objective <= begun.objective <= begun.bound


@pytest.mark.parametrize("seed", range(4))
def test_hard_problems_go_through_the_integer_program_and_are_proven(seed):
    rng = np.random.default_rng(seed)
    reach, weights = scattered(rng, 60, 25, 0.12), rng.integers(1, 30, 60)
    cover = maximal_cover(reach, weights, 4)
    dense = reach.toarray()
    best = max(weight_of(dense, weights, chosen) for chosen in combinations(range(25), 4))
    assert (cover.objective, cover.bound) == (best, best)


def test_without_time_the_bound_still_holds():
    rng = np.random.default_rng(5)
    reach, weights = scattered(rng, 120, 45, 0.08), rng.integers(1, 100, 120)
    hurried, proven = (maximal_cover(reach, weights, 7, seconds=seconds) for seconds in (0.0, np.inf))
    assert proven.optimal
    assert not hurried.optimal
    assert hurried.objective <= proven.objective <= hurried.bound


@pytest.mark.parametrize("budget", [0, 3])
def test_of_equal_sites_the_first_is_taken(budget):
    cover = maximal_cover(csr_array(np.ones((4, 3), dtype=bool)), [1, 1, 1, 1], budget)
    assert cover.chosen.tolist() == ([0] if budget else [])


def test_the_cheaper_of_equal_sites_is_taken():
    cover = maximal_cover(csr_array(np.ones((2, 3), dtype=bool)), [1, 1], 10, costs=[5, 2, 2])
    assert cover.chosen.tolist() == [1]


@pytest.mark.parametrize(("targets", "sites"), [(0, 0), (0, 3), (3, 0)])
def test_nothing_to_reach_or_nowhere_to_build_is_answered(targets, sites):
    cover = maximal_cover(csr_array((targets, sites), dtype=bool), np.ones(targets, dtype=int), 2)
    assert (cover.chosen.tolist(), cover.objective, cover.bound) == ([], 0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weights": [1]},
        {"weights": [1, -1]},
        {"costs": [1, float("nan")]},
        {"budget": -1},
        {"costs": [1]},
        {"start": [0, 1]},
    ],
)
def test_what_is_no_problem_is_refused(wrong):
    arguments = {"weights": [1, 1], "budget": 1, "costs": [1, 1]} | wrong
    with pytest.raises(ArgumentError):
        maximal_cover(csr_array(np.ones((2, 2), dtype=bool)), **arguments)


def test_the_solver_writes_nothing_where_an_answer_goes():
    # In a process of its own: the solver greets but once.
    code = """
import numpy as np
from scipy.sparse import csr_array
from geo.covering import maximal_cover
rng = np.random.default_rng(1)
cover = maximal_cover(csr_array(rng.random((60, 25)) < 0.12), rng.integers(1, 30, 60), 4)
print(cover.objective)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().isdigit()
