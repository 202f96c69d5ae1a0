"""Where next on screen: the sites that reach most for a count or a budget, the proof, and the curve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import shapely
import streamlit as st

from geo.schema import MAX_LENGTH_M, MAX_MONEY_VND
from geo.site_plan import SitePlan
from geo.siting import Siting, siting
from geo.terms import WEIGHTS
from geo.text import Words
from geo.workspace import Workspace
from records.commitments import deeds
from views import (
    address,
    charts,
    desk_means,
    desk_places,
    desk_plan,
    desk_stage,
    desk_tried,
    page,
    panel,
)
from views.cards import money as amount
from views.lists import Block
from views.visit import Visit, coverage_of, statuses_of

PARTS = ("sites", "means")
LIMITS = ("count", "budget")
KEYS = (
    "site_part",
    "site_weight",
    "site_radius",
    "site_limit",
    "site_count",
    "site_budget",
    "site_cost",
    *desk_places.KEYS,
    *desk_means.KEYS,
)
FIRST_COUNT = 3
MOST_SITES = 40
"""Sites up to which the curve is drawn."""
SECONDS = 1.0
"""Time for each point of the curve; the bound says what it leaves open."""
MOST_NAMES = 6
MILLION = 1_000_000
MOST_MILLIONS = MAX_MONEY_VND / MILLION


def show(visit: Visit, workspace: Workspace) -> None:
    """Draw the map with the sites in building order, and the question and its answer beside it."""
    words, state = visit.words, st.session_state
    _begin(workspace)
    if state.setdefault("site_part", PARTS[0]) == "means":
        _show_means(visit, workspace)
        return
    reach = coverage_of(workspace, visit.today, state["units"], desk_stage.channels_seen())
    with st.spinner(words("desk.sites.working")):
        question, curve = _asked(visit, workspace)
    plan = _chosen(question, curve)
    statuses = statuses_of(workspace, visit.today)
    rank = state.get("site_rank")
    sketch = _sketch(plan, rank, words)
    with desk_stage.beside_map(visit, workspace, reach, statuses, on_pick=_picked_on_map, sketch=sketch):
        with st.container(key="desk_choices", horizontal=True):
            page.choice("site_part", PARTS, words, "desk.sites.part")
            desk_stage.choose_channels(words)
        # What was asked for stands first: on a phone the question is longer than the screen.
        panel.show(
            _finding(question, plan, words),
            key="desk_site_finding",
            label=words("desk.sites.finding"),
            on_pick=_picked,
        )
        _controls(visit, workspace)
        panel.show(
            _answer(question, curve, plan, rank, words),
            key="desk_site_list",
            label=words("desk.section.sites"),
            on_pick=_picked,
        )
        if plan and len(plan.sites):
            _to_whatif(plan, rank, workspace, words)


def _show_means(visit: Visit, workspace: Workspace) -> None:
    """Draw the map with the villages of the means that was picked, and the means side by side beside it."""
    reach = coverage_of(workspace, visit.today, st.session_state["units"])
    plan, question = desk_plan.chosen(workspace), _question_of_all(visit, workspace)
    of = deeds(workspace, on=visit.today, plan=plan)
    found = desk_means.compared(workspace, plan, of, question)
    sketch = desk_means.sketch(found)
    with desk_stage.beside_map(visit, workspace, reach, statuses_of(workspace, visit.today), sketch=sketch):
        with st.container(key="desk_choices", horizontal=True):
            page.choice("site_part", PARTS, visit.words, "desk.sites.part")
        desk_means.show(visit, workspace, reach, plan, of, question, found)


def _begin(workspace: Workspace) -> None:
    state = st.session_state
    for name, value in (
        ("site_weight", WEIGHTS[0]),
        ("site_radius", int(workspace.plan.pano_radius_m)),
        ("site_limit", LIMITS[0]),
        ("site_count", FIRST_COUNT),
        ("site_budget", None),
        ("site_cost", None),
    ):
        state.setdefault(name, value)
    desk_places.begin()
    desk_means.begin()


def _vnd(millions: float | None) -> int | None:
    return None if millions is None else round(millions * MILLION)


def _asked(visit: Visit, workspace: Workspace) -> tuple[Siting, list[SitePlan]]:
    state = st.session_state
    places, areas = desk_places.candidates(workspace, visit.words), desk_places.excluded()
    return _solved(
        workspace.version,
        desk_places.digest(places, areas),
        workspace,
        places,
        areas,
        weight=state["site_weight"],
        radius_m=float(state["site_radius"]),
        channels=desk_stage.channels_seen(),
        on=visit.today,
        cost_vnd=_vnd(state["site_cost"]),
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _solved(
    version: str,
    digest: str,
    _workspace: Workspace,
    _places: pd.DataFrame,
    _areas: list[shapely.Geometry],
    **asked: Any,
) -> tuple[Siting, list[SitePlan]]:
    question = siting(_workspace, candidates=_places, excluded=_areas, **asked)
    return question, question.curve(MOST_SITES, seconds=SECONDS)


def _question_of_all(visit: Visit, workspace: Workspace) -> Siting:
    """Return the question over all channels: leaflets are no answer to what only a pano may reach."""
    state = st.session_state
    asked = {"weight": state["site_weight"], "radius_m": float(state["site_radius"]), "on": visit.today}
    return siting(workspace, **asked)


def _chosen(question: Siting, curve: list[SitePlan]) -> SitePlan | None:
    """Return the plan for the count or the budget that is asked for; None where that can't be told."""
    state = st.session_state
    if state["site_limit"] == "count":
        return curve[min(state["site_count"], len(curve)) - 1] if curve else None
    budget = _vnd(state["site_budget"])
    if budget is None or question.candidates["cost_vnd"].isna().all():
        return None
    return question.best(budget_vnd=budget, seconds=SECONDS)


def _sketch(plan: SitePlan | None, rank: int | None, words: Words) -> dict[str, Any]:
    sketch = desk_places.sketch(words)
    if plan is None:
        return sketch
    pins = [
        {
            "id": str(site.Index),
            "lat": float(site.lat),
            "lon": float(site.lon),
            "mark": str(site.Index),
            "label": f"{site.Index}. {site.label}",
            "radius_m": plan.radius_m,
            "chosen": site.Index == rank,
        }
        for site in plan.sites.itertuples()
    ]
    at = {(pin["lat"], pin["lon"]) for pin in pins}
    sketch["sites"] = [one for one in sketch["sites"] if (one["lat"], one["lon"]) not in at] + pins
    if rank in plan.sites.index and st.session_state.get("site_moves"):
        site = plan.sites.loc[rank]
        move = f"site {st.session_state['site_moves']}"
        sketch["to"] = {"lat": float(site["lat"]), "lon": float(site["lon"]), "move": move}
    return sketch


def _controls(visit: Visit, workspace: Workspace) -> None:
    words = visit.words
    with st.container(key="site_question"):
        _choice("weight", WEIGHTS, words)
        st.selectbox(
            words("desk.sites.places"),
            desk_places.PLACES,
            key="site_places",
            format_func=lambda name: words(f"desk.sites.places_{name}"),
            on_change=_asked_anew,
        )
        st.number_input(
            words("desk.sites.radius"),
            1,
            int(MAX_LENGTH_M),
            step=100,
            key="site_radius",
            on_change=_asked_anew,
        )
        _choice("limit", LIMITS, words)
        if st.session_state["site_limit"] == "count":
            st.number_input(
                words("desk.sites.count"), 1, MOST_SITES, step=1, key="site_count", on_change=_asked_anew
            )
        else:
            st.number_input(
                words("desk.sites.budget"),
                0.0,
                MOST_MILLIONS,
                step=5.0,
                key="site_budget",
                on_change=_asked_anew,
            )
        st.number_input(
            words("desk.sites.cost"),
            0.0,
            MOST_MILLIONS,
            step=1.0,
            key="site_cost",
            placeholder=words("desk.unknown"),
            on_change=_asked_anew,
        )
    desk_places.controls(visit, workspace)


def _choice(name: str, options: tuple[str, ...], words: Words) -> None:
    st.selectbox(
        words(f"desk.sites.{name}"),
        options,
        key=f"site_{name}",
        format_func=lambda one: words(f"desk.sites.{name}_{one}"),
        on_change=_asked_anew,
    )


def _asked_anew() -> None:
    st.session_state["site_rank"] = None
    page.forget(desk_places.SAID)


def _finding(question: Siting, plan: SitePlan | None, words: Words) -> list[Block]:
    """Return the answer in a sentence, and what it counts as reached."""
    seen = st.session_state["desk_channels"]
    counted: Block = {"type": "note", "text": words(f"desk.sites.counted_{seen}")}
    if question.obstacle:
        return [{"type": "note", "text": _nothing(question, words), "live": True}, counted]
    if plan is None:
        return [{"type": "note", "text": words("desk.sites.needs_money"), "tone": "warning"}, counted]
    text = words(
        "desk.sites.optimal" if plan.optimal else "desk.sites.bounded",
        channels=words(f"desk.channels_{seen}"),
        n=len(plan.sites),
        objective=plan.objective,
        bound=plan.bound,
        weight=words(f"sites.weight.{plan.weight}"),
    )
    if plan.cost_vnd:
        text += " " + words("desk.sites.costs", cost=amount(plan.cost_vnd, words))
    return [{"type": "note", "text": text, "tone": "good" if plan.optimal else "", "live": True}, counted]


def _answer(
    question: Siting, curve: list[SitePlan], plan: SitePlan | None, rank: int | None, words: Words
) -> list[Block]:
    """Return the curve, the sites in building order, and what they leave out."""
    blocks = [_curve(curve, plan, words)] if curve else []
    if curve and plan is not None:
        rows = [_row(plan, site, rank, words) for site in plan.sites.itertuples()]
        title = words("desk.sites.order", weight=words(f"sites.weight.{plan.weight}"))
        empty = words("desk.sites.too_little")
        blocks.append({"type": "rows", "title": title, "rows": rows, "empty": empty})
    return [*blocks, *_caveats(question, words)]


def _nothing(question: Siting, words: Words) -> str:
    """Return why there is no answer."""
    by_panos = question.obstacle == "all_reached" and question.channels == desk_stage.CHANNELS["pano"]
    key = "all_reached_by_panos" if by_panos else question.obstacle
    weight = words(f"sites.weight.{question.weight}")
    return words(f"desk.sites.{key}", n=len(question.target), weight=weight)


def _curve(curve: list[SitePlan], plan: SitePlan | None, words: Words) -> Block:
    points, ticks = [], []
    weight = words(f"sites.weight.{curve[0].weight}")
    for count, one in enumerate(curve, start=1):
        cost = one.cost_vnd
        money = "" if cost is None else words("desk.million", value=words.number(cost / MILLION, 1))
        label = words("desk.sites.point", n=count, objective=one.objective, weight=weight)
        points.append(
            charts.Point(count, one.objective, f"{label} · {money}" if money else label, f"count:{count}")
        )
        short = "" if cost is None else words("desk.million_short", value=words.number(cost / MILLION, 1))
        ticks.append((count, words.number(count), short))
    chosen = "" if plan is None else f"count:{len(plan.sites)}"
    title = words("desk.sites.curve", weight=weight)
    across = words("desk.sites.axis_cost" if any(short for *_, short in ticks) else "desk.sites.axis_count")
    up = words("desk.sites.axis_gain", weight=weight)
    return charts.line(title, points, words, selected=chosen, x_ticks=ticks, axes=(across, up))


def _row(plan: SitePlan, site: Any, rank: int | None, words: Words) -> dict[str, Any]:
    names = plan.target["name"].loc[list(site.villages)].tolist()
    shown = ", ".join(names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        shown = words("desk.sites.and_more", names=shown, n=len(names) - MOST_NAMES)
    gain = words("desk.sites.gain", n=int(site.gain))
    cost = "" if pd.isna(site.cost_vnd) else f" · {amount(site.cost_vnd, words)}"
    return {
        "text": f"{site.Index}. {site.label}",
        "sub": shown + cost,
        "right": f"{gain} · {words('desk.sites.so_far', n=int(site.cumulative))}",
        "pick": f"site:{site.Index}",
        "selected": site.Index == rank,
    }


def _caveats(question: Siting, words: Words) -> list[Block]:
    """Return what the answer leaves out."""
    target = question.target
    counts = {
        "weight": int(target["weight"].isna().sum()),
        "location": int((~target["located"]).sum()),
        "excluded": question.excluded,
    }
    values = {"weight": {"weight": words(f"sites.weight.{question.weight}")}}
    return [
        {"type": "note", "text": words(f"desk.sites.left_out_{name}", n=n, **values.get(name, {}))}
        for name, n in counts.items()
        if n
    ]


def _picked_on_map(pick: Mapping[str, Any]) -> None:
    if pick["kind"] == "place":
        desk_places.take_place(pick["lat"], pick["lon"])
    elif pick["kind"] == "site":
        st.session_state["site_rank"] = int(pick["id"])


def _picked(pick: str) -> None:
    state = st.session_state
    kind, _, key = pick.partition(":")
    if kind == "count":
        state["site_limit"], state["site_count"] = "count", int(key)
        _asked_anew()
    elif kind == "site":
        state["site_rank"] = None if state.get("site_rank") == int(key) else int(key)
        state["site_moves"] = state.get("site_moves", 0) + 1


def _to_whatif(plan: SitePlan, rank: int | None, workspace: Workspace, words: Words) -> None:
    """Draw what hands sites on to be tried out among other changes."""
    ranks = plan.sites.index.tolist()
    with st.container(key="site_onward", horizontal=True):
        if rank in ranks:
            args = (plan, [rank], workspace)
            st.button(words("desk.sites.try_one", n=int(rank)), on_click=_try, args=args, type="primary")
        st.button(words("desk.sites.try_all", n=len(ranks)), on_click=_try, args=(plan, ranks, workspace))


def _try(plan: SitePlan, ranks: list[int], workspace: Workspace) -> None:
    radius = None if plan.radius_m == workspace.plan.pano_radius_m else plan.radius_m
    for site in plan.sites.loc[ranks].itertuples():
        desk_tried.drop(float(site.lat), float(site.lon), workspace, radius_m=radius)
    st.session_state["section"] = "whatif"
    address.select("", "", move=False)
