"""Reports hold nothing of the moment of their making."""

import io
import zipfile
from datetime import date

import pytest
from docx import Document

from reports.office_file import timeless, write_entry
from reports.report import ENDINGS, make
from tests.reports.conftest import ON, VI


def workbook_of(moment, *, inner=b""):
    """Return a file with the properties of an office file, written at a moment."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        properties = f"<x><dcterms:created a='b'>{moment}Z</dcterms:created></x>"
        file.writestr(zipfile.ZipInfo("docProps/core.xml", (2000 + moment, 1, 1, 0, 0, 0)), properties)
        file.writestr(zipfile.ZipInfo("embedded/sheet.xlsx", (2000 + moment, 1, 1, 0, 0, 0)), inner)
    return stream.getvalue()


def test_two_files_that_differ_only_in_their_moment_become_the_same():
    first, second = (workbook_of(n, inner=workbook_of(n, inner=EMPTY)) for n in (1, 2))
    assert first != second
    assert timeless(first, on=ON) == timeless(second, on=ON) != timeless(first, on=date(2020, 1, 1))


def empty_zip():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        write_entry(file, "a.txt", b"")
    return stream.getvalue()


EMPTY = empty_zip()


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_report_names_its_day_and_no_moment(real, ending):
    content = make(real.workspace, ending, VI, on=ON)
    if ending == ".pdf":
        assert content == make(real.workspace, ending, VI, on=ON)
        return
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert file.read("docProps/core.xml").count(ON.isoformat().encode()) == 2


def test_the_document_stays_what_it_was():
    document = Document()
    document.add_paragraph("Vạn Ninh")
    stream = io.BytesIO()
    document.save(stream)
    again = Document(io.BytesIO(timeless(stream.getvalue(), on=ON)))
    assert [one.text for one in again.paragraphs] == [
        "Vạn Ninh"
    ] and again.core_properties.created.date() == ON
