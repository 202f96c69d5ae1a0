"""The files of a data folder and their columns: the one table for reader, check, import and export."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from geo.terms import (
    ACTIVITY_SCOPES,
    ACTIVITY_STATES,
    CHANNELS,
    COMMUNE_KINDS,
    PANO_CONDITIONS,
    PANO_STATES,
    REGISTER_STATUSES,
    VILLAGE_KINDS,
    WORK_KINDS,
    WORK_STATES,
)

KINDS = (
    "id",
    "text",
    "choice",
    "integer",
    "number",
    "length",
    "latitude",
    "longitude",
    "date",
    "ids",
)
"""What a cell can hold: ``length`` is metres or centimetres, ``ids`` a list separated by ``;``."""

MAX_LENGTH_M = 100_000.0
"""Largest accuracy or radius in metres; more than the district's own width is a slip of the pen."""
MAX_COUNT = 100_000_000
"""Largest count of people, households, copies or seats."""
MAX_MONEY_VND = 10**15
"""Largest sum in đồng; whole numbers up to here are exact as floats."""

FIRST_YEAR, LAST_YEAR = 1975, 2100
"""Years that a date may have."""


@dataclass(frozen=True)
class Column:
    """One column of a file.

    Parameters
    ----------
    name : str
        Name in the header, or the GeoJSON property.
    kind : str
        One of `KINDS`.
    required : bool
        True if the column must be there and no cell of it may be blank.
    choices : tuple of str
        Allowed values of a ``choice``.
    low, high : float
        Limits of a number, both included, in the unit of the column.
    refers : str
        Name of the table whose key each value must be; empty: it refers to nothing.
    """

    name: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    low: float = 0
    high: float = MAX_COUNT
    refers: str = ""


@dataclass(frozen=True)
class Table:
    """One file of a data folder that holds rows or features.

    Parameters
    ----------
    name : str
        Name of the table, unique in `TABLES`.
    file : str
        File name inside the folder; its suffix says the format.
    columns : tuple of Column
        Columns in the order they are written; the first is the key.
    required : bool
        True if a folder without the file can't be used.
    """

    name: str
    file: str
    columns: tuple[Column, ...]
    required: bool = False

    @property
    def key(self) -> str:
        """Name of the column whose values tell the rows apart."""
        return self.columns[0].name

    @property
    def is_layer(self) -> bool:
        """Whether the file is GeoJSON, a feature a row."""
        return self.file.endswith(".geojson")

    @property
    def first_row(self) -> int:
        """Number of the first data row: 2 under a header, 1 for features."""
        return 1 if self.is_layer else 2

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def _reference(name: str, table: str, *, required: bool = False) -> Column:
    return Column(name, "id", required, refers=table)


_POINT = (
    Column("lat", "latitude", low=-90, high=90),
    Column("lon", "longitude", low=-180, high=180),
    Column("accuracy_m", "length", high=MAX_LENGTH_M),
)
_PLAN_REF = Column("plan_ref")
_SOURCE = Column("source")
_NOTE = Column("note")
_COST = Column("cost_vnd", "integer", high=MAX_MONEY_VND)

_COMMUNE = (
    Column("code", "id", required=True),
    Column("name", required=True),
    Column("kind", "choice", choices=COMMUNE_KINDS),
    Column("valid_from", "date"),
    Column("valid_to", "date"),
)
_COMMUNE_FACTS = (
    Column("villages_official", "integer"),
    Column("population", "integer"),
    Column("households", "integer"),
    Column("poor_households", "integer"),
    Column("near_poor_households", "integer"),
    Column("special_difficulty", "choice", choices=("true", "false")),
    Column("area_km2", "number"),
    _SOURCE,
)

TABLES = (
    Table(
        "communes_2023",
        "communes.geojson",
        (*_COMMUNE, _reference("successor_code", "communes_2025"), *_COMMUNE_FACTS),
        required=True,
    ),
    Table("communes_2025", "communes_2025.geojson", (*_COMMUNE, *_COMMUNE_FACTS)),
    Table(
        "villages",
        "villages.csv",
        (
            Column("id", "id", required=True),
            Column("name", required=True),
            Column("kind", "choice", choices=VILLAGE_KINDS),
            _reference("commune_code", "communes_2023", required=True),
            *_POINT,
            Column("register_status", "choice", required=True, choices=REGISTER_STATUSES),
            Column("households", "integer"),
            Column("poor_households", "integer"),
            _SOURCE,
            _NOTE,
        ),
        required=True,
    ),
    Table(
        "panos",
        "panos.csv",
        (
            Column("id", "id", required=True),
            Column("name", required=True),
            _reference("commune_code", "communes_2023", required=True),
            _reference("village_id", "villages"),
            Column("serves", "ids", refers="villages"),
            *_POINT,
            Column("width_cm", "length", low=1, high=10_000),
            Column("height_cm", "length", low=1, high=10_000),
            Column("radius_m", "length", high=MAX_LENGTH_M),
            Column("state", "choice", required=True, choices=PANO_STATES),
            Column("condition", "choice", choices=PANO_CONDITIONS),
            Column("checked_on", "date"),
            Column("content_until", "date"),
            _PLAN_REF,
            _SOURCE,
            _NOTE,
        ),
        required=True,
    ),
    Table(
        "works",
        "works.csv",
        (
            Column("id", "id", required=True),
            _reference("pano_id", "panos", required=True),
            Column("kind", "choice", required=True, choices=WORK_KINDS),
            Column("state", "choice", required=True, choices=WORK_STATES),
            Column("due_on", "date"),
            _COST,
            Column("assignee"),
            _PLAN_REF,
            _NOTE,
        ),
    ),
    Table(
        "venues",
        "venues.csv",
        (
            Column("id", "id", required=True),
            Column("name", required=True),
            Column("kind"),
            _reference("commune_code", "communes_2023", required=True),
            _reference("village_id", "villages"),
            *_POINT,
            Column("capacity", "integer"),
            _SOURCE,
            _NOTE,
        ),
    ),
    Table(
        "activities",
        "activities.csv",
        (
            Column("id", "id", required=True),
            Column("channel", "choice", required=True, choices=CHANNELS),
            Column("title"),
            Column("state", "choice", required=True, choices=ACTIVITY_STATES),
            Column("starts_on", "date"),
            Column("ends_on", "date"),
            Column("scope", "choice", required=True, choices=ACTIVITY_SCOPES),
            Column("commune_codes", "ids", refers="communes_2023"),
            Column("village_ids", "ids", refers="villages"),
            _reference("venue_id", "venues"),
            Column("quantity", "number"),
            Column("audience"),
            _COST,
            Column("unit"),
            Column("evidence"),
            _PLAN_REF,
            _SOURCE,
            _NOTE,
        ),
    ),
)
"""The files of a data folder in the order in which they are read and their faults listed."""

PLAN_FILE = "plan.toml"
OTHER_PLANS = "plan_*.toml"
"""Files of earlier and later plans beside it, in the same form; commitments of any can be named."""
PLAN = (
    Column("number"),
    Column("title"),
    Column("issued_on", "date"),
    Column("starts_on", "date"),
    Column("ends_on", "date"),
    Column("budget_vnd", "integer", high=MAX_MONEY_VND),
    Column("lead_unit"),
    Column("pano_radius_m", "length", low=1, high=MAX_LENGTH_M),
    Column("detour_factor", "number", low=1, high=10),
)
"""Keys of the plan."""
COMMITMENT = (
    Column("id", "id", required=True),
    Column("text", required=True),
    Column("kind"),
    Column("channel", "choice", choices=CHANNELS),
    Column("target", "number", low=1, high=MAX_MONEY_VND),
    Column("unit"),
    Column("place"),
    Column("responsible"),
)
"""Keys of one ``[[commitment]]`` of the plan."""


def table(name: str) -> Table:
    """Return the table of a name.

    Raises
    ------
    KeyError
        If there is no such table.

    Examples
    --------
    >>> table("villages").file
    'villages.csv'
    """
    for one in TABLES:
        if one.name == name:
            return one
    raise KeyError(name)


def is_plan(file: str) -> bool:
    """Return whether a file of a data folder holds a plan, by its name."""
    return file == PLAN_FILE or fnmatchcase(file, OTHER_PLANS)
