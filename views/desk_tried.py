"""What is tried out on the desk: the changes of this session, with every step back and forth."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geo.whatif import Change, net
from geo.workspace import Workspace
from records.scenarios import fitting, new_pano_id
from views import page

SAID = "tried"
KEPT = "tried_kept"
"""What there is to say of keeping what is tried out: no more once that changes."""


def tried(workspace: Workspace) -> tuple[Change, ...]:
    """Return what is tried out, one change a pano, without what the record has overtaken."""
    return fitting(st.session_state.get("tried", ()), workspace.panos.index)


def attempt(change: Change) -> None:
    """Try out one more change."""
    set_to((*st.session_state.get("tried", ()), change))


def set_to(changes: Sequence[Change]) -> None:
    """Try out other changes than before; `step_back` leads to those."""
    state = st.session_state
    state["tried_back"] = (*state.get("tried_back", ()), state.get("tried", ()))
    state["tried_forth"] = ()
    state["tried"] = net(changes)
    _forget_said()


def step_back() -> None:
    """Undo the last step."""
    _step("tried_back", "tried_forth")


def step_forth() -> None:
    """Do again what was undone last."""
    _step("tried_forth", "tried_back")


def can_step(way: str) -> bool:
    """Say whether there is a step ``back`` or ``forth``."""
    return bool(st.session_state.get(f"tried_{way}"))


def drop(lat: float, lon: float, workspace: Workspace, *, radius_m: float | None = None) -> None:
    """Try out one more pano, and pick it.

    Parameters
    ----------
    lat, lon : float
        Where, decimal degrees WGS 84.
    workspace : Workspace
        The data.
    radius_m : float, optional
        Its service radius in metres; that of the plan if not given.
    """
    id_ = new_pano_id(tried(workspace), workspace.panos.index)
    attempt(Change("drop", id_, lat=round(lat, 5), lon=round(lon, 5), radius_m=radius_m))
    st.session_state["tried_pano"] = id_


def move(pano_id: str, lat: float, lon: float) -> None:
    """Try out another place of a pano, decimal degrees WGS 84, and pick it."""
    attempt(Change("move", pano_id, lat=round(lat, 5), lon=round(lon, 5)))
    st.session_state["tried_pano"] = pano_id


def _step(from_: str, to: str) -> None:
    state = st.session_state
    *rest, state_then = state[from_]
    state[to] = (*state.get(to, ()), state["tried"])
    state[from_], state["tried"] = tuple(rest), state_then
    _forget_said()


def _forget_said() -> None:
    for name in (SAID, KEPT):
        page.forget(name)
