"""A line as a block: its axis holds every point, its ticks are round, one point is the chosen one."""

import pytest

from geo.text import Words
from views.charts import MOST_TICKS, Point, line, thinned

WORDS = Words("vi")


def block(*values, **options):
    points = [Point(n, value, f"điểm {n}", f"count:{n}") for n, value in enumerate(values, start=1)]
    return line("Đường", points, WORDS, **({"selected": "", "x_ticks": []} | options))


@pytest.mark.parametrize("highest", [0, 1, 3, 7, 22, 351, 5000, 123_456])
def test_the_axis_begins_at_nothing_and_holds_every_point(highest):
    ticks = [value for value, _ in block(0, highest)["y_ticks"]]
    assert ticks[0] == 0 and ticks[-1] >= highest
    (step,) = {after - before for before, after in zip(ticks, ticks[1:], strict=False)} or {1}
    assert str(step).rstrip("0") in ("1", "2", "5")
    assert len(ticks) <= 7


def test_one_point_is_the_chosen_one():
    points = block(3, 5, 7, selected="count:2")["points"]
    assert [point["selected"] for point in points] == [False, True, False]
    assert points[1]["value"] == WORDS.number(5)


def test_an_axis_goes_as_far_as_all_there_is():
    assert block(2, highest=75)["y_ticks"][-1][0] >= 75


@pytest.mark.parametrize("count", [0, 1, MOST_TICKS, MOST_TICKS + 1, 40])
def test_ticks_leave_room_for_each_other(count):
    ticks = [(n, str(n), "") for n in range(count)]
    shown = thinned(ticks)
    assert len(shown) <= MOST_TICKS and shown[:1] == ticks[:1]


def test_a_fall_says_how_far():
    points = block(3, 5, 5, 1, steps=True)["points"]
    assert [point["fall"] for point in points] == ["", "", "", WORDS.difference(-4)]
