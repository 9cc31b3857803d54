"""The rows of the sidebar: list, search, rename and delete the conversations of one owner."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from email_assistant.errors import ConversationNotFound, InvalidInput
from email_assistant.store.database import Database
from email_assistant.store.pages import FIRST_PAGE, NEXT_PAGE, PAGE_SIZE, Page, cursor_after, found, position
from email_assistant.store.rows import (
    APP_ID_BEGINNING,
    HIGHEST_ID,
    LOWEST_ID,
    Conversation,
    conversation_of,
    is_id,
    not_found,
    owned,
    plain_title,
    shelf_of,
)
from email_assistant.store.schema import NOTHING_RUN, claims, conversations
from email_assistant.store.search import add_words, merge

UNTOUCHED_FOR = timedelta(days=1)
"""How long a conversation in which nothing was said is kept."""
MAX_AT_ONCE = 500
"""Conversations that one call archives or deletes."""

_ONE = select(conversations).where(
    conversations.c.app_id == bindparam("app_id"), conversations.c.owner == bindparam("owner")
)


class Conversations:
    """The conversations in a database; every call is scoped by their owner."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, owner: str, app_id: str | None = None) -> Conversation:
        """Begin a conversation in which nothing was said yet, under a new id if none is given.

        Raises:
            ConversationNotFound: `app_id` is no UUID, or somebody else's.
        """
        app_id = app_id or str(uuid.uuid4())
        if not is_id(app_id):
            raise not_found(app_id)
        now = datetime.now(UTC)
        row: dict[str, Any] = {"app_id": app_id, "title": "", "created_at": now, "updated_at": now}
        row |= {"sequence_id": NOTHING_RUN}
        new = insert(conversations).values(owner=owner, renamed=False, shelf="untouched", **row)
        forgotten = delete(conversations).where(
            conversations.c.owner == owner,
            conversations.c.shelf == "untouched",
            conversations.c.updated_at < now - UNTOUCHED_FOR,
        )

        def begin(connection: Connection) -> None:
            connection.execute(forgotten)
            connection.execute(new)

        try:
            await self._database.write(begin)
        except IntegrityError:
            return await self.find(owner, app_id)
        return Conversation(**row, position=None, status=None, problem=None)

    async def count(self, owner: str) -> int:
        """Return how many conversations `owner` keeps."""
        query = select(func.count()).where(conversations.c.owner == owner)
        return await self._database.read(lambda connection: connection.scalars(query).one())

    async def ids(self, owner: str, *, begun: bool = False) -> list[str]:
        """Return the ids of the owner's conversations, oldest first; if `begun`, of those with a message."""
        query = (
            select(conversations.c.app_id)
            .where(conversations.c.owner == owner)
            .order_by(conversations.c.created_at, conversations.c.app_id)
        )
        if begun:
            query = query.where(conversations.c.shelf != "untouched")
        return await self._database.read(lambda connection: [*connection.scalars(query)])

    async def find(self, owner: str, app_id: str) -> Conversation:
        """Return the conversation `app_id`.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
        """
        if is_id(app_id):
            wanted = {"app_id": app_id, "owner": owner}
            for row in await self._database.fetch(_ONE, wanted):
                return conversation_of(row)
        raise not_found(app_id)

    async def resolve_id(self, owner: str, beginning: str) -> str:
        """Return the id of the owner's one conversation whose id begins so.

        `beginning` has 8 characters or more.

        Raises:
            ConversationNotFound: there is none, or it is not the only one.
        """
        if not APP_ID_BEGINNING.fullmatch(beginning):
            raise not_found(beginning)
        # A range reads the index, where LIKE would not; ids of full length sort alike in every collation.
        first, last = (beginning + filled[len(beginning) :] for filled in (LOWEST_ID, HIGHEST_ID))
        within = conversations.c.app_id.between(first, last)
        query = select(conversations.c.app_id).where(conversations.c.owner == owner, within).limit(2)
        found = await self._database.read(lambda connection: connection.scalars(query).all())
        if len(found) > 1:
            raise ConversationNotFound(
                f"Several conversations begin with {beginning!r}. Give more of the id."
            )
        if not found:
            raise not_found(beginning)
        return str(found[0])

    async def page(
        self,
        owner: str,
        *,
        cursor: str | None = None,
        search: str = "",
        archived: bool | None = None,
        size: int = PAGE_SIZE,
    ) -> Page:
        """Return the next `size` conversations, newest activity first.

        A conversation in which nothing was said is not listed.

        Args:
            owner: whose conversations.
            cursor: the `next_cursor` of the page before, nothing for the first page.
            search: only those that have all these words, or words that begin so.
            archived: only those that are archived, or are not. None is all for a search, else not archived.
            size: at most so many.

        Raises:
            InvalidInput: the cursor is not one of ours.
        """
        parameters: dict[str, Any] = {"owner": owner, "most": size + 1}
        if cursor:
            parameters |= position(cursor)
        if search.strip():
            rows = await self._database.read(
                lambda connection: found(connection, search, archived, parameters)
            )
        else:
            parameters["shelf"] = shelf_of(bool(archived))
            rows = await self._database.fetch(NEXT_PAGE if cursor else FIRST_PAGE, parameters)
        shown = tuple(map(conversation_of, rows[:size]))
        return Page(shown, cursor_after(shown[-1]) if len(rows) > size else None)

    async def rename(self, owner: str, app_id: str, title: str) -> None:
        """Give a conversation the person's own title, which no computed one replaces.

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
            InvalidInput: the title is empty.
        """
        title = plain_title(title)
        if not title:
            raise InvalidInput("A title needs at least one character.")
        shelf = case((conversations.c.shelf == "untouched", "open"), else_=conversations.c.shelf)
        named = {"title": title, "renamed": True, "shelf": shelf}
        rename = update(conversations).where(owned(owner, app_id)).values(named)

        def put(connection: Connection) -> bool:
            if not connection.execute(rename).rowcount:
                return False
            add_words(connection, app_id, title)
            return True

        if not await self._database.write(put):
            raise not_found(app_id)

    async def archive(self, owner: str, app_ids: Sequence[str], *, archived: bool) -> None:
        """Take conversations off the list, or put them back; all of them or none.

        Raises:
            ConversationNotFound: one is unknown, or not `owner`'s.
            InvalidInput: they are too many.
        """
        check_number(app_ids)
        put = (
            update(conversations)
            .where(conversations.c.owner == owner, conversations.c.app_id.in_(app_ids))
            .values(shelf=case((conversations.c.shelf == "untouched", "untouched"), else_=shelf_of(archived)))
            .returning(conversations.c.app_id)
        )

        def work(connection: Connection) -> None:
            known = {*connection.scalars(put)} if all(map(is_id, app_ids)) else set()
            for app_id in app_ids:
                if app_id not in known:
                    raise not_found(app_id)  # and what was changed is undone

        await self._database.write(work)

    async def delete(self, owner: str, app_id: str) -> bool:
        """Remove a conversation and all that belongs to it, so that no byte of it stays in the files.

        Returns whether all bytes are gone (see `Database.truncate_wal`).

        Raises:
            ConversationNotFound: it is unknown, or not `owner`'s.
        """
        gone = delete(conversations).where(owned(owner, app_id))
        if not await self._database.write(lambda connection: connection.execute(gone).rowcount):
            raise not_found(app_id)
        await self._forget_words()
        return await self._database.truncate_wal()

    async def delete_all(self, owner: str) -> tuple[list[str], int]:
        """Remove all conversations of `owner` but those that a turn runs in, a few at a time.

        Returns the ids of those that are gone, and how many are left.
        """
        gone: list[str] = []

        def some(connection: Connection) -> list[str]:
            busy = select(claims.c.app_id).where(claims.c.expires_at > self._database.now(connection))
            idle = (
                select(conversations.c.app_id)
                .where(conversations.c.owner == owner, conversations.c.app_id.not_in(busy))
                .limit(MAX_AT_ONCE)
            )
            found = [*connection.scalars(idle)]
            connection.execute(delete(conversations).where(conversations.c.app_id.in_(found)))
            return found

        while found := await self._database.write(some):
            gone += found
        await self._database.write(self._forget_claims)
        await self._forget_words()
        return gone, await self.count(owner)

    async def purge(self, before: datetime) -> int:
        """Delete the conversations of all owners whose newest activity was `before`; returns how many."""
        old = delete(conversations).where(conversations.c.updated_at < before)
        count = await self._database.write(lambda connection: connection.execute(old).rowcount)
        await self._database.write(self._forget_claims)
        await self._forget_words()
        await self._database.truncate_wal()
        return count

    def _forget_claims(self, connection: Connection) -> None:
        """Remove what processes that died had written in conversations that are deleted."""
        ended = claims.c.expires_at < self._database.now(connection)
        known = exists().where(conversations.c.app_id == claims.c.app_id)
        connection.execute(delete(claims).where(ended, ~known))

    async def _forget_words(self) -> None:
        """Rewrite the index, in which SQLite only notes that a word is deleted; others write between."""
        begin = True
        while await self._database.write(partial(merge, begin=begin)):
            begin = False


def check_number(app_ids: Sequence[str]) -> None:
    """Refuse what would hold the database for long.

    Raises:
        InvalidInput: they are too many.
    """
    if len(app_ids) > MAX_AT_ONCE:
        raise InvalidInput(f"Choose {MAX_AT_ONCE} conversations at most, not {len(app_ids):,}.")
