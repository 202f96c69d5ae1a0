"""The invented data folder: marked, complete, on land, and the same at every run."""

from __future__ import annotations

import csv
import json
import tomllib
from datetime import date
from pathlib import Path

import pytest
import shapely

from geo.check import check_folder
from geo.coverage import coverage
from geo.folder import read_workspace
from geo.schema import TABLES, table
from geo.terms import (
    ACTIVITY_SCOPES,
    ACTIVITY_STATES,
    CHANNELS,
    CLASSES,
    PANO_CONDITIONS,
    PANO_STATES,
    WORK_KINDS,
    WORK_STATES,
)
from tools.build_demo import MARK, build

DATA = Path(__file__).resolve().parent.parent / "data"
DEMO = DATA / "demo"
AS_OF = date(2026, 11, 23)


def rows(name: str) -> list[dict[str, str]]:
    with (DEMO / table(name).file).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def communes() -> dict[str, shapely.Geometry]:
    content = json.loads((DEMO / "communes.geojson").read_text("utf-8"))["features"]
    return {f["properties"]["code"]: shapely.geometry.shape(f["geometry"]) for f in content}


def test_the_folder_has_no_fault():
    assert check_folder(DEMO).faults == ()


def test_building_again_gives_the_same_bytes(tmp_path):
    build(DATA, tmp_path)
    built = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")}
    assert built == {path.relative_to(DEMO) for path in DEMO.rglob("*.*")}
    for name in built:
        assert (tmp_path / name).read_bytes() == (DEMO / name).read_bytes(), name


@pytest.mark.parametrize("name", [t.name for t in TABLES])
def test_every_row_says_that_it_is_invented(name):
    one = table(name)
    if one.is_layer:
        content = json.loads((DEMO / one.file).read_text("utf-8"))["features"]
        found = [feature["properties"] for feature in content]
    else:
        found = rows(name)
    marked = "source" if any(column.name == "source" for column in one.columns) else "note"
    assert found
    assert all(row[marked].startswith(MARK) for row in found)


def test_the_plan_says_that_it_is_invented():
    plan = tomllib.loads((DEMO / "plan.toml").read_text("utf-8"))
    assert plan["title"].endswith("(dữ liệu minh họa)")
    assert read_workspace(DEMO).invented
    assert not read_workspace(DATA).invented


def test_boundaries_are_the_real_ones():
    for name in ("communes_2023", "communes_2025"):
        file = table(name).file
        real, demo = (
            [f["geometry"] for f in json.loads((folder / file).read_text("utf-8"))["features"]]
            for folder in (DATA, DEMO)
        )
        assert demo == real


def test_every_known_name_is_there_once():
    with (DATA / "villages.csv").open(encoding="utf-8", newline="") as file:
        known = {row["id"]: row["name"] for row in csv.DictReader(file)}
    demo = {row["id"]: row["name"] for row in rows("villages")}
    assert known.items() <= demo.items()
    assert all(name.startswith("Minh họa") for id, name in demo.items() if id not in known)


@pytest.mark.parametrize("name", ["villages", "panos", "venues"])
def test_invented_points_are_on_the_land_of_their_commune(name, communes):
    for row in rows(name):
        invented = row["lat"] and float(row["accuracy_m"]) <= 50
        if invented:
            assert shapely.contains_xy(communes[row["commune_code"]], float(row["lon"]), float(row["lat"]))


def test_some_registers_are_complete_in_both_sets_of_units():
    ws = read_workspace(DEMO)
    for units in ("2023", "2025"):
        complete = coverage(ws, on=AS_OF, units=units).communes["register_complete"]
        assert complete.any()
        assert not complete.all()


def test_panos_are_in_every_state_and_condition():
    panos = rows("panos")
    assert 18 <= len(panos) <= 24
    assert {pano["state"] for pano in panos} == set(PANO_STATES)
    assert {pano["condition"] for pano in panos} == set(PANO_CONDITIONS)


def test_works_are_of_every_kind_and_state():
    works = rows("works")
    assert {work["kind"] for work in works} == set(WORK_KINDS)
    assert {work["state"] for work in works} == set(WORK_STATES)


def test_every_hard_case_of_a_pano_is_there():
    panos = {pano["id"]: pano for pano in rows("panos")}
    open_work = {
        (work["kind"], work["state"]): panos[work["pano_id"]]
        for work in rows("works")
        if work["state"] not in ("done", "cancelled")
    }
    in_service = [pano for pano in panos.values() if pano["state"] == "in_service"]
    today, half_a_year_ago = AS_OF.isoformat(), "2026-05-23"
    assert any(pano["content_until"] < today for pano in in_service if pano["content_until"])
    assert any(pano["checked_on"] < half_a_year_ago for pano in in_service if pano["checked_on"])
    assert any(not pano["checked_on"] for pano in in_service)
    assert any(pano["serves"] for pano in in_service)
    assert any(not pano["radius_m"] for pano in in_service)
    assert open_work["build", "awaiting_acceptance"]["state"] == "building"
    assert open_work["repair_frame", "in_progress"]["condition"] == "major_damage"
    assert open_work["remove", "approved"]["state"] == "in_service"
    assert open_work["repair_frame", "paused"]["state"] == "suspended"
    assert any(
        work["due_on"] < today for work in rows("works") if work["state"] in ("assigned", "in_progress")
    )


def test_activities_use_every_channel_state_and_scope():
    activities = rows("activities")
    assert {row["channel"] for row in activities} == set(CHANNELS)
    assert {row["state"] for row in activities} == set(ACTIVITY_STATES)
    assert {row["scope"] for row in activities} == set(ACTIVITY_SCOPES)


def test_what_is_done_lies_before_the_day_of_the_demo_and_what_is_planned_after():
    for row in rows("activities"):
        starts_on = date.fromisoformat(row["starts_on"])
        assert (starts_on <= AS_OF) == (row["state"] != "planned")
        if row["evidence"]:
            assert row["state"] == "done"


def test_a_dialogue_takes_place_where_its_villages_are():
    venues = {venue["id"]: venue for venue in rows("venues")}
    villages = {village["id"]: village["commune_code"] for village in rows("villages")}
    for row in rows("activities"):
        if row["venue_id"]:
            (commune,) = {villages[id] for id in row["village_ids"].split(";")}
            assert venues[row["venue_id"]]["commune_code"] == commune


def test_everything_refers_to_a_commitment_and_costs_fit_the_budget():
    plan = tomllib.loads((DEMO / "plan.toml").read_text("utf-8"))
    ids = {commitment["id"] for commitment in plan["commitment"]}
    costs = 0
    for row in [*rows("works"), *rows("activities")]:
        assert row["plan_ref"] in ids
        if row["state"] != "cancelled":
            costs += int(row["cost_vnd"] or 0)
    assert 0.8 * plan["budget_vnd"] <= costs <= plan["budget_vnd"]


@pytest.mark.parametrize("channels", [None, ["pano"]])
def test_villages_are_of_every_class(channels):
    villages = coverage(read_workspace(DEMO), on=AS_OF, channels=channels).villages
    assert set(villages.loc[villages["counted"], "class"]) == set(CLASSES)
