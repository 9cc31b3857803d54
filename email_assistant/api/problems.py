"""Every error of this door as an RFC 9457 problem document, from one table."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
    StaleDraft,
    TooMany,
    TooManyConversations,
    WrongStep,
    cause_of,
)
from email_assistant.mail_reader import ReaderUnavailable
from email_assistant.store.database import DatabaseUnavailable

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 2
"""Seconds, where the model's server named none."""

MAX_WAIT = 24 * 3600

STATUS: Mapping[type, int] = {
    InvalidInput: 422,
    NotSignedIn: 401,
    TooMany: 429,
    TooManyConversations: 409,
    AccountNotFound: 404,
    ConversationNotFound: 404,
    ConversationConflict: 409,
    StaleDraft: 412,
    ModelError: 502,
    ModelBusy: 429,
    ModelTimeout: 504,
    DatabaseUnavailable: 503,
    ReaderUnavailable: 503,
}
"""An error has the status of the nearest of its classes."""

UNEXPECTED = "Something went wrong here that should not have. What was said before is safe; try again."
UNKNOWN = "There is nothing at this path. /api/docs lists what there is."
UNSUPPORTED = "This path takes another method; the Allow header field names it."
UNREADABLE = "The body is no JSON that can be read. Send UTF-8 JSON with Content-Type: application/json."


class Invalid(BaseModel):
    """One thing that is wrong in a request."""

    where: str = Field(description="Its place, such as `body.answers.0`.")
    what: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """An RFC 9457 problem document. `detail` is a sentence for a person that says what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Conflict",
                    "status": 409,
                    "detail": "The conversation does not wait for answers now; "
                    "its next step is process_feedback.",
                    "code": "WrongStep",
                    "next_step": "process_feedback",
                }
            ]
        }
    )

    type: str = Field(default="about:blank", description="Always `about:blank`: `code` tells problems apart.")
    title: str = Field(description="What the status means.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened and what to do.")
    code: str = Field(description="The kind of the problem, such as `WrongStep` or `ModelTimeout`.")
    next_step: str | None = Field(
        default=None, description="What the conversation waits for, where that is the problem."
    )
    errors: list[Invalid] | None = Field(default=None, description="What is wrong in the request.")


class ProblemResponse(Response):
    """A problem document as a response."""

    media_type = MEDIA_TYPE

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(
            problem.model_dump_json(exclude_unset=True).encode(), problem.status, {**(headers or {})}
        )


def problem_of(error: Exception) -> tuple[Problem, dict[str, str]]:
    """The problem document of an error, and the header fields that go with it."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    if status == 500:
        # Its text may hold mail.
        log.error("A request failed: %s", cause_of(error))
        return _problem(500, UNEXPECTED), {}
    problem = _problem(status, str(error), type(error).__name__)
    headers: dict[str, str] = {}
    if isinstance(error, WrongStep):
        problem.next_step = error.next_step
    if isinstance(error, ModelError):
        problem.next_step = "retry"
        problem.detail += " What was said is kept: POST /api/v1/retry/{app_id} runs the step again."
    if isinstance(error, ModelError | TooMany | DatabaseUnavailable | ReaderUnavailable):
        headers["Retry-After"] = _seconds(getattr(error, "retry_after", None) or RETRY_AFTER)
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    return problem, headers


def handle_with_problems(api: FastAPI) -> None:
    """Answer every error of `api` with a problem document."""

    @api.exception_handler(EmailAssistantError)
    async def ours(_: Request, error: EmailAssistantError) -> Response:
        return ProblemResponse(*problem_of(error))

    @api.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        return ProblemResponse(_invalid(error.errors()))

    @api.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        # What FastAPI says of a body that it could not read at all may quote it.
        said = {400: UNREADABLE, 404: UNKNOWN, 405: UNSUPPORTED}.get(error.status_code, error.detail)
        headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
        return ProblemResponse(_problem(error.status_code, said), headers)

    api.add_middleware(Unexpected)


class Unexpected:
    """ASGI middleware for what nobody foresaw: a 500 that tells nothing, and a line in the log without text.

    Starlette's own would hand the error on to the server, which logs its text, and that may be mail.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or cut the connection where the answer has begun."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            problem, _ = problem_of(error)
            if not begun:
                await ProblemResponse(problem)(scope, receive, send)


def _allowed(request: Request) -> str:
    """All methods of a path (RFC 9110, section 10.2.1); Starlette names only those of one route."""
    return ", ".join(
        method
        for method in ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    )


def _seconds(wait: float) -> str:
    """A wait as a header field; what another server named may be any number."""
    return str(math.ceil(min(max(wait, 1), MAX_WAIT)) if math.isfinite(wait) else RETRY_AFTER)


def _problem(status: int, detail: str, code: str | None = None) -> Problem:
    phrase = HTTPStatus(status).phrase
    code = code or phrase.replace(" ", "").replace("-", "")
    return Problem(type="about:blank", title=phrase, status=status, detail=detail, code=code)


def _invalid(errors: Sequence[Any]) -> Problem:
    if any(error["type"] == "json_invalid" for error in errors):
        return _problem(400, UNREADABLE)
    problem = _problem(422, "The request cannot be used; `errors` says where. Correct it and send it again.")
    # Nothing of what was sent is repeated: it may be mail.
    problem.errors = [
        Invalid(where=".".join(map(str, error["loc"])), what=error["msg"]) for error in errors[:20]
    ]
    return problem
