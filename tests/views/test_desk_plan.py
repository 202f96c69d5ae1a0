"""A commitment as a bar: its parts fill no more than the whole, the promise is marked, unknown is no zero."""

import pytest

from geo.text import Words
from geo.workspace import Commitment
from records.commitments import STAGES, Money, Standing
from views.desk_plan import KEY, PARTS, measured

WORDS = Words("vi")
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
