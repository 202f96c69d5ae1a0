"""The rules that hold between cells, rows and files of a data folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.days import today
from geo.faults import FaultLog
from geo.layers import WGS84, check_overlaps
from geo.schema import TABLES, Column, Table, table
from geo.text import fold

BOUNDARY_DOUBT_M = 2000.0
"""Metres beyond its own accuracy that a point may lie outside its commune before it is a fault.

The inner lines of 2023 were thinned at about 150 m and are worse in places, the line of the town was
widened by rule, and many points are those of hamlets of 1970: none of this is a slip that a person made.
"""

_PERIODS = (("starts_on", "ends_on"), ("valid_from", "valid_to"))
_PARTS_OF_HOUSEHOLDS = ("poor_households", "near_poor_households")
_SCOPES = (("communes", "commune_codes"), ("villages", "village_ids"))
_POINT = ("lat", "lon", "accuracy_m", "commune_code")
_REGISTER = ("commune_code", "register_status")

Tables = Mapping[str, pd.DataFrame]
"""Typed tables by name, indexed by the row that a person sees; files that can't be read are missing."""


def compared(one: Table) -> frozenset[str]:
    """Return the columns of a table that its rules compare with other cells, rows or files.

    A change of any other column is right where its own cell is.
    """
    names = {one.key, *(column.name for column in one.columns if column.refers)}
    names |= {"scope", "households", *_PARTS_OF_HOUSEHOLDS, *_POINT, *_REGISTER}
    names |= {name for pair in (*_PERIODS, *_SCOPES) for name in pair}
    if "starts_on" in one.names:
        names.add("state")
    return frozenset(names) & frozenset(one.names)


def check_rules(tables: Tables, log: FaultLog) -> None:
    """Note every fault that no single cell shows.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The tables that could be read, by the names of `geo.schema.TABLES`. What rests on a table
        that could not be read is not checked.
    log : FaultLog
        Takes the faults.
    """
    ground = ground_of(tables.get("communes_2023"))
    for one in TABLES:
        if one.name in tables:
            check_table(one, tables, ground, log)
            if one.is_layer:
                check_overlaps(tables[one.name], one.file, log)
    _check_successors(tables, log)
    check_registers(tables, log)


def check_table(one: Table, tables: Tables, ground: Ground | None, log: FaultLog) -> None:
    """Note every fault of one table's rows that no single cell shows.

    Parameters
    ----------
    one : Table
        The table whose rows are checked.
    tables : mapping of str to DataFrame
        Its rows, and of what they refer to at least the rows that they name; what rests on a table
        that is not there is not checked.
    ground : Ground or None
        Where the communes lie; None: points are not checked.
    log : FaultLog
        Takes the faults.
    """
    rows = tables[one.name]
    _check_keys(one, rows, log)
    for column in one.columns:
        if column.refers in tables:
            _check_references(one, rows, column, tables[column.refers], log)
    _check_order(one, rows, log)
    _check_days(one, rows, log)
    _check_poor(one, rows, log)
    if "lat" in one.names:
        _check_points(one, rows, ground, log)
    if "scope" in one.names:
        _check_scopes(one, rows, log)


def _check_keys(one: Table, rows: pd.DataFrame, log: FaultLog) -> None:
    keys = rows.loc[rows[one.key] != "", one.key]
    first_row = {key: row for row, key in reversed(list(keys.items()))}
    for row, key in keys[keys.duplicated()].items():
        log.add("duplicate_id", one.file, row=row, column=one.key, value=key, first=str(first_row[key]))


def _check_references(
    one: Table, rows: pd.DataFrame, column: Column, others: pd.DataFrame, log: FaultLog
) -> None:
    target = table(column.refers)
    known = set(others[target.key])
    if "" in known:
        # The value may well be the key that a row there lacks, which is named already.
        return
    named = rows[column.name].explode() if column.kind == "ids" else rows[column.name]
    named = named[named.notna() & (named != "")]
    lost = named[[value not in known for value in named]]
    if lost.empty:
        return
    meant = _unambiguous(others, target.key)
    for row, value in lost.items():
        near = meant.get(fold(value), "")
        log.add("dangling", one.file, row=row, column=column.name, value=value, target=target.file, near=near)


def _unambiguous(others: pd.DataFrame, key: str) -> dict[str, str]:
    """Return the key of each row by its folded key and its folded name, where one row alone has it."""
    labels = [others[label].map(fold) for label in (key, "name") if label in others]
    meant = pd.DataFrame({"label": pd.concat(labels), "key": pd.concat([others[key]] * len(labels))})
    meant = meant[(meant["label"] != "") & (meant["key"] != "")].drop_duplicates()
    return dict(meant.drop_duplicates("label", keep=False).itertuples(index=False))


def _check_order(one: Table, rows: pd.DataFrame, log: FaultLog) -> None:
    for start, end in _PERIODS:
        if start not in one.names:
            continue
        for row, begins, ends in rows[[start, end]].dropna().itertuples():
            if ends < begins:
                dates = {"value": str(ends), "start": str(begins)}
                log.add("end_before_start", one.file, row=row, column=end, **dates)


def latest_day() -> date:
    """Return the last day on which something can have happened: a clock may be a day ahead."""
    return today() + timedelta(days=1)


def _check_days(one: Table, rows: pd.DataFrame, log: FaultLog) -> None:
    said = {}
    if "checked_on" in one.names:
        said["checked_on"] = rows["checked_on"]
    if "starts_on" in one.names:
        said["starts_on"] = rows.loc[rows["state"] == "done", "starts_on"]
    latest = latest_day()
    for column, days in said.items():
        for row, day in days.dropna().items():
            if day > latest:
                log.add("not_yet", one.file, row=row, column=column, value=str(day))


def _check_poor(one: Table, rows: pd.DataFrame, log: FaultLog) -> None:
    for column in _PARTS_OF_HOUSEHOLDS:
        if column not in one.names:
            continue
        above = (rows[column] > rows["households"]).fillna(False).astype(bool)
        for row, poor, households in rows.loc[above, [column, "households"]].itertuples():
            log.add(
                "more_poor_than_all",
                one.file,
                row=row,
                column=column,
                value=str(poor),
                households=int(households),
            )


def _check_scopes(one: Table, rows: pd.DataFrame, log: FaultLog) -> None:
    for scope, column in _SCOPES:
        named = rows[column].map(bool).astype(bool)
        for row in rows.index[(rows["scope"] == scope) & ~named]:
            log.add("scope_names_nothing", one.file, row=row, column=column, scope=scope)


def _check_successors(tables: Tables, log: FaultLog) -> None:
    if not {"communes_2023", "communes_2025"} <= tables.keys():
        return
    rows = tables["communes_2023"]
    for row, name in rows.loc[rows["successor_code"] == "", "name"].items():
        log.add("no_successor", table("communes_2023").file, row=row, column="successor_code", name=name)


def check_registers(tables: Tables, log: FaultLog) -> None:
    """Note each commune of which more official villages are listed than it has."""
    if not {"communes_2023", "villages"} <= tables.keys():
        return
    villages, communes = tables["villages"], tables["communes_2023"]
    listed = villages.loc[villages["register_status"] == "official", "commune_code"].value_counts()
    for row, code, official in communes[["code", "villages_official"]].dropna().itertuples():
        if listed.get(code, 0) > official:
            log.add(
                "more_villages_than_official",
                table("communes_2023").file,
                row=row,
                column="villages_official",
                value=str(official),
                listed=int(listed[code]),
                villages=table("villages").file,
            )


class Ground:
    """The communes in a plane of metres around their middle (azimuthal equidistant, WGS 84).

    Over the width of a province its distances are within a metre in a thousand of the geodesic,
    which is far below the doubt that they are compared with.
    """

    def __init__(self, known: gpd.GeoDataFrame, *, is_whole: bool) -> None:
        west, south, east, north = known.total_bounds
        plane = f"+proj=aeqd +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +datum=WGS84 +units=m"
        self._to_plane = pyproj.Transformer.from_crs(WGS84, plane, always_xy=True)
        self.is_whole = is_whole
        self._names = known["name"].to_numpy()
        self._position = pd.Series(range(len(known)), index=known["code"].to_numpy())
        self._shapes = shapely.transform(known.geometry.to_numpy(), self._project)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    def _project(self, lonlat: np.ndarray) -> np.ndarray:
        return np.column_stack(self._to_plane.transform(lonlat[:, 0], lonlat[:, 1]))

    def points(self, rows: pd.DataFrame) -> np.ndarray:
        """Return the points of the rows in the plane."""
        return shapely.points(self._project(rows[["lon", "lat"]].to_numpy(dtype="float64")))

    def to_own(self, points: np.ndarray, codes: pd.Series) -> np.ndarray:
        """Return the metres from each point to the commune of its code, 0 inside; NaN: unknown code."""
        metres = np.full(len(points), np.nan)
        position = codes.map(self._position).to_numpy(dtype="float64")
        known = ~np.isnan(position)
        metres[known] = self._metres(points[known], position[known].astype(int))
        return metres

    def _metres(self, points: np.ndarray, position: np.ndarray) -> np.ndarray:
        # Whether a prepared polygon holds a point takes a tenth of the time of a distance to it.
        outside = ~shapely.intersects(self._shapes[position], points)
        metres = np.zeros(len(points))
        metres[outside] = shapely.distance(self._shapes[position[outside]], points[outside])
        return metres

    def to_nearest(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the metres from each point to the nearest commune, and the name of that."""
        (_, position), metres = self._tree.query_nearest(points, return_distance=True, all_matches=False)
        return metres, self._names[position]


def ground_of(communes: gpd.GeoDataFrame | None) -> Ground | None:
    """Return the ground of the communes whose polygon can be used, or None if there are none."""
    if communes is None:
        return None
    known = communes[communes.geometry.notna() & (communes["code"] != "")].drop_duplicates("code")
    return None if known.empty else Ground(known, is_whole=len(known) == len(communes))


def _check_points(one: Table, rows: pd.DataFrame, ground: Ground | None, log: FaultLog) -> None:
    has_lat, has_lon = rows["lat"].notna(), rows["lon"].notna()
    at_fault = {
        finding.row
        for finding in log.findings
        if finding.file == one.file and finding.column in ("lat", "lon", "accuracy_m")
    }
    sound = ~rows.index.isin(at_fault)
    for row in rows.index[(has_lat != has_lon) & sound]:
        missing = "lon" if has_lat[row] else "lat"
        log.add("half_a_point", one.file, row=row, column=missing)
    placed = rows[has_lat & has_lon & sound]
    if ground is None or placed.empty:
        return
    placed = placed.assign(
        point=ground.points(placed), limit=placed["accuracy_m"].fillna(0) + BOUNDARY_DOUBT_M
    )
    placed["to_own"] = ground.to_own(placed["point"].to_numpy(), placed["commune_code"])
    # NaN, an unknown commune, is not near either.
    far = placed[~(placed["to_own"] <= placed["limit"])].copy()
    far["to_any"], far["nearest"] = ground.to_nearest(far["point"].to_numpy())
    for row in far.itertuples():
        where = f"{row.lat}, {row.lon}"
        if row.to_any > row.limit and ground.is_whole:
            log.add(
                "outside_district",
                one.file,
                row=row.Index,
                column="lat",
                value=where,
                distance=row.to_any,
            )
        elif row.to_own > row.limit:
            log.add(
                "outside_commune",
                one.file,
                row=row.Index,
                column="commune_code",
                value=row.commune_code,
                distance=row.to_own,
                point=where,
                nearest=row.nearest,
            )
