"""The board's order of work orders."""

from datetime import date

from geo.folder import read_folder
from geo.workspace import rows_of
from tests.folders import make_folder, with_row
from views.work_screen import by_due


def test_a_work_order_without_a_day_is_listed_after_those_with_one(tmp_path):
    works = [
        {"id": "w-none", "pano_id": "p1", "kind": "repair_frame", "state": "proposed"},
        {
            "id": "w-late",
            "pano_id": "p1",
            "kind": "replace_canvas",
            "state": "proposed",
            "due_on": "2024-05-01",
        },
        *with_row("works", 0, due_on="2024-02-01"),
    ]
    tables = read_folder(make_folder(tmp_path / "data", works=works)).workspace
    assert [work.name for work in by_due(tables.works)] == ["w1", "w-late", "w-none"]
    days = {key: work["due_on"] for key, work in rows_of(tables.works)}
    assert days == {"w-none": None, "w-late": date(2024, 5, 1), "w1": date(2024, 2, 1)}
