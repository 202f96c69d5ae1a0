"""What a reader has chosen outlives an address that comes late; going back takes the address at its word."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from views import address

SCREEN = """
import streamlit as st
from views import address

address.read(["district", "demo"])
st.button("open", on_click=lambda: st.session_state.update(meeting="m1"))
st.button("look", key="look")
address.write(["district", "demo"])
"""


@pytest.fixture
def screen():
    screen = AppTest.from_string(SCREEN, default_timeout=60)
    screen.query_params["step"] = "late"
    return screen.run()


def asked(screen: AppTest) -> dict[str, list[str]]:
    return parse_qs(urlencode(screen.query_params, doseq=True))


def send_address(screen: AppTest, **parameters: str) -> None:
    screen.query_params.clear()
    screen.query_params.update(parameters)


def test_a_session_starts_with_what_its_address_says(screen):
    assert (screen.session_state["step"], screen.session_state["meeting"]) == ("late", "")
    assert asked(screen) == {"step": ["late"]}


@pytest.mark.parametrize("name", ["ws", *address.ONE_OF, "on"])
def test_what_makes_no_sense_in_an_address_is_as_if_it_were_not_there(name):
    screens = [AppTest.from_string(SCREEN, default_timeout=60) for _ in range(2)]
    screens[0].query_params[name] = "?"
    first, second = (screen.run().session_state[name] for screen in screens)
    assert first == second


def test_who_acts_before_the_browser_has_the_new_address_loses_nothing(screen):
    screen.button[0].click().run()
    assert asked(screen) == {"step": ["late"], "meeting": ["m1"]}
    # What is pressed next bears on nothing that stands in the address.
    send_address(screen, step="late")
    screen.button(key="look").click().run()
    assert screen.session_state["meeting"] == "m1"
    assert asked(screen) == {"step": ["late"], "meeting": ["m1"]}


def test_who_goes_back_gets_what_was_shown_then(screen, monkeypatch):
    screen.button[0].click().run()
    back = SimpleNamespace(is_history_navigation=True)
    monkeypatch.setattr(address, "get_script_run_ctx", lambda: back)
    send_address(screen, step="late")
    screen.run()
    assert screen.session_state["meeting"] == ""
    assert asked(screen) == {"step": ["late"]}
