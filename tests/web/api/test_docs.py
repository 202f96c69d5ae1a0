"""The page that documents the API names every request, answer and shape, in both languages."""

import re
from html import unescape

import pytest

from geo.text import LANGUAGES, Words
from geo.webmap import STATIC


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_all_that_the_document_does(visitor, lang):
    document = visitor.get("/api/v1/openapi.json").json()
    answer = visitor.get("/api/v1/docs", params={"lang": lang})
    page = unescape(answer.text)
    assert Words(lang)("api.docs.title") in page
    for path, methods in document["paths"].items():
        assert path in page
        for operation in methods.values():
            assert Words(lang)(f"api.docs.operation.{operation['operationId']}") in page
    ids = set(re.findall(r' id="(\w+)"', answer.text))
    assert document["components"]["schemas"].keys() <= ids
    assert set(re.findall(r'href="#(\w+)"', answer.text)) <= ids


def test_the_page_needs_nothing_from_elsewhere(visitor):
    answer = visitor.get("/api/v1/docs")
    assert "<script" not in answer.text and "://" not in answer.text
    (styles,) = re.findall(r'rel="stylesheet" href="/assets/([^"]+)"', answer.text)
    assert (STATIC / styles).is_file()
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_document_s_addresses_are_those_of_the_server(visitor):
    document = visitor.get("/api/v1/openapi.json").json()
    assert document["servers"] == [{"url": "/api/v1"}]
    assert visitor.get("/api/v1/health").json()["workspaces"][0] == "own"


@pytest.mark.parametrize("address", ["/api/v1/redoc", "/api/v1/nothing", "/api/v1/own/field/nothing"])
def test_what_is_not_there_is_not_found(visitor, address):
    assert visitor.get(address).json()["code"] == "not_found"
