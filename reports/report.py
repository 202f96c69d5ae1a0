"""The report to the province in whichever form is asked for: Word, slides, workbook or PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from geo.text import Words
from geo.workspace import Workspace
from reports.annexes import PhotoPair, bare_map, map_picture, map_sheet
from reports.office_file import timeless
from reports.report_pdf import to_pdf
from reports.report_slides import MAP_MM, to_pptx
from reports.report_text import report_text
from reports.report_word import TEMPLATE, to_docx
from reports.report_workbook import to_xlsx
from reports.results import results

ENDINGS = (".docx", ".pptx", ".xlsx", ".pdf")
"""Endings of the files that a report can be."""
WITH_PHOTOS = (".docx", ".pdf")
"""Forms that have annexes of photos."""
STEPS = ("figures", "map", "writing")
"""What is done, in this order; a workbook needs no map."""


def make(
    workspace: Workspace,
    ending: str,
    words: Words,
    *,
    on: date | None = None,
    units: str = "2023",
    template: Path = TEMPLATE,
    photos: Sequence[PhotoPair] = (),
    tell: Callable[[str], None] = lambda step: None,
) -> bytes:
    """Return the report as the content of a file.

    Parameters
    ----------
    workspace : Workspace
        The data.
    ending : str
        One of `ENDINGS`.
    words : Words
        The language.
    on : datetime.date, optional
        The date; today if not given.
    units : {"2023", "2025"}
        The communes to count by.
    template : pathlib.Path
        Template of the Word document.
    photos : sequence of PhotoPair
        Photos before and after, for an annex.
    tell : callable
        Is called with each of `STEPS` as it begins.

    Raises
    ------
    UnitsError
        If the set of units is not known.
    TemplateRefused
        If the template can't be filled in.
    OSError
        If the template can't be read.
    """
    tell("figures")
    found = results(workspace, on=on, units=units)
    text = report_text(found, words)
    if ending == ".xlsx":
        tell("writing")
        return timeless(to_xlsx(found, text, words), on=found.on)
    tell("map")
    if ending == ".pptx":
        picture = map_picture(bare_map(found, words, MAP_MM))
        tell("writing")
        return timeless(to_pptx(found, text, words, map_picture=picture), on=found.on)
    sheet = map_sheet(found, words, size="A4")
    if ending == ".pdf":
        tell("writing")
        return to_pdf(text, words, map_sheet=sheet, photos=photos)
    picture = map_picture(sheet)
    tell("writing")
    content = to_docx(text, words, template=template, map_picture=picture, photos=photos)
    return timeless(content, on=found.on)


def file_name(on: date, words: Words, ending: str) -> str:
    """Return a name for the file of a report on a date."""
    return f"{words('report.file')}-{on.isoformat()}{ending}"
