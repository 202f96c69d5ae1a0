"""The data folder's way in and out: nothing of a value is lost, and what files say anew is offered."""

from __future__ import annotations

import csv
import json

import pytest
import shapely

from geo.check import check_folder
from geo.errors import DataFolderError
from geo.folder import read_workspace
from geo.network import Network
from geo.networkfile import NETWORK_FILES
from geo.schema import PLAN_FILE, TABLES, table
from records.actions import edit, step
from records.errors import BadValues, Forbidden, Refused
from records.folder_io import differences, export, fill, take_in_folder
from records.history import events
from records.rights import SYSTEM
from records.settings import REAL_DATA, Settings, sqlite_url
from records.store import open_store
from tests.folders import ROADS, ROWS, make_folder, with_row
from tests.records.helpers import FIELD, operation

FILES = (*(one.file for one in TABLES), PLAN_FILE)
SPELLINGS = {
    "accuracy_m": "50.0",
    "households": "0120",
    "poor_households": "0",
    "lat": "12.70000",
    "lon": "+109.22",
    "note": 'Nhà ông "Ba", gần cầu\nbên phải; hỏi trước',
}


def test_what_was_filled_in_comes_out_to_the_byte(store, tmp_path):
    export(store, tmp_path / "out")
    assert check_folder(tmp_path / "out").faults == ()
    for file in FILES:
        assert (tmp_path / "out" / file).read_bytes() == (store.data / file).read_bytes(), file


@pytest.mark.parametrize("folder", [REAL_DATA, REAL_DATA / "demo"], ids=["real", "demo"])
def test_so_do_the_folders_that_ship(folder, tmp_path):
    store = open_store(Settings(folder, tmp_path, sqlite_url(tmp_path / "store.db")))
    assert fill(store, operation(SYSTEM)) > 0
    export(store, tmp_path / "out")
    for file in FILES:
        assert (tmp_path / "out" / file).read_bytes() == (folder / file).read_bytes(), file
    assert read_workspace(tmp_path / "out").version == read_workspace(folder).version
    store.close()


def test_values_keep_how_they_were_written(empty_store, tmp_path):
    make_folder(empty_store.data, villages=with_row("villages", 0, **SPELLINGS))
    fill(empty_store, operation(SYSTEM))
    export(empty_store, tmp_path / "out")
    with (tmp_path / "out" / "villages.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert {name: row[name] for name in SPELLINGS} == SPELLINGS
    assert row["register_status"] == "official" and row["kind"] == "tổ dân phố"


def test_a_store_filled_from_an_export_is_the_same(backend, store, new_database, tmp_path):
    edit(store, "pano", "p1", {"radius_m": "812.50", "note": "mới"}, operation())
    export(store, tmp_path / "out")
    again = open_store(Settings(tmp_path / "out", tmp_path, new_database()))
    fill(again, operation(SYSTEM))
    assert again.workspace().version == store.workspace().version
    again.close()


def test_files_that_are_missing_are_written_empty(empty_store, tmp_path):
    optional = {one.name: None for one in TABLES if not (one.required or one.is_layer)}
    for name in optional:
        (empty_store.data / table(name).file).unlink()
    (empty_store.data / PLAN_FILE).unlink()
    fill(empty_store, operation(SYSTEM))
    export(empty_store, tmp_path / "out")
    assert check_folder(tmp_path / "out").faults == ()
    assert not (tmp_path / "out" / PLAN_FILE).exists()


def test_it_is_filled_once(store):
    before = store.version
    assert fill(store, operation(SYSTEM)) == 0
    assert store.version == before


def test_a_faulty_folder_fills_nothing(empty_store):
    make_folder(empty_store.data, panos=with_row("panos", 0, state="đẹp"))
    with pytest.raises(DataFolderError) as caught:
        fill(empty_store, operation(SYSTEM))
    assert caught.value.faults and empty_store.version == 0


def test_filling_is_a_right(empty_store):
    with pytest.raises(Forbidden):
        fill(empty_store, operation(FIELD))


class TestDifferences:
    def test_unchanged_files_say_nothing_new(self, store):
        assert differences(store) == []

    def test_what_the_store_changed_itself_is_no_difference(self, store):
        edit(store, "pano", "p1", {"note": "mới"}, operation())
        assert differences(store) == []

    def test_row_by_row_against_what_was_said_and_what_is_stored(self, store):
        edit(store, "pano", "p1", {"radius_m": 850}, operation())
        make_folder(store.data, panos=with_row("panos", 0, radius_m=900, note="đo lại"))
        (found,) = differences(store)
        assert (found.entity, found.entity_id, found.kind, found.row) == ("pano", "p1", "changed", 2)
        assert [(one.field, one.before, one.after, one.stored) for one in found.changes] == [
            ("radius_m", "800", "900", "850"),
            ("note", None, "đo lại", None),
        ]

    def test_a_condition_and_its_day_are_told_and_taken_together(self, store, clock):
        """The file says what was found on one day; the store must not date it on another."""
        clock.pass_by(days=30)
        step(store, "pano", "p1", "inspect", operation(), values={"condition": "good"})
        make_folder(store.data, panos=with_row("panos", 0, condition="minor_damage"))
        (found,) = differences(store)
        filed = ROWS["panos"][0]["checked_on"]
        assert [(one.field, one.after) for one in found.changes] == [
            ("condition", "minor_damage"),
            ("checked_on", filed),
        ]
        (taken,) = take_in_folder(store, [found], operation(source="import"))
        assert taken.refusal is None
        pano = store.workspace().panos.loc["p1"]
        assert (pano["condition"], pano["checked_on"]) == ("good", store.today)

    def test_a_number_written_otherwise_is_no_difference(self, store):
        make_folder(store.data, panos=with_row("panos", 0, radius_m="800.0"))
        assert differences(store) == []

    def test_new_rows_and_rows_that_are_gone(self, store):
        new = {"id": "d2", "name": "Trường học", "commune_code": "22489"}
        make_folder(store.data, venues=[*ROWS["venues"], new], works=[])
        assert {(one.entity_id, one.kind) for one in differences(store)} == {("d2", "new"), ("w1", "gone")}

    def test_a_faulty_folder_is_told(self, store):
        make_folder(store.data, works=with_row("works", 0, pano_id="p9"))
        with pytest.raises(DataFolderError) as caught:
            differences(store, lang="en")
        assert [fault.code for fault in caught.value.faults] == ["dangling"]


class TestTakingIn:
    def test_what_is_chosen_goes_the_way_of_every_change(self, store):
        edit(store, "pano", "p1", {"radius_m": 850}, operation())
        make_folder(store.data, panos=with_row("panos", 0, radius_m=900, note="đo lại"))
        (taken,) = take_in_folder(store, differences(store), operation(source="import"))
        assert taken.receipt.outcome == "needs_decision"
        assert [one.field for one in taken.receipt.conflicts] == ["radius_m"]
        pano = store.workspace().panos.loc["p1"]
        assert (pano["radius_m"], pano["note"]) == (850, "đo lại")
        assert differences(store) == []

    def test_what_is_not_chosen_is_still_offered(self, store):
        make_folder(store.data, panos=with_row("panos", 0, note="a"), venues=with_row("venues", 0, note="b"))
        pano, venue = differences(store)
        take_in_folder(store, [pano], operation())
        assert differences(store) == [venue]

    def test_rows_that_refer_to_new_rows(self, store, tmp_path):
        village = {"id": "v5", "name": "Mới", "commune_code": "22504", "register_status": "reported"}
        panos = with_row("panos", 1, village_id="v5")
        make_folder(store.data, villages=[*ROWS["villages"], village], panos=panos)
        taken = take_in_folder(store, reversed(differences(store)), operation())
        assert [one.refusal for one in taken] == [None, None]
        export(store, tmp_path / "out")
        assert read_workspace(tmp_path / "out").version == read_workspace(store.data).version

    def test_a_row_that_is_refused_stops_no_other(self, store):
        make_folder(
            store.data, panos=with_row("panos", 0, note="a"), works=with_row("works", 0, state="done")
        )
        taken = take_in_folder(store, differences(store), operation())
        refusal = {one.difference.entity: one.refusal for one in taken}
        assert refusal["pano"] is None and isinstance(refusal["work"], Refused)
        assert store.workspace().works.loc["w1", "state"] == "approved"
        assert [one.entity for one in differences(store)] == ["work"]

    def test_twice_is_once(self, store):
        make_folder(store.data, panos=with_row("panos", 0, note="a"))
        chosen, op = differences(store), operation()
        first = take_in_folder(store, chosen, op)
        version = store.version
        assert take_in_folder(store, chosen, op) == first
        assert store.version == version

    def test_a_row_that_is_gone_stays_in_the_store(self, store):
        make_folder(store.data, works=[])
        take_in_folder(store, differences(store), operation())
        assert list(store.workspace().works.index) == ["w1"]
        assert differences(store) == []

    def test_the_plan_is_taken_in_whole_and_its_past_is_kept(self, store, clock):
        before = clock.now
        clock.pass_by(days=1)
        make_folder(store.data, plan='number = "2/KH-UBND"\n')
        take_in_folder(store, differences(store), operation())
        assert store.workspace().plan.number == "2/KH-UBND"
        assert store.workspace(before).plan.number == "1/KH-UBND"
        with store.reading() as connection:
            assert [one.action for one in events(connection, "document", PLAN_FILE)] == ["imported"] * 2

    def test_a_layer_is_taken_in_if_the_whole_still_fits(self, store):
        rows = with_row("communes_2023", 0, population=9000)
        make_folder(store.data, communes_2023=rows)
        take_in_folder(store, differences(store), operation())
        assert store.workspace().units("2023").loc[rows[0]["code"], "population"] == 9000

    def test_a_layer_that_the_store_outgrew_is_refused(self, store):
        edit(store, "pano", "p2", {"lat": 12.755, "lon": 109.275, "commune_code": "22492"}, operation())
        shrunk = with_row("communes_2023", 1, geometry=shapely.box(109.24, 12.72, 109.2401, 12.7201))
        village = with_row("villages", 3, lat="", lon="", accuracy_m="")
        make_folder(store.data, communes_2023=shrunk, villages=village)
        chosen = [one for one in differences(store) if one.entity == "document"]
        before = store.version
        with pytest.raises(BadValues, match="outside"):
            take_in_folder(store, chosen, operation())
        assert store.version == before

    def test_roads_are_the_stores_own_once_they_are_taken_in(self, store, clock, tmp_path):
        before, straight = clock.now, store.workspace()
        clock.pass_by(days=1)
        file = store.data / NETWORK_FILES[0]
        file.write_text(ROADS, encoding="utf-8")
        assert store.workspace() is straight
        (one,) = differences(store)
        assert (one.entity_id, one.kind) == (file.name, "new")
        take_in_folder(store, [one], operation())
        assert isinstance(store.workspace().ruler, Network)
        assert store.workspace(before).ruler == straight.ruler
        export(store, tmp_path / "out")
        assert (tmp_path / "out" / file.name).read_bytes() == file.read_bytes()

    def test_roads_that_are_gone_from_the_folder_count_no_more(self, store, tmp_path):
        file = store.data / NETWORK_FILES[0]
        file.write_text(ROADS, encoding="utf-8")
        take_in_folder(store, differences(store), operation())
        file.unlink()
        assert isinstance(store.workspace().ruler, Network)
        take_in_folder(store, differences(store), operation())
        assert not isinstance(store.workspace().ruler, Network)
        assert differences(store) == []
        export(store, tmp_path / "out")
        assert check_folder(tmp_path / "out").faults == ()

    def test_a_file_that_changed_since_it_was_chosen_is_refused(self, store):
        make_folder(store.data, plan='number = "2/KH-UBND"\n')
        chosen = differences(store)
        make_folder(store.data, plan='number = "3/KH-UBND"\n')
        with pytest.raises(Refused, match="changed_meanwhile"):
            take_in_folder(store, chosen, operation())

    def test_it_is_a_right(self, store):
        with pytest.raises(Forbidden):
            take_in_folder(store, [], operation(FIELD))


def test_layers_come_out_as_json_that_others_read(store, tmp_path):
    export(store, tmp_path / "out")
    layer = json.loads((tmp_path / "out" / "communes.geojson").read_text(encoding="utf-8"))
    assert len(layer["features"]) == len(store.workspace().units("2023"))
