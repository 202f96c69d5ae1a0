"""The command that writes the report to the province: as Word, slides, workbook or PDF."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from commands.frame import (
    command,
    data_option,
    demand_units,
    lang_option,
    on_option,
    option,
    output_option,
    told,
    units_option,
)
from geo.text import Words


@command("report")
@output_option("F.docx|F.pptx|F.xlsx|F.pdf")
@data_option
@on_option
@units_option
@option("--template", type=click.Path(path_type=Path, dir_okay=False), metavar="F.docx")
@lang_option
def report(output: Path, data: Path, on: date | None, units: str, template: Path | None, lang: str) -> None:
    """Write the report."""
    from geo.folder import read_workspace
    from reports.report import ENDINGS, make
    from reports.report_word import TemplateRefused, template_of

    words, context = Words(lang), click.get_current_context()
    ending = output.suffix.lower()
    if ending not in ENDINGS:
        allowed = ", ".join(ENDINGS)
        raise click.UsageError(words("report.wrong_ending", path=str(output), allowed=allowed), context)
    folder = data.expanduser()
    workspace = read_workspace(folder, lang=lang)
    demand_units(workspace, units, words)
    template = template_of(folder) if template is None else template.expanduser()

    def tell(step: str) -> None:
        click.echo(words(f"report.progress.{step}"), err=True)

    with told(words, "read", template):
        template.open("rb").close()
    try:
        content = make(workspace, ending, words, on=on, units=units, template=template, tell=tell)
    except TemplateRefused as error:
        raise click.UsageError(error.explain(words), context) from None
    with told(words, "write", output):
        output.write_bytes(content)
    click.echo(words("cli.written", path=str(output)))
