"""Shares of land agree with geodesic areas, and communes of 2025 with those of 2023."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.coverage import pano_radius, panos_that_count
from geo.errors import UnitsError
from geo.folder import read_workspace
from geo.landshare import covered_km2, land_share
from geo.ruler import StraightLines
from tests.folders import make_folder

GEOD = Geod(ellps="WGS84")
ON = date(2023, 12, 31)
A_THOUSANDTH = 1e-3


def geodesic_circle(lat, lon, radius):
    azimuths = np.linspace(0, 360, 1441)[:-1]
    centre = (np.full(len(azimuths), value) for value in (lon, lat))
    lons, lats, _ = GEOD.fwd(*centre, azimuths, np.full(len(azimuths), radius))
    return shapely.Polygon(np.column_stack([lons, lats]))


def geodesic_km2(shape):
    """Measure on the ellipsoid what the program measures on a plane."""
    return abs(GEOD.geometry_area_perimeter(shapely.segmentize(shape, 0.002))[0]) / 1e6


def truth(shape, panos):
    circles = shapely.union_all([geodesic_circle(*pano) for pano in panos])
    return geodesic_km2(shapely.intersection(shape, circles)) / geodesic_km2(shape)


@settings(max_examples=40)
@given(
    st.sampled_from([8.6, 12.7, 23.3]),
    st.floats(0.02, 0.3),
    st.lists(
        st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.floats(200, 20_000)), min_size=1, max_size=6
    ),
)
def test_a_share_is_right_to_a_thousandth(lat, size, near):
    shape = shapely.Polygon([(109, lat), (109 + size, lat + size / 9), (109 + size / 2, lat + size)])
    panos = [(lat + size / 2 + a * size, 109 + size / 2 + b * size, radius) for a, b, radius in near]
    areas = gpd.GeoSeries([shape], crs=4326)
    centres, radius = np.array(panos)[:, :2], np.array(panos)[:, 2]
    share = (covered_km2(areas, centres, radius) / covered_km2(areas))[0]
    assert share == pytest.approx(truth(shape, panos), abs=A_THOUSANDTH)


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    return read_workspace(make_folder(tmp_path_factory.mktemp("land")))


@pytest.mark.parametrize("units", ["2023", "2025"])
def test_every_commune_has_its_share(ws, units):
    table = land_share(ws, on=ON, units=units)
    assert list(table.index) == list(ws.units(units).index)
    for scenario in ("now", "plan"):
        counting = ws.panos[panos_that_count(ws, ON, scenario) & ws.panos["lat"].notna()]
        panos = list(zip(counting["lat"], counting["lon"], pano_radius(ws)[counting.index], strict=True))
        for code, shape in ws.units(units).geometry.items():
            expected = truth(shape, panos) if panos else 0
            assert table.loc[code, scenario] == pytest.approx(expected, abs=A_THOUSANDTH)
    assert (table["now"] <= table["plan"] + 1e-9).all()
    assert table["plan"].max() > 0


def test_units_agree(ws):
    old, new = (land_share(ws, on=ON, units=units) for units in ("2023", "2025"))
    columns = ["land_km2", "now_km2", "plan_km2"]
    summed = old.groupby(ws.units("2023")["successor_code"])[columns].sum()
    assert np.allclose(summed.loc[new.index], new[columns])
    assert np.allclose(old[columns].sum(), new[columns].sum())


def test_land_under_two_panos_counts_once_and_all_of_it_is_all(ws):
    area = ws.units("2023").geometry.iloc[:1]
    (lat, lon) = area.iloc[0].centroid.y, area.iloc[0].centroid.x
    once, twice = (covered_km2(area, np.array([(lat, lon)] * n), np.full(n, 500.0)) for n in (1, 2))
    assert once == pytest.approx(twice)
    assert covered_km2(area, np.array([(lat, lon)]), np.array([50_000.0])) == pytest.approx(covered_km2(area))


def test_without_panos_nothing_is_covered(ws):
    table = land_share(replace(ws, panos=ws.panos.iloc[:0]), on=ON)
    assert (table[["now", "plan"]] == 0).all(axis=None)
    assert (table["land_km2"] > 0).all()


def test_a_detour_covers_the_land_of_a_shorter_radius(ws):
    nearer = ws.panos.assign(radius_m=pano_radius(ws) / 1.3)
    around, straight = (
        land_share(one, on=ON) for one in (replace(ws, ruler=StraightLines(1.3)), replace(ws, panos=nearer))
    )
    assert around.equals(straight)
    assert around["now_km2"].sum() < land_share(ws, on=ON)["now_km2"].sum()


def test_unknown_units_are_refused(ws):
    with pytest.raises(UnitsError):
        land_share(ws, on=ON, units="2030")
