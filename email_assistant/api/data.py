"""Routes for all that is kept of a person: take it along, or delete it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field

from email_assistant.api.answers import NOT_CACHED, json_response
from email_assistant.api.callers import CurrentCaller
from email_assistant.api.description import problem_responses
from email_assistant.mail import attached_as
from email_assistant.service.export import export_filename, exported

router = APIRouter(tags=["data"])


class Deleted(BaseModel):
    """What became of all conversations."""

    deleted: int = Field(description="How many are gone.")
    kept: int = Field(description="How many are left, because another program works on them now.")
    detail: str = Field(description="What is left and what to do, in a sentence; empty where nothing is.")


@router.get(
    "/export",
    response_class=Response,
    responses={
        200: {
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            "description": "`profile.json`, each conversation as `state` answers it, and the files that "
            "emails came as.",
        },
        **problem_responses(),
    },
)
async def export(caller: CurrentCaller) -> Response:
    """Return all that is kept of you, as one ZIP file."""
    pieces = exported(caller.assistant, caller.owner)
    first = await anext(pieces)  # what fails at once has a status of its own

    async def all_of_it() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    headers = NOT_CACHED | {"Content-Disposition": attached_as(export_filename())}
    return StreamingResponse(all_of_it(), headers=headers, media_type="application/zip")


@router.delete("/conversations", response_model=Deleted, responses=problem_responses())
async def delete_all(caller: CurrentCaller) -> Response:
    """Remove all your conversations and all that belongs to them, for good. Your profile stays."""
    emptied = await caller.assistant.delete_all(caller.owner)
    return json_response(Deleted(deleted=emptied.deleted, kept=emptied.kept, detail=emptied.detail))
