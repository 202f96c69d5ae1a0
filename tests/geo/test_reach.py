"""What is shown of one village or one pano says the same as the coverage of all."""

import pytest
from hypothesis import given, settings

from geo.coverage import SCENARIOS, coverage
from geo.errors import ArgumentError
from geo.reach import Reach, reached_by_pano, reachers
from geo.terms import REACHING_CHANNELS
from tests.geo.spaces import ON, workspace
from tests.geo.worlds import PANO, at, worlds


@settings(max_examples=40)
@given(worlds())
def test_reachers_of_a_village_make_up_its_coverage(world):
    # A removal leaves a pano out of the plan although what reaches now is shown once, as of now.
    world["works"] = [work for work in world["works"] if work["kind"] != "remove"]
    ws = workspace(**world)
    found = coverage(ws, on=ON)
    for village in ws.villages.index:
        reaching = reachers(ws, village, on=ON)
        for scenario, table in zip(SCENARIOS, (found.channel_now, found.channel_plan), strict=True):
            for channel in REACHING_CHANNELS:
                verdicts = {
                    r.verdict
                    for r in reaching
                    if r.channel == channel and r.scenario in SCENARIOS[: SCENARIOS.index(scenario) + 1]
                }
                value = table.loc[village, channel]
                assert (value == "reached") == ("reached" in verdicts)
                assert (value == "possible") == (verdicts == {"possible"})


@settings(max_examples=40)
@given(worlds())
def test_both_directions_agree(world):
    ws = workspace(**world)
    from_villages = {
        reach
        for village in ws.villages.index
        for reach in reachers(ws, village, on=ON)
        if reach.kind == "pano"
    }
    from_panos = {reach for pano in ws.panos.index for reach in reached_by_pano(ws, pano, on=ON)}
    assert from_villages == {reach for reach in from_panos if reach.scenario}


def test_a_record_tells_basis_verdict_distance_and_uncertainty():
    ws = workspace(
        villages=[at(600, accuracy_m=300), at(2000, accuracy_m=50), at(5000)],
        panos=[PANO | {"accuracy_m": 200.0, "serves": ("v3",)}],
    )
    assert reached_by_pano(ws, "p1", on=ON) == [
        Reach("pano", "p1", "pano", "v3", "now", "explicit", "reached", 5000.0, 200.0),
        Reach("pano", "p1", "pano", "v1", "now", "distance", "possible", 600.0, 500.0),
    ]


def test_what_counts_now_comes_first_then_what_is_certain_then_the_nearest():
    ws = workspace(
        villages=[at(0, accuracy_m=100)],
        panos=[
            at(10, state="planned"),
            at(950),
            at(800),
            at(500),
            at(0, state="retired"),
        ],
        works=[{"pano_id": "p1"}],
        activities=[
            {"state": "planned", "village_ids": ("v1",)},
            {"scope": "communes", "commune_codes": ("101",)},
            {"channel": "press", "village_ids": ("v1",)},
            {"scope": "district", "village_ids": ("v1",)},
        ],
    )
    found = reachers(ws, "v1", on=ON)
    assert [(r.id, r.scenario, r.verdict, r.basis) for r in found] == [
        ("p4", "now", "reached", "distance"),
        ("p3", "now", "reached", "distance"),
        ("a2", "now", "reached", "commune"),
        ("p2", "now", "possible", "distance"),
        ("p1", "plan", "reached", "distance"),
        ("a1", "plan", "reached", "explicit"),
    ]


def test_a_pano_that_counts_in_neither_run_tells_what_it_would_reach():
    ws = workspace(villages=[at(0)], panos=[PANO | {"state": "retired"}])
    assert reachers(ws, "v1", on=ON) == []
    assert [(r.village_id, r.scenario) for r in reached_by_pano(ws, "p1", on=ON)] == [("v1", None)]


def test_without_a_point_a_distance_is_not_known():
    ws = workspace(villages=[{}], panos=[PANO | {"village_id": "v1"}])
    (reach,) = reachers(ws, "v1", on=ON)
    assert (reach.distance_m, reach.uncertainty_m) == (None, None)


def test_an_unknown_id_is_refused():
    ws = workspace(villages=[at(0)], panos=[PANO])
    with pytest.raises(ArgumentError, match="v9"):
        reachers(ws, "v9")
    with pytest.raises(ArgumentError, match="p9"):
        reached_by_pano(ws, "p9")
