"""The panel component: blocks of text, facts, rows and figures, drawn as text and picked by click or key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from geo import palette
from geo.text import Words
from geo.webmap import STATIC

_mount = st.components.v2.component(
    "outreach_panel",
    html='<div class="panel" role="region"></div>',
    css="".join((STATIC / name).read_text("utf-8") for name in ("panel/panel.css", "panel/chart.css")),
    js="".join(
        (STATIC / name).read_text("utf-8") for name in ("map/symbols.js", "panel/chart.js", "panel/panel.js")
    ),
)

_mount_page = st.components.v2.component(
    "outreach_page", html="<span></span>", js=(STATIC / "app/page.js").read_text("utf-8")
)
PALETTE = palette.to_dict()
STREAMLIT_LABELS = {
    "Sidebar": "sidebar",
    "Collapse sidebar": "collapse",
    "Expand sidebar": "expand",
    "Choose date": "choose_date",
    "Open": "open",
    "Skip to main content": "skip",
    "streamlit_folium.st_folium": "map",
    "Clear all": "clear_all",
    "Selected values": "selected",
    "Select all": "select_all",
    "Dismiss": "dismiss",
    "No results": "no_results",
    "{} options available.": "options",
    "{} option available.": "options",
    "Choose an option": "choose",
    "Show password": "show_password",
    "Hide password": "hide_password",
    "Increment": "more",
    "Decrement": "less",
    "file upload": "upload",
    "Upload": "upload",
    "Add files": "add_files",
    "Remove {}": "remove",
    "Error:": "error",
    "{} files are not allowed.": "not_allowed",
    "File must be {} or smaller.": "too_large",
    "Failed to generate file for download": "no_download",
    "day, {}": "day",
    "month, {}": "month",
    "year, {}": "year",
    "Today, {}": "today",
    "Choose date, {}": "choose_date_in",
    "Previous month": "previous_month",
    "Next month": "next_month",
    "Next": "next_month",
    "Previous": "previous_month",
}
"""What Streamlit says by itself, and the texts that take its place; ``{}`` stands for anything."""


def page(words: Words) -> None:
    """Tell the browser the page's language, and put Streamlit's own labels into it."""
    labels = {label: words(f"screen.label_{name}", gap="{}") for label, name in STREAMLIT_LABELS.items()}
    with st.container(key="unseen"):
        _mount_page(data={"lang": words.lang, "labels": labels}, key="page_language")


def show(
    blocks: list[dict[str, Any]],
    *,
    key: str,
    label: str,
    on_pick: Callable[[str], None],
    view: str = "",
    comes: bool = False,
) -> None:
    """Draw blocks and call back with what a reader picks.

    Parameters
    ----------
    blocks : list of dict
        What to draw, see ``static/panel/panel.js``.
    key : str
        Name of this panel on the page.
    label : str
        What a screen reader calls it.
    on_pick : callable
        Called with the ``pick`` of the row or button that was clicked.
    view : str
        What is shown, by any name: when it changes, the panel starts at its top again.
    comes : bool
        Whether the panel scrolls into sight when it is drawn first, once.
    """

    def picked() -> None:
        value = st.session_state[key].pick
        if value:
            on_pick(value)

    _mount(
        data={"label": label, "blocks": blocks, "view": view, "comes": key if comes else ""},
        key=key,
        on_pick_change=picked,
    )


def village_icon(name: str, *, label: str = "") -> dict[str, Any]:
    """Return the icon of a coverage class, or of a historical name (``"historical"``)."""
    symbol = PALETTE["historical"] if name == "historical" else PALETTE["classes"][name]
    return {"kind": "village", "symbol": symbol, "label": label}


def pano_icon(status: str, *, label: str = "") -> dict[str, Any]:
    """Return the icon of a pano's status."""
    return {"kind": "pano", "symbol": PALETTE["statuses"][status], "label": label}


def venue_icon(*, label: str = "") -> dict[str, Any]:
    """Return the icon of a dialogue venue."""
    return {"kind": "venue", "symbol": PALETTE["venue"], "label": label}
