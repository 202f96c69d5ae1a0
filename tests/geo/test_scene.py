"""A scene holds place and name of everything, a view what the filters make of it; neither is a program."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.coverage import coverage, pano_radius, panos_that_count
from geo.folder import read_workspace
from geo.scene import HIDDEN, SCALE, commune_wide, label_point, pack_polygons, pack_ring, scene, to_json, view
from geo.terms import CLASSES, PANO_STATUSES, REACH_VALUES, UNITS
from geo.text import LANGUAGES
from records.status import pano_statuses
from tests.folders import GIA, LANH, THO, make_folder, with_row
from tests.hostile import HOSTILE

DATA = Path(__file__).resolve().parents[2] / "data"
ON = date(2026, 6, 30)


@pytest.fixture(scope="module")
def demo():
    return read_workspace(DATA / "demo")


@pytest.fixture(scope="module")
def drawn(demo):
    return json.loads(to_json(scene(demo)))


def unpacked(ring):
    """Return the corners of a packed ring in degrees, as the map's script makes them."""
    return np.cumsum(np.array(ring).reshape(-1, 2), axis=0) / SCALE


def view_of(workspace, *, units="2023", channels=None, **choices):
    reach = coverage(workspace, on=ON, units=units, channels=channels)
    return view(workspace, reach, pano_statuses(workspace, on=ON), **choices)


degrees = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(st.lists(degrees, min_size=3, max_size=30))
def test_a_packed_ring_is_the_ring_to_a_metre(corners):
    ring = np.array([*corners, corners[0]])
    assert np.abs(unpacked(pack_ring(ring)) - ring[:-1]).max() <= 0.5 / SCALE + 1e-9


def test_holes_and_parts_are_kept():
    shape = shapely.box(0, 0, 9, 9).difference(shapely.box(2, 2, 4, 4)).union(shapely.box(20, 0, 21, 1))
    packed = pack_polygons(shape)
    again = shapely.union_all([shapely.Polygon(*_rings(polygon)) for polygon in packed])
    assert again.equals(shape)


def _rings(polygon):
    shell, *holes = (unpacked(ring) for ring in polygon)
    return shell, holes


def test_a_name_stands_inside_its_commune(demo):
    for units in UNITS:
        for shape in demo.units(units).geometry:
            assert shape.contains(label_point(shape))
    crescent = shapely.Point(0, 0).buffer(2).difference(shapely.Point(0.5, 0).buffer(1.9))
    assert crescent.contains(label_point(crescent)) and not crescent.contains(crescent.centroid)


def test_a_scene_holds_every_commune_village_pano_and_venue(demo, drawn):
    for units in UNITS:
        table = demo.units(units)
        assert [commune["code"] for commune in drawn["communes"][units]] == table.index.tolist()
        for packed, shape in zip(drawn["communes"][units], table.geometry, strict=True):
            again = shapely.union_all([shapely.Polygon(*_rings(part)) for part in packed["shape"]])
            assert again.symmetric_difference(shape).area < 1e-4 * shape.area
    for name in ("villages", "panos", "venues"):
        table, packed = getattr(demo, name), drawn[name]
        assert packed["id"] == table.index.tolist()
        assert packed["name"] == table["name"].tolist()
        for at, lat, lon in zip(packed["at"], table["lat"], table["lon"], strict=True):
            assert (at is None) == np.isnan(lat)
            assert at is None or np.allclose(np.array(at) / SCALE, [lon, lat], atol=0.51 / SCALE)
    assert drawn["panos"]["radius"] == pano_radius(demo).round(1).tolist()
    assert [bool(old) for old in drawn["villages"]["historical"]] == (
        demo.villages["register_status"] == "historical"
    ).tolist()
    assert drawn["invented"] is True
    assert set(drawn["words"]) == set(LANGUAGES)


def test_a_scene_stays_small(drawn):
    assert len(to_json(drawn).encode()) < 300_000


@pytest.mark.parametrize("units", UNITS)
@pytest.mark.parametrize("show", ["plan", "now"])
def test_without_filters_a_view_shows_every_class_and_status(demo, units, show):
    made = view_of(demo, units=units, show=show)
    reach, statuses = coverage(demo, on=ON, units=units), pano_statuses(demo, on=ON)
    shown = reach.villages["class" if show == "plan" else "now"]
    assert [CLASSES[int(digit)] for digit in made["villages"]] == shown.tolist()
    assert [PANO_STATUSES[int(digit)] for digit in made["panos"]] == statuses.tolist()
    assert made["venues"] == "1" * len(demo.venues)
    assert made["legend"]["classes"] == {
        name: int((reach.villages["counted"] & (shown == name)).sum())
        for name in (CLASSES if show == "plan" else REACH_VALUES)
    }
    if show == "plan":
        assert made["legend"]["classes"] == {name: reach.summary[name] for name in CLASSES}
    assert sum(made["legend"]["statuses"].values()) == len(demo.panos)
    now = panos_that_count(demo, ON, "now")
    assert [digit == "1" for digit in made["serving"]] == now.tolist()


@pytest.mark.parametrize("units", UNITS)
def test_a_commune_hides_what_lies_elsewhere_and_counts_what_is_left(demo, units):
    reach = coverage(demo, on=ON, units=units)
    for code in reach.communes.index:
        made = view_of(demo, units=units, commune=code)
        inside = reach.villages["commune_code"] == code
        assert [digit != HIDDEN for digit in made["villages"]] == inside.tolist()
        assert made["legend"]["classes"] == {name: int(reach.communes.at[code, name]) for name in CLASSES}
        assert sum(made["legend"]["statuses"].values()) == sum(digit != HIDDEN for digit in made["panos"])
        assert made["legend"]["venues"] == sum(digit != HIDDEN for digit in made["venues"])


def test_classes_and_statuses_hide_the_others_but_not_their_counts(demo):
    whole, made = view_of(demo), view_of(demo, classes=["planned"], visible_statuses=["retired", "building"])
    assert set(made["villages"]) == {str(CLASSES.index("planned")), HIDDEN}
    assert len(made["villages"].replace(HIDDEN, "")) == whole["legend"]["classes"]["planned"]
    wanted = {str(PANO_STATUSES.index(name)) for name in ("retired", "building")}
    assert set(made["panos"]) == wanted | {HIDDEN}
    assert made["legend"]["classes"] == whole["legend"]["classes"]
    assert made["legend"]["statuses"] == whole["legend"]["statuses"]


def test_panos_go_with_their_channel(demo):
    made = view_of(demo, channels=["leaflet"])
    assert set(made["panos"]) == {HIDDEN}
    assert made["channels"] == ["leaflet"]


def test_a_view_is_a_few_hundred_bytes(demo):
    assert len(to_json(view_of(demo))) < 1_500


def test_a_commune_of_2025_is_served_only_where_each_old_one_is(tmp_path):
    leaflets = {"channel": "leaflet", "state": "done", "scope": "communes"}

    def served(name, codes):
        rows = with_row("activities", 1, **leaflets, commune_codes=codes)
        workspace = read_workspace(make_folder(tmp_path / name, activities=rows))
        return [commune_wide(workspace, coverage(workspace, on=ON, units=units), "now") for units in UNITS]

    assert served("one", LANH) == [{LANH}, set()]
    assert served("both", f"{LANH};{THO}") == [{LANH, THO}, {THO}]
    assert served("alone", GIA) == [{GIA}, {GIA}]


texts = st.text() | st.sampled_from([HOSTILE, "</script>", "<!--", "{{x}}", "{%", "{#", "{{{{", "\u2028"])


@given(st.dictionaries(texts, st.recursive(texts | st.none() | st.integers(), st.lists)))
def test_json_comes_back_and_opens_no_tag_and_no_template(value):
    text = to_json(value)
    assert json.loads(text) == value
    for opener in ("<", ">", "&", "\u2028", "\u2029", "{{", "{%", "{#"):
        assert opener not in text
