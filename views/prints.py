"""Offers the map as it is filtered for printing: A3 or A4, as a PDF or a picture, made when asked for."""

from __future__ import annotations

from typing import Any

import streamlit as st

from geo.coverage import Coverage
from geo.sheet import SIZES_MM, sheet_png
from geo.text import Words
from geo.workspace import Workspace
from reports.annexes import map_sheet
from reports.results import results

SIZE_KEY = "print_size"


def offer(workspace: Workspace, reach: Coverage, words: Words, **filters: Any) -> None:
    """Draw the choice of paper and the two downloads; nothing is drawn before one of them is clicked.

    Parameters
    ----------
    workspace, reach
        The tables, the reach of every village.
    words : Words
        The reader's language.
    **filters
        What is left out, as `geo.scene.view` takes it.
    """
    st.segmented_control(
        words("sheet.print"), tuple(SIZES_MM), key=SIZE_KEY, default=next(iter(SIZES_MM)), required=True
    )
    size = st.session_state[SIZE_KEY]

    def pdf() -> bytes:
        found = results(workspace, on=reach.on, units=reach.units)
        return map_sheet(found, words, size=size, reach=reach, **filters)

    invented = "-minh-hoa" if workspace.invented else ""
    name = f"{words('sheet.file')}-{size}-{reach.on.isoformat()}{invented}"
    with st.container(key="prints", horizontal=True):
        st.download_button(
            words("sheet.download_pdf"),
            pdf,
            file_name=f"{name}.pdf",
            mime="application/pdf",
            help=words("sheet.download_help"),
            on_click="ignore",
        )
        st.download_button(
            words("sheet.download_png"),
            lambda: sheet_png(pdf()),
            file_name=f"{name}.png",
            mime="image/png",
            help=words("sheet.download_help"),
            on_click="ignore",
        )
