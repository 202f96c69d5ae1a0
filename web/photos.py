"""Serves photos of panos, to whoever may read, from where they are kept: never a path from an address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from geo.errors import DataFolderError
from records import workspaces
from records.dossier import media_type
from records.errors import PhotoRefused, Refused
from records.people import People
from records.photos import path_of, small
from web.pages import unreadable
from web.sign_in import for_readers

HEADERS = {
    # A photo can be removed: a browser keeps it for a while, a cache that people share never.
    "Cache-Control": "private, max-age=3600",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def photo_routes(people: People) -> list[BaseRoute]:
    """Return the routes ``/photos/{workspace}/{hash}`` and, for the small rendition, ``…/{hash}/small``.

    Parameters
    ----------
    people : People
        Tells who asks.
    """
    return [
        Route("/photos/{workspace}/{hash}", for_readers(people, serve_photo)),
        Route("/photos/{workspace}/{hash}/small", for_readers(people, serve_small_photo)),
    ]


async def serve_photo(request: Request) -> Response:
    """Return a photo that is shown in a workspace; 404 for any other, 503 while the store can't be read."""
    return await asyncio.to_thread(_photo, request, path_of)


async def serve_small_photo(request: Request) -> Response:
    """Return the small rendition of a photo that is shown in a workspace; 404 for any other."""
    return await asyncio.to_thread(_photo, request, small)


def _photo(request: Request, find: Callable[[str, Path], Path]) -> Response:
    asked = request.path_params
    missing = Response(status_code=404, headers={"Cache-Control": "no-store"})
    try:
        store = workspaces.store_of(asked["workspace"])
        with store.reading() as connection:
            kind = media_type(connection, asked["hash"])
        path = find(asked["hash"], store.var) if kind else None
    except (KeyError, DataFolderError, PhotoRefused, FileNotFoundError):
        return missing
    except Refused as error:
        return unreadable(request, error)
    if path is None or not path.is_file():
        return missing
    return FileResponse(path, media_type=kind, headers=HEADERS)
