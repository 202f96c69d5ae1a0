"""Communes under the units of 2023 and of 2025: a code means nothing without the units it belongs to.

The reform of 1 July 2025 reused codes and names: 22489 is the town Vạn Giã before and the commune
Vạn Ninh after, 22504 is Vạn Thọ before and Đại Lãnh after, which was 22492. So every function here
takes the units beside the code, and no code is carried from one set to the other but by
`to_units`.
"""

from __future__ import annotations

import pandas as pd
import shapely

from geo.errors import UnitsError
from geo.workspace import Workspace


def to_units(codes_2023: pd.Series, ws: Workspace, units: str) -> pd.Series:
    """Return the commune of each code of 2023 in a set of units.

    All mergers of 2025 took whole communes, so each code has exactly one answer.

    Parameters
    ----------
    codes_2023 : Series of str
        Codes of the units of 2023; a blank stays blank.
    ws : Workspace
        The workspace whose communes are meant.
    units : {"2023", "2025"}
        The units wanted.

    Returns
    -------
    Series of str
        Codes in those units, with the same index and name.

    Raises
    ------
    UnitsError
        If the units are not known, or a code is not among those of 2023 or has no successor there.
    """
    communes = ws.units("2023")
    known = communes.index.to_series() if units == "2023" else communes["successor_code"]
    known = known[ws.units(units).index.get_indexer(known) >= 0]
    answer = {"": ""} | dict(zip(known.index.tolist(), known.tolist(), strict=True))
    # Looked up once a code, since a register has many rows of few codes.
    row, codes = pd.factorize(codes_2023)
    codes = codes.tolist()
    if lost := sorted(set(codes) - answer.keys()):
        raise UnitsError(f"no commune of {units} for the codes of 2023: {', '.join(lost)}")
    found = pd.array([answer[code] for code in codes], dtype="str").take(row)
    return pd.Series(found, index=codes_2023.index, name=codes_2023.name)


def commune_name(code: str, ws: Workspace, units: str) -> str:
    """Return the name of a commune, such as ``"Vạn Giã"``.

    Parameters
    ----------
    code : str
        Code in those units.
    ws : Workspace
        The workspace whose communes are meant.
    units : {"2023", "2025"}
        The units that the code belongs to.

    Raises
    ------
    UnitsError
        If the units or the code in them are not known.
    """
    return _commune(code, ws, units)["name"]


def commune_label(code: str, ws: Workspace, units: str) -> str:
    """Return a commune so that no other of any period can be meant, ``"thị trấn Vạn Giã (22489, 2023)"``.

    Parameters and errors are those of `commune_name`.
    """
    commune = _commune(code, ws, units)
    return f"{commune['kind']} {commune['name']} ({code}, {units})".strip()


def commune_at(lat: float, lon: float, ws: Workspace, units: str) -> str | None:
    """Return the code of the commune that a place lies in, or None.

    Parameters
    ----------
    lat, lon : float
        The place, decimal degrees WGS 84.
    ws : Workspace
        The workspace whose communes are meant.
    units : {"2023", "2025"}
        The units wanted.
    """
    communes = ws.units(units)
    holds = shapely.intersects(communes.geometry.to_numpy(), shapely.Point(lon, lat))
    return str(communes.index[holds][0]) if holds.any() else None


def _commune(code: str, ws: Workspace, units: str) -> pd.Series:
    communes = ws.units(units)
    if code not in communes.index:
        raise UnitsError(f"{code!r} is no commune of the units of {units}")
    return communes.loc[code]
