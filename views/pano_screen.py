"""The page of one pano: what it is, its photos and history, its work, and what its reader may change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import streamlit as st

from geo.days import local_date
from geo.terms import WORK_KINDS
from geo.text import Words, fold
from geo.workspace import Workspace
from records import dossier
from records.actions import remove_photo
from records.dossier import ShownPhoto
from records.lifecycle import WORK_STATES_ENDED
from records.rights import may
from views import address, cards, forms, panel, steps, told
from views.forms import Form
from views.lists import Block, pano_row
from views.visit import Visit, coverage_of, statuses_of

SIDES = {"before": "before", "after": "after", "finished": "after"}
"""On which side of a pair a photo of a work order stands."""


def show(visit: Visit) -> None:
    """Draw the page of the pano that is selected, or the panos to choose from."""
    workspace, chosen = visit.workspace(), address.selection()
    if not chosen or chosen[0] != "pano" or chosen[1] not in workspace.panos.index:
        _choice(visit, workspace)
        return
    pano_id = chosen[1]
    with st.container(key="dossier", horizontal=True):
        with st.container(key="dossier_facts"):
            _facts(visit, workspace, pano_id)
        with st.container(key="dossier_story"):
            _story(visit, workspace, pano_id)
        with st.container(key="dossier_acts"):
            steps.show(visit, pano_id)


def picked(pick: str) -> None:
    """Go where a row or a button of the page leads."""
    kind, _, key = pick.partition(":")
    forms.close()
    forms.forget_answer()
    if kind == "page":
        st.session_state["page"] = key
    else:
        st.session_state["page"] = "pano" if kind == "pano" else "map"
        address.select(kind, key, move=True)


def _choice(visit: Visit, workspace: Workspace) -> None:
    words = visit.words
    statuses = statuses_of(workspace, visit.today)
    order = sorted(workspace.panos.index, key=lambda key: fold(workspace.panos.at[key, "name"]))
    rows = [pano_row(workspace, key, statuses[key], words) for key in order]
    title: Block = {"type": "title", "text": words("work.page.choose"), "sub": words("work.page.choose_sub")}
    with st.container(key="choice"):
        panel.show(
            [title, {"type": "rows", "rows": rows, "empty": words("work.page.none")}],
            key="pano_choice",
            label=words("work.page.choose"),
            on_pick=picked,
        )


def _facts(visit: Visit, workspace: Workspace, pano_id: str) -> None:
    """Draw what the pano is."""
    words, today = visit.words, visit.today
    reach = coverage_of(workspace, today, st.session_state["units"])
    pano, status = workspace.panos.loc[pano_id], statuses_of(workspace, today)[pano_id]
    title = cards.pano_title(pano, status, words)
    panel.show([title], key="pano_title", label=words("work.page.facts"), on_pick=picked)
    blocks = [
        *([{"type": "note", "text": words("map.invented")}] if workspace.invented else []),
        {"type": "button", "text": words("work.page.map"), "pick": "page:map"},
        {"type": "facts", "rows": cards.pano_facts(workspace, reach, words, pano_id)},
        *cards.origin(pano, words),
    ]
    panel.show(blocks, key="pano_facts", label=words("work.page.facts"), on_pick=picked, view=pano_id)


def _story(visit: Visit, workspace: Workspace, pano_id: str) -> None:
    """Draw photos, before and after side by side, history, ended work orders and what the pano reaches."""
    words = visit.words
    reach = coverage_of(workspace, visit.today, st.session_state["units"])
    with visit.store.reading() as connection:
        photos = dossier.photos_of(connection, pano_id)
        happened = dossier.history(connection, pano_id)
        contested = dossier.contested(connection, happened)
    lines = told.history(
        happened,
        workspace,
        visit.actor,
        words,
        photos=Counter(photo.event_id for photo in photos),
        contested=contested,
    )
    removals = [_removal(visit, pano_id, photo) for photo in photos] if may(visit.actor, "edit") else []
    by_name = {form.name: form for form in removals}
    leaving = next((i for i, form in enumerate(removals) if forms.is_open(form)), None)
    if leaving is not None:
        # One photo and the form below it: nobody takes away another than they mean.
        shot = _shot(visit, workspace, pano_id, photos[leaving])
        title = words("work.page.remove")
        panel.show(
            [
                {"type": "photos", "title": title, "sides": [["", [shot]]], "empty": ""},
                {"type": "note", "text": words("work.page.remove_why"), "tone": "warning"},
            ],
            key="photo_leaving",
            label=title,
            on_pick=str,
            comes=True,
        )
        forms.show_if_open(removals[leaving], visit)

    def picked_here(pick: str) -> None:
        if pick in by_name:
            forms.open_form(by_name[pick])
        else:
            picked(pick)

    blocks = [
        *(_photos(visit, workspace, pano_id, photos, removals) if leaving is None else []),
        {"type": "history", "title": words("work.history.title"), "rows": lines},
        *_ended(workspace, pano_id, words),
        *cards.pano_reaches(workspace, reach, words, pano_id),
    ]
    panel.show(blocks, key="pano_story", label=words("work.page.story"), on_pick=picked_here, view=pano_id)


def _removal(visit: Visit, pano_id: str, photo: ShownPhoto) -> Form:
    return Form(
        f"photo/{photo.event_id}/{photo.hash}/remove",
        visit.words("work.page.remove"),
        pano_id,
        ("reason_asked",),
        lambda store, op, values, seen: remove_photo(store, photo.event_id, photo.hash, op),
    )


def _photos(
    visit: Visit,
    workspace: Workspace,
    pano_id: str,
    photos: Sequence[ShownPhoto],
    removals: Sequence[Form] = (),
) -> list[Block]:
    """Return the photos by work order, the latest first; then those that belong to none.

    Each has a button that opens the form of `removals` in its place, where there are any.
    """
    words = visit.words
    paired: dict[str, dict[str, list[dict[str, Any]]]] = {}
    others = []
    for photo, removal in zip_longest(photos, removals):
        shot = _shot(visit, workspace, pano_id, photo)
        if removal:
            shot |= {"pick": removal.name, "action": removal.title}
        if photo.work_id and photo.kind in SIDES:
            paired.setdefault(photo.work_id, {}).setdefault(SIDES[photo.kind], []).append(shot)
        else:
            others.append(shot)
    blocks: list[Block] = []
    for work_id, sides in reversed(paired.items()):
        kind = words(f"terms.work_kind.{workspace.works.at[work_id, 'kind']}")
        blocks.append(
            {
                "type": "photos",
                "title": words("work.page.photos_of", kind=kind),
                "sides": [
                    [words(f"work.page.side_{side}"), sides.get(side, [])] for side in ("before", "after")
                ],
                "empty": words("work.page.no_side"),
            }
        )
    if others:
        halves = [["", others[::2]], ["", others[1::2]]]
        title = words("work.page.photos_other")
        blocks.append({"type": "photos", "title": title, "sides": halves, "empty": ""})
    return blocks or [{"type": "note", "text": words("work.page.no_photos")}]


def _shot(visit: Visit, workspace: Workspace, pano_id: str, photo: ShownPhoto) -> dict[str, Any]:
    words = visit.words
    kind = words(f"work.photo.{photo.kind}")
    day = words.date(local_date(photo.taken_at or photo.added_at))
    name = workspace.panos.at[pano_id, "name"]
    return {
        "src": f"/photos/{visit.name}/{photo.hash}/small",
        "full": f"/photos/{visit.name}/{photo.hash}",
        "alt": words("work.page.photo_alt", kind=kind, pano=name, date=day),
        "caption": f"{kind} · {day}",
    }


def _ended(workspace: Workspace, pano_id: str, words: Words) -> list[Block]:
    works = workspace.works
    ended = works[(works["pano_id"] == pano_id) & works["state"].isin(WORK_STATES_ENDED)]
    rows = [
        {
            "text": words(f"terms.work_kind.{work['kind']}"),
            "sub": " · ".join(
                part for part in (words(f"terms.work_state.{work['state']}"), work["note"]) if part
            ),
            "right": cards.money(work["cost_vnd"], words),
        }
        for kind in WORK_KINDS
        for _, work in ended[ended["kind"] == kind].iterrows()
    ]
    return [{"type": "rows", "title": words("work.page.ended"), "rows": rows}] if rows else []
