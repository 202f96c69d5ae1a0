"""Tile archives that an office drops into ``basemap/``: which there are, and one tile of one of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import TileType

MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
_PMTILES_FORMATS = {TileType.PNG: "png", TileType.JPEG: "jpg", TileType.WEBP: "webp"}


@dataclass(frozen=True)
class TileSet:
    """One archive of raster tiles in the Web Mercator scheme.

    Attributes
    ----------
    name : str
        File name without its ending; part of the address that its tiles have.
    path : pathlib.Path
        The archive.
    media_type : str
        What its tiles are, such as ``image/png``.
    max_zoom : int
        Deepest level with tiles of its own.
    attribution : str
        Whose map it is, as the archive says; plain text.
    """

    name: str
    path: Path
    media_type: str
    max_zoom: int
    attribution: str


def stamp_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return name, time (ns) and size (bytes) of every file of a folder: equal if nothing changed."""
    stats = [(path.name, path.stat()) for path in sorted(folder.glob("*.*")) if path.is_file()]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def tile_sets(folder: Path) -> list[TileSet]:
    """Return the archives of a folder that can be drawn, by name.

    Parameters
    ----------
    folder : pathlib.Path
        The ``basemap/`` folder of a workspace; need not exist.

    Returns
    -------
    list of TileSet
        Raster archives (``.mbtiles``, ``.pmtiles``). Archives of vector tiles and broken ones are left out.
    """
    return list(_tile_sets(folder, stamp_of(folder)))


@lru_cache(maxsize=16)
def _tile_sets(folder: Path, stamp: tuple[tuple[str, int, int], ...]) -> tuple[TileSet, ...]:
    found = []
    for path in sorted(folder.glob("*.mbtiles")) + sorted(folder.glob("*.pmtiles")):
        try:
            tiles = _describe_mbtiles(path) if path.suffix == ".mbtiles" else _describe_pmtiles(path)
        except Exception:  # noqa: BLE001  an archive from elsewhere can be broken in any way
            continue
        if tiles:
            found.append(tiles)
    return tuple(found)


def read_tile(tiles: TileSet, zoom: int, x: int, y: int) -> bytes | None:
    """Return a tile's picture, or None if the archive has none there.

    Parameters
    ----------
    tiles : TileSet
        The archive.
    zoom, x, y : int
        The tile in the XYZ scheme: row 0 is the northernmost.
    """
    if not (0 <= x < 1 << zoom and 0 <= y < 1 << zoom):
        return None
    if tiles.path.suffix == ".pmtiles":
        with tiles.path.open("rb") as file:
            return Reader(MmapSource(file)).get(zoom, x, y)
    # MBTiles counts its rows from the south.
    row = (1 << zoom) - 1 - y
    query = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
    with closing(_open_read_only(tiles.path)) as database:
        found = database.execute(query, (zoom, x, row)).fetchone()
    return found[0] if found else None


def _open_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _describe_mbtiles(path: Path) -> TileSet | None:
    with closing(_open_read_only(path)) as database:
        about = dict(database.execute("SELECT name, value FROM metadata"))
        if about.get("format") not in MEDIA_TYPES:
            return None
        deepest = about.get("maxzoom") or database.execute("SELECT max(zoom_level) FROM tiles").fetchone()[0]
    return TileSet(
        path.stem, path, MEDIA_TYPES[about["format"]], int(deepest), str(about.get("attribution", ""))
    )


def _describe_pmtiles(path: Path) -> TileSet | None:
    with path.open("rb") as file:
        reader = Reader(MmapSource(file))
        header, about = reader.header(), reader.metadata()
    kind = _PMTILES_FORMATS.get(header["tile_type"])
    if kind is None:
        return None
    return TileSet(path.stem, path, MEDIA_TYPES[kind], header["max_zoom"], str(about.get("attribution", "")))
