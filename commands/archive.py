"""The commands that keep a snapshot in one file, and make all of it again from that file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from commands.frame import (
    both_languages,
    command,
    data_option,
    demand_one_source,
    demand_units,
    lang_option,
    on_option,
    opened_store,
    output_option,
    recorded_option,
    told,
    units_option,
)
from geo.text import Words


@command("archive")
@output_option("F.zip")
@data_option
@recorded_option
@on_option
@units_option
@lang_option
def archive_folder(output: Path, data: Path, recorded: bool, on: date | None, units: str, lang: str) -> None:
    """Write data, report and map into one file."""
    from geo.days import today
    from geo.folder import read_workspace
    from records.dossier import photo_list
    from reports.annexes import photos_of
    from reports.archive import archive, companion_files, folder_files

    words, photos, pairs = Words(lang), [], []
    if recorded:
        demand_one_source(words)
        store = opened_store(words)
        on, version = on or store.today, store.version
        workspace = store.workspace(on, version=version)
        contents = companion_files(store.data) | store.contents(on, version=version)
        with store.reading() as connection:
            photos = photo_list(connection, version=version)
        pairs = photos_of(store, workspace, words, version=version)
    else:
        on, folder = on or today(), data.expanduser()
        workspace = read_workspace(folder, lang=lang)
        contents = folder_files(folder)
    demand_units(workspace, units, words)

    def tell(name: str) -> None:
        click.echo(words("archive.making", name=name), err=True)

    content = archive(workspace, contents, words, on=on, units=units, photos=photos, pairs=pairs, tell=tell)
    with told(words, "write", output):
        output.write_bytes(content)
    click.echo(words("cli.written", path=str(output)))


@command("unpack")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="F.zip")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help=both_languages("cli.help.output_folder"),
)
@lang_option
def unpack_archive(file: Path, output: Path, lang: str) -> int:
    """Unpack an archive and make its files again; 1 if a figure comes out otherwise."""
    from reports.archive import unpack
    from reports.results import FIGURES

    words = Words(lang)
    with told(words, "read", file):
        file.open("rb").close()

    def tell(name: str) -> None:
        click.echo(words("archive.making", name=name), err=True)

    with told(words, "write", output):
        found = unpack(file, output, tell=tell)
    if found.differing:
        # An archive may hold figures that this program no longer knows.
        names = ", ".join(
            words(f"report.figure.{name}") if name in FIGURES else name for name in found.differing
        )
        click.echo(words("archive.differing", path=str(output), n=len(found.differing), names=names))
        return 1
    click.echo(words("archive.same", path=str(output), checksum=found.checksum))
    return 0
