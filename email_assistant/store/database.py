"""The protocol between the stores and the one database of the server; every access is a transaction."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from sqlalchemy import URL, Connection, Row, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from email_assistant.errors import EmailAssistantError
from email_assistant.store.failures import DAMAGED, DRIVER_ERRORS, sentence_of

Result = TypeVar("Result")
Insert = sqlite.Insert | postgresql.Insert

HELD_BACK = (
    "It is deleted. Some bytes stay for now, because another program, such as a backup, is reading the "
    "database, or because the file storage does not answer. They are removed as soon as possible."
)


class DatabaseUnavailable(EmailAssistantError):
    """The database did not answer or refused; nothing of the transaction was kept."""


class Database(ABC):
    """The protocol of `SqliteDatabase` and `PostgresDatabase`. Open one with `open_database`.

    `write`, `read` and `fetch` are the ways in. Each raises `DatabaseUnavailable` if the database is locked,
    read-only, full or gone. A task that is cancelled while it waits does not learn whether its transaction
    was kept: `run_to_completion` waits for that.
    """

    MIGRATION_LOCK: ClassVar[str]
    """Begins a transaction that one server at a time gets."""
    MIGRATES_ON_OPEN: ClassVar[bool]
    """Whether opening it upgrades an older schema: not where other servers may be using it."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._is_damaged = False

    @abstractmethod
    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` in one transaction, which is committed when it returns and undone if it raises.

        Raises:
            IntegrityError: SQLAlchemy's, for the caller to judge.
        """

    @abstractmethod
    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work`, which only reads, in one transaction. It waits for no writer."""

    @abstractmethod
    async def fetch(
        self, query: Select[Any], parameters: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        """Return the rows of a query that finds a few of them by an index, by the shortest way."""

    @abstractmethod
    def insert(self, table: Table) -> Insert:
        """Return an INSERT that can say what to do on a conflict."""

    @abstractmethod
    def lock(self, connection: Connection, key: str) -> None:
        """Let one transaction at a time go on that names this key, until it ends.

        What it decides by, it reads after its first write: SQLite lets one transaction write at a time, and
        that is all the lock it has.
        """

    @abstractmethod
    def now(self, connection: Connection) -> datetime:
        """Return the time by the clock that all server processes share, within a transaction."""

    @abstractmethod
    async def clock(self) -> datetime:
        """Return the same time, outside of a transaction."""

    @abstractmethod
    async def truncate_wal(self) -> bool:
        """Empty the write-ahead log, if it still holds what was deleted from the tables.

        Returns whether nothing is left. While another program reads the database, the log stays as it is
        (`HELD_BACK` says so) and is emptied as soon as that program is done.
        """

    @abstractmethod
    async def back_up(self, file: Path) -> None:
        """Write a consistent copy to a new `file`; the server may go on meanwhile.

        Raises:
            InvalidInput: the file exists, cannot be made, or the database has a tool of its own for this.
        """

    @abstractmethod
    async def check(self) -> None:
        """Read the whole database, as far as it can be checked.

        Raises:
            DatabaseUnavailable: it is damaged; the text says what to do.
        """

    @abstractmethod
    def prepare_files(self) -> None:
        """Make its files, and make them private, before anything is read.

        Raises:
            OSError: they can neither be made nor taken.
        """

    @abstractmethod
    async def aclose(self) -> None:
        """Close all connections."""

    def raise_if_damaged(self) -> None:
        """Report damage that a transaction came upon, to whoever watches the server.

        Raises:
            DatabaseUnavailable: one did.
        """
        if self._is_damaged:
            raise DatabaseUnavailable(DAMAGED)

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except DRIVER_ERRORS as failure:
            sentence = sentence_of(failure)
            self._is_damaged = self._is_damaged or sentence == DAMAGED
            raise DatabaseUnavailable(sentence) from failure


async def run_to_completion(work: Coroutine[Any, Any, None]) -> None:
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
