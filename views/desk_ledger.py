"""The reach ledger on screen: village by channel as a matrix and on the map, gaps by people, what is wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from views import desk_stage, page, panel
from views.lists import MOST_LISTED, Block, by_name, village_row
from views.visit import Visit, coverage_of, statuses_of

PARTS = ("matrix", "gaps", "wide")
ORDERS = ("commune", "fewest", "longest")
MARKS = ("count", "last", "basis", "evidence")
"""What the map can say at every village that is reached."""
KEYS = ("ledger_part", "ledger_order", "ledger_marks")
BASIS_MARKS = {"explicit": "●○", "distance": "◆◇", "commune": "■□"}
"""The mark of each basis: where there is evidence, and where there is none."""
PLANNED = "◌"
SIGNS = {
    "planned": PLANNED,
    **{basis: marks[0] for basis, marks in BASIS_MARKS.items()},
    **{f"{basis}_unproven": marks[1] for basis, marks in BASIS_MARKS.items()},
}
"""The marks by the names that the sentences about them know them by."""
DOUBTFUL = ("possible", "no_location")
PEOPLE = ("poor", "households")


@st.cache_resource(max_entries=16, show_spinner=False)
def _ledger(version: str, _workspace: Workspace, on: date) -> tuple[Ledger, pd.DataFrame]:
    book = ledger(_workspace, on=on)
    return book, book.cells()


def show(visit: Visit, workspace: Workspace) -> None:
    """Draw the map with what is asked of the ledger at every village, and the ledger beside it."""
    words, units = visit.words, st.session_state["units"]
    reach = coverage_of(workspace, visit.today, units)
    statuses = statuses_of(workspace, visit.today)
    book, cells = _ledger(workspace.version, workspace, visit.today)
    marks = on_map(book, st.session_state.setdefault("ledger_marks", MARKS[0]), words)
    with desk_stage.beside_map(visit, workspace, reach, statuses, sketch={"numbers": marks}):
        if desk_stage.card(workspace, reach, statuses, words):
            return
        part = page.choice("ledger_part", PARTS, words, "desk.ledger.show")
        with st.container(key="ledger_choices", horizontal=True):
            _choose("marks", MARKS, words)
            if part == "matrix":
                _choose("order", ORDERS, words)
        page.lead(words(f"desk.ledger.on_map_{st.session_state['ledger_marks']}", **SIGNS))
        draw = {"matrix": _matrix, "gaps": _gaps, "wide": _wide}[part]
        blocks = draw(workspace, reach, book, cells, words)
        panel.show(
            blocks, key="desk_book", label=words("desk.section.ledger"), on_pick=desk_stage.picked, view=part
        )
        st.download_button(
            words("desk.ledger.download"),
            lambda: to_csv(table(workspace, book, words)),
            file_name=words("desk.ledger.file"),
            mime="text/csv",
        )


def _choose(name: str, options: Sequence[str], words: Words) -> None:
    st.session_state.setdefault(f"ledger_{name}", options[0])
    st.selectbox(
        words(f"desk.ledger.{name}"),
        options,
        key=f"ledger_{name}",
        format_func=lambda option: words(f"desk.ledger.{name}_{option}"),
    )


def on_map(book: Ledger, what: str, words: Words) -> dict[str, str]:
    """Return what the map says at every village that is reached now.

    Parameters
    ----------
    book : Ledger
        The ledger.
    what : str
        One of `MARKS`: how many channels, how many months since the last contact, the strongest basis, or
        how many of the channels are proven.
    words : Words
        The reader's language.
    """
    reached = book.villages[book.villages["channels_now"] > 0]
    say = {
        "count": lambda village: words.number(village.channels_now),
        "last": lambda village: _months(village.last_on, book.on, words),
        "basis": lambda village: BASIS_MARKS[village.basis][0],
        "evidence": lambda village: f"{village.channels_proven}/{village.channels_now}",
    }[what]
    return {village.Index: say(village) for village in reached.itertuples()}


def _months(day: date | None, on: date, words: Words) -> str:
    if day is None:
        return "?"
    return words.number(12 * (on.year - day.year) + on.month - day.month - (on.day < day.day))


def _matrix(
    workspace: Workspace, reach: Coverage, book: Ledger, cells: pd.DataFrame, words: Words
) -> list[Block]:
    if book.villages.empty:
        return [{"type": "note", "text": words("desk.ledger.empty")}]
    used = [name for name in REACHING_CHANNELS if name in cells.index.get_level_values("channel")]
    order = st.session_state["ledger_order"]
    table = _ordered(reach, book, order)
    shown = table.head(MOST_LISTED)
    marks = {
        key: _mark(cell, key[1], words) for key, cell in zip(cells.index, cells.itertuples(), strict=True)
    }
    counts = book.totals(table["commune_code"])
    rows: list[dict[str, Any]] = []
    for code, villages in shown.groupby("commune_code", sort=False) if order == "commune" else [("", shown)]:
        if code:
            group = {"cells": _total(reach.communes["name"].get(code, ""), counts.loc[code], used, words)}
            rows.append(group | {"pick": f"commune:{code}", "group": True})
        rows += _village_rows(villages, used, marks, words, with_commune=not code)
    columns = [
        {"text": words("desk.ledger.village")},
        {"text": words("desk.ledger.count"), "number": True},
        {"text": words("desk.ledger.last"), "number": True},
        *({"text": words(f"desk.ledger.short.{name}"), "mark": True} for name in used),
    ]
    whole = book.totals(pd.Series("", book.villages.index)).loc[""]
    blocks: list[Block] = [
        {"type": "title", "text": words("desk.ledger.title"), "sub": words("desk.ledger.key", **SIGNS)},
        {
            "type": "grid",
            "layout": "fits",
            "columns": columns,
            "total": _total(words("desk.ledger.whole"), whole, used, words),
            "rows": rows,
        },
    ]
    if len(table) > len(shown):
        blocks.append({"type": "note", "text": words("desk.ledger.more", n=len(table) - len(shown))})
    return blocks


def _ordered(reach: Coverage, book: Ledger, order: str) -> pd.DataFrame:
    """Return the villages in the order that was chosen, with name and commune of each."""
    table = book.villages.join(reach.villages[["name", "commune_code"]])
    table["commune"] = table["commune_code"].map(reach.communes["name"]).fillna("")
    if order == "longest":
        # Those that nothing reaches first; of the others the longest ago, where the day is known.
        table["day"] = [day.toordinal() if day else date.max.toordinal() for day in table["last_on"]]
        table.loc[table["channels_now"] == 0, "day"] = 0
        return table.sort_values("day", kind="stable")
    fewest = table.sort_values(["channels_now", "channels_plan"], kind="stable")
    if order == "fewest":
        return fewest
    places = {code: place for place, code in enumerate(by_name(reach.communes).index)}
    return fewest.sort_values("commune_code", key=lambda codes: codes.map(places), kind="stable")


def _village_rows(
    villages: pd.DataFrame,
    used: list[str],
    marks: dict[tuple[str, str], dict[str, str]],
    words: Words,
    *,
    with_commune: bool,
) -> Iterator[dict[str, Any]]:
    """Return a row a village; its commune stands after its name unless it stands above it, or in the name."""
    nothing = {
        name: {"text": "", "label": words("desk.ledger.cell_none", channel=words(f"terms.channel.{name}"))}
        for name in used
    }
    for village in villages.itertuples():
        is_said = not with_commune or village.commune in village.name
        name = village.name if is_said else f"{village.name}, {village.commune}"
        count = words.number(village.channels_now)
        yield {
            "cells": [
                {"text": name, "label": name},
                {"text": count, "tone": "good" if village.channels_now else "bad"},
                _last(village.last_on, words),
                *(marks.get((village.Index, channel), nothing[channel]) for channel in used),
            ],
            "pick": f"village:{village.Index}",
        }


def _total(name: str, counts: pd.Series, used: list[str], words: Words) -> list[Any]:
    """Return the cells of some villages together: how many are reached, and how many by each channel."""
    villages, reached = int(counts["villages"]), int(counts["reached"])
    cells: list[Any] = [
        name,
        {
            "text": f"{words.number(reached)}/{words.number(villages)}",
            "tone": "good" if reached else "bad",
            "label": words("desk.ledger.total_now", reached=reached, n=villages),
        },
        _last(counts["last_on"], words),
    ]
    for channel in used:
        label = words(
            "desk.ledger.total_channel",
            channel=words(f"terms.channel.{channel}"),
            reached=int(counts[channel]),
            n=villages,
        )
        text = words.number(int(counts[channel])) if counts[channel] else ""
        cells.append({"text": text, "label": label})
    return cells


def _last(day: date | None, words: Words) -> dict[str, str]:
    return {"text": words.date(day) or "–", "tone": "" if day else "quiet"}


def _mark(cell: Any, channel: str, words: Words) -> dict[str, str]:
    name, basis = words(f"terms.channel.{channel}"), words(f"terms.basis.{cell.basis}")
    if not cell.now:
        label = words("desk.ledger.cell_plan", channel=name, basis=basis)
        return {"text": PLANNED, "tone": "plan", "label": label}
    label = words(
        "desk.ledger.cell_now", channel=name, basis=basis, now=int(cell.now), proven=int(cell.things_proven)
    )
    if cell.last_on:
        label = f"{label} · {words('desk.ledger.cell_last', date=words.date(cell.last_on))}"
    return {"text": BASIS_MARKS[cell.basis][not cell.things_proven], "tone": "good", "label": label}


def _gaps(
    workspace: Workspace, reach: Coverage, book: Ledger, cells: pd.DataFrame, words: Words
) -> list[Block]:
    open_ = gaps(workspace, reach.villages)
    if open_.empty:
        return [{"type": "note", "text": words("desk.ledger.no_gaps"), "tone": "good"}]
    if open_[["poor_households", "households"]].isna().all(axis=None):
        order = words("desk.ledger.none_of_people")
    else:
        order = words("desk.ledger.by_people")
    blocks: list[Block] = [{"type": "note", "text": order}]
    is_planned = open_["class"] == "planned"
    for name, group in (("none", open_[~is_planned]), ("planned", open_[is_planned])):
        blocks.append(
            {
                "type": "rows",
                "title": words(f"desk.ledger.gaps_{name}", n=len(group)) + _people_of(group, words),
                "rows": [
                    _gap_row(village, reach, words) for _, village in group.head(MOST_LISTED).iterrows()
                ],
                "empty": words(f"desk.ledger.no_gaps_{name}"),
            }
        )
        if len(group) > MOST_LISTED:
            blocks.append({"type": "note", "text": words("desk.ledger.more", n=len(group) - MOST_LISTED)})
    return blocks


def _gap_row(village: pd.Series, reach: Coverage, words: Words) -> Block:
    commune = reach.communes["name"].get(village["commune_code"], "")
    # Beyond the two groups a class says something only where it is neither sure nor plain.
    doubt = words(f"terms.class.{village['class']}") if village["class"] in DOUBTFUL else ""
    people = [village["poor_households"], village["households"]]
    if all(map(pd.isna, people)):
        right = words("desk.ledger.people_unknown")
    else:
        right = " · ".join(_people(n, name, words) for n, name in zip(people, PEOPLE, strict=True))
    return village_row(village, reach, words, sub=" · ".join(part for part in (commune, doubt) if part)) | {
        "right": right
    }


def _people(n: Any, name: str, words: Words) -> str:
    return words(f"desk.ledger.{name}_unknown") if pd.isna(n) else words(f"desk.ledger.{name}_n", n=int(n))


def _people_of(group: pd.DataFrame, words: Words) -> str:
    """Return, after a separator, how many poor households some villages have, as far as known."""
    known = group["poor_households"].dropna()
    if known.empty:
        return ""
    parts = [_people(known.sum(), "poor", words)]
    if unknown := len(group) - len(known):
        parts.append(words("desk.ledger.people_without", n=unknown))
    return " · " + ", ".join(parts)


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


def table(workspace: Workspace, book: Ledger, words: Words) -> pd.DataFrame:
    """Return the ledger for a spreadsheet, one contact a row: names, headings and terms in the language.

    Parameters
    ----------
    workspace : Workspace
        The data.
    book : Ledger
        Its ledger.
    words : Words
        The reader's language.

    Returns
    -------
    DataFrame
        Every contact, those in plan included; in a workspace of invented data each row says so.
    """
    contacts, villages = book.contacts, workspace.villages
    names = pd.concat([workspace.panos["name"], workspace.activities["title"]], keys=("pano", "activity"))
    things = pd.MultiIndex.from_frame(contacts[["kind", "id"]])
    columns = {
        "village_id": contacts["village_id"],
        "village": contacts["village_id"].map(villages["name"]),
        "commune_code": contacts["village_id"].map(villages["commune_code"]),
        "channel": [words(f"terms.channel.{name}") for name in contacts["channel"]],
        "what": names.reindex(things).to_numpy(),
        "scenario": [words(f"desk.ledger.csv.{'now' if now else 'plan'}") for now in contacts["counts_now"]],
        "basis": [words(f"terms.basis.{name}") for name in contacts["basis"]],
        "on": contacts["on"],
        "proven": [words(f"desk.ledger.csv.{'yes' if proven else 'no'}") for proven in contacts["proven"]],
        "evidence": [
            # Of a pano the check is all the evidence there is.
            words("card.checked_on", date=words.date(one.on))
            if one.kind == "pano" and one.proven
            else one.evidence
            for one in contacts.itertuples()
        ],
    }
    rows = pd.DataFrame(columns, index=contacts.index)
    if workspace.invented:
        rows.insert(0, "invented", words("map.invented"))
    return rows.rename(columns={name: words(f"desk.ledger.csv.{name}") for name in rows.columns})
