"""What the sections of the planner's desk share: the map with their side beside it, cards, and channels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd
import streamlit as st

from geo.coverage import Coverage
from geo.terms import REACHING_CHANNELS
from geo.text import Words
from geo.workspace import Workspace
from views import address, cards, map_frame, page, panel
from views.visit import Visit

CHANNELS = {"pano": ("pano",), "all": REACHING_CHANNELS}
"""What the desk looks at: panos alone, or every channel that can reach a village."""


def channels_seen() -> tuple[str, ...]:
    """Return the channels that the desk looks at."""
    return CHANNELS[st.session_state.setdefault("desk_channels", "pano")]


def choose_channels(words: Words) -> None:
    """Draw the choice of the channels that the desk looks at."""
    page.choice("desk_channels", tuple(CHANNELS), words, "desk.channels")


def picked_on_map(pick: Mapping[str, Any]) -> None:
    """Select what was clicked on the map, which stays where it is."""
    address.select(pick["kind"], pick["id"], move=False)


def picked(pick: str) -> None:
    """Follow what was clicked in a panel: to another page, back to the list, or to a thing on the map."""
    kind, _, key = pick.partition(":")
    if kind == "page":
        st.session_state["page"] = key
    elif kind == "list":
        address.select("", "", move=False)
    else:
        address.select(kind, key, move=True)


@contextmanager
def beside_map(
    visit: Visit,
    workspace: Workspace,
    reach: Coverage,
    statuses: pd.Series,
    *,
    on_pick: Callable[[Mapping[str, Any]], None] = picked_on_map,
    sketch: Mapping[str, Any] | None = None,
    **filters: Any,
) -> Iterator[None]:
    """Draw the map of a section; what is drawn within stands beside it.

    Parameters
    ----------
    visit : Visit
        What this reader looks at.
    workspace : Workspace
        What the map draws.
    reach : Coverage
        Reach of its villages.
    statuses : pandas.Series
        Derived status of each pano, by id.
    on_pick : callable, optional
        Takes what was clicked on the map; selects it if not given.
    sketch : mapping, optional
        What is drawn over the map, see :func:`views.map_frame.draw`.
    **filters
        Handed to `geo.scene.view`.
    """
    with st.container(key="desk_stage", horizontal=True):
        with st.container(key="map"):
            map_frame.draw(
                visit,
                workspace,
                reach,
                statuses,
                key="desk_map",
                on_pick=on_pick,
                sketch=sketch,
                selected=map_frame.selected(workspace, reach),
                **filters,
            )
        with st.container(key="desk_wide_side"):
            yield


def card(workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words) -> bool:
    """Draw the card of what is selected, and say whether there is one.

    Returns
    -------
    bool
        Whether the side is taken by a card.
    """
    chosen = address.selection()
    blocks = cards.card(workspace, reach, statuses, words, *chosen) if chosen else None
    if blocks:
        panel.show(blocks, key="desk_card", label=words("desk.detail"), on_pick=picked, view=str(chosen))
    return bool(blocks)
