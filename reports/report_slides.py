"""The report as slides: few words, figures large enough for the back row, and the map."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.dml import MSO_PATTERN
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide
from pptx.util import Emu, Inches, Pt

from geo.palette import CLASS_SYMBOLS, LAYERS
from geo.terms import CLASSES
from geo.text import Words
from reports.report_text import ReportText, Speaker, day
from reports.results import STEPS, UNKNOWN, Results

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN = Inches(0.6)
TOP = Inches(1.45)
"""Where what stands below a title begins."""
FONT = "Arial"
INK, QUIET, PAPER = "#22303a", "#5f6b76", "#ffffff"
MAP_LEFT = Inches(3.5)
"""Left of the map, for its title and counts."""
GOOD, PLANNED, BAD = (CLASS_SYMBOLS[name].color for name in ("reached", "planned", "unreached"))
MOST_ROWS = 8
"""Rows of a table that can be read from the back."""
LONG_CELL = 60
"""Letters of a cell that would take too many lines in large type."""
MOST_NAMES = 3
"""Names that a sentence lists: the report has the others."""
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
        The map as a picture, for a slide of its own.
    """
    deck = Deck(results, text, words)
    deck.cover()
    deck.head_figures()
    if map_picture:
        deck.map(map_picture)
    if results.value("villages"):
        deck.communes()
    deck.table(
        words("report.slide.commitments"),
        text,
        "commitments",
        {"text": 5.4, "target": 2.1, "proven": 1.3, "open": 1.2, "status": 2.1},
    )
    deck.table(
        words("report.slide.channels"),
        text,
        "channels",
        {"channel": 3.4, "done": 1.5, "proven": 2, "quantity": 3.2, "spent": 2},
    )
    deck.table(words("report.slide.money"), text, "money", {"label": 7.4, "amount": 3, "unknown": 1.7})
    deck.table(
        words("report.slide.unreached"),
        text,
        "unreached",
        {"commune": 2.3, "count": 1.2, "planned": 4.3, "others": 4.3},
    )
    deck.points(words("report.slide.unknown"), deck.say.points("unknown_of", UNKNOWN, most=MOST_NAMES))
    deck.points(words("report.slide.steps"), deck.say.points("step", STEPS, most=MOST_NAMES))
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
            Inches(0.85),
        )
        _write(heading.text_frame, title, size=32, bold=True, anchor=MSO_ANCHOR.MIDDLE)
        bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, Inches(0.45), Inches(0.18), Inches(0.75))
        _paint(bar, GOOD)
        number = len(self.file.slides)
        foot = slide.shapes.add_textbox(MARGIN, HEIGHT - Inches(0.45), WIDTH - 2 * MARGIN, Inches(0.35))
        _write(foot.text_frame, f"{self.text.data_line} · {number}", size=11, color=QUIET)
        if self.text.invented:
            said = slide.shapes.add_textbox(
                WIDTH / 2, HEIGHT - Inches(0.45), WIDTH / 2 - MARGIN, Inches(0.35)
            )
            _write(said.text_frame, self.text.invented, size=11, bold=True, color=BAD, align=PP_ALIGN.RIGHT)
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
        _write(below.text_frame, self.say.plan(), size=20, color=QUIET)

    def head_figures(self) -> None:
        """Add the slide of the five figures that a meeting asks for."""
        words, value = self.words, self.results.value
        slide = self.slide(words("report.slide.head", date=day(self.results.on, words)))
        reached = self._part("reached", "villages")
        figures = [
            (reached, "reached", GOOD),
            (words.number(value("panos_now")), "panos", GOOD),
            (self._part("commitments_met", "commitments"), "met", PLANNED),
            (self._part("commitments_late", "commitments"), "late", BAD),
            (self._spent(), "spent", INK),
        ]
        places = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1)]
        width, height = (WIDTH - 2 * MARGIN) / 3, Inches(2.55)
        for (figure, name, color), (column, row) in zip(figures, places, strict=True):
            span = 2 if name == "spent" else 1
            box = slide.shapes.add_textbox(
                Emu(int(MARGIN + column * width)),
                Emu(int(TOP + row * height)),
                Emu(int(span * width)),
                Emu(int(height)),
            )
            _write(box.text_frame, figure, size=80, bold=True, color=color)
            _add(box.text_frame, words(f"report.slide.{name}"), size=24, color=INK)

    def _part(self, part: str, whole: str) -> str:
        number = self.words.number
        value = self.results.value
        return self.words("report.of_total", part=number(value(part)), whole=number(value(whole)))

    def _spent(self) -> str:
        spent, budget = self.results.value("spent_vnd"), self.results.value("budget_vnd")
        if not budget or spent is None:
            return self.say.sum_of("spent_vnd")
        return self.say.percent(spent, budget)

    def map(self, picture: bytes) -> None:
        """Add the slide of the map, as large as it can be, with its classes and their counts beside it."""
        title = self.words("report.slide.map")
        slide = self.slide(title)
        room = HEIGHT - Inches(0.65)
        shown = slide.shapes.add_picture(io.BytesIO(picture), 0, Inches(0.15), height=int(room))
        widest = WIDTH - MAP_LEFT
        if shown.width > widest:
            shown.height, shown.width = int(shown.height * widest / shown.width), int(widest)
        shown.left = int(WIDTH - shown.width)
        # What a screen reader says in place of the picture.
        shown._element.nvPicPr.cNvPr.set("descr", title)
        beside = int(WIDTH - shown.width - MARGIN - Inches(0.1))
        slide.shapes.title.width = beside
        _write(slide.shapes.title.text_frame, title, size=24, bold=True)
        box = slide.shapes.add_textbox(MARGIN, TOP, beside, int(HEIGHT - TOP - Inches(0.6)))
        for name in CLASSES:
            color = CLASS_SYMBOLS[name].color
            _add(box.text_frame, self.words.number(self.results.value(name)), size=40, bold=True, color=color)
            _add(box.text_frame, self.words(f"terms.class.{name}"), size=16, after=6)
        box.text_frame.word_wrap = True

    def communes(self) -> None:
        """Add the slide of villages by commune and class, as a chart that can be changed in the program."""
        words, table = self.words, self.results.communes[self.results.communes["villages"] > 0][::-1]
        slide = self.slide(words("report.slide.communes"))
        data = CategoryChartData()
        data.categories = table["name"].tolist()
        shown = [name for name in CLASSES if table[name].any()]
        for name in shown:
            # A zero has no bar, and would only put its label on that of another.
            data.add_series(words(f"terms.class.{name}"), [n or None for n in table[name].tolist()])
        area = (MARGIN, TOP, WIDTH - 2 * MARGIN, HEIGHT - TOP - Inches(0.55))
        chart = slide.shapes.add_chart(XL_CHART_TYPE.BAR_STACKED, *map(int, area), data).chart
        chart.has_title = False
        chart.font.size, chart.font.name = Pt(14), FONT
        chart.has_legend, chart.legend.position = True, XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
        plot = chart.plots[0]
        plot.gap_width, plot.overlap, plot.has_data_labels = 35, 100, True
        plot.data_labels.font.size, plot.data_labels.font.bold = Pt(14), True
        for series, name in zip(plot.series, shown, strict=True):
            _fill(series.format.fill, name)
            labels = series.data_labels
            labels.show_value, labels.font.size, labels.font.bold = True, Pt(14), True
            labels.font.color.rgb = _rgb(PAPER if name == "reached" else INK)

    def table(self, title: str, text: ReportText, name: str, widths: dict[str, float]) -> None:
        """Add slides with some columns of a table, as many as its rows need."""
        rows = text.rows[name]
        if not rows:
            self.points(
                title, [self.words("report.nothing" if name == "unreached" else "report.none_of_table")]
            )
        # All of about the same length, so that none is left with one row.
        slides = -(-len(rows) // MOST_ROWS)
        edges = [round(len(rows) * n / slides) for n in range(slides + 1)] if slides else []
        parts = [rows[start:end] for start, end in pairwise(edges)]
        for number, part in enumerate(parts, start=1):
            of = self.words("report.of_total", part=str(number), whole=str(len(parts)))
            slide = self.slide(f"{title} ({of})" if len(parts) > 1 else title)
            size = (int(WIDTH - 2 * MARGIN), int(Inches(0.58) * (len(part) + 1)))
            frame = slide.shapes.add_table(len(part) + 1, len(widths), int(MARGIN), int(TOP), *size)
            _set_table(frame.table, [text.head[name], *part], widths)

    def points(self, title: str, lines: Sequence[str]) -> None:
        """Add slides with a list, as many as it needs."""
        lines = lines or [self.words("report.nothing")]
        for at, part in enumerate(_by_length(lines)):
            slide = self.slide(title if at == 0 else self.words("report.slide.more", title=title))
            box = slide.shapes.add_textbox(MARGIN, TOP, WIDTH - 2 * MARGIN, HEIGHT - TOP - Inches(0.6))
            box.text_frame.word_wrap = True
            for line in part:
                _add(box.text_frame, f"•  {line}", size=20, after=9)


LINE_LETTERS, SLIDE_LINES = 98, 13


def _by_length(lines: Sequence[str]) -> list[list[str]]:
    """Split lines into parts that fit on a slide each."""
    parts: list[list[str]] = [[]]
    used = 0.0
    for line in lines:
        takes = -(-len(line) // LINE_LETTERS) + 0.4
        if parts[-1] and used + takes > SLIDE_LINES:
            parts.append([])
            used = 0
        parts[-1].append(line)
        used += takes
    return parts


def _set_table(table, rows: Sequence[dict[str, str]], widths: dict[str, float]) -> None:
    table.horz_banding = False
    for column, width in zip(table.columns, widths.values(), strict=True):
        column.width = Inches(width)
    # One size for all of a slide, small enough for its longest cell.
    size = 14 if max(len(row[name]) for row in rows for name in widths) > LONG_CELL else 18
    for at, row in enumerate(rows):
        for place, name in enumerate(widths):
            cell = table.cell(at, place)
            cell.margin_top = cell.margin_bottom = Inches(0.04)
            cell.fill.solid()
            cell.fill.fore_color.rgb = _rgb(LAYERS["sea"] if at == 0 else PAPER)
            is_text = place == 0 or name in ("target", "status", "quantity", "planned", "others", "text")
            _write(
                cell.text_frame,
                row[name],
                size=size,
                bold=at == 0,
                align=PP_ALIGN.LEFT if is_text else PP_ALIGN.RIGHT,
            )


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
