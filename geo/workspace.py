"""One workspace: the tables of a data folder, read, checked and typed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.errors import UnitsError
from geo.ruler import Ruler, StraightLines
from geo.schema import PLAN_FILE
from geo.terms import DEFAULT_PANO_RADIUS_M, REACHING_CHANNELS, UNITS

CHECKSUM_LENGTH = 8
"""Letters of a checksum: enough to tell two prints apart, few enough to be read aloud."""


@dataclass(frozen=True)
class Commitment:
    """One line of the plan, with its target (None: not stated)."""

    id: str
    text: str
    kind: str = ""
    channel: str = ""
    target: float | None = None
    unit: str = ""
    place: str = ""
    responsible: str = ""


@dataclass(frozen=True)
class Plan:
    """The plan of one year; what it does not state is blank or None. ``file`` is where it stands."""

    number: str = ""
    title: str = ""
    issued_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    budget_vnd: int | None = None
    lead_unit: str = ""
    pano_radius_m: float = DEFAULT_PANO_RADIUS_M
    radius_is_assumed: bool = True
    detour_factor: float | None = None
    commitments: tuple[Commitment, ...] = ()
    file: str = PLAN_FILE


@dataclass(frozen=True, eq=False)
class Workspace:
    """The tables of one data folder.

    Every table is indexed by ``id`` (communes by ``code``), keeps the row order of its file, and
    has the columns of the data folder's contract. Blank text is ``""``; unknown numbers are NaN
    (``float64``) or ``pd.NA`` (``Int64``); unknown dates are None; lists are tuples of str.
    Coordinates are decimal degrees, WGS 84 (EPSG:4326); lengths are metres; money is whole đồng.

    Attributes
    ----------
    path : pathlib.Path
        The folder that the tables came from.
    communes : mapping of str to GeoDataFrame
        The units of ``"2023"`` and ``"2025"``, EPSG:4326.
    villages, panos, works, venues, activities : DataFrame
        See the data folder's contract.
    plan : Plan
        What the plan states.
    other_plans : tuple of Plan
        Earlier and later plans, by the names of their files.
    invented : bool
        True if the rows say that they are made up for demonstration.
    version : str
        Digest of the files' content: equal content, equal version.
    ruler : Ruler
        What measures how far panos are from villages: straight lines, or roads and boat routes.
    """

    path: Path
    communes: Mapping[str, gpd.GeoDataFrame]
    villages: pd.DataFrame
    panos: pd.DataFrame
    works: pd.DataFrame
    venues: pd.DataFrame
    activities: pd.DataFrame
    plan: Plan = field(default_factory=Plan)
    other_plans: tuple[Plan, ...] = ()
    invented: bool = False
    version: str = ""
    ruler: Ruler = StraightLines()

    def units(self, units: str) -> gpd.GeoDataFrame:
        """Return the communes of one set of units.

        Parameters
        ----------
        units : {"2023", "2025"}
            The set of units.

        Returns
        -------
        GeoDataFrame
            Communes indexed by code, EPSG:4326.

        Raises
        ------
        UnitsError
            If the set of units is not known.
        """
        if units not in self.communes:
            raise UnitsError(f"units must be one of {', '.join(UNITS)}, got {units!r}")
        return self.communes[units]

    @property
    def plans(self) -> tuple[Plan, ...]:
        """All plans: that of ``plan.toml`` first, then the others, the latest first."""
        others = sorted(self.other_plans, key=lambda one: one.starts_on or date.min, reverse=True)
        return (self.plan, *others)

    @property
    def recorded_until(self) -> date | None:
        """The latest day that the data speak of as past: plan issued, pano checked, activity done."""
        done = self.activities[self.activities["state"] == "done"]
        days = [self.plan.issued_on, *self.panos["checked_on"], *done["starts_on"], *done["ends_on"]]
        return max((day for day in days if day), default=None)

    def checksum(self, on: date, units: str, channels: Sequence[str] = ()) -> str:
        """Return the short checksum that stands on all that is made of these data with these choices.

        Parameters
        ----------
        on : datetime.date
            The date.
        units : {"2023", "2025"}
            The set of units.
        channels : sequence of str, optional
            The channels; all that can reach a village, if none is given.

        Returns
        -------
        str
            The same for the same content, wherever it is kept, and the same choices.
        """
        chosen = sorted(set(channels) or set(REACHING_CHANNELS))
        said = "|".join([self.version, on.isoformat(), units, *chosen])
        return hashlib.sha256(said.encode()).hexdigest()[:CHECKSUM_LENGTH]


def rows_of(table: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Yield the id and the row of each row of a table of a workspace.

    `pandas.DataFrame.iterrows` guesses a type for each row, and makes NaN of a date that is None.
    """
    for key in table.index:
        yield key, table.loc[key]
