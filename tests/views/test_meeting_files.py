"""What is taken home from a meeting holds names of people only for those who may export them."""

import pytest

from records.rights import ROLES, VIEWER, Actor, may
from views.meeting_files import ARCHIVE, MINUTES, forms_for


@pytest.mark.parametrize("role", ROLES)
def test_an_archive_is_for_whoever_may_export(role):
    actor = Actor("1", "Lan", role)
    assert (ARCHIVE in forms_for(actor, has_meeting=True)) == may(actor, "export")


@pytest.mark.parametrize("has_meeting", [True, False])
def test_who_has_not_signed_in_gets_prints_alone(has_meeting):
    forms = forms_for(VIEWER, has_meeting=has_meeting)
    assert forms and not {ARCHIVE, MINUTES} & set(forms)


def test_a_meeting_has_minutes_whatever_it_decided():
    actor = Actor("1", "Lan", "planner")
    assert MINUTES in forms_for(actor, has_meeting=True)
    assert MINUTES not in forms_for(actor, has_meeting=False)
