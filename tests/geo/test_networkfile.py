"""A layer of roads beside the data is followed; one that can't be read is a fault that says what to do."""

import json

import geopandas as gpd
import pytest
import shapely

from geo.check import check_folder
from geo.folder import read_workspace
from geo.network import Network
from geo.ruler import StraightLines
from tests.folders import PLAN, make_folder

LINE = {"type": "LineString", "coordinates": [[109.2, 12.7], [109.25, 12.7]]}


def layer(*geometries):
    features = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.fixture
def folder(tmp_path):
    return make_folder(tmp_path / "data")


def test_without_a_layer_lines_are_straight(folder):
    assert read_workspace(folder).ruler == StraightLines()


def test_a_detour_factor_stands_in_the_plan(tmp_path):
    folder = make_folder(tmp_path, plan="detour_factor = 1.4\n" + PLAN)
    assert read_workspace(folder).ruler == StraightLines(1.4)


def test_geojson_and_gpkg_give_the_same_network(folder):
    places = [(12.71, 109.2)], [(12.69, 109.25)]
    without = read_workspace(folder)
    (folder / "network.geojson").write_text(layer(LINE), encoding="utf-8")
    first = read_workspace(folder)
    (folder / "network.geojson").unlink()
    lines = gpd.GeoSeries([shapely.geometry.shape(LINE)], crs=4326).to_crs(9217)
    lines.to_file(folder / "network.gpkg", driver="GPKG")
    second = read_workspace(folder)
    assert isinstance(first.ruler, Network)
    assert first.ruler.lengths(*places) == pytest.approx(second.ruler.lengths(*places), abs=0.1)
    assert first.ruler.lengths(*places)[0] > without.ruler.lengths(*places)[0]
    assert len({ws.version for ws in (without, first, second)}) == 3


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [
        ("network.geojson", "{", "broken_json"),
        ("network.geojson", layer({"type": "Point", "coordinates": [109.2, 12.7]}), "not_a_line"),
        ("network.geojson", layer(None), "not_a_line"),
        ("network.geojson", layer(LINE | {"coordinates": [[1, 2], [500, 3]]}), "geometry_off_earth"),
        ("network.geojson", layer(LINE | {"coordinates": "x"}), "broken_network"),
        ("network.gpkg", "no database", "broken_network"),
    ],
)
def test_a_layer_that_is_none_is_a_fault(folder, file, content, code):
    (folder / file).write_text(content, encoding="utf-8")
    (fault,) = check_folder(folder).faults
    assert (fault.file, fault.code) == (file, code)
