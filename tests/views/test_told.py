"""What happened is told once, with how far, by whose step, and no more than its reader may know."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from geo.distance import geodesic_m
from geo.folder import read_folder
from geo.text import Words
from records.dossier import Contested
from records.history import Event
from records.rights import Actor
from tests.folders import make_folder
from tests.records.helpers import PLANNER
from views import told

WORDS = Words("vi")
READER = Actor("", "", "viewer")
NOON_AT = datetime(2024, 3, 1, 2, 30, tzinfo=UTC)
EVENT = Event(7, "op", None, "pano", "p1", "edit", {}, "stored", "a", "Lan", "web", NOON_AT, NOON_AT)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return read_folder(make_folder(tmp_path_factory.mktemp("told"))).workspace


def tell(tables, event=EVENT, *, reader=PLANNER, contested=(), others=(), **changed):
    """Return the sentence about an event that others follow, and what is said beside it."""
    event = replace(event, **changed)
    *_, (sentence, more) = told.history(
        [event, *others], tables, reader, WORDS, photos={}, contested={event.id: contested}
    )
    return sentence, more


def test_a_moved_point_is_told_once_and_how_far(tables):
    changes = {"lat": ("12.701", "12.71"), "lon": ("109.221", "109.221"), "accuracy_m": (None, "5")}
    sentence, _ = tell(tables, changes=changes)
    assert WORDS("work.history.point_moved_by", distance=WORDS.distance(995.6)) in sentence
    assert not any(told.field_name(column, WORDS) in sentence for column in told.POINT)


def test_a_day_of_inspection_that_is_set_back_is_told(tables):
    sentence, _ = tell(tables, changes={"checked_on": ("2024-03-01", "2023-01-01")})
    assert WORDS.date(datetime(2023, 1, 1)) in sentence


def test_an_inspection_that_found_nothing_new_says_what_it_found(tables):
    entered = replace(EVENT, id=6, changes={"id": (None, "p1"), "condition": (None, "good")})
    inspected = replace(EVENT, action="inspect", changes={"checked_on": ("2023-01-01", "2024-03-01")})
    (sentence, _), _ = told.history([entered, inspected], tables, PLANNER, WORDS, photos={}, contested={})
    assert WORDS("work.history.confirmed", now=WORDS("terms.condition.good")) in sentence


def test_an_inspection_older_than_the_last_one_says_what_it_found(tables):
    found = [
        Contested("condition", "major_damage", EVENT.id),
        Contested("checked_on", "2023-01-01", EVENT.id),
    ]
    sentence, _ = tell(tables, action="inspect", outcome="merged", contested=found)
    assert said("said_late", "condition", WORDS("terms.condition.major_damage")) in sentence
    assert told.field_name("checked_on", WORDS) not in sentence


def test_acceptance_is_called_acceptance(tables):
    work = replace(EVENT, entity="work", entity_id="w1", action="accept")
    sentence, _ = tell(tables, work, changes={"state": ("awaiting_acceptance", "done")})
    assert WORDS("work.history.accept", kind=WORDS("terms.work_kind.build")) in sentence


def test_the_hour_is_told_where_it_is_known(tables):
    assert "09:30" in tell(tables)[0]
    assert "09:30" in tell(tables, arrived_at=NOON_AT + timedelta(milliseconds=3))[0]
    assert ":" not in tell(tables, happened_at=NOON_AT - timedelta(days=2))[0]


def test_reasons_are_for_those_who_may_see_people(tables):
    assert "giao anh Minh" in tell(tables, reason="giao anh Minh")[1]
    sentence, more = tell(tables, reason="giao anh Minh", reader=READER)
    assert "Minh" not in sentence + more and EVENT.actor_name not in sentence


def said(outcome, column, value):
    return WORDS(f"work.history.{outcome}", field=told.field_name(column, WORDS), now=value)


@pytest.mark.parametrize(
    ("decided", "outcome"),
    [(None, "said_waits"), ("good", "said_left"), ("major_damage", "said_taken")],
)
def test_what_the_later_one_wrote_is_told_with_what_became_of_it(tables, decided, outcome):
    changes = {"condition": ("minor_damage", decided)} if decided == "major_damage" else {}
    decision = replace(
        EVENT,
        id=8,
        action="decided",
        changes=changes,
    )
    contested = [Contested("condition", "major_damage", decision.id if decided else None)]
    sentence, _ = tell(tables, contested=contested, others=[decision], outcome="needs_decision")
    assert said(outcome, "condition", WORDS("terms.condition.major_damage")) in sentence


def test_a_point_that_waits_is_told_as_one_thing(tables):
    point = {"lat": "12.71", "lon": "109.221", "accuracy_m": "5"}
    waits = [Contested(column, cell, None) for column, cell in point.items()]
    sentence, _ = tell(tables, contested=waits, outcome="needs_decision")
    assert sentence.count(WORDS("work.history.point")) == 1
    assert WORDS.number(12.71, 5) in sentence and WORDS.number(109.221, 5) in sentence


def test_who_was_to_be_given_work_is_for_those_who_may_see_people(tables):
    waits = [Contested("assignee", "anh Minh", None)]
    work = {"entity": "work", "entity_id": "w1", "contested": waits, "outcome": "needs_decision"}
    assert "anh Minh" in tell(tables, **work)[0]
    assert "anh Minh" not in tell(tables, reader=READER, **work)[0]


def test_what_came_from_a_file_is_told(tables):
    assert tell(tables, source="import")[1] == WORDS("work.history.source_import")


def test_how_far_from_the_pano_a_phone_was_is_told_to_those_who_may_see_people(tables):
    pano = tables.panos.loc[EVENT.entity_id]
    away = {"source": "field", "lat": pano["lat"] + 0.01, "lon": pano["lon"]}
    distance = WORDS.distance(float(geodesic_m(pano["lat"], pano["lon"], away["lat"], away["lon"])))
    said = WORDS("work.history.said_at", distance=distance)
    rough = f"{said} {WORDS('work.history.give_or_take', accuracy=WORDS.distance(25))}"
    assert said in tell(tables, **away)[1].split(" · ")
    assert rough in tell(tables, **away, accuracy_m=25.0)[1].split(" · ")
    assert said not in tell(tables, **away, reader=READER)[1]
    assert WORDS("work.history.said_at", distance="") not in tell(tables, source="field")[1]
