"""The minutes of a meeting: form, figures of its snapshot, every decision with what became of it."""

import io
from datetime import timedelta

import pytest
from docx import Document

from geo.text import LANGUAGES, Words
from records.decisions import decide, decisions, end_meeting, withdraw
from records.meetings import meeting_of, open_meeting
from records.rights import Actor
from records.store import Store
from reports.decisions import became, said_of
from reports.headline import headlines
from reports.minutes import minutes
from reports.results import results
from tests.folders import GIA
from tests.records.helpers import operation

CHAIR = Actor("a-chair", "Lê Thị Hoa", "approver", login="hoa")


@pytest.fixture
def sitting(store: Store, clock):
    """Return the store and a meeting that has ended, with decisions of every outcome."""
    meeting = open_meeting(store, operation(CHAIR), title="Giao ban <b>quý</b>", on=store.today, units="2023")

    def take(kind, body, **options):
        return decide(store, meeting.id, kind, body, operation(CHAIR), **options)

    site = {"name": "Ngã ba chợ", "commune_code": GIA, "lat": 12.71, "lon": 109.23, "due_on": "2027-01-31"}
    take("site", site, said_by="Chủ tịch")
    clock.pass_by(minutes=1)
    take("survey", {"label": "Đo lại vị trí", "note": "Hai nguồn khác nhau", "assignee": "Xã Vạn Thọ"})
    clock.pass_by(minutes=1)
    take("repair", {"pano_id": "p1", "work_kind": "repair_frame"})
    clock.pass_by(minutes=1)
    back = take("task", {"label": "Xin thêm\x00 kinh phí\x0b"})
    withdraw(store, back.id, operation(CHAIR, reason="Đã có văn bản"))
    clock.pass_by(minutes=1)
    end_meeting(store, meeting.id, operation(CHAIR))
    return store, meeting_of(store, meeting.id)


def made(store, meeting, words):
    frozen = store.workspace(meeting.snapshot.on, version=meeting.snapshot.version)
    found = results(frozen, on=meeting.snapshot.on, units=meeting.snapshot.units)
    taken = decisions(store, meeting.id)
    return found, taken, minutes(meeting, taken, found, words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_the_snapshot_the_figures_and_every_decision(sitting, lang):
    store, meeting = sitting
    words = Words(lang)
    found, taken, content = made(store, meeting, words)
    document = Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    letterhead, figures, decided, signed = document.tables
    assert words("report.nation") in letterhead.rows[0].cells[1].text
    assert lines[lines.index(words("minutes.type")) + 1] == meeting.title
    assert meeting.snapshot.checksum in document.sections[0].footer.paragraphs[0].text
    assert [[cell.text for cell in row.cells] for row in figures.rows[1:]] == [
        [one.label, one.value, one.more] for one in headlines(found, words)
    ]
    shown = [[cell.text for cell in row.cells] for row in decided.rows[1:]]
    assert len(shown) == len(taken) == 4
    for row, one in zip(shown, taken, strict=True):
        assert said_of(one, words) in row[1] and row[4] == became(one, words)
    assert "Chủ tịch" in shown[0][2] and "31" in shown[0][3]
    assert "Hai nguồn khác nhau" in shown[1][1] and "Xã Vạn Thọ" in shown[1][3]
    assert "Đã có văn bản" in shown[3][4]
    assert words("minutes.secretary").upper() in signed.rows[0].cells[0].text


def test_the_hours_are_those_of_vietnam(sitting):
    store, meeting = sitting
    words = Words("vi")
    *_, content = made(store, meeting, words)
    there = meeting.opened_at + timedelta(hours=7)
    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)
    assert f"{there:%H} giờ {there:%M}, ngày {there:%d/%m/%Y}" in text


def test_a_meeting_that_goes_on_says_that_its_decisions_are_no_work_yet(store):
    meeting = open_meeting(store, operation(CHAIR), title="Họp", on=store.today, units="2023")
    *_, content = made(store, meeting, Words("vi"))
    lines = [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]
    assert Words("vi")("minutes.still_open") in lines and Words("vi")("minutes.no_decisions") in lines


def test_the_same_minutes_are_the_same_bytes(sitting):
    store, meeting = sitting
    assert made(store, meeting, Words("vi"))[2] == made(store, meeting, Words("vi"))[2]
