"""The leaders' meeting: a map for the back row and steps to walk through, all of one frozen snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from geo.coverage import Coverage
from geo.days import VIETNAM, local_date
from geo.text import Words
from geo.webmap import STATIC
from geo.workspace import Workspace
from records.errors import RecordsError
from records.meetings import Meeting, Snapshot, frozen, meetings, open_meeting
from records.rights import may
from reports.headline import headlines
from reports.results import Results, results
from views import address, map_frame, meeting_decisions, meeting_files, meeting_steps, page, panel
from views.meeting_steps import Shown
from views.visit import Visit, coverage_of, statuses_of

STEPS = address.STEPS
STEP_OF = {"reached": "now", "planned": "plan", "panos": "now", "late": "late", "proposed": "proposed"}
"""The step that says more about a head figure."""
_keys = st.components.v2.component(
    "outreach_keys", html="<span></span>", js=(STATIC / "app/keys.js").read_text("utf-8")
)


@dataclass(frozen=True)
class Sitting:
    """What is presented: a snapshot, and the meeting that it belongs to, if one was opened."""

    snapshot: Snapshot
    meeting: Meeting | None


def show(visit: Visit) -> None:
    """Draw the figures, the map, what the step has to say, and the way to the next one."""
    state, words = st.session_state, visit.words
    sitting = _sitting(visit)
    snapshot = sitting.snapshot
    workspace = frozen(visit.store, snapshot)
    reach = coverage_of(workspace, snapshot.on, snapshot.units)
    statuses = statuses_of(workspace, snapshot.on)
    decisions = meeting_decisions.of(visit, sitting.meeting)
    step = state["step"]
    shown = (
        meeting_steps.STEPS[step](visit, workspace, reach, statuses, snapshot)
        if step != "decisions"
        else None
    )
    shown = shown or Shown(blocks=[])
    with st.container(key="sitting"):
        with st.container(key="meeting_figures"):
            # Those of another day on the step that looks back.
            on = snapshot.on if shown.reach is None else shown.reach.on
            panel.show(
                _figures(visit, shown.workspace or workspace, on, snapshot),
                key="meeting_head",
                label=words("meeting.figures"),
                on_pick=_to_step,
            )
        stage = st.container(key="meeting_stage", horizontal=True)
        # Before what takes long: whoever presses on at once goes on from the step that the browser knows.
        _foot(visit, sitting)
        with stage:
            with st.container(key="map"):
                _map(visit, workspace, reach, statuses, shown, snapshot, sitting)
            with st.container(key="meeting_side"):
                st.html(f"<h2>{escape(words(f'meeting.title.{step}'))}</h2>")
                if step != "decisions":
                    meeting_decisions.taking(visit, workspace, sitting.meeting)
                meeting_steps.controls(visit, step, snapshot)
                if shown.blocks:
                    panel.show(
                        shown.blocks,
                        key="meeting_told",
                        label=words(f"meeting.title.{step}"),
                        on_pick=_picked,
                        view=step,
                    )
                if step == "decisions":
                    meeting_decisions.listing(visit, sitting.meeting, decisions)
                    meeting_files.show(visit, workspace, snapshot, sitting.meeting, decisions)


def _figures(visit: Visit, workspace: Workspace, on: date, snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the five figures, for the back row; each is a way to the step that is about it."""
    shown = headlines(_results(workspace.version, workspace, on, snapshot.units), visit.words)
    figures = [
        {
            "value": one.value,
            "label": one.label,
            "sub": one.more,
            "tone": one.tone,
            "pick": STEP_OF[one.name],
            "active": STEP_OF[one.name] == st.session_state["step"],
        }
        for one in shown
    ]
    return [{"type": "figures", "figures": figures, "large": True}]


@st.cache_resource(max_entries=16, show_spinner=False)
def _results(version: str, _workspace: Workspace, on: date, units: str) -> Results:
    return results(_workspace, on=on, units=units)


def _to_step(step: str) -> None:
    st.session_state["step"] = step
    _arrived()


def _map(
    visit: Visit,
    workspace: Workspace,
    reach: Coverage,
    statuses: pd.Series,
    shown: Shown,
    snapshot: Snapshot,
    sitting: Sitting,
) -> None:
    takes = bool(sitting.meeting and sitting.meeting.is_open and st.session_state.get("meeting_place_on"))
    sketch = {"sites": [*shown.sites, *meeting_decisions.chosen_place()], "takes_places": takes}
    on_map, covered = shown.workspace or workspace, shown.reach or reach
    map_frame.draw(
        visit,
        on_map,
        covered,
        statuses if shown.statuses is None else shown.statuses,
        key="meeting_map",
        on_pick=_picked_on_map,
        sketch=sketch,
        version=snapshot.version,
        show=shown.show,
        selected=map_frame.selected(on_map, covered),
    )


def _picked_on_map(pick: dict[str, Any]) -> None:
    if pick["kind"] == "place":
        meeting_decisions.choose_place(pick["lat"], pick["lon"])
    else:
        address.select(pick["kind"], pick["id"], move=False)


def _picked(pick: str) -> None:
    kind, _, key = pick.partition(":")
    if kind in ("village", "pano", "commune", "activity", "venue"):
        address.select(kind, key, move=True)


def _sitting(visit: Visit) -> Sitting:
    """Return the meeting that was chosen, or what is recorded since this page was opened."""
    state = st.session_state
    found = next((one for one in meetings(visit.store) if one.id == state["meeting"]), None)
    if found:
        return Sitting(found.snapshot, found)
    state["meeting"] = ""
    kept: tuple[str, int, date] | None = state.get("live")
    if kept is None or kept[0] != visit.name:
        kept = state["live"] = (visit.name, visit.store.version, visit.today)
    _, version, on = kept
    workspace = visit.store.workspace(on, version=version)
    units = state["units"] if len(workspace.communes[state["units"]]) else "2023"
    return Sitting(Snapshot(version, on, units, (), workspace.checksum(on, units)), None)


def _foot(visit: Visit, sitting: Sitting) -> None:
    words, state, snapshot = visit.words, st.session_state, sitting.snapshot
    at = STEPS.index(state["step"])
    with st.container(key="meeting_foot", horizontal=True, vertical_alignment="center"):
        st.button(
            "‹",
            key="meeting_previous",
            disabled=at == 0,
            on_click=_go,
            args=(-1,),
            help=words("meeting.previous"),
        )
        st.segmented_control(
            words("meeting.steps"),
            STEPS,
            key="step",
            format_func=lambda name: f"{STEPS.index(name) + 1}. {words(f'meeting.step.{name}')}",
            label_visibility="collapsed",
            required=True,
            on_change=_arrived,
        )
        st.button(
            "›",
            key="meeting_next",
            disabled=at == len(STEPS) - 1,
            on_click=_go,
            args=(1,),
            help=words("meeting.next"),
        )
        _keys(key="meeting_keys", data={}, on_key_change=_pressed)
        line = words(
            "meeting.snapshot" if sitting.meeting else "meeting.snapshot_live",
            date=words.date(snapshot.on),
            units=words(f"screen.units_{snapshot.units}"),
            checksum=snapshot.checksum,
        )
        st.html(f'<p class="snapshot">{escape(_name(visit, sitting))}<b>{escape(line)}</b></p>')
        _choice(visit)
        st.button("✕", key="meeting_leave", on_click=_leave, help=words("meeting.leave"))


def _name(visit: Visit, sitting: Sitting) -> str:
    words, meeting = visit.words, sitting.meeting
    if meeting is None:
        return words("meeting.live")
    if meeting.is_open:
        return meeting.title
    return f"{meeting.title} · {words('meeting.ended', date=words.date(local_date(meeting.ended_at)))}"


def _choice(visit: Visit) -> None:
    """Draw what opens a meeting, or chooses another one."""
    words, state = visit.words, st.session_state
    with st.popover(words("meeting.choose"), key="meeting_choice"):
        known = {one.id: one for one in meetings(visit.store)} if may(visit.actor, "see_people") else {}
        st.selectbox(
            words("meeting.choose"),
            ["", *known],
            key="meeting",
            format_func=lambda key: _called(known[key], words) if key else words("meeting.no_meeting"),
        )
        if not state["meeting"]:
            st.button(words("meeting.refresh"), on_click=lambda: state.pop("live", None), width="stretch")
        if may(visit.actor, "meet"):
            page.said("meeting_open")
            with st.form("meeting_form", border=False):
                op_id = state.setdefault("meeting_op", page.new_id())
                key = f"meeting_title/{op_id}"
                state.setdefault(key, words("meeting.title_default", date=words.date(visit.today)))
                st.text_input(words("meeting.open_title"), key=key)
                st.form_submit_button(
                    words("meeting.open"), type="primary", on_click=_open, args=(visit, op_id, key)
                )
        else:
            page.note(words("meeting.sign_in_to_decide"))


def _called(meeting: Meeting, words: Words) -> str:
    """Return what tells a meeting from all others: two of one day can have one title and the same figures."""
    opened = f"{words.date(local_date(meeting.opened_at))} {meeting.opened_at.astimezone(VIETNAM):%H:%M:%S}"
    ended = "" if meeting.is_open else f" · {words('meeting.has_ended')}"
    return f"{meeting.title} · {opened} · {meeting.snapshot.checksum}{ended}"


def _open(visit: Visit, op_id: str, key: str) -> None:
    state = st.session_state
    try:
        opened = open_meeting(
            visit.store, page.operation(op_id), title=state[key], on=visit.today, units=state["units"]
        )
    except RecordsError as error:
        page.say("meeting_open", error.explain(visit.words), tone="warning")
        return
    state["meeting"] = opened.id
    state.pop("meeting_op")
    page.say("meeting_open", visit.words("meeting.opened", checksum=opened.snapshot.checksum))


def _go(by: int) -> None:
    at = STEPS.index(st.session_state["step"]) + by
    _to_step(STEPS[min(max(at, 0), len(STEPS) - 1)])


def _pressed() -> None:
    step, _, _ = (st.session_state["meeting_keys"].key or "").partition("/")
    _go({"next": 1, "previous": -1}.get(step, 0))


def _arrived() -> None:
    address.select("", "", move=False)
    meeting_decisions.forget()


def _leave() -> None:
    st.session_state["page"] = "map"
