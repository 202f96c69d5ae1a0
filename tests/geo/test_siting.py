"""Sites proposed for a workspace: what is a target, what a site reaches, and what is said of the unknown."""

import csv
import io
import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from scipy.sparse import csr_array

from geo.coverage import coverage
from geo.covering import maximal_cover
from geo.errors import ArgumentError
from geo.schema import MAX_LENGTH_M, MAX_MONEY_VND
from geo.siting import candidates_from, siting
from geo.terms import WEIGHTS
from geo.whatif import Change, changed
from tests.geo.spaces import ON, workspace

GEOD = Geod(ellps="WGS84")
LAT, LON = 12.7, 109.2


def at(metres, **values):
    lon, lat, _ = GEOD.fwd(LON, LAT, 90, metres)
    return {"lat": lat, "lon": lon, **values}


def space(villages, **people):
    """Return a workspace whose villages have, or lack, households."""
    ws = workspace(
        villages=[{k: v for k, v in row.items() if k not in WEIGHTS} for row in villages], **people
    )
    counts = {
        name: pd.array([row.get(name) for row in villages], dtype="Int64")
        for name in ("households", "poor_households")
    }
    return replace(ws, villages=ws.villages.assign(**counts))


@st.composite
def spaces(draw):
    place = st.integers(0, 12).map(lambda n: n * 400)
    known = st.one_of(st.none(), st.integers(0, 50))
    villages = [
        at(draw(place), accuracy_m=draw(st.sampled_from([np.nan, 0.0, 300.0, 1500.0])))
        | {"households": draw(known), "poor_households": draw(known)}
        | {"register_status": draw(st.sampled_from(["official", "official", "historical"]))}
        for _ in range(draw(st.integers(1, 8)))
    ]
    if draw(st.booleans()):
        villages.append({"register_status": "reported"})
    return space(villages, panos=[at(draw(place), radius_m=900.0)] if draw(st.booleans()) else [])


def reached_from(ws, ids, site, radius):
    """Return what a site reaches, by the words of the contract."""
    found = set()
    for id_ in ids:
        village = ws.villages.loc[id_]
        accuracy = 0 if np.isnan(village["accuracy_m"]) else village["accuracy_m"]
        metres = GEOD.inv(village["lon"], village["lat"], site["lon"], site["lat"])[2]
        if metres + accuracy <= radius:
            found.add(id_)
    return found


@settings(max_examples=50)
@given(spaces(), st.integers(1, 3), st.sampled_from(WEIGHTS), st.sampled_from([500.0, 1000.0, 2000.0]))
def test_the_sites_are_the_best_there_are(ws, count, weight, radius):
    plan = siting(ws, weight=weight, radius_m=radius, on=ON).best(count)
    reach = coverage(ws, on=ON).villages
    target = set(reach.index[reach["counted"] & (reach["plan"] != "reached")])
    assert set(plan.target.index) == target

    worth = {id_: 1 if weight == "villages" else ws.villages.loc[id_, weight] for id_ in target}
    worth = {id_: 0 if pd.isna(value) else int(value) for id_, value in worth.items()}
    assert set(plan.weight_unknown) == {
        id_ for id_ in target if weight != "villages" and pd.isna(ws.villages.loc[id_, weight])
    }
    places = candidates_from(ws, "villages").to_dict("records")
    options = [reached_from(ws, target, site, radius) for site in places]
    best = max(
        sum(worth[id_] for id_ in set().union(*chosen))
        for chosen in combinations(options, min(count, len(options)))
    )
    assert (plan.objective, plan.optimal) == (best, True)

    added = [set(ids) for ids in plan.sites["villages"]]
    assert sum(map(len, added)) == len(set().union(*added))
    assert [sum(worth[id_] for id_ in ids) for ids in added] == plan.sites["gain"].tolist()
    assert plan.sites["gain"].cumsum().tolist() == plan.sites["cumulative"].tolist()
    assert plan.sites["gain"].sum() == plan.objective
    for site in plan.sites.to_dict("records"):
        assert set(site["villages"]) <= reached_from(ws, target, site, radius)


@settings(max_examples=20)
@given(spaces(), st.integers(1, 3))
def test_once_built_the_sites_reach_what_was_said(ws, count):
    plan = siting(ws, on=ON).best(count)
    drops = [
        Change("drop", f"new{site.Index}", lat=site.lat, lon=site.lon) for site in plan.sites.itertuples()
    ]
    after = coverage(changed(ws, drops), on=ON).villages
    still = set(after.index[after["counted"] & (after["plan"] != "reached")])
    assert set(plan.target.index) - still == {id_ for ids in plan.sites["villages"] for id_ in ids}


VILLAGES = [at(0, households=10), at(3000, households=None), at(3300, households=5), {"households": 7}]


def test_panos_that_stand_or_are_approved_are_taken_as_given():
    panos = [at(0), at(3000, state="planned")]
    assert list(siting(space(VILLAGES, panos=panos[:1]), on=ON).target.index) == ["v2", "v3", "v4"]
    approved = space(VILLAGES, panos=panos, works=[{"pano_id": "p2", "kind": "build", "state": "approved"}])
    assert list(siting(approved, on=ON).target.index) == ["v4"]


def test_a_channel_chooses_what_counts_as_reached():
    ws = space(VILLAGES, activities=[{"channel": "leaflet", "village_ids": ("v1", "v2")}])
    assert list(siting(ws, on=ON).target.index) == ["v3", "v4"]
    assert len(siting(ws, on=ON, channels=("pano",)).target) == len(VILLAGES)


def test_what_is_not_known_counts_as_nothing_and_is_named():
    plan = siting(space(VILLAGES), weight="households", on=ON).best(2)
    assert plan.sites["gain"].tolist() == [10, 5]
    assert plan.sites["villages"].tolist() == [("v1",), ("v2", "v3")]
    assert (plan.weight_unknown, plan.no_location) == (("v2",), ("v4",))


def test_a_site_that_adds_nothing_is_not_proposed():
    assert len(siting(space(VILLAGES), on=ON).best(9).sites) == 2
    assert len(siting(space(VILLAGES), on=ON).curve(9)) == 2


@settings(max_examples=20)
@given(spaces(), st.sampled_from(WEIGHTS))
def test_every_point_of_the_curve_is_the_best_of_its_count(ws, weight):
    question = siting(ws, weight=weight, on=ON)
    curve = question.curve(9)
    assert [plan.objective for plan in curve] == [
        question.best(n).objective for n in range(1, len(curve) + 1)
    ]
    assert [len(plan.sites) for plan in curve] == list(range(1, len(curve) + 1))
    assert question.best(9).objective == (curve[-1].objective if curve else 0)


def test_another_site_never_reaches_less_even_without_time():
    rng = np.random.default_rng(24)
    reach = csr_array(rng.random((60, 60)) < 0.12)
    villages = [at(metres, households=int(n)) for metres, n in enumerate(rng.integers(1, 4, 60))]
    question = replace(siting(space(villages), weight="households", on=ON), reach=reach)
    reached = [plan.objective for plan in question.curve(15, seconds=0.0)]
    assert (np.diff(reached) > 0).all()


def test_the_curve_ends_where_all_that_can_be_reached_is(monkeypatch):
    counts = []

    def counted(reach, weights, count, **options):
        counts.append(count)
        return maximal_cover(reach, weights, count, **options)

    monkeypatch.setattr("geo.siting.maximal_cover", counted)
    assert len(siting(space(VILLAGES), on=ON).curve(9)) == len(counts) == 2


def test_a_budget_takes_the_place_of_a_count():
    sites = candidates_from(space(VILLAGES), "villages").assign(cost_vnd=[30e6, 14e6, np.nan])
    question = siting(space(VILLAGES), candidates=sites, on=ON)
    plan = question.best(budget_vnd=29_999_999)
    assert (plan.cost_vnd, plan.objective, plan.uncosted) == (14_000_000, 2, 1)
    assert question.best(budget_vnd=44_000_000).cost_vnd == 44_000_000
    known = siting(space(VILLAGES), candidates=sites, on=ON, cost_vnd=1_000_000)
    assert (known.best(budget_vnd=31_000_000).objective, known.best(1).uncosted) == (3, 0)


def test_nothing_is_built_in_an_excluded_area():
    area = shapely.box(LON - 0.01, LAT - 0.01, LON + 0.01, LAT + 0.01)
    plan = siting(space(VILLAGES), on=ON, excluded=[area]).best(3)
    assert plan.excluded == 1
    assert plan.sites["villages"].tolist() == [("v2", "v3")]


def test_json_has_the_contract_and_says_what_it_rests_on():
    plan = siting(space(VILLAGES), on=ON, radius_m=500).best(2)
    data = json.loads(json.dumps(plan.to_dict(), allow_nan=False))
    assert list(data)[:6] == ["sites", "target", "objective", "bound", "optimal", "weight"]
    first = {"rank": 1, "gain": 2, "cumulative": 2, "villages": ["v2", "v3"], "label": ""}
    assert {key: data["sites"][0][key] for key in first} == first
    assert (data["radius_m"], data["no_location"], data["cost_vnd"]) == (500, ["v4"], None)
    (point, _) = plan.to_geojson()["features"]
    assert point["geometry"]["coordinates"] == [data["sites"][0]["lon"], data["sites"][0]["lat"]]
    rows = list(csv.DictReader(io.StringIO(plan.to_csv())))
    assert [row["villages"] for row in rows] == ["v2;v3", "v1"]


def test_without_anything_to_reach_nothing_is_proposed():
    plan = siting(space(VILLAGES[:1], panos=[at(0)]), on=ON).best(3)
    assert plan.to_dict()["sites"] == []
    assert plan.to_csv().count("\n") == 1


@pytest.mark.parametrize(
    "options",
    [
        {"weight": "people"},
        {"radius_m": 0},
        {"radius_m": float("nan")},
        {"radius_m": np.nextafter(MAX_LENGTH_M, np.inf)},
        {"cost_vnd": -1},
        {"cost_vnd": MAX_MONEY_VND + 1},
        {"channels": ("radio",)},
        {"candidates": pd.DataFrame({"label": ["a"], "lat": [1.0]})},
        {"candidates": pd.DataFrame({"label": ["a"], "lat": [np.nan], "lon": [2.0]})},
        {"candidates": pd.DataFrame({"label": ["a"], "lat": [1.0], "lon": [2.0], "cost_vnd": [-1]})},
        {"candidates": pd.DataFrame({"label": ["a"], "lat": [1.0], "lon": [2.0], "cost_vnd": [np.inf]})},
        {"candidates": pd.DataFrame({"label": "a", "lat": [1.0, 2.0], "lon": 2.0}, index=["k", "k"])},
    ],
)
def test_what_is_no_question_is_refused(options):
    with pytest.raises(ArgumentError):
        siting(space(VILLAGES), on=ON, **options)


@pytest.mark.parametrize("options", [{}, {"count": 1, "budget_vnd": 1}, {"count": -1}])
def test_what_is_no_limit_is_refused(options):
    with pytest.raises(ArgumentError):
        siting(space(VILLAGES), on=ON).best(**options)


def test_unknown_candidates_are_refused():
    with pytest.raises(ArgumentError, match="panos"):
        candidates_from(space(VILLAGES), "panos")
