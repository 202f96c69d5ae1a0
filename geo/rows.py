"""Reads and writes the rows of a CSV file of a data folder."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from geo.cells import nearest, read_column, unknown_column, write_cell
from geo.faults import FaultLog
from geo.schema import Table


def read_rows(text: str, table: Table, log: FaultLog) -> tuple[pd.DataFrame | None, int]:
    """Read the rows of a CSV text.

    Parameters
    ----------
    text : str
        Content of the file: comma separated, the first record being the header.
    table : Table
        Its columns.
    log : FaultLog
        Takes the faults.

    Returns
    -------
    rows : DataFrame or None
        Typed rows with every column of the table, indexed by their number as a spreadsheet shows it: a
        record is a row, even where a quoted cell runs over several lines, and the header is row 1. None
        if the rows can't be told apart.
    count : int
        Number of rows that are not blank.
    """
    records, is_whole = _records(text, table.file, log)
    if not is_whole:
        # The header is no row, but the record that broke is one.
        return None, len(records)
    header, *records = records
    width = len(header)
    while header and not header[-1] and not any("".join(record[len(header) - 1 :]) for record in records):
        header.pop()
    body = {row: record for row, record in enumerate(records, start=2) if any(record)}
    if not _check_header(header, table, log):
        return None, len(body)
    place = {name: header.index(name) for name in header}
    ragged = {}
    for row, record in body.items():
        if len(record) != width:
            ragged[row] = {"cells": len(record), "columns": width}
            # The key alone is kept, so that what refers to this row is not at fault too.
            key = "".join(record[place[table.key] : place[table.key] + 1])
            body[row] = [key if name == table.key else "" for name in header]
    columns = {}
    for column in table.columns:
        if column.name not in place:
            columns[column.name] = unknown_column(column, body.keys())
            continue
        cells = [record[place[column.name]] for record in body.values()]
        cells = pd.Series(cells, index=pd.Index(body.keys()), dtype=object)
        columns[column.name] = read_column(cells, column, file=table.file, log=log)
    log.replace_rows("ragged_row", table.file, ragged)
    return pd.DataFrame(columns), len(body)


def _records(text: str, file: str, log: FaultLog) -> tuple[list[list[str]], bool]:
    """Return the records of a CSV text, cells stripped, and whether it could be read to its end."""
    records = []
    try:
        # Strict: a quote that is never closed would else swallow the rest of the file as one cell.
        for record in csv.reader(io.StringIO(text, newline=""), strict=True):
            records.append([cell.strip() for cell in record])
    except csv.Error:
        log.add("broken_csv", file, row=len(records) + 1)
        return records, False
    return records, True


def _check_header(header: Sequence[str], table: Table, log: FaultLog) -> bool:
    """Note what is wrong with a header; return whether rows can be read under it."""
    names = table.names
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        log.add("wrong_separator", table.file, row=1, value=header[0])
        return False
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            log.add("duplicate_column", table.file, row=1, column=name)
        if not name:
            log.add("nameless_column", table.file, row=1)
        elif name not in names:
            log.add("unknown_column", table.file, row=1, column=name, near=nearest(name, names))
    for column in table.columns:
        if column.required and column.name not in header:
            log.add("missing_column", table.file, row=1, column=column.name)
    return table.key in header


def read_cells(content: bytes, table: Table) -> dict[int, dict[str, str]]:
    """Return the cells of every row of a CSV file as they are written there.

    Parameters
    ----------
    content : bytes
        Content of a file that `geo.folder.read_contents` found nothing wrong with.
    table : Table
        Its columns.

    Returns
    -------
    dict of int to dict of str to str
        Cell by column, every column of the table being there, by the number of the row as a spreadsheet
        shows it; blank rows are left out.
    """
    text = unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    (header, *records), _ = _records(text, table.file, FaultLog())
    rows = {
        row: dict(zip(header, record, strict=True))
        for row, record in enumerate(records, start=2)
        if any(record)
    }
    return {row: {name: cells.get(name, "") for name in table.names} for row, cells in rows.items()}


def write_rows(rows: Iterable[Mapping[str, object]], table: Table) -> bytes:
    """Return rows as the content of a CSV file: UTF-8, a header, every column, lines ended by LF.

    Parameters
    ----------
    rows : iterable of mapping
        Value or cell by column; a column that is left out is blank.
    table : Table
        Its columns.

    Raises
    ------
    ValueError
        If a row has a column that the table doesn't.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, table.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: write_cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode()
