"""A measurement settles what it is said to settle: told by computing reach again on the measured data."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.coverage import coverage
from geo.errors import ArgumentError
from geo.ruler import StraightLines
from geo.uncertainty import sureness
from geo.workspace import Plan
from tests.geo.spaces import ON, workspace

STEP = st.integers(-12, 12).map(lambda n: n / 1000)
ACCURACY = st.sampled_from([np.nan, 0.0, 60.0, 700.0])


@st.composite
def rows(draw, **more):
    place = {"lat": 12.7 + draw(STEP), "lon": 109.2 + draw(STEP)}
    return place | {"accuracy_m": draw(ACCURACY)} | {key: draw(one) for key, one in more.items()}


@st.composite
def spaces(draw):
    statuses, radii = st.sampled_from(["official", "historical"]), st.sampled_from([np.nan, 500.0, 1200.0])
    ws = workspace(
        villages=draw(st.lists(rows(register_status=statuses), min_size=1, max_size=7)),
        panos=draw(st.lists(rows(radius_m=radii), min_size=1, max_size=4)),
    )
    return replace(ws, ruler=StraightLines(draw(st.sampled_from([1.0, 1.3, 1.7]))))


def undecided_villages(ws):
    villages = coverage(ws, on=ON).villages
    return set(villages.index[villages["counted"] & (villages["now"] == "possible")])


def measured(ws, one):
    table = "villages" if one.kind == "village_point" else "panos"
    rows = getattr(ws, table).copy()
    column, value = ("radius_m", one.enough_m) if one.kind == "pano_radius" else ("accuracy_m", 0.0)
    rows.loc[one.id, column] = value
    return replace(ws, **{table: rows})


@settings(max_examples=25)
@given(spaces())
def test_every_measurement_settles_what_it_says(ws):
    found = sureness(ws, on=ON)
    before = undecided_villages(ws)
    assert set(found.undecided) == before
    told = {(one.kind, one.id): set(one.settles) for one in found.measurements}
    for one in found.measurements:
        assert before - undecided_villages(measured(ws, one)) == set(one.settles)
        assert one.enough_m is None or one.enough_m.is_integer(), "nobody measures fractions of a metre"
    for table, kind in (("villages", "village_point"), ("panos", "pano_point")):
        for id_ in getattr(ws, table).index:
            one = replace(found.measurements[0], kind=kind, id=id_) if found.measurements else None
            if one and (kind, id_) not in told:
                assert undecided_villages(measured(ws, one)) == before
    sizes = [len(one.settles) for one in found.measurements]
    assert sizes == sorted(sizes, reverse=True)


@settings(max_examples=20)
@given(spaces())
def test_strict_and_generous_are_those_of_coverage(ws):
    summary = coverage(ws, on=ON).summary
    found = sureness(ws, on=ON)
    assert (found.strict, found.generous) == (summary["reached"], summary["reached"] + summary["possible"])
    assert set(found.pairs["village_id"]) == set(found.undecided)


def surveyed(table, bearings, shares):
    """Return points as a survey might find them: within their accuracies, and exact from then on."""
    truth = table.copy()
    by = table["accuracy_m"].fillna(0.0).to_numpy() * shares
    lon, lat, _ = Geod(ellps="WGS84").fwd(table["lon"].to_numpy(), table["lat"].to_numpy(), bearings, by)
    return truth.assign(lat=lat, lon=lon, accuracy_m=0.0)


def reached(ws):
    villages = coverage(ws, on=ON).villages
    return set(villages.index[villages["counted"] & (villages["now"] == "reached")])


@settings(max_examples=40)
@given(spaces(), st.randoms(use_true_random=False))
def test_wherever_the_points_truly_lie_reach_is_between_strict_and_generous(ws, random):
    def truth(table):
        bearings = [random.uniform(0, 360) for _ in range(len(table))]
        # A hair less than the whole accuracy: what lies on the very edge is a matter of rounding.
        return surveyed(table, bearings, [random.choice([0, 0.5, 0.999999]) for _ in range(len(table))])

    found = sureness(ws, on=ON)
    strict = reached(ws)
    true = reached(replace(ws, villages=truth(ws.villages), panos=truth(ws.panos)))
    assert strict <= true <= strict | set(found.undecided)


@pytest.mark.parametrize(("bearing", "is_reached"), [(0.0, True), (180.0, False)])
def test_an_undecided_village_may_turn_out_either_way(bearing, is_reached):
    villages = [{"lat": 12.7, "lon": 109.2, "accuracy_m": 2000.0}]
    ws = workspace(villages=villages, panos=[{"lat": 12.712, "lon": 109.2, "radius_m": 1000.0}])
    assert sureness(ws, on=ON).undecided == ("v1",)
    # The village lies as far north, towards the pano, or south as its accuracy allows; the pano where it is.
    best_or_worst = replace(ws, villages=surveyed(ws.villages, [bearing], [0.9]))
    assert (reached(best_or_worst) == {"v1"}) == is_reached
    assert sureness(best_or_worst, on=ON).undecided == ()


def test_a_radius_that_is_stated_is_not_asked_about():
    villages = [{"lat": 12.7, "lon": 109.2, "accuracy_m": 2000.0}]
    panos = [{"lat": 12.705, "lon": 109.2}]
    kinds = {
        stated: [
            one.kind for one in sureness(workspace(villages=villages, panos=panos, plan=plan)).measurements
        ]
        for stated, plan in ((False, Plan()), (True, Plan(pano_radius_m=900.0, radius_is_assumed=False)))
    }
    assert kinds == {False: ["village_point", "pano_radius"], True: ["village_point"]}


def test_an_unknown_run_is_refused():
    with pytest.raises(ArgumentError, match="soon"):
        sureness(workspace(), on=ON, scenario="soon")
