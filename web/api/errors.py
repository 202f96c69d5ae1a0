"""What the API answers when it can't do what was asked: one shape, with a sentence in both languages."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import OperationalError, TimeoutError
from starlette.exceptions import HTTPException

from geo.errors import DataFolderError
from geo.text import LANGUAGES, Words
from records.errors import Forbidden, RecordsError
from records.store import is_full

RETRY_AFTER_S = 5
"""Seconds after which whoever finds the store busy asks again."""
RETRY_FULL_AFTER_S = 300
"""Seconds after which whoever finds the disk full asks again: someone has to make room first."""

STATUS_OF = {
    "other_account": 403,
    "unknown_report": 404,
    "unknown_photo": 404,
    "report_changed": 409,
    "photo_too_long": 422,
    "photo_differs": 422,
}
"""HTTP status by the code of `records.errors.Refused`."""


class Problem(BaseModel):
    """Why something was not done, and what to do about it.

    ``at`` names where in the request it is, such as ``body.photos.0.hash``.
    """

    code: str
    problem: str
    problem_en: str
    at: list[str] = []


MEANING_OF = {
    401: "Not signed in",
    403: "Sent by another site, or of another account",
    404: "No such workspace, report or photo",
    409: "Another report came under this id, or the piece does not begin where the last one ended",
    413: "Too large",
    415: "Neither JSON nor JPEG",
    422: "Malformed, or the photo is not what the report named",
}
"""What is documented of each status."""


def problems(*statuses: int) -> dict[int | str, dict[str, object]]:
    """Return the documentation of answers other than what was asked for."""
    documented = {}
    for status in statuses:
        documented[status] = {"description": MEANING_OF[status]}
        # What is too large is refused before the API reads it.
        if status != 413:
            documented[status]["model"] = Problem
    return documented


class ApiError(Exception):
    """An answer other than what was asked for.

    Parameters
    ----------
    status : int
        HTTP status.
    code : str
        Key of its text under ``api.error``.
    headers : mapping, optional
        Headers of the answer.
    """

    def __init__(self, status: int, code: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


def problem(status: int, code: str, *, at: list[str] | None = None, **headers: str) -> JSONResponse:
    """Return an answer whose text is ``api.error`` and its code."""
    vietnamese, english = (Words(lang)(f"api.error.{code}") for lang in LANGUAGES)
    content = Problem(code=code, problem=vietnamese, problem_en=english, at=at or [])
    return JSONResponse(content.model_dump(), status, headers={"Cache-Control": "no-store", **headers})


def _busy(error: Exception) -> JSONResponse:
    logging.getLogger(__name__).warning("The store did not answer in time.", exc_info=error)
    return problem(503, "busy", **{"Retry-After": str(RETRY_AFTER_S)})


def _full(error: Exception) -> JSONResponse:
    logging.getLogger(__name__).error("The disk takes nothing more.", exc_info=error)
    return problem(507, "no_room", **{"Retry-After": str(RETRY_FULL_AFTER_S)})


def _refusal(error: RecordsError) -> JSONResponse:
    code = getattr(error, "code", "forbidden")
    if code == "busy":
        # Said of the moment, not of what was sent: whoever sends tries again.
        return _busy(error)
    status = 403 if isinstance(error, Forbidden) else STATUS_OF.get(code, 422)
    vietnamese, english = (error.explain(Words(lang)) for lang in LANGUAGES)
    content = Problem(code=code, problem=vietnamese, problem_en=english)
    return JSONResponse(content.model_dump(), status, headers={"Cache-Control": "no-store"})


def _malformed(errors: list[Mapping[str, object]]) -> JSONResponse:
    at = [".".join(map(str, one["loc"])) for one in errors]
    if all(one.startswith("path.layer") for one in at):
        return problem(404, "not_found")
    return problem(422, "malformed", at=at[:20])


def handle_errors(app: FastAPI) -> None:
    """Let an API answer every error as a `Problem`."""

    @app.exception_handler(ApiError)
    async def answered(_: Request, error: ApiError) -> JSONResponse:
        return problem(error.status, error.code, **error.headers)

    @app.exception_handler(RecordsError)
    async def refused(_: Request, error: RecordsError) -> JSONResponse:
        return _refusal(error)

    @app.exception_handler(DataFolderError)
    async def unusable(_: Request, error: DataFolderError) -> JSONResponse:
        return problem(503, "no_data")

    @app.exception_handler(OperationalError)
    @app.exception_handler(TimeoutError)
    async def not_now(_: Request, error: Exception) -> JSONResponse:
        return _full(error) if is_full(error) else _busy(error)

    @app.exception_handler(OSError)
    async def not_written(_: Request, error: OSError) -> JSONResponse:
        return _full(error)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        return _malformed(error.errors())

    @app.exception_handler(ValidationError)
    async def unreadable(_: Request, error: ValidationError) -> JSONResponse:
        return _malformed(error.errors())

    @app.exception_handler(HTTPException)
    async def other(_: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "not_allowed", 413: "too_large"}.get(error.status_code, "malformed")
        return problem(error.status_code, code, **dict(error.headers or {}))
