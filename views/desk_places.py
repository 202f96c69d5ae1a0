"""Where a pano may be proposed: villages, venues, a file or clicks on the map, outside of excluded areas."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import shapely
import streamlit as st

from geo.cells import CellError
from geo.errors import DataFolderError
from geo.layers import read_polygons
from geo.siting import CANDIDATE_COLUMNS, candidates_from
from geo.terms import CANDIDATES
from geo.text import Words
from geo.workspace import Workspace
from records.imports.candidates import read_candidates
from views import page
from views.visit import Visit

PLACES = (*CANDIDATES, "file", "clicks")
KEYS = ("site_places", "site_drawing")
MEGABYTES = 10
MOST_FAULTS = 5
SAID = "site_places"


def begin() -> None:
    """Give what is chosen here its first values."""
    state = st.session_state
    state.setdefault("site_places", PLACES[0])
    state.setdefault("site_drawing", False)
    for name in ("site_clicked", "site_corners", "site_areas"):
        state.setdefault(name, [])


def candidates(workspace: Workspace, words: Words) -> pd.DataFrame:
    """Return the places that are compared, `geo.siting.CANDIDATE_COLUMNS`; perhaps none yet."""
    state = st.session_state
    if state["site_places"] in CANDIDATES:
        return candidates_from(workspace, state["site_places"])
    none = pd.DataFrame({name: [] for name in CANDIDATE_COLUMNS})
    if state["site_places"] == "file":
        return state.get("site_file", none)
    clicked = state["site_clicked"]
    if not clicked:
        return none
    rows = [
        {"label": words("desk.sites.clicked_at", n=n), "lat": lat, "lon": lon}
        for n, (lat, lon) in enumerate(clicked, start=1)
    ]
    return pd.DataFrame(rows, index=[f"click-{n}" for n in range(1, len(rows) + 1)])


def excluded() -> list[shapely.Geometry]:
    """Return the areas where no pano may stand, EPSG:4326."""
    return st.session_state["site_areas"]


def takes_places() -> bool:
    """Say whether a click on the map means a place, or a corner of an area."""
    return st.session_state["site_drawing"] or st.session_state["site_places"] == "clicks"


def take_place(lat: float, lon: float) -> None:
    """Take a click on the map: as a corner where an area is being drawn, else as a place for a pano."""
    state = st.session_state
    name = "site_corners" if state["site_drawing"] else "site_clicked"
    state[name] = [*state[name], (round(lat, 5), round(lon, 5))]


def sketch(words: Words) -> dict[str, Any]:
    """Return what the map draws of all this: the places that were clicked, excluded areas, corners."""
    state = st.session_state
    parts = [part for area in state["site_areas"] for part in shapely.get_parts(area)]
    rings = [[[lat, lon] for lon, lat in part.exterior.coords] for part in parts]
    marked = [("+", words("desk.sites.corner"), at) for at in state["site_corners"]]
    if state["site_places"] == "clicks":
        marked += [("?", words("desk.sites.place"), at) for at in state["site_clicked"]]
    return {
        "sites": [
            {"lat": lat, "lon": lon, "mark": mark, "label": label} for mark, label, (lat, lon) in marked
        ],
        "outside": [*rings, *([list(map(list, state["site_corners"]))] if state["site_corners"] else [])],
        "takes_places": takes_places(),
    }


def controls(visit: Visit, workspace: Workspace) -> None:
    """Draw what says where a pano may be proposed."""
    words, state = visit.words, st.session_state
    page.said(SAID)
    if state["site_places"] == "file":
        _uploader("site_upload", words("desk.sites.file"), _read_places, visit, workspace)
    elif state["site_places"] == "clicks":
        page.note(words("desk.sites.click_hint" if not state["site_clicked"] else "desk.sites.click_more"))
        if state["site_clicked"]:
            _buttons(
                "site_clicks",
                {"desk.sites.click_undo": _last_click_back, "desk.sites.click_clear": _clicks_back},
                words,
            )
    areas = state["site_areas"]
    title = words("desk.sites.areas_n", n=len(areas)) if areas else words("desk.sites.areas")
    with st.expander(title, expanded=state["site_drawing"] or bool(areas)):
        st.toggle(words("desk.sites.draw"), key="site_drawing", on_change=_corners_back)
        if state["site_drawing"]:
            page.lead(words("desk.sites.draw_hint", n=len(state["site_corners"])))
            _buttons("site_draw", {"desk.sites.draw_close": _close_area}, words)
        _uploader("site_area_upload", words("desk.sites.areas_file"), _read_areas, visit, workspace)
        if areas:
            _buttons("site_areas_held", {"desk.sites.areas_clear": _areas_back}, words)


def _buttons(key: str, deeds: Mapping[str, Any], words: Words) -> None:
    with st.container(horizontal=True, key=key):
        for name, deed in deeds.items():
            st.button(words(name), on_click=deed, key=f"do_{name.rpartition('.')[2]}")


def _uploader(key: str, label: str, take: Any, visit: Visit, workspace: Workspace) -> None:
    # Streamlit's own words on it are English, whatever the page's language.
    browse = json.dumps(visit.words("data.import.browse"), ensure_ascii=False)
    st.html(f"<style>.st-key-{key} {{ --browse: {browse} }}</style>")
    args = (key, visit, workspace)
    st.file_uploader(label, key=key, max_upload_size=MEGABYTES, on_change=take, args=args)


def _read_places(key: str, visit: Visit, workspace: Workspace) -> None:
    state, words = st.session_state, visit.words
    if not (uploaded := state[key]):
        return
    try:
        found = read_candidates(uploaded.getvalue(), uploaded.name, context=workspace, lang=words.lang)
    except DataFolderError as error:
        faults = [
            f"{words('screen.row', row=str(fault.row))}: {fault.problem} {fault.fix}"
            if fault.row
            else f"{fault.problem} {fault.fix}"
            for fault in error.faults
        ]
        state.pop("site_file", None)
        text = words("desk.sites.file_refused", file=uploaded.name, n=len(faults))
        page.say(SAID, "\n".join([text, *faults[:MOST_FAULTS]]), tone="warning")
        return
    state["site_file"] = found
    page.say(SAID, words("desk.sites.file_taken", file=uploaded.name, n=len(found)))


def _read_areas(key: str, visit: Visit, workspace: Workspace) -> None:
    state, words = st.session_state, visit.words
    if not (uploaded := state[key]):
        return
    try:
        areas = read_polygons(uploaded.getvalue())
    except CellError:
        page.say(SAID, words("desk.sites.areas_refused", file=uploaded.name), tone="warning")
        return
    state["site_areas"] = [*state["site_areas"], *areas]
    page.say(SAID, words("desk.sites.areas_taken", file=uploaded.name, n=len(areas)))


def _close_area() -> None:
    state = st.session_state
    corners = state["site_corners"]
    if len(corners) < 3:
        return
    # Corners that were clicked crosswise still mean the ground that they enclose.
    area = shapely.make_valid(shapely.Polygon([(lon, lat) for lat, lon in corners]))
    state["site_areas"] = [*state["site_areas"], *_polygons(area)]
    state["site_corners"], state["site_drawing"] = [], False


def _polygons(area: shapely.Geometry) -> list[shapely.Polygon]:
    return [part for part in shapely.get_parts(area) if isinstance(part, shapely.Polygon)]


def _corners_back() -> None:
    st.session_state["site_corners"] = []


def _areas_back() -> None:
    st.session_state["site_areas"] = []


def _clicks_back() -> None:
    st.session_state["site_clicked"] = []


def _last_click_back() -> None:
    st.session_state["site_clicked"] = st.session_state["site_clicked"][:-1]


def digest(table: pd.DataFrame, areas: list[shapely.Geometry]) -> str:
    """Return what tells one set of places and areas from another."""
    said = table.to_csv().encode() + b"".join(shapely.to_wkb(area) for area in areas)
    return hashlib.sha256(said).hexdigest()
