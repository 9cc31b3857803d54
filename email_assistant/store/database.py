"""The one database of the server, opened with its schema up to date; every access is a transaction of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from email_assistant.errors import EmailAssistantError, InvalidInput, SettingsError
from email_assistant.store import schema
from email_assistant.store.backups import discard_foreign_log, restore, write_copy
from email_assistant.store.engine import (
    DAMAGED,
    TAKE_TURNS,
    UNANSWERED,
    create_engine,
    create_reader,
    create_thread_engine,
    make_private,
    sentence,
)

Found = TypeVar("Found")

READERS = 4
"""How many transactions of SQLite read at once; one writes, as SQLite has it."""


FORGET_AGAIN = 2.0
"""Seconds after which it is tried again to empty a log that somebody read."""

HELD_BACK = (
    "It is deleted. Another program reads the database, such as a backup, and keeps bytes of it in the log "
    "beside it; they are removed when that program ends."
)


class DatabaseUnavailable(EmailAssistantError):
    """The database did not answer or refused; nothing of the transaction was kept."""


class Database:
    """A shared engine. Open one with `open_database`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._is_damaged = False
        self._forgetting: asyncio.Task[None] | None = None
        self._reader = create_reader(engine.url)
        self.is_sqlite = engine.dialect.name == "sqlite"
        if self.is_sqlite:
            # Writers that wait in line here need not fight for SQLite's lock, where the last may go unserved.
            self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
            self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
            self._thread_engine = create_thread_engine(engine.url, READERS + 1)

    async def run(self, work: Callable[[Connection], Found]) -> Found:
        """One transaction of which nothing is awaited: committed when `work` returns, undone if it raises.

        It runs to its end if this task is cancelled meanwhile. With SQLite it runs whole in a thread: going
        back to the event loop between two statements would hold the one lock for writing as long as the
        loop is busy with others.

        Raises:
            DatabaseUnavailable: locked, read-only, full, or gone.
            IntegrityError: SQLAlchemy's, for the caller to judge.
        """
        if self.is_sqlite:
            return await self._in_thread(self._writer, work)
        async with self.begin() as connection:
            return await connection.run_sync(work)

    async def read(self, work: Callable[[Connection], Found]) -> Found:
        """As `run`, for what only reads: SQLite's readers wait for no writer."""
        if self.is_sqlite:
            return await self._in_thread(self._readers, work)
        return await self.run(work)

    async def _in_thread(self, threads: ThreadPoolExecutor, work: Callable[[Connection], Found]) -> Found:
        def transaction() -> Found:
            with self._told(), self._thread_engine.begin() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(threads, transaction)

    async def few(self, query: Select[Any], parameters: dict[str, Any]) -> Sequence[Row[Any]]:
        """The rows of a query that finds a few of them by an index.

        From SQLite they are read here and now. That takes a tenth of a millisecond; a thread would take as
        long to begin, and then hold Python's lock while all other requests wait.

        Raises:
            DatabaseUnavailable: locked or gone.
        """
        if self._reader:
            try:
                with self._reader.connect() as here:
                    rows: Sequence[Row[Any]] = here.execute(query, parameters).all()
                    return rows
            except UNANSWERED:
                pass  # The way below waits where it must, and says what is wrong.
        return await self.read(lambda connection: connection.execute(query, parameters).all())

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end of the block, rolled back if it raises.

        Raises:
            DatabaseUnavailable, IntegrityError: as `run`.
        """
        with self._told():
            async with self.engine.begin() as connection:
                yield connection

    async def aclose(self) -> None:
        """Close all connections."""
        if self._forgetting:
            self._forgetting.cancel()  # SQLite empties the log when the last connection is closed
            await asyncio.wait([self._forgetting])
        if self._reader:
            self._reader.dispose()
        await self.engine.dispose()
        if self.is_sqlite:
            # In a thread of its own: those that all share may be busy for long.
            with ThreadPoolExecutor(1) as closing:
                for threads in (self._writer, self._readers):
                    await asyncio.get_running_loop().run_in_executor(closing, threads.shutdown)
            self._thread_engine.dispose()

    async def back_up(self, file: Path) -> None:
        """Write a consistent copy of a SQLite database to a new `file`; the server may go on meanwhile.

        Raises:
            InvalidInput: the file exists, cannot be made, or the database is not SQLite.
        """
        if not self.is_sqlite:
            raise InvalidInput("Back up a Postgres database with `pg_dump`.")

        def copy(connection: Connection) -> None:
            write_copy(_sqlite(connection), file)

        await self.read(copy)

    async def check(self) -> None:
        """Read the whole database, as far as it can be checked.

        Raises:
            DatabaseUnavailable: it is damaged; the text says what to do.
        """
        if not self.is_sqlite:
            return  # Postgres checks what it reads; opening the database has shown that it answers

        def problems(connection: Connection) -> list[str]:
            found = [*connection.scalars(text("PRAGMA integrity_check(10)"))]
            return [*found, *connection.scalars(text("PRAGMA foreign_key_check"))]

        if await self.read(problems) != ["ok"]:
            raise DatabaseUnavailable(DAMAGED)

    def raise_if_damaged(self) -> None:
        """Tell whoever watches the server of damage that a transaction came upon.

        Raises:
            DatabaseUnavailable: one did.
        """
        if self._is_damaged:
            raise DatabaseUnavailable(DAMAGED)

    async def forget_deleted(self) -> bool:
        """Empty SQLite's write-ahead log, which still holds what was deleted from the tables.

        Whoever reads the database, a backup for instance, keeps the log as it is: then this returns False
        (`HELD_BACK` says so), and it is emptied as soon as they let go.
        """
        if not self.is_sqlite or await self._empty_log():
            return True
        if self._forgetting is None or self._forgetting.done():
            self._forgetting = asyncio.create_task(self._forget_later())
        return False

    async def _empty_log(self) -> bool:
        def checkpoint(connection: Connection) -> bool:
            # Nobody can write while this waits for readers, so it does not wait for long.
            with _patience(_sqlite(connection), milliseconds=300):
                busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            return not busy

        return await self.run(checkpoint)

    async def _forget_later(self) -> None:
        while True:
            await asyncio.sleep(FORGET_AGAIN)
            with suppress(DatabaseUnavailable):
                if await self._empty_log():
                    return

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except UNANSWERED as failure:
            said = sentence(failure)
            self._is_damaged = self._is_damaged or said == DAMAGED
            raise DatabaseUnavailable(said) from failure


@asynccontextmanager
async def open_database(url: str, *, upgrade: bool | None = None) -> AsyncIterator[Database]:
    """Open the database at `url`, an SQLAlchemy URL of SQLite or Postgres, and close it after the block.

    SQLite's file is made readable for its owner only; a connection to a Postgres on another host is
    encrypted and its certificate checked unless the URL says otherwise (`?sslmode=...`).

    Args:
        url: for instance `sqlite:////path/to/file.db` or `postgresql://user:password@host/database`.
        upgrade: whether to migrate the schema of an older version. By default a SQLite file is migrated and
            a Postgres, which other servers may be using, is not. An empty database always gets its tables.

    Raises:
        SettingsError: the URL cannot be used, nothing answers there, or the schema is not this version's.
    """
    database = Database(create_engine(url, patient=upgrade is True))
    try:
        try:
            await _prepare(database, database.is_sqlite if upgrade is None else upgrade)
        except (*UNANSWERED, TypeError) as failure:  # a TypeError where the URL has an unknown parameter
            why = failure.orig if isinstance(failure, DBAPIError) else failure
            told = f"The database {database.engine.url!r} cannot be opened: {why}"
            if sentence(failure) == DAMAGED:
                told += f". {DAMAGED}"
            raise SettingsError(told) from failure
        yield database
    finally:
        await database.aclose()


def restore_database(url: str, backup: Path) -> None:
    """Put a backup in the place of the SQLite database at `url`, which no program may have open.

    Raises:
        InvalidInput: the backup cannot be used, or the database is in use; nothing was changed.
        SettingsError: the URL cannot be used.
    """
    from email_assistant.store import migrations

    parsed = create_engine(url).url
    if parsed.get_backend_name() != "sqlite" or "uri" in parsed.query or not parsed.database:
        raise InvalidInput("Restore a Postgres database with `pg_restore`.")
    restore(backup, Path(parsed.database), migrations.known())


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


async def _prepare(database: Database, upgrade: bool) -> None:
    url = database.engine.url
    if database.is_sqlite and url.database and "uri" not in url.query:
        discard_foreign_log(Path(url.database))
        make_private(Path(url.database), exist_ok=True)
    async with database.engine.connect() as connection:
        version = await connection.run_sync(_version)
    if version == schema.HEAD:
        return
    # Alembic takes a while to import, and nearly every start finds the schema up to date.
    from email_assistant.store import migrations

    if not upgrade and version in migrations.known():
        raise SettingsError(
            "The database was made by an older version of Email Assistant. Make a backup, stop all servers "
            "that use it, and run `email-assistant db upgrade`."
        )
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql(TAKE_TURNS[connection.dialect.name])
        await connection.run_sync(migrations.upgrade)
        await connection.commit()


@contextmanager
def _patience(connection: sqlite3.Connection, *, milliseconds: int) -> Iterator[None]:
    ((usual,),) = connection.execute("PRAGMA busy_timeout").fetchall()
    connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}")


def _sqlite(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - what threads use is Python's own driver
    return driver


def _version(connection: Connection) -> str | None:
    try:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (OperationalError, ProgrammingError) as failure:
        if "alembic_version" not in str(failure.orig):
            raise
        connection.rollback()
        return None
