"""Whatever measures distances, all answers agree: with each other, and with brute force over every pair."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from geo.coverage import accuracy_m, coverage, is_located, pano_radius, points_of
from geo.distance import within
from geo.errors import ArgumentError
from geo.network import Network
from geo.ruler import Ruler, StraightLines
from geo.whatif import Change, WhatIf, changed
from tests.geo.brute import brute_coverage, geodesic_m
from tests.geo.spaces import ON, workspace
from tests.geo.ways import Ways
from tests.geo.worlds import at, points, worlds

LINES = [
    shapely.LineString([(109.1713, 12.6803), (109.2013, 12.7007), (109.2312, 12.7111)]),
    shapely.LineString([(109.2013, 12.7007), (109.2104, 12.6704)]),
    shapely.LineString([(109.1911, 12.7153), (109.2052, 12.7181)]),
]
"""Two roads that meet, and one that none joins."""
WAYS = Ways(LINES)
LOST_M = 5e-4
"""More than rounding loses along a network, less than villages lie off an edge."""


@dataclass(frozen=True)
class Case:
    """A ruler, how long it should say that ways are, and by how much it may be off, in metres."""

    ruler: Ruler
    lost_m: float = 0.0

    def length(self, start, end):
        if isinstance(self.ruler, Network):
            return WAYS.length(tuple(start), tuple(end))
        return self.ruler.detour * geodesic_m(start, end)


CASES = {
    "straight": Case(StraightLines()),
    "detour": Case(StraightLines(1.3)),
    "network": Case(Network(LINES), LOST_M),
}


@pytest.fixture(params=CASES.values(), ids=CASES.keys(), scope="module")
def case(request):
    return request.param


def space(case, world):
    """Return a world under a ruler, unless rounding could decide about one of its villages."""
    ws = replace(workspace(**world), ruler=case.ruler)
    if case.lost_m:
        villages, panos = (table[is_located(table)] for table in (ws.villages, ws.panos))
        places = [tuple(place) for table in (villages, panos) for place in points_of(table)]
        assume(not any(WAYS.has_two_ways_in(place) for place in places))
        far = np.array([[case.length(a, b) for b in points_of(panos)] for a in points_of(villages)])
        slack = accuracy_m(villages)[:, None] + accuracy_m(panos)
        radius = pano_radius(ws)[panos.index].to_numpy()
        if far.size:
            off = np.minimum(abs(far + slack - radius), abs(far - slack - radius))
            assume((off > case.lost_m).all())
    return ws


def by_brute_force(case, ws):
    return brute_coverage(ws, ON, "2023", length=case.length)


SOME = settings(max_examples=20, suppress_health_check=[HealthCheck.filter_too_much])


@SOME
@given(worlds())
def test_coverage_is_that_of_brute_force(case, world):
    ws = space(case, world)
    found, expected = coverage(ws, on=ON).to_dict(), by_brute_force(case, ws)
    for one, other in zip(found["villages"], expected["villages"], strict=True):
        metres = [village.pop("nearest_pano_m") for village in (one, other)]
        names = [village.pop("nearest_pano") for village in (one, other)]
        assert (names[0] is None) == (metres[0] is None) == (metres[1] is None)
        if names[0] is not None:
            assert metres[0] == pytest.approx(metres[1], abs=case.lost_m + 0.01 if case.lost_m else 0)
            assert names[0] == names[1] or case.lost_m
        assert one == other
    assert found["communes"] == expected["communes"]


@SOME
@given(worlds(), st.data())
def test_a_what_if_is_that_of_two_coverages(case, world, data):
    ws = replace(workspace(**world), ruler=case.ruler)
    changes = [Change("drop", "new", **data.draw(points.filter(bool)), radius_m=900.0)]
    for id_ in ws.panos.index:
        if data.draw(st.booleans()):
            changes.append(Change("move", id_, **data.draw(points.filter(bool))))
    before, after = (coverage(one, on=ON).villages["class"].astype(str) for one in (ws, changed(ws, changes)))
    found = WhatIf(ws, on=ON).difference(changes).villages
    assert found["before"].astype(str).to_dict() == before[before != after].to_dict()
    assert found["after"].astype(str).to_dict() == after[before != after].to_dict()


places = st.lists(st.builds(at, st.floats(0, 4000), st.floats(-180, 180)), min_size=1, max_size=5).map(
    lambda rows: np.array([(row["lat"], row["lon"]) for row in rows])
)
slacks = st.sampled_from([0.0, 0.1, 300.0, -250.0, 2500.0])


@SOME
@given(places, places, slacks, slacks, st.data())
def test_all_methods_say_the_same_to_the_last_digit(case, here, there, slack, centre_slack, data):
    who, which = (rows.ravel() for rows in np.indices((len(here), len(there))))
    length = case.ruler.lengths(here[who], there[which])
    assert (case.ruler.lengths(there[which], here[who]) == length).all()
    edge = data.draw(st.sampled_from(list(length[np.isfinite(length)]) or [900.0]))
    radius = edge + (slack + centre_slack)
    is_in = within(length, slack + centre_slack, radius)
    asked = (here, there, np.full(len(there), radius))
    more = {"point_slack_m": np.full(len(here), slack), "centre_slack_m": np.full(len(there), centre_slack)}
    pairs = case.ruler.covered_pairs(*asked, **more)
    assert set(zip(*map(np.ndarray.tolist, pairs), strict=True)) == set(
        zip(who[is_in].tolist(), which[is_in].tolist(), strict=True)
    )
    assert set(np.flatnonzero(case.ruler.covered(*asked, **more))) == set(who[is_in])
    index, nearest = case.ruler.nearest(here, there)
    least = length.reshape(len(here), -1).min(axis=1)
    assert (np.where(np.isnan(nearest), np.inf, nearest) == least).all()
    assert ((index >= 0) == np.isfinite(least)).all()
    assert (length.reshape(len(here), -1)[index >= 0, index[index >= 0]] == least[index >= 0]).all()


def test_a_way_leads_no_farther_than_a_straight_line():
    kinds = {name: case.ruler.kind for name, case in CASES.items()}
    assert kinds == {name: name for name in CASES}
    assert {name: float(case.ruler.straight_m(1300.0)) for name, case in CASES.items()} == {
        "straight": 1300.0,
        "detour": 1000.0,
        "network": 1300.0,
    }


@pytest.mark.parametrize("detour", [0.99, float("nan"), -1])
def test_a_way_shorter_than_a_straight_line_is_refused(detour):
    with pytest.raises(ArgumentError, match="detour"):
        StraightLines(detour)
