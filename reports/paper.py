"""The paper way: for each commune a sheet with what is known of its panos, and boxes to fill by pen."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

import pandas as pd
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from geo import palette, typefaces
from geo.sheet.paper import MM, SIZES_MM
from geo.sheet.pen import LEADING, Pen
from geo.text import Words, fold
from geo.workspace import Workspace, rows_of
from records.lifecycle import CONDITIONS_SEEN, WORK_STATES_OPEN
from records.status import is_inspection_due, is_overdue
from reports.qr import Server, draw_code

INK, QUIET_INK = palette.LAYERS["commune_label"], palette.LAYERS["place_label"]
RULE, PAPER = palette.LAYERS["commune_edge"], palette.LAYERS["halo"]
INVENTED = palette.LAYERS["selected"]
WIDTH, HEIGHT = (side * MM for side in SIZES_MM["A4"])
SIDE, TOP, FOOT = 12 * MM, 10 * MM, 13 * MM
GAP, PADDING = 2.5 * MM, 2.5 * MM
CODE, KNOWN = 30 * MM, 66 * MM
"""Widths of the first two columns of a block: the code, and what is known."""
LINE = 7 * MM
"""Height of a line to write on by hand."""
SIGNED = 11 * MM
TITLE_PT, NAME_PT, TEXT_PT, SMALL_PT = 15, 10.5, 8.5, 6.5
MOST_LETTERS = 160
"""Of a name; what is longer is cut, so that a block always fits on a page."""
MOST_WORKS = 4


def text_of(
    text: str, *, size: float, bold: bool = False, color: str = INK, align: int = TA_LEFT
) -> Paragraph:
    """Return a text as a paragraph whose words are broken where they are wider than their column."""
    shown = text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"
    face = typefaces.SANS_BOLD if bold else typefaces.SANS
    style = ParagraphStyle(
        "",
        fontName=face,
        fontSize=size,
        leading=size * LEADING,
        alignment=align,
        textColor=HexColor(color),
        splitLongWords=True,
    )
    return Paragraph(escape(shown), style)


def height_of(lines: Sequence[Paragraph], width: float) -> float:
    """Return how high paragraphs are one below the other, in points."""
    return sum(line.wrap(width, HEIGHT)[1] for line in lines)


def draw_down(canvas: Canvas, lines: Sequence[Paragraph], x: float, top: float, width: float) -> float:
    """Draw paragraphs down from a height; return where they end."""
    for line in lines:
        top -= line.wrap(width, HEIGHT)[1]
        line.drawOn(canvas, x, top)
    return top


def invented_band(pen: Pen, words: Words, x: float, top: float, width: float) -> float:
    """Say in a band that the data are made up; return where it ends."""
    height = 5.5 * MM
    pen.rectangle((x, top - height, x + width, top), fill=INVENTED)
    text = words("sheet.invented_title")
    y = top - height / 2 - 1.1 * MM
    pen.text(x + width / 2, y, text, typeface=typefaces.SANS_BOLD, size=TEXT_PT, color=PAPER, align="centre")
    return top - height


def standing(workspace: Workspace, commune: str | None = None) -> list[str]:
    """Return the ids of the panos that can be reported on, by commune and name; of one commune, if asked."""
    communes, panos = workspace.communes["2023"], workspace.panos
    kept = panos[panos["state"] != "retired"]
    if commune is not None:
        kept = kept[kept["commune_code"] == commune]
    order = {code: number for number, code in enumerate(communes.index)}
    return sorted(
        kept.index, key=lambda key: (order[kept.at[key, "commune_code"]], fold(kept.at[key, "name"]), key)
    )


def field_sheets(
    workspace: Workspace, words: Words, server: Server, *, on: date, commune: str | None = None
) -> bytes:
    """Return the sheets as a PDF, A4, in vectors; each commune begins on a page of its own.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    words : Words
        Their language.
    server : Server
        Where phones reach the server.
    on : date
        The day of which it all is.
    commune : str, optional
        Code of one commune of 2023; all that have a pano, where none is given.
    """
    typefaces.register()
    stream = io.BytesIO()
    title = words("paper.title")
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), lang=words.lang, invariant=1)
    canvas.setTitle(title)
    pen = Pen(canvas, MM)
    here = {workspace.panos.at[key, "commune_code"] for key in standing(workspace)}
    codes = [commune] if commune else [code for code in workspace.communes["2023"].index if code in here]
    for code in codes or [None]:
        _Sheet(workspace, words, server, on, code).draw(pen)
    canvas.save()
    return stream.getvalue()


@dataclass(frozen=True)
class _Sheet:
    """The sheet of a commune; without one it says that there is no pano at all."""

    workspace: Workspace
    words: Words
    server: Server
    on: date
    commune: str | None

    @property
    def place(self) -> str:
        """Name of the commune."""
        if self.commune is None:
            return ""
        row = self.workspace.communes["2023"].loc[self.commune]
        return f"{row['kind']} {row['name']}"

    def draw(self, pen: Pen) -> None:
        """Draw its pages: as many whole blocks on each as there is room for."""
        ids = standing(self.workspace, self.commune) if self.commune else []
        blocks = [_Block.of(self, key) for key in ids]
        room = HEIGHT - TOP - FOOT - self._head_height()
        pages: list[list[_Block]] = [[]]
        for block in blocks:
            if pages[-1] and sum(one.height + GAP for one in pages[-1]) + block.height > room:
                pages.append([])
            pages[-1].append(block)
        for number, page in enumerate(pages, start=1):
            top = self._head(pen)
            for block in page:
                block.draw(pen, top)
                top -= block.height + GAP
            if not page:
                none = text_of(self.words("paper.no_panos"), size=NAME_PT)
                draw_down(pen.canvas, [none], SIDE, top, WIDTH - 2 * SIDE)
            foot = self.words(
                "paper.foot", page=number, pages=len(pages), place=self.place, date=self.words.date(self.on)
            )
            foot = text_of(foot, size=TEXT_PT, color=QUIET_INK)
            draw_down(pen.canvas, [foot], SIDE, FOOT - 1.5 * MM, WIDTH - 2 * SIDE)
            pen.canvas.showPage()

    def _headings(self) -> list[Paragraph]:
        words = self.words
        title = words("paper.title_of", place=self.place) if self.place else words("paper.title")
        return [
            text_of(title, size=TITLE_PT, bold=True),
            text_of(words("paper.how"), size=TEXT_PT, color=QUIET_INK),
        ]

    def _head_height(self) -> float:
        band = 7.5 * MM if self.workspace.invented else 0
        return band + height_of(self._headings(), WIDTH - 2 * SIDE) + 3 * MM

    def _head(self, pen: Pen) -> float:
        top = HEIGHT - TOP
        if self.workspace.invented:
            top = invented_band(pen, self.words, SIDE, top, WIDTH - 2 * SIDE) - 2 * MM
        return draw_down(pen.canvas, self._headings(), SIDE, top, WIDTH - 2 * SIDE) - 3 * MM


@dataclass(frozen=True)
class _Block:
    """A pano on a sheet: its code, what is known of it, and what is to be filled in."""

    words: Words
    address: str
    under_code: list[Paragraph]
    known: list[Paragraph]

    @classmethod
    def of(cls, sheet: _Sheet, pano_id: str) -> _Block:
        """Return the block of a pano."""
        address = sheet.server.report_on(pano_id)
        under_code = [
            text_of(pano_id, size=TEXT_PT, bold=True),
            text_of(address, size=SMALL_PT, color=QUIET_INK),
        ]
        pano = sheet.workspace.panos.loc[pano_id]
        known = [text_of(pano["name"], size=NAME_PT, bold=True)]
        facts = _facts(sheet.workspace, pano_id, pano, sheet.words, sheet.on)
        known += [text_of(line, size=TEXT_PT) for line in facts]
        return cls(sheet.words, address, under_code, known)

    @property
    def height(self) -> float:
        """How high it is, in points, with its frame."""
        code = CODE + height_of(self.under_code, CODE)
        known = height_of(self.known, KNOWN)
        return max(code, known, 6 * LINE + SIGNED) + 2 * PADDING

    def draw(self, pen: Pen, top: float) -> None:
        """Draw it down from a height."""
        pen.rectangle((SIDE, top - self.height, WIDTH - SIDE, top), stroke=RULE, width=0.8)
        x, top = SIDE + PADDING, top - PADDING
        draw_code(pen, self.address, x, top - CODE, CODE, error="m")
        draw_down(pen.canvas, self.under_code, x, top - CODE, CODE)
        x += CODE + 3 * MM
        draw_down(pen.canvas, self.known, x, top, KNOWN)
        x += KNOWN + 3 * MM
        self._boxes(pen, x, top, WIDTH - SIDE - PADDING - x)

    def _boxes(self, pen: Pen, x: float, top: float, width: float) -> None:
        words = self.words
        half = width / 2
        self._to_write(pen, x, top, half, words("paper.checked_on"))
        self._to_write(pen, x + half + 2 * MM, top, half - 2 * MM, words("paper.photos"))
        top -= LINE
        start = x
        for condition in CONDITIONS_SEEN:
            side = 3.2 * MM
            y = top - LINE / 2 - side / 2
            pen.rectangle((x, y, x + side, y + side), stroke=INK, width=0.7)
            label = words(f"terms.condition.{condition}")
            pen.text(x + side + 1.2 * MM, y + 0.5 * MM, label, size=TEXT_PT, color=INK)
            x += side + typefaces.width_of(label, typefaces.SANS, TEXT_PT) + 4 * MM
        x, top = start, top - LINE
        self._to_write(pen, x, top, width, words("paper.finding"))
        for line in (1, 2):
            self._to_write(pen, x, top - line * LINE, width, "")
        top -= 3 * LINE
        self._to_write(pen, x, top, width, words("paper.point"))
        self._to_write(pen, x, top - LINE, width, words("paper.signed"), height=SIGNED)

    def _to_write(
        self, pen: Pen, x: float, top: float, width: float, label: str, *, height: float = LINE
    ) -> None:
        """Draw a label with a dotted line after it."""
        y = top - height + 1.5 * MM
        if label:
            pen.text(x, y, label, size=TEXT_PT, color=INK)
        start = x + (typefaces.width_of(label, typefaces.SANS, TEXT_PT) + 1 * MM if label else 0)
        pen.stroke_style(QUIET_INK, 0.5, (0.5, 1.5))
        pen.canvas.line(start, y, x + width, y)
        pen.canvas.setDash([])


def _facts(workspace: Workspace, pano_id: str, pano: pd.Series, words: Words, on: date) -> Iterator[str]:
    """Yield what is known of a pano, a line each; nobody's name is among it."""
    villages, village = workspace.villages, pano["village_id"]
    commune = workspace.communes["2023"].loc[pano["commune_code"]]
    place = [f"{commune['kind']} {commune['name']}"]
    if village in villages.index:
        place.insert(0, f"{villages.at[village, 'kind']} {villages.at[village, 'name']}".strip())
    yield ", ".join(place)
    condition = words(f"terms.condition.{pano['condition'] or 'unchecked'}")
    yield words("paper.known_state", state=words(f"terms.state.{pano['state']}"), condition=condition)
    checked = words.date(pano["checked_on"]) or words("paper.never")
    is_due = is_inspection_due(pano["state"], pano["checked_on"], on=on)
    yield words("paper.known_checked_due" if is_due else "paper.known_checked", date=checked)
    if until := pano["content_until"]:
        key = "known_content_past" if until < on else "known_content"
        yield words(f"paper.{key}", date=words.date(until))
    yield words("paper.known_point", point=_point(pano, words))
    works = workspace.works
    is_open = (works["pano_id"] == pano_id) & works["state"].isin(WORK_STATES_OPEN)
    for number, (_, work) in enumerate(rows_of(works[is_open])):
        if number == MOST_WORKS:
            yield words("paper.more_works", n=int(is_open.sum()) - MOST_WORKS)
            return
        due = words("card.due", date=words.date(work["due_on"])) if work["due_on"] else words("card.no_due")
        key = "work_late" if is_overdue(work["state"], work["due_on"], on=on) else "work"
        kind, state = words(f"terms.work_kind.{work['kind']}"), words(f"terms.work_state.{work['state']}")
        yield words(f"paper.{key}", kind=kind, state=state, due=due)


def _point(pano: pd.Series, words: Words) -> str:
    if pd.isna(pano["lat"]):
        return words("card.no_position")
    text = f"{pano['lat']:.5f}, {pano['lon']:.5f}"
    if pd.isna(pano["accuracy_m"]):
        return f"{text} ({words('card.accuracy_unknown')})"
    return f"{text} ± {words.distance(pano['accuracy_m'])}"
