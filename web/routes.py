"""The HTTP routes beside the screens: the vendored assets, and the scenes and tiles that the map draws."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from geo.errors import DataFolderError
from geo.webmap import STATIC
from records.errors import Refused
from records.scenes import packed_scene
from records.tiles import read_tile, tile_sets
from records.workspaces import available, load, people
from web.api.app import api
from web.field import field_routes
from web.pages import unreadable
from web.photos import photo_routes
from web.sign_in import for_readers, sign_in_routes

DEEPEST_ZOOM = 22
FOR_EVER = "private, max-age=31536000, immutable"


class RevalidatedFiles(StaticFiles):
    """Static files that a browser keeps, and asks about before it uses them again."""

    def file_response(self, *args, **kwargs) -> Response:
        """Return the file with a header that lets the browser keep it."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def serve_scene(request: Request) -> Response:
    """Return the scene of a workspace; its version is part of the address, so it never changes.

    ``?on=`` asks for that of the end of a day, ``?at=`` for what a version of the store knew. A scene that
    is not there any more is not found; 503 while the store can't be read.
    """
    on, at = (request.query_params.get(name) for name in ("on", "at"))
    try:
        day, known = date.fromisoformat(on) if on else None, int(at) if at else None
        workspace = await asyncio.to_thread(load, request.path_params["workspace"], on=day, version=known)
    except (KeyError, ValueError, DataFolderError):
        return JSONResponse({"error": "no such workspace, or its data can't be used"}, status_code=404)
    except Refused as error:
        return unreadable(request, error)
    scene = await asyncio.to_thread(packed_scene, workspace)
    if request.path_params["version"] != scene.version:
        return JSONResponse({"error": "no such version"}, status_code=404)
    headers = {"Content-Encoding": "gzip", "Cache-Control": FOR_EVER}
    return Response(scene.packed, media_type="application/json", headers=headers)


async def serve_tile(request: Request) -> Response:
    """Return a tile of an archive in a workspace's ``basemap/``; 404 where it has none."""
    asked = request.path_params
    folder = available().get(asked["workspace"])
    found = await asyncio.to_thread(_tile, folder, asked["name"], asked["z"], asked["x"], asked["y"])
    if found is None:
        return Response(status_code=404)
    picture, media_type = found
    return Response(picture, media_type=media_type, headers={"Cache-Control": "private, max-age=86400"})


def _tile(folder: Path | None, name: str, z: int, x: int, y: int) -> tuple[bytes, str] | None:
    archives = {tiles.name: tiles for tiles in tile_sets(folder / "basemap")} if folder else {}
    if name not in archives or z > DEEPEST_ZOOM:
        return None
    picture = read_tile(archives[name], z, x, y)
    return (picture, archives[name].media_type) if picture else None


def routes() -> list[BaseRoute]:
    """Return the routes that the server adds to those of the screens."""
    accounts = people()
    return [
        Route("/scene/{workspace}/{version}.json", for_readers(accounts, serve_scene)),
        Route("/tiles/{workspace}/{name}/{z:int}/{x:int}/{y:int}", for_readers(accounts, serve_tile)),
        *sign_in_routes(accounts),
        *photo_routes(accounts),
        *field_routes(),
        Mount("/api/v1", api(accounts)),
        Mount("/assets", RevalidatedFiles(directory=STATIC)),
    ]
