"""The file of a phone whose signal never came, brought in on the data screen."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from records.errors import RecordsError
from records.field_files import MOST_BYTES, Taken, take_in
from views import page
from views.visit import Visit, current_actor, people

FORM = "phone_file"


def show(visit: Visit) -> None:
    """Draw the part: choose the file that the field form saved, bring it in, and read what became of it."""
    words, number = visit.words, st.session_state.setdefault("phone_number", 0)
    key = f"phone_file_{number}"
    page.heading(words("field.file.title"), sub=words("field.file.lead"))
    # Streamlit's own words on it are English, whatever the page's language.
    browse = json.dumps(words("data.import.browse"), ensure_ascii=False)
    st.html(f"<style>.st-key-{key} {{ --browse: {browse} }}</style>")
    chosen = st.file_uploader(
        words("field.file.choose"), key=key, type="json", max_upload_size=MOST_BYTES // 1024**2
    )
    st.button(
        words("field.file.take"),
        key="phone_take",
        disabled=chosen is None,
        on_click=_take,
        args=(visit, key),
    )
    page.said(FORM)


def _take(visit: Visit, key: str) -> None:
    """Take the file in; a second click finds the same reports there already."""
    words = visit.words
    uploaded: Any = st.session_state.get(key)
    if uploaded is None:
        page.say(FORM, words("field.file.none_chosen"), tone="warning")
        return
    try:
        taken = take_in(
            visit.store,
            visit.name,
            uploaded.getvalue(),
            current_actor(),
            author_of=people().actor_with_id,
        )
    except RecordsError as error:
        page.say(FORM, error.explain(words), tone="warning")
        return
    st.session_state["phone_number"] += 1
    lines, is_good = _lines(visit, taken)
    page.say(FORM, "\n".join(lines), tone="good" if is_good else "warning")


def _lines(visit: Visit, taken: list[Taken]) -> tuple[list[str], bool]:
    """Return what became of the reports of a file, and whether all of them are recorded."""
    words, panos = visit.words, visit.workspace().panos
    receipts = [one.receipt for one in taken if one.receipt]
    counts = {
        "repeated": sum(one.repeated for one in receipts),
        "in_review": sum(one.outcome == "in_review" for one in receipts),
        "photos_missing": sum([*one.photos.values()].count("missing") for one in receipts),
    }
    lines = [words("field.file.taken", n=len(receipts))]
    lines += [words(f"field.file.{name}", n=n) for name, n in counts.items() if n]
    refused = [one for one in taken if one.refusal]
    for one in refused:
        name = panos.at[one.pano_id, "name"] if one.pano_id in panos.index else one.pano_id
        lines.append(words("field.file.refused", name=name, problem=one.refusal.explain(words)))
    return lines, not refused and not counts["in_review"]
