"""The data folder's way in and out of the store: filling it, writing it out, and what its files say anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update

from geo.errors import DataFolderError
from geo.faults import FaultLog
from geo.folder import read_contents, read_files
from geo.networkfile import NETWORK_FILES
from geo.rows import read_cells
from geo.schema import TABLES, is_plan
from geo.text import Words
from records.errors import BadValues, Refused
from records.history import Cells, Rows, rows_now
from records.intake import Difference, Taken, difference_of, in_order, take_in_row
from records.journal import Operation, Receipt, event_row, receipt_of, record
from records.merge import Merge
from records.model import CONTENT, DOCUMENT, ENTITIES, EVENT, FILED, META, present_table
from records.rights import demand
from records.store import Store, folder_contents, take_numbers, version_of

_LAYERS = frozenset(one.file for one in TABLES if one.is_layer)


def fill(store: Store, op: Operation, *, lang: str = "vi") -> int:
    """Fill an empty store from its data folder.

    What the folder says was so before the record began: the events say when they arrived, not when
    they happened.

    Parameters
    ----------
    store : Store
        The store; its ``data`` is the folder.
    op : Operation
        Who fills it.
    lang : {"vi", "en"}
        Language of the faults.

    Returns
    -------
    int
        Number of rows and documents taken in; 0 if the store was filled before.

    Raises
    ------
    Forbidden
        If the actor may not import.
    DataFolderError
        If anything in the folder is at fault; nothing is taken in.
    """
    demand(op.actor, "import")
    contents = _faultless(store.data, lang)
    said = _said(contents)
    with store.writing() as connection:
        if version_of(connection):
            return 0
        now = store.clock()
        connection.execute(update(META).values(workspace=store.data.name))
        for file in said[DOCUMENT]:
            _keep_content(connection, contents[file])
        named = [(entity, cells) for entity, rows in said.items() for _, cells in rows.values()]
        numbers = take_numbers(connection, len(named))
        rows, events = {entity: [] for entity in said}, []
        for number, (entity, cells) in zip(numbers, named, strict=True):
            changes = {name: (None, cell) for name, cell in cells.items() if cell is not None}
            part = op.part(entity, cells["id"])
            event = event_row(
                part, number, entity, cells["id"], "imported", changes, now=now, happened_at=None
            )
            events.append(event)
            rows[entity].append(cells | {"place": number})
        connection.execute(insert(EVENT), events)
        for entity, of_entity in rows.items():
            if of_entity:
                connection.execute(insert(present_table(entity)), of_entity)
        filed = [{"entity": entity, "entity_id": cells["id"], "cells": cells} for entity, cells in named]
        connection.execute(insert(FILED), filed)
        return len(named)


def export(store: Store, folder: Path) -> None:
    """Write what the store says as a data folder, which `fill` and ``check`` accept.

    Every value comes back as it was written, and every row in its place.

    Parameters
    ----------
    store : Store
        The store.
    folder : pathlib.Path
        Where to write; made if it does not exist. Other files there are left alone.
    """
    with store.reading() as connection:
        contents = folder_contents(connection)
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in contents.items():
        (folder / file).write_bytes(content)


def differences(store: Store, *, lang: str = "vi") -> list[Difference]:
    """Return what the files of the data folder say that they did not say when they were last taken in.

    Parameters
    ----------
    store : Store
        The store; its ``data`` is the folder.
    lang : {"vi", "en"}
        Language of the faults.

    Returns
    -------
    list of Difference
        Row by row, in the order of the files; a file that is kept whole is one row, its content known
        by its SHA-256. What the store has changed by itself is no difference. A layer of roads that is gone
        is one that is empty now: lines are straight again.

    Raises
    ------
    DataFolderError
        If anything in the folder is at fault.
    """
    contents = _faultless(store.data, lang)
    with store.reading() as connection:
        filed, stored = _filed(connection), rows_now(connection)
    said = _said({file: b"" for file in NETWORK_FILES if file in filed[DOCUMENT]} | contents)
    found = []
    for entity, rows in said.items():
        for entity_id, (row, cells) in rows.items():
            before, now = filed[entity].get(entity_id), stored[entity].get(entity_id)
            found.append(difference_of(entity, cells, before, now, row=row))
        gone = filed[entity].keys() - rows.keys()
        found += [Difference(entity, one, "gone") for one in filed[entity] if one in gone]
    return [one for one in found if one is not None]


def take_in_folder(
    store: Store, chosen: Iterable[Difference], op: Operation, *, lang: str = "vi"
) -> list[Taken]:
    """Take in what the files of the data folder say anew, as far as it was chosen, in one transaction.

    Parameters
    ----------
    store : Store
        The store.
    chosen : iterable of Difference
        What was chosen of `differences`. Of a row that is gone from its file only that is noted.
    op : Operation
        Who takes it in; its id makes those of the rows.
    lang : {"vi", "en"}
        Language of the faults.

    Returns
    -------
    list of Taken
        What became of each; what is refused stops no other, and is a difference still.

    Raises
    ------
    Forbidden
        If the actor may not import.
    BadValues
        If the whole would break a rule, such as a layer of communes that lacks one; nothing is taken in.
    DataFolderError
        If anything in the folder is at fault.
    Refused
        If a file that is kept whole was changed since it was chosen; nothing is taken in.
    """
    demand(op.actor, "import")
    contents = _faultless(store.data, lang)
    taken = []
    with store.writing() as connection:
        for one in in_order(chosen):
            if one.kind == "gone":
                taken.append(Taken(one))
            elif one.entity == DOCUMENT:
                taken.append(Taken(one, _take_in_document(store, connection, one, contents, op)))
            else:
                taken.append(take_in_row(store, connection, one, op))
            if taken[-1].refusal is None:
                _refile(connection, one)
        if any(one.difference.entity == DOCUMENT for one in taken):
            reading = read_contents(folder_contents(connection), store.data)
            if reading.workspace is None:
                raise BadValues(reading.log)
    return taken


def _faultless(folder: Path, lang: str) -> dict[str, bytes]:
    """Return the files of a data folder that has no fault."""
    log = FaultLog()
    contents = read_files(folder, log)
    if read_contents(contents, folder, log=log).workspace is None:
        faults = log.faults(lang)
        raise DataFolderError(Words(lang)("faults.refused", n=len(faults), folder=str(folder)), faults)
    return contents


def _said(contents: dict[str, bytes]) -> dict[str, dict[str, tuple[int | None, Cells]]]:
    """Return what the files say: row number and cells by id, by entity; documents are rows too."""
    said = {
        DOCUMENT: {
            file: (None, {"id": file, "sha256": _sha256(contents[file])})
            for file in contents
            if file in _LAYERS or file in NETWORK_FILES or is_plan(file)
        }
    }
    for entity, one in ENTITIES.items():
        rows = read_cells(contents[one.file], one) if one.file in contents else {}
        said[entity] = {
            cells["id"]: (row, {name: cell or None for name, cell in cells.items()})
            for row, cells in rows.items()
        }
    return said


def _filed(connection: Connection) -> Rows:
    filed: Rows = {entity: {} for entity in (DOCUMENT, *ENTITIES)}
    for entity, entity_id, cells in connection.execute(select(FILED)):
        filed[entity][entity_id] = cells
    return filed


def _refile(connection: Connection, one: Difference) -> None:
    """Note what the folder said of a row when that was taken in."""
    this = (FILED.c.entity == one.entity) & (FILED.c.entity_id == one.entity_id)
    before = connection.execute(select(FILED.c.cells).where(this)).scalar_one_or_none()
    connection.execute(delete(FILED).where(this))
    if one.kind != "gone":
        cells = (before or {}) | {change.field: change.after for change in one.changes}
        connection.execute(insert(FILED).values(entity=one.entity, entity_id=one.entity_id, cells=cells))


def _take_in_document(
    store: Store, connection: Connection, one: Difference, contents: dict[str, bytes], op: Operation
) -> Receipt:
    part = op.part(DOCUMENT, one.entity_id)
    if repeated := receipt_of(connection, part, DOCUMENT, one.entity_id):
        return repeated
    content = contents.get(one.entity_id, b"")
    changes = {change.field: (change.stored, change.after) for change in one.changes}
    if changes["sha256"][1] != _sha256(content):
        raise Refused("changed_meanwhile")
    _keep_content(connection, content)
    merge = Merge(changes)
    return record(connection, part, DOCUMENT, one.entity_id, "imported", merge, now=store.clock())


def _keep_content(connection: Connection, content: bytes) -> None:
    sha256 = _sha256(content)
    if connection.execute(select(CONTENT.c.sha256).where(CONTENT.c.sha256 == sha256)).first() is None:
        connection.execute(insert(CONTENT).values(sha256=sha256, content=content))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
