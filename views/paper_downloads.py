"""The paper way on the data screen: inspection sheets and QR labels, made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from geo.text import fold
from records import workspaces
from reports.labels import FORMATS, labels
from reports.paper import field_sheets, standing
from reports.qr import AddressRefused, Server
from views import page
from views.visit import Visit

ALL = ""
"""Stands for every commune."""


def show(visit: Visit) -> None:
    """Draw the part: the address in the codes, the commune, and a download for each kind of paper."""
    words, workspace = visit.words, visit.workspace()
    page.heading(words("paper.screen.title"), sub=words("paper.screen.lead"))
    # The address by which this page was opened is one that works from here, at least.
    opened = urlsplit(st.context.url or "")
    st.session_state.setdefault(
        "paper_address", f"{opened.scheme}://{opened.netloc}" if opened.netloc else ""
    )
    communes, panos = workspace.communes["2023"], workspace.panos
    with_panos = {panos.at[key, "commune_code"] for key in standing(workspace)}
    with st.container(horizontal=True, vertical_alignment="bottom", key="paper_choice"):
        address = st.text_input(words("paper.screen.address"), key="paper_address")
        commune = st.selectbox(
            words("paper.screen.commune"),
            [ALL, *sorted(with_panos, key=lambda code: fold(communes.at[code, "name"]))],
            key="paper_commune",
            format_func=lambda code: communes.at[code, "name"] if code else words("paper.screen.all"),
        )
    try:
        server = Server(address, "" if visit.name == next(iter(workspaces.available())) else visit.name)
    except AddressRefused as error:
        page.note(error.explain(words), "warning")
        return
    for warning in server.warnings(words):
        page.note(warning, "warning")
    chosen = commune or None

    def offer(name: str, file: str, make: Callable[[], bytes]) -> None:
        part = f"-{commune}" if commune else ""
        st.download_button(
            words(f"paper.screen.{name}"),
            make,
            file_name=f"{words(f'paper.screen.file_{file}')}{part}-{visit.today.isoformat()}.pdf",
            mime="application/pdf",
            on_click="ignore",
            key=f"paper_{name}",
            icon=":material/download:",
        )

    with st.container(horizontal=True, key="paper_offers"):
        offer(
            "sheets",
            "sheets",
            lambda: field_sheets(workspace, words, server, on=visit.today, commune=chosen),
        )
        for name, size in zip(("labels", "plates"), FORMATS, strict=True):
            offer(
                name, "labels", lambda size=size: labels(workspace, words, server, size=size, commune=chosen)
            )
