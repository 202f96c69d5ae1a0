"""Reads positions the way people note them: degrees, DMS, map links, VN-2000 metres, in either order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from urllib.parse import unquote

import geopandas as gpd
import pyproj

from geo.cells import CellError
from geo.text import Words, fold
from records.imports.findings import Doubt
from records.imports.values import candidates

METRIC_SYSTEMS = ("EPSG:9217", "EPSG:3406", "EPSG:32649")
"""Systems that Khánh Hòa is surveyed in: VN-2000 TM-3 108°15′, VN-2000 UTM 49N, WGS 84 UTM 49N.

Where the first puts a point in the district the others put it 300 km away; the last two differ by
about 225 m, which no number shows.
"""
_NEAR_DEGREES = 0.25
"""How far beyond the district, in degrees, a position may lie and still be thought meant for it."""
_DECIMALS = 7

_PART = r"([0-9]{1,3})\s*[°º˚:\s]\s*([0-9]{1,2}(?:[.,][0-9]+)?)\s*['′’‘:\s]?\s*"
# Seconds may be missing: what goes on as a number or has a degree sign is the next angle.
_SECONDS = r"([0-9]{1,2}(?:[.,][0-9]+)?)(?![.,]?[0-9]|\s*[°º˚])"
_ANGLE = rf"[nbed]?\s*{_PART}(?:{_SECONDS}\s*(?:[\"″”“]|''|’’|′′)?)?\s*[nbed]?"
_DMS = re.compile(_ANGLE)
_TWO_DMS = re.compile(rf"(?P<first>{_ANGLE})\s*[-,;]?\s*(?P<second>{_ANGLE})")
_DECIMAL = re.compile(r"[nbed]?\s*([0-9][0-9.,\s']*)\s*(?:[°º˚]|m)?\s*[nbed]?")
_LABEL = re.compile(r"\b(?:vi do|kinh do|lat(?:itude)?|lon(?:g|gitude)?|toa do|x|y)\s*[:=]?\s*(?=[0-9])")
_DIRECTION = re.compile(r"\b(?:vi do )?(bac|dong)\b")

_POINT_TEXT = re.compile(r"point\s*z?\s*\(([^()]*)\)")
_BETWEEN = (
    r"[;\n\t|]",
    r",\s+",
    r"(?<=[nbed°º˚])\s*[-,]?\s*(?=[0-9nbed])",
    r"\s*,?\s*(?=[ed]\s*[0-9])",
    ",",
    r"\s+",
)
"""What separates two coordinates, the surest sign first."""

_FLOAT = r"(-?[0-9]{1,3}(?:\.[0-9]+)?)"
_LINK = re.compile(r"(?:https?://|www\.|geo:|maps\.app\.goo\.gl)")
_PINS = (
    re.compile(rf"!3d{_FLOAT}!4d{_FLOAT}"),
    re.compile(rf"[?&](?:q|query|ll|daddr|destination|center)=(?:loc:)?{_FLOAT},\s*\+?{_FLOAT}"),
    re.compile(rf"[?&]mlat={_FLOAT}&mlon={_FLOAT}"),
    re.compile(rf"geo:{_FLOAT},{_FLOAT}"),
    re.compile(rf"/(?:place|search|dir)/{_FLOAT},\s*\+?{_FLOAT}"),
)
_VIEWS = (
    re.compile(rf"/@{_FLOAT},{_FLOAT}"),
    re.compile(rf"#map=[0-9.]+/{_FLOAT}/{_FLOAT}"),
)

Numbers = Sequence[Decimal]
"""What the digits of one coordinate can stand for; see `records.imports.values.candidates`."""


class Locator:
    """Tells what two numbers mean by where they lie: only one reading of them is in the district.

    Parameters
    ----------
    communes : GeoDataFrame
        The communes of 2023, EPSG:4326.
    """

    def __init__(self, communes: gpd.GeoDataFrame) -> None:
        west, south, east, north = communes.total_bounds
        self._west, self._east = west - _NEAR_DEGREES, east + _NEAR_DEGREES
        self._south, self._north = south - _NEAR_DEGREES, north + _NEAR_DEGREES
        self._to_degrees = {
            system: pyproj.Transformer.from_crs(system, "EPSG:4326", always_xy=True)
            for system in METRIC_SYSTEMS
        }

    def _is_near(self, lat: float, lon: float) -> bool:
        return self._south <= lat <= self._north and self._west <= lon <= self._east

    def locate(self, first: Numbers, second: Numbers, words: Words) -> tuple[str, str, str]:
        """Return the position that two coordinates mean.

        Parameters
        ----------
        first, second : sequence of Decimal
            What stands for latitude or northing, and for longitude or easting, or the other way round.
        words : Words
            The language of the options of a question.

        Returns
        -------
        lat, lon : str
            Decimal degrees WGS 84.
        code : str
            What was put right: ``swapped``, ``vn2000`` or nothing.

        Raises
        ------
        Doubt
            If the numbers are metres of one of two systems.
        CellError
            If they are metres that lie nowhere near in any system.
        """
        for one, other in product(first, second):
            for lat, lon, code in ((one, other, ""), (other, one, "swapped")):
                if self._is_near(float(lat), float(lon)):
                    return f"{lat:f}", f"{lon:f}", code
        found = {
            system: place
            for one, other in product(first, second)
            for northing, easting in ((one, other), (other, one))
            for system in METRIC_SYSTEMS
            if (place := self._from_metres(system, float(easting), float(northing)))
        }
        if len(found) > 1:
            raise Doubt(
                "system",
                {
                    f"{lat}, {lon}": words(f"imports.system.{system[5:]}")
                    for system, (lat, lon) in found.items()
                },
            )
        for lat, lon in found.values():
            return lat, lon, "vn2000"
        if min(first) > 180 or min(second) > 180:
            raise CellError("metres_elsewhere")
        # Far from the district, so that its rules will refuse it; but no latitude is beyond 90.
        lat, lon = min(first), min(second)
        return (f"{lon:f}", f"{lat:f}", "swapped") if lat > 90 >= lon else (f"{lat:f}", f"{lon:f}", "")

    def _from_metres(self, system: str, easting: float, northing: float) -> tuple[str, str] | None:
        if not (100_000 < easting < 1_000_000 < northing < 2_000_000):
            return None
        lon, lat = self._to_degrees[system].transform(easting, northing)
        return (f"{lat:.{_DECIMALS}f}", f"{lon:.{_DECIMALS}f}") if self._is_near(lat, lon) else None


def _plain(text: str) -> str:
    """Return a text folded, without labels, and with one letter for a direction."""
    return _LABEL.sub("", _DIRECTION.sub(lambda found: found.group(1)[0], fold(text)))


def read_coordinate(text: str) -> Numbers:
    r"""Return what one coordinate can stand for: degrees, degrees, minutes and seconds, or metres.

    Raises
    ------
    CellError
        If it is none of them.

    Examples
    --------
    >>> [str(one) for one in read_coordinate("12°40'30\" B")]
    ['12.6750000']
    """
    folded = _plain(text)
    if match := _DMS.fullmatch(folded):
        degrees, minutes, seconds = (Decimal((part or "0").replace(",", ".")) for part in match.groups())
        if minutes >= 60 or seconds >= 60:
            raise CellError("bad_dms")
        return [round(degrees + minutes / 60 + seconds / 3600, _DECIMALS)]
    match = _DECIMAL.fullmatch(folded)
    found = candidates(match.group(1).strip()) if match else []
    if not found:
        raise CellError("not_a_coordinate")
    return found


def read_point(text: str) -> tuple[Numbers, Numbers]:
    """Return the two coordinates of one cell, such as ``12.67, 109.40`` or a link to a web map.

    Raises
    ------
    Doubt
        If a link holds only the middle of the screen, not a place.
    CellError
        If there are no two coordinates in it.

    Examples
    --------
    >>> [[str(one) for one in numbers] for numbers in read_point("12,67; 109,40")]
    [['12.67'], ['109.40']]
    """
    if _LINK.search(text):
        return _read_link(unquote(text))
    folded = _POINT_TEXT.sub(r"\1", _plain(text))
    if match := _TWO_DMS.fullmatch(folded):
        return read_coordinate(match["first"]), read_coordinate(match["second"])
    for pattern in _BETWEEN:
        parts = [part for part in re.split(pattern, folded) if part.strip(" ,")]
        if len(parts) == 4 and pattern == ",":
            # Two decimal commas and one between: 12,67,109,40.
            parts = [",".join(parts[:2]), ",".join(parts[2:])]
        if len(parts) == 2:
            try:
                return read_coordinate(parts[0].strip(" ,")), read_coordinate(parts[1].strip(" ,"))
            except CellError:
                continue
    raise CellError("not_a_point")


def _read_link(link: str) -> tuple[Numbers, Numbers]:
    for pattern in _PINS:
        if match := pattern.search(link):
            return [Decimal(match.group(1))], [Decimal(match.group(2))]
    for pattern in _VIEWS:
        if match := pattern.search(link):
            middle = f"{match.group(1)}, {match.group(2)}"
            raise Doubt("view", {middle: middle})
    raise CellError("link_without_point")
