"""What the sidebar of the page asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from chainlit.auth import get_current_user
from chainlit.server import app
from chainlit.user import PersistedUser, User
from fastapi import Depends, HTTPException
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from email_assistant.service.assistant import EmailAssistant
from email_assistant.store.conversations import MAX_AT_ONCE
from email_assistant.store.rows import MAX_TITLE, Stage

MAX_PAGE = 100

SignedIn = Annotated[User | PersistedUser | None, Depends(get_current_user)]


class Asked(BaseModel):
    """Which part of the list the sidebar shows."""

    model_config = ConfigDict(extra="ignore")

    cursor: str | None = Field(default=None, max_length=1000)
    search: str = Field(default="", max_length=MAX_TITLE)
    archived: bool = False
    size: int = Field(default=40, ge=1, le=MAX_PAGE)


class Archiving(BaseModel):
    """Which conversations go off the list, or come back."""

    model_config = ConfigDict(extra="ignore")

    ids: list[str] = Field(max_length=MAX_AT_ONCE)
    archived: bool


class Row(BaseModel):
    """A conversation in the sidebar."""

    id: str
    title: str
    who: str
    stage: Stage | None
    archived: bool
    at: datetime


class Rows(BaseModel):
    """A page of them."""

    rows: list[Row]
    next: str | None


class Sidebar:
    """Answers the page's own sidebar."""

    def __init__(self, assistant: EmailAssistant) -> None:
        self._assistant = assistant

    async def rows(self, asked: Asked, user: SignedIn) -> Rows:
        """Return a part of the list, or of what a search finds, also among what is archived."""
        page = await self._assistant.page(
            _name(user),
            cursor=asked.cursor,
            search=asked.search,
            archived=True if asked.archived else None,
            size=asked.size,
        )
        rows = [
            Row(
                id=row.app_id,
                title=row.title,
                who=row.who,
                stage=row.stage,
                archived=row.archived,
                at=row.updated_at,
            )
            for row in page.conversations
        ]
        return Rows(rows=rows, next=page.next_cursor)

    async def archive(self, asked: Archiving, user: SignedIn) -> None:
        """Take conversations off the list, or put them back."""
        await self._assistant.archive(_name(user), asked.ids, archived=asked.archived)


def register(assistant: EmailAssistant) -> None:
    """Put the routes of the sidebar before Chainlit's own."""
    sidebar = Sidebar(assistant)
    app.router.routes[:0] = [
        APIRoute("/project/conversations", sidebar.rows, methods=["POST"], response_model=Rows),
        APIRoute("/project/conversations/archive", sidebar.archive, methods=["PUT"], status_code=204),
    ]


def _name(user: User | PersistedUser | None) -> str:
    if user is None:
        raise HTTPException(401, "Unauthorized")
    return user.identifier
