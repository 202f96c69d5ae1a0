"""The field bundle: all that a phone needs of its person's panos, to work on without a signal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pandas as pd
import shapely
from sqlalchemy import Connection, select

from geo.days import local_date
from geo.scene import SCALE, label_point, pack_polygons
from geo.text import fold
from geo.workspace import Workspace
from records import lifecycle
from records.dossier import DOING
from records.field_body import MOST_PHOTO_BYTES, MOST_PHOTOS
from records.field_photos import PIECE_BYTES
from records.model import EVENT, PHOTO
from records.rights import RIGHTS, Actor, demand, may
from records.status import pano_statuses
from records.store import Store, version_of

PHOTO_SIDE_PX = 1600
"""Longest side of the photos that a phone sends."""
FAR_M = 200
"""Distance in metres from the pano beyond which the phone asks why."""
POOR_ACCURACY_M = 50
"""Accuracy in metres beyond which a position says little; the phone asks why."""
OUTLINE_TOLERANCE_DEG = 5e-4
"""How far outlines on the phone's small map may be off: some 55 m."""


def etag(store: Store, workspace: str, actor: Actor) -> str:
    """Return what changes whenever the bundle of an account does."""
    who = (actor.id, actor.name, actor.role, sorted(actor.communes))
    about = (workspace, store.version, local_date(store.clock()), who)
    return hashlib.sha256(repr(about).encode()).hexdigest()[:32]


def bundle(store: Store, workspace: str, actor: Actor) -> dict[str, Any]:
    """Return what a phone needs to work without a signal.

    Parameters
    ----------
    store : Store
        The store.
    workspace : str
        Its name, part of the addresses that the phone sends to.
    actor : Actor
        Who is signed in: a ``field`` account gets the panos of its communes, the others all.

    Returns
    -------
    dict
        Plain values for JSON: lengths in metres, points in decimal degrees, outlines as in the scene of
        the map (`geo.scene.pack_polygons`).

    Raises
    ------
    Forbidden
        If the role reports nothing.
    """
    demand(actor, "report", commune_code=next(iter(actor.communes), None))
    tables, today = store.workspace(), local_date(store.clock())
    with store.reading() as connection:
        version = version_of(connection)
        works = _works(connection, tables, actor)
    statuses = pano_statuses(tables, on=today)
    mine = [may(actor, "report", commune_code=code) for code in tables.panos["commune_code"]]
    return {
        "workspace": workspace,
        "invented": tables.invented,
        "version": version,
        "made_at": store.clock().isoformat(),
        "today": today.isoformat(),
        "actor": {"id": actor.id, "name": actor.name, "role": actor.role},
        "limits": {
            "photo_side_px": PHOTO_SIDE_PX,
            "photo_bytes": MOST_PHOTO_BYTES,
            "chunk_bytes": PIECE_BYTES,
            "photos": MOST_PHOTOS,
            "far_m": FAR_M,
            "poor_accuracy_m": POOR_ACCURACY_M,
        },
        "rules": rules(actor),
        "panos": [
            _pano(tables, key, row, statuses[key], works.get(key, []))
            for key, row in tables.panos[mine].iterrows()
            if row["state"] != "retired"
        ],
        "map": {"communes": _outlines(tables)},
    }


def rules(actor: Actor) -> dict[str, Any]:
    """Return the life cycle as the phone keeps it: the same table that the server judges by."""
    return {
        "actions": [
            {
                "name": one.name,
                "before": one.before,
                "after": one.after,
                "kinds": one.kinds,
                "gates": one.gates,
                "takes": one.takes,
                "effect": list(one.effect),
            }
            for one in lifecycle.ACTIONS
        ],
        "asks": {name: gate.asks for name, gate in lifecycle.GATES.items() if gate.asks},
        "pano_states_for": dict(lifecycle.PANO_STATES_FOR),
        "conditions": lifecycle.CONDITIONS_SEEN,
        "rights": [one for one in RIGHTS if may(actor, one, commune_code=next(iter(actor.communes), None))],
    }


def _pano(
    tables: Workspace, key: str, row: pd.Series, status: str, works: list[dict[str, Any]]
) -> dict[str, Any]:
    communes, villages = tables.communes["2023"], tables.villages
    commune, village = row["commune_code"], row["village_id"]
    return {
        "id": key,
        "name": row["name"],
        "commune_code": commune,
        "commune": f"{communes.at[commune, 'kind']} {communes.at[commune, 'name']}",
        "village": villages.at[village, "name"] if village in villages.index else None,
        **{name: _number(row[name]) for name in ("lat", "lon", "accuracy_m")},
        **{name: _text(row[name]) for name in ("state", "condition", "checked_on", "content_until")},
        "status": status,
        "works": works,
    }


def _works(connection: Connection, tables: Workspace, actor: Actor) -> Mapping[str, list[dict[str, Any]]]:
    """Return the open work orders by pano, with what their photos show."""
    shown = select(PHOTO.c.work_id, PHOTO.c.kind, PHOTO.c.lat).where(
        PHOTO.c.work_id.is_not(None), PHOTO.c.removed_by.is_(None)
    )
    photos: dict[str, list[tuple[str, bool]]] = {}
    for work_id, kind, lat in connection.execute(shown):
        photos.setdefault(work_id, []).append((kind, lat is not None))
    did = select(EVENT.c.entity_id).where(
        EVENT.c.entity == "work", EVENT.c.action.in_(DOING), EVENT.c.actor_id == actor.id
    )
    done = set(connection.execute(did).scalars())
    names = {fold(actor.name), fold(actor.login)} - {""}
    works: dict[str, list[dict[str, Any]]] = {}
    is_open = tables.works["state"].isin(lifecycle.WORK_STATES_OPEN)
    for key, row in tables.works[is_open].iterrows():
        there = photos.get(key, [])
        works.setdefault(row["pano_id"], []).append(
            {
                "id": key,
                **{name: _text(row[name]) for name in ("kind", "state", "due_on", "assignee", "note")},
                "cost_vnd": _number(row["cost_vnd"]),
                "photos": sorted({kind for kind, _ in there}),
                "has_position": ("finished", True) in there,
                "mine": key in done or fold(row["assignee"] or "") in names,
            }
        )
    return works


def _number(value: object) -> float | int | None:
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _text(value: object) -> str | None:
    return None if pd.isna(value) or value == "" else str(value)


@lru_cache(maxsize=4)
def _outlines(tables: Workspace) -> list[dict[str, Any]]:
    """Return the communes of 2023, simplified so that shared borders stay shared."""
    communes = tables.communes["2023"]
    shapes = shapely.coverage_simplify(communes.geometry.to_numpy(), OUTLINE_TOLERANCE_DEG)
    outlines = []
    for (code, row), shape in zip(communes.iterrows(), shapes, strict=True):
        point = label_point(shape)
        at = [round(point.x * SCALE), round(point.y * SCALE)]
        name = {"code": code, "name": row["name"], "kind": row["kind"]}
        outlines.append({**name, "at": at, "shape": pack_polygons(shape)})
    return outlines
