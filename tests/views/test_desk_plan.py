"""A commitment as a bar: its parts fill no more than the whole, the promise is marked, unknown is no zero."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geo.folder import read_workspace
from geo.text import Words
from geo.workspace import Commitment
from records.commitments import STAGES, Money, Standing, deeds, standings
from views.desk_plan import KEY, PARTS, amount_of, measured

WORDS = Words("vi")
DATA = Path(__file__).resolve().parents[2] / "data"
NO_MONEY = Money(0, 0, 0, 0, 0, 0)


def cell(*amounts, target=10.0, status="under_way"):
    promised = Commitment("c1", "Dựng pano", "build", "pano", target, "pano", "", "")
    rows = {stage: () for stage in STAGES}
    return measured(Standing(promised, status, "panos", *amounts, 0, rows, (), NO_MONEY), WORDS)


@pytest.mark.parametrize("amounts", [(0, 0, 0), (4, 0, 2), (10, 0, 0), (25, 1, 9)])
def test_a_bar_holds_its_parts_and_the_promise(amounts):
    bar = cell(*amounts)["bar"]
    whole = max(10, sum(amounts))
    assert [tone for tone, _ in bar["parts"]] == [KEY[name] for name in PARTS]
    assert [share * whole for _, share in bar["parts"]] == pytest.approx(amounts)
    assert bar["target"] * whole == pytest.approx(10)
    assert sum(share for _, share in bar["parts"]) <= 1 + 1e-9


def test_all_that_a_bar_shows_is_said_as_well():
    said = cell(4, 3, 2)
    assert said["text"] == "4/10 pano"
    assert WORDS("desk.plan.more_unproven", n="3") in said["sub"]
    assert WORDS("desk.plan.more_open", n="2") in said["sub"]


def test_without_a_target_or_a_count_there_is_no_bar():
    assert "bar" not in cell(4, 0, 0, target=None)
    assert "bar" not in cell(None, None, None, status="untracked")
    assert cell(None, 0, 1)["text"].startswith("–")


def test_the_deeds_of_a_commitment_add_up_to_its_bar():
    ws, day = read_workspace(DATA / "demo"), date(2026, 11, 23)
    of = deeds(ws, on=day)
    rows = of.set_index(["table", "id"])
    measured_so = [one for one in standings(ws, on=day, of=of) if one.measure == "quantity"]
    assert measured_so
    for one in measured_so:
        for stage in PARTS:
            said = [amount_of(rows.loc[key], one.measure, WORDS) for key in one.rows[stage]]
            amounts = [text.removesuffix(f" {one.commitment.unit}") for text in said]
            known = [float(n.replace(".", "").replace(",", ".")) for n in amounts if n[0].isdigit()]
            assert sum(known) == (getattr(one, stage) or 0)
            assert len(known) + said.count(WORDS("desk.plan.no_quantity")) == len(said)


def test_a_quantity_that_is_not_recorded_is_missed_only_where_quantities_count():
    deed = {"quantity": pd.NA, "unit": "tờ"}
    assert amount_of(deed, "quantity", WORDS) == WORDS("desk.plan.no_quantity")
    assert amount_of(deed, "communes", WORDS) == ""
    assert amount_of({"quantity": 2500.0, "unit": "tờ"}, "communes", WORDS) == "2.500 tờ"
