"""The routes of the field form: its bundle, the reports, and their photos piece by piece."""

from __future__ import annotations

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Header, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from records.errors import Refused
from records.field import bundle, etag
from records.field_body import MOST_PHOTO_BYTES, MOST_REPORT_BYTES, FieldReceipt, Report
from records.field_photos import Offset, add_piece, drop_stale, offset
from records.field_reports import find, receipt, receive
from records.rights import Actor
from records.store import Store
from web.api.access import SignedIn, StoreOf, WorkspaceName, has_it
from web.api.errors import ApiError, problems

OFFSET_HEADER = "Upload-Offset"
"""Says how many bytes of a photo the server has."""
RANGE = re.compile(r"bytes ([0-9]{1,9})-([0-9]{1,9})/([0-9]{1,9})")

PhotoHash = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the bytes that are sent")]
ReportId = Annotated[UUID, Path(description="Made by the phone")]
OwnPage = Annotated[
    str | None,
    Header(alias="X-Requested-With", description="outreach: shows that a page of this server asks"),
]
Piece = Annotated[
    str | None,
    Header(alias="Content-Range", description="bytes a-b/total, for a piece; without it: the whole photo"),
]
Jpeg = Annotated[bytes, Body(media_type="image/jpeg", max_length=MOST_PHOTO_BYTES)]

router = APIRouter(prefix="/{workspace}/field", tags=["field"])


class PhotoAnswer(BaseModel):
    """How much of a photo has come; ``received``: all of it, and it is kept."""

    hash: str
    received: bool
    offset: int
    receipt: FieldReceipt


@router.get("/bundle", summary="All that a phone needs offline", responses=problems(401, 403, 404))
def get_bundle(workspace: WorkspaceName, store: StoreOf, actor: SignedIn, request: Request) -> Response:
    """Return the panos of whoever has signed in, their open work, and what can be said of each."""
    tag = f'"{etag(store, workspace, actor)}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if has_it(request, tag):
        return Response(status_code=304, headers=headers)
    return JSONResponse(bundle(store, workspace, actor), headers=headers)


@router.put(
    "/reports/{report_id}",
    summary="Send a report",
    responses={201: {"model": FieldReceipt}} | problems(401, 403, 404, 409, 413, 415, 422),
    status_code=201,
    max_body_size=MOST_REPORT_BYTES,
)
def put_report(
    report_id: ReportId,
    store: StoreOf,
    actor: SignedIn,
    report: Report,
    response: Response,
    _own_page: OwnPage = None,
) -> FieldReceipt:
    """Take in a report under the id that the phone made: the same again is one report, with one receipt.

    What fits is recorded at once, a step that needs photos when they have come. What does not fit is kept
    for a planner to look at, and the receipt says so.
    """
    done = receive(store, report_id, report, actor)
    if done.repeated:
        response.status_code = 200
    else:
        drop_stale(store)
    return done


@router.get("/reports/{report_id}", summary="The receipt of a report", responses=problems(401, 403, 404))
def get_receipt(report_id: ReportId, store: StoreOf, actor: SignedIn) -> FieldReceipt:
    """Return what the server holds of a report."""
    return _receipt(store, report_id, actor)


@router.head(
    "/reports/{report_id}/photos/{photo_hash}",
    summary="How much of a photo has come",
    responses={200: {"headers": {OFFSET_HEADER: {"schema": {"type": "integer"}}}}}
    | problems(401, 403, 404, 422),
)
def get_offset(report_id: ReportId, photo_hash: PhotoHash, store: StoreOf, actor: SignedIn) -> Response:
    """Return in a header how many bytes the server has; all of them once the photo is received."""
    return Response(headers=_offset(offset(store, report_id, photo_hash, actor)))


@router.put(
    "/reports/{report_id}/photos/{photo_hash}",
    summary="Send a photo of a report, or a piece of it",
    responses=problems(401, 403, 404, 409, 413, 415, 422),
)
def put_photo(
    report_id: ReportId,
    photo_hash: PhotoHash,
    store: StoreOf,
    actor: SignedIn,
    piece: Jpeg,
    response: Response,
    content_range: Piece = None,
    _own_page: OwnPage = None,
) -> PhotoAnswer:
    """Take in the bytes of a photo that the report names; what has come stays until the rest has, too."""
    try:
        start = _start(content_range, piece)
        size, done = add_piece(store, report_id, photo_hash, actor, piece, start=start)
    except Offset as error:
        raise ApiError(409, "other_offset", headers=_offset(error.expected)) from None
    response.headers.update(_offset(size))
    received = done.photos[photo_hash] == "received"
    return PhotoAnswer(hash=photo_hash, received=received, offset=size, receipt=done)


def _start(content_range: str | None, piece: bytes) -> int:
    if content_range is None:
        return 0
    found = RANGE.fullmatch(content_range)
    first, last = (int(one) for one in found.groups()[:2]) if found else (0, -1)
    if last - first + 1 != len(piece):
        raise ApiError(422, "bad_range")
    return first


def _offset(size: int) -> dict[str, str]:
    return {OFFSET_HEADER: str(size), "Cache-Control": "no-store"}


def _receipt(store: Store, report_id: UUID, actor: Actor) -> FieldReceipt:
    with store.reading() as connection:
        row, _ = find(connection, report_id)
        if row.account_id != actor.id:
            raise Refused("other_account")
        return receipt(connection, report_id)
