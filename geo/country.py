"""The outline of Vietnam with Hoàng Sa and Trường Sa, which tells where in the country a print lies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import shapely

COUNTRY_FILE = Path(__file__).with_name("country.geojson")
"""Made by ``tools/build_country.py``, which says from what."""

ARCHIPELAGOS = ("hoang_sa", "truong_sa")


@dataclass(frozen=True)
class Country:
    """What the small map of the country shows; decimal degrees, WGS 84.

    Attributes
    ----------
    outline, around : Geometry
        The mainland with its larger islands; the land of other countries within `bounds`.
    archipelagos : dict of str to ndarray
        Longitude and latitude of the islands of Hoàng Sa and Trường Sa, an island a row.
    source : str
        Where the outline comes from.
    """

    outline: shapely.Geometry
    around: shapely.Geometry
    archipelagos: dict[str, np.ndarray]
    source: str

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of all that belongs to the country."""
        islands = shapely.multipoints(np.concatenate(list(self.archipelagos.values())))
        return shapely.union(self.outline, islands.convex_hull).bounds


@cache
def country() -> Country:
    """Return the outline."""
    features = json.loads(COUNTRY_FILE.read_text(encoding="utf-8"))["features"]
    shapes = {f["properties"]["part"]: shapely.geometry.shape(f["geometry"]) for f in features}
    return Country(
        outline=shapes["country"],
        around=shapes["around"],
        archipelagos={part: shapely.get_coordinates(shapes[part]) for part in ARCHIPELAGOS},
        source=features[0]["properties"]["source"],
    )
