"""What each step of a meeting has to say: in one sentence, on the map and beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from geo.coverage import Coverage
from geo.proposals import Addition, additions
from geo.text import Words
from geo.workspace import Workspace
from records.commitments import Standing
from records.meetings import Snapshot
from records.timeline import change_days, shift
from reports.report_text import left_out
from reports.results import Results
from views import meeting_sites, page
from views.desk_plan import TONES
from views.forms import DATES
from views.lists import Block, by_name, pano_row, village_row
from views.meeting_sites import PANO_ALONE, Place
from views.money import money_rows
from views.visit import Visit, coverage_of, statuses_of

FIRST_DAY = date(2020, 1, 1)
DAYS = ("meeting_from", "meeting_to", "meeting_day")
"""Keys of the days that are compared, and of the one that the slider stands at."""

LATE = ("works_overdue", "activities_late", "panos_to_repair", "commitments_late")
"""Figures of the report that the step of what is late lists, row by row."""


@dataclass(frozen=True)
class Shown:
    """What a step shows; what it leaves out is that of the snapshot.

    Attributes
    ----------
    said : str
        What there is to say, in a sentence.
    tone : {"good", "warning", ""}
        How it is coloured.
    blocks : list of dict
        What stands beside the map, see `views.panel`.
    show : {"now", "plan"}
        Whether the map shows the plan.
    sites : list of dict
        Pins on the map.
    places : mapping of str to Place
        What can be decided on without being recorded, by the ``pick`` of its row and pin.
    rings : mapping of str to sequence of str
        Ids of the villages that are ringed on the map, those ``gained`` and those ``lost``.
    workspace, reach, statuses
        Those of another day.
    """

    said: str = ""
    tone: str = ""
    blocks: list[Block] = field(default_factory=list)
    show: str = "now"
    sites: list[dict[str, Any]] = field(default_factory=list)
    places: Mapping[str, Place] = field(default_factory=dict)
    rings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    workspace: Workspace | None = None
    reach: Coverage | None = None
    statuses: pd.Series | None = None


def _now(visit: Visit, found: Results, snapshot: Snapshot) -> Shown:
    words, whole = visit.words, found.reach.summary
    said = words("meeting.now.said", reached=whole["reached"], villages=whole["villages"])
    blocks: list[Block] = []
    if whole["share"] is None:
        missing = whole["communes"] - whole["communes_register_complete"]
        blocks.append({"type": "note", "text": words("meeting.now.no_share", n=missing)})
    columns = [
        {"text": words("meeting.now.commune")},
        {"text": words("meeting.now.reached"), "number": True},
        {"text": words("meeting.now.of"), "number": True},
    ]
    rows = [_commune_row(code, one, words) for code, one in by_name(found.reach.communes).iterrows()]
    grid: Block = {"type": "grid", "columns": columns, "rows": rows}
    return Shown(said, "good" if whole["reached"] else "warning", [grid, *blocks])


def _commune_row(code: str, one: pd.Series, words: Words) -> dict[str, Any]:
    """Return a commune's counts; blanks where no village of it is known."""
    cells: list[Any] = [one["name"], {"text": "–", "tone": "quiet"}, {"text": "–", "tone": "quiet"}]
    if one["villages"]:
        tone = "good" if one["reached"] else "bad"
        reached = {"text": words.number(int(one["reached"])), "tone": tone}
        cells = [one["name"], reached, words.number(int(one["villages"]))]
    return {"cells": cells, "pick": f"commune:{code}"}


def _plan(visit: Visit, found: Results, snapshot: Snapshot) -> Shown:
    words, plan = visit.words, found.plan
    if not found.standings:
        return Shown(words("desk.no_plan"), show="plan")
    counts = {name: found.value(f"commitments_{name}") for name in ("met", "late")}
    said = words("meeting.plan.said", n=len(found.standings), **counts)
    tone = "warning" if counts["late"] else "good" if counts["met"] == len(found.standings) else ""
    rows = [_commitment_row(one, words) for one in found.standings]
    blocks: list[Block] = [{"type": "rows", "title": words("meeting.plan.proven_of"), "rows": rows}]
    if plan.budget_vnd:
        blocks.append({"type": "facts", "rows": money_rows(plan, found.money, words)})
    blocks += [{"type": "note", "text": text} for text in left_out(found, words)]
    return Shown(said, tone, blocks, show="plan")


def _commitment_row(one: Standing, words: Words) -> dict[str, Any]:
    proven, target = one.proven, one.commitment.target
    right = "–" if proven is None else words.number(proven, 1)
    if target is not None:
        right = words("report.of_total", part=right, whole=words.number(target, 1))
    status = words(f"report.status.{one.status}")
    return {"text": one.commitment.text, "sub": status, "right": right, "tone": TONES[one.status]}


def _change(visit: Visit, found: Results, snapshot: Snapshot) -> Shown:
    words = visit.words
    first, _, day, _ = _days(visit, found, snapshot)

    def at(on: date) -> tuple[Workspace, Coverage]:
        known = visit.store.workspace(on, version=snapshot.version)
        return known, coverage_of(known, on, snapshot.units)

    (_, before), (then, after) = at(first), at(day)
    counts = {name: one.summary["reached"] for name, one in (("before", before), ("after", after))}
    n = counts["after"] - counts["before"]
    changed = shift(before, after)
    gained, lost = changed.gained, changed.lost
    how = "both" if gained and lost else "more" if gained else "less" if lost else "none"
    moved = words(f"meeting.change.moved_{how}", gained=len(gained), lost=len(lost))
    key = "said" if n > 0 else "said_less" if n < 0 else "said_same"
    said = words(f"meeting.change.{key}", moved=moved, first=words.date(first), day=words.date(day), **counts)
    blocks: list[Block] = []
    for name, ids in (("gained", gained), ("lost", lost)):
        if not ids:
            continue
        villages = after.villages.loc[list(ids)]
        rows = [village_row(village, after, words, show="now") for _, village in villages.iterrows()]
        title = _counted(words(f"meeting.change.{name}"), rows, words)
        blocks.append({"type": "rows", "title": title, "rows": rows})
    blocks.append({"type": "note", "text": words("meeting.change.past_note")})
    tone = "good" if n > 0 else "warning" if n < 0 else ""
    rings = {"gained": gained, "lost": lost}
    return Shown(
        said, tone, blocks, rings=rings, workspace=then, reach=after, statuses=statuses_of(then, day)
    )


def _days(visit: Visit, found: Results, snapshot: Snapshot) -> tuple[date, date, date, list[date]]:
    """Return the two days that are compared, the one that is shown, and those that can be shown."""
    page.keep(*DAYS)
    state = st.session_state
    start = found.plan.starts_on or snapshot.on - timedelta(days=365)
    last = min(state.get("meeting_to") or snapshot.on, snapshot.on)
    first = min(state.get("meeting_from") or max(start, FIRST_DAY), last)
    stops = change_days(visit.store, first=first, last=last)
    asked = state.get("meeting_day") or last
    return first, last, max((stop for stop in stops if stop <= asked), default=last), stops


def _choose_days(visit: Visit, found: Results, snapshot: Snapshot) -> None:
    """Draw the two days that are compared, and the slider between them."""
    words, state = visit.words, st.session_state
    first, last, day, stops = _days(visit, found, snapshot)
    state["meeting_from"], state["meeting_to"] = first, last
    with st.container(key="meeting_days", horizontal=True):
        for key, least, most in (("from", FIRST_DAY, last), ("to", first, snapshot.on)):
            st.date_input(
                words(f"meeting.change.{key}"),
                key=f"meeting_{key}",
                format=DATES,
                min_value=least,
                max_value=most,
                on_change=_days_chosen,
            )
    if first < last:
        state["meeting_day"] = day
        with st.container(key="meeting_slider"):
            st.select_slider(words("meeting.change.day"), stops, key="meeting_day", format_func=words.date)


def _days_chosen() -> None:
    """Show the later of the two days that were chosen, as a date that was typed is expected to be."""
    st.session_state.pop("meeting_day", None)
    st.session_state.get("kept", {}).pop("meeting_day", None)


def _late(visit: Visit, found: Results, snapshot: Snapshot) -> Shown:
    words, workspace = visit.words, found.workspace
    marks: dict[str, str] = {}
    due = found.deeds.set_index(["table", "id"])["due_on"]

    def days(table: str, key: str) -> int:
        return (found.on - due[table, key]).days

    def by_days(name: str) -> list[str]:
        return [key for table, key in sorted(found.figures[name].rows, key=lambda row: -days(*row))]

    def late(table: str, key: str) -> dict[str, Any]:
        return {"right": words("meeting.late.days", n=days(table, key)), "tone": "bad"}

    listed: dict[str, list[dict[str, Any]]] = {name: [] for name in LATE}
    for key in by_days("works_overdue"):
        work = workspace.works.loc[key]
        parts = (words(f"terms.work_kind.{work['kind']}"), words(f"terms.work_state.{work['state']}"))
        row = _marked(found, work["pano_id"], marks, words)
        listed["works_overdue"].append(row | {"sub": " · ".join(parts)} | late("works", key))
    for key in by_days("activities_late"):
        activity = workspace.activities.loc[key]
        row = {
            "text": activity["title"],
            "sub": words(f"terms.channel.{activity['channel']}"),
            "pick": f"activity:{key}",
        }
        listed["activities_late"].append(row | late("activities", key))
    for _, key in found.figures["panos_to_repair"].rows:
        listed["panos_to_repair"].append(_marked(found, key, marks, words))
    listed["commitments_late"] = [
        _commitment_row(one, words) | {"sub": ""} for one in found.standings if one.status == "late"
    ]
    said = [words(f"meeting.late.said.{name}", n=len(rows)) for name, rows in listed.items() if rows]
    if not said:
        return Shown(words("meeting.late.none"), "good")
    blocks: list[Block] = [
        {"type": "rows", "title": _counted(words(f"meeting.late.{name}"), rows, words), "rows": rows}
        for name, rows in listed.items()
        if rows
    ]
    if listed["commitments_late"]:
        blocks.append({"type": "note", "text": words("meeting.late.commitments_note")})
    sentence = ", ".join(said)
    sentence = f"{sentence[0].upper()}{sentence[1:]}."
    return Shown(sentence, "warning", blocks, sites=_pins(workspace, marks))


def _proposed(visit: Visit, found: Results, snapshot: Snapshot) -> Shown:
    words, workspace = visit.words, found.workspace
    each, by_panos = _additions(workspace.version, workspace, snapshot.on, PANO_ALONE)
    _, by_any = _additions(workspace.version, workspace, snapshot.on, ())
    marks: dict[str, str] = {}
    rows = []
    for one in sorted(each, key=lambda one: len(one.lost) - len(one.gained)):
        state = workspace.works.at[one.work_id, "state"]
        parts = (words(f"terms.work_kind.{one.kind}"), words(f"terms.work_state.{state}"))
        row = _marked(found, one.pano_id, marks, words) | {"sub": " · ".join(parts)}
        gain = words("meeting.proposed.no_gain")
        if one.gained:
            gain = words("meeting.proposed.gain", n=len(one.gained))
        elif one.lost:
            gain = words("meeting.proposed.loss", n=len(one.lost))
        rows.append(row | {"right": gain} | ({"tone": "bad"} if one.lost else {}))
    said = words("meeting.proposed.none")
    if each:
        counts = {"panos": len(by_panos.gained), "new": len(by_any.gained)}
        key = "said_new" if counts["new"] else "said" if counts["panos"] else "said_none"
        said = words(f"meeting.proposed.{key}", n=len(each), **counts)
    title = _counted(words("meeting.proposed.orders"), rows, words)
    blocks: list[Block] = [{"type": "rows", "title": title, "rows": rows}] if rows else []
    further = meeting_sites.next_sites(workspace, snapshot.on)
    return Shown(
        said,
        "good" if by_panos.gained else "",
        [*blocks, *meeting_sites.blocks(further, found, words)],
        show="plan",
        sites=[*_pins(workspace, marks), *meeting_sites.pins(further)],
        places=meeting_sites.places(further, words),
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _additions(
    version: str, _workspace: Workspace, on: date, channels: tuple[str, ...]
) -> tuple[list[Addition], Addition]:
    return additions(_workspace, on=on, channels=channels or None)


def _marked(found: Results, pano_id: str, marks: dict[str, str], words: Words) -> dict[str, Any]:
    """Return the row of a pano, with the number that its pin bears."""
    mark = marks.setdefault(pano_id, str(len(marks) + 1))
    row = pano_row(found.workspace, pano_id, found.statuses[pano_id], words)
    return row | {"text": f"{mark}. {row['text']}"}


def _pins(workspace: Workspace, marks: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a numbered pin for each pano that has a point."""
    panos = workspace.panos.loc[list(marks)].dropna(subset=["lat", "lon"])
    return [
        {
            "id": f"pano:{pano.Index}",
            "lat": pano.lat,
            "lon": pano.lon,
            "mark": marks[pano.Index],
            "label": pano.name,
        }
        for pano in panos[["lat", "lon", "name"]].itertuples()
    ]


def _counted(title: str, rows: Sequence[Block], words: Words) -> str:
    return f"{title} ({words.number(len(rows))})"


STEPS: Mapping[str, Callable[[Visit, Results, Snapshot], Shown]] = {
    "now": _now,
    "plan": _plan,
    "change": _change,
    "late": _late,
    "proposed": _proposed,
}
CONTROLS: Mapping[str, Callable[[Visit, Results, Snapshot], None]] = {"change": _choose_days}
"""What a step lets its reader set."""
