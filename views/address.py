"""The page's address: every choice of a reader stands in it, so that a view can be sent as a link."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.days import today
from geo.terms import CHANNELS, CLASSES, PANO_STATUSES, UNITS
from geo.text import LANGUAGES
from geo.webmap import TILE_LAYERS

LAYERS = ("areas", "radius", "accuracy", "venues", "historical", "labels")
"""Layers that a reader can leave out; all are shown at first."""
BASES = ("offline", *TILE_LAYERS)
"""Base layers that every workspace has; archives of its own come besides, as ``tiles:`` and a name."""
LISTS = ("unreached", "reached", "planned", "panos", "communes")

SECTIONS = ("plan", "ledger", "sites", "whatif", "sure", "time")
"""Sections of the planner's desk."""
STEPS = ("now", "plan", "change", "late", "proposed", "decisions")
"""Steps of a meeting."""

ONE_OF: dict[str, tuple[str, ...]] = {
    "page": ("map", "work", "desk", "meeting", "pano", "data", "people"),
    "lang": LANGUAGES,
    "units": UNITS,
    "show": ("plan", "now"),
    "base": BASES,
    "list": LISTS,
    "section": SECTIONS,
    "step": STEPS,
}
SOME_OF: dict[str, tuple[str, ...]] = {
    "channels": CHANNELS,
    "classes": CLASSES,
    "statuses": PANO_STATUSES,
    "layers": LAYERS,
}
FREE = ("commune", "q", "sel", "meeting", "plan", "open")
NAMES = ("ws", *ONE_OF, *SOME_OF, *FREE, "on")
"""Every choice, by its name in the session and in the address."""
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)


def _default(name: str) -> Any:
    if name in ONE_OF:
        return ONE_OF[name][0]
    if name in SOME_OF:
        return list(LAYERS) if name == "layers" else []
    return today() if name == "on" else ""


def _parsed(name: str, text: str) -> Any:
    """Return what a parameter of the address says; the default where it makes no sense."""
    if name in ONE_OF:
        own_tiles = name == "base" and text.startswith("tiles:")
        return text if text in ONE_OF[name] or own_tiles else _default(name)
    if name in SOME_OF:
        return [part for part in text.split(",") if part in SOME_OF[name]]
    if name == "on":
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return _default(name)
        return day if FIRST_DAY <= day <= LAST_DAY else _default(name)
    return text


def read(workspaces: list[str]) -> None:
    """Take the choices from the address into the session when it starts and when a reader goes back.

    Otherwise keep them: Streamlit forgets the value of a widget that a run does not draw, and whoever acts
    at once still sends the address of before, which knows nothing of what was chosen last.

    Parameters
    ----------
    workspaces : list of str
        Names of the workspaces on offer, the one to start with first.
    """
    state = st.session_state
    left = state.get("address_left")
    if left is not None and not _goes_back():
        # Who left the screen open over midnight without choosing a day goes on with today.
        if state.get("on") == left["on"] == left["today"]:
            state["on"] = left["on"] = today()
        for name in NAMES:
            state[name] = state.get(name, left[name])
        return
    shown = st.query_params.to_dict()
    asked = shown.get("ws", workspaces[0])
    state["ws"] = asked if asked in workspaces else workspaces[0]
    for name in NAMES[1:]:
        state[name] = _parsed(name, shown[name]) if name in shown else _default(name)


def _goes_back() -> bool:
    """Return whether this run was asked for by the browser's buttons back and forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _chosen(workspaces: list[str]) -> dict[str, str]:
    """Return the choices that differ from the defaults."""
    chosen: dict[str, str] = {}
    if st.session_state["ws"] != workspaces[0]:
        chosen["ws"] = st.session_state["ws"]
    for name in (*ONE_OF, *SOME_OF, *FREE, "on"):
        value = st.session_state.get(name)
        if value is not None and value != _default(name):
            chosen[name] = ",".join(value) if isinstance(value, list) else str(value)
    return chosen


def write(workspaces: list[str]) -> None:
    """Put the choices that differ from the defaults into the address."""
    chosen = _chosen(workspaces)
    if chosen != st.query_params.to_dict():
        st.query_params.from_dict(chosen)
    values = {name: st.session_state[name] for name in NAMES}
    kept = {name: list(value) if isinstance(value, list) else value for name, value in values.items()}
    st.session_state["address_left"] = kept | {"today": today()}


def sign_in(workspaces: list[str]) -> str:
    """Return the address of the form to sign in with, which leads back to what is shown now."""
    here = f"/?{urlencode(_chosen(workspaces))}"
    return f"/sign-in?{urlencode({'lang': st.session_state['lang'], 'next': here})}"


def field_form(pano_id: str = "") -> str:
    """Return the address of the field form, on a pano or on the list of panos."""
    asked = {"ws": st.session_state["ws"], "lang": st.session_state["lang"]}
    return f"/field/?{urlencode(asked | ({'pano': pano_id} if pano_id else {}))}"


def selection() -> tuple[str, str] | None:
    """Return kind and id of what is selected, or None."""
    kind, _, key = st.session_state.get("sel", "").partition(":")
    return (kind, key) if kind in ("village", "pano", "venue", "commune", "activity") and key else None


def select(kind: str, key: str, *, move: bool) -> None:
    """Select a thing.

    Parameters
    ----------
    kind, key : str
        What it is, and its id.
    move : bool
        Whether the map is to go there; not when it was picked on the map itself.
    """
    st.session_state["sel"] = f"{kind}:{key}" if key else ""
    if move:
        st.session_state["moves"] = st.session_state.get("moves", 0) + 1


def clear_filters() -> None:
    """Take back every choice of what is looked at; language, workspace and units stay."""
    for name in ("show", "commune", "q", "on", *SOME_OF):
        st.session_state[name] = _default(name)


def filters_on() -> list[str]:
    """Return the names of the filters that differ from what they are at first."""
    names = ("commune", "on", "show", "channels", "classes", "statuses")
    return [name for name in names if st.session_state[name] not in (_default(name), None)]
