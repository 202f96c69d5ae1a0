"""Scenarios: changes that planners tried out, kept by name, and turned into proposed work orders."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import count
from uuid import UUID, uuid5

import pandas as pd
from sqlalchemy import Connection, Row, insert, select, update

from geo.days import local_date
from geo.text import fold
from geo.whatif import Change, net
from records.actions import add_work
from records.errors import RecordsError, Refused
from records.history import Cells, events
from records.journal import Operation, Receipt
from records.lifecycle import PANO_STATES_STANDING
from records.model import EVENT, SCENARIO
from records.rights import demand
from records.store import Store
from records.writing import add_row, change_row, row_of

FIELDS = {"lat": "place", "lon": "place", "radius_m": "radius_m", "state": "state"}
"""Columns of a pano that a scenario rests on, and what each is told as."""

MOVED_ALONG = ("village_id", "serves", "width_cm", "height_cm", "radius_m")
"""Columns of a pano that stands which the one built elsewhere in its place takes over."""


@dataclass(frozen=True)
class Scenario:
    """Changes under one name, see `records.model.SCENARIO`."""

    id: str
    name: str
    changes: tuple[Change, ...]
    made_by: str
    made_by_name: str
    changed_at: datetime


@dataclass(frozen=True)
class Proposed:
    """What became of one change: all that was recorded for it, or why nothing was."""

    change: Change
    receipts: tuple[Receipt, ...] = ()
    refusal: RecordsError | None = None


def scenarios(store: Store) -> list[Scenario]:
    """Return the scenarios that were not removed, the last changed first."""
    kept = select(SCENARIO).where(SCENARIO.c.removed_at.is_(None))
    with store.reading() as connection:
        found = connection.execute(kept.order_by(SCENARIO.c.changed_at.desc(), SCENARIO.c.id))
        return [_as_scenario(one) for one in found]


def keep(
    store: Store, name: str, changes: Sequence[Change], op: Operation, *, replaces: str | None = None
) -> Scenario:
    """Keep changes under a name.

    Parameters
    ----------
    store : Store
        The store.
    name : str
        The name; as good as taken by one that differs in case, marks or spaces only.
    changes : sequence of Change
        What was tried out.
    op : Operation
        Who keeps it.
    replaces : str, optional
        Id of a scenario of the actor's own, such as the one that was worked on: if it has that name, it
        stands for these changes from now on.

    Raises
    ------
    Forbidden
        If the actor may not propose work.
    Refused
        If it has no name, there is no change, or the name is that of another scenario.
    """
    demand(op.actor, "propose")
    name = " ".join(name.split())
    if not name or not changes:
        raise Refused("scenario_empty")
    said = {"name": name, "moves": [asdict(one) for one in changes], "changed_at": store.clock()}
    with store.writing() as connection:
        if found := _row(connection, op.op_id):
            if found.removed_at is not None:
                raise Refused("unknown_scenario")
            return _as_scenario(found)
        same = _named(connection, name)
        if same is None:
            maker = {"made_by": op.actor.id, "made_by_name": op.actor.name}
            row = {"id": op.op_id, "made_at": said["changed_at"]} | maker | said
            connection.execute(insert(SCENARIO).values(row))
            return _scenario(connection, op.op_id)
        if same.id != replaces or same.made_by != op.actor.id:
            raise _taken(same)
        connection.execute(update(SCENARIO).where(SCENARIO.c.id == same.id).values(said))
        return _scenario(connection, same.id)


def remove(store: Store, scenario_id: str, op: Operation, *, undo: bool = False) -> None:
    """Show a scenario no more; ``undo`` brings it back.

    Raises
    ------
    Forbidden, Refused
        If the actor may not propose work, there is no such scenario, or its name was given to another.
    """
    demand(op.actor, "propose")
    with store.writing() as connection:
        name = _scenario(connection, scenario_id).name
        if undo and (same := _named(connection, name)) and same.id != scenario_id:
            raise _taken(same)
        at = None if undo else store.clock()
        connection.execute(update(SCENARIO).where(SCENARIO.c.id == scenario_id).values(removed_at=at))


def new_pano_id(changes: Sequence[Change], panos: Collection[str]) -> str:
    """Return the id that the next new pano of a scenario has, until it is recorded.

    Parameters
    ----------
    changes : sequence of Change
        What was tried out so far.
    panos : collection of str
        Ids of the panos that are recorded.
    """
    taken = {one.pano_id for one in changes}
    return next(id_ for id_ in map("thu-{}".format, count(1)) if id_ not in taken and id_ not in panos)


def without(changes: Sequence[Change], pano_id: str) -> tuple[Change, ...]:
    """Return the changes of all panos but one."""
    return tuple(one for one in changes if one.pano_id != pano_id)


def fitting(changes: Sequence[Change], panos: Collection[str]) -> tuple[Change, ...]:
    """Return the changes that can still be carried out: those of panos that are recorded, and of new ones.

    Parameters
    ----------
    changes : sequence of Change
        What was tried out, perhaps long ago.
    panos : collection of str
        Ids of the panos that are recorded.
    """
    known = set(panos)
    fit = []
    for one in changes:
        if (one.pano_id in known) != (one.kind == "drop"):
            fit.append(one)
            known.add(one.pano_id)
    return tuple(fit)


def changed_since(store: Store, scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return what the record changed of a scenario's panos after it was kept.

    Parameters
    ----------
    store : Store
        The store.
    scenario : Scenario
        The scenario.

    Returns
    -------
    dict of str to tuple of str
        By id of the pano, the values of `FIELDS` that changed: what was compared then is no longer so. What
        `propose` changed is what was meant.
    """
    found: dict[str, tuple[str, ...]] = {}
    own = {next(_op_ids(scenario, one)) for one in net(scenario.changes)}
    with store.reading() as connection:
        for id_ in dict.fromkeys(one.pano_id for one in scenario.changes if one.kind != "drop"):
            came = (one for one in events(connection, "pano", id_) if one.op_id not in own)
            later = [one for one in came if one.arrived_at > scenario.changed_at]
            told = dict.fromkeys(FIELDS[name] for one in later for name in one.changes if name in FIELDS)
            if told:
                found[id_] = tuple(told)
    return found


def needs_place(changes: Sequence[Change], panos: pd.DataFrame) -> tuple[Change, ...]:
    """Return the changes that record a new pano, which `propose` wants a name and a commune of.

    Parameters
    ----------
    changes : sequence of Change
        What was tried out.
    panos : DataFrame
        The panos that are recorded.
    """
    standing = panos.index[panos["state"].isin(PANO_STATES_STANDING)]
    return tuple(
        one for one in net(changes) if one.kind == "drop" or (one.kind == "move" and one.pano_id in standing)
    )


def proposed_at(store: Store, scenario: Scenario) -> dict[Change, datetime]:
    """Return when each `geo.whatif.net` change of a scenario was proposed; what was not is missing.

    Parameters
    ----------
    store : Store
        The store.
    scenario : Scenario
        The scenario, as it is now: a change that became another is not proposed yet.
    """
    with store.reading() as connection:
        found = {one: _proposed_at(connection, scenario, one) for one in net(scenario.changes)}
    return {change: at for change, at in found.items() if at is not None}


def propose(
    store: Store, scenario: Scenario, op: Operation, *, places: Mapping[str, Mapping[str, object]]
) -> list[Proposed]:
    """Turn a scenario into proposed work orders, each change whole or not at all, and once for ever.

    A new pano is recorded as planned, with a build proposed; one that is taken away gets a removal
    proposed. A planned pano is moved where it was to stand; one that stands gets both, since what is
    built elsewhere is another pano, which has all that is `MOVED_ALONG`. Another radius is recorded as such:
    no work changes it.

    Parameters
    ----------
    store : Store
        The store.
    scenario : Scenario
        The scenario.
    op : Operation
        Who proposes, when and why. The ids of what is recorded are made of the scenario and the change.
    places : mapping of str to mapping
        By the id of a pano that is new: the ``name`` and ``commune_code`` (2023) that it is recorded with.

    Returns
    -------
    list of Proposed
        What became of each `geo.whatif.net` change that was not proposed before, in order; what is refused
        stops nothing else.

    Raises
    ------
    Forbidden
        If the actor may not propose work and edit panos.
    """
    demand(op.actor, "propose")
    demand(op.actor, "edit")
    answers = []
    for change in net(scenario.changes):
        parts = (replace(op, op_id=op_id) for op_id in _op_ids(scenario, change))
        place = places.get(change.pano_id, {})
        try:
            with store.writing() as connection:
                if _proposed_at(connection, scenario, change) is None:
                    receipts = _record(store, connection, change, parts, place)
                    answers.append(Proposed(change, tuple(receipts)))
        except RecordsError as refusal:
            answers.append(Proposed(change, refusal=refusal))
    return answers


def _op_ids(scenario: Scenario, change: Change) -> Iterator[str]:
    """Return the ids of the operations that a change of a scenario becomes."""
    said = json.dumps(change.to_dict(), sort_keys=True)
    return (str(uuid5(UUID(scenario.id), f"{said}/{number}")) for number in count())


def _proposed_at(connection: Connection, scenario: Scenario, change: Change) -> datetime | None:
    first = next(_op_ids(scenario, change))
    return connection.execute(select(EVENT.c.arrived_at).where(EVENT.c.op_id == first)).scalar()


def _record(
    store: Store,
    connection: Connection,
    change: Change,
    parts: Iterator[Operation],
    place: Mapping[str, object],
) -> list[Receipt]:
    """Record all that a change becomes, one operation of ``parts`` after the other."""
    point = {"lat": change.lat, "lon": change.lon, "accuracy_m": None}
    radius = {} if change.radius_m is None else {"radius_m": change.radius_m}
    present: Cells = {} if change.kind == "drop" else row_of(connection, "pano", change.pano_id)

    def new_pano(values: Mapping[str, object]) -> list[Receipt]:
        made = add_row(store, connection, "pano", {**values, **place, **point, **radius}, next(parts))
        return [made, add_work(store, connection, made.entity_id, "build", next(parts))]

    def changed(values: Mapping[str, object]) -> list[Receipt]:
        return [change_row(store, connection, "pano", present, values, next(parts), puts_right=True)]

    def removal() -> list[Receipt]:
        return [add_work(store, connection, change.pano_id, "remove", next(parts))]

    match change.kind:
        case "drop":
            return new_pano({"state": "planned"})
        case "retire":
            return removal()
        case "resize":
            return changed(radius)
        case "move" if present["state"] not in PANO_STATES_STANDING:
            return changed(point | radius)
        case "move":
            same = {name: present[name] for name in MOVED_ALONG}
            return [*new_pano({**same, "state": "planned"}), *removal()]
    raise AssertionError(change.kind)


def _named(connection: Connection, name: str) -> Row | None:
    """Return the scenario that has a name already, as a reader would take it for the same."""
    kept = connection.execute(select(SCENARIO).where(SCENARIO.c.removed_at.is_(None)))
    return next((one for one in kept if fold(one.name) == fold(name)), None)


def _taken(by: Row) -> Refused:
    return Refused("scenario_name_taken", name=by.name, who=by.made_by_name, day=local_date(by.changed_at))


def _row(connection: Connection, scenario_id: str) -> Row | None:
    return connection.execute(select(SCENARIO).where(SCENARIO.c.id == scenario_id)).one_or_none()


def _scenario(connection: Connection, scenario_id: str) -> Scenario:
    found = _row(connection, scenario_id)
    if found is None:
        raise Refused("unknown_scenario")
    return _as_scenario(found)


def _as_scenario(row: Row) -> Scenario:
    changes = tuple(Change(**one) for one in row.moves)
    return Scenario(row.id, row.name, changes, row.made_by, row.made_by_name, row.changed_at)
