from __future__ import annotations

import pytest

from geo.text import LANGUAGES, Words
from records.errors import Forbidden
from records.lifecycle import ACTIONS
from records.rights import LOCAL_RIGHTS, RIGHTS, ROLES, SYSTEM, VIEWER, Actor, demand, may

HERE, ELSEWHERE = "22519", "22495"

# Written out once more, role by role, so that a slip in the table is seen: what each may do besides.
VIEWER_MAY = {"read"}
FIELD_MAY = VIEWER_MAY | {
    "see_people",
    "report",
    "inspect",
    "suspend",
    "start",
    "pause",
    "resume",
    "finish",
    "restart",
}
PLANNER_MAY = FIELD_MAY | {
    "export",
    "meet",
    "edit",
    "reinstate",
    "propose",
    "survey",
    "assign",
    "cancel",
    "import",
    "resolve",
}
APPROVER_MAY = FIELD_MAY | {"export", "meet", "approve", "accept", "send_back"}
ADMIN_MAY = PLANNER_MAY | APPROVER_MAY | {"manage_people", "vouch", "backup"}
EXPECTED = {
    "viewer": VIEWER_MAY,
    "field": FIELD_MAY,
    "planner": PLANNER_MAY,
    "approver": APPROVER_MAY,
    "admin": ADMIN_MAY,
}


def actor(role: str) -> Actor:
    return Actor("1", "Lan", role, frozenset({HERE}))


def test_every_role_is_spoken_of():
    assert EXPECTED.keys() == set(ROLES)
    assert set.union(*EXPECTED.values()) == RIGHTS.keys()
    assert set(LOCAL_RIGHTS) <= RIGHTS.keys()


@pytest.mark.parametrize("action", RIGHTS)
@pytest.mark.parametrize("role", ROLES)
def test_every_role_against_every_action(role, action):
    allowed = action in EXPECTED[role]
    assert may(actor(role), action, commune_code=HERE) is allowed
    if allowed:
        demand(actor(role), action, commune_code=HERE)
    else:
        with pytest.raises(Forbidden) as refusal:
            demand(actor(role), action, commune_code=HERE)
        assert not refusal.value.elsewhere


@pytest.mark.parametrize("commune", [ELSEWHERE, "", None])
@pytest.mark.parametrize("action", RIGHTS)
@pytest.mark.parametrize("role", ROLES)
def test_field_staff_act_in_their_own_communes_only(role, action, commune):
    bound = role == "field" and action not in ("read", "see_people")
    assert may(actor(role), action, commune_code=commune) is (action in EXPECTED[role] and not bound)


def test_field_staff_without_a_commune_act_nowhere():
    homeless = Actor("1", "Lan", "field")
    assert [action for action in RIGHTS if may(homeless, action, commune_code=HERE)] == ["read", "see_people"]


def test_whoever_has_not_signed_in_only_reads():
    assert [action for action in RIGHTS if may(VIEWER, action, commune_code=HERE)] == ["read"]


def test_the_program_itself_may_do_everything():
    assert all(may(SYSTEM, action) for action in RIGHTS)


def test_every_step_of_the_life_cycle_has_a_right():
    assert {action.name for action in ACTIONS} <= RIGHTS.keys()


def test_a_right_that_does_not_exist_is_a_fault_of_the_program():
    with pytest.raises(KeyError):
        may(SYSTEM, "fly")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("elsewhere", [True, False])
def test_refusals_are_told_in_words(lang, elsewhere):
    words = Words(lang)
    told = {
        Forbidden(action, role, elsewhere=elsewhere).explain(words) for action in RIGHTS for role in ROLES
    }
    assert len(told) == len(RIGHTS) * (1 if elsewhere else len(ROLES))
