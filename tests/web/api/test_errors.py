"""A server that can't answer in time says so and when to come back; no answer tells what is inside."""

import errno
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import OperationalError, TimeoutError

from geo.text import LANGUAGES, Words
from records.errors import Refused
from tests.records.reports import digest, jpeg, new_id, sent_photo
from tests.web.api.conftest import API, report_of


@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("INSERT INTO event", {}, sqlite3.OperationalError("database is locked")),
        TimeoutError("QueuePool limit of size 5 overflow 10 reached"),
        Refused("busy"),
    ],
)
def test_a_busy_store_asks_to_come_back_and_then_takes_the_report(phone, monkeypatch, fault):
    body, report_id = report_of(phone.get(f"{API}/field/bundle").json(), word="x"), new_id()

    def busy(*_):
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr("web.api.field.receive", busy)
        answer = phone.put(f"{API}/field/reports/{report_id}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer.headers["retry-after"]) > 0
    assert "database" not in answer.text and "Queue" not in answer.text
    assert phone.put(f"{API}/field/reports/{report_id}", json=body).status_code == 201


def full_database():
    """Return what SQLite says of a full disk."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("PRAGMA max_page_count = 1")
        try:
            database.execute("CREATE TABLE a (b)")
        except sqlite3.OperationalError as error:
            return OperationalError("INSERT INTO event", {}, error)


@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "No space left on device"), full_database()])
@pytest.mark.parametrize("place", ["records.field_photos.photos.keep", "records.field_photos.photo_came"])
def test_a_full_disk_loses_nothing_and_takes_the_photo_once_there_is_room(phone, monkeypatch, fault, place):
    report_id, content = new_id(), jpeg()
    body = report_of(phone.get(f"{API}/field/bundle").json(), word="x", photos=[sent_photo(content)])
    phone.put(f"{API}/field/reports/{report_id}", json=body)
    address = f"{API}/field/reports/{report_id}/photos/{digest(content)}"

    def full(*_):
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(place, full)
        answer = phone.put(address, content=content, headers={"Content-Type": "image/jpeg"})
    assert (answer.status_code, answer.json()["code"]) == (507, "no_room")
    assert int(answer.headers["retry-after"]) > 0 and "device" not in answer.text
    answer = phone.put(address, content=content, headers={"Content-Type": "image/jpeg"})
    assert answer.json()["received"] is True


def test_every_refusal_says_what_to_do_in_both_languages(visitor):
    answer = visitor.get(f"{API}/field/bundle").json()
    vietnamese, english = (Words(lang)(f"api.error.{answer['code']}") for lang in LANGUAGES)
    assert (answer["problem"], answer["problem_en"]) == (vietnamese, english)


def test_an_address_of_another_method_is_told_so(phone):
    answer = phone.post(f"{API}/field/bundle", json={})
    assert (answer.status_code, answer.json()["code"]) == (405, "not_allowed")
    assert "GET" in answer.headers["allow"]
