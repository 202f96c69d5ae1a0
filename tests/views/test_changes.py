"""Which rows from outside would take back what the record has learned since."""

import pytest

from records.intake import Change, Difference
from views.changes import undoes_newer


@pytest.mark.parametrize(
    ("field", "before", "after", "stored", "undoes"),
    [
        ("condition", "good", "minor_damage", "good", False),
        ("condition", "good", "minor_damage", "major_damage", True),
        # Someone has put the same thing into the record already.
        ("condition", "good", "minor_damage", "minor_damage", False),
        ("checked_on", "2026-11-24", "2026-01-01", "2026-11-24", True),
        ("checked_on", "2026-01-01", "2026-11-24", "2026-01-01", False),
        ("checked_on", None, "2026-11-24", None, False),
    ],
)
def test_what_would_be_taken_back(field, before, after, stored, undoes):
    row = Difference("pano", "p1", "changed", (Change(field, before, after, stored),), row=2)
    assert undoes_newer(row) == undoes
