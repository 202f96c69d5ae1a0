"""What would change if panos were built, moved, resized or taken away: before anything is saved.

Each change is taken as carried out. Only the villages near it are looked at, so that the answer for a country
comes while a pano is dragged; it is that of `geo.coverage` on the changed workspace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.cells import blank
from geo.coverage import (
    SCENARIOS,
    Coverage,
    accuracy_m,
    class_codes,
    coverage,
    is_located,
    pano_radius,
    pano_values,
    panos_that_count,
    points_of,
)
from geo.errors import ArgumentError
from geo.schema import table
from geo.terms import CLASSES
from geo.workspace import Workspace

CHANGES = ("drop", "move", "resize", "retire")
"""A new pano, another place, another radius, taken away."""

_SHORTEST_DEGREE_M = 110_500.0
# A degree of latitude is nowhere shorter.


@dataclass(frozen=True)
class Change:
    """One change of one pano.

    Parameters
    ----------
    kind : {"drop", "move", "resize", "retire"}
        What is done.
    pano_id : str
        Id of the pano; one that is not known yet for a drop.
    lat, lon : float, optional
        Where it stands afterwards, decimal degrees WGS 84, taken as exact: for a drop or a move.
    radius_m : float, optional
        Its service radius afterwards in metres: for a resize; for a drop if not that of the plan, for a move
        if another than before.

    Raises
    ------
    ArgumentError
        If the kind is not known, or what it needs is not given.
    """

    kind: str
    pano_id: str
    lat: float | None = None
    lon: float | None = None
    radius_m: float | None = None

    def __post_init__(self) -> None:
        """Check what is given."""
        if self.kind not in CHANGES:
            raise ArgumentError(f"kind must be one of {', '.join(CHANGES)}, got {self.kind!r}")
        if self.kind in ("drop", "move"):
            on_earth = None not in (self.lat, self.lon) and abs(self.lat) <= 90 and abs(self.lon) <= 180
            if not on_earth:
                raise ArgumentError(f"a {self.kind} needs a lat and a lon, got {self.lat!r}, {self.lon!r}")
        if self.kind == "resize" and self.radius_m is None:
            raise ArgumentError("a resize needs a radius_m")
        if self.radius_m is not None and not 0 < self.radius_m < np.inf:
            raise ArgumentError(f"radius_m must be above 0, got {self.radius_m!r}")

    def to_dict(self) -> dict[str, object]:
        """Return the change as JSON keeps it; ``Change(**…)`` gives it back."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, eq=False)
class Difference:
    """What some changes change; tables are made when they are asked for.

    Attributes
    ----------
    reach : Coverage
        The reach as things are.
    rows : ndarray of int
        Rows of the villages whose class changes, in the order of the register.
    classes : ndarray of int
        Their classes afterwards, as positions in `geo.terms.CLASSES`.
    """

    reach: Coverage
    rows: NDArray[np.intp]
    classes: NDArray[np.int8]

    @cached_property
    def villages(self) -> pd.DataFrame:
        """The villages whose class changes, by id: ``name``, ``counted``, ``before``, ``after`` (classes)."""
        table = self.reach.villages[["name", "counted", "class"]].iloc[self.rows]
        after = pd.Categorical.from_codes(self.classes, dtype=table["class"].dtype)
        return table.rename(columns={"class": "before"}).assign(after=after)

    @property
    def before(self) -> dict[str, int]:
        """Counted villages by class, as things are."""
        return {name: int(self.reach.summary[name]) for name in CLASSES}

    @property
    def after(self) -> dict[str, int]:
        """Counted villages by class afterwards; they sum up to as many."""
        net = self.communes.sum()
        return {name: count + int(net[name]) for name, count in self.before.items()}

    @cached_property
    def communes(self) -> pd.DataFrame:
        """How many counted villages more, or below zero fewer, each class has, by code of the commune."""
        table = self.villages[self.villages["counted"]]
        old, new = (table[column].cat.codes.to_numpy() for column in ("before", "after"))
        codes = self.reach.villages["commune_code"].loc[table.index].to_numpy(dtype=object)
        codes, of = np.unique(codes, return_inverse=True)
        net = np.zeros((len(codes), len(CLASSES)), dtype=np.int64)
        np.add.at(net, (of, new), 1)
        np.add.at(net, (of, old), -1)
        return pd.DataFrame(net, columns=list(CLASSES), index=pd.Index(codes, name="code", dtype="str"))

    @property
    def gained(self) -> tuple[str, ...]:
        """Ids of the counted villages that are reached afterwards and are not now."""
        return self._ids("after", "before")

    @property
    def lost(self) -> tuple[str, ...]:
        """Ids of the counted villages that are reached now and are not afterwards."""
        return self._ids("before", "after")

    def _ids(self, reached: str, not_reached: str) -> tuple[str, ...]:
        table = self.villages[self.villages["counted"]]
        return tuple(table.index[(table[reached] == "reached") & (table[not_reached] != "reached")])


class _Pano(NamedTuple):
    """What reach needs to know of a pano."""

    lat: float
    lon: float
    accuracy: float
    radius: float
    named: tuple[str, ...]
    counts: tuple[bool, ...]


class WhatIf:
    """Answers what changes would change, any number of times; nothing that is asked changes it.

    Parameters
    ----------
    ws : Workspace
        The data.
    on : datetime.date, optional
        The date; today if not given.
    units : {"2023", "2025"}, optional
        The communes to count by.
    channels : sequence of str, optional
        The channels to look at; all that can reach a village if none is given.

    Attributes
    ----------
    reach : Coverage
        The reach as things are.

    Raises
    ------
    UnitsError, ArgumentError
        As `geo.coverage.coverage`.
    """

    def __init__(
        self,
        ws: Workspace,
        *,
        on: date | None = None,
        units: str = "2023",
        channels: Sequence[str] | None = None,
    ) -> None:
        self._ws = ws
        self.reach: Coverage = coverage(ws, on=on, units=units, channels=channels)
        self._class = self.reach.villages["class"].cat.codes.to_numpy()
        self._located = is_located(ws.villages)
        self._points, self._accuracy = points_of(ws.villages), accuracy_m(ws.villages)
        self._row_of = ws.villages.index
        self._place_of = {id_: place for place, id_ in enumerate(ws.panos.index)}
        order = np.argsort(self._points[:, 0], kind="stable")
        self._by_lat = order[self._located[order]]
        self._lats = self._points[self._by_lat, 0]
        self._widest = self._accuracy.max(initial=0.0)
        self._by_pano = "pano" in self.reach.channels
        self._count_panos()
        without = replace(ws, panos=ws.panos.iloc[:0])
        bare = coverage(without, on=self.reach.on, units=units, channels=self.reach.channels)
        # What holds whatever becomes of the panos.
        self._rest = np.stack([bare.villages[s].cat.codes.to_numpy() for s in SCENARIOS])

    def difference(self, changes: Sequence[Change]) -> Difference:
        """Return what some changes change, as against things as they are.

        Parameters
        ----------
        changes : sequence of Change
            Each is taken as carried out, after those before it.

        Returns
        -------
        Difference
            The villages whose class changes, and the counts before and afterwards.

        Raises
        ------
        ArgumentError
            If a drop has the id of a known pano, or another change that of none.
        """
        after = self._changed(changes)
        more: dict[int, NDArray[np.int64]] = {}
        for id_, pano in after.items():
            for sign, one in ((-1, self._pano(id_)), (1, pano)):
                if one is not None and any(one.counts):
                    self._add(more, one, sign)
        rows = np.array(sorted(more), dtype=np.intp)
        tally = self._tally[:, :, rows]
        if len(rows):
            tally = tally + np.stack([more[row] for row in rows], axis=-1)
        new = self._classes(rows, tally)
        changed = new != self._class[rows]
        return Difference(self.reach, rows[changed], new[changed])

    def _count_panos(self) -> None:
        """Count for each village the panos that reach it for certain, that may, and that count, by run."""
        ws, panos = self._ws, self._ws.panos
        self._pano_points, self._pano_accuracy = points_of(panos), accuracy_m(panos)
        self._pano_radius = pano_radius(ws).to_numpy(dtype=float)
        self._counts = np.stack([panos_that_count(ws, self.reach.on, s).to_numpy() for s in SCENARIOS])
        self._named = [
            tuple(dict.fromkeys(filter(None, (home, *serves))))
            for home, serves in zip(panos["village_id"], panos["serves"], strict=True)
        ]
        tally = np.zeros((2, len(SCENARIOS), len(ws.villages)), dtype=np.int64)
        rows, columns = np.flatnonzero(self._located), np.flatnonzero(is_located(panos))
        for kind, sign in enumerate((1, -1)):
            who, which = ws.ruler.covered_pairs(
                self._points[rows],
                self._pano_points[columns],
                self._pano_radius[columns],
                point_slack_m=sign * self._accuracy[rows],
                centre_slack_m=sign * self._pano_accuracy[columns],
            )
            for run, counting in enumerate(self._counts):
                np.add.at(tally[kind, run], rows[who[counting[columns[which]]]], 1)
        places = np.repeat(np.arange(len(panos)), [len(named) for named in self._named])
        rows = self._row_of.get_indexer(list(chain.from_iterable(self._named)))
        for run, counting in enumerate(self._counts):
            np.add.at(tally[0, run], rows[(rows >= 0) & counting[places]], 1)
        self._tally = tally

    def _classes(self, rows: NDArray[np.intp], tally: NDArray[np.int64]) -> NDArray[np.int8]:
        values = self._rest[:, rows]
        if self._by_pano:
            certain, possible = tally > 0
            of_panos = [
                pano_values(certain[run], possible[run], self._located[rows]) for run in range(len(SCENARIOS))
            ]
            values = np.minimum(values, np.stack(of_panos))
        return class_codes(*values)

    def _pano(self, id_: str) -> _Pano | None:
        place = self._place_of.get(id_)
        if place is None:
            return None
        return _Pano(
            *self._pano_points[place],
            self._pano_accuracy[place],
            self._pano_radius[place],
            self._named[place],
            tuple(self._counts[:, place]),
        )

    def _changed(self, changes: Sequence[Change]) -> dict[str, _Pano]:
        """Return the panos that are changed, as they are afterwards."""
        after: dict[str, _Pano] = {}
        for change in changes:
            pano = after.get(change.pano_id) or self._pano(change.pano_id)
            _check(change, pano is not None)
            match change.kind:
                case "drop":
                    radius = change.radius_m or self._ws.plan.pano_radius_m
                    counts = (True,) * len(SCENARIOS)
                    pano = _Pano(change.lat, change.lon, 0.0, radius, (), counts)
                case "move":
                    radius = change.radius_m or pano.radius
                    pano = pano._replace(lat=change.lat, lon=change.lon, accuracy=0.0, radius=radius)
                case "resize":
                    pano = pano._replace(radius=change.radius_m)
                case "retire":
                    pano = pano._replace(counts=(False,) * len(SCENARIOS))
            after[change.pano_id] = pano
        return after

    def _add(self, more: dict[int, NDArray[np.int64]], pano: _Pano, sign: int) -> None:
        """Add what a pano reaches to the tallies of villages, or take it away."""
        counts = sign * np.array(pano.counts, dtype=np.int64)
        certain = [row for row in self._row_of.get_indexer(pano.named) if row >= 0] if pano.named else []
        for kind, rows in ((0, certain), (0, self._rows_near(pano, 1)), (1, self._rows_near(pano, -1))):
            for row in rows:
                tally = more.setdefault(row, np.zeros((2, len(SCENARIOS)), dtype=np.int64))
                tally[kind] += counts

    def _rows_near(self, pano: _Pano, sign: int) -> NDArray[np.intp]:
        """Return the villages that a pano reaches by distance: for certain (1), or possibly (-1)."""
        if np.isnan(pano.lat):
            return np.empty(0, dtype=np.intp)
        # No way is shorter than a straight line, so that only a strip of villages can matter.
        width = (pano.radius + pano.accuracy + self._widest) / _SHORTEST_DEGREE_M
        first, last = np.searchsorted(self._lats, (pano.lat - width, pano.lat + width))
        rows = self._by_lat[first:last]
        who, _ = self._ws.ruler.covered_pairs(
            self._points[rows],
            [(pano.lat, pano.lon)],
            [pano.radius],
            point_slack_m=sign * self._accuracy[rows],
            centre_slack_m=sign * pano.accuracy,
        )
        return rows[who]


def net(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return what changes come to: one a pano, and none for a new one that is taken away again.

    Parameters
    ----------
    changes : sequence of Change
        Carried out in their order.

    Returns
    -------
    tuple of Change
        In the order in which their panos are first named.

    Examples
    --------
    >>> net([Change("resize", "p1", radius_m=500.0), Change("move", "p1", lat=12.7, lon=109.2)])
    (Change(kind='move', pano_id='p1', lat=12.7, lon=109.2, radius_m=500.0),)
    """
    after: dict[str, Change] = {}
    for change in changes:
        before = after.get(change.pano_id)
        if before is None or change.kind == "retire":
            after[change.pano_id] = change
        elif before.kind != "retire":
            kind = change.kind if before.kind == "resize" else before.kind
            after[change.pano_id] = replace(before, **change.to_dict() | {"kind": kind})
    dropped = {one.pano_id for one in changes if one.kind == "drop"}
    return tuple(one for one in after.values() if one.kind != "retire" or one.pano_id not in dropped)


def changed(ws: Workspace, changes: Sequence[Change]) -> Workspace:
    """Return a workspace in which changes are carried out.

    A pano that is dropped is in service and good. The open work of one that is retired falls away.

    Parameters
    ----------
    ws : Workspace
        The data; stays as it is.
    changes : sequence of Change
        Carried out in their order.

    Raises
    ------
    ArgumentError
        If a drop has the id of a known pano, or another change that of none.
    """
    panos, works = ws.panos.copy(), ws.works
    for change in changes:
        _check(change, change.pano_id in panos.index)
        place = {"lat": change.lat, "lon": change.lon, "accuracy_m": 0.0}
        match change.kind:
            case "drop":
                radius = np.nan if change.radius_m is None else change.radius_m
                row = place | {"radius_m": radius, "state": "in_service", "condition": "good"}
                panos = pd.concat([panos, _row_of_pano(change.pano_id, row, panos)])
            case "move":
                radius = {} if change.radius_m is None else {"radius_m": change.radius_m}
                panos.loc[change.pano_id, list(place | radius)] = list((place | radius).values())
            case "resize":
                panos.loc[change.pano_id, "radius_m"] = change.radius_m
            case "retire":
                panos.loc[change.pano_id, "state"] = "retired"
                works = works[works["pano_id"] != change.pano_id]
    return replace(ws, panos=panos, works=works)


def _row_of_pano(id_: str, row: dict[str, object], like: pd.DataFrame) -> pd.DataFrame:
    blanks = {column.name: blank(column) for column in table("panos").columns}
    cells = {name: [row.get(name, blanks[name])] for name in like.columns}
    return pd.DataFrame(cells, index=pd.Index([id_], name=like.index.name)).astype(like.dtypes)


def _check(change: Change, is_known: bool) -> None:
    if is_known == (change.kind == "drop"):
        problem = "is known already" if is_known else "is not known"
        raise ArgumentError(f"{change.kind}: the pano {change.pano_id!r} {problem}")
