"""Every fault of a data folder is named, in one go, where a person finds it and in words that help."""

import ast
import json
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo import rules
from geo.check import check_folder
from geo.errors import DataFolderError
from geo.folder import read_workspace
from geo.rules import BOUNDARY_DOUBT_M
from geo.schema import TABLES, table
from geo.text import catalogue
from tests.folders import GIA, LANH, PLAN, ROWS, THO, file_content, make_folder, with_row

ROOT = Path(__file__).resolve().parents[2]
NORTH, EAST = 0, 90


def check(tmp_path, **contents):
    return check_folder(make_folder(tmp_path, **contents), "en")


def only_fault(tmp_path, **contents):
    """Return the one fault that a changed folder has; more would be a second name for the same slip."""
    (fault,) = check(tmp_path, **contents).faults
    return fault


def moved(lat, lon, bearing, metres):
    lon, lat, _ = Geod(ellps="WGS84").fwd(lon, lat, bearing, metres)
    return {"lat": lat, "lon": lon}


def test_a_valid_folder_has_no_fault(tmp_path):
    report = check(tmp_path)
    rows = sum(map(len, ROWS.values()))
    assert report.to_dict() == {"rows": rows, "accepted": rows, "rejected": 0, "faults": []}


def test_the_report_is_the_contracts_json(tmp_path):
    report = check(tmp_path, villages=with_row("villages", 1, register_status="oficial", households=-1))
    (first, second) = json.loads(json.dumps(report.to_dict()))["faults"]
    assert list(first) == ["file", "row", "column", "value", "problem", "fix"]
    assert (first["file"], first["row"], first["column"], first["value"]) == (
        "villages.csv",
        3,
        "register_status",
        "oficial",
    )
    assert "official" in first["fix"]
    assert second["column"] == "households"
    assert (report.rows - report.accepted, report.rejected) == (1, 1)


def test_faults_come_in_one_go_in_the_order_of_files_rows_and_columns(tmp_path):
    report = check(
        tmp_path,
        plan="number = 1",
        works=with_row("works", 0, pano_id="p9", kind="paint"),
        villages=with_row("villages", 2, lat="", kind="ấp") + [{"id": "v1"}],
        communes_2023=with_row("communes_2023", 1, name=""),
    )
    places = [(fault.file, fault.row, fault.column) for fault in report.faults]
    assert places == [
        ("communes.geojson", 2, "name"),
        ("villages.csv", 4, "kind"),
        ("villages.csv", 4, "lat"),
        ("villages.csv", 6, "id"),
        ("villages.csv", 6, "name"),
        ("villages.csv", 6, "commune_code"),
        ("villages.csv", 6, "register_status"),
        ("works.csv", 2, "pano_id"),
        ("works.csv", 2, "kind"),
        ("plan.toml", None, "number"),
    ]
    assert report.rejected == 4


def test_rows_are_records_even_where_cells_run_over_lines_and_lines_are_blank(tmp_path):
    rows = with_row("villages", 0, note="một\nhai\nba")
    rows[1]["kind"] = "?"
    text = file_content("villages", rows).replace("\nv2,", "\n\nv2,")
    fault = only_fault(tmp_path, villages=text)
    assert fault.row == 4


@pytest.mark.parametrize(
    ("column", "value", "code", "hint"),
    [
        ("name", "", "missing_value", ""),
        ("name", "Tân\x00Mỹ", "bad_character", ""),
        ("kind", "To dan pho", "not_allowed", "tổ dân phố"),
        ("kind", "buôn", "not_allowed", "thôn"),
        ("commune_code", "99999", "dangling", "communes.geojson"),
        ("commune_code", "van gia", "dangling", GIA),
        ("accuracy_m", "-1", "out_of_range", "unit"),
        ("accuracy_m", "nan", "not_a_number", ""),
        ("accuracy_m", "inf", "not_a_number", ""),
        ("accuracy_m", "1e999", "out_of_range", ""),
        ("accuracy_m", "50 m", "not_a_number", ""),
        ("accuracy_m", "1.000", "thousands_mark", "1000"),
        ("households", "1,200", "thousands_mark", "1200"),
        ("households", "12.5", "not_whole", ""),
        ("households", "9" * 5000, "out_of_range", ""),
        ("households", "١٢", "not_a_number", ""),
        ("lat", "12,7", "decimal_comma", "12.7"),
        ("lat", "109.22", "longitude_as_latitude", "lat and lon"),
        ("lat", "1404000.5", "not_degrees", "VN-2000"),
        ("lon", "-181", "not_degrees", ""),
        ("lat", "", "half_a_point", ""),
        ("lon", "", "half_a_point", ""),
        ("poor_households", "121", "more_poor_than_all", ""),
    ],
)
def test_a_bad_cell_of_a_village(tmp_path, column, value, code, hint):
    fault = only_fault(tmp_path, villages=with_row("villages", 0, **{column: value}))
    assert (fault.code, fault.file, fault.row, fault.column) == (code, "villages.csv", 2, column)
    assert fault.value == (value or None)
    assert hint in fault.fix


@pytest.mark.parametrize(
    ("name", "place", "change", "code", "column"),
    [
        ("panos", 0, {"radius_m": "-5"}, "out_of_range", "radius_m"),
        ("panos", 0, {"village_id": "v9"}, "dangling", "village_id"),
        ("panos", 0, {"serves": "v1;v9"}, "dangling", "serves"),
        ("panos", 0, {"serves": "v1, v2"}, "dangling", "serves"),
        ("panos", 0, {"state": "In service"}, "not_allowed", "state"),
        ("panos", 0, {"checked_on": "7/6/2023"}, "date_not_iso", "checked_on"),
        ("panos", 0, {"checked_on": "20230607"}, "date_not_iso", "checked_on"),
        ("panos", 0, {"content_until": "2023-02-30"}, "no_such_date", "content_until"),
        ("panos", 0, {"content_until": "0203-06-07"}, "year_out_of_range", "content_until"),
        ("works", 0, {"pano_id": ""}, "missing_value", "pano_id"),
        ("works", 0, {"cost_vnd": "12.000.000"}, "thousands_mark", "cost_vnd"),
        ("venues", 0, {"capacity": "-1"}, "out_of_range", "capacity"),
        ("activities", 0, {"venue_id": "d9"}, "dangling", "venue_id"),
        ("activities", 0, {"ends_on": "2023-08-31"}, "end_before_start", "ends_on"),
        ("panos", 0, {"checked_on": "2099-01-01"}, "not_yet", "checked_on"),
        ("activities", 0, {"starts_on": "2099-01-01", "ends_on": ""}, "not_yet", "starts_on"),
        ("activities", 0, {"village_ids": ""}, "scope_names_nothing", "village_ids"),
        ("activities", 1, {"commune_codes": ";"}, "scope_names_nothing", "commune_codes"),
        ("activities", 1, {"channel": "leaflets"}, "not_allowed", "channel"),
        ("activities", 0, {"id": "a;b"}, "bad_id", "id"),
        ("activities", 2, {"id": "a1"}, "duplicate_id", "id"),
    ],
)
def test_a_bad_cell_elsewhere(tmp_path, name, place, change, code, column):
    fault = only_fault(tmp_path, **{name: with_row(name, place, **change)})
    assert (fault.code, fault.file, fault.row, fault.column) == (code, table(name).file, place + 2, column)


def test_a_date_written_day_first_is_given_back_as_iso(tmp_path):
    fault = only_fault(tmp_path, panos=with_row("panos", 0, checked_on="05/03/2025"))
    assert "2025-03-05" in fault.fix


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"code": LANH}, "duplicate_id", "code"),
        ({"successor_code": "22498"}, "dangling", "successor_code"),
        ({"successor_code": None}, "no_successor", "successor_code"),
        ({"valid_from": "2025-07-01"}, "end_before_start", "valid_to"),
        ({"villages_official": 12.5}, "not_whole", "villages_official"),
        ({"households": 10, "poor_households": 11}, "more_poor_than_all", "poor_households"),
        ({"source": ["a"]}, "not_a_value", "source"),
        ({"population": 10**40}, "not_a_value", "population"),
        ({"name": "\ud800"}, "bad_character", "name"),
        ({"colour": "red"}, "unknown_column", "colour"),
        ({"geometry": None}, "no_geometry", "geometry"),
        ({"geometry": {"type": "Polygon", "coordinates": []}}, "broken_geometry", "geometry"),
        ({"geometry": {"type": "MultiPolygon", "coordinates": []}}, "no_geometry", "geometry"),
        ({"geometry": {"type": "Polygon", "coordinates": [[["a", 1]] * 4]}}, "broken_geometry", "geometry"),
        ({"geometry": {"type": "Polygon", "coordinates": [[[None, 1]] * 4]}}, "broken_geometry", "geometry"),
        ({"geometry": shapely.Point(109.26, 12.7)}, "not_a_polygon", "geometry"),
        ({"geometry": shapely.box(580000, 1404000, 590000, 1410000)}, "geometry_off_earth", "geometry"),
        (
            {"geometry": shapely.Polygon([(109.24, 12.6), (109.28, 12.7), (109.28, 12.6), (109.24, 12.7)])},
            "invalid_geometry",
            "geometry",
        ),
        ({"geometry": shapely.box(109.23, 12.68, 109.28, 12.72)}, "overlap", "geometry"),
    ],
)
def test_a_bad_commune(tmp_path, change, code, column):
    # Vạn Thọ is the third; without villages in it, its code may change.
    villages = [row for row in ROWS["villages"] if row["commune_code"] != THO]
    fault = only_fault(
        tmp_path,
        communes_2023=with_row("communes_2023", 2, **change),
        villages=villages,
        panos=ROWS["panos"][:1],
        works=[],
        activities=[],
    )
    assert (fault.code, fault.file, fault.row, fault.column) == (code, "communes.geojson", 3, column)


def test_communes_that_share_a_rounded_border_do_not_overlap(tmp_path):
    sliver = shapely.box(109.24 - 1e-5, 12.68, 109.28, 12.72)
    assert check(tmp_path, communes_2023=with_row("communes_2023", 2, geometry=sliver)).faults == ()


def test_more_official_villages_than_the_list_has(tmp_path):
    fault = only_fault(tmp_path, communes_2023=with_row("communes_2023", 0, villages_official=1))
    assert (fault.code, fault.row, fault.column, fault.value) == (
        "more_villages_than_official",
        1,
        "villages_official",
        "1",
    )


@pytest.mark.parametrize("name", ["villages", "panos", "venues"])
@pytest.mark.parametrize(("beyond", "faulty"), [(-10, False), (10, True)])
def test_a_point_may_lie_outside_its_commune_by_accuracy_and_doubt(tmp_path, name, beyond, faulty):
    accuracy = 500
    inside_edge = {"lat": 12.70, "lon": 109.24}
    point = moved(**inside_edge, bearing=EAST, metres=accuracy + BOUNDARY_DOUBT_M + beyond)
    report = check(tmp_path, **{name: with_row(name, 0, accuracy_m=accuracy, **point)})
    assert [fault.code for fault in report.faults] == ["outside_commune"] * faulty
    assert all("Vạn Thọ" in fault.problem for fault in report.faults)


@pytest.mark.parametrize(("beyond", "faulty"), [(-10, False), (10, True)])
def test_a_point_may_lie_outside_the_district_by_as_much(tmp_path, beyond, faulty):
    point = moved(lat=12.76, lon=109.25, bearing=NORTH, metres=BOUNDARY_DOUBT_M + beyond)
    report = check(tmp_path, villages=with_row("villages", 3, accuracy_m="", **point))
    assert [fault.code for fault in report.faults] == ["outside_district"] * faulty


@pytest.mark.parametrize("point", [(0, 0), (-12.7, -70.8), (90, 0), (-90, 180), (12.7, -109.2)])
def test_a_point_anywhere_on_earth_is_outside(tmp_path, point):
    lat, lon = point
    fault = only_fault(tmp_path, villages=with_row("villages", 0, lat=lat, lon=lon))
    assert fault.code == "outside_district"


def test_a_village_of_an_unknown_commune_has_one_fault(tmp_path):
    fault = only_fault(tmp_path, villages=with_row("villages", 0, commune_code="0"))
    assert fault.code == "dangling"


@pytest.mark.parametrize("name", ["villages", "communes_2023", "panos"])
def test_what_rests_on_an_unreadable_file_is_not_at_fault(tmp_path, name):
    assert {fault.file for fault in check(tmp_path, **{name: b"\xff"}).faults} == {table(name).file}


@pytest.mark.parametrize("one", TABLES, ids=lambda one: one.file)
@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty_file"), ("Vạn Giã".encode("utf-16"), "not_utf8"), (b"a\n\n\xff", "not_utf8")],
)
def test_a_file_that_is_no_text(tmp_path, one, content, code):
    fault = only_fault(tmp_path, **{one.name: content})
    assert (fault.code, fault.file, fault.row) == (code, one.file, None)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "broken_json"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "broken_json"),
        ("[" * 100_000, "broken_json"),
        ("[]", "not_a_layer"),
        ('{"type": "FeatureCollection", "features": {}}', "not_a_layer"),
        ('{"type": "FeatureCollection", "features": []}', "empty_layer"),
        ('{"type": "FeatureCollection", "features": [1]}', "not_a_feature"),
        ('{"type": "FeatureCollection", "features": [{"properties": null}]}', "not_a_feature"),
        (
            '{"type": "FeatureCollection", "features": [1], "crs": {"type": "name", "properties": '
            '{"name": "urn:ogc:def:crs:EPSG::9217"}}}',
            "wrong_crs",
        ),
    ],
)
def test_a_file_that_is_no_layer(tmp_path, content, code):
    assert only_fault(tmp_path, communes_2025=content).code == code


def test_wgs84_may_be_named(tmp_path):
    document = json.loads(file_content("communes_2023", ROWS["communes_2023"]))
    document["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert check(tmp_path, communes_2023=json.dumps(document)).faults == ()


HEADER = "id,pano_id,kind,state"
ROW = "w1,p2,build,approved"


@pytest.mark.parametrize(
    ("content", "code", "row", "column"),
    [
        (f"{HEADER}\n{ROW}\nw2,p2,build\n", "ragged_row", 3, None),
        (f"{HEADER}\n{ROW},more\n", "ragged_row", 2, None),
        (f'{HEADER}\n{ROW}\n"w2,p2,build,approved\n', "broken_csv", 3, None),
        (f'{HEADER}\n{ROW}\n"w2"x,p2,build,approved\n', "broken_csv", 3, None),
        ('"', "broken_csv", 1, None),
        (HEADER.replace(",", ";"), "wrong_separator", 1, None),
        (HEADER.replace("pano_id,", ""), "missing_column", 1, "pano_id"),
        (f"{HEADER},asignee\n{ROW},x", "unknown_column", 1, "asignee"),
        (f"{HEADER},kind\n{ROW},build", "duplicate_column", 1, "kind"),
        (f"{HEADER},\n{ROW},note", "nameless_column", 1, None),
    ],
)
def test_a_broken_table(tmp_path, content, code, row, column):
    fault = only_fault(tmp_path, works=content)
    assert (fault.code, fault.file, fault.row, fault.column) == (code, "works.csv", row, column)


def test_an_unknown_column_is_told_what_was_meant(tmp_path):
    assert "assignee" in only_fault(tmp_path, works=f"{HEADER},asignee\n{ROW},x").fix


def test_columns_without_name_and_cells_are_left_aside(tmp_path):
    assert check(tmp_path, works=f"{HEADER},,\n{ROW},,\n,,,,,\n").faults == ()


def test_a_ragged_row_keeps_its_id_for_those_that_name_it(tmp_path):
    text = file_content("villages", ROWS["villages"]).replace("v1,Tân Mỹ,", "v1,Tân, Mỹ,")
    assert only_fault(tmp_path, villages=text).code == "ragged_row"


def test_a_fault_of_the_header_rejects_every_row_of_the_file(tmp_path):
    whole = check(tmp_path / "a")
    report = check(
        tmp_path / "b", villages=file_content("villages", ROWS["villages"]).replace("lon", "long", 1)
    )
    assert report.rows == whole.rows
    assert report.rejected == len(ROWS["villages"])


@pytest.mark.parametrize(
    ("plan", "code", "column"),
    [
        ("number = ", "broken_toml", None),
        ("number = [" + "[" * 5000, "broken_toml", None),
        ("nummber = 'x'", "unknown_key", "nummber"),
        ("budget_vnd = '34 triệu'", "wrong_type", "budget_vnd"),
        ("budget_vnd = true", "wrong_type", "budget_vnd"),
        ("budget_vnd = 0x" + "f" * 9000, "not_a_value", "budget_vnd"),
        ("budget_vnd = -1", "out_of_range", "budget_vnd"),
        ("issued_on = 2023-06-07T08:00:00", "not_a_value", "issued_on"),
        ("issued_on = '2023-06-07'", "wrong_type", "issued_on"),
        ("issued_on = 1023-06-07", "year_out_of_range", "issued_on"),
        ("title = ['a']", "not_a_value", "title"),
        ("pano_radius_m = 0", "out_of_range", "pano_radius_m"),
        ("pano_radius_m = nan", "not_a_number", "pano_radius_m"),
        ("starts_on = 2023-12-31\nends_on = 2023-01-01", "end_before_start", "ends_on"),
        ("commitment = 1", "not_tables", "commitment"),
        (PLAN + PLAN[PLAN.index("[[") :], "duplicate_commitment", "commitment[2].id"),
        (PLAN.replace('"pano"', '"panos"'), "not_allowed", "commitment[1].channel"),
        (PLAN.replace('text = "Xây một pano"', ""), "missing_value", "commitment[1].text"),
        (PLAN + "colour = 'red'", "unknown_key", "commitment[1].colour"),
    ],
)
def test_a_bad_plan(tmp_path, plan, code, column):
    fault = only_fault(tmp_path, plan=plan)
    assert (fault.code, fault.file, fault.row, fault.column) == (code, "plan.toml", None, column)


def test_a_folder_that_is_not_there(tmp_path):
    for path in (tmp_path / "none", make_folder(tmp_path) / "villages.csv", "\0"):
        report = check_folder(path)
        assert [fault.code for fault in report.faults] == ["no_folder"]
        assert report.rows == 0


def test_a_folder_in_place_of_a_file(tmp_path):
    (make_folder(tmp_path, works=None) / "works.csv").mkdir()
    assert [fault.code for fault in check_folder(tmp_path).faults] == ["unreadable"]


def fault_codes():
    """Return every code that the modules of ``geo`` give a fault."""
    codes = set()
    for path in Path(rules.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "CellError" or (name in ("add", "replace_rows") and node.func.value.id == "log"):
                codes.add(node.args[0].value)
    return codes


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_fault_has_its_words_and_no_words_are_left_over(lang):
    texts = {key.split(".")[1] for key in catalogue(lang) if key.startswith("faults.")} - {"refused"}
    assert fault_codes() == texts
    for code in texts:
        assert {f"faults.{code}.problem", f"faults.{code}.fix"} <= catalogue(lang).keys()


def test_the_languages_differ_in_words_alone(tmp_path):
    folder = make_folder(tmp_path, villages=with_row("villages", 0, lat="x", kind="y", commune_code="z"))
    vi, en = check_folder(folder).to_dict(), check_folder(folder, "en").to_dict()
    assert len(vi["faults"]) == len(en["faults"]) == 3
    for one, other in zip(vi["faults"], en["faults"], strict=True):
        assert [key for key in one if one[key] != other[key]] == ["problem", "fix"]


cells = st.sampled_from(["", "v1", "22489", "12.7", "-1", "1e400", "2023-13-01", ";", "NaN"]) | st.text(
    max_size=8
)


@settings(max_examples=50)
@given(data=st.data(), name=st.sampled_from([one.name for one in TABLES if not one.is_layer]))
def test_whatever_the_cells_hold_each_fault_has_a_place(tmp_path_factory, data, name):
    rows = data.draw(
        st.lists(st.fixed_dictionaries({column: cells for column in table(name).names}), max_size=3)
    )
    folder = make_folder(tmp_path_factory.mktemp("cells"), **{name: file_content(name, rows)})
    report = check_folder(folder, "en")
    json.dumps(report.to_dict(), ensure_ascii=False).encode()
    assert report.accepted + report.rejected == report.rows
    if report.faults:
        with pytest.raises(DataFolderError) as refused:
            read_workspace(folder, lang="en")
        assert refused.value.faults == report.faults
    else:
        read_workspace(folder)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
positions = st.tuples(st.floats(-200, 200), st.floats(-100, 100))
rings = st.lists(positions, min_size=3, max_size=6).map(lambda ring: [*ring, ring[0]])
geometries = json_values | st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Polygon", "MultiPolygon", "Point"]),
        "coordinates": json_values
        | st.lists(rings, max_size=2)
        | st.lists(st.lists(rings, max_size=2), max_size=2),
    }
)


@settings(max_examples=50)
@given(
    properties=json_values | st.fixed_dictionaries({"code": json_values, "name": json_values}),
    geometry=geometries,
)
def test_whatever_a_feature_holds_it_is_read_or_at_fault(tmp_path_factory, properties, geometry):
    document = json.loads(file_content("communes_2023", ROWS["communes_2023"]))
    document["features"].append({"type": "Feature", "properties": properties, "geometry": geometry})
    folder = make_folder(tmp_path_factory.mktemp("feature"), communes_2023=json.dumps(document))
    report = check_folder(folder)
    assert report.accepted + report.rejected == report.rows or not report.rows
    json.dumps(report.to_dict(), ensure_ascii=False).encode()


@pytest.mark.parametrize("folder", ["data", "data/demo"])
def test_the_folders_that_ship_have_no_fault(folder):
    report = check_folder(ROOT / folder)
    assert report.faults == ()
    assert report.accepted == report.rows > 0


@pytest.mark.parametrize(("folder", "invented"), [("data", False), ("data/demo", True)])
def test_only_the_demo_is_invented(folder, invented):
    assert read_workspace(ROOT / folder).invented is invented
