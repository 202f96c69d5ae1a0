"""The scenes of workspaces as the browser fetches them: packed once, and named by what is in them."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache

from geo.scene import scene, to_json
from geo.workspace import Workspace
from records.tiles import stamp_of, tile_sets


@dataclass(frozen=True)
class PackedScene:
    """A scene ready to be sent.

    Attributes
    ----------
    version : str
        Digest of its content: the same content, and only that, has the same version.
    packed : bytes
        Its JSON, gzipped.
    """

    version: str
    packed: bytes


def packed_scene(workspace: Workspace) -> PackedScene:
    """Return the scene of a workspace, with the tile archives and base map that its folder has now.

    Parameters
    ----------
    workspace : Workspace
        The tables. What the map does not draw from them, such as work orders, leaves the version as it is.
    """
    return _packed(workspace, stamp_of(workspace.path / "basemap"))


@lru_cache(maxsize=8)
def _packed(workspace: Workspace, stamp: tuple[tuple[str, int, int], ...]) -> PackedScene:
    tiles = {
        archive.name: {"max_zoom": archive.max_zoom, "attribution": archive.attribution}
        for archive in tile_sets(workspace.path / "basemap")
    }
    content = scene(workspace, tiles=tiles)
    version = hashlib.sha256(to_json(content).encode()).hexdigest()[:20]
    packed = gzip.compress(to_json(content | {"version": version}).encode(), compresslevel=9, mtime=0)
    return PackedScene(version, packed)
