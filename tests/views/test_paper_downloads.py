"""The paper way on the data screen: nothing is offered with an address that leads nowhere."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from geo.text import Words
from tests.folders import make_folder

VI = Words("vi")

SCREEN = """
from geo.text import Words
from records.rights import VIEWER
from records.workspaces import available, store_of
from views import paper_downloads
from views.visit import Visit

name = next(iter(available()))
paper_downloads.show(Visit(name, store_of(name), VIEWER, Words("vi")))
"""


@pytest.fixture
def screen(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTREACH_DATA", str(make_folder(tmp_path / "data")))
    monkeypatch.setenv("OUTREACH_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("OUTREACH_DB", raising=False)
    return AppTest.from_string(SCREEN, default_timeout=60).run()


def shown(screen):
    return "\n".join(element.proto.body for element in screen.get("html"))


def test_sheets_and_labels_are_offered_once_the_address_is_one(screen):
    screen.text_input(key="paper_address").set_value("pano.example.vn").run()
    assert not screen.exception and not screen.get("download_button")
    assert "https://pano.example.vn" in shown(screen)
    screen.text_input(key="paper_address").set_value("https://pano.example.vn").run()
    labels = [button.proto.label for button in screen.get("download_button")]
    assert labels == [VI(f"paper.screen.{name}") for name in ("sheets", "labels", "plates")]
    assert screen.selectbox(key="paper_commune").options == [VI("paper.screen.all"), "Vạn Giã", "Vạn Thọ"]


def test_an_address_of_this_computer_alone_is_said(screen):
    screen.text_input(key="paper_address").set_value("http://localhost:8501").run()
    assert VI("paper.only_here") in shown(screen)
