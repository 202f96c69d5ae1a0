"""The same work from the command line: ``python manage.py --help``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from geo.errors import DataFolderError, OutreachError
from geo.schema import TABLES
from geo.terms import CHANNELS, UNITS
from geo.text import LANGUAGES, Words
from records.errors import RecordsError
from records.rights import ROLES, SYSTEM
from reports.terminal import account_lines, coverage_lines, fault_line, import_lines

# Commands import what they need when they run, so that help and mistakes are answered at once.
if TYPE_CHECKING:
    from geo.workspace import Workspace
    from records.store import Store

DATA_DIR = Path(__file__).resolve().parent / "data"
IMPORTABLE = tuple(table.name for table in TABLES if not table.is_layer)


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
        except RecordsError as error:
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
    with told(words, "write", output):
        output.write_text(page, encoding="utf-8", newline="\n")
    click.echo(words("cli.written", path=str(output)))


def demand_units(workspace: Workspace, units: str, words: Words) -> None:
    """Refuse units whose boundaries the data folder does not have."""
    if workspace.units(units).empty:
        raise click.UsageError(words("cli.error.no_units", units=units), click.get_current_context())


def print_json(value: object) -> None:
    """Print a value as JSON that a person can read too."""
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2))


@command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@option("--kind", type=Choice(IMPORTABLE), required=True)
@option("--dry-run", is_flag=True)
@format_option("table", "json")
@lang_option
def import_file(file: Path, kind: str, dry_run: bool, format: str, lang: str) -> int:
    """Take a file of an office into the store."""
    from records.importing import prepare, take_in
    from records.journal import Operation

    words = Words(lang)
    with told(words, "read", file):
        file.open("rb").close()
    store = opened_store(words)
    prepared = prepare(store, file, file.name, kind, actor=SYSTEM, lang=lang)
    preview, taken = prepared.preview, None
    if not dry_run:
        op = Operation(actor=SYSTEM, op_id=str(uuid4()), source="import")
        preview, taken = take_in(store, prepared, op)
    report = preview.to_dict()
    if format == "json":
        print_json(report)
    else:
        click.echo("\n".join(import_lines(preview, taken, words)))
    return 1 if report["faults"] else 0


@command("export")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@lang_option
def export_folder(folder: Path, lang: str) -> None:
    """Write what the store holds as a data folder."""
    from records.folder_io import export

    words = Words(lang)
    store = opened_store(words)
    with told(words, "write", folder):
        export(store, folder)
    click.echo(words("cli.written", path=str(folder)))


@command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="F")
@lang_option
def make_backup(file: Path, lang: str) -> None:
    """Write all that is recorded, photos included, into one file."""
    from records.backup import backup

    words = Words(lang)
    store = opened_store(words)
    with told(words, "write", file):
        backup(store, file)
    click.echo(words("cli.written", path=str(file)))


@command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="F")
@option("--replaces", type=click.INT, metavar="N")
@lang_option
def restore_backup(file: Path, replaces: int | None, lang: str) -> None:
    """Put back what a backup holds."""
    from records.backup import restore

    words = Words(lang)
    saved = restore(opened_store(words, filled=False), file, replaces=replaces)
    click.echo(words("cli.restore.done", path=str(file)))
    if saved:
        click.echo(words("cli.restore.saved", path=str(saved)))


@cli.group("user", cls=Group, help=both_languages("cli.help.user"))
def user() -> None:
    """Hold the commands for accounts."""


@command("add", group=user)
@click.argument("login", metavar="LOGIN")
@option("--name", required=True)
@option("--role", type=Choice(ROLES), required=True)
@option("--communes", default="", metavar="CODE,…")
@lang_option
def add_user(login: str, name: str, role: str, communes: str, lang: str) -> None:
    """Add an account; its first password is typed, or comes by standard input."""
    from records.workspaces import people

    words = Words(lang)
    codes = [code.strip() for code in communes.split(",") if code.strip()]
    store = opened_store(words, filled=bool(codes))
    for code in codes:
        if code not in store.workspace().communes["2023"].index:
            problem = words("cli.error.no_commune", code=code)
            raise click.UsageError(problem, click.get_current_context())
    if sys.stdin.isatty():
        prompt, again = words("people.page.password"), words("people.page.password_again")
        password = click.prompt(prompt, hide_input=True, err=True)
        if click.prompt(again, hide_input=True, err=True) != password:
            raise click.UsageError(words("people.error.passwords_differ"), click.get_current_context())
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    people().add(SYSTEM, login, password, name=name, role=role, communes=codes)
    click.echo(words("cli.user.added", login=login))


@command("list", group=user)
@lang_option
def list_users(lang: str) -> None:
    """Print the accounts."""
    from records.workspaces import people

    words = Words(lang)
    opened_store(words, filled=False)
    click.echo("\n".join(account_lines(people().accounts(SYSTEM), words)))


@command("disable", group=user)
@click.argument("login", metavar="LOGIN")
@lang_option
def disable_user(login: str, lang: str) -> None:
    """Keep an account from signing in."""
    from records.workspaces import people

    words = Words(lang)
    opened_store(words, filled=False)
    people().disable(SYSTEM, login)
    click.echo(words("cli.user.disabled_now", login=login))


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
        problem = words(f"cli.error.{deed}", path=str(path), reason=error.strerror or "")
        raise click.UsageError(problem, click.get_current_context()) from None


if __name__ == "__main__":
    cli()
