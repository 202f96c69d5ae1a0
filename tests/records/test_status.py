from __future__ import annotations

from datetime import date

import pytest

from geo.terms import PANO_STATUSES, WORK_STATES
from records.lifecycle import WORK_STATES_OPEN
from records.status import derived_status, is_inspection_due, is_overdue

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("state", "condition", "works", "status"),
    [
        ("retired", "major_damage", [("remove", "done")], "retired"),
        ("suspended", "good", [("repair_frame", "awaiting_acceptance")], "suspended"),
        ("building", "unchecked", [("build", "awaiting_acceptance")], "awaiting_acceptance"),
        ("in_service", "good", [("remove", "awaiting_acceptance")], "awaiting_acceptance"),
        ("planned", "unchecked", [("build", "approved")], "planned"),
        ("building", "unchecked", [("build", "paused")], "building"),
        ("in_service", "major_damage", [("repair_frame", "in_progress")], "repairing"),
        ("in_service", "minor_damage", [("replace_canvas", "rejected")], "repairing"),
        ("in_service", "minor_damage", [], "needs_repair"),
        ("in_service", "major_damage", [("repair_frame", "cancelled")], "needs_repair"),
        ("in_service", "good", [("replace_canvas", "approved")], "needs_repair"),
        ("in_service", "good", [("replace_canvas", "proposed")], "in_service"),
        ("in_service", "unchecked", [("build", "done")], "in_service"),
        ("in_service", "good", [("remove", "in_progress")], "in_service"),
    ],
)
def test_the_one_status_that_a_person_sees(state, condition, works, status):
    assert derived_status(state, condition, works, on=DAY) == status
    assert status in PANO_STATUSES


def test_an_old_canvas_needs_a_repair_from_the_day_after_its_last():
    for until, status in ((date(2026, 3, 1), "needs_repair"), (DAY, "in_service"), (None, "in_service")):
        assert derived_status("in_service", "good", [], content_until=until, on=DAY) == status


@pytest.mark.parametrize("state", WORK_STATES)
def test_open_work_is_overdue_from_the_day_after_it_was_due(state):
    is_open = state in WORK_STATES_OPEN
    assert is_overdue(state, date(2026, 3, 1), on=DAY) is is_open
    assert not is_overdue(state, DAY, on=DAY)
    assert not is_overdue(state, None, on=DAY)


@pytest.mark.parametrize(
    ("checked_on", "is_due"),
    [
        (None, True),
        (date(2025, 9, 1), True),
        (date(2025, 9, 2), False),
        (DAY, False),
    ],
)
def test_an_inspection_holds_for_six_months(checked_on, is_due):
    assert is_inspection_due("in_service", checked_on, on=DAY) is is_due
    assert is_inspection_due("suspended", checked_on, on=DAY) is is_due


def test_an_inspection_at_the_end_of_a_month_holds_to_the_end_of_another():
    checked_on = date(2025, 8, 31)
    assert not is_inspection_due("in_service", checked_on, on=date(2026, 2, 28))
    assert is_inspection_due("in_service", checked_on, on=date(2026, 3, 1))


@pytest.mark.parametrize("state", ["planned", "building", "retired"])
def test_what_does_not_stand_is_not_due_for_inspection(state):
    assert not is_inspection_due(state, None, on=DAY)
