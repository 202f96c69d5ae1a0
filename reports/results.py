"""All figures of a report at a date, each with the rows behind it: the one source of every form of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from geo.coverage import Coverage, coverage, panos_that_count
from geo.terms import CLASSES, WORK_STATES_COMMITTED
from geo.text import fold
from geo.units import to_units
from geo.workspace import Plan, Workspace
from records.commitments import Money, Row, Standing, by_channel, deeds, money, plan_money, standings
from records.lifecycle import PANO_STATES_STANDING, REPAIR_KINDS
from records.status import is_inspection_due, pano_statuses

REACH = ("villages", *CLASSES)
COMMUNES = ("communes", "communes_with_pano", "communes_without_pano", "communes_register_complete")
PANOS = ("panos_now", "panos_plan", "panos_standing")
COMMITMENTS = ("commitments", "commitments_met", "commitments_late")
ACTIVITIES = ("activities_done", "activities_proven")
MONEY = ("budget_vnd", "spent_vnd", "open_vnd", "remaining_vnd", "proposed_vnd", "other_vnd")
UNKNOWN = (
    "registers_incomplete",
    "no_location",
    "possible",
    "no_households",
    "no_poor_households",
    "panos_unchecked",
    "panos_radius_assumed",
    "activities_unproven",
    "quantities_unknown",
    "spent_unknown",
    "open_unknown",
    "targets_unstated",
    "commitments_untracked",
    "unassigned",
)
"""What is not known, in the order in which a report says it."""
STEPS = (
    "commitments_late",
    "works_overdue",
    "activities_late",
    "works_awaiting",
    "undated",
    "activities_unproven",
    "panos_to_repair",
    "works_proposed",
    "unreached",
    "possible",
    "no_location",
    "inspections_due",
    "registers_incomplete",
)
"""What asks for something to be done next, likewise."""

FIGURES = tuple(
    dict.fromkeys((*REACH, *COMMUNES, *PANOS, *COMMITMENTS, *ACTIVITIES, *MONEY, *UNKNOWN, *STEPS))
)
"""Name of every figure; those that end in ``_vnd`` are đồng, the others count rows."""


@dataclass(frozen=True)
class Figure:
    """One figure of the report.

    Attributes
    ----------
    value : int or None
        A count or a sum in đồng; None where it is not known.
    rows : tuple of Row
        The rows that it counts or adds up: name of a table (``villages``, ``communes``, ``panos``, ``works``,
        ``activities`` or ``commitments``) and id. The budget comes from no row but the plan's head.
    """

    value: int | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, eq=False)
class Results:
    """What a report says, before it is put into words.

    Attributes
    ----------
    workspace : Workspace
        The tables that the rows are of.
    on : datetime.date
        The date that everything is given for.
    units : {"2023", "2025"}
        The set of communes.
    figures : mapping of str to Figure
        By name, those of `FIGURES`.
    reach : geo.coverage.Coverage
        Reach of every village and commune over all channels.
    communes : DataFrame
        ``reach.communes``.
    standings : list of Standing
        How each commitment stands.
    money : Money
        What stands for the plan's commitments costs.
    channels : DataFrame
        See `records.commitments.by_channel`.
    deeds : DataFrame
        See `records.commitments.deeds`.
    statuses : Series
        Derived status of every pano.
    unreached : DataFrame
        Counted villages that nothing reaches now, indexed by id, by commune and name: ``name``, ``kind``,
        ``commune_code``, ``commune``, ``class``, ``households``, ``poor_households``.
    """

    workspace: Workspace
    on: date
    units: str
    figures: Mapping[str, Figure]
    reach: Coverage
    communes: pd.DataFrame
    standings: list[Standing]
    money: Money
    channels: pd.DataFrame
    deeds: pd.DataFrame
    statuses: pd.Series
    unreached: pd.DataFrame

    @property
    def plan(self) -> Plan:
        """The plan that is reported on."""
        return self.workspace.plan

    def value(self, name: str) -> int | None:
        """Return the value of a figure."""
        return self.figures[name].value


def results(ws: Workspace, *, on: date | None = None, units: str = "2023") -> Results:
    """Return all figures of a report.

    Parameters
    ----------
    ws : Workspace
        The data.
    on : datetime.date, optional
        The date; today if not given.
    units : {"2023", "2025"}
        The communes to count by.

    Returns
    -------
    Results
        See there.

    Raises
    ------
    UnitsError
        If the set of units is not known.
    ArgumentError
        If the date is not one.
    """
    reach = coverage(ws, on=on, units=units)
    on = reach.on
    of = deeds(ws, on=on)
    stands = standings(ws, on=on, of=of)
    statuses = pano_statuses(ws, on=on)
    paid = plan_money(of)
    figures = (
        _of_reach(ws, reach)
        | _of_plan(stands)
        | _of_deeds(ws, of)
        | _of_money(ws.plan, of, paid)
        | _of_panos(ws, of, statuses, on)
    )
    return Results(
        ws,
        on,
        units,
        {name: figures[name] for name in FIGURES},
        reach,
        reach.communes,
        stands,
        paid,
        by_channel(of),
        of,
        statuses,
        _unreached(ws, reach),
    )


def _counted(table: str, ids: Iterable[str]) -> Figure:
    rows = tuple((table, one) for one in ids)
    return Figure(len(rows), rows)


def _of_reach(ws: Workspace, reach: Coverage) -> dict[str, Figure]:
    counted = reach.villages[reach.villages["counted"]]
    about = ws.villages.loc[counted.index]
    now = set(_home_codes(ws, reach).values())
    codes, complete = reach.communes.index, reach.communes["register_complete"]
    figures = {name: _counted("villages", counted.index[counted["class"] == name]) for name in CLASSES}
    return figures | {
        "villages": _counted("villages", counted.index),
        "no_households": _counted("villages", about.index[about["households"].isna()]),
        "no_poor_households": _counted("villages", about.index[about["poor_households"].isna()]),
        "communes": _counted("communes", codes),
        "communes_with_pano": _counted("communes", [code for code in codes if code in now]),
        "communes_without_pano": _counted("communes", [code for code in codes if code not in now]),
        "communes_register_complete": _counted("communes", codes[complete]),
        "registers_incomplete": _counted("communes", codes[~complete]),
        "panos_now": _counted("panos", ws.panos.index[panos_that_count(ws, reach.on, "now")]),
        "panos_plan": _counted("panos", ws.panos.index[panos_that_count(ws, reach.on, "plan")]),
    }


def _of_plan(stands: list[Standing]) -> dict[str, Figure]:
    def those(*statuses: str) -> Figure:
        return _counted("commitments", [one.commitment.id for one in stands if one.status in statuses])

    untargeted = [one.commitment.id for one in stands if one.commitment.target is None]
    return {
        "commitments": _counted("commitments", [one.commitment.id for one in stands]),
        "commitments_met": those("met"),
        "commitments_late": those("late"),
        "commitments_untracked": those("untracked"),
        "targets_unstated": _counted("commitments", untargeted),
    }


def _of_deeds(ws: Workspace, of: pd.DataFrame) -> dict[str, Figure]:
    work, stage = of["table"] == "works", of["stage"]
    done = ~work & stage.isin(("proven", "unproven"))
    awaiting = of["id"].isin(ws.works.index[ws.works["state"] == "awaiting_acceptance"])
    chosen = {
        "activities_done": done,
        "activities_proven": ~work & (stage == "proven"),
        "activities_unproven": ~work & (stage == "unproven"),
        "activities_late": ~work & of["late"],
        "quantities_unknown": done & of["quantity"].isna(),
        "works_overdue": work & of["late"],
        "works_awaiting": work & awaiting,
        "works_proposed": work & (stage == "proposed"),
        "undated": (stage == "open") & of["due_on"].isna(),
        "unassigned": (of["commitment"] == "") & (stage != "cancelled"),
    }
    return {name: _those(of, mask) for name, mask in chosen.items()}


def _those(of: pd.DataFrame, mask: pd.Series) -> Figure:
    rows = tuple(zip(of["table"][mask], of["id"][mask], strict=True))
    return Figure(len(rows), rows)


def _of_money(plan: Plan, of: pd.DataFrame, paid: Money) -> dict[str, Figure]:
    ours, known = of["commitment"] != "", of["cost_vnd"].notna()
    done = of["stage"].isin(("proven", "unproven"))
    open_, proposed = (of["stage"] == stage for stage in ("open", "proposed"))

    def sum_of(mask: pd.Series, vnd: int | None) -> Figure:
        return Figure(vnd, _those(of, mask & known).rows)

    return {
        "budget_vnd": Figure(plan.budget_vnd, ()),
        "spent_vnd": sum_of(ours & done, paid.spent_vnd),
        "open_vnd": sum_of(ours & open_, paid.open_vnd),
        "remaining_vnd": sum_of(ours & (done | open_), paid.left_of(plan.budget_vnd)),
        "proposed_vnd": sum_of(ours & proposed, paid.proposed_vnd),
        "other_vnd": sum_of(~ours & done, money(of[~ours]).spent_vnd),
        "spent_unknown": _those(of, ours & done & ~known),
        "open_unknown": _those(of, ours & open_ & ~known),
    }


def _of_panos(ws: Workspace, of: pd.DataFrame, statuses: pd.Series, on: date) -> dict[str, Figure]:
    panos, works = ws.panos, ws.works
    standing = panos["state"].isin(PANO_STATES_STANDING)
    coming = works["kind"].isin((*REPAIR_KINDS, "remove")) & works["state"].isin(WORK_STATES_COMMITTED)
    cared_for = panos.index.isin(works["pano_id"][coming])
    due = [
        is_inspection_due(state, checked, on=on)
        for state, checked in zip(panos["state"], panos["checked_on"], strict=True)
    ]
    radius = panos["radius_m"].isna() & (ws.plan.radius_is_assumed & (panos["state"] != "retired"))
    return {
        "panos_standing": _counted("panos", panos.index[standing]),
        "panos_unchecked": _counted("panos", panos.index[standing & panos["checked_on"].isna()]),
        "panos_radius_assumed": _counted("panos", panos.index[radius]),
        "panos_to_repair": _counted("panos", panos.index[(statuses == "needs_repair") & ~cared_for]),
        "inspections_due": _counted("panos", panos.index[pd.array(due, dtype=bool)]),
    }


def _home_codes(ws: Workspace, reach: Coverage) -> dict[str, str]:
    """Return the commune, in the units of the coverage, of every pano that counts now."""
    counting = ws.panos[panos_that_count(ws, reach.on, "now")]
    return to_units(counting["commune_code"], ws, reach.units).to_dict()


def _unreached(ws: Workspace, reach: Coverage) -> pd.DataFrame:
    villages = reach.villages[reach.villages["counted"] & (reach.villages["now"] != "reached")]
    about = ws.villages.loc[villages.index]
    table = pd.DataFrame(
        {
            "name": villages["name"],
            "kind": about["kind"],
            "commune_code": villages["commune_code"],
            "commune": villages["commune_code"].map(reach.communes["name"]),
            "class": villages["class"].astype(str),
            "households": about["households"],
            "poor_households": about["poor_households"],
        }
    )
    return table.sort_values(["commune", "name"], key=lambda texts: texts.map(fold))
