"""What changes something comes from a page of the server itself, in a form that no other page sends."""

import pytest

from records import workspaces
from records.rights import SYSTEM
from tests.records.reports import new_id
from tests.web.api.conftest import API, BASE, OWN_PAGE, report_of


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "https://example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://proxy.example"}, 201),
        ({"X-Requested-With": "XMLHttpRequest"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ],
)
def test_only_the_server_s_own_pages_change_something(phone, store, headers, status):
    body = report_of(phone.get(f"{API}/field/bundle").json(), word="x")
    before = store.version
    answer = phone.put(f"{API}/field/reports/{new_id()}", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert (store.version > before) == (status == 201)


@pytest.mark.parametrize("left_out", OWN_PAGE)
def test_a_request_that_says_nothing_of_its_page_is_refused(phone, store, left_out):
    del phone.headers[left_out]
    answer = phone.put(f"{API}/field/reports/{new_id()}", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "other_site")


def test_reading_needs_nothing_of_the_sort(visitor):
    assert visitor.get(f"{API}/panos", headers={"Origin": "https://example.org"}).status_code == 200


def test_where_only_those_read_who_signed_in_layers_are_closed(visitor, phone):
    workspaces.people().set_readers(SYSTEM, are_all=False)
    assert visitor.get(f"{API}/panos").status_code == 401
    assert visitor.get("/api/v1/health").json()["status"] == "ok"
    assert phone.get(f"{API}/panos").status_code == 200


def test_no_answer_lets_another_site_read(phone):
    answer = phone.get(f"{API}/field/bundle", headers={"Origin": "https://example.org"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert BASE not in answer.text
