"""Commands that read a data folder directly, or the record if asked: check, coverage and map."""

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
    format_option,
    lang_option,
    on_option,
    option,
    output_option,
    print_json,
    read_tables,
    recorded_option,
    told,
    units_option,
)
from geo.text import Words
from reports.terminal import coverage_lines, fault_line


@command("check")
@data_option
@format_option("table", "json")
@lang_option
def check(data: Path, format: str, lang: str) -> int:
    """Check a data folder."""
    from geo.check import check_folder

    words = Words(lang)
    report = check_folder(data.expanduser(), lang)
    if format == "json":
        print_json(report.to_dict())
    elif report.faults:
        click.echo("\n".join(fault_line(fault, words) for fault in report.faults))
        counts = {"rows": report.rows, "accepted": report.accepted, "rejected": report.rejected}
        click.echo("\n" + words("cli.check.counted", **counts))
    else:
        click.echo(words("cli.check.faultless", n=report.rows))
    return 1 if report.faults else 0


@command("coverage")
@data_option
@recorded_option
@on_option
@units_option
@channels_option
@format_option("table", "json", "csv", "geojson")
@lang_option
def coverage(
    data: Path,
    recorded: bool,
    on: date | None,
    units: str,
    channels: Sequence[str] | None,
    format: str,
    lang: str,
) -> None:
    """Print the reach of every village, every commune and the whole."""
    from geo.coverage import coverage as coverage_of

    words = Words(lang)
    workspace = read_tables(data, recorded=recorded, on=on, words=words)
    demand_units(workspace, units, words)
    reach = coverage_of(workspace, on=on, units=units, channels=channels)
    match format:
        case "json":
            print_json(reach.to_dict())
        case "geojson":
            print_json(reach.to_geojson())
        case "csv":
            click.echo(reach.to_csv(), nl=False)
        case _:
            click.echo("\n".join(coverage_lines(workspace, reach, words)))


@command("map")
@output_option("F.html")
@data_option
@recorded_option
@on_option
@units_option
@channels_option
@option("--show", type=Choice(("plan", "now")), default="plan")
@lang_option
def web_map(
    output: Path,
    data: Path,
    recorded: bool,
    on: date | None,
    units: str,
    channels: Sequence[str] | None,
    show: str,
    lang: str,
) -> None:
    """Write the map as one file that opens from disk without a network."""
    from geo.coverage import coverage as coverage_of
    from geo.scene import scene, view
    from geo.webmap import standalone_html
    from records.status import pano_statuses

    words = Words(lang)
    workspace = read_tables(data, recorded=recorded, on=on, words=words)
    demand_units(workspace, units, words)
    reach = coverage_of(workspace, on=on, units=units, channels=channels)
    statuses = pano_statuses(workspace, on=reach.on)
    shown = view(workspace, reach, statuses, show=show, lang=lang, data_date=workspace.recorded_until)
    page = standalone_html(scene(workspace), shown, title=words("map.title"))
    with told(words, "write", output):
        output.write_text(page, encoding="utf-8", newline="\n")
    click.echo(words("cli.written", path=str(output)))
