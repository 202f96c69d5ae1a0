"""Commands that work on the store: import, export, backup and restore."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import click

from commands.frame import (
    Choice,
    Number,
    command,
    format_option,
    lang_option,
    opened_store,
    option,
    print_json,
    told,
)
from geo.schema import MAX_COUNT, TABLES
from geo.text import Words
from records.rights import SYSTEM
from reports.terminal import import_lines

IMPORTABLE = tuple(table.name for table in TABLES if not table.is_layer)


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
        missing = backup(store, file)
    click.echo(words("cli.written", path=str(file)))
    if missing:
        click.echo(words("cli.backup.missing", n=len(missing), files="\n".join(missing)), err=True)


@command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="F")
@option("--replaces", type=Number(0, MAX_COUNT), metavar="N")
@lang_option
def restore_backup(file: Path, replaces: int | None, lang: str) -> None:
    """Put back what a backup holds."""
    from records.backup import restore

    words = Words(lang)
    saved = restore(opened_store(words, filled=False), file, replaces=replaces)
    click.echo(words("cli.restore.done", path=str(file)))
    if saved:
        click.echo(words("cli.restore.saved", path=str(saved)))
