"""What makes a village uncertain can be read off its figures: rounding never hides a difference."""

import pytest

from geo.text import LANGUAGES, Words
from views.desk_sure import told_apart


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("distance", "radius"), [(1180, 1200), (1240.4, 1200), (800, 1200), (950, 1000)])
def test_distances_that_differ_are_never_said_alike(lang, distance, radius):
    words = Words(lang)
    said = told_apart(distance, radius, words)
    assert said[0] != said[1]
    if words.distance(distance) != words.distance(radius):
        assert said == (words.distance(distance), words.distance(radius))


def test_equal_distances_stay_as_they_are_said_elsewhere():
    words = Words("vi")
    assert told_apart(1200, 1200, words) == (words.distance(1200), words.distance(1200))
