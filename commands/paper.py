"""The command for the paper way: inspection sheets, or labels with QR codes, of what is recorded."""

from __future__ import annotations

from pathlib import Path

import click

from commands.frame import Choice, command, lang_option, opened_store, option, output_option, told
from geo.text import Words

ENDING = ".pdf"
LABELS = ("99x57", "A4")
"""Formats of `reports.labels.FORMATS`, named here too so that help is answered without its libraries."""


@command("paper")
@output_option("F.pdf")
@option("--base-url", required=True, metavar="URL")
@option("--commune", metavar="CODE")
@option("--labels", type=Choice(LABELS))
@lang_option
def paper(output: Path, base_url: str, commune: str | None, labels: str | None, lang: str) -> None:
    """Write the sheets, or the labels.

    The address is asked for: nothing on this computer says by which name phones reach the server.
    """
    from reports.labels import labels as labels_of
    from reports.paper import field_sheets
    from reports.qr import AddressRefused, Server

    words, context = Words(lang), click.get_current_context()
    if output.suffix.lower() != ENDING:
        raise click.UsageError(words("paper.wrong_ending", path=str(output)), context)
    try:
        # The store that commands work on is the one that the server starts with: codes need not name it.
        server = Server(base_url)
    except AddressRefused as error:
        raise click.UsageError(error.explain(words), context) from None
    store = opened_store(words)
    workspace = store.workspace()
    if commune is not None and commune not in workspace.communes["2023"].index:
        raise click.UsageError(words("paper.no_commune", code=commune), context)
    if labels:
        content = labels_of(workspace, words, server, size=labels, commune=commune)
    else:
        content = field_sheets(workspace, words, server, on=store.today, commune=commune)
    with told(words, "write", output):
        output.write_bytes(content)
    click.echo(words("cli.written", path=str(output)))
    for warning in server.warnings(words):
        click.echo(warning, err=True)
