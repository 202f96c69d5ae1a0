"""The map itself: land, communes, circles, symbols and names within the frame of a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import cos, sin, sqrt
from typing import Any

import numpy as np
import shapely
from reportlab.lib.colors import HexColor

from geo import palette
from geo.basemap import Basemap
from geo.coverage import pano_radius
from geo.scene import HIDDEN, ROUGH_ACCURACY_M
from geo.sheet import symbols
from geo.sheet.labels import Box, Name, Placed, Room, is_crowded, place_anywhere, place_areas, place_points
from geo.sheet.paper import Frame
from geo.sheet.pen import Pen, rings, shortened
from geo.terms import CLASSES, PANO_STATUSES
from geo.text import Words
from geo.typefaces import SANS, SANS_BOLD, SANS_BOLD_ITALIC, SANS_ITALIC, width_of
from geo.workspace import Workspace

COLORS = palette.LAYERS
VILLAGE_MM, VENUE_MM, PANO_MM = 1.25, 1.6, 1.75
"""Radius of each kind of symbol on A3."""
SMALLEST_SYMBOL = 0.35
"""How small symbols may become where there are thousands."""
SYMBOLS_SHARE = 0.04
"""The share of the map that symbols may cover before they become smaller."""
MOST_NAME_MM = 60
"""Width of a commune's name on A3; of a longer one its beginning is written."""
DETAIL_MM = 0.04
"""Detail of lines that is finer can't be seen on paper."""
GOLDEN_ANGLE = 2.4
CLASSES_BY_NEED = tuple(reversed(CLASSES))
"""Which villages get their name first: those that nothing reaches."""


@dataclass(frozen=True)
class Spot:
    """A symbol on the sheet: what it stands for, where (in points), and the box that it takes."""

    name: str
    symbol: palette.Symbol
    x: float
    y: float
    box: Box


@dataclass(frozen=True)
class Names:
    """The names that have a place, and the texts of those that found none: of communes, of points."""

    placed: list[Placed] = field(default_factory=list)
    communes_left_out: list[str] = field(default_factory=list)
    points_left_out: list[str] = field(default_factory=list)


class Body:
    """What a view shows of a workspace, laid out in a frame.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    view : mapping
        What is shown, by `geo.scene.view`.
    frame : Frame
        Where it lies on the sheet.
    basemap : Basemap
        What lies under it.
    unit : float
        Points to a millimetre of the design.
    """

    def __init__(
        self, workspace: Workspace, view: Mapping[str, Any], frame: Frame, basemap: Basemap, unit: float
    ) -> None:
        self.workspace, self.view, self.frame, self.basemap = workspace, view, frame, basemap
        self.unit = unit
        self.hidden = set(view["hide"])
        self.communes = workspace.units(view["units"])

    @cached_property
    def _thin(self) -> list[shapely.Geometry]:
        """Communes, then land, on the sheet; simplified as one, so that what touches goes on touching."""
        shapes = [self._on_page(shape) for shape in (*self.communes.geometry, *self.basemap.land)]
        return list(shapely.coverage_simplify(shapes, DETAIL_MM * self.unit))

    @cached_property
    def shapes(self) -> dict[str, shapely.Geometry]:
        """The communes by code."""
        return dict(zip(self.communes.index, self._thin, strict=False))

    @property
    def land(self) -> list[shapely.Geometry]:
        """The land around."""
        return self._thin[len(self.communes) :]

    def _on_page(self, shape: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(shape, self.frame.to_page)

    @cached_property
    def scale(self) -> float:
        """How large symbols are: 1 where there is room, less where there are thousands."""
        seen = sum(digit != HIDDEN for kind in ("villages", "panos", "venues") for digit in self.view[kind])
        left, bottom, right, top = self.frame.box
        room = SYMBOLS_SHARE * (right - left) * (top - bottom) / (VILLAGE_MM * self.unit) ** 2 / 4
        return max(SMALLEST_SYMBOL, min(1.0, sqrt(room / max(seen, 1))))

    def _seen_rows(self, kind: str) -> np.ndarray:
        """Return the numbers of the rows of a kind that are shown and have a point."""
        points = getattr(self.workspace, kind)[["lon", "lat"]].to_numpy(dtype=float)
        shown = np.array([digit != HIDDEN for digit in self.view[kind]], dtype=bool)
        return np.flatnonzero(shown & ~np.isnan(points).any(axis=1))

    def _rough_rows(self, kind: str) -> np.ndarray:
        """Return those of them whose point is only approximate."""
        rows = self._seen_rows(kind)
        return rows[
            getattr(self.workspace, kind)["accuracy_m"].to_numpy(dtype=float)[rows] >= ROUGH_ACCURACY_M
        ]

    def _places(self, kind: str, rows: np.ndarray) -> np.ndarray:
        """Return where the points of rows lie on the sheet."""
        return self.frame.to_page(getattr(self.workspace, kind)[["lon", "lat"]].to_numpy(dtype=float)[rows])

    def _spread(self, kind: str, r: float) -> Iterator[tuple[int, float, float]]:
        """Yield row and place of every symbol of a kind; several at one point stand on a spiral around it."""
        rows = self._seen_rows(kind)
        places = [tuple(place) for place in self._places(kind, rows).tolist()]
        together, turns = Counter(places), Counter()
        for row, (x, y) in zip(rows.tolist(), places, strict=True):
            if together[x, y] == 1:
                yield row, x, y
                continue
            turn = turns[x, y]
            turns[x, y] += 1
            away = r * (1.5 + 0.9 * sqrt(turn))
            yield row, x + away * sin(GOLDEN_ANGLE * turn), y + away * cos(GOLDEN_ANGLE * turn)

    @cached_property
    def villages(self) -> list[Spot]:
        """The villages that are drawn."""
        r = VILLAGE_MM * self.unit * self.scale
        table = self.workspace.villages
        names, historical = table["name"].tolist(), (table["register_status"] == "historical").tolist()
        reach = 1.3 * r
        spots = []
        for row, x, y in self._spread("villages", r):
            if historical[row] and "historical" in self.hidden:
                continue
            class_ = CLASSES[int(self.view["villages"][row])]
            symbol = palette.HISTORICAL_SYMBOL if historical[row] else palette.CLASS_SYMBOLS[class_]
            spots.append(Spot(names[row], symbol, x, y, (x - reach, y - reach, x + reach, y + reach)))
        return spots

    @cached_property
    def panos(self) -> list[Spot]:
        """The panos that are drawn."""
        r = PANO_MM * self.unit * self.scale
        names = self.workspace.panos["name"].tolist()
        return [
            Spot(
                names[row],
                palette.STATUS_SYMBOLS[PANO_STATUSES[int(self.view["panos"][row])]],
                x,
                y,
                symbols.pano_box(x, y, r),
            )
            for row, x, y in self._spread("panos", r)
        ]

    @cached_property
    def venues(self) -> list[Spot]:
        """The venues that are drawn."""
        if "venues" in self.hidden:
            return []
        r = VENUE_MM * self.unit * self.scale
        names = self.workspace.venues["name"].tolist()
        return [
            Spot(names[row], palette.VENUE_SYMBOL, x, y, (x - r, y - r, x + r, y + r))
            for row, x, y in self._spread("venues", r)
        ]

    @property
    def _kinds_with_accuracy(self) -> list[str]:
        return [kind for kind in ("villages", "venues", "panos") if kind not in self.hidden]

    @property
    def areas(self) -> dict[str, list[str]]:
        """Codes of the communes that an activity serves as a whole, by the name of their hatch."""
        if "areas" in self.hidden:
            return {}
        chosen = self.view["commune"]
        served = {
            f"area_{state}": [code for code in self.view["areas"][state] if chosen in (None, code)]
            for state in ("done", "planned")
        }
        return {key: codes for key, codes in served.items() if codes}

    @property
    def has_rough_points(self) -> bool:
        """Whether a circle tells of a point that it is only approximate."""
        if "accuracy" in self.hidden:
            return False
        return any(len(self._rough_rows(kind)) for kind in self._kinds_with_accuracy)

    @property
    def serving(self) -> set[str]:
        """Which circles of panos are drawn: ``"1"`` counts now, ``"0"`` only in plan."""
        if "radius" in self.hidden:
            return set()
        return {self.view["serving"][row] for row in self._seen_rows("panos")} - {HIDDEN}

    @cached_property
    def names(self) -> Names:
        """The names with their places, and those that found none."""
        if "labels" in self.hidden:
            return Names()
        left, bottom, right, top = self.frame.box
        inset = 1.2 * self.unit
        room = Room((left + inset, bottom + inset, right - inset, top - inset), 40.0)
        for spot in (*self.panos, *self.venues, *self.villages):
            room.take(spot.box)
        size = 3.3 * self.unit * (0.62 if len(self.communes) > 60 else 1.0)
        longest = MOST_NAME_MM * self.unit
        names = self.communes["name"].map(
            lambda name: shortened(name, longest, typeface=SANS_BOLD, size=size)
        )
        areas, left_out = place_areas(
            [
                (Name(name, SANS_BOLD, size, self._name_color(code)), self._seen(self.shapes[code]))
                for code, name in names.items()
                if self.shapes[code].intersects(shapely.box(*room.bounds))
            ],
            room,
        )
        written = {one.name.text for one in areas}
        places = [
            placed
            for name, at in self._place_names()
            if name.text not in written and (placed := place_anywhere(name, at, room))
        ]
        found = Names([*areas, *places], left_out, [])
        wanted: list[Name] = []
        for group in self._point_names():
            wanted += [name for name, _ in group]
            # What comes later needs a name less: it goes without where all together would fill the map.
            placed, without = ([], group) if is_crowded(wanted, room) else place_points(group, room)
            found.placed.extend(placed)
            found.points_left_out.extend(name.text for name, _ in without)
        return found

    def _name_color(self, code: str) -> str:
        elsewhere = self.view["commune"] not in (None, code)
        return COLORS["place_label" if elsewhere else "commune_label"]

    def _seen(self, shape: shapely.Geometry) -> shapely.Geometry:
        """Return what of a commune lies within the frame, for its name must stand there."""
        frame = shapely.box(*self.frame.box)
        return shape if shapely.contains_properly(frame, shape) else _polygons(shape & frame)

    def _place_names(self) -> Iterator[tuple[Name, tuple[float, float]]]:
        left, bottom, right, top = self.frame.box
        sizes = {"sea": 4.6, "bay": 3.5}
        for label in self.basemap.labels:
            x, y = map(float, self.frame.to_page(np.array([[label.lon, label.lat]]))[0])
            if not (left < x < right and bottom < y < top):
                continue
            wet = label.kind in sizes
            color = COLORS["sea_label" if wet else "place_label"]
            typeface = SANS_BOLD_ITALIC if wet else SANS_ITALIC
            yield Name(label.name, typeface, sizes.get(label.kind, 2.6) * self.unit, color), (x, y)

    def _point_names(self) -> list[list[tuple[Name, Box]]]:
        """Return the names of villages, of panos, and of what is only known from old maps."""
        size = 2.15 * self.unit * max(self.scale, 0.8)
        order = {palette.CLASS_SYMBOLS[name]: i for i, name in enumerate(CLASSES_BY_NEED)}
        villages = sorted(
            (spot for spot in self.villages if spot.symbol in order), key=lambda spot: order[spot.symbol]
        )
        old = [spot for spot in self.villages if spot.symbol not in order]
        small = 0.93 * size
        return [
            [(Name(spot.name, SANS, size, COLORS["commune_label"]), spot.box) for spot in villages],
            [(Name(spot.name, SANS_BOLD, small, COLORS["radius"]), spot.box) for spot in self.panos],
            [(Name(spot.name, SANS_ITALIC, small, COLORS["place_label"]), spot.box) for spot in old],
        ]

    def draw(self, pen: Pen, words: Words) -> None:
        """Draw the map, clipped to its frame."""
        pen.canvas.saveState()
        pen.canvas.clipPath(pen.path([_corners(self.frame.box)], closed=True), stroke=0, fill=0)
        self._draw_ground(pen)
        self._draw_circles(pen)
        if self.workspace.invented:
            self._draw_invented(pen, words("sheet.invented_across"))
        size = self.unit * self.scale
        # Villages on top, as on the screen: which of them nothing reaches is what the map is for.
        for spots, draw, r in (
            (self.venues, symbols.venue, VENUE_MM * size),
            (self.panos, symbols.pano, PANO_MM * size),
            (self.villages, symbols.village, VILLAGE_MM * size),
        ):
            for spot in spots:
                pen.stamp(spot.x, spot.y, draw, r, spot.symbol)
        self._draw_names(pen)
        pen.canvas.restoreState()

    def _draw_ground(self, pen: Pen) -> None:
        pen.rectangle(self.frame.box, fill=COLORS["beyond"])
        if self.basemap.extent:
            extent = shapely.segmentize(shapely.box(*self.basemap.extent), 0.1)
            pen.areas([self._on_page(extent)], fill=COLORS["sea"])
        line = 0.22 * self.unit
        pen.areas(self.land, fill=COLORS["land"], stroke=COLORS["land_edge"], width=line)
        chosen = self.view["commune"]
        own = [shape for code, shape in self.shapes.items() if not chosen or code == chosen]
        others = [shape for code, shape in self.shapes.items() if chosen and code != chosen]
        pen.areas(others, fill=COLORS["land"])
        pen.areas(own, fill=COLORS["commune"])
        for key, codes in self.areas.items():
            swatch(pen, [self.shapes[code] for code in codes], self.frame.box, key)
        edge = {"stroke": COLORS["commune_edge"], "width": line * (1.5 if len(self.shapes) < 500 else 0.7)}
        pen.areas(others, **edge | {"width": line})
        pen.areas(own, **edge)

    def _draw_circles(self, pen: Pen) -> None:
        line, metre = 0.2 * self.unit, self.frame.points_a_metre
        if self.has_rough_points:
            dash = (0.3 * self.unit, 0.9 * self.unit)
            for x, y, accuracy in sorted(self._rough_circles()):
                pen.circle(x, y, accuracy * metre, COLORS["accuracy"], line, dash)
        if "radius" in self.hidden:
            return
        radius = pano_radius(self.workspace).to_numpy()
        rows = self._seen_rows("panos")
        for row, (x, y) in zip(rows.tolist(), self._places("panos", rows).tolist(), strict=True):
            serving = self.view["serving"][row]
            if serving == HIDDEN:
                continue
            r = radius[row] * metre
            if serving == "1":
                pen.canvas.setFillColor(HexColor(COLORS["radius"]), alpha=0.07)
                pen.canvas.circle(x, y, r, stroke=0, fill=1)
                pen.canvas.setFillAlpha(1)
            dash = () if serving == "1" else (1.6 * self.unit, 1.0 * self.unit)
            pen.circle(x, y, r, COLORS["radius"], line * 1.4, dash)

    def _rough_circles(self) -> set[tuple[float, float, float]]:
        """Return place and accuracy in metres of what is only approximate, once where several share them."""
        circles = set()
        for kind in self._kinds_with_accuracy:
            rows = self._rough_rows(kind)
            accuracy = getattr(self.workspace, kind)["accuracy_m"].to_numpy(dtype=float)[rows]
            circles |= set(zip(*self._places(kind, rows).T.tolist(), accuracy.tolist(), strict=True))
        return circles

    def _draw_invented(self, pen: Pen, text: str) -> None:
        left, bottom, right, top = self.frame.box
        size = 0.13 * (right - left)
        size *= min(1.0, 0.8 * (right - left) / width_of(text, SANS_BOLD, size))
        canvas = pen.canvas
        canvas.saveState()
        canvas.translate((left + right) / 2, (bottom + top) / 2)
        canvas.rotate(24)
        canvas.setFillColor(HexColor(COLORS["selected"]), alpha=0.1)
        canvas.setFont(SANS_BOLD, size)
        canvas.drawCentredString(0, -size / 3, text)
        canvas.restoreState()

    def _draw_names(self, pen: Pen) -> None:
        placed = self.names.placed
        for one in placed:
            if one.leader:
                x0, y0, x1, y1 = one.leader
                pen.line(np.array([[x0, y0], [x1, y1]]), COLORS["halo"], 0.6 * self.unit)
                pen.line(np.array([[x0, y0], [x1, y1]]), one.name.color, 0.22 * self.unit)
                pen.canvas.setFillColor(HexColor(one.name.color))
                pen.canvas.circle(x1, y1, 0.4 * self.unit, stroke=0, fill=1)
        for one in placed:
            name = one.name
            pen.text(
                one.x,
                one.baseline,
                name.text,
                typeface=name.typeface,
                size=name.size,
                color=name.color,
                align="centre",
                halo=COLORS["halo"],
            )


def swatch(pen: Pen, shapes: list[shapely.Geometry], box: Box, key: str) -> None:
    """Tint and rule areas that an activity serves as a whole; ``key`` names layer and hatch."""
    if key == "area_done":
        pen.areas(shapes, fill=COLORS[key])
    symbols.hatched(pen, pen.path(rings(shapes), closed=True), box, palette.HATCHES[key])


def _corners(box: Box) -> np.ndarray:
    left, bottom, right, top = box
    return np.array([[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]])


def _polygons(shape: shapely.Geometry) -> shapely.MultiPolygon:
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
