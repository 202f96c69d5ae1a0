"""A position is found however it is written, and only where the numbers leave no doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from geo.cells import CellError
from geo.text import Words
from records.imports.coordinates import METRIC_SYSTEMS, Locator, read_coordinate, read_point
from records.imports.findings import Doubt

PLACE = (12.7, 109.22)
CONTROL_PAIRS = (
    # WGS 84 latitude and longitude, VN-2000 latitude and longitude, as Circular 20/2019/TT-BGTVT
    # (Vân Phong - Cam Ranh) prints them, to a tenth of an arc second.
    ("12 33 36.0", "109 26 00.0", "12 33 39.7", "109 25 53.6"),
    ("12 28 00.0", "109 26 00.0", "12 28 03.7", "109 25 53.6"),
    ("12 24 00.0", "109 20 30.0", "12 24 03.7", "109 20 23.6"),
    ("12 14 14.0", "109 16 00.0", "12 14 17.7", "109 15 53.6"),
    ("12 16 00.0", "109 13 42.0", "12 16 03.7", "109 13 35.6"),
    ("12 12 58.0", "109 12 32.0", "12 13 01.7", "109 12 25.6"),
    ("12 12 27.9", "109 11 18.8", "12 12 31.6", "109 11 12.4"),
    ("12 09 17.0", "109 13 21.0", "12 09 20.7", "109 13 14.6"),
    ("11 58 08.8", "109 12 24.9", "11 58 12.5", "109 12 18.4"),
    ("11 54 40.8", "109 11 09.5", "11 54 44.5", "109 11 03.0"),
)
PRINTED_TO_M = 5.0
"""Two roundings of a tenth of an arc second (3 m each way) and the metre of the datum shift."""


@pytest.fixture(scope="module")
def locator(context):
    return Locator(context.communes["2023"])


@pytest.fixture(scope="module")
def located(locator, words):
    def located(text):
        lat, lon, _ = locator.locate(*read_point(text), words)
        return float(lat), float(lon)

    return located


@pytest.mark.parametrize(
    "text",
    [
        "12.7,109.22",
        "12.7, 109.22",
        "12,7; 109,22",
        "12,7 109,22",
        "12,70,109,22",
        "109.22, 12.7",
        "12°42'00\"N 109°13'12\"E",
        "12°42′0″B, 109°13′12″Đ",
        "12°42' 109°13.2'",
        "12º42'00''N - 109º13'12''E",
        "12 42 00, 109 13 12",
        "12.7 B, 109.22 Đ",
        "N 12.7 E 109.22",
        "12.7° Bắc, 109.22° Đông",
        "Vĩ độ: 12,7; Kinh độ: 109,22",
        "POINT (109.22 12.7)",
        "geo:12.7,109.22",
        "https://www.google.com/maps?q=12.7,109.22",
        "https://www.google.com/maps/search/?api=1&query=12.7%2C109.22",
        "https://www.google.com/maps/place/Pano/@12.1,109.1,17z/data=!3m1!8m2!3d12.7!4d109.22",
        "https://www.openstreetmap.org/?mlat=12.7&mlon=109.22#map=15/12.1/109.1",
    ],
)
def test_ways_of_writing_a_point(text, located):
    assert located(text) == pytest.approx(PLACE, abs=1e-6)


def test_the_middle_of_a_screen_is_asked_about():
    for link in ("https://www.google.com/maps/@12.7,109.22,15z", "https://osm.org/#map=15/12.7/109.22"):
        with pytest.raises(Doubt) as doubt:
            read_point(link)
        assert list(doubt.value.options) == ["12.7, 109.22"]


@pytest.mark.parametrize("text", ["https://maps.app.goo.gl/abcDEF", "Polygon", "12.7", "1,2,3", "ngã ba"])
def test_what_holds_no_point_is_refused(text):
    with pytest.raises(CellError):
        read_point(text)


def test_minutes_and_seconds_end_at_sixty():
    with pytest.raises(CellError) as wrong:
        read_coordinate("12°75'00\"")
    assert wrong.value.code == "bad_dms"


@given(st.floats(12.69, 12.71), st.floats(109.21, 109.23), st.booleans())
def test_vn2000_is_read_in_either_order(lat, lon, swapped):
    locator, words = _locator(), Words("vi")
    easting, northing = Transformer.from_crs("EPSG:4326", "EPSG:9217", always_xy=True).transform(lon, lat)
    pair = (easting, northing) if swapped else (northing, easting)
    found_lat, found_lon, code = locator.locate(*(read_coordinate(f"{one:.3f}") for one in pair), words)
    _, _, metres = Geod(ellps="WGS84").inv(lon, lat, float(found_lon), float(found_lat))
    assert metres < 0.05
    assert code == "vn2000"


def _locator():
    import geopandas as gpd
    import shapely

    return Locator(gpd.GeoDataFrame(geometry=[shapely.box(109.20, 12.68, 109.28, 12.76)], crs=4326))


def degrees(text):
    return float(read_coordinate(text)[0])


@pytest.mark.parametrize("pair", CONTROL_PAIRS, ids=lambda pair: pair[0])
def test_control_pairs_of_the_datum(pair, words):
    lat, lon, lat_vn2000, lon_vn2000 = map(degrees, pair)
    to_metres = Transformer.from_crs("EPSG:4756", "EPSG:9217", always_xy=True)
    easting, northing = to_metres.transform(lon_vn2000, lat_vn2000)
    import geopandas as gpd
    import shapely

    around = gpd.GeoDataFrame(geometry=[shapely.Point(lon, lat).buffer(0.1)], crs=4326)
    numbers = read_coordinate(f"{northing:.2f}"), read_coordinate(f"{easting:.2f}")
    found_lat, found_lon, _ = Locator(around).locate(*numbers, words)
    _, _, metres = Geod(ellps="WGS84").inv(lon, lat, float(found_lon), float(found_lat))
    assert metres < PRINTED_TO_M


def test_metres_that_two_systems_share_are_asked_about(locator, words):
    easting, northing = Transformer.from_crs("EPSG:4326", "EPSG:32649", always_xy=True).transform(
        *PLACE[::-1]
    )
    with pytest.raises(Doubt) as doubt:
        locator.locate(read_coordinate(str(northing)), read_coordinate(str(easting)), words)
    assert len(doubt.value.options) == len(METRIC_SYSTEMS) - 1


def test_metres_of_elsewhere_are_refused(locator, words):
    with pytest.raises(CellError) as wrong:
        locator.locate(read_coordinate("2325000"), read_coordinate("587000"), words)
    assert wrong.value.code == "metres_elsewhere"


def test_swapped_coordinates_are_told(locator, words):
    assert locator.locate(read_coordinate("109.22"), read_coordinate("12.7"), words) == (
        "12.7",
        "109.22",
        "swapped",
    )


@given(st.text(max_size=60))
def test_any_text_is_a_point_a_doubt_or_refused(text):
    try:
        assert len(read_point(text)) == 2
    except (CellError, Doubt) as said:
        assert said.code
