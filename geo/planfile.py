"""Reads ``plan.toml``: what the plan states, and each of its commitments."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime

import pandas as pd

from geo.cells import CellError, blank, nearest, read_cell, tidy
from geo.faults import FaultLog
from geo.schema import COMMITMENT, PLAN, PLAN_FILE, Column
from geo.workspace import Commitment, Plan

_TYPES = {"integer": (int,), "number": (int, float), "length": (int, float), "date": (date,)}
_EXAMPLES = {"integer": "34000000", "number": "13", "length": "1000", "date": "2023-06-07"}


def read_plan(text: str, log: FaultLog, *, file: str = PLAN_FILE, taken: Container[str] = ()) -> Plan:
    """Read the text of ``plan.toml``, or of another plan.

    Parameters
    ----------
    text : str
        Content of the file.
    log : FaultLog
        Takes the faults; the column of one in a commitment is ``commitment[n].key``, ``n`` from 1.
    file : str
        Name of the file.
    taken : container of str
        Ids of commitments that other plans have.

    Returns
    -------
    Plan
        What the plan states; what is at fault or not stated is unknown.
    """
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        log.add("broken_toml", file, line=line[1] if line else str(len(text.splitlines())))
        return Plan(file=file)
    tables = document.pop("commitment", [])
    stated = _read_keys(document, PLAN, "", file, log)
    _check_order(stated, file, log)
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        log.add("not_tables", file, column="commitment")
        tables = []
    commitments = [
        _read_keys(one, COMMITMENT, f"commitment[{place}].", file, log)
        for place, one in enumerate(tables, start=1)
    ]
    _check_ids(commitments, file, taken, log)
    assumed = stated["pano_radius_m"] is None
    if assumed:
        del stated["pano_radius_m"]
    return Plan(
        **stated,
        radius_is_assumed=assumed,
        commitments=tuple(Commitment(**commitment) for commitment in commitments),
        file=file,
    )


def _read_keys(
    entries: Mapping[str, object], columns: Sequence[Column], prefix: str, file: str, log: FaultLog
) -> dict[str, object]:
    """Return the value of every key of a TOML table, read as a cell of its column; None: unknown."""
    names = [column.name for column in columns]
    for name in sorted(entries.keys() - set(names)):
        log.add("unknown_key", file, column=prefix + name, near=nearest(name, names))
    values = {}
    for column in columns:
        entry = entries.get(column.name)
        value, shown = blank(column), None
        try:
            shown = entry.isoformat() if type(entry) is date else tidy(entry)
            if entry is not None and not _is_of_type(entry, column):
                raise CellError("wrong_type", key=column.name, example=_EXAMPLES.get(column.kind, '"…"'))
            value = read_cell(shown, column)
        except CellError as error:
            log.add(error.code, file, column=prefix + column.name, value=shown or None, **error.details)
        values[column.name] = None if pd.isna(value) else value
    return values


def _is_of_type(entry: object, column: Column) -> bool:
    return isinstance(entry, _TYPES.get(column.kind, (str,))) and not isinstance(entry, (bool, datetime))


def _check_order(stated: Mapping[str, object], file: str, log: FaultLog) -> None:
    start, end = stated["starts_on"], stated["ends_on"]
    if start and end and end < start:
        log.add("end_before_start", file, column="ends_on", value=str(end), start=str(start))


def _check_ids(
    commitments: Sequence[Mapping[str, object]], file: str, taken: Container[str], log: FaultLog
) -> None:
    seen: set[object] = set()
    for place, commitment in enumerate(commitments, start=1):
        key = commitment["id"]
        if key and (key in seen or key in taken):
            log.add("duplicate_commitment", file, column=f"commitment[{place}].id", value=key)
        seen.add(key)
