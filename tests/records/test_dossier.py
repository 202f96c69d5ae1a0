"""What is known of a pano besides its row: photos, history, what waits, and what the rules look at."""

from __future__ import annotations

import pytest

from records.actions import edit, remove_photo, resolve_conflict, step
from records.dossier import case_of, history, media_type, photos_of, waiting
from records.errors import Forbidden
from records.journal import Position
from records.model import ENTITIES
from records.rights import VIEWER
from tests.records.helpers import APPROVER, FIELD, PLANNER, operation, photo

HERE = Position(12.7012, 109.2213, 6)


def cells(store, entity: str, entity_id: str) -> dict:
    rows = getattr(store.workspace(), ENTITIES[entity].name)
    return {"id": entity_id} | rows.loc[entity_id].to_dict()


def test_photos_of_a_work_order_come_from_whoever_reports_and_are_the_panos_too(store):
    evidence = photo(store, "finished", position=HERE)
    with pytest.raises(Forbidden):
        edit(store, "work", "w1", {}, operation(VIEWER, photos=(evidence,)))
    pano_id = store.workspace().works.at["w1", "pano_id"]
    receipt = edit(store, "work", "w1", {}, operation(PLANNER, photos=(evidence,)))
    with store.reading() as connection:
        (shown,) = photos_of(connection, pano_id)
        assert (shown.hash, shown.work_id, shown.kind) == (evidence.hash, "w1", "finished")
        assert media_type(connection, evidence.hash) == "image/jpeg"
        case = case_of(connection, cells(store, "pano", pano_id), cells(store, "work", "w1"))
        assert case.photos == {"finished"} and case.has_position
    remove_photo(store, receipt.event_id, evidence.hash, operation(reason="chụp nhầm"))
    with store.reading() as connection:
        assert photos_of(connection, pano_id) == []
        assert media_type(connection, evidence.hash) is None
        case = case_of(connection, cells(store, "pano", pano_id), cells(store, "work", "w1"))
        assert case.photos == frozenset() and not case.has_position


def test_who_reports_may_not_edit_a_work_order(store):
    with pytest.raises(Forbidden):
        edit(store, "work", "w1", {"note": "của tôi"}, operation(FIELD, photos=(photo(store, "before"),)))


def test_the_history_of_a_pano_has_that_of_its_work(store):
    pano_id = store.workspace().works.at["w1", "pano_id"]
    edit(store, "work", "w1", {"note": "a"}, operation())
    edit(store, "pano", pano_id, {"note": "b"}, operation())
    edit(store, "pano", "p1", {"note": "c"}, operation())
    with store.reading() as connection:
        told = history(connection, pano_id)
    assert [event.id for event in told] == sorted(event.id for event in told)
    assert [(event.entity, event.entity_id) for event in told[-2:]] == [("work", "w1"), ("pano", pano_id)]


def test_what_waits_names_both_sides_until_it_is_decided(store):
    seen = {"condition": "good"}
    first = edit(store, "pano", "p1", {"condition": "minor_damage"}, operation(), seen=seen)
    second = edit(store, "pano", "p1", {"condition": "major_damage"}, operation(PLANNER), seen=seen)
    with store.reading() as connection:
        (one,) = waiting(connection)
    assert one.event.id == second.event_id and one.others["condition"].id == first.event_id
    (conflict,) = one.conflicts
    assert (conflict.was, conflict.theirs, conflict.mine) == ("good", "minor_damage", "major_damage")
    last = edit(store, "pano", "p1", {"condition": "unchecked"}, operation())
    with store.reading() as connection:
        (one,) = waiting(connection)
    assert one.others["condition"].id == last.event_id
    assert [conflict.theirs for conflict in one.conflicts] == ["unchecked"]
    resolve_conflict(store, second.event_id, {"condition": "theirs"}, operation())
    with store.reading() as connection:
        assert waiting(connection) == []


def test_what_a_step_would_have_set_waits_with_the_step(store):
    work = {"state": "approved"}
    step(store, "work", "w1", "cancel", operation(reason="thôi"))
    step(store, "work", "w1", "assign", operation(), values={"assignee": "Đội 1"}, seen=work)
    with store.reading() as connection:
        assert [one.event.action for one in waiting(connection)] == ["assign"]


def test_who_did_the_work_is_known_from_its_steps(store):
    pano_id = store.workspace().works.at["w1", "pano_id"]
    edit(store, "pano", pano_id, {"lat": "12.69", "lon": "109.26"}, operation())
    step(store, "work", "w1", "assign", operation(), values={"assignee": "Đội 1"})
    step(store, "work", "w1", "start", operation(PLANNER))
    with store.reading() as connection:
        case = case_of(connection, cells(store, "pano", pano_id), cells(store, "work", "w1"))
    assert case.doers == {PLANNER.id}
    assert APPROVER.id not in case.doers
