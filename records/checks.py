"""Checks one row before it is stored, by the same rules as a whole data folder."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from functools import lru_cache

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, select

from geo.cells import CellError, read_cell, read_column
from geo.faults import FaultLog
from geo.layers import read_layer
from geo.rules import Ground, check_registers, check_table, compared, ground_of, latest_day
from geo.schema import Table, table
from records.history import Cells
from records.model import CONTENT, DOCUMENTS, ENTITIES, PRESENT

_COMMUNES = table("communes_2023")
_POINT = {"lat", "lon", "accuracy_m", "commune_code"}
_REGISTER = {"commune_code", "register_status"}


def ids_in(cell: str | None) -> list[str]:
    """Return the ids that a cell names.

    Examples
    --------
    >>> ids_in("v1; v2")
    ['v1', 'v2']
    """
    return [one for one in (part.strip() for part in (cell or "").split(";")) if one]


def check_row(connection: Connection, entity: str, cells: Cells, changed: Collection[str]) -> FaultLog:
    """Return what is wrong with a row that is to be stored.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of `records.store.Store.writing`, so that what the row refers to stays.
    entity : str
        One of `records.model.ENTITIES`.
    cells : dict of str to str or None
        The row as it is to be.
    changed : collection of str
        The columns that change; only the rules that speak of them are checked.

    Returns
    -------
    FaultLog
        The faults; the row is row 1.
    """
    one, log = ENTITIES[entity], FaultLog()
    if compared(one).isdisjoint(changed) and _can_be_read(cells, one):
        return log
    row = pd.DataFrame(
        {
            column.name: read_column(
                pd.Series([cells[column.name] or ""], index=[1], dtype=object),
                column,
                file=one.file,
                log=log,
            )
            for column in one.columns
        }
    )
    tables: dict[str, pd.DataFrame] = {one.name: row}
    needs_communes = not _POINT.isdisjoint(changed)
    for refers in {column.refers for column in one.columns if column.name in changed and column.refers}:
        if refers == _COMMUNES.name:
            needs_communes = True
        else:
            # Several columns can refer to one table: it is checked for all of them.
            named = [ids_in(cells[column.name]) for column in one.columns if column.refers == refers]
            tables[refers] = _named(connection, refers, [one_id for ids in named for one_id in ids])
    ground = None
    if needs_communes:
        tables[_COMMUNES.name], ground = _communes(connection)
    check_table(one, tables, ground, log)
    if entity == "village" and not _REGISTER.isdisjoint(changed):
        check_registers(
            {one.name: _register(connection, cells), _COMMUNES.name: _communes(connection)[0]}, log
        )
    return log


def _can_be_read(cells: Cells, one: Table) -> bool:
    """Return whether every cell of a row holds what it should; why one does not is for the rules to say."""
    try:
        for column in one.columns:
            value = read_cell(cells[column.name] or "", column)
            if column.name == "checked_on" and value is not None and value > latest_day():
                return False
    except CellError:
        return False
    return True


def _named(connection: Connection, name: str, ids: list[str]) -> pd.DataFrame:
    """Return id and name of the rows of a table that a cell names."""
    (rows,) = (PRESENT[entity] for entity, one in ENTITIES.items() if one.name == name)
    found = connection.execute(select(rows.c.id, rows.c.name).where(rows.c.id.in_(ids)))
    return pd.DataFrame(list(found), columns=["id", "name"], dtype=object)


def _register(connection: Connection, cells: Cells) -> pd.DataFrame:
    """Return the villages of a commune as they will be, as far as its register goes."""
    rows = PRESENT["village"]
    others = select(rows.c.commune_code, rows.c.register_status).where(
        rows.c.commune_code == cells["commune_code"], rows.c.id != cells["id"]
    )
    found = [tuple(one) for one in connection.execute(others)]
    found.append((cells["commune_code"], cells["register_status"]))
    return pd.DataFrame(found, columns=["commune_code", "register_status"], dtype=object)


def _communes(connection: Connection) -> tuple[gpd.GeoDataFrame, Ground | None]:
    wanted = select(CONTENT.c.content).join(DOCUMENTS, DOCUMENTS.c.sha256 == CONTENT.c.sha256)
    return _read_communes(
        bytes(connection.execute(wanted.where(DOCUMENTS.c.id == _COMMUNES.file)).scalar_one())
    )


@lru_cache(maxsize=2)
def _read_communes(content: bytes) -> tuple[gpd.GeoDataFrame, Ground | None]:
    text = unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    layer, _ = read_layer(text, _COMMUNES, FaultLog())
    assert layer is not None, "a layer is checked before it is stored"
    return layer, ground_of(layer)
