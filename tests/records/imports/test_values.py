"""Numbers, sums, dates and words mean what an office means by them, or are asked about."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.cells import CellError, read_cell
from geo.schema import FIRST_YEAR, LAST_YEAR, MAX_MONEY_VND, TABLES, table
from geo.text import LANGUAGES, Words
from records.imports.findings import Doubt
from records.imports.preview import IMPORTABLE
from records.imports.values import is_blank_word, put_right, put_right_text, word_of


def column(name):
    kind, _, of = name.partition(".")
    return next(one for one in table(kind).columns if one.name == of)


def meant(text, name, unit=""):
    return put_right(text, column(name), table(name.partition(".")[0]), Words("vi"), unit=unit).text


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("34.000.000 đ", "works.cost_vnd", "34000000"),
        ("34.000.000", "works.cost_vnd", "34000000"),
        ("34,000,000 VNĐ", "works.cost_vnd", "34000000"),
        ("34 000 000 đồng", "works.cost_vnd", "34000000"),
        ("34 triệu", "works.cost_vnd", "34000000"),
        ("34,5 triệu đồng", "works.cost_vnd", "34500000"),
        ("500 nghìn", "works.cost_vnd", "500000"),
        ("1,2 tỷ", "works.cost_vnd", "1200000000"),
        ("1.250", "villages.households", "1250"),
        ("1,250 hộ", "villages.households", "1250"),
        ("12,5", "panos.radius_m", "12.5"),
        ("1,2 km", "panos.radius_m", "1200"),
        ("800 m", "panos.radius_m", "800"),
        ("4 m", "panos.width_cm", "400"),
        ("400cm", "panos.width_cm", "400"),
        ("1.234,5", "panos.radius_m", "1234.5"),
        ("1,234.5", "panos.radius_m", "1234.5"),
        ("0,5", "activities.quantity", "0.5"),
        ("chưa rõ", "works.cost_vnd", ""),
        ("-", "panos.checked_on", ""),
    ],
)
def test_numbers_of_an_office(text, name, expected):
    assert meant(text, name) == expected


def test_the_heading_may_name_the_unit():
    assert meant("34", "works.cost_vnd", "trieu dong") == "34000000"
    assert meant("34.000.000 đ", "works.cost_vnd", "trieu dong") == "34000000"
    assert meant("4", "panos.width_cm", "m") == "400"


def test_a_number_that_can_be_two_is_asked_about():
    with pytest.raises(Doubt) as doubt:
        meant("1.500", "panos.radius_m")
    assert set(doubt.value.options) == {"1500", "1.5"}


@given(st.integers(0, MAX_MONEY_VND), st.sampled_from(LANGUAGES))
def test_a_sum_written_in_either_language_is_that_sum(amount, lang):
    assert meant(Words(lang).number(amount), "works.cost_vnd") == str(amount)


@given(st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)), st.sampled_from(["/", "-", "."]))
def test_dates_are_read_day_first(day, mark):
    for text in (
        f"{day.day:02}{mark}{day.month:02}{mark}{day.year}",
        f"{day.day}{mark}{day.month}{mark}{day.year}",
    ):
        assert meant(text, "panos.checked_on") == day.isoformat()


@given(st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)))
def test_day_numbers_of_excel_are_dates(day):
    number = (day - date(1899, 12, 30)) // timedelta(days=1)
    assert meant(str(number), "panos.checked_on") == day.isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("05/03/2025", "2025-03-05"),
        ("5/3/25", "2025-03-05"),
        ("ngày 5 tháng 3 năm 2025", "2025-03-05"),
        ("2025-03-05 00:00:00", "2025-03-05"),
        ("2025/03/05", "2025-03-05"),
    ],
)
def test_dates_of_an_office(text, expected):
    assert meant(text, "panos.checked_on") == expected


def test_impossible_dates_are_wrong_and_month_first_is_asked_about():
    for text, code in (
        ("31/02/2025", "no_such_date"),
        ("quý III/2025", "not_a_date"),
        ("3/2025", "not_a_date"),
    ):
        with pytest.raises(CellError) as wrong:
            meant(text, "panos.checked_on")
        assert wrong.value.code == code
    with pytest.raises(Doubt) as doubt:
        meant("03/25/2025", "panos.checked_on")
    assert list(doubt.value.options) == ["2025-03-25"]


CHOICES = [
    (one, column)
    for one in TABLES
    if one.name in IMPORTABLE
    for column in one.columns
    if column.kind == "choice"
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("of", "choice"), CHOICES, ids=lambda one: one.name)
def test_every_word_that_we_show_is_understood(of, choice, lang):
    for value in choice.choices:
        shown = word_of(value, choice, of, Words(lang))
        for text in (shown, shown.upper(), value):
            assert put_right(text, choice, of, Words(lang)).text == value


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Hỏng nặng", "panos.condition", "major_damage"),
        ("hu hong nang", "panos.condition", "major_damage"),
        ("Đang sử dụng", "panos.state", "in_service"),
        ("TDP", "villages.kind", "tổ dân phố"),
        ("Tờ rơi", "activities.channel", "leaflet"),
    ],
)
def test_words_of_an_office(text, name, expected):
    assert meant(text, name) == expected


def test_a_word_that_can_mean_several_is_asked_about_and_a_strange_one_refused():
    with pytest.raises(Doubt) as doubt:
        meant("hỏng", "panos.condition")
    assert set(doubt.value.options) >= {"minor_damage", "major_damage"}
    with pytest.raises(CellError) as wrong:
        meant("xanh lá cây", "panos.condition")
    assert "hư hỏng nặng" in wrong.value.details["allowed"]


def test_letters_that_look_like_each_other_are_put_right():
    assert put_right_text("\u00d0ầm Môn").text == "Đầm Môn"
    assert put_right_text("Va\u0323n").text == "Vạn"


@given(st.text(max_size=30), st.sampled_from(CHOICES + [(one, c) for one in TABLES[2:] for c in one.columns]))
def test_any_cell_is_read_doubted_or_refused(text, of_column):
    of, one = of_column
    if not text.strip() or one.refers or one.kind in ("latitude", "longitude"):
        return
    try:
        read_cell(put_right(text, one, of, Words("vi")).text, one)
    except (CellError, Doubt) as said:
        assert said.code


def test_words_for_unknown_are_blank():
    assert all(map(is_blank_word, ["", "-", "—", "...", "Chưa rõ", "N/A", "?"]))
    assert not is_blank_word("0")


def test_a_sum_in_millions_that_can_be_two_is_asked_about():
    with pytest.raises(Doubt) as doubt:
        meant("1.500", "works.cost_vnd", "trieu dong")
    assert set(doubt.value.options) == {"1500000000", "1500000"}


def test_a_year_of_two_digits_is_none_of_the_far_future():
    assert meant("5/3/99", "panos.checked_on") == "1999-03-05"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-05T00:00:00Z", "2024-03-05"),
        # Past midnight where the panos stand.
        ("2024-03-05T17:30:00Z", "2024-03-06"),
        ("2024-03-05T08:00:00+07:00", "2024-03-05"),
    ],
)
def test_moments_of_programs_are_days_in_vietnam(text, expected):
    assert meant(text, "panos.checked_on") == expected
