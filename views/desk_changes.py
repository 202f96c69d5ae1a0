"""Changes of panos told: each as a sentence, villages by class before and after, and which villages it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geo.coverage import Coverage
from geo.terms import CLASSES
from geo.text import Words
from geo.units import commune_at
from geo.whatif import Change, Difference
from geo.workspace import Workspace
from views.lists import Block, class_name, village_row

TONES = {
    ("reached", True): "good",
    ("reached", False): "bad",
    ("unreached", True): "bad",
    ("unreached", False): "good",
}
"""How a change of a class is coloured: by the class, and whether it grows."""


def called(workspace: Workspace, pano_id: str, words: Words) -> str:
    """Return what a pano is called, recorded or only tried out."""
    if pano_id in workspace.panos.index:
        return str(workspace.panos.at[pano_id, "name"])
    return words("desk.whatif.new_pano", number=pano_id.rpartition("-")[2])


def sentence(workspace: Workspace, change: Change, words: Words) -> str:
    """Return a change in words."""
    values: dict[str, Any] = {"pano": called(workspace, change.pano_id, words)}
    if change.kind == "resize":
        values["radius"] = words.distance(change.radius_m)
    elif change.kind in ("drop", "move"):
        values["place"] = f"{change.lat:.5f}, {change.lon:.5f}"
    said = words(f"desk.whatif.change_{change.kind}", **values)
    if change.kind != "resize" and change.radius_m is not None:
        said += ", " + words("desk.whatif.with_radius", radius=words.distance(change.radius_m))
    return said


def row(workspace: Workspace, change: Change, words: Words) -> dict[str, Any]:
    """Return a change as a row, which warns of a place that lies in no commune."""
    told: dict[str, Any] = {"text": sentence(workspace, change, words)}
    if change.kind in ("drop", "move") and commune_at(change.lat, change.lon, workspace, "2023") is None:
        told |= {"right": words("desk.whatif.outside"), "tone": "bad"}
    return told


def counts(columns: Mapping[str, Mapping[str, int]], words: Words) -> Block:
    """Return villages by class as a table, one column by name; of two, also by how much they differ."""
    names = list(columns)
    rows = []
    for class_ in CLASSES:
        values = [columns[name][class_] for name in names]
        cells: list[Any] = [class_name(class_, words, "plan"), words.number(values[0])]
        cells += [_toned(class_, words.number(value), value - values[0]) for value in values[1:]]
        if len(names) == 2:
            by = values[1] - values[0]
            cells[-1] = words.number(values[1])
            cells.append(_toned(class_, words.difference(by), by) if by else {"text": "–", "tone": "quiet"})
        rows.append({"cells": cells})
    heads = [{"text": words("desk.whatif.class")}]
    shown = [*names, "by"] if len(names) == 2 else names
    heads += [{"text": words(f"desk.whatif.{name}"), "number": True} for name in shown]
    return {"type": "grid", "columns": heads, "rows": rows}


def _toned(class_: str, text: str, by: int) -> dict[str, str]:
    return {"text": text, "tone": TONES.get((class_, by > 0), "") if by else ""}


def moved(difference: Difference, after: Coverage, words: Words) -> list[Block]:
    """Return lists of the counted villages that are gained, lost, and of another class for another reason."""
    gained, lost = difference.gained, difference.lost
    others = difference.villages[difference.villages["counted"]].drop([*gained, *lost])
    why = {
        id_: {"sub": " → ".join(class_name(one[when], words, "plan") for when in ("before", "after"))}
        for id_, one in others.iterrows()
    }
    blocks: list[Block] = []
    for name, ids in (("gained", gained), ("lost", lost), ("others", tuple(others.index))):
        title = words(f"desk.whatif.{name}", n=len(ids))
        blocks += villages(title, ids, after, words, why=why)
    return blocks


def villages(
    title: str,
    ids: Sequence[str],
    reach: Coverage,
    words: Words,
    *,
    show: str = "plan",
    why: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Block]:
    """Return the list of some villages under a title, why it is them if that is given; nothing for none."""
    if not ids:
        return []
    rows = [
        village_row(one, reach, words, show=show) | (why or {}).get(id_, {})
        for id_, one in reach.villages.loc[list(ids)].iterrows()
    ]
    return [{"type": "rows", "title": title, "rows": rows}]
