"""Layers open by address in programs for maps, page by page, and are sent again only if they changed."""

import json
from datetime import timedelta

import geopandas as gpd
import pytest

from geo.coverage import coverage
from geo.days import local_date
from records.actions import edit
from records.layers import LAYERS, REACH
from tests.folders import GIA, ROWS
from tests.records.helpers import operation
from tests.web.api.conftest import API


def opened(answer, tmp_path):
    """Return a layer as a program for maps reads it."""
    file = tmp_path / "layer.geojson"
    file.write_bytes(answer.content)
    return gpd.read_file(file)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_opens_with_all_its_rows(visitor, store, tmp_path, layer):
    answer = visitor.get(f"{API}/{layer}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/geo+json"
    table = opened(answer, tmp_path)
    assert table.crs == "EPSG:4326"
    rows = ROWS["communes_2023" if layer == "communes" else layer]
    key = "code" if layer == "communes" else "id"
    assert table[key].tolist() == [row[key] for row in rows]
    if layer != "communes":
        places = {row["id"]: (row.get("lon"), row.get("lat")) for row in rows}
        places |= {"a1": (109.22, 12.7)}
        for row in table.itertuples():
            x, y = places[row.id]
            assert row.geometry is None if x is None else (row.geometry.x, row.geometry.y) == (x, y)


@pytest.mark.parametrize("units", ["2023", "2025"])
@pytest.mark.parametrize("channels", ["", "pano", "leaflet,dialogue"])
def test_reach_is_that_of_the_rules(visitor, store, tmp_path, units, channels):
    asked = {"units": units} | ({"channels": channels} if channels else {})
    today = local_date(store.clock())
    chosen = channels.split(",") if channels else None
    reach = coverage(store.workspace(), on=today, units=units, channels=chosen)
    villages = visitor.get(f"{API}/villages", params=asked).json()["features"]
    for feature in villages:
        told = feature["properties"]
        of = reach.villages.loc[told["id"]]
        assert told["class"] == of["class"] and told["unit_code"] == of["commune_code"]
        assert set(REACH) <= told.keys()
    communes = visitor.get(f"{API}/communes", params=asked).json()["features"]
    assert {one["properties"]["code"]: one["properties"]["reached"] for one in communes} == reach.communes[
        "reached"
    ].to_dict()


def test_panos_and_activities_say_whether_they_count(visitor, store):
    panos = visitor.get(f"{API}/panos").json()["features"]
    counts = {one["properties"]["id"]: one["properties"]["counts_now"] for one in panos}
    assert counts == {"p1": True, "p2": False}
    plans = {one["properties"]["id"]: one["properties"]["counts_plan"] for one in panos}
    assert plans == {"p1": True, "p2": True}


def test_a_past_day_is_shown_as_it_was(visitor, store):
    yesterday = local_date(store.clock()) - timedelta(days=1)
    edit(store, "pano", "p1", {"condition": "major_damage"}, operation())
    now, then = (
        visitor.get(f"{API}/panos", params=asked).json()["features"][0]["properties"]["condition"]
        for asked in ({}, {"on": yesterday.isoformat()})
    )
    assert (now, then) == ("major_damage", "good")


def test_pages_add_up_to_the_whole(visitor, store):
    whole = visitor.get(f"{API}/villages").json()
    assert whole["next"] is None
    address, found = f"{API}/villages?limit=3&units=2025", []
    while address:
        answer = visitor.get(address)
        page = answer.json()
        found += page["features"]
        assert page["number_matched"] == len(whole["features"])
        assert answer.headers.get("link") == (f'<{page["next"]}>; rel="next"' if page["next"] else None)
        address = page["next"]
    ids = [[one["properties"]["id"] for one in features] for features in (found, whole["features"])]
    assert ids[0] == ids[1]


def test_a_page_is_sent_again_only_if_it_changed(visitor, store):
    first = visitor.get(f"{API}/panos")
    known = {"If-None-Match": f'W/"other", {first.headers["etag"]}'}
    assert visitor.get(f"{API}/panos", headers=known).status_code == 304
    assert visitor.get(f"{API}/panos?units=2025", headers=known).status_code == 200
    edit(store, "pano", "p1", {"note": "mới"}, operation())
    assert visitor.get(f"{API}/panos", headers=known).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ("works", 404, "not_found"),
        ("panos?units=2024", 422, "malformed"),
        ("panos?on=2024-02-30", 404, "no_such_day"),
        ("panos?on=05/03/2024", 422, "malformed"),
        ("panos?channels=tv", 422, "malformed"),
        ("panos?limit=0", 422, "malformed"),
    ],
)
def test_what_cannot_be_asked_is_told(visitor, asked, status, code):
    answer = visitor.get(f"{API}/{asked}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_no_name_of_a_person_leaves(visitor, store):
    edit(store, "work", "w1", {"assignee": "Nguyễn Văn Tám"}, operation())
    told = "".join(json.dumps(visitor.get(f"{API}/{layer}").json()) for layer in LAYERS)
    assert "Tám" not in told and json.dumps("Tám")[1:-1] not in told
    assert GIA in told
