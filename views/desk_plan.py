"""Plan against map: every commitment with its target, what stands for it, what is proven and what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from geo.text import Words
from geo.workspace import Plan, Workspace
from records.commitments import STAGES, Row, Standing, plan_money
from views import address, cards, money, panel
from views.cards import money as amount
from views.lists import Block, pano_row
from views.visit import Visit, coverage_of, statuses_of

TONES = {
    "met": "good",
    "some": "good",
    "late": "bad",
    "under_way": "plan",
    "not_started": "",
    "untracked": "quiet",
}
PARTS = ("proven", "unproven", "open")
"""What a bar is made of, from the left."""
KEY = {"proven": "good", "unproven": "some", "open": "plan", "promised": "promised"}
"""What the colours of bars mean."""


def chosen(workspace: Workspace) -> Plan:
    """Return the plan that was chosen: that of ``plan.toml`` until another one is."""
    wanted = st.session_state["plan"]
    return next((one for one in workspace.plans if one.file == wanted), workspace.plan)


def show(visit: Visit, workspace: Workspace, plan: Plan, of: pd.DataFrame, found: list[Standing]) -> None:
    """Draw the commitments, and beside them the deeds behind the one that was picked."""
    words = visit.words
    chosen = next((one for one in found if one.commitment.id == st.session_state.get("commitment")), None)
    with st.container(key="desk_stage", horizontal=True):
        with st.container(key="desk_main"):
            panel.show(
                _table(plan, found, chosen, words),
                key="desk_commitments",
                label=words("desk.section.plan"),
                on_pick=_picked,
            )
        # On a phone what was picked comes before the table, the overview after it.
        is_picked = chosen is not None or address.selection() is not None
        with st.container(key="desk_side" if is_picked else "desk_side_overview"):
            panel.show(
                _side(visit, workspace, plan, of, found, chosen),
                key="desk_deeds",
                label=words("desk.detail"),
                on_pick=_picked,
                view=f"{chosen.commitment.id if chosen else ''} {st.session_state['sel']}",
            )


def _picked(pick: str) -> None:
    kind, _, key = pick.partition(":")
    if kind == "commitment":
        st.session_state["commitment"] = key
        address.select("", "", move=False)
    elif kind == "list":
        # From the card of a deed back to its commitment, and from there to the overview.
        if not st.session_state["sel"]:
            st.session_state["commitment"] = ""
        address.select("", "", move=False)
    elif kind == "page":
        st.session_state["page"] = key
    else:
        address.select(kind, key, move=False)


def _quantity(value: float | None, words: Words) -> str:
    return "–" if value is None else words.number(value, 1)


def _table(plan: Plan, found: list[Standing], chosen: Standing | None, words: Words) -> list[Block]:
    if not found:
        return [{"type": "note", "text": words("desk.no_plan")}]
    rows = [
        {
            "cells": [
                one.commitment.text,
                measured(one, words),
                _spent(one, words),
                {"text": words(f"report.status.{one.status}"), "tone": TONES[one.status]},
            ],
            "pick": f"commitment:{one.commitment.id}",
            "selected": one is chosen,
        }
        for one in found
    ]
    heads = ("commitment", "measured", "spent", "status")
    period = (
        words("desk.plan.period", start=words.date(plan.starts_on), end=words.date(plan.ends_on))
        if plan.starts_on and plan.ends_on
        else ""
    )
    return [
        {"type": "title", "text": words("desk.plan.title", plan=plan.number or plan.title), "sub": period},
        {"type": "key", "rows": [[tone, words(f"desk.plan.key_{name}")] for name, tone in KEY.items()]},
        {
            "type": "grid",
            "layout": "cards",
            "columns": [{"text": words(f"desk.plan.{name}"), "number": name == "spent"} for name in heads],
            "rows": rows,
        },
    ]


def measured(one: Standing, words: Words) -> dict[str, Any]:
    """Return what is proven of what was promised as a cell: in words, and as a bar if there is a target."""
    if one.status == "untracked":
        return {"text": words("desk.plan.not_tracked"), "tone": "quiet"}
    promised, amounts = one.commitment, {name: getattr(one, name) for name in PARTS}
    proven = _quantity(one.proven, words)
    more = [
        words(f"desk.plan.more_{name}", n=_quantity(amounts[name], words))
        for name in ("unproven", "open")
        if amounts[name]
    ]
    cell = {"sub": " · ".join(more), "tone": "good" if one.proven else "quiet"}
    if not promised.target:
        return cell | {"text": words("desk.plan.no_target", proven=proven)}
    target = _quantity(promised.target, words)
    # More may be done than was promised: then the bar is all of it, with a mark where the promise ends.
    whole = max(promised.target, sum(amount or 0 for amount in amounts.values()))
    return cell | {
        "text": words("desk.plan.of", proven=proven, target=target, unit=promised.unit).strip(),
        "bar": {
            "parts": [[KEY[name], (amounts[name] or 0) / whole] for name in PARTS],
            "target": promised.target / whole,
        },
    }


def _spent(one: Standing, words: Words) -> str:
    spent = one.money.spent_vnd
    if spent is None:
        return words("desk.unknown")
    return amount(spent, words) if spent else "–"


def _side(
    visit: Visit,
    workspace: Workspace,
    plan: Plan,
    of: pd.DataFrame,
    found: list[Standing],
    chosen: Standing | None,
) -> list[Block]:
    words, selection = visit.words, address.selection()
    if selection:
        reach = coverage_of(workspace, visit.today, st.session_state["units"])
        statuses = statuses_of(workspace, visit.today)
        if card := cards.card(workspace, reach, statuses, words, *selection):
            return card
    if chosen:
        return _deeds(visit, workspace, of, chosen)
    late = [row for one in found for row in one.late]
    blocks: list[Block] = [
        {"type": "title", "text": words("desk.plan.whole"), "sub": words("desk.plan.hint") if found else ""}
    ]
    if found:
        blocks.append({"type": "facts", "rows": money.money_rows(plan, plan_money(of), words)})
    if late:
        rows = _rows(visit, workspace, of, dict.fromkeys(late))
        blocks.append({"type": "rows", "title": words("desk.plan.late_title"), "rows": rows})
    return blocks


def _deeds(visit: Visit, workspace: Workspace, of: pd.DataFrame, chosen: Standing) -> list[Block]:
    words, promised, paid = visit.words, chosen.commitment, chosen.money
    facts = [
        [words(f"desk.plan.{name}"), value]
        for name, value in (("place", promised.place), ("responsible", promised.responsible))
        if value
    ]
    for name in ("spent", "open"):
        vnd, unknown = getattr(paid, f"{name}_vnd"), getattr(paid, f"{name}_unknown")
        if vnd or unknown:
            facts.append([words(f"report.money_row.{name}_vnd"), money.said(vnd, unknown, words)])
    blocks: list[Block] = [
        {"type": "back", "text": words("desk.back"), "pick": "list:"},
        {"type": "title", "text": promised.text, "sub": words(f"report.status.{chosen.status}")},
        {"type": "facts", "rows": facts},
    ]
    if chosen.status == "untracked":
        return [*blocks, {"type": "note", "text": words("desk.plan.untracked")}]
    if chosen.uncounted:
        blocks.append({"type": "note", "text": words("desk.plan.not_counted", n=chosen.uncounted)})
    if not any(chosen.rows.values()):
        return [*blocks, {"type": "note", "text": words("desk.plan.no_deeds")}]
    for stage in STAGES:
        if rows := chosen.rows[stage]:
            blocks.append(
                {
                    "type": "rows",
                    "title": words(f"desk.plan.stage.{stage}"),
                    "rows": _rows(visit, workspace, of, rows, measure=chosen.measure),
                }
            )
    return blocks


def amount_of(deed: Mapping[str, Any], measure: str, words: Words) -> str:
    """Return how much of what was promised a deed is: its quantity and unit, as far as recorded.

    Parameters
    ----------
    deed : mapping
        A row of `records.commitments.deeds`.
    measure : str
        What the commitment is measured by; where that is no quantity, one that is missing is not missed.
    words : Words
        The reader's language.
    """
    if not pd.isna(deed["quantity"]):
        return f"{_quantity(deed['quantity'], words)} {deed['unit']}".strip()
    return words("desk.plan.no_quantity") if measure == "quantity" else ""


def _rows(
    visit: Visit, workspace: Workspace, of: pd.DataFrame, keys: Iterable[Row], *, measure: str = ""
) -> list[dict[str, Any]]:
    """Return a row a deed, the way to its pano or activity: how much it is, when it is due, what it costs."""
    words, found = visit.words, []
    statuses = statuses_of(workspace, visit.today)
    table = of.set_index(["table", "id"])
    for key in keys:
        deed = table.loc[key]
        cost = words("desk.unknown") if pd.isna(deed["cost_vnd"]) else amount(deed["cost_vnd"], words)
        when, aside = words.date(deed["due_on"]), {"right": cost}
        if deed["late"]:
            # By how much it is late stands in the place of the cost, and the cost in that of the day.
            days = (visit.today - deed["due_on"]).days
            aside = {"right": words("work.board.late_by", n=days), "tone": "bad"}
            when = "" if pd.isna(deed["cost_vnd"]) else cost
        if deed["pano_id"]:
            work = workspace.works.loc[key[1]]
            parts = (
                words(f"terms.work_kind.{work['kind']}"),
                words(f"terms.work_state.{work['state']}"),
                when,
            )
            row = pano_row(workspace, deed["pano_id"], statuses[deed["pano_id"]], words)
        else:
            activity = workspace.activities.loc[key[1]]
            channel = words(f"terms.channel.{activity['channel']}")
            parts = (amount_of(deed, measure, words), channel, when, activity["evidence"])
            row = {"text": activity["title"], "pick": f"activity:{key[1]}"}
        found.append(row | {"sub": " · ".join(part for part in parts if part)} | aside)
    return found
