"""What stands beside the map when nothing is selected: head figures, lists of villages and panos, search."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo.coverage import Coverage, panos_that_count
from geo.terms import CLASSES, PANO_STATUSES, WORK_STATES_COMMITTED
from geo.text import Words, fold
from geo.units import to_units
from geo.workspace import Workspace
from views import panel

NOT_NOW = tuple(reversed(CLASSES[1:]))
"""Classes that nothing reaches now, those without any prospect first."""
MOST_FOUND = 60
ROUGH_M = 100.0
"""A pano whose position is no better than this in metres has still to be surveyed."""

Block = dict[str, Any]


def counts_of(reach: Coverage, commune: str) -> dict[str, Any]:
    """Return the counts of one commune, or of the whole where none is given."""
    return dict(reach.communes.loc[commune]) if commune else reach.summary


def in_commune(table: pd.DataFrame, reach: Coverage, workspace: Workspace, commune: str) -> pd.DataFrame:
    """Return the rows of a table that lie in a commune of the coverage's units; all where none is given."""
    if not commune:
        return table
    return table[to_units(table["commune_code"], workspace, reach.units) == commune]


def figures(
    workspace: Workspace,
    reach: Coverage,
    statuses: pd.Series,
    words: Words,
    *,
    commune: str,
    chosen: str,
) -> list[Block]:
    """Return the head figures, each a way to the rows behind it.

    Parameters
    ----------
    workspace, reach, statuses
        The tables, the reach of every village, the status of every pano.
    words : Words
        The reader's language.
    commune : str
        Code of the commune that is looked at, or blank for all.
    chosen : str
        The list that is shown.
    """
    counts = counts_of(reach, commune)
    share = counts["share"]
    known = share is not None and not pd.isna(share)
    unreached = int(counts["villages"] - counts["reached"])
    unplanned = int(unreached - counts["planned"])
    here = statuses[in_commune(workspace.panos, reach, workspace, commune).index]
    by_status = here.value_counts()
    standing = [
        f"{words.number(int(by_status[status]))} {words(f'terms.status.{status}').lower()}"
        for status in ("needs_repair", "repairing", "awaiting_acceptance", "planned", "building")
        if by_status.get(status)
    ]
    without = communes_without_pano(workspace, reach, commune)
    of_communes = 1 if commune else len(reach.communes)
    shown = [
        {
            "value": f"{words.number(int(counts['reached']))}/{words.number(int(counts['villages']))}",
            "label": words("screen.fig_reached"),
            "sub": words("screen.share", share=words.number(100 * share, 1))
            if known
            else words("screen.no_share"),
            "pick": "list:reached",
            "tone": "good",
        },
        {
            "value": words.number(unreached),
            "label": words("screen.fig_unreached"),
            "sub": words("screen.fig_unplanned", n=unplanned),
            "pick": "list:unreached",
            "tone": "bad" if unreached else "good",
        },
        {
            "value": f"+{words.number(int(counts['planned']))}",
            "label": words("screen.fig_planned"),
            "sub": words("screen.fig_planned_sub"),
            "pick": "list:planned",
            "tone": "plan",
        },
        {
            "value": f"{words.number(int(by_status.get('in_service', 0)))}/{words.number(len(here))}",
            "label": words("screen.fig_panos"),
            "sub": " · ".join(standing[:2]),
            "pick": "list:panos",
        },
        {
            "value": f"{words.number(len(without))}/{words.number(of_communes)}",
            "label": words("screen.fig_communes"),
            "sub": words("screen.fig_communes_sub"),
            "pick": "list:communes",
        },
    ]
    for figure in shown:
        figure["active"] = figure["pick"] == f"list:{chosen}"
    return [{"type": "figures", "figures": shown}]


def communes_without_pano(workspace: Workspace, reach: Coverage, commune: str = "") -> list[str]:
    """Return the codes of communes in which no pano counts now, by name."""
    counting = panos_that_count(workspace, reach.on, "now")
    served = set(to_units(workspace.panos["commune_code"][counting], workspace, reach.units))
    asked = [commune] if commune else reach.communes.sort_values("name").index
    return [code for code in asked if code not in served]


def village_row(village: pd.Series, reach: Coverage, words: Words, *, selected: str = "") -> Block:
    """Return a row that stands for a village.

    Parameters
    ----------
    village : Series
        A row of the coverage's villages, its name the village's id.
    reach : Coverage
        Gives the names of communes.
    words : Words
        The reader's language.
    selected : str
        The ``kind:id`` that is selected.
    """
    near = words("card.no_position") if pd.isna(village["lat"]) else ""
    if pd.notna(village["nearest_pano_m"]):
        near = words.distance(village["nearest_pano_m"])
    class_ = village["class"] if village["counted"] else "historical"
    label = words(f"terms.class.{class_}") if village["counted"] else words("map.historical")
    return {
        "icon": panel.village_icon(class_, label=label),
        "text": village["name"],
        "sub": reach.communes["name"].get(village["commune_code"], ""),
        "right": near,
        "pick": f"village:{village.name}",
        "selected": selected == f"village:{village.name}",
    }


def pano_row(
    workspace: Workspace, pano_id: str, status: str, words: Words, *, sub: str = "", right: str = ""
) -> Block:
    """Return a row that stands for a pano; below its name ``sub``, else its status."""
    return {
        "icon": panel.pano_icon(status, label=words(f"terms.status.{status}")),
        "text": workspace.panos.at[pano_id, "name"],
        "sub": sub or words(f"terms.status.{status}"),
        "right": right,
        "pick": f"pano:{pano_id}",
    }


def _villages_of(reach: Coverage, commune: str, classes: tuple[str, ...]) -> pd.DataFrame:
    villages = reach.villages[reach.villages["counted"]]
    if commune:
        villages = villages[villages["commune_code"] == commune]
    chosen = villages[villages["class"].isin(classes)].copy()
    chosen["commune"] = chosen["commune_code"].map(reach.communes["name"])
    return chosen.sort_values(["commune", "name"], key=lambda texts: texts.map(fold))


def listing(
    workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words, name: str, commune: str
) -> list[Block]:
    """Return one of the lists behind the head figures.

    Parameters
    ----------
    workspace, reach, statuses, words
        As for `figures`.
    name : str
        ``unreached`` (nothing reaches them now), ``reached``, ``planned``, ``panos`` or ``communes``.
    commune : str
        Code of the commune that is looked at, or blank for all.
    """
    blocks: list[Block] = [
        {"type": "title", "text": words(f"screen.list_{name}"), "sub": words(f"screen.list_{name}_sub")}
    ]
    if name == "panos":
        here = in_commune(workspace.panos, reach, workspace, commune)
        order = sorted(here.index, key=lambda i: (PANO_STATUSES.index(statuses[i]), here.at[i, "name"]))
        rows = [pano_row(workspace, i, statuses[i], words) for i in order]
        return [*blocks, {"type": "rows", "rows": rows, "empty": words("screen.no_panos")}]
    if name == "communes":
        without = communes_without_pano(workspace, reach, commune)
        rows = [
            {
                "text": reach.communes.at[code, "name"],
                "sub": words("screen.villages_reached", **_reached_of(reach, code)),
                "pick": f"commune:{code}",
            }
            for code in without
        ]
        return [*blocks, {"type": "rows", "rows": rows, "empty": words("screen.every_commune_has_pano")}]
    if name == "unreached" and not reach.summary["reached"]:
        blocks += _promised_and_missing(workspace, reach, statuses, words)
    classes = {"reached": ("reached",), "planned": ("planned",), "unreached": NOT_NOW}[name]
    for class_ in classes:
        villages = _villages_of(reach, commune, (class_,))
        if villages.empty and len(classes) > 1:
            continue
        title = f"{words(f'terms.class.{class_}')} ({words.number(len(villages))})"
        rows = [village_row(village, reach, words) for _, village in villages.iterrows()]
        blocks.append({"type": "rows", "title": title, "rows": rows, "empty": words(f"screen.empty_{name}")})
    if len(blocks) == 1:
        blocks.append({"type": "note", "text": words("screen.all_reached"), "tone": "good"})
    return blocks


def _promised_and_missing(
    workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words
) -> list[Block]:
    """Return what a plan of which nothing is proven yet promises, where, and what is still missing."""
    works = workspace.works[workspace.works["state"].isin(WORK_STATES_COMMITTED)]
    orders = [
        pano_row(
            workspace,
            pano_id,
            statuses[pano_id],
            words,
            sub=", ".join(words(f"terms.work_kind.{kind}") for kind in kinds),
        )
        for pano_id, kinds in works.groupby("pano_id", sort=False)["kind"]
        if pano_id in statuses.index
    ]
    planned = workspace.activities[workspace.activities["state"] == "planned"]
    wide = planned[planned["scope"] == "communes"]
    activities = [
        {
            "text": activity["title"],
            "sub": words("screen.in_communes", n=len(activity["commune_codes"])),
            "pick": f"activity:{key}",
        }
        for key, activity in wide.iterrows()
    ]
    villages = workspace.villages[reach.villages["counted"]]
    rough = workspace.panos["accuracy_m"].isna() | (workspace.panos["accuracy_m"] >= ROUGH_M)
    missing = [
        (int((~reach.communes["register_complete"]).sum()), "screen.missing_registers"),
        (int(rough.sum()), "screen.missing_points"),
        (int(villages["lat"].isna().sum()), "screen.missing_locations"),
        (int(works["cost_vnd"].isna().sum()), "screen.missing_costs"),
        (int(works["due_on"].isna().sum()), "screen.missing_dates"),
    ]
    lacks = [words(key, n=n) for n, key in missing if n]
    blocks: list[Block] = [
        {"type": "note", "text": words("screen.nothing_proven"), "tone": "warning"},
        {"type": "rows", "title": words("screen.promised"), "rows": [*orders, *activities]},
    ]
    if lacks:
        blocks.append({"type": "facts", "rows": [[words("screen.missing"), "; ".join(lacks) + "."]]})
    return blocks


def _reached_of(reach: Coverage, code: str) -> dict[str, int]:
    return {"reached": int(reach.communes.at[code, "reached"]), "n": int(reach.communes.at[code, "villages"])}


def found(
    workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words, query: str
) -> list[Block]:
    """Return what a search finds, without regard to diacritics and case.

    Parameters
    ----------
    workspace, reach, statuses, words
        As for `figures`.
    query : str
        What was typed; every word of it must stand in a name.
    """
    wanted = fold(query).split()

    def matches(name: str) -> bool:
        folded = fold(name)
        return all(word in folded for word in wanted)

    rows = [
        {"text": f"{kind} {name}", "pick": f"commune:{code}"}
        for code, kind, name in workspace.units(reach.units)[["kind", "name"]].itertuples()
        if matches(f"{kind} {name}")
    ]
    rows += [
        pano_row(workspace, i, statuses[i], words)
        for i, name in workspace.panos["name"].items()
        if matches(name)
    ]
    rows += [
        village_row(village, reach, words)
        for _, village in reach.villages.iterrows()
        if matches(village["name"])
    ]
    rows += [
        {"icon": panel.venue_icon(label=words("map.venue")), "text": name, "pick": f"venue:{i}"}
        for i, name in workspace.venues["name"].items()
        if matches(name)
    ]
    title = words("screen.found", n=len(rows), query=query.strip())
    blocks: list[Block] = [
        {"type": "title", "text": title},
        {"type": "rows", "rows": rows[:MOST_FOUND], "empty": words("screen.found_nothing")},
    ]
    if len(rows) > MOST_FOUND:
        blocks.append({"type": "note", "text": words("screen.found_more", n=len(rows) - MOST_FOUND)})
    return blocks
