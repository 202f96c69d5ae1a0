"""The words of both languages, looked up by key from ``locale/``; numbers and dates in the reader's way."""

from __future__ import annotations

import tomllib
import unicodedata
from datetime import date
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal

LANGUAGES = ("vi", "en")
LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"


def _flatten(table: dict, prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


@lru_cache
def catalogue(lang: str) -> dict[str, str]:
    """Return every text of one language.

    Parameters
    ----------
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    dict
        Text by key; the key is ``file.table.name`` of ``locale/<lang>/<file>.toml``.
    """
    texts: dict[str, str] = {}
    for path in sorted((LOCALE_DIR / lang).glob("*.toml")):
        with path.open("rb") as file:
            texts |= _flatten(tomllib.load(file), f"{path.stem}.")
    return texts


class Words:
    """Texts, numbers and dates in one language.

    Parameters
    ----------
    lang : {"vi", "en"}
        The language; anything else is taken as Vietnamese.

    Examples
    --------
    >>> Words("vi").number(34_000_000)
    '34.000.000'
    """

    def __init__(self, lang: str = "vi") -> None:
        self.lang = lang if lang in LANGUAGES else "vi"
        self._texts = catalogue(self.lang)

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the text of a key with its placeholders filled in.

        Where ``n`` is given and the key has ``.one`` beside ``.other``, the right plural is taken. A
        number called ``distance`` is one of metres, and is told with its unit.

        Raises
        ------
        KeyError
            If no text of that key exists: a missing word is a fault of the program.
        """
        if key not in self._texts and "n" in values:
            key = f"{key}.{'one' if values['n'] == 1 and f'{key}.one' in self._texts else 'other'}"
        text = self._texts[key]
        if not values:
            return text
        return text.format(**{name: self._shown(name, value) for name, value in values.items()})

    def _shown(self, name: str, value: object) -> object:
        if not isinstance(value, (int, float)):
            return value
        return self.distance(value) if name == "distance" else self.number(value)

    def number(self, value: float, digits: int = 0) -> str:
        """Format a number with the language's separators and at most ``digits`` decimals."""
        pattern = "#,##0" + ("." + "#" * digits if digits else "")
        return format_decimal(value, format=pattern, locale=self.lang)

    def difference(self, by: float) -> str:
        """Format by how much something differs, with its sign: ``+3``, ``−1``."""
        return ("−" if by < 0 else "+") + self.number(abs(by))

    def date(self, value: date | None) -> str:
        """Format a date, ``7/6/2023`` or ``7 Jun 2023``; an unknown date is an empty text."""
        if value is None:
            return ""
        return format_date(value, format="d/M/y" if self.lang == "vi" else "d MMM y", locale=self.lang)

    def distance(self, metres: float) -> str:
        """Format a distance: metres below one kilometre, else kilometres with one decimal."""
        if metres < 1000:
            return f"{self.number(metres)} m"
        return f"{self.number(metres / 1000, 1)} km"


def fold(text: str) -> str:
    """Return a text as it is compared: no diacritics, no case, đ as d, single spaces.

    Examples
    --------
    >>> fold("  Đông   HỘI ")
    'dong hoi'
    >>> fold("Hoà") == fold("Hòa")
    True
    """
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d").replace("ð", "d"))
    bare = "".join(ch for ch in decomposed if unicodedata.category(ch) != "Mn")
    return " ".join(bare.split())
