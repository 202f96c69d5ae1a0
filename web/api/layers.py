"""The layers as GeoJSON, for map programs to open by address: paged, and sent again only if changed."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from geo.days import local_date
from geo.terms import CHANNELS
from records.layers import LAYERS, layer_features
from web.api.access import Reader, StoreOf, has_it
from web.api.errors import ApiError, problems

MEDIA_TYPE = "application/geo+json"
MOST_FEATURES = 10_000
"""Features of a page; a district fits on one, so that a program that knows no pages gets all of it."""
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 1, 1)
"""Days that can be asked about."""

_CHANNEL = f"({'|'.join(CHANNELS)})"

LayerName = Literal[LAYERS]
Units = Annotated[Literal["2023", "2025"], Query(description="The communes to count by")]
Day = Annotated[
    str | None,
    Query(pattern="^(199|20[0-9])[0-9]-[0-9]{2}-[0-9]{2}$", description="YYYY-MM-DD; today without it"),
]
Channels = Annotated[
    str | None,
    Query(pattern=f"^{_CHANNEL}(,{_CHANNEL}){{0,20}}$", description="Channels to look at, between commas"),
]
Limit = Annotated[int, Query(ge=1, le=MOST_FEATURES)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]

router = APIRouter(tags=["layers"])


class Layer(BaseModel):
    """A GeoJSON FeatureCollection, EPSG:4326; ``next`` is the address of the next page, if there is one."""

    model_config = ConfigDict(json_schema_extra={"required": ["type", "name", "features", "next"]})

    type: Literal["FeatureCollection"] = "FeatureCollection"
    name: LayerName
    on: date
    units: Literal["2023", "2025"]
    invented: bool
    number_matched: int
    features: list[dict[str, Any]]
    next: str | None = None


@router.get(
    "/{workspace}/{layer}",
    summary="A layer with reach, as GeoJSON",
    response_class=Response,
    responses={200: {"model": Layer, "content": {MEDIA_TYPE: {}}}} | problems(401, 404, 422),
)
def get_layer(
    layer: LayerName,
    store: StoreOf,
    reader: Reader,
    request: Request,
    units: Units = "2023",
    on: Day = None,
    channels: Channels = None,
    limit: Limit = MOST_FEATURES,
    offset: Offset = 0,
) -> Response:
    """Return a layer: what is invented says so, and what has no point has no geometry."""
    today = local_date(store.clock())
    day = _day(on) if on else today
    workspace = store.workspace(day if day < today else None)
    chosen = tuple(dict.fromkeys(channels.split(","))) if channels else ()
    about = (workspace.version, layer, units, day, chosen, limit, offset)
    tag = f'"{hashlib.sha256(repr(about).encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if has_it(request, tag):
        return Response(status_code=304, headers=headers)
    found = layer_features(workspace, layer, on=day, units=units, channels=chosen)
    page = Layer(
        name=layer,
        on=day,
        units=units,
        invented=workspace.invented,
        number_matched=len(found),
        features=found[offset : offset + limit],
    )
    if offset + limit < len(found):
        following = urlencode({**request.query_params, "limit": limit, "offset": offset + limit})
        page.next = f"{request.url.path}?{following}"
        headers["Link"] = f'<{page.next}>; rel="next"'
    return JSONResponse(page.model_dump(mode="json"), headers=headers, media_type=MEDIA_TYPE)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ApiError(404, "no_such_day") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ApiError(404, "no_such_day")
    return day
