"""The Word document: the form of Nghị định 30/2020/NĐ-CP, the office's own template, and what breaks one."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Pt
from PIL import Image

from geo.text import LANGUAGES, Words
from reports.annexes import PhotoPair
from reports.report_text import report_text
from reports.report_word import TEMPLATE, TemplateRefused, template_of, to_docx
from tests.hostile import FORMULA, HOSTILE
from tests.reports.conftest import ON, VI
from tools import build_report_template

DOCS = Path(__file__).resolve().parents[2] / "docs" / "report-template.md"


def picture(size=(40, 20), kind="PNG"):
    stream = io.BytesIO()
    Image.new("RGB", size, "green").save(stream, kind)
    return stream.getvalue()


def opened(content):
    return Document(io.BytesIO(content))


def all_text(content):
    """Return every text of a document, in the order of paragraphs and cells."""
    document = opened(content)
    return "\n".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))


def template_with(tmp_path, *lines):
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    path = tmp_path / "report_template.docx"
    document.save(str(path))
    return path


@pytest.fixture(scope="module")
def content(text):
    return to_docx(text, VI)


def test_margins_paper_and_typeface_of_an_administrative_document(content):
    document = opened(content)
    (section,) = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    for margin, low, high in (
        (section.top_margin, 20, 25),
        (section.bottom_margin, 20, 25),
        (section.left_margin, 30, 35),
        (section.right_margin, 15, 20),
    ):
        assert low <= round(margin.mm, 1) <= high
    normal = document.styles["Normal"].font
    assert normal.name == "Times New Roman" and Pt(13) <= normal.size <= Pt(14)


def test_pages_are_numbered_at_the_top_from_the_second_on(content):
    (section,) = opened(content).sections
    assert section.different_first_page_header_footer
    fields = [
        [node.text for node in header._element.iter() if node.tag.endswith("}instrText")]
        for header in (section.first_page_header, section.header)
    ]
    assert fields == [[], ["PAGE"]]


def test_invented_data_are_said_to_be_so_on_every_page(content, real):
    (section,) = opened(content).sections
    for header in (section.first_page_header, section.header):
        assert VI("report.invented") in [paragraph.text for paragraph in header.paragraphs]
    assert (
        VI("report.invented")
        not in zipfile.ZipFile(io.BytesIO(to_docx(report_text(real, VI), VI)))
        .read("word/header1.xml")
        .decode()
    )


def test_the_parts_of_the_letterhead_stand_in_their_order(content, text):
    whole = all_text(content)
    names = ("nation", "motto", "type", "subject", "to", "opening", "closing", "recipients", "filed")
    places = [whole.index(text.letterhead[name]) for name in names]
    assert places == sorted(places)
    assert "{" not in whole and "%}" not in whole


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_line_and_cell_is_there(found, lang):
    words = Words(lang)
    text = report_text(found, words)
    document = opened(to_docx(text, words))
    shown = {paragraph.text for paragraph in document.paragraphs}
    numbered = {re.sub(r"^\d+\. ", "", line) for line in shown}
    assert {line for lines in text.lines.values() for line in lines} <= shown | numbered
    cells = [tuple(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    for name, rows in text.rows.items():
        for row in rows:
            assert tuple(row[column] for column in text.head[name]) in cells


def test_annexes_are_there_where_there_is_something_to_attach(text, content):
    pair = PhotoPair("Sửa chữa", picture(), picture(), ON, None)
    with_all = to_docx(text, VI, map_picture=picture(), photos=[pair, pair])
    assert len(opened(with_all).inline_shapes) == 1 + 2 * 2
    whole = all_text(with_all)
    lines = whole.split("\n")
    for number, name in (("I", "map"), ("II", "photos")):
        at = lines.index(f"{VI('report.annex.annex')} {number}")
        assert lines[at + 1 : at + 3] == [VI(f"report.annex.{name}").upper(), text.attached]
    assert VI("report.annex.photo_day", label=VI("report.annex.before"), date="23/11/2026") in whole
    assert VI("report.annex.map").upper() not in all_text(content)
    only_photos = all_text(to_docx(text, VI, photos=[pair]))
    alone = "\n".join((VI("report.annex.annex"), VI("report.annex.photos").upper(), text.attached))
    assert alone in only_photos


def test_a_wide_map_is_turned_to_fill_the_page(text):
    document = opened(to_docx(text, VI, map_picture=picture((40, 20))))
    (shape,) = document.inline_shapes
    assert shape.height == pytest.approx(2 * shape.width, rel=0.01)


def test_hostile_names_stay_text(hostile):
    text = report_text(hostile, VI)
    content = to_docx(text, VI)
    whole = all_text(content)
    assert HOSTILE in whole and FORMULA in whole
    assert "49" not in whole.split(HOSTILE)[0][-20:]
    assert Document(io.BytesIO(content)).core_properties.author == ""


def test_an_office_changes_the_template_without_code(tmp_path, text):
    path = template_with(
        tmp_path,
        "UBND TỈNH",
        "{{ subject }}",
        "{%p for line in lines.steps %}",
        "{{ line }}",
        "{%p endfor %}",
    )
    assert template_of(tmp_path) == path and template_of(tmp_path / "elsewhere") == TEMPLATE
    paragraphs = [paragraph.text for paragraph in opened(to_docx(text, VI, template=path)).paragraphs]
    assert paragraphs == ["UBND TỈNH", text.letterhead["subject"], *text.lines["steps"]]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("{{ so_quyet_dinh }}", "so_quyet_dinh"),
        ("{{ heading.tom_tat }}", "tom_tat"),
        ("{% if co_ban_do %}x{% endif %}", "co_ban_do"),
        ("{% for x in rows.khong_co %}x{% endfor %}", "khong_co"),
    ],
)
def test_an_unknown_placeholder_is_named(tmp_path, text, line, name):
    with pytest.raises(TemplateRefused) as refused:
        to_docx(text, VI, template=template_with(tmp_path, line))
    for lang in LANGUAGES:
        told = refused.value.explain(Words(lang))
        assert f"“{name}”" in told and "report_template.docx" in told and f"“{line}" in told


@pytest.mark.parametrize(
    "line", ["{{ subject", "{% for x in lines %}", "{{ 1 / 0 }}", "{{ subject | khong_co }}"]
)
def test_a_placeholder_written_wrongly_refuses_the_template(tmp_path, text, line):
    path = template_with(tmp_path, line)
    try:
        content = to_docx(text, VI, template=path)
    except TemplateRefused as refused:
        assert refused.code == "broken" and path.name in refused.explain(VI)
        assert f"“{line}”" in refused.explain(VI)
    else:
        # Half a placeholder is no placeholder: Word shows it as it was typed.
        assert line == "{{ subject" and "{{ subject" in all_text(content)


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__.os.getcwd() }}",
        "{{ lines.summary.append('x') }}",
        "{{ heading.update(summary='x') }}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    ],
)
def test_a_template_runs_no_program_and_changes_no_word_of_the_report(tmp_path, text, line):
    with pytest.raises(TemplateRefused):
        to_docx(text, VI, template=template_with(tmp_path, line))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"<html></html>"])
def test_what_is_no_word_file_is_refused(tmp_path, text, content):
    path = tmp_path / "mau.docx"
    path.write_bytes(content)
    with pytest.raises(TemplateRefused) as refused:
        to_docx(text, VI, template=path)
    assert refused.value.code == "not_word" and "mau.docx" in refused.value.explain(VI)


def xml_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.startswith("word/")}


def test_the_template_is_what_the_tool_builds(tmp_path, monkeypatch, capsys):
    built = tmp_path / "templates" / TEMPLATE.name
    monkeypatch.setattr(build_report_template, "PATH", built)
    build_report_template.main()
    assert xml_of(built) == xml_of(TEMPLATE)
    assert built.name in capsys.readouterr().out


def placeholders_of(path):
    whole = "".join(content.decode() for name, content in xml_of(path).items() if name.endswith(".xml"))
    return set(re.findall(r"\{\{ ([\w.]+) \}\}", re.sub(r"<[^>]+>", "", whole)))


def test_every_placeholder_of_the_template_is_documented():
    documented = DOCS.read_text(encoding="utf-8")
    names = {name.split(".")[0] for name in placeholders_of(TEMPLATE)} - {"loop", "line", "one", "pair"}
    assert {name for name in names if f"`{name}" not in documented} == set()
