"""The map screen: filters, head figures, the map, and beside it a card or a list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from geo.coverage import Coverage, coverage
from geo.scene import view
from geo.terms import CHANNELS, CLASSES, LEDGER_CHANNELS, PANO_STATUSES, UNITS
from geo.text import Words
from geo.webmap import ViewUpdate, screen_map
from geo.workspace import Workspace
from records.status import pano_statuses
from records.tiles import tile_sets
from reports.tables import to_csv, to_xlsx, unreached_villages
from views import address, cards, lists, panel
from views.visit import Visit

MAP_KEY = "map"
ROOT = "../.."
"""From the frame of streamlit-folium (``component/<name>/index.html``) to the root of the server."""
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)


@st.cache_resource(max_entries=128, show_spinner=False)
def _coverage(
    version: str, _workspace: Workspace, on: date, units: str, channels: tuple[str, ...]
) -> Coverage:
    return coverage(_workspace, on=on, units=units, channels=channels or None)


@st.cache_resource(max_entries=32, show_spinner=False)
def _statuses(version: str, _workspace: Workspace, on: date) -> pd.Series:
    return pano_statuses(_workspace, on=on)


def forget_selection() -> None:
    """Let go of what is selected: it belongs to another workspace or other units."""
    st.session_state["sel"] = ""
    st.session_state["commune"] = ""


def _picked_on_map() -> None:
    pick = (st.session_state.get(MAP_KEY) or {}).get("last_active_drawing")
    if pick:
        address.select(pick["kind"], pick["id"], move=False)


def _picked_in_panel(pick: str) -> None:
    kind, _, key = pick.partition(":")
    if kind == "list":
        st.session_state["list"] = key or st.session_state["list"]
        st.session_state["q"] = ""
        address.select("", "", move=False)
    else:
        address.select(kind, key, move=True)


def _filters(workspace: Workspace, words: Words) -> None:
    """Draw the filters; their values are in the session, by the names of the address."""
    state = st.session_state
    with st.sidebar:
        st.text_input(
            words("screen.search"),
            key="q",
            placeholder=words("screen.search_hint"),
            on_change=address.select,
            args=("", ""),
            kwargs={"move": False},
        )
        st.segmented_control(
            words("screen.show"),
            ("plan", "now"),
            key="show",
            format_func=lambda v: words(f"screen.show_{v}"),
            required=True,
        )
        st.date_input(
            words("screen.on"), key="on", format="DD/MM/YYYY", min_value=FIRST_DAY, max_value=LAST_DAY
        )
        st.segmented_control(
            words("screen.units"),
            [name for name in UNITS if len(workspace.communes[name])],
            key="units",
            format_func=lambda v: words(f"screen.units_{v}"),
            required=True,
            on_change=forget_selection,
        )
        communes = workspace.units(state["units"]).sort_values("name")
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
            words("screen.hide"),
            address.HIDEABLE_LAYERS,
            key="hide",
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
            format_func=lambda v: v.removeprefix("tiles:") if v in own else words(f"screen.base_{v}"),
        )


def _selected() -> dict[str, Any] | None:
    chosen = address.selection()
    if not chosen:
        return None
    return {"kind": chosen[0], "id": chosen[1], "move": st.session_state.get("moves", 0)}


def show(visit: Visit) -> None:
    """Draw the screen."""
    state, words = st.session_state, visit.words
    on = state["on"] or date.today()
    workspace = visit.workspace(on)
    _filters(workspace, words)
    past = f"?on={on.isoformat()}" if on < date.today() else ""
    reach = _coverage(workspace.version, workspace, on, state["units"], tuple(state["channels"]))
    statuses = _statuses(workspace.version, workspace, on)

    with st.container(key="figures"):
        panel.show(
            lists.figures(workspace, reach, statuses, words, commune=state["commune"], chosen=state["list"]),
            key="head",
            label=words("screen.figures"),
            on_pick=_picked_in_panel,
        )
    with st.container(key="stage", horizontal=True):
        with st.container(key="map"):
            st_folium(
                screen_map(assets=f"{ROOT}/assets"),
                key=MAP_KEY,
                height=600,
                use_container_width=True,
                returned_objects=["last_active_drawing"],
                on_change=_picked_on_map,
                feature_group_to_add=ViewUpdate(
                    {
                        "scene_url": f"{ROOT}/scene/{visit.name}/{workspace.version}.json{past}",
                        "tiles_url": f"{ROOT}/tiles/{visit.name}/{{name}}/{{z}}/{{x}}/{{y}}",
                        "unreachable": words("screen.scene_unreachable"),
                    }
                    | view(
                        workspace,
                        reach,
                        statuses,
                        show=state["show"],
                        lang=words.lang,
                        classes=state["classes"],
                        visible_statuses=state["statuses"],
                        commune=state["commune"] or None,
                        base=state["base"],
                        hidden_layers=state["hide"],
                        selected=_selected(),
                        data_date=workspace.recorded_until,
                    )
                ),
            )
        with st.container(key="side"):
            _side(workspace, reach, statuses, words)


def _side(workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words) -> None:
    """Draw the card of what is selected, else what a search found, else a list."""
    state = st.session_state
    chosen = address.selection()
    blocks = cards.card(workspace, reach, statuses, words, *chosen) if chosen else None
    if blocks is None and state["q"].strip():
        blocks = lists.found(workspace, reach, statuses, words, state["q"])
    if blocks is None:
        blocks = lists.listing(workspace, reach, statuses, words, state["list"], state["commune"])
        listed = state["list"]
    else:
        listed = ""
    panel.show(blocks, key="panel", label=words("screen.panel"), on_pick=_picked_in_panel)
    if listed == "unreached":
        _downloads(workspace, reach, words)


def _downloads(workspace: Workspace, reach: Coverage, words: Words) -> None:
    """Offer the table of villages that are not reached, as CSV and as an Excel sheet."""
    table = unreached_villages(workspace, reach, words, commune=st.session_state["commune"])
    name = f"{words('table.file')}-{reach.on.isoformat()}"
    channels = ", ".join(words(f"terms.channel.{channel}").lower() for channel in reach.channels)
    notes = [
        words(
            "table.unreached_note",
            date=words.date(reach.on),
            units=reach.units,
            channels=channels,
            n=len(table),
        ),
        words("table.blank_note"),
        *([words("map.invented")] if workspace.invented else []),
    ]
    with st.container(key="downloads", horizontal=True):
        st.download_button(
            words("screen.download_xlsx"),
            lambda: to_xlsx(table, title=words("table.unreached_title"), notes=notes),
            file_name=f"{name}.xlsx",
            on_click="ignore",
        )
        st.download_button(
            words("screen.download_csv"),
            lambda: to_csv(table),
            file_name=f"{name}.csv",
            mime="text/csv",
            on_click="ignore",
        )
