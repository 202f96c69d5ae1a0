"""Area and time on screen: reach as a line and a slider, two dates compared, land within service radius."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd
import streamlit as st

from geo.coverage import Coverage
from geo.landshare import land_share
from geo.text import Words
from geo.workspace import Workspace
from records.timeline import Cause, Moment, Shift, causes, change_days, first_day, line, shift
from views import charts, desk_changes, desk_stage, page, panel
from views.address import FIRST_DAY
from views.forms import DATES
from views.lists import Block, by_name
from views.visit import Visit, coverage_of, statuses_of

PARTS = ("reach", "land")
LEAST_SHOWN = 0.0005
"""The smallest share that does not round to nothing."""
KEYS = ("time_part", "time_from", "time_to")


@st.cache_resource(max_entries=16, show_spinner=False)
def _line(
    version: str, workspace_name: str, _visit: Visit, first: date, last: date, units: str
) -> list[Moment]:
    days = change_days(_visit.store, first=first, last=last)
    return line(_visit.store, days, units=units)


@st.cache_resource(max_entries=32, show_spinner=False)
def _causes(
    version: str, workspace_name: str, _visit: Visit, changes: Shift, first: date, last: date
) -> dict[str, tuple[Cause, ...]]:
    return causes(_visit.store, changes, first=first, last=last)


@st.cache_resource(max_entries=16, show_spinner=False)
def _land(version: str, _workspace: Workspace, on: date, units: str) -> pd.DataFrame:
    return land_share(_workspace, on=on, units=units)


def show(visit: Visit, workspace: Workspace) -> None:
    """Draw the map of the later day, and beside it the line and what changed, or the shares of land."""
    words, state, today = visit.words, st.session_state, visit.today
    start = first_day(workspace, today=today)
    state.setdefault("time_part", PARTS[0])
    state.setdefault("time_from", start)
    state.setdefault("time_to", today)
    state["time_from"], state["time_to"] = sorted(
        min(max(state[name] or today, FIRST_DAY), today) for name in ("time_from", "time_to")
    )
    is_over_time = state["time_part"] == "reach"
    day = state["time_to"] if is_over_time else today
    then = visit.workspace(day)
    reach, statuses = coverage_of(then, day, state["units"]), statuses_of(then, day)
    with desk_stage.beside_map(visit, then, reach, statuses, show="now"):
        if desk_stage.card(then, reach, statuses, words):
            return
        page.choice("time_part", PARTS, words, "desk.time.part")
        if is_over_time:
            _over_time(visit, workspace, reach, min(start, state["time_from"]))
        else:
            shares = _land(workspace.version, workspace, today, state["units"])
            panel.show(
                _shares(workspace, shares, words),
                key="desk_land",
                label=words("desk.time.part_land"),
                on_pick=_picked,
            )


def _picked(pick: str) -> None:
    kind, _, key = pick.partition(":")
    if kind in ("day", "days"):
        *first, last = map(date.fromisoformat, key.split("/"))
        st.session_state["time_to"] = last
        if first:
            st.session_state["time_from"] = first[0]
    else:
        desk_stage.picked(pick)


def _over_time(visit: Visit, workspace: Workspace, after: Coverage, start: date) -> None:
    words, state, today = visit.words, st.session_state, visit.today
    first, last = state["time_from"], state["time_to"]
    with st.spinner(words("desk.time.working")):
        moments = _line(workspace.version, visit.name, visit, start, today, state["units"])
    panel.show(
        [_chart(moments, last, words), *_latest(moments, words)],
        key="desk_line",
        label=words("desk.time.line"),
        on_pick=_picked,
    )
    if start < today:
        # The slider and the field beside it are one choice.
        state["time_slider"] = max(last, start)
        st.slider(words("desk.time.day"), start, today, key="time_slider", format=DATES, on_change=_slid)
    with st.container(key="time_days", horizontal=True):
        for name in ("from", "to"):
            st.date_input(
                words(f"desk.time.{name}"),
                key=f"time_{name}",
                format="DD/MM/YYYY",
                min_value=FIRST_DAY,
                max_value=today,
            )
    before = coverage_of(visit.workspace(first), first, state["units"])
    changes = shift(before, after)
    found = _causes(workspace.version, visit.name, visit, changes, first, last)
    why = {id_: _because(workspace, of, words) for id_, of in found.items()}
    panel.show(
        _compared(before, after, changes, why, words),
        key="desk_between",
        label=words("desk.time.between"),
        on_pick=_picked,
    )


def _slid() -> None:
    st.session_state["time_to"] = st.session_state["time_slider"]


def _chart(moments: list[Moment], chosen: date, words: Words) -> Block:
    points = [
        charts.Point(
            one.on.toordinal(),
            one.reached,
            words("desk.time.point", date=words.date(one.on), reached=one.reached, villages=one.villages),
            f"day:{one.on.isoformat()}",
        )
        for one in moments
    ]
    first, last = moments[0].on, moments[-1].on
    years = [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]
    ticks = [(day.toordinal(), str(day.year), "") for day in years] or [
        (day.toordinal(), words.date(day), "") for day in (first, last)
    ]
    at = max((one.on for one in moments if one.on <= chosen), default=first)
    highest = max(one.villages for one in moments)
    title = words("desk.time.line")
    return charts.line(
        title, points, words, selected=f"day:{at.isoformat()}", x_ticks=ticks, highest=highest, steps=True
    )


def _latest(moments: list[Moment], words: Words) -> list[Block]:
    """Return the latest change of the line as a row that leads to what changed."""
    steps = [(one, two) for one, two in pairwise(moments) if one.reached != two.reached]
    if not steps:
        return []
    before, after = steps[-1]
    by = after.reached - before.reached
    return [
        {
            "type": "rows",
            "rows": [
                {
                    "text": words("desk.time.latest", date=words.date(after.on)),
                    "sub": words("desk.time.latest_sub", first=before.reached, second=after.reached),
                    "right": words.difference(by),
                    "tone": "bad" if by < 0 else "good",
                    "pick": f"days:{before.on.isoformat()}/{after.on.isoformat()}",
                }
            ],
        }
    ]


def _because(workspace: Workspace, of: Sequence[Cause], words: Words) -> dict[str, str]:
    """Return how a row says why a village was gained or lost: what decided it, how many more, the day."""
    first, *others = of
    values = {}
    if first.kind == "pano":
        values["name"] = desk_changes.called(workspace, first.id, words)
    elif first.kind == "activity":
        activity = workspace.activities.loc[first.id]
        values = {"name": activity["title"], "channel": words(f"terms.channel.{activity['channel']}")}
    said = words(f"desk.time.why_{first.kind}.{first.reason}", **values)
    if others:
        said = words("desk.time.why_more", why=said, n=len(others))
    return {"sub": said, "right": words.date(first.on) if first.on else ""}


def _compared(
    before: Coverage, after: Coverage, changes: Shift, why: Mapping[str, Mapping[str, str]], words: Words
) -> list[Block]:
    days = {"start": words.date(before.on), "end": words.date(after.on)}
    counts = [one.summary["reached"] for one in (before, after)]
    tone = "good" if counts[1] > counts[0] else "warning" if counts[1] < counts[0] else ""
    said = words(
        "desk.time.said", **days, first=counts[0], second=counts[1], villages=after.summary["villages"]
    )
    blocks: list[Block] = [{"type": "note", "text": said, "tone": tone, "live": True}]
    for name, reach in (("gained", after), ("lost", after)):
        ids = getattr(changes, name)
        known = [id_ for id_ in ids if id_ in reach.villages.index]
        title = words(f"desk.time.{name}", n=len(known))
        blocks += desk_changes.villages(title, known, reach, words, show="now", why=why)
    if not changes.gained and not changes.lost:
        blocks.append({"type": "note", "text": words("desk.time.same")})
    return [*blocks, {"type": "note", "text": words("desk.time.known")}]


def _shares(workspace: Workspace, shares: pd.DataFrame, words: Words) -> list[Block]:
    columns = [{"text": words("desk.time.commune")}]
    columns += [
        {"text": words(f"desk.time.{name}"), "number": True}
        for name in ("land", "now", "now_share", "plan_share")
    ]
    whole = shares[["land_km2", "now_km2", "plan_km2"]].sum()
    total = whole / whole["land_km2"] if whole["land_km2"] else whole * float("nan")
    rows = [
        _share_row(one["name"], one, words, pick=f"commune:{code}")
        for code, one in by_name(shares).iterrows()
    ]
    whole["now"], whole["plan"] = total["now_km2"], total["plan_km2"]
    rows.append(_share_row(words("desk.time.total"), whole, words))
    now, plan = (_percent(whole[name], words) for name in ("now", "plan"))
    said = words("desk.time.land_said", now=now, plan=plan)
    return [
        {"type": "note", "text": said},
        {"type": "grid", "columns": columns, "rows": rows},
        {"type": "note", "text": words(f"desk.time.land_note_{workspace.ruler.kind}")},
    ]


def _share_row(name: str, one: pd.Series, words: Words, *, pick: str = "") -> dict[str, Any]:
    cells = [
        name,
        words.number(one["land_km2"], 1),
        words.number(one["now_km2"], 1),
        {"text": _percent(one["now"], words), "tone": "good" if one["now"] >= LEAST_SHOWN else "quiet"},
        {
            "text": _percent(one["plan"], words),
            "tone": "plan" if one["plan"] - one["now"] >= LEAST_SHOWN else "quiet",
        },
    ]
    return {"cells": cells} | ({"pick": pick} if pick else {})


def _percent(share: float, words: Words) -> str:
    return "–" if pd.isna(share) else f"{words.number(100 * share, 1)} %"
