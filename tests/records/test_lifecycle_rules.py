from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.terms import PANO_STATES, WORK_EFFECTS, WORK_KINDS, WORK_STATES
from geo.text import LANGUAGES, Words
from records.errors import Forbidden, RuleBroken
from records.lifecycle import (
    ACTIONS,
    CONDITIONS_SEEN,
    GATES,
    PANO_STATES_FOR,
    WORK_STATES_ENDED,
    WORK_STATES_OPEN,
    WORK_STATES_STARTED,
    Case,
    Step,
    apply,
    available,
)
from records.rights import RIGHTS, SYSTEM, VIEWER, Actor
from tools import lifecycle_doc

DAY = date(2026, 3, 2)
UNTIL = date(2027, 3, 2)
PLANNER = Actor("1", "Nguyễn Văn Bình", "planner", login="binh")
FIELD = Actor("2", "Trần Thị Lan", "field", frozenset({"22519"}), "lan")
APPROVER = Actor("3", "Lê Hoà", "approver", login="hoa")
ADMIN = Actor("4", "Phạm Quân", "admin", login="quan")
STANDS = {
    "state": "in_service",
    "condition": "minor_damage",
    "commune_code": "22519",
    "lat": 12.7,
    "lon": 109.4,
}
PLANNED = STANDS | {"state": "planned", "condition": "unchecked"}
EVERYTHING = {"reason": "lý do", "photos": frozenset({"before", "after", "finished"}), "has_position": True}


class Story:
    """A pano and a work order, as step after step leaves them."""

    def __init__(self, kind: str, pano: dict, **work: object) -> None:
        self.pano, self.work = dict(pano), {"kind": kind, "cost_vnd": 15_000_000, **work}
        self.doers: frozenset[str] = frozenset()

    def takes(self, action: str, actor: Actor, *, reason: str = "", photos=(), position=False, **values):
        case = Case(self.pano, self.work, photos=frozenset(photos), has_position=position, doers=self.doers)
        outcome = apply(Step(action, actor, DAY, reason, values), case)
        self.work |= outcome.work
        self.pano |= outcome.pano
        if action in ("start", "resume", "restart", "finish"):
            self.doers |= {actor.id}
        return self

    @property
    def states(self) -> tuple[str, str]:
        return self.work["state"], self.pano["state"]


def begun(kind: str) -> Story:
    story = Story(kind, PLANNED if kind == "build" else STANDS).takes("propose", PLANNER)
    if kind == "build":
        story.takes("survey", PLANNER)
    return story.takes("approve", APPROVER).takes("assign", PLANNER, assignee="lan").takes("start", FIELD)


def handed_over(kind: str) -> Story:
    return begun(kind).takes("finish", FIELD, photos=EVERYTHING["photos"], position=True)


def test_a_build_from_proposal_to_service():
    story = Story("build", PLANNED)
    seen = []
    for action, actor, given_ in (
        ("propose", PLANNER, {}),
        ("survey", PLANNER, {}),
        ("approve", APPROVER, {}),
        ("assign", PLANNER, {"assignee": "Đội 1", "due_on": UNTIL}),
        ("start", FIELD, {}),
        ("pause", FIELD, {"reason": "mưa"}),
        ("resume", FIELD, {}),
        ("finish", FIELD, {"photos": ("finished",), "position": True}),
        ("send_back", APPROVER, {"reason": "khung nghiêng"}),
        ("restart", FIELD, {}),
        ("finish", FIELD, {"photos": ("finished",), "position": True}),
        ("accept", APPROVER, {}),
    ):
        seen.append(story.takes(action, actor, **given_).states)
    assert seen == [
        ("proposed", "planned"),
        ("surveyed", "planned"),
        ("approved", "planned"),
        ("assigned", "planned"),
        ("in_progress", "building"),
        ("paused", "building"),
        ("in_progress", "building"),
        ("awaiting_acceptance", "building"),
        ("rejected", "building"),
        ("in_progress", "building"),
        ("awaiting_acceptance", "building"),
        ("done", "in_service"),
    ]
    assert (story.pano["condition"], story.pano["checked_on"]) == ("good", DAY)
    assert (story.work["assignee"], story.work["due_on"]) == ("Đội 1", UNTIL)


@pytest.mark.parametrize("kind", WORK_KINDS)
def test_what_is_accepted_does_to_its_pano_what_the_plan_counts_on(kind):
    story = handed_over(kind)
    asked = {"content_until": UNTIL} if kind == "replace_canvas" else {}
    story.takes("accept", APPROVER, **asked)
    assert story.work["state"] == "done"
    effect = WORK_EFFECTS[kind] | asked
    assert {column: story.pano[column] for column in effect} == dict(effect)
    if "condition" in effect:
        assert story.pano["checked_on"] == DAY


def test_a_new_canvas_says_until_when_it_holds_or_that_nobody_knows():
    with pytest.raises(RuleBroken) as refusal:
        handed_over("replace_canvas").takes("accept", APPROVER)
    assert refusal.value.missing == ("content_until",)
    story = handed_over("replace_canvas")
    story.pano["content_until"] = DAY
    assert story.takes("accept", APPROVER, content_until=None).pano["content_until"] is None


def test_a_new_canvas_says_nothing_of_the_frame():
    story = handed_over("replace_canvas").takes("accept", APPROVER, content_until=UNTIL)
    assert story.pano["condition"] == STANDS["condition"]


@pytest.mark.parametrize("state", WORK_STATES_OPEN)
@pytest.mark.parametrize("kind", WORK_KINDS)
def test_every_open_work_order_can_be_cancelled_for_a_reason(kind, state):
    started = kind == "build" and state in WORK_STATES_STARTED
    story = Story(kind, PLANNED if kind == "build" else STANDS, state=state)
    if started:
        story.pano["state"] = "building"
    with pytest.raises(RuleBroken) as refusal:
        story.takes("cancel", PLANNER, reason=" \n")
    assert refusal.value.missing == ("reason",)
    expected = "planned" if kind == "build" else "in_service"
    assert story.takes("cancel", PLANNER, reason="hết kinh phí").states == ("cancelled", expected)


def test_cancelling_a_stray_build_leaves_a_pano_that_stands():
    story = Story("build", STANDS, state="in_progress").takes("cancel", PLANNER, reason="nhập nhầm")
    assert story.states == ("cancelled", "in_service")


@pytest.mark.parametrize("action", sorted({action.name for action in ACTIONS}))
@pytest.mark.parametrize("state", WORK_STATES_ENDED)
@pytest.mark.parametrize("kind", WORK_KINDS)
def test_what_has_ended_is_never_reopened(kind, state, action):
    case = Case(STANDS, {"kind": kind, "state": state}, photos=EVERYTHING["photos"], has_position=True)
    with pytest.raises(RuleBroken) as refusal:
        apply(Step(action, ADMIN, DAY, "lý do"), case)
    assert refusal.value.code == "not_possible"
    assert available(case, ADMIN, on=DAY) == []


def test_all_that_is_missing_is_said_at_once():
    unknown = PLANNED | {"lat": float("nan"), "lon": None}
    with pytest.raises(RuleBroken) as refusal:
        Story("build", unknown, state="surveyed", cost_vnd=None).takes("approve", APPROVER)
    assert refusal.value.code == "missing"
    assert refusal.value.missing == ("site_point", "cost_or_reason")
    with pytest.raises(RuleBroken) as refusal:
        Story("build", PLANNED | {"state": "building"}, state="in_progress").takes("finish", FIELD)
    assert refusal.value.missing == ("photo_finished", "position")


@pytest.mark.parametrize("kind", ["repair_frame", "replace_canvas"])
@pytest.mark.parametrize(
    ("photos", "missing"),
    [
        ((), ("photo_before", "photo_after")),
        (("before",), ("photo_after",)),
        (("after",), ("photo_before",)),
        (("finished", "other"), ("photo_before", "photo_after")),
    ],
)
def test_a_repair_is_handed_over_with_photos_of_before_and_after(kind, photos, missing):
    with pytest.raises(RuleBroken) as refusal:
        begun(kind).takes("finish", FIELD, photos=photos)
    assert refusal.value.missing == missing
    assert begun(kind).takes("finish", FIELD, photos=("before", "after")).states[0] == "awaiting_acceptance"


@pytest.mark.parametrize("cost", [None, float("nan"), ""])
def test_a_build_without_a_cost_is_approved_with_a_word_on_why(cost):
    story = Story("build", PLANNED, state="surveyed", cost_vnd=cost)
    assert story.takes("approve", APPROVER, reason="chờ báo giá").work["state"] == "approved"


def test_a_build_is_surveyed_before_it_is_approved_and_nothing_else_is():
    with pytest.raises(RuleBroken, match="not_possible"):
        Story("build", PLANNED, state="proposed").takes("approve", APPROVER)
    with pytest.raises(RuleBroken, match="not_possible"):
        Story("remove", STANDS, state="proposed").takes("survey", PLANNER)


@pytest.mark.parametrize("kind", WORK_KINDS)
def test_who_did_the_work_does_not_accept_it(kind):
    for doer in (APPROVER, ADMIN):
        story = handed_over(kind)
        story.doers |= {doer.id}
        with pytest.raises(RuleBroken) as refusal:
            story.takes("accept", doer)
        assert "someone_else" in refusal.value.missing


@pytest.mark.parametrize("assignee", ["hoa", "HOA", "Lê Hòa", " lê hoà "])
def test_whoever_the_work_was_given_to_does_not_accept_it(assignee):
    story = handed_over("remove")
    story.work["assignee"] = assignee
    with pytest.raises(RuleBroken) as refusal:
        story.takes("accept", APPROVER)
    assert refusal.value.missing == ("someone_else",)
    assert story.takes("accept", ADMIN).work["state"] == "done"


@pytest.mark.parametrize("assignee", ["", None])
def test_work_given_to_nobody_is_not_that_of_a_nameless_account(assignee):
    story = handed_over("remove")
    story.work["assignee"] = assignee
    assert story.takes("accept", SYSTEM).work["state"] == "done"


@pytest.mark.parametrize("state", PANO_STATES)
@pytest.mark.parametrize("kind", WORK_KINDS)
def test_work_is_proposed_for_a_pano_that_it_fits(kind, state):
    story = Story(kind, STANDS | {"state": state})
    if state in PANO_STATES_FOR[kind]:
        assert story.takes("propose", PLANNER, due_on=UNTIL).work["due_on"] == UNTIL
    else:
        with pytest.raises(RuleBroken) as refusal:
            story.takes("propose", PLANNER)
        assert refusal.value.missing == ("pano_fits",)


def test_the_same_work_is_not_proposed_twice():
    case = Case(STANDS, {"kind": "repair_frame"}, other_open=("repair_frame", "remove"))
    with pytest.raises(RuleBroken) as refusal:
        apply(Step("propose", PLANNER, DAY), case)
    assert refusal.value.missing == ("no_twin",)
    assert apply(Step("propose", PLANNER, DAY), replace(case, other_open=("replace_canvas",)))


def test_a_pano_is_removed_once_nothing_else_is_open_on_it():
    case = Case(STANDS, {"kind": "remove", "state": "awaiting_acceptance"}, other_open=("repair_frame",))
    with pytest.raises(RuleBroken) as refusal:
        apply(Step("accept", APPROVER, DAY), case)
    assert refusal.value.missing == ("nothing_else_open",)


def test_a_suspended_pano_is_repaired_and_stays_suspended():
    story = begun("repair_frame")
    story.pano["state"] = "suspended"
    story.takes("finish", FIELD, photos=("before", "after")).takes("accept", APPROVER)
    assert (story.pano["state"], story.pano["condition"]) == ("suspended", "good")


def pano_step(state: str, action: str, actor: Actor = PLANNER, reason: str = "", **values):
    return apply(Step(action, actor, DAY, reason, values), Case(STANDS | {"state": state})).pano


def test_a_pano_is_suspended_for_a_reason_and_reinstated():
    assert pano_step("in_service", "suspend", FIELD, "cây đổ") == {"state": "suspended"}
    assert pano_step("suspended", "reinstate") == {"state": "in_service"}
    with pytest.raises(RuleBroken) as refusal:
        pano_step("in_service", "suspend")
    assert refusal.value.missing == ("reason",)


@pytest.mark.parametrize("state", ["in_service", "suspended"])
@pytest.mark.parametrize("condition", CONDITIONS_SEEN)
def test_an_inspection_sets_the_condition_and_its_day(state, condition):
    outcome = pano_step(state, "inspect", FIELD, condition=condition)
    assert outcome == {"condition": condition, "checked_on": DAY}


@pytest.mark.parametrize("condition", ["unchecked", "fine", None])
def test_an_inspection_finds_a_condition(condition):
    with pytest.raises(RuleBroken) as refusal:
        pano_step("in_service", "inspect", condition=condition)
    assert refusal.value.missing == ("condition",)


@pytest.mark.parametrize("state", ["planned", "building", "retired"])
@pytest.mark.parametrize("action", ["suspend", "reinstate", "inspect"])
def test_what_does_not_stand_is_not_inspected_or_suspended(state, action):
    with pytest.raises(RuleBroken, match="not_possible"):
        pano_step(state, action, reason="lý do")


def test_steps_are_refused_to_those_who_may_not():
    with pytest.raises(Forbidden):
        Story("remove", STANDS, state="proposed").takes("approve", PLANNER)
    elsewhere = STANDS | {"commune_code": "22495"}
    with pytest.raises(Forbidden):
        Story("remove", elsewhere, state="assigned").takes("start", FIELD)


def test_a_step_brings_nothing_that_it_does_not_take():
    with pytest.raises(ValueError, match="cost_vnd"):
        Story("remove", STANDS, state="assigned").takes("start", FIELD, cost_vnd=1)


def test_offers_say_what_is_asked_for_and_what_is_missing():
    case = Case(PLANNED | {"lat": None}, {"kind": "build", "state": "surveyed", "cost_vnd": None})
    (approve,) = available(case, APPROVER, on=DAY)
    assert (approve.action, approve.asks, approve.missing) == ("approve", ("reason",), ("site_point",))
    assert {offer.action for offer in available(case, ADMIN, on=DAY)} == {"approve", "cancel"}
    assert available(case, VIEWER, on=DAY) == []
    (assign,) = [o for o in available(Case(STANDS, {"kind": "remove", "state": "approved"}), PLANNER)
                 if o.action == "assign"]  # fmt: skip
    assert (assign.asks, assign.takes) == (("assignee",), ("due_on",))


ANSWERS = {"reason": "lý do", "assignee": "Đội 1", "content_until": UNTIL, "condition": "good"}


@given(
    kind=st.sampled_from(("", *WORK_KINDS)),
    state=st.sampled_from(("", *WORK_STATES)),
    pano_state=st.sampled_from(PANO_STATES),
    cost=st.sampled_from([None, 1]),
    lat=st.sampled_from([None, 12.7]),
    photos=st.frozensets(st.sampled_from(["before", "after", "finished"])),
    has_position=st.booleans(),
    other_open=st.lists(st.sampled_from(WORK_KINDS)).map(tuple),
    actor=st.sampled_from([VIEWER, FIELD, PLANNER, APPROVER, ADMIN]),
    doers=st.frozensets(st.sampled_from([FIELD.id, APPROVER.id])),
)
def test_what_is_offered_is_what_is_taken(
    kind, state, pano_state, cost, lat, photos, has_position, other_open, actor, doers
):
    work = {"kind": kind, "state": state, "cost_vnd": cost} if kind else None
    pano = STANDS | {"state": pano_state, "lat": lat}
    case = Case(pano, work, other_open, photos, has_position, doers)
    offers = {offer.action: offer for offer in available(case, actor, on=DAY)}
    for name in {action.name for action in ACTIONS}:
        offer = offers.get(name)
        asked = {field: ANSWERS[field] for field in offer.asks} if offer else {}
        reason = asked.pop("reason", "")
        try:
            outcome = apply(Step(name, actor, DAY, reason, asked), case)
        except Forbidden:
            assert offer is None
        except RuleBroken as refusal:
            if refusal.code == "not_possible":
                assert offer is None
            else:
                assert refusal.missing == offer.missing != ()
        else:
            assert offer.missing == ()
            assert outcome.work.get("state", "proposed") in WORK_STATES
            assert outcome.pano.get("state", pano_state) in PANO_STATES


def test_every_state_can_be_reached_and_the_ends_are_ends():
    of_work = [action for action in ACTIONS if action.kinds]
    assert {action.after for action in of_work} == set(WORK_STATES)
    assert {state for action in of_work for state in action.before} == {"", *WORK_STATES_OPEN}


def test_the_table_uses_no_name_twice_for_the_same_case():
    cases = [
        (action.name, kind, state)
        for action in ACTIONS
        for kind in action.kinds or ("",)
        for state in action.before
    ]
    assert len(cases) == len(set(cases))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_and_gate_has_its_right_and_its_words(lang):
    words = Words(lang)
    assert {action.name for action in ACTIONS} <= RIGHTS.keys()
    assert {gate for action in ACTIONS for gate in action.gates} == GATES.keys()
    for action in ACTIONS:
        assert RuleBroken("not_possible", action.name).explain(words)
        assert RuleBroken("missing", action.name, missing=action.gates).explain(words)


def test_the_document_has_the_tables_of_the_code():
    text = lifecycle_doc.DOCUMENT.read_text(encoding="utf-8")
    assert text == lifecycle_doc.filled(text), "python -m tools.lifecycle_doc"
    for table in (lifecycle_doc.steps(), lifecycle_doc.gates(), lifecycle_doc.rights()):
        assert table in text
