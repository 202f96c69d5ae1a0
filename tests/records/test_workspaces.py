"""Which workspaces there are follows from the environment; each is kept apart from the others."""

from pathlib import Path

import pytest

from geo.errors import DataFolderError
from geo.folder import read_workspace
from records.errors import Refused
from records.settings import REAL_DATA, sqlite_url
from records.workspaces import DEMO, available, load, store_of
from tests.folders import make_folder


@pytest.fixture(autouse=True)
def installation(tmp_path, monkeypatch):
    for name in ("OUTREACH_DATA", "OUTREACH_DB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OUTREACH_VAR", str(tmp_path / "var"))


def test_without_a_choice_the_real_one_comes_first():
    assert list(available().items()) == [("real", REAL_DATA), ("demo", DEMO)]


@pytest.mark.parametrize("spelling", ["data/demo", "data/../data/demo/", str(DEMO)])
def test_the_demo_can_come_first_however_it_is_spelt(monkeypatch, spelling):
    monkeypatch.chdir(REAL_DATA.parent)
    monkeypatch.setenv("OUTREACH_DATA", spelling)
    assert list(available()) == ["demo", "real"]


def test_a_folder_of_one_s_own_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv("OUTREACH_DATA", str(make_folder(tmp_path / "mine")))
    assert list(available()) == ["own", "real", "demo"]
    assert load("own").panos.index.tolist() == ["p1", "p2"]


def test_an_unknown_name_is_refused():
    with pytest.raises(KeyError):
        load("nobody")


def test_a_workspace_is_that_of_its_folder_and_read_once():
    workspace = load("demo")
    assert workspace.invented
    assert workspace.villages.equals(read_workspace(DEMO).villages)
    assert load("demo") is workspace


def test_what_was_invented_never_meets_the_real_record():
    assert store_of("demo") is not store_of("real")
    assert not load("real").invented


def test_a_store_of_another_folder_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("OUTREACH_DB", sqlite_url(tmp_path / "one.db"))
    monkeypatch.setenv("OUTREACH_DATA", str(make_folder(tmp_path / "mine")))
    assert store_of("own").holds == "mine"
    monkeypatch.setenv("OUTREACH_DATA", str(make_folder(tmp_path / "yours")))
    with pytest.raises(Refused, match="other_store"):
        store_of("own")


def test_a_folder_that_cannot_be_used_is_refused_until_it_is_mended(monkeypatch, tmp_path):
    folder = make_folder(tmp_path / "mine", panos="id\n")
    monkeypatch.setenv("OUTREACH_DATA", str(folder))
    for _ in range(2):
        with pytest.raises(DataFolderError) as refused:
            load("own")
        assert refused.value.faults
    make_folder(Path(folder))
    assert len(load("own").panos) == 2
