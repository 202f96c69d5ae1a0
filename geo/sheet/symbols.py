"""Draws the palette's symbols on paper: villages, panos, venues and the swatches of a legend."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.pathobject import PDFPathObject

from geo.palette import LAYERS, Hatch, Symbol
from geo.sheet.pen import Pen

HALO = LAYERS["halo"]
LINE = 0.32
"""Width of a symbol's line, as a share of its radius."""

Outline = Callable[[PDFPathObject, float, float, float], None]


def _polygon(path: PDFPathObject, *points: tuple[float, float]) -> None:
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    path.close()


def _lines(path: PDFPathObject, *lines: tuple[float, float, float, float]) -> None:
    for x0, y0, x1, y1 in lines:
        path.moveTo(x0, y0)
        path.lineTo(x1, y1)


def _circle(path: PDFPathObject, x: float, y: float, r: float) -> None:
    path.circle(x, y, r)


def _diamond(path: PDFPathObject, x: float, y: float, r: float) -> None:
    s = 1.25 * r
    _polygon(path, (x, y + s), (x + s, y), (x, y - s), (x - s, y))


def _triangle(path: PDFPathObject, x: float, y: float, r: float) -> None:
    s = 1.25 * r
    _polygon(path, (x, y + s), (x + 0.95 * s, y - 0.75 * s), (x - 0.95 * s, y - 0.75 * s))


def _square(path: PDFPathObject, x: float, y: float, r: float) -> None:
    s = 0.9 * r
    path.rect(x - s, y - s, 2 * s, 2 * s)


def _cross(path: PDFPathObject, x: float, y: float, r: float) -> None:
    s = 0.7 * r
    _lines(path, (x - s, y - s, x + s, y + s), (x + s, y - s, x - s, y + s))


VILLAGE_OUTLINES: dict[str, Outline] = {
    "circle": _circle,
    "half_circle": _circle,
    "diamond": _diamond,
    "triangle": _triangle,
    "square": _square,
    "cross": _cross,
}
"""How each shape of the palette is drawn around a point, with a radius."""


def village(pen: Pen, x: float, y: float, r: float, symbol: Symbol) -> None:
    """Draw a village about a point with a radius in points."""
    canvas, outline = pen.canvas, VILLAGE_OUTLINES[symbol.shape]

    def path() -> PDFPathObject:
        one = canvas.beginPath()
        outline(one, x, y, r)
        return one

    canvas.setLineJoin(1)
    pen.stroke_style(HALO, r * (LINE + 0.5))
    canvas.drawPath(path(), stroke=1, fill=0)
    if symbol.shape != "cross":
        plain = symbol.filled and symbol.shape != "half_circle"
        canvas.setFillColor(HexColor(symbol.color if plain else HALO))
        canvas.drawPath(path(), stroke=0, fill=1)
    if symbol.shape == "half_circle":
        half = canvas.beginPath()
        half.arc(x - r, y - r, x + r, y + r, startAng=90, extent=180)
        half.close()
        canvas.setFillColor(HexColor(symbol.color))
        canvas.drawPath(half, stroke=0, fill=1)
    pen.stroke_style(symbol.color, r * LINE)
    canvas.drawPath(path(), stroke=1, fill=0)


PANO_MARKS: dict[str, Callable[[float, float], list[tuple[float, float, float, float]]]] = {
    "plus": lambda w, h: [(0, -0.55 * h, 0, 0.55 * h), (-0.55 * h, 0, 0.55 * h, 0)],
    "dots": lambda w, h: [(s * w, -0.01, s * w, 0.01) for s in (-0.5, 0, 0.5)],
    "lines": lambda w, h: [
        (-0.6 * w, 0.35 * h, 0.6 * w, 0.35 * h),
        (-0.6 * w, -0.35 * h, 0.2 * w, -0.35 * h),
    ],
    "bang": lambda w, h: [(0, 0.65 * h, 0, -0.1 * h), (0, -0.55 * h, 0, -0.6 * h)],
    "tick": lambda w, h: [(-0.6 * h, 0, -0.1 * h, -0.5 * h), (-0.1 * h, -0.5 * h, 0.7 * h, 0.5 * h)],
    "bars": lambda w, h: [(s * w, -0.55 * h, s * w, 0.55 * h) for s in (-0.2, 0.2)],
    "cross": lambda w, h: [
        (-0.55 * h, -0.55 * h, 0.55 * h, 0.55 * h),
        (0.55 * h, -0.55 * h, -0.55 * h, 0.55 * h),
    ],
}
"""The mark on the board of each shape of the palette, as lines about its middle."""

BOARD = (1.25, 0.8)
"""Half the width and half the height of a board, in radii."""
POST = 0.75
"""Length of its posts, in radii."""


def pano_box(x: float, y: float, r: float) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of a pano that stands on a point."""
    w, h = BOARD[0] * r, BOARD[1] * r
    return x - w, y, x + w, y + POST * r + 2 * h


def pano(pen: Pen, x: float, y: float, r: float, symbol: Symbol) -> None:
    """Draw a board on two posts, which stand on a point, with the mark of its status."""
    canvas = pen.canvas
    w, h = BOARD[0] * r, BOARD[1] * r
    middle = y + POST * r + h

    def posts() -> PDFPathObject:
        path = canvas.beginPath()
        _lines(path, *((x + s * w, y, x + s * w, y + POST * r) for s in (-0.55, 0.55)))
        return path

    def board() -> PDFPathObject:
        path = canvas.beginPath()
        path.roundRect(x - w, middle - h, 2 * w, 2 * h, 0.2 * r)
        return path

    canvas.setLineJoin(1)
    canvas.setLineCap(1)
    pen.stroke_style(HALO, 0.7 * r)
    canvas.drawPath(posts(), stroke=1, fill=0)
    canvas.drawPath(board(), stroke=1, fill=0)
    pen.stroke_style(symbol.color, 0.24 * r)
    canvas.drawPath(posts(), stroke=1, fill=0)
    canvas.setFillColor(HexColor(symbol.color if symbol.filled else HALO))
    pen.stroke_style(symbol.color, 0.24 * r, () if symbol.filled else (0.4 * r, 0.4 * r))
    canvas.drawPath(board(), stroke=1, fill=1)
    mark = canvas.beginPath()
    _lines(mark, *((x + a, middle + b, x + c, middle + d) for a, b, c, d in PANO_MARKS[symbol.shape](w, h)))
    pen.stroke_style(HALO if symbol.filled else symbol.color, 0.24 * r)
    canvas.drawPath(mark, stroke=1, fill=0)
    canvas.setLineCap(0)


def venue(pen: Pen, x: float, y: float, r: float, symbol: Symbol) -> None:
    """Draw a speech bubble about a point: a place where people talk."""
    canvas = pen.canvas
    path = canvas.beginPath()
    path.roundRect(x - r, y - 0.45 * r, 2 * r, 1.4 * r, 0.4 * r)
    _polygon(path, (x - 0.35 * r, y - 0.4 * r), (x - 0.15 * r, y - 1.05 * r), (x + 0.35 * r, y - 0.4 * r))
    canvas.setLineJoin(1)
    pen.stroke_style(HALO, 0.35 * r)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.setFillColor(HexColor(symbol.color))
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.setFillColor(HexColor(HALO))
    for side in (-0.45, 0, 0.45):
        canvas.circle(x + side * r, y + 0.25 * r, 0.14 * r, stroke=0, fill=1)


def hatched(pen: Pen, path: PDFPathObject, box: tuple[float, ...], hatch: Hatch) -> None:
    """Rule what a path encloses within a box of left, bottom, right and top."""
    canvas = pen.canvas
    left, bottom, right, top = box
    gap = hatch.gap_mm * pen.unit * 2**0.5
    canvas.saveState()
    canvas.clipPath(path, stroke=0, fill=0)
    lines = canvas.beginPath()
    height = top - bottom
    for i in range(int((right - left + height) / gap) + 1):
        x = left - height + i * gap
        ends = (bottom, top) if hatch.slope > 0 else (top, bottom)
        _lines(lines, (x, ends[0], x + height, ends[1]))
    pen.stroke_style(hatch.color, hatch.width_mm * pen.unit)
    canvas.drawPath(lines, stroke=1, fill=0)
    canvas.restoreState()
