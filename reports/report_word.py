"""The report in Word: the office's template, or the program's own, filled in with the words of the report."""

from __future__ import annotations

import io
import re
import traceback
import zipfile
from collections.abc import Mapping, Sequence
from html import unescape
from pathlib import Path
from textwrap import shorten
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import XMLSyntaxError

from geo.errors import WordedError
from geo.text import Words
from reports.annexes import PhotoPair, upright
from reports.report_text import ReportText

TEMPLATE = Path(__file__).resolve().parent / "templates" / "administrative.docx"
OFFICE_TEMPLATE = "report_template.docx"
"""File of the data folder that takes the place of the program's own template."""
MAP_WIDTH_MM, PHOTO_WIDTH_MM = 150, 79
MOST_QUOTED = 80
"""Letters of a paragraph that an error quotes."""
_PARAGRAPH, _TAG = re.compile(r"<w:p(?=[ >])"), re.compile(r"<[^>]+>")
_ROMAN = ("I", "II")
_BROKEN = (
    TemplateError,
    XMLSyntaxError,
    TypeError,
    ValueError,
    ArithmeticError,
    RecursionError,
    MemoryError,
)
"""What filling in a template that is wrong ends in."""


class TemplateRefused(WordedError):
    """A template can't be filled in.

    Parameters
    ----------
    code : {"not_word", "unknown_placeholder", "broken"}
        Key of its text under ``report.template``.
    **values
        What the text's placeholders stand for.
    """

    texts = "report.template"


class _Template(DocxTemplate):
    """A template that remembers the paragraphs of the part that it fills in, to say where it is wrong."""

    paragraphs: Sequence[str] = ()

    def render_xml_part(self, src_xml: str, *args: Any, **options: Any) -> str:
        """Fill in a part of the document; a paragraph is a line of what the placeholders are read from."""
        lines = _PARAGRAPH.sub(r"\n\g<0>", src_xml).splitlines()
        self.paragraphs = [unescape(_TAG.sub("", line)).strip() for line in lines]
        return super().render_xml_part(src_xml, *args, **options)

    def where(self, error: Exception) -> str:
        """Return the paragraph that an error arose in."""
        line = getattr(error, "lineno", None)
        if line is None:
            steps = traceback.extract_tb(error.__traceback__)
            line = next((step.lineno for step in reversed(steps) if step.filename == "<template>"), 0)
        # What is never closed is only noticed behind it.
        before = [one for one in self.paragraphs[:line] if "{" in one]
        return shorten(before[-1], MOST_QUOTED, placeholder=" …") if before else ""


class _Unknown(StrictUndefined):
    """A placeholder that the report does not have; used in any way, it refuses the template."""

    def _fail_with_undefined_error(self, *args: object, **kwargs: object) -> None:
        raise TemplateRefused("unknown_placeholder", name=self._undefined_name)

    __str__ = __iter__ = __len__ = __bool__ = __eq__ = __ne__ = __hash__ = _fail_with_undefined_error
    __getattr__ = __getitem__ = __call__ = _fail_with_undefined_error


def template_of(folder: Path) -> Path:
    """Return the template that reports on a data folder are made with."""
    own = folder / OFFICE_TEMPLATE
    return own if own.is_file() else TEMPLATE


def to_docx(
    text: ReportText,
    words: Words,
    *,
    template: Path = TEMPLATE,
    map_picture: bytes | None = None,
    photos: Sequence[PhotoPair] = (),
) -> bytes:
    """Return the report as a Word document.

    Parameters
    ----------
    text : ReportText
        The words.
    words : Words
        Their language.
    template : pathlib.Path
        The template; its placeholders are those of `placeholders`.
    map_picture : bytes, optional
        The map as a picture, for an annex.
    photos : sequence of PhotoPair
        Photos for an annex.

    Raises
    ------
    TemplateRefused
        If the template is no Word document, has a placeholder that the report does not have, or is broken.
    OSError
        If it can't be read.
    """
    content = template.read_bytes()
    document = _Template(io.BytesIO(content))
    try:
        document.init_docx()
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, XMLSyntaxError):
        raise TemplateRefused("not_word", file=template.name) from None
    context = placeholders(text) | _annexes(document, text, words, map_picture, photos)
    # What an office writes into a template is text to fill in, never a program to run.
    environment = ImmutableSandboxedEnvironment(undefined=_Unknown, autoescape=True)
    try:
        document.render(context, environment, autoescape=True)
    except TemplateRefused as error:
        where = document.where(error)
        raise TemplateRefused(error.code, **error.values, file=template.name, where=where) from None
    except _BROKEN as error:
        where = document.where(error)
        raise TemplateRefused("broken", file=template.name, where=where, reason=str(error)) from None
    stream = io.BytesIO()
    document.docx.core_properties.title = text.letterhead["subject"]
    document.save(stream)
    return stream.getvalue()


def placeholders(text: ReportText) -> dict[str, object]:
    """Return what the placeholders of a template stand for, the annexes apart."""
    return text.letterhead | {
        "invented": text.invented,
        "data_line": text.data_line,
        "heading": text.heading,
        "lines": text.lines,
        "note": text.note,
        "head": text.head,
        "rows": text.rows,
        "total": text.total,
    }


def _annexes(
    document: DocxTemplate,
    text: ReportText,
    words: Words,
    map_picture: bytes | None,
    photos: Sequence[PhotoPair],
) -> dict[str, object]:
    def picture(content: bytes, width_mm: float) -> InlineImage:
        return InlineImage(document, io.BytesIO(content), width=Mm(width_mm))

    pairs: list[Mapping[str, object]] = []
    for pair in photos:
        before, after = (
            picture(one, PHOTO_WIDTH_MM) if one else words("report.annex.lost")
            for one in (pair.before, pair.after)
        )
        before_caption, after_caption = pair.captions(words)
        pairs.append(
            {
                "title": pair.title,
                "before": before,
                "after": after,
                "before_caption": before_caption,
                "after_caption": after_caption,
            }
        )
    return {
        "map": picture(upright(map_picture), MAP_WIDTH_MM) if map_picture else "",
        "photos": pairs,
        "annex": annex_titles(words, has_map=bool(map_picture), has_photos=bool(photos))
        | {"attached": text.attached},
    }


def annex_titles(words: Words, *, has_map: bool, has_photos: bool) -> dict[str, dict[str, str]]:
    """Return number and title of the annexes; one alone has no number, and one that is not there no title."""
    there = [name for name, is_there in (("map", has_map), ("photos", has_photos)) if is_there]
    titles = {name: {"number": "", "title": ""} for name in ("map", "photos")}
    for number, name in zip(_ROMAN, there, strict=False):
        said = f"{words('report.annex.annex')} {number}" if len(there) > 1 else words("report.annex.annex")
        titles[name] = {"number": said, "title": words(f"report.annex.{name}").upper()}
    return titles
