"""What is taken home from a meeting holds names of people only for those who may export them."""

import pytest

from records.rights import ROLES, VIEWER, Actor, may
from views.meeting_files import ARCHIVE, MINUTES, forms_for


@pytest.mark.parametrize("role", ROLES)
def test_an_archive_is_for_whoever_may_export(role):
    actor = Actor("1", "Lan", role)
    assert (ARCHIVE in forms_for(actor, has_meeting=True)) == may(actor, "export")


def test_who_has_not_signed_in_gets_prints_alone():
    forms = forms_for(VIEWER, has_meeting=False)
    assert forms and not {ARCHIVE, MINUTES} & set(forms)
