"""Reads a data folder in one pass: every file, cell and rule, and the workspace if nothing is at fault."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.cells import unknown_column
from geo.errors import DataFolderError
from geo.faults import FaultLog
from geo.layers import WGS84, read_layer
from geo.networkfile import NETWORK_FILES, read_ruler
from geo.planfile import read_plan
from geo.rows import read_rows
from geo.ruler import Ruler
from geo.rules import check_rules
from geo.schema import OTHER_PLANS, PLAN_FILE, TABLES, Table, is_plan
from geo.text import Words, fold
from geo.workspace import Plan, Workspace

INVENTED_MARK = "Dữ liệu minh họa"
"""How the source or note of a row begins that is made up for demonstration."""


@dataclass(frozen=True)
class Reading:
    """What one pass over a data folder gave.

    Attributes
    ----------
    log : FaultLog
        Every fault found.
    rows, rejected : int
        Data rows and features of all files, and how many of them have a fault.
    workspace : Workspace or None
        The workspace; None if anything is at fault.
    """

    log: FaultLog
    rows: int
    rejected: int
    workspace: Workspace | None


def read_workspace(path: Path | str, *, lang: str = "vi") -> Workspace:
    """Read a data folder.

    The communes of 2023, the villages and the panos must be there; a file of anything else may be
    missing, and is then empty.

    Parameters
    ----------
    path : Path or str
        The folder.
    lang : {"vi", "en"}
        Language of the faults.

    Returns
    -------
    Workspace
        Tables typed and indexed by their key.

    Raises
    ------
    DataFolderError
        If anything in the folder is at fault; it carries every fault.
    """
    reading = read_folder(Path(path))
    if reading.workspace is None:
        faults = reading.log.faults(lang)
        raise DataFolderError(Words(lang)("faults.refused", n=len(faults), folder=str(path)), faults)
    return reading.workspace


def read_folder(path: Path) -> Reading:
    """Read and check a data folder; whatever is in it, this raises nothing.

    Parameters
    ----------
    path : pathlib.Path
        The folder.

    Returns
    -------
    Reading
        Faults, counts and, where there are no faults, the workspace.
    """
    log = FaultLog()
    if not _is_folder(path):
        log.add("no_folder", str(path))
        return Reading(log, 0, 0, None)
    return read_contents(read_files(path, log), path, log=log)


def read_contents(
    contents: Mapping[str, bytes], path: Path, *, log: FaultLog | None = None, is_checked: bool = False
) -> Reading:
    """Read the files of a data folder from their content; whatever is in it, this raises nothing.

    Parameters
    ----------
    contents : mapping of str to bytes
        Content by file name.
    path : pathlib.Path
        The folder that the workspace is of.
    log : FaultLog, optional
        Takes the faults, and may hold some already.
    is_checked : bool
        True if the rules between cells, rows and files are known to hold: they are not checked again.

    Returns
    -------
    Reading
        Faults, counts and, where there are no faults, the workspace.
    """
    log = FaultLog() if log is None else log
    texts = _decode(contents, log)
    tables: dict[str, pd.DataFrame | None] = {}
    counts: dict[Table, int] = {}
    for one in TABLES:
        if one.file in texts:
            read = read_layer if one.is_layer else read_rows
            tables[one.name], counts[one] = read(texts[one.file], one, log)
    tables = {name: rows for name, rows in tables.items() if rows is not None}
    plan, *others = _plans(texts, log)
    ruler = read_ruler(contents, plan.detour_factor, log)
    if not is_checked:
        check_rules(tables, log)
    version = _version(contents)
    return Reading(
        log,
        rows=sum(counts.values()),
        rejected=sum(log.rejected(one, count) for one, count in counts.items()),
        workspace=None if log.findings else _workspace(path, tables, plan, tuple(others), ruler, version),
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def read_files(path: Path, log: FaultLog) -> dict[str, bytes]:
    """Return the content of each file of the contract that is there and can be read, by name."""
    contents = {}
    required = {one.file: one.required for one in TABLES} | dict.fromkeys((PLAN_FILE, *NETWORK_FILES), False)
    try:
        required |= {one.name: False for one in sorted(path.glob(OTHER_PLANS))}
    except OSError:
        log.add("unreadable", OTHER_PLANS)
    for file, is_required in required.items():
        try:
            if (path / file).is_file():
                contents[file] = (path / file).read_bytes()
            elif (path / file).exists():
                # A pipe or device would keep a reader waiting for ever.
                log.add("unreadable", file)
            elif is_required:
                log.add("no_file", file)
        except OSError:
            log.add("unreadable", file)
    return contents


def _decode(contents: Mapping[str, bytes], log: FaultLog) -> dict[str, str]:
    """Return the text of each file but the network that is UTF-8 and not empty, in NFC."""
    texts = {}
    for file, content in contents.items():
        if file in NETWORK_FILES:
            continue
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            log.add("not_utf8", file, line=str(content.count(b"\n", 0, error.start) + 1))
            continue
        if text.strip():
            texts[file] = unicodedata.normalize("NFC", text)
        elif not is_plan(file):
            log.add("empty_file", file)
    return texts


def _plans(texts: Mapping[str, str], log: FaultLog) -> list[Plan]:
    """Return the plans, that of ``plan.toml`` first; no two have a commitment of the same id."""
    plans = [read_plan(texts[PLAN_FILE], log) if PLAN_FILE in texts else Plan()]
    for file in sorted(filter(is_plan, texts)):
        if file != PLAN_FILE:
            taken = {commitment.id for plan in plans for commitment in plan.commitments}
            plans.append(read_plan(texts[file], log, file=file, taken=taken))
    return plans


def _version(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for file, content in sorted(contents.items()):
        digest.update(f"{file} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _workspace(
    path: Path,
    tables: dict[str, pd.DataFrame],
    plan: Plan,
    other_plans: tuple[Plan, ...],
    ruler: Ruler,
    version: str,
) -> Workspace:
    """Return the workspace of tables without faults."""
    texts = [rows[column] for rows in tables.values() for column in ("source", "note") if column in rows]
    keyed = {
        one.name: (tables[one.name] if one.name in tables else _no_rows(one)).set_index(one.key)
        for one in TABLES
    }
    return Workspace(
        path=path,
        communes={"2023": keyed.pop("communes_2023"), "2025": keyed.pop("communes_2025")},
        **keyed,
        plan=plan,
        other_plans=other_plans,
        invented=any(map(_is_invented, texts)),
        version=version,
        ruler=ruler,
    )


def _is_invented(texts: pd.Series) -> bool:
    return any(fold(text).startswith(fold(INVENTED_MARK)) for text in texts.unique())


def _no_rows(table: Table) -> pd.DataFrame:
    """Return the table of a file that is not there."""
    columns = {column.name: unknown_column(column) for column in table.columns}
    if table.is_layer:
        return gpd.GeoDataFrame(columns, geometry=[], crs=WGS84)
    return pd.DataFrame(columns)
