"""The table of columns is the contract's, and agrees with itself."""

from dataclasses import fields

import pytest

from geo.schema import COMMITMENT, KINDS, PLAN, TABLES, table
from geo.workspace import Commitment, Plan, Workspace


def test_names_and_files_are_unique():
    assert len({one.name for one in TABLES}) == len(TABLES) == len({one.file for one in TABLES})


@pytest.mark.parametrize("one", TABLES, ids=lambda one: one.name)
def test_columns_agree(one):
    assert len(set(one.names)) == len(one.names)
    for column in one.columns:
        assert column.kind in KINDS
        assert bool(column.choices) == (column.kind == "choice")
        assert column.low <= column.high
        assert not column.refers or column.refers in {other.name for other in TABLES}
    assert one.columns[0].required, "a row needs its key"


def test_every_table_has_its_place_in_the_workspace():
    places = {field.name for field in fields(Workspace)}
    assert {one.name for one in TABLES if not one.is_layer} <= places


def test_every_key_of_the_plan_has_its_field():
    assert {column.name for column in PLAN} == {field.name for field in fields(Plan)} - {
        "radius_is_assumed",
        "commitments",
        "file",
    }
    assert {column.name for column in COMMITMENT} == {field.name for field in fields(Commitment)}


def test_unknown_table_is_refused():
    with pytest.raises(KeyError, match="roads"):
        table("roads")
