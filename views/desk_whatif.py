"""What if on screen: panos dropped, moved, resized or taken away on the map, and what would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from geo.cells import CellError
from geo.coverage import Coverage, coverage
from geo.text import Words
from geo.whatif import Change, Difference, WhatIf, changed
from geo.workspace import Workspace
from records.imports.coordinates import read_point
from records.scenarios import fitting, new_pano_id, without
from views import address, desk_changes, desk_kept, desk_stage, page, panel
from views.lists import Block
from views.visit import Visit, statuses_of

PARTS = ("tried", "kept")
KEYS = ("tried_part", "tried_radius", *desk_kept.KEYS)
SAID = "tried"


def show(visit: Visit, workspace: Workspace) -> None:
    """Draw the map as the changes would make it, and beside it what they are and what they change."""
    words, state = visit.words, st.session_state
    kept = desk_kept.shown(visit) if state.setdefault("tried_part", PARTS[0]) == "kept" else None
    changes = fitting(kept.changes, workspace.panos.index) if kept else _tried(workspace)
    what_if = _what_if(workspace.version, workspace, visit.today, state["units"], desk_stage.channels_seen())
    difference = what_if.difference(changes)
    after, still = _after(
        workspace.version, workspace, visit.today, state["units"], desk_stage.channels_seen(), changes
    )
    with desk_stage.beside_map(
        visit,
        still,
        after,
        statuses_of(workspace, visit.today),
        on_pick=lambda pick: _picked_on_map(pick, workspace),
        sketch=_sketch(workspace, changes, words),
    ):
        with st.container(key="desk_choices", horizontal=True):
            part = page.choice("tried_part", PARTS, words, "desk.whatif.part")
            desk_stage.choose_channels(words)
        if part == "kept":
            desk_kept.show(visit, workspace, what_if)
            return
        _tools(visit, workspace, changes)
        panel.show(
            _answer(workspace, difference, after, changes, words),
            key="desk_tried",
            label=words("desk.section.whatif"),
            on_pick=_picked,
        )
        desk_kept.keeping(visit, changes)


def drop(lat: float, lon: float, workspace: Workspace, *, radius_m: float | None = None) -> None:
    """Try out one more pano.

    Parameters
    ----------
    lat, lon : float
        Where, decimal degrees WGS 84.
    workspace : Workspace
        The data.
    radius_m : float, optional
        Its service radius in metres; that of the plan if not given.
    """
    changes = _tried(workspace)
    id_ = new_pano_id(changes, workspace.panos.index)
    _try(Change("drop", id_, lat=round(lat, 5), lon=round(lon, 5), radius_m=radius_m))
    st.session_state["tried_pano"] = id_


def _tried(workspace: Workspace) -> tuple[Change, ...]:
    """Return what is tried out, without what the record has overtaken."""
    found = fitting(st.session_state.get("tried", ()), workspace.panos.index)
    st.session_state["tried"] = found
    return found


def _try(change: Change) -> None:
    st.session_state["tried"] = (*st.session_state.get("tried", ()), change)
    page.forget(SAID)


@st.cache_resource(max_entries=8, show_spinner=False)
def _what_if(version: str, _workspace: Workspace, on: date, units: str, channels: tuple[str, ...]) -> WhatIf:
    return WhatIf(_workspace, on=on, units=units, channels=channels)


@st.cache_resource(max_entries=32, show_spinner=False)
def _after(
    version: str,
    _workspace: Workspace,
    on: date,
    units: str,
    channels: tuple[str, ...],
    changes: tuple[Change, ...],
) -> tuple[Coverage, Workspace]:
    """Return the reach afterwards, and the tables with the circles of changed panos put out."""
    reach = coverage(changed(_workspace, changes), on=on, units=units, channels=channels)
    known = {one.pano_id for one in changes} & set(_workspace.panos.index)
    # The map keeps its panos: those that are changed are drawn above it.
    still = changed(_workspace, [Change("retire", id_) for id_ in sorted(known)])
    return reach, replace(still, works=_workspace.works)


def _places(workspace: Workspace, changes: tuple[Change, ...]) -> dict[str, dict[str, Any]]:
    """Return where each changed pano stands afterwards, its radius, and whether it is gone."""
    found: dict[str, dict[str, Any]] = {}
    for one in changes:
        if one.kind == "drop":
            radius = one.radius_m or workspace.plan.pano_radius_m
            found[one.pano_id] = {"lat": one.lat, "lon": one.lon, "radius_m": radius}
            continue
        pano = workspace.panos.loc[one.pano_id] if one.pano_id in workspace.panos.index else {}
        place = found.setdefault(
            one.pano_id,
            {name: pano.get(name) for name in ("lat", "lon", "radius_m")},
        )
        if one.kind == "move":
            place |= {"lat": one.lat, "lon": one.lon}
        elif one.kind == "resize":
            place["radius_m"] = one.radius_m
        else:
            place["gone"] = True
    return found


def _sketch(workspace: Workspace, changes: tuple[Change, ...], words: Words) -> dict[str, Any]:
    state = st.session_state
    pins = []
    for number, (id_, place) in enumerate(_places(workspace, changes).items(), start=1):
        if place["lat"] is None or place["lat"] != place["lat"]:
            continue
        radius = place["radius_m"]
        pins.append(
            {
                "id": id_,
                "lat": float(place["lat"]),
                "lon": float(place["lon"]),
                "mark": str(number),
                "label": desk_changes.called(workspace, id_, words),
                "radius_m": float(radius if radius == radius else workspace.plan.pano_radius_m),
                "gone": place.get("gone", False),
                "chosen": id_ == state.get("tried_pano"),
            }
        )
    return {"sites": pins, "takes_places": True}


def _tools(visit: Visit, workspace: Workspace, changes: tuple[Change, ...]) -> None:
    """Draw what to do with a click on the map, and with the pano that was picked."""
    words, state = visit.words, st.session_state
    page.said(SAID)
    gone = {one.pano_id for one in changes if one.kind == "retire"}
    new = [one.pano_id for one in changes if one.kind == "drop"]
    offered = ["", *(id_ for id_ in (*new, *workspace.panos.index) if id_ not in gone)]
    if state.get("tried_pano") not in offered:
        state["tried_pano"] = ""
    st.selectbox(
        words("desk.whatif.pano"),
        offered,
        key="tried_pano",
        format_func=lambda id_: (
            desk_changes.called(workspace, id_, words) if id_ else words("desk.whatif.no_pano")
        ),
        label_visibility="collapsed",
        on_change=_stop_moving,
    )
    if picked := state["tried_pano"]:
        _pano_tools(workspace, picked, changes, words)
    moving = state.get("tried_moving", False) and bool(picked)
    hint = (
        words("desk.whatif.move_hint", pano=desk_changes.called(workspace, picked, words))
        if moving
        else words("desk.whatif.drop_hint")
    )
    page.note(hint, "good" if moving else "")
    with st.container(key="tried_back", horizontal=True):
        st.button(words("desk.whatif.undo"), on_click=_undo, disabled=not changes, key="tried_undo")
        st.button(words("desk.whatif.clear"), on_click=_clear, disabled=not changes, key="tried_clear")
        with st.popover(words("desk.whatif.by_numbers")):
            st.text_input(words("desk.whatif.point"), key="tried_point", placeholder="12.69852, 109.21807")
            st.button(words("desk.whatif.point_do"), on_click=_take_point, args=(workspace, words))


def _pano_tools(workspace: Workspace, picked: str, changes: tuple[Change, ...], words: Words) -> None:
    state = st.session_state
    place = _places(workspace, changes).get(picked) or workspace.panos.loc[picked]
    radius = place["radius_m"]
    radius = int(radius if radius == radius and radius else workspace.plan.pano_radius_m)
    key = f"tried_radius/{picked}/{radius}"
    with st.container(key="tried_tools", horizontal=True, vertical_alignment="bottom"):
        st.button(
            words("desk.whatif.stop_moving" if state.get("tried_moving") else "desk.whatif.move"),
            on_click=_toggle_moving,
            key="tried_move",
        )
        st.button(words("desk.whatif.retire"), on_click=_retire, args=(picked,), key="tried_retire")
        st.number_input(
            words("desk.whatif.radius"),
            50,
            20_000,
            value=radius,
            step=100,
            key=key,
            on_change=_resize,
            args=(picked, key),
        )


def _toggle_moving() -> None:
    st.session_state["tried_moving"] = not st.session_state.get("tried_moving", False)


def _stop_moving() -> None:
    st.session_state["tried_moving"] = False


def _retire(pano_id: str) -> None:
    state = st.session_state
    new = {one.pano_id for one in state["tried"] if one.kind == "drop"}
    if pano_id in new:
        state["tried"] = without(state["tried"], pano_id)
    else:
        _try(Change("retire", pano_id))
    state["tried_pano"], state["tried_moving"] = "", False


def _resize(pano_id: str, key: str) -> None:
    _try(Change("resize", pano_id, radius_m=float(st.session_state[key])))


def _undo() -> None:
    st.session_state["tried"] = st.session_state["tried"][:-1]
    _stop_moving()


def _clear() -> None:
    st.session_state["tried"] = ()
    _stop_moving()


def _take_point(workspace: Workspace, words: Words) -> None:
    state = st.session_state
    try:
        lat, lon = (float(one[0]) for one in read_point(state.get("tried_point", "")))
        _take_place(lat, lon, workspace)
    except (CellError, ValueError):
        page.say(SAID, words("desk.whatif.no_point"), tone="warning")
    else:
        state["tried_point"] = ""


def _take_place(lat: float, lon: float, workspace: Workspace) -> None:
    state = st.session_state
    if state.get("tried_moving") and state.get("tried_pano"):
        _try(Change("move", state["tried_pano"], lat=round(lat, 5), lon=round(lon, 5)))
        _stop_moving()
    else:
        drop(lat, lon, workspace)


def _picked_on_map(pick: Mapping[str, Any], workspace: Workspace) -> None:
    state = st.session_state
    if state["tried_part"] != "tried":
        return
    if pick["kind"] == "place":
        _take_place(pick["lat"], pick["lon"], workspace)
    elif pick["kind"] in ("village", "venue"):
        # Whoever clicks where something is drawn means that place.
        row = (workspace.villages if pick["kind"] == "village" else workspace.venues).loc[pick["id"]]
        _take_place(float(row["lat"]), float(row["lon"]), workspace)
    elif pick["kind"] in ("pano", "site"):
        state["tried_pano"] = pick["id"]
        _stop_moving()


def _picked(pick: str) -> None:
    kind, _, key = pick.partition(":")
    if kind == "pano":
        st.session_state["tried_pano"] = key
        _stop_moving()
    elif kind == "without":
        st.session_state["tried"] = without(st.session_state["tried"], key)
    elif kind == "village":
        address.select(kind, key, move=True)


def _answer(
    workspace: Workspace,
    difference: Difference,
    after: Coverage,
    changes: tuple[Change, ...],
    words: Words,
) -> list[Block]:
    if not changes:
        return [{"type": "note", "text": words("desk.whatif.nothing_yet")}]
    gained, lost = difference.gained, difference.lost
    key = "both" if gained and lost else "more" if gained else "less" if lost else "same"
    said = words(f"desk.whatif.said_{key}", gained=len(gained), lost=len(lost))
    tone = "good" if gained and not lost else "warning" if lost else ""
    rows = [
        {"text": desk_changes.sentence(workspace, one, words), "pick": f"pano:{one.pano_id}"}
        for one in changes
    ]
    blocks: list[Block] = [
        {"type": "note", "text": said, "tone": tone, "live": True},
        desk_changes.counts({"before": difference.before, "after": difference.after}, words),
    ]
    for name, ids in (("gained", gained), ("lost", lost)):
        blocks += desk_changes.villages(words(f"desk.whatif.{name}", n=len(ids)), ids, after, words)
    others = difference.villages[difference.villages["counted"]].drop([*gained, *lost])
    if len(others):
        blocks.append({"type": "note", "text": words("desk.whatif.others", n=len(others))})
    title = words("desk.whatif.changes", n=len(changes))
    return [*blocks, {"type": "rows", "title": title, "rows": rows}]
