"""The five figures at the head of a meeting, the slides, the printed map and the report."""

from __future__ import annotations

from datetime import date

from geo.coverage import Coverage
from geo.sheet import Headline
from geo.text import Words
from geo.workspace import Plan
from reports.results import Results

PARTS = {
    "reached": ("reached", "villages"),
    "planned": ("planned",),
    "panos": ("panos_now", "panos_standing", "panos_to_repair"),
    "late": ("works_overdue", "activities_late", "commitments_late"),
    "proposed": ("works_proposed",),
}
"""The five, each with the figures of the report that it is made of."""
OF_THE_PLAN = ("late", "proposed")
"""Those that are of the plan as a whole, and not of one commune."""


def headlines(
    found: Results, words: Words, *, reach: Coverage | None = None, commune: str | None = None
) -> list[Headline]:
    """Return the five figures; for one commune, those that are of it.

    Parameters
    ----------
    found : Results
        All figures.
    words : Words
        The language.
    reach : Coverage, optional
        The reach that is shown, where it is that of some channels only.
    commune : str, optional
        Code of the commune that is shown.
    """
    reach = found.reach if reach is None else reach
    counts = reach.communes.loc[commune] if commune else reach.summary
    villages, share = int(counts["villages"]), counts["share"]

    def part(of: str, whole: str) -> str:
        return words(
            "report.of_total", part=words.number(int(counts[of])), whole=words.number(int(counts[whole]))
        )

    def one(name: str, figure: str, more: str, tone: str) -> Headline:
        return Headline(name, figure, words(f"meeting.figure.{name}"), more, tone)

    def counted(key: str, n: int) -> str:
        return words(f"meeting.figure.{key}", n=n) if n else ""

    if not villages:
        known = words("screen.no_register")
    elif share is None or share != share:
        known = words("screen.no_share")
    else:
        known = words("screen.share", share=words.number(100 * share, 1))
    shown = [
        one("reached", part("reached", "villages"), known, "good" if counts["reached"] else ""),
        one(
            "planned",
            f"+{words.number(int(counts['planned']))}",
            when_planned(found.plan, found.on, words),
            "plan",
        ),
        one(
            "panos",
            part("panos_now", "panos_standing"),
            "" if commune else counted("repair", found.value("panos_to_repair")),
            "",
        ),
        late(found, words),
        one("proposed", words.number(found.value("works_proposed")), "", ""),
    ]
    return [figure for figure in shown if not commune or figure.name not in OF_THE_PLAN]


def late(found: Results, words: Words) -> Headline:
    """Return what is late: jobs, or, where none of them is overdue, the commitments that are late."""
    overdue = found.value("works_overdue") + found.value("activities_late")
    missed = found.value("commitments_late")
    if missed and not overdue:
        label, more = words("meeting.figure.commitments", n=missed), words("meeting.figure.none_overdue")
        return Headline("late", words.number(missed), label, more, "bad")
    more = words("meeting.figure.late_commitments", n=missed) if missed else ""
    tone = "bad" if overdue else "good"
    return Headline("late", words.number(overdue), words("meeting.figure.late"), more, tone)


def when_planned(plan: Plan, on: date, words: Words) -> str:
    """Return when what is planned will be: once the plan is done, or that its time is over."""
    if plan.ends_on and plan.ends_on < on:
        return words("report.headline.plan_over", date=words.date(plan.ends_on))
    return words("screen.fig_planned_sub")
