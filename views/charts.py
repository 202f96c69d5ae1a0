"""Charts as blocks of the panel: a line whose points can be picked, with ticks in the reader's words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from geo.text import Words
from views.lists import Block

MOST_TICKS = 6


@dataclass(frozen=True)
class Point:
    """One point of a line.

    Attributes
    ----------
    x, y : float
        Where it lies; y from 0.
    label : str
        What a screen reader says of it.
    pick : str
        What is reported when it is picked.
    """

    x: float
    y: float
    label: str
    pick: str


def line(
    title: str,
    points: Sequence[Point],
    words: Words,
    *,
    selected: str,
    x_ticks: Sequence[tuple[float, str, str]],
    axes: tuple[str, str] | None = None,
    highest: float = 0,
    steps: bool = False,
) -> Block:
    """Return the block of a line.

    Parameters
    ----------
    title : str
        Stands above it.
    points : sequence of Point
        At least one, from left to right.
    words : Words
        The reader's language.
    selected : str
        The ``pick`` of the point that is shown as chosen.
    x_ticks : sequence of tuple
        Where a text stands below the line, the text, and a second one below it, which may be blank.
    axes : tuple of str, optional
        What is told from left to right, and upwards.
    highest : float
        To which value the axis goes at least.
    steps : bool
        Whether a value holds until the next point.
    """
    top = max(highest, *(point.y for point in points))
    step = _round_step(top / 4)
    return {
        "type": "chart",
        "title": title,
        "label": title,
        "axes": axes and list(axes),
        "steps": steps,
        "x_ticks": [list(tick) for tick in thinned(x_ticks)],
        "y_ticks": [
            [value, words.number(value)] for value in (i * step for i in range(math.ceil(top / step) + 1))
        ],
        "points": [
            {
                "x": point.x,
                "y": point.y,
                "value": words.number(point.y),
                "fall": words.difference(point.y - before.y) if point.y < before.y else "",
                "label": point.label,
                "pick": point.pick,
                "selected": point.pick == selected,
            }
            for before, point in pairwise([points[0], *points])
        ],
    }


def thinned(ticks: Sequence[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Return as many ticks as there is room for, the first among them, evenly spread."""
    every = max(1, math.ceil(len(ticks) / MOST_TICKS))
    return list(ticks[::every])


def _round_step(rough: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, … that is no less than a rough step."""
    power = 10 ** max(0, math.floor(math.log10(rough))) if rough > 0 else 1
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
