"""The cheapest next village: costs as recorded or named, gains that add up, nothing made up."""

from datetime import date
from itertools import chain, combinations
from pathlib import Path

import pandas as pd
import pytest

from geo.folder import read_workspace
from geo.siting import siting
from geo.terms import WEIGHTS
from records.cheapest import MEANS, means, recorded_costs
from records.commitments import deeds, plan_money
from tests.folders import GIA, LANH, THO, make_folder
from tests.geo.spaces import workspace

DATA = Path(__file__).resolve().parents[2] / "data"
ON = date(2026, 10, 1)


@pytest.fixture(scope="module")
def demo():
    ws = read_workspace(DATA / "demo")
    return ws, deeds(ws, on=ON)


def by_name(ws, of, **asked):
    weight = asked.pop("weight", "villages")
    found = means(ws, siting(ws, on=ON, weight=weight), of, **({"left": None} | asked))
    assert [one.name for one in found] == list(MEANS)
    return {one.name: one for one in found}


def activity(place, channel, **values):
    common = {"id": f"x{place}", "channel": channel, "state": "done", "starts_on": "2023-08-01"}
    return common | {"scope": "villages", "village_ids": "v1;v3", "cost_vnd": 600_000} | values


def test_costs_are_those_that_were_recorded(tmp_path):
    communes = {"scope": "communes", "village_ids": "", "commune_codes": f"{GIA};{LANH}"}
    activities = [
        activity(1, "leaflet"),
        activity(2, "leaflet", **communes),
        activity(3, "leaflet", cost_vnd=None),
        activity(4, "leaflet", state="planned", cost_vnd=9_000_000),
        activity(5, "loudspeaker", **communes),
        activity(6, "loudspeaker", scope="district", village_ids="", cost_vnd=9_000_000),
        activity(7, "dialogue", cost_vnd=3_000_000),
    ]
    ws = read_workspace(make_folder(tmp_path / "data", activities=activities))
    # Leaflets: to two villages, and to all of two communes that are no history.
    in_communes = ws.villages["commune_code"].isin([GIA, LANH])
    listed = (in_communes & (ws.villages["register_status"] != "historical")).sum()
    assert listed < in_communes.sum()
    leaflet = pd.Series([600_000 / 2, 600_000 / listed]).median()
    expected = {
        "pano": (None, 0),
        "leaflet": (round(leaflet), 2),
        "loudspeaker": (300_000, 1),
        "dialogue": (3_000_000, 1),
    }
    assert recorded_costs(ws, deeds(ws, on=ON)) == expected


def test_what_nobody_recorded_stays_unknown(tmp_path):
    ws = read_workspace(make_folder(tmp_path / "data", works=[], activities=[]))
    of = deeds(ws, on=ON)
    for one in by_name(ws, of, left=10_000_000).values():
        assert (one.cost_vnd, one.recorded, one.times, one.paid) == (None, 0, None, None)


def test_a_cost_that_a_planner_names_counts_instead(demo):
    ws, of = demo
    one = by_name(ws, of, left=10_000_000, named={"dialogue": 2_500_000})["dialogue"]
    assert (one.cost_vnd, one.recorded) == (2_500_000, 0)
    assert 1 <= one.times <= 4


def test_what_costs_nothing_is_done_as_often_as_it_adds_anything(demo):
    ws, of = demo
    target = set(siting(ws, on=ON).target.index)
    free, cheap = (by_name(ws, of, left=10**9, named=dict.fromkeys(MEANS, vnd)) for vnd in (0, 1))
    for name in MEANS:
        assert free[name].cost_vnd == 0 and free[name].paid == cheap[name].paid
        assert name == "pano" or set(free[name].paid.villages) == target


def test_panos_are_as_many_as_villages_weigh(demo):
    """One site reaches most villages; the two beside it reach fewer, but more households that are known."""
    north_m = {"p": 0, "x": 1000, "z": 1500, "w": 1500, "y": 2000, "q": 3000}
    households = {"p": 4, "x": 5, "z": pd.NA, "w": pd.NA, "y": 5, "q": 4}
    lat = {name: 12.7 + metres / 110_600 for name, metres in north_m.items()}
    villages = [{"name": one, "lat": lat[one], "lon": 109.2, "households": households[one]} for one in lat]
    sites = pd.DataFrame({"label": "", "lat": [12.7 + m / 110_600 for m in (1500, 500, 2500)], "lon": 109.2})
    ws = workspace(villages=villages)
    question = siting(ws, on=ON, weight="households", radius_m=600, candidates=sites)
    best = [question.best(count) for count in (1, 2)]
    assert [len(set(chain.from_iterable(plan.sites["villages"]))) for plan in best] == [4, 4]
    found = {one.name: one for one in means(ws, question, demo[1].iloc[:0], left=2, named={"pano": 1})}
    assert (found["pano"].times, found["pano"].paid.households) == (2, best[1].objective)
    assert best[1].objective > best[0].objective


def test_a_dialogue_is_as_large_as_those_held_by_the_day(tmp_path):
    held = activity(1, "dialogue", village_ids="v1;v2")
    ws = read_workspace(make_folder(tmp_path / "data", activities=[held], panos=[], works=[]))
    question = siting(ws, on=ON, channels=["pano"])
    *_, before = means(ws, question, deeds(ws, on=date(2023, 7, 31)), left=None)
    *_, after = means(ws, question, deeds(ws, on=ON), left=None)
    assert (before.name, len(before.once.villages)) == ("dialogue", 1)
    assert set(after.once.villages) == {"v1", "v2"}


@pytest.mark.parametrize("weight", WEIGHTS)
def test_money_is_never_overspent_and_gains_are_targets(demo, weight):
    ws, of = demo
    left = plan_money(of).left_of(ws.plan.budget_vnd)
    target = set(siting(ws, on=ON).target.index)
    for one in by_name(ws, of, left=left, weight=weight).values():
        assert one.times * one.cost_vnd <= left
        for gain in (one.once, one.paid):
            assert set(gain.villages) <= target and len(set(gain.villages)) == len(gain.villages)
            known = ws.villages["households"].loc[list(gain.villages)]
            assert (gain.households, gain.households_unknown) == (known.sum(), known.isna().sum())
        assert set(one.once.villages) <= set(one.paid.villages) or one.name == "pano"


def test_a_round_goes_where_it_reaches_most(demo):
    ws, of = demo
    target = siting(ws, on=ON).target.index
    most = ws.villages.loc[target].groupby("commune_code").size().max()
    found = by_name(ws, of)
    assert len(found["loudspeaker"].once.villages) == most
    communes = ws.villages["commune_code"].loc[list(found["dialogue"].once.villages)]
    assert communes.nunique() == 1


def test_where_as_many_villages_are_reached_those_with_most_households_come_first(demo):
    ws, of = demo
    households = ws.villages["households"].loc[siting(ws, on=ON).target.index]
    found = by_name(ws, of, leaflet_villages=5)
    assert found["leaflet"].once.households == households.nlargest(5).sum()
    by_commune = households.groupby(ws.villages["commune_code"]).agg(["size", "sum"])
    assert (by_commune["size"] == by_commune["size"].max()).sum() > 1
    assert found["loudspeaker"].once.households == by_commune.sort_values(["size", "sum"])["sum"].iloc[-1]


def test_of_equal_households_the_poorer_village_comes_first_and_the_unknown_last(demo):
    known = {"unknown": (pd.NA, 9), "richer": (50, 2), "untold": (50, pd.NA), "poorer": (50, 7)}
    villages = [
        {"name": name, "households": households, "poor_households": poor}
        for name, (households, poor) in known.items()
    ]
    ws = workspace(villages=villages)
    ranked = by_name(ws, demo[1].iloc[:0], leaflet_villages=4)["leaflet"].once.villages
    assert [ws.villages.at[id_, "name"] for id_ in ranked] == ["poorer", "richer", "untold", "unknown"]


def test_leaflets_go_to_those_with_most_poor_households(demo):
    ws, of = demo
    target = siting(ws, on=ON, weight="poor_households").target
    chosen = by_name(ws, of, weight="poor_households", leaflet_villages=2)["leaflet"].once.villages
    best = max(target["weight"].loc[list(pair)].sum() for pair in combinations(target.index, 2))
    assert target["weight"].loc[list(chosen)].sum() == best


def test_no_village_is_left(tmp_path):
    everywhere = activity(1, "leaflet", scope="communes", village_ids="", commune_codes=f"{GIA};{LANH};{THO}")
    ws = read_workspace(make_folder(tmp_path / "data", activities=[everywhere]))
    found = by_name(ws, deeds(ws, on=ON), left=34_000_000)
    assert all(one.once.villages == () for one in found.values())
    assert found["leaflet"].times == 0
