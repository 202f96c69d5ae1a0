"""Decisions of a meeting: taken on the map, listed, taken back, and handed out when the meeting ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from geo.proposals import PROPOSED
from geo.units import commune_at
from geo.workspace import Workspace
from records.decisions import Decision, decide, decisions, end_meeting, finish_task, withdraw
from records.errors import RecordsError
from records.lifecycle import REPAIR_KINDS, WORK_STATES_OPEN
from records.meetings import Meeting
from records.rights import may
from reports.decisions import became, said_of
from views import address, page
from views.forms import DATES
from views.meeting_sites import Place
from views.visit import Visit

FIELDS = ("kind", "name", "label", "note", "said_by", "assignee", "due_on")
PLACE, PLACE_ON = "meeting_place", "meeting_place_on"
"""Keys of the place that was chosen, and of whether the next click on the map chooses one."""
PLACE_STEPS = ("late", "proposed")
SAID = "meeting_decision"
BECAME = ("done", "task")
"""Outcomes that stand on the work board."""


def of(visit: Visit, meeting: Meeting | None) -> list[Decision]:
    """Return the decisions of a meeting, for whoever may see who took them."""
    if meeting is None or not may(visit.actor, "see_people"):
        return []
    return decisions(visit.store, meeting.id)


def may_decide(visit: Visit, meeting: Meeting | None) -> bool:
    """Return whether this reader can write down a decision now."""
    return meeting is not None and meeting.is_open and may(visit.actor, "meet")


def arrive() -> None:
    """Begin a step with nothing chosen and nothing said."""
    let_go()
    st.session_state.pop(PLACE_ON, None)


def let_go() -> None:
    """Let go of what was chosen, and of what was last said."""
    address.select("", "", move=False)
    st.session_state.pop(PLACE, None)
    page.forget(SAID)


def choose_place(place: Place) -> None:
    """Take a place on the map as that of a new pano."""
    let_go()
    st.session_state[PLACE] = place


def chosen_place() -> Place | None:
    """Return the place that was chosen."""
    return st.session_state.get(PLACE)


def asks_for_place(visit: Visit, meeting: Meeting | None) -> bool:
    """Return whether the next click on the map is a place."""
    state = st.session_state
    return may_decide(visit, meeting) and state["step"] in PLACE_STEPS and state.get(PLACE_ON, False)


def taking(visit: Visit, workspace: Workspace, meeting: Meeting | None) -> None:
    """Draw the form that writes down a decision about what is selected on the map."""
    words, state = visit.words, st.session_state
    page.said(SAID)
    if not may_decide(visit, meeting):
        return
    if state["step"] in PLACE_STEPS:
        st.toggle(words("meeting.proposed.pick_place"), key=PLACE_ON, on_change=let_go)
    subject, about, kinds, known = _about(visit, workspace)
    if not kinds:
        return
    st.html(f"<h3>{words('meeting.decision.take')}</h3>")
    op_id = state.setdefault("decision_op", page.new_id())
    # What was typed about one thing is not said of another.
    keys = {name: f"{name}/{op_id}/{subject}" for name in FIELDS}
    st.selectbox(words("meeting.decision.kind"), list(kinds), key=keys["kind"], format_func=kinds.__getitem__)
    kind = state[keys["kind"]]
    with st.form("decision_form", border=False):
        page.lead(about)
        if kind == "site":
            place = chosen_place()
            state.setdefault(keys["name"], place.name)
            state.setdefault(keys["note"], place.note)
            st.text_input(words("meeting.decision.name"), key=keys["name"])
        if kind in ("survey", "task"):
            state.setdefault(keys["label"], f"{kinds[kind]}: {about}" if kind == "survey" else "")
            st.text_input(words("meeting.decision.label"), key=keys["label"])
        with st.container(key="decision_fields"):
            st.text_input(words("meeting.decision.said_by"), key=keys["said_by"])
            if kind != "approve":
                st.text_input(words("meeting.decision.assignee"), key=keys["assignee"])
                st.date_input(words("meeting.decision.due_on"), value=None, key=keys["due_on"], format=DATES)
            st.text_input(words("meeting.decision.note"), key=keys["note"])
        st.form_submit_button(
            words("meeting.decision.save"),
            type="primary",
            on_click=_save,
            args=(visit, meeting, op_id, keys, known),
        )


def _about(visit: Visit, workspace: Workspace) -> tuple[str, str, dict[str, str], dict[str, Any]]:
    """Return what is selected, its name, what can be decided about it, and what is known of it already."""
    words = visit.words
    more = {name: words(f"meeting.decision.{name}") for name in ("survey", "task")}
    if place := chosen_place():
        code = commune_at(place.lat, place.lon, workspace, "2023")
        point = f"{place.lat:.5f}, {place.lon:.5f}"
        if code is None:
            page.note(words("meeting.proposed.no_commune"), "warning")
            return "", "", {}, {}
        name = workspace.units("2023").at[code, "name"]
        about = words("meeting.proposed.place", point=point, commune=name)
        known = {"lat": place.lat, "lon": place.lon, "commune_code": code}
        return f"place:{point}", about, {"site": words("meeting.decision.site")} | more, known
    chosen = address.selection()
    if not chosen or chosen[0] not in ("pano", "village"):
        return "", "", {}, {}
    kind, key = chosen
    table = workspace.panos if kind == "pano" else workspace.villages
    if key not in table.index:
        return "", "", {}, {}
    kinds = {}
    if kind == "pano":
        works = workspace.works[workspace.works["pano_id"] == key]
        for work in works[works["state"].isin(PROPOSED)].itertuples():
            named = words(f"terms.work_kind.{work.kind}").lower()
            kinds[f"approve:{work.Index}"] = words("meeting.decision.approve", work=named)
        # A second order for what is under way would be refused when the meeting ends.
        under_way = set(works.loc[works["state"].isin(WORK_STATES_OPEN), "kind"])
        kinds |= {name: words(f"meeting.decision.{name}") for name in REPAIR_KINDS if name not in under_way}
    return f"{kind}:{key}", table.at[key, "name"], kinds | more, {f"{kind}_id": key}


def _save(visit: Visit, meeting: Meeting, op_id: str, keys: dict[str, str], known: dict[str, Any]) -> None:
    state = st.session_state
    given = {name: state.get(key) for name, key in keys.items()}
    kind, _, work_id = given.pop("kind").partition(":")
    said_by = given.pop("said_by") or ""
    body = known | {name: value for name, value in given.items() if value}
    if body.get("due_on"):
        body["due_on"] = body["due_on"].isoformat()
    if kind == "approve":
        body = {"work_id": work_id, "note": body.get("note", "")}
    elif kind in REPAIR_KINDS:
        kind, body = "repair", body | {"work_kind": kind}
    try:
        decide(visit.store, meeting.id, kind, body, page.operation(op_id), said_by=said_by)
    except RecordsError as error:
        page.say(SAID, error.explain(visit.words), tone="warning")
        return
    state.pop("decision_op")
    arrive()
    page.say(SAID, visit.words("meeting.decision.saved"))


def listing(visit: Visit, meeting: Meeting | None, found: list[Decision]) -> None:
    """Draw the decisions, what became of each, and the way to end the meeting."""
    words = visit.words
    page.said(SAID)
    if meeting is None:
        key = "open_to_decide" if may(visit.actor, "meet") else "sign_in_to_decide"
        page.note(words(f"meeting.{key}"))
        return
    if not may(visit.actor, "see_people"):
        page.note(words("meeting.sign_in_to_see"))
        return
    if not found:
        page.note(words("meeting.decision.none" if meeting.is_open else "meeting.decision.none_ended"))
    for number, one in enumerate(found, start=1):
        with st.container(key=f"decided_{number}"):
            by = f" · {one.said_by}" if one.said_by else ""
            page.note(f"{number}. {said_of(one, words)}{by}\n{became(one, words)}")
            if not may(visit.actor, "meet"):
                continue
            if meeting.is_open and one.outcome == "pending":
                with st.popover(words("meeting.decision.withdraw"), key=f"withdraw_{number}"):
                    st.text_input(words("meeting.decision.why"), key=f"why/{one.id}")
                    st.button(
                        words("meeting.decision.withdraw"),
                        key=f"back/{one.id}",
                        on_click=_withdraw,
                        args=(visit, one),
                    )
            elif one.outcome == "task":
                st.button(
                    words("meeting.decision.finish_task"),
                    key=f"finish/{one.id}",
                    on_click=_finish,
                    args=(visit, one),
                )
    if meeting.is_open and may(visit.actor, "meet"):
        pending = sum(one.outcome == "pending" for one in found)
        key = "end" if pending else "end_none"
        with st.popover(words("meeting.decision.end"), key="meeting_end"):
            page.lead(words(f"meeting.decision.{key}_why"))
            st.button(
                words(f"meeting.decision.{key}_sure", n=pending),
                type="primary",
                on_click=_end,
                args=(visit, meeting),
            )
    if any(one.outcome in BECAME for one in found):
        st.button(words("meeting.decision.to_board"), key="to_board", on_click=_to_board)


def _to_board() -> None:
    address.select("", "", move=False)
    st.session_state["page"] = "work"


def _withdraw(visit: Visit, one: Decision) -> None:
    reason = st.session_state.get(f"why/{one.id}", "")
    op = page.operation(page.new_id(), reason=reason)
    _done(visit, lambda: withdraw(visit.store, one.id, op))


def _finish(visit: Visit, one: Decision) -> None:
    _done(visit, lambda: finish_task(visit.store, one.id, page.operation(page.new_id())))


def _end(visit: Visit, meeting: Meeting) -> None:
    words = visit.words
    try:
        found = end_meeting(visit.store, meeting.id, page.operation(page.new_id()))
    except RecordsError as error:
        page.say(SAID, error.explain(words), tone="warning")
        return
    counts = {name: sum(one.outcome == name for one in found) for name in ("done", "task", "refused")}
    counts["tasks"] = counts.pop("task")
    if any(counts.values()):
        page.say(SAID, words("meeting.decision.ended_said", **counts))


def _done(visit: Visit, deed: Callable[[], Decision]) -> None:
    try:
        deed()
    except RecordsError as error:
        page.say(SAID, error.explain(visit.words), tone="warning")
    else:
        page.forget(SAID)
