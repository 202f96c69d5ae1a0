"""A meeting's figures stay as they were, whatever comes later, or are refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from geo.coverage import coverage
from geo.networkfile import NETWORK_FILES
from records.actions import edit
from records.backup import backup, restore
from records.errors import Refused
from records.folder_io import differences, take_in_folder
from records.meetings import frozen, meeting_of, meetings, open_meeting
from records.settings import Settings
from records.store import open_store
from tests.folders import ROADS
from tests.records.helpers import ADMIN, operation


@pytest.fixture
def meeting(store):
    return open_meeting(store, operation(ADMIN), title=" Họp giao ban ", on=store.today, units="2023")


def test_a_snapshot_gives_the_same_figures_whatever_comes_later(store, clock, meeting):
    snapshot = meeting.snapshot
    before = coverage(frozen(store, snapshot), on=snapshot.on).to_dict()
    clock.pass_by(days=40)
    late = operation(happened_at=clock.now - timedelta(days=41))
    edit(store, "pano", "p1", {"condition": "major_damage", "checked_on": "2024-02-28"}, late)
    after = frozen(store, meeting_of(store, meeting.id).snapshot)
    assert coverage(after, on=snapshot.on).to_dict() == before
    assert after.checksum(snapshot.on, snapshot.units, snapshot.channels) == snapshot.checksum
    assert coverage(store.workspace(), on=snapshot.on).to_dict() != before


def test_another_day_units_channel_or_content_is_another_checksum(store, meeting):
    workspace, day = frozen(store, meeting.snapshot), meeting.snapshot.on
    edit(store, "pano", "p1", {"note": "khác"}, operation())
    others = {
        workspace.checksum(day - timedelta(days=1), "2023", ()),
        workspace.checksum(day, "2025", ()),
        workspace.checksum(day, "2023", ("pano",)),
        store.workspace().checksum(day, "2023", ()),
    }
    assert len(others) == 4 and meeting.snapshot.checksum not in others


def test_opening_twice_is_one_meeting_and_the_newest_comes_first(store, clock):
    op = operation(ADMIN)
    options = {"on": store.today, "units": "2025", "channels": ("pano", "leaflet")}
    first = open_meeting(store, op, title="Một", **options)
    assert open_meeting(store, op, title="Một", **options) == first
    clock.pass_by(hours=1)
    second = open_meeting(store, operation(ADMIN), title="Hai", on=store.today, units="2023")
    assert meetings(store) == [second, first]
    assert first.snapshot.channels == ("pano", "leaflet") and first.is_open


def test_it_keeps_the_roads_that_it_was_opened_with(store, clock, meeting):
    file = store.data / NETWORK_FILES[0]
    file.write_text(ROADS, encoding="utf-8")
    clock.pass_by(days=1)
    take_in_folder(store, differences(store), operation())
    along = open_meeting(store, operation(ADMIN), title="Theo đường", on=store.today, units="2023")
    file.unlink()
    clock.pass_by(days=1)
    take_in_folder(store, differences(store), operation())
    assert frozen(store, meeting.snapshot).ruler == store.workspace().ruler
    assert frozen(store, along.snapshot).ruler != store.workspace().ruler


def test_it_goes_with_a_backup_to_where_there_is_no_data_folder(store, new_database, tmp_path):
    (store.data / NETWORK_FILES[0]).write_text(ROADS, encoding="utf-8")
    take_in_folder(store, differences(store), operation())
    held = open_meeting(store, operation(ADMIN), title="Họp", on=store.today, units="2023")
    backup(store, tmp_path / "b.zip")
    other = open_store(Settings(tmp_path / "none" / store.data.name, tmp_path / "other", new_database()))
    restore(other, tmp_path / "b.zip")
    assert frozen(other, meeting_of(other, held.id).snapshot).version == frozen(store, held.snapshot).version
    other.close()


def test_figures_that_are_no_longer_those_are_refused(store, meeting):
    with pytest.raises(Refused, match="snapshot_differs"):
        frozen(store, replace(meeting.snapshot, checksum="00000000"))
