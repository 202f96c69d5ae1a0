"""Scenarios are kept by name, and become proposed work orders once."""

import pytest

from geo.whatif import Change
from records.actions import edit
from records.errors import Forbidden, Refused
from records.scenarios import (
    changed_since,
    fitting,
    keep,
    needs_place,
    new_pano_id,
    propose,
    remove,
    scenarios,
    without,
)
from tests.folders import GIA, THO
from tests.records.helpers import APPROVER, PLANNER, operation

DROP = Change("drop", "thu-1", lat=12.71, lon=109.23)
PLACES = {"thu-1": {"name": "Pano thử", "commune_code": GIA}, "p1": {"name": "Pano dời", "commune_code": GIA}}


def kinds_of(store):
    works = store.workspace().works
    return sorted(zip(works["pano_id"], works["kind"], works["state"], strict=True))


def test_what_the_record_changed_of_its_panos_after_it_was_kept_is_told(store, clock):
    kept = keep(store, "A", [DROP, Change("retire", "p1")], operation())
    assert changed_since(store, kept) == {}
    clock.pass_by(hours=1)
    edit(store, "pano", "p1", {"lat": 12.72, "lon": 109.24, "note": "dời"}, operation())
    edit(store, "pano", "p2", {"radius_m": 900.0}, operation())
    assert changed_since(store, kept) == {"p1": ("place",)}
    clock.pass_by(hours=1)
    assert changed_since(store, keep(store, "A", kept.changes, operation())) == {}


def test_a_name_stands_for_the_last_that_was_kept(store, clock):
    first = keep(store, "  Phương   án A ", [DROP], operation())
    clock.pass_by(hours=1)
    again = keep(store, "Phương án A", [DROP, Change("retire", "p1")], operation())
    assert again.id == first.id and scenarios(store) == [again]
    assert [one.kind for one in again.changes] == ["drop", "retire"]


def test_a_removed_scenario_can_be_brought_back(store):
    kept = keep(store, "A", [DROP], operation())
    remove(store, kept.id, operation())
    assert scenarios(store) == []
    remove(store, kept.id, operation(), undo=True)
    assert scenarios(store) == [kept]


def test_changes_become_proposed_work_orders_once(store):
    before = kinds_of(store)
    changes = [DROP, Change("retire", "p1"), Change("move", "p2", lat=12.69, lon=109.26)]
    kept = keep(store, "A", changes, operation())
    op = operation()
    answers = propose(store, kept, op, places=PLACES)
    assert [one.refusal for one in answers] == [None] * 3
    workspace = store.workspace()
    (new,) = workspace.panos.index[workspace.panos["name"] == "Pano thử"]
    expected = [*before, (new, "build", "proposed"), ("p1", "remove", "proposed")]
    assert kinds_of(store) == sorted(expected)
    assert workspace.panos.loc["p2", ["lat", "lon"]].tolist() == [12.69, 109.26]
    version = store.version
    propose(store, kept, op, places=PLACES)
    assert store.version == version


def test_moving_what_stands_is_a_removal_and_a_build_elsewhere(store):
    kept = keep(store, "A", [Change("move", "p1", lat=12.72, lon=109.24)], operation())
    propose(store, kept, operation(), places=PLACES)
    workspace = store.workspace()
    (new,) = workspace.panos.index[workspace.panos["name"] == "Pano dời"]
    assert {("p1", "remove", "proposed"), (new, "build", "proposed")} <= set(kinds_of(store))
    assert workspace.panos.at["p1", "lat"] != 12.72


@pytest.mark.parametrize("tried_m", [None, 650.0])
def test_what_is_built_elsewhere_serves_as_far_as_before_or_as_was_tried(store, tried_m):
    before = store.workspace().panos.at["p1", "radius_m"]
    move = Change("move", "p1", lat=12.72, lon=109.24)
    resized = [Change("resize", "p1", radius_m=tried_m)] if tried_m else []
    propose(store, keep(store, "A", [*resized, move], operation()), operation(), places=PLACES)
    panos = store.workspace().panos
    assert panos.set_index("name").at["Pano dời", "radius_m"] == (tried_m or before)
    assert panos.at["p1", "radius_m"] == before


def test_a_new_pano_that_was_moved_and_resized_is_recorded_once_where_it_was_last(store):
    changes = [
        DROP,
        Change("resize", DROP.pano_id, radius_m=700.0),
        Change("move", DROP.pano_id, lat=12.73, lon=109.21),
    ]
    kept = keep(store, "A", changes, operation())
    (answer,) = propose(store, kept, operation(), places=PLACES)
    assert answer.refusal is None
    panos = store.workspace().panos
    (new,) = panos.index[panos["name"] == "Pano thử"]
    assert panos.loc[new, ["lat", "lon", "radius_m"]].tolist() == [12.73, 109.21, 700.0]


def test_another_radius_is_recorded_as_such(store):
    kept = keep(store, "A", [Change("resize", "p1", radius_m=650.0)], operation())
    propose(store, kept, operation(), places={})
    assert store.workspace().panos.at["p1", "radius_m"] == 650.0


def test_what_is_refused_stops_nothing_else(store):
    kept = keep(store, "A", [Change("retire", "p2"), DROP], operation())
    refused, done = propose(store, kept, operation(), places=PLACES)
    assert refused.refusal is not None and not refused.receipts
    assert done.refusal is None and len(done.receipts) == 2


def test_only_planners_keep_and_propose(store):
    kept = keep(store, "A", [DROP], operation(PLANNER))
    for attempt in (
        lambda: keep(store, "B", [DROP], operation(APPROVER)),
        lambda: remove(store, kept.id, operation(APPROVER)),
        lambda: propose(store, kept, operation(APPROVER), places=PLACES),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_a_scenario_has_a_name_and_a_change(store):
    for name, changes in ((" ", [DROP]), ("A", [])):
        with pytest.raises(Refused):
            keep(store, name, changes, operation())
    assert THO in store.workspace().panos["commune_code"].tolist()


def test_a_new_pano_has_an_id_of_its_own(store):
    panos = store.workspace().panos.index
    first = new_pano_id([], panos)
    second = new_pano_id([Change("drop", first, lat=12.7, lon=109.2)], panos)
    assert len({first, second, *panos}) == len(panos) + 2


def test_what_the_record_has_overtaken_fits_no_more():
    moved = Change("move", DROP.pano_id, lat=12.7, lon=109.2)
    retired, gone = Change("retire", "p1"), Change("retire", "p9")
    changes = (DROP, moved, retired, gone)
    assert fitting(changes, ["p1"]) == (DROP, moved, retired)
    assert fitting(without(changes, DROP.pano_id), ["p1"]) == (retired,)
    assert fitting((moved, DROP), ["p1"]) == (DROP,)
    assert fitting((DROP,), [DROP.pano_id]) == ()


def test_only_what_records_a_new_pano_needs_a_name_and_a_commune(store):
    moves = [Change("move", id_, lat=12.69, lon=109.26) for id_ in ("p1", "p2")]
    changes = [DROP, *moves, Change("retire", "p3")]
    wanted = needs_place(changes, store.workspace().panos)
    assert [one.pano_id for one in wanted] == [DROP.pano_id, "p1"]
