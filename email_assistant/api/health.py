"""A route for whoever watches the server."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from email_assistant.api.callers import CurrentCaller
from email_assistant.api.description import problem_responses

router = APIRouter(tags=["server"])


class Health(BaseModel):
    """The server is ready."""

    status: Literal["ok"] = Field(description="Always `ok`; a server that is not answers 503.")


@router.get("/health", responses=problem_responses())
async def health(caller: CurrentCaller) -> Health:
    """Whether the server is ready: it answers and so does its database."""
    await caller.assistant.check_health()
    return Health(status="ok")
