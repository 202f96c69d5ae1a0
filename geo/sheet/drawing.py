"""Makes the printed map: lays out the sheet, draws it as a PDF, and turns that into a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import shapely
from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from geo import typefaces
from geo.basemap import read_basemap
from geo.coverage import Coverage
from geo.errors import ArgumentError
from geo.sheet.body import Body
from geo.sheet.margin import INK, QUIET, RULE, SMALL_MM, Block, Margin
from geo.sheet.paper import MM, SIZES_MM, Bounds, Frame, fitted, projection_for, steps
from geo.sheet.pen import Pen
from geo.sheet.told import Facts, Headline
from geo.text import Words
from geo.version import VERSION
from geo.workspace import Workspace

# Bytes as they are: text of five characters for four bytes serves no reader of today.
rl_config.useA85 = 0

UNITS_A_MM = {"A3": 1.0, "A4": 0.76}
"""The design is made for A3; type on A4 shrinks less than the paper, to stay legible."""
LARGE_UNIT = 1.45
"""Design of a map that is looked at from afar."""
EDGE_MM = 9.0
GRATICULE_MM = 4.2
"""What the figures of the graticule take outside the map."""
GAP_MM = 5.0
LEAST_GAP_MM = 2.5
"""Between two blocks of the panel."""
PANELS_MM = (92.0, 100.0, 112.0, 126.0, 140.0)
"""Widths of the panel beside a landscape map; the first that holds everything is taken."""
MOST_IN_TABLE = 24
"""Communes that a table beside the map can hold."""
MINUTES = (600, 300, 120, 60, 30, 20, 10, 5, 2, 1, 0.5)
DPI = 300


def sheet_pdf(
    workspace: Workspace,
    reach: Coverage,
    view: Mapping[str, Any],
    figures: Sequence[Headline],
    *,
    size: str = "A3",
) -> bytes:
    """Return the printed map as a PDF of one page: vectors, text as text, fonts embedded.

    Equal data and an equal view give equal bytes.

    Parameters
    ----------
    workspace : Workspace
        The tables; EPSG:4326.
    reach : Coverage
        The reach of every village, which the view was made from.
    view : mapping
        What is shown and in which language, by `geo.scene.view`.
    figures : sequence of Headline
        The figures that stand at its head.
    size : {"A3", "A4"}
        The paper; portrait or landscape is chosen by the shape of the area.

    Raises
    ------
    ArgumentError
        If the size is not known.
    """
    if size not in SIZES_MM:
        raise ArgumentError(f"size must be one of {', '.join(SIZES_MM)}, got {size!r}")
    typefaces.register()
    basemap = read_basemap(workspace.path / "basemap")
    projection = projection_for(_area(workspace, view))
    facts = Facts(workspace, reach, view, figures, basemap, projection, Words(view["lang"]))
    layouts = [lay_out(facts, size) for lay_out in (_landscape, _portrait)]
    return _drawn(max(layouts, key=lambda layout: _merit(layout.body.frame, facts)), facts)


def map_pdf(
    workspace: Workspace, reach: Coverage, view: Mapping[str, Any], *, sides_mm: tuple[float, float]
) -> bytes:
    """Return the map alone, with its frame and nothing beside it, as a PDF of one page in large type.

    Parameters
    ----------
    workspace, reach, view
        As `sheet_pdf` takes them.
    sides_mm : tuple of float
        Width and height of the page, in millimetres.
    """
    typefaces.register()
    projection = projection_for(_area(workspace, view))
    basemap = read_basemap(workspace.path / "basemap")
    facts = Facts(workspace, reach, view, (), basemap, projection, Words(view["lang"]))
    page = (sides_mm[0] * MM, sides_mm[1] * MM)
    body = _body(facts, (0.0, 0.0, *page), LARGE_UNIT * MM)
    file = BytesIO()
    canvas = Canvas(file, pagesize=page, invariant=1, lang=view["lang"], initialFontName=typefaces.SANS)
    canvas.setTitle(facts.title)
    pen = Pen(canvas, body.unit)
    body.draw(pen, facts.words)
    pen.rectangle(body.frame.box, stroke=INK, width=0.4 * body.unit)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def sheet_png(pdf: bytes, *, dpi: float = DPI) -> bytes:
    """Return the first page of a PDF as a PNG.

    Parameters
    ----------
    pdf : bytes
        Such as `sheet_pdf` makes.
    dpi : float, optional
        Pixels to an inch of paper.
    """
    document = pdfium.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=dpi / 72, draw_annots=False).to_pil()
    finally:
        document.close()
    png = BytesIO()
    picture.save(png, "PNG", dpi=(dpi, dpi), compress_level=6)
    return png.getvalue()


@dataclass(frozen=True)
class _Layout:
    """A sheet whose parts have their places, in points."""

    page: tuple[float, float]
    unit: float
    body: Body
    blocks: list[tuple[Block, float, float, float]]


def _area(workspace: Workspace, view: Mapping[str, Any]) -> Bounds:
    """Return west, south, east and north of what the sheet shows: the commune chosen, or all of them."""
    communes = workspace.units(view["units"]).geometry
    return tuple(map(float, (communes[[view["commune"]]] if view["commune"] else communes).total_bounds))


def _projected_area(facts: Facts) -> Bounds:
    """Return what the sheet shows in projected metres, though its sides are curves there."""
    west, south, east, north = _area(facts.workspace, facts.view)
    corners = shapely.segmentize(shapely.box(west, south, east, north), (east - west + north - south) / 40)
    return tuple(map(float, shapely.bounds(shapely.transform(corners, facts.drawn_in.project))))


def _merit(frame: Frame, facts: Facts) -> float:
    """Return how good a layout is: by its scale, and of two about as large by how well the map fills it."""
    west, south, east, north = _projected_area(facts)
    left, bottom, right, top = frame.box
    filled = (east - west) * (north - south) * frame.points_a_metre**2 / ((right - left) * (top - bottom))
    return frame.points_a_metre * filled**0.25


def _body(facts: Facts, box: Bounds, unit: float) -> Body:
    frame = fitted(box, facts.drawn_in, _projected_area(facts))
    return Body(facts.workspace, facts.view, frame, facts.basemap, unit)


def _height(block: Block, width: float, unit: float) -> float:
    return -block(Pen(Canvas(BytesIO()), unit), 0.0, 0.0, width)


def _landscape(facts: Facts, size: str) -> _Layout:
    """Return a sheet with everything else in one column beside the map."""
    unit = UNITS_A_MM[size] * MM
    page = SIZES_MM[size][1] * MM, SIZES_MM[size][0] * MM
    edge, gap, grid = EDGE_MM * unit, GAP_MM * unit, GRATICULE_MM * unit
    top, bottom = page[1] - edge, edge
    for panel in PANELS_MM:
        width = panel * unit
        left = page[0] - edge - width
        body = _body(facts, (edge + grid, bottom + grid, left - gap - grid, top - grid), unit)
        margin = Margin(facts, body)
        blocks = [margin.title, margin.figures, margin.legend, margin.where, margin.notes]
        heights = [_height(block, width, unit) for block in blocks]
        spare = top - bottom - sum(heights) - LEAST_GAP_MM * unit * (len(blocks) - 1)
        if spare >= 0:
            break
    if _has_table(facts) and (height := _height(margin.communes, width, unit)) < spare - gap:
        blocks.insert(3, margin.communes)
        heights.insert(3, height)
    step = max((top - bottom - sum(heights)) / (len(blocks) - 1), 0.0)
    tops = [top - sum(heights[:i]) - i * step for i in range(len(blocks))]
    return _Layout(page, unit, body, [(b, left, y, width) for b, y in zip(blocks, tops, strict=True)])


def _portrait(facts: Facts, size: str) -> _Layout:
    """Return a sheet with the title above the map and the rest in three columns below it."""
    unit = UNITS_A_MM[size] * MM
    page = SIZES_MM[size][0] * MM, SIZES_MM[size][1] * MM
    edge, gap, grid = EDGE_MM * unit, GAP_MM * unit, GRATICULE_MM * unit
    whole = page[0] - 2 * edge
    width = (whole - 2 * gap) / 3

    def columns(body: Body) -> list[list[Block]]:
        margin = Margin(facts, body)
        if not _has_table(facts):
            return [[margin.figures, margin.where], [margin.legend], [margin.notes]]
        return [[margin.figures, margin.where], [margin.legend, margin.notes], [margin.communes]]

    # How high the columns are does not depend on how much of the sheet the map takes.
    trial = _body(facts, (edge, edge, page[0] - edge, page[1] - edge), unit)
    title = _height(Margin(facts, trial).title, whole, unit)
    heights = [
        sum(_height(block, width, unit) for block in column) + gap * (len(column) - 1)
        for column in columns(trial)
    ]
    top = page[1] - edge
    box = (edge + grid, edge + max(heights) + gap + grid, page[0] - edge - grid, top - title - gap - grid)
    body = _body(facts, box, unit)
    blocks: list[tuple[Block, float, float, float]] = [(Margin(facts, body).title, edge, top, whole)]
    for i, column in enumerate(columns(body)):
        y = edge + max(heights)
        for block in column:
            blocks.append((block, edge + i * (width + gap), y, width))
            y -= _height(block, width, unit) + gap
    return _Layout(page, unit, body, blocks)


def _has_table(facts: Facts) -> bool:
    return not facts.view["commune"] and len(facts.reach.communes) <= MOST_IN_TABLE


def _drawn(layout: _Layout, facts: Facts) -> bytes:
    file = BytesIO()
    # Without dates and random ids, so that the same sheet is the same file.
    canvas = Canvas(
        file, pagesize=layout.page, invariant=1, lang=facts.words.lang, initialFontName=typefaces.SANS
    )
    canvas.setTitle(facts.title)
    canvas.setSubject(facts.subtitle)
    canvas.setCreator(f"{facts.words('sheet.program')} {VERSION}")
    pen = Pen(canvas, layout.unit)
    layout.body.draw(pen, facts.words)
    _graticule(pen, layout.body.frame, facts.words)
    for block, x, top, width in layout.blocks:
        block(pen, x, top, width)
    _small_print(pen, layout, facts)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _graticule(pen: Pen, frame: Frame, words: Words) -> None:
    """Draw meridians and parallels across the map, with their degrees and minutes around it."""
    u = pen.unit
    left, bottom, right, top = frame.box
    border = shapely.segmentize(shapely.box(*frame.box), (right - left) / 20).exterior
    west, south, east, north = shapely.bounds(shapely.transform(border, frame.to_earth))
    size = SMALL_MM * u
    frame_shape = shapely.box(*frame.box)
    for axis, (low, high), across in ((0, (west, east), (south, north)), (1, (south, north), (west, east))):
        for minutes in steps(low * 60, high * 60, MINUTES, fewest=3):
            line = np.empty((33, 2))
            line[:, axis] = minutes / 60
            line[:, 1 - axis] = np.linspace(*across, len(line))
            seen = shapely.intersection(shapely.linestrings(frame.to_page(line)), frame_shape)
            if seen.is_empty or seen.geom_type != "LineString":
                continue
            pen.line(shapely.get_coordinates(seen), RULE, 0.1 * u, (0.6 * u, 1.2 * u))
            text = degrees(minutes, words("sheet.east" if axis == 0 else "sheet.north"))
            for x, y in shapely.get_coordinates(seen)[[0, -1]]:
                if axis == 0 and abs(y - bottom) < 0.1:
                    pen.text(x, bottom - 1.2 * u - 0.72 * size, text, size=size, color=QUIET, align="centre")
                elif axis == 0 and abs(y - top) < 0.1:
                    pen.text(x, top + 1.2 * u, text, size=size, color=QUIET, align="centre")
                elif axis == 1 and min(abs(x - left), abs(x - right)) < 0.1:
                    pen.canvas.saveState()
                    is_left = abs(x - left) < 0.1
                    pen.canvas.translate(x - 1.2 * u if is_left else x + 1.2 * u, y)
                    pen.canvas.rotate(90 if is_left else -90)
                    pen.text(0, 0, text, size=size, color=QUIET, align="centre")
                    pen.canvas.restoreState()
    pen.rectangle(frame.box, stroke=INK, width=0.4 * u)


def degrees(minutes: float, side: str) -> str:
    """Return degrees and minutes of an angle that is given in minutes, with the side that it is on.

    Examples
    --------
    >>> degrees(6555, "Đ")
    '109°15′Đ'
    >>> degrees(750.5, "B")
    '12°30′30″B'
    """
    whole, rest = divmod(round(minutes * 60), 3600)
    seconds = f"{rest % 60:02d}″" if rest % 60 else ""
    return f"{whole}°{rest // 60:02d}′{seconds}{side}"


def _small_print(pen: Pen, layout: _Layout, facts: Facts) -> None:
    """Write in the margin what tells this sheet from any other."""
    words, reach = facts.words, facts.reach
    checksum = facts.workspace.checksum(reach.on, reach.units, reach.channels)
    text = words("sheet.small_print", checksum=checksum, version=VERSION)
    names = layout.body.names
    for kind, left_out in (("communes", names.communes_left_out), ("points", names.points_left_out)):
        if left_out:
            text = f"{text} · {words(f'sheet.left_out_{kind}', n=len(left_out))}"
    size = 1.9 * pen.unit
    y = EDGE_MM * pen.unit / 2 - size / 2
    pen.text(layout.body.frame.box[0], y, text, size=size, color=QUIET)
