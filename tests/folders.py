"""Builds small data folders: a valid one, which a test then changes or spoils."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import shapely

from geo.schema import PLAN_FILE, TABLES, table

GIA, LANH, THO = "22489", "22492", "22504"
"""Codes of the three communes of 2023; two of them mean another area in 2025."""

_BOXES = {
    GIA: shapely.box(109.20, 12.68, 109.24, 12.72),
    LANH: shapely.box(109.24, 12.72, 109.28, 12.76),
    THO: shapely.box(109.24, 12.68, 109.28, 12.72),
}
_SOURCE = "Danh mục thử"

ROWS: dict[str, list[dict]] = {
    "communes_2023": [
        {
            "code": GIA,
            "name": "Vạn Giã",
            "kind": "thị trấn",
            "valid_to": "2025-06-30",
            "successor_code": "22489",
            "villages_official": 2,
            "geometry": _BOXES[GIA],
        },
        {
            "code": LANH,
            "name": "Đại Lãnh",
            "kind": "xã",
            "valid_to": "2025-06-30",
            "successor_code": "22504",
            "geometry": _BOXES[LANH],
        },
        {
            "code": THO,
            "name": "Vạn Thọ",
            "kind": "xã",
            "valid_to": "2025-06-30",
            "successor_code": "22504",
            "geometry": _BOXES[THO],
        },
    ],
    "communes_2025": [
        {
            "code": "22489",
            "name": "Vạn Ninh",
            "kind": "xã",
            "valid_from": "2025-07-01",
            "geometry": _BOXES[GIA],
        },
        {
            "code": "22504",
            "name": "Đại Lãnh",
            "kind": "xã",
            "valid_from": "2025-07-01",
            "geometry": shapely.union(_BOXES[LANH], _BOXES[THO]),
        },
    ],
    "villages": [
        {
            "id": "v1",
            "name": "Tân Mỹ",
            "kind": "tổ dân phố",
            "commune_code": GIA,
            "lat": 12.7,
            "lon": 109.22,
            "accuracy_m": 50,
            "register_status": "official",
            "households": 120,
            "poor_households": 9,
            "source": _SOURCE,
        },
        {
            "id": "v2",
            "name": "Lương Hải",
            "kind": "thôn",
            "commune_code": GIA,
            "register_status": "official",
            "source": _SOURCE,
        },
        {
            "id": "v3",
            "name": "Tuần Lễ",
            "kind": "thôn",
            "commune_code": THO,
            "lat": 12.69,
            "lon": 109.26,
            "register_status": "reported",
            "source": _SOURCE,
        },
        {
            "id": "v4",
            "name": "Đông Hội",
            "commune_code": LANH,
            "lat": 12.74,
            "lon": 109.25,
            "accuracy_m": 1000,
            "register_status": "historical",
            "source": _SOURCE,
        },
    ],
    "panos": [
        {
            "id": "p1",
            "name": "Pano Vạn Giã",
            "commune_code": GIA,
            "village_id": "v1",
            "serves": "v1;v2",
            "lat": 12.701,
            "lon": 109.221,
            "radius_m": 800,
            "state": "in_service",
            "condition": "good",
            "checked_on": "2023-06-07",
            "source": _SOURCE,
        },
        {"id": "p2", "name": "Pano Vạn Thọ", "commune_code": THO, "state": "planned", "source": _SOURCE},
    ],
    "works": [{"id": "w1", "pano_id": "p2", "kind": "build", "state": "approved", "cost_vnd": 12000000}],
    "venues": [
        {
            "id": "d1",
            "name": "Nhà văn hóa Tân Mỹ",
            "commune_code": GIA,
            "village_id": "v1",
            "lat": 12.7,
            "lon": 109.22,
            "capacity": 80,
            "source": _SOURCE,
        }
    ],
    "activities": [
        {
            "id": "a1",
            "channel": "dialogue",
            "title": "Đối thoại chính sách",
            "state": "done",
            "starts_on": "2023-09-01",
            "ends_on": "2023-09-01",
            "scope": "villages",
            "village_ids": "v1",
            "venue_id": "d1",
            "source": _SOURCE,
        },
        {
            "id": "a2",
            "channel": "leaflet",
            "state": "planned",
            "scope": "communes",
            "commune_codes": f"{LANH};{THO}",
            "source": _SOURCE,
        },
        {"id": "a3", "channel": "portal", "state": "planned", "scope": "district", "source": _SOURCE},
    ],
}
"""Rows of the valid folder by table; a column that is left out is blank."""

PLAN = """\
number = "1/KH-UBND"
issued_on = 2023-06-07
budget_vnd = 34000000

[[commitment]]
id = "c1"
text = "Xây một pano"
channel = "pano"
target = 1
"""

_ROAD = {"type": "LineString", "coordinates": [[109.2, 12.7], [109.25, 12.7]]}
ROADS = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": _ROAD}],
    }
)
"""A layer of one road through Vạn Giã."""

Content = Sequence[dict] | str | bytes | None


def make_folder(folder: Path, **contents: Content) -> Path:
    """Write a data folder and return it.

    Parameters
    ----------
    folder : pathlib.Path
        Where to write; made if it does not exist.
    **contents
        By name of a table, or ``plan``: rows, or the raw content of its file, or None for no file.
        What is not named is that of the valid folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = ROWS | {"plan": PLAN} | contents
    files = {one.name: one.file for one in TABLES} | {"plan": PLAN_FILE}
    assert not wanted.keys() - files.keys(), "a table that the contract does not know"
    for name, content in wanted.items():
        if content is None:
            continue
        if not isinstance(content, (str, bytes)):
            content = file_content(name, content)
        if isinstance(content, str):
            content = content.encode()
        (folder / files[name]).write_bytes(content)
    return folder


def file_content(name: str, rows: Sequence[dict]) -> str:
    """Return rows as the text of a table's file."""
    one = table(name)
    if one.is_layer:
        return json.dumps({"type": "FeatureCollection", "features": [_feature(row) for row in rows]})
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, one.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def with_row(name: str, place: int, /, **values: object) -> list[dict]:
    """Return the rows of a table of the valid folder, the row at ``place`` (from 0) changed."""
    rows = [dict(row) for row in ROWS[name]]
    rows[place] |= values
    return rows


def _feature(row: dict) -> dict:
    properties = {key: value for key, value in row.items() if key != "geometry"}
    geometry = row["geometry"]
    if isinstance(geometry, shapely.Geometry):
        geometry = shapely.geometry.mapping(geometry)
    return {"type": "Feature", "properties": properties, "geometry": geometry}
