"""Tells in sentences what happened and what the store answered, values by the words of the office."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from geo.cells import CellError, read_cell
from geo.days import VIETNAM, local_date
from geo.distance import geodesic_m
from geo.text import Words
from geo.workspace import Workspace
from records.dossier import Contested
from records.history import Event
from records.imports.values import word_of
from records.journal import Receipt
from records.merge import Conflict, is_same, to_cells
from records.model import ENTITIES
from records.rights import SYSTEM, Actor, may

POINT = ("lat", "lon", "accuracy_m")
NAMED_STEPS = ("approve", "accept", "send_back")
"""Steps of work orders that a sentence calls by name, since their states alone don't say what was done."""
SOURCES_TOLD = ("import", "command", "field")
"""Ways in which a change comes in that a reader would not think of."""
AT_ONCE = timedelta(minutes=1)
"""Between what happens and its report, where the hour is known: for an earlier day a person tells the day."""
DERIVED = ("id", "pano_id", "checked_on")
"""Columns that no sentence needs to name: the rest of it says them."""

Cell = str | None


def field_name(column: str, words: Words) -> str:
    """Return what a column is called on a form."""
    return words(f"imports.heading.{column}")


def field_names(columns: Iterable[str], words: Words) -> str:
    """Return what columns that are decided together are called; a point is one thing."""
    columns = list(columns)
    if set(columns) <= set(POINT):
        return words("work.history.point")
    return ", ".join(field_name(column, words) for column in columns if column != "checked_on")


def value(entity: str, column: str, cell: Cell, words: Words) -> str:
    """Return a cell as a person reads it; a blank is said to be unknown."""
    if cell is None:
        return words("card.unknown")
    described = next(one for one in ENTITIES[entity].columns if one.name == column)
    if described.kind == "choice":
        return word_of(cell, described, ENTITIES[entity], words)
    try:
        read = read_cell(cell, described)
    except CellError:
        return cell
    if isinstance(read, date):
        return words.date(read)
    if isinstance(read, int | float):
        return words.number(read, 5)
    return cell


def who(event: Event, reader: Actor, words: Words) -> str:
    """Return who did something; people are named only to those who may see them."""
    if event.actor_id == SYSTEM.id:
        return words("work.history.system")
    return event.actor_name if may(reader, "see_people") else words("work.history.someone")


def day_of(event: Event, words: Words) -> str:
    """Return the day on which something happened, in Vietnam; blank for what was so before the record."""
    return words.date(local_date(event.happened_at)) if event.happened_at else ""


def hour_of(event: Event) -> str:
    """Return the hour at which something happened, in Vietnam; blank where only its day is known."""
    if event.happened_at is None or event.arrived_at - event.happened_at > AT_ONCE:
        return ""
    return f"{event.happened_at.astimezone(VIETNAM):%H:%M}"


def history(
    events: Iterable[Event],
    workspace: Workspace,
    reader: Actor,
    words: Words,
    *,
    photos: Mapping[int, int],
    contested: Mapping[int, Sequence[Contested]],
) -> list[list[str]]:
    """Return a pano's history, the latest first.

    Parameters
    ----------
    events : iterable of Event
        What happened to the pano and its work orders, in the order in which it came.
    workspace : Workspace
        Names the work orders.
    reader : Actor
        Who reads: names of people are told only to those who may see them.
    words : Words
        The reader's language.
    photos : mapping of int to int
        How many photos came with an event.
    contested : mapping of int to sequence of Contested
        What of an event did not simply stand, see `records.dossier.contested`.

    Returns
    -------
    list of [sentence, more]
        ``more`` has, for those who may see people, the reason and how far from the pano it was said; how it
        came in, and when it was reported if that was later; maybe blank.
    """
    events = list(events)
    effects: dict[int | None, list[Event]] = {}
    for event in events:
        # A work order that takes up a done one is no effect of it: somebody proposed it.
        cause = None if event.action == "propose" else event.cause_id
        effects.setdefault(cause, []).append(event)
    by_id = {event.id: event for event in events}
    seen = _conditions(events)
    told = []
    for event in effects.get(None, []):
        # What was there before the record began is told once, by the pano itself.
        if event.entity == "work" and event.happened_at is None:
            continue
        parts = [
            _what(event, workspace, reader, words),
            _confirmed(event, seen[event.id], contested.get(event.id, ()), words),
            *_not_simply(event, contested.get(event.id, ()), by_id, reader, words),
            _follows(by_id.get(event.cause_id), workspace, words),
        ]
        parts += [_effect(effect, words) for effect in effects.get(event.id, []) if "state" in effect.changes]
        if photos.get(event.id):
            parts.append(words("work.history.photos", n=photos[event.id]))
        sentence = "; ".join(part for part in parts if part) or words("work.history.nothing")
        day, hour = day_of(event, words), hour_of(event)
        sentence = words(
            "work.history.line" if day else "work.history.before",
            date=words("work.history.at", date=day, hour=hour) if hour else day,
            who=who(event, reader, words),
            what=sentence,
        )
        told.append([sentence, _more(event, workspace, reader, words)])
    return told[::-1]


def _what(event: Event, workspace: Workspace, reader: Actor, words: Words) -> str:
    kind = _kind(event, workspace, words)
    if "id" in event.changes:
        if event.action == "propose":
            return words("work.history.proposed", kind=kind)
        return words("work.history.work_entered" if kind else "work.history.pano_entered", kind=kind)
    parts = [words("work.history.decided")] if event.action == "decided" else []
    if event.action == "photo_removed":
        parts.append(words("work.history.photo_removed"))
    if event.action == "inspect":
        parts.append(words("work.history.inspected"))
    fields = dict(event.changes)
    if "state" in fields:
        was, now = (value(event.entity, "state", cell, words) for cell in fields.pop("state"))
        moved = "work_moved" if kind else "pano_moved"
        if kind and event.action in NAMED_STEPS:
            moved = event.action
        parts.append(words(f"work.history.{moved}", kind=kind, was=was, now=now))
        kind = ""
    point = {column: fields.pop(column) for column in POINT if column in fields}
    if point:
        parts.append(_moved(event, point, workspace, words))
    for column, pair in fields.items():
        if column == "checked_on" and event.action != "inspect" and None not in pair:
            parts.append(_changed(event.entity, column, pair, words))
        if column in DERIVED or (column == "assignee" and not may(reader, "see_people")):
            continue
        parts.append(_changed(event.entity, column, pair, words))
    return "; ".join(parts)


def _conditions(events: Iterable[Event]) -> dict[int, Cell]:
    """Return the condition that stood when each event of a pano had come."""
    found, stood = {}, None
    for event in events:
        if event.entity == "pano" and "condition" in event.changes:
            stood = event.changes["condition"][1]
        found[event.id] = stood
    return found


def _confirmed(event: Event, stood: Cell, contested: Iterable[Contested], words: Words) -> str:
    """Return what an inspection found that changed nothing."""
    if event.action != "inspect" or "condition" in event.changes:
        return ""
    if any(one.field in ("condition", "state") for one in contested):
        return ""
    return words("work.history.confirmed", now=value("pano", "condition", stood, words))


def _not_simply(
    event: Event, contested: Sequence[Contested], by_id: Mapping[int, Event], reader: Actor, words: Words
) -> Iterator[str]:
    """Tell what an event said that did not simply stand, and what became of it."""
    point = [one for one in contested if one.field in POINT]
    for one in contested:
        if one.field in DERIVED or (one.field == "assignee" and not may(reader, "see_people")):
            continue
        if one.field in POINT:
            if one is not point[0]:
                continue
            name, said = field_names(POINT, words), _coordinates(point, words)
        else:
            name, said = field_name(one.field, words), value(event.entity, one.field, one.said, words)
        yield words(f"work.history.{_outcome(event, one, by_id)}", field=name, now=said)


def _coordinates(point: Iterable[Contested], words: Words) -> str:
    said = {one.field: float(one.said) for one in point if one.said is not None}
    return ", ".join(words.number(said[column], 5) for column in ("lat", "lon") if column in said)


def _outcome(event: Event, one: Contested, by_id: Mapping[int, Event]) -> str:
    """Return what became of a value: it waits, was of a day before the last one, was taken or was not."""
    if one.decided_by is None:
        return "said_waits"
    if one.decided_by == event.id:
        return "said_late"
    changes = by_id[one.decided_by].changes
    is_taken = one.field in changes and changes[one.field][1] == one.said
    return "said_taken" if is_taken else "said_left"


def _moved(event: Event, point: Mapping[str, tuple[Cell, Cell]], workspace: Workspace, words: Words) -> str:
    """Return that a point was corrected, and how far it moved where that can be told."""
    if "lat" not in point and "lon" not in point:
        return _changed(event.entity, "accuracy_m", point["accuracy_m"], words)
    rows = getattr(workspace, ENTITIES[event.entity].name)
    ends = []
    for end in (0, 1):
        for column in ("lat", "lon"):
            # A coordinate that stayed is what it is now, or near enough for a distance.
            cell = point[column][end] if column in point else rows[column].get(event.entity_id)
            ends.append(float("nan") if cell is None else float(cell))
    distance_m = float(geodesic_m(*ends))
    if math.isnan(distance_m):
        return words("work.history.point_moved")
    return words("work.history.point_moved_by", distance=words.distance(distance_m))


def _follows(done: Event | None, workspace: Workspace, words: Words) -> str:
    """Return which done work order a proposed one takes up, by the event that made it done."""
    if done is None:
        return ""
    kind, day = _kind(done, workspace, words), day_of(done, words)
    return words("work.history.follows_on" if day else "work.history.follows", kind=kind, date=day)


def _kind(event: Event, workspace: Workspace, words: Words) -> str:
    """Return the kind of the work order that an event is about; blank if it is about something else."""
    if event.entity != "work" or event.entity_id not in workspace.works.index:
        return ""
    return words(f"terms.work_kind.{workspace.works.at[event.entity_id, 'kind']}")


def _changed(entity: str, column: str, pair: tuple[Cell, Cell], words: Words) -> str:
    was, now = pair
    texts = {
        "field": field_name(column, words),
        "was": value(entity, column, was, words),
        "now": value(entity, column, now, words),
    }
    kind = "set" if was is None else "cleared" if now is None else "changed"
    return words(f"work.history.field_{kind}", **texts)


def _effect(event: Event, words: Words) -> str:
    was, now = (value("pano", "state", cell, words) for cell in event.changes["state"])
    return words("work.history.effect", was=was, now=now)


def _more(event: Event, workspace: Workspace, reader: Actor, words: Words) -> str:
    # A reason is free text, in which people may be named; where a phone was is where its owner was.
    sees_people = may(reader, "see_people")
    parts = [words("work.history.reason", reason=event.reason)] if event.reason and sees_people else []
    if sees_people:
        parts += _whereabouts(event, workspace, words)
    if event.happened_at and event.source in SOURCES_TOLD:
        parts.append(words(f"work.history.source_{event.source}"))
    if event.happened_at and local_date(event.arrived_at) != local_date(event.happened_at):
        parts.append(words("work.history.reported", date=words.date(local_date(event.arrived_at))))
    return " · ".join(parts)


def _whereabouts(event: Event, workspace: Workspace, words: Words) -> list[str]:
    """Return how far from the pano a phone was when this was said on it, where both places are known."""
    pano_id = event.entity_id
    if event.entity == "work":
        pano_id = workspace.works["pano_id"].get(event.entity_id)
    if event.lat is None or pano_id not in workspace.panos.index:
        return []
    pano = workspace.panos.loc[pano_id]
    distance_m = float(geodesic_m(event.lat, event.lon, pano["lat"], pano["lon"]))
    if math.isnan(distance_m):
        return []
    said = words("work.history.said_at", distance=words.distance(distance_m))
    if event.accuracy_m is None:
        return [said]
    return [f"{said} {words('work.history.give_or_take', accuracy=words.distance(event.accuracy_m))}"]


def answer(
    receipt: Receipt, seen: Mapping[str, Any], present: Mapping[str, Any], changed: set[str], words: Words
) -> list[dict[str, Any]]:
    """Return what the store answered, as blocks of a panel.

    Parameters
    ----------
    receipt : Receipt
        The answer.
    seen, present : mapping of str to object
        The row as its changer saw it, and as it is now.
    changed : set of str
        The columns that were to change.
    words : Words
        The reader's language.
    """
    tone = "warning" if receipt.conflicts else "good"
    blocks: list[dict[str, Any]] = [
        {"type": "note", "text": words(f"records.outcome.{receipt.outcome}"), "tone": tone, "live": True}
    ]
    table = ENTITIES[receipt.entity]
    was, now = to_cells(seen, table), to_cells(present, table)
    lines = [_both_sides(receipt.entity, conflict, words) for conflict in receipt.conflicts]
    contested = {conflict.field for conflict in receipt.conflicts} | changed
    lines += [
        [
            field_name(column.name, words),
            words(
                "work.answer.meanwhile",
                was=value(receipt.entity, column.name, was[column.name], words),
                now=value(receipt.entity, column.name, now[column.name], words),
            ),
        ]
        for column in table.columns
        if column.name in was
        and column.name not in contested
        and not is_same(was[column.name], now[column.name], column)
    ]
    return [*blocks, {"type": "facts", "rows": lines}] if lines else blocks


def _both_sides(entity: str, conflict: Conflict, words: Words) -> list[str]:
    mine, theirs = (value(entity, conflict.field, cell, words) for cell in (conflict.mine, conflict.theirs))
    return [field_name(conflict.field, words), words("work.answer.both", mine=mine, theirs=theirs)]
