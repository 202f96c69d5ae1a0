"""The frame around every screen: language, workspace, top bar and pages."""

from __future__ import annotations

import streamlit as st

from geo.errors import DataFolderError
from geo.text import LANGUAGES, Words
from geo.webmap import STATIC
from records import workspaces
from views import address, faults, map_screen

NAMES = list(workspaces.available())


def top_bar(words: Words) -> None:
    """Draw the name of the program, the choice of workspace and of language."""
    with st.container(key="bar", horizontal=True, vertical_alignment="center"):
        st.html(f'<div class="brand">{words("screen.brand")}</div>')
        st.segmented_control(
            words("screen.workspace"),
            NAMES,
            key="ws",
            format_func=lambda name: words(f"screen.workspace_{name}"),
            label_visibility="collapsed",
            required=True,
            on_change=map_screen.forget_selection,
        )
        st.segmented_control(
            words("screen.language"),
            LANGUAGES,
            key="lang",
            format_func=str.upper,
            label_visibility="collapsed",
            required=True,
        )


def main() -> None:
    """Draw the page."""
    address.read(NAMES)
    words = Words(st.session_state["lang"])
    st.set_page_config(
        page_title=words("map.title"), layout="wide", page_icon=str(STATIC / "app/icon.png")
    )
    st.html(f"<style>{(STATIC / 'app/app.css').read_text('utf-8')}</style>")
    top_bar(words)
    try:
        workspace = workspaces.load(st.session_state["ws"])
    except DataFolderError:
        faults.show(workspaces.available()[st.session_state["ws"]], words)
    else:
        map_screen.show(st.session_state["ws"], workspace, words)
    address.write(NAMES)


main()
