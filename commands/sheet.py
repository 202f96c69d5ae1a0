"""The command that prints: a data folder's map as a PDF in vectors, or as a PNG at 300 dpi."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from commands.frame import (
    Choice,
    channels_option,
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

ENDINGS = (".pdf", ".png")


@command("sheet")
@output_option("F.pdf|F.png")
@data_option
@option("--size", type=Choice(("A3", "A4")), default="A3")
@on_option
@units_option
@channels_option
@option("--show", type=Choice(("plan", "now")), default="plan")
@lang_option
def sheet(
    output: Path,
    data: Path,
    size: str,
    on: date | None,
    units: str,
    channels: Sequence[str] | None,
    show: str,
    lang: str,
) -> None:
    """Write the printed map."""
    from geo.coverage import coverage as coverage_of
    from geo.folder import read_workspace
    from geo.sheet import sheet_png
    from reports.annexes import map_sheet
    from reports.results import results

    words = Words(lang)
    if output.suffix.lower() not in ENDINGS:
        raise click.UsageError(words("sheet.wrong_ending", path=str(output)), click.get_current_context())
    workspace = read_workspace(data.expanduser(), lang=lang)
    demand_units(workspace, units, words)
    reach = coverage_of(workspace, on=on, units=units, channels=channels)
    content = map_sheet(results(workspace, on=on, units=units), words, size=size, reach=reach, show=show)
    if output.suffix.lower() == ".png":
        content = sheet_png(content)
    with told(words, "write", output):
        output.write_bytes(content)
    click.echo(words("cli.written", path=str(output)))
