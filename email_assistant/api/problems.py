"""Every error of this door as an RFC 9457 problem document, from one table."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from email_assistant.errors import (
    AccountNotFound,
    ConversationConflict,
    ConversationNotFound,
    EmailAssistantError,
    InvalidInput,
    ModelBusy,
    ModelError,
    ModelTimeout,
    NotSignedIn,
    QuotaExceeded,
    RateLimited,
    StaleDraft,
    WrongStep,
    cause_of,
)
from email_assistant.guard.problem import UNEXPECTED, Invalid, Problem
from email_assistant.mail_reader import ReaderUnavailable
from email_assistant.store.database import DatabaseUnavailable
from email_assistant.store.places import FilesUnavailable
from email_assistant.translations import translated

log = logging.getLogger(__name__)

RETRY_AFTER = 2
"""Seconds, where the model's server named none."""

MAX_WAIT = 24 * 3600
MAX_ERRORS = 20

STATUS: Mapping[type, int] = {
    InvalidInput: 422,
    NotSignedIn: 401,
    RateLimited: 429,
    QuotaExceeded: 409,
    AccountNotFound: 404,
    ConversationNotFound: 404,
    ConversationConflict: 409,
    StaleDraft: 412,
    ModelError: 502,
    ModelBusy: 429,
    ModelTimeout: 504,
    DatabaseUnavailable: 503,
    FilesUnavailable: 503,
    ReaderUnavailable: 503,
}
"""An error has the status of the nearest of its classes."""

RETRY = "Your input is saved: POST /api/v1/retry/{app_id} runs the step again."
UNKNOWN = "There is nothing at this path. /api/docs lists what there is."
UNSUPPORTED = "This path takes another method; the Allow header field names it."
INVALID = "The request cannot be used; `errors` says where. Correct it and send it again."
UNREADABLE = "The body is no JSON that can be read. Send UTF-8 JSON with Content-Type: application/json."


def problem_of(error: Exception) -> tuple[Problem, dict[str, str]]:
    """Return the problem document of an error, and the header fields that go with it."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    if status == 500:
        # Its text may hold mail.
        log.error("A request failed: %s", cause_of(error))
        return Problem.of(500, UNEXPECTED), {}
    problem = Problem.of(status, str(error), type(error).__name__)
    headers: dict[str, str] = {}
    if isinstance(error, InvalidInput) and error.fields:
        problem.errors = [
            Invalid(where=f"body.{field}", what=sentence) for field, sentence in error.fields.items()
        ][:MAX_ERRORS]
    if isinstance(error, WrongStep):
        problem.next_step = error.next_step
    if isinstance(error, ModelError):
        problem.next_step = "retry"
        problem.detail += f" {translated(RETRY)}"
    if isinstance(error, (ModelError, RateLimited, DatabaseUnavailable, FilesUnavailable, ReaderUnavailable)):
        headers["Retry-After"] = _seconds(getattr(error, "retry_after", None) or RETRY_AFTER)
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    return problem, headers


def handle_with_problems(api: FastAPI) -> None:
    """Answer every error of `api` with a problem document."""

    @api.exception_handler(EmailAssistantError)
    async def ours(_: Request, error: EmailAssistantError) -> Response:
        problem, headers = problem_of(error)
        return problem.response(headers)

    @api.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        return _invalid(error.errors()).response()

    @api.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        # What FastAPI says of a body that it could not read at all may quote it.
        said = {400: UNREADABLE, 404: UNKNOWN, 405: UNSUPPORTED}.get(error.status_code, error.detail)
        headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
        return Problem.of(error.status_code, said).response(headers)

    @api.exception_handler(Exception)
    async def unexpected(_: Request, __: Exception) -> Response:
        # Starlette raises it again, for the guard to log without its text, which may be mail.
        return Problem.of(500, UNEXPECTED).response()


def _allowed(request: Request) -> str:
    """Return all methods of a path (RFC 9110, section 10.2.1); Starlette names only those of one route."""
    return ", ".join(
        method
        for method in ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    )


def _seconds(wait: float) -> str:
    """Return a wait as a header field; what another server named may be any number."""
    return str(math.ceil(min(max(wait, 1), MAX_WAIT)) if math.isfinite(wait) else RETRY_AFTER)


def _invalid(errors: Sequence[Any]) -> Problem:
    if any(error["type"] == "json_invalid" for error in errors):
        return Problem.of(400, UNREADABLE)
    problem = Problem.of(422, INVALID)
    # Nothing of what was sent is repeated: it may be mail.
    problem.errors = [
        Invalid(where=".".join(map(str, error["loc"])), what=error["msg"]) for error in errors[:MAX_ERRORS]
    ]
    return problem
