"""The sheets of rows of the report's workbook, and how a spreadsheet counts each figure again from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.coverage import panos_that_count
from geo.terms import CLASSES
from geo.text import Words
from geo.units import to_units
from reports.results import Results

Criteria = Mapping[str, str]
"""What a row must hold to be counted: by column, a value or a condition of a spreadsheet."""


@dataclass(frozen=True)
class Recount:
    """Rows of a sheet that hold some values: how many there are, or what a column of them adds up to."""

    sheet: str
    criteria: Criteria
    total: str = ""


def tables(results: Results, words: Words) -> dict[str, pd.DataFrame]:
    """Return the sheets of rows by name; columns are named as in ``report.column``."""
    ws, reach, of = results.workspace, results.reach, results.deeds
    about, villages = ws.villages, reach.villages

    def yes(mask: Iterable[bool]) -> list[str]:
        return [words("report.yes" if one else "report.no") for one in mask]

    def term(table: str, values: Iterable[str]) -> list[str]:
        return [words(f"terms.{table}.{one}") if isinstance(one, str) and one else "" for one in values]

    def commune(codes: pd.Series) -> list[str]:
        return to_units(codes, ws, results.units).map(reach.communes["name"]).tolist()

    def deeds(table: str) -> pd.DataFrame:
        mine = of[of["table"] == table]
        stage = [words(f"report.stage.{one}") for one in mine["stage"]]
        return mine.assign(stage=stage, late=yes(mine["late"])).set_index("id")

    works, activities = deeds("works"), deeds("activities")
    counting = {scenario: panos_that_count(ws, reach.on, scenario) for scenario in ("now", "plan")}
    names = about["name"].to_dict()
    communes_2023 = ws.units("2023")["name"].to_dict()
    return {
        "commitments": _commitments(results, words),
        "communes": pd.DataFrame(
            {
                "id": results.communes.index,
                "name": results.communes["name"],
                "complete": yes(results.communes["register_complete"]),
                **{name: results.communes[name] for name in ("villages", *CLASSES)},
                "share": results.communes["share"],
                "panos_now": results.communes["panos_now"],
            }
        ),
        "channels": results.channels.assign(
            channel=term("channel", results.channels.index),
            quantity=[
                "; ".join(f"{words.number(amount, 1)} {unit}".strip() for unit, amount in one)
                for one in results.channels["quantities"]
            ],
        )[
            ["channel", "planned", "done", "proven", "cancelled", "late", "quantity", "villages", "communes"]
            + ["spent_vnd", "spent_unknown"]
        ],
        "villages": pd.DataFrame(
            {
                "id": villages.index,
                "name": villages["name"],
                "kind": about["kind"],
                "commune": villages["commune_code"].map(reach.communes["name"]),
                "counted": yes(villages["counted"]),
                "class": term("class", villages["class"]),
                "basis": term("basis", villages["basis"].astype(object)),
                "nearest_pano": villages["nearest_pano"].map(ws.panos["name"]),
                "nearest_pano_m": villages["nearest_pano_m"],
                "households": about["households"],
                "poor_households": about["poor_households"],
                "lat": about["lat"],
                "lon": about["lon"],
                "accuracy_m": about["accuracy_m"],
                "register_status": term("register_status", about["register_status"]),
                "source": about["source"],
            }
        ),
        "panos": pd.DataFrame(
            {
                "id": ws.panos.index,
                "name": ws.panos["name"],
                "commune": commune(ws.panos["commune_code"]),
                "status": term("status", results.statuses),
                "condition": term("condition", ws.panos["condition"]),
                "now": yes(counting["now"]),
                "plan": yes(counting["plan"]),
                "radius_m": ws.panos["radius_m"],
                "checked_on": ws.panos["checked_on"],
                "content_until": ws.panos["content_until"],
                "lat": ws.panos["lat"],
                "lon": ws.panos["lon"],
                "accuracy_m": ws.panos["accuracy_m"],
                "source": ws.panos["source"],
            }
        ),
        "works": pd.DataFrame(
            {
                "id": ws.works.index,
                "pano": ws.works["pano_id"].map(ws.panos["name"]),
                "commune": commune(ws.works["pano_id"].map(ws.panos["commune_code"])),
                "kind": term("work_kind", ws.works["kind"]),
                "state": term("work_state", ws.works["state"]),
                "stage": works["stage"],
                "commitment": works["commitment"],
                "due_on": works["due_on"],
                "late": works["late"],
                "cost_vnd": works["cost_vnd"],
            }
        ),
        "activities": pd.DataFrame(
            {
                "id": ws.activities.index,
                "channel": term("channel", ws.activities["channel"]),
                "title": ws.activities["title"],
                "stage": activities["stage"],
                "commitment": activities["commitment"],
                "starts_on": ws.activities["starts_on"],
                "due_on": activities["due_on"],
                "late": activities["late"],
                "scope": term("scope", ws.activities["scope"]),
                "commune": ["; ".join(map(communes_2023.get, one)) for one in activities["commune_codes"]],
                "village": ["; ".join(map(names.get, one)) for one in activities["village_ids"]],
                "quantity": ws.activities["quantity"],
                "unit": ws.activities["unit"],
                "cost_vnd": activities["cost_vnd"],
                "evidence": ws.activities["evidence"],
            }
        ),
    }


def _commitments(results: Results, words: Words) -> pd.DataFrame:
    rows = [
        {
            "id": one.commitment.id,
            "text": one.commitment.text,
            "target": one.commitment.target,
            "unit": one.commitment.unit,
            "proven": one.proven,
            "unproven": one.unproven,
            "open": one.open,
            "uncounted": one.uncounted,
            "late": len(one.late),
            "status": words(f"report.status.{one.status}"),
            "spent_vnd": one.money.spent_vnd,
            "spent_unknown": one.money.spent_unknown,
            "open_vnd": one.money.open_vnd,
            "open_unknown": one.money.open_unknown,
            "place": one.commitment.place,
            "responsible": one.commitment.responsible,
        }
        for one in results.standings
    ]
    columns = ["id", "text", "target", "unit", "proven", "unproven", "open", "uncounted", "late", "status"]
    columns += ["spent_vnd", "spent_unknown", "open_vnd", "open_unknown", "place", "responsible"]
    return pd.DataFrame(rows, columns=columns)


def recounts(words: Words) -> dict[str, list[Recount]]:
    """Return how each figure is counted again from the sheets of rows; where it is several, they are added.

    A figure that no column decides, such as which panos are due for inspection, is counted from its rows on
    the last sheet.
    """
    yes, no = words("report.yes"), words("report.no")
    stage = {name: words(f"report.stage.{name}") for name in ("proven", "unproven", "open", "proposed")}
    counted = {"counted": yes}
    named, unnamed, blank = {"commitment": "<>"}, {"commitment": "="}, {"cost_vnd": "="}

    def deeds(stages: Sequence[str], *conditions: Criteria, total: str = "") -> list[Recount]:
        criteria = {key: value for condition in conditions for key, value in condition.items()}
        return [
            Recount(table, {"stage": stage[one]} | criteria, total)
            for table in ("works", "activities")
            for one in stages
        ]

    def rows(sheet: str, **criteria: str) -> list[Recount]:
        return [Recount(sheet, criteria)]

    done = ("proven", "unproven")
    classes = {
        name: [Recount("villages", counted | {"class": words(f"terms.class.{name}")})] for name in CLASSES
    }
    return classes | {
        "villages": [Recount("villages", counted)],
        "no_households": [Recount("villages", counted | {"households": "="})],
        "no_poor_households": [Recount("villages", counted | {"poor_households": "="})],
        "communes": rows("communes", id="<>"),
        "communes_with_pano": rows("communes", panos_now=">0"),
        "communes_without_pano": rows("communes", panos_now="=0"),
        "communes_register_complete": rows("communes", complete=yes),
        "registers_incomplete": rows("communes", complete=no),
        "panos_now": rows("panos", now=yes),
        "panos_plan": rows("panos", plan=yes),
        "commitments": rows("commitments", id="<>"),
        "commitments_met": rows("commitments", status=words("report.status.met")),
        "commitments_late": rows("commitments", status=words("report.status.late")),
        "commitments_untracked": rows("commitments", status=words("report.status.untracked")),
        "targets_unstated": rows("commitments", target="="),
        "activities_done": [r for r in deeds(done) if r.sheet == "activities"],
        "activities_proven": rows("activities", stage=stage["proven"]),
        "activities_unproven": rows("activities", stage=stage["unproven"]),
        "activities_late": rows("activities", late=yes),
        "works_overdue": rows("works", late=yes),
        "works_awaiting": rows("works", state=words("terms.work_state.awaiting_acceptance")),
        "works_proposed": rows("works", stage=stage["proposed"]),
        "quantities_unknown": [Recount("activities", {"stage": stage[one], "quantity": "="}) for one in done],
        "undated": deeds(("open",), {"due_on": "="}),
        "unassigned": deeds((*done, "open", "proposed"), unnamed),
        "spent_vnd": deeds(done, named, total="cost_vnd"),
        "open_vnd": deeds(("open",), named, total="cost_vnd"),
        "proposed_vnd": deeds(("proposed",), named, total="cost_vnd"),
        "other_vnd": deeds(done, unnamed, total="cost_vnd"),
        "spent_unknown": deeds(done, named, blank),
        "open_unknown": deeds(("open",), named, blank),
    }
