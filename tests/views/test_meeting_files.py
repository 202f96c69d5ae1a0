"""What is taken home from a meeting is of its snapshot; it names people only to those who may export them."""

import io
import zipfile
from uuid import uuid4

import pytest
from docx import Document

from geo.folder import read_workspace
from geo.text import Words
from records.actions import edit
from records.decisions import decide, end_meeting
from records.folder_io import fill
from records.journal import Operation
from records.meetings import frozen, meeting_of, open_meeting
from records.rights import ROLES, SYSTEM, VIEWER, Actor, may
from records.settings import Settings, sqlite_url
from records.store import open_store
from reports.archive import unpack
from reports.decisions import became, said_of
from reports.headline import headlines
from reports.results import results
from tests.folders import make_folder
from views.meeting_files import ARCHIVE, MINUTES, forms_for, make_file
from views.visit import Visit

WORDS = Words("vi")
HUNG = Actor("hung", "Lê Văn Hùng", "admin")


@pytest.mark.parametrize("role", ROLES)
def test_an_archive_is_for_whoever_may_export(role):
    actor = Actor("1", "Lan", role)
    assert (ARCHIVE in forms_for(actor, has_meeting=True)) == may(actor, "export")


@pytest.mark.parametrize("has_meeting", [True, False])
def test_who_has_not_signed_in_gets_prints_alone(has_meeting):
    forms = forms_for(VIEWER, has_meeting=has_meeting)
    assert forms and not {ARCHIVE, MINUTES} & set(forms)


def test_a_meeting_has_minutes_whatever_it_decided():
    actor = Actor("1", "Lan", "planner")
    assert MINUTES in forms_for(actor, has_meeting=True)
    assert MINUTES not in forms_for(actor, has_meeting=False)


def by(actor):
    return Operation(actor=actor, op_id=str(uuid4()), source="web", reason="")


@pytest.fixture
def sitting(tmp_path):
    """Give what `make_file` needs of a meeting that has ended, its record having moved on."""
    database = sqlite_url(tmp_path / "store.db")
    store = open_store(Settings(make_folder(tmp_path / "data"), tmp_path / "var", database))
    fill(store, by(SYSTEM))
    meeting = open_meeting(store, by(HUNG), title="Giao ban", on=store.today, units="2023")
    decide(store, meeting.id, "repair", {"pano_id": "p1", "work_kind": "repair_frame"}, by(HUNG))
    decide(store, meeting.id, "survey", {"label": "Đo lại Tuần Lễ"}, by(HUNG))
    taken = end_meeting(store, meeting.id, by(HUNG))
    edit(store, "pano", "p1", {"condition": "major_damage", "checked_on": store.today.isoformat()}, by(HUNG))
    visit = Visit("own", store, HUNG, WORDS)
    workspace = frozen(store, meeting.snapshot)
    yield visit, workspace, meeting.snapshot, meeting_of(store, meeting.id), taken
    store.close()


def figures(workspace, snapshot):
    return headlines(results(workspace, on=snapshot.on, units=snapshot.units), WORDS)


def test_minutes_name_each_decision_what_became_of_it_and_the_snapshot(sitting):
    _, _, snapshot, _, taken = sitting
    document = Document(io.BytesIO(make_file(MINUTES, *sitting)))
    tables = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([paragraph.text for paragraph in document.paragraphs] + tables)
    assert snapshot.checksum in text
    for one in taken:
        assert said_of(one, WORDS) in text and became(one, WORDS) in text


def test_an_archive_gives_the_five_figures_of_the_snapshot_again(sitting, tmp_path):
    visit, workspace, snapshot, _, _ = sitting
    content = make_file(ARCHIVE, *sitting)
    unpacked = unpack(io.BytesIO(content), tmp_path / "unpacked")
    assert (unpacked.checksum, unpacked.differing) == (snapshot.checksum, ())
    again = figures(read_workspace(tmp_path / "unpacked" / "data"), snapshot)
    assert again == figures(workspace, snapshot) != figures(visit.workspace(), snapshot)
    assert (tmp_path / "unpacked" / "minutes.docx").read_bytes() == make_file(MINUTES, *sitting)


def test_without_a_meeting_an_archive_has_no_minutes(sitting):
    visit, workspace, snapshot, _, _ = sitting
    content = make_file(ARCHIVE, visit, workspace, snapshot, None, [])
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert not [name for name in file.namelist() if MINUTES in name]
