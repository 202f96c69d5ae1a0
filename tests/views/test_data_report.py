"""The part of the data screen that makes the report: what is asked for is what is handed over."""

from __future__ import annotations

from errno import EACCES
from pathlib import Path

import pytest
from docx import Document
from streamlit.testing.v1 import AppTest

from geo.text import Words
from reports.report import ENDINGS
from tests.folders import make_folder

VI = Words("vi")

SCREEN = """
from geo.text import Words
from records.rights import VIEWER
from records.workspaces import available, store_of
from views import data_report
from views.visit import Visit

name = next(iter(available()))
data_report.show(Visit(name, store_of(name), VIEWER, Words("vi")))
"""


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OUTREACH_DATA", str(make_folder(tmp_path / "data")))
    monkeypatch.setenv("OUTREACH_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("OUTREACH_DB", raising=False)
    return AppTest.from_string(SCREEN, default_timeout=60).run()


def shown(screen: AppTest) -> str:
    return "\n".join(element.proto.body for element in screen.get("html"))


@pytest.mark.parametrize("ending", [ENDINGS[0], ".xlsx"])
def test_a_report_is_made_and_offered_until_something_else_is_asked_for(screen, ending):
    assert not screen.exception and not screen.get("download_button")
    screen.session_state["report_form"] = ending
    screen.run().button(key="report_make").click().run()
    assert not screen.exception
    (download,) = screen.get("download_button")
    assert download.proto.label.endswith(ending)
    assert VI("report.screen.ready") in shown(screen)
    screen.session_state["report_units"] = "2025"
    assert not screen.run().get("download_button")


def test_a_broken_template_of_the_office_is_told(screen, tmp_path):
    document = Document()
    document.add_paragraph("{{ so_van_ban }}")
    document.save(str(tmp_path / "data" / "report_template.docx"))
    screen.run().button(key="report_make").click().run()
    assert not screen.exception and "so_van_ban" in shown(screen)
    assert not screen.get("download_button")


def test_a_template_that_cannot_be_read_is_told_in_words(screen, monkeypatch):
    def refuse(path):
        raise PermissionError(EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    screen.button(key="report_make").click().run()
    assert not screen.exception and VI("cli.because.denied") in shown(screen)
