"""Small workspaces at random, in which many a village lies within a millimetre of a pano's edge."""

from datetime import timedelta

from hypothesis import strategies as st
from pyproj import Geod

from geo.terms import PANO_CONDITIONS, WORK_KINDS
from tests.geo.spaces import ON, SUCCESSORS

GEOD = Geod(ellps="WGS84")
LAT, LON = 12.7, 109.2
DAY = timedelta(days=1)


def at(metres, azimuth=90.0, **values):
    """Return a row whose point lies so far from (LAT, LON)."""
    lon, lat, _ = GEOD.fwd(LON, LAT, azimuth, metres)
    return {"lat": lat, "lon": lon, **values}


PANO = at(0, radius_m=1000.0)

days = st.sampled_from([None, ON - DAY, ON, ON + DAY])
codes = st.sampled_from(list(SUCCESSORS))
metres = st.one_of(st.just(float("nan")), st.sampled_from([0.0, 250.0, 1000.0]), st.floats(0, 3000))
village_ids = st.lists(st.sampled_from(["v1", "v2", "v3"]), max_size=2, unique=True).map(tuple)
azimuths = st.floats(-180, 180)
points = st.one_of(st.just({}), st.builds(at, st.floats(0, 4000), azimuths))


def rows(max_size, **columns):
    row = st.fixed_dictionaries(columns)
    return st.lists(st.tuples(points, row).map(lambda pair: pair[0] | pair[1]), max_size=max_size)


@st.composite
def worlds(draw):
    """Draw a small workspace; many a village lies within a millimetre of a pano's edge."""
    villages = draw(
        rows(
            8,
            commune_code=codes,
            accuracy_m=metres,
            register_status=st.sampled_from(["official", "reported", "historical"]),
        )
    )
    panos = draw(
        rows(
            5,
            commune_code=codes,
            accuracy_m=metres,
            radius_m=metres,
            state=st.sampled_from(["in_service", "in_service", "planned", "suspended"]),
            condition=st.sampled_from(PANO_CONDITIONS),
            content_until=days,
            village_id=st.sampled_from(["", "", "", "v1"]),
            serves=village_ids,
        )
    )
    for pano in panos:
        if "lat" in pano and villages and draw(st.booleans()):
            # A radius that is not known is 1,000 m; one that is must be positive to have an edge.
            radius = pano["radius_m"] if pano["radius_m"] > 1 else 1000.0
            pano["radius_m"] = radius
            step = draw(st.sampled_from([-1e-3, 1e-3]))
            lon, lat, _ = GEOD.fwd(pano["lon"], pano["lat"], draw(azimuths), radius + step)
            draw(st.sampled_from(villages)).update(lat=lat, lon=lon, accuracy_m=0.0)
            pano["accuracy_m"] = 0.0
    work = st.fixed_dictionaries(
        {
            "pano_id": st.sampled_from(["p1", "p2", "p3"]),
            "kind": st.sampled_from(WORK_KINDS),
            "state": st.sampled_from(["proposed", "approved", "paused", "done", "cancelled"]),
        }
    )
    activity = st.fixed_dictionaries(
        {
            "channel": st.sampled_from(["pano", "leaflet", "dialogue", "press"]),
            "state": st.sampled_from(["planned", "done", "cancelled"]),
            "starts_on": days,
            "scope": st.sampled_from(["villages", "communes", "district"]),
            "commune_codes": st.lists(codes, max_size=2, unique=True).map(tuple),
            "village_ids": village_ids,
        }
    )
    official = st.dictionaries(codes, st.integers(0, 3))
    return {
        "villages": villages,
        "panos": panos,
        "works": draw(st.lists(work, max_size=4)),
        "activities": draw(st.lists(activity, max_size=4)),
        "official": draw(official),
        "official_2025": draw(st.dictionaries(st.sampled_from(["101", "201"]), st.integers(0, 3))),
    }
