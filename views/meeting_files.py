"""What everyone takes home from a meeting: map, report and minutes, all of its snapshot."""

from __future__ import annotations

import streamlit as st

from geo.scene import view
from geo.sheet import sheet_pdf
from geo.workspace import Workspace
from records.meetings import Decision, Meeting, Snapshot
from reports.report import ENDINGS, STEPS, file_name, make
from reports.report_word import TemplateRefused, template_of
from views import desk
from views.visit import Visit, coverage_of, statuses_of

SHEET = "sheet"
FORMS = (SHEET, *(ending[1:] for ending in ENDINGS))


def show(
    visit: Visit, workspace: Workspace, snapshot: Snapshot, meeting: Meeting | None, decisions: list[Decision]
) -> None:
    """Draw the choice of a file, make it when asked, and hand it over."""
    words, state = visit.words, st.session_state
    with st.container(key="meeting_files"):
        st.html(f"<h3>{words('meeting.files.title')}</h3>")
        st.pills(
            words("meeting.files.title"),
            FORMS,
            key="meeting_form_of_file",
            default=FORMS[0],
            format_func=lambda name: words(f"meeting.files.{name}"),
            label_visibility="collapsed",
            required=True,
        )
        form = state["meeting_form_of_file"]
        asked = (visit.name, snapshot, form, words.lang)
        if st.button(words("meeting.files.make"), key="meeting_make"):
            _make(visit, workspace, snapshot, form, asked)
        made, content = state.get("meeting_made", (None, b""))
        if made == asked:
            desk.note(words("meeting.files.ready", checksum=snapshot.checksum), "good")
            name = file_name(snapshot.on, words, f"-{snapshot.checksum}.{'pdf' if form == SHEET else form}")
            st.download_button(words("meeting.files." + form), content, file_name=name, on_click="ignore")


def _make(visit: Visit, workspace: Workspace, snapshot: Snapshot, form: str, asked: tuple) -> None:
    words, place = visit.words, st.empty()
    bar = place.progress(0.1, words("meeting.files.making", what=words(f"meeting.files.{form}")))

    def tell(step: str) -> None:
        bar.progress((STEPS.index(step) + 1) / (len(STEPS) + 1), words(f"report.progress.{step}"))

    try:
        if form == SHEET:
            reach = coverage_of(workspace, snapshot.on, snapshot.units)
            statuses = statuses_of(workspace, snapshot.on)
            shown = view(workspace, reach, statuses, lang=words.lang, data_date=workspace.recorded_until)
            content = sheet_pdf(workspace, reach, shown, size="A3")
        else:
            content = make(
                workspace,
                f".{form}",
                words,
                on=snapshot.on,
                units=snapshot.units,
                template=template_of(visit.store.data),
                tell=tell,
            )
    except TemplateRefused as error:
        desk.note(words("report.screen.failed", problem=error.explain(words)), "warning")
    except OSError as error:
        desk.note(words("report.screen.failed", problem=error.strerror or ""), "warning")
    else:
        st.session_state["meeting_made"] = (asked, content)
    place.empty()
