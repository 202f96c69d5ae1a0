"""The cheapest next village on screen: what one of each means costs and adds, and what is left buys."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from geo.coverage import Coverage
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
from views import address, desk_changes, money, page, panel
from views.lists import Block
from views.visit import Visit

KEYS = ("means_left", "means_leaflets", *(f"means_cost_{name}" for name in MEANS))

MOST_NAMES = 3


def begin() -> None:
    """Give what is chosen here its first values."""
    state = st.session_state
    state.setdefault("means_picked", "")
    state.setdefault("means_left", None)
    state.setdefault("means_leaflets", DEFAULT_LEAFLET_VILLAGES)
    for name in MEANS:
        state.setdefault(f"means_cost_{name}", None)


def compared(workspace: Workspace, plan: Plan, of: pd.DataFrame, question: Siting) -> list[Means]:
    """Return the means side by side, with the money and the costs that are recorded, or named here."""
    state = st.session_state
    named = {
        name: round(value * money.MILLION)
        for name in MEANS
        if (value := state[f"means_cost_{name}"]) is not None
    }
    return _means(
        workspace.version,
        plan.file,
        (question.on, question.weight, question.radius_m),
        workspace,
        question,
        of,
        left=_left(plan, of),
        named=named,
        leaflet_villages=state["means_leaflets"],
    )


def _left(plan: Plan, of: pd.DataFrame) -> int | None:
    named = st.session_state["means_left"]
    return plan_money(of).left_of(plan.budget_vnd) if named is None else round(named * money.MILLION)


def _picked_of(found: list[Means]) -> Means | None:
    """Return the means whose villages are shown."""
    return next((one for one in found if one.name == st.session_state["means_picked"]), None)


def sketch(found: list[Means]) -> dict[str, Any]:
    """Return what the map shows of the means that was picked: its villages, ringed."""
    one = _picked_of(found)
    return {"gained": one.once.villages if one else ()}


def show(
    visit: Visit,
    workspace: Workspace,
    reach: Coverage,
    plan: Plan,
    of: pd.DataFrame,
    question: Siting,
    found: list[Means],
) -> None:
    """Draw the money that is left, the means side by side and where they go, and where costs can be named."""
    words = visit.words
    paid = plan_money(of)
    known = paid.left_of(plan.budget_vnd)
    blocks = _blocks(workspace, plan, paid, question, found, _left(plan, of), words)
    if picked := _picked_of(found):
        ids = picked.once.villages
        title = words("desk.means.where", means=_label(picked, words), n=len(ids))
        blocks += desk_changes.villages(title, ids, reach, words)
    panel.show(blocks, key="desk_means", label=words("desk.sites.part_means"), on_pick=_picked)
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


def _picked(pick: str) -> None:
    state = st.session_state
    kind, _, key = pick.partition(":")
    if kind == "means":
        state["means_picked"] = "" if state["means_picked"] == key else key
    else:
        address.select(kind, key, move=True)


def _millions(vnd: int | None, words: Words) -> str:
    return words("desk.unknown") if vnd is None else words.number(vnd / money.MILLION, 2)


def _blocks(
    workspace: Workspace,
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
        {"type": "grid", "columns": columns, "rows": [_row(one, workspace, words) for one in found]},
        {"type": "note", "text": " ".join(_basis(one, words) for one in found)},
    ]


def _label(one: Means, words: Words) -> str:
    n = {"n": st.session_state["means_leaflets"]} if one.name == "leaflet" else {}
    return words(f"desk.means.{one.name}", **n)


def _row(one: Means, workspace: Workspace, words: Words) -> dict[str, Any]:
    cells = _cells(one, workspace, words)
    if not one.once.villages:
        return {"cells": cells}
    selected = one.name == st.session_state["means_picked"]
    return {"cells": cells, "pick": f"means:{one.name}", "selected": selected}


def _where(gain: Gain, workspace: Workspace, words: Words) -> str:
    """Return the first villages by name, how many more, and the commune if all lie in one."""
    villages = workspace.villages.loc[list(gain.villages)]
    names = villages["name"].tolist()
    shown = ", ".join(names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        shown = words("desk.sites.and_more", names=shown, n=len(names) - MOST_NAMES)
    communes = villages["commune_code"].unique()
    if len(communes) != 1:
        return shown
    return f"{workspace.units('2023').at[communes[0], 'name']}: {shown}"


def _cells(one: Means, workspace: Workspace, words: Words) -> list[Any]:
    price = words("desk.unknown") if one.cost_vnd is None else money.in_millions(one.cost_vnd, words)
    paid: dict[str, str] = {"text": "–", "tone": "quiet"}
    if one.paid is not None:
        cost = money.in_millions(one.times * one.cost_vnd, words)
        text = words("desk.means.n_times", n=one.times, cost=cost, gained=_gained(one.paid, words))
        paid = {"text": text, "tone": "good" if one.paid.villages else "quiet"}
    return [
        {"text": _label(one, words), "sub": _where(one.once, workspace, words)},
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
