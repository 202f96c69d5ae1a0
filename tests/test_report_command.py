"""The command that writes the report: the same figures in every form and from `coverage`."""

import json
import re

import openpyxl
import pytest
from click.testing import CliRunner
from docx import Document
from pptx import Presentation
from pypdf import PdfReader

from geo.terms import CLASSES
from geo.text import LANGUAGES, Words
from manage import cli
from reports.report import ENDINGS, STEPS, file_name
from reports.report_text import day
from reports.results import FIGURES
from tests.folders import make_folder
from tests.hostile import make_hostile_folder
from tests.reports.conftest import DATA, ON, VI

OPTIONS = ("--data", str(DATA / "demo"), "--on", ON.isoformat())


def run(*args):
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def bare(text):
    return re.sub(r"\s+", "", text)


def words_of_docx(path):
    document = Document(str(path))
    return "\n".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))


def words_of_pdf(path):
    return "\n".join(page.extract_text() for page in PdfReader(str(path)).pages)


def words_of_pptx(path):
    found = []
    for slide in Presentation(str(path)).slides:
        for shape in slide.shapes:
            found += [shape.text_frame.text] if shape.has_text_frame else []
            found += [c.text for row in shape.table.rows for c in row.cells] if shape.has_table else []
    return "\n".join(found)


@pytest.fixture(scope="module", params=["2023", "2025"])
def made(request, tmp_path_factory):
    """Return a report of the demo in every form, by ending, and the units that it is on."""
    folder = tmp_path_factory.mktemp("report")
    paths = {ending: folder / f"bao-cao{ending}" for ending in ENDINGS}
    for path in paths.values():
        done = run("report", *OPTIONS, "-o", path, "--units", request.param)
        assert done.exit_code == 0, done.output
        assert done.stdout.strip() == VI("cli.written", path=str(path))
    return paths, request.param


def test_the_same_figures_in_every_form_and_from_coverage(made):
    paths, units = made
    done = run("coverage", *OPTIONS, "--units", units, "--format", "json")
    data = json.loads(done.stdout)
    summary = data["summary"]

    sheet = openpyxl.load_workbook(paths[".xlsx"]).worksheets[0]
    figures = {name: sheet.cell(row, 2).value for row, name in enumerate(FIGURES, start=5)}
    assert {name: figures[name] for name in summary.keys() & figures.keys()} == {
        name: summary[name] for name in summary.keys() & figures.keys()
    }

    names = ("villages", *CLASSES)
    sentence = VI("report.summary.reach", **{name: summary[name] for name in names})
    money = VI("report.money", value=figures["spent_vnd"])
    for shown in (words_of_docx(paths[".docx"]), words_of_pdf(paths[".pdf"])):
        assert bare(sentence) in bare(shown)
        assert money.replace(" ", "") in bare(shown)
        for commune in data["communes"]:
            row = "".join([commune["name"], *(str(commune[name]) for name in names)])
            assert bare(row) in bare(shown)
    slides = words_of_pptx(paths[".pptx"])
    assert f"{summary['reached']}/{summary['villages']}" in slides
    assert money in slides and str(summary["panos_now"]) in slides.split("\n")


def test_units_of_2025_are_named(made):
    paths, units = made
    assert VI("report.data_line", date=day(ON, VI), units=units, checksum="").strip() in words_of_pdf(
        paths[".pdf"]
    )


def test_progress_shows_on_the_other_stream(tmp_path):
    done = run("report", *OPTIONS, "-o", tmp_path / "x.pdf", "--lang", "en")
    assert done.stderr.splitlines() == [Words("en")(f"report.progress.{step}") for step in STEPS]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["bao-cao.odt", "bao-cao", "bao-cao.doc"])
def test_another_ending_is_refused_with_those_allowed(tmp_path, lang, name):
    done = run("report", *OPTIONS, "-o", tmp_path / name, "--lang", lang)
    assert done.exit_code == 2 and not list(tmp_path.iterdir())
    assert all(ending in done.stderr for ending in ENDINGS) and name in done.stderr


def test_capital_letters_in_the_ending_are_no_other_ending(tmp_path):
    done = run("report", *OPTIONS, "-o", tmp_path / "X.XLSX")
    assert done.exit_code == 0 and openpyxl.load_workbook(tmp_path / "X.XLSX")


def template(path, line):
    document = Document()
    document.add_paragraph(line)
    document.save(str(path))


def test_the_template_of_the_data_folder_and_one_that_is_named(tmp_path):
    folder = make_folder(tmp_path / "data")
    template(folder / "report_template.docx", "Mẫu của huyện: {{ subject }}")
    template(tmp_path / "khac.docx", "Mẫu khác: {{ subject }}")
    out = tmp_path / "bao-cao.docx"
    assert run("report", "--data", folder, "-o", out).exit_code == 0
    assert words_of_docx(out).startswith("Mẫu của huyện: ")
    assert run("report", "--data", folder, "-o", out, "--template", tmp_path / "khac.docx").exit_code == 0
    assert words_of_docx(out).startswith("Mẫu khác: ")


def test_a_broken_template_is_told_without_a_traceback(tmp_path):
    folder = make_folder(tmp_path / "data")
    template(tmp_path / "mau.docx", "{{ so_van_ban }}")
    done = run("report", "--data", folder, "-o", tmp_path / "x.docx", "--template", tmp_path / "mau.docx")
    assert done.exit_code == 2 and "so_van_ban" in done.stderr and "Traceback" not in done.output
    missing = run("report", "--data", folder, "-o", tmp_path / "x.docx", "--template", tmp_path / "k.docx")
    assert missing.exit_code == 2 and "k.docx" in missing.stderr
    assert not (tmp_path / "x.docx").exists()


@pytest.mark.parametrize("ending", ENDINGS)
def test_hostile_and_empty_folders_make_a_report(tmp_path, ending):
    hostile = make_hostile_folder(tmp_path / "hostile")
    empty = make_folder(
        tmp_path / "empty", plan="", villages=[], panos=[], works=[], venues=[], activities=[]
    )
    for folder in (hostile, empty):
        out = tmp_path / f"{folder.name}{ending}"
        done = run("report", "--data", folder, "-o", out)
        assert done.exit_code == 0, done.output
        assert out.stat().st_size > 1000


def test_a_folder_with_faults_gives_no_report(tmp_path):
    folder = make_folder(tmp_path / "data", villages=b"id,name\n")
    done = run("report", "--data", folder, "-o", tmp_path / "x.pdf")
    assert done.exit_code == 1 and "villages.csv" in done.stderr and not (tmp_path / "x.pdf").exists()


def test_the_file_of_a_download_has_its_date():
    assert file_name(ON, VI, ".docx") == f"{VI('report.file')}-{ON.isoformat()}.docx"


def test_what_is_recorded_is_the_same_report_as_its_folder(tmp_path, monkeypatch):
    folder = make_folder(tmp_path / "data")
    monkeypatch.setenv("OUTREACH_DATA", str(folder))
    monkeypatch.setenv("OUTREACH_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("OUTREACH_DB", raising=False)
    paths = {
        source: tmp_path / f"{source[0].strip('-')}.docx" for source in (("--recorded",), ("--data", folder))
    }
    for source, path in paths.items():
        done = run("report", "-o", path, "--on", ON.isoformat(), *source)
        assert done.exit_code == 0, done.output
    recorded, read = map(words_of_docx, paths.values())
    assert recorded == read
    both = run("report", "-o", tmp_path / "b.docx", "--recorded", "--data", folder)
    assert both.exit_code == 2 and VI("cli.error.data_or_recorded") in both.stderr
