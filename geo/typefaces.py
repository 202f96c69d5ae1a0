"""The typefaces of prints: a sans for maps and sheets, a serif with the measures of Times New Roman.

Both are free, hold every Vietnamese letter, and travel with the program, so that a print looks the same on
every machine.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONTS = Path(__file__).resolve().parents[1] / "static" / "vendor" / "croscore"

SANS, SANS_BOLD = "Arimo", "Arimo-Bold"
SANS_ITALIC, SANS_BOLD_ITALIC = "Arimo-Italic", "Arimo-BoldItalic"
SERIF, SERIF_BOLD = "Tinos", "Tinos-Bold"
SERIF_ITALIC, SERIF_BOLD_ITALIC = "Tinos-Italic", "Tinos-BoldItalic"

FILES = MappingProxyType(
    {
        SANS: "Arimo-Regular.ttf",
        SANS_BOLD: "Arimo-Bold.ttf",
        SANS_ITALIC: "Arimo-Italic.ttf",
        SANS_BOLD_ITALIC: "Arimo-BoldItalic.ttf",
        SERIF: "Tinos-Regular.ttf",
        SERIF_BOLD: "Tinos-Bold.ttf",
        SERIF_ITALIC: "Tinos-Italic.ttf",
        SERIF_BOLD_ITALIC: "Tinos-BoldItalic.ttf",
    }
)
"""File of each typeface in `FONTS`, by the name that a PDF knows it by."""


@cache
def register() -> None:
    """Make the typefaces known to reportlab; however often it is called, once."""
    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, FONTS / file))
    for family in (SANS, SERIF):
        faces = {"bold": f"{family}-Bold", "italic": f"{family}-Italic", "boldItalic": f"{family}-BoldItalic"}
        pdfmetrics.registerFontFamily(family, normal=family, **faces)


def width_of(text: str, typeface: str, size_pt: float) -> float:
    """Return how wide a line of text is, in points of 1/72 inch.

    Parameters
    ----------
    text : str
        One line.
    typeface : str
        One of `FILES`.
    size_pt : float
        Size in points.

    Examples
    --------
    >>> width_of("Đầm Môn", SANS, 20) == 2 * width_of("Đầm Môn", SANS, 10)
    True
    """
    register()
    return pdfmetrics.stringWidth(text, typeface, size_pt)
