"""The real data folder: sound, nested, sourced, and the same as its sources give."""

from __future__ import annotations

import csv
import json
import tomllib
import unicodedata
from datetime import date
from pathlib import Path

import pytest
import shapely
from pyproj import Geod

from geo.check import check_folder
from geo.schema import TABLES, table
from tools.build_data import BASEMAP_BOX, SourceError, build, check_coverage
from tools.data_folder import rounded, slug, write_features, write_plan, write_table

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
SOURCES = ROOT.parent / "shared" / "data"
ELLIPSOID = Geod(ellps="WGS84")
REUSED_CODES = {"22489", "22498", "22504", "22516", "22525"}


def features(path: Path) -> dict[str, tuple[dict, shapely.Geometry]]:
    content = json.loads(path.read_text("utf-8"))["features"]
    return {
        f["properties"]["code"]: (f["properties"], shapely.geometry.shape(f["geometry"])) for f in content
    }


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / table(name).file).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def area_km2(geometry: shapely.Geometry) -> float:
    return ELLIPSOID.geometry_area_perimeter(shapely.orient_polygons(geometry))[0] / 1e6


@pytest.fixture(scope="module")
def communes() -> dict[str, tuple[dict, shapely.Geometry]]:
    return features(DATA / "communes.geojson")


@pytest.fixture(scope="module")
def merged() -> dict[str, tuple[dict, shapely.Geometry]]:
    return features(DATA / "communes_2025.geojson")


@pytest.fixture(scope="module")
def plan() -> dict:
    return tomllib.loads((DATA / "plan.toml").read_text("utf-8"))


def test_the_folder_has_no_fault():
    assert check_folder(DATA).faults == ()


@pytest.mark.parametrize(
    ("file", "limit_kb"),
    [("communes.geojson", 150), ("communes_2025.geojson", 100), ("basemap/land.geojson", 60)],
)
def test_layers_are_small(file, limit_kb):
    assert (DATA / file).stat().st_size < limit_kb * 1000


def test_there_are_13_communes_and_5_since_the_merger(communes, merged):
    assert len(communes) == 13
    assert len(merged) == 5
    assert sorted(p["kind"] for p, _ in communes.values()) == ["thị trấn"] + ["xã"] * 12


def test_communes_are_valid_and_meet_without_gap_or_overlap(communes, merged):
    (land,) = json.loads((DATA / "basemap/land.geojson").read_text("utf-8"))["features"]
    land = shapely.geometry.shape(land["geometry"])
    for layer in (communes, merged):
        shapes = [shape for _, shape in layer.values()]
        assert all(shape.is_valid for shape in shapes)
        assert shapely.coverage_is_valid([*shapes, land])


def test_each_unit_of_today_is_the_union_of_its_communes_to_the_vertex(communes, merged):
    for code, (_, shape) in merged.items():
        parts = [part for p, part in communes.values() if p["successor_code"] == code]
        union = shapely.coverage_union_all(parts)
        assert shapely.equals_exact(union.normalize(), shape.normalize(), tolerance=0)
    assert {p["successor_code"] for p, _ in communes.values()} == set(merged)


def test_coordinates_are_rounded_and_rings_follow_the_right_hand_rule(communes, merged):
    for _, shape in [*communes.values(), *merged.values()]:
        assert shapely.equals_exact(shape, rounded(shape), tolerance=0)
        for part in shapely.get_parts(shape):
            assert part.exterior.is_ccw
            assert not any(ring.is_ccw for ring in part.interiors)


def test_a_line_of_the_file_is_a_feature():
    for path in (DATA / "communes.geojson", DATA / "communes_2025.geojson"):
        _, *lines, _ = path.read_text("utf-8").splitlines()
        assert [json.loads(line.rstrip(","))["type"] for line in lines] == ["Feature"] * len(lines)


def test_areas_are_near_the_published_ones(communes, merged):
    """SOURCES: within 8 % for the 13, and about 1 % for the 5."""
    for layer, share in ((communes, 0.08), (merged, 0.012)):
        for properties, shape in layer.values():
            assert area_km2(shape) == pytest.approx(properties["area_km2"], rel=share), properties["name"]


def test_a_reused_code_means_another_area_in_another_period(communes, merged):
    assert communes.keys() & merged.keys() == REUSED_CODES
    for code in REUSED_CODES:
        (before, old), (after, new) = communes[code], merged[code]
        assert date.fromisoformat(before["valid_to"]) < date.fromisoformat(after["valid_from"])
        assert area_km2(new) > area_km2(old)
    assert communes["22489"][0]["name"] == "Vạn Giã"
    assert merged["22489"][0]["name"] == "Vạn Ninh"
    # The name Đại Lãnh moved to another code, and its old code ended.
    assert communes["22492"][0]["name"] == merged["22504"][0]["name"] == "Đại Lãnh"
    assert "22492" not in merged


def test_properties_are_those_of_the_contract_in_order(communes, merged):
    for name, layer in (("communes_2023", communes), ("communes_2025", merged)):
        columns = [column.name for column in table(name).columns]
        assert all(list(properties) == columns for properties, _ in layer.values())


def test_what_is_unknown_of_a_commune_is_null(communes, merged):
    unknown = ("population", "households", "poor_households", "near_poor_households", "special_difficulty")
    for properties, _ in [*communes.values(), *merged.values()]:
        assert [properties[column] for column in unknown] == [None] * len(unknown)


@pytest.mark.parametrize("one", [t for t in TABLES if not t.is_layer], ids=lambda t: t.name)
def test_columns_are_those_of_the_contract_in_order(one):
    header = (DATA / one.file).read_text("utf-8").splitlines()[0]
    assert header.split(",") == [column.name for column in one.columns]


def test_the_register_has_14_official_6_reported_and_24_historical_names():
    statuses = [row["register_status"] for row in rows("villages")]
    counts = {status: statuses.count(status) for status in set(statuses)}
    assert counts == {"official": 14, "reported": 6, "historical": 24}


def test_only_two_registers_are_known_complete(communes):
    official = {p["name"]: p["villages_official"] for p, _ in communes.values() if p["villages_official"]}
    assert official == {"Vạn Lương": 5, "Vạn Thắng": 8}
    listed = [row["commune_code"] for row in rows("villages") if row["register_status"] == "official"]
    for properties, _ in communes.values():
        if properties["villages_official"]:
            assert listed.count(properties["code"]) == properties["villages_official"]


def test_a_village_with_a_point_has_an_accuracy_and_a_shared_point_a_worse_one():
    placed = [row for row in rows("villages") if row["lat"]]
    for row in rows("villages"):
        assert bool(row["lat"]) == bool(row["lon"]) == bool(row["accuracy_m"])
    for row in placed:
        accuracy = "2000" if "chung cho các thôn tách ra" in row["note"] else "1000"
        assert row["accuracy_m"] == accuracy, row["name"]


def test_every_row_has_its_source(communes, merged, plan):
    for properties, _ in [*communes.values(), *merged.values()]:
        assert properties["source"]
    for name in ("villages", "panos", "activities"):
        assert all(row["source"] for row in rows(name))
    # The table of works has no column for it.
    assert all(plan["number"] in row["note"] for row in rows("works"))
    for name in ("land", "labels"):
        content = json.loads((DATA / f"basemap/{name}.geojson").read_text("utf-8"))["features"]
        assert all(feature["properties"]["source"] for feature in content)


def test_no_venue_is_made_up():
    assert rows("venues") == []


def test_the_plan_states_its_facts(plan):
    assert plan["number"] == "1065/KH-UBND"
    assert plan["issued_on"] == date(2023, 6, 7)
    assert plan["ends_on"] == date(2023, 12, 31)
    assert plan["budget_vnd"] == 34_000_000
    assert "pano_radius_m" not in plan


def test_the_plan_orders_two_panos_to_build_and_one_to_repair():
    panos = {row["id"]: row for row in rows("panos")}
    orders = {(panos[w["pano_id"]]["commune_code"], w["kind"]): w["state"] for w in rows("works")}
    assert orders == {
        ("22519", "build"): "approved",
        ("22495", "build"): "approved",
        ("22504", "repair_frame"): "approved",
    }
    assert {(p["state"], p["condition"]) for p in panos.values() if p["commune_code"] != "22504"} == {
        ("planned", "unchecked")
    }
    assert (panos["p-van-tho"]["state"], panos["p-van-tho"]["condition"]) == ("in_service", "major_damage")
    assert panos["p-dam-mon"]["village_id"] == "v-22519-dam-mon"
    for pano in panos.values():
        assert (pano["accuracy_m"], pano["radius_m"], pano["content_until"]) == ("2000", "", "")


def test_nothing_is_done_until_someone_records_it():
    assert {row["state"] for row in rows("activities")} == {"planned"}
    for row in rows("activities"):
        assert row["cost_vnd"] == row["quantity"] == row["evidence"] == row["starts_on"] == ""


def test_what_the_plan_sends_everywhere_names_every_commune(communes):
    for row in rows("activities"):
        if row["channel"] in ("banner", "slogan", "leaflet"):
            assert row["commune_codes"].split(";") == sorted(communes)
        else:
            assert (row["scope"], row["commune_codes"]) == ("district", "")


def test_everything_planned_refers_to_a_commitment(plan):
    ids = [commitment["id"] for commitment in plan["commitment"]]
    assert len(set(ids)) == len(ids)
    for name in ("panos", "works", "activities"):
        assert {row["plan_ref"] for row in rows(name)} <= set(ids)


def test_the_basemap_lies_in_its_box_and_names_sea_and_neighbours():
    land = json.loads((DATA / "basemap/land.geojson").read_text("utf-8"))
    assert tuple(land["bbox"]) == BASEMAP_BOX
    for feature in land["features"]:
        assert shapely.box(*BASEMAP_BOX).covers(shapely.geometry.shape(feature["geometry"]))
    labels = json.loads((DATA / "basemap/labels.geojson").read_text("utf-8"))["features"]
    assert {label["properties"]["kind"] for label in labels} == {"sea", "bay", "place", "neighbour"}


def test_text_is_nfc():
    for path in [p for suffix in ("csv", "geojson", "toml", "md") for p in DATA.rglob(f"*.{suffix}")]:
        text = path.read_text("utf-8")
        assert unicodedata.is_normalized("NFC", text), path.name


def test_building_again_gives_the_same_bytes(tmp_path):
    if not SOURCES.exists():
        pytest.skip("the collected sources are not beside the project")
    build(SOURCES, tmp_path)
    built = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*.*")}
    assert len(built) == len(TABLES) + 3
    for name, path in built.items():
        assert path.read_bytes() == (DATA / name).read_bytes(), name


SQUARE = shapely.box(109.0, 12.0, 109.1, 12.1)
NEXT = shapely.box(109.1, 12.0, 109.2, 12.1)
ISLET = shapely.box(109.3, 12.0, 109.31, 12.01)
NO_LAND = shapely.box(110.0, 12.0, 110.1, 12.1)


@pytest.mark.parametrize(
    ("source", "result", "problem"),
    [
        ([SQUARE, NEXT], [SQUARE, shapely.box(109.09, 12.0, 109.2, 12.1)], "overlap"),
        ([SQUARE, NEXT], [SQUARE, shapely.box(109.1, 12.0, 109.201, 12.1)], "area moved"),
        ([SQUARE, shapely.union(NEXT, ISLET)], [SQUARE, NEXT], "islands lost"),
        ([SQUARE, NEXT], [SQUARE, shapely.from_wkt("POLYGON((0 0,1 1,1 0,0 1,0 0))")], "Self-intersection"),
    ],
)
def test_an_unsound_result_is_refused(source, result, problem):
    before, after = dict(zip("ab", source, strict=True)), dict(zip("ab", result, strict=True))
    with pytest.raises(SourceError, match=problem):
        check_coverage(before, after, {}, NO_LAND)


def test_a_sound_result_is_taken():
    shapes = {"a": SQUARE, "b": NEXT}
    check_coverage(shapes, shapes, {"c": shapely.union(SQUARE, NEXT)}, NO_LAND)


def test_ids_are_ascii():
    assert slug("Quảng Hội 1") == "quang-hoi-1"
    assert slug("Đầm  Môn") == "dam-mon"


def test_written_lists_and_blanks_read_back(tmp_path):
    write_table(tmp_path, "activities", [{"id": "a", "village_ids": ("v1", "v2"), "quantity": None}])
    with (tmp_path / "activities.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["village_ids"], row["quantity"], row["commune_codes"]) == ("v1;v2", "", "")


def test_a_column_outside_the_contract_is_refused(tmp_path):
    with pytest.raises(ValueError, match="colour"):
        write_table(tmp_path, "panos", [{"id": "p", "colour": "red"}])


def test_a_written_plan_reads_back(tmp_path):
    plan = {"title": 'Kế hoạch "một"\\hai', "issued_on": date(2023, 6, 7), "budget_vnd": None}
    write_plan(tmp_path, plan, [{"id": "c1", "target": 3}])
    read = tomllib.loads((tmp_path / "plan.toml").read_text("utf-8"))
    assert read == {
        "title": plan["title"],
        "issued_on": plan["issued_on"],
        "commitment": [{"id": "c1", "target": 3}],
    }


def test_written_rings_turn_right(tmp_path):
    clockwise = shapely.orient_polygons(SQUARE, exterior_cw=True)
    write_features(tmp_path / "a" / "x.geojson", [({"code": "1"}, clockwise)])
    assert features(tmp_path / "a" / "x.geojson")["1"][1].exterior.is_ccw
