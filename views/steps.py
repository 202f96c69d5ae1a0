"""What can be done about a pano: its open work orders, what each still lacks, and a form for every step."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from geo.terms import WORK_KINDS
from geo.text import Words
from geo.workspace import Workspace, rows_of
from records import workspaces
from records.actions import edit, propose_work, resolve_conflict, step
from records.dossier import Waiting, case_of, waiting
from records.errors import Forbidden
from records.history import Event
from records.journal import Operation, Receipt
from records.lifecycle import ACTIONS, WORK_STATES_OPEN, Case, Offer, available
from records.merge import decided_together, to_cells
from records.model import ENTITIES
from records.rights import RIGHTS, SYSTEM, may
from records.status import is_overdue
from records.store import Store
from views import address, forms, panel, told
from views.cards import money
from views.forms import Form
from views.visit import Visit

SIDEWAYS = ("pause", "cancel", "send_back", "suspend")
"""Steps that lead out of the way of the work, whose buttons are drawn less strongly."""
PLANNED_FIELDS = ("due_on", "cost_vnd", "assignee", "plan_ref", "note")
PHOTO_GATE = "photo_"


def show(visit: Visit, pano_id: str) -> None:
    """Draw the open work orders of a pano and all that its reader may change.

    Parameters
    ----------
    visit : Visit
        Who reads.
    pano_id : str
        The pano, one of the workspace.
    """
    words, workspace = visit.words, visit.workspace()
    forms.show_answer(pano_id, words)
    if not visit.actor.id:
        sign_in = escape(address.sign_in(list(workspaces.available())))
        st.html(f'<a class="sign-in" target="_self" href="{sign_in}">{words("work.sign_in")}</a>')
    else:
        form = escape(address.field_form(pano_id))
        st.html(f'<a class="sign-in" target="_self" href="{form}">{words("work.field_form")}</a>')
    works = workspace.works[workspace.works["pano_id"] == pano_id]
    works = works[works["state"].isin(WORK_STATES_OPEN)]
    pano = _cells(workspace.panos, "pano", pano_id)
    with visit.store.reading() as connection:
        cases = {
            work_id: case_of(connection, pano, _cells(works, "work", work_id)) for work_id in works.index
        }
        new = {kind: case_of(connection, pano, {"kind": kind}) for kind in WORK_KINDS}
        undecided = waiting(connection) if may(visit.actor, "see_people") else []
    for one in undecided:
        if one.event.entity_id == pano_id or one.event.entity_id in works.index:
            decision(visit, one, about=pano_id)
    for work_id, case in cases.items():
        _work(visit, workspace, work_id, case, about=pano_id)
    _own(visit, workspace, pano_id, Case(pano), new, has_works=bool(cases))
    forms.show_left(words)


def _cells(table: pd.DataFrame, entity: str, key: str) -> dict[str, str | None]:
    return to_cells({"id": key} | table.loc[key].to_dict(), ENTITIES[entity])


def _work(visit: Visit, workspace: Workspace, work_id: str, case: Case, *, about: str) -> None:
    """Draw one work order: what it is, what it lacks, and its steps."""
    words, work = visit.words, workspace.works.loc[work_id]
    offers = available(case, visit.actor, on=visit.today)
    due = _due(work, words)
    state = words(f"terms.work_state.{work['state']}")
    facts = [[words("card.cost"), money(work["cost_vnd"], words)]]
    if may(visit.actor, "see_people"):
        facts.append([words("work.field.assignee"), work["assignee"] or words("card.unknown")])
    if work["note"]:
        facts.append([words("card.note"), work["note"]])
    blocks: list[dict[str, Any]] = [
        {"type": "title", "text": words(f"terms.work_kind.{work['kind']}"), "sub": f"{state} · {due}"}
    ]
    if is_overdue(work["state"], work["due_on"], on=visit.today):
        late = (visit.today - work["due_on"]).days
        blocks.append({"type": "note", "text": words("work.late", n=late), "tone": "warning"})
    blocks += [{"type": "facts", "rows": facts}, *_lacks(case, offers, words)]
    with st.container(key=f"order-{work_id}"):
        panel.show(blocks, key=f"work/{work_id}", label=words("card.works"), on_pick=str)
        seen = work.to_dict()
        drawn = [_step_form(visit, "work", work_id, offer, case, seen, about=about) for offer in offers]
        extra = []
        if may(visit.actor, "edit"):
            extra.append(_edit_work(visit, workspace, work_id, seen, about=about))
        if may(visit.actor, "report", commune_code=case.pano["commune_code"]):
            kinds = (*dict.fromkeys(_photos_needed(str(work["kind"]))), "other")
            extra.append(_add_photos(visit, "work", work_id, kinds, about=about))
        _buttons(visit, drawn, offers, extra)


def _due(work: pd.Series, words: Words) -> str:
    return words("card.due", date=words.date(work["due_on"])) if work["due_on"] else words("card.no_due")


def _lacks(case: Case, offers: list[Offer], words: Words) -> list[dict[str, Any]]:
    """Return what has to be there before a step, also for those who may not take the step themselves."""
    missing = {offer.action: offer.missing for offer in available(case, SYSTEM)}
    missing |= {offer.action: offer.missing for offer in offers}
    rows = [
        [
            words("work.before", action=words(f"lifecycle.action.{action}")),
            "; ".join(words(f"lifecycle.gate.{gate}") for gate in gates),
        ]
        for action, gates in missing.items()
        if gates
    ]
    return [{"type": "facts", "rows": rows}] if rows else []


def _photos_needed(kind: str) -> list[str]:
    """Return the kinds of photos that the steps of a kind of work ask for."""
    gates = [gate for action in ACTIONS if kind in action.kinds for gate in action.gates]
    return [gate.removeprefix(PHOTO_GATE) for gate in gates if gate.startswith(PHOTO_GATE)]


def _buttons(visit: Visit, drawn: list[Form], offers: Iterable[Offer], extra: list[Form]) -> None:
    """Draw the buttons of some forms, and below them the form that is open."""
    blocked = [bool(_closed(offer)) for offer in offers]
    strong = next(
        (i for i, form in enumerate(drawn) if not blocked[i] and _action(form) not in SIDEWAYS), None
    )
    order = sorted(range(len(drawn)), key=lambda i: (i != strong, blocked[i]))
    with st.container(horizontal=True):
        for i in order:
            forms.open_button(drawn[i], primary=i == strong, disabled=blocked[i])
        for form in extra:
            forms.open_button(form)
    for form in (*drawn, *extra):
        forms.show_if_open(form, visit)


def _action(form: Form) -> str:
    return form.name.rpartition("/")[2]


def _closed(offer: Offer) -> tuple[str, ...]:
    """Return the gates that the step's form can't open either."""
    return tuple(gate for gate in offer.missing if gate != "position" and not gate.startswith(PHOTO_GATE))


def _title(action: str, words: Words) -> str:
    text = words(f"lifecycle.action.{action}")
    return text[0].upper() + text[1:]


def _step_form(
    visit: Visit, entity: str, key: str, offer: Offer, case: Case, seen: dict[str, Any], *, about: str
) -> Form:
    asked = [name for name in (*offer.asks, *offer.takes) if name != "reason"]
    fields = [name for name in forms.COLUMNS if name in asked]
    if "content_until" in fields:
        fields.insert(fields.index("content_until") + 1, "content_unknown")
    fields += [
        f"photos:{gate.removeprefix(PHOTO_GATE)}" for gate in offer.missing if gate.startswith(PHOTO_GATE)
    ]
    if "position" in offer.missing:
        fields.append("position")
    if offer.action == "inspect":
        fields.append("photos:other")
    fields += ["reason_asked" if "reason" in offer.asks else "reason", "happened_on"]
    return Form(
        f"{entity}/{key}/{offer.action}",
        _title(offer.action, visit.words),
        about,
        tuple(fields),
        lambda store, op, values, seen: step(store, entity, key, offer.action, op, values=values, seen=seen),
        seen,
    )


def _edit_work(visit: Visit, workspace: Workspace, work_id: str, seen: dict[str, Any], *, about: str) -> Form:
    return Form(
        f"work/{work_id}/edit",
        visit.words("work.edit"),
        about,
        PLANNED_FIELDS,
        lambda store, op, values, seen: edit(store, "work", work_id, values, op, seen=seen),
        seen,
        clears=True,
        options={"plan_ref": _commitments(workspace, visit.words)},
    )


def _commitments(workspace: Workspace, words: Words) -> dict[str, str]:
    return {"": words("work.no_commitment")} | {
        one.id: one.text for one in workspace.plan.commitments if one.id
    }


def _add_photos(visit: Visit, entity: str, key: str, kinds: tuple[str, ...], *, about: str) -> Form:
    choice = (f"photo_kind:{','.join(kinds)}", "photos") if len(kinds) > 1 else (f"photos:{kinds[0]}",)
    return Form(
        f"{entity}/{key}/photos",
        visit.words("work.add_photos"),
        about,
        (*choice, "reason", "happened_on"),
        lambda store, op, values, seen: edit(store, entity, key, {}, op),
        needs_photos=True,
    )


def _own(
    visit: Visit,
    workspace: Workspace,
    pano_id: str,
    case: Case,
    new: dict[str, Case],
    *,
    has_works: bool,
) -> None:
    """Draw what may be done to the pano itself: its steps, its point, photos, and a new work order."""
    words, actor, commune = visit.words, visit.actor, case.pano["commune_code"]
    offers = available(case, actor, on=visit.today)
    seen = workspace.panos.loc[pano_id].to_dict()
    drawn = [_step_form(visit, "pano", pano_id, offer, case, seen, about=pano_id) for offer in offers]
    extra = []
    if may(actor, "report", commune_code=commune):
        extra = [_move(visit, pano_id, seen), _add_photos(visit, "pano", pano_id, ("other",), about=pano_id)]
    kinds = {
        kind: words(f"terms.work_kind.{kind}")
        for kind, of_kind in new.items()
        if any(not offer.missing for offer in available(of_kind, actor))
    }
    if kinds:
        extra.append(_propose(visit, workspace, pano_id, kinds))
    blocks: list[dict[str, Any]] = [] if has_works else [{"type": "note", "text": words("work.nothing_open")}]
    if drawn or extra:
        blocks.append({"type": "title", "text": words("work.own")})
    elif actor.role in RIGHTS["report"]:
        where = Forbidden("report", actor.role, elsewhere=True)
        blocks.append({"type": "note", "text": where.explain(words), "tone": "warning"})
    if not blocks:
        return
    with st.container(key=f"own-{pano_id}"):
        panel.show(blocks, key=f"pano/{pano_id}", label=words("work.own"), on_pick=str)
        _buttons(visit, drawn, offers, extra)


def _move(visit: Visit, pano_id: str, seen: dict[str, Any]) -> Form:
    return Form(
        f"pano/{pano_id}/point",
        visit.words("work.move"),
        pano_id,
        (*told.POINT, "reason", "happened_on"),
        lambda store, op, values, seen: edit(store, "pano", pano_id, values, op, seen=seen),
        seen,
        clears=True,
    )


def _propose(visit: Visit, workspace: Workspace, pano_id: str, kinds: dict[str, str]) -> Form:
    def save(store: Store, op: Operation, values: forms.Values, seen: Any) -> Receipt:
        kind, follows = values.pop("kind"), values.pop("follows", None)
        return propose_work(store, pano_id, kind, op, values=values, follows=follows)

    done = _done(workspace, pano_id, visit.words)
    return Form(
        f"pano/{pano_id}/propose",
        visit.words("work.propose"),
        pano_id,
        ("kind", *(("follows",) if done else ()), *PLANNED_FIELDS),
        save,
        options={
            "kind": kinds,
            "follows": {"": visit.words("work.follows_none")} | done,
            "plan_ref": _commitments(workspace, visit.words),
        },
    )


def _done(workspace: Workspace, pano_id: str, words: Words) -> dict[str, str]:
    """Return the done work orders of a pano by id, each as a person tells it from the others."""
    works = workspace.works[(workspace.works["pano_id"] == pano_id) & (workspace.works["state"] == "done")]
    return {
        str(work_id): " · ".join((words(f"terms.work_kind.{work['kind']}"), _due(work, words)))
        for work_id, work in rows_of(works)
    }


def decision(visit: Visit, one: Waiting, *, about: str) -> None:
    """Draw both sides of what waits for a decision, and the form of whoever may decide.

    Parameters
    ----------
    visit : Visit
        Who reads.
    one : Waiting
        What waits.
    about : str
        Id of what the page is about: there the answer is shown.
    """
    words, event = visit.words, one.event
    rows = []
    for conflict in one.conflicts:
        other = one.others.get(conflict.field)
        name = told.field_name(conflict.field, words)
        for side, cell, by in (
            ("was", conflict.was, None),
            ("theirs", conflict.theirs, other),
            ("mine", conflict.mine, event),
        ):
            said = told.value(event.entity, conflict.field, cell, words)
            author = (
                f"{told.who(by, visit.actor, words)}, {told.day_of(by, words)}".rstrip(", ") if by else ""
            )
            rows.append([words(f"work.side_of.{side}", field=name), f"{said} ({author})" if author else said])
    with st.container(key=f"decision-{event.id}"):
        blocks = [
            {"type": "title", "text": words("work.decide_title"), "sub": subject(visit, event)},
            {"type": "note", "text": words("work.decide_why"), "tone": "warning"},
            {"type": "facts", "rows": rows},
        ]
        panel.show(blocks, key=f"waiting/{event.id}", label=words("work.decide_title"), on_pick=str)
        if may(visit.actor, "resolve"):
            groups = decided_together([conflict.field for conflict in one.conflicts])
            form = Form(
                f"waiting/{event.id}/decide",
                words("work.decide"),
                about,
                (*(f"choice:{','.join(group)}" for group in groups), "reason"),
                lambda store, op, values, seen: resolve_conflict(store, event.id, values, op, seen=seen),
                {conflict.field: conflict.theirs for conflict in one.conflicts},
            )
            _buttons(visit, [], [], [form])


def subject(visit: Visit, event: Event) -> str:
    """Return what an event is about, by name."""
    words, workspace = visit.words, visit.workspace()
    if event.entity == "work":
        work = workspace.works.loc[event.entity_id]
        kind = words(f"terms.work_kind.{work['kind']}")
        return f"{kind}, {workspace.panos.at[work['pano_id'], 'name']}"
    table = ENTITIES[event.entity].name
    rows = getattr(workspace, table)
    return str(rows.at[event.entity_id, "title" if table == "activities" else "name"])
