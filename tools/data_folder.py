"""Read and write the files of a data folder, the same bytes from the same rows on every machine."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import shapely

from geo.rows import write_rows
from geo.schema import PLAN_FILE, table

COORDINATE_DIGITS = 5
"""Decimals of a degree that are kept: about a metre."""

Row = Mapping[str, Any]
"""A row by column; a column that is left out is unknown, and so is None."""


def slug(text: str) -> str:
    """Return a text as a part of an id: ASCII, lower case, hyphens.

    Examples
    --------
    >>> slug("Đầm Môn")
    'dam-mon'
    """
    ascii_text = unicodedata.normalize("NFD", text.lower().replace("đ", "d")).encode("ascii", "ignore")
    return "-".join("".join(c if c.isalnum() else " " for c in ascii_text.decode()).split())


def rounded(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return a geometry with coordinates as they are written: equal vertices stay equal."""
    return shapely.transform(geometry, lambda xy: xy.round(COORDINATE_DIGITS))


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as they stand there."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_features(path: Path) -> list[tuple[dict[str, Any], shapely.Geometry]]:
    """Return properties and geometry of each feature of a GeoJSON file."""
    features = json.loads(path.read_text("utf-8"))["features"]
    return [(f["properties"], shapely.geometry.shape(f["geometry"])) for f in features]


def write_table(folder: Path, name: str, rows: Iterable[Row]) -> None:
    """Write a table of the data folder; lists become cells separated by ``;``, None a blank.

    Raises
    ------
    ValueError
        If a row has a column that the table doesn't.
    """
    one = table(name)
    (folder / one.file).write_bytes(write_rows(rows, one))


def write_features(
    path: Path,
    features: Sequence[tuple[Row, shapely.Geometry]],
    *,
    bbox: Sequence[float] | None = None,
) -> None:
    """Write a GeoJSON file (RFC 7946) with a line for each feature.

    Parameters
    ----------
    path : pathlib.Path
        Where to write; its folder is made if need be.
    features : sequence of (mapping, Geometry)
        Properties and geometry (decimal degrees, WGS 84) of each feature.
    bbox : sequence of float, optional
        West, south, east, north of what the layer knows about, where that is more than its features.
    """
    lines = [
        _json(
            {
                "type": "Feature",
                "properties": properties,
                "geometry": shapely.geometry.mapping(shapely.orient_polygons(geometry.normalize())),
            }
        )
        for properties, geometry in features
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    extent = f'"bbox":{_json(list(bbox))},' if bbox else ""
    text = '{"type":"FeatureCollection",' + extent + '"features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def write_plan(folder: Path, plan: Row, commitments: Iterable[Row]) -> None:
    """Write the plan; what is None is left out, since TOML has no word for unknown."""
    lines = _toml_lines(plan)
    for commitment in commitments:
        lines += ["", "[[commitment]]", *_toml_lines(commitment)]
    (folder / PLAN_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _toml_lines(table: Row) -> list[str]:
    return [f"{key} = {_toml_value(value)}" for key, value in table.items() if value is not None]


def _toml_value(value: str | int | date) -> str:
    # A JSON string is a TOML basic string for every text without control characters.
    return value.isoformat() if isinstance(value, date) else _json(value)
