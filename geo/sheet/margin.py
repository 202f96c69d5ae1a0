"""What stands beside the map on a sheet: title, figures, legend, scale, where in the country, notes.

Every block draws itself down from a height, within a width, and returns where it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from geo import palette
from geo.country import country
from geo.sheet import symbols
from geo.sheet.body import PANO_MM, VENUE_MM, VILLAGE_MM, Body, swatch
from geo.sheet.paper import projection_for, round_length
from geo.sheet.pen import CAP_HEIGHT, LEADING, Pen, lines_of, shortened
from geo.sheet.told import Facts
from geo.text import Words
from geo.typefaces import SANS, SANS_BOLD, SANS_ITALIC, width_of

COLORS = palette.LAYERS
INK, QUIET, RULE = COLORS["commune_label"], COLORS["place_label"], COLORS["commune_edge"]
TEXT_MM, SMALL_MM = 2.65, 2.15
"""Sizes of type on A3."""
ROW_MM = 4.4
ICON_MM = 8.0
"""What a legend's symbol takes of its row."""
MOST_LINES = 4
"""Lines of a title, and of what the plan is called."""

Block = Callable[[Pen, float, float, float], float]
"""Draws on a page from the left and the top, within a width; returns where it ends."""
Icon = Callable[[Pen, float, float], None]
"""Draws a small picture around a point."""
Row = tuple[str, int | None, Icon]
"""Label, count if there is one, and picture of a line of the legend."""


@dataclass(frozen=True)
class Margin:
    """The blocks of a sheet.

    Parameters
    ----------
    facts : Facts
        What is said in words and figures.
    body : Body
        The map that it is about.
    """

    facts: Facts
    body: Body

    @property
    def words(self) -> Words:
        """The reader's language."""
        return self.facts.words

    def title(self, pen: Pen, x: float, top: float, width: float) -> float:
        """Draw what the map is and of when."""
        u = pen.unit
        if self.body.workspace.invented:
            text = self.words("sheet.invented_title")
            size = 2.9 * u
            height = 5.6 * u
            pen.rectangle((x, top - height, x + width, top), fill=COLORS["selected"])
            size *= min(1, (width - 3 * u) / width_of(text, SANS_BOLD, size))
            y = top - height / 2 - CAP_HEIGHT * size / 2
            pen.text(
                x + width / 2, y, text, typeface=SANS_BOLD, size=size, color=COLORS["halo"], align="centre"
            )
            top -= height + 2 * u
        largest, smallest = 7.0 * u, 4.5 * u
        # On one line if that is large enough to be a title.
        size = min(largest, largest * width / width_of(self.facts.title, SANS_BOLD, largest) * 0.995)
        size = size if size >= smallest else 5.2 * u
        title = shortened(self.facts.title, width, typeface=SANS_BOLD, size=size, most=MOST_LINES)
        top = pen.paragraph(x, top, width, title, typeface=SANS_BOLD, size=size, color=INK)
        plan = shortened(self.facts.subtitle, width, size=TEXT_MM * u, most=MOST_LINES)
        top = pen.paragraph(x, top - 0.8 * u, width, plan, size=TEXT_MM * u, color=INK)
        return pen.paragraph(
            x, top - 0.8 * u, width, self.facts.day, typeface=SANS_BOLD, size=TEXT_MM * u, color=INK
        )

    def figures(self, pen: Pen, x: float, top: float, width: float) -> float:
        """Draw the head figures, a row each."""
        u = pen.unit
        column = 0.36 * width
        for figure in self.facts.figures:
            top = _ruled(pen, x, top, width)
            size = 6.0 * u
            size *= min(1.0, (column - 2 * u) / width_of(figure.value, SANS_BOLD, size))
            pen.text(x, top - 6.6 * u, figure.value, typeface=SANS_BOLD, size=size, color=figure.color or INK)
            y = top - 1.0 * u
            y = pen.paragraph(x + column, y, width - column, figure.label, size=TEXT_MM * u, color=INK)
            if figure.more:
                y = pen.paragraph(x + column, y, width - column, figure.more, size=SMALL_MM * u, color=QUIET)
            top = min(y - 1.0 * u, top - 8.4 * u)
        return _ruled(pen, x, top, width)

    def legend(self, pen: Pen, x: float, top: float, width: float) -> float:
        """Draw the legend with its counts, outside the map: villages beside panos, the rest below."""
        gap = 5 * pen.unit
        half = (width - gap) / 2
        villages = self._group(pen, x, top, half, "map.villages", self._village_rows())
        panos = self._group(pen, x + half + gap, top, half, "map.panos", self._pano_rows())
        top = self._heading(pen, x, min(villages, panos) - 1.2 * pen.unit, "sheet.rest")
        rest = list(self._other_rows())
        columns = rest[: -(-len(rest) // 2)], rest[-(-len(rest) // 2) :]
        ends = [self._rows(pen, x + i * (half + gap), top, half, column) for i, column in enumerate(columns)]
        return min(ends)

    def _group(self, pen: Pen, x: float, top: float, width: float, title: str, rows: Iterator[Row]) -> float:
        listed = list(rows)
        return self._rows(pen, x, self._heading(pen, x, top, title), width, listed) if listed else top

    def _heading(self, pen: Pen, x: float, top: float, title: str) -> float:
        size = TEXT_MM * pen.unit
        pen.text(x, top - size, self.words(title), typeface=SANS_BOLD, size=size, color=INK)
        return top - 1.5 * size

    def _rows(self, pen: Pen, x: float, top: float, width: float, rows: Iterable[Row]) -> float:
        for row in rows:
            top = self._row(pen, x, top, width, *row)
        return top

    def _village_rows(self) -> Iterator[Row]:
        legend, shown = self.body.view["legend"], self.body.view["shown"]
        for name in shown["classes"]:
            icon = _village_icon(palette.CLASS_SYMBOLS[name])
            yield self.facts.class_name(name), legend["classes"][name], icon
        if legend["historical"] and "historical" not in self.body.hidden:
            icon = _village_icon(palette.HISTORICAL_SYMBOL)
            yield self.words("map.historical"), legend["historical"], icon

    def _pano_rows(self) -> Iterator[Row]:
        legend, shown = self.body.view["legend"], self.body.view["shown"]
        for name, count in legend["statuses"].items():
            if name in shown["statuses"]:
                yield self.words(f"terms.status.{name}"), count, _pano_icon(palette.STATUS_SYMBOLS[name])

    def _other_rows(self) -> Iterator[Row]:
        body, words, legend = self.body, self.words, self.body.view["legend"]
        hidden, serving = body.hidden, body.serving
        if legend["venues"] and "venues" not in hidden:
            yield words("map.venue"), legend["venues"], _venue_icon
        for key, codes in body.areas.items():
            yield words(f"map.{key}"), len(codes), _area_icon(key)
        if "1" in serving:
            yield words("sheet.radius_now"), None, _ring_icon("radius", ())
        if "0" in serving:
            yield words("sheet.radius_plan"), None, _ring_icon("radius", (1.6, 1.0))
        if body.has_rough_points:
            yield words("sheet.accuracy"), None, _ring_icon("accuracy", (0.3, 0.9))
        yield words("sheet.boundary"), None, _boundary_icon

    def _row(
        self, pen: Pen, x: float, top: float, width: float, label: str, count: int | None, icon: Icon
    ) -> float:
        u = pen.unit
        size = TEXT_MM * u
        number = "" if count is None else self.words.number(count)
        room = width - ICON_MM * u - width_of(number, SANS_BOLD, size) - 1.5 * u
        lines = lines_of(label, room, size=size)
        height = max(ROW_MM * u, len(lines) * size * LEADING + 0.8 * u)
        middle = top - height / 2
        icon(pen, x + ICON_MM * u / 2 - 0.8 * u, middle)
        y = middle + len(lines) * size * LEADING / 2
        pen.paragraph(x + ICON_MM * u, y, room, label, size=size, color=INK)
        y = middle - CAP_HEIGHT * size / 2
        pen.text(x + width, y, number, typeface=SANS_BOLD, size=size, color=INK, align="right")
        return top - height

    def communes(self, pen: Pen, x: float, top: float, width: float) -> float:
        """Draw the counts of every commune as a table."""
        u = pen.unit
        size = SMALL_MM * 1.08 * u
        header, *rows = self.facts.commune_rows
        first = 0.4 * width
        column = (width - first) / (len(header) - 1)
        deepest = top
        for i, text in enumerate(header):
            at, room = (x, first) if i == 0 else (x + first + (i - 1) * column, column)
            lines = lines_of(text, room, typeface=SANS_BOLD, size=size)
            for j, line in enumerate(lines):
                y = top - (j + 1) * size * LEADING
                edge, align = (at, "left") if i == 0 else (at + column, "right")
                pen.text(edge, y, line, typeface=SANS_BOLD, size=size, color=INK, align=align)
                deepest = min(deepest, y)
        top = _ruled(pen, x, deepest - 0.8 * u, width)
        for name, mark, *counts in rows:
            top -= size * 1.42
            name = shortened(name, first - width_of(mark, SANS, size), size=size)
            for i, text in enumerate((name + mark, *counts)):
                edge, align = (x, "left") if i == 0 else (x + first + i * column, "right")
                pen.text(edge, top, text, size=size, color=INK, align=align)
            pen.line(np.array([[x, top - 0.32 * size], [x + width, top - 0.32 * size]]), RULE, 0.06 * u)
        if self.facts.reach.communes["register_complete"].all():
            return top - 0.5 * size
        note = self.words("sheet.incomplete")
        return pen.paragraph(x, top - 0.6 * size, width, note, size=SMALL_MM * u, color=QUIET)

    def where(self, pen: Pen, x: float, top: float, width: float) -> float:
        """Draw the small map of the country with the scale beside it; the scale alone where there is none."""
        if not self._in_country():
            return self.scale(pen, x, top, width)
        gap = 5 * pen.unit
        side = 0.47 * width
        beside = self.scale(pen, x + side + gap, top, width - side - gap)
        return min(self.inset(pen, x, top, side), beside)

    def _in_country(self) -> bool:
        return shapely.box(*country().bounds).contains(shapely.Point(self.body.frame.middle))

    def scale(self, pen: Pen, x: float, top: float, width: float) -> float:
        """Draw where true north lies, the scale bar, its ratio and the projection."""
        u, frame, words = pen.unit, self.body.frame, self.words
        size = TEXT_MM * u
        self._north(pen, x + 4 * u, top - 9.5 * u, 6.0 * u)
        length = round_length((width - 8 * u) / frame.points_a_metre)
        bar, height = length * frame.points_a_metre, 1.3 * u
        bottom = top - 24 * u
        for i in range(4):
            box = (x + bar * i / 4, bottom, x + bar * (i + 1) / 4, bottom + height)
            pen.rectangle(box, fill=INK if i % 2 == 0 else COLORS["halo"], stroke=INK, width=0.2 * u)
        unit, metres = ("km", 1000) if length >= 1000 else ("m", 1)
        for part, align in ((0, "left"), (0.5, "centre"), (1, "centre")):
            text = words.number(length * part / metres, 2) + (f" {unit}" if part == 1 else "")
            pen.text(x + bar * part, bottom + height + 1.0 * u, text, size=0.9 * size, color=INK, align=align)
        ratio = words("sheet.scale", denominator=round(frame.denominator))
        y = pen.paragraph(x, bottom - 1.2 * u, width, ratio, typeface=SANS_BOLD, size=size, color=INK)
        return pen.paragraph(x, y, width, self.facts.projection, size=SMALL_MM * u, color=QUIET)

    def _north(self, pen: Pen, x: float, y: float, r: float) -> None:
        north = self.body.frame.north
        east = np.array([north[1], -north[0]])
        centre = np.array([x, y])
        tip, foot = centre + north * r, centre - north * r * 0.75
        notch = centre - north * r * 0.4
        for side in (-1, 1):
            wing = shapely.Polygon([tip, foot + side * east * r * 0.42, notch])
            pen.areas([wing], fill=INK if side < 0 else COLORS["halo"], stroke=INK, width=0.2 * pen.unit)
        letter = self.words("map.north_letter")
        at = centre + north * (r + 0.9 * pen.unit)
        size = TEXT_MM * 1.1 * pen.unit
        pen.text(at[0], at[1], letter, typeface=SANS_BOLD, size=size, color=INK, align="centre")

    def inset(self, pen: Pen, x: float, top: float, width: float) -> float:
        """Draw where in the country the map lies, with Hoàng Sa and Trường Sa."""
        u, words, land = pen.unit, self.words, country()
        west, south, east, north = land.bounds
        west, south, east, north = west - 0.7, south - 2.0, east + 0.9, north + 0.5
        projection = projection_for((west, south, east, north))
        corners = projection.project(
            np.array([[west, south], [east, south], [east, north], [west, north], [(west + east) / 2, south]])
        )
        (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
        factor = width / (x1 - x0)
        box = (x, top - (y1 - y0) * factor, x + width, top)

        def page(lonlat: np.ndarray) -> np.ndarray:
            return (projection.project(lonlat) - (x0, y0)) * factor + (box[0], box[1])

        pen.canvas.saveState()
        pen.canvas.clipPath(pen.path([_corners(box)], closed=True), stroke=0, fill=0)
        pen.rectangle(box, fill=COLORS["sea"])
        around, own = (shapely.transform(shape, page) for shape in (land.around, land.outline))
        pen.areas([around], fill=COLORS["beyond"], stroke=COLORS["land_edge"], width=0.12 * u)
        pen.areas([own], fill=palette.COUNTRY, stroke=COLORS["commune_edge"], width=0.15 * u)
        size = 2.1 * u
        for part, islands in land.archipelagos.items():
            points = page(islands)
            for px, py in points:
                pen.rectangle((px - 0.3 * u, py - 0.3 * u, px + 0.3 * u, py + 0.3 * u), fill=INK)
            middle, lowest = points.mean(axis=0), points[:, 1].min()
            lines = words(f"sheet.{part}").split("\n")
            for i, line in enumerate(lines):
                y = lowest - (1.15 + i * LEADING) * size - 0.3 * u
                half = width_of(line, SANS_ITALIC, size) / 2
                px = min(middle[0], box[2] - half - 0.6 * u)
                pen.text(
                    px,
                    y,
                    line,
                    typeface=SANS_ITALIC,
                    size=size,
                    color=INK,
                    align="centre",
                    halo=COLORS["sea"],
                )
        self._here(pen, *page(np.array([self.body.frame.middle]))[0])
        pen.canvas.restoreState()
        pen.rectangle(box, stroke=RULE, width=0.25 * u)
        return box[1]

    def _here(self, pen: Pen, x: float, y: float) -> None:
        u = pen.unit
        pen.circle(x, y, 2.0 * u, COLORS["selected"], 0.55 * u)
        pen.canvas.setFillColor(COLORS["selected"])
        pen.canvas.circle(x, y, 0.6 * u, stroke=0, fill=1)

    def notes(self, pen: Pen, x: float, top: float, width: float) -> float:
        """Draw filters, how sure it is, and where it comes from."""
        for title, text in self.facts.notes(self.body):
            size = SMALL_MM * pen.unit
            top = pen.paragraph(x, top, width, title, typeface=SANS_BOLD, size=size, color=INK)
            top = pen.paragraph(x, top, width, text, size=size, color=INK) - 0.9 * pen.unit
        return top


def _ruled(pen: Pen, x: float, top: float, width: float) -> float:
    pen.line(np.array([[x, top], [x + width, top]]), RULE, 0.15 * pen.unit)
    return top


def _corners(box) -> np.ndarray:
    left, bottom, right, top = box
    return np.array([[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]])


def _village_icon(symbol: palette.Symbol) -> Icon:
    return lambda pen, x, y: symbols.village(pen, x, y, VILLAGE_MM * pen.unit, symbol)


def _pano_icon(symbol: palette.Symbol) -> Icon:
    r = PANO_MM * 0.95
    return lambda pen, x, y: symbols.pano(pen, x, y - 1.15 * r * pen.unit, r * pen.unit, symbol)


def _venue_icon(pen: Pen, x: float, y: float) -> None:
    symbols.venue(pen, x, y, VENUE_MM * pen.unit, palette.VENUE_SYMBOL)


def _swatch_box(pen: Pen, x: float, y: float) -> tuple[float, float, float, float]:
    u = pen.unit
    return x - 3.2 * u, y - 1.7 * u, x + 3.2 * u, y + 1.7 * u


def _area_icon(key: str) -> Icon:
    def draw(pen: Pen, x: float, y: float) -> None:
        box = _swatch_box(pen, x, y)
        pen.rectangle(box, fill=COLORS["commune"])
        swatch(pen, [shapely.box(*box)], box, key)
        pen.rectangle(box, stroke=COLORS["commune_edge"], width=0.2 * pen.unit)

    return draw


def _ring_icon(layer: str, dash: tuple[float, ...]) -> Icon:
    def draw(pen: Pen, x: float, y: float) -> None:
        pen.circle(x, y, 1.7 * pen.unit, COLORS[layer], 0.25 * pen.unit, [part * pen.unit for part in dash])

    return draw


def _boundary_icon(pen: Pen, x: float, y: float) -> None:
    u = pen.unit
    pen.line(np.array([[x - 3.2 * u, y], [x + 3.2 * u, y]]), COLORS["commune_edge"], 0.33 * u)
