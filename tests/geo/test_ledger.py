"""The ledger says the same as coverage, thing by thing, and leaves unknown days and people unknown."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import coverage
from geo.ledger import gaps, ledger
from geo.reach import reachers
from geo.terms import BASES, REACHING_CHANNELS
from tests.geo.spaces import ON, workspace
from tests.geo.worlds import DAY, PANO, at, days, worlds


@given(worlds())
@settings(max_examples=40)
def test_a_village_has_a_contact_exactly_where_coverage_says_reached(world):
    ws = workspace(**world)
    cells = ledger(ws, on=ON).cells()
    reach = coverage(ws, on=ON)
    counted = reach.villages.index[reach.villages["counted"]]
    for scenario, table in (("now", reach.channel_now), ("plan", reach.channel_plan)):
        expected = {
            (village, channel)
            for channel in REACHING_CHANNELS
            for village in counted
            if table.at[village, channel] == "reached"
        }
        assert set(cells.index[cells[scenario] > 0]) == expected


@given(worlds())
@settings(max_examples=40)
def test_contacts_are_the_reachers_of_every_village(world):
    ws = workspace(**world)
    contacts = ledger(ws, on=ON).contacts
    for village in ws.villages.index[ws.villages["register_status"] != "historical"]:
        found = contacts[contacts["village_id"] == village]
        expected = {
            (reach.kind, reach.id, reach.channel, reach.basis)
            for reach in reachers(ws, village, on=ON)
            if reach.verdict == "reached"
        }
        assert set(zip(found["kind"], found["id"], found["channel"], found["basis"], strict=True)) == expected


@given(worlds())
@settings(max_examples=40)
def test_counts_of_channels_add_up_to_the_cells(world):
    book = ledger(workspace(**world), on=ON)
    cells = book.cells()
    assert book.villages["channels_now"].sum() == (cells["now"] > 0).sum()
    assert book.villages["channels_plan"].sum() == (cells["plan"] > 0).sum()
    assert book.villages["channels_proven"].sum() == (cells["things_proven"] > 0).sum()
    assert set(book.villages["basis"]) <= {"", *BASES}
    assert (book.villages["channels_proven"] <= book.villages["channels_now"]).all()


@given(worlds())
@settings(max_examples=40)
def test_totals_of_communes_add_up_to_all_villages_and_to_the_cells(world):
    ws = workspace(**world)
    book = ledger(ws, on=ON)
    communes = book.totals(ws.villages["commune_code"])
    whole = book.totals(ws.villages["commune_code"].map(lambda _: "all"))
    counts = ["villages", "reached", *REACHING_CHANNELS]
    assert communes["villages"].sum() == len(book.villages)
    if len(book.villages):
        assert communes[counts].sum().tolist() == whole.loc["all", counts].tolist()
    cells = book.cells()
    for channel in REACHING_CHANNELS:
        through = cells[(cells.index.get_level_values("channel") == channel) & (cells["now"] > 0)]
        assert communes[channel].sum() == len(through)
    known = [day for day in book.villages["last_on"] if day]
    assert max((day for day in communes["last_on"] if day), default=None) == max(known, default=None)


def test_the_last_day_is_that_of_what_counts_now_and_unknown_stays_unknown():
    ws = workspace(
        villages=[{}, {}],
        activities=[
            {"village_ids": ("v1",), "starts_on": ON - 9 * DAY, "ends_on": ON - 7 * DAY, "evidence": "BB 01"},
            {"village_ids": ("v1",), "starts_on": ON - 8 * DAY},
            {"village_ids": ("v1",), "state": "planned", "starts_on": ON + DAY},
            {"village_ids": ("v2",)},
        ],
    )
    book = ledger(ws, on=ON)
    assert book.villages["last_on"].tolist() == [ON - 7 * DAY, None]
    assert book.villages["channels_proven"].tolist() == [1, 0]
    assert book.cells().loc[("v1", "leaflet"), ["now", "plan", "things_proven"]].tolist() == [2, 3, 1]


@given(worlds(), st.integers(-2, 2), st.data())
@settings(max_examples=40)
def test_no_day_is_after_the_one_asked_for(world, later, data):
    for row in world["activities"]:
        row["ends_on"] = data.draw(days)
    for row in world["panos"]:
        row["checked_on"] = data.draw(days)
    book = ledger(workspace(**world), on=ON + later * DAY)
    for found in (book.contacts["on"], book.villages["last_on"], book.cells()["last_on"]):
        assert all(day <= book.on for day in found if day is not None)


def test_what_lasts_beyond_the_date_is_dated_by_its_beginning_and_a_later_check_is_none():
    ws = workspace(
        villages=[at(0)],
        panos=[PANO | {"checked_on": ON + DAY}],
        activities=[{"village_ids": ("v1",), "starts_on": ON - DAY, "ends_on": ON + DAY}],
    )
    book = ledger(ws, on=ON)
    assert book.cells().loc["v1", ["last_on", "things_proven"]].to_numpy().tolist() == [
        [ON - DAY, 0],
        [None, 0],
    ]
    assert ledger(ws, on=ON + DAY).cells().loc["v1", "last_on"].tolist() == [ON + DAY, ON + DAY]


def test_contacts_say_the_evidence_of_what_was_done():
    ws = workspace(
        villages=[at(0)],
        panos=[PANO | {"checked_on": ON}],
        activities=[{"village_ids": ("v1",), "evidence": "BB 01"}, {"village_ids": ("v1",)}],
    )
    contacts = ledger(ws, on=ON).contacts.set_index("id")
    assert contacts["evidence"].to_dict() == {"p1": "", "a1": "BB 01", "a2": ""}
    assert contacts["proven"].to_dict() == {"p1": True, "a1": True, "a2": False}


def test_a_pano_is_proven_once_someone_has_checked_it():
    ws = workspace(
        villages=[at(0), at(5000)],
        panos=[PANO | {"checked_on": ON}, at(5000, radius_m=10.0)],
    )
    assert ledger(ws, on=ON).villages["channels_proven"].tolist() == [1, 0]


def test_what_reaches_no_village_by_itself_stands_apart():
    ws = workspace(
        villages=[{}],
        activities=[
            {"scope": "district"},
            {"channel": "press", "village_ids": ("v1",)},
            {"channel": "portal", "scope": "district", "state": "cancelled"},
            {"village_ids": ("v1",)},
        ],
    )
    book = ledger(ws, on=ON)
    assert book.wide.index.tolist() == ["a1", "a2"]
    assert book.contacts["id"].tolist() == ["a4"]


def test_gaps_come_by_poor_households_then_households_and_unknown_last():
    people = [(5, 100), (None, 300), (7, None), (5, 200), (None, None)]
    ws = workspace(villages=[{"poor_households": poor, "households": all_} for poor, all_ in people])
    order = gaps(ws, coverage(ws, on=ON).villages)
    assert order.index.tolist() == ["v3", "v4", "v1", "v2", "v5"]
    assert pd.isna(order.at["v5", "households"])


def test_an_empty_workspace_has_an_empty_ledger():
    book = ledger(workspace(), on=ON)
    assert book.contacts.empty and book.villages.empty and book.cells().empty and book.wide.empty
