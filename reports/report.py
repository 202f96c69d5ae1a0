"""The report to the province in whichever form is asked for: Word, slides, workbook or PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from geo.text import Words
from geo.workspace import Workspace
from reports.annexes import PhotoPair, bare_map, map_picture, map_sheet
from reports.office_file import timeless
from reports.report_pdf import to_pdf
from reports.report_slides import MAP_MM, to_pptx
from reports.report_text import ReportText, report_text
from reports.report_word import TEMPLATE, to_docx
from reports.report_workbook import to_xlsx
from reports.results import Results, results

ENDINGS = (".docx", ".pptx", ".xlsx", ".pdf")
"""Endings of the files that a report can be."""
STEPS = ("figures", "map", "writing")
"""What is done, in this order; a workbook needs no map."""


@dataclass(frozen=True)
class Report:
    """A report on figures; its words and map are made once, whichever forms of it are asked for.

    Attributes
    ----------
    found : Results
        The figures.
    words : Words
        The language.
    template : pathlib.Path
        Template of the Word document; the other forms have none.
    photos : sequence of PhotoPair
        Photos before and after, for an annex of the Word document and the PDF.
    """

    found: Results
    words: Words
    template: Path = TEMPLATE
    photos: Sequence[PhotoPair] = ()

    @cached_property
    def text(self) -> ReportText:
        """The words of it."""
        return report_text(self.found, self.words)

    @cached_property
    def sheet(self) -> bytes:
        """The printed map on A4, a PDF."""
        return map_sheet(self.found, self.words, size="A4")

    def content(self, ending: str, *, tell: Callable[[str], None] = lambda step: None) -> bytes:
        """Return it as the content of a file.

        Parameters
        ----------
        ending : str
            One of `ENDINGS`.
        tell : callable
            Is called with each of `STEPS` as it begins.

        Raises
        ------
        TemplateRefused
            If the template can't be filled in.
        OSError
            If the template can't be read.
        """
        found, text, words = self.found, self.text, self.words
        if ending == ".xlsx":
            tell("writing")
            return timeless(to_xlsx(found, text, words), on=found.on)
        tell("map")
        if ending == ".pptx":
            picture = map_picture(bare_map(found, words, MAP_MM))
            tell("writing")
            return timeless(to_pptx(found, text, words, map_picture=picture), on=found.on)
        sheet = self.sheet
        if ending == ".pdf":
            tell("writing")
            return to_pdf(text, words, map_sheet=sheet, photos=self.photos)
        picture = map_picture(sheet)
        tell("writing")
        content = to_docx(text, words, template=self.template, map_picture=picture, photos=self.photos)
        return timeless(content, on=found.on)


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
    """Return the report on a workspace as the content of a file.

    Parameters
    ----------
    workspace : Workspace
        The data.
    on : datetime.date, optional
        The date; today if not given.
    units : {"2023", "2025"}
        The communes to count by.
    ending, words, template, photos, tell
        See `Report`, which says what else is raised.

    Raises
    ------
    UnitsError
        If the set of units is not known.
    """
    tell("figures")
    found = results(workspace, on=on, units=units)
    return Report(found, words, template, photos).content(ending, tell=tell)


def file_name(on: date, words: Words, ending: str) -> str:
    """Return a name for the file of a report on a date."""
    return f"{words('report.file')}-{on.isoformat()}{ending}"
