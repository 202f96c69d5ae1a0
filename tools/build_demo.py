"""Make ``data/demo/``, an invented year for the real communes, the same bytes at every run.

Run ``python -m tools.build_demo``. Only boundaries, basemap and the names of the register are taken
from ``data/``; every figure, point, pano, venue and activity is made up, and its row says so. The
story that it tells stands in ``tools/demo_stories.py`` and ``tools/demo_panos.py``.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

import shapely
from pyproj import Geod

from geo.schema import table
from tools import demo_stories as stories
from tools.data_folder import (
    COORDINATE_DIGITS,
    read_features,
    read_table,
    write_features,
    write_plan,
    write_table,
)
from tools.demo_panos import PANOS, Pano

SEED = 1065
MARK = "Dữ liệu minh họa"
"""Every row's source begins so, or its note where the table has no source."""

SHORE_DEG = 0.0008
"""Invented points keep about 90 m from the shore and from the lines of their commune."""
SETTLEMENT_M = 2200
"""Invented villages lie within this distance of a known hamlet of their commune, not in the mountains."""
NEIGHBOUR_GAP_M = 450
"""Invented villages keep this far apart where their commune has the room."""

ELLIPSOID = Geod(ellps="WGS84")
Point = tuple[float, float]
"""Longitude and latitude in decimal degrees, WGS 84."""


class Country:
    """The real communes, on whose land the invented points are put.

    Parameters
    ----------
    shapes : mapping of str to Geometry
        Communes by code; decimal degrees, WGS 84.
    rng : random.Random
        Where chance comes from.
    """

    def __init__(self, shapes: Mapping[str, shapely.Geometry], rng: Random) -> None:
        self._land = {code: shapely.buffer(shape, -SHORE_DEG) for code, shape in shapes.items()}
        self._rng = rng

    def settlement(self, code: str, hamlets: Sequence[Point], taken: Sequence[Point]) -> Point:
        """Return a place in a commune near one of its hamlets, apart from the places taken."""
        if not hamlets:
            middle = shapely.get_point(shapely.maximum_inscribed_circle(self._land[code], tolerance=1e-3), 0)
            hamlets = [(middle.x, middle.y)]
        gap = NEIGHBOUR_GAP_M
        while True:
            hamlet = hamlets[self._rng.randrange(len(hamlets))]
            spot = moved(hamlet, self._rng.uniform(0, 360), self._rng.uniform(0, SETTLEMENT_M))
            if self.holds(code, spot) and all(distance_m(spot, other) >= gap for other in taken):
                return spot
            # A small commune fills up: ask for a little less room each time.
            gap *= 0.99

    def beside(self, code: str, place: Point, metres: float) -> Point:
        """Return a place at a distance from another, in the first direction that is on the commune's land."""
        start = self._rng.uniform(0, 360)
        for turn in range(0, 360, 10):
            spot = moved(place, start + turn, metres)
            if self.holds(code, spot):
                return spot
        raise ValueError(f"no land {metres} m from {place} in commune {code}")

    def holds(self, code: str, place: Point) -> bool:
        """Return whether a place is on a commune's land, away from its edge."""
        return bool(shapely.contains_xy(self._land[code], *place))


def moved(place: Point, azimuth_deg: float, metres: float) -> Point:
    """Return the place that lies so far in a direction, rounded as it is written."""
    lon, lat, _ = ELLIPSOID.fwd(*place, azimuth_deg, metres)
    return round(lon, COORDINATE_DIGITS), round(lat, COORDINATE_DIGITS)


def distance_m(one: Point, other: Point) -> float:
    """Return the geodesic distance in metres."""
    return ELLIPSOID.inv(*one, *other)[2]


def build(real: Path, out: Path) -> None:
    """Make the invented data folder.

    Parameters
    ----------
    real : pathlib.Path
        The real data folder.
    out : pathlib.Path
        The folder to write.
    """
    rng = Random(SEED)
    communes = read_features(real / table("communes_2023").file)
    merged = read_features(real / table("communes_2025").file)
    country = Country({p["code"]: shape for p, shape in communes}, rng)

    villages = list(_villages(read_table(real / table("villages").file), communes, country, rng))
    by_id = {village["id"]: village for village in villages}
    facts = _facts(villages)

    (out / "basemap").mkdir(parents=True, exist_ok=True)
    for name in ("land.geojson", "labels.geojson"):
        shutil.copyfile(real / "basemap" / name, out / "basemap" / name)
    write_features(out / table("communes_2023").file, [(_commune_2023(p, facts), g) for p, g in communes])
    write_features(
        out / table("communes_2025").file, [(_commune_2025(p, communes, facts), g) for p, g in merged]
    )
    write_table(out, "villages", villages)
    write_table(out, "panos", [_pano(story, by_id, country) for story in PANOS])
    write_table(out, "works", [work for story in PANOS for work in _works(story)])
    write_table(out, "venues", [_venue(story, by_id, country, rng) for story in stories.VENUES])
    write_table(out, "activities", _activities(by_id, rng))
    write_plan(out, stories.PLAN, stories.COMMITMENTS)


def _villages(
    register: Sequence[Mapping[str, str]],
    communes: Sequence[tuple[Mapping[str, object], shapely.Geometry]],
    country: Country,
    rng: Random,
) -> Iterator[dict[str, object]]:
    taken: list[Point] = []
    for properties, _ in communes:
        code, commune = properties["code"], properties["name"]
        known = [row for row in register if row["commune_code"] == code]
        hamlets = [(float(row["lon"]), float(row["lat"])) for row in known if row["lat"]]
        for row in known:
            yield _known_village(row, country, taken, rng)
        for number in range(1, stories.INVENTED_VILLAGES[code] + 1):
            id = f"v-{code}-mh-{number}"
            village = {
                "id": id,
                "name": f"Minh họa {number} ({commune})",
                "kind": "tổ dân phố" if properties["kind"] == "thị trấn" else "thôn",
                "commune_code": code,
                "register_status": "official",
                **_households(rng),
                "source": f"{MARK}: tên, vị trí và số liệu đều được đặt ra",
            }
            if id in stories.NOT_LOCATED:
                village["note"] = "Chưa đo vị trí"
            else:
                village |= _surveyed(country.settlement(code, hamlets, taken), taken, rng)
            yield village


def _known_village(
    row: Mapping[str, str], country: Country, taken: list[Point], rng: Random
) -> dict[str, object]:
    village: dict[str, object] = {
        **row,
        "source": f"{MARK}: tên thôn có thật, theo data/villages.csv; vị trí và số liệu không có thật",
        "note": None,
    }
    if row["register_status"] == "historical":
        return village | {"source": f"{MARK}: tên cũ và vị trí theo data/villages.csv"}
    village |= _households(rng)
    if row["register_status"] == "official" and row["lat"]:
        hamlet = (float(row["lon"]), float(row["lat"]))
        village |= _surveyed(country.settlement(row["commune_code"], [hamlet], taken), taken, rng)
    return village


def _surveyed(spot: Point, taken: list[Point], rng: Random) -> dict[str, object]:
    taken.append(spot)
    return {"lat": spot[1], "lon": spot[0], "accuracy_m": rng.choice((5, 8, 10, 15, 20, 30, 50))}


def _households(rng: Random) -> dict[str, int]:
    households = rng.randint(90, 420)
    return {"households": households, "poor_households": round(households * rng.uniform(0.02, 0.14))}


def _facts(villages: Iterable[Mapping[str, object]]) -> dict[str, dict[str, int]]:
    """Return the households of each commune: what its villages add up to, and more where some are missing."""
    facts: dict[str, dict[str, int]] = {}
    for village in villages:
        commune = facts.setdefault(village["commune_code"], {"households": 0, "poor_households": 0})
        if village["register_status"] != "historical":
            for column in commune:
                commune[column] += village[column]
    for code, commune in facts.items():
        if code not in stories.COMPLETE_REGISTERS:
            for column in commune:
                commune[column] = round(commune[column] * 1.2)
        commune["near_poor_households"] = round(commune["poor_households"] * 0.8)
        commune["population"] = round(commune["households"] * 3.7)
    return facts


def _commune_2023(properties: Mapping[str, object], facts: Mapping[str, Mapping[str, int]]) -> dict:
    code = properties["code"]
    return {
        **properties,
        **facts[code],
        "villages_official": stories.VILLAGES_OFFICIAL.get(code),
        "special_difficulty": code in stories.SPECIAL_DIFFICULTY,
        "source": f"{MARK}: số thôn, dân số và số hộ được đặt ra; ranh giới theo data/communes.geojson",
    }


def _commune_2025(
    properties: Mapping[str, object],
    communes: Iterable[tuple[Mapping[str, object], shapely.Geometry]],
    facts: Mapping[str, Mapping[str, int]],
) -> dict:
    parts = [p["code"] for p, _ in communes if p["successor_code"] == properties["code"]]
    complete = set(parts) <= stories.COMPLETE_REGISTERS
    sums = {column: sum(facts[code][column] for code in parts) for column in facts[parts[0]]}
    return {
        **properties,
        **sums,
        "villages_official": sum(stories.VILLAGES_OFFICIAL[code] for code in parts) if complete else None,
        "source": f"{MARK}: số thôn, dân số và số hộ được đặt ra; ranh giới theo data/communes_2025.geojson",
    }


def _pano(story: Pano, villages: Mapping[str, Mapping], country: Country) -> dict[str, object]:
    village = villages[story.near]
    spot = country.beside(village["commune_code"], _point(village), story.metres)
    return {
        "id": story.id,
        "name": story.name,
        "commune_code": village["commune_code"],
        "village_id": story.near if story.in_village else None,
        "serves": story.serves,
        "lat": spot[1],
        "lon": spot[0],
        "accuracy_m": 5 if story.checked_on else 30,
        "width_cm": 400,
        "height_cm": 250,
        "radius_m": story.radius_m,
        "state": story.state,
        "condition": story.condition,
        "checked_on": story.checked_on,
        "content_until": story.content_until,
        "plan_ref": "c1",
        "source": f"{MARK}: pano được đặt ra",
        "note": story.note,
    }


def _works(story: Pano) -> Iterator[dict[str, object]]:
    for number, work in enumerate(story.works, start=1):
        yield {
            "id": f"w-{story.id.removeprefix('p-')}-{number}",
            "pano_id": story.id,
            "kind": work.kind,
            "state": work.state,
            "due_on": work.due_on,
            "cost_vnd": work.cost_vnd,
            "assignee": work.assignee,
            "plan_ref": "c2" if work.kind in ("repair_frame", "replace_canvas") else "c1",
            "note": f"{MARK}: {work.note}" if work.note else MARK,
        }


def _venue(
    story: stories.Venue, villages: Mapping[str, Mapping], country: Country, rng: Random
) -> dict[str, object]:
    village = villages[story.village_id]
    venue = {
        "id": story.id,
        "name": story.name,
        "kind": story.kind,
        "commune_code": village["commune_code"],
        "village_id": story.village_id,
        "capacity": story.capacity,
        "source": f"{MARK}: điểm đối thoại được đặt ra",
    }
    if not village.get("lat"):
        return venue | {"note": "Chưa đo vị trí"}
    spot = country.beside(village["commune_code"], _point(village), rng.uniform(60, 220))
    return venue | {"lat": spot[1], "lon": spot[0], "accuracy_m": rng.choice((5, 10, 20))}


def _activities(villages: Mapping[str, Mapping], rng: Random) -> Iterator[dict[str, object]]:
    for round_ in stories.ROUNDS:
        span = (stories.LAST_DONE - stories.FIRST_DONE) / len(round_.done)
        for number, target in enumerate(round_.done, start=1):
            day = stories.FIRST_DONE + span * (number - 1) + timedelta(days=rng.randint(0, 20))
            cancelled = number == round_.cancelled
            row = _activity(round_, target, min(day, stories.LAST_DONE), number, villages, rng)
            row["state"] = "cancelled" if cancelled else "done"
            if cancelled:
                row |= {"cost_vnd": None, "note": "Hủy do mưa bão"}
            elif rng.random() < stories.PROVEN_SHARE:
                row["evidence"] = f"Biên bản số {rng.randint(1, 99):02}/BB; {rng.randint(1, 6)} ảnh"
            yield row
        for number, target in enumerate(round_.planned, start=len(round_.done) + 1):
            day = date(2026, 12, rng.randint(1, 28))
            yield _activity(round_, target, day, number, villages, rng) | {"state": "planned"}


def _activity(
    round_: stories.Round,
    target: stories.Target,
    day: date,
    number: int,
    villages: Mapping[str, Mapping],
    rng: Random,
) -> dict[str, object]:
    where = target.label or ", ".join(villages[id]["name"] for id in target.village_ids)
    return {
        "id": f"a-{round_.channel}-{number:02}",
        "channel": round_.channel,
        "title": f"{round_.title}: {where}",
        "starts_on": day,
        "ends_on": day + timedelta(days=rng.randint(0, round_.longest_days)),
        "scope": target.scope,
        "commune_codes": target.commune_codes,
        "village_ids": target.village_ids,
        "venue_id": target.venue_id,
        "quantity": round_.quantity[0] + round_.step * rng.randint(0, round_.quantity[1]),
        "audience": round_.audience,
        "cost_vnd": 100_000 * rng.randint(*round_.cost),
        "unit": round_.unit,
        "plan_ref": round_.plan_ref,
        "source": f"{MARK}: hoạt động được đặt ra",
    }


def _point(row: Mapping[str, object]) -> Point:
    return float(row["lon"]), float(row["lat"])


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--real", type=Path, default=Path("data"), help="the real data folder")
    parser.add_argument("--out", type=Path, default=Path("data/demo"), help="folder to write")
    options = parser.parse_args()
    build(options.real, options.out)


if __name__ == "__main__":
    main()
