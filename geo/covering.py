"""Maximal covering location: which few sites reach most, with a bound that says how good the answer is.

The problem is that of Church and ReVelle (The maximal covering location problem, Papers of the Regional
Science Association 32, 1974). Sites that another one is as good as are left out first. Greedy choice and
exchanges give an answer, Lagrangian relaxation a bound (Galvão and ReVelle, European Journal of Operational
Research 88, 1996), which also settles most sites; what it leaves open goes to HiGHS as an integer program.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csc_array, csr_array

from geo.errors import ArgumentError

DEFAULT_SECONDS = 5.0
"""Longest time that the integer program is given, if it is given the problem at all."""

_ROUNDS = 400
# Steps of the relaxation; more improve the bound by less than a thousandth.

_PATIENCE = 15
# Steps without a better bound after which steps become half as long.

_BEND = 0.7
# Share of the last direction in the next: zigzags between the same prices cancel out.

_MOST_COMPARED = 10_000_000
# Targets up to which sites are compared with each other: a second's work, and some 200 MB.

_MOST_HANDED = 300_000
# Targets of all open sites together up to which the solver keeps to the time that it is given.

_ROUNDING = 1e-6
# Weights are whole numbers: a bound this little below one of them is that number.

Sites = NDArray[np.intp]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Quiet(highspy.Highs):
    """HiGHS without the lines that it writes on standard output, where a command's answer goes."""

    def enableCallbacks(self) -> None:
        # The first thing that a new solver does, and it would greet: later is too late for silence.
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


@dataclass(frozen=True, eq=False)
class Cover:
    """Sites chosen, and how good they are known to be.

    Attributes
    ----------
    chosen : ndarray of int
        Columns of the sites in the order in which each adds most to those before it.
    gains : ndarray of int
        Weight that each adds, above zero; they sum up to the objective.
    objective : int
        Weight covered.
    bound : int
        No choice covers more than this.
    """

    chosen: Sites
    gains: Ints
    objective: int
    bound: int

    @property
    def optimal(self) -> bool:
        """Whether the objective is proven to be the highest possible."""
        return self.objective == self.bound


def maximal_cover(
    reach: csr_array,
    weights: ArrayLike,
    budget: float,
    *,
    costs: ArrayLike | None = None,
    seconds: float = DEFAULT_SECONDS,
    start: ArrayLike = (),
) -> Cover:
    """Choose sites whose costs stay within a budget, so that the weight of what they reach is highest.

    Parameters
    ----------
    reach : csr_array of bool, shape (targets, sites)
        What each site reaches.
    weights : array_like of int, shape (targets,)
        What each target counts, from 0.
    budget : float
        The most that the sites may cost together.
    costs : array_like of float, shape (sites,), optional
        What each site costs, from 0; 1 if not given, which makes the budget a number of sites.
    seconds : float, optional
        Time that the integer program is given where the bound leaves a gap. Whatever it is, objective and
        bound hold; with more of it, they come closer.
    start : array_like of int, optional
        Columns that were chosen for a smaller budget: what is chosen now covers no less.

    Returns
    -------
    Cover
        The same for the same input, save where time ran out. Of sites that are as good, the first is taken.

    Raises
    ------
    ArgumentError
        If the lengths don't fit, a weight, a cost or the budget is below zero or not a number, or the start
        costs more than the budget.

    Examples
    --------
    >>> cover = maximal_cover(csr_array([[1, 1, 0], [0, 1, 0], [0, 0, 1]]), [5, 1, 2], 1)
    >>> cover.chosen.tolist(), cover.objective, cover.optimal
    ([1], 6, True)
    """
    weights = np.asarray(weights, dtype=np.int64)
    costs = np.ones(reach.shape[1]) if costs is None else np.asarray(costs, dtype=float)
    start = np.asarray(start, dtype=np.intp)
    _check(reach, weights, costs, budget, start)
    problem = _reduced(reach, weights, costs, budget)
    best = problem.exchanged(problem.greedy(np.empty(0, dtype=np.intp)))
    if len(start):
        begun = problem.exchanged(problem.greedy(np.flatnonzero(np.isin(problem.columns, start))))
        best = max(best, begun, key=problem.value)
    best, relaxed = problem.relaxed(best)
    bound = relaxed.bound
    if problem.value(best) < bound:
        best, bound = problem.settled(best, relaxed, seconds)
    order, gains = problem.ordered(best)
    return Cover(problem.columns[order], gains, int(gains.sum()), bound)


def _check(reach: csr_array, weights: Ints, costs: Floats, budget: float, start: Sites) -> None:
    if (len(weights), len(costs)) != reach.shape:
        raise ArgumentError(
            f"weights and costs must be as many as targets and sites, {reach.shape}, "
            f"got {(len(weights), len(costs))}"
        )
    for name, values in (("weights", weights), ("costs", costs), ("budget", budget)):
        if not (np.asarray(values) >= 0).all():
            raise ArgumentError(f"{name} must be numbers from 0, got {values!r}")
    if costs[start].sum() > budget:
        raise ArgumentError(f"start must cost the budget at most, {budget!r}, got {costs[start].sum()!r}")


def _reduced(reach: csr_array, weights: Ints, costs: Floats, budget: float) -> _Problem:
    """Return the problem without sites that can be spared, and with targets of like sites taken together."""
    reach = csr_array(reach, dtype=np.int32)
    reach.sum_duplicates()
    reach = reach[weights > 0]
    weights = weights[weights > 0]
    columns = np.flatnonzero((np.bincount(reach.indices, minlength=reach.shape[1]) > 0) & (costs <= budget))
    columns = columns[_unrivalled(csc_array(reach)[:, columns], costs[columns])]
    reach = csr_array(csc_array(reach)[:, columns])
    reach.sort_indices()
    rows = [reach.indices[a:b].tobytes() for a, b in pairwise(reach.indptr)]
    first: dict[bytes, int] = {}
    group = np.array([first.setdefault(row, len(first)) for row in rows], dtype=np.intp)
    kept = np.unique(group, return_index=True)[1]
    merged = np.bincount(group, weights, minlength=len(first)).astype(np.int64)
    reach = reach[kept]
    return _Problem(reach, csr_array(reach.T), merged, costs[columns], budget, columns)


def _unrivalled(sites: csc_array, costs: Floats) -> Sites:
    """Return the sites of which none other reaches as much for as little; of equal ones the first."""
    count, size = sites.shape[1], np.diff(sites.indptr)
    owner = np.repeat(np.arange(count), size)
    order = np.lexsort((np.bincount(sites.indices)[sites.indices], owner))
    # A rival reaches also the target that the fewest sites reach.
    rarest = sites.indices[order[sites.indptr[:-1]]]
    rivals = csr_array(sites)[rarest]
    one, other = np.repeat(np.arange(count), np.diff(rivals.indptr)), rivals.indices
    within = (size[other] >= size[one]) & (costs[other] <= costs[one])
    better = (size[other] > size[one]) | (costs[other] < costs[one]) | (other < one)
    one, other = one[within & better], other[within & better]
    if size[one].sum() > _MOST_COMPARED:
        return np.arange(count)
    rows = csr_array(sites.T)
    shared = (rows[one] * rows[other]).sum(axis=1)
    return np.setdiff1d(np.arange(count), one[shared == size[one]])


@dataclass(frozen=True, eq=False)
class _Relaxed:
    """What the relaxation found: a bound on any choice, and on those with or without one site."""

    bound: int
    with_site: Floats
    without_site: Floats


@dataclass(frozen=True, eq=False)
class _Problem:
    """A reduced problem; sites are told by their place in it, ``columns`` gives them back.

    ``reach`` has a row for each target, ``by_site`` one for each site.
    """

    reach: csr_array
    by_site: csr_array
    weights: Ints
    costs: Floats
    budget: float
    columns: Sites

    def covered(self, chosen: Sites) -> Ints:
        """Return by how many of the chosen sites each target is covered."""
        picked = np.zeros(len(self.columns), dtype=np.int64)
        picked[chosen] = 1
        return self.reach @ picked

    def value(self, chosen: Sites) -> int:
        return int(self.weights[self.covered(chosen) > 0].sum())

    def gain(self, rows: NDArray[np.bool_]) -> Ints:
        """Return the weight of some targets that each site covers."""
        return self.by_site @ np.where(rows, self.weights, 0)

    def greedy(self, chosen: Sites) -> Sites:
        """Add, while there is room, the site that covers most for its cost."""
        covered = self.covered(chosen) > 0
        room = self.budget - self.costs[chosen].sum()
        while True:
            gain = np.where(self.costs <= room, self.gain(~covered), 0)
            if not gain.any():
                return chosen
            site = int(np.argmax(gain * _per_cost(self.costs)))
            chosen = np.append(chosen, site)
            room -= self.costs[site]
            covered |= self.covered(chosen[-1:]) > 0

    def exchanged(self, chosen: Sites) -> Sites:
        """Replace chosen sites by others as long as that covers more."""
        improved = True
        while improved:
            improved = False
            for place in range(len(chosen)):
                others = np.delete(chosen, place)
                gain = self.gain(self.covered(others) == 0)
                loss = gain[chosen[place]]
                gain[self.costs > self.budget - self.costs[others].sum()] = 0
                site = int(np.argmax(gain))
                if gain[site] > loss:
                    chosen[place] = site
                    improved = True
            filled = self.greedy(chosen)
            improved |= len(filled) > len(chosen)
            chosen = filled
        return chosen

    def ordered(self, chosen: Sites) -> tuple[Sites, Ints]:
        """Return chosen sites so that each adds most to those before it, and what each adds."""
        left = np.sort(chosen)
        covered = np.zeros(len(self.weights), dtype=bool)
        order, gains = [], []
        while len(left):
            gain = self.gain(~covered)[left]
            place = int(np.argmax(gain))
            if not gain[place]:
                break
            order.append(left[place])
            gains.append(gain[place])
            covered |= self.covered(left[place : place + 1]) > 0
            left = np.delete(left, place)
        return np.array(order, dtype=np.intp), np.array(gains, dtype=np.int64)

    def relaxed(self, best: Sites) -> tuple[Sites, _Relaxed]:
        """Bound the weight that can be covered, and improve a choice by what comes up on the way.

        The rule that a target is covered only by a chosen site is given up for a price by target; prices
        follow subgradients with steps of Polyak's length, bent towards the directions before.
        """
        total = int(self.weights.sum())
        held = self.value(best)
        price = self.weights / 2
        direction = np.zeros(len(price))
        lowest, scale, since = np.inf, 1.0, 0
        found = _Relaxed(total, np.full(len(self.columns), np.inf), np.full(len(self.columns), np.inf))
        for _ in range(_ROUNDS):
            if held >= found.bound:
                break
            worth = self.by_site @ price
            inner = _knapsack(worth, self.costs, self.budget)
            limit = float((self.weights - price).sum()) + inner.value
            since += 1
            if limit < lowest - _ROUNDING:
                lowest, since = limit, 0
                bound = min(int(np.floor(limit + _ROUNDING)), total)
                found = _Relaxed(bound, limit + inner.forced_in, limit + inner.forced_out)
            covering = self.covered(inner.taken)
            if since > _PATIENCE or int(self.weights[covering > 0].sum()) > held:
                choice = self.exchanged(self.greedy(inner.taken))
                if (reached := self.value(choice)) > held:
                    best, held = choice, reached
            if since > _PATIENCE:
                scale, since = scale / 2, 0
            # At its highest price a target may be covered or not: whichever makes the smaller step.
            wanted = np.where(price < self.weights, 1, np.minimum(covering, 1))
            direction = covering - wanted + _BEND * direction
            length = float(direction @ direction)
            if not length:
                break
            step = scale * (limit - held) / length
            price = np.clip(price - step * direction, 0, self.weights)
        return best, found

    def settled(self, best: Sites, relaxed: _Relaxed, seconds: float) -> tuple[Sites, int]:
        """Look for something better among the choices that the relaxation leaves open."""
        held = self.value(best)
        surely = np.floor(relaxed.without_site + _ROUNDING) <= held
        never = np.floor(relaxed.with_site + _ROUNDING) <= held
        if (surely & never).any() or self.costs[surely].sum() > self.budget:
            return best, held
        base = np.flatnonzero(surely)
        uncovered = self.covered(base) == 0
        open_sites = np.flatnonzero(~surely & ~never)
        rest = csr_array(csc_array(self.reach[uncovered])[:, open_sites])
        if rest.nnz > _MOST_HANDED:
            return best, relaxed.bound
        chosen, limit = _integer_program(
            rest,
            self.weights[uncovered],
            self.costs[open_sites],
            self.budget - self.costs[base].sum(),
            seconds,
        )
        found = np.concatenate([base, open_sites[chosen]])
        limit += int(self.weights[~uncovered].sum())
        # What the solver takes for within the budget may be above it.
        if self.costs[found].sum() <= self.budget and self.value(found) > held:
            best, held = found, self.value(found)
        return best, max(held, min(limit, relaxed.bound))


@dataclass(frozen=True, eq=False)
class _Knapsack:
    """The best fractional filling of a knapsack, and what its value loses where an item is forced."""

    taken: Sites
    value: float
    forced_in: Floats
    forced_out: Floats


def _per_cost(costs: Floats) -> Floats:
    """Return what a worth is multiplied by to compare it by cost; what is free comes first."""
    return 1 / np.where(costs > 0, costs, np.finfo(float).tiny ** 0.5)


def _knapsack(worth: Floats, costs: Floats, budget: float) -> _Knapsack:
    ratio = worth * _per_cost(costs)
    order = np.argsort(-ratio, kind="stable")
    spent = np.cumsum(costs[order])
    full = int(np.searchsorted(spent, budget, side="right"))
    taken = order[:full]
    value = float(worth[taken].sum())
    room = budget - (spent[full - 1] if full else 0.0)
    after = float(ratio[order[full]]) if full < len(order) else 0.0
    last = after if room > 0 or not full else float(ratio[order[full - 1]])
    value += after * room
    # With room at a price, an item is worth what it brings beyond that price; at any price between that of
    # the last item taken and the first left out the value is the same.
    forced_in = np.minimum(worth - last * costs, 0)
    forced_out = -np.maximum(worth - after * costs, 0)
    return _Knapsack(taken, value, forced_in, forced_out)


def _integer_program(
    reach: csr_array, weights: Ints, costs: Floats, budget: float, seconds: float
) -> tuple[Sites, int]:
    """Return the best choice that HiGHS finds in some seconds, and its bound."""
    targets, sites = reach.shape
    solver = _Quiet()
    for name, value in {
        "time_limit": float(seconds),
        "mip_rel_gap": 0.0,
        # Weights being whole, less than one apart is none apart.
        "mip_abs_gap": 1 - 1e-3,
        # How far a whole number may be off: by the solver's own 1e-6, 34 million are 34 đồng too many.
        "mip_feasibility_tolerance": 1e-9,
    }.items():
        solver.setOptionValue(name, value)
    # Sites first, then targets; a row for each target, then the budget.
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = sites + targets, targets + 1
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_ = np.concatenate([np.zeros(sites), weights])
    program.col_lower_, program.col_upper_ = np.zeros(sites + targets), np.ones(sites + targets)
    whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    program.integrality_ = [whole] * sites + [real] * targets
    program.row_lower_ = np.full(targets + 1, -highspy.kHighsInf)
    program.row_upper_ = np.append(np.zeros(targets), budget)
    degree = np.diff(reach.indptr)
    starts = np.concatenate([[0], np.cumsum(degree + 1)])
    own = starts[1:] - 1
    index = np.empty(starts[-1] + sites, dtype=np.int32)
    value = np.full(starts[-1] + sites, -1.0)
    index[own], value[own] = sites + np.arange(targets), 1.0
    others = np.ones(starts[-1], dtype=bool)
    others[own] = False
    index[: starts[-1]][others] = reach.indices
    index[starts[-1] :], value[starts[-1] :] = np.arange(sites), costs
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.append(starts, starts[-1] + sites).astype(np.int32)
    program.a_matrix_.index_, program.a_matrix_.value_ = index, value
    solver.passModel(program)
    solver.run()
    info, solution = solver.getInfo(), solver.getSolution()
    values = np.asarray(solution.col_value[:sites]) if solution.value_valid else np.zeros(sites)
    bound = min(info.mip_dual_bound, float(weights.sum()))
    return np.flatnonzero(values > 0.5), int(np.floor(bound + _ROUNDING))
