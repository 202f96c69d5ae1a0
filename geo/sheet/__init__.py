"""The printed map: `sheet_pdf` draws it, `map_pdf` the map alone, `sheet_png` makes a picture of either."""

from geo.sheet.drawing import DPI, map_pdf, sheet_pdf, sheet_png
from geo.sheet.paper import SIZES_MM
from geo.sheet.told import Headline

__all__ = ["DPI", "SIZES_MM", "Headline", "map_pdf", "sheet_pdf", "sheet_png"]
