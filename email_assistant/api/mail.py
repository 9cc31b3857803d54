"""Routes for mail as files: an email to answer comes in, the reply goes out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import Response
from pydantic.json_schema import SkipJsonSchema

from email_assistant.api.answers import NOT_CACHED
from email_assistant.api.bodies import MAX_TEXT
from email_assistant.api.callers import AppId, CurrentCaller
from email_assistant.api.description import problem_responses
from email_assistant.api.requests import TurnRequest
from email_assistant.api.steps import TURN
from email_assistant.conversation.commands import EmailFile, NewEmail
from email_assistant.mail import attached_as, reply_filename

MAX_FILES = 20

router = APIRouter(tags=["mail"])


@router.put("/upload_email/{app_id}", **TURN)
async def upload_email(
    request: TurnRequest,
    files: Annotated[
        list[UploadFile],
        File(
            description="A .eml or .msg file as it was saved; several are one thread.",
            min_length=1,
            max_length=MAX_FILES,
        ),
    ],
    response_instructions: Annotated[
        str, Form(description='How to answer it; "" leads to the question.', max_length=MAX_TEXT)
    ] = "",
) -> Response:
    """Give the email as a file and say how to answer it; as `initialize_draft`. The file is kept whole."""
    read = tuple([EmailFile(file.filename or "", await file.read()) for file in files])
    return await request.answer(NewEmail(instructions=response_instructions, files=read, first_only=True))


@router.get(
    "/{app_id}/reply.eml",
    response_class=Response,
    responses={
        200: {
            "content": {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}},
            "description": "The reply, addressed and in its thread, as mail programs open it for sending.",
        },
        **problem_responses(404, 409, 422),
    },
)
async def reply(
    caller: CurrentCaller,
    app_id: AppId,
    reply_all: Annotated[
        bool | SkipJsonSchema[None],
        Query(description="Whether it goes to all recipients; as `reply` says if not given."),
    ] = None,
    quote: Annotated[
        bool | SkipJsonSchema[None],
        Query(description="Whether it quotes the email; as you prefer if not given."),
    ] = None,
) -> Response:
    """Return the newest draft as a .eml file (RFC 5322)."""
    message = await caller.assistant.reply_file(caller.owner, app_id, reply_all=reply_all, quote=quote)
    view = await caller.assistant.view(caller.owner, app_id)
    headers = NOT_CACHED | {"Content-Disposition": attached_as(reply_filename(view.header.subject))}
    return Response(message, headers=headers, media_type="message/rfc822")


@router.get(
    "/{app_id}/originals/{file_id}",
    response_class=Response,
    responses={
        200: {
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            "description": "The file, byte for byte.",
        },
        **problem_responses(404, 422),
    },
)
async def original(caller: CurrentCaller, app_id: AppId, file_id: str) -> Response:
    """Return a file that an email came as; `originals` of the state names them."""
    headers = NOT_CACHED | {"Content-Disposition": "attachment"}
    content = await caller.assistant.original(caller.owner, app_id, file_id)
    return Response(content, headers=headers, media_type="application/octet-stream")
