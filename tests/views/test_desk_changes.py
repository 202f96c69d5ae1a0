"""Changes told: every village that they move is listed once, with what became of it."""

from datetime import date
from pathlib import Path

import pytest

from geo.coverage import coverage
from geo.folder import read_workspace
from geo.text import Words
from geo.whatif import Change, WhatIf, changed
from views.desk_changes import moved, row

DATA = Path(__file__).resolve().parents[2] / "data"
ON = date(2026, 10, 1)
WORDS = Words("vi")


@pytest.mark.parametrize("folder", [DATA, DATA / "demo"])
def test_every_village_that_changes_its_class_is_listed_once(folder):
    ws = read_workspace(folder)
    what_if = WhatIf(ws, on=ON, channels=["pano"])
    seen = set()
    for id_ in ws.panos.index:
        changes = [Change("retire", id_)]
        difference = what_if.difference(changes)
        after = coverage(changed(ws, changes), on=ON, channels=["pano"])
        blocks = moved(difference, after, WORDS)
        listed = [row["pick"].partition(":")[2] for block in blocks for row in block["rows"]]
        counted = difference.villages[difference.villages["counted"]]
        assert sorted(listed) == sorted(counted.index)
        others = [row for block in blocks for row in block["rows"] if "→" in row["sub"]]
        assert len(others) == len(listed) - len(difference.gained) - len(difference.lost)
        seen |= set(listed)
    assert seen


def test_a_place_in_no_commune_is_told_beside_the_change():
    ws = read_workspace(DATA)
    inside = ws.communes["2023"].geometry.iloc[0].representative_point()
    _, south, east, _ = ws.communes["2023"].total_bounds
    for kind in ("drop", "move"):
        here = Change(kind, ws.panos.index[0], lat=inside.y, lon=inside.x)
        sea = Change(kind, ws.panos.index[0], lat=south, lon=east + 0.1)
        assert "right" not in row(ws, here, WORDS)
        assert row(ws, sea, WORDS)["right"] == WORDS("desk.whatif.outside")
    assert "right" not in row(ws, Change("retire", ws.panos.index[0]), WORDS)
