"""Serves photos of panos, to whoever may read, from where they are kept: never a path from an address."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from geo.errors import DataFolderError
from records import workspaces
from records.dossier import media_type
from records.errors import PhotoRefused
from records.people import People
from records.photos import path_of
from web.sign_in import for_readers

HEADERS = {
    # A photo can be removed: a browser keeps it for a while, a cache that people share never.
    "Cache-Control": "private, max-age=3600",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def photo_routes(people: People) -> list[BaseRoute]:
    """Return the route ``/photos/{workspace}/{hash}``.

    Parameters
    ----------
    people : People
        Tells who asks.
    """
    return [Route("/photos/{workspace}/{hash}", for_readers(people, serve_photo))]


async def serve_photo(request: Request) -> Response:
    """Return a photo that is shown in a workspace; 404 for any other."""
    asked = request.path_params
    return await asyncio.to_thread(_photo, asked["workspace"], asked["hash"])


def _photo(workspace: str, photo_hash: str) -> Response:
    missing = Response(status_code=404, headers={"Cache-Control": "no-store"})
    try:
        store = workspaces.store_of(workspace)
        path = path_of(photo_hash, store.var)
    except (KeyError, DataFolderError, PhotoRefused):
        return missing
    with store.reading() as connection:
        kind = media_type(connection, photo_hash)
    if kind is None or not path.is_file():
        return missing
    return FileResponse(path, media_type=kind, headers=HEADERS)
