"""The rows of the sidebar: list, search, rename and delete the conversations of one owner."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.exc import IntegrityError

from email_assistant.errors import ConversationNotFound, InvalidInput
from email_assistant.store.database import Database
from email_assistant.store.schema import NOTHING_RUN, UtcDateTime, claims, conversations
from email_assistant.store.search import add_words, by_activity, joined, matches, merge

PAGE_SIZE = 20
MAX_TITLE = 200

APP_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LOWEST_ID, HIGHEST_ID = ("-".join(digit * n for n in (8, 4, 4, 4, 12)) for digit in "0f")
APP_ID_BEGINNING = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}")
_PART_OF_ID = re.compile(r"[0-9a-f-]{1,36}")

UNTOUCHED_FOR = timedelta(days=1)
"""How long a conversation in which nothing was said is kept."""
MAX_AT_ONCE = 500
"""Conversations that one call archives or deletes."""

Status = Literal["completed", "failed"]
Stage = Literal["waiting", "draft", "done", "failed", "writing"]
"""Where a conversation stands: "waiting" has questions, "writing" is between two steps."""


@dataclass(frozen=True)
class Problem:
    """Why a step did not end: the name of an error class and its sentence for the person, if it has one."""

    kind: str
    sentence: str = ""


@dataclass(frozen=True)
class Conversation:
    """A conversation without its text. The times are in UTC; `updated_at` is its newest activity.

    `sequence_id` counts its steps from 0, is -1 before the first and names the version of the state;
    `position` is the action of that step and `problem` why it failed.
    """

    app_id: str
    title: str
    created_at: datetime
    updated_at: datetime
    sequence_id: int
    position: str | None
    status: Status | None
    problem: Problem | None
    who: str = ""
    """The name or address of the other side."""
    stage: Stage | None = None
    """None before the first step."""
    archived: bool = False


@dataclass(frozen=True)
class Glance:
    """What a list shows of a conversation and finds it by, computed from its state."""

    title: str = ""
    who: str = ""
    stage: Stage | None = None
    texts: tuple[str, ...] = ()
    """What it can be found by beside its title, the newest and shortest first."""


@dataclass(frozen=True)
class Page:
    """Some conversations, newest activity first, and the cursor of the next page if there is one."""

    conversations: tuple[Conversation, ...]
    next_cursor: str | None


def plain_title(title: str) -> str:
    """Return `title` on one line of at most 200 characters."""
    return " ".join(storable(title[: 4 * MAX_TITLE]).split())[:MAX_TITLE]


def storable(text: str) -> str:
    """Return `text` without NUL and lone surrogates, which Postgres does not take."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


def is_id(app_id: str) -> bool:
    """Return whether it can be the id of a conversation; a database may not even accept other text."""
    return APP_ID.fullmatch(app_id) is not None


def owned(owner: str, app_id: str) -> ColumnElement[bool]:
    """Return the condition of every read and write of a conversation: it fits no foreign or malformed id."""
    if not is_id(app_id):
        return false()
    return and_(conversations.c.app_id == app_id, conversations.c.owner == owner)


def not_found(app_id: str) -> ConversationNotFound:
    """Return the one answer to an unknown and to a foreign id."""
    # What is no part of an id is not repeated: an address that somebody sent would speak in our words.
    return ConversationNotFound(
        f"There is no conversation {app_id!r}. It may have been deleted."
        if _PART_OF_ID.fullmatch(app_id)
        else "There is no such conversation. It may have been deleted."
    )


# Built once, since all calls begin with one of them.
_BY_ACTIVITY = (conversations.c.updated_at, conversations.c.app_id)
_FIRST_PAGE: Select[Any] = (
    select(conversations)
    .where(conversations.c.owner == bindparam("owner"), conversations.c.shelf == bindparam("shelf"))
    .order_by(*(column.desc() for column in _BY_ACTIVITY))
    .limit(bindparam("most"))
)
_AFTER = tuple_(*_BY_ACTIVITY) < tuple_(bindparam("updated_at", type_=UtcDateTime), bindparam("app_id"))
_NEXT_PAGE = _FIRST_PAGE.where(_AFTER)
NEAR = 500
"""Newest conversations that are looked through before a search asks the index of Postgres."""


def _newest(shelf: str, *, after: bool) -> Select[Any]:
    query = (
        select(conversations.c.app_id)
        .where(conversations.c.owner == bindparam("owner"), conversations.c.shelf == shelf)
        .order_by(*(column.desc() for column in _BY_ACTIVITY))
        .limit(NEAR)
    )
    return select((query.where(_AFTER) if after else query).subquery().c.app_id)


_ONE = select(conversations).where(
    conversations.c.app_id == bindparam("app_id"), conversations.c.owner == bindparam("owner")
)


class Conversations:
    """The conversations in a database; every call is scoped by their owner."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_sqlite = database.url.get_backend_name() == "sqlite"

    async def create(self, owner: str, app_id: str | None = None) -> Conversation:
        """Begin a conversation in which nothing was said yet, under a new id if none is given.

        Raises:
            ConversationNotFound: `app_id` is no UUID, or somebody else's.
        """
        app_id = app_id or str(uuid.uuid4())
        if not APP_ID.fullmatch(app_id):
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
            parameters["updated_at"], parameters["app_id"] = _position(cursor)
        if search.strip():
            query = self._search(owner, plain_title(search), archived)
            if query is None:
                return Page((), None)
            find = partial(self._find, query.where(_AFTER) if cursor else query, archived, parameters)
            rows = await self._database.read(find)
        else:
            parameters["shelf"] = _shelf(bool(archived))
            rows = await self._database.fetch(_NEXT_PAGE if cursor else _FIRST_PAGE, parameters)
        shown = tuple(map(conversation_of, rows[:size]))
        return Page(shown, _cursor(shown[-1]) if len(rows) > size else None)

    def _search(self, owner: str, search: str, archived: bool | None) -> Select[Any] | None:
        is_sqlite = self._is_sqlite
        condition = matches(owner, search, is_sqlite=is_sqlite)
        if condition is None:
            return None
        query = (
            select(conversations)
            .select_from(joined(is_sqlite=is_sqlite))
            .where(condition, conversations.c.owner == bindparam("owner"))
            .order_by(*by_activity(is_sqlite=is_sqlite))
            .limit(bindparam("most"))
        )
        if archived is not None:
            query = query.where(conversations.c.shelf == _shelf(archived))
        return query

    def _find(
        self,
        query: Select[Any],
        archived: bool | None,
        parameters: dict[str, Any],
        connection: Connection,
    ) -> Sequence[Row[Any]]:
        """Return the rows that a search finds.

        SQLite's index has the newest first. That of Postgres has no order: it would be asked for all of the
        conversations with a common word, those of others as well, to show the newest twenty. So the newest
        ones are looked through first. Few words are so rare that this does not find a page of them, or all
        that there is, and those the index finds quickly.
        """
        if not self._is_sqlite:
            shelves = ("open", "archived") if archived is None else (_shelf(archived),)
            after = "updated_at" in parameters
            newest = [_newest(shelf, after=after) for shelf in shelves]
            near = union_all(*newest).subquery() if len(newest) > 1 else newest[0].subquery()
            among = query.where(conversations.c.app_id.in_(select(near.c.app_id)))
            rows = connection.execute(among, parameters).all()
            if len(rows) == parameters["most"]:
                return rows
            if connection.execute(select(func.count()).select_from(near), parameters).scalar_one() < NEAR:
                return rows
            # A plan for anybody would read all that this owner keeps, as if that were little.
            connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
        return connection.execute(query, parameters).all()

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
            .values(shelf=case((conversations.c.shelf == "untouched", "untouched"), else_=_shelf(archived)))
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
        if not self._is_sqlite:
            return
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


def conversation_of(row: Row[Any]) -> Conversation:
    """Return the conversation in a row with all columns of `conversations`."""
    return Conversation(
        app_id=row.app_id,
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        sequence_id=row.sequence_id,
        position=row.position,
        status=row.status,
        problem=None if row.problem_kind is None else Problem(row.problem_kind, row.problem),
        who=row.who,
        stage=row.stage or None,
        archived=row.shelf == "archived",
    )


def _shelf(archived: bool) -> str:
    return "archived" if archived else "open"


def _cursor(last: Conversation) -> str:
    return base64.urlsafe_b64encode(f"{last.updated_at.isoformat()} {last.app_id}".encode()).decode()


def _position(cursor: str) -> tuple[datetime, str]:
    try:
        updated_at, app_id = base64.urlsafe_b64decode(cursor.encode()).decode("ascii").split(" ")
        if APP_ID.fullmatch(app_id):
            return datetime.fromisoformat(updated_at).astimezone(UTC), app_id
    except (ValueError, OverflowError):
        pass
    raise InvalidInput("This page of the list is not known. Begin again with the first one.")
