"""What everyone takes home from a meeting: minutes, map, report and archive, all of its snapshot."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from geo.errors import WordedError, because
from geo.text import Words
from geo.workspace import Workspace
from records.decisions import Decision
from records.dossier import photo_list
from records.meetings import Meeting, Snapshot
from records.rights import Actor, may
from reports.annexes import map_sheet, photos_of
from reports.archive import MADE, archive, companion_files
from reports.minutes import minutes
from reports.report import ENDINGS, STEPS, file_name, make
from reports.report_word import template_of
from reports.results import results
from views import page
from views.visit import Visit

MINUTES, SHEET, ARCHIVE = "minutes", "sheet", "archive"
PRINTED = (SHEET, *(ending[1:] for ending in ENDINGS))
ENDING_OF = {MINUTES: "docx", SHEET: "pdf", ARCHIVE: "zip"}
"""Ending of a file that is not named by its form."""


def forms_for(actor: Actor, *, has_meeting: bool) -> tuple[str, ...]:
    """Return the files that someone may take home.

    Parameters
    ----------
    actor : Actor
        Who asks. An archive holds the data folder, and with it the names of people.
    has_meeting : bool
        Whether there is a meeting; its minutes name people.
    """
    forms = (MINUTES, *PRINTED) if has_meeting and may(actor, "see_people") else PRINTED
    return (*forms, ARCHIVE) if may(actor, "export") else forms


def show(
    visit: Visit, workspace: Workspace, snapshot: Snapshot, meeting: Meeting | None, decisions: list[Decision]
) -> None:
    """Draw the choice of a file, make it when asked, and hand it over.

    Parameters
    ----------
    visit : Visit
        Whose screen it is.
    workspace : Workspace
        The tables of the snapshot.
    snapshot : Snapshot
        What is presented.
    meeting : Meeting or None
        The meeting, if one was opened.
    decisions : list of Decision
        Its decisions, for whoever may see them.
    """
    words, state = visit.words, st.session_state
    forms = forms_for(visit.actor, has_meeting=meeting is not None)
    with st.container(key="meeting_files"):
        st.html(f"<h3>{words('meeting.files.title')}</h3>")
        form = st.pills(
            words("meeting.files.title"),
            forms,
            key=f"meeting_form_of_file/{len(forms)}",
            default=forms[0],
            format_func=lambda name: words(f"meeting.files.{name}"),
            label_visibility="collapsed",
            required=True,
        )
        # Minutes change with what becomes of a decision.
        taken = tuple((one.id, one.outcome) for one in decisions)
        asked = (visit.name, snapshot, form, words.lang, meeting, taken)
        if st.button(words("meeting.files.make"), key="meeting_make"):
            place = st.empty()
            bar = place.progress(0.1, words("meeting.files.making", what=words(f"meeting.files.{form}")))
            steps = MADE if form == ARCHIVE else STEPS

            def tell(step: str) -> None:
                is_file = form == ARCHIVE
                said = words("archive.making", name=step) if is_file else words(f"report.progress.{step}")
                bar.progress((steps.index(step) + 1) / (len(steps) + 1), said)

            try:
                content = make_file(form, visit, workspace, snapshot, meeting, decisions, tell=tell)
                state["meeting_made"] = (asked, content)
            except WordedError as error:
                page.note(words("report.screen.failed", problem=error.explain(words)), "warning")
            except OSError as error:
                page.note(words("report.screen.failed", problem=because(error, words)), "warning")
            place.empty()
        made, ready = state.get("meeting_made", (None, b""))
        if made == asked:
            page.note(words("meeting.files.ready", checksum=snapshot.checksum), "good")
            st.download_button(
                words("meeting.files.download", what=words(f"meeting.files.{form}")),
                ready,
                file_name=_name(form, snapshot, words),
                on_click="ignore",
                type="primary",
            )


def make_file(
    form: str,
    visit: Visit,
    workspace: Workspace,
    snapshot: Snapshot,
    meeting: Meeting | None,
    decisions: list[Decision],
    *,
    tell: Callable[[str], None] = lambda step: None,
) -> bytes:
    """Return the content of a file to take home.

    Parameters
    ----------
    form : str
        One of `forms_for` this reader.
    visit, workspace, snapshot, meeting, decisions
        As for `show`.
    tell : callable
        Is called with the name of each step before it is made: one of `MADE` for an archive, else of
        `reports.report.STEPS`.
    """
    if form == MINUTES:
        return _minutes(workspace, meeting, decisions, visit.words)
    if form == SHEET:
        return map_sheet(results(workspace, on=snapshot.on, units=snapshot.units), visit.words)
    options = {"on": snapshot.on, "units": snapshot.units, "tell": tell}
    store, words = visit.store, visit.words
    pairs = photos_of(store, workspace, words, version=snapshot.version)
    if form != ARCHIVE:
        return make(workspace, f".{form}", words, template=template_of(store.data), photos=pairs, **options)
    has_minutes = MINUTES in forms_for(visit.actor, has_meeting=meeting is not None)
    contents = companion_files(store.data) | store.contents(snapshot.on, version=snapshot.version)
    with store.reading() as connection:
        photos = photo_list(connection, version=snapshot.version)
    return archive(
        workspace,
        contents,
        words,
        photos=photos,
        pairs=pairs,
        minutes=_minutes(workspace, meeting, decisions, words) if has_minutes else None,
        **options,
    )


def _minutes(workspace: Workspace, meeting: Meeting, decisions: list[Decision], words: Words) -> bytes:
    found = results(workspace, on=meeting.snapshot.on, units=meeting.snapshot.units)
    return minutes(meeting, decisions, found, words)


def _name(form: str, snapshot: Snapshot, words: Words) -> str:
    ending = f"-{snapshot.checksum}.{ENDING_OF.get(form, form)}"
    if form in ENDING_OF:
        return f"{words(f'meeting.file.{form}')}-{snapshot.on.isoformat()}{ending}"
    return file_name(snapshot.on, words, ending)
