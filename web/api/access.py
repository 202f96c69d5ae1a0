"""Who asks, from where and for which workspace: what stands before the routes of the API."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from records import workspaces
from records.people import People
from records.rights import VIEWER, Actor
from records.store import Store
from web.api.errors import ApiError, problem
from web.pages import is_from_here
from web.sign_in import actor_from_cookies

SAFE = ("GET", "HEAD", "OPTIONS")
OWN_HEADER, OWN_VALUE = "x-requested-with", "outreach"
"""A header that a page of another site can't send without being asked about first."""
TYPES = ("application/json", "image/jpeg")
"""What is sent: none of the types that a plain form of another site can send."""

WorkspaceName = Annotated[str, Path(description="One of those that /health names")]


def _people(request: Request) -> People:
    return request.app.state.people


def signed_in(request: Request) -> Actor:
    """Return who has signed in; 401 for nobody."""
    actor = actor_from_cookies(_people(request), request.cookies)
    if actor is None:
        raise ApiError(401, "signed_out")
    return actor


def reader(request: Request) -> Actor:
    """Return who reads, signed in or not; 401 where only those may who are."""
    actor = actor_from_cookies(_people(request), request.cookies) or VIEWER
    if not _people(request).may_read(actor):
        raise ApiError(401, "signed_out")
    return actor


def store_of(workspace: WorkspaceName) -> Store:
    """Return the store of the workspace that an address names; 404 for any other."""
    try:
        return workspaces.store_of(workspace)
    except KeyError:
        raise ApiError(404, "no_workspace") from None


Reader = Annotated[Actor, Depends(reader)]
SignedIn = Annotated[Actor, Depends(signed_in)]
StoreOf = Annotated[Store, Depends(store_of)]


def has_it(request: Request, etag: str) -> bool:
    """Return whether a client has what it asks for already, by ``If-None-Match``."""
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    return etag in known or "*" in known


class Guard:
    """Refuses before anything is read: 403 to other sites, 415 to other types.

    A signed-in browser sends its cookie along with whatever any page makes it send.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        answer: ASGIApp = self._app
        if scope["type"] == "http" and scope["method"] not in SAFE:
            request = Request(scope)
            media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
            if request.headers.get(OWN_HEADER) != OWN_VALUE or not is_from_here(request):
                answer = problem(403, "other_site")
            elif media_type not in TYPES:
                answer = problem(415, "other_type")
        await answer(scope, receive, send)
