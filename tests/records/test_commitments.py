"""What is promised against what is proven: by hand on small folders, and sums that must agree on the demo."""

from datetime import date
from pathlib import Path

import pytest

from geo.check import check_folder
from geo.folder import read_workspace
from geo.terms import CHANNELS
from records.commitments import STAGES, STATUSES, by_channel, deeds, money, plan_money, standings
from tests.folders import GIA, LANH, ROWS, THO, make_folder, with_row

DATA = Path(__file__).resolve().parents[2] / "data"
ON = date(2023, 12, 31)


def workspace(tmp_path, commitment="", *, ends_on="2024-12-31", **tables):
    plan = f'ends_on = {ends_on}\n[[commitment]]\nid = "c1"\ntext = "Việc"\n{commitment}\n'
    return read_workspace(make_folder(tmp_path / "data", plan=plan, **tables))


def standing(tmp_path, commitment="", *, on=ON, **settings):
    (one,) = standings(workspace(tmp_path, commitment, **settings), on=on)
    return one


def activity(place, **values):
    """Return an activity of the commitment: done, with evidence, unless said otherwise."""
    common = {
        "id": f"x{place}",
        "channel": "leaflet",
        "state": "done",
        "starts_on": "2023-08-01",
        "scope": "communes",
        "commune_codes": GIA,
        "evidence": "Biên bản",
        "plan_ref": "c1",
    }
    return common | values


def work(place, **values):
    return {"id": f"w{place}", "pano_id": "p1", "kind": "build", "state": "done", "plan_ref": "c1"} | values


@pytest.mark.parametrize(
    ("values", "stage"),
    [
        ({}, "proven"),
        ({"evidence": ""}, "unproven"),
        ({"starts_on": "2024-01-01"}, "open"),
        ({"state": "planned"}, "open"),
        ({"state": "cancelled"}, "cancelled"),
    ],
)
def test_stage_of_an_activity(tmp_path, values, stage):
    one = standing(tmp_path, 'channel = "leaflet"', works=[], activities=[activity(1, **values)])
    assert one.rows == {name: (("activities", "x1"),) if name == stage else () for name in STAGES}


@pytest.mark.parametrize(
    ("state", "stage"),
    [
        ("done", "proven"),
        ("awaiting_acceptance", "open"),
        ("rejected", "open"),
        ("approved", "open"),
        ("surveyed", "proposed"),
        ("cancelled", "cancelled"),
    ],
)
def test_stage_of_a_work_order(tmp_path, state, stage):
    one = standing(tmp_path, 'kind = "build"\ntarget = 1', works=[work(1, state=state)])
    assert one.rows[stage] == (("works", "w1"),)
    assert one.proven == (stage == "proven")
    assert (one.status == "met") == (stage == "proven")


def test_a_row_that_names_no_commitment_stands_for_none(tmp_path):
    rows = [activity(1, plan_ref=""), activity(2, plan_ref="c9"), activity(3)]
    ws = workspace(tmp_path, 'channel = "leaflet"', works=[], activities=rows)
    (one,) = standings(ws, on=ON)
    assert one.rows["proven"] == (("activities", "x3"),)
    assert deeds(ws, on=ON)["commitment"].tolist() == ["", "", "c1"]


def test_panos_are_counted_once_all_their_approved_work_is_done(tmp_path):
    commitment = 'kind = "repair_frame"\nunit = "pano"\ntarget = 1'
    repair = [work(1, kind="repair_frame"), work(2, kind="replace_canvas", state="approved")]
    half = standing(tmp_path / "half", commitment, works=repair)
    assert (half.proven, half.open, half.status) == (0, 1, "under_way")
    repair[1]["state"] = "done"
    whole = standing(tmp_path / "whole", commitment, works=repair)
    assert (whole.proven, whole.open, whole.status) == (1, 0, "met")
    by_work = standing(tmp_path / "works", commitment.replace("pano", "việc"), works=repair)
    assert (by_work.measure, by_work.proven) == ("works", 2)


def test_only_works_of_its_kind_count(tmp_path):
    works = [work(1), work(2, pano_id="p2", kind="remove")]
    one = standing(tmp_path, 'kind = "build"\ntarget = 2', works=works, activities=[activity(1)])
    assert one.proven == 1
    assert set(one.rows["proven"]) == {("works", "w1"), ("works", "w2"), ("activities", "x1")}


def test_communes_are_counted_once(tmp_path):
    rows = [
        activity(1, commune_codes=f"{GIA};{THO}"),
        activity(2, scope="villages", commune_codes="", village_ids="v1"),
        activity(3, scope="district", commune_codes=""),
        activity(4, commune_codes=f"{THO};{LANH}", state="planned"),
    ]
    one = standing(tmp_path, 'channel = "leaflet"\ntarget = 3\nunit = "xã, thị trấn"', activities=rows)
    assert (one.measure, one.proven, one.open) == ("communes", 2, 1)


def test_quantities_are_added_in_the_unit_of_the_target_and_the_rest_is_told(tmp_path):
    commitment = 'channel = "leaflet"\ntarget = 100\nunit = "Tờ"'
    rows = [
        activity(1, quantity=60, unit="tờ"),
        activity(2, quantity=40, unit="tờ", evidence=""),
        activity(3, unit="tờ"),
        activity(4, quantity=7, unit="thùng"),
    ]
    one = standing(tmp_path, commitment, activities=rows)
    assert (one.proven, one.unproven, one.open) == (60, 40, 0)
    assert one.uncounted == 2 and one.status == "under_way"
    unknown = standing(tmp_path / "unknown", commitment, activities=rows[2:3])
    assert unknown.proven is None and unknown.status == "under_way"


def test_activities_are_counted_where_the_unit_is_an_occasion(tmp_path):
    rows = [activity(1, quantity=40, unit="người dự"), activity(2, quantity=30, unit="người dự")]
    one = standing(tmp_path, 'channel = "dialogue"\ntarget = 2\nunit = "buổi"', activities=rows)
    assert (one.measure, one.proven, one.status) == ("activities", 2, "met")
    other = standing(tmp_path / "b", 'channel = "dialogue"\ntarget = 2\nunit = "câu hỏi"', activities=rows)
    assert (other.measure, other.proven, other.status) == ("", None, "under_way")


@pytest.mark.parametrize(
    ("commitment", "rows", "ends_on", "status"),
    [
        ('kind = "report"', [], "2023-01-31", "untracked"),
        ('channel = "press"', [], "2024-12-31", "not_started"),
        ('channel = "press"', [], "2023-12-30", "late"),
        ('channel = "press"', [], "2023-12-31", "not_started"),
        ('channel = "press"', [activity(1)], "2023-12-30", "some"),
        ('channel = "press"\ntarget = 2', [activity(1)], "2023-12-30", "late"),
        (
            'channel = "press"',
            [activity(1), activity(2, state="planned", starts_on="")],
            "2024-12-31",
            "under_way",
        ),
        ('channel = "press"', [activity(1, state="planned", ends_on="2023-12-30")], "2024-12-31", "late"),
        (
            'channel = "press"',
            [activity(1, state="planned", ends_on="2023-12-31")],
            "2024-12-31",
            "under_way",
        ),
        ('channel = "press"', [activity(1, state="cancelled")], "2024-12-31", "not_started"),
    ],
)
def test_status(tmp_path, commitment, rows, ends_on, status):
    one = standing(tmp_path, commitment, ends_on=ends_on, works=[], activities=rows)
    assert one.status == status and status in STATUSES


ENDED = "2023-12-30"


@pytest.mark.parametrize(
    ("unit", "rows", "status"),
    [
        ("câu hỏi", [activity(1)], "some"),
        ("tờ", [activity(1, unit="tờ")], "some"),
        ("tờ", [activity(1, unit="tờ"), activity(2, unit="tờ", quantity=60)], "some"),
        ("tờ", [activity(1, unit="tờ", quantity=60)], "late"),
        ("câu hỏi", [activity(1, evidence="")], "late"),
        ("câu hỏi", [activity(1), activity(2, state="planned", ends_on=ENDED)], "late"),
    ],
)
def test_a_target_is_missed_only_where_that_can_be_told(tmp_path, unit, rows, status):
    commitment = f'channel = "leaflet"\ntarget = 100\nunit = "{unit}"'
    one = standing(tmp_path / "after", commitment, ends_on=ENDED, works=[], activities=rows)
    assert one.status == status
    if status == "some":
        before = standing(tmp_path / "before", commitment, works=[], activities=rows)
        assert before.status == "under_way"


def test_a_target_of_nothing_is_refused(tmp_path):
    folder = make_folder(tmp_path / "data", plan='[[commitment]]\nid = "c1"\ntext = "Việc"\ntarget = 0\n')
    (fault,) = check_folder(folder).faults
    assert (fault.file, fault.column, fault.value) == ("plan.toml", "commitment[1].target", "0")


def test_an_overdue_work_order_makes_its_commitment_late(tmp_path):
    works = [work(1, state="approved", due_on="2023-12-30", pano_id="p2")]
    one = standing(tmp_path, 'kind = "build"\ntarget = 1', works=works)
    assert one.status == "late" and one.late == (("works", "w1"),)


def test_money_keeps_what_is_unknown_apart(tmp_path):
    rows = [
        activity(1, cost_vnd=1_000_000),
        activity(2, cost_vnd=500_000, evidence=""),
        activity(3),
        activity(4, state="planned"),
        activity(5, state="cancelled", cost_vnd=9_000_000),
    ]
    works = [work(1, pano_id="p2", state="proposed", cost_vnd=12_000_000)]
    ws = workspace(tmp_path, works=works, activities=rows)
    paid = money(deeds(ws, on=ON))
    assert (paid.spent_vnd, paid.spent_unknown) == (1_500_000, 1)
    assert (paid.open_vnd, paid.open_unknown) == (None, 1), "what is not recorded is no sum of 0"
    assert (paid.proposed_vnd, paid.proposed_unknown) == (12_000_000, 0)
    assert paid.unknown == 2
    assert paid.left_of(10_000_000) == 8_500_000
    assert paid.left_of(1_000_000) == -500_000, "more was spent than there is"
    assert paid.left_of(None) is None


def test_without_a_recorded_cost_it_is_not_known_what_a_plan_has_spent(tmp_path):
    def spent(name, *rows):
        return plan_money(deeds(workspace(tmp_path / name, works=[], activities=rows), on=ON)).spent_vnd

    assert spent("nothing") is None
    assert spent("planned", activity(1, state="planned", cost_vnd=1_000_000)) is None
    assert spent("elsewhere", activity(1, plan_ref="", cost_vnd=1_000_000)) is None
    assert spent("blank", activity(1)) is None
    assert spent("free", activity(1, cost_vnd=0), activity(2)) == 0


def test_what_is_left_is_neither_spent_nor_approved_and_what_is_only_proposed_takes_nothing(tmp_path):
    works = [
        work(1, pano_id="p1", state="done", cost_vnd=2_000_000),
        work(2, pano_id="p2", state="approved", cost_vnd=3_000_000),
        work(3, pano_id="p2", kind="repair_frame", state="proposed", cost_vnd=9_000_000),
    ]
    rows = [activity(1, cost_vnd=1_000_000), activity(2, plan_ref="", cost_vnd=7_000_000)]
    paid = plan_money(deeds(workspace(tmp_path, works=works, activities=rows), on=ON))
    assert paid.left_of(10_000_000) == 10_000_000 - (2_000_000 + 3_000_000 + 1_000_000)
    assert paid.unknown == 0


def test_channels_of_a_small_folder(tmp_path):
    rows = [
        activity(1, quantity=60, unit="tờ", commune_codes=f"{GIA};{THO}"),
        activity(2, scope="villages", commune_codes="", village_ids="v1;v2", evidence=""),
        activity(3, state="planned", ends_on="2023-10-01"),
        activity(4, state="cancelled"),
        activity(5, channel="portal", scope="district", commune_codes=""),
    ]
    table = by_channel(deeds(workspace(tmp_path, activities=rows), on=ON))
    assert table.index.tolist() == ["leaflet", "portal"]
    leaflet = table.loc["leaflet"].to_dict()
    expected = {"planned": 1, "done": 2, "proven": 1, "cancelled": 1, "late": 1, "villages": 2, "communes": 2}
    assert {name: leaflet[name] for name in expected} == expected
    assert leaflet["quantities"] == (("tờ", 60.0),)
    assert leaflet["ids"] == ("x1", "x2", "x3", "x4")


def test_nothing_recorded_is_nothing_proven(tmp_path):
    ws = workspace(tmp_path, 'channel = "leaflet"\ntarget = 3', works=[], activities=[])
    assert deeds(ws, on=ON).empty
    assert by_channel(deeds(ws, on=ON)).empty
    (one,) = standings(ws, on=ON)
    assert (one.proven, one.status) == (0, "not_started")
    no_plan = read_workspace(make_folder(tmp_path / "no_plan", plan=""))
    assert standings(no_plan, on=ON) == []


@pytest.mark.parametrize("folder", ["", "demo"])
@pytest.mark.parametrize("on", [ON, date(2026, 11, 23)])
def test_parts_add_up_to_the_whole(folder, on):
    ws = read_workspace(DATA / folder)
    of = deeds(ws, on=on)
    assert len(of) == len(ws.works) + len(ws.activities)
    stands = standings(ws, on=on, of=of)
    named = [row for one in stands for rows in one.rows.values() for row in rows]
    assert len(named) == len(set(named)) == (of["commitment"] != "").sum()
    assert sum(one.money.spent_vnd for one in stands) == (plan_money(of).spent_vnd or 0)
    channels = by_channel(of)
    assert set(channels.index) <= set(CHANNELS)
    counts = channels[["planned", "done", "cancelled"]].to_numpy().sum()
    assert counts == len(ws.activities)
    assert channels["spent_vnd"].sum() == money(of[of["table"] == "activities"]).spent_vnd
    assert (channels["proven"] <= channels["done"]).all()


def test_of_the_plan_of_2023_nothing_is_proven_until_someone_records_it():
    stands = standings(read_workspace(DATA), on=ON)
    assert {one.proven for one in stands} == {0, None}
    assert {one.status for one in stands} == {"under_way", "untracked"}
    assert {one.status for one in standings(read_workspace(DATA), on=date(2024, 1, 1))} == {
        "late",
        "untracked",
    }


def test_the_rows_of_the_small_folder_are_all_there(tmp_path):
    of = deeds(read_workspace(make_folder(tmp_path / "data")), on=ON)
    assert of["id"].tolist() == [row["id"] for name in ("works", "activities") for row in ROWS[name]]
    assert with_row("works", 0)[0]["cost_vnd"] == of["cost_vnd"][0]
