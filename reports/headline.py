"""The five figures that a meeting opens with: how far we reach, what is promised, late and proposed."""

from __future__ import annotations

from dataclasses import dataclass

from geo.text import Words
from reports.results import Results


@dataclass(frozen=True)
class Headline:
    """One figure as it is shown.

    Attributes
    ----------
    name : {"reached", "planned", "panos", "late", "proposed"}
        What it is.
    value : str
        The figure, as it is written.
    label : str
        What it counts.
    more : str
        What there is to add; may be blank.
    tone : {"good", "plan", "bad", ""}
        How it is coloured.
    """

    name: str
    value: str
    label: str
    more: str = ""
    tone: str = ""


def headlines(found: Results, words: Words) -> list[Headline]:
    """Return the five figures.

    Parameters
    ----------
    found : Results
        All figures.
    words : Words
        The language.
    """
    value = {name: figure.value for name, figure in found.figures.items()}

    def part(of: str, whole: int) -> str:
        return words("report.of_total", part=words.number(value[of]), whole=words.number(whole))

    def one(name: str, figure: str, more: str, tone: str) -> Headline:
        return Headline(name, figure, words(f"meeting.figure.{name}"), more, tone)

    def counted(key: str, n: int) -> str:
        return words(f"meeting.figure.{key}", n=n) if n else ""

    if not value["villages"]:
        known = words("screen.no_register")
    elif found.reach.summary["share"] is None:
        known = words("screen.no_share")
    else:
        known = words("screen.share", share=words.number(100 * found.reach.summary["share"], 1))
    late = value["works_overdue"] + value["activities_late"]
    return [
        one("reached", part("reached", value["villages"]), known, "good" if value["reached"] else ""),
        one("planned", f"+{words.number(value['planned'])}", words("screen.fig_planned_sub"), "plan"),
        one(
            "panos",
            part("panos_now", found.reach.summary["panos_standing"]),
            counted("repair", value["panos_to_repair"]),
            "",
        ),
        one(
            "late",
            words.number(late),
            counted("late_commitments", value["commitments_late"]),
            "bad" if late or value["commitments_late"] else "good",
        ),
        one("proposed", words.number(value["works_proposed"]), "", ""),
    ]
