"""SQLite: one thread that writes, a few that read, and single rows read in the event loop."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Row, Select, StaticPool, Table, create_engine, event, text
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.pool import ConnectionPoolEntry

from email_assistant.errors import SettingsError
from email_assistant.store.backups import discard_foreign_log, make_private, write_copy
from email_assistant.store.database import Database, DatabaseUnavailable, Result
from email_assistant.store.failures import DAMAGED, DRIVER_ERRORS

READERS = 4
"""How many transactions read at once; one writes, as SQLite has it."""

TRUNCATE_AGAIN = 2.0
"""Seconds after which it is tried again to empty a log that somebody read."""

PRAGMAS = (
    "journal_mode = WAL",  # readers and the writer do not block each other
    "synchronous = FULL",  # what was acknowledged is on the disk, also if the power fails
    "wal_autocheckpoint = 32",  # pages after which the log goes into the file: it stays small beside the text
    "journal_size_limit = 131072",  # bytes that the log keeps then; a large save would leave it large
    "foreign_keys = ON",
    "secure_delete = ON",  # deleted text is overwritten with zeros
    "temp_store = MEMORY",  # and never lands in a file for sorting
)


class SqliteDatabase(Database):
    """A SQLite file. Nothing is opened before the first transaction.

    Each transaction runs in a thread from beginning to end: going back to the event loop between two
    statements would hold the one lock for writing as long as the loop is busy with others.

    Raises:
        SettingsError: the URL is of a database in memory.
    """

    MIGRATION_LOCK = "BEGIN IMMEDIATE"  # the driver begins no transaction for a CREATE TABLE
    MIGRATES_ON_OPEN = True

    def __init__(self, url: URL) -> None:
        super().__init__(url.set(drivername="sqlite+pysqlite"))
        if _is_in_memory(url):
            raise SettingsError(
                "EMAIL_ASSISTANT_DATABASE_URL names a database in memory, which each connection would have "
                "for itself. Name a file, such as sqlite:////path/to/file.db."
            )
        # Writers that wait in line here need not fight for SQLite's lock, where the last may go unserved.
        self._writer = _Threads(self.url, 1, "writer")
        self._readers = _Threads(self.url, READERS, "reader")
        self._inline = _create_inline_engine(self.url)
        self._truncating: asyncio.Task[None] | None = None

    @property
    def file(self) -> Path | None:
        """The file, if the URL names it as a path."""
        return Path(self.url.database) if self.url.database and "uri" not in self.url.query else None

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` in the writer's thread, to its end even if this task is cancelled."""
        with self._translated_errors():
            return await self._writer.run(work)

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` in a reader's thread."""
        with self._translated_errors():
            return await self._readers.run(work)

    async def fetch(
        self, query: Select[Any], parameters: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        """Read the rows here and now.

        That takes a tenth of a millisecond; a thread would take as long to begin, and then hold Python's lock
        while all other requests wait.
        """
        if self._inline:
            try:
                with self._inline.connect() as connection:
                    rows: Sequence[Row[Any]] = connection.execute(query, parameters).all()
                    return rows
            except DRIVER_ERRORS:
                pass  # the way below waits where it must, and says what is wrong
        return await self.read(lambda connection: connection.execute(query, parameters).all())

    def insert(self, table: Table) -> Insert:
        """Return SQLite's INSERT."""
        return insert(table)

    def lock(self, connection: Connection, key: str) -> None:
        """Leave it to SQLite, where one writes at a time."""

    def now(self, connection: Connection) -> datetime:
        """Return this machine's time: all processes that share the file run on it."""
        return datetime.now(UTC)

    async def clock(self) -> datetime:
        """Return this machine's time."""
        return datetime.now(UTC)

    async def truncate_wal(self) -> bool:
        """Empty the log, or try again until nobody reads it."""
        if await self._checkpoint():
            return True
        if self._truncating is None or self._truncating.done():
            self._truncating = asyncio.create_task(self._truncate_later())
        return False

    async def _checkpoint(self) -> bool:
        def checkpoint(connection: Connection) -> bool:
            # Nobody can write while this waits for readers, so it does not wait for long.
            with _busy_timeout(_driver_connection(connection), milliseconds=300):
                busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            return not busy

        return await self.write(checkpoint)

    async def _truncate_later(self) -> None:
        while True:
            await asyncio.sleep(TRUNCATE_AGAIN)
            with suppress(DatabaseUnavailable):
                if await self._checkpoint():
                    return

    async def back_up(self, file: Path) -> None:
        """Write a copy that is whole as soon as it is there."""
        await self.read(lambda connection: write_copy(_driver_connection(connection), file))

    async def check(self) -> None:
        """Read every page, index and foreign key."""

        def problems(connection: Connection) -> list[str]:
            found = [*connection.scalars(text("PRAGMA integrity_check(10)"))]
            return [*found, *connection.scalars(text("PRAGMA foreign_key_check"))]

        if await self.read(problems) != ["ok"]:
            raise DatabaseUnavailable(DAMAGED)

    def prepare_files(self) -> None:
        """Make the file readable for its owner only, and drop a log that is not its own."""
        if self.file:
            discard_foreign_log(self.file)
            make_private(self.file, exist_ok=True)

    async def aclose(self) -> None:
        """Wait for the threads, and close all connections; SQLite empties the log with the last one."""
        if self._truncating:
            self._truncating.cancel()
            await asyncio.wait([self._truncating])
        if self._inline:
            self._inline.dispose()
        for threads in (self._writer, self._readers):
            await threads.aclose()


class _Threads:
    """Threads with a connection each, in which transactions run."""

    def __init__(self, url: URL, count: int, name: str) -> None:
        self._executor = ThreadPoolExecutor(count, thread_name_prefix=name)
        # A parameter is mail text: it must not come along in an error's text.
        self._engine = create_engine(url, hide_parameters=True, pool_size=count, max_overflow=0)
        event.listen(self._engine, "connect", _set_up)
        event.listen(self._engine, "checkin", _keep_if_writable)

    async def run(self, work: Callable[[Connection], Result]) -> Result:
        """Run one transaction, to its end even if this task is cancelled."""

        def transaction() -> Result:
            with self._engine.begin() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._executor, transaction)

    async def aclose(self) -> None:
        """Wait for what still runs, and close the connections."""
        # In a thread of its own: those that all share may be busy for long.
        with ThreadPoolExecutor(1) as closing:
            await asyncio.get_running_loop().run_in_executor(closing, self._executor.shutdown)
        self._engine.dispose()


def _create_inline_engine(url: URL) -> Engine | None:
    """Return an engine to read single rows in the event loop; None if it could have to wait.

    A reader of a write-ahead log waits for no writer, and where there is something to wait for all the same
    (a log that is being recovered), it raises at once.
    """
    if "uri" in url.query:
        return None
    engine = create_engine(
        url,
        hide_parameters=True,
        poolclass=StaticPool,
        pool_reset_on_return=None,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        connect_args={"timeout": 0},
    )
    event.listen(engine, "connect", _forbid_writing)
    return engine


def _is_in_memory(url: URL) -> bool:
    file = (url.database or "").removeprefix("file:")
    return file in ("", ":memory:") or url.query.get("mode") == "memory"


def _forbid_writing(connection: Any, _: object) -> None:
    connection.execute("PRAGMA query_only = ON").close()


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


def _driver_connection(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - what threads use is Python's own driver
    return driver


@contextmanager
def _busy_timeout(connection: sqlite3.Connection, *, milliseconds: int) -> Iterator[None]:
    ((usual,),) = connection.execute("PRAGMA busy_timeout").fetchall()
    connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}")
