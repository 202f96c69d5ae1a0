"""What the map says at villages: only at those that are reached, and the same as the ledger."""

from dataclasses import replace
from datetime import timedelta

import pytest

from geo.ledger import ledger
from geo.text import LANGUAGES, Words
from tests.geo.spaces import ON, workspace
from views.desk_ledger import BASIS_MARKS, MARKS, on_map, table

WORDS = Words("vi")


@pytest.fixture
def place():
    days = [ON.replace(year=ON.year - 1), ON - timedelta(days=3), None]
    ws = workspace(
        villages=[{"name": f"Thôn {n}"} for n in range(4)],
        activities=[
            {"village_ids": ("v1",), "starts_on": days[0], "evidence": "BB 01"},
            {"village_ids": ("v2",), "starts_on": days[1], "evidence": "BB 02"},
            {"village_ids": ("v2",), "starts_on": days[1], "channel": "banner"},
            {"village_ids": ("v3",), "starts_on": days[2]},
            {"village_ids": ("v4",), "state": "planned"},
        ],
    )
    titles = [f"Hoạt động {n}" for n in range(len(ws.activities))]
    return replace(ws, activities=ws.activities.assign(title=titles))


@pytest.fixture
def book(place):
    return ledger(place, on=ON)


@pytest.mark.parametrize("what", MARKS)
def test_only_what_is_reached_has_a_mark(book, what):
    reached = book.villages.index[book.villages["channels_now"] > 0]
    assert list(on_map(book, what, WORDS)) == reached.tolist() == ["v1", "v2", "v3"]


def test_marks_say_what_was_asked_for(book):
    assert on_map(book, "count", WORDS) == {"v1": "1", "v2": "2", "v3": "1"}
    assert on_map(book, "last", WORDS) == {"v1": "12", "v2": "0", "v3": "?"}
    assert on_map(book, "evidence", WORDS) == {"v1": "1/1", "v2": "1/2", "v3": "0/1"}
    assert set(on_map(book, "basis", WORDS).values()) == {BASIS_MARKS["explicit"][0]}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_ledger_that_is_downloaded_names_every_contact_and_its_evidence(place, book, lang):
    words = Words(lang)
    rows = table(place, book, words)
    said = rows[[words(f"desk.ledger.csv.{name}") for name in ("village", "what", "evidence")]]
    assert said.to_numpy().tolist() == [
        [place.villages.at[one.village_id, "name"], place.activities.at[one.id, "title"], one.evidence]
        for one in book.contacts.itertuples()
    ]
    assert set(said.iloc[:, 2]) == {"BB 01", "BB 02", ""}
    counted = rows[words("desk.ledger.csv.scenario")] == words("desk.ledger.csv.now")
    assert counted.tolist() == book.contacts["counts_now"].tolist()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_downloaded_as_proven_says_by_what(lang):
    words, checked = Words(lang), ON - timedelta(days=3)
    ws = workspace(
        villages=[{"name": "Thôn 1"}],
        panos=[{"serves": ("v1",), "checked_on": day} for day in (checked, None, ON + timedelta(days=1))],
        activities=[{"village_ids": ("v1",), "evidence": evidence} for evidence in ("BB 01", "")],
    )
    ws = replace(ws, activities=ws.activities.assign(title="Hoạt động"))
    rows = table(ws, ledger(ws, on=ON), words)
    proven = rows[words("desk.ledger.csv.proven")] == words("desk.ledger.csv.yes")
    evidence = rows[words("desk.ledger.csv.evidence")]
    assert ((evidence != "") == proven).all()
    assert set(evidence[proven]) == {"BB 01", words("card.checked_on", date=words.date(checked))}
