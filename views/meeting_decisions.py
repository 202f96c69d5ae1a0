"""Decisions of a meeting: taken on the map, listed, taken back, and handed out when the meeting ends."""

from __future__ import annotations

from typing import Any

import streamlit as st

from geo.proposals import PROPOSED
from geo.units import commune_at
from geo.workspace import Workspace
from records.errors import RecordsError
from records.lifecycle import REPAIR_KINDS
from records.meetings import Decision, Meeting, decide, decisions, end_meeting, finish_task, withdraw
from records.rights import may
from reports.minutes import became, said_of
from views import address, page
from views.visit import Visit

FIELDS = ("kind", "name", "label", "note", "said_by", "assignee", "due_on")
PLACE = "meeting_place"
SAID = "meeting_decision"


def of(visit: Visit, meeting: Meeting | None) -> list[Decision]:
    """Return the decisions of a meeting, for whoever may see who took them."""
    if meeting is None or not may(visit.actor, "see_people"):
        return []
    return decisions(visit.store, meeting.id)


def forget() -> None:
    """Let go of the place that was chosen, and of what was last said."""
    st.session_state.pop(PLACE, None)
    page.forget(SAID)


def choose_place(lat: float, lon: float) -> None:
    """Take a place on the map as that of a new pano."""
    address.select("", "", move=False)
    st.session_state[PLACE] = (round(lat, 5), round(lon, 5))


def chosen_place() -> list[dict[str, Any]]:
    """Return the pin of the place that was chosen."""
    place = st.session_state.get(PLACE)
    return [{"lat": place[0], "lon": place[1], "mark": "+", "label": "+"}] if place else []


def taking(visit: Visit, workspace: Workspace, meeting: Meeting | None) -> None:
    """Draw the form that writes down a decision about what is selected on the map."""
    words, state = visit.words, st.session_state
    page.said(SAID)
    if meeting is None or not meeting.is_open or not may(visit.actor, "meet"):
        return
    if state["step"] in ("late", "proposed"):
        st.toggle(words("meeting.proposed.pick_place"), key="meeting_place_on", on_change=forget)
    about, kinds, known = _about(visit, workspace)
    if not kinds:
        return
    st.html(f"<h3>{words('meeting.decision.take')}</h3>")
    op_id = state.setdefault("decision_op", page.new_id())
    keys = {
        name: f"{name}/{op_id}" for name in ("kind", "name", "label", "note", "said_by", "assignee", "due_on")
    }
    st.selectbox(words("meeting.decision.kind"), list(kinds), key=keys["kind"], format_func=kinds.__getitem__)
    kind = state[keys["kind"]]
    with st.form("decision_form", border=False):
        page.lead(about)
        if kind == "site":
            st.text_input(words("meeting.decision.name"), key=keys["name"])
        if kind in ("survey", "task"):
            state.setdefault(keys["label"], f"{kinds[kind]}: {about}" if kind == "survey" else "")
            st.text_input(words("meeting.decision.label"), key=keys["label"])
        st.text_input(words("meeting.decision.said_by"), key=keys["said_by"])
        if kind != "approve":
            st.text_input(words("meeting.decision.assignee"), key=keys["assignee"])
            st.date_input(
                words("meeting.decision.due_on"), value=None, key=keys["due_on"], format="DD/MM/YYYY"
            )
        st.text_input(words("meeting.decision.note"), key=keys["note"])
        st.form_submit_button(
            words("meeting.decision.save"),
            type="primary",
            on_click=_save,
            args=(visit, meeting, op_id, keys, known),
        )


def _about(visit: Visit, workspace: Workspace) -> tuple[str, dict[str, str], dict[str, Any]]:
    """Return what is selected, what can be decided about it, and what is known of it already."""
    words, state = visit.words, st.session_state
    more = {name: words(f"meeting.decision.{name}") for name in ("survey", "task")}
    if place := state.get(PLACE):
        code = commune_at(*place, workspace, "2023")
        point = f"{place[0]:.5f}, {place[1]:.5f}"
        if code is None:
            return "", {}, _outside(words("meeting.proposed.no_commune"))
        name = workspace.units("2023").at[code, "name"]
        about = words("meeting.proposed.place", point=point, commune=name)
        known = {"lat": place[0], "lon": place[1], "commune_code": code}
        return about, {"site": words("meeting.decision.site")} | more, known
    chosen = address.selection()
    if not chosen or chosen[0] not in ("pano", "village"):
        return "", {}, {}
    kind, key = chosen
    table = workspace.panos if kind == "pano" else workspace.villages
    if key not in table.index:
        return "", {}, {}
    kinds = {}
    if kind == "pano":
        works = workspace.works[(workspace.works["pano_id"] == key) & workspace.works["state"].isin(PROPOSED)]
        for work in works.itertuples():
            named = words(f"terms.work_kind.{work.kind}").lower()
            kinds[f"approve:{work.Index}"] = words("meeting.decision.approve", work=named)
        kinds |= {name: words(f"meeting.decision.{name}") for name in REPAIR_KINDS}
    return table.at[key, "name"], kinds | more, {f"{kind}_id": key}


def _outside(text: str) -> dict[str, Any]:
    page.note(text, "warning")
    return {}


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
    state.pop(PLACE, None)
    address.select("", "", move=False)
    page.say(SAID, visit.words("meeting.decision.saved"))


def listing(visit: Visit, meeting: Meeting | None, found: list[Decision]) -> None:
    """Draw the decisions, what became of each, and the way to end the meeting."""
    words = visit.words
    page.said(SAID)
    if meeting is None:
        key = "open_to_decide" if may(visit.actor, "meet") else "sign_in_to_decide"
        page.note(words(f"meeting.{key}"))
        return
    workspace = visit.store.workspace()
    if not found:
        page.note(words("meeting.decision.none" if meeting.is_open else "meeting.decision.none_ended"))
    for number, one in enumerate(found, start=1):
        with st.container(key=f"decided_{number}"):
            by = f" · {one.said_by}" if one.said_by else ""
            page.note(f"{number}. {said_of(one, workspace, words)}{by}\n{became(one, words)}")
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
        with st.popover(words("meeting.decision.end"), key="meeting_end"):
            page.lead(words("meeting.decision.end_why"))
            st.button(
                words("meeting.decision.end_sure", n=pending),
                type="primary",
                on_click=_end,
                args=(visit, meeting),
            )


def _withdraw(visit: Visit, one: Decision) -> None:
    reason = st.session_state.get(f"why/{one.id}", "")
    op = page.operation(page.new_id(), reason=reason)
    _told(visit, lambda: withdraw(visit.store, one.id, op), "")


def _finish(visit: Visit, one: Decision) -> None:
    _told(visit, lambda: finish_task(visit.store, one.id, page.operation(page.new_id())), "")


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


def _told(visit: Visit, deed: Any, done: str) -> None:
    try:
        deed()
    except RecordsError as error:
        page.say(SAID, error.explain(visit.words), tone="warning")
    else:
        page.say(SAID, done) if done else page.forget(SAID)
