"""The one database of the server: a shared async engine, opened with the schema up to date.

All that differs between SQLite and Postgres is in this module.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from email_assistant.errors import EmailAssistantError, SettingsError
from email_assistant.store import schema

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}

PRAGMAS = (
    "busy_timeout = 5000",  # milliseconds that a writer waits for another one
    "journal_mode = WAL",  # readers and the writer do not block each other
    "synchronous = NORMAL",  # safe in WAL; a commit does not wait for the disk
    "wal_autocheckpoint = 32",  # pages after which the log goes into the file: it stays small beside the text
    "journal_size_limit = 131072",  # bytes that the log keeps then; a large save would leave it large
    "foreign_keys = ON",
    "secure_delete = ON",  # deleted text is overwritten with zeros
    "temp_store = MEMORY",  # and never lands in a file for sorting
)

UNAVAILABLE = {
    "locked": "The database is held by another program. Try again in a moment.",
    "readonly": "The database cannot be written. Check the permissions of its file and folder.",
    "full": "The disk is full, so nothing could be saved. Make room and try again.",
}
"""What SQLite says of a failure, in a word, and what the person reads."""


class DatabaseUnavailable(EmailAssistantError):
    """The database did not answer or refused; nothing of the transaction was kept."""


class Database:
    """A shared engine. Open one with `open_database`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end of the block, rolled back if it raises.

        Raises:
            DatabaseUnavailable: locked, read-only, full, or gone.
        """
        try:
            async with self.engine.begin() as connection:
                yield connection
        except (DBAPIError, OSError) as failure:
            raise DatabaseUnavailable(_sentence(failure)) from failure

    async def forget_deleted(self) -> None:
        """Empty SQLite's write-ahead log, which still holds what was deleted from the tables."""
        if self.is_sqlite:
            async with self.engine.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open the database at `url`, an SQLAlchemy URL of SQLite or Postgres, and close it after the block.

    An empty database gets its tables and an older SQLite file is migrated. SQLite's file is made readable
    for its owner only.

    Raises:
        SettingsError: the URL cannot be used, or the database was written by a newer version.
    """
    parsed = _with_driver(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        _make_private(Path(parsed.database))
    # A parameter is mail text: it must not come along in an error's text.
    engine = create_async_engine(parsed, hide_parameters=True, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _set_pragmas)
    try:
        await _migrate(engine)
        yield Database(engine)
    finally:
        await engine.dispose()


async def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` whole even if this task is cancelled meanwhile; the cancellation is raised after it."""
    task = asyncio.ensure_future(work)
    cancelled = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as cancellation:
            cancelled = cancellation
    if cancelled:
        raise cancelled
    task.result()


def _with_driver(url: str) -> URL:
    try:
        parsed = make_url(url)
        return parsed.set(drivername=DRIVERS[parsed.get_backend_name()])
    except (ArgumentError, KeyError):
        raise SettingsError(
            "EMAIL_ASSISTANT_DATABASE_URL must look like sqlite:////path/to/file.db "
            "or postgresql://user:password@host/database."
        ) from None


def _make_private(file: Path) -> None:
    """SQLite gives its log the mode of the database file, so that one mode is enough."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.chmod(0o600)


def _set_pragmas(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sentence(failure: Exception) -> str:
    said = str(failure).lower()
    return next(
        (sentence for word, sentence in UNAVAILABLE.items() if word in said),
        "The database does not answer. Try again in a moment; nothing was saved.",
    )


async def _migrate(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        if await connection.run_sync(_version) == schema.HEAD:
            return
    # Alembic takes a while to import, and nearly every start finds the schema up to date.
    from email_assistant.store import migrations

    async with engine.connect() as connection:
        # SQLite: the driver would begin no transaction for a CREATE TABLE. Two servers that start at once
        # take turns here, and the second finds nothing left to do.
        if engine.dialect.name == "sqlite":
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        await connection.run_sync(migrations.upgrade)
        await connection.commit()


def _version(connection: Connection) -> str | None:
    try:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (OperationalError, ProgrammingError):
        connection.rollback()
        return None
