"""Every rule of reach as an example, and all of them together against brute force over geodesics."""

import json
from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import (
    activities_that_count,
    coverage,
    pano_radius,
    panos_that_count,
    registers_complete,
)
from geo.days import today
from geo.errors import ArgumentError, UnitsError
from geo.terms import (
    CHANNELS,
    CLASSES,
    LEDGER_CHANNELS,
    PANO_CONDITIONS,
    PANO_STATES,
    REACHING_CHANNELS,
    WORK_STATES,
    WORK_STATES_COMMITTED,
)
from geo.workspace import Plan
from tests.geo.brute import brute_coverage
from tests.geo.spaces import ON, SUCCESSORS, workspace
from tests.geo.worlds import DAY, LAT, LON, PANO, at, metres, points, worlds


def result(ws, village="v1", **options):
    return coverage(ws, on=options.pop("on", ON), **options).villages.loc[village]


def classes(ws, **options):
    return coverage(ws, on=options.pop("on", ON), **options).villages["class"].tolist()


@pytest.mark.parametrize(
    ("metres", "village_m", "pano_m", "expected"),
    [
        (999.999, 0, 0, "reached"),
        (1000.001, 0, 0, "unreached"),
        (799.999, 150, 50, "reached"),
        (800.001, 150, 50, "possible"),
        (1199.999, 150, 50, "possible"),
        (1200.001, 150, 50, "unreached"),
        (999.999, float("nan"), float("nan"), "reached"),
        (1000.001, float("nan"), float("nan"), "unreached"),
        (0, 1000, 0, "reached"),
        (0, 1000.001, 0, "possible"),
    ],
)
def test_reach_by_distance_takes_both_accuracies_into_account(metres, village_m, pano_m, expected):
    ws = workspace(villages=[at(metres, accuracy_m=village_m)], panos=[PANO | {"accuracy_m": pano_m}])
    assert result(ws)["class"] == expected
    assert result(ws)["basis"] == "distance" if expected == "reached" else pd.isna(result(ws)["basis"])


@pytest.mark.parametrize("named", [{"village_id": "v1"}, {"serves": ("v9", "v1")}])
@pytest.mark.parametrize("place", [{}, at(50_000)])
def test_a_pano_reaches_what_it_names_however_far(named, place):
    ws = workspace(villages=[place, at(0)], panos=[PANO | named])
    assert result(ws)[["class", "basis"]].tolist() == ["reached", "explicit"]


def test_a_pano_without_a_point_reaches_what_it_names_alone():
    ws = workspace(villages=[at(0), at(0)], panos=[{"serves": ("v2",)}])
    assert classes(ws) == ["unreached", "reached"]
    assert coverage(ws, on=ON).villages["nearest_pano"].isna().all()


def test_radius_is_the_panos_own_else_that_of_the_plan():
    panos = [at(0), at(0, radius_m=500.0)]
    assert pano_radius(workspace(panos=panos)).tolist() == [Plan().pano_radius_m, 500]
    assert pano_radius(workspace(panos=panos, plan=Plan(pano_radius_m=700))).tolist() == [700, 500]
    ws = workspace(villages=[at(800)], panos=[at(0)], plan=Plan(pano_radius_m=700))
    assert classes(ws) == ["unreached"]


def test_a_village_without_a_point_is_never_placed():
    ws = workspace(villages=[{}], panos=[PANO])
    found = coverage(ws, on=ON)
    assert found.villages["class"].tolist() == ["no_location"]
    assert pd.isna(found.villages["nearest_pano_m"]["v1"])
    assert found.channel_now.loc["v1"].to_dict() == {
        channel: "no_location" if channel == "pano" else "unreached" for channel in REACHING_CHANNELS
    }
    assert classes(ws, channels=["leaflet"]) == ["unreached"]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("scope", "reached", "basis"),
    [("villages", {"v1"}, "explicit"), ("communes", {"v1", "v2"}, "commune"), ("district", set(), None)],
)
def test_an_activity_reaches_by_its_scope_and_channel(channel, scope, reached, basis):
    activity = {
        "channel": channel,
        "scope": scope,
        "village_ids": ("v1",) if scope == "villages" else (),
        "commune_codes": ("101",) if scope == "communes" else (),
    }
    ws = workspace(villages=[at(0), {}, at(0, commune_code="102")], activities=[activity])
    found = coverage(ws, on=ON, channels=[channel])
    expected = set() if channel in LEDGER_CHANNELS else reached
    assert set(found.villages.index[found.villages["class"] == "reached"]) == expected
    assert set(found.villages["basis"].dropna()) == ({basis} if expected else set())


def test_a_code_of_an_activity_is_that_of_2023_whatever_units_are_shown():
    activity = {"scope": "communes", "commune_codes": ("101",)}
    ws = workspace(villages=[at(0), at(0, commune_code="103")], activities=[activity])
    for units, codes in (("2023", ["101", "103"]), ("2025", ["201", "101"])):
        found = coverage(ws, on=ON, units=units)
        assert found.villages["commune_code"].tolist() == codes
        assert found.villages["class"].tolist() == ["reached", "unreached"]


@pytest.mark.parametrize(
    ("state", "starts_on", "expected"),
    [
        ("done", None, "reached"),
        ("done", ON, "reached"),
        ("done", ON + DAY, "unreached"),
        ("planned", None, "planned"),
        ("planned", ON + DAY, "planned"),
        ("planned", ON - DAY, "planned"),
        ("cancelled", None, "unreached"),
    ],
)
def test_when_an_activity_counts(state, starts_on, expected):
    activity = {"state": state, "starts_on": starts_on, "village_ids": ("v1",)}
    assert classes(workspace(villages=[at(0)], activities=[activity])) == [expected]


@pytest.mark.parametrize("state", PANO_STATES)
@pytest.mark.parametrize("condition", PANO_CONDITIONS)
@pytest.mark.parametrize("until", [None, ON - DAY, ON, ON + DAY])
def test_which_panos_count_now(state, condition, until):
    pano = PANO | {"state": state, "condition": condition, "content_until": until}
    ws = workspace(villages=[at(0)], panos=[pano])
    counts = state == "in_service" and condition != "major_damage" and until != ON - DAY
    assert classes(ws) == ["reached" if counts else "unreached"]


@pytest.mark.parametrize(
    ("pano", "kinds", "expected"),
    [
        ({"state": "planned", "condition": "unchecked"}, ["build"], "planned"),
        ({"state": "building", "condition": "major_damage"}, ["build"], "planned"),
        ({"state": "planned"}, ["repair_frame", "replace_canvas"], "unreached"),
        ({"condition": "major_damage"}, ["repair_frame"], "planned"),
        ({"condition": "major_damage"}, ["replace_canvas"], "unreached"),
        ({"content_until": ON - DAY}, ["replace_canvas"], "planned"),
        ({"content_until": ON - DAY}, ["repair_frame"], "unreached"),
        ({"content_until": ON - DAY, "condition": "major_damage"}, ["repair_frame"], "unreached"),
        (
            {"content_until": ON - DAY, "condition": "major_damage"},
            ["replace_canvas", "repair_frame"],
            "planned",
        ),
        ({"state": "suspended"}, ["repair_frame"], "unreached"),
        ({"condition": "major_damage"}, ["remove", "repair_frame"], "unreached"),
        ({"state": "planned"}, ["remove", "build"], "unreached"),
    ],
)
def test_what_approved_work_adds_to_the_plan(pano, kinds, expected):
    works = [{"pano_id": "p1", "kind": kind} for kind in kinds]
    assert classes(workspace(villages=[at(0)], panos=[PANO | pano], works=works)) == [expected]


@pytest.mark.parametrize("state", WORK_STATES)
def test_only_open_approved_work_counts_in_the_plan(state):
    ws = workspace(
        villages=[at(0)], panos=[PANO | {"state": "planned"}], works=[{"pano_id": "p1", "state": state}]
    )
    assert classes(ws) == ["planned" if state in WORK_STATES_COMMITTED else "unreached"]


def test_an_approved_removal_takes_a_pano_out_of_the_plan_alone():
    ws = workspace(villages=[at(0)], panos=[PANO], works=[{"pano_id": "p1", "kind": "remove"}])
    assert result(ws)[["class", "now", "plan", "basis"]].tolist() == [
        "reached",
        "reached",
        "unreached",
        "distance",
    ]


def test_work_on_one_pano_changes_no_other():
    panos = [PANO | {"state": "planned"}, PANO | {"state": "planned"}]
    ws = workspace(panos=panos, works=[{"pano_id": "p2"}, {"pano_id": "unknown"}])
    assert panos_that_count(ws, ON, "plan").tolist() == [False, True]


@pytest.mark.parametrize(
    ("village", "expected"),
    [
        (at(0), ["reached", "reached", "reached"]),
        (at(0, 0, accuracy_m=5000), ["possible", "possible", "possible"]),
        ({}, ["no_location", "no_location", "no_location"]),
        (at(90_000), ["unreached", "unreached", "unreached"]),
    ],
)
def test_classes_of_a_pano_alone(village, expected):
    found = result(workspace(villages=[village], panos=[PANO]))
    assert found[["class", "now", "plan"]].tolist() == expected


def test_reached_in_plan_comes_before_possible_now():
    village = at(0, accuracy_m=5000)
    ws = workspace(villages=[village], panos=[PANO, {"village_id": "v1", "state": "planned"}],
                   works=[{"pano_id": "p2"}])  # fmt: skip
    assert result(ws)[["class", "now", "plan"]].tolist() == ["planned", "possible", "reached"]


def test_possible_only_in_plan_is_possible():
    ws = workspace(
        villages=[at(0, accuracy_m=5000)], panos=[PANO | {"state": "planned"}], works=[{"pano_id": "p1"}]
    )
    assert result(ws)[["class", "now", "plan"]].tolist() == ["possible", "unreached", "possible"]


def test_basis_is_the_strongest_of_what_reaches_now_else_in_plan():
    by_commune = {"scope": "communes", "commune_codes": ("101",)}
    ws = workspace(villages=[at(0)], activities=[by_commune])
    assert result(ws)["basis"] == "commune"
    ws = workspace(villages=[at(0)], activities=[by_commune], panos=[PANO])
    assert result(ws)["basis"] == "distance"
    assert result(ws, channels=["leaflet"])["basis"] == "commune"
    planned = {"state": "planned", "village_ids": ("v1",)}
    ws = workspace(villages=[at(0)], activities=[by_commune, planned], panos=[PANO])
    assert result(ws)["basis"] == "distance"
    ws = workspace(villages=[at(0)], activities=[planned])
    assert result(ws)[["class", "basis"]].tolist() == ["planned", "explicit"]


def test_the_same_village_is_reached_by_leaflet_and_not_by_pano():
    ws = workspace(villages=[at(0)], activities=[{"village_ids": ("v1",)}])
    assert result(ws, channels=["pano"])["class"] == "unreached"
    assert result(ws, channels=["leaflet"])["class"] == "reached"
    assert result(ws)["class"] == "reached"


def test_a_channel_of_the_ledger_may_be_chosen_and_reaches_nothing():
    ws = workspace(villages=[{}], activities=[{"channel": "press", "village_ids": ("v1",)}])
    assert classes(ws, channels=["press"]) == ["unreached"]
    assert classes(ws, channels=["press", "pano"]) == ["no_location"]


def test_nearest_pano_counts_now_and_the_first_wins_a_tie():
    panos = [at(100) | {"state": "planned"}, at(3000), at(2000, 0), at(2000, 0)]
    found = result(workspace(villages=[at(0)], panos=panos))
    assert found["nearest_pano"] == "p3"
    assert found["nearest_pano_m"] == 2000


def test_historical_names_are_listed_and_in_no_total():
    villages = [at(0), at(0, register_status="historical"), {"register_status": "reported"}]
    found = coverage(workspace(villages=villages, panos=[PANO]), on=ON)
    assert found.villages["counted"].tolist() == [True, False, True]
    assert found.villages["class"].tolist() == ["reached", "reached", "no_location"]
    assert found.summary["villages"] == 2
    assert found.summary["reached"] == 1
    assert found.communes["villages"]["101"] == 2


def test_a_register_is_complete_when_as_many_official_villages_are_listed():
    villages = [at(0), at(0), at(0, register_status="reported"), at(0, register_status="historical")]
    for official, complete in ((2, True), (3, False), (4, False), (1, False)):
        assert registers_complete(workspace(villages=villages, official={"101": official}), "2023")[
            "101"
        ] == (complete)
    assert not registers_complete(workspace(villages=villages), "2023").any()


@pytest.mark.parametrize(
    ("official", "official_2025", "complete"),
    [
        ({"101": 1, "102": 1}, {}, True),
        ({"101": 1}, {}, False),
        ({"101": 1}, {"201": 2}, True),
        ({}, {"201": 3}, False),
        ({"101": 1, "102": 2}, {}, False),
    ],
)
def test_a_register_of_2025_is_complete_by_itself_or_by_its_members(official, official_2025, complete):
    villages = [at(0), at(0, commune_code="102"), at(0, commune_code="103")]
    ws = workspace(villages=villages, official=official, official_2025=official_2025)
    assert registers_complete(ws, "2025").to_dict() == {"101": False, "201": complete}


def test_a_share_is_given_only_where_the_register_is_complete():
    villages = [at(0), at(5000), at(0, commune_code="102")]
    ws = workspace(villages=villages, panos=[PANO], official={"101": 2})
    found = coverage(ws, on=ON)
    assert found.communes["share"]["101"] == 0.5
    assert found.communes["share"].drop("101").isna().all()
    assert found.summary["share"] is None
    ws = workspace(villages=villages, panos=[PANO], official={"101": 2, "102": 1, "103": 0})
    assert coverage(ws, on=ON).summary["share"] == pytest.approx(2 / 3)


def test_the_summary_tells_panos_and_the_communes_that_have_one():
    panos = [at(0), at(0, commune_code="102", state="planned"), at(0, commune_code="103", state="retired")]
    ws = workspace(panos=panos, works=[{"pano_id": "p2"}], official={"103": 0})
    summary = coverage(ws, on=ON).summary
    assert {key: summary[key] for key in summary if key.startswith(("communes", "panos"))} == {
        "communes": len(SUCCESSORS),
        "communes_register_complete": 1,
        "communes_with_pano": 1,
        "communes_without_pano": len(SUCCESSORS) - 1,
        "panos_now": 1,
        "panos_plan": 2,
        "panos_standing": 1,
    }


def test_what_is_not_known_is_refused():
    ws = workspace(villages=[at(0)])
    with pytest.raises(UnitsError, match="2024"):
        coverage(ws, units="2024")
    with pytest.raises(ArgumentError, match="tv"):
        coverage(ws, channels=["pano", "tv"])
    with pytest.raises(ArgumentError, match="2023-12-31"):
        coverage(ws, on="2023-12-31")
    for counts in (panos_that_count, activities_that_count):
        with pytest.raises(ArgumentError, match="later"):
            counts(ws, ON, "later")


def test_the_date_is_today_where_none_is_given():
    assert coverage(workspace()).on == today()
    assert coverage(workspace(), on=datetime(2023, 6, 7, 12)).on == date(2023, 6, 7)


def test_channels_are_as_chosen_each_once():
    chosen = coverage(workspace(villages=[{}]), channels=["leaflet", "pano", "leaflet"])
    assert chosen.channels == ("leaflet", "pano")
    assert list(chosen.channel_now) == list(chosen.channel_plan) == ["leaflet", "pano"]
    assert coverage(workspace()).channels == coverage(workspace(), channels=[]).channels == REACHING_CHANNELS


# ---- all rules together ----

units = st.sampled_from(["2023", "2025"])
chosen_channels = st.sampled_from([(), ("pano",), ("leaflet",), ("press", "pano"), ("leaflet", "dialogue")])


@given(worlds(), units, chosen_channels)
def test_coverage_is_that_of_brute_force(world, units, channels):
    ws = workspace(**world)
    found = coverage(ws, on=ON, units=units, channels=channels).to_dict()
    expected = brute_coverage(ws, ON, units, channels)
    assert found["villages"] == expected["villages"]
    assert found["communes"] == expected["communes"]
    assert {key: found["summary"][key] for key in expected["counts"]} == expected["counts"]


@settings(max_examples=50)
@given(worlds(), chosen_channels)
def test_counts_add_up_on_both_sets_of_units(world, channels):
    ws = workspace(**world)
    old, new = (coverage(ws, on=ON, units=units, channels=channels) for units in ("2023", "2025"))
    counts = ["villages", *CLASSES]
    for found in (old, new):
        assert found.communes[counts].sum().to_dict() == {key: found.summary[key] for key in counts}
        assert sum(found.summary[name] for name in CLASSES) == found.villages["counted"].sum()
    assert {key: old.summary[key] for key in counts} == {key: new.summary[key] for key in counts}
    pd.testing.assert_series_equal(old.villages["class"], new.villages["class"])


@settings(max_examples=50)
@given(worlds())
def test_the_plan_holds_what_counts_now_but_for_removals(world):
    world["works"] = [work for work in world["works"] if work["kind"] != "remove"]
    found = coverage(workspace(**world), on=ON).villages
    assert (found["plan"].cat.codes <= found["now"].cat.codes).all()


@settings(max_examples=50)
@given(worlds(), points, metres)
def test_one_more_pano_never_takes_reach_away(world, place, radius):
    before = coverage(workspace(**world), on=ON).villages
    more = [*world["panos"], {"id": "new", "radius_m": radius, **place}]
    after = coverage(workspace(**world | {"panos": more}), on=ON).villages
    for run in ("now", "plan", "class"):
        assert (after[run].cat.codes <= before[run].cat.codes).all()


# ---- handing on ----


def sample():
    villages = [at(0, name="Đầm Môn"), {"commune_code": "103", "name": "=1+1"}]
    return coverage(workspace(villages=villages, panos=[at(1234.5678)]), on=ON, channels=["pano", "leaflet"])


def test_the_json_contract_to_the_letter():
    text = json.dumps(sample().to_dict(), allow_nan=False)
    data = json.loads(text)
    assert list(data) == ["on", "units", "channels", "villages", "communes", "summary"]
    assert data["on"] == "2023-12-31"
    assert data["units"] == "2023"
    assert data["channels"] == ["pano", "leaflet"]
    assert data["villages"] == [
        {
            "id": "v1",
            "name": "Đầm Môn",
            "commune_code": "101",
            "counted": True,
            "class": "unreached",
            "now": "unreached",
            "plan": "unreached",
            "basis": None,
            "nearest_pano": "p1",
            "nearest_pano_m": 1234.57,
            "channels": {
                "pano": {"now": "unreached", "plan": "unreached"},
                "leaflet": {"now": "unreached", "plan": "unreached"},
            },
        },
        {
            "id": "v2",
            "name": "=1+1",
            "commune_code": "103",
            "counted": True,
            "class": "no_location",
            "now": "no_location",
            "plan": "no_location",
            "basis": None,
            "nearest_pano": None,
            "nearest_pano_m": None,
            "channels": {
                "pano": {"now": "no_location", "plan": "no_location"},
                "leaflet": {"now": "unreached", "plan": "unreached"},
            },
        },
    ]
    keys = "id name commune_code counted class now plan basis nearest_pano nearest_pano_m channels"
    assert list(data["villages"][0]) == keys.split()
    keys = "code name register_complete villages reached planned possible no_location unreached"
    assert [list(commune) for commune in data["communes"]] == [keys.split()] * len(SUCCESSORS)
    assert list(data["summary"])[:7] == ["register_complete", "villages", *CLASSES]


def test_geojson_places_what_has_a_point():
    data = json.loads(json.dumps(sample().to_geojson(), allow_nan=False))
    first, second = data["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": pytest.approx([LON, LAT])}
    assert first["properties"]["pano_now"] == "unreached"
    assert second["geometry"] is None
    assert second["properties"]["class"] == "no_location"
    assert all(not isinstance(value, (dict, list)) for value in first["properties"].values())


def test_an_empty_workspace_has_an_empty_coverage():
    found = coverage(workspace(), on=ON)
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["villages"] == []
    assert data["summary"]["villages"] == 0
    assert found.to_geojson()["features"] == []
    assert len(found.to_csv().splitlines()) == 1
