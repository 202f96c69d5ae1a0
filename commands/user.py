"""Commands for accounts: user add, user list, user disable."""

from __future__ import annotations

import sys

import click

from commands.frame import (
    Choice,
    Group,
    both_languages,
    cli,
    command,
    lang_option,
    opened_store,
    option,
)
from geo.text import Words
from records.rights import ROLES, SYSTEM
from reports.terminal import account_lines


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
