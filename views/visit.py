"""What every screen is given: the workspace and its store, who reads, and in which language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import streamlit as st

from geo.coverage import Coverage, coverage
from geo.text import Words
from geo.workspace import Workspace
from records import workspaces
from records.people import COOKIE, People
from records.rights import VIEWER, Actor
from records.status import pano_statuses
from records.store import Store


@dataclass(frozen=True)
class Visit:
    """One run of a screen.

    Attributes
    ----------
    name : str
        Name of the workspace, part of the addresses of its scene, tiles and photos.
    store : Store
        Its store.
    actor : Actor
        Who is signed in; `records.rights.VIEWER` if nobody is.
    words : Words
        The reader's language.
    """

    name: str
    store: Store
    actor: Actor
    words: Words
    _read: dict[date | None, Workspace] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def today(self) -> date:
        """The day it is where the panos stand, wherever the server is."""
        return self.store.today

    def workspace(self, on: date | None = None) -> Workspace:
        """Return the tables as they are, or were at the end of a past day; the same all visit long."""
        if on not in self._read:
            self._read[on] = self.store.workspace(on)
        return self._read[on]


def coverage_of(workspace: Workspace, on: date, units: str, channels: tuple[str, ...] = ()) -> Coverage:
    """Return the reach of every village on a day, kept for all who ask for the same."""
    return _coverage(workspace.version, workspace, on, units, channels)


@st.cache_resource(max_entries=128, show_spinner=False)
def _coverage(
    version: str, _workspace: Workspace, on: date, units: str, channels: tuple[str, ...]
) -> Coverage:
    return coverage(_workspace, on=on, units=units, channels=channels or None)


def statuses_of(workspace: Workspace, on: date) -> pd.Series:
    """Return the derived status of every pano on a day, kept for all who ask for the same."""
    return _statuses(workspace.version, workspace, on)


@st.cache_resource(max_entries=32, show_spinner=False)
def _statuses(version: str, _workspace: Workspace, on: date) -> pd.Series:
    return pano_statuses(_workspace, on=on)


@st.cache_resource
def people() -> People:
    """Return the accounts of this installation."""
    return workspaces.people()


def current_actor() -> Actor:
    """Return who is signed in, asked anew at every run: a session can be ended meanwhile."""
    token = st.context.cookies.get(COOKIE)
    return (people().actor_of(token) if token else None) or VIEWER


def actor_at_click() -> Callable[[], Actor]:
    """Return a function that says who is signed in when it is called, outside a run of the page too."""
    accounts, token = people(), st.context.cookies.get(COOKIE)
    return lambda: (accounts.actor_of(token) if token else None) or VIEWER
