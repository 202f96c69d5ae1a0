"""Distances along a network are those of a plain search, and every answer of the ruler agrees with them."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from geo.coverage import coverage
from geo.errors import ArgumentError
from geo.network import Network
from geo.reach import reached_by_pano
from geo.siting import siting
from geo.whatif import Change, WhatIf, changed
from tests.geo.spaces import ON, workspace
from tests.geo.ways import Ways

LAT, LON = 12.7, 109.2
CROSSINGS = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(
    lambda c: (LON + c[0] / 200, LAT + c[1] / 200)
)
LINES = st.lists(
    st.lists(CROSSINGS, min_size=2, max_size=4, unique=True).map(shapely.LineString), min_size=1, max_size=5
)
PLACES = st.lists(
    st.tuples(st.integers(-20, 40), st.integers(-20, 40)).map(
        lambda p: (LAT + p[0] / 2000 + 1e-5, LON + p[1] / 2000)
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(LINES, PLACES, PLACES, st.sampled_from([300.0, 900.0, 2500.0]), st.sampled_from([0.0, 200.0]))
def test_every_answer_is_that_of_a_plain_search(lines, points, centres, radius, slack):
    ways = Ways(lines)
    assume(not any(ways.has_two_ways_in(place) for place in (*points, *centres)))
    network = Network(lines)
    far = np.array([[ways.length(point, centre) for centre in centres] for point in points])
    pairs = [(who, which) for who in range(len(points)) for which in range(len(centres))]
    who, which = np.array(pairs).T
    lengths = network.lengths(np.array(points)[who], np.array(centres)[which])
    assert np.allclose(lengths, far[who, which], rtol=0, atol=0.01)

    is_in = far + slack <= radius
    if not np.any(np.abs(far + slack - radius) < 0.02):
        found = network.covered_pairs(points, centres, radius, point_slack_m=slack)
        assert set(zip(*map(np.ndarray.tolist, found), strict=True)) == set(
            zip(*np.nonzero(is_in), strict=True)
        )
        covered = network.covered(points, centres, radius, centre_slack_m=slack)
        assert covered.tolist() == is_in.any(axis=1).tolist()
    index, length = network.nearest(points, centres)
    nearest = far.min(axis=1)
    assert np.allclose(np.where(np.isnan(length), np.inf, length), nearest, rtol=0, atol=0.01)
    assert ((index >= 0) == np.isfinite(nearest)).all()
    chosen = index >= 0
    assert np.allclose(far[chosen, index[chosen]], nearest[chosen], rtol=0, atol=0.01)


AROUND = shapely.LineString([(LON, LAT), (LON, LAT + 0.01), (LON + 0.005, LAT + 0.01), (LON + 0.005, LAT)])
ISLAND = shapely.LineString([(LON + 0.1, LAT), (LON + 0.11, LAT)])
ACROSS = {"lat": LAT, "lon": LON + 0.005}
HERE = {"lat": LAT, "lon": LON}


def spaces():
    """Return a village across the water from where a pano could be: by a straight line, and by the road."""
    straight = workspace(villages=[ACROSS, HERE], panos=[HERE | {"radius_m": 1000.0}])
    return straight, replace(straight, ruler=Network([AROUND]))


def test_reach_follows_the_network_everywhere():
    straight, along = spaces()
    assert [coverage(ws, on=ON).villages["class"]["v1"] for ws in (straight, along)] == [
        "reached",
        "unreached",
    ]
    moved = [Change("move", "p1", **ACROSS)]
    assert WhatIf(straight, on=ON).difference(moved).lost == ()
    assert WhatIf(along, on=ON).difference(moved).lost == ("v2",)
    after = coverage(changed(along, moved), on=ON).villages["class"]
    assert after.tolist() == ["reached", "unreached"]
    assert list(siting(along, on=ON).target.index) == ["v1"]
    assert siting(along, on=ON).best(1).sites["villages"].tolist() == [("v1",)]
    assert coverage(along, on=ON).villages["nearest_pano_m"]["v1"] > 2500


def test_what_no_way_joins_is_out_of_reach():
    network = Network([AROUND, ISLAND])
    assert network.lengths([(LAT, LON)], [(LAT, LON + 0.1)]).tolist() == [np.inf]
    index, length = network.nearest([(LAT, LON + 0.1)], [(LAT, LON)])
    assert (index.tolist(), np.isnan(length).tolist()) == ([-1], [True])


def test_where_no_way_leads_no_pano_is_near_and_no_distance_is_told():
    there = {"lat": LAT, "lon": LON + 0.1}
    panos = [HERE | {"serves": ("v1",)}, HERE]
    ws = replace(workspace(villages=[there], panos=panos), ruler=Network([AROUND, ISLAND]))
    near = coverage(ws, on=ON).villages.loc["v1", ["nearest_pano", "nearest_pano_m"]]
    assert near.isna().all()
    (reach,) = reached_by_pano(ws, "p1", on=ON)
    assert (reach.distance_m, reach.uncertainty_m) == (None, None)


def test_a_pano_less_accurate_than_it_reaches_is_certain_of_nothing():
    pano = HERE | {"radius_m": 800.0, "accuracy_m": 1000.0}
    ws = replace(workspace(villages=[HERE], panos=[pano]), ruler=Network([AROUND]))
    assert coverage(ws, on=ON).villages["class"].tolist() == ["possible"]


def test_an_unknown_place_is_at_no_distance():
    lengths = Network([AROUND]).lengths([(np.nan, np.nan), (LAT, LON)], [(LAT, LON), (LAT, LON)])
    assert np.isnan(lengths[0])
    assert lengths[1] == pytest.approx(0, abs=0.01)


def test_a_network_without_lines_is_refused():
    with pytest.raises(ArgumentError, match="lines"):
        Network([])
