"""Takes in the file of a phone whose signal never came: the same reports, under the same ids, as by air."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from records.errors import RecordsError, Refused
from records.field_body import Digest, FieldReceipt, Id, Report, Words
from records.field_photos import Offset, add_piece
from records.field_reports import receive
from records.rights import Actor, demand
from records.store import Store

MOST_BYTES = 200 * 1024 * 1024
"""Largest file that is taken in."""
MOST_REPORTS = 1000


class _Account(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: Id
    name: Words = ""


class QueueFile(BaseModel):
    """What the form saves: the reports that wait, and their photos as base64 by the hash of their bytes."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["outreach-field-queue"]
    version: Literal[1]
    workspace: Words
    account: _Account
    reports: Annotated[list[dict[str, Any]], Field(max_length=MOST_REPORTS)]
    photos: dict[Digest, str] = {}


@dataclass(frozen=True)
class Taken:
    """What became of one report of a file.

    Attributes
    ----------
    pano_id : str
        The pano that it is about; empty if even that can't be read.
    receipt : FieldReceipt or None
        That of the report.
    refusal : RecordsError or None
        Why it, or one of its photos, could not be taken.
    """

    pano_id: str
    receipt: FieldReceipt | None = None
    refusal: RecordsError | None = None


def take_in(
    store: Store,
    workspace: str,
    content: bytes,
    actor: Actor,
    *,
    author_of: Callable[[str], Actor | None],
) -> list[Taken]:
    """Take in the file that a phone saved.

    Parameters
    ----------
    store : Store
        The store.
    workspace : str
        Its name, which the file has to name too.
    content : bytes
        The file.
    actor : Actor
        Who brings it.
    author_of : callable
        Gives whose account an id is, see `records.people.People.actor_with_id`. The rights that count are
        those of whoever made the reports; of an account that is no more everything goes to review.

    Returns
    -------
    list of Taken
        What became of each report. A report that came by air before, or does later, is the same one.

    Raises
    ------
    Forbidden
        If the role takes in no files.
    Refused
        If it is no such file (``not_a_queue``), or one of another workspace (``other_workspace``).
    """
    demand(actor, "import")
    if len(content) > MOST_BYTES:
        raise Refused("not_a_queue")
    try:
        queue = QueueFile.model_validate(json.loads(content))
    except (ValueError, RecursionError):
        # ValidationError is a ValueError, like what is no JSON or no UTF-8.
        raise Refused("not_a_queue") from None
    if queue.workspace != workspace:
        raise Refused("other_workspace", name=queue.workspace)
    author = author_of(queue.account.id) or Actor(queue.account.id, queue.account.name, "viewer")
    return [_take_one(store, sent, queue.photos, author, actor) for sent in queue.reports]


def _take_one(
    store: Store, sent: Mapping[str, Any], photos: Mapping[str, str], author: Actor, actor: Actor
) -> Taken:
    pano_id = str(sent.get("pano_id", ""))
    try:
        report_id = UUID(str(sent.get("id")))
        report = Report.model_validate({name: value for name, value in sent.items() if name != "id"})
    except (ValidationError, ValueError):
        return Taken(pano_id, refusal=Refused("report_unreadable"))
    try:
        receipt = receive(store, report_id, report, author, brought_by=actor)
    except RecordsError as error:
        return Taken(pano_id, refusal=error)
    refusal = None
    for photo in report.photos:
        if photo.hash in photos and receipt.photos[photo.hash] == "missing":
            try:
                whole = base64.b64decode(photos[photo.hash], validate=True)
                _, receipt = add_piece(store, report_id, photo.hash, author, whole)
            except (binascii.Error, ValueError, Offset):
                refusal = Refused("photo_differs")
            except RecordsError as error:
                refusal = error
    return Taken(pano_id, receipt, refusal)
