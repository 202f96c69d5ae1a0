"""Writes the tables of docs/lifecycle.md from the code: ``python -m tools.lifecycle_doc``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from geo.terms import WORK_KINDS
from geo.text import LANGUAGES, Words
from records.lifecycle import ACTIONS, GATES, Action, Marker
from records.rights import LOCAL_RIGHTS, RIGHTS, ROLES

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "lifecycle.md"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def codes(names: Iterable[str], *, none: str = "") -> str:
    """Return names as code, separated by commas; ``none`` stands for an empty one."""
    return ", ".join(f"`{name}`" if name else none for name in names)


def kinds_of(action: Action) -> str:
    """Return the kinds of work that a step is for."""
    if not action.kinds:
        return "(the pano)"
    return "every kind" if action.kinds == WORK_KINDS else codes(action.kinds)


def effect_of(action: Action) -> str:
    """Return what a step sets on the pano."""
    values = {c: v.value if isinstance(v, Marker) else f"`{v}`" for c, v in action.effect.items()}
    return ", ".join(f"`{column}`: {value}" for column, value in values.items())


def steps() -> str:
    """Return the table of steps."""
    words = Words(LANGUAGES[0])
    return table(
        ("step", "on screen", "for", "from", "to", "needs", "effect on the pano", "who"),
        [
            (
                f"`{action.name}`",
                words(f"lifecycle.action.{action.name}"),
                kinds_of(action),
                codes(action.before, none="(new)"),
                codes([action.after]) if action.after else "(same)",
                codes(action.gates),
                effect_of(action),
                codes(RIGHTS[action.name]),
            )
            for action in ACTIONS
        ],
    )


def gates() -> str:
    """Return the table of gates."""
    words = [Words(lang) for lang in LANGUAGES]
    rows = [(f"`{name}`", *(lang(f"lifecycle.gate.{name}") for lang in words)) for name in GATES]
    return table(("gate", *LANGUAGES), rows)


def rights() -> str:
    """Return the table of roles and rights."""
    words = Words(LANGUAGES[0])

    def mark(action: str, role: str) -> str:
        if role not in RIGHTS[action]:
            return ""
        return "own communes" if role == "field" and action in LOCAL_RIGHTS else "yes"

    rows = [(f"`{a}`", words(f"people.right.{a}"), *(mark(a, role) for role in ROLES)) for a in RIGHTS]
    return table(("right", "on screen", *ROLES), rows)


def filled(text: str) -> str:
    """Return the document with its tables as the code has them now."""
    for name, draw in (("steps", steps), ("gates", gates), ("rights", rights)):
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        text = re.sub(
            f"(?<={start}).*?\n?(?={end})", lambda _, draw=draw: f"{draw()}\n", text, flags=re.DOTALL
        )
    return text


def main() -> None:
    """Write the document anew."""
    DOCUMENT.write_text(filled(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
