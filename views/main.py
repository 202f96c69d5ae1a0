"""The frame around every screen: language, workspace, top bar, and the faults of data that can't be used."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from geo.check import check_folder
from geo.errors import DataFolderError
from geo.text import LANGUAGES, Words
from geo.webmap import STATIC
from records import workspaces
from records.errors import RecordsError
from records.rights import Actor, may
from reports.tables import to_csv
from views import (
    address,
    data_screen,
    desk_screen,
    map_screen,
    meeting_screen,
    page,
    panel,
    pano_screen,
    people_screen,
    work_screen,
)
from views.visit import Visit, current_actor, people

MOST_FAULTS = 300
FAULT_COLUMNS = ("file", "row", "column", "value", "problem", "fix")


STYLES = ("app.css", "work.css", "page.css", "planning.css", "meeting.css")


def top_bar(words: Words, names: list[str], actor: Actor) -> None:
    """Draw name, pages, choice of workspace and language, and who is signed in."""
    tabs = [page for page in SCREENS if page != "pano" and (page != "people" or may(actor, "manage_people"))]
    if st.session_state["page"] == "pano":
        tabs.append("pano")
    elif st.session_state["page"] not in tabs:
        st.session_state["page"] = tabs[0]
    with st.container(key="bar", horizontal=True, vertical_alignment="center"):
        st.html(f'<div class="brand">{words("screen.brand")}</div>')
        st.segmented_control(
            words("screen.pages"),
            tabs,
            key="page",
            format_func=lambda page: words(f"screen.page_{page}"),
            label_visibility="collapsed",
            required=True,
        )
        st.segmented_control(
            words("screen.workspace"),
            names,
            key="ws",
            format_func=lambda name: words(f"screen.workspace_{name}"),
            label_visibility="collapsed",
            required=True,
            on_change=map_screen.forget_selection,
        )
        _language(words)
        sign_in = escape(address.sign_in(names))
        account = f"/account?{urlencode({'lang': words.lang})}"
        # A link that leaves the page as it is would open in a new one.
        st.html(
            f'<a class="to-field" target="_self" href="{escape(address.field_form())}">'
            f"{words('screen.field_form')}</a>"
            f'<a class="account" target="_self" href="{account}">{escape(actor.name)}</a>'
            if actor.id
            else f'<a class="account" target="_self" href="{sign_in}">{words("screen.sign_in")}</a>'
        )


def _language(words: Words) -> None:
    st.segmented_control(
        words("screen.language"),
        LANGUAGES,
        key="lang",
        format_func=str.upper,
        label_visibility="collapsed",
        required=True,
    )


def closed(words: Words, names: list[str]) -> None:
    """Draw the way in, and nothing else: only those who have signed in may read."""
    with st.container(key="closed"):
        _language(words)
        st.html(
            f'<p class="brand">{escape(words("screen.brand"))}</p>'
            f"<h1>{escape(words('screen.closed'))}</h1><p>{escape(words('screen.closed_why'))}</p>"
            f'<a class="way_in" target="_self" href="{escape(address.sign_in(names))}">'
            f"{escape(words('screen.sign_in'))}</a>"
        )


def refused(folder: Path, words: Words) -> None:
    """Draw every fault of a data folder that can't be used, with a way to take them along and to try again.

    Parameters
    ----------
    folder : pathlib.Path
        The data folder.
    words : Words
        The reader's language.
    """
    faults = [fault.to_dict() for fault in check_folder(folder, words.lang).faults]
    table = pd.DataFrame(faults, columns=list(FAULT_COLUMNS), dtype="object")
    # Row numbers beside blanks would turn into decimals.
    table = table.where(table.notna(), "").astype("str")
    table = table.rename(columns={name: words(f"screen.fault_{name}") for name in FAULT_COLUMNS})
    with st.container(key="faults"):
        st.subheader(words("screen.refused", n=len(faults)))
        st.write(words("screen.refused_why", folder=folder.name))
        with st.container(horizontal=True):
            st.button(words("screen.try_again"), type="primary")
            st.download_button(
                words("screen.download_faults"), to_csv(table), file_name="faults.csv", mime="text/csv"
            )
        rows = [
            {"text": f"{place_of(fault, words)}: {fault['problem']}", "sub": fault["fix"]}
            for fault in faults[:MOST_FAULTS]
        ]
        blocks: list[dict] = [{"type": "rows", "rows": rows}]
        if len(faults) > MOST_FAULTS:
            blocks.append({"type": "note", "text": words("screen.more_faults", n=len(faults) - MOST_FAULTS)})
        panel.show(blocks, key="fault_list", label=words("screen.refused", n=len(faults)), on_pick=str)


def place_of(fault: dict[str, object], words: Words) -> str:
    """Return where a fault is: file, row, column and the value as it was read."""
    place = [str(fault["file"])]
    if fault["row"] is not None:
        place.append(words("screen.row", row=str(fault["row"])))
    if fault["column"]:
        place.append(str(fault["column"]))
    if fault["value"]:
        place.append(f"“{fault['value']}”")
    return " · ".join(place)


def main() -> None:
    """Draw the page."""
    names = list(workspaces.available())
    address.read(names)
    words = Words(st.session_state["lang"])
    actor = current_actor()
    st.set_page_config(page_title=words("map.title"), layout="wide", page_icon=str(STATIC / "app/icon.png"))
    styles = "".join((STATIC / "app" / name).read_text("utf-8") for name in STYLES)
    st.html(f"<style>{styles}</style>")
    panel.page(words)
    if people().may_read(actor):
        screen(words, names, actor)
    else:
        closed(words, names)
    address.write(names)


def screen(words: Words, names: list[str], actor: Actor) -> None:
    """Draw the top bar and the screen that was chosen, or the faults of its data."""
    top_bar(words, names, actor)
    name = st.session_state["ws"]
    try:
        visit = Visit(name, workspaces.store_of(name), actor, words)
        SCREENS[st.session_state["page"]].show(visit)
    except DataFolderError:
        refused(workspaces.available()[name], words)
    except RecordsError as error:
        # Another folder's store, or one that is busy: what is there to do stands in the sentence.
        page.note(error.explain(words), "warning")
        st.button(words("screen.try_again"), key="try_again", type="primary")


SCREENS = {
    "map": map_screen,
    "work": work_screen,
    "desk": desk_screen,
    "meeting": meeting_screen,
    "pano": pano_screen,
    "data": data_screen,
    "people": people_screen,
}

main()
