"""The rules of reach once more, written apart from the program: pair by pair, in plain Python.

This follows the text of the contract and nothing of ``geo.coverage``, so that the two can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

import pandas as pd
from pyproj import Geod

from geo.workspace import Workspace

GEOD = Geod(ellps="WGS84")
REACHING = ("pano", "dialogue", "banner", "slogan", "leaflet", "loudspeaker", "movement")
STRENGTH = ("reached", "possible", "no_location", "unreached")
OPEN_APPROVED = ("approved", "assigned", "in_progress", "paused", "awaiting_acceptance", "rejected")


def geodesic_m(start: tuple[float, float], end: tuple[float, float]) -> float:
    return GEOD.inv(start[1], start[0], end[1], end[0])[2]


def brute_coverage(
    ws: Workspace,
    on: date,
    units: str,
    channels: tuple[str, ...] = (),
    *,
    length: Callable[[tuple[float, float], tuple[float, float]], float] = geodesic_m,
) -> dict[str, object]:
    """Return the contract's ``villages`` and ``communes``, and the counts of the whole.

    ``length`` says how long the way between two points is, infinite where there is none.
    """
    channels = channels or REACHING
    code_in = _code_in(ws, units)
    villages = [_village(ws, on, row, code_in, channels, length) for row in _rows(ws.villages)]
    communes = []
    for code, commune in ws.communes[units].iterrows():
        here = [v for v in villages if v["counted"] and v["commune_code"] == code]
        communes.append(
            {
                "code": code,
                "name": commune["name"],
                "register_complete": _complete(ws, units, code),
                **_counts(here),
            }
        )
    return {
        "villages": villages,
        "communes": communes,
        "counts": _counts([v for v in villages if v["counted"]]),
    }


def _rows(table):
    return [{"id": id_, **row} for id_, row in zip(table.index, table.to_dict("records"), strict=True)]


def _code_in(ws, units):
    if units == "2023":
        return lambda code: code
    successors = dict(ws.communes["2023"]["successor_code"])
    return lambda code: successors[code]


def _counts(villages):
    classes = ("reached", "planned", "possible", "no_location", "unreached")
    return {
        "villages": len(villages),
        **{c: sum(v["class"] == c for v in villages) for c in classes},
    }


def _complete(ws, units, code):
    code_in = _code_in(ws, units)
    listed = sum(
        v["register_status"] == "official" and code_in(v["commune_code"]) == code for v in _rows(ws.villages)
    )
    official = ws.communes[units]["villages_official"][code]
    if not pd.isna(official) and official == listed:
        return True
    if units == "2023":
        return False
    members = [old for old, new in ws.communes["2023"]["successor_code"].items() if new == code]
    return all(_complete(ws, "2023", old) for old in members)


def _in_service(pano, on):
    until = pano["content_until"]
    return (
        pano["state"] == "in_service"
        and pano["condition"] != "major_damage"
        and (until is None or until >= on)
    )


def pano_counts(ws, pano, on, scenario):
    if scenario == "now":
        return _in_service(pano, on)
    works = [w["kind"] for w in _rows(ws.works) if w["pano_id"] == pano["id"] and w["state"] in OPEN_APPROVED]
    if "remove" in works:
        return False
    later = dict(pano)
    if "build" in works:
        later |= {"state": "in_service", "condition": "good"}
    if "repair_frame" in works:
        later["condition"] = "good"
    if "replace_canvas" in works:
        later["content_until"] = None
    return _in_service(pano, on) or _in_service(later, on)


def _activity_counts(activity, on, scenario):
    if activity["state"] == "planned":
        return scenario == "plan"
    return activity["state"] == "done" and (activity["starts_on"] is None or activity["starts_on"] <= on)


def _zero_if_unknown(value):
    return 0.0 if math.isnan(value) else value


def distance_m(a, b, length):
    """Return the way between two rows, or None where one has no point."""
    if math.isnan(a["lat"]) or math.isnan(b["lat"]):
        return None
    return length((a["lat"], a["lon"]), (b["lat"], b["lon"]))


def _channel(ws, on, village, scenario, channel, length):
    """Return what a channel says of a village, and the bases of what reaches it."""
    bases, possible = set(), False
    if channel in REACHING:
        for activity in _rows(ws.activities):
            if activity["channel"] != channel or not _activity_counts(activity, on, scenario):
                continue
            if activity["scope"] == "villages" and village["id"] in activity["village_ids"]:
                bases.add("explicit")
            if activity["scope"] == "communes" and village["commune_code"] in activity["commune_codes"]:
                bases.add("commune")
    if channel == "pano":
        for pano in _rows(ws.panos):
            if not pano_counts(ws, pano, on, scenario):
                continue
            if village["id"] == pano["village_id"] or village["id"] in pano["serves"]:
                bases.add("explicit")
            d = distance_m(village, pano, length)
            if d is None:
                continue
            u = _zero_if_unknown(village["accuracy_m"]) + _zero_if_unknown(pano["accuracy_m"])
            r = ws.plan.pano_radius_m if math.isnan(pano["radius_m"]) else pano["radius_m"]
            if d + u <= r:
                bases.add("distance")
            elif d - u <= r:
                possible = True
    if bases:
        return "reached", bases
    if possible:
        return "possible", bases
    if channel == "pano" and math.isnan(village["lat"]):
        return "no_location", bases
    return "unreached", bases


def _village(ws, on, village, code_in, channels, length):
    runs, bases = {}, {}
    by_channel = {channel: {} for channel in channels}
    for scenario in ("now", "plan"):
        bases[scenario] = set()
        for channel in channels:
            by_channel[channel][scenario], found = _channel(ws, on, village, scenario, channel, length)
            bases[scenario] |= found
        given = [by_channel[channel][scenario] for channel in channels]
        runs[scenario] = next(value for value in STRENGTH if value in given)
    if runs["now"] == "reached":
        class_ = "reached"
    elif runs["plan"] == "reached":
        class_ = "planned"
    else:
        class_ = next(value for value in STRENGTH if value in runs.values())
    reaching = bases["now"] or bases["plan"]
    near, metres = None, None
    for pano in _rows(ws.panos):
        d = distance_m(village, pano, length)
        is_way = d is not None and math.isfinite(d)
        if is_way and pano_counts(ws, pano, on, "now") and (metres is None or d < metres):
            near, metres = pano["id"], d
    return {
        "id": village["id"],
        "name": village["name"],
        "commune_code": code_in(village["commune_code"]),
        "counted": village["register_status"] != "historical",
        "class": class_,
        "now": runs["now"],
        "plan": runs["plan"],
        "basis": next((b for b in ("explicit", "distance", "commune") if b in reaching), None),
        "nearest_pano": near,
        "nearest_pano_m": None if metres is None else round(metres, 2),
        "channels": by_channel,
    }
