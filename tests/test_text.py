"""Words in either language, numbers and dates as its readers write them, and names compared as people do."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.text import LANGUAGES, Words, catalogue, fold


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_gives_its_text(lang):
    words = Words(lang)
    for key, text in catalogue(lang).items():
        assert words(key) == text


def test_an_unknown_language_is_vietnamese():
    assert Words("fr").lang == "vi"


def test_a_missing_word_is_a_fault_of_the_program():
    with pytest.raises(KeyError):
        Words("vi")("screen.no_such_word")


def test_one_and_many():
    words = {lang: Words(lang) for lang in LANGUAGES}
    assert words["en"]("screen.refused", n=1) != words["en"]("screen.refused", n=2).replace("2", "1")
    assert words["vi"]("screen.refused", n=1) == words["vi"]("screen.refused", n=2).replace("2", "1")


def test_placeholders_are_filled_with_numbers_of_the_language():
    assert "1.234" in Words("vi")("screen.refused", n=1234)
    assert "1,234" in Words("en")("screen.refused", n=1234)


@pytest.mark.parametrize(
    ("lang", "whole", "decimal"), [("vi", "34.000.000", "0,5"), ("en", "34,000,000", "0.5")]
)
def test_numbers_have_the_separators_of_the_language(lang, whole, decimal):
    assert Words(lang).number(34_000_000) == whole
    assert Words(lang).number(0.5, 2) == decimal


def test_dates():
    assert Words("vi").date(date(2023, 6, 7)) == "7/6/2023"
    assert Words("en").date(date(2023, 6, 7)) == "7 Jun 2023"
    assert Words("vi").date(None) == ""


def test_a_difference_has_its_sign_and_a_minus_is_no_hyphen():
    words = Words("vi")
    assert [words.difference(by) for by in (3, -1, -1234)] == ["+3", "−1", "−1.234"]


def test_distances_go_from_metres_to_kilometres():
    words = Words("vi")
    assert words.distance(0) == "0 m"
    assert words.distance(999.4) == "999 m"
    assert words.distance(1000) == "1 km"
    assert words.distance(12_345) == "12,3 km"


def test_a_number_called_distance_is_told_with_its_unit():
    words = Words("vi")
    told = words("work.history.point_moved_by", distance=974_040.2)
    assert told == words("work.history.point_moved_by", distance=words.distance(974_040.2))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đông Hội", "dong hoi"),
        ("Ðông Hội", "ĐÔNG HỘI"),
        ("Hoà", "Hòa"),
        ("  Vạn   Thọ ", "van tho"),
        ("Vạn Giã", "Va\u0323n Gia\u0303"),
    ],
)
def test_names_that_people_take_for_the_same(one, other):
    assert fold(one) == fold(other)


def test_other_letters_stay_other_names():
    assert len({fold(name) for name in ("Vạn Thắng", "Vạn Thạnh", "Vạn Thọ", "Vạn Phú", "Vạn Phước")}) == 5


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_spaces_and_case_never_tell_apart(one, other):
    assert fold(f" {one}  {other} ") == fold(f"{one} {other}")
