"""The file that a phone saves is the same reports as by air: what arrives both ways is one event."""

import base64
import json

import pytest

from records.errors import Forbidden, Refused
from records.field_body import Report
from records.field_files import take_in
from records.field_photos import add_piece
from records.field_reports import receive
from tests.records.helpers import FIELD, PLANNER
from tests.records.reports import body, digest, jpeg, new_events, new_id, sent_photo

CONTENT = jpeg()


def queue(store, *reports, **changes):
    photos = {digest(CONTENT): base64.b64encode(CONTENT).decode()}
    file = {
        "kind": "outreach-field-queue",
        "version": 1,
        "workspace": "own",
        "account": {"id": FIELD.id, "name": FIELD.name},
        "saved_at": store.clock().isoformat(),
        "reports": list(reports),
        "photos": photos,
    }
    return json.dumps(file | changes).encode()


def author_of(account_id):
    return FIELD if account_id == FIELD.id else None


def bring(store, content, actor=PLANNER):
    return take_in(store, "own", content, actor, author_of=author_of)


def test_a_file_is_taken_in_with_its_photos_as_its_author_s(store):
    sent = body(store, condition="minor_damage", photos=[sent_photo(CONTENT)])
    before = store.version
    (taken,) = bring(store, queue(store, sent | {"id": str(new_id())}))
    assert taken.refusal is None
    assert taken.receipt.outcome == "stored"
    assert set(taken.receipt.photos.values()) == {"received"}
    (event,) = new_events(store, before)
    assert (event.actor_id, event.source) == (FIELD.id, "field")


@pytest.mark.parametrize("by_air_first", [True, False])
def test_what_comes_both_ways_is_one_event(store, by_air_first):
    sent, report_id, before = (
        body(store, word="Còn tốt", photos=[sent_photo(CONTENT)]),
        new_id(),
        store.version,
    )
    file = queue(store, sent | {"id": str(report_id)})

    def by_air():
        receive(store, report_id, Report.model_validate(sent), FIELD)
        return add_piece(store, report_id, digest(CONTENT), FIELD, CONTENT)[1]

    def by_file():
        return bring(store, file)[0].receipt

    ways = (by_air, by_file) if by_air_first else (by_file, by_air)
    first, second, third = ways[0](), ways[1](), by_file()
    assert len(new_events(store, before)) == 1
    assert first.parts == second.parts == third.parts
    assert third.repeated


def test_of_an_account_that_is_no_more_everything_is_in_review(store):
    sent = body(store, condition="good") | {"id": str(new_id()), "made_by": "a-gone"}
    (taken,) = bring(store, queue(store, sent, account={"id": "a-gone", "name": "Tư"}))
    assert taken.receipt.outcome == "in_review"


def test_one_report_that_cannot_be_read_keeps_no_other_from_coming(store):
    good = body(store, word="x") | {"id": str(new_id())}
    bad = [good | {"id": "x"}, {"id": str(new_id())}, good | {"id": str(new_id()), "made_by": "a-other"}]
    taken = bring(store, queue(store, *bad, good))
    assert [one.refusal.code if one.refusal else None for one in taken] == [
        "report_unreadable",
        "report_unreadable",
        "other_account",
        None,
    ]


def test_a_photo_that_is_spoiled_or_missing_keeps_no_report_from_coming(store):
    sent = body(store, word="x", photos=[sent_photo(CONTENT), sent_photo(jpeg("red"))])
    file = queue(store, sent | {"id": str(new_id())}, photos={digest(CONTENT): "?"})
    (taken,) = bring(store, file)
    assert taken.refusal.code == "photo_differs"
    assert set(taken.receipt.photos.values()) == {"missing"}


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[]", b'{"kind": "other"}', b"[" * 100_000, b'{"kind": 1, "version": 2}']
)
def test_any_other_file_is_refused(store, content):
    with pytest.raises(Refused) as refused:
        bring(store, content)
    assert refused.value.code == "not_a_queue"


def test_a_file_of_another_workspace_is_refused(store):
    with pytest.raises(Refused) as refused:
        bring(store, queue(store, workspace="demo"))
    assert refused.value.code == "other_workspace"


def test_files_are_brought_by_those_who_may_import(store):
    with pytest.raises(Forbidden):
        bring(store, queue(store), actor=FIELD)
