"""The reach ledger on screen: village by channel as a matrix and on the map, gaps by people, what is wide."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from geo.coverage import Coverage
from geo.ledger import Ledger, gaps, ledger
from geo.terms import REACHING_CHANNELS
from geo.text import Words
from geo.workspace import Workspace
from reports.tables import to_csv
from views import desk_stage, panel
from views.lists import MOST_LISTED, Block, village_row
from views.visit import Visit, coverage_of, statuses_of

PARTS = ("matrix", "gaps", "wide")
PROVEN, UNPROVEN, PLANNED = "●", "○", "◌"


@st.cache_resource(max_entries=16, show_spinner=False)
def _ledger(version: str, _workspace: Workspace, on: date) -> tuple[Ledger, pd.DataFrame]:
    book = ledger(_workspace, on=on)
    return book, book.cells()


def show(visit: Visit, workspace: Workspace) -> None:
    """Draw the map with the number of channels at every village, and the ledger beside it."""
    words, units = visit.words, st.session_state["units"]
    reach = coverage_of(workspace, visit.today, units)
    statuses = statuses_of(workspace, visit.today)
    book, cells = _ledger(workspace.version, workspace, visit.today)
    numbers = {village: words.number(n) for village, n in book.villages["channels_now"].items() if n}
    with desk_stage.beside_map(visit, workspace, reach, statuses, sketch={"numbers": numbers}):
        if desk_stage.card(workspace, reach, statuses, words):
            return
        part = st.segmented_control(
            words("desk.ledger.show"),
            PARTS,
            key="ledger_part",
            default=PARTS[0],
            format_func=lambda name: words(f"desk.ledger.show_{name}"),
            label_visibility="collapsed",
            required=True,
        )
        draw = {"matrix": _matrix, "gaps": _gaps, "wide": _wide}[part]
        blocks = draw(workspace, reach, book, cells, words)
        panel.show(
            blocks, key="desk_book", label=words("desk.section.ledger"), on_pick=desk_stage.picked, view=part
        )
        st.download_button(
            words("desk.ledger.download"),
            lambda: to_csv(_named(workspace, book, words)),
            file_name=words("desk.ledger.file"),
            mime="text/csv",
        )


def _matrix(
    workspace: Workspace, reach: Coverage, book: Ledger, cells: pd.DataFrame, words: Words
) -> list[Block]:
    used = [name for name in REACHING_CHANNELS if name in cells.index.get_level_values("channel")]
    marks = {
        key: _mark(cell, key[1], words) for key, cell in zip(cells.index, cells.itertuples(), strict=True)
    }
    order = book.villages.join(reach.villages[["name", "commune_code"]])
    order["commune"] = order["commune_code"].map(reach.communes["name"])
    order = order.sort_values(["channels_now", "channels_plan"], kind="stable")
    rows = []
    for village in order.head(MOST_LISTED).itertuples():
        blank = [
            {"text": "", "label": words("desk.ledger.cell_none", channel=words(f"terms.channel.{name}"))}
            for name in used
        ]
        rows.append(
            {
                "cells": [
                    village.name if village.commune in village.name else f"{village.name}, {village.commune}",
                    {
                        "text": words.number(village.channels_now),
                        "tone": "good" if village.channels_now else "bad",
                    },
                    words.date(village.last_on) or "–",
                    *(marks.get((village.Index, name), none) for name, none in zip(used, blank, strict=True)),
                ],
                "pick": f"village:{village.Index}",
            }
        )
    columns = [
        {"text": words("desk.ledger.village")},
        {"text": words("desk.ledger.count"), "number": True},
        {"text": words("desk.ledger.last")},
        *({"text": words(f"terms.channel.{name}"), "mark": True} for name in used),
    ]
    return [
        {"type": "title", "text": words("desk.ledger.title"), "sub": words("desk.ledger.key")},
        {
            "type": "grid",
            "columns": columns,
            "rows": rows,
            "empty": words("desk.ledger.empty"),
        },
    ]


def _mark(cell: Any, channel: str, words: Words) -> dict[str, str]:
    name = words(f"terms.channel.{channel}")
    if not cell.now:
        return {"text": PLANNED, "tone": "plan", "label": words("desk.ledger.cell_plan", channel=name)}
    label = words("desk.ledger.cell_now", channel=name, now=int(cell.now), proven=int(cell.proven))
    if cell.last_on:
        label = f"{label} · {words.date(cell.last_on)}"
    return {"text": PROVEN if cell.proven else UNPROVEN, "tone": "good", "label": label}


def _gaps(
    workspace: Workspace, reach: Coverage, book: Ledger, cells: pd.DataFrame, words: Words
) -> list[Block]:
    open_ = gaps(workspace, reach.villages)
    unknown = int(open_["poor_households"].isna().sum())
    sub = words("desk.ledger.order", n=unknown) if unknown else words("desk.ledger.order_known")
    if len(open_) and open_[["poor_households", "households"]].isna().all(axis=None):
        sub = words("desk.ledger.none_of_people")
    rows = []
    for _, village in open_.head(MOST_LISTED).iterrows():
        counts = [
            f"{words('desk.ledger.' + name)}: {words('desk.unknown') if pd.isna(n) else words.number(int(n))}"
            for name, n in (("poor", village["poor_households"]), ("households", village["households"]))
        ]
        row = village_row(village, reach, words, sub=" · ".join(counts))
        rows.append(
            row | {"text": f"{village['name']}, {reach.communes['name'].get(village['commune_code'], '')}"}
        )
    return [
        {"type": "title", "text": words("desk.ledger.gaps"), "sub": sub if len(open_) else ""},
        {"type": "rows", "rows": rows, "empty": words("desk.ledger.no_gaps")},
    ]


def _wide(
    workspace: Workspace, reach: Coverage, book: Ledger, cells: pd.DataFrame, words: Words
) -> list[Block]:
    rows = [
        {
            "text": activity.title,
            "sub": " · ".join(
                part
                for part in (
                    words(f"terms.channel.{activity.channel}"),
                    words(f"terms.activity_state.{activity.state}"),
                    words.date(activity.starts_on),
                )
                if part
            ),
            "pick": f"activity:{activity.Index}",
        }
        for activity in book.wide.itertuples()
    ]
    return [
        {
            "type": "rows",
            "title": words("desk.ledger.wide"),
            "rows": rows,
            "empty": words("desk.ledger.no_wide"),
        }
    ]


def _named(workspace: Workspace, book: Ledger, words: Words) -> pd.DataFrame:
    """Return the contacts as a table for a spreadsheet, villages by name."""
    table = book.contacts.copy()
    table.insert(1, "village", table["village_id"].map(workspace.villages["name"]))
    table.insert(2, "commune_code", table["village_id"].map(workspace.villages["commune_code"]))
    return table
