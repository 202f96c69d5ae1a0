"""What lies under a map is read as far as it can be; what can't be read is named."""

import json

import pytest
import shapely

from geo.basemap import LABELS_FILE, LAND_FILE, read_basemap

LAND = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"source": "Thử"},
            "geometry": shapely.geometry.mapping(shapely.box(109.0, 12.0, 109.5, 12.5)),
        }
    ],
}
LABEL = {"properties": {"name": "Biển Đông", "kind": "sea"}, "geometry": {"coordinates": [109.5, 12.7]}}


def test_a_folder_without_one_has_none(tmp_path):
    basemap = read_basemap(tmp_path / "missing")
    assert (basemap.land, basemap.extent, basemap.labels, basemap.broken) == ([], None, [], [])


def test_land_labels_and_sources_are_read(tmp_path):
    (tmp_path / LAND_FILE).write_text(json.dumps(LAND | {"bbox": [108, 11, 110, 13]}), encoding="utf-8")
    (tmp_path / LABELS_FILE).write_text(json.dumps({"features": [LABEL]}), encoding="utf-8-sig")
    basemap = read_basemap(tmp_path)
    assert basemap.extent == (108, 11, 110, 13)
    assert basemap.land[0].equals(shapely.box(109.0, 12.0, 109.5, 12.5))
    assert [(label.name, label.kind, label.lon, label.lat) for label in basemap.labels] == [
        ("Biển Đông", "sea", 109.5, 12.7)
    ]
    assert basemap.sources == ["Thử"]
    assert basemap.broken == []


def test_without_stated_bounds_the_land_gives_them(tmp_path):
    (tmp_path / LAND_FILE).write_text(json.dumps(LAND), encoding="utf-8")
    assert read_basemap(tmp_path).extent == (109.0, 12.0, 109.5, 12.5)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (LAND_FILE, "{"),
        (LAND_FILE, json.dumps({"features": []})),
        (LAND_FILE, json.dumps({"features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]})),
        (LAND_FILE, json.dumps(LAND | {"bbox": [110, 11, 108, 13]})),
        (LABELS_FILE, json.dumps({"features": [LABEL | {"geometry": {"coordinates": [float("nan"), 1]}}]})),
        (LABELS_FILE, json.dumps({"features": [LABEL | {"properties": None}]})),
    ],
)
def test_what_is_broken_is_named_and_the_rest_stays(tmp_path, file, text):
    (tmp_path / LAND_FILE).write_text(json.dumps(LAND), encoding="utf-8")
    (tmp_path / LABELS_FILE).write_text(json.dumps({"features": [LABEL]}), encoding="utf-8")
    (tmp_path / file).write_text(text, encoding="utf-8")
    basemap = read_basemap(tmp_path)
    assert basemap.broken == [file]
    assert bool(basemap.land) is (file != LAND_FILE)
    assert bool(basemap.labels) is (file != LABELS_FILE)
