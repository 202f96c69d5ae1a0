"""A data folder becomes a typed workspace, or is refused with every fault."""

import os
from datetime import date

import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import DataFolderError
from geo.folder import INVENTED_MARK, read_workspace
from geo.schema import PLAN_FILE, TABLES
from geo.terms import DEFAULT_PANO_RADIUS_M
from tests.folders import PLAN, ROWS, file_content, make_folder, with_row

OPTIONAL = {one.name: None for one in TABLES if not one.required} | {"plan": None}


def test_tables_are_typed_and_keyed(tmp_path):
    ws = read_workspace(make_folder(tmp_path))
    assert list(ws.villages.index) == [row["id"] for row in ROWS["villages"]]
    assert ws.villages.index.name == "id"
    assert list(ws.units("2023").index) == [row["code"] for row in ROWS["communes_2023"]]
    assert ws.units("2023").crs == "EPSG:4326"
    assert ws.villages["lat"].dtype == ws.panos["radius_m"].dtype == "float64"
    assert ws.villages["households"].dtype == "Int64"
    assert ws.panos.loc["p1", "serves"] == ("v1", "v2")
    assert ws.panos.loc["p1", "checked_on"] == date(2023, 6, 7)
    assert ws.path == tmp_path


def test_a_blank_is_unknown_and_never_zero(tmp_path):
    ws = read_workspace(make_folder(tmp_path))
    bare = ws.villages.loc["v2"]
    assert pd.isna(bare["lat"]) and pd.isna(bare["accuracy_m"])
    assert bare["households"] is pd.NA
    assert bare["note"] == ""
    assert ws.panos.loc["p2", "serves"] == ()
    assert ws.panos.loc["p2", "content_until"] is None
    assert ws.activities.loc["a3", "village_ids"] == ()


def test_optional_files_may_be_missing(tmp_path):
    full = read_workspace(make_folder(tmp_path / "full"))
    bare = read_workspace(make_folder(tmp_path / "bare", **OPTIONAL))
    for name in ("works", "venues", "activities"):
        empty = getattr(bare, name)
        assert empty.empty
        pd.testing.assert_series_equal(empty.dtypes, getattr(full, name).dtypes)
    assert bare.units("2025").empty
    assert bare.units("2025").crs == full.units("2025").crs
    assert list(bare.units("2025")) == list(full.units("2025"))
    assert bare.plan.pano_radius_m == DEFAULT_PANO_RADIUS_M
    assert bare.plan.radius_is_assumed


@pytest.mark.parametrize("name", [one.name for one in TABLES if one.required])
def test_required_files_may_not(tmp_path, name):
    with pytest.raises(DataFolderError) as refused:
        read_workspace(make_folder(tmp_path, **{name: None}))
    assert "no_file" in {fault.code for fault in refused.value.faults}


def test_header_alone_is_an_empty_table(tmp_path):
    ws = read_workspace(make_folder(tmp_path, works=[], venues=[], activities=[]))
    assert ws.works.empty and ws.venues.empty and ws.activities.empty


def test_optional_column_may_be_left_out_and_order_is_free(tmp_path):
    text = "register_status,name,commune_code,id\nofficial,Tân Mỹ,22489,v1\n"
    ws = read_workspace(make_folder(tmp_path, villages=text, panos=[], **OPTIONAL))
    village = ws.villages.loc["v1"]
    assert village["name"] == "Tân Mỹ"
    assert pd.isna(village["lat"]) and village["source"] == ""


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["bare", "byte-order mark"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_text_is_read_as_an_office_saves_it(tmp_path, mark, ending):
    rows = with_row("villages", 0, name="  Ta\u0302n My\u0303 ", note="dòng một\ndòng hai")
    text = mark + file_content("villages", rows).replace("\n", ending) + "," * 12 + ending
    ws = read_workspace(make_folder(tmp_path, villages=text))
    assert ws.villages.loc["v1", "name"] == "T\u00e2n M\u1ef9"
    assert ws.villages.loc["v1", "note"].split() == ["dòng", "một", "dòng", "hai"]


def test_html_is_text(tmp_path):
    name = "`${alert(1)}<img src=x onerror=alert(1)>"
    ws = read_workspace(make_folder(tmp_path, villages=with_row("villages", 0, name=name)))
    assert ws.villages.loc["v1", "name"] == name


def test_plan_is_read(tmp_path):
    plan = read_workspace(make_folder(tmp_path, plan="pano_radius_m = 750\n" + PLAN)).plan
    assert plan.issued_on == date(2023, 6, 7)
    assert plan.budget_vnd == 34_000_000
    assert (plan.pano_radius_m, plan.radius_is_assumed) == (750, False)
    (commitment,) = plan.commitments
    assert (commitment.id, commitment.channel, commitment.target) == ("c1", "pano", 1)
    assert (commitment.place, plan.title, plan.starts_on) == ("", "", None)


@pytest.mark.parametrize("mark", [INVENTED_MARK, "DỮ LIỆU MINH HOẠ, sinh tự động"])
@pytest.mark.parametrize(("name", "column"), [("villages", "source"), ("works", "note")])
def test_invented_rows_mark_the_workspace(tmp_path, mark, name, column):
    assert not read_workspace(make_folder(tmp_path / "real")).invented
    assert read_workspace(
        make_folder(tmp_path / "made", **{name: with_row(name, 0, **{column: mark})})
    ).invented


def test_version_follows_content_alone(tmp_path):
    first = read_workspace(make_folder(tmp_path / "one")).version
    assert read_workspace(make_folder(tmp_path / "two")).version == first
    changed = make_folder(tmp_path / "three", villages=with_row("villages", 0, note="x"))
    assert read_workspace(changed).version != first
    assert read_workspace(make_folder(tmp_path / "four", plan=None)).version != first


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_refusal_counts_the_faults_and_names_the_folder(tmp_path, lang):
    folder = make_folder(
        tmp_path, villages=with_row("villages", 0, lat="x"), works=with_row("works", 0, kind="x")
    )
    with pytest.raises(DataFolderError) as refused:
        read_workspace(folder, lang=lang)
    assert [fault.file for fault in refused.value.faults] == ["villages.csv", "works.csv"]
    assert str(folder) in str(refused.value) and "2" in str(refused.value)


def test_multipolygons_and_holes_and_heights_are_read(tmp_path):
    ring = [[109.20, 12.68, 5.0], [109.24, 12.68, 5.0], [109.24, 12.72, 5.0], [109.20, 12.72, 5.0]]
    hole = [[109.21, 12.69], [109.22, 12.69], [109.22, 12.70], [109.21, 12.69]]
    geometry = {"type": "MultiPolygon", "coordinates": [[[*ring, ring[0]], hole]]}
    ws = read_workspace(make_folder(tmp_path, communes_2023=with_row("communes_2023", 0, geometry=geometry)))
    shape = ws.units("2023").geometry.iloc[0]
    assert not shapely.has_z(shape)
    assert len(shape.geoms[0].interiors) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(make_folder(tmp_path, works=None) / "works.csv")
    with pytest.raises(DataFolderError) as refused:
        read_workspace(tmp_path)
    assert [fault.code for fault in refused.value.faults] == ["unreadable"]


files = st.sampled_from([*(one.file for one in TABLES), PLAN_FILE])


@given(
    file=files,
    content=st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")),
)
def test_whatever_a_file_holds_the_folder_is_read_or_refused(tmp_path_factory, file, content):
    folder = make_folder(tmp_path_factory.mktemp("any"))
    (folder / file).write_bytes(content)
    try:
        read_workspace(folder)
    except DataFolderError as refused:
        assert refused.faults
