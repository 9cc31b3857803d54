"""The queries of a page: of the list, or of a search in it; newest activity first."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select, tuple_, union_all

from email_assistant.errors import InvalidInput
from email_assistant.store.rows import Conversation, is_id, plain_title, shelf_of
from email_assistant.store.schema import UtcDateTime, conversations
from email_assistant.store.search import by_activity, joined, matches

PAGE_SIZE = 20
NEAR = 500
"""Newest conversations that are looked through before a search asks the index of Postgres."""


@dataclass(frozen=True)
class Page:
    """Some conversations, newest activity first, and the cursor of the next page if there is one."""

    conversations: tuple[Conversation, ...]
    next_cursor: str | None


# Built once, since all calls begin with one of them.
_BY_ACTIVITY = (conversations.c.updated_at, conversations.c.app_id)
FIRST_PAGE: Select[Any] = (
    select(conversations)
    .where(conversations.c.owner == bindparam("owner"), conversations.c.shelf == bindparam("shelf"))
    .order_by(*(column.desc() for column in _BY_ACTIVITY))
    .limit(bindparam("most"))
)
_AFTER = tuple_(*_BY_ACTIVITY) < tuple_(bindparam("updated_at", type_=UtcDateTime), bindparam("app_id"))
NEXT_PAGE = FIRST_PAGE.where(_AFTER)


def found(
    connection: Connection, search: str, archived: bool | None, parameters: dict[str, Any]
) -> Sequence[Row[Any]]:
    """Return the rows of a page of a search.

    SQLite's index has the newest first. That of Postgres has no order: it would be asked for all of the
    conversations with a common word, those of others as well, to show the newest twenty. So the newest ones
    are looked through first. Few words are so rare that this does not find a page of them, or all that there
    is, and those the index finds quickly.

    Args:
        connection: of a transaction.
        search: what the person typed.
        archived: only those that are archived, or are not; None is all.
        parameters: "owner", "most" and, but for the first page, what `position` returns.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    condition = matches(parameters["owner"], plain_title(search), is_sqlite=is_sqlite)
    if condition is None:
        return []
    query = (
        select(conversations)
        .select_from(joined(is_sqlite=is_sqlite))
        .where(condition, conversations.c.owner == bindparam("owner"))
        .order_by(*by_activity(is_sqlite=is_sqlite))
        .limit(bindparam("most"))
    )
    if archived is not None:
        query = query.where(conversations.c.shelf == shelf_of(archived))
    after = "updated_at" in parameters
    if after:
        query = query.where(_AFTER)
    if not is_sqlite:
        shelves = ("open", "archived") if archived is None else (shelf_of(archived),)
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


def _newest(shelf: str, *, after: bool) -> Select[Any]:
    query = (
        select(conversations.c.app_id)
        .where(conversations.c.owner == bindparam("owner"), conversations.c.shelf == shelf)
        .order_by(*(column.desc() for column in _BY_ACTIVITY))
        .limit(NEAR)
    )
    return select((query.where(_AFTER) if after else query).subquery().c.app_id)


def cursor_after(last: Conversation) -> str:
    """Return the cursor of the page that begins after `last`."""
    return base64.urlsafe_b64encode(f"{last.updated_at.isoformat()} {last.app_id}".encode()).decode()


def position(cursor: str) -> dict[str, Any]:
    """Return the parameters of the page at `cursor`.

    Raises:
        InvalidInput: it is not one of ours.
    """
    try:
        updated_at, app_id = base64.urlsafe_b64decode(cursor.encode()).decode("ascii").split(" ")
        if is_id(app_id):
            return {"updated_at": datetime.fromisoformat(updated_at).astimezone(UTC), "app_id": app_id}
    except (ValueError, OverflowError):
        pass
    raise InvalidInput("This page of the list is not known. Begin again with the first one.")
