"""The money of a plan as every screen says it: budget, spent, approved and not spent yet, left."""

from __future__ import annotations

from geo.text import Words
from geo.workspace import Plan
from records.commitments import Money
from reports.report_text import left_label

MILLION = 1_000_000


def money_rows(plan: Plan, paid: Money, words: Words) -> list[list[str]]:
    """Return the rows of a block of facts: each sum by the name that the report gives it.

    Parameters
    ----------
    plan : geo.workspace.Plan
        Whose budget it is.
    paid : Money
        What stands for its commitments costs, see `records.commitments.plan_money`.
    words : Words
        The reader's language.
    """
    sums = {
        words("report.money_row.budget_vnd"): (plan.budget_vnd, 0),
        words("report.money_row.spent_vnd"): (paid.spent_vnd, paid.spent_unknown),
        words("report.money_row.open_vnd"): (paid.open_vnd, paid.open_unknown),
        left_label(paid, words): (paid.left_of(plan.budget_vnd), 0),
    }
    return [[label, said(vnd, unknown, words)] for label, (vnd, unknown) in sums.items()]


def said(vnd: int | None, unknown: int, words: Words) -> str:
    """Return a sum as it is written, with what it does not hold.

    Parameters
    ----------
    vnd : int or None
        The sum in đồng; None if it is not known.
    unknown : int
        How many deeds are not in it because their cost is not recorded.
    words : Words
        The reader's language.
    """
    amount = words("report.unknown") if vnd is None else words("report.money", value=vnd)
    return f"{amount} · {words('desk.plan.cost_unknown', n=unknown)}" if unknown else amount


def in_millions(vnd: int, words: Words) -> str:
    """Return a sum in millions of đồng."""
    return words("desk.million", value=words.number(vnd / MILLION, 2))
