"""Builds small tile archives, as an office would drop them into ``basemap/``."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from pathlib import Path

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A picture of one pixel."""

DEEPEST = 2


def all_tiles() -> list[tuple[int, int, int]]:
    """Return zoom, column and row (from the north) of every tile down to `DEEPEST`."""
    return [(z, x, y) for z in range(DEEPEST + 1) for x in range(1 << z) for y in range(1 << z)]


def make_mbtiles(path: Path, *, format: str = "png", attribution: str = "") -> Path:
    """Write an archive of the world in which each tile is `PNG` and its own address, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        database.executemany(
            "INSERT INTO metadata VALUES (?, ?)",
            [("format", format), ("attribution", attribution), ("maxzoom", str(DEEPEST))],
        )
        database.execute(
            "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)"
        )
        database.executemany(
            "INSERT INTO tiles VALUES (?, ?, ?, ?)",
            # MBTiles counts its rows from the south.
            [(z, x, (1 << z) - 1 - y, tile_content(z, x, y)) for z, x, y in all_tiles()],
        )
    return path


def make_pmtiles(path: Path, *, kind: TileType = TileType.PNG, attribution: str = "") -> Path:
    """Write the same archive as PMTiles and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = Writer(file)
        for z, x, y in sorted(all_tiles(), key=lambda tile: zxy_to_tileid(*tile)):
            writer.write_tile(zxy_to_tileid(z, x, y), tile_content(z, x, y))
        header = {
            "tile_type": kind,
            "tile_compression": Compression.NONE,
            "min_zoom": 0,
            "max_zoom": DEEPEST,
            "min_lon_e7": -1_800_000_000,
            "min_lat_e7": -850_000_000,
            "max_lon_e7": 1_800_000_000,
            "max_lat_e7": 850_000_000,
            "center_zoom": 0,
            "center_lon_e7": 0,
            "center_lat_e7": 0,
        }
        writer.finalize(header, {"attribution": attribution})
    return path


def tile_content(z: int, x: int, y: int) -> bytes:
    """Return the picture of one tile; what follows a PNG's end is its address."""
    return PNG + f"{z}/{x}/{y}".encode()
