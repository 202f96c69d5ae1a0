"""Importing on the data screen: choose a file, see what would happen, answer what is asked, take it in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from html import escape

import streamlit as st

from geo.errors import Fault
from geo.text import Words
from records.errors import RecordsError
from records.importing import Import, prepare, take_in
from records.imports.preview import IMPORTABLE, ImportPreview
from records.imports.sheets import MAX_BYTES
from records.imports.workbooks import refused_sheet, template
from records.intake import Taken
from views import changes, page
from views.visit import Visit

FORM = "import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NONE_OF_THESE = ""


@dataclass(frozen=True)
class Shown:
    """A file as it was shown last: what it holds, and the id that taking it in will have."""

    key: tuple[object, ...]
    file: Import
    op_id: str

    @property
    def digest(self) -> str:
        """Hash of the file's content."""
        return str(self.key[0])


def show(visit: Visit) -> None:
    """Draw the section."""
    state, words = st.session_state, visit.words
    page.lead(words("data.import.lead"))
    state.setdefault("import_kind", IMPORTABLE[0])
    kind = st.segmented_control(
        words("data.import.kind"),
        IMPORTABLE,
        key="import_kind",
        format_func=lambda name: words(f"imports.kind.{name}"),
        required=True,
    )
    _templates(visit, kind)
    chosen: tuple[str, bytes] | None = state.get("import_chosen")
    if chosen is None:
        _uploader(words)
    _result(visit)
    if chosen is None:
        return
    filename, content = chosen
    page.heading(filename)
    with st.spinner(words("data.import.reading", file=filename)):
        shown = _shown(visit, content, filename, kind)
    _preview(visit, shown)


def _uploader(words: Words) -> None:
    key = f"import_file_{st.session_state.setdefault('import_number', 0)}"
    # Streamlit's own words on it are English, whatever the page's language.
    browse = json.dumps(words("data.import.browse"), ensure_ascii=False)
    st.html(f"<style>.st-key-{key} {{ --browse: {browse} }}</style>")
    megabytes = MAX_BYTES // 1024**2
    st.file_uploader(
        words("data.import.drop", megabytes=megabytes),
        key=key,
        max_upload_size=megabytes,
        on_change=_choose,
        args=(key,),
    )


def _choose(key: str) -> None:
    """Keep the file in the session: Streamlit forgets it where a run does not draw the uploader."""
    if uploaded := st.session_state[key]:
        _discard()
        st.session_state["import_chosen"] = (uploaded.name, uploaded.getvalue())


def _templates(visit: Visit, kind: str) -> None:
    words = visit.words
    name = f"{words('data.import.template_file')}-{kind}.xlsx"
    with st.container(horizontal=True, key="templates"):
        for key, prefill in (("template_empty", False), ("template_filled", True)):
            st.download_button(
                words(f"data.import.{key}"),
                lambda prefill=prefill: template(kind, words, places=visit.workspace(), prefill=prefill),
                file_name=name,
                mime=XLSX,
                on_click="ignore",
                type="tertiary",
                icon=":material/download:",
            )


def _shown(visit: Visit, content: bytes, filename: str, kind: str) -> Shown:
    """Return what a file holds; read again only where it, the answers or the store have changed."""
    state = st.session_state
    digest = hashlib.sha256(content).hexdigest()
    answers = _answers(digest)
    version = visit.workspace().version
    key = (digest, filename, kind, visit.name, visit.words.lang, version, tuple(sorted(answers.items())))
    shown: Shown | None = state.get("import_shown")
    if shown is None or shown.key != key:
        file = prepare(
            visit.store,
            content,
            filename,
            kind,
            actor=visit.actor,
            lang=visit.words.lang,
            answers=answers,
        )
        shown = state["import_shown"] = Shown(key, file, page.new_id())
    return shown


def _preview(visit: Visit, shown: Shown) -> None:
    """Draw what a file would do, and the button that takes it in."""
    words, preview = visit.words, shown.file.preview
    if any(fault.row is None for fault in preview.faults) and not preview.total:
        for fault in preview.faults:
            page.note(f"{fault.problem}\n{fault.fix}", "warning")
        st.button(words("data.import.discard"), key="import_discard", on_click=_discard)
        return
    counts = [("rows", preview.total, ""), ("new", len(preview.new), "good")]
    counts += [("changed", len(preview.changed), "plan"), ("same", len(preview.same), "")]
    counts += [("waiting", preview.waiting, "doubt"), ("rejected", preview.rejected, "bad")]
    page.figures(
        (words.number(n), words(f"data.import.{name}"), tone if n else "") for name, n, tone in counts
    )
    unused = [one for one in preview.corrections if one.code == "unused_columns"]
    for one in unused:
        page.note(one.text, "warning")
    _questions(preview, shown, words)
    _changes(visit, shown)
    _faults(preview, words)
    if put_right := [one for one in preview.corrections if one not in unused]:
        with st.expander(words("data.import.put_right", n=len(put_right))):
            items = "".join(f"<li>{escape(one.text)}</li>" for one in put_right)
            st.html(f"<ul>{items}</ul>")
    with st.container(horizontal=True, key="import_end"):
        ready = len(shown.file.differences)
        if ready:
            st.button(
                words("data.import.take", n=ready),
                type="primary",
                key="import_take",
                on_click=_take,
                args=(visit, shown),
            )
        if _answers(shown.digest):
            again = words("data.import.answer_again")
            st.button(again, key="import_again", on_click=_forget_answers)
        st.button(words("data.import.discard"), key="import_discard", on_click=_discard)
        _refused_download(preview, words)
    if not ready:
        page.note(words("data.import.nothing_new" if preview.same else "data.import.nothing"))


def _questions(preview: ImportPreview, shown: Shown, words: Words) -> None:
    """Ask what has to be asked, but nothing of rows that are refused whatever the answer."""
    refused = {fault.row for fault in preview.faults}
    questions = [one for one in preview.questions if not refused.issuperset(one.rows)]
    if not questions:
        return
    page.heading(words("data.import.questions"), sub=words("data.import.questions_lead"))
    with st.form("import_questions"):
        keys = {}
        for question in questions:
            keys[question.id] = f"answer_{shown.digest}_{question.id}"
            rows = words("data.import.for_rows", rows=_some(question.rows))
            options = question.options | {_NONE_OF_THESE: words("data.import.none_of_these")}
            st.selectbox(
                page.plain(f"{question.text} ({rows})"),
                list(options),
                index=None,
                key=keys[question.id],
                format_func=options.get,
                placeholder=words("data.choose"),
            )
        st.form_submit_button(words("data.import.answer"), on_click=_answer, args=(shown.digest, keys))


def _some(rows: tuple[int, ...], most: int = 8) -> str:
    return ", ".join(map(str, rows[:most])) + (", …" if len(rows) > most else "")


def _changes(visit: Visit, shown: Shown) -> None:
    words, found = visit.words, shown.file.differences
    if not found:
        return
    workspace = visit.workspace()
    page.heading(words("data.import.changes"))
    page.table(
        [words("data.table.row"), words("data.table.item"), "", words("data.table.what")],
        [
            [
                str(one.row),
                f"<b>{escape(changes.name_of(one, workspace, words))}</b>"
                f"<small>{escape(one.entity_id)}</small>",
                f'<span class="tag {one.kind}">{escape(words(f"data.kind.{one.kind}"))}</span>',
                changes.details(one, workspace, words),
            ]
            for one in found[: page.MOST_ROWS]
        ],
        label=words("data.import.changes"),
    )
    _more(len(found), words)


def _more(count: int, words: Words) -> None:
    if count > page.MOST_ROWS:
        page.lead(words("data.more_rows", n=count - page.MOST_ROWS))


def _faults(preview: ImportPreview, words: Words) -> None:
    if preview.faults:
        page.heading(words("data.import.faults"))
        fault_table(preview.faults, words)


def fault_table(faults: tuple[Fault, ...], words: Words, *, files: bool = False) -> None:
    """Draw faults: row, column, value, problem and what to do; with ``files`` also the file of each."""
    page.table(
        [
            *([words("screen.fault_file")] if files else []),
            *(words(f"data.table.{name}") for name in ("row", "column", "value", "problem", "fix")),
        ],
        [
            [
                *([escape(fault.file)] if files else []),
                "" if fault.row is None else str(fault.row),
                escape(fault.column or ""),
                escape(fault.value or ""),
                escape(fault.problem),
                escape(fault.fix),
            ]
            for fault in faults[: page.MOST_ROWS]
        ],
        label=words("data.import.faults"),
    )
    _more(len(faults), words)


def _refused_download(preview: ImportPreview, words: Words) -> None:
    if preview.held:
        stem = preview.filename.rsplit(".", 1)[0]
        st.download_button(
            words("data.import.refused_sheet"),
            lambda: refused_sheet(preview),
            file_name=f"{stem}-{words('data.import.refused_file')}.xlsx",
            mime=XLSX,
            on_click="ignore",
            icon=":material/download:",
        )


def _answers(digest: str) -> dict[str, str]:
    return st.session_state.get("import_answers", {}).get(digest, {})


def _answer(digest: str, keys: dict[str, str]) -> None:
    given = {key: value for key, name in keys.items() if (value := st.session_state.get(name)) is not None}
    st.session_state["import_answers"] = {digest: _answers(digest) | given}


def _forget_answers() -> None:
    st.session_state["import_answers"] = {}


def _discard() -> None:
    """Let go of the file; the next one gets an uploader of its own."""
    st.session_state["import_number"] += 1
    for name in ("import_chosen", "import_shown", "import_result"):
        st.session_state.pop(name, None)
    page.forget(FORM)


def _take(visit: Visit, shown: Shown) -> None:
    """Take in what was shown; a second click finds it done, or does the same once more to no effect."""
    if st.session_state.get("import_shown") != shown:
        return
    try:
        preview, taken = take_in(visit.store, shown.file, page.operation(shown.op_id, source="import"))
    except RecordsError as error:
        page.say(FORM, error.explain(visit.words), tone="warning")
        return
    _discard()
    st.session_state["import_result"] = (preview, taken)


def _result(visit: Visit) -> None:
    """Draw what the store answered to the last file."""
    words = visit.words
    page.said(FORM)
    result: tuple[ImportPreview, list[Taken]] | None = st.session_state.get("import_result")
    if result is None:
        return
    preview, taken = result
    kept = [one for one in taken if one.receipt]
    if kept:
        counts = {name: sum(one.difference.kind == name for one in kept) for name in ("new", "changed")}
        done = words("data.import.done", n=len(kept), file=preview.filename, **counts)
        page.note(done, "good")
    else:
        page.note(words("data.import.done_nothing"), "warning")
    if waiting := sum(bool(one.receipt.conflicts) for one in kept):
        page.note(words("data.import.conflicts", n=waiting), "warning")
    if left := preview.rejected + preview.waiting:
        page.note(words("data.import.left", n=left), "warning")
        _refused_download(preview, words)
    workspace = visit.workspace()
    with st.expander(words("data.import.each_row")):
        page.table(
            [words("data.table.row"), words("data.table.item"), words("data.table.outcome")],
            [
                [
                    str(one.difference.row),
                    escape(changes.name_of(one.difference, workspace, words)),
                    escape(
                        words(f"records.outcome.{one.receipt.outcome}")
                        if one.receipt
                        else one.refusal.explain(words)
                    ),
                ]
                for one in taken[: page.MOST_ROWS]
            ],
            label=words("data.import.each_row"),
        )
        _more(len(taken), words)
