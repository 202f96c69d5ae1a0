"""What the screens beside the map share: page, tables, what the store answered, who acts in a callback."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from uuid import uuid4

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.text import Words
from records.journal import Operation
from views.visit import current_actor

MOST_ROWS = 200
"""Rows of a table that are drawn; of more the first."""


def container() -> DeltaGenerator:
    """Return the container of a screen, which scrolls below the top bar."""
    return st.container(key="page_body")


def new_id() -> str:
    """Return the id of an operation, for the form that is being drawn."""
    return str(uuid4())


def operation(op_id: str, *, source: str = "web", reason: str = "") -> Operation:
    """Return an operation of whoever is signed in now, which may be nobody since the form was drawn."""
    return Operation(actor=current_actor(), op_id=op_id, source=source, reason=reason)


def keep(*names: str) -> None:
    """Keep the values of widgets that this run may not draw: Streamlit would forget them.

    Parameters
    ----------
    *names : str
        Their keys; called before any of them is drawn.
    """
    state = st.session_state
    kept = state.setdefault("kept", {})
    for name in names:
        if name in state:
            kept[name] = state[name]
        elif name in kept:
            state[name] = kept[name]


def choice(key: str, options: Sequence[str], words: Words, text: str) -> str:
    """Draw a choice of a few options in a row and return the one that is chosen, at first the first.

    Parameters
    ----------
    key : str
        Its key.
    options : sequence of str
        What can be chosen.
    words : Words
        The reader's language.
    text : str
        Key of what a screen reader calls it; the texts of the options go on with ``_`` and their name.
    """
    st.session_state.setdefault(key, options[0])
    return st.segmented_control(
        words(text),
        options,
        key=key,
        format_func=lambda name: words(f"{text}_{name}"),
        label_visibility="collapsed",
        required=True,
    )


def say(form: str, text: str, *, tone: str = "good") -> None:
    """Keep what there is to say of a form, such as what the store answered, for when it is drawn again.

    Parameters
    ----------
    form : str
        Name of the form.
    text : str
        What to say.
    tone : {"good", "warning", ""}
        How it is coloured.
    """
    st.session_state[f"said_{form}"] = (text, tone)


def has_said(form: str) -> bool:
    """Say whether there is anything to say of a form."""
    return f"said_{form}" in st.session_state


def forget(form: str) -> None:
    """Say nothing more of a form."""
    st.session_state.pop(f"said_{form}", None)


def said(form: str) -> None:
    """Draw what there is to say of a form."""
    if answer := st.session_state.get(f"said_{form}"):
        note(*answer)


def note(text: str, tone: str = "") -> None:
    """Draw a sentence or two on a ground of their own."""
    lines = "<br>".join(map(escape, text.splitlines()))
    role = "alert" if tone == "warning" else "status"
    st.html(f'<p class="note {tone}" role="{role}">{lines}</p>')


def heading(text: str, *, sub: str = "") -> None:
    """Draw a heading with a line below it."""
    below = f'<p class="lead">{escape(sub)}</p>' if sub else ""
    st.html(f"<h2>{escape(text)}</h2>{below}")


def plain(text: str) -> str:
    """Return a text as a label of Streamlit, with nothing in it that Markdown would take for its own."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+-.!|~$:" else sign for sign in text)


def lead(text: str) -> None:
    """Draw a line that says what a screen or a form is for."""
    st.html(f'<p class="lead">{escape(text)}</p>')


def figures(counts: Iterable[tuple[str, str, str]]) -> None:
    """Draw counts beside each other: value, label and tone (``good``, ``plan``, ``bad`` or none)."""
    items = "".join(
        f'<li class="{tone}"><b>{escape(value)}</b> {escape(label)}</li>' for value, label, tone in counts
    )
    st.html(f'<ul class="counts">{items}</ul>')


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, label: str) -> None:
    """Draw a table.

    Parameters
    ----------
    headings : sequence of str
        Text of each column's head.
    rows : sequence of sequence of str
        Cells as HTML, escaped already where they come from data.
    label : str
        What a screen reader calls it.
    """
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in headings)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[:MOST_ROWS])
    st.html(
        f'<div class="table" tabindex="0" role="region" aria-label="{escape(label)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
