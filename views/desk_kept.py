"""Scenarios on screen: kept by name, opened, compared two side by side, removed, made proposed work."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

from geo.coverage import Coverage, coverage
from geo.days import local_date
from geo.text import Words
from geo.units import commune_at
from geo.whatif import Change, Difference, WhatIf, changed, net
from geo.workspace import Workspace
from records.errors import RecordsError
from records.rights import may
from records.scenarios import (
    Proposed,
    Scenario,
    changed_since,
    fitting,
    keep,
    needs_place,
    propose,
    proposed_at,
    remove,
    scenarios,
)
from views import address, desk_changes, desk_tried, page, panel
from views.lists import Block, by_name
from views.visit import Visit

KEYS = ("kept_first", "kept_second")
SAID = "kept"


def keeping(visit: Visit, changes: tuple[Change, ...]) -> None:
    """Draw what keeps the changes that are tried out under a name."""
    words, state = visit.words, st.session_state
    page.said(desk_tried.KEPT)
    if not changes:
        return
    if not may(visit.actor, "propose"):
        page.note(words("desk.kept.sign_in"))
        return
    op_id = state.setdefault("kept_op", page.new_id())
    with st.form("kept_form", border=False):
        with st.container(key="kept_name", horizontal=True, vertical_alignment="bottom"):
            st.text_input(words("desk.kept.name"), key="kept_named", placeholder=words("desk.kept.name_like"))
            st.form_submit_button(
                words("desk.kept.keep"), type="primary", on_click=_keep, args=(visit, changes, op_id)
            )


def _keep(visit: Visit, changes: tuple[Change, ...], op_id: str) -> None:
    state, words = st.session_state, visit.words
    try:
        op, replaces = page.operation(op_id), state.get("kept_opened")
        kept = keep(visit.store, state["kept_named"], changes, op, replaces=replaces)
    except RecordsError as error:
        page.say(desk_tried.KEPT, error.explain(words), tone="warning")
        return
    state.pop("kept_op", None)
    state["kept_first"] = state["kept_opened"] = kept.id
    page.say(desk_tried.KEPT, words("desk.kept.kept", name=kept.name, n=len(kept.changes)))


def shown(visit: Visit) -> Scenario | None:
    """Return the scenario that is looked at, the last changed if none was chosen; None if none is kept."""
    found = scenarios(visit.store)
    chosen = st.session_state.get("kept_first")
    return next((one for one in found if one.id == chosen), found[0] if found else None)


def show(visit: Visit, workspace: Workspace, what_if: WhatIf) -> None:
    """Draw the scenarios that are kept, one of them in full, or two side by side."""
    words, state = visit.words, st.session_state
    found = {one.id: one for one in scenarios(visit.store)}
    page.said(SAID)
    _undo_button(visit)
    if not found:
        page.note(words("desk.kept.none"))
        return
    if state.get("kept_first") not in found:
        state["kept_first"] = next(iter(found))

    def name_of(id_: str) -> str:
        return found[id_].name if id_ else words("desk.kept.nothing")

    with st.container(key="kept_two"):
        st.selectbox(
            words("desk.kept.first"),
            list(found),
            on_change=page.forget,
            args=(SAID,),
            key="kept_first",
            format_func=name_of,
        )
        others = ["", *(id_ for id_ in found if id_ != state["kept_first"])]
        if state.get("kept_second") not in others:
            state["kept_second"] = ""
        st.selectbox(
            words("desk.kept.second"),
            others,
            on_change=page.forget,
            args=(SAID,),
            key="kept_second",
            format_func=name_of,
        )
    first, second = found[state["kept_first"]], found.get(state["kept_second"])
    blocks = _told(workspace, what_if, first, second, words, visit)
    panel.show(blocks, key="desk_kept", label=words("desk.whatif.part_kept"), on_pick=_picked)
    with st.container(key="kept_deeds", horizontal=True):
        st.button(words("desk.kept.open"), on_click=_open, args=(visit, first), key="kept_open")
        if may(visit.actor, "propose"):
            with st.popover(words("desk.kept.remove"), key="kept_remove"):
                page.lead(words("desk.kept.remove_sure", name=page.plain(first.name)))
                st.button(words("desk.kept.remove_do"), on_click=_remove, args=(visit, first))
    proposed = proposed_at(visit.store, first)
    if proposed:
        day = words.date(local_date(max(proposed.values())))
        page.note(words("desk.kept.proposed_on", n=len(proposed), of=len(net(first.changes)), day=day))
        st.button(words("desk.kept.to_board"), on_click=_to_board, key="kept_to_board")
    if may(visit.actor, "propose"):
        _proposing(visit, workspace, first, proposed)
    else:
        page.note(words("desk.kept.sign_in"))


def _picked(pick: str) -> None:
    kind, _, key = pick.partition(":")
    address.select(kind, key, move=True)


def _told(
    workspace: Workspace,
    what_if: WhatIf,
    first: Scenario,
    second: Scenario | None,
    words: Words,
    visit: Visit,
) -> list[Block]:
    shown = [one for one in (first, second) if one]
    differences = [what_if.difference(fitting(one.changes, workspace.panos.index)) for one in shown]
    columns = {"before": differences[0].before} | {
        name: one.after for name, one in zip(("first", "second"), differences, strict=False)
    }
    blocks: list[Block] = []
    for one, mark in zip(shown, "AB", strict=False):
        blocks += [_head(one, mark, visit), *_overtaken(one, workspace, visit)]
    if second:
        blocks.append({"type": "note", "text": words("desk.kept.map_of_first", name=first.name)})
    blocks.append(desk_changes.counts(columns, words))
    before = what_if.reach
    after = [_after(one, workspace, before) for one in shown]
    if second:
        gained, lost = ([set(getattr(one, name)) for one in differences] for name in ("gained", "lost"))
        for key, ids, reach in (
            ("only_first", gained[0] - gained[1], after[0]),
            ("only_second", gained[1] - gained[0], after[1]),
            ("both", gained[0] & gained[1], after[0]),
            ("lost_first", lost[0] - lost[1], after[0]),
            ("lost_second", lost[1] - lost[0], after[1]),
            ("lost_both", lost[0] & lost[1], after[0]),
        ):
            listed = [id_ for id_ in reach.villages.index if id_ in ids]
            title = words(f"desk.kept.{key}", n=len(listed))
            blocks += desk_changes.villages(title, listed, reach, words)
        return blocks
    blocks += _changes(workspace, first, differences[0], after[0], words)
    return blocks


def _after(scenario: Scenario, workspace: Workspace, before: Coverage) -> Coverage:
    """Return the reach once a scenario is carried out."""
    carried_out = changed(workspace, fitting(scenario.changes, workspace.panos.index))
    return coverage(carried_out, on=before.on, units=before.units, channels=before.channels)


def _head(scenario: Scenario, mark: str, visit: Visit) -> Block:
    words = visit.words
    who = f" · {scenario.made_by_name}" if may(visit.actor, "see_people") and scenario.made_by_name else ""
    day = words.date(local_date(scenario.changed_at))
    sub = f"{words('desk.kept.n_changes', n=len(scenario.changes))} · {day}{who}"
    return {"type": "rows", "rows": [{"text": f"{mark}. {scenario.name}", "sub": sub}]}


def _overtaken(scenario: Scenario, workspace: Workspace, visit: Visit) -> list[Block]:
    """Return what is no longer as it was when a scenario was kept."""
    words, told = visit.words, []
    if lacking := len(scenario.changes) - len(fitting(scenario.changes, workspace.panos.index)):
        told.append(words("desk.kept.overtaken", n=lacking))
    for id_, names in changed_since(visit.store, scenario).items():
        fields = ", ".join(words(f"desk.kept.field_{name}") for name in names)
        pano = desk_changes.called(workspace, id_, words)
        told.append(words("desk.kept.record_changed", pano=pano, fields=fields))
    return [{"type": "note", "text": text, "tone": "warning"} for text in told]


def _changes(
    workspace: Workspace, scenario: Scenario, difference: Difference, after: Coverage, words: Words
) -> list[Block]:
    fit = fitting(scenario.changes, workspace.panos.index)
    rows = [desk_changes.row(workspace, one, words) for one in fit]
    title = words("desk.whatif.changes", n=len(rows))
    return [*desk_changes.moved(difference, after, words), {"type": "rows", "title": title, "rows": rows}]


def _open(visit: Visit, scenario: Scenario) -> None:
    state = st.session_state
    desk_tried.set_to(scenario.changes)
    state["tried_part"] = "tried"
    state["kept_opened"] = scenario.id
    # Another's stays as it is: what becomes of it here needs a name of its own.
    state["kept_named"] = scenario.name if scenario.made_by == visit.actor.id else ""
    page.forget(SAID)


def close() -> None:
    """Work on none of the scenarios that are kept: what is tried next is another."""
    st.session_state["kept_opened"] = None


def _remove(visit: Visit, scenario: Scenario, *, undo: bool = False) -> None:
    state, words = st.session_state, visit.words
    try:
        remove(visit.store, scenario.id, page.operation(page.new_id()), undo=undo)
    except RecordsError as error:
        page.say(SAID, error.explain(words), tone="warning")
        return
    state["kept_removed"] = None if undo else scenario
    if undo:
        state["kept_first"] = scenario.id
    page.say(SAID, words("desk.kept.back" if undo else "desk.kept.removed", name=scenario.name))


def _undo_button(visit: Visit) -> None:
    if removed := st.session_state.get("kept_removed"):
        st.button(
            visit.words("desk.kept.undo", name=page.plain(removed.name)),
            on_click=_remove,
            args=(visit, removed),
            kwargs={"undo": True},
            key="kept_undo",
        )


def _proposing(visit: Visit, workspace: Workspace, scenario: Scenario, proposed: Collection[Change]) -> None:
    """Draw the form that turns a scenario into proposed work: it asks what a new pano is recorded with."""
    words = visit.words
    fit = fitting(scenario.changes, workspace.panos.index)
    todo = [one for one in net(fit) if one not in proposed]
    if not todo:
        return
    wanted = needs_place(todo, workspace.panos)
    communes = by_name(workspace.units("2023"))
    form = f"propose_form/{scenario.id}"
    opened = st.expander(words("desk.kept.propose"), expanded=page.has_said(form))
    with opened, st.form(form, border=False):
        page.lead(words("desk.kept.propose_why"))
        keys: dict[str, tuple[str, str]] = {}
        for one in wanted:
            keys[one.pano_id] = name_key, commune_key = (
                f"pano_name/{scenario.id}/{one.pano_id}",
                f"pano_commune/{scenario.id}/{one.pano_id}",
            )
            code = commune_at(one.lat, one.lon, workspace, "2023")
            title = desk_changes.sentence(workspace, one, words)
            if one.kind == "move":
                page.lead(words("desk.kept.moved_anew"))
            called = desk_changes.called(workspace, one.pano_id, words) if one.kind == "move" else ""
            st.text_input(f"{page.plain(title)}: {words('desk.kept.pano_name')}", called, key=name_key)
            page.said(name_key)
            st.selectbox(
                words("desk.kept.pano_commune"),
                communes.index,
                index=communes.index.get_loc(code) if code else None,
                key=commune_key,
                format_func=lambda code: f"{communes.at[code, 'kind']} {communes.at[code, 'name']}",
            )
            page.said(commune_key)
        page.said(form)
        st.form_submit_button(
            words("desk.kept.propose_do", n=len(todo)),
            type="primary",
            on_click=_propose,
            args=(visit, workspace, scenario, form, keys),
        )


def _propose(
    visit: Visit,
    workspace: Workspace,
    scenario: Scenario,
    form: str,
    keys: Mapping[str, tuple[str, str]],
) -> None:
    """Propose the changes; what is refused is said in the form, which stays open."""
    state, words = st.session_state, visit.words
    page.forget(SAID)
    page.forget(form)
    places = {
        id_: {"name": " ".join(state[name].split()), "commune_code": state[commune] or ""}
        for id_, (name, commune) in keys.items()
    }
    for id_, fields in keys.items():
        for key, given, missing in zip(fields, places[id_].values(), ("name", "commune"), strict=True):
            page.forget(key)
            if not given:
                page.say(key, words(f"desk.kept.{missing}_missing"), tone="warning")
    if not all(all(place.values()) for place in places.values()):
        page.say(form, words("desk.kept.place_missing"), tone="warning")
        return
    try:
        answers = propose(visit.store, scenario, page.operation(page.new_id()), places=places)
    except RecordsError as error:
        page.say(form, error.explain(words), tone="warning")
        return
    text = "\n".join(_answers(workspace, answers, words))
    if any(one.refusal for one in answers):
        page.say(form, text, tone="warning")
    else:
        page.say(SAID, text)


def _to_board() -> None:
    st.session_state["page"] = "work"


def _answers(workspace: Workspace, answers: Sequence[Proposed], words: Words) -> list[str]:
    """Return what became of each change."""
    said: list[Any] = []
    for one in answers:
        change = desk_changes.sentence(workspace, one.change, words)
        waits = any(receipt.entity == "work" for receipt in one.receipts)
        became = words("desk.kept.proposed" if waits else "desk.kept.recorded")
        if one.refusal:
            became = one.refusal.explain(words)
        said.append(f"{change}: {became}")
    return said
