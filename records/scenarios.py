"""Scenarios: changes that planners tried out, kept by name, and turned into proposed work orders."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count
from uuid import UUID, uuid5

import pandas as pd
from sqlalchemy import Connection, Row, insert, select, update

from geo.whatif import Change, net
from records.actions import create, edit, propose_work
from records.errors import RecordsError, Refused
from records.history import events
from records.journal import Operation, Receipt
from records.lifecycle import PANO_STATES_STANDING
from records.model import SCENARIO
from records.rights import demand
from records.store import Store

FIELDS = {"lat": "place", "lon": "place", "radius_m": "radius_m", "state": "state"}
"""Columns of a pano that a scenario rests on, and what each is told as."""

Part = Callable[[str], Operation]
"""Gives the operation of a part of what is recorded, by its name."""


@dataclass(frozen=True)
class Scenario:
    """Changes under one name, see `records.model.SCENARIO`."""

    id: str
    name: str
    changes: tuple[Change, ...]
    made_by_name: str
    changed_at: datetime


@dataclass(frozen=True)
class Proposed:
    """What became of one change: what was recorded, or why it was refused."""

    change: Change
    receipts: tuple[Receipt, ...] = ()
    refusal: RecordsError | None = None


def scenarios(store: Store) -> list[Scenario]:
    """Return the scenarios that were not removed, the last changed first."""
    kept = select(SCENARIO).where(SCENARIO.c.removed_at.is_(None))
    with store.reading() as connection:
        found = connection.execute(kept.order_by(SCENARIO.c.changed_at.desc(), SCENARIO.c.id))
        return [_as_scenario(one) for one in found]


def keep(store: Store, name: str, changes: Sequence[Change], op: Operation) -> Scenario:
    """Keep changes under a name; those that it stood for before are replaced.

    Parameters
    ----------
    store : Store
        The store.
    name : str
        The name.
    changes : sequence of Change
        What was tried out.
    op : Operation
        Who keeps it.

    Raises
    ------
    Forbidden
        If the actor may not propose work.
    Refused
        If it has no name, or there is no change.
    """
    demand(op.actor, "propose")
    name = " ".join(name.split())
    if not name or not changes:
        raise Refused("scenario_empty")
    said = {"moves": [asdict(one) for one in changes], "changed_at": store.clock()}
    with store.writing() as connection:
        if found := _named(connection, name):
            connection.execute(update(SCENARIO).where(SCENARIO.c.id == found.id).values(said))
            return _scenario(connection, found.id)
        if connection.execute(select(SCENARIO.c.id).where(SCENARIO.c.id == op.op_id)).first() is None:
            made = {
                "id": op.op_id,
                "name": name,
                "made_by": op.actor.id,
                "made_by_name": op.actor.name,
                "made_at": said["changed_at"],
            }
            connection.execute(insert(SCENARIO).values(made | said))
        return _scenario(connection, op.op_id)


def remove(store: Store, scenario_id: str, op: Operation, *, undo: bool = False) -> None:
    """Show a scenario no more; ``undo`` brings it back.

    Raises
    ------
    Forbidden, Refused
        If the actor may not propose work, or there is no such scenario.
    """
    demand(op.actor, "propose")
    with store.writing() as connection:
        _scenario(connection, scenario_id)
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
        By id of the pano, the values of `FIELDS` that changed: what was compared then is no longer so.
    """
    found: dict[str, tuple[str, ...]] = {}
    with store.reading() as connection:
        for id_ in dict.fromkeys(one.pano_id for one in scenario.changes if one.kind != "drop"):
            later = [one for one in events(connection, "pano", id_) if one.arrived_at > scenario.changed_at]
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


def propose(
    store: Store, scenario: Scenario, op: Operation, *, places: Mapping[str, Mapping[str, object]]
) -> list[Proposed]:
    """Turn a scenario into proposed work orders; what is refused stops nothing else.

    A new pano is recorded as planned, with a build proposed; one that is taken away gets a removal
    proposed. A planned pano is moved where it was to stand; one that stands gets both, since what is
    built elsewhere is another pano, which serves as far. Another radius is recorded as such: no work changes
    it.

    Parameters
    ----------
    store : Store
        The store.
    scenario : Scenario
        The scenario.
    op : Operation
        Who proposes; the ids of all that is recorded are made of its own, so that twice is once.
    places : mapping of str to mapping
        By the id of a pano that is new: the ``name`` and ``commune_code`` (2023) that it is recorded with.

    Returns
    -------
    list of Proposed
        What became of each pano's `geo.whatif.net` change, in order.

    Raises
    ------
    Forbidden
        If the actor may not propose work.
    """
    demand(op.actor, "propose")
    panos = store.workspace().panos
    answers = []
    for number, change in enumerate(net(scenario.changes)):

        def part(name: str, number: int = number) -> Operation:
            op_id = str(uuid5(UUID(op.op_id), f"{number}/{name}"))
            return Operation(actor=op.actor, op_id=op_id, source=op.source, reason=op.reason)

        try:
            pano = panos.loc[change.pano_id] if change.pano_id in panos.index else None
            receipts = _proposed(store, change, part, pano, places.get(change.pano_id, {}))
            answers.append(Proposed(change, tuple(receipts)))
        except RecordsError as refusal:
            answers.append(Proposed(change, refusal=refusal))
    return answers


def _proposed(
    store: Store, change: Change, part: Part, pano: pd.Series | None, place: Mapping[str, object]
) -> list[Receipt]:
    point = {"lat": change.lat, "lon": change.lon, "accuracy_m": None}
    radius = {} if change.radius_m is None else {"radius_m": change.radius_m}
    stands = pano is not None and pano["state"] in PANO_STATES_STANDING
    match change.kind:
        case "drop":
            return _new_pano(store, {**place, **point}, change.radius_m, part)
        case "retire":
            return [propose_work(store, change.pano_id, "remove", part("remove"))]
        case "resize":
            return [edit(store, "pano", change.pano_id, radius, part("radius"))]
        case "move" if not stands:
            return [edit(store, "pano", change.pano_id, point | radius, part("point"))]
        case "move":
            removal = propose_work(store, change.pano_id, "remove", part("remove"))
            own = None if pd.isna(pano["radius_m"]) else float(pano["radius_m"])
            return [removal, *_new_pano(store, {**place, **point}, change.radius_m or own, part)]
    raise AssertionError(change.kind)


def _new_pano(
    store: Store, values: Mapping[str, object], radius_m: float | None, part: Part
) -> list[Receipt]:
    pano = create(store, "pano", {**values, "state": "planned", "radius_m": radius_m}, part("pano"))
    return [pano, propose_work(store, pano.entity_id, "build", part("build"))]


def _named(connection: Connection, name: str) -> Row | None:
    same = (SCENARIO.c.name == name) & SCENARIO.c.removed_at.is_(None)
    return connection.execute(select(SCENARIO).where(same)).first()


def _scenario(connection: Connection, scenario_id: str) -> Scenario:
    found = connection.execute(select(SCENARIO).where(SCENARIO.c.id == scenario_id)).one_or_none()
    if found is None:
        raise Refused("unknown_scenario")
    return _as_scenario(found)


def _as_scenario(row: Row) -> Scenario:
    changes = tuple(Change(**one) for one in row.moves)
    return Scenario(row.id, row.name, changes, row.made_by_name, row.changed_at)
