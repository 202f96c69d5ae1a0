"""The figures of a report: those of coverage, each with its rows, the same on both sets of units."""

from datetime import date

import pytest

from geo.folder import read_workspace
from geo.terms import CLASSES
from reports.results import FIGURES, MONEY, STEPS, UNKNOWN, results
from tests.folders import make_folder, with_row
from tests.reports.conftest import DATA, ON

SAME_ON_BOTH_UNITS = set(FIGURES) - {
    "communes",
    "communes_with_pano",
    "communes_without_pano",
    "communes_register_complete",
    "registers_incomplete",
}


@pytest.mark.parametrize("folder", ["", "demo"])
@pytest.mark.parametrize("units", ["2023", "2025"])
@pytest.mark.parametrize("on", [date(2023, 12, 31), ON])
def test_every_figure_that_coverage_has_is_that_of_coverage(folder, units, on):
    found = results(read_workspace(DATA / folder), on=on, units=units)
    summary = found.reach.to_dict()["summary"]
    shared = summary.keys() & found.figures.keys()
    assert shared >= {"villages", *CLASSES, "panos_now", "panos_plan", "communes_without_pano"}
    assert {name: found.value(name) for name in shared} == {name: summary[name] for name in shared}
    assert found.communes["panos_now"].sum() == found.value("panos_now")
    assert len(found.unreached) == found.value("villages") - found.value("reached")


def test_every_count_has_so_many_rows_which_exist(found):
    ws = found.workspace
    ids = {name: set(getattr(ws, name).index) for name in ("villages", "panos", "works", "activities")}
    ids["communes"] = set(ws.units("2023").index)
    ids["commitments"] = {one.id for one in ws.plan.commitments}
    for name, figure in found.figures.items():
        assert len(set(figure.rows)) == len(figure.rows)
        assert all(key in ids[table] for table, key in figure.rows)
        if not name.endswith("_vnd"):
            assert figure.value == len(figure.rows), name


def test_every_sum_is_that_of_its_rows(found):
    costs = found.deeds.set_index(["table", "id"])["cost_vnd"]
    for name in set(MONEY) - {"budget_vnd", "remaining_vnd"}:
        figure = found.figures[name]
        assert figure.value == sum(int(costs[row]) for row in figure.rows)
    gone = found.value("spent_vnd") + found.value("open_vnd")
    assert found.value("remaining_vnd") == found.plan.budget_vnd - gone


@pytest.mark.parametrize("folder", ["", "demo"])
def test_both_sets_of_units_add_up_to_the_same(folder):
    ws = read_workspace(DATA / folder)
    old, new = (results(ws, on=ON, units=units) for units in ("2023", "2025"))
    for name in SAME_ON_BOTH_UNITS:
        assert old.figures[name].value == new.figures[name].value, name
    columns = ["villages", *CLASSES, "panos_now"]
    assert old.communes[columns].sum().equals(new.communes[columns].sum())
    assert set(old.unreached.index) == set(new.unreached.index)


def test_figures_that_are_said_exist():
    assert {*UNKNOWN, *STEPS, *MONEY} <= set(FIGURES)
    assert len(FIGURES) == len(set(FIGURES))


def test_nothing_but_unrecorded_costs_is_no_sum(tmp_path):
    works = with_row("works", 0, cost_vnd="", plan_ref="c1")
    found = results(read_workspace(make_folder(tmp_path, works=works)), on=ON)
    assert found.value("open_vnd") is None and found.value("open_unknown") == 1
    assert found.value("spent_vnd") is None and found.value("remaining_vnd") == found.plan.budget_vnd
    unplanned = results(read_workspace(make_folder(tmp_path / "b", plan="")), on=ON)
    assert unplanned.value("budget_vnd") is None and unplanned.value("remaining_vnd") is None


def test_what_asks_for_something_to_be_done(tmp_path):
    panos = with_row("panos", 0, condition="minor_damage", checked_on="2026-01-01")
    works = with_row("works", 0, state="awaiting_acceptance", due_on="2026-11-22")
    ws = read_workspace(make_folder(tmp_path, panos=panos, works=works))
    found = results(ws, on=ON)
    assert (
        found.figures["panos_to_repair"].rows == found.figures["inspections_due"].rows == (("panos", "p1"),)
    )
    assert found.figures["works_awaiting"].rows == found.figures["works_overdue"].rows == (("works", "w1"),)
    repaired = [*works, {"id": "w2", "pano_id": "p1", "kind": "repair_frame", "state": "approved"}]
    ws = read_workspace(make_folder(tmp_path / "b", panos=panos, works=repaired))
    assert results(ws, on=ON).value("panos_to_repair") == 0
    assert results(ws, on=date(2026, 11, 22)).value("works_overdue") == 0
