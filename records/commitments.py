"""What the plan promised against what is proven: the deeds that stand for each commitment, and their money.

A deed is a work order or an activity. It stands for the commitment that its ``plan_ref`` names, and for
nothing where that is blank: what a row is for is said by the office, never guessed from its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from geo.coverage import activities_that_count
from geo.terms import CHANNELS, WORK_KINDS, WORK_STATES_COMMITTED
from geo.text import fold
from geo.workspace import Commitment, Plan, Workspace
from records.lifecycle import REPAIR_KINDS
from records.status import is_overdue

STAGES = ("proven", "unproven", "open", "proposed", "cancelled")
"""How far a deed has come: accepted work, or a done activity with evidence, is proven; an activity that is
said to be done without evidence is not. What is approved or planned is open."""

DONE = ("proven", "unproven")
"""Stages of what is done."""

STATUSES = ("met", "some", "under_way", "late", "not_started", "untracked")
"""The one word for a commitment, see `Standing`."""

MEASURES = ("panos", "works", "communes", "quantity", "activities")
"""What is counted against a target."""

_KINDS_COUNTED = {kind: REPAIR_KINDS if kind in REPAIR_KINDS else (kind,) for kind in WORK_KINDS}
"""Which kinds of work count for a commitment of a kind: a repair may be of the frame or of the canvas."""
_OCCASIONS = frozenset(map(fold, ("buổi", "cuộc", "lần", "đợt", "lượt", "hoạt động")))
"""Units by which activities themselves are counted."""
_COMMUNE_WORDS = frozenset(map(fold, ("xã", "phường", "thị trấn")))

Row = tuple[str, str]
"""A row of the workspace: name of its table, and its id."""


@dataclass(frozen=True)
class Money:
    """Costs of some deeds in đồng; what is not known is counted apart and is in no sum.

    Attributes
    ----------
    spent_vnd : int or None
        Known costs of what is done, proven or not; None where there is such a deed and no cost is recorded.
    spent_unknown : int
        How many of these deeds have no cost recorded.
    open_vnd, open_unknown
        The same of what is approved or planned, and not paid yet.
    proposed_vnd, proposed_unknown
        The same of what is only proposed.
    """

    spent_vnd: int | None
    spent_unknown: int
    open_vnd: int | None
    open_unknown: int
    proposed_vnd: int | None
    proposed_unknown: int

    @property
    def unknown(self) -> int:
        """How many deeds, done or to come, have no cost recorded: what is left may be less by theirs."""
        return self.spent_unknown + self.open_unknown

    def left_of(self, budget_vnd: int | None) -> int | None:
        """Return what is left of a budget: neither spent nor meant for what is approved, as far as known.

        Parameters
        ----------
        budget_vnd : int or None
            Đồng; None if none is stated.

        Returns
        -------
        int or None
            Đồng, below zero if more was spent; the most that may be left where some costs are `unknown`.
            None without a budget.
        """
        return None if budget_vnd is None else budget_vnd - (self.spent_vnd or 0) - (self.open_vnd or 0)


@dataclass(frozen=True)
class Standing:
    """How one commitment stands at a date.

    Attributes
    ----------
    commitment : geo.workspace.Commitment
        What was promised.
    status : str
        The first of `STATUSES` that holds in this order: ``untracked`` (such a thing is not recorded here),
        ``met`` (the target is proven), ``late`` (a deed is overdue, or the plan has ended and the target is
        missed for certain or nothing is proven), ``some`` (something is proven, nothing is open, and it is
        not to be compared with a target: there is none, or the plan has ended and what was done can't be
        measured by it), ``under_way``, ``not_started``.
    measure : str
        One of `MEASURES`, or empty where what was done can't be counted in the unit of the target.
    proven, unproven, open : float or None
        How much, by that measure; None where it can't be told.
    uncounted : int
        Proven deeds whose quantity is unknown or in another unit, and which are therefore not in ``proven``.
    rows : mapping of str to tuple of Row
        The deeds by stage.
    late : tuple of Row
        Those that are overdue.
    money : Money
        What they cost.
    """

    commitment: Commitment
    status: str
    measure: str
    proven: float | None
    unproven: float | None
    open: float | None
    uncounted: int
    rows: Mapping[str, tuple[Row, ...]]
    late: tuple[Row, ...]
    money: Money


def deeds(ws: Workspace, *, on: date, plan: Plan | None = None) -> pd.DataFrame:
    """Return every work order and activity as a row that can be added up, but those of other plans.

    Parameters
    ----------
    ws : Workspace
        The data.
    on : datetime.date
        The date. An activity that starts later is still open; work orders have no day on which they ended,
        and are taken in the state that is recorded.
    plan : Plan, optional
        One of ``ws.plans``; that of ``plan.toml``, if none is given.

    Returns
    -------
    DataFrame
        Works first, both in the order of their tables: ``table`` (``works`` or ``activities``), ``id``,
        ``commitment`` (id; empty where the plan has none of that name), ``channel``, ``kind`` (of a work
        order), ``stage`` (of `STAGES`), ``due_on`` (day by which it should be done, or None), ``late``,
        ``quantity``, ``unit``, ``cost_vnd`` (``Int64``, missing: unknown), ``pano_id``, ``commune_codes``
        (2023) and ``village_ids`` that it names (tuples; the communes of named villages included).
    """
    plan = plan or ws.plan
    promised = {commitment.id for commitment in plan.commitments}
    elsewhere = {one.id for other in ws.plans if other.file != plan.file for one in other.commitments}
    table = pd.concat([_of_works(ws, on), _of_activities(ws, on)])
    table = table[~table["commitment"].isin(elsewhere)].reset_index(drop=True)
    table["commitment"] = table["commitment"].where(table["commitment"].isin(promised), "")
    return table.astype({"cost_vnd": "Int64", "quantity": "Float64", "late": bool})


def standings(
    ws: Workspace, *, on: date, of: pd.DataFrame | None = None, plan: Plan | None = None
) -> list[Standing]:
    """Return how each commitment of a plan stands.

    Parameters
    ----------
    ws : Workspace
        The data.
    on : datetime.date
        The date.
    of : DataFrame, optional
        The `deeds` of that date and plan, where they are at hand already.
    plan : Plan, optional
        One of ``ws.plans``; that of ``plan.toml``, if none is given.

    Returns
    -------
    list of Standing
        In the order of the plan.
    """
    plan = plan or ws.plan
    of = deeds(ws, on=on, plan=plan) if of is None else of
    ended = plan.ends_on is not None and plan.ends_on < on
    return [
        _standing(commitment, of[of["commitment"] == commitment.id], ended=ended)
        for commitment in plan.commitments
    ]


def money(of: pd.DataFrame) -> Money:
    """Return what some rows of `deeds` cost."""
    sums: list[int | None] = []
    for stages in (DONE, ("open",), ("proposed",)):
        costs = of["cost_vnd"][of["stage"].isin(stages)]
        unknown = int(costs.isna().sum())
        # Nothing but costs that are not recorded is not a sum of 0.
        sums += [None if unknown and unknown == len(costs) else int(costs.sum()), unknown]
    return Money(*sums)


def plan_money(of: pd.DataFrame) -> Money:
    """Return what those rows of `deeds` cost that stand for a commitment of the plan.

    While nothing of a plan is recorded as done, it is not known what was spent: a blank record is no proof
    that nothing was paid.
    """
    mine = of[of["commitment"] != ""]
    paid = money(mine)
    return paid if mine["stage"].isin(DONE).any() else replace(paid, spent_vnd=None)


def by_channel(of: pd.DataFrame) -> pd.DataFrame:
    """Return the activities of `deeds` by channel.

    Returns
    -------
    DataFrame
        Indexed by channel, those with an activity, in the order of ``geo.terms.CHANNELS``: counts
        ``planned``, ``done`` (with or without evidence), ``proven``, ``cancelled``, ``late``;
        ``quantities`` (tuple of unit and amount done, by unit), ``villages`` and ``communes`` (how many
        what is done names), ``spent_vnd`` (``Int64``) and ``spent_unknown`` as in `Money`, and ``ids`` of
        all.
    """
    of = of[of["table"] == "activities"]
    rows = {}
    for channel in CHANNELS:
        mine = of[of["channel"] == channel]
        if mine.empty:
            continue
        done = mine[mine["stage"].isin(DONE)]
        stages = mine["stage"].value_counts()
        amounts = done.dropna(subset=["quantity"]).groupby("unit", sort=False)["quantity"].sum()
        paid = money(done)
        rows[channel] = {
            "planned": int(stages.get("open", 0)),
            "done": len(done),
            "proven": int(stages.get("proven", 0)),
            "cancelled": int(stages.get("cancelled", 0)),
            "late": int(mine["late"].sum()),
            "quantities": tuple((unit, float(amount)) for unit, amount in amounts.items()),
            "villages": len({one for ids in done["village_ids"] for one in ids}),
            "communes": len({code for codes in done["commune_codes"] for code in codes}),
            "spent_vnd": paid.spent_vnd,
            "spent_unknown": paid.spent_unknown,
            "ids": tuple(mine["id"]),
        }
    columns = ["planned", "done", "proven", "cancelled", "late", "quantities", "villages", "communes"]
    columns += ["spent_vnd", "spent_unknown", "ids"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis(index="channel")
    return table.astype({"spent_vnd": "Int64"})


def _of_works(ws: Workspace, on: date) -> pd.DataFrame:
    works = ws.works
    stage = {"done": "proven", "cancelled": "cancelled"} | dict.fromkeys(WORK_STATES_COMMITTED, "open")
    homes = ws.panos["commune_code"].to_dict()
    return pd.DataFrame(
        {
            "table": "works",
            "id": works.index,
            "commitment": works["plan_ref"].array,
            "channel": "pano",
            "kind": works["kind"].array,
            "stage": [stage.get(state, "proposed") for state in works["state"]],
            "due_on": works["due_on"].to_numpy(object),
            "late": [is_overdue(*one, on=on) for one in zip(works["state"], works["due_on"], strict=True)],
            "quantity": pd.NA,
            "unit": "",
            "cost_vnd": works["cost_vnd"].array,
            "pano_id": works["pano_id"].array,
            "commune_codes": [(homes[pano],) for pano in works["pano_id"]],
            "village_ids": [()] * len(works),
        }
    )


def _of_activities(ws: Workspace, on: date) -> pd.DataFrame:
    activities = ws.activities
    done = activities_that_count(ws, on, "now")
    homes = ws.villages["commune_code"].to_dict()
    stages, due, communes, villages = [], [], [], []
    for activity, is_done in zip(activities.itertuples(), done, strict=True):
        if is_done:
            stages.append("proven" if activity.evidence else "unproven")
        else:
            stages.append("cancelled" if activity.state == "cancelled" else "open")
        due.append(activity.ends_on or activity.starts_on)
        named = activity.village_ids if activity.scope == "villages" else ()
        codes = activity.commune_codes if activity.scope == "communes" else [homes[one] for one in named]
        villages.append(tuple(named))
        communes.append(tuple(dict.fromkeys(codes)))
    planned = activities["state"] == "planned"
    return pd.DataFrame(
        {
            "table": "activities",
            "id": activities.index,
            "commitment": activities["plan_ref"].array,
            "channel": activities["channel"].array,
            "kind": "",
            "stage": stages,
            "due_on": pd.Series(due, dtype=object).to_numpy(),
            "late": [
                bool(is_planned and day is not None and day < on)
                for is_planned, day in zip(planned, due, strict=True)
            ],
            "quantity": activities["quantity"].array,
            "unit": activities["unit"].array,
            "cost_vnd": activities["cost_vnd"].array,
            "pano_id": "",
            "commune_codes": communes,
            "village_ids": villages,
        }
    )


def _standing(commitment: Commitment, mine: pd.DataFrame, *, ended: bool) -> Standing:
    counted = mine[_counts_for(commitment, mine)]
    measure = _measure(commitment, counted)
    proven, unproven, open_ = (
        _amount(commitment, measure, counted, stage) for stage in ("proven", "unproven", "open")
    )
    uncounted = 0
    if measure == "quantity":
        uncounted = int(((counted["stage"] == "proven") & ~_in_unit(commitment, counted)).sum())
    rows = {
        stage: tuple(zip(group["table"], group["id"], strict=True))
        for stage, group in ((stage, mine[mine["stage"] == stage]) for stage in STAGES)
    }
    late = mine[mine["late"]]
    return Standing(
        commitment,
        _status(commitment, proven, uncounted, rows, is_late=bool(len(late)), ended=ended),
        measure,
        proven,
        unproven,
        open_,
        uncounted,
        rows,
        tuple(zip(late["table"], late["id"], strict=True)),
        money(mine),
    )


def _counts_for(commitment: Commitment, mine: pd.DataFrame) -> pd.Series:
    """Say which deeds count against the target: works of its kind, or activities of its channel."""
    is_work = mine["table"] == "works"
    if kinds := _KINDS_COUNTED.get(commitment.kind):
        return is_work & mine["kind"].isin(kinds)
    if commitment.channel == "pano":
        return is_work
    return ~is_work


def _is_tracked(commitment: Commitment) -> bool:
    return bool(commitment.channel) or commitment.kind in WORK_KINDS


def _in_unit(commitment: Commitment, counted: pd.DataFrame) -> pd.Series:
    """Say which deeds have a quantity in the unit of the target."""
    return counted["quantity"].notna() & (counted["unit"].map(fold) == fold(commitment.unit))


def _measure(commitment: Commitment, counted: pd.DataFrame) -> str:
    unit = fold(commitment.unit)
    if counted.empty and not _is_tracked(commitment):
        return ""
    if commitment.kind in WORK_KINDS or commitment.channel == "pano":
        return "panos" if unit in ("", "pano") else "works"
    if unit and counted["unit"].map(fold).eq(unit).any():
        return "quantity"
    if any(fold(part) in _COMMUNE_WORDS for part in commitment.unit.split(",")):
        return "communes"
    return "activities" if not unit or unit in _OCCASIONS or counted.empty else ""


def _amount(commitment: Commitment, measure: str, counted: pd.DataFrame, stage: str) -> float | None:
    """Return how much has come to a stage; nothing twice: one pano or commune is at one of them."""
    at_stage = counted[counted["stage"] == stage]
    match measure:
        case "panos":
            panos = set(at_stage["pano_id"])
            # One that still has approved work to come is not done.
            unfinished = set(counted["pano_id"][counted["stage"] == "open"])
            return float(len(panos - unfinished if stage == "proven" else panos))
        case "communes":
            before = counted[counted["stage"].map(STAGES.index) < STAGES.index(stage)]
            codes, had = (
                {code for codes in t["commune_codes"] for code in codes} for t in (at_stage, before)
            )
            return float(len(codes - had))
        case "quantity":
            known = at_stage["quantity"][_in_unit(commitment, at_stage)]
            return None if known.empty and len(at_stage) else float(known.sum())
        case "works" | "activities":
            return float(len(at_stage))
    return None


def _status(
    commitment: Commitment,
    proven: float | None,
    uncounted: int,
    rows: Mapping[str, tuple[Row, ...]],
    *,
    is_late: bool,
    ended: bool,
) -> str:
    if not _is_tracked(commitment) and not any(rows.values()):
        return "untracked"
    has_target = commitment.target is not None
    if has_target and proven is not None and proven >= commitment.target:
        return "met"
    # A deed that can't be counted may be what the target lacks.
    is_missed = has_target and proven is not None and not uncounted
    if is_late or (ended and (is_missed or not rows["proven"])):
        return "late"
    if rows["proven"] and not rows["open"] and (ended or not has_target):
        return "some"
    return "under_way" if any(rows[stage] for stage in ("proven", "unproven", "open")) else "not_started"
