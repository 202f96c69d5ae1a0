"""The work board: what is proposed, due, overdue or awaits acceptance, and what can be done about it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from geo.text import Words, fold
from geo.units import to_units
from geo.workspace import Workspace, rows_of
from records.decisions import Decision, meetings_of_works, tasks
from records.dossier import Waiting, waiting
from records.rights import may
from records.status import is_inspection_due, is_overdue
from reports.decisions import became, said_of
from views import address, cards, field_review, forms, panel, steps, told
from views.lists import Block, by_name
from views.visit import Visit, statuses_of

GROUPS = {
    "deciding": ("proposed", "surveyed"),
    "ready": ("approved", "assigned"),
    "working": ("in_progress", "paused", "rejected"),
    "accepting": ("awaiting_acceptance",),
}
"""States of work orders by the group in which the board lists them."""


def show(visit: Visit) -> None:
    """Draw the board, and beside it the pano and the work of the row that was picked."""
    words, workspace, today = visit.words, visit.workspace(), visit.today
    undecided = []
    if may(visit.actor, "see_people"):
        with visit.store.reading() as connection:
            undecided = waiting(connection)
    statuses = statuses_of(workspace, today)
    with st.container(key="board_filters", horizontal=True, vertical_alignment="bottom"):
        works, panos = _filtered(visit, workspace)
        if workspace.invented:
            st.html(f'<span class="invented">{words("map.invented")}</span>')
        field_review.offer(visit)
    groups = _groups(visit, works, panos, workspace, statuses, undecided, today)
    group = st.session_state.setdefault("group", "")
    late = [row for name in GROUPS for row in groups[name] if row.get("tone")]
    counts = {"overdue": len(late)} | {name: len(rows) for name, rows in groups.items()}
    figures = [
        {
            "value": words.number(n),
            "label": words(f"work.group.{name}"),
            "pick": f"group:{name}",
            "active": name == group,
            "tone": "bad" if n and name in ("overdue", "waiting") else "",
        }
        for name, n in counts.items()
    ]
    with st.container(key="figures"):
        panel.show(
            [{"type": "figures", "figures": figures}],
            key="board_head",
            label=words("work.board.figures"),
            on_pick=_picked,
        )
    shown = {"overdue": late} if group == "overdue" else {group: groups[group]} if group in groups else groups
    columns = [
        {
            "type": "rows",
            "title": f"{words(f'work.group.{name}')} ({words.number(len(rows))})",
            "rows": rows,
            "empty": words(f"work.none.{name}"),
        }
        for name, rows in shown.items()
    ]
    is_open = bool(_chosen(visit, workspace, undecided))
    with st.container(key="board", horizontal=True):
        with st.container(key="board_list_aside" if is_open else "board_list"):
            panel.show(
                [{"type": "board", "columns": columns}],
                key="board_rows",
                label=words("work.board.list"),
                on_pick=_picked,
            )
        with st.container(key="board_acts" if is_open else "board_hint"):
            _side(visit, workspace, statuses, undecided)


def _picked(pick: str) -> None:
    kind, _, key = pick.partition(":")
    forms.close()
    forms.forget_answer()
    if kind == "group":
        st.session_state["group"] = "" if st.session_state["group"] == key else key
    elif kind == "page":
        st.session_state["page"] = key
    elif kind == "meeting":
        st.session_state.update(page="meeting", meeting=key, step="decisions")
    elif kind == "waiting":
        st.session_state["waiting"] = int(key)
    else:
        st.session_state["waiting"] = None
        address.select(kind, key, move=True)


def _filtered(visit: Visit, workspace: Workspace) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the filters and return the work orders and the panos that they leave."""
    words, state = visit.words, st.session_state
    communes = by_name(workspace.units(state["units"]))
    if state["commune"] not in communes.index:
        state["commune"] = ""
    commune = st.selectbox(
        words("screen.commune"),
        ["", *communes.index],
        key="commune",
        format_func=lambda code: (
            f"{communes.at[code, 'kind']} {communes.at[code, 'name']}"
            if code
            else words("screen.all_communes")
        ),
    )
    works, panos = workspace.works, workspace.panos
    if commune:
        panos = panos[to_units(panos["commune_code"], workspace, state["units"]) == commune]
        works = works[works["pano_id"].isin(panos.index)]
    # Who does a work may be a person.
    if may(visit.actor, "see_people"):
        names = sorted({name for name in workspace.works["assignee"] if name}, key=fold)
        assignee = st.selectbox(
            words("work.board.assignee"),
            ["", *names],
            key="assignee",
            format_func=lambda name: name or words("work.board.everyone"),
        )
        if assignee:
            works = works[works["assignee"] == assignee]
    return works, panos


def _groups(
    visit: Visit,
    works: pd.DataFrame,
    panos: pd.DataFrame,
    workspace: Workspace,
    statuses: pd.Series,
    undecided: list[Waiting],
    today: date,
) -> dict[str, list[Block]]:
    """Return the rows of every group, what is overdue first."""
    words = visit.words
    selected = st.session_state["sel"]
    groups: dict[str, list[Block]] = {}
    for name, states in GROUPS.items():
        of_group = works[works["state"].isin(states)]
        groups[name] = [
            _work_row(workspace, work, statuses, words, selected, today) for work in by_due(of_group)
        ]
    due = [
        (pano["checked_on"] or date.min, key)
        for key, pano in rows_of(panos)
        if is_inspection_due(pano["state"], pano["checked_on"], on=today)
    ]
    groups["inspecting"] = [
        _pano_row(workspace, key, statuses, words, selected)
        | {
            "sub": words("work.board.checked", date=words.date(day))
            if day > date.min
            else words("work.board.never")
        }
        for day, key in sorted(due)
    ]
    if may(visit.actor, "see_people"):
        groups["waiting"] = [_waiting_row(visit, one) for one in undecided]
        if asked := tasks(visit.store):
            groups["meetings"] = [_task_row(one, words) for one in asked]
    return groups


def by_due(works: pd.DataFrame) -> list[pd.Series]:
    """Return the rows of work orders, what is due first before; those without a day come last."""
    return sorted((work for _, work in rows_of(works)), key=lambda work: work["due_on"] or date.max)


def _pano_row(
    workspace: Workspace, key: str, statuses: pd.Series, words: Words, selected: str
) -> dict[str, Any]:
    status = statuses[key]
    return {
        "icon": panel.pano_icon(status, label=words(f"terms.status.{status}")),
        "text": workspace.panos.at[key, "name"],
        "pick": f"pano:{key}",
        "selected": selected == f"pano:{key}",
    }


def _work_row(
    workspace: Workspace, work: pd.Series, statuses: pd.Series, words: Words, selected: str, today: date
) -> Block:
    row = _pano_row(workspace, work["pano_id"], statuses, words, selected)
    parts = [words(f"terms.work_kind.{work['kind']}"), words(f"terms.work_state.{work['state']}")]
    row["sub"] = " · ".join(parts)
    if is_overdue(work["state"], work["due_on"], on=today):
        return row | {
            "right": words("work.board.late_by", n=(today - work["due_on"]).days),
            "tone": "bad",
        }
    if work["due_on"]:
        row["right"] = words("work.board.due", date=words.date(work["due_on"]))
    return row


def _waiting_row(visit: Visit, one: Waiting) -> Block:
    words = visit.words
    fields = ", ".join(told.field_name(conflict.field, words) for conflict in one.conflicts)
    return {
        "text": steps.subject(visit, one.event),
        "sub": f"{fields} · {told.who(one.event, visit.actor, words)}",
        "right": told.day_of(one.event, words),
        "pick": f"waiting:{one.event.id}",
        "selected": st.session_state.get("waiting") == one.event.id,
    }


def _task_row(one: Decision, words: Words) -> Block:
    """Return what a meeting asked for; it leads to the meeting, where it is said to be done."""
    parts = (one.body.get("assignee"), one.said_by, became(one, words))
    row = {
        "text": said_of(one, words),
        "sub": " · ".join(str(part) for part in parts if part),
        "pick": f"meeting:{one.meeting_id}",
    }
    if due := one.body.get("due_on"):
        row["right"] = words("work.board.due", date=words.date(date.fromisoformat(due)))
    return row


def _meeting_buttons(visit: Visit, workspace: Workspace, pano_id: str) -> list[Block]:
    """Return a way to each meeting that decided on the work of a pano."""
    if not may(visit.actor, "see_people"):
        return []
    works = workspace.works[workspace.works["pano_id"] == pano_id]
    decided = meetings_of_works(visit.store)
    known = {decided[key].id: decided[key] for key in works.index if key in decided}
    return [
        {
            "type": "button",
            "text": visit.words("work.board.from_meeting", title=one.title),
            "pick": f"meeting:{one.id}",
        }
        for one in known.values()
    ]


def _chosen(visit: Visit, workspace: Workspace, undecided: list[Waiting]) -> str:
    """Return what is shown beside the board: ``waiting``, ``pano``, or a blank for nothing."""
    if st.session_state.get("waiting") in {one.event.id for one in undecided}:
        return "waiting"
    chosen = address.selection()
    return "pano" if chosen and chosen[0] == "pano" and chosen[1] in workspace.panos.index else ""


def _side(visit: Visit, workspace: Workspace, statuses: pd.Series, undecided: list[Waiting]) -> None:
    """Draw what was picked, with all that its reader may do about it."""
    words, kind = visit.words, _chosen(visit, workspace, undecided)
    forms.show_answer("board", words)
    back: Block = {"type": "back", "text": words("work.board.back"), "pick": "clear:"}
    label = words("work.page.actions")
    if not kind:
        blocks: list[Block] = [{"type": "note", "text": words("work.board.choose")}]
        panel.show(blocks, key="board_side", label=label, on_pick=_picked)
    elif kind == "waiting":
        panel.show([back], key="board_side", label=label, on_pick=_picked)
        one = next(one for one in undecided if one.event.id == st.session_state["waiting"])
        steps.decision(visit, one, about="board")
    else:
        pano_id = address.selection()[1]
        blocks = [
            back,
            cards.pano_title(workspace.panos.loc[pano_id], statuses[pano_id], words),
            {"type": "button", "text": words("work.board.open_pano"), "pick": "page:pano"},
            *_meeting_buttons(visit, workspace, pano_id),
        ]
        panel.show(blocks, key="board_side", label=label, on_pick=_picked, view=pano_id)
        steps.show(visit, pano_id)
