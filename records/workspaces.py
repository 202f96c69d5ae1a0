"""The workspaces that this installation offers, and the store of each: opened once, filled at first start."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from uuid import NAMESPACE_URL, uuid5
from weakref import WeakSet

from geo.workspace import Workspace
from records.errors import Refused
from records.folder_io import fill
from records.journal import Operation
from records.people import People
from records.rights import SYSTEM
from records.settings import REAL_DATA, Settings, sqlite_url, store_name
from records.store import Store, open_store

DEMO = REAL_DATA / "demo"

_filling = Lock()
_filled: WeakSet[Store] = WeakSet()
"""Stores that were seen to hold something: none is ever emptied, so nobody needs to ask again."""


def available() -> dict[str, Path]:
    """Return the workspaces on offer, the one to start with first.

    Returns
    -------
    dict of str to Path
        Folder by name: ``real`` for ``data/``, ``demo`` for ``data/demo/``, ``own`` for another
        folder that ``OUTREACH_DATA`` names.
    """
    named = {"real": REAL_DATA, "demo": DEMO}
    chosen = Settings.from_environment().data
    for name, folder in named.items():
        if chosen == folder.resolve():
            return {name: folder} | named
    return {"own": chosen} | named


def store_of(name: str, *, filled: bool = True) -> Store:
    """Return the store of a workspace; ``OUTREACH_DB`` names that of the one to start with.

    Parameters
    ----------
    name : str
        One of `available`.
    filled : bool
        False if an empty one is to stay empty, such as for a backup to go into.

    Raises
    ------
    KeyError
        If no workspace has that name.
    DataFolderError
        If the store is empty still and its data folder can't be used; it carries the faults.
    Refused
        If it was filled from another folder: ``OUTREACH_DB`` or ``OUTREACH_DATA`` is wrong.
    """
    folders = available()
    settings = Settings.from_environment()
    folder = folders[name].resolve()
    if folder != settings.data:
        settings = replace(
            settings, data=folder, database=sqlite_url(settings.var / f"{store_name(folder)}.db")
        )
    store = _opened(settings)
    if filled and store not in _filled:
        with _filling:
            if not store.version:
                # The same start twice is one filling.
                op_id = uuid5(NAMESPACE_URL, folder.as_uri())
                fill(store, Operation(actor=SYSTEM, op_id=str(op_id), source="command"))
            if (found := store.holds) not in (None, folder.name):
                raise Refused("other_store", found=found, wanted=folder.name)
            _filled.add(store)
    return store


@lru_cache(maxsize=8)
def _opened(settings: Settings) -> Store:
    return open_store(settings)


def people() -> People:
    """Return the accounts of this installation: those of the workspace that it starts with."""
    settings = Settings.from_environment()
    return People(_opened(settings), settings.secret())


def load(name: str, *, on: date | None = None, version: int | None = None) -> Workspace:
    """Return a workspace as it is, or as it was at the end of a day.

    Parameters
    ----------
    name : str
        One of `available`.
    on : date, optional
        The day; now, where none is given.
    version : int, optional
        Number of the last change that counts; the newest, if none is given.

    Raises
    ------
    KeyError
        If no workspace has that name.
    DataFolderError
        If the store is empty still and its data folder can't be used; it carries the faults.
    """
    return store_of(name).workspace(on, version=version)
