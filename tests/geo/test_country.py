"""The outline of the country: whole, with both archipelagos where they lie."""

import numpy as np
import pytest
import shapely

from geo.country import ARCHIPELAGOS, country


def test_the_outline_is_sound_and_apart_from_its_neighbours():
    land = country()
    assert shapely.is_valid([land.outline, land.around]).all()
    shared = shapely.area(shapely.intersection(land.outline, land.around))
    assert shared < 1e-3 * shapely.area(land.outline)
    assert "Natural Earth" in land.source


@pytest.mark.parametrize(
    ("place", "lon", "lat"), [("Hà Nội", 105.8, 21.0), ("Vạn Giã", 109.2, 12.7), ("Phú Quốc", 104.0, 10.25)]
)
def test_places_lie_in_it(place, lon, lat):
    assert country().outline.buffer(0.05).contains(shapely.Point(lon, lat))


@pytest.mark.parametrize(("part", "lon", "lat"), [("hoang_sa", 112.0, 16.5), ("truong_sa", 114.5, 10.2)])
def test_the_archipelagos_lie_off_the_coast(part, lon, lat):
    islands = country().archipelagos[part]
    assert len(islands) >= 5
    assert np.abs(islands.mean(axis=0) - (lon, lat)).max() < 1
    assert not shapely.contains_xy(country().outline, *islands.T).any()


def test_bounds_hold_all_that_belongs_to_it():
    everything = shapely.box(*country().bounds)
    assert everything.covers(country().outline)
    for part in ARCHIPELAGOS:
        assert everything.covers(shapely.multipoints(country().archipelagos[part]))
