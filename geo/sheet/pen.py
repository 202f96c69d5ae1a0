"""Draws lines, areas and words on a PDF page; words are text, their halos are outlines of their letters."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import shapely
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import FILL_EVEN_ODD, Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from geo.sheet.paper import Floats
from geo.typefaces import FILES, FONTS, SANS, width_of

ALIGNMENTS = {"left": 0.0, "centre": 0.5, "right": 1.0}
CAP_HEIGHT = 0.72
"""Height of a capital of the sans, as a share of its size."""
HALO = 0.34
"""Width of a halo's line, as a share of the size."""
LEADING = 1.22
"""Distance of two lines, as a share of the size."""


class _OutlinePen(BasePen):
    """Keeps the outline of a letter as operators of a PDF path with their points, in units of the font."""

    def __init__(self, glyphs: Mapping[str, Any]) -> None:
        super().__init__(glyphs)
        self.steps: list[tuple[str, tuple[tuple[float, float], ...]]] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.steps.append(("m", (pt,)))

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self.steps.append(("l", (pt,)))

    def _curveToOne(self, pt1: tuple, pt2: tuple, pt3: tuple) -> None:
        self.steps.append(("c", (pt1, pt2, pt3)))

    def _closePath(self) -> None:
        self.steps.append(("h", ()))


@cache
def _font(typeface: str) -> TTFont:
    return TTFont(FONTS / FILES[typeface])


@cache
def _letter(typeface: str, letter: str) -> tuple[list[tuple[str, tuple]], float]:
    """Return the outline of a letter, and how wide it is, in units of its font."""
    font = _font(typeface)
    glyphs = font.getGlyphSet()
    glyph = glyphs[font.getBestCmap().get(ord(letter), ".notdef")]
    pen = _OutlinePen(glyphs)
    glyph.draw(pen)
    return pen.steps, glyph.width


class Pen:
    """A page to draw on; lengths are points of 1/72 inch from its lower left corner, colours ``#rrggbb``.

    Parameters
    ----------
    canvas : Canvas
        The page.
    unit : float
        Points to a millimetre of the design, which is made for A3; smaller sheets have a smaller one.
    """

    def __init__(self, canvas: Canvas, unit: float) -> None:
        self.canvas = canvas
        self.unit = unit
        self._stamps: dict[tuple, str] = {}

    def stamp(self, x: float, y: float, draw: Callable[..., None], r: float, symbol: Hashable) -> None:
        """Draw a symbol at a point as often as need be; the file holds it once.

        Parameters
        ----------
        x, y : float
            The point.
        draw : callable
            Draws it with a pen, about a point, with a radius and a symbol, such as `symbols.village`.
        r : float
            Radius.
        symbol : hashable
            What is drawn.
        """
        key = draw, r, symbol
        if key not in self._stamps:
            self._stamps[key] = f"s{len(self._stamps)}"
            # Three radii hold every symbol with its halo.
            self.canvas.beginForm(self._stamps[key], -3 * r, -3 * r, 3 * r, 3 * r)
            draw(self, 0.0, 0.0, r, symbol)
            self.canvas.endForm()
        self.canvas.saveState()
        self.canvas.translate(round(x, 2), round(y, 2))
        self.canvas.doForm(self._stamps[key])
        self.canvas.restoreState()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        typeface: str = SANS,
        size: float,
        color: str,
        align: str = "left",
        halo: str | None = None,
    ) -> None:
        """Write one line with its baseline at a height; a halo sets it off from what lies under it."""
        x -= ALIGNMENTS[align] * width_of(text, typeface, size)
        if halo:
            self._halo(x, y, text, typeface, size, halo)
        self.canvas.setFillColor(HexColor(color))
        self.canvas.setFont(typeface, size)
        self.canvas.drawString(x, y, text)

    def _halo(self, x: float, y: float, text: str, typeface: str, size: float, color: str) -> None:
        scale = size / _font(typeface)["head"].unitsPerEm
        code = ["n"]
        for letter in text:
            outline, width = _letter(typeface, letter)
            for step, points in outline:
                at = (f"{x + px * scale:.2f} {y + py * scale:.2f} " for px, py in points)
                code.append("".join(at) + step)
            x += width * scale
        self.canvas.setLineJoin(1)
        self.stroke_style(color, size * HALO)
        self.canvas.drawPath(PDFPathObject(code), stroke=1, fill=0)

    def paragraph(
        self, x: float, top: float, width: float, text: str, *, typeface: str = SANS, size: float, color: str
    ) -> float:
        """Write a text in lines of a width, down from a height; return where it ends."""
        for line in lines_of(text, width, typeface=typeface, size=size):
            top -= size * LEADING
            self.text(
                x, top + size * (LEADING - CAP_HEIGHT) / 2, line, typeface=typeface, size=size, color=color
            )
        return top

    def stroke_style(self, color: str, width: float, dash: Sequence[float] = ()) -> None:
        """Set how lines are drawn from now on."""
        self.canvas.setStrokeColor(HexColor(color))
        self.canvas.setLineWidth(width)
        self.canvas.setDash(list(dash))

    def path(self, lines: Iterable[Floats], *, closed: bool) -> PDFPathObject:
        """Return a path of lines, each an array of points."""
        # Written here, since reportlab's own way takes ten times as long for each point.
        code = ["n"]
        for line in lines:
            points = [f"{x:.2f} {y:.2f}" for x, y in (line[:-1] if closed else line).tolist()]
            code.append(f"{points[0]} m")
            code += [f"{point} l" for point in points[1:]]
            if closed:
                code.append("h")
        return PDFPathObject(code)

    def areas(
        self,
        shapes: Sequence[shapely.Geometry],
        *,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 0.0,
        dash: Sequence[float] = (),
    ) -> None:
        """Draw polygons, their holes left out."""
        if not len(shapes):
            return
        if fill:
            self.canvas.setFillColor(HexColor(fill))
        if stroke:
            self.stroke_style(stroke, width, dash)
        path = self.path(rings(shapes), closed=True)
        self.canvas.setLineJoin(1)
        self.canvas.drawPath(path, stroke=int(bool(stroke)), fill=int(bool(fill)), fillMode=FILL_EVEN_ODD)

    def line(self, points: Floats, color: str, width: float, dash: Sequence[float] = ()) -> None:
        """Draw one line through points."""
        self.stroke_style(color, width, dash)
        self.canvas.drawPath(self.path([points], closed=False), stroke=1, fill=0)

    def rectangle(
        self, box: Sequence[float], *, fill: str | None = None, stroke: str | None = None, width: float = 0.0
    ) -> None:
        """Draw a rectangle of left, bottom, right and top."""
        self.areas([shapely.box(*box)], fill=fill, stroke=stroke, width=width)

    def circle(
        self, x: float, y: float, r: float, color: str, width: float, dash: Sequence[float] = ()
    ) -> None:
        """Draw the line of a circle."""
        self.stroke_style(color, width, dash)
        self.canvas.circle(x, y, r, stroke=1, fill=0)


def rings(shapes: Sequence[shapely.Geometry]) -> list[Floats]:
    """Return all rings of polygons and multipolygons, outer and inner."""
    all_rings = shapely.get_rings(shapely.get_parts(shapes))
    coordinates, of = shapely.get_coordinates(all_rings, return_index=True)
    return np.split(coordinates, np.flatnonzero(np.diff(of)) + 1) if len(of) else []


def lines_of(text: str, width: float, *, typeface: str = SANS, size: float) -> list[str]:
    """Return a text as lines that are no wider, in points, as far as its words allow."""
    width_of(text, typeface, size)
    return simpleSplit(text, typeface, size, width)


def shortened(text: str, width: float, *, typeface: str = SANS, size: float, most: int = 1) -> str:
    """Return a text that takes no more lines of a width, in points; a longer one ends in three dots."""

    def has_room(tried: str) -> bool:
        lines = lines_of(tried, width, typeface=typeface, size=size)
        return len(lines) <= most and all(width_of(line, typeface, size) <= width for line in lines)

    if has_room(text):
        return text
    # Looked for by halves, since a text may be thousands of letters long.
    fits, over = 0, len(text)
    while over - fits > 1:
        middle = (fits + over) // 2
        fits, over = (middle, over) if has_room(f"{text[:middle].rstrip()}…") else (fits, middle)
    return f"{text[:fits].rstrip()}…"


def height_of(text: str, width: float, *, typeface: str = SANS, size: float) -> float:
    """Return how high a paragraph will be, in points."""
    return len(lines_of(text, width, typeface=typeface, size=size)) * size * LEADING
