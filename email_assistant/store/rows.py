"""A conversation without its text, as a row of the database keeps it, and what its id and title may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, and_, false

from email_assistant.errors import ConversationNotFound
from email_assistant.store.schema import conversations

MAX_TITLE = 200

APP_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LOWEST_ID, HIGHEST_ID = ("-".join(digit * n for n in (8, 4, 4, 4, 12)) for digit in "0f")
APP_ID_BEGINNING = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}")
_PART_OF_ID = re.compile(r"[0-9a-f-]{1,36}")

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


def shelf_of(archived: bool) -> str:
    """Return the shelf of a conversation in which something was said."""
    return "archived" if archived else "open"
