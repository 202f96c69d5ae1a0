"""The map screen: filters, head figures, the map, and beside it a card or a list."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import pandas as pd
import streamlit as st

from geo.coverage import Coverage
from geo.terms import CHANNELS, CLASSES, LEDGER_CHANNELS, PANO_STATUSES, UNITS
from geo.text import Words
from geo.workspace import Workspace
from records.tiles import tile_sets
from reports.tables import to_csv, to_xlsx, unreached_villages
from views import address, cards, lists, map_frame, page, panel, prints
from views.visit import Visit, coverage_of, statuses_of


def forget_selection() -> None:
    """Let go of what is selected: it belongs to another workspace or other units."""
    st.session_state["sel"] = ""
    st.session_state["commune"] = ""


def _change_units(workspace: Workspace) -> None:
    """Keep what is selected and the commune that is looked at, as far as the other units have them."""
    commune, selected = st.session_state["commune"], address.selection()
    forget_selection()
    if selected and selected[0] != "commune":
        address.select(*selected, move=False)
    if commune and st.session_state["units"] == "2025":
        st.session_state["commune"] = workspace.units("2023")["successor_code"].get(commune, "")


def _picked_on_map(pick: Mapping[str, Any]) -> None:
    address.select(pick["kind"], pick["id"], move=False)


def _picked_in_panel(pick: str) -> None:
    kind, _, key = pick.partition(":")
    if kind == "clear":
        address.clear_filters()
    elif kind == "page":
        st.session_state["page"] = key
    elif kind == "list":
        # Without a name it is the way back from a card: to the list, or to what a search found.
        if key:
            st.session_state["list"] = key
            st.session_state["q"] = ""
        address.select("", "", move=False)
    else:
        address.select(kind, key, move=True)


def _filters(workspace: Workspace, words: Words) -> None:
    """Draw the filters; their values are in the session, by the names of the address."""
    state = st.session_state
    with st.sidebar:
        st.segmented_control(
            words("screen.show"),
            ("plan", "now"),
            key="show",
            format_func=lambda v: words(f"screen.show_{v}"),
            required=True,
        )
        st.date_input(
            words("screen.on"),
            key="on",
            format="DD/MM/YYYY",
            min_value=address.FIRST_DAY,
            max_value=address.LAST_DAY,
        )
        offered = [name for name in UNITS if len(workspace.communes[name])]
        if state["units"] not in offered:
            state["units"] = offered[0]
        st.segmented_control(
            words("screen.units"),
            offered,
            key="units",
            format_func=lambda v: words(f"screen.units_{v}"),
            required=True,
            on_change=_change_units,
            args=(workspace,),
        )
        communes = lists.by_name(workspace.units(state["units"]))
        if state["commune"] not in communes.index:
            state["commune"] = ""
        st.selectbox(
            words("screen.commune"),
            ["", *communes.index],
            key="commune",
            format_func=lambda code: (
                f"{communes.at[code, 'kind']} {communes.at[code, 'name']}"
                if code
                else words("screen.all_communes")
            ),
        )
        st.pills(
            words("screen.channels"),
            [name for name in CHANNELS if name not in LEDGER_CHANNELS],
            key="channels",
            selection_mode="multi",
            format_func=lambda v: words(f"terms.channel.{v}"),
        )
        st.pills(
            words("screen.classes"),
            CLASSES,
            key="classes",
            selection_mode="multi",
            format_func=lambda v: words(f"terms.class.{v}"),
        )
        st.pills(
            words("screen.statuses"),
            PANO_STATUSES,
            key="statuses",
            selection_mode="multi",
            format_func=lambda v: words(f"terms.status.{v}"),
        )
        st.pills(
            words("screen.layers"),
            address.LAYERS,
            key="layers",
            selection_mode="multi",
            format_func=lambda v: words(f"screen.layer_{v}"),
        )
        own = [f"tiles:{tiles.name}" for tiles in tile_sets(workspace.path / "basemap")]
        bases = [*address.BASES, *own]
        if state["base"] not in bases:
            state["base"] = bases[0]
        st.radio(
            words("screen.base"),
            bases,
            key="base",
            format_func=lambda v: (
                page.plain(v.removeprefix("tiles:")) if v in own else words(f"screen.base_{v}")
            ),
        )


def show(visit: Visit) -> None:
    """Draw the screen."""
    state, words = st.session_state, visit.words
    on = state["on"] or visit.today
    workspace = visit.workspace(on)
    _filters(workspace, words)
    reach = coverage_of(workspace, on, state["units"], tuple(state["channels"]))
    statuses = statuses_of(workspace, on)

    filters = {
        "show": state["show"],
        "classes": state["classes"],
        "visible_statuses": state["statuses"],
        "commune": state["commune"] or None,
        "hidden_layers": [layer for layer in address.LAYERS if layer not in state["layers"]],
    }

    with st.sidebar:
        prints.offer(workspace, reach, words, **filters)
    with st.container(key="figures"):
        panel.show(
            lists.figures(workspace, reach, statuses, words, commune=state["commune"], chosen=state["list"]),
            key="head",
            label=words("screen.figures"),
            on_pick=_picked_in_panel,
        )
    with st.container(key="stage", horizontal=True):
        with st.container(key="map"):
            map_frame.draw(
                visit,
                workspace,
                reach,
                statuses,
                key="map",
                on_pick=_picked_on_map,
                base=state["base"],
                **filters,
                selected=map_frame.selected(workspace, reach),
            )
        with st.container(key="side"):
            _side(workspace, reach, statuses, words)


def _side(workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words) -> None:
    """Draw the search, and the card of what is selected, else what a search found, else a list."""
    state = st.session_state
    st.text_input(
        words("screen.search"),
        key="q",
        placeholder=words("screen.search_hint"),
        label_visibility="collapsed",
        on_change=address.select,
        args=("", ""),
        kwargs={"move": False},
    )
    chosen = address.selection()
    blocks = cards.card(workspace, reach, statuses, words, *chosen) if chosen else None
    listed = blocks is None and not state["q"].strip()
    if listed:
        blocks = [
            *_filters_on(workspace, words),
            *lists.listing(
                workspace,
                reach,
                statuses,
                words,
                state["list"],
                commune=state["commune"],
                show=state["show"],
                classes=state["classes"],
                visible_statuses=state["statuses"],
            ),
        ]
    elif blocks is None:
        blocks = lists.found(workspace, reach, statuses, words, state["q"])
    panel.show(
        blocks,
        key="panel",
        label=words("screen.panel"),
        view=f"{state['sel']}|{state['list']}|{state['q']}",
        on_pick=_picked_in_panel,
    )
    if listed and state["list"] == "unreached" and not state["classes"]:
        _downloads(workspace, reach, words)


def _filters_on(workspace: Workspace, words: Words) -> list[lists.Block]:
    """Return what is left out at present, with a way to take it back; nothing where nothing is."""
    state = st.session_state
    said = {
        "commune": lambda: workspace.units(state["units"])["name"].get(state["commune"], ""),
        "on": lambda: words.date(state["on"]),
        "show": lambda: words(f"screen.show_{state['show']}"),
        "channels": lambda: ", ".join(words(f"terms.channel.{name}") for name in state["channels"]),
        "classes": lambda: ", ".join(words(f"terms.class.{name}") for name in state["classes"]),
        "statuses": lambda: ", ".join(words(f"terms.status.{name}") for name in state["statuses"]),
    }
    filters = [said[name]() for name in address.filters_on()]
    if not filters:
        return []
    text = words("screen.filters_on", filters=" · ".join(filters))
    return [{"type": "filters", "text": text, "button": words("screen.clear_filters"), "pick": "clear:"}]


def _downloads(workspace: Workspace, reach: Coverage, words: Words) -> None:
    """Offer the table of villages that are not reached, as CSV and as an Excel sheet."""
    table = cache(partial(unreached_villages, workspace, reach, words, commune=st.session_state["commune"]))
    name = f"{words('table.file')}-{reach.on.isoformat()}{'-minh-hoa' if workspace.invented else ''}"
    channels = ", ".join(words(f"terms.channel.{channel}").lower() for channel in reach.channels)

    def workbook() -> bytes:
        counts = {"date": words.date(reach.on), "units": reach.units, "channels": channels, "n": len(table())}
        notes = [words("table.unreached_note", **counts), words("table.blank_note")]
        notes += [words("map.invented")] * workspace.invented
        return to_xlsx(table(), title=words("table.unreached_title"), notes=notes)

    with st.container(key="downloads", horizontal=True):
        st.download_button(
            words("screen.download_xlsx"),
            workbook,
            file_name=f"{name}.xlsx",
            on_click="ignore",
        )
        st.download_button(
            words("screen.download_csv"),
            lambda: to_csv(table()),
            file_name=f"{name}.csv",
            mime="text/csv",
            on_click="ignore",
        )
