"""Finds places for names on a map, so that no name covers another, nor what must be seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, floor, pi, sin

import numpy as np
import shapely

from geo.scene import label_point
from geo.sheet.pen import CAP_HEIGHT
from geo.typefaces import width_of

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""

CROWDED = 0.13
"""The share of a map that names of one kind may take."""
PADDING = 0.18
"""What stays free about a name, as a share of its size."""
DESCENT, ASCENT = 0.24, 0.98
"""How far letters reach below and above the baseline, as shares of the size; Ắ stands high."""
DIRECTIONS, FINE_DIRECTIONS = 16, 48
RINGS, FAR_RINGS = 14, 26
"""Leader lines are tried in so many directions, and so many lengths: of areas, and of points."""
MOST_PLACES = 160
"""Places that are tried within an area."""


@dataclass(frozen=True)
class Name:
    """A name that wants a place.

    Attributes
    ----------
    text, typeface, color : str
        What is written, and how.
    size : float
        In points.
    """

    text: str
    typeface: str
    size: float
    color: str

    @cached_property
    def half(self) -> tuple[float, float]:
        """Half the width and half the height of the box that a name takes."""
        return (
            width_of(self.text, self.typeface, self.size) / 2 + PADDING * self.size,
            (ASCENT + DESCENT + PADDING) * self.size / 2,
        )

    def box_at(self, x: float, y: float) -> Box:
        """Return the box of a name whose middle is at a point."""
        w, h = self.half
        return x - w, y - h, x + w, y + h


@dataclass(frozen=True)
class Placed:
    """A name that has its place: the middle of its box, and the point that a line leads to, if any."""

    name: Name
    x: float
    y: float
    leads_to: tuple[float, float] | None = None

    @property
    def box(self) -> Box:
        """The box that it takes."""
        return self.name.box_at(self.x, self.y)

    @property
    def baseline(self) -> float:
        """Height of the baseline: the middle of the box lies between Ắ and g."""
        return self.y - (ASCENT - DESCENT) * self.name.size / 2

    @property
    def leader(self) -> tuple[float, float, float, float] | None:
        """The line from the edge of the name to the point that it leads to."""
        if self.leads_to is None:
            return None
        (x, y), (w, _) = self.leads_to, self.name.half
        start_x = min(max(x, self.x - w), self.x + w)
        below = self.y - CAP_HEIGHT * self.name.size / 2 - 0.25 * self.name.size
        above = self.y + CAP_HEIGHT * self.name.size / 2 + 0.25 * self.name.size
        return start_x, min(max(y, below), above), x, y


class Room:
    """What of a map is still free; asked in constant time however much is taken.

    Parameters
    ----------
    bounds : tuple of float
        Left, bottom, right, top: nothing is placed beyond.
    cell : float
        Side of the cells that boxes are kept by, about the width of a name.
    """

    def __init__(self, bounds: Box, cell: float) -> None:
        self.bounds = bounds
        self.cell = cell
        self._taken: dict[tuple[int, int], list[Box]] = defaultdict(list)

    def _cells(self, box: Box) -> Iterator[tuple[int, int]]:
        left, bottom, right, top = (floor(v / self.cell) for v in box)
        return ((i, j) for i in range(left, right + 1) for j in range(bottom, top + 1))

    def take(self, box: Box) -> None:
        """Keep a box free of names."""
        for cell in self._cells(box):
            self._taken[cell].append(box)

    def at(self, x: float, y: float) -> set[Box]:
        """Return what is taken at a point."""
        cell = floor(x / self.cell), floor(y / self.cell)
        return {box for box in self._taken.get(cell, ()) if box[0] <= x <= box[2] and box[1] <= y <= box[3]}

    def is_free(self, box: Box, *, but: Collection[Box] = ()) -> bool:
        """Say whether a box lies within the bounds and touches nothing that is taken, but for some boxes."""
        left, bottom, right, top = box
        west, south, east, north = self.bounds
        if left < west or bottom < south or right > east or top > north:
            return False
        return not any(
            left < other[2] and other[0] < right and bottom < other[3] and other[1] < top
            for cell in self._cells(box)
            for other in self._taken.get(cell, ())
            if other not in but
        )


def is_crowded(names: Sequence[Name], room: Room) -> bool:
    """Say whether names would take more of a map than `CROWDED`, if all of them were written."""
    west, south, east, north = room.bounds
    taken = sum(4 * name.half[0] * name.half[1] for name in names)
    return taken > CROWDED * (east - west) * (north - south)


def place_areas(names: Sequence[tuple[Name, shapely.Geometry]], room: Room) -> tuple[list[Placed], list[str]]:
    """Place the names of areas: within, else across the border, else outside with a line that leads in.

    Where all names together would fill the map, only those that fit within their own area are written.

    Parameters
    ----------
    names : sequence of (Name, Geometry)
        Each with its polygon on the sheet, in points.
    room : Room
        What is free; takes the boxes of the names.

    Returns
    -------
    list of Placed
        The names that have a place.
    list of str
        The texts that found none.
    """
    crowded = is_crowded([name for name, _ in names], room)
    # Small areas have the fewest places, so they choose first.
    order = sorted(range(len(names)), key=lambda i: names[i][1].area)
    placed, left_out = [], []
    for i in order:
        name, area = names[i]
        free = (at for at in _places(name, area, crowded=crowded) if room.is_free(at.box))
        found = next((at for at in free if not _leads_across(at, placed)), None)
        if found is None:
            left_out.append(name.text)
            continue
        room.take(found.box)
        for box in _along(found):
            room.take(box)
        placed.append(found)
    return placed, left_out


def _line(placed: Placed) -> shapely.LineString:
    x0, y0, x1, y1 = placed.leader
    return shapely.LineString([(x0, y0), (x1, y1)])


def _leads_across(candidate: Placed, placed: Sequence[Placed]) -> bool:
    """Say whether the line of a name would cross another name."""
    if candidate.leads_to is None:
        return False
    line = _line(candidate)
    return any(shapely.intersects(line, shapely.box(*other.box)) for other in placed)


def _along(placed: Placed) -> Iterator[Box]:
    """Yield small boxes that hold the line of a name, so that no later name crosses it."""
    if placed.leads_to is None:
        return
    half = placed.name.size / 10
    line = shapely.segmentize(_line(placed), half)
    for x, y in shapely.get_coordinates(line).tolist():
        yield x - half, y - half, x + half, y + half


def _places(name: Name, area: shapely.Geometry, *, crowded: bool) -> Iterator[Placed]:
    """Yield where the name of an area may stand, best first."""
    pole = label_point(area)
    w, h = name.half
    west, south, east, north = area.bounds
    if crowded and (east - west < 2 * w or north - south < 2 * h):
        return
    largest = max(shapely.get_parts(area), key=shapely.area)
    points = _grid_within(largest, pole, step=h)
    boxes = shapely.box(points[:, 0] - w, points[:, 1] - h, points[:, 0] + w, points[:, 1] + h)
    shapely.prepare(largest)
    inside = shapely.contains(largest, boxes)
    for x, y in points[inside]:
        yield Placed(name, x, y)
    if crowded:
        return
    outside = shapely.area(shapely.difference(boxes[~inside], area)) / (4 * w * h)
    # A name may cross its border as long as most of it lies within.
    for x, y in points[~inside][np.argsort(outside, kind="stable")][: np.count_nonzero(outside < 0.4)]:
        yield Placed(name, x, y)
    for ring in range(2, RINGS):
        for turn in range(DIRECTIONS):
            angle = 2 * pi * turn / DIRECTIONS
            x, y = pole.x + ring * (h * 1.6) * cos(angle), pole.y + ring * (h * 1.6) * sin(angle)
            x += w * np.sign(round(cos(angle), 6))
            yield Placed(name, float(x), y, leads_to=(pole.x, pole.y))


def _grid_within(polygon: shapely.Polygon, pole: shapely.Point, *, step: float) -> np.ndarray:
    """Return points within a polygon, the pole first, then by their distance from it."""
    west, south, east, north = polygon.bounds
    step = max(step, ((east - west) * (north - south) / MOST_PLACES) ** 0.5)
    xs = np.arange(pole.x - step * floor((pole.x - west) / step), east, step)
    ys = np.arange(pole.y - step * floor((pole.y - south) / step), north, step)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    grid = grid[shapely.contains_xy(polygon, grid)]
    away = np.hypot(*(grid - (pole.x, pole.y)).T)
    return np.vstack([[pole.x, pole.y], grid[np.argsort(away, kind="stable")]])


def place_points(
    names: Iterable[tuple[Name, Box]], room: Room
) -> tuple[list[Placed], list[tuple[Name, Box]]]:
    """Place names beside what they name, or else where there is room, with a line that leads to it.

    The first names choose first. A line crosses no other name and no other symbol.

    Parameters
    ----------
    names : iterable of (Name, tuple)
        Each with the box of its symbol: left, bottom, right, top, in points.
    room : Room
        What is free; takes the boxes of the names.

    Returns
    -------
    list of Placed
        The names that have a place.
    list of (Name, tuple)
        Those that found none.
    """
    placed, waiting = [], []
    for name, symbol in names:
        found = next((at for at in _beside(name, symbol) if room.is_free(at.box)), None)
        if found is None:
            waiting.append((name, symbol))
            continue
        room.take(found.box)
        placed.append(found)
    left_out = []
    # A line needs the room that a name beside its symbol would have had, so lines come last.
    for name, symbol in waiting:
        own = room.at((symbol[0] + symbol[2]) / 2, (symbol[1] + symbol[3]) / 2)
        found = next((at for at in _around(name, symbol) if _is_clear(at, room, own)), None)
        if found is None:
            left_out.append((name, symbol))
            continue
        for box in (found.box, *_along(found)):
            room.take(box)
        placed.append(found)
    return placed, left_out


def _is_clear(placed: Placed, room: Room, own: Collection[Box]) -> bool:
    """Say whether a name and the line from it are free, but for what lies on its own symbol."""
    return room.is_free(placed.box) and all(room.is_free(box, but=own) for box in _along(placed))


def _around(name: Name, symbol: Box) -> Iterator[Placed]:
    """Yield places farther and farther from a symbol, with a line to its edge."""
    left, bottom, right, top = symbol
    x, y, r = (left + right) / 2, (bottom + top) / 2, (right - left) / 2
    w, h = name.half
    for ring in range(2, FAR_RINGS):
        for turn in range(FINE_DIRECTIONS):
            angle = 2 * pi * turn / FINE_DIRECTIONS
            away = r + ring * 1.2 * h
            to_x = x + away * cos(angle) + w * np.sign(round(cos(angle), 6))
            edge = x + r * cos(angle), y + r * sin(angle)
            yield Placed(name, float(to_x), y + away * sin(angle), leads_to=edge)


def _beside(name: Name, symbol: Box) -> Iterator[Placed]:
    """Yield the places about a symbol: right, left, above, below, and the corners."""
    left, bottom, right, top = symbol
    x, y = (left + right) / 2, (bottom + top) / 2
    w, h = name.half
    gap = 0.05 * name.size
    to_right, to_left, above, below = right + w + gap, left - w - gap, top + h, bottom - h
    sides = ((to_right, y), (to_left, y), (x, above), (x, below))
    corners = tuple((side, height) for height in (above - h, below + h) for side in (to_right, to_left))
    shifted = tuple((x + shift, height) for height in (above, below) for shift in (0.6 * w, -0.6 * w))
    for place in (*sides, *corners, *shifted):
        yield Placed(name, *place)


def place_anywhere(name: Name, at: tuple[float, float], room: Room) -> Placed | None:
    """Place a name that may stand anywhere near a point, such as that of a sea; None without room."""
    _, h = name.half
    for ring in range(RINGS):
        for turn in range(DIRECTIONS if ring else 1):
            angle = 2 * pi * turn / DIRECTIONS
            x, y = at[0] + ring * 2 * h * cos(angle), at[1] + ring * 2 * h * sin(angle)
            if room.is_free(name.box_at(x, y)):
                room.take(name.box_at(x, y))
                return Placed(name, x, y)
    return None
