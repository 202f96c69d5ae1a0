"""How sure on screen: strict and generous reach side by side, what lies between, what to measure first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from geo.coverage import SCENARIOS, is_located
from geo.text import Words
from geo.uncertainty import Measurement, Sureness, sureness
from geo.workspace import Workspace
from views import address, desk_stage, page, panel
from views.lists import Block, village_row
from views.visit import Visit, coverage_of, statuses_of

KEYS = ("sure_scenario",)
MOST_PINS = 20


@st.cache_resource(max_entries=16, show_spinner=False)
def _sureness(
    version: str, _workspace: Workspace, on: date, scenario: str, channels: tuple[str, ...]
) -> Sureness:
    return sureness(_workspace, on=on, scenario=scenario, channels=channels)


def show(visit: Visit, workspace: Workspace) -> None:
    """Draw the map with a pin at what to measure, and beside it figures, ranking and open villages."""
    words, state = visit.words, st.session_state
    state.setdefault("sure_scenario", SCENARIOS[0])
    scenario, channels = state["sure_scenario"], desk_stage.channels_seen()
    reach = coverage_of(workspace, visit.today, state["units"], channels)
    statuses = statuses_of(workspace, visit.today)
    found = _sureness(workspace.version, workspace, visit.today, scenario, channels)
    with desk_stage.beside_map(
        visit,
        workspace,
        reach,
        statuses,
        on_pick=_picked_on_map,
        sketch={"sites": _pins(workspace, found, words)},
        show=scenario,
    ):
        if desk_stage.card(workspace, reach, statuses, words):
            return
        with st.container(key="desk_choices", horizontal=True):
            desk_stage.choose_channels(words)
            page.choice("sure_scenario", SCENARIOS, words, "desk.sure.scenario")
        blocks = _blocks(workspace, reach, found, words)
        panel.show(blocks, key="desk_sure", label=words("desk.section.sure"), on_pick=desk_stage.picked)


def _picked_on_map(pick: Mapping[str, Any]) -> None:
    kind, key = pick["kind"], pick["id"]
    if kind == "site":
        kind, _, key = key.partition(":")
    address.select(kind, key, move=False)


def _row_of(workspace: Workspace, one: Measurement) -> tuple[str, Any]:
    """Return what a measurement is about: its kind, and its row."""
    kind = one.kind.partition("_")[0]
    return kind, (workspace.villages if kind == "village" else workspace.panos).loc[one.id]


def _pins(workspace: Workspace, found: Sureness, words: Words) -> list[dict[str, Any]]:
    """Return a pin for each place where something is to be measured, with its first rank."""
    pins: dict[str, dict[str, Any]] = {}
    for rank, one in enumerate(found.measurements[:MOST_PINS], start=1):
        kind, row = _row_of(workspace, one)
        if not is_located(row.to_frame().T)[0]:
            continue
        label = f"{rank}. {words(f'desk.sure.{one.kind}', name=row['name'])}"
        pins.setdefault(
            f"{kind}:{one.id}",
            {
                "id": f"{kind}:{one.id}",
                "lat": float(row["lat"]),
                "lon": float(row["lon"]),
                "mark": str(rank),
                "label": label,
            },
        )
    return list(pins.values())


def _blocks(workspace: Workspace, reach: Any, found: Sureness, words: Words) -> list[Block]:
    villages = int(reach.summary["villages"])
    if not villages:
        return [{"type": "note", "text": words("desk.ledger.empty")}]
    value = reach.villages[found.scenario][reach.villages["counted"]]
    unplaced = int((value == "no_location").sum())
    rows = [
        {
            "cells": [
                words(f"desk.sure.{name}"),
                {"text": words.number(n), "tone": tone},
                words.number(villages),
            ]
        }
        for name, n, tone in (
            ("strict", found.strict, "good"),
            ("generous", found.generous, "plan"),
            ("between", len(found.undecided), "bad" if found.undecided else "quiet"),
            ("unplaced", unplaced, "bad" if unplaced else "quiet"),
        )
    ]
    columns = [{"text": words("desk.sure.reach")}]
    columns += [{"text": words(f"desk.sure.{name}"), "number": True} for name in ("villages", "of")]
    blocks: list[Block] = [{"type": "grid", "columns": columns, "rows": rows}]
    if not found.undecided:
        if unplaced:
            return [{"type": "note", "text": words("desk.sure.certain_but", n=unplaced)}, *blocks]
        return [{"type": "note", "text": words("desk.sure.certain"), "tone": "good"}, *blocks]
    measures = [
        _measurement(workspace, one, rank, words) for rank, one in enumerate(found.measurements, start=1)
    ]
    between = [
        village_row(
            reach.villages.loc[id_],
            reach,
            words,
            sub=_nearest(workspace, found, id_, words),
            show=found.scenario,
        )
        for id_ in found.undecided
    ]
    return [
        *blocks,
        {
            "type": "rows",
            "title": words("desk.sure.first"),
            "rows": measures,
            "empty": words("desk.sure.no_single"),
        },
        {"type": "rows", "title": words("desk.sure.open", n=len(between)), "rows": between},
    ]


def _measurement(workspace: Workspace, one: Measurement, rank: int, words: Words) -> dict[str, Any]:
    kind, row = _row_of(workspace, one)
    # The village that is to be measured is named above already.
    settled = [] if one.settles == (one.id,) else list(one.settles)
    names = ", ".join(workspace.villages["name"].loc[settled])
    why = words("desk.sure.enough", radius=words.distance(one.enough_m)) if one.enough_m else ""
    return {
        "text": f"{rank}. {words(f'desk.sure.{one.kind}', name=row['name'])}",
        "sub": " · ".join(part for part in (names, why) if part),
        "right": words("desk.sure.settles", n=len(one.settles)),
        "pick": f"{kind}:{one.id}",
    }


def _nearest(workspace: Workspace, found: Sureness, id_: str, words: Words) -> str:
    """Return how far the nearest pano is that may reach a village, and what makes that doubtful."""
    pairs = found.pairs[found.pairs["village_id"] == id_]
    if pairs.empty:
        return ""
    pair = pairs.iloc[0]
    distance, radius = told_apart(pair["distance_m"], pair["radius_m"], words)
    return words(
        "desk.sure.pair",
        pano=workspace.panos.at[pair["pano_id"], "name"],
        distance=distance,
        uncertainty=words.distance(pair["uncertainty_m"]),
        radius=radius,
    )


def told_apart(first_m: float, second_m: float, words: Words) -> tuple[str, str]:
    """Return two distances in words; in metres where rounding to kilometres would hide that they differ."""
    said = words.distance(first_m), words.distance(second_m)
    if first_m != second_m and said[0] == said[1]:
        return f"{words.number(first_m)} m", f"{words.number(second_m)} m"
    return said
