"""A photo comes piece by piece, goes on where it stopped, and counts once all of it is there and kept."""

import os

import pytest

from records.errors import PhotoRefused, Refused
from records.field_photos import STALE_AFTER_S, Offset, add_piece, drop_stale, offset
from records.photos import path_of
from tests.records.helpers import FIELD, PLANNER
from tests.records.reports import digest, jpeg, new_id, report, send, sent_photo

CONTENT = jpeg(size=(640, 480))
HASH = digest(CONTENT)
HALF = len(CONTENT) // 2


@pytest.fixture
def report_id(store):
    report_id = new_id()
    send(store, report(store, photos=[sent_photo(CONTENT)]), report_id=report_id)
    return report_id


def pieces(store):
    return [path for path in (store.var / "field").rglob("*") if path.is_file()]


def test_pieces_add_up_and_leave_nothing_behind(store, report_id):
    assert offset(store, report_id, HASH, FIELD) == 0
    size, receipt = add_piece(store, report_id, HASH, FIELD, CONTENT[:HALF])
    assert (size, receipt.photos[HASH]) == (HALF, "missing")
    assert offset(store, report_id, HASH, FIELD) == HALF
    size, receipt = add_piece(store, report_id, HASH, FIELD, CONTENT[HALF:], start=HALF)
    assert (size, receipt.photos[HASH]) == (len(CONTENT), "received")
    assert offset(store, report_id, HASH, FIELD) == len(CONTENT)
    assert pieces(store) == []


def test_a_piece_that_does_not_follow_is_told_where_to_go_on(store, report_id):
    add_piece(store, report_id, HASH, FIELD, CONTENT[:HALF])
    for start in (0, HALF - 1, HALF + 1):
        with pytest.raises(Offset) as refused:
            add_piece(store, report_id, HASH, FIELD, CONTENT[start : start + 5], start=start)
        assert refused.value.expected == HALF


def test_the_whole_takes_the_place_of_pieces_and_again_answers_the_same(store, report_id):
    add_piece(store, report_id, HASH, FIELD, CONTENT[:HALF])
    first = add_piece(store, report_id, HASH, FIELD, CONTENT)
    again = add_piece(store, report_id, HASH, FIELD, CONTENT)
    assert first[0] == again[0] == len(CONTENT)
    assert again[1].repeated
    assert first[1].parts == again[1].parts and first[1].photos == again[1].photos


def test_what_is_not_what_was_named_begins_anew(store, report_id):
    spoiled = bytes(reversed(CONTENT))
    with pytest.raises(Refused) as refused:
        add_piece(store, report_id, HASH, FIELD, spoiled)
    assert refused.value.code == "photo_differs"
    assert offset(store, report_id, HASH, FIELD) == 0
    assert add_piece(store, report_id, HASH, FIELD, CONTENT)[1].photos[HASH] == "received"


def test_more_than_was_named_is_refused(store, report_id):
    with pytest.raises(Refused) as refused:
        add_piece(store, report_id, HASH, FIELD, CONTENT + b"x")
    assert refused.value.code == "photo_too_long"


def test_a_server_stopped_at_the_last_byte_ends_its_work_when_asked(store, report_id, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("records.field_photos.photo_came", stopped)
        with pytest.raises(KeyboardInterrupt):
            add_piece(store, report_id, HASH, FIELD, CONTENT)
    assert len(pieces(store)) == 1
    assert offset(store, report_id, HASH, FIELD) == len(CONTENT)
    assert add_piece(store, report_id, HASH, FIELD, CONTENT)[1].photos[HASH] == "received"
    assert pieces(store) == []


def test_a_file_that_is_no_photo_is_refused_for_good_and_nothing_waits_for_it(store):
    report_id, content = new_id(), b"\xff\xd8\xff no photo"
    send(store, report(store, photos=[sent_photo(content)]), report_id=report_id)
    with pytest.raises(PhotoRefused):
        add_piece(store, report_id, digest(content), FIELD, content)
    assert pieces(store) == []
    _, receipt = add_piece(store, report_id, digest(content), FIELD, content)
    assert receipt.photos == {digest(content): "refused"}


@pytest.mark.parametrize(("named", "code"), [("0" * 64, "unknown_photo"), (HASH, "unknown_report")])
def test_a_photo_that_no_report_names_is_not_taken(store, report_id, named, code):
    asked = report_id if code == "unknown_photo" else new_id()
    with pytest.raises(Refused) as refused:
        add_piece(store, asked, named, FIELD, CONTENT)
    assert refused.value.code == code


def test_a_photo_is_taken_from_the_report_s_own_account_only(store, report_id):
    with pytest.raises(Refused) as refused:
        add_piece(store, report_id, HASH, PLANNER, CONTENT)
    assert refused.value.code == "other_account"


def test_what_does_not_go_on_coming_is_dropped_at_last(store, report_id):
    add_piece(store, report_id, HASH, FIELD, CONTENT[:HALF])
    drop_stale(store)
    (piece,) = pieces(store)
    old = piece.stat().st_mtime - STALE_AFTER_S - 60
    os.utime(piece.parent, (old, old))
    drop_stale(store)
    assert pieces(store) == []
    assert offset(store, report_id, HASH, FIELD) == 0


def test_what_is_kept_is_made_anew_without_what_the_file_carried(store, report_id):
    add_piece(store, report_id, HASH, FIELD, CONTENT)
    kept = [path for path in (store.var / "photos").rglob("*.jpg")]
    assert [path_of(path.stem, store.var) for path in kept] == kept
    assert all(path.read_bytes() != CONTENT for path in kept)
