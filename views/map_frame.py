"""The map as a part of any screen: mounted once, changed in place by what each run hands over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from geo.coverage import Coverage
from geo.scene import view
from geo.units import to_units
from geo.webmap import ViewUpdate, screen_map
from geo.workspace import Workspace
from records.scenes import packed_scene
from views import address
from views.visit import Visit

ROOT = "../.."
"""From the frame of streamlit-folium (``component/<name>/index.html``) to the root of the server."""


def selected(workspace: Workspace, reach: Coverage) -> dict[str, Any] | None:
    """Return what is selected as the map takes it: with the villages and communes of an activity."""
    chosen = address.selection()
    if not chosen:
        return None
    kind, key = chosen
    picked = {"kind": kind, "id": key, "move": st.session_state.get("moves", 0)}
    if kind == "activity" and key in workspace.activities.index:
        activity = workspace.activities.loc[key]
        codes = pd.Series(list(activity["commune_codes"]), dtype="object")
        picked["villages"] = list(activity["village_ids"])
        picked["communes"] = sorted(set(to_units(codes, workspace, reach.units)))
    return picked


def date_note(on: date, visit: Visit) -> str:
    """Return what a reader of another day must know; nothing for today."""
    if on == visit.today:
        return ""
    key = "screen.past" if on < visit.today else "screen.future"
    return visit.words(key, date=visit.words.date(on))


def draw(
    visit: Visit,
    workspace: Workspace,
    reach: Coverage,
    statuses: pd.Series,
    *,
    key: str,
    on_pick: Callable[[Mapping[str, Any]], None],
    sketch: Mapping[str, Any] | None = None,
    version: int | None = None,
    **filters: Any,
) -> None:
    """Draw the map.

    Parameters
    ----------
    visit : Visit
        Whose screen it is.
    workspace, reach, statuses
        The tables, the reach of every village, the status of every pano.
    key : str
        Name of this map on the page.
    on_pick : callable
        Called with ``kind`` and ``id`` of what was picked on it; ``lat`` and ``lon`` besides for a place.
    sketch : mapping, optional
        What is drawn above the data without being part of them, see ``static/map/sketch.js``.
    version : int, optional
        Number of the last change that the tables know of, for those of a snapshot.
    **filters
        Handed to `geo.scene.view`.
    """

    def picked() -> None:
        if pick := (st.session_state.get(key) or {}).get("last_active_drawing"):
            on_pick(pick)

    words, on = visit.words, reach.on
    scene = packed_scene(workspace)
    asked = {"on": on.isoformat()} if on < visit.today else {}
    asked |= {"at": version} if version is not None else {}
    query = f"?{urlencode(asked)}" if asked else ""
    where = {
        "version": scene.version,
        "scene_url": f"{ROOT}/scene/{visit.name}/{scene.version}.json{query}",
        "tiles_url": f"{ROOT}/tiles/{visit.name}/{{name}}/{{z}}/{{x}}/{{y}}",
        "unreachable": words("screen.scene_unreachable"),
        "date_note": date_note(on, visit),
        "sketch": sketch,
    }
    drawn = view(workspace, reach, statuses, lang=words.lang, data_date=workspace.recorded_until, **filters)
    st_folium(
        screen_map(assets=f"{ROOT}/assets"),
        key=key,
        height=600,
        use_container_width=True,
        returned_objects=["last_active_drawing"],
        on_change=picked,
        feature_group_to_add=ViewUpdate(where | drawn),
    )
