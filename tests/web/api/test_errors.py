"""A server that can't answer in time says so and when to come back; no answer tells what is inside."""

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError, TimeoutError

from geo.text import LANGUAGES, Words
from tests.records.reports import new_id
from tests.web.api.conftest import API, report_of


@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("INSERT INTO event", {}, sqlite3.OperationalError("database is locked")),
        TimeoutError("QueuePool limit of size 5 overflow 10 reached"),
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


def test_every_refusal_says_what_to_do_in_both_languages(visitor):
    answer = visitor.get(f"{API}/field/bundle").json()
    vietnamese, english = (Words(lang)(f"api.error.{answer['code']}") for lang in LANGUAGES)
    assert (answer["problem"], answer["problem_en"]) == (vietnamese, english)


def test_an_address_of_another_method_is_told_so(phone):
    answer = phone.post(f"{API}/field/bundle", json={})
    assert (answer.status_code, answer.json()["code"]) == (405, "not_allowed")
    assert "GET" in answer.headers["allow"]
