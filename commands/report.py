"""The command that writes the report to the province: as Word, slides, workbook or PDF."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from commands.frame import (
    command,
    data_option,
    demand_one_source,
    demand_units,
    lang_option,
    on_option,
    opened_store,
    option,
    output_option,
    recorded_option,
    told,
    units_option,
)
from geo.text import Words


@command("report")
@output_option("F.docx|F.pptx|F.xlsx|F.pdf")
@data_option
@recorded_option
@on_option
@units_option
@option("--template", type=click.Path(path_type=Path, dir_okay=False), metavar="F.docx")
@lang_option
def report(
    output: Path, data: Path, recorded: bool, on: date | None, units: str, template: Path | None, lang: str
) -> None:
    """Write the report."""
    from geo.folder import read_workspace
    from reports.annexes import photos_of
    from reports.report import ENDINGS, make
    from reports.report_word import TemplateRefused, template_of

    words, context, photos = Words(lang), click.get_current_context(), []
    ending = output.suffix.lower()
    if ending not in ENDINGS:
        allowed = ", ".join(ENDINGS)
        raise click.UsageError(words("report.wrong_ending", path=str(output), allowed=allowed), context)
    if recorded:
        demand_one_source(words)
        store = opened_store(words)
        on, folder = on or store.today, store.data
        workspace = store.workspace(on)
        photos = photos_of(store, workspace, words)
    else:
        folder = data.expanduser()
        workspace = read_workspace(folder, lang=lang)
    demand_units(workspace, units, words)
    template = template_of(folder) if template is None else template.expanduser()

    def tell(step: str) -> None:
        click.echo(words(f"report.progress.{step}"), err=True)

    with told(words, "read", template):
        template.open("rb").close()
    try:
        options = {"on": on, "units": units, "template": template, "photos": photos}
        content = make(workspace, ending, words, **options, tell=tell)
    except TemplateRefused as error:
        raise click.UsageError(error.explain(words), context) from None
    with told(words, "write", output):
        output.write_bytes(content)
    click.echo(words("cli.written", path=str(output)))
