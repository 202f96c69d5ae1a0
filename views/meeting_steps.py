"""What each step of a meeting has to say: on the map, in the head figures and beside the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from geo.coverage import Coverage
from geo.proposals import Addition, additions
from geo.text import Words
from geo.workspace import Workspace, rows_of
from records.commitments import deeds, plan_money, standings
from records.meetings import Snapshot
from records.status import is_overdue
from views.desk_plan import TONES
from views.forms import DATES
from views.lists import Block, by_name, pano_row, village_row
from views.money import money_rows
from views.visit import Visit, coverage_of, statuses_of

FIRST_DAY = date(2020, 1, 1)
NEEDING = ("needs_repair",)
"""Statuses of panos that nobody is at work on."""


@dataclass(frozen=True)
class Shown:
    """What a step shows; what it leaves out is that of the snapshot.

    Attributes
    ----------
    blocks : list of dict
        What stands beside the map, see `views.panel`.
    show : {"now", "plan"}
        Whether the map shows the plan.
    sites : list of dict
        Pins on the map.
    workspace, reach, statuses
        Those of another day.
    """

    blocks: list[Block]
    show: str = "now"
    sites: list[dict[str, Any]] = field(default_factory=list)
    workspace: Workspace | None = None
    reach: Coverage | None = None
    statuses: pd.Series | None = None


def _now(
    visit: Visit, workspace: Workspace, reach: Coverage, statuses: pd.Series, snapshot: Snapshot
) -> Shown:
    words, whole = visit.words, reach.summary
    said = words("meeting.now.said", reached=whole["reached"], villages=whole["villages"])
    blocks: list[Block] = [{"type": "note", "text": said, "tone": "good" if whole["reached"] else ""}]
    if whole["share"] is None:
        missing = whole["communes"] - whole["communes_register_complete"]
        blocks.append({"type": "note", "text": words("meeting.now.no_share", n=missing)})
    communes = by_name(reach.communes)
    rows = [
        {
            "cells": [
                one["name"],
                {
                    "text": words.number(int(one["reached"])),
                    "tone": "good" if one["reached"] else "bad" if one["villages"] else "quiet",
                },
                words.number(int(one["villages"])),
            ],
            "pick": f"commune:{code}",
        }
        for code, one in communes.iterrows()
    ]
    columns = [
        {"text": words("meeting.now.commune")},
        {"text": words("meeting.now.reached"), "number": True},
        {"text": words("meeting.now.of"), "number": True},
    ]
    return Shown([*blocks, {"type": "grid", "columns": columns, "rows": rows}])


def _plan(
    visit: Visit, workspace: Workspace, reach: Coverage, statuses: pd.Series, snapshot: Snapshot
) -> Shown:
    words = visit.words
    of = deeds(workspace, on=snapshot.on)
    found = standings(workspace, on=snapshot.on, of=of)
    if not found:
        return Shown([{"type": "note", "text": words("desk.no_plan")}], show="plan")
    counts = {name: sum(one.status == name for one in found) for name in ("met", "late")}
    blocks: list[Block] = [
        {
            "type": "note",
            "text": words("meeting.plan.said", n=len(found), **counts),
            "tone": "warning" if counts["late"] else "good",
        }
    ]
    blocks.append({"type": "facts", "rows": money_rows(workspace.plan, plan_money(of), words)})
    rows = [
        {
            "cells": [
                one.commitment.text,
                _number(one.commitment.target, words),
                {"text": _number(one.proven, words), "tone": "good" if one.proven else "quiet"},
                {"text": words(f"report.status.{one.status}"), "tone": TONES[one.status]},
            ]
        }
        for one in found
    ]
    numbers = {"commitment": False, "target": True, "proven": True, "status": False}
    columns = [{"text": words(f"desk.plan.{name}"), "number": number} for name, number in numbers.items()]
    return Shown([*blocks, {"type": "grid", "columns": columns, "rows": rows}], show="plan")


def _change(
    visit: Visit, workspace: Workspace, reach: Coverage, statuses: pd.Series, snapshot: Snapshot
) -> Shown:
    words = visit.words
    first, day = days_of(workspace, snapshot)

    def at(on: date) -> tuple[Workspace, Coverage]:
        known = visit.store.workspace(on, version=snapshot.version)
        return known, coverage_of(known, on, snapshot.units)

    _, before = at(first)
    then, now = at(day)
    counts = {name: one.summary["reached"] for name, one in (("before", before), ("after", now))}
    n = counts["after"] - counts["before"]
    key = "said" if n > 0 else "said_less" if n < 0 else "said_same"
    blocks: list[Block] = [
        {
            "type": "note",
            "text": words(f"meeting.change.{key}", n=abs(n), **counts),
            "tone": "good" if n > 0 else "",
        },
        {"type": "note", "text": words("meeting.change.shown", date=words.date(day))},
    ]
    reached = [_reached(one) for one in (before, now)]
    for name, ids in (("gained", reached[1] - reached[0]), ("lost", reached[0] - reached[1])):
        if name == "lost" and not ids:
            continue
        villages = now.villages.loc[[one for one in now.villages.index if one in ids]]
        blocks.append(
            {
                "type": "rows",
                "title": f"{words(f'meeting.change.{name}')} ({words.number(len(villages))})",
                "rows": [village_row(village, now, words, show="now") for _, village in villages.iterrows()],
                "empty": words("meeting.change.none"),
            }
        )
    blocks.append({"type": "note", "text": words("meeting.change.past_note")})
    return Shown(blocks, workspace=then, reach=now, statuses=statuses_of(then, day))


def days_of(workspace: Workspace, snapshot: Snapshot) -> tuple[date, date]:
    """Return the first day that is compared, and the day that the map shows."""
    state = st.session_state
    start = workspace.plan.starts_on or snapshot.on - timedelta(days=365)
    first = state.get("meeting_from") or min(max(start, FIRST_DAY), snapshot.on)
    day = state.get("meeting_day") or snapshot.on
    return first, min(max(day, first), snapshot.on)


def _late(
    visit: Visit, workspace: Workspace, reach: Coverage, statuses: pd.Series, snapshot: Snapshot
) -> Shown:
    words, on = visit.words, snapshot.on
    works = workspace.works
    due = sorted(
        (work["due_on"], key)
        for key, work in rows_of(works)
        if is_overdue(work["state"], work["due_on"], on=on)
    )
    rows, marks = [], {}
    for _, key in due:
        work = works.loc[key]
        mark = marks.setdefault(work["pano_id"], str(len(marks) + 1))
        row = pano_row(workspace, work["pano_id"], statuses[work["pano_id"]], words)
        parts = (words(f"terms.work_kind.{work['kind']}"), words(f"terms.work_state.{work['state']}"))
        days = (on - work["due_on"]).days
        row |= {"text": f"{mark}. {row['text']}", "sub": " · ".join(parts)}
        rows.append(row | {"right": words("meeting.late.days", n=days), "tone": "bad"})
    in_need = statuses.index[statuses.isin(NEEDING)]
    needy = []
    for pano_id in in_need:
        mark = marks.setdefault(pano_id, str(len(marks) + 1))
        row = pano_row(workspace, pano_id, statuses[pano_id], words)
        needy.append(row | {"text": f"{mark}. {row['text']}"})
    late = [one for one in standings(workspace, on=on) if one.status == "late"]
    blocks: list[Block] = []
    if not (rows or needy or late):
        blocks.append({"type": "note", "text": words("meeting.late.none"), "tone": "good"})
    for name, listed in (
        ("works", rows),
        ("panos", needy),
        ("commitments", [{"text": one.commitment.text} for one in late]),
    ):
        if listed:
            title = f"{words(f'meeting.late.{name}')} ({words.number(len(listed))})"
            blocks.append({"type": "rows", "title": title, "rows": listed})
    return Shown(blocks, sites=_pins(workspace, marks))


def _proposed(
    visit: Visit, workspace: Workspace, reach: Coverage, statuses: pd.Series, snapshot: Snapshot
) -> Shown:
    words = visit.words
    each, together = _additions(workspace.version, workspace, snapshot.on)
    if not each:
        return Shown([{"type": "note", "text": words("meeting.proposed.none")}], show="plan")
    marks: dict[str, str] = {}
    rows = []
    for one in sorted(each, key=lambda one: len(one.lost) - len(one.gained)):
        mark = marks.setdefault(one.pano_id, str(len(marks) + 1))
        row = pano_row(workspace, one.pano_id, statuses[one.pano_id], words)
        state = workspace.works.at[one.work_id, "state"]
        parts = (words(f"terms.work_kind.{one.kind}"), words(f"terms.work_state.{state}"))
        gain = words("meeting.proposed.no_gain")
        if one.gained:
            gain = words("meeting.proposed.gain", n=len(one.gained))
        elif one.lost:
            gain = words("meeting.proposed.loss", n=len(one.lost))
        row |= {"text": f"{mark}. {row['text']}", "sub": " · ".join(parts), "right": gain}
        rows.append(row | ({"tone": "bad"} if one.lost else {}))
    n = len(together.gained)
    said = words("meeting.proposed.said", n=n) if n else words("meeting.proposed.said_none")
    note: Block = {"type": "note", "text": said, "tone": "good" if n else ""}
    blocks = [note, {"type": "rows", "rows": rows}]
    return Shown(blocks, show="plan", sites=_pins(workspace, marks))


@st.cache_resource(max_entries=16, show_spinner=False)
def _additions(version: str, _workspace: Workspace, on: date) -> tuple[list[Addition], Addition]:
    return additions(_workspace, on=on)


def _reached(reach: Coverage) -> set[str]:
    villages = reach.villages
    return set(villages.index[villages["counted"] & (villages["now"] == "reached")])


def _pins(workspace: Workspace, marks: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a numbered pin for each pano that has a point."""
    panos = workspace.panos.loc[list(marks)].dropna(subset=["lat", "lon"])
    return [
        {"lat": pano.lat, "lon": pano.lon, "mark": marks[pano.Index], "label": pano.name}
        for pano in panos[["lat", "lon", "name"]].itertuples()
    ]


def _number(value: float | None, words: Words) -> str:
    return "–" if value is None else words.number(value, 1)


def controls(visit: Visit, step: str, snapshot: Snapshot) -> None:
    """Draw what a step lets its reader set: the two days that are compared."""
    if step != "change":
        return
    words, state = visit.words, st.session_state
    first, day = days_of(visit.store.workspace(snapshot.on, version=snapshot.version), snapshot)
    state["meeting_from"] = first
    st.date_input(
        words("meeting.change.from"),
        key="meeting_from",
        format="DD/MM/YYYY",
        min_value=FIRST_DAY,
        max_value=snapshot.on,
    )
    if first < snapshot.on:
        state["meeting_day"] = day
        st.slider(words("meeting.change.day"), first, snapshot.on, key="meeting_day", format=DATES)


STEPS = {"now": _now, "plan": _plan, "change": _change, "late": _late, "proposed": _proposed}
