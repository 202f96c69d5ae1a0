"""The part of the data screen that makes the report and hands it over."""

from __future__ import annotations

import streamlit as st

from geo.errors import because
from geo.workspace import Workspace
from reports.annexes import photos_of
from reports.report import ENDINGS, STEPS, file_name, make
from reports.report_word import OFFICE_TEMPLATE, TEMPLATE, TemplateRefused, template_of
from views import address, page
from views.forms import DATES
from views.visit import Visit


def show(visit: Visit) -> None:
    """Draw the part: choose form, day and communes, make the report, take it home."""
    words = visit.words
    page.lead(words("report.screen.lead"))
    with st.container(horizontal=True, vertical_alignment="bottom", key="report_choice"):
        st.segmented_control(
            words("report.screen.form"),
            ENDINGS,
            default=ENDINGS[0],
            key="report_form",
            format_func=lambda ending: words(f"report.screen.{ending[1:]}"),
            required=True,
        )
        st.date_input(
            words("report.screen.on"),
            value=visit.today,
            key="report_on",
            format=DATES,
            min_value=address.FIRST_DAY,
            max_value=address.LAST_DAY,
        )
        units = [name for name, communes in visit.workspace().communes.items() if len(communes)]
        st.segmented_control(
            words("screen.units"),
            units,
            default=units[0],
            key="report_units",
            format_func=lambda name: words(f"screen.units_{name}"),
            required=True,
        )
    state = st.session_state
    on, ending = state["report_on"], state["report_form"]
    if ending == ".docx":
        note = "template" if template_of(visit.store.data) == TEMPLATE else "own_template"
        page.lead(words(f"report.screen.{note}", file=OFFICE_TEMPLATE))
    workspace = visit.workspace(on if on < visit.today else None)
    # What was made before something changed is not offered as what is so now.
    asked = (visit.name, workspace.version, ending, on, state["report_units"], words.lang)
    if st.button(words("report.screen.make"), type="primary", key="report_make"):
        _make(visit, workspace, asked)
    made, content = state.get("report_made", (None, b""))
    if made == asked:
        name = file_name(on, words, ending)
        page.note(words("report.screen.ready"), "good")
        st.download_button(
            words("report.screen.download", file=name),
            content,
            file_name=name,
            on_click="ignore",
            key="report_download",
            icon=":material/download:",
        )


def _make(visit: Visit, workspace: Workspace, asked: tuple) -> None:
    """Make the report, saying how far it has come, and keep it for the download."""
    words, state = visit.words, st.session_state
    place = st.empty()
    bar = place.progress(0.0)

    def tell(step: str) -> None:
        bar.progress((STEPS.index(step) + 1) / (len(STEPS) + 1), words(f"report.progress.{step}"))

    *_, ending, on, units, _ = asked
    try:
        content = make(
            workspace,
            ending,
            words,
            on=on,
            units=units,
            template=template_of(visit.store.data),
            photos=photos_of(visit.store, workspace, words),
            tell=tell,
        )
    except TemplateRefused as error:
        page.note(words("report.screen.failed", problem=error.explain(words)), "warning")
    except OSError as error:
        page.note(words("report.screen.failed", problem=because(error, words)), "warning")
    else:
        state["report_made"] = (asked, content)
    place.empty()
