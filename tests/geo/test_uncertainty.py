"""A measurement settles what it is said to settle: told by computing reach again on the measured data."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import coverage
from geo.errors import ArgumentError
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
    return workspace(
        villages=draw(st.lists(rows(register_status=statuses), min_size=1, max_size=7)),
        panos=draw(st.lists(rows(radius_m=radii), min_size=1, max_size=4)),
    )


def open_villages(ws):
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
    before = open_villages(ws)
    assert set(found.open) == before
    told = {(one.kind, one.id): set(one.settles) for one in found.measurements}
    for one in found.measurements:
        assert before - open_villages(measured(ws, one)) == set(one.settles)
    for table, kind in (("villages", "village_point"), ("panos", "pano_point")):
        for id_ in getattr(ws, table).index:
            one = replace(found.measurements[0], kind=kind, id=id_) if found.measurements else None
            if one and (kind, id_) not in told:
                assert open_villages(measured(ws, one)) == before
    sizes = [len(one.settles) for one in found.measurements]
    assert sizes == sorted(sizes, reverse=True)


@settings(max_examples=20)
@given(spaces())
def test_strict_and_generous_are_those_of_coverage(ws):
    summary = coverage(ws, on=ON).summary
    found = sureness(ws, on=ON)
    assert (found.strict, found.generous) == (summary["reached"], summary["reached"] + summary["possible"])
    assert set(found.pairs["village_id"]) == set(found.open)


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
