"""SQLAlchemy's async engine for a URL, and all that differs between SQLite and Postgres."""

from __future__ import annotations

import os
import re
import sqlite3
from errno import EISDIR
from pathlib import Path
from ssl import create_default_context
from typing import Any

from sqlalchemy import URL, Engine, StaticPool, event, make_url
from sqlalchemy import create_engine as create_sync_engine
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from email_assistant.errors import SettingsError
from email_assistant.settings import extra_missing

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}

PRAGMAS = (
    "journal_mode = WAL",  # readers and the writer do not block each other
    "synchronous = FULL",  # what was acknowledged is on the disk, also if the power fails
    "wal_autocheckpoint = 32",  # pages after which the log goes into the file: it stays small beside the text
    "journal_size_limit = 131072",  # bytes that the log keeps then; a large save would leave it large
    "foreign_keys = ON",
    "secure_delete = ON",  # deleted text is overwritten with zeros
    "temp_store = MEMORY",  # and never lands in a file for sorting
)

CONNECT_WITHIN, ANSWER_WITHIN = 10, 30
"""Seconds that Postgres is given. One whose machine is gone would else be waited for until TCP gives up."""

UNANSWERED = (DBAPIError, PoolTimeoutError, OSError, sqlite3.Error)
"""What SQLAlchemy or SQLite raises if a database fails, has no connection to give, or is not there."""

DAMAGED = (
    "The database is damaged. Stop the server, and put a backup in its place with "
    "`email-assistant db restore FILE`; keep a copy of the damaged file where there is no backup."
)

SENTENCES = {
    "malformed|not a database|corrupt": DAMAGED,
    "locked": "The database is held by another program. Try again in a moment.",
    "read-?only": "The database cannot be written. Check who may write to it, then try again.",
    "full|no space left": "The disk is full, so this could not be saved. Make room and try again.",
    "disk i/o": "The disk failed. Check it and the room on it, then try again.",
    "": "The database does not answer. Try again in a moment.",
}
"""What SQLite or Postgres says of a failure, as a pattern, and what the person reads."""

TAKE_TURNS = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(20260101)"}
"""Begins a transaction that one server at a time gets; SQLite's driver begins none for a CREATE TABLE."""


def create_engine(url: str, *, patient: bool = False) -> AsyncEngine:
    """An engine for `url`; nothing is opened yet. A `patient` one waits for a statement as long as it takes.

    Raises:
        SettingsError: the URL is of neither SQLite nor Postgres, or of a database in memory, or Postgres's
            driver is not installed.
    """
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=DRIVERS[parsed.get_backend_name()])
    except (ArgumentError, KeyError, ValueError):
        raise SettingsError(
            "EMAIL_ASSISTANT_DATABASE_URL must look like sqlite:////path/to/file.db "
            "or postgresql://user:password@host/database."
        ) from None
    # A parameter is mail text: it must not come along in an error's text.
    if parsed.get_backend_name() != "sqlite":
        if mode := parsed.query.get("sslmode"):  # libpq's name for asyncpg's `ssl`
            parsed = parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
        limits: dict[str, Any] = {"timeout": CONNECT_WITHIN}
        if not patient and "command_timeout" not in parsed.query:
            limits["command_timeout"] = ANSWER_WITHIN
        try:
            return create_async_engine(
                parsed, hide_parameters=True, pool_pre_ping=True, connect_args=limits | _tls(parsed)
            )
        except ImportError:
            raise extra_missing("EMAIL_ASSISTANT_DATABASE_URL=postgresql://…", "postgres") from None
    if _in_memory(parsed):
        raise SettingsError(
            "EMAIL_ASSISTANT_DATABASE_URL names a database in memory, which each connection would have for "
            "itself. Name a file, such as sqlite:////path/to/file.db."
        )
    engine = create_async_engine(parsed, hide_parameters=True)
    _look_after_connections(engine.sync_engine)
    return engine


def create_thread_engine(url: URL, threads: int) -> Engine:
    """An engine for SQLite at `url` whose connections are used by so many threads."""
    engine = create_sync_engine(
        url.set(drivername="sqlite+pysqlite"), hide_parameters=True, pool_size=threads, max_overflow=0
    )
    _look_after_connections(engine)
    return engine


def create_reader(url: URL) -> Engine | None:
    """An engine to read single rows of a SQLite file in the event loop; None where that cannot be.

    It never waits: a reader of a write-ahead log waits for no writer, and where there is something to wait
    for all the same (a log that is being recovered), it raises at once.
    """
    if url.get_backend_name() != "sqlite" or "uri" in url.query:
        return None
    reader = create_sync_engine(
        url.set(drivername="sqlite+pysqlite"),
        hide_parameters=True,
        poolclass=StaticPool,
        pool_reset_on_return=None,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        connect_args={"timeout": 0},
    )
    event.listen(reader, "connect", _forbid_writing)
    return reader


def make_private(file: Path, *, exist_ok: bool) -> None:
    """Make `file` readable for its owner only; SQLite gives its log the same mode.

    Raises:
        OSError: it can neither be made nor taken.
    """
    if file.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(file))
    file.touch(mode=0o600, exist_ok=exist_ok)
    file.chmod(0o600)


def sentence(failure: Exception) -> str:
    """What a person reads of one of the errors in `UNANSWERED`."""
    said = str(getattr(failure, "orig", failure)).lower()
    return next(text for pattern, text in SENTENCES.items() if re.search(pattern, said))


def _in_memory(url: URL) -> bool:
    file = (url.database or "").removeprefix("file:")
    return file in ("", ":memory:") or url.query.get("mode") == "memory"


def _tls(url: URL) -> dict[str, Any]:
    if "ssl" in url.query or not url.host or url.host in ("localhost", "127.0.0.1", "::1"):
        return {}
    return {"ssl": create_default_context()}


def _forbid_writing(connection: Any, _: object) -> None:
    connection.execute("PRAGMA query_only = ON").close()


def _look_after_connections(engine: Engine) -> None:
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "checkin", _keep_if_writable)


def _set_up(connection: Any, record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    try:
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("PRAGMA database_list")
        record.info["writable"] = os.access(cursor.fetchone()[2], os.W_OK)
    except BaseException:
        connection.close()  # nobody else knows of it yet
        raise
    cursor.close()


def _keep_if_writable(_: object, record: ConnectionPoolEntry) -> None:
    """Let go of a connection that was opened while the file could not be written: it only ever reads."""
    if not record.info.get("writable"):
        record.invalidate()
