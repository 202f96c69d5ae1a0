"""Forms that save: drawn with an operation id of their own, saved in the callback, answered by the store.

A form gets its operation id, and the values that it shows, when it is opened. Both stay until the store has
kept what it says: a second click or a reconnect is the same operation, and what others change while someone
types is found. The keys of its fields carry the id, so a form that was saved leaves nothing behind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import uuid4

import pandas as pd
import streamlit as st

from geo.days import VIETNAM
from geo.text import Words
from records import photos
from records.errors import RecordsError
from records.history import events
from records.journal import Evidence, Operation, Position, Receipt
from records.lifecycle import CONDITIONS_SEEN
from records.model import ENTITIES
from records.store import Store
from views import address, panel, told
from views.visit import Visit, current_actor

PHOTO_TYPES = ("jpg", "jpeg", "png", "heic", "heif")
COST_STEP_VND = 100_000
DATES = "DD/MM/YYYY"
COLUMNS = (
    *("kind", "condition", "content_until", "due_on", "cost_vnd", "assignee", "plan_ref", "note"),
    *told.POINT,
)
"""Fields that are columns of what is changed."""
OPEN = "open"
"""Where the address keeps the key and the name of the form that is open."""
NOON = time(12, tzinfo=VIETNAM)
"""Hour of what happened on a day that was told without one."""

Values = dict[str, Any]


class NamedRefusal(RecordsError):
    """A file among several was refused."""

    def __init__(self, filename: str, why: RecordsError) -> None:
        super().__init__(filename)
        self._filename, self._why = filename, why

    def explain(self, words: Words) -> str:
        """Return which file it was, and why, in a language."""
        return f"{self._filename}: {self._why.explain(words)}"


@dataclass(frozen=True)
class Form:
    """One way of changing something.

    Parameters
    ----------
    name : str
        Its name, one of its own on the page.
    title : str
        What its button says.
    about : str
        Id of what it is about: there its answer is shown.
    fields : tuple of str
        What it asks for: some of `COLUMNS`; ``follows``; ``content_unknown``; ``reason``, or
        ``reason_asked`` where it must be given; ``happened_on``; ``position``; ``photos:`` and a kind, or
        ``photo_kind:`` with the kinds to choose from and ``photos``; ``choice:`` and the columns that
        wait for one decision.
    save : callable of (Store, Operation, values, seen) to Receipt
        Keeps it.
    seen : mapping of str to object
        The row as it is now, by column; fields start with its values.
    clears : bool
        True if a field left blank makes the value unknown; False if it leaves it as it is.
    needs_photos : bool
        True if without a photo there is nothing to keep.
    options : mapping of str to mapping of str to str
        For ``kind``, ``follows`` and ``plan_ref``: what can be chosen, and what each is called.
    """

    name: str
    title: str
    about: str
    fields: tuple[str, ...]
    save: Callable[[Store, Operation, Values, Mapping[str, Any]], Receipt]
    seen: Mapping[str, Any] = field(default_factory=dict)
    clears: bool = False
    needs_photos: bool = False
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def open_button(form: Form, *, primary: bool = False, disabled: bool = False) -> None:
    """Draw the button that opens a form."""
    st.button(
        form.title,
        key=f"open/{form.name}",
        type="primary" if primary else "secondary",
        disabled=disabled,
        on_click=open_form,
        args=(form,),
    )


def open_form(form: Form) -> None:
    """Open a form, in place of whichever is open."""
    _begin(form, str(uuid4()))
    forget_answer()


def _begin(form: Form, key: str) -> dict[str, Any]:
    opened = {"name": _place(form), "key": key, "op_id": str(uuid4()), "seen": dict(form.seen)}
    st.session_state["form"] = opened
    st.session_state[OPEN] = f"{key}/{form.name}"
    return opened


def is_open(form: Form) -> bool:
    """Return whether a form is the one that is open, or was in a session that the server has lost."""
    if opened := st.session_state.get("form"):
        return opened["name"] == _place(form)
    key, _, name = st.session_state.get(OPEN, "").partition("/")
    if name != form.name:
        return False
    # The page still has what was typed, under the same keys; what it would have done is not known any more.
    _begin(form, key)["is_resumed"] = True
    return True


def _place(form: Form) -> str:
    # Workspaces share ids: a form that is open in one is not the same in another.
    return f"{st.session_state['ws']}/{form.name}"


def close() -> None:
    """Close whatever form is open; what was typed is gone."""
    st.session_state.pop("form", None)
    st.session_state[OPEN] = ""


def forget_answer() -> None:
    """Show the last answer no more."""
    st.session_state.pop("answer", None)


def show_answer(about: str, words: Words) -> None:
    """Draw what the store answered, if it was about this; what is new comes into sight."""
    told_about, op_id, blocks = st.session_state.get("answer", ("", "", []))
    is_here = told_about == about
    panel.show(
        blocks if is_here else [],
        key=f"answer/{about}",
        label=words("work.answer.label"),
        on_pick=str,
        view=op_id if is_here else "",
    )


def show_if_open(form: Form, visit: Visit) -> None:
    """Draw a form below its button, if it is the one that is open."""
    if not is_open(form):
        return
    opened = st.session_state["form"]
    words, key = visit.words, opened["key"]
    opened["is_drawn"] = True
    # The uploader speaks English by itself: its words come from here.
    browse = json.dumps(words("work.choose_photos"), ensure_ascii=False)
    st.html(f"<style>:root {{ --choose-photos: {browse}; }}</style>")
    with st.form(key=key):
        title = {"type": "title", "text": form.title}
        panel.show([title], key=f"{key}/title", label=form.title, on_pick=str, comes=True)
        if opened.get("is_resumed"):
            note = {"type": "note", "text": words("work.resumed"), "tone": "warning", "live": True}
            label = words("work.answer.label")
            panel.show([note], key=f"{key}/resumed", label=label, on_pick=str, comes=True)
        for name in form.fields:
            _draw(name, form, opened, visit)
        if refusal := opened.get("refusal"):
            note = {"type": "note", "text": refusal, "tone": "warning", "live": True}
            panel.show([note], key=f"{key}/refusal", label=words("work.answer.label"), on_pick=str)
        with st.container(horizontal=True):
            st.form_submit_button(
                words("work.save"),
                type="primary",
                on_click=_save,
                args=(form, visit, opened),
                key=f"{key}/save",
            )
            st.form_submit_button(words("work.cancel"), on_click=close, key=f"{key}/cancel")


def show_left(words: Words) -> None:
    """Draw what was typed into a form that could not be saved and that nobody may fill in any more.

    Such a form is gone from the page because its reader is signed out, or somebody took the step meanwhile.
    """
    opened = st.session_state.get("form")
    if not opened or opened.pop("is_drawn", False) or "typed" not in opened:
        return
    blocks = [
        {"type": "title", "text": opened["title"]},
        {"type": "note", "text": words("work.not_saved"), "tone": "warning", "live": True},
        {"type": "note", "text": opened.get("refusal", "")},
        {"type": "facts", "rows": opened["typed"]},
        {"type": "button", "text": words("work.let_go"), "pick": "close:"},
    ]
    label = words("work.answer.label")
    panel.show(blocks, key=f"{opened['key']}/left", label=label, on_pick=lambda _: close(), comes=True)


def _readable(typed: Values, words: Words) -> list[list[str]]:
    """Return what was typed as label and text; chosen files by their names."""
    found = []
    for name, value in typed.items():
        kind, _, rest = name.partition(":")
        files = [file.name for file in value] if isinstance(value, list) else []
        text = ", ".join(files) or ("" if value in (None, "", []) or isinstance(value, bool) else str(value))
        if text:
            is_choice = kind == "choice"
            label = told.field_names(rest.split(","), words) if is_choice else words(f"work.field.{kind}")
            found.append([label, words(f"work.side.{text}") if is_choice else text])
    return found


def _draw(name: str, form: Form, opened: Mapping[str, Any], visit: Visit) -> None:
    """Draw the field of a name, starting with what is so now where the form shows that."""
    words, today = visit.words, visit.today
    kind, _, rest = name.partition(":")
    key, label = f"{opened['key']}/{name}", words(f"work.field.{kind}")
    start = opened["seen"].get(name) if form.clears else None
    match kind:
        case "kind" | "follows" | "plan_ref":
            options = dict(form.options[kind])
            chosen = list(options).index(start) if start in options else 0
            st.selectbox(label, list(options), index=chosen, format_func=options.get, key=key)
        case "condition":
            st.segmented_control(
                label, CONDITIONS_SEEN, format_func=lambda v: words(f"terms.condition.{v}"), key=key
            )
        case "photo_kind":
            kinds = rest.split(",")
            st.segmented_control(
                label, kinds, default=kinds[0], format_func=lambda v: words(f"work.photo.{v}"), key=key
            )
        case "photos":
            label = words(f"work.photo.{rest}") if rest else label
            st.file_uploader(label, type=PHOTO_TYPES, accept_multiple_files=True, key=key)
        case "choice":
            sides = ("theirs", "mine")
            st.segmented_control(
                told.field_names(rest.split(","), words),
                sides,
                format_func=lambda v: words(f"work.side.{v}"),
                key=key,
            )
        case "happened_on":
            st.date_input(label, value=today, max_value=today, format=DATES, key=key)
        case "due_on" | "content_until":
            span = {"min_value": address.FIRST_DAY, "max_value": address.LAST_DAY}
            st.date_input(label, value=start, format=DATES, key=key, **span)
        case "cost_vnd":
            cost = None if pd.isna(start) else int(start)
            st.number_input(label, value=cost, min_value=0, step=COST_STEP_VND, key=key)
        case "lat" | "lon" | "accuracy_m":
            _number(kind, start, key, label)
        case "position":
            st.caption(label)
            for part in told.POINT:
                _number(part, None, f"{key}/{part}", words(f"work.field.{part}"))
        case "reason" | "reason_asked" | "note":
            st.text_area(label, value=start or "", height=80, key=key)
        case "content_unknown":
            st.checkbox(label, key=key)
        case _:
            st.text_input(label, value=start or "", key=key)


def _number(column: str, start: object, key: str, label: str) -> None:
    fine, least = ("%.1f", 0.0) if column == "accuracy_m" else ("%.6f", -180.0)
    number = None if pd.isna(start) else float(start)
    st.number_input(label, value=number, format=fine, min_value=least, key=key)


def _save(form: Form, visit: Visit, opened: dict[str, Any]) -> None:
    """Keep what a form says, and remember what the store answered; what is refused stays as it was typed."""
    words, seen = visit.words, opened["seen"]
    typed = {name: st.session_state.get(f"{opened['key']}/{name}") for name in form.fields}
    opened |= {"title": form.title, "typed": _readable(typed, words), "is_resumed": False}
    try:
        op = _operation(form, visit, opened, typed)
        if form.needs_photos and not op.photos:
            opened["refusal"] = words("work.no_photo")
            return
        receipt = form.save(visit.store, op, _values(form, typed), seen)
    except RecordsError as error:
        opened["refusal"] = error.explain(words)
        return
    close()
    with visit.store.reading() as connection:
        of_row = events(connection, receipt.entity, receipt.entity_id)
    changed = next(set(event.changes) for event in of_row if event.id == receipt.event_id)
    rows = getattr(visit.store.workspace(), ENTITIES[receipt.entity].name)
    present = rows.loc[receipt.entity_id].to_dict()
    blocks = told.answer(receipt, seen, present, changed, words)
    st.session_state["answer"] = (form.about, opened["op_id"], blocks)


def _operation(form: Form, visit: Visit, opened: Mapping[str, Any], typed: Values) -> Operation:
    day = typed.get("happened_on")
    return Operation(
        actor=current_actor(),
        op_id=opened["op_id"],
        happened_at=datetime.combine(day, NOON) if day and day != visit.today else None,
        reason=(typed.get("reason") or typed.get("reason_asked") or "").strip(),
        position=_position(opened["key"]) if "position" in form.fields else None,
        photos=tuple(_evidence(visit.store, typed)),
    )


def _position(key: str) -> Position | None:
    lat, lon, accuracy = (st.session_state.get(f"{key}/position/{part}") for part in told.POINT)
    return None if lat is None or lon is None else Position(lat, lon, accuracy)


def _evidence(store: Store, typed: Values) -> Iterator[Evidence]:
    """Take in the photos that were chosen; each file is kept before anything speaks of it."""
    chosen = next((typed[name] for name in typed if name.startswith("photo_kind:")), None)
    taken = set()
    for name, files in typed.items():
        kind, _, shows = name.partition(":")
        for file in files if kind == "photos" and files else ():
            try:
                photo = photos.accept(file.getvalue())
            except RecordsError as error:
                raise NamedRefusal(file.name, error) from None
            photos.keep(photo, store.var)
            # The same file chosen twice is one photo.
            if photo.hash not in taken:
                taken.add(photo.hash)
                yield photo.evidence(shows or chosen or "other")


def _values(form: Form, typed: Values) -> Values:
    """Return the columns that a form sets; a blank leaves a value as it is, unless the form clears."""
    values = {name: typed[name] for name in typed if name in (*COLUMNS, "follows")}
    for name, side in typed.items():
        if name.startswith("choice:"):
            values |= dict.fromkeys(name.removeprefix("choice:").split(","), side)
    if not form.clears:
        values = {name: value for name, value in values.items() if value not in (None, "")}
    if typed.get("content_unknown"):
        values["content_until"] = None
    return values
