"""Plans of several years live in one folder and one store, and each counts its own deeds."""

from dataclasses import replace

import pytest

from geo.check import check_folder
from geo.folder import read_workspace
from records.commitments import deeds, standings
from records.folder_io import differences, export, fill, take_in_folder
from records.rights import SYSTEM
from records.settings import Settings, sqlite_url
from records.store import open_store
from tests.folders import make_folder, with_row
from tests.records.helpers import START, operation

LATER = """\
number = "2/KH-UBND"
starts_on = 2024-01-01
ends_on = 2024-12-31
budget_vnd = 50000000

[[commitment]]
id = "n1"
text = "Phát tờ rơi"
channel = "leaflet"
target = 2
unit = "buổi"
"""


@pytest.fixture
def folder(tmp_path):
    folder = make_folder(tmp_path / "data", activities=with_row("activities", 1, plan_ref="n1"))
    (folder / "plan_2024.toml").write_text(LATER, encoding="utf-8")
    return folder


@pytest.fixture
def store(folder, tmp_path):
    settings = Settings(folder, tmp_path / "var", sqlite_url(tmp_path / "store.db"))
    store = open_store(settings)
    fill(store, operation(SYSTEM))
    yield store
    store.close()


def test_the_plan_in_force_comes_first_and_others_by_their_start(folder):
    (folder / "plan_2025.toml").write_text('number = "3"\nstarts_on = 2025-01-01\n', encoding="utf-8")
    workspace = read_workspace(folder)
    assert workspace.plans[0] == workspace.plan
    assert [plan.file for plan in workspace.plans] == ["plan.toml", "plan_2025.toml", "plan_2024.toml"]


def test_each_plan_counts_its_own_deeds(folder):
    workspace = read_workspace(folder)
    later = workspace.plans[1]
    on = START.date()
    assert [one.commitment.id for one in standings(workspace, on=on)] == ["c1"]
    (standing,) = standings(workspace, on=on, plan=later)
    assert standing.commitment.id == "n1" and standing.rows["open"] == (("activities", "a2"),)
    assert "a2" not in set(deeds(workspace, on=on)["id"])
    assert "a2" in set(deeds(workspace, on=on, plan=later)["id"])


def test_a_commitment_of_the_same_id_in_two_plans_is_a_fault(folder):
    (folder / "plan_2024.toml").write_text(LATER.replace('"n1"', '"c1"'), encoding="utf-8")
    (fault,) = check_folder(folder).faults
    assert (fault.file, fault.column, fault.value) == ("plan_2024.toml", "commitment[1].id", "c1")


def test_a_fault_names_the_plan_that_it_is_in(folder):
    (folder / "plan_2024.toml").write_text("budget_vnd = 'nhiều'", encoding="utf-8")
    assert {fault.file for fault in check_folder(folder).faults} == {"plan_2024.toml"}


def test_all_plans_go_in_and_come_out_to_the_byte(store, folder, tmp_path):
    export(store, tmp_path / "out")
    for file in ("plan.toml", "plan_2024.toml"):
        assert (tmp_path / "out" / file).read_bytes() == (folder / file).read_bytes()
    stored, read = store.workspace(), read_workspace(folder)
    assert stored.plans == read.plans and stored.version == read.version


def test_a_plan_that_is_added_later_is_a_difference_that_can_be_taken_in(store, folder):
    (folder / "plan_2025.toml").write_text('number = "3/KH-UBND"\n', encoding="utf-8")
    (found,) = differences(store)
    assert (found.kind, found.entity_id) == ("new", "plan_2025.toml")
    take_in_folder(store, [found], operation(SYSTEM))
    assert {plan.number for plan in store.workspace().other_plans} == {"2/KH-UBND", "3/KH-UBND"}


def test_one_plan_alone_is_what_it_was(tmp_path):
    workspace = read_workspace(make_folder(tmp_path / "one"))
    assert workspace.plans == (workspace.plan,)
    assert replace(workspace, other_plans=()).plans == workspace.plans
