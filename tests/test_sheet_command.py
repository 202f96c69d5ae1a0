"""The command ``sheet``: a file by its ending, in the language and on the paper asked for."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from click.testing import CliRunner
from PIL import Image

import manage
from geo.sheet import DPI, SIZES_MM
from geo.text import Words
from tests.folders import make_folder


def run(*args: object):
    return CliRunner().invoke(manage.cli, ["sheet", *map(str, args)], prog_name="manage.py")


def first_page(path: Path) -> tuple[tuple[float, float], str]:
    document = pdfium.PdfDocument(path)
    try:
        page = document[0]
        return page.get_size(), " ".join(page.get_textpage().get_text_range().split())
    finally:
        document.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return make_folder(tmp_path_factory.mktemp("sheet") / "data")


@pytest.mark.parametrize("size", SIZES_MM)
def test_pdf(tmp_path, folder, size):
    target = tmp_path / "map.pdf"
    outcome = run("-o", target, "--data", folder, "--size", size, "--lang", "en", "--on", "2023-12-31")
    assert outcome.exit_code == 0, outcome.output
    assert str(target) in outcome.output
    sides, text = first_page(target)
    assert sorted(side / 72 * 25.4 for side in sides) == pytest.approx(sorted(SIZES_MM[size]), abs=0.1)
    assert Words("en")("sheet.title") in text
    assert "31 Dec 2023" in text


def test_png_has_300_pixels_to_an_inch(tmp_path, folder):
    target = tmp_path / "map.PNG"
    outcome = run("-o", target, "--data", folder, "--size", "A4", "--units", "2025", "--show", "now")
    assert outcome.exit_code == 0, outcome.output
    picture = Image.open(io.BytesIO(target.read_bytes()))
    assert sorted(picture.size) == pytest.approx([mm / 25.4 * DPI for mm in sorted(SIZES_MM["A4"])], abs=1)


def test_channels_and_units_are_told_on_the_sheet(tmp_path, folder):
    target = tmp_path / "map.pdf"
    run("-o", target, "--data", folder, "--channels", "leaflet", "--units", "2025", "--show", "now")
    words, (_, text) = Words("vi"), first_page(target)
    assert words("sheet.channels", channels=words("terms.channel.leaflet").lower()) in text
    assert words("sheet.units", year="2025") in text
    assert words("sheet.show_now") in text


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["-o", "map.svg"], "map.svg"),
        (["-o", "map.pdf", "--size", "A2"], "A2"),
        (["-o", "missing/map.pdf"], Words("vi")("cli.because.missing")),
        (["-o", "missing/map.pdf", "--lang", "en"], Words("en")("cli.because.missing")),
    ],
)
def test_what_cannot_be_done_is_said_without_a_traceback(tmp_path, monkeypatch, folder, args, told):
    monkeypatch.chdir(tmp_path)
    outcome = run(*args, "--data", folder)
    assert outcome.exit_code == 2
    assert told in outcome.output
    assert "Traceback" not in outcome.output
    assert list(tmp_path.iterdir()) == []
