"""What happened is told once, with how far, by whose step, and no more than its reader may know."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from geo.folder import read_folder
from geo.text import Words
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


def tell(tables, event=EVENT, *, reader=PLANNER, undecided=(), **changed):
    ((sentence, more),) = told.history(
        [replace(event, **changed)], tables, reader, WORDS, photos={}, undecided=undecided
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


def test_an_inspection_that_found_nothing_new_says_so(tables):
    sentence, _ = tell(tables, action="inspect", changes={"checked_on": ("2023-01-01", "2024-03-01")})
    assert WORDS("work.history.condition_same") in sentence


def test_acceptance_is_called_acceptance(tables):
    work = replace(EVENT, entity="work", entity_id="w1", action="accept")
    sentence, _ = tell(tables, work, changes={"state": ("awaiting_acceptance", "done")})
    assert WORDS("work.history.accept", kind=WORDS("terms.work_kind.build")) in sentence


def test_the_hour_is_told_where_it_is_known(tables):
    assert "09:30" in tell(tables)[0]
    assert ":" not in tell(tables, happened_at=NOON_AT - timedelta(days=2))[0]


def test_reasons_are_for_those_who_may_see_people(tables):
    assert "giao anh Minh" in tell(tables, reason="giao anh Minh")[1]
    sentence, more = tell(tables, reason="giao anh Minh", reader=READER)
    assert "Minh" not in sentence + more and EVENT.actor_name not in sentence


def test_a_decision_is_told_as_made_once_nothing_waits(tables):
    waits, settled = WORDS("work.history.waits"), WORDS("work.history.settled")
    assert tell(tables, outcome="needs_decision", undecided={EVENT.id})[1] == waits
    assert tell(tables, outcome="needs_decision")[1] == settled


def test_what_came_from_a_file_is_told(tables):
    assert tell(tables, source="import")[1] == WORDS("work.history.source_import")
