"""What every command shares: its frame, its options in both languages, and how it says what went wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.errors import DataFolderError, OutreachError, WordedError, because
from geo.terms import CHANNELS, UNITS
from geo.text import LANGUAGES, Words
from records.errors import RecordsError
from reports.terminal import fault_line

# Commands import what they need when they run, so that help and mistakes are answered at once.
if TYPE_CHECKING:
    from geo.workspace import Workspace
    from records.store import Store

DATA_DIR = Path(__file__).resolve().parent.parent / "data"


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


class Number(click.ParamType):
    """A number of the kind of its lowest value, ``int`` or ``float``."""

    name = "number"

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | float:
        """Return the number; refuse what is none, or too low or too high."""
        try:
            number = type(self.low)(value)
        except ValueError:
            raise refusal("number", param, ctx, value=str(value)) from None
        if not self.low <= number <= self.high:
            raise refusal("range", param, ctx, low=self.low, high=self.high)
        return number


def refusal(
    key: str, param: click.Parameter | None, ctx: click.Context | None, **values: object
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


class Group(Bilingual, click.Group):
    """Commands under one name."""

    command_class = Task


class Program(Group):
    """All commands; what goes wrong is told in the reader's language, without a traceback."""

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
        except (RecordsError, WordedError) as error:
            code = 2
            click.echo(words("cli.error.line", problem=error.explain(words)), err=True)
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
            is_option = isinstance(error.param, click.Option)
            name = error.param.opts[-1] if is_option else error.param.human_readable_name
            return words("cli.error.missing_option", name=name)
        case _:
            return error.format_message()


def command(name: str, *, group: click.Group | None = None) -> Callable[[Callable], click.Command]:
    """Declare a command; its help is ``cli.help.<name>``, or ``<group>_<name>``, in both languages."""
    text = both_languages(f"cli.help.{group.name}_{name}" if group else f"cli.help.{name}")
    return (group or cli).command(name, help=text, short_help=text)


def option(name: str, **settings: Any) -> Callable[[Callable], Callable]:
    """Declare an option whose help is ``cli.help.<name>``, in both languages."""
    return click.option(name, help=both_languages(f"cli.help.{name.removeprefix('--')}"), **settings)


data_option = option(
    "--data", type=click.Path(path_type=Path), envvar="OUTREACH_DATA", default=DATA_DIR, metavar="DIR"
)
recorded_option = option("--recorded", is_flag=True)
lang_option = option("--lang", type=Choice(LANGUAGES), default=LANGUAGES[0])
on_option = option("--on", type=Day(), metavar="DATE")
units_option = option("--units", type=Choice(UNITS), default=UNITS[0])
channels_option = option("--channels", type=Choice(CHANNELS, several=True))


def format_option(*formats: str) -> Callable[[Callable], Callable]:
    """Declare how the result can be printed; the first way is the default."""
    return option("--format", type=Choice(formats), default=formats[0])


def output_option(metavar: str) -> Callable[[Callable], Callable]:
    """Declare where the result is written."""
    help_text = both_languages("cli.help.output")
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        required=True,
        metavar=metavar,
        help=help_text,
    )


@click.group(
    cls=Program,
    help=both_languages("cli.help.program"),
    context_settings={"help_option_names": ["--help"], "max_content_width": 110},
)
def cli() -> None:
    """Hold the commands."""


def demand_units(workspace: Workspace, units: str, words: Words) -> None:
    """Refuse units whose boundaries the data folder does not have."""
    if workspace.units(units).empty:
        raise click.UsageError(words("cli.error.no_units", units=units), click.get_current_context())


def read_tables(data: Path, *, recorded: bool, on: date | None, words: Words) -> Workspace:
    """Return the tables that a command is about.

    Parameters
    ----------
    data : Path
        Data folder, as ``--data`` or the environment names it.
    recorded : bool
        Whether ``--recorded`` asks for the store of the environment's workspace instead.
    on : date, optional
        The end of that day is meant where the store is asked; a folder knows only how things are.
    words : Words
        The reader's language.
    """
    if recorded:
        demand_one_source(words)
        return opened_store(words).workspace(on)
    from geo.folder import read_workspace

    return read_workspace(data.expanduser(), lang=words.lang)


def demand_one_source(words: Words) -> None:
    """Refuse a command that asks for a data folder and for the store."""
    context = click.get_current_context()
    if context.get_parameter_source("data") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError(words("cli.error.data_or_recorded"), context)


def print_json(value: object) -> None:
    """Print a value as JSON that a person can read too."""
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2))


def opened_store(words: Words, *, filled: bool = True) -> Store:
    """Return the store of the workspace that the environment names, filled at its first use unless not."""
    from sqlalchemy.exc import SQLAlchemyError

    from records.workspaces import available, store_of

    try:
        return store_of(next(iter(available())), filled=filled)
    except (SQLAlchemyError, ImportError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise click.UsageError(words("cli.error.store", reason=reason), click.get_current_context()) from None


@contextmanager
def told(words: Words, deed: str, path: Path) -> Iterator[None]:
    """Tell what the system refuses to ``read`` or to ``write``, and end."""
    try:
        yield
    except OSError as error:
        problem = words(f"cli.error.{deed}", path=str(path), reason=because(error, words))
        raise click.UsageError(problem, click.get_current_context()) from None
