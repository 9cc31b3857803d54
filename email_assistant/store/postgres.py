"""Postgres: an async engine, with limits on how long it is waited for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from ssl import create_default_context
from typing import Any

from sqlalchemy import URL, Connection, Row, Select, Table, func, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import create_async_engine

from email_assistant.errors import InvalidInput
from email_assistant.settings import extra_missing
from email_assistant.store.database import Database, Result

CONNECT_WITHIN, ANSWER_WITHIN = 10, 30
"""Seconds that Postgres is given. One whose machine is gone would else be waited for until TCP gives up."""

MAX_CONNECTIONS = 10
"""That a server opens, and keeps: one that is opened for a moment costs Postgres more than what it is for."""


class PostgresDatabase(Database):
    """A Postgres, which other servers may be using. Nothing is opened before the first transaction.

    Args:
        url: of the database; libpq's `sslmode` is understood.
        patient: waits for a statement as long as it takes, as a migration may need.

    Raises:
        SettingsError: its driver is not installed.
    """

    MIGRATION_LOCK = "SELECT pg_advisory_xact_lock(20260101)"
    MIGRATES_ON_OPEN = False

    def __init__(self, url: URL, *, patient: bool = False) -> None:
        super().__init__(_with_asyncpg(url))
        limits: dict[str, Any] = {"timeout": CONNECT_WITHIN}
        if not patient and "command_timeout" not in self.url.query:
            limits["command_timeout"] = ANSWER_WITHIN
        try:
            # A parameter is mail text: it must not come along in an error's text.
            self._engine = create_async_engine(
                self.url,
                hide_parameters=True,
                pool_pre_ping=True,
                pool_size=MAX_CONNECTIONS,
                max_overflow=0,
                connect_args=limits | _tls(self.url),
            )
        except ImportError:
            raise extra_missing("EMAIL_ASSISTANT_DATABASE_URL=postgresql://…", "postgres") from None

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` on a connection of the pool."""
        with self._translated_errors():
            async with self._engine.begin() as connection:
                return await connection.run_sync(work)

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` as `write` does: readers of Postgres wait for no writer."""
        return await self.write(work)

    async def fetch(
        self, query: Select[Any], parameters: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        """Return the rows of a query."""
        return await self.read(lambda connection: connection.execute(query, parameters).all())

    def insert(self, table: Table) -> Insert:
        """Return Postgres's INSERT."""
        return insert(table)

    def lock(self, connection: Connection, key: str) -> None:
        """Take a lock of Postgres's for this transaction."""
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))

    def now(self, connection: Connection) -> datetime:
        """Return the time of the database's machine: those of the processes may differ."""
        now: datetime = connection.scalars(select(func.clock_timestamp())).one()
        return now.astimezone(UTC)

    async def clock(self) -> datetime:
        """Return the time of the database's machine."""
        return await self.read(self.now)

    async def truncate_wal(self) -> bool:
        """Leave its log to itself: it lies where only Postgres's own user can read it."""
        return True

    async def back_up(self, file: Path) -> None:
        """Refuse, and name the tool."""
        raise InvalidInput("Back up a Postgres database with `pg_dump`.")

    async def check(self) -> None:
        """Do no more: it checks what it reads, and opening it has shown that it answers."""

    def prepare_files(self) -> None:
        """Leave them to Postgres."""

    async def aclose(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def _with_asyncpg(url: URL) -> URL:
    url = url.set(drivername="postgresql+asyncpg")
    if mode := url.query.get("sslmode"):  # libpq's name for asyncpg's `ssl`
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return url


def _tls(url: URL) -> dict[str, Any]:
    if "ssl" in url.query or not url.host or url.host in ("localhost", "127.0.0.1", "::1"):
        return {}
    return {"ssl": create_default_context()}
