"""Responses of Chainlit's HTTP routes to our errors and to requests that cannot be read."""

from __future__ import annotations

import math

from fastapi import FastAPI, HTTPException, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from email_assistant.chat import texts
from email_assistant.errors import (
    ConversationConflict,
    ConversationNotFound,
    EmailAssistantError,
    InvalidInput,
    NotSignedIn,
    QuotaExceeded,
    RateLimited,
)
from email_assistant.translations import retold

STATUS = {
    InvalidInput: 400,
    NotSignedIn: 401,
    ConversationNotFound: 404,
    ConversationConflict: 409,
    RateLimited: 429,
    QuotaExceeded: 409,
}
"""All other errors of ours: 503."""


def register(app: FastAPI) -> None:
    """Let Chainlit's `app` answer our errors with their sentence, which its page shows."""
    app.add_exception_handler(EmailAssistantError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ValidationError, _unreadable)
    app.add_exception_handler(RequestValidationError, _unreadable)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 503)
    headers = {"Retry-After": str(math.ceil(error.retry_after))} if isinstance(error, RateLimited) else None
    return JSONResponse({"detail": retold(str(error))}, status, headers)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these
    if isinstance(error.detail, str):
        error.detail = retold(error.detail)
    return await http_exception_handler(request, error)


async def _unreadable(_: Request, error: Exception) -> JSONResponse:
    # The errors' own texts repeat what was sent.
    return JSONResponse({"detail": texts.BAD_TAP}, 422)
