"""A what-if says what computing everything again on the changed data says."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import coverage
from geo.errors import ArgumentError
from geo.ruler import StraightLines
from geo.terms import CHANNELS, CLASSES
from geo.whatif import Change, WhatIf, changed, net
from tests.geo.spaces import ON, SUCCESSORS, workspace

NEAR = st.integers(-15, 15).map(lambda n: n / 1000)
METRES = st.one_of(st.just(float("nan")), st.sampled_from([0.0, 100.0, 900.0]))
RADIUS = st.sampled_from([300.0, 1000.0, 2500.0])


def points(located=True):
    return st.tuples(NEAR, NEAR).map(lambda p: {"lat": 12.7 + p[0], "lon": 109.2 + p[1]} if located else {})


@st.composite
def rows(draw, kind):
    row = draw(st.one_of(points(), points(), points(located=False))) | {
        "accuracy_m": draw(METRES),
        "commune_code": draw(st.sampled_from(sorted(SUCCESSORS))),
    }
    if kind == "villages":
        return row | {"register_status": draw(st.sampled_from(["official", "official", "historical"]))}
    return row | {
        "radius_m": draw(st.one_of(st.just(float("nan")), RADIUS)),
        "state": draw(st.sampled_from(["in_service", "in_service", "planned", "retired"])),
        "village_id": draw(st.sampled_from(["", "", "v1"])),
        "serves": draw(st.sampled_from([(), (), ("v2", "v1", "v99")])),
    }


@st.composite
def spaces(draw):
    works = draw(
        st.lists(st.tuples(st.sampled_from("1234"), st.sampled_from(["build", "remove"])), max_size=3)
    )
    activities = draw(st.lists(st.sampled_from(CHANNELS[:3]), max_size=2))
    return workspace(
        villages=draw(st.lists(rows("villages"), min_size=1, max_size=8)),
        panos=draw(st.lists(rows("panos"), min_size=1, max_size=4)),
        works=[{"pano_id": f"p{n}", "kind": kind} for n, kind in works],
        activities=[{"channel": c, "village_ids": (f"v{n}",)} for n, c in enumerate(activities, start=1)],
    )


@st.composite
def changes_of(draw, ws):
    known, made = list(ws.panos.index), []
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["drop", "move", "resize", "retire"]))
        place = draw(points()) if kind in ("drop", "move") else {}
        if kind == "resize" or (place and draw(st.booleans())):
            place["radius_m"] = draw(RADIUS)
        id_ = f"new{number}" if kind == "drop" else draw(st.sampled_from(known))
        known += [id_] if kind == "drop" else []
        made.append(Change(kind, id_, **place))
    return made


@settings(max_examples=40)
@given(st.data(), st.sampled_from(["2023", "2025"]), st.sampled_from([None, ("pano",), ("leaflet", "pano")]))
def test_a_difference_is_that_of_two_coverages(data, units, channels):
    ws = data.draw(spaces())
    changes = data.draw(changes_of(ws))
    before, after = (
        coverage(one, on=ON, units=units, channels=channels) for one in (ws, changed(ws, changes))
    )
    found = WhatIf(ws, on=ON, units=units, channels=channels).difference(changes)
    old, new = (one.villages["class"].astype(str) for one in (before, after))
    assert found.villages["before"].astype(str).to_dict() == old[old != new].to_dict()
    assert found.villages["after"].astype(str).to_dict() == new[old != new].to_dict()
    for counts, one in ((found.before, before), (found.after, after)):
        assert counts == {name: one.summary[name] for name in CLASSES}
    net = after.communes[list(CLASSES)] - before.communes[list(CLASSES)]
    moved = net[(net != 0).any(axis=1)]
    there = found.communes[(found.communes != 0).any(axis=1)]
    assert there.sort_index().to_dict("index") == moved.sort_index().to_dict("index")


@settings(max_examples=40)
@given(st.data())
def test_what_changes_come_to_is_one_a_pano_and_changes_the_same(data):
    ws = data.draw(spaces())
    changes = data.draw(changes_of(ws))
    fewest = net(changes)
    assert len({one.pano_id for one in fewest}) == len(fewest) <= len(changes)
    assert net(fewest) == fewest
    all_, few = (coverage(changed(ws, made), on=ON).villages["class"] for made in (changes, fewest))
    assert few.tolist() == all_.tolist()


@settings(max_examples=40)
@given(st.data())
def test_a_pano_more_never_lowers_reach(data):
    ws = data.draw(spaces())
    drop = Change("drop", "new", **data.draw(points()), radius_m=data.draw(RADIUS))
    found = WhatIf(ws, on=ON).difference([drop])
    assert found.lost == ()
    assert found.after["reached"] == found.before["reached"] + len(found.gained)


PLACE = {"lat": 12.7, "lon": 109.2}


def test_what_is_gained_and_lost_is_told_by_the_counted_villages():
    villages = [PLACE, PLACE | {"register_status": "historical"}, {"lat": 12.8, "lon": 109.2}]
    what_if = WhatIf(workspace(villages=villages, panos=[PLACE]), on=ON)
    assert what_if.difference([]).villages.empty
    moved = what_if.difference([Change("move", "p1", lat=12.8, lon=109.2)])
    assert (moved.gained, moved.lost) == (("v3",), ("v1",))
    assert list(moved.villages.index) == ["v1", "v2", "v3"]
    assert what_if.difference([Change("retire", "p1")]).lost == ("v1",)


def test_a_detour_makes_a_pano_reach_less_far():
    village = PLACE | {"lat": 12.706}
    straight = workspace(villages=[village])
    around = type(straight)(**{**vars(straight), "ruler": StraightLines(2.0)})
    drop = [Change("drop", "new", **PLACE, radius_m=1000.0)]
    assert WhatIf(straight, on=ON).difference(drop).gained == ("v1",)
    assert WhatIf(around, on=ON).difference(drop).gained == ()


def test_a_new_pano_is_dropped_where_it_was_last_moved_and_taken_back_when_it_is_retired():
    drop = Change("drop", "new", **PLACE)
    there = Change("move", "new", lat=12.8, lon=109.3)
    assert net([drop, there, Change("resize", "new", radius_m=500.0)]) == (
        Change("drop", "new", lat=12.8, lon=109.3, radius_m=500.0),
    )
    assert net([drop, there, Change("retire", "new")]) == ()


def test_a_change_is_kept_as_json():
    change = Change("drop", "new", **PLACE)
    assert Change(**json.loads(json.dumps(change.to_dict()))) == change


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "paint"},
        {"kind": "drop", "lat": 12.7},
        {"kind": "move", "lat": 120.0, "lon": 10.0},
        {"kind": "resize"},
        {"kind": "resize", "radius_m": 0.0},
        {"kind": "drop", **PLACE, "radius_m": float("nan")},
    ],
)
def test_a_change_that_means_nothing_is_refused(wrong):
    with pytest.raises(ArgumentError):
        Change(**{"pano_id": "p1"} | wrong)


@pytest.mark.parametrize("change", [Change("retire", "p9"), Change("drop", "p1", **PLACE)])
def test_a_change_of_the_wrong_pano_is_refused(change):
    ws = workspace(villages=[PLACE], panos=[PLACE])
    for ask in (WhatIf(ws, on=ON).difference, lambda changes: changed(ws, changes)):
        with pytest.raises(ArgumentError, match=change.pano_id):
            ask([change])
