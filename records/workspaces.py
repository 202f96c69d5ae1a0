"""The workspaces that this installation offers, each read once and again only when its files change."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from threading import Lock

from geo.folder import read_workspace
from geo.workspace import Workspace

PROJECT = Path(__file__).resolve().parent.parent
REAL = PROJECT / "data"
DEMO = REAL / "demo"

_reading = Lock()


def available() -> dict[str, Path]:
    """Return the workspaces on offer, the one to start with first.

    Returns
    -------
    dict of str to Path
        Folder by name: ``real`` for ``data/``, ``demo`` for ``data/demo/``, ``own`` for another
        folder that ``OUTREACH_DATA`` names.
    """
    named = {"real": REAL, "demo": DEMO}
    chosen = os.environ.get("OUTREACH_DATA")
    if not chosen:
        return named
    path = Path(chosen).expanduser().resolve()
    for name, folder in named.items():
        if path == folder.resolve():
            return {name: folder} | named
    return {"own": path} | named


def _signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return name, time and size of every file that a workspace is read from."""
    files = [path for path in (*folder.glob("*.*"), *folder.glob("basemap/*.*")) if path.is_file()]
    stats = [(str(path.relative_to(folder)), path.stat()) for path in sorted(files)]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


@lru_cache(maxsize=8)
def _read(folder: Path, signature: tuple[tuple[str, int, int], ...]) -> Workspace:
    return read_workspace(folder)


def load(name: str) -> Workspace:
    """Return a workspace, read from its folder if that has changed since.

    Parameters
    ----------
    name : str
        One of `available`.

    Raises
    ------
    KeyError
        If no workspace has that name.
    DataFolderError
        If the folder can't be used; it carries the faults.
    """
    folder = available()[name]
    with _reading:
        return _read(folder, _signature(folder))
