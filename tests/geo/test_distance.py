"""Distances, the nearest and what is covered are those that comparing all geodesics would give."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyproj import Geod

from geo.distance import covered, earth_centred, geodesic_m, nearest

GEOD = Geod(ellps="WGS84")

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
azimuths = st.floats(-180, 180)


def all_geodesics(points, others):
    """Return every distance, points by others, from one call of the reference a pair."""
    return np.array([[GEOD.inv(b, a, d, c)[2] for c, d in others] for a, b in points]).reshape(
        len(points), len(others)
    )


@st.composite
def clusters(draw, size):
    """Draw points of which many lie as near to each other as villages do, anywhere on earth."""
    lat, lon = draw(latitudes), draw(longitudes)
    spread = draw(st.sampled_from([0.0, 10.0, 1e3, 1e4, 2e5]))
    count = draw(size)
    moves = st.tuples(azimuths, st.floats(0, 1))
    points = []
    for azimuth, part in draw(st.lists(moves, min_size=count, max_size=count)):
        east, north, _ = GEOD.fwd(lon, lat, azimuth, part * spread)
        points.append((north, east))
    return points, spread


@given(latitudes, longitudes, azimuths, st.floats(0, 20_000))
def test_geodesic_and_chord_agree_with_the_reference(lat, lon, azimuth, length):
    east, north, _ = GEOD.fwd(lon, lat, azimuth, length)
    assert geodesic_m(lat, lon, north, east) == pytest.approx(length, abs=1e-6)
    here, there = earth_centred([(lat, lon), (north, east)])
    chord = np.linalg.norm(here - there)
    assert -1e-6 < length - chord < 0.01


def test_an_unknown_coordinate_gives_an_unknown_distance():
    assert np.isnan(geodesic_m([12.7], [np.nan], [12.7], [109.2])).all()


@given(clusters(st.integers(0, 25)), st.data())
def test_nearest_is_that_of_all_geodesics(cluster, data):
    points, _ = cluster
    split = data.draw(st.integers(0, len(points)))
    targets, points = points[:split], points[split:]
    index, distance = nearest(points, targets)
    if not targets:
        assert (index == -1).all() and np.isnan(distance).all()
    elif points:
        expected = all_geodesics(points, targets)
        assert index.tolist() == expected.argmin(axis=1).tolist()
        assert distance.tolist() == expected.min(axis=1).tolist()


def test_the_first_of_equally_near_targets_is_taken():
    targets = [(12.7, 109.3), (12.7, 109.2), (12.7, 109.2), (12.7, 109.2)]
    assert nearest([(12.71, 109.2)], targets)[0].tolist() == [1]


@given(clusters(st.integers(2, 25)), st.sampled_from([-1, 0, 1]), st.data())
def test_covered_is_what_all_geodesics_say(cluster, sign, data):
    places, spread = cluster
    split = data.draw(st.integers(1, len(places) - 1))
    centres, points = places[:split], places[split:]
    lengths = st.floats(0, 1.2).map(lambda part: part * (spread or 1))
    slack = sign * np.array(data.draw(st.lists(lengths, min_size=len(points), max_size=len(points))))
    other = sign * np.array(data.draw(st.lists(lengths, min_size=split, max_size=split)))
    radius = np.array(data.draw(st.lists(lengths, min_size=split, max_size=split)))
    distance = all_geodesics(points, centres)
    # Many a point lies on the very edge, or a hair inside or outside of it.
    offsets = st.sampled_from([None, 0.0, 1e-9, -1e-9, 1e-3, -1e-3])
    for row in range(split):
        offset = data.draw(offsets)
        if offset is not None:
            at = data.draw(st.integers(0, len(points) - 1))
            radius[row] = distance[at, row] + (slack[at] + other[row]) + offset
    expected = (distance + (slack[:, None] + other) <= radius).any(axis=1)
    found = covered(points, centres, radius, point_slack_m=slack, centre_slack_m=other)
    assert found.tolist() == expected.tolist()


@given(latitudes, longitudes, azimuths, st.floats(1, 200_000))
@example(90.0, 0.0, 0.0, 1000.0)
@example(0.0, 180.0, 90.0, 20_000.0)
def test_a_millimetre_decides(lat, lon, azimuth, radius):
    inside, outside = (GEOD.fwd(lon, lat, azimuth, radius + step)[:2] for step in (-1e-3, 1e-3))
    points = [(north, east) for east, north in (inside, outside)]
    assert covered(points, [(lat, lon)], radius).tolist() == [True, False]


def test_one_far_reaching_centre_among_small_ones():
    centres = [(12.0 + step / 10, 109.0) for step in range(20)] + [(12.7, 109.0)]
    radius = [500.0] * 20 + [1_000_000.0]
    points = [(12.0, 109.004), (20.0, 109.0), (25.0, 109.0)]
    assert covered(points, centres, radius).tolist() == [True, True, False]
    assert covered(points, centres[:-1], radius[:-1]).tolist() == [True, False, False]


def test_a_centre_without_bound_covers_the_earth():
    assert covered([(-90, 0), (12.7, -71.0)], [(12.7, 109.0)], np.inf).all()


def test_a_slack_above_the_radius_covers_not_even_the_centre():
    assert not covered([(12.7, 109.0)], [(12.7, 109.0)], 100, point_slack_m=100.5).any()
    assert covered([(12.7, 109.0)], [(12.7, 109.0)], 100, point_slack_m=100).all()


def test_nothing_is_covered_by_nothing():
    assert covered([(12.7, 109.0)], [], []).tolist() == [False]
    assert covered([], [(12.7, 109.0)], 100).tolist() == []
