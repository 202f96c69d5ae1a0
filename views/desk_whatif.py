"""What if on screen: panos dropped, moved, resized or taken away on the map, and what would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from records.scenarios import fitting, without
from views import address, desk_changes, desk_kept, desk_stage, desk_tried, page, panel
from views.lists import Block
from views.visit import Visit, statuses_of

PARTS = ("tried", "kept")
KEYS = ("tried_part", "tried_radius", *desk_kept.KEYS)


def show(visit: Visit, workspace: Workspace) -> None:
    """Draw the map as the changes would make it, and beside it what they are and what they change."""
    words, state = visit.words, st.session_state
    kept = desk_kept.shown(visit) if state.setdefault("tried_part", PARTS[0]) == "kept" else None
    changes = fitting(kept.changes, workspace.panos.index) if kept else desk_tried.tried(workspace)
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
        sketch=_sketch(workspace, changes, difference, words),
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


def _sketch(
    workspace: Workspace, changes: tuple[Change, ...], difference: Difference, words: Words
) -> dict[str, Any]:
    state = st.session_state
    pins, places = [], _places(workspace, changes)
    picked, is_trying = state.get("tried_pano"), state["tried_part"] == "tried"
    if is_trying and picked in workspace.panos.index and picked not in places:
        # A pin to drag: a finger can't drag what is drawn on the map itself.
        places[picked] = dict(workspace.panos.loc[picked, ["lat", "lon", "radius_m"]])
    for number, (id_, place) in enumerate(places.items(), start=1):
        if place["lat"] is None or place["lat"] != place["lat"]:
            continue
        radius = place["radius_m"]
        pins.append(
            {
                "id": id_,
                "lat": float(place["lat"]),
                "lon": float(place["lon"]),
                "mark": str(number) if number <= len(changes) else "✥",
                "label": desk_changes.called(workspace, id_, words),
                "radius_m": float(radius if radius == radius else workspace.plan.pano_radius_m),
                "gone": place.get("gone", False),
                "chosen": id_ == state.get("tried_pano"),
            }
        )
    asks = ""
    if is_trying and _is_moving():
        asks = words("desk.whatif.move_hint", pano=desk_changes.called(workspace, picked, words))
    return {
        "sites": pins,
        "takes_places": is_trying,
        "moves_panos": is_trying,
        "gained": difference.gained,
        "lost": difference.lost,
        "asks": asks,
    }


def _is_moving() -> bool:
    return bool(st.session_state.get("tried_moving") and st.session_state.get("tried_pano"))


def _tools(visit: Visit, workspace: Workspace, changes: tuple[Change, ...]) -> None:
    """Draw what to do with a click on the map, and with the pano that was picked."""
    words, state = visit.words, st.session_state
    page.said(desk_tried.SAID)
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
    with st.container(key="tried_steps", horizontal=True):
        for way, act in (("back", desk_tried.step_back), ("forth", desk_tried.step_forth)):
            st.button(
                words(f"desk.whatif.step_{way}"),
                on_click=_then_stop_moving,
                args=(act,),
                disabled=not desk_tried.can_step(way),
                key=f"tried_step_{way}",
            )
        st.button(words("desk.whatif.clear"), on_click=_clear, disabled=not changes, key="tried_clear")
        with st.popover(words("desk.whatif.by_numbers")):
            st.text_area(
                words("desk.whatif.points"), key="tried_points", height=100, placeholder="12.69852, 109.21807"
            )
            st.button(words("desk.whatif.points_drop"), on_click=_drop_points, args=(workspace, words))
            if picked:
                name = page.plain(desk_changes.called(workspace, picked, words))
                st.button(
                    words("desk.whatif.points_move", pano=name),
                    on_click=_move_to_point,
                    args=(picked, words),
                )


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
    desk_tried.attempt(Change("retire", pano_id))
    st.session_state["tried_pano"] = ""
    _stop_moving()


def _resize(pano_id: str, key: str) -> None:
    desk_tried.attempt(Change("resize", pano_id, radius_m=float(st.session_state[key])))


def _then_stop_moving(act: Callable[[], None]) -> None:
    act()
    _stop_moving()


def _clear() -> None:
    desk_tried.set_to(())
    desk_kept.close()
    _stop_moving()


def _points(words: Words) -> list[tuple[float, float]]:
    """Return the places that were typed, one a line; none if one of them can't be read, which is said."""
    found = []
    for line in filter(None, map(str.strip, st.session_state.get("tried_points", "").splitlines())):
        try:
            lat, lon = (float(one[0]) for one in read_point(line))
        except (CellError, ValueError):
            page.say(desk_tried.SAID, words("desk.whatif.no_point", line=line), tone="warning")
            return []
        found.append((lat, lon))
    return found


def _drop_points(workspace: Workspace, words: Words) -> None:
    if points := _points(words):
        for lat, lon in points:
            desk_tried.drop(lat, lon, workspace)
        st.session_state["tried_points"] = ""


def _move_to_point(pano_id: str, words: Words) -> None:
    if points := _points(words):
        desk_tried.move(pano_id, *points[0])
        st.session_state["tried_points"] = ""


def _take_place(lat: float, lon: float, workspace: Workspace) -> None:
    if _is_moving():
        desk_tried.move(st.session_state["tried_pano"], lat, lon)
        _stop_moving()
    else:
        desk_tried.drop(lat, lon, workspace)


def _picked_on_map(pick: Mapping[str, Any], workspace: Workspace) -> None:
    state = st.session_state
    if state["tried_part"] != "tried":
        return
    if pick["kind"] == "place":
        _take_place(pick["lat"], pick["lon"], workspace)
    elif pick["kind"] == "moved":
        desk_tried.move(pick["id"], pick["lat"], pick["lon"])
        _stop_moving()
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
        desk_tried.set_to(without(st.session_state["tried"], key))
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
        steps = [{"text": words(f"desk.whatif.how_{step}")} for step in ("drop", "move", "keep")]
        return [
            {"type": "rows", "title": words("desk.whatif.how"), "rows": steps},
            {"type": "note", "text": words("desk.whatif.nothing_yet")},
        ]
    gained, lost = difference.gained, difference.lost
    key = "both" if gained and lost else "more" if gained else "less" if lost else "same"
    said = words(f"desk.whatif.said_{key}", gained=len(gained), lost=len(lost))
    tone = "good" if gained and not lost else "warning" if lost else ""
    rows = [desk_changes.row(workspace, one, words) | {"pick": f"pano:{one.pano_id}"} for one in changes]
    blocks: list[Block] = [
        {"type": "note", "text": said, "tone": tone, "live": True},
        desk_changes.counts({"before": difference.before, "after": difference.after}, words),
        *desk_changes.moved(difference, after, words),
    ]
    title = words("desk.whatif.changes", n=len(changes))
    return [*blocks, {"type": "rows", "title": title, "rows": rows}]
