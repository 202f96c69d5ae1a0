"""The typefaces of prints hold every letter that a print may need."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from geo.text import LANGUAGES, catalogue
from geo.typefaces import FILES, FONTS, SANS, SANS_BOLD, width_of

DATA = Path(__file__).resolve().parents[2] / "data"


def letters_needed() -> set[str]:
    texts = [text for lang in LANGUAGES for text in catalogue(lang).values()]
    texts += [file.read_text(encoding="utf-8-sig") for file in DATA.rglob("*.csv")]
    return {letter for letter in "".join(texts) if letter.isprintable()}


@pytest.mark.parametrize("file", FILES.values())
def test_every_letter_of_texts_and_data_can_be_printed(file):
    assert letters_needed() - {chr(number) for number in TTFont(FONTS / file).getBestCmap()} == set()


def test_bold_is_wider():
    assert width_of("Vạn Thạnh", SANS_BOLD, 10) > width_of("Vạn Thạnh", SANS, 10) > 0
