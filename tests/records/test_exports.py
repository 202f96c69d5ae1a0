"""What is handed on opens elsewhere as it is meant, runs nothing, and comes back the same."""

import csv
import io
import json
import sqlite3
from datetime import date
from xml.etree import ElementTree

import geopandas as gpd
import pyogrio
import pytest
from openpyxl import load_workbook

from geo.coverage import coverage
from geo.folder import read_workspace
from geo.schema import table
from geo.terms import CLASSES, PANO_STATUSES
from geo.text import LANGUAGES, Words
from records.exports import KINDS, to_csv, to_geojson, to_gpkg, to_kml, to_xlsx
from records.imports.headings import heading_of
from records.imports.places import Places
from records.imports.preview import read_office_file
from records.imports.workbooks import DAY_FORMAT
from records.status import pano_statuses
from tests.folders import make_folder, with_row

LAYERS = ("villages", "panos", "venues")
HOSTILE = '=HYPERLINK("http://x","<b onload=alert(1)>${1}`")'


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return read_workspace(
        make_folder(tmp_path_factory.mktemp("exported"), panos=with_row("panos", 0, name=HOSTILE))
    )


@pytest.fixture(scope="module")
def reach(workspace):
    return coverage(workspace)


@pytest.fixture(scope="module")
def gpkg(workspace, reach, tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "outreach.gpkg"
    path.write_bytes(to_gpkg(workspace, Words("vi"), reach=reach))
    return path


def is_same(content, kind, workspace):
    """Return whether a file holds what the workspace has, as an import sees it."""
    preview = read_office_file(content, "f", kind, context=workspace)
    assert not preview.faults and not preview.questions
    return preview.same == tuple(getattr(workspace, kind).index)


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_comes_back_the_same(workspace, reach, gpkg, kind):
    assert is_same(to_csv(workspace, kind, Words("vi")), kind, workspace)
    assert is_same(to_xlsx(workspace, Words("en")), kind, workspace)
    assert is_same(to_geojson(workspace, kind), kind, workspace)
    assert is_same(gpkg.read_bytes(), kind, workspace)
    if kind in LAYERS:
        assert is_same(to_kml(workspace, Words("vi"), reach=reach), kind, workspace)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_csv_is_for_excel_and_runs_nothing(workspace, lang):
    content = to_csv(workspace, "panos", Words(lang))
    assert content.startswith(b"\xef\xbb\xbf")
    header, first, *_ = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert header == [heading_of(name, table("panos"), lang) for name in table("panos").names]
    assert first[1] == "'" + HOSTILE
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in first)


def test_a_workbook_has_a_sheet_a_table_numbers_and_no_formulas(workspace):
    book = load_workbook(io.BytesIO(to_xlsx(workspace, Words("vi"))))
    assert len(book.worksheets) == len(KINDS)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    (villages, *_) = book.worksheets
    heads = [cell.value for cell in villages[1]]
    households = villages.cell(2, heads.index(heading_of("households", table("villages"), "vi")) + 1)
    assert households.value == workspace.villages["households"].iloc[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_workbook_shows_places_by_name_and_days_as_dates(workspace, kind):
    sheet = load_workbook(io.BytesIO(to_xlsx(workspace, Words("vi"), kinds=[kind]))).active
    names = Places(workspace).names
    rows = getattr(workspace, kind).reset_index()
    seen = set()
    for number, column in enumerate(table(kind).columns, start=1):
        for row, value in enumerate(rows[column.name], start=2):
            cell = sheet.cell(row, number)
            if column.kind == "id" and column.refers and value:
                seen.add("name")
                assert cell.value == names[column.refers].label(value)
            elif isinstance(value, date):
                seen.add("day")
                assert cell.is_date and (cell.value.date(), cell.number_format) == (value, DAY_FORMAT)
    assert seen


def test_geojson_has_a_feature_a_row_and_no_point_where_none_is_known(workspace, reach):
    document = json.loads(to_geojson(workspace, "villages", reach=reach))
    features = {one["properties"]["id"]: one for one in document["features"]}
    assert list(features) == list(workspace.villages.index)
    assert features["v2"]["geometry"] is None
    assert features["v1"]["geometry"]["coordinates"] == [109.22, 12.7]
    classes = {key: one["properties"]["class"] for key, one in features.items()}
    assert classes == reach.villages["class"].astype(str).to_dict()


def test_a_geopackage_has_its_layers(workspace, gpkg):
    layers = dict(pyogrio.list_layers(gpkg))
    assert {*KINDS, "communes_2023", "communes_2025"} <= layers.keys()
    assert {kind: layers[kind] for kind in KINDS} == {
        kind: "Point" if kind in LAYERS else None for kind in KINDS
    }
    panos = gpd.read_file(gpkg, layer="panos")
    assert panos.crs == "EPSG:4326"
    assert list(panos["status"]) == list(pano_statuses(workspace))


@pytest.mark.parametrize(
    ("layer", "column", "values"), [("villages", "class", CLASSES), ("panos", "status", PANO_STATUSES)]
)
def test_qgis_finds_a_default_style_that_names_what_the_layer_holds(gpkg, layer, column, values):
    with sqlite3.connect(gpkg) as connection:
        rows = connection.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles"
        ).fetchall()
        geometry = dict(connection.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    connection.close()
    assert {name for name, *_ in rows} == set(geometry)
    assert all(geometry[name] == column and is_default for name, column, is_default, _ in rows)
    style = ElementTree.fromstring(dict((name, qml) for name, _, _, qml in rows)[layer])
    renderer = style.find("renderer-v2")
    assert renderer.get("attr") == column
    categories = {one.get("value"): one.get("symbol") for one in renderer.iter("category")}
    assert set(categories) == set(values)
    assert set(categories.values()) == {one.get("name") for one in renderer.iter("symbol")}


def test_without_a_coverage_villages_have_one_style(workspace, tmp_path):
    (tmp_path / "a.gpkg").write_bytes(to_gpkg(workspace, Words("vi")))
    connection = sqlite3.connect(tmp_path / "a.gpkg")
    (style,) = connection.execute(
        "SELECT styleQML FROM layer_styles WHERE f_table_name = 'villages'"
    ).fetchone()
    connection.close()
    assert 'type="singleSymbol"' in style


def test_kml_has_a_folder_a_layer_and_only_styles_that_exist(workspace, reach):
    root = ElementTree.fromstring(to_kml(workspace, Words("vi"), reach=reach))
    space = {"k": "http://www.opengis.net/kml/2.2"}
    folders = root.findall(".//k:Folder", space)
    counts = [len(folder.findall("k:Placemark", space)) for folder in folders]
    assert counts == [len(getattr(workspace, kind)) for kind in LAYERS]
    styles = {f"#{style.get('id')}" for style in root.iterfind(".//k:Style", space)}
    assert {url.text for url in root.iterfind(".//k:styleUrl", space)} <= styles
    assert HOSTILE in {name.text for name in root.iterfind(".//k:name", space)}


def test_a_workspace_without_rows_is_exported_too(tmp_path):
    empty = read_workspace(make_folder(tmp_path, **dict.fromkeys(KINDS, []), plan=None))
    for kind in KINDS:
        assert to_csv(empty, kind, Words("vi")).count(b"\n") == 1
        assert json.loads(to_geojson(empty, kind))["features"] == []
    assert to_gpkg(empty, Words("vi"), reach=coverage(empty))
    assert to_kml(empty, Words("vi"))
    assert to_xlsx(empty, Words("vi"))
