"""A file is known by what is in it, whatever it is called; and a zip is looked into before it is unpacked."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from records.imports.archives import MAX_ENTRIES, check_extent, open_archive
from records.imports.sheets import MAX_ROWS, Sheet, Unreadable
from records.imports.sniff import delimiter_of, kind_of


def zipped(**entries):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def workbook(cells):
    book = Workbook()
    for place, value in cells.items():
        book.active[place] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"id,name\n1,A\n", "text"),
        (b' {"type": "FeatureCollection", "features": []}', "geojson"),
        (b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"/>', "kml"),
        (b"SQLite format 3\x00 and so on", "gpkg"),
        (zipped(a_dot_shp=b"", a_dot_dbf=b""), "shapefile"),
        (zipped(doc_dot_kml=b""), "kmz"),
        (zipped(xl__workbook_dot_xml=b""), "workbook"),
        (zipped(content_dot_xml=b"", mimetype=b""), "workbook"),
    ],
)
def test_kinds_are_told_by_content(content, kind):
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b" \n\t", "empty_file"),
        (b"%PDF-1.7", "not_a_table"),
        (b"\xff\xd8\xff\xe0", "not_a_table"),
        (b"<html><table></table></html>", "not_a_table"),
        (b"<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>", "not_a_table"),
        (zipped(word__document_dot_xml=b""), "not_a_table"),
        (b"PK\x03\x04" + bytes(100), "broken_zip"),
        (bytes(range(256)), "not_text"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(content, code):
    with pytest.raises(Unreadable) as refused:
        kind_of(content)
    assert refused.value.code == code


def test_a_zip_of_too_many_files_or_bytes_is_refused_before_it_is_unpacked():
    many = zipped(**{f"f{number}": b"" for number in range(MAX_ENTRIES + 1)})
    bomb = zipped(**{f"f{number}": bytes(64 * 1024 * 1024) for number in range(5)})
    for content in (many, bomb):
        with pytest.raises(Unreadable) as refused:
            open_archive(content)
        assert refused.value.code == "unpacks_too_large"


def test_a_far_cell_is_refused_by_its_name_but_a_far_format_is_not():
    with pytest.raises(Unreadable) as refused:
        check_extent(open_archive(workbook({"A1": "id", "XFD1048576": 1})))
    assert refused.value.details == {"cell": "XFD1048576"}
    check_extent(open_archive(workbook({"A1": "id", "XFD1048576": None})))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_beside_decimal_commas_and_lists(delimiter):
    quoted = '"12,5"' if delimiter == "," else "12,5"
    rows = [["tên", "vĩ độ", "các thôn"], ["A", quoted, '"v1;v2"'], ["B", "", ""], ["C", quoted, '"v1;v2"']]
    assert delimiter_of("\n".join(map(delimiter.join, rows))) == delimiter


def test_a_sheet_has_limits():
    with pytest.raises(Unreadable):
        Sheet.of("", ((row, ["x"]) for row in range(1, MAX_ROWS + 10)))
    with pytest.raises(Unreadable):
        Sheet.of("", [(1, ["x" * 10_000])])
    assert Sheet.of("", [(1, [" a ", None, ""]), (2, ["", " "])]).rows == [(1, ["a"])]
