"""Areas that an office brings as GeoJSON: read whole, or refused."""

import json

import pytest
import shapely

from geo.cells import CellError
from geo.layers import read_polygons

BOX = shapely.box(109.2, 12.6, 109.3, 12.7)
BOXES = shapely.MultiPolygon([BOX, shapely.box(109.4, 12.6, 109.5, 12.7)])


def layer(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | more).encode()


def feature(shape):
    return {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(shape)}


def test_areas_come_back_as_they_are():
    found = read_polygons(b"\xef\xbb\xbf" + layer(feature(BOX), feature(BOXES)))
    assert [one.equals(other) for one, other in zip(found, (BOX, BOXES), strict=True)] == [True, True]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe{}",
        b"[]",
        layer(),
        layer(3),
        layer({"type": "Feature"}),
        layer(feature(BOX), feature(BOX.centroid)),
        layer(feature(shapely.box(500_000, 1_400_000, 501_000, 1_401_000))),
        layer(feature(BOX), crs={"type": "name", "properties": {"name": "EPSG:32649"}}),
    ],
)
def test_what_is_no_layer_of_areas_is_refused(content):
    with pytest.raises(CellError):
        read_polygons(content)
