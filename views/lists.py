"""What stands beside the map when nothing is selected: head figures, lists of villages and panos, search."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from geo.coverage import Coverage, activities_that_count, panos_that_count
from geo.scene import ROUGH_ACCURACY_M
from geo.terms import CLASSES, PANO_STATUSES, WORK_STATES_COMMITTED
from geo.text import Words, fold
from geo.units import to_units
from geo.workspace import Workspace
from reports.headline import when_planned
from views import panel

NOT_NOW = tuple(reversed(CLASSES[1:]))
"""Classes that nothing reaches now, those without any prospect first."""
MOST_FOUND = 60
MOST_LISTED = 300
"""Villages of one class that a list shows; the download has them all."""

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
    empty = not counts["villages"]
    standing = [
        f"{words.number(int(by_status[status]))} {words(f'terms.status.{status}').lower()}"
        for status in ("needs_repair", "repairing", "awaiting_acceptance", "planned", "building")
        if by_status.get(status)
    ]
    if empty:
        register = words("screen.no_register")
    elif known:
        register = words("screen.share", share=words.number(100 * share, 1))
    else:
        register = words("screen.no_share")
    without = communes_without_pano(reach, commune)
    of_communes = 1 if commune else len(reach.communes)
    shown = [
        {
            "value": f"{words.number(int(counts['reached']))}/{words.number(int(counts['villages']))}",
            "label": words("screen.fig_reached"),
            "sub": register,
            "pick": "list:reached",
            "tone": "" if empty else "good",
        },
        {
            "value": "–" if empty else words.number(unreached),
            "label": words("screen.fig_unreached"),
            "sub": "" if empty else words("screen.fig_unplanned", n=unplanned),
            "pick": "list:unreached",
            "tone": "" if empty else "bad" if unreached else "good",
        },
        {
            "value": f"+{words.number(int(counts['planned']))}",
            "label": words("screen.fig_planned"),
            "sub": when_planned(workspace.plan, reach.on, words),
            "pick": "list:planned",
            "tone": "plan",
        },
        {
            "value": "/".join(words.number(int(counts[name])) for name in ("panos_now", "panos_standing")),
            "label": words("screen.fig_panos"),
            "sub": " · ".join(standing[:2]),
            "pick": "list:panos",
        },
        {
            "value": f"{words.number(len(without))}/{words.number(of_communes)}",
            "label": words("screen.fig_communes"),
            "pick": "list:communes",
        },
    ]
    for figure in shown:
        figure["active"] = figure["pick"] == f"list:{chosen}"
    return [{"type": "figures", "figures": shown}]


def communes_without_pano(reach: Coverage, commune: str = "") -> list[str]:
    """Return the codes of communes in which no pano counts now, by name."""
    asked = reach.communes.loc[[commune]] if commune else by_name(reach.communes)
    return list(asked.index[asked["panos_now"] == 0])


def by_name(communes: pd.DataFrame) -> pd.DataFrame:
    """Return communes in the order of their names, Đ among the Ds."""
    return communes.sort_values("name", key=lambda names: names.map(fold))


def class_name(class_: str, words: Words, show: str = "plan") -> str:
    """Return the name of a class; without the plan, what nothing reaches is simply not reached."""
    return words("map.unreached_now" if (class_, show) == ("unreached", "now") else f"terms.class.{class_}")


def village_row(
    village: pd.Series, reach: Coverage, words: Words, *, sub: str = "", show: str = "plan"
) -> Block:
    """Return a row that stands for a village.

    Parameters
    ----------
    village : Series
        A row of the coverage's villages, its name the village's id.
    reach : Coverage
        Gives the names of communes.
    words : Words
        The reader's language.
    sub : str
        Stands below the name; the commune, where nothing is given.
    show : {"plan", "now"}
        Whether its class is that with the plan, or as things are now.
    """
    near = words("card.no_position") if pd.isna(village["lat"]) else ""
    if pd.notna(village["nearest_pano_m"]):
        near = words("screen.to_pano", distance=words.distance(village["nearest_pano_m"]))
    class_ = village["class" if show == "plan" else "now"] if village["counted"] else "historical"
    label = class_name(class_, words, show) if village["counted"] else words("map.historical")
    return {
        "icon": panel.village_icon(class_, label=label),
        "text": village["name"],
        "sub": sub or reach.communes["name"].get(village["commune_code"], ""),
        "right": near,
        "pick": f"village:{village.name}",
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


def _villages_of(reach: Coverage, commune: str, class_: str, show: str) -> pd.DataFrame:
    villages = reach.by_place
    if commune:
        villages = villages[villages["commune_code"] == commune]
    return villages[villages["class" if show == "plan" else "now"] == class_]


def listing(
    workspace: Workspace,
    reach: Coverage,
    statuses: pd.Series,
    words: Words,
    name: str,
    *,
    commune: str = "",
    show: str = "plan",
    classes: Collection[str] = (),
    visible_statuses: Collection[str] = (),
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
    show : {"plan", "now"}
        Whether classes are those with the plan, or as things are now.
    classes, visible_statuses : collection of str
        The classes of villages and statuses of panos to list; all where none is given. Classes that
        are chosen take the place of those that the list has by itself.
    """
    blocks: list[Block] = [
        {"type": "title", "text": words(f"screen.list_{name}"), "sub": words(f"screen.list_{name}_sub")}
    ]
    if name == "panos":
        here = in_commune(workspace.panos, reach, workspace, commune)
        if visible_statuses:
            here = here[statuses[here.index].isin(visible_statuses)]
        order = sorted(here.index, key=lambda i: (PANO_STATUSES.index(statuses[i]), here.at[i, "name"]))
        rows = [pano_row(workspace, i, statuses[i], words) for i in order]
        return [*blocks, {"type": "rows", "rows": rows, "empty": words("screen.no_panos")}]
    if name == "communes":
        without = communes_without_pano(reach, commune)
        rows = [
            {
                "text": reach.communes.at[code, "name"],
                "sub": words("screen.villages_reached", **_reached_of(reach, code)),
                "pick": f"commune:{code}",
            }
            for code in without
        ]
        return [*blocks, {"type": "rows", "rows": rows, "empty": words("screen.every_commune_has_pano")}]
    counts = counts_of(reach, commune)
    if not counts["villages"]:
        return [*blocks, {"type": "note", "text": words("screen.no_villages_known"), "tone": "warning"}]
    if name == "unreached" and not classes and not _is_anything_proven(workspace, reach):
        blocks += _promised_and_missing(workspace, reach, statuses, words, commune)
    if classes:
        blocks[0] = {"type": "title", "text": words("screen.list_chosen")}
        listed = [class_ for class_ in CLASSES if class_ in classes]
    else:
        listed = {"reached": ["reached"], "planned": ["planned"], "unreached": list(NOT_NOW)}[name]
        if show == "now" and name == "planned":
            show = "plan"
    for class_ in listed:
        villages = _villages_of(reach, commune, class_, show)
        if villages.empty and len(listed) > 1:
            continue
        title = f"{class_name(class_, words, show)} ({words.number(len(villages))})"
        first = villages.iloc[:MOST_LISTED]
        rows = [village_row(village, reach, words, show=show) for _, village in first.iterrows()]
        blocks.append({"type": "rows", "title": title, "rows": rows, "empty": words("screen.none_listed")})
        if len(villages) > MOST_LISTED:
            blocks.append({"type": "note", "text": words("screen.list_more", n=len(villages) - MOST_LISTED)})
    if len(blocks) == 1:
        text = words("screen.none_listed" if classes else "screen.all_reached")
        blocks.append({"type": "note", "text": text, "tone": "" if classes else "good"})
    return blocks


def _is_anything_proven(workspace: Workspace, reach: Coverage) -> bool:
    done = activities_that_count(workspace, reach.on, "now")
    return bool(done.any() or panos_that_count(workspace, reach.on, "now").any())


def _promised_and_missing(
    workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words, commune: str
) -> list[Block]:
    """Return what a plan of which nothing is proven yet promises, where, and what is still missing."""
    panos = in_commune(workspace.panos, reach, workspace, commune)
    works = workspace.works[
        workspace.works["state"].isin(WORK_STATES_COMMITTED) & workspace.works["pano_id"].isin(panos.index)
    ]
    if "pano" not in reach.channels:
        works = works[:0]
    orders = [
        pano_row(
            workspace,
            pano_id,
            statuses[pano_id],
            words,
            sub=", ".join(words(f"terms.work_kind.{kind}") for kind in kinds),
        )
        for pano_id, kinds in works.groupby("pano_id", sort=False)["kind"]
    ]
    planned = workspace.activities[workspace.activities["state"] == "planned"]
    wide = planned[(planned["scope"] == "communes") & planned["channel"].isin(reach.channels)]
    if commune:
        codes = to_units(wide["commune_codes"].explode(), workspace, reach.units)
        wide = wide[wide.index.isin(codes.index[codes == commune])]
    activities = [
        {
            "text": activity["title"],
            "sub": words("screen.in_communes", n=len(activity["commune_codes"])),
            "pick": f"activity:{key}",
        }
        for key, activity in wide.iterrows()
    ]
    here = reach.villages["counted"] & (reach.villages["commune_code"].eq(commune) if commune else True)
    villages = workspace.villages[here]
    registers = reach.communes["register_complete"][[commune] if commune else slice(None)]
    rough = panos["accuracy_m"].isna() | (panos["accuracy_m"] >= ROUGH_ACCURACY_M)
    missing = [
        (int((~registers).sum()), "screen.missing_registers"),
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
    phrase = fold(query)

    def rank(name: str) -> int | None:
        """0 if the words stand in the name as they were typed, 1 if each begins one of its words."""
        folded = fold(name)
        if f" {phrase}" in f" {folded}":
            return 0
        return 1 if all(f" {word}" in f" {folded}" for word in phrase.split()) else None

    communes = workspace.units(reach.units)
    candidates = [
        *((f"{communes.at[i, 'kind']} {communes.at[i, 'name']}", "commune", i) for i in communes.index),
        *((name, "pano", i) for i, name in workspace.panos["name"].items()),
        *((name, "village", i) for i, name in reach.villages["name"].items()),
        *((name, "venue", i) for i, name in workspace.venues["name"].items()),
    ]
    ranked = [(rank(name), name, kind, i) for name, kind, i in candidates]
    best = min((r for r, *_ in ranked if r is not None), default=0)
    matches = [(kind, i, name) for r, name, kind, i in ranked if r == best]
    rows = [
        _found_row(workspace, reach, statuses, words, kind, i, name) for kind, i, name in matches[:MOST_FOUND]
    ]
    title = words("screen.found", n=len(matches), query=query.strip())
    blocks: list[Block] = [
        {"type": "title", "text": title},
        {"type": "rows", "rows": rows, "empty": words("screen.found_nothing")},
    ]
    if len(matches) > MOST_FOUND:
        blocks.append({"type": "note", "text": words("screen.found_more", n=len(matches) - MOST_FOUND)})
    return blocks


def _found_row(
    workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words, kind: str, key: str, name: str
) -> Block:
    if kind == "pano":
        return pano_row(workspace, key, statuses[key], words)
    if kind == "village":
        return village_row(reach.villages.loc[key], reach, words)
    row: Block = {"text": name, "pick": f"{kind}:{key}"}
    return row | {"icon": panel.venue_icon(label=words("map.venue"))} if kind == "venue" else row
