"""Names on the printed map: none covers another name, a symbol, or the edge of the map."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.basemap import Basemap, read_basemap
from geo.coverage import coverage
from geo.folder import read_workspace
from geo.scene import view
from geo.sheet.body import Body, Names
from geo.sheet.labels import Name, Room, place_anywhere, place_areas, place_points
from geo.sheet.paper import MM, fitted, projection_for
from geo.terms import UNITS
from geo.typefaces import SANS, SANS_BOLD
from records.status import pano_statuses

ROOT = Path(__file__).resolve().parents[2]
MAP = (0.0, 0.0, 600.0, 400.0)


def named(text: str, size: float = 10.0) -> Name:
    return Name(text, SANS, size, "#000000")


def boxes(placed) -> list[shapely.Geometry]:
    return [shapely.box(*one.box) for one in placed]


def overlaps(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    return shapely.area(shapely.intersection(one, other)) > 1e-6


def body_of(folder: str, units: str, box=(0.0, 0.0, 300 * MM, 270 * MM), **filters) -> Body:
    workspace = read_workspace(ROOT / folder)
    on = date(2026, 11, 23)
    shown = view(
        workspace, coverage(workspace, on=on, units=units), pano_statuses(workspace, on=on), **filters
    )
    west, south, east, north = workspace.units(units).total_bounds
    projection = projection_for((west, south, east, north))
    area = projection.project(np.array([[west, south], [east, north]]))
    frame = fitted(box, projection, (*area[0], *area[1]))
    return Body(workspace, shown, frame, read_basemap(workspace.path / "basemap"), MM)


@pytest.mark.parametrize("units", UNITS)
@pytest.mark.parametrize("folder", ["data", "data/demo"])
@pytest.mark.parametrize("side_mm", [300, 150])
def test_names_of_a_district_keep_clear(folder, units, side_mm):
    body = body_of(folder, units, box=(0.0, 0.0, side_mm * MM, 0.9 * side_mm * MM))
    placed = body.names.placed
    texts = [one.name.text for one in placed]
    assert body.names.communes_left_out == []
    spots = Counter(spot.name for spot in (*body.panos, *body.villages))
    assert Counter(body.names.points_left_out) <= spots
    assert set(body.communes["name"]) <= set(texts)
    frame = shapely.box(*body.frame.box)
    assert all(frame.contains(box) for box in boxes(placed))
    assert not any(overlaps(*pair) for pair in combinations(boxes(placed), 2))
    symbols = [shapely.box(*spot.box) for spot in (*body.panos, *body.venues, *body.villages)]
    assert symbols
    assert not any(overlaps(name, symbol) for name in boxes(placed) for symbol in symbols)
    areas = dict(zip(body.communes["name"], body.shapes.values(), strict=True))
    for one in (p for p in placed if p.leader):
        leader = shapely.LineString([one.leader[:2], one.leader[2:]])
        foot = shapely.Point(one.leads_to).buffer(0.01)
        if one.name.typeface == SANS_BOLD and one.name.text in areas:
            assert areas[one.name.text].intersects(foot)
        else:
            own = [spot for spot in (*body.panos, *body.villages) if spot.name == one.name.text]
            assert any(shapely.box(*spot.box).intersects(foot) for spot in own)
        assert not any(leader.crosses(shapely.box(*other.box)) for other in placed if other is not one)


def test_the_villages_of_the_dense_middle_have_their_names_by_lines():
    body = body_of("data", "2023")
    villages = {spot.name for spot in body.villages}
    assert villages <= {one.name.text for one in body.names.placed}
    assert body.names.points_left_out == []
    assert any(one.leads_to for one in body.names.placed if one.name.text in villages)


def test_the_town_has_its_name_though_it_is_small():
    body = body_of("data", "2023", box=(0.0, 0.0, 150 * MM, 130 * MM))
    town = next(one for one in body.names.placed if one.name.text == "Vạn Giã")
    assert town.leads_to is not None


def test_names_can_be_left_out():
    assert body_of("data", "2023", hidden_layers=["labels"]).names == Names()


def test_a_name_stands_at_the_widest_place_of_its_area():
    bay = shapely.box(100, 100, 300, 200) | shapely.box(300, 100, 320, 300)
    (placed,), left_out = place_areas([(named("Vạn Hưng"), bay)], Room(MAP, 40))
    assert left_out == []
    assert shapely.contains(bay, shapely.box(*placed.box))
    assert placed.leads_to is None


def test_a_small_area_gets_a_line_that_leads_in():
    small = shapely.box(300, 200, 306, 206)
    (placed,), _ = place_areas([(named("Thị trấn Vạn Giã"), small)], Room(MAP, 40))
    assert small.contains(shapely.Point(placed.leads_to))
    assert not overlaps(shapely.box(*placed.box), small)


def test_what_must_be_seen_stays_free():
    area = shapely.box(100, 100, 300, 200)
    room = Room(MAP, 40)
    symbol = (150.0, 120.0, 250.0, 180.0)
    room.take(symbol)
    (placed,), _ = place_areas([(named("Vạn Hưng"), area)], room)
    assert not overlaps(shapely.box(*placed.box), shapely.box(*symbol))


def test_where_names_would_fill_the_map_only_those_that_fit_their_area_are_written():
    tiles = [shapely.box(x, y, x + 20, y + 20) for x in range(0, 600, 20) for y in range(0, 400, 20)]
    large = shapely.box(0, 0, 600, 400)
    placed, left_out = place_areas(
        [(named(f"Xã số {i}"), tile) for i, tile in enumerate(tiles)] + [(named("Tất cả"), large)],
        Room(MAP, 40),
    )
    assert [one.name.text for one in placed] == ["Tất cả"]
    assert len(left_out) == len(tiles)


def test_a_point_without_room_beside_it_gets_a_line_that_crosses_no_symbol():
    room = Room(MAP, 40)
    symbols = [(300 + 7 * i, 200 + 7 * j, 306 + 7 * i, 206 + 7 * j) for i in range(-2, 3) for j in (-1, 0)]
    own = (300.0, 200.0, 306.0, 206.0)
    for symbol in symbols:
        room.take(symbol)
    # Nothing may be written right beside it.
    for box in ((306.0, 200.0, 400.0, 206.0), (200.0, 200.0, 300.0, 206.0), (280.0, 206.0, 300.0, 300.0)):
        room.take(box)
    room.take((306.0, 206.0, 340.0, 300.0))
    (placed,), without = place_points([(named("Vĩnh Yên"), own)], room)
    assert without == []
    leader = shapely.LineString([placed.leader[:2], placed.leader[2:]])
    assert not any(leader.intersects(shapely.box(*one)) for one in symbols if one != own)
    assert leader.distance(shapely.box(*own)) < 1


places = st.tuples(st.floats(0, 600), st.floats(0, 400))


@given(st.lists(places, max_size=60), st.lists(places, max_size=8))
def test_no_two_names_ever_overlap(points, seas):
    room = Room(MAP, 40)
    symbols = [(x - 3, y - 3, x + 3, y + 3) for x, y in points]
    for symbol in symbols:
        room.take(symbol)
    placed = [one for at in seas if (one := place_anywhere(named("Biển Đông", 14), at, room))]
    wanted = [(named(f"Thôn {i}"), symbol) for i, symbol in enumerate(symbols)]
    beside, without = place_points(wanted, room)
    assert len(beside) + len(without) == len(wanted)
    placed += beside
    assert not any(overlaps(*pair) for pair in combinations(boxes(placed), 2))
    assert not any(overlaps(name, shapely.box(*s)) for name in boxes(placed) for s in symbols)
    assert all(shapely.box(*MAP).contains(box) for box in boxes(placed))


def test_areas_that_touch_still_touch_on_paper():
    body = body_of("data", "2023")
    assert shapely.coverage_is_valid(list(body.shapes.values()))
    source = body.communes.geometry
    for code, shape in body.shapes.items():
        assert shapely.get_num_geometries(shape) == shapely.get_num_geometries(source[code])


def test_a_folder_without_a_base_map_has_names_all_the_same():
    body = body_of("data", "2023")
    bare = Body(body.workspace, body.view, body.frame, Basemap(), MM)
    assert {"Vạn Giã", "Vạn Thạnh"} <= {one.name.text for one in bare.names.placed}
    assert bare.land == []
