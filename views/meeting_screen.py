"""The leaders' meeting: a map for the back row and steps to walk through, all of one frozen snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import streamlit as st

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
from views.meeting_sites import Place
from views.meeting_steps import Shown
from views.visit import Visit

STEPS = address.STEPS
STEP_OF = {"reached": "now", "planned": "plan", "panos": "now", "late": "late", "proposed": "proposed"}
"""The step that says more about a head figure."""
HIDDEN_LAYERS = ("venues", "historical")
"""What the back row need not tell apart."""
_keys = st.components.v2.component(
    "outreach_keys",
    html='<button type="button" hidden>⛶</button>',
    css=(STATIC / "app/keys.css").read_text("utf-8"),
    js=(STATIC / "app/keys.js").read_text("utf-8"),
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
    snapshot, meeting = sitting.snapshot, sitting.meeting
    workspace = frozen(visit.store, snapshot)
    found = _results(workspace.version, workspace, snapshot.on, snapshot.units)
    decisions = meeting_decisions.of(visit, meeting)
    step = state["step"]
    shown = meeting_steps.STEPS[step](visit, found, snapshot) if step in meeting_steps.STEPS else Shown()
    with st.container(key="sitting"):
        with st.container(key="meeting_figures"):
            panel.show(
                _figures(found, words), key="meeting_head", label=words("meeting.figures"), on_pick=_to_step
            )
        stage = st.container(key="meeting_stage", horizontal=True)
        # Before what takes long: whoever presses on at once goes on from the step that the browser knows.
        _foot(visit, sitting, workspace)
        with stage:
            with st.container(key="map"):
                _map(visit, found, shown, sitting)
            with st.container(key="meeting_side"):
                st.html(f"<h2>{escape(words(f'meeting.title.{step}'))}</h2>")
                if step == "decisions":
                    meeting_decisions.listing(visit, meeting, decisions)
                    meeting_files.show(visit, workspace, snapshot, meeting, decisions)
                    return
                st.html(f'<p class="saying {shown.tone}" role="status">{escape(shown.said)}</p>')
                meeting_decisions.taking(visit, workspace, meeting)
                if controls := meeting_steps.CONTROLS.get(step):
                    controls(visit, found, snapshot)
                if shown.blocks:
                    panel.show(
                        shown.blocks,
                        key="meeting_told",
                        label=words(f"meeting.title.{step}"),
                        on_pick=lambda pick: _picked(pick, shown, move=True),
                        view=step,
                    )


def _figures(found: Results, words: Words) -> list[dict[str, Any]]:
    """Return the five figures, for the back row; each is a way to the step that is about it."""
    figures = [
        {
            "value": one.value,
            "label": one.label,
            "sub": one.more,
            "tone": one.tone,
            "pick": STEP_OF[one.name],
            "active": STEP_OF[one.name] == st.session_state["step"],
        }
        for one in headlines(found, words)
    ]
    return [{"type": "figures", "figures": figures, "large": True}]


@st.cache_resource(max_entries=16, show_spinner=False)
def _results(version: str, _workspace: Workspace, on: date, units: str) -> Results:
    return results(_workspace, on=on, units=units)


def _to_step(step: str) -> None:
    st.session_state["step"] = step
    meeting_decisions.arrive()


def _map(visit: Visit, found: Results, shown: Shown, sitting: Sitting) -> None:
    words = visit.words
    on_map = shown.workspace or found.workspace
    covered = shown.reach or found.reach
    asks = meeting_decisions.asks_for_place(visit, sitting.meeting)
    map_frame.draw(
        visit,
        on_map,
        covered,
        found.statuses if shown.statuses is None else shown.statuses,
        key="meeting_map",
        on_pick=lambda pick: _picked_on_map(pick, shown),
        sketch=_sketch(shown) | {"asks": words("meeting.proposed.click") if asks else ""},
        version=sitting.snapshot.version,
        show=shown.show,
        hidden_layers=HIDDEN_LAYERS,
        selected=map_frame.selected(on_map, covered),
    )


def _sketch(shown: Shown) -> dict[str, Any]:
    """Return the pins and rings of a step, and the pin of the place that was chosen."""
    state, sites = st.session_state, shown.sites
    sketch: dict[str, Any] = {"about": state["step"], **shown.rings}
    if place := meeting_decisions.chosen_place():
        at = {"lat": place.lat, "lon": place.lon}
        if place.pick:
            sites = [one | {"chosen": one.get("id") == place.pick} for one in sites]
        else:
            sites = [*sites, at | {"mark": "+", "label": "+"}]
        if state.get("meeting_moves"):
            sketch["to"] = at | {"move": f"{place.pick} {state['meeting_moves']}"}
    return sketch | {"sites": sites}


def _picked_on_map(pick: Mapping[str, Any], shown: Shown) -> None:
    if pick["kind"] == "place":
        meeting_decisions.choose_place(Place(round(pick["lat"], 5), round(pick["lon"], 5)))
    elif pick["kind"] == "site":
        _picked(pick["id"], shown, move=False)
    else:
        _select(pick["kind"], pick["id"], move=False)


def _picked(pick: str, shown: Shown, *, move: bool) -> None:
    """Take what was picked in a list or is pinned on the map: a thing, or a site that was computed."""
    if place := shown.places.get(pick):
        st.session_state["meeting_moves"] = st.session_state.get("meeting_moves", 0) + 1 if move else 0
        meeting_decisions.choose_place(place)
        return
    kind, _, key = pick.partition(":")
    _select(kind, key, move=move)


def _select(kind: str, key: str, *, move: bool) -> None:
    meeting_decisions.let_go()
    address.select(kind, key, move=move)


def _sitting(visit: Visit) -> Sitting:
    """Return the meeting that was chosen, or what is recorded since this page was opened."""
    state = st.session_state
    found = next((one for one in meetings(visit.store) if one.id == state["meeting"]), None)
    if found:
        try:
            frozen(visit.store, found.snapshot)
            return Sitting(found.snapshot, found)
        except RecordsError as error:
            page.note(error.explain(visit.words), "warning")
    else:
        state["meeting"] = ""
    kept: tuple[str, int, date] | None = state.get("live")
    if kept is None or kept[0] != visit.name:
        kept = state["live"] = (visit.name, visit.store.version, visit.today)
    _, version, on = kept
    workspace = visit.store.workspace(on, version=version)
    units = state["units"] if len(workspace.communes[state["units"]]) else "2023"
    return Sitting(Snapshot(version, on, units, (), workspace.checksum(on, units)), None)


def _foot(visit: Visit, sitting: Sitting, workspace: Workspace) -> None:
    words, state = visit.words, st.session_state
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
            format_func=lambda name: f"**{STEPS.index(name) + 1}** {words(f'meeting.step.{name}')}",
            label_visibility="collapsed",
            required=True,
            on_change=meeting_decisions.arrive,
        )
        st.button(
            "›",
            key="meeting_next",
            disabled=at == len(STEPS) - 1,
            on_click=_go,
            args=(1,),
            help=words("meeting.next"),
        )
        lines = "<br>".join(map(escape, _told_of(sitting.snapshot, workspace, words)))
        st.html(f'<p class="snapshot">{escape(_name(visit, sitting))}<b>{lines}</b></p>')
        texts = {name: words(f"meeting.{name}") for name in ("full_screen", "leave_full_screen")}
        _keys(key="meeting_keys", data=texts, on_key_change=_pressed)
        _choice(visit)
        st.button("✕", key="meeting_leave", on_click=_leave, help=words("meeting.leave"))


def _told_of(snapshot: Snapshot, workspace: Workspace, words: Words) -> tuple[str, str]:
    """Return what the figures are of: day and age of the data; then filters and checksum."""
    channels = ", ".join(words(f"terms.channel.{name}") for name in snapshot.channels)
    filters = words(
        "meeting.filters",
        units=words(f"screen.units_{snapshot.units}"),
        channels=channels or words("meeting.all_channels"),
        checksum=snapshot.checksum,
    )
    until = words.date(workspace.recorded_until) or words("desk.unknown")
    return words("meeting.snapshot", date=words.date(snapshot.on), until=until), filters


def _name(visit: Visit, sitting: Sitting) -> str:
    words, meeting = visit.words, sitting.meeting
    if meeting is None:
        return words("meeting.live")
    if meeting.is_open:
        return words("meeting.frozen", title=meeting.title)
    return f"{meeting.title} · {words('meeting.ended', date=words.date(local_date(meeting.ended_at)))}"


def _choice(visit: Visit) -> None:
    """Draw what opens a meeting, or chooses another one."""
    words, state = visit.words, st.session_state
    with st.popover(words("meeting.choose"), key="meeting_choice"):
        if may(visit.actor, "see_people"):
            known = {one.id: one for one in meetings(visit.store)}
            # A browser names a choice by its label, and one whose popover was shut meanwhile goes on sending
            # that of before: each meeting has a list of its own, and a new one once a meeting has ended.
            ended = sum(not one.is_open for one in known.values())
            key, held = f"meeting_of/{state['meeting']}/{ended}", ["", *known]
            st.selectbox(
                words("meeting.choose"),
                held,
                index=held.index(state["meeting"]),
                key=key,
                format_func=lambda one: _called(known[one], words) if one else words("meeting.no_meeting"),
                on_change=_choose,
                args=(key, state["meeting"]),
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


def _choose(key: str, listed_for: str) -> None:
    # A browser that has not heard of the list's end sends it once more, and nobody has touched it.
    if (chosen := st.session_state[key]) != listed_for:
        st.session_state["meeting"] = chosen


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


def _leave() -> None:
    st.session_state["page"] = "map"
