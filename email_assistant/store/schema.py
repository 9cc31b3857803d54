"""The tables. `migrations/` makes them; a test keeps the two the same."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.engine import Dialect

HEAD = "0010"
"""The newest migration: known here so that a start with an up-to-date database need not import Alembic."""

NOTHING_RUN = -1
"""The `sequence_id` of a conversation before its first step; Burr counts its steps from 0."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC without its offset, which SQLite could not compare."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert for the database; a naive datetime would be read as local time, so it is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert a value from the database."""
        return None if value is None else value.replace(tzinfo=UTC)


class CompressedJson(TypeDecorator[Any]):
    """A JSON value, deflated: drafts of one reply repeat each other, and what is not written costs no time.

    A value that is not JSON raises; no object is ever made of what is read.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes:
        """Convert a value for the database."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        # A lone surrogate is no UTF-8; written as \udXXX it is good JSON and comes back the same.
        return zlib.compress(text.encode("utf-8", "backslashreplace"), level=3)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Convert a value from the database."""
        return json.loads(zlib.decompress(value))


metadata = MetaData()

# All that is known of a conversation but its text. `sequence_id` is the optimistic lock: a step is only
# saved on top of the one before it.
conversations = Table(
    "conversations",
    metadata,
    Column("app_id", String(36), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("renamed", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("sequence_id", Integer, nullable=False),
    Column("position", Text),
    Column("status", Text),
    Column("problem_kind", Text),
    Column("problem", Text),
    Column("who", Text, nullable=False, server_default=""),
    Column("stage", Text, nullable=False, server_default=""),
    # "open", "archived", or "untouched" while nothing was said in it.
    Column("shelf", Text, nullable=False, server_default="open"),
    # By which version of the projection its row was computed: 0 if it was saved before there was one.
    Column("glance", Integer, nullable=False, server_default="0"),
    Index("conversations_by_activity", "owner", "shelf", "updated_at", "app_id"),
    # Those whose row is older than `states.PROJECTION`, nearly always none.
    Index(
        "conversations_to_project",
        "owner",
        postgresql_where=text("glance < 1"),
        sqlite_where=text("glance < 1"),
    ),
)

# Apart from `conversations`, so that no page of the sidebar reads over the text and no rename rewrites it.
states = Table(
    "states",
    metadata,
    Column("app_id", String(36), ForeignKey("conversations.app_id", ondelete="CASCADE"), primary_key=True),
    Column("state", CompressedJson, nullable=False),
)

# The words of a conversation. SQLite's triggers give them to its full-text index `found_words`, under a
# number that grows with the time of the newest activity.
searches = Table(
    "searches",
    metadata,
    Column("app_id", String(36), ForeignKey("conversations.app_id", ondelete="CASCADE"), primary_key=True),
    Column("number", BigInteger, unique=True),
    Column("words", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
    Index("searches_by_word", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}).ddl_if(
        dialect="postgresql"
    ),
)

# The original bytes of what was put in; kept as they came. Where `url` names an object in a bucket, they lie
# there and `content` is empty.
files = Table(
    "files",
    metadata,
    Column("app_id", String(36), ForeignKey("conversations.app_id", ondelete="CASCADE"), primary_key=True),
    Column("file_id", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("url", Text, nullable=False, server_default=""),
    Column("sha256", String(64), nullable=False, server_default=""),
)

# Every object that may be in a bucket, from before it is uploaded until after it is removed; hence no foreign
# key. One that belongs to no file is removed: at once if its conversation is gone, else when it is due.
objects = Table(
    "objects",
    metadata,
    Column("url", Text, primary_key=True),
    Column("app_id", String(36), nullable=False),
    Column("file_id", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Index("objects_by_conversation", "app_id", "file_id"),
)

# Which server process runs a turn of which conversation, and until when that holds if it falls silent; whose
# turn it is, where those are counted; whether another process asks it to stop; and the words of the draft so
# far, for whoever comes after a process that dies.
# A first turn is claimed before its conversation has a row, hence no foreign key.
claims = Table(
    "claims",
    metadata,
    Column("app_id", String(36), primary_key=True),
    Column("holder", String(36), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("owner", Text, nullable=False, server_default=""),
    Column("stop", Boolean, nullable=False, server_default=false()),
    Column("words", Text, nullable=False, server_default=""),
)

preferences = Table(
    "preferences",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("preferences", Text, nullable=False),
)

# What was answered to a request of an owner, under the key that its client gave it. Its text goes with the
# conversation's.
repeats = Table(
    "repeats",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("app_id", String(36), ForeignKey("conversations.app_id", ondelete="CASCADE"), nullable=False),
    Column("answer", CompressedJson, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("repeats_by_age", "created_at"),
    Index("repeats_by_conversation", "app_id"),
)

# Who may sign in. Whoever signs in elsewhere (OAuth, a proxy) has no password here. A session names the
# epoch that it began in, so that counting it up ends all sessions of a user.
users = Table(
    "users",
    metadata,
    Column("name", Text, primary_key=True),
    Column("password_hash", Text),
    Column("disabled", Boolean, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# API tokens, by the SHA-256 of their text: 256 random bits need no slower hash.
tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("owner", Text, ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
    UniqueConstraint("owner", "name"),
)

# How often a user or an address tried to sign in since its window began; shared by all server processes.
# The key is a hash: what is typed as a name may be a password.
sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
)

# How many requests somebody sent, to all server processes together: the moment, in seconds since 1970, at
# which all that they used is available again. The key is a hash, as above.
rates = Table(
    "rates",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("used_until", Double, nullable=False),
)

# Sessions that were signed out before their time, by the hash of what they say, until they would end anyway.
ended_sessions = Table(
    "ended_sessions",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("ends_at", UtcDateTime, nullable=False),
)
