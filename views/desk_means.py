"""The cheapest next village on screen: what one of each means costs and adds, and what is left buys."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from geo.siting import Siting
from geo.text import Words
from geo.workspace import Plan, Workspace
from records.cheapest import (
    DEFAULT_LEAFLET_VILLAGES,
    MEANS,
    Gain,
    Means,
    means,
    recorded_costs,
)
from records.commitments import Money, plan_money
from reports.report_text import left_label
from views import money, page, panel
from views.lists import Block
from views.visit import Visit

KEYS = ("means_left", "means_leaflets", *(f"means_cost_{name}" for name in MEANS))


def show(visit: Visit, workspace: Workspace, plan: Plan, of: pd.DataFrame, question: Siting) -> None:
    """Draw the money that is left, the means side by side, and where costs can be named."""
    words, state = visit.words, st.session_state
    paid = plan_money(of)
    known = paid.left_of(plan.budget_vnd)
    state.setdefault("means_left", None)
    state.setdefault("means_leaflets", DEFAULT_LEAFLET_VILLAGES)
    for name in MEANS:
        state.setdefault(f"means_cost_{name}", None)
    named = {
        name: round(value * money.MILLION)
        for name in MEANS
        if (value := state[f"means_cost_{name}"]) is not None
    }
    left = known if state["means_left"] is None else round(state["means_left"] * money.MILLION)
    found = _means(
        workspace.version,
        plan.file,
        (question.on, question.weight, question.radius_m),
        workspace,
        question,
        of,
        left=left,
        named=named,
        leaflet_villages=state["means_leaflets"],
    )
    panel.show(
        _blocks(plan, paid, question, found, left, words),
        key="desk_means",
        label=words("desk.sites.part_means"),
        on_pick=str,
    )
    with st.expander(words("desk.means.own")):
        page.lead(words("desk.means.own_hint"))
        recorded = recorded_costs(workspace, of)
        with st.container(key="means_costs"):
            st.number_input(
                words("desk.means.left"), 0.0, step=5.0, key="means_left", placeholder=_millions(known, words)
            )
            st.number_input(words("desk.means.leaflets"), 1, 100, step=1, key="means_leaflets")
            for name in MEANS:
                st.number_input(
                    words(f"desk.means.cost_{name}"),
                    0.0,
                    step=0.5,
                    key=f"means_cost_{name}",
                    placeholder=_millions(recorded[name][0], words),
                )


@st.cache_resource(max_entries=32, show_spinner=False)
def _means(
    version: str,
    plan_file: str,
    asked: tuple[Any, ...],
    _workspace: Workspace,
    _question: Siting,
    _of: pd.DataFrame,
    **paying: Any,
) -> list[Means]:
    return means(_workspace, _question, _of, **paying)


def _millions(vnd: int | None, words: Words) -> str:
    return words("desk.unknown") if vnd is None else words.number(vnd / money.MILLION, 2)


def _blocks(
    plan: Plan,
    paid: Money,
    question: Siting,
    found: list[Means],
    left: int | None,
    words: Words,
) -> list[Block]:
    if not len(question.target):
        return [{"type": "note", "text": words("desk.means.all_reached"), "tone": "good"}]
    title = words("desk.means.title_unknown")
    if left is not None:
        is_named = left != paid.left_of(plan.budget_vnd)
        label = words("desk.means.left") if is_named else left_label(paid, words)
        title = words("desk.means.title", label=label, left=words("report.money", value=left))
    sub = words("desk.means.sub", n=len(question.target), weight=words(f"sites.weight.{question.weight}"))
    columns = [
        {"text": words("desk.means.means")},
        {"text": words("desk.means.cost"), "number": True},
        {"text": words("desk.means.once")},
        {"text": words("desk.means.paid")},
    ]
    return [
        {"type": "title", "text": title, "sub": sub},
        {"type": "facts", "rows": money.money_rows(plan, paid, words)},
        {"type": "grid", "columns": columns, "rows": [{"cells": _cells(one, words)} for one in found]},
        {"type": "note", "text": " ".join(_basis(one, words) for one in found)},
    ]


def _cells(one: Means, words: Words) -> list[Any]:
    n = {"n": st.session_state["means_leaflets"]} if one.name == "leaflet" else {}
    price = words("desk.unknown") if one.cost_vnd is None else money.in_millions(one.cost_vnd, words)
    paid: dict[str, str] = {"text": "–", "tone": "quiet"}
    if one.paid is not None:
        cost = money.in_millions(one.times * one.cost_vnd, words)
        text = words("desk.means.n_times", n=one.times, cost=cost, gained=_gained(one.paid, words))
        paid = {"text": text, "tone": "good" if one.paid.villages else "quiet"}
    return [
        words(f"desk.means.{one.name}", **n),
        {"text": price, "tone": "quiet" if one.cost_vnd is None else ""},
        {"text": _gained(one.once, words), "tone": "good" if one.once.villages else "quiet"},
        paid,
    ]


def _gained(gain: Gain, words: Words) -> str:
    """Return villages and households; of households a plus where some are not known."""
    villages = words("desk.means.villages", n=len(gain.villages))
    if not gain.villages or gain.households_unknown == len(gain.villages):
        return villages
    more = "+" if gain.households_unknown else ""
    return f"{villages} · {words('desk.means.households', n=gain.households)}{more}"


def _basis(one: Means, words: Words) -> str:
    name = words(f"desk.means.name_{one.name}")
    if one.recorded:
        return words("desk.means.recorded", means=name, n=one.recorded)
    return words("desk.means.no_cost" if one.cost_vnd is None else "desk.means.named", means=name)
