"""The data screen: import, export, what the data folder says anew, and backups, each for whoever may."""

from __future__ import annotations

import glob
import io
import os
import shlex
import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

from geo.coverage import coverage
from geo.errors import DataFolderError
from geo.text import Words
from geo.workspace import Workspace
from records import exports, folder_io, workspaces
from records.backup import backup
from records.errors import RecordsError
from records.intake import Difference
from records.model import DOCUMENT, ENTITIES
from records.rights import Actor, demand, may
from records.store import Store
from views import changes, data_import, data_phone, data_report, page, paper_downloads
from views.visit import Visit, actor_at_click, current_actor

SECTIONS = {
    "import": "import",
    "phone": "import",
    "export": "read",
    "report": "read",
    "folder": "import",
    "backup": "backup",
}
"""The right that each section takes."""
BACKUP_FORM, FOLDER_FORM = "backup", "folder"
_MEGABYTE = 1024**2


def show(visit: Visit) -> None:
    """Draw the screen."""
    words = visit.words
    sections = [name for name, right in SECTIONS.items() if may(visit.actor, right)]
    with page.container():
        if len(sections) > 1:
            # Streamlit forgets the value of what another page did not draw.
            kept = st.session_state.get("data_section")
            st.session_state["data_section"] = kept if kept in sections else sections[0]
            st.segmented_control(
                words("data.section"),
                sections,
                key="data_section",
                format_func=lambda name: words(f"data.section_{name}"),
                label_visibility="collapsed",
                required=True,
            )
            section = st.session_state["data_section"]
        else:
            section = sections[0]
        if visit.workspace().invented:
            page.note(words("data.invented"))
        DRAW[section](visit)


def _export(visit: Visit) -> None:
    """Offer the data in every form; without people's names to whoever may not take them along."""
    words, all_of_it = visit.words, may(visit.actor, "export")
    workspace = visit.workspace()
    page.lead(words("data.export.lead"))
    if not all_of_it:
        workspace = exports.without_names(workspace)
        page.note(words("data.export.no_names"))
    st.session_state.setdefault("export_kind", exports.KINDS[0])
    stem = f"{words('data.export.file')}-{visit.today.isoformat()}"

    def offer(name: str, suffix: str, make: Callable[[], bytes]) -> None:
        with st.container(horizontal=True, vertical_alignment="center", key=f"offer_{name}"):
            why = escape(words(f"data.export.{name}_why"))
            st.html(f"<b>{escape(words(f'data.export.{name}'))}</b><p class='lead'>{why}</p>")
            st.download_button(
                words("data.export.download"),
                make,
                file_name=f"{stem}{suffix}",
                on_click="ignore",
                key=f"download_{name}",
                icon=":material/download:",
            )

    who = actor_at_click()

    def whole_folder() -> bytes:
        demand(who(), "export")
        return _zipped(visit.store)

    offer("xlsx", ".xlsx", lambda: exports.to_xlsx(workspace, words))
    offer("gpkg", ".gpkg", lambda: exports.to_gpkg(workspace, words, reach=coverage(workspace)))
    offer("kml", ".kml", lambda: exports.to_kml(workspace, words, reach=coverage(workspace)))
    if all_of_it:
        offer("folder", ".zip", whole_folder)
    kind = st.segmented_control(
        words("data.export.tables"),
        exports.KINDS,
        key="export_kind",
        format_func=lambda name: words(f"imports.kind.{name}"),
        required=True,
    )
    offer("csv", f"-{kind}.csv", lambda: exports.to_csv(workspace, kind, words))
    offer(
        "geojson", f"-{kind}.geojson", lambda: exports.to_geojson(workspace, kind, reach=coverage(workspace))
    )
    paper_downloads.show(visit)


def _zipped(store: Store) -> bytes:
    """Return the data folder of a store as a ZIP file."""
    stream = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        folder_io.export(store, Path(folder))
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(Path(folder).iterdir()):
                archive.write(file, file.name)
    return stream.getvalue()


def _folder(visit: Visit) -> None:
    """Show what the data folder's files say anew, row by row, to be chosen and taken in."""
    words = visit.words
    page.lead(words("data.folder.lead", folder=visit.store.data.name))
    page.said(FOLDER_FORM)
    st.button(words("data.folder.again"), key="folder_again", on_click=page.forget, args=(FOLDER_FORM,))
    try:
        found = folder_io.differences(visit.store, lang=words.lang)
    except DataFolderError as error:
        page.note(words("data.folder.faults", n=len(error.faults)), "warning")
        data_import.fault_table(error.faults, words, files=True)
        return
    if not found:
        page.note(words("data.folder.none"))
        return
    workspace, offered = visit.workspace(), found[: page.MOST_ROWS]
    keys = {one: f"folder_{one.entity}_{one.entity_id}" for one in offered}
    with st.form("folder_rows"):
        for one in offered:
            # What the record has changed since is taken back only by whoever says so.
            st.checkbox(_label(one, workspace, words), value=not changes.undoes_newer(one), key=keys[one])
            html = changes.details(one, workspace, words, stored=True)
            st.html(f'<div class="details">{html}</div>')
        st.form_submit_button(
            words("data.folder.take"),
            type="primary",
            on_click=_take_folder,
            args=(visit, keys, page.new_id()),
        )
    if len(found) > len(offered):
        page.lead(words("data.more_rows", n=len(found) - len(offered)))


def _label(one: Difference, workspace: Workspace, words: Words) -> str:
    """Return what a row of the folder is called, with nothing in it that Markdown would take for its own."""
    name = changes.name_of(one, workspace, words)
    kind = words(f"data.kind.{one.kind}")
    if one.entity == DOCUMENT:
        return page.plain(f"{name} · {kind}")
    file = ENTITIES[one.entity].file
    place = words("data.folder.row", file=file, row=str(one.row)) if one.row else file
    return page.plain(f"{name} · {kind} · {place}")


def _take_folder(visit: Visit, keys: dict[Difference, str], op_id: str) -> None:
    words = visit.words
    chosen = [one for one, key in keys.items() if st.session_state.get(key)]
    if not chosen:
        page.say(FOLDER_FORM, words("data.folder.nothing_chosen"), tone="warning")
        return
    op = page.operation(op_id, source="import")
    try:
        taken = folder_io.take_in_folder(visit.store, chosen, op, lang=words.lang)
    except (RecordsError, DataFolderError) as error:
        told = error.explain(words) if isinstance(error, RecordsError) else str(error)
        page.say(FOLDER_FORM, told, tone="warning")
        return
    refused = [one for one in taken if one.refusal]
    lines = [words("data.folder.done", n=len(taken) - len(refused))]
    if waiting := sum(bool(one.receipt and one.receipt.conflicts) for one in taken):
        lines.append(words("data.import.conflicts", n=waiting))
    if refused:
        lines.append(words("data.folder.refused", n=len(refused)))
        lines += [f"{one.difference.entity_id}: {one.refusal.explain(words)}" for one in refused]
    page.say(FOLDER_FORM, "\n".join(lines), tone="warning" if refused or waiting else "good")


def _backup(visit: Visit) -> None:
    """Make a backup, and offer those that are there; putting one back is for the command line."""
    words, folder = visit.words, visit.store.var / "backups"
    page.lead(words("data.backup.lead"))
    st.button(words("data.backup.make"), type="primary", key="backup_make", on_click=_make, args=(visit,))
    page.said(BACKUP_FORM)
    page.heading(words("data.backup.list"))
    mine = folder.glob(f"{glob.escape(visit.store.data.name)}-*.zip")
    files = sorted(mine, key=lambda file: file.stat().st_mtime, reverse=True)
    if not files:
        page.note(words("data.backup.none"))
    for file in files[: page.MOST_ROWS]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"offer_{file.stem}"):
            size = words("data.backup.megabytes", n=words.number(file.stat().st_size / _MEGABYTE, 1))
            st.html(f"<b>{escape(file.name)}</b><p class='lead'>{escape(size)}</p>")
            st.download_button(
                words("data.export.download"),
                partial(_backup_file, file, actor_at_click()),
                file_name=file.name,
                mime="application/zip",
                on_click="ignore",
                key=f"download_{file.stem}",
                icon=":material/download:",
            )
    page.lead(words("data.backup.restore"))
    st.code(_restoring(visit, files[0] if files else folder / "F.zip"), language=None, wrap_lines=True)


def _backup_file(file: Path, who: Callable[[], Actor]) -> bytes:
    """Return a backup, which holds passwords' hashes, to whoever may have it at the click."""
    demand(who(), "backup")
    return file.read_bytes()


def _restoring(visit: Visit, file: Path) -> str:
    """Return the command that puts a backup back into the workspace that is shown."""
    is_first = visit.name == next(iter(workspaces.available()))
    where = "" if is_first else f"OUTREACH_DATA={shlex.quote(str(visit.store.data))} "
    return f"{where}python manage.py restore {shlex.quote(str(file))}"


def _make(visit: Visit) -> None:
    words, store = visit.words, visit.store
    file = store.var / "backups" / f"{store.data.name}-{store.clock():%Y%m%d-%H%M%S}.zip"
    try:
        demand(current_actor(), "backup")
        lost = backup(store, file)
    except RecordsError as error:
        page.say(BACKUP_FORM, error.explain(words), tone="warning")
    except OSError as error:
        reason = words("data.backup.failed", reason=error.strerror or "")
        page.say(BACKUP_FORM, reason, tone="warning")
    else:
        lines = [words("data.backup.made", file=file.name)]
        if lost:
            lines += [words("data.backup.lost", n=len(lost)), *map(os.path.basename, lost[: page.MOST_ROWS])]
        page.say(BACKUP_FORM, "\n".join(lines), tone="warning" if lost else "good")


DRAW = {
    "import": data_import.show,
    "phone": data_phone.show,
    "export": _export,
    "report": data_report.show,
    "folder": _folder,
    "backup": _backup,
}
