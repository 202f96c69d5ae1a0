"""A proposal adds what approving it makes the plan reach: alone, and together without counting twice."""

import pytest
from hypothesis import given, settings

from geo.coverage import coverage
from geo.proposals import PROPOSED, additions
from tests.geo.spaces import ON, workspace
from tests.geo.worlds import at, worlds

SITE = {"state": "planned", "condition": "unchecked", "radius_m": 500.0}


def test_what_is_not_approved_yet_is_proposed():
    assert PROPOSED == ("proposed", "surveyed")


@pytest.mark.parametrize("state", PROPOSED)
def test_a_proposed_build_adds_the_villages_around_it(state):
    ws = workspace(
        villages=[at(100), at(5000), at(100, register_status="historical")],
        panos=[at(0, **SITE)],
        works=[{"pano_id": "p1", "state": state}],
    )
    (one,), together = additions(ws, on=ON)
    assert (one.work_id, one.pano_id, one.kind) == ("w1", "p1", "build")
    assert one.gained == together.gained == ("v1",)
    assert not one.lost


def test_together_a_village_counts_once():
    ws = workspace(
        villages=[at(0)],
        panos=[at(0, **SITE), at(10, **SITE)],
        works=[{"pano_id": "p1", "state": "proposed"}, {"pano_id": "p2", "state": "proposed"}],
    )
    each, together = additions(ws, on=ON)
    assert [one.gained for one in each] == [("v1",), ("v1",)]
    assert together.gained == ("v1",)


def test_a_proposed_removal_takes_away():
    ws = workspace(
        villages=[at(0)],
        panos=[at(0, radius_m=500.0)],
        works=[{"pano_id": "p1", "kind": "remove", "state": "proposed"}],
    )
    ((one,), together) = additions(ws, on=ON)
    assert one.lost == together.lost == ("v1",) and not one.gained


def test_approved_work_adds_nothing_more():
    ws = workspace(villages=[at(0)], panos=[at(0, **SITE)], works=[{"pano_id": "p1", "state": "approved"}])
    each, together = additions(ws, on=ON)
    assert each == [] and not together.gained


@given(worlds())
@settings(max_examples=40)
def test_together_is_the_plan_with_all_approved(world):
    ws = workspace(**world)
    approved = [
        work | ({"state": "approved"} if work["state"] in PROPOSED else {}) for work in world["works"]
    ]
    now, then = (coverage(one, on=ON).villages for one in (ws, workspace(**world | {"works": approved})))
    before, after = (
        set(table.index[table["counted"] & (table["plan"] == "reached")]) for table in (now, then)
    )
    _, together = additions(ws, on=ON)
    assert set(together.gained) == after - before and set(together.lost) == before - after
