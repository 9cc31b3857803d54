"""Routes about the server itself: whether it is ready, and what it is."""

from __future__ import annotations

from importlib.metadata import version
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from email_assistant.api.answers import json_response
from email_assistant.api.callers import CurrentCaller
from email_assistant.api.description import problem_responses
from email_assistant.settings import APP_NAME
from email_assistant.writing.offline import OfflineWriter


class About(BaseModel):
    """What this is, and what is kept where."""

    version: str = Field(description="The version of Email Assistant.")
    model: str = Field(description="The model that is set; empty where simple rules write.")
    chosen_model: str = Field(description="The model that you chose in its place in your profile, or empty.")
    place: str = Field(description="The folder with the data; empty where people sign in.")
    conversations: int = Field(description="How many conversations of yours are kept.")


router = APIRouter(tags=["server"])


class Health(BaseModel):
    """The server is ready."""

    status: Literal["ok"] = Field(description="Always `ok`; a server that is not answers 503.")


@router.get("/health", responses=problem_responses())
async def health(caller: CurrentCaller) -> Health:
    """Return whether the server is ready: it answers and so does its database."""
    await caller.assistant.check_health()
    return Health(status="ok")


@router.get("/about", response_model=About, responses=problem_responses())
async def about(caller: CurrentCaller) -> Response:
    """Return what this is, what writes, and how much is kept of you."""
    assistant, owner = caller.assistant, caller.owner
    return json_response(
        About(
            version=version(APP_NAME),
            model="" if isinstance(assistant.model, OfflineWriter) else assistant.model.name,
            chosen_model=(await assistant.preferences(owner)).model if assistant.model_choice else "",
            place=caller.door.place,
            conversations=len(await assistant.ids(owner, begun=True)),
        )
    )
