"""The planner's desk: what the plan promised and proved, whom it reaches how, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from geo.terms import UNITS
from geo.text import Words
from geo.workspace import Plan, Workspace
from records.commitments import Money, Standing, deeds, plan_money, standings
from reports.report_text import left_label
from views import (
    address,
    desk_ledger,
    desk_plan,
    desk_sites,
    desk_sure,
    desk_time,
    desk_whatif,
    money,
    page,
    panel,
)
from views.visit import Visit, coverage_of

SECTIONS = {
    "plan": desk_plan,
    "ledger": desk_ledger,
    "sites": desk_sites,
    "whatif": desk_whatif,
    "sure": desk_sure,
    "time": desk_time,
}


@st.cache_resource(max_entries=16, show_spinner=False)
def _standings(
    version: str, _workspace: Workspace, on: date, file: str
) -> tuple[pd.DataFrame, list[Standing]]:
    plan = next(one for one in _workspace.plans if one.file == file)
    of = deeds(_workspace, on=on, plan=plan)
    return of, standings(_workspace, on=on, of=of, plan=plan)


def show(visit: Visit) -> None:
    """Draw the head figures, the choice of a section, and the section."""
    state, words, workspace = st.session_state, visit.words, visit.workspace()
    on = visit.today
    page.keep(
        "desk_channels",
        *desk_ledger.KEYS,
        *desk_sites.KEYS,
        *desk_whatif.KEYS,
        *desk_sure.KEYS,
        *desk_time.KEYS,
    )
    plan = desk_plan.chosen(workspace)
    of, found = _standings(workspace.version, workspace, on, plan.file)
    with st.container(key="figures"):
        panel.show(
            [{"type": "figures", "figures": _figures(visit, workspace, plan, of, found), "line": True}],
            key="desk_head",
            label=words("desk.figures"),
            on_pick=_to_section,
        )
    with st.container(key="sections", horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            words("desk.sections"),
            tuple(SECTIONS),
            key="section",
            format_func=lambda name: words(f"desk.section.{name}"),
            label_visibility="collapsed",
            required=True,
            on_change=address.select,
            args=("", ""),
            kwargs={"move": False},
        )
        _choose_plan(workspace, plan, words)
        offered = [name for name in UNITS if len(workspace.communes[name])]
        if state["units"] not in offered:
            state["units"] = offered[0]
        st.segmented_control(
            words("screen.units"),
            offered,
            key="units",
            format_func=lambda name: words(f"screen.units_{name}"),
            label_visibility="collapsed",
            required=True,
        )
        if workspace.invented:
            st.html(f'<span class="invented">{words("map.invented")}</span>')
    section = SECTIONS[state["section"]]
    if section is desk_plan:
        desk_plan.show(visit, workspace, plan, of, found)
    else:
        section.show(visit, workspace)


def _choose_plan(workspace: Workspace, plan: Plan, words: Words) -> None:
    """Draw the choice among several plans, by their numbers."""
    if len(workspace.plans) == 1:
        return
    names = {one.file: one.number or one.title or one.file for one in workspace.plans}
    st.session_state["plan"] = plan.file
    st.selectbox(
        words("desk.plan.choose"),
        list(names),
        key="plan",
        format_func=names.__getitem__,
        label_visibility="collapsed",
    )


def _to_section(pick: str) -> None:
    st.session_state["section"] = pick
    address.select("", "", move=False)


def _figures(
    visit: Visit, workspace: Workspace, plan: Plan, of: pd.DataFrame, found: list[Standing]
) -> list[Mapping[str, Any]]:
    words, paid = visit.words, plan_money(of)
    late = [one for one in found if one.status == "late"]
    overdue = sum(of["late"])
    gaps = coverage_of(workspace, visit.today, st.session_state["units"]).summary
    unreached = gaps["villages"] - gaps["reached"]
    return [
        {
            "value": f"{words.number(sum(one.status == 'met' for one in found))}/{words.number(len(found))}",
            "label": words("desk.fig_met"),
            "pick": "plan",
            "tone": "good",
        },
        {
            "value": words.number(len(late)),
            "label": words("desk.fig_late"),
            "sub": words("desk.fig_late_sub", n=int(overdue)) if overdue else "",
            "pick": "plan",
            "tone": "bad" if late else "",
        },
        _spent(paid, plan.budget_vnd, words),
        {
            "value": words.number(paid.unknown),
            "label": words("desk.fig_unknown"),
            "pick": "plan",
        },
        {
            "value": f"{words.number(unreached)}/{words.number(gaps['villages'])}",
            "label": words("desk.fig_gaps"),
            "sub": words("desk.fig_gaps_sub"),
            "pick": "ledger",
            "tone": "bad" if unreached else "good",
        },
    ]


def _spent(paid: Money, budget: int | None, words: Words) -> Mapping[str, Any]:
    """Return what was spent of the budget, where that is known."""
    is_known = paid.spent_vnd is not None
    value = words.number(paid.spent_vnd / money.MILLION, 1) if is_known else "–"
    return {
        "value": f"{value}/{words.number(budget / money.MILLION, 1)}" if budget else value,
        "label": words("desk.fig_spent" if is_known else "desk.fig_spent_unknown"),
        "sub": f"{left_label(paid, words)}: {money.in_millions(paid.left_of(budget), words)}"
        if budget
        else words("desk.fig_spent_no_budget"),
        "pick": "plan",
    }
