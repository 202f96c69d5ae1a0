"""The printed map: `sheet_pdf` draws it, `sheet_png` makes a picture of it."""

from geo.sheet.drawing import DPI, sheet_pdf, sheet_png
from geo.sheet.paper import SIZES_MM
from geo.sheet.told import Headline

__all__ = ["DPI", "SIZES_MM", "Headline", "sheet_pdf", "sheet_png"]
