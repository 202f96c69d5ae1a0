"""The benchmark of saves counts what is lost, and the store loses nothing; nothing is timed here."""

import pandas as pd
import pytest

from benchmarks import made_up, writes
from records.settings import sqlite_url


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return made_up.province(tmp_path_factory.mktemp("data"), communes=4, villages=60, panos=1)


def test_the_store_loses_no_save(data, tmp_path):
    seconds, lost = writes.by_store(data, tmp_path, sqlite_url(tmp_path / "writes.db"))
    assert seconds > 0
    assert lost == 0


def test_the_file_is_left_as_it_was(data):
    path = data / "villages.csv"
    before = path.read_bytes()
    _, lost = writes.by_csv(path)
    assert 0 <= lost < len(before.splitlines()) - 1
    assert path.read_bytes() == before
    assert [file.name for file in data.glob("villages.*")] == [path.name]


def test_a_save_that_is_not_there_is_counted():
    ids = ["v1", "v2", "v3"]
    notes = pd.Series([writes.text_of("v1"), "", writes.text_of("v2")], index=ids)
    assert writes.lost(ids, notes) == 2
