"""Routes for conversations as a whole: begin, look, list, rename, archive, delete."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from email_assistant.api.answers import Answer, json_response
from email_assistant.api.bodies import Archiving, Title
from email_assistant.api.callers import AppId, CurrentCaller, current_caller
from email_assistant.api.description import ETAG, problem_responses
from email_assistant.api.preconditions import unchanged
from email_assistant.api.requests import WriteRequest
from email_assistant.service.document import EmailAssistantState, shown
from email_assistant.store.database import HELD_BACK
from email_assistant.store.pages import Page
from email_assistant.store.rows import MAX_TITLE, Stage

MAX_PAGE = 100


class HeldBack(BaseModel):
    """What was deleted, and of which bytes are left for now."""

    detail: str = Field(description="Why, and until when.")


class Summary(BaseModel):
    """A conversation in the list."""

    app_id: str = Field(description="Its id.", json_schema_extra={"format": "uuid"})
    title: str = Field(description="Its title; empty before there is an email.")
    created_at: datetime = Field(description="When it began, in UTC.")
    updated_at: datetime = Field(description="Its newest activity, in UTC.")
    who: str = Field(description="The name or address of whom it is answered; empty if the email names none.")
    stage: Stage | None = Field(
        description="Where it stands: it waits for answers or for feedback on a draft, is done, is being "
        "worked on, or its last step did not finish."
    )
    archived: bool = Field(description="Whether it is off the list.")


class ConversationList(BaseModel):
    """Some conversations, newest activity first."""

    conversations: list[Summary] = Field(description="The conversations of this page.")
    next_cursor: str | None = Field(description="`cursor` of the next page; null on the last one.")


class Change(BaseModel):
    """A run of text."""

    kind: Literal["same", "removed", "added"] = Field(description="What became of it.")
    text: str = Field(description="The text.")


class DraftDiff(BaseModel):
    """What changed from one draft to another, word by word."""

    from_version: int = Field(description="The draft before.")
    to_version: int = Field(description="The draft after.")
    changes: list[Change] = Field(
        description="In reading order: without the added ones the text before, without the removed after."
    )


class PlainRoute(APIRoute):
    """A route that FastAPI only documents: its function gets the request and the parameters of the path."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Call the function without looking for dependencies."""
        endpoint = self.endpoint

        async def handle(request: Request) -> Response:
            response: Response = await endpoint(request, **request.path_params)
            return response

        return handle


router = APIRouter(tags=["conversations"])


@router.post(
    "/create",
    status_code=201,
    response_model=EmailAssistantState,
    responses={
        201: {
            "headers": ETAG
            | {"Location": {"schema": {"type": "string"}, "description": "The path of its state."}}
        },
        **problem_responses(409, 422),
    },
)
async def create(request: WriteRequest) -> Response:
    """Begin a conversation; it waits for an email."""
    return await request.create()


async def state(request: Request, app_id: AppId) -> Response:
    """Return the conversation as it stands."""
    caller = await current_caller(request)
    return Answer.of(await caller.assistant.view(caller.owner, app_id)).response()


router.add_api_route(
    "/{app_id}/state",
    state,
    response_model=EmailAssistantState,
    responses={200: {"headers": ETAG}, **problem_responses(404, 422)},
    route_class_override=PlainRoute,  # it is called more often than all the rest: see `python -m bench api`
)


@router.get("/conversations", response_model=ConversationList, responses=problem_responses(422))
async def list_conversations(
    caller: CurrentCaller,
    cursor: Annotated[
        str | SkipJsonSchema[None], Query(description="`next_cursor` of the page before.")
    ] = None,
    search: Annotated[
        str,
        Query(
            description="Only those that have all these words, or words that begin so, in the email, in what "
            "was said, in the drafts or the title; also archived ones.",
            max_length=MAX_TITLE,
        ),
    ] = "",
    archived: Annotated[
        bool | SkipJsonSchema[None],
        Query(description="Only those that are archived, or only those that are not."),
    ] = None,
    limit: Annotated[int, Query(description="At most so many.", ge=1, le=MAX_PAGE)] = 20,
) -> Response:
    """List your conversations, newest activity first, page by page."""
    return _listed(
        await caller.assistant.page(caller.owner, cursor=cursor, search=search, archived=archived, size=limit)
    )


@router.put(
    "/rename/{app_id}",
    response_model=EmailAssistantState,
    responses={200: {"headers": ETAG}, **problem_responses(400, 404, 412, 413, 422)},
    dependencies=[Depends(unchanged)],
)
async def rename(caller: CurrentCaller, app_id: AppId, body: Title) -> Response:
    """Give a conversation a title of your own, which the email's subject does not replace any more."""
    await caller.assistant.rename(caller.owner, app_id, body.title)
    return Answer.of(await caller.assistant.view(caller.owner, app_id)).response()


@router.put(
    "/archive", status_code=204, response_class=Response, responses=problem_responses(400, 404, 413, 422)
)
async def archive(caller: CurrentCaller, body: Archiving) -> Response:
    """Take conversations off the list, or put them back: all of them, or none if one is unknown."""
    await caller.assistant.archive(caller.owner, body.app_ids, archived=body.archived)
    return Response(status_code=204)


@router.delete(
    "/delete/{app_id}",
    status_code=204,
    response_class=Response,
    responses={
        202: {
            "model": HeldBack,
            "description": "It is deleted; the last bytes go when another program ends reading the database, "
            "or when the file storage answers.",
        },
        **problem_responses(404, 409, 412, 422),
    },
    dependencies=[Depends(unchanged)],
)
async def delete(caller: CurrentCaller, app_id: AppId) -> Response:
    """Remove a conversation and all that belongs to it, for good."""
    if await caller.assistant.delete(caller.owner, app_id):
        return Response(status_code=204)
    return json_response(HeldBack(detail=HELD_BACK), 202)


@router.get("/{app_id}/diff", response_model=DraftDiff, responses=problem_responses(404, 422))
async def diff(
    caller: CurrentCaller,
    app_id: AppId,
    to_version: Annotated[
        int | SkipJsonSchema[None], Query(description="The draft after; the newest if not given.", ge=1)
    ] = None,
    from_version: Annotated[
        int | SkipJsonSchema[None],
        Query(description="The draft before; the one before `to_version` if not given.", ge=1),
    ] = None,
) -> Response:
    """Return what changed from one draft to another, word by word."""
    changes = (await caller.assistant.view(caller.owner, app_id)).changes(to_version, from_version)
    return json_response(
        DraftDiff(
            from_version=changes.before,
            to_version=changes.after,
            changes=[Change(kind=kind, text=text) for kind, text in changes.runs],
        )
    )


def _listed(page: Page) -> Response:
    """Return a page as JSON, without checking its rows again: they are ours."""
    rows = [shown(Summary, row) for row in page.conversations]
    return json_response(ConversationList.model_construct(conversations=rows, next_cursor=page.next_cursor))
