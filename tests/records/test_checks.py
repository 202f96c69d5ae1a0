"""One row is checked as a whole folder is, however little of it changes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from records.checks import check_row
from records.model import ENTITIES, PRESENT

VALUES = (None, "", "x", "-1", "0", "99999999", "2001-02-30", "1990-01-01", "2100-01-01", "v1;v9")
"""Cells that some columns take and others do not, by themselves or beside what stands there."""


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_change_of_one_cell_is_found_as_wrong_as_in_a_check_of_all(store, entity):
    one, found = ENTITIES[entity], set()
    with store.writing() as connection:
        row = dict(connection.execute(select(PRESENT[entity])).mappings().first())
        del row["place"]
        assert check_row(connection, entity, row, one.names).findings == []
        for column in set(one.names) - {one.key}:
            for value in VALUES:
                cells = row | {column: value or None}
                of_all = check_row(connection, entity, cells, one.names).findings
                assert check_row(connection, entity, cells, {column}).findings == of_all, (column, value)
                found |= {finding.code for finding in of_all}
    assert len(found) > 3
