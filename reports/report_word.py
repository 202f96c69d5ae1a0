"""The report in Word: the office's template, or the program's own, filled in with the words of the report."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from geo.errors import WordedError
from geo.text import Words
from reports.annexes import PhotoPair, upright
from reports.report_text import ReportText

TEMPLATE = Path(__file__).resolve().parent / "templates" / "administrative.docx"
OFFICE_TEMPLATE = "report_template.docx"
"""File of the data folder that takes the place of the program's own template."""
MAP_WIDTH_MM, PHOTO_WIDTH_MM = 160, 79


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
    document = DocxTemplate(io.BytesIO(content))
    try:
        document.init_docx()
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, XMLSyntaxError):
        raise TemplateRefused("not_word", file=template.name) from None
    context = placeholders(text) | _annexes(document, words, map_picture, photos)
    # What an office writes into a template is text to fill in, never a program to run.
    environment = SandboxedEnvironment(undefined=_Unknown, autoescape=True)
    try:
        document.render(context, environment, autoescape=True)
    except TemplateSyntaxError as error:
        raise TemplateRefused("broken", file=template.name, reason=error.message) from None
    except (TemplateError, XMLSyntaxError, TypeError, ValueError, ArithmeticError) as error:
        raise TemplateRefused("broken", file=template.name, reason=str(error)) from None
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
    document: DocxTemplate, words: Words, map_picture: bytes | None, photos: Sequence[PhotoPair]
) -> dict[str, object]:
    def picture(content: bytes, width_mm: float) -> InlineImage:
        return InlineImage(document, io.BytesIO(content), width=Mm(width_mm))

    pairs: list[Mapping[str, object]] = []
    for pair in photos:
        before, after = pair.captions(words)
        pairs.append(
            {
                "title": pair.title,
                "before": picture(pair.before, PHOTO_WIDTH_MM),
                "after": picture(pair.after, PHOTO_WIDTH_MM),
                "before_caption": before,
                "after_caption": after,
            }
        )
    return {
        "map": picture(upright(map_picture), MAP_WIDTH_MM) if map_picture else "",
        "photos": pairs,
        "annex": annex_titles(words, has_map=bool(map_picture), has_photos=bool(photos)),
    }


def annex_titles(words: Words, *, has_map: bool, has_photos: bool) -> dict[str, str]:
    """Return the numbered titles of the annexes that there are."""
    there = [name for name, is_there in (("map", has_map), ("photos", has_photos)) if is_there]
    numbered = {name: "" for name in ("map", "photos")}
    for no, name in enumerate(there, start=1):
        numbered[name] = f"{words('report.annex.title', no=str(no))}. {words(f'report.annex.{name}')}"
    return numbered
