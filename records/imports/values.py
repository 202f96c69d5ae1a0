"""Reads numbers, sums, lengths, dates and words the way an office writes them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from geo.cells import CellError
from geo.days import local_date, today
from geo.schema import FIRST_YEAR, LAST_YEAR, Column, Table
from geo.spreadsheet import as_meant
from geo.terms import VILLAGE_KINDS
from geo.text import LANGUAGES, Words, catalogue, fold
from records.imports.findings import Doubt, Reading

_TERMS = {
    ("panos", "state"): "state",
    ("panos", "condition"): "condition",
    ("works", "kind"): "work_kind",
    ("works", "state"): "work_state",
    ("activities", "channel"): "channel",
    ("activities", "state"): "activity_state",
    ("activities", "scope"): "scope",
    ("villages", "register_status"): "register_status",
}
"""Table of ``locale/<lang>/terms.toml`` with the words of a column's values."""

_ETH = str.maketrans("ÐðƉ", "ĐđĐ")
"""Letters that look like Đ and are typed for it."""

_NUMBER = re.compile(r"([+-]?)([0-9](?:[0-9.,\s']*[0-9])?)\s*(.*)")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,\s'][0-9]{3})+")
_MULTIPLES = {"nghin": 3, "ngan": 3, "k": 3, "trieu": 6, "tr": 6, "ty": 9, "ti": 9}
_MONEY = {"", "d", "₫", "dong", "vnd", "vn dong"}
_THOUSANDS = re.compile(r"(1(?:[.,]?000)+)\s*(?:d|₫|dong|vnd|vn dong)")
"""A multiple as tables head their sums, such as "1.000 đ"."""
_LENGTHS_M = {"m": "1", "met": "1", "km": "1000", "cm": "0.01", "mm": "0.001"}
_COUNTED = {"ho", "nguoi", "nhan khau", "cho", "cho ngoi", "thon", "to"}

_DATE_SHORT = re.compile(r"([0-9]{1,2})\s*[/.-]\s*([0-9]{1,2})\s*[/.-]\s*([0-9]{4}|[0-9]{2})")
_DATE_LONG = re.compile(r"(?:ngay )?([0-9]{1,2}) thang ([0-9]{1,2}),? nam ([0-9]{4})")
_DATE_ISO = re.compile(
    r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ][0-9:.]+)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_YEARS_AHEAD = 50
"""Furthest that a year of two digits lies ahead."""
_SERIAL = re.compile(r"[0-9]{5}")
_SERIAL_START = date(1899, 12, 30)
"""Day 0 of Excel's dates, as they count from March 1900 on."""


def put_right_text(text: str) -> Reading:
    """Return a text in composed letters, with Đ for the letters that look like it."""
    composed = unicodedata.normalize("NFC", text).translate(_ETH)
    code = "letters" if composed != text else ""
    return Reading(as_meant(composed), code)


def is_blank_word(text: str) -> bool:
    """Return whether a cell says that a value is not known, such as "-" or "chưa rõ"."""
    return fold(text) in _words_of("imports.cell.blank") or not text.strip("-–—.… ")


def is_total_word(text: str) -> bool:
    """Return whether a cell opens a row of totals."""
    return fold(text).rstrip(":") in _words_of("imports.cell.total")


@lru_cache
def _words_of(key: str) -> frozenset[str]:
    return frozenset(fold(word) for lang in LANGUAGES for word in catalogue(lang)[key].split("|"))


def put_right(text: str, column: Column, table: Table, words: Words, *, unit: str = "") -> Reading:
    """Return what a cell means in the contract's way of writing.

    What can't be understood is handed on as it is, for the contract's own rules to refuse.

    Parameters
    ----------
    text : str
        The cell, not blank.
    column, table : Column, Table
        What it should hold.
    words : Words
        The language of the options of a question.
    unit : str
        Unit that the heading names, folded.

    Raises
    ------
    Doubt
        If it can mean several things.
    CellError
        If it is wrong for certain.
    """
    reading = put_right_text(text)
    if column.kind in ("text", "id") or reading.text in column.choices:
        return reading
    if is_blank_word(text):
        return Reading("", "blank")
    match column.kind:
        case "choice":
            return _choice(reading.text, column, table, words)
        case "date":
            return _date(text)
        case "integer" | "number" | "length":
            return _number(text, column, unit, words)
        case _:
            return reading


def word_of(value: str, column: Column, table: Table, words: Words) -> str:
    """Return the word of the office for a value of a choice."""
    if (table.name, column.name) in _TERMS:
        return words(f"terms.{_TERMS[table.name, column.name]}.{value}")
    return value


@lru_cache
def _meanings(column: Column, table: Table) -> dict[str, str]:
    """Return the value of a choice by every folded word for it."""
    meanings = {fold(value).replace("_", " "): value for value in column.choices}
    for lang in LANGUAGES:
        for value in column.choices:
            meanings.setdefault(fold(word_of(value, column, table, Words(lang))), value)
            also = catalogue(lang).get(f"imports.also_{table.name}_{column.name}.{value}", "")
            for word in also.split("|"):
                meanings.setdefault(fold(word), value)
    if column.choices == VILLAGE_KINDS:
        meanings |= {"tdp": VILLAGE_KINDS[1], "to": VILLAGE_KINDS[1], "ap": VILLAGE_KINDS[0]}
    meanings.pop("", None)
    return meanings


def _choice(text: str, column: Column, table: Table, words: Words) -> Reading:
    meanings = _meanings(column, table)
    folded = fold(text).replace("_", " ")
    if folded in meanings:
        return Reading(meanings[folded], "word")
    near = difflib.get_close_matches(folded, meanings, n=3, cutoff=0.75)
    near += [word for word in meanings if set(folded.split()) <= set(word.split())]
    if near:
        options = {meanings[word]: word_of(meanings[word], column, table, words) for word in near}
        raise Doubt("word", options)
    allowed = ", ".join(word_of(value, column, table, words) for value in column.choices)
    raise CellError("unknown_word", allowed=allowed)


def _date(text: str) -> Reading:
    if _SERIAL.fullmatch(text):
        day = _SERIAL_START + timedelta(days=int(text))
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return Reading(day.isoformat(), "serial_date")
        return Reading(text)
    if match := _DATE_ISO.fullmatch(text):
        *parts, zone = match.groups()
        year, month, day = map(int, parts)
        if zone and (moment := _moment(text)):
            return Reading(local_date(moment).isoformat(), "date")
    elif match := _DATE_SHORT.fullmatch(text) or _DATE_LONG.fullmatch(fold(text)):
        day, month, year = map(int, match.groups())
        if year < 100:
            year += 2000 if 2000 + year <= today().year + _YEARS_AHEAD else 1900
    else:
        raise CellError("not_a_date")
    written = _iso(year, month, day)
    if written:
        return Reading(written, "" if written == text else "date")
    if month_first := _iso(year, day, month):
        raise Doubt("month_first", {month_first: month_first})
    raise CellError("no_such_date")


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def candidates(digits: str) -> list[Decimal]:
    """Return the numbers that digits with points, commas and spaces can stand for.

    Examples
    --------
    >>> [str(one) for one in candidates("34.000.000")], [str(one) for one in candidates("1.500")]
    (['34000000'], ['1500', '1.500'])
    """
    bare = re.sub(r"[\s']", "", digits)
    points, commas = bare.count("."), bare.count(",")
    grouped = bool(_GROUPED.fullmatch(digits))
    if not points and not commas:
        return [Decimal(bare)] if bare == digits or grouped else []
    if points and commas:
        # The mark that comes last is the decimal one, if it comes once.
        mark, other = (",", ".") if bare.rfind(",") > bare.rfind(".") else (".", ",")
        whole, _, decimals = bare.rpartition(mark)
        if mark in whole or not re.fullmatch(rf"[0-9]{{1,3}}(?:\{other}[0-9]{{3}})+", whole):
            return []
        return [Decimal(whole.replace(other, "") + "." + decimals)]
    found = [Decimal(re.sub("[.,]", "", bare))] if grouped else []
    if points + commas == 1:
        found.append(Decimal(bare.replace(",", ".")))
    return found


def _number(text: str, column: Column, unit: str, words: Words) -> Reading:
    match = _NUMBER.fullmatch(text)
    if not match:
        return Reading(text)
    sign, digits, suffix = match.groups()
    factor = _factor(fold(suffix).rstrip("."), column)
    if factor is None or sign == "-":
        return Reading(text)
    if not suffix:
        factor = _factor(unit, column) or Decimal(1)
    meant = [number * factor for number in candidates(digits)]
    if column.kind == "integer" and len(meant) > 1:
        # Whole things only: what follows the mark are no decimals, unless a unit makes them whole.
        whole = [number for number in meant if number == number.to_integral_value()]
        meant = whole if factor != 1 else whole[:1]
    meant = [number for number in dict.fromkeys(meant) if column.low <= number <= column.high] or meant
    if not meant:
        return Reading(text)
    if len(meant) > 1:
        raise Doubt("number", {_plain(number): words.number(float(number), 6) for number in meant})
    plain = _plain(meant[0])
    if plain == text or factor == 1 and _is_plain(text):
        return Reading(text)
    return Reading(plain, "unit" if factor != 1 else "number")


def _is_plain(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]+(\.[0-9]+)?", text)) and not _GROUPED.fullmatch(text)


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def is_unit(unit: str, column: Column) -> bool:
    """Return whether a folded text is a unit that the numbers of a column can have."""
    return _factor(unit, column) is not None


def _factor(unit: str, column: Column) -> Decimal | None:
    """Return what a number with a unit is multiplied by, None if the unit does not fit the column."""
    if column.name.endswith("_vnd"):
        if thousands := _THOUSANDS.fullmatch(unit):
            return Decimal(re.sub("[.,]", "", thousands.group(1)))
        head, _, rest = unit.partition(" ")
        if head in _MULTIPLES and rest in _MONEY:
            return Decimal(10) ** _MULTIPLES[head]
        return Decimal(1) if unit in _MONEY else None
    if not unit:
        return Decimal(1)
    if column.kind == "length" and unit in _LENGTHS_M:
        return Decimal(_LENGTHS_M[unit]) * (100 if column.name.endswith("_cm") else 1)
    return Decimal(1) if column.kind == "integer" and unit in _COUNTED else None
