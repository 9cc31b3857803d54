"""Chainlit's data layer as a view of the conversations: the sidebar and the threads, no stored messages."""

from __future__ import annotations

from typing import Any

from chainlit.data.base import BaseDataLayer
from chainlit.element import Element, ElementDict
from chainlit.step import StepDict
from chainlit.types import Feedback, PageInfo, PaginatedResponse, Pagination, ThreadDict, ThreadFilter
from chainlit.user import PersistedUser, User

from email_assistant.chat import texts, transcript
from email_assistant.chat.host import page
from email_assistant.chat.host.session import owner, set_requesting_user
from email_assistant.errors import ConversationNotFound
from email_assistant.service.assistant import EmailAssistant
from email_assistant.store.database import HELD_BACK

MAX_PAGE = 100


class ConversationThreads(BaseDataLayer):
    """What Chainlit asks for is computed; what it would store is known already."""

    def __init__(self, assistant: EmailAssistant) -> None:
        self._assistant = assistant

    async def get_user(self, identifier: str) -> PersistedUser:
        """Return the signed-in user; accounts are not Chainlit's to keep."""
        set_requesting_user(identifier)
        return PersistedUser(id=identifier, identifier=identifier, createdAt="1970-01-01T00:00:00Z")

    async def create_user(self, user: User) -> PersistedUser:
        """Do as `get_user`."""
        return await self.get_user(user.identifier)

    async def get_thread_author(self, thread_id: str) -> str:
        """Return the owner, or "" if the conversation is unknown to the signed-in user."""
        return owner() if await self.get_thread(thread_id) else ""

    async def get_thread(self, thread_id: str) -> ThreadDict | None:
        """Return the thread of a conversation, or None."""
        try:
            return transcript.thread(await self._assistant.view(owner(), thread_id), owner())
        except ConversationNotFound:
            return None

    async def list_threads(
        self, pagination: Pagination, filters: ThreadFilter
    ) -> PaginatedResponse[ThreadDict]:
        """Return a page of the sidebar, newest activity first."""
        page = await self._assistant.page(
            owner(),
            cursor=pagination.cursor,
            search=filters.search or "",
            size=max(1, min(pagination.first, MAX_PAGE)),
        )
        threads = [
            ThreadDict(
                id=row.app_id,
                # Chainlit groups the sidebar by this date, and what counts there is the newest activity.
                createdAt=row.updated_at.isoformat(),
                name=row.title or texts.UNTITLED,
                userId=owner(),
                userIdentifier=owner(),
                tags=[],
                metadata={},
                steps=[],
                elements=[],
            )
            for row in page.conversations
        ]
        cursor = page.next_cursor
        return PaginatedResponse(
            data=threads,
            pageInfo=PageInfo(hasNextPage=cursor is not None, startCursor=None, endCursor=cursor),
        )

    async def update_thread(
        self,
        thread_id: str,
        name: str | None = None,
        user_id: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: list[str] | None = None,
    ) -> None:
        """Rename. Chainlit's own calls bring a user or metadata along, of which nothing is kept."""
        if name is not None and user_id is None and metadata is None:
            await self._assistant.rename(owner(), thread_id, name)

    async def delete_thread(self, thread_id: str) -> None:
        """Remove the conversation and all that belongs to it; tabs are notified as of any deletion."""
        all_is_gone = await self._assistant.delete(owner(), thread_id)
        if not all_is_gone:
            await page.toast_other_tabs(owner(), thread_id, HELD_BACK)

    async def get_element(self, thread_id: str, element_id: str) -> ElementDict | None:
        """Return one element of a thread."""
        thread = await self.get_thread(thread_id)
        elements = (thread and thread["elements"]) or []
        return next((element for element in elements if element["id"] == element_id), None)

    async def create_element(self, element: Element) -> None:
        """Do nothing: the state is the only record."""

    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None:
        """Do nothing."""

    async def create_step(self, step_dict: StepDict) -> None:
        """Do nothing."""

    async def update_step(self, step_dict: StepDict) -> None:
        """Do nothing."""

    async def delete_step(self, step_id: str) -> None:
        """Do nothing."""

    async def upsert_feedback(self, feedback: Feedback) -> str:
        """Do nothing: thumbs are off."""
        return ""

    async def delete_feedback(self, feedback_id: str) -> bool:
        """Do nothing."""
        return False

    async def get_favorite_steps(self, user_id: str) -> list[StepDict]:
        """Return None: favourites are off."""
        return []

    async def build_debug_url(self) -> str:
        """Return None."""
        return ""

    async def close(self) -> None:
        """Do nothing: the database is not this layer's to close."""
