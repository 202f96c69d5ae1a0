"""Photos of a report: those of its moment; one that is lost or damaged is said to be missing."""

import io
from dataclasses import replace

import pytest
from docx import Document
from pypdf import PdfReader

from geo.text import LANGUAGES, Words
from records.actions import edit, remove_photo
from records.photos import path_of
from reports.annexes import PhotoPair, photos_of, sound
from reports.report_pdf import to_pdf
from reports.report_word import to_docx
from tests.records.helpers import PLANNER, before_and_after, operation
from tests.reports.conftest import ON, VI
from tests.reports.test_report_word import picture

JPEG = picture((300, 200), "JPEG")


@pytest.fixture
def shown(store):
    """Return two photos of a work order that is done, their files those of real pictures."""
    photos = before_and_after(store)
    for one in photos:
        path_of(one.hash, store.var).write_bytes(JPEG)
    receipt = edit(store, "work", "w1", {}, operation(PLANNER, photos=photos))
    return receipt, photos


def pairs(store, *, version=None):
    workspace = store.workspace()
    ended = replace(workspace, works=workspace.works.assign(state="done"))
    return photos_of(store, ended, VI, version=version)


def test_photos_are_those_of_a_moment_whatever_was_added_or_removed_since(store, shown):
    receipt, (_, after) = shown
    before_them, with_them = receipt.event_id - 1, receipt.event_id
    remove_photo(store, receipt.event_id, after.hash, operation(reason="chụp nhầm"))
    assert pairs(store, version=before_them) == [] == pairs(store)
    (pair,) = pairs(store, version=with_them)
    assert pair.before and pair.after and pair.before_on is None
    work = store.workspace().works.loc["w1"]
    assert store.workspace().panos.at[work["pano_id"], "name"] in pair.title


@pytest.mark.parametrize("damage", [b"", b"no picture", JPEG[: len(JPEG) // 2], picture(), None])
def test_a_photo_that_is_lost_or_damaged_is_told_and_the_report_is_made(store, shown, text, damage):
    _, (before, _) = shown
    path = path_of(before.hash, store.var)
    path.write_bytes(damage) if damage is not None else path.unlink()
    photos = pairs(store)
    assert [(one.before is None, one.after is None) for one in photos] == [(True, False)]
    lost = VI("report.annex.lost")
    document = Document(io.BytesIO(to_docx(text, VI, photos=photos)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert sum(lost in cell for cell in cells) == 1 and len(document.inline_shapes) == 1
    pages = PdfReader(io.BytesIO(to_pdf(text, VI, photos=photos))).pages
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert lost in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_captions_say_the_day_where_it_is_known(lang):
    words = Words(lang)
    before, after = PhotoPair("", b"", b"", ON, None).captions(words)
    assert words("report.annex.before") in before and str(ON.year) in before
    assert after == words("report.annex.after")


def test_only_a_whole_picture_is_sound():
    assert sound(JPEG) == JPEG
    assert sound(JPEG[:100]) is None and sound(b"") is None and sound(picture()) is None
