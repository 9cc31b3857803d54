"""The list of an owner's conversations, page by page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from email_assistant.service.turns import RunningTurns
from email_assistant.store.conversations import Conversations
from email_assistant.store.pages import Page
from email_assistant.store.rows import Conversation
from email_assistant.store.states import States


@dataclass(frozen=True)
class ConversationList:
    """Reads the rows, brings those of earlier versions up to date, and adds what runs now."""

    conversations: Conversations
    states: States
    turns: RunningTurns

    async def page(
        self,
        owner: str,
        *,
        cursor: str | None = None,
        search: str = "",
        archived: bool | None = None,
        size: int = 20,
    ) -> Page:
        """Return some of the owner's conversations, newest activity first (see `Conversations.page`)."""
        read = partial(
            self.conversations.page, owner, cursor=cursor, search=search, archived=archived, size=size
        )
        if search.strip():
            await self.states.project(owner)
        page = await read()
        old = [row.app_id for row in page.conversations if not row.stage]
        if old and await self.states.project(owner, old):
            page = await read()
        rows = [await self._with_live_stage(row) for row in page.conversations]
        return Page(tuple(rows), page.next_cursor)

    async def _with_live_stage(self, row: Conversation) -> Conversation:
        """Say "failed" of a step that did not finish, unless somebody runs it now."""
        if row.stage in ("writing", "failed"):
            runs = self.turns.runs(row.app_id) or await self.turns.runs_elsewhere(row.app_id)
            return replace(row, stage="writing" if runs else "failed")
        return row
