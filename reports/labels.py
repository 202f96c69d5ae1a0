"""Labels with the QR code of each pano, to be stuck on the pano itself: ten on a page, or one."""

from __future__ import annotations

import io
from dataclasses import dataclass

from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from geo import typefaces
from geo.sheet.paper import MM
from geo.sheet.pen import Pen
from geo.text import Words
from geo.workspace import Workspace
from reports.paper import HEIGHT, QUIET_INK, RULE, WIDTH, draw_down, height_of, standing, text_of
from reports.qr import Server, draw_code


@dataclass(frozen=True)
class Format:
    """How labels lie on A4; lengths are millimetres.

    Attributes
    ----------
    width, height : float
        Of a label.
    columns, rows : int
        Labels of a page, edge to edge in the middle of the page.
    gap : float
        Between two columns.
    code : float
        Side of the QR code.
    name_pt : float
        Size of the pano's name; the rest is in proportion.
    """

    width: float
    height: float
    columns: int
    rows: int
    gap: float
    code: float
    name_pt: float

    @property
    def is_wide(self) -> bool:
        """Whether the words stand beside the code, not below it."""
        return self.width > self.height


FORMATS = {
    "99x57": Format(99.1, 57.0, columns=2, rows=5, gap=2.5, code=47.0, name_pt=11),
    "A4": Format(210.0, 297.0, columns=1, rows=1, gap=0.0, code=165.0, name_pt=30),
}
"""Formats by name; the first is that of label sheets of ten."""
PADDING_MM = 5.0
"""Nothing is drawn nearer to a label's edge: printers feed sheets a millimetre or two off."""


def labels(
    workspace: Workspace, words: Words, server: Server, *, size: str = "99x57", commune: str | None = None
) -> bytes:
    """Return the labels as a PDF, A4, in vectors.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    words : Words
        Their language.
    server : Server
        Where phones reach the server.
    size : str
        One of `FORMATS`.
    commune : str, optional
        Code of one commune of 2023; every pano that is not retired, where none is given.
    """
    typefaces.register()
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), lang=words.lang, invariant=1)
    canvas.setTitle(words("paper.labels_title"))
    pen, form = Pen(canvas, MM), FORMATS[size]
    ids = standing(workspace, commune)
    a_page = form.columns * form.rows
    for number, key in enumerate(ids):
        if number and number % a_page == 0:
            canvas.showPage()
        row, column = divmod(number % a_page, form.columns)
        left = (WIDTH - (form.columns * (form.width + form.gap) - form.gap) * MM) / 2
        top = (HEIGHT + form.rows * form.height * MM) / 2
        x, y = left + column * (form.width + form.gap) * MM, top - row * form.height * MM
        _draw(pen, form, workspace, key, server.report_on(key), words, x, y)
    if not ids:
        none = text_of(words("paper.no_panos"), size=form.name_pt)
        draw_down(canvas, [none], 15 * MM, HEIGHT - 15 * MM, WIDTH - 30 * MM)
    canvas.save()
    return stream.getvalue()


def _draw(
    pen: Pen, form: Format, workspace: Workspace, key: str, address: str, words: Words, x: float, top: float
) -> None:
    """Draw the label of a pano, its upper left corner at a point."""
    padding, code = PADDING_MM * MM, form.code * MM
    width, height = form.width * MM, form.height * MM
    if form.columns > 1:
        pen.rectangle((x, top - height, x + width, top), stroke=RULE, width=0.25)
    pano = workspace.panos.loc[key]
    commune = workspace.communes["2023"].loc[pano["commune_code"]]
    place = f"{commune['kind']} {commune['name']}"
    invented = [words("sheet.invented_across")] if workspace.invented else []

    align = TA_LEFT if form.is_wide else TA_CENTER

    def lines(size: float) -> list[Paragraph]:
        plain, small = size * 0.8, size * 0.62
        return [
            *(text_of(text, size=small, bold=True, align=align) for text in invented),
            text_of(pano["name"], size=size, bold=True, align=align),
            text_of(place, size=plain, align=align),
            text_of(key, size=plain, align=align),
            text_of(words("paper.scan"), size=plain, align=align),
            text_of(address, size=small, color=QUIET_INK, align=align),
        ]

    if form.is_wide:
        code_x, code_y = x + padding / 2, top - height / 2 - code / 2
        text_x, text_top = code_x + code, top - padding
        room = (x + width - padding - text_x, height - 2 * padding)
    else:
        code_x, code_y = x + width / 2 - code / 2, top - padding * 3 - code
        text_x, text_top = x + 3 * padding, code_y - padding
        room = (width - 6 * padding, text_top - (top - height) - 2 * padding)
    size = form.name_pt
    # A long name is set smaller, until all of it has room.
    while height_of(lines(size), room[0]) > room[1]:
        size *= 0.95
    drawn = lines(size)
    if form.is_wide:
        text_top -= (room[1] - height_of(drawn, room[0])) / 2
    draw_code(pen, address, code_x, code_y, code, error="q")
    draw_down(pen.canvas, drawn, text_x, text_top, room[0])
