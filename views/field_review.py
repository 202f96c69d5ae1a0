"""Reports from the field that do not fit: what each says beside what is so now, and two ways to settle it."""

from __future__ import annotations

from datetime import datetime
from html import escape

import streamlit as st

from geo.days import VIETNAM
from geo.text import Words
from records.errors import RecordsError
from records.field_review import Unfit, close, record_now, unfit
from records.history import Event
from records.rights import may
from views import page, told
from views.visit import Visit, current_actor

FORM = "field_review"
POINT = ("lat", "lon", "accuracy_m")


def offer(visit: Visit) -> None:
    """Draw the button that opens the reports to look at, where there are any; it names how many."""
    if not may(visit.actor, "see_people"):
        return
    with visit.store.reading() as connection:
        waiting = unfit(connection, now=visit.store.clock())
    if waiting and st.button(
        visit.words("field.review.offer", n=len(waiting)), key="field_review", icon=":material/inbox:"
    ):
        page.forget(FORM)
        st.dialog(visit.words("field.review.title"), width="large")(_show)(visit)


def _show(visit: Visit) -> None:
    words = visit.words
    page.said(FORM)
    with visit.store.reading() as connection:
        waiting = unfit(connection, now=visit.store.clock())
    if not waiting:
        page.note(words("field.review.none"))
        return
    page.lead(words("field.review.why"))
    for one in waiting[: page.MOST_ROWS]:
        with st.container(border=True, key=f"unfit-{one.id}"):
            _draw(visit, one)


def _draw(visit: Visit, one: Unfit) -> None:
    words = visit.words
    moments = {name: _moment(getattr(one, f"{name}_at"), words) for name in ("made", "received")}
    name = one.pano["name"] if one.pano else f"{one.report.pano_id} ({words('field.review.no_pano')})"
    page.heading(name, sub=words("field.review.by", name=one.author, **moments))
    heads = ("", words("field.review.said"), words("field.review.now"), words("field.review.problem"))
    rows = [
        [
            f"<b>{escape(words(f'field.part.{part.what}'))}</b>",
            escape(_said(one, part.what, words)),
            escape(_now(one, part.what, words)),
            escape(part.problem[words.lang]) or escape(words("field.review.late_photos", n=one.missing)),
        ]
        for part in one.parts
    ]
    page.table(heads, rows, label=words("field.review.title"))
    since = [_change(event, visit) for event in one.since] or [words("field.review.nothing_since")]
    lines = "".join(f"<li>{escape(line)}</li>" for line in since)
    st.html(f"<b>{escape(words('field.review.since'))}</b><ul>{lines}</ul>")
    if one.photos:
        st.html("".join(_picture(visit, kind, photo_hash) for kind, photo_hash in one.photos))
    if not may(visit.actor, "resolve"):
        page.note(words("field.review.read_only"))
        return
    why = f"field_why-{one.id}"
    st.text_input(words("field.review.reason"), key=why)
    with st.container(horizontal=True):
        st.button(
            words("field.review.record"),
            key=f"record-{one.id}",
            type="primary",
            on_click=_record,
            args=(visit, one, why),
        )
        st.button(words("field.review.close"), key=f"close-{one.id}", on_click=_close, args=(visit, one, why))


def _moment(moment: datetime, words: Words) -> str:
    local = moment.astimezone(VIETNAM)
    return f"{local:%H:%M} {words.date(local.date())}"


def _said(one: Unfit, what: str, words: Words) -> str:
    report = one.report
    match what:
        case "condition":
            return told.value("pano", "condition", report.condition, words)
        case "point":
            return _point(report.point.model_dump(), words)
        case "word":
            return report.reason
        case "photo":
            return words.number(len(report.photos))
        case "state_step":
            action, reason = report.state_step.action, report.state_step.reason
        case _:
            action, reason = report.work_step.action, report.work_step.reason
    step = words(f"lifecycle.action.{action}")
    return f"{step} ({reason})" if reason else step


def _now(one: Unfit, what: str, words: Words) -> str:
    if what == "work_step":
        if one.work is None:
            return words("field.review.no_work")
        kind = words(f"terms.work_kind.{one.work['kind']}")
        return f"{kind}: {told.value('work', 'state', one.work['state'], words)}"
    if one.pano is None:
        return words("field.review.no_pano")
    match what:
        case "condition":
            state = told.value("pano", "state", one.pano["state"], words)
            return f"{state}, {told.value('pano', 'condition', one.pano['condition'], words)}"
        case "point":
            return _point(one.pano, words)
        case "state_step":
            return told.value("pano", "state", one.pano["state"], words)
    return ""


def _point(place: dict[str, object], words: Words) -> str:
    lat, lon, accuracy = (None if place[name] is None else float(place[name]) for name in POINT)
    if lat is None or lon is None:
        return words("field.point.none")
    metres = words("field.point.unknown_accuracy")
    if accuracy is not None:
        metres = words("field.point.metres", n=round(accuracy))
    return words("field.point.value", lat=f"{lat:.5f}", lon=f"{lon:.5f}", accuracy=metres)


def _change(event: Event, visit: Visit) -> str:
    """Return what happened since in a line: the day, who, and what from what to what."""
    words = visit.words
    changes = [
        f"{told.field_name(name, words)}: "
        f"{told.value(event.entity, name, was, words)} → {told.value(event.entity, name, now, words)}"
        for name, (was, now) in event.changes.items()
    ]
    parts = (told.day_of(event, words), told.who(event, visit.actor, words), "; ".join(changes))
    return " · ".join(part for part in parts if part)


def _picture(visit: Visit, kind: str, photo_hash: str) -> str:
    alt = visit.words("field.review.photo", kind=visit.words(f"work.photo.{kind}"))
    address = f"/photos/{visit.name}/{photo_hash}"
    return (
        f'<a href="{address}" target="_blank" rel="noopener">'
        f'<img src="{address}" alt="{escape(alt)}" height="160" loading="lazy"></a> '
    )


def _record(visit: Visit, one: Unfit, why: str) -> None:
    words = visit.words
    try:
        done = record_now(
            visit.store, one.id, current_actor(), version=one.version, why=st.session_state[why]
        )
    except RecordsError as error:
        page.say(FORM, error.explain(words), tone="warning")
    else:
        is_partly = done.outcome == "in_review"
        page.say(
            FORM,
            words(f"field.review.recorded{'_partly' if is_partly else ''}"),
            tone="warning" if is_partly else "good",
        )


def _close(visit: Visit, one: Unfit, why: str) -> None:
    try:
        close(visit.store, one.id, current_actor(), why=st.session_state[why])
    except RecordsError as error:
        page.say(FORM, error.explain(visit.words), tone="warning")
    else:
        page.say(FORM, visit.words("field.review.closed"))
