"""Scenarios are kept by name, and become proposed work orders once."""

import unicodedata

import pytest

from geo.coverage import coverage
from geo.text import LANGUAGES, Words
from geo.whatif import Change, changed
from records.actions import edit
from records.errors import Forbidden, Refused
from records.scenarios import (
    changed_since,
    fitting,
    keep,
    needs_place,
    new_pano_id,
    propose,
    proposed_at,
    remove,
    scenarios,
    without,
)
from tests.folders import GIA, THO
from tests.records.helpers import ADMIN, APPROVER, PLANNER, operation

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
    assert changed_since(store, keep(store, "A", kept.changes, operation(), replaces=kept.id)) == {}


def test_a_scenario_of_ones_own_that_was_opened_stands_for_what_is_kept_under_its_name(store, clock):
    first = keep(store, "  Phương   án A ", [DROP], operation())
    clock.pass_by(hours=1)
    changes = [DROP, Change("retire", "p1")]
    again = keep(store, "phương án A", changes, operation(), replaces=first.id)
    assert again.id == first.id and scenarios(store) == [again]
    assert again.changes == tuple(changes) and again.name == "phương án A"
    other = keep(store, "B", [DROP], operation(), replaces=first.id)
    assert {one.id: one for one in scenarios(store)} == {again.id: again, other.id: other}


@pytest.mark.parametrize("name", ["phuong an a", unicodedata.normalize("NFD", "PHƯƠNG ÁN A")])
def test_no_name_is_taken_from_another_scenario(store, name):
    kept = keep(store, "Phương án A", [DROP], operation(PLANNER))
    for op, replaces in ((operation(PLANNER), None), (operation(ADMIN), None), (operation(ADMIN), kept.id)):
        with pytest.raises(Refused, match="scenario_name_taken") as refusal:
            keep(store, name, [Change("retire", "p1")], op, replaces=replaces)
        for lang in LANGUAGES:
            told = refusal.value.explain(Words(lang))
            assert kept.name in told and PLANNER.name in told
    assert scenarios(store) == [kept]


def test_a_removed_scenario_can_be_brought_back(store):
    kept = keep(store, "A", [DROP], operation())
    remove(store, kept.id, operation())
    assert scenarios(store) == []
    remove(store, kept.id, operation(), undo=True)
    assert scenarios(store) == [kept]


def test_a_removed_scenario_stays_so_once_another_has_its_name_or_when_it_is_kept_late(store):
    op = operation()
    removed = keep(store, "A", [DROP], op)
    assert keep(store, "A", [DROP], op) == removed
    remove(store, removed.id, operation())
    with pytest.raises(Refused, match="unknown_scenario"):
        keep(store, "A", [DROP], op)
    kept = keep(store, "a", [DROP], operation())
    with pytest.raises(Refused, match="scenario_name_taken"):
        remove(store, removed.id, operation(), undo=True)
    assert scenarios(store) == [kept]


def test_changes_become_proposed_work_orders_once(store):
    before = kinds_of(store)
    changes = [DROP, Change("retire", "p1"), Change("move", "p2", lat=12.69, lon=109.26)]
    kept = keep(store, "A", changes, operation())
    assert proposed_at(store, kept) == {}
    answers = propose(store, kept, operation(), places=PLACES)
    assert [one.refusal for one in answers] == [None] * 3
    workspace = store.workspace()
    (new,) = workspace.panos.index[workspace.panos["name"] == "Pano thử"]
    expected = [*before, (new, "build", "proposed"), ("p1", "remove", "proposed")]
    assert kinds_of(store) == sorted(expected)
    assert workspace.panos.loc["p2", ["lat", "lon"]].tolist() == [12.69, 109.26]
    version = store.version
    for actor in (PLANNER, ADMIN):
        assert propose(store, kept, operation(actor), places=PLACES) == []
    assert store.version == version
    assert proposed_at(store, kept) == dict.fromkeys(changes, store.clock())
    assert changed_since(store, kept) == {}


def test_of_a_scenario_that_was_worked_on_only_what_is_new_is_proposed(store):
    kept = keep(store, "A", [DROP], operation())
    propose(store, kept, operation(), places=PLACES)
    retire = Change("retire", "p1")
    kept = keep(store, "A", [DROP, retire], operation(), replaces=kept.id)
    (answer,) = propose(store, kept, operation(), places=PLACES)
    assert answer.change == retire and answer.refusal is None
    assert proposed_at(store, kept).keys() == {DROP, retire}


def test_what_was_refused_can_be_proposed_later(store):
    kept = keep(store, "A", [DROP], operation())
    (answer,) = propose(store, kept, operation(), places={})
    assert answer.refusal is not None and proposed_at(store, kept) == {}
    (answer,) = propose(store, kept, operation(), places=PLACES)
    assert answer.refusal is None and len(answer.receipts) == 2


def test_moving_what_stands_is_a_removal_and_a_build_elsewhere(store):
    kept = keep(store, "A", [Change("move", "p1", lat=12.72, lon=109.24)], operation())
    propose(store, kept, operation(), places=PLACES)
    workspace = store.workspace()
    (new,) = workspace.panos.index[workspace.panos["name"] == "Pano dời"]
    assert {("p1", "remove", "proposed"), (new, "build", "proposed")} <= set(kinds_of(store))
    assert workspace.panos.at["p1", "lat"] != 12.72


def test_nothing_is_taken_down_that_is_not_built_elsewhere(store):
    before, version = kinds_of(store), store.version
    kept = keep(store, "A", [Change("move", "p1", lat=12.72, lon=109.24)], operation())
    (answer,) = propose(store, kept, operation(), places={"p1": {"name": "", "commune_code": GIA}})
    assert answer.refusal is not None and answer.receipts == ()
    assert (kinds_of(store), store.version) == (before, version)


def test_once_built_elsewhere_it_reaches_what_was_tried(store):
    edit(store, "pano", "p1", {"serves": "v3", "width_cm": "400", "height_cm": "250"}, operation())
    changes = [Change("move", "p1", lat=12.72, lon=109.24, radius_m=900.0)]
    before = store.workspace()
    propose(store, keep(store, "A", changes, operation()), operation(), places=PLACES)
    panos = store.workspace().panos
    (new,) = panos.index[panos["name"] == "Pano dời"]
    assert panos.loc[new, ["width_cm", "height_cm"]].tolist() == [400, 250]
    expected = coverage(changed(before, changes), on=store.today).villages["now"]
    carried_out = changed(store.workspace(), [Change("retire", "p1")])
    carried_out.panos.loc[new, ["state", "condition"]] = ["in_service", "good"]
    assert coverage(carried_out, on=store.today).villages["now"].equals(expected)


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
