"""The same work from the command line: ``python manage.py --help``."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.errors import DataFolderError, Fault, OutreachError
from geo.terms import CHANNELS, CLASSES, UNITS
from geo.text import LANGUAGES, Words

# Commands import what they need when they run, so that help and mistakes are answered at once.
if TYPE_CHECKING:
    from geo.coverage import Coverage
    from geo.workspace import Workspace

DATA_DIR = Path(__file__).resolve().parent / "data"


def both_languages(key: str) -> str:
    """Return a text in Vietnamese with the English beside it."""
    return " / ".join(Words(lang)(key) for lang in LANGUAGES)


class Choice(click.ParamType):
    """One value out of a few, or several of them separated by commas."""

    def __init__(self, allowed: Sequence[str], *, several: bool = False) -> None:
        self.name = "choice"
        self.allowed = tuple(allowed)
        self.several = several

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return how the value is shown in the help."""
        return ",".join((*self.allowed[:2], "…")) if self.several else "|".join(self.allowed)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value, or the tuple of values; refuse what is not allowed."""
        if not isinstance(value, str):
            return value
        given = [part.strip() for part in value.split(",")] if self.several else [value]
        for part in given:
            if part not in self.allowed:
                allowed = ", ".join(self.allowed)
                raise refusal("choice", param, ctx, value=part, allowed=allowed)
        return tuple(dict.fromkeys(given)) if self.several else value


class Day(click.ParamType):
    """A date, year first."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date; refuse what is none."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise refusal("date", param, ctx, value=value) from None


def refusal(
    key: str, param: click.Parameter | None, ctx: click.Context | None, **values: str
) -> click.UsageError:
    """Return the error of an option whose value is not allowed, in the reader's language."""
    option = param.opts[-1] if param else ""
    words = ctx.obj if ctx else Words()
    return click.UsageError(words(f"cli.error.{key}", option=option, **values), ctx)


class Bilingual(click.Command):
    """A command that explains ``--help`` in both languages, as it does everything else."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return ``--help``."""
        help_option = super().get_help_option(ctx)
        help_option.help = both_languages("cli.help.help")
        return help_option


class Task(Bilingual):
    """A command that says in the reader's language what is too much on its line."""

    allow_extra_args = True

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, unless something stands beside its options."""
        if ctx.args:
            raise click.UsageError(ctx.obj("cli.error.extra", value=" ".join(ctx.args)), ctx)
        return super().invoke(ctx)


class Program(Bilingual, click.Group):
    """The commands; what goes wrong is told in the reader's language, without a traceback."""

    command_class = Task

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> None:
        """Run a command and exit: 0 if all is well, 1 for faults in the data, 2 for a wrong command line."""
        args = list(sys.argv[1:] if args is None else args)
        words = Words(asked_language(args))
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding="utf-8")
        extra["standalone_mode"] = False
        try:
            code = super().main(args, obj=words, **extra) or 0
        except click.exceptions.NoArgsIsHelpError as error:
            code = error.exit_code
            click.echo(error.ctx.get_help(), err=True)
        except click.UsageError as error:
            code = error.exit_code
            click.echo(words("cli.error.line", problem=problem_of(error, words)), err=True)
            if error.ctx:
                click.echo(words("cli.error.see", command=error.ctx.command_path), err=True)
        except DataFolderError as error:
            code = 1
            click.echo("\n".join([str(error), *(fault_line(f, words) for f in error.faults)]), err=True)
        except OutreachError as error:
            code = 2
            click.echo(words("cli.error.line", problem=str(error)), err=True)
        except click.Abort:
            code = 130
        sys.exit(code)


def asked_language(args: Sequence[str]) -> str:
    """Return the language that a command line asks for, however wrong the rest of it is."""
    asked = [value for name, value in pairwise(args) if name == "--lang"]
    asked += [name.removeprefix("--lang=") for name in args if name.startswith("--lang=")]
    return asked[-1] if asked else LANGUAGES[0]


def problem_of(error: click.UsageError, words: Words) -> str:
    """Return what is wrong with a command line."""
    match error:
        case click.exceptions.NoSuchCommand():
            return words("cli.error.no_command", name=error.command_name)
        case click.NoSuchOption():
            return words("cli.error.no_option", name=error.option_name)
        case click.BadOptionUsage():
            return words("cli.error.option_value", name=error.option_name)
        case click.MissingParameter() if error.param:
            return words("cli.error.missing_option", name=error.param.opts[-1])
        case _:
            return error.format_message()


def command(name: str) -> Callable[[Callable], click.Command]:
    """Declare a command whose help is ``cli.help.<name>``, in both languages."""
    text = both_languages(f"cli.help.{name}")
    return cli.command(name, help=text, short_help=text)


def option(name: str, **settings: Any) -> Callable[[Callable], Callable]:
    """Declare an option whose help is ``cli.help.<name>``, in both languages."""
    return click.option(name, help=both_languages(f"cli.help.{name.removeprefix('--')}"), **settings)


data_option = option(
    "--data", type=click.Path(path_type=Path), envvar="OUTREACH_DATA", default=DATA_DIR, metavar="DIR"
)
lang_option = option("--lang", type=Choice(LANGUAGES), default=LANGUAGES[0])
on_option = option("--on", type=Day(), metavar="DATE")
units_option = option("--units", type=Choice(UNITS), default=UNITS[0])
channels_option = option("--channels", type=Choice(CHANNELS, several=True))


def format_option(*formats: str) -> Callable[[Callable], Callable]:
    """Declare how the result can be printed; the first way is the default."""
    return option("--format", type=Choice(formats), default=formats[0])


@click.group(
    cls=Program,
    help=both_languages("cli.help.program"),
    context_settings={"help_option_names": ["--help"], "max_content_width": 110},
)
def cli() -> None:
    """Hold the commands."""


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
@on_option
@units_option
@channels_option
@format_option("table", "json", "csv", "geojson")
@lang_option
def coverage(
    data: Path, on: date | None, units: str, channels: Sequence[str] | None, format: str, lang: str
) -> None:
    """Print the reach of every village, every commune and the whole."""
    from geo.coverage import coverage as coverage_of
    from geo.folder import read_workspace

    words = Words(lang)
    workspace = read_workspace(data.expanduser(), lang=lang)
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
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="F.html",
    help=both_languages("cli.help.output"),
)
@data_option
@on_option
@units_option
@channels_option
@option("--show", type=Choice(("plan", "now")), default="plan")
@lang_option
def web_map(
    output: Path,
    data: Path,
    on: date | None,
    units: str,
    channels: Sequence[str] | None,
    show: str,
    lang: str,
) -> None:
    """Write the map as one file that opens from disk without a network."""
    from geo.coverage import coverage as coverage_of
    from geo.folder import read_workspace
    from geo.scene import scene, view
    from geo.webmap import standalone_html
    from records.status import pano_statuses

    words = Words(lang)
    workspace = read_workspace(data.expanduser(), lang=lang)
    demand_units(workspace, units, words)
    reach = coverage_of(workspace, on=on, units=units, channels=channels)
    statuses = pano_statuses(workspace, on=reach.on)
    shown = view(workspace, reach, statuses, show=show, lang=lang, data_date=workspace.recorded_until)
    page = standalone_html(scene(workspace), shown, title=words("map.title"))
    try:
        output.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        problem = words("cli.error.write", path=str(output), reason=error.strerror or "")
        raise click.UsageError(problem, click.get_current_context()) from None
    click.echo(words("cli.map.written", path=str(output)))


def demand_units(workspace: Workspace, units: str, words: Words) -> None:
    """Refuse units whose boundaries the data folder does not have."""
    if workspace.units(units).empty:
        raise click.UsageError(words("cli.error.no_units", units=units), click.get_current_context())


def print_json(value: object) -> None:
    """Print a value as JSON that a person can read too."""
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2))


def fault_line(fault: Fault, words: Words) -> str:
    """Return a fault as one line: where, what is wrong, and what to do."""
    place = fault.file
    if fault.row is not None:
        place = words("cli.check.file_row", file=fault.file, row=str(fault.row))
    if fault.column:
        place += f", {fault.column}"
    if fault.value:
        place += f" “{fault.value}”"
    return words("cli.check.fault", place=place, problem=fault.problem, fix=fault.fix)


def coverage_lines(workspace: Workspace, reach: Coverage, words: Words) -> Iterable[str]:
    """Yield a coverage as it is read on a terminal: head, communes, villages."""
    summary = reach.summary
    if workspace.invented:
        yield words("cli.coverage.invented")
    yield words("cli.coverage.title", date=words.date(reach.on), units=reach.units)
    names = ", ".join(words(f"terms.channel.{channel}") for channel in reach.channels)
    yield words("cli.coverage.channels", channels=names)
    yield words(
        "cli.coverage.panos",
        now=summary["panos_now"],
        plan=summary["panos_plan"],
        without=summary["communes_without_pano"],
        communes=summary["communes"],
    )

    yield ""
    whole = {"code": "", "name": words("cli.coverage.whole"), **summary}
    rows = [*reach.communes.reset_index().to_dict("records"), whole]
    heads = [words(f"cli.coverage.{key}") for key in ("code", "commune", "villages")]
    heads += [words(f"terms.class.{name}") for name in CLASSES]
    yield from table_lines(
        [*heads, words("cli.coverage.share")],
        [
            [row["code"], row["name"], row["villages"], *(row[name] for name in CLASSES), share(row, words)]
            for row in rows
        ],
        words,
    )

    yield ""
    keys = ("village", "commune", "class", "basis", "nearest", "distance")
    panos = workspace.panos["name"]
    villages = reach.villages.astype(object).where(reach.villages.notna(), None).to_dict("records")
    yield from table_lines(
        [words(f"cli.coverage.{key}") for key in keys],
        [
            [
                village["name"] if village["counted"] else f"{village['name']} *",
                reach.communes["name"].get(village["commune_code"], ""),
                words(f"terms.class.{village['class']}"),
                words(f"terms.basis.{village['basis']}") if village["basis"] else "",
                panos[village["nearest_pano"]] if village["nearest_pano"] else "",
                words.distance(village["nearest_pano_m"]) if village["nearest_pano"] else "",
            ]
            for village in villages
        ],
        words,
    )
    if not reach.villages["counted"].all():
        yield words("cli.coverage.historical")


def share(row: dict[str, Any], words: Words) -> str:
    """Return the share of villages reached, or that the register doesn't allow one."""
    if not row["register_complete"]:
        return words("cli.coverage.incomplete")
    return f"{words.number(100 * row['share'], 1)} %" if row["villages"] else ""


def table_lines(heads: Sequence[str], rows: Sequence[Sequence[object]], words: Words) -> Iterable[str]:
    """Yield a table in columns; numbers stand to the right."""
    shown = [[words.number(cell) if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(heads, *shown, strict=True)]
    right = [
        bool(rows) and all(isinstance(cell, int) for cell in column) for column in zip(*rows, strict=True)
    ]
    right = right or [False] * len(heads)
    for cells in (heads, ["─" * n for n in widths], *shown):
        padded = (
            " " * (n - width(cell)) + cell if to_right else cell + " " * (n - width(cell))
            for cell, n, to_right in zip(cells, widths, right, strict=True)
        )
        yield "  ".join(padded).rstrip()


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(ch) else 2 if unicodedata.east_asian_width(ch) in "WF" else 1
        for ch in text
    )


if __name__ == "__main__":
    cli()
