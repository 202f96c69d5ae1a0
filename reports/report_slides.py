"""The report as slides: few words, figures large enough for the back row, and the map."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.dml import MSO_PATTERN
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide
from pptx.util import Inches, Mm, Pt

from geo.palette import CLASS_SYMBOLS, LAYERS
from geo.sheet.pen import lines_of
from geo.terms import CLASSES
from geo.text import Words
from geo.typefaces import SANS, SANS_BOLD
from reports.headline import headlines
from reports.report_text import ReportText, Speaker
from reports.results import STEPS, UNKNOWN, Results

Row = TypeVar("Row")
WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN = Inches(0.6)
TOP, FOOT = Inches(1.5), Inches(6.95)
"""Where what stands below a title begins, and where the last line of a slide does."""
FONT = "Arial"
INK, QUIET, PAPER = "#22303a", "#5f6b76", "#ffffff"
TABLE_PT, POINT_PT, FOOT_PT = 18, 22, 12
"""Sizes of type, for the back row."""
LEADING = 1.2
"""Height of a line, as a share of the size."""
CELL_SIDE, CELL_TOP, CELL_BELOW = Inches(0.1), Inches(0.05), Inches(0.07)
POINT_BELOW_PT = 10
MAP_LEFT = Inches(3.6)
"""Left of the map, for its title and counts."""
MAP_BOX = (MAP_LEFT, Inches(0.15), WIDTH - Inches(0.15) - MAP_LEFT, FOOT - Inches(0.25))
"""Left, top, width and height of the map."""
MAP_MM = tuple(side / Mm(1) for side in MAP_BOX[2:])
GOOD = CLASS_SYMBOLS["reached"].color
MOST_NAMES = 3
"""Names that a sentence lists: the report has the others."""
MOST_LINES = 7
"""Lines of a cell or a sentence; of a longer text the report has the rest."""
_COLUMNS = {
    "commitments": {"text": 5.2, "target": 2.2, "proven": 1.5, "open": 1.2, "status": 2.03},
    "channels": {"channel": 3.1, "done": 1.5, "proven": 1.7, "quantity": 3.5, "spent": 2.33},
    "money": {"label": 7.4, "amount": 3, "unknown": 1.73},
    "unreached": {"commune": 2.3, "count": 1.3, "planned": 4.26, "others": 4.27},
}
"""Columns of the tables that are shown, with their widths in inches."""
_SHAPES = {
    "circle": MSO_SHAPE.OVAL,
    "half_circle": MSO_SHAPE.OVAL,
    "diamond": MSO_SHAPE.DIAMOND,
    "square": MSO_SHAPE.RECTANGLE,
    "triangle": MSO_SHAPE.ISOSCELES_TRIANGLE,
}
_PATTERNS = {
    "planned": MSO_PATTERN.WIDE_UPWARD_DIAGONAL,
    "possible": MSO_PATTERN.PERCENT_30,
    "no_location": MSO_PATTERN.LIGHT_VERTICAL,
    "unreached": MSO_PATTERN.WIDE_DOWNWARD_DIAGONAL,
}
"""So that a black-and-white print tells the classes apart."""


def to_pptx(results: Results, text: ReportText, words: Words, *, map_picture: bytes | None = None) -> bytes:
    """Return the report as slides, 16:9.

    Parameters
    ----------
    results : Results
        The figures.
    text : ReportText
        The same in words.
    words : Words
        Their language.
    map_picture : bytes, optional
        The map alone as a picture, of the sides `MAP_MM`, for a slide of its own.
    """
    deck = Deck(results, text, words)
    deck.cover()
    deck.head_figures()
    if map_picture:
        deck.map(map_picture)
    if results.value("villages"):
        deck.communes()
    for name, widths in _COLUMNS.items():
        deck.table(name, widths)
    for name, sentences, figures in (("unknown", "unknown_of", UNKNOWN), ("steps", "step", STEPS)):
        deck.points(name, deck.say.points(sentences, figures, most=MOST_NAMES))
    return deck.content()


class Deck:
    """Slides being made."""

    def __init__(self, results: Results, text: ReportText, words: Words) -> None:
        self.results = results
        self.text = text
        self.words = words
        self.say = Speaker(results, words)
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = WIDTH, HEIGHT
        properties = self.file.core_properties
        properties.title, properties.author, properties.language = text.letterhead["subject"], "", words.lang

    def content(self) -> bytes:
        """Return the file."""
        stream = io.BytesIO()
        self.file.save(stream)
        return stream.getvalue()

    def slide(self, title: str) -> Slide:
        """Add a slide with a title, and at its foot what the figures rest on."""
        slide = self.file.slides.add_slide(self.file.slide_layouts[5])
        heading = slide.shapes.title
        heading.left, heading.top, heading.width, heading.height = (
            MARGIN,
            Inches(0.4),
            WIDTH - 2 * MARGIN,
            Inches(0.95),
        )
        size = 32 if len(_lines(title, heading.width, 32, SANS_BOLD)) == 1 else 26
        _write(heading.text_frame, title, size=size, bold=True, anchor=MSO_ANCHOR.MIDDLE)
        bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, Inches(0.45), Inches(0.18), Inches(0.85))
        _paint(bar, GOOD)
        number = len(self.file.slides)
        half = int(WIDTH / 2 - MARGIN)
        width = half if self.text.invented else 2 * half
        foot = slide.shapes.add_textbox(MARGIN, FOOT, width + Inches(0.6), Inches(0.35))
        _write(foot.text_frame, f"{self.text.data_line} · {number}", size=FOOT_PT, color=QUIET)
        if self.text.invented:
            left = MARGIN + width + Inches(0.6)
            said = slide.shapes.add_textbox(left, FOOT, WIDTH - MARGIN - left, Inches(0.35))
            align = PP_ALIGN.RIGHT
            color = CLASS_SYMBOLS["unreached"].color
            _write(said.text_frame, self.text.invented, size=FOOT_PT, bold=True, color=color, align=align)
        return slide

    def cover(self) -> None:
        """Add the first slide."""
        slide = self.slide("")
        heading = slide.shapes.title
        heading.top, heading.height = Inches(2.1), Inches(1.9)
        _write(
            heading.text_frame, self.text.letterhead["subject"], size=44, bold=True, anchor=MSO_ANCHOR.BOTTOM
        )
        below = slide.shapes.add_textbox(MARGIN, Inches(4.2), WIDTH - 2 * MARGIN, Inches(1.8))
        plan = self.shortened(self.say.plan(), below.width - 2 * CELL_SIDE, 20, most=4)
        _write(below.text_frame, plan, size=20, color=QUIET)

    def head_figures(self) -> None:
        """Add the slide of the five figures that a meeting opens with."""
        figures = headlines(self.results, self.words)
        slide = self.slide(figures[0].said)
        width, height = int((WIDTH - 2 * MARGIN) / 3), Inches(2.6)
        for number, figure in enumerate(figures):
            row, column = divmod(number, 3)
            box = slide.shapes.add_textbox(MARGIN + column * width, TOP + row * height, width, height)
            _write(box.text_frame, figure.value, size=72, bold=True, color=figure.color or INK)
            _add(box.text_frame, figure.label, size=26, color=INK)
            if figure.more:
                _add(box.text_frame, figure.more, size=20, color=QUIET)

    def message(self, name: str) -> str:
        """Return what a slide says: its title."""
        words, value, table = self.words, self.results.value, self.results.communes
        left = value("villages") - value("reached")
        known = table["villages"] > 0
        match name:
            case "map":
                return words("report.slide.map", reached=value("reached"), left=left)
            case "communes":
                whole = int((known & (table["reached"] == table["villages"])).sum())
                return words("report.slide.communes", whole=whole, communes=len(table))
            case "commitments" if value("commitments"):
                keys = ("commitments", "commitments_met", "commitments_late")
            case "channels" if value("activities_done"):
                keys = ("activities_done", "activities_proven")
            case "money" if value("budget_vnd") is not None:
                spent, budget = self.say.sum_of("spent_vnd"), self.say.sum_of("budget_vnd")
                return words("report.slide.money", spent=spent, budget=budget)
            case "unreached" if left:
                return words("report.slide.unreached", left=left, planned=value("planned"))
            case _:
                return words(f"report.heading.{name}")
        return words(f"report.slide.{name}", **{key: value(key) for key in keys})

    def map(self, picture: bytes) -> None:
        """Add the slide of the map, as large as it can be, with its classes and their counts beside it."""
        title = self.message("map")
        slide = self.slide(title)
        left, top, width, height = map(int, MAP_BOX)
        shown = slide.shapes.add_picture(io.BytesIO(picture), left, top, width, height)
        # What a screen reader says in place of the picture.
        shown._element.nvPicPr.cNvPr.set("descr", title)
        heading = slide.shapes.title
        heading.width, heading.height = int(MAP_LEFT - MARGIN - Inches(0.1)), Inches(1.35)
        _write(heading.text_frame, title, size=24, bold=True)
        step = int((FOOT - Inches(1.9)) / len(CLASSES))
        for number, name in enumerate(CLASSES):
            y = Inches(1.85) + number * step
            _symbol(slide, name, MARGIN + Inches(0.25), y + Inches(0.36))
            box = slide.shapes.add_textbox(MARGIN + Inches(0.5), y, heading.width - Inches(0.5), step)
            count = self.words.number(self.results.value(name))
            box.text_frame.margin_top = box.text_frame.margin_bottom = 0
            _write(box.text_frame, count, size=28, bold=True, color=CLASS_SYMBOLS[name].color)
            _add(box.text_frame, self.words(f"terms.class.{name}"), size=15)

    def communes(self) -> None:
        """Add the slide of villages by commune and class, as a chart that can be changed in the program."""
        words, table = self.words, self.results.communes[self.results.communes["villages"] > 0][::-1]
        slide = self.slide(self.message("communes"))
        data = CategoryChartData()
        data.categories = table["name"].tolist()
        shown = [name for name in CLASSES if table[name].any()]
        for name in shown:
            # A zero has no bar, and would only put its label on that of another.
            data.add_series(words(f"terms.class.{name}"), [n or None for n in table[name].tolist()])
        area = (MARGIN, TOP, WIDTH - 2 * MARGIN, FOOT - TOP)
        chart = slide.shapes.add_chart(XL_CHART_TYPE.BAR_STACKED, *map(int, area), data).chart
        chart.has_title = False
        chart.font.size, chart.font.name = Pt(16), FONT
        chart.has_legend, chart.legend.position = True, XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
        plot = chart.plots[0]
        plot.gap_width, plot.overlap, plot.has_data_labels = 35, 100, True
        plot.data_labels.font.size, plot.data_labels.font.bold = Pt(16), True
        for series, name in zip(plot.series, shown, strict=True):
            _fill(series.format.fill, name)
            labels = series.data_labels
            labels.show_value, labels.font.size, labels.font.bold = True, Pt(16), True
            labels.font.color.rgb = _rgb(PAPER if name == "reached" else INK)

    def table(self, name: str, widths: Mapping[str, float]) -> None:
        """Add slides with some columns of a table, as many as its rows need."""
        rows, head = self.text.rows[name], self.text.head[name]
        if not rows:
            missing = self.words("report.nothing" if name == "unreached" else "report.none_of_table")
            self.points(name, [missing])
            return
        rooms = {column: Inches(width) - 2 * CELL_SIDE for column, width in widths.items()}
        rows = [
            {key: self.shortened(row[key], room, TABLE_PT, typeface=SANS_BOLD) for key, room in rooms.items()}
            for row in rows
        ]
        parts = _split(rows, lambda row: _row_height(row, widths), FOOT - TOP - _row_height(head, widths))
        for number, part in enumerate(parts, start=1):
            slide = self.slide(self._part_of(self.message(name), number, len(parts)))
            size = int(WIDTH - 2 * MARGIN), Inches(1)
            frame = slide.shapes.add_table(len(part) + 1, len(widths), MARGIN, TOP, *size)
            _set_table(frame.table, [head, *part], widths)
            frame.height = sum(row.height for row in frame.table.rows)

    def points(self, name: str, lines: Sequence[str]) -> None:
        """Add slides with a list, as many as it needs."""
        width = WIDTH - 2 * MARGIN - 2 * CELL_SIDE
        lines = [self.shortened(f"•  {line}", width, POINT_PT) for line in lines]
        lines = lines or [self.words("report.nothing")]

        def height(line: str) -> int:
            return Pt(len(_lines(line, width, POINT_PT)) * POINT_PT * LEADING + POINT_BELOW_PT)

        parts = _split(lines, height, FOOT - TOP - Inches(0.1))
        for number, part in enumerate(parts, start=1):
            slide = self.slide(self._part_of(self.message(name), number, len(parts)))
            box = slide.shapes.add_textbox(MARGIN, TOP, WIDTH - 2 * MARGIN, FOOT - TOP)
            box.text_frame.word_wrap = True
            for line in part:
                _add(box.text_frame, line, size=POINT_PT, after=POINT_BELOW_PT)

    def shortened(
        self, text: str, width: int, size: float, *, typeface: str = SANS, most: int = MOST_LINES
    ) -> str:
        """Return a text of a few lines of a width; the last of a longer one says where it goes on."""
        lines = _lines(text, width, size, typeface)
        if len(lines) <= most:
            return text
        rest = _lines(self.words("report.slide.more"), width, size, typeface)
        return " ".join([*lines[: most - len(rest)], *rest])

    def _part_of(self, title: str, number: int, parts: int) -> str:
        return f"{title} ({self.words('report.of_total', part=number, whole=parts)})" if parts > 1 else title


def _lines(text: str, width: int, size: float, typeface: str = SANS) -> list[str]:
    """Return a text as lines of a width; the typeface has the measures of Arial."""
    return lines_of(text, width / Pt(1), typeface=typeface, size=size)


def _split(rows: Sequence[Row], height: Callable[[Row], int], room: int) -> list[list[Row]]:
    """Split rows into parts that fit on a slide each, no part left with little of the whole."""
    heights = [height(row) for row in rows]
    # As even as can be in as few slides as the rows need.
    for slides in range(max(1, -(-sum(heights) // room)), len(rows) + 1):
        most = sum(heights) / slides
        parts: list[list[Row]] = [[]]
        used = 0
        for row, takes in zip(rows, heights, strict=True):
            is_full = used + takes > room or used + takes / 2 > most
            if parts[-1] and is_full and len(parts) < slides:
                parts.append([])
                used = 0
            parts[-1].append(row)
            used += takes
        if used <= room:
            return parts
    return [[row] for row in rows]


def _row_height(row: Mapping[str, str], widths: Mapping[str, float]) -> int:
    """Return how high a row of a table is, set in bold, which is wider."""
    lines = max(
        len(_lines(row[name], Inches(width) - 2 * CELL_SIDE, TABLE_PT, SANS_BOLD))
        for name, width in widths.items()
    )
    return Pt(max(lines, 1) * TABLE_PT * LEADING) + CELL_TOP + CELL_BELOW


def _set_table(table, rows: Sequence[Mapping[str, str]], widths: Mapping[str, float]) -> None:
    table.horz_banding = False
    for column, width in zip(table.columns, widths.values(), strict=True):
        column.width = Inches(width)
    for at, row in enumerate(rows):
        table.rows[at].height = _row_height(row, widths)
        for place, name in enumerate(widths):
            cell = table.cell(at, place)
            cell.margin_top, cell.margin_bottom = CELL_TOP, CELL_BELOW
            cell.fill.solid()
            cell.fill.fore_color.rgb = _rgb(LAYERS["sea"] if at == 0 else PAPER)
            is_text = place == 0 or name in ("target", "status", "quantity", "planned", "others", "text")
            _write(
                cell.text_frame,
                row[name],
                size=TABLE_PT,
                bold=at == 0,
                align=PP_ALIGN.LEFT if is_text else PP_ALIGN.RIGHT,
            )


def _symbol(slide: Slide, name: str, x: int, y: int) -> None:
    """Draw the symbol of a class around a point."""
    symbol, r = CLASS_SYMBOLS[name], Inches(0.14)
    shape = slide.shapes.add_shape(_SHAPES[symbol.shape], x - r, y - r, 2 * r, 2 * r)
    is_full = symbol.filled and symbol.shape != "half_circle"
    _paint(shape, symbol.color if is_full else PAPER)
    shape.line.color.rgb, shape.line.width = _rgb(symbol.color), Pt(2)
    if symbol.shape == "half_circle":
        half = slide.shapes.add_shape(MSO_SHAPE.FLOWCHART_DELAY, x - r, y - r, r, 2 * r)
        half.rotation = 180
        _paint(half, symbol.color)


def _fill(fill, name: str) -> None:
    color = _rgb(CLASS_SYMBOLS[name].color)
    if name not in _PATTERNS:
        fill.solid()
        fill.fore_color.rgb = color
        return
    fill.patterned()
    fill.pattern = _PATTERNS[name]
    fill.fore_color.rgb, fill.back_color.rgb = color, _rgb(PAPER)


def _write(frame, text: str, *, anchor=None, **look) -> None:
    """Put a text into a frame in place of what it holds."""
    frame.word_wrap = True
    if anchor is not None:
        frame.vertical_anchor = anchor
    paragraph = frame.paragraphs[0]
    for run in paragraph.runs:
        run._r.getparent().remove(run._r)
    _style(paragraph, text, **look)


def _add(frame, text: str, **look) -> None:
    """Add a paragraph to a frame; the first takes the place of the empty one that is there."""
    first = frame.paragraphs[0]
    _style(frame.add_paragraph() if first.runs else first, text, **look)


def _style(paragraph, text: str, *, size: float, bold=False, color=INK, align=PP_ALIGN.LEFT, after=0) -> None:
    run = paragraph.add_run()
    run.text = text
    paragraph.alignment, paragraph.space_after = align, Pt(after)
    font = run.font
    font.name, font.size, font.bold = FONT, Pt(size), bold
    font.color.rgb = _rgb(color)


def _paint(shape, color: str) -> None:
    shape.fill.solid()
    shape.fill.fore_color.rgb = _rgb(color)
    shape.line.fill.background()


def _rgb(color: str) -> RGBColor:
    return RGBColor.from_string(color.removeprefix("#").upper())
