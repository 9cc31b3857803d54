"""What Chainlit's own HTTP routes answer where the service or a check of a request refuses."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from email_assistant.chat import texts
from email_assistant.errors import (
    ConversationConflict,
    ConversationNotFound,
    EmailAssistantError,
    InvalidInput,
)

STATUS = {InvalidInput: 400, ConversationNotFound: 404, ConversationConflict: 409}
"""All other errors of ours: 503."""


def register(app: FastAPI) -> None:
    """Let `app`, which is Chainlit's, answer errors of ours with their sentence, which its page shows."""
    app.add_exception_handler(EmailAssistantError, _refused)
    app.add_exception_handler(ValidationError, _unreadable)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 503)
    return JSONResponse({"detail": str(error)}, status)


async def _unreadable(_: Request, error: Exception) -> JSONResponse:
    # The error's own text repeats what was sent.
    return JSONResponse({"detail": texts.BAD_TAP}, 422)
