"""What the API documents is what it does: Schemathesis asks it things of every shape, documented and not."""

from __future__ import annotations

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.web.api.conftest import API, OWN_PAGE

EXAMPLES = 25
"""Requests of each kind to each address; the same every time."""
REQUESTS = (
    ("/health", "GET"),
    ("/{workspace}/{layer}", "GET"),
    ("/{workspace}/field/bundle", "GET"),
    ("/{workspace}/field/reports/{report_id}", "GET"),
    ("/{workspace}/field/reports/{report_id}", "PUT"),
    ("/{workspace}/field/reports/{report_id}/photos/{photo_hash}", "HEAD"),
    ("/{workspace}/field/reports/{report_id}/photos/{photo_hash}", "PUT"),
)
NOTHING_TO_SPOIL = ("/health", "/{workspace}/field/bundle")
"""Addresses that take nothing that could be of another shape."""


@pytest.fixture
def documented(server: Starlette) -> schemathesis.schemas.BaseSchema:
    """Give the API's document, whose requests go to the server."""
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", server)


def test_every_request_is_tried(documented):
    known = {(path, method) for path, one in documented.raw_schema["paths"].items() for method in one}
    assert known == {(path, method.lower()) for path, method in REQUESTS}


@pytest.mark.parametrize(
    ("path", "method", "mode"),
    [
        (path, method, mode)
        for path, method in REQUESTS
        for mode in schemathesis.GenerationMode
        if mode.is_positive or path not in NOTHING_TO_SPOIL
    ],
)
def test_every_answer_is_a_documented_one(
    documented, phone: TestClient, path: str, method: str, mode: schemathesis.GenerationMode
) -> None:
    me = phone.get(f"{API}/field/bundle").json()["actor"]["id"]

    @given(case=documented[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def asked(case: schemathesis.Case) -> None:
        # Dots and line ends make an address that is not of the API.
        assume(all(re.fullmatch(r"[^./\s]+", str(one)) for one in case.path_parameters.values()))
        # What is random about a workspace or an account is told apart by other tests.
        if "workspace" in case.path_parameters:
            case.path_parameters["workspace"] = "own"
        if isinstance(case.body, dict) and isinstance(case.body.get("made_by"), str):
            case.body["made_by"] = me
        case.call_and_validate(headers=OWN_PAGE, cookies=dict(phone.cookies))

    asked()
