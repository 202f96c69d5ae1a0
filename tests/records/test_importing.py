"""An office's file in the store: foretold, taken in once, conflicts told."""

import csv
import io

import openpyxl
import pytest

from geo.schema import table
from geo.text import Words
from records.actions import edit
from records.errors import Forbidden
from records.importing import prepare, take_in
from records.imports.headings import heading_of
from records.imports.workbooks import refused_sheet
from tests.folders import ROWS
from tests.records.helpers import ADMIN, FIELD, PLANNER, operation

FIRST = ROWS["villages"][0]


def office_file(kind, rows, columns):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([heading_of(name, table(kind), "vi") for name in columns])
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return text.getvalue().encode()


def counted(**households):
    """Return a file that gives villages a number of households."""
    rows = [
        row | {"households": households[row["id"]]} for row in ROWS["villages"] if row["id"] in households
    ]
    return office_file("villages", rows, ("id", "name", "commune_code", "register_status", "households"))


def prepared(store, content, kind="villages", **options):
    return prepare(store, content, f"{kind}.csv", kind, actor=PLANNER, **options)


def households(store, village):
    return store.workspace().villages.at[village, "households"]


def test_a_preview_waits_for_nobody_and_nobody_for_it(store):
    with store.writing():
        file = prepared(store, counted(v1=77, v2=5))
    assert len(file.differences) == 2


def test_a_preview_leaves_nothing_behind(store):
    version = store.version
    file = prepared(store, counted(v1=77, v2=5))
    assert [one.entity_id for one in file.differences] == ["v1", "v2"]
    assert store.version == version
    assert households(store, "v1") == FIRST["households"]


def test_what_was_shown_is_taken_in_once(store):
    file, op = prepared(store, counted(v1=77, v2=5)), operation(source="import")
    preview, taken = take_in(store, file, op)
    assert [one.receipt.outcome for one in taken] == ["stored", "stored"]
    assert (preview.accepted, preview.rejected) == (2, 0)
    assert (households(store, "v1"), households(store, "v2")) == (77, 5)
    version = store.version
    _, again = take_in(store, file, op)
    assert [one.receipt for one in again] == [one.receipt for one in taken]
    assert all(one.receipt.is_repeated for one in again)
    assert store.version == version


def test_a_row_with_nothing_new_is_no_difference(store):
    file = prepared(store, counted(v1=FIRST["households"]))
    assert file.differences == ()
    assert file.preview.same == ("v1",)


def test_the_row_of_the_sheet_is_told(store):
    file = prepared(store, counted(v1=FIRST["households"], v2=5))
    assert [one.row for one in file.differences] == [3]


def test_a_change_meanwhile_waits_for_a_decision_and_the_rest_goes_in(store):
    file = prepared(store, counted(v1=77, v2=5))
    edit(store, "village", "v1", {"households": 99}, operation(), seen={"households": FIRST["households"]})
    _, taken = take_in(store, file, operation(source="import"))
    assert [one.receipt.outcome for one in taken] == ["needs_decision", "stored"]
    (conflict,) = taken[0].receipt.conflicts
    assert (conflict.was, conflict.theirs, conflict.mine) == (str(FIRST["households"]), "99", "77")
    assert (households(store, "v1"), households(store, "v2")) == (99, 5)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_the_store_refuses_is_a_fault_and_in_the_sheet_that_goes_back(store, lang):
    columns = ("id", "pano_id", "kind", "state", "note")
    work = ROWS["works"][0]
    content = office_file("works", [work | {"state": "done"}], columns)
    file = prepared(store, content, kind="works", lang=lang)
    (fault,) = file.preview.faults
    assert (fault.row, fault.problem) == (2, Words(lang)("records.refused.state_by_step"))
    assert (file.preview.accepted, file.preview.rejected, file.differences) == (0, 1, ())
    sheet = openpyxl.load_workbook(io.BytesIO(refused_sheet(file.preview))).active
    cells = [cell.value for cell in sheet[2]]
    assert cells[0] == work["id"]
    assert any(fault.problem in str(cell) for cell in cells)


def test_only_those_who_may_import_do(store):
    with pytest.raises(Forbidden):
        prepare(store, counted(v1=77), "a.csv", "villages", actor=FIELD)
    file = prepared(store, counted(v1=77))
    with pytest.raises(Forbidden):
        take_in(store, file, operation(FIELD, source="import"))
    assert households(store, "v1") == FIRST["households"]


def test_a_file_without_ids_rewrites_no_work_order_that_has_ended(store):
    columns = ("pano_id", "kind", "state", "cost_vnd")
    done = {"pano_id": "p1", "kind": "repair_frame", "state": "done", "cost_vnd": 5_000_000}
    content = office_file("works", [done], columns)
    take_in(store, prepare(store, content, "w.csv", "works", actor=ADMIN), operation(ADMIN, source="import"))
    (ended,) = set(store.workspace().works.index) - {"w1"}
    assert prepared(store, content, kind="works").preview.same == (ended,)
    again = office_file("works", [done | {"state": "proposed", "cost_vnd": 9_000_000}], columns)
    take_in(store, prepared(store, again, kind="works"), operation(source="import"))
    works = store.workspace().works
    assert works.at[ended, "cost_vnd"] == done["cost_vnd"]
    (new,) = set(works.index) - {"w1", ended}
    assert (works.at[new, "state"], works.at[new, "cost_vnd"]) == ("proposed", 9_000_000)
