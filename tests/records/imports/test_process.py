"""No file can kill, hang or fool the program: what it does, it does in a process of its own."""

import io
import logging
import os
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import OutreachError
from records.imports import process
from records.imports.process import read_sheets
from records.imports.sheets import MAX_BYTES, Unreadable
from tests.records.imports.test_sniff import workbook, zipped

SEEDS = [
    b"",
    b"id,name\n1,A\n",
    b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"a": 1}}]}',
    b'<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>A</name></Placemark></kml>',
    b"SQLite format 3\x00",
    bytes.fromhex("d0cf11e0a1b11ae1"),
    workbook({"A1": "id", "B2": 1.5}),
    zipped(a_dot_shp=b"\x00\x00\x27\x0a", a_dot_dbf=b"x"),
]


def reason(content, **limits):
    with pytest.raises(Unreadable) as refused:
        read_sheets(content, **limits)
    return refused.value.code


def test_a_file_that_takes_too_long_is_given_up():
    assert reason(b"id,name\n1,A\n", seconds=0.01) == "too_heavy"


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no memory")
def test_a_file_that_takes_too_much_memory_is_given_up():
    heavy = b"id,name\n" + b"1,A\n" * 4_000_000
    assert reason(heavy, memory_bytes=256 * 1024**2) in ("too_heavy", "broken_file")


def test_a_workbook_with_a_far_cell_is_told_and_harms_nothing():
    assert reason(workbook({"A1": "id", "XFD1048576": 1})) == "far_cell"


def test_too_large_a_file_is_not_even_looked_at():
    assert reason(bytes(MAX_BYTES + 1)) == "too_large"


def test_a_kml_declares_no_entities():
    bomb = b'<!DOCTYPE k [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><kml><name>&b;</name></kml>'
    assert reason(bomb) == "broken_layer"


def test_a_layer_can_name_no_other_file(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("id,name\n1,secret\n")
    source = f"<SrcDataSource>{secret}</SrcDataSource>"
    vrt = f"<OGRVRTDataSource><OGRVRTLayer name='secret'>{source}</OGRVRTLayer></OGRVRTDataSource>"
    assert reason(vrt.encode()) == "not_a_table"
    for name in ("a.kml", "a.shp"):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(name, vrt)
        assert reason(stream.getvalue()) == "broken_layer"


def test_the_process_knows_no_settings_and_no_other_driver(monkeypatch):
    monkeypatch.setenv("OUTREACH_SECRET", "not for parsers")
    environment = process._environment("somewhere")
    assert not [name for name in environment if name.startswith("OUTREACH_")]
    assert not {"GPKG", "ESRI Shapefile"} & set(environment["GDAL_SKIP"].split(","))
    assert {"OGR_VRT", "HTTP", "CSV"} & set(environment["GDAL_SKIP"].split(","))


@settings(max_examples=150)
@given(st.sampled_from(SEEDS), st.randoms(use_true_random=False), st.binary(max_size=60))
def test_spoiled_files_are_read_or_refused(seed, chance, more):
    content = bytearray(seed + more)
    for _ in range(chance.randrange(8)):
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)
    try:
        sheets = process._parse(bytes(content))
    except Unreadable:
        return
    assert all(isinstance(cell, str) for sheet in sheets for _, cells in sheet.rows for cell in cells)


def test_random_bytes_end_in_a_preview(take_in, caplog):
    chance = random.Random(1065)
    for seed in SEEDS:
        preview = take_in(seed + chance.randbytes(40))
        assert preview.accepted == 0
        assert preview.faults or preview.total == 0
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_what_is_unreadable_is_no_error_of_the_program():
    assert not issubclass(Unreadable, OutreachError)
