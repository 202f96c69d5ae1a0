"""Photos before and after: one pair for each work order that is done, and none of what was removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from geo.workspace import Workspace
from records.actions import edit, remove_photo
from records.photo_pairs import photo_pairs
from tests.records.helpers import PLANNER, operation, photo


def ended(workspace: Workspace) -> Workspace:
    return replace(workspace, works=workspace.works.assign(state="done"))


def add(store, *photos):
    return edit(store, "work", "w1", {}, operation(PLANNER, photos=photos))


def pairs(store, *, most: int = 9, workspace: Workspace | None = None):
    with store.reading() as connection:
        return photo_pairs(connection, workspace or ended(store.workspace()), most=most)


def test_the_first_before_and_the_last_after_of_what_is_done(store):
    late = replace(photo(store, "before", of="sent"), taken_at=datetime(2024, 2, 28, 18, tzinfo=UTC))
    add(store, late)
    assert pairs(store) == []
    add(store, photo(store, "before", of="again"), photo(store, "after", of="first"))
    last = photo(store, "finished", of="last")
    add(store, last)
    (pair,) = pairs(store)
    assert (pair.work_id, pair.before, pair.after) == ("w1", late.hash, last.hash)
    # Six in the evening in London is the next day in Vietnam.
    assert (pair.before_on, pair.after_on) == (date(2024, 2, 29), None)
    assert pairs(store, most=0) == []


def test_what_is_not_done_and_what_was_removed_is_not_shown(store):
    before, after = photo(store, "before"), photo(store, "after")
    receipt = add(store, before, after)
    assert pairs(store, workspace=store.workspace()) == []
    assert len(pairs(store)) == 1
    remove_photo(store, receipt.event_id, after.hash, operation(reason="chụp nhầm"))
    assert pairs(store) == []
