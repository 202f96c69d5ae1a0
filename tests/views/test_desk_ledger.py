"""What the map says at villages: only at those that are reached, and the same as the ledger."""

from datetime import timedelta

import pytest

from geo.ledger import ledger
from geo.text import Words
from tests.geo.spaces import ON, workspace
from views.desk_ledger import BASIS_MARKS, MARKS, on_map

WORDS = Words("vi")


@pytest.fixture
def book():
    days = [ON.replace(year=ON.year - 1), ON - timedelta(days=3), None]
    return ledger(
        workspace(
            villages=[{}, {}, {}, {}],
            activities=[
                {"village_ids": ("v1",), "starts_on": days[0], "evidence": "BB 01"},
                {"village_ids": ("v2",), "starts_on": days[1], "evidence": "BB 02"},
                {"village_ids": ("v2",), "starts_on": days[1], "channel": "banner"},
                {"village_ids": ("v3",), "starts_on": days[2]},
                {"village_ids": ("v4",), "state": "planned"},
            ],
        ),
        on=ON,
    )


@pytest.mark.parametrize("what", MARKS)
def test_only_what_is_reached_has_a_mark(book, what):
    reached = book.villages.index[book.villages["channels_now"] > 0]
    assert list(on_map(book, what, WORDS)) == reached.tolist() == ["v1", "v2", "v3"]


def test_marks_say_what_was_asked_for(book):
    assert on_map(book, "count", WORDS) == {"v1": "1", "v2": "2", "v3": "1"}
    assert on_map(book, "last", WORDS) == {"v1": "12", "v2": "0", "v3": "?"}
    assert on_map(book, "evidence", WORDS) == {"v1": "1/1", "v2": "1/2", "v3": "0/1"}
    assert set(on_map(book, "basis", WORDS).values()) == {BASIS_MARKS["explicit"][0]}
