"""Reads ``plan.toml``: what the plan states, and each of its commitments."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import pandas as pd

from geo.cells import CellError, blank, nearest, read_cell, tidy
from geo.faults import FaultLog
from geo.schema import COMMITMENT, PLAN, PLAN_FILE, Column
from geo.workspace import Commitment, Plan

_TYPES = {"integer": (int,), "number": (int, float), "length": (int, float), "date": (date,)}
_EXAMPLES = {"integer": "34000000", "number": "13", "length": "1000", "date": "2023-06-07"}


def read_plan(text: str, log: FaultLog) -> Plan:
    """Read the text of ``plan.toml``.

    Parameters
    ----------
    text : str
        Content of the file.
    log : FaultLog
        Takes the faults; the column of one in a commitment is ``commitment[n].key``, ``n`` from 1.

    Returns
    -------
    Plan
        What the plan states; what is at fault or not stated is unknown.
    """
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        log.add("broken_toml", PLAN_FILE, line=line[1] if line else str(len(text.splitlines())))
        return Plan()
    tables = document.pop("commitment", [])
    stated = _read_keys(document, PLAN, "", log)
    _check_order(stated, log)
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        log.add("not_tables", PLAN_FILE, column="commitment")
        tables = []
    commitments = [
        _read_keys(one, COMMITMENT, f"commitment[{place}].", log) for place, one in enumerate(tables, start=1)
    ]
    _check_ids(commitments, log)
    assumed = stated["pano_radius_m"] is None
    if assumed:
        del stated["pano_radius_m"]
    return Plan(
        **stated,
        radius_is_assumed=assumed,
        commitments=tuple(Commitment(**commitment) for commitment in commitments),
    )


def _read_keys(
    entries: Mapping[str, object], columns: Sequence[Column], prefix: str, log: FaultLog
) -> dict[str, object]:
    """Return the value of every key of a TOML table, read as a cell of its column; None: unknown."""
    names = [column.name for column in columns]
    for name in sorted(entries.keys() - set(names)):
        log.add("unknown_key", PLAN_FILE, column=prefix + name, near=nearest(name, names))
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
            log.add(error.code, PLAN_FILE, column=prefix + column.name, value=shown or None, **error.details)
        values[column.name] = None if pd.isna(value) else value
    return values


def _is_of_type(entry: object, column: Column) -> bool:
    return isinstance(entry, _TYPES.get(column.kind, (str,))) and not isinstance(entry, (bool, datetime))


def _check_order(stated: Mapping[str, object], log: FaultLog) -> None:
    start, end = stated["starts_on"], stated["ends_on"]
    if start and end and end < start:
        log.add("end_before_start", PLAN_FILE, column="ends_on", value=str(end), start=str(start))


def _check_ids(commitments: Sequence[Mapping[str, object]], log: FaultLog) -> None:
    seen: set[object] = set()
    for place, commitment in enumerate(commitments, start=1):
        key = commitment["id"]
        if key and key in seen:
            log.add("duplicate_commitment", PLAN_FILE, column=f"commitment[{place}].id", value=key)
        seen.add(key)
