"""The command ``paper``: sheets or labels of what is recorded, for all communes or one."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

import manage
from geo.text import Words
from records import workspaces
from reports.qr import Server
from tests.folders import GIA, make_folder
from tests.reports.printed import bare, codes_on, words_on

BASE = "https://pano.example.vn"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTREACH_DATA", str(make_folder(tmp_path / "data")))
    monkeypatch.setenv("OUTREACH_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("OUTREACH_DB", raising=False)

    def run(*args):
        return CliRunner().invoke(manage.cli, ["paper", *map(str, args)], prog_name="manage.py")

    yield run
    workspaces.store_of("own").close()


def test_sheets_of_every_commune_or_of_one(run, tmp_path):
    target = tmp_path / "a.pdf"
    outcome = run("-o", target, "--base-url", BASE)
    assert outcome.exit_code == 0, outcome.output
    assert str(target) in outcome.output
    assert codes_on(target.read_bytes()) == [[Server(BASE).report_on(key)] for key in ("p1", "p2")]
    run("-o", target, "--base-url", BASE, "--commune", GIA, "--lang", "en")
    (page,) = words_on(target.read_bytes())
    assert bare(Words("en")("paper.signed")) in page


def test_labels(run, tmp_path):
    target = tmp_path / "a.PDF"
    assert run("-o", target, "--base-url", BASE, "--labels", "A4").exit_code == 0
    assert len(codes_on(target.read_bytes())) == 2
    assert run("-o", target, "--base-url", BASE, "--labels", "99x57").exit_code == 0
    assert len(codes_on(target.read_bytes())) == 1


def test_an_address_that_phones_can_not_open_is_printed_with_a_warning(run, tmp_path):
    outcome = run("-o", tmp_path / "a.pdf", "--base-url", "http://localhost:8501")
    assert outcome.exit_code == 0 and Words("vi")("paper.only_here") in outcome.output


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["-o", "a.docx", "--base-url", BASE], "a.docx"),
        (["-o", "a.pdf"], "--base-url"),
        (["-o", "a.pdf", "--base-url", "pano.example.vn"], "pano.example.vn"),
        (["-o", "a.pdf", "--base-url", BASE, "--commune", "99999"], "99999"),
        (["-o", "a.pdf", "--base-url", BASE, "--labels", "A3"], "A3"),
        (["-o", "missing/a.pdf", "--base-url", BASE], "missing"),
    ],
)
def test_what_can_not_be_done_is_said_without_a_traceback(run, tmp_path, monkeypatch, args, told):
    monkeypatch.chdir(tmp_path)
    outcome = run(*args)
    assert outcome.exit_code == 2 and told in outcome.output and "Traceback" not in outcome.output
    assert not (tmp_path / "a.pdf").exists()
