"""The HTTP API below ``/api/v1``: layers for maps, and the way in for what phones send."""

from __future__ import annotations

from typing import Literal

from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse

from records import workspaces
from records.field_body import MOST_PHOTO_BYTES
from records.people import People
from web.api import field, layers
from web.api.access import Guard
from web.api.docs import docs_page
from web.api.errors import handle_errors

VERSION = "1"
"""Of the API: what phones in the field were given goes on working as long as it stays."""
GZIP_FROM_BYTES = 500


class Health(BaseModel):
    """That the server answers, and the workspaces that it has, the one to start with first."""

    status: Literal["ok"] = "ok"
    workspaces: list[str]
    version: str = VERSION


def api(people: People) -> FastAPI:
    """Return the API as an application to be mounted.

    Parameters
    ----------
    people : People
        The accounts of this installation.
    """
    # FastAPI's own pages load their scripts from other hosts: ours are beside the routes.
    app = FastAPI(
        title="Outreach map",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        max_body_size=MOST_PHOTO_BYTES,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.people = people
    app.add_middleware(Guard)
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_FROM_BYTES)
    handle_errors(app)

    @app.get("/health", summary="Whether the server answers", tags=["health"])
    def get_health() -> Health:
        """Return the workspaces; needs no sign-in."""
        return Health(workspaces=list(workspaces.available()))

    @app.get("/docs", include_in_schema=False)
    def get_docs(request: Request) -> HTMLResponse:
        return docs_page(app, request)

    app.include_router(field.router)
    app.include_router(layers.router)
    return app
