"""What was answered to a request that may be sent again, so that nothing is done twice."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, LargeBinary, delete, func, insert, select, type_coerce, update
from sqlalchemy.exc import IntegrityError

from email_assistant.errors import IdempotencyKeyReused
from email_assistant.store.claims import Claims
from email_assistant.store.database import Database
from email_assistant.store.schema import repeats

KEPT = timedelta(days=1)
MAX_KEYS = 5_000
"""Requests of one owner that are remembered."""
MAX_BYTES = 8 * 1024 * 1024
"""Bytes of answers that are kept whole for one owner. Of earlier ones only the conversation is kept: a repeat
is not done again, and is answered as that conversation stands."""
MAX_SHORT = 200
"""Bytes of an answer that is short as it is."""

NAMESPACE = uuid.UUID("0f9f5d3c-5a06-4c6e-8f0e-6a3a1d9e7c52")


@dataclass(frozen=True)
class Repeat:
    """One request under its key; `earlier` is what was answered to it before, None the first time."""

    earlier: dict[str, Any] | None
    _kept: IdempotencyKeys
    _row: dict[str, Any]

    async def keep(self, app_id: str, answer: dict[str, Any]) -> None:
        """Keep `answer`, a JSON value, for a day or until the conversation is deleted."""
        await self._kept.keep(self._row | {"app_id": app_id, "answer": answer})


class IdempotencyKeys:
    """The answers in a database.

    Args:
        database: the one that all the server's processes share.
        claims: of this process.
    """

    def __init__(self, database: Database, claims: Claims) -> None:
        self._database, self._claims = database, claims

    @asynccontextmanager
    async def claim(self, owner: str, key: str, request: str) -> AsyncIterator[Repeat]:
        """Do what `request` says in the block, unless it was done before under this key.

        Args:
            owner: whose key it is.
            key: what the client calls this one request.
            request: all that makes it another request.

        Raises:
            ConversationBusy: the first one is still being done, here or in another process.
            IdempotencyKeyReused: the key stands for another request.
        """
        row = {"owner": owner, "key": _digest(key), "request": _digest(request)}
        # As with a conversation's turn, the claim of a process that dies ends by itself.
        async with self._claims.hold(str(uuid.uuid5(NAMESPACE, f"{row['key']} {owner}"))):
            yield Repeat(await self._earlier(**row), self, row)

    async def _earlier(self, owner: str, key: str, request: str) -> dict[str, Any] | None:
        query = select(repeats.c.request, repeats.c.answer).where(
            repeats.c.owner == owner, repeats.c.key == key, repeats.c.created_at > datetime.now(UTC) - KEPT
        )
        found = await self._database.read(lambda connection: connection.execute(query).first())
        if found and found.request != request:
            raise IdempotencyKeyReused(
                "This Idempotency-Key was used for another request of yours. Send this one with a new key."
            )
        return found and found.answer

    async def keep(self, row: dict[str, Any]) -> None:
        """Write a row, and remove those of yesterday."""
        now = datetime.now(UTC)
        mine = repeats.c.owner == row["owner"], repeats.c.key == row["key"]

        def put(connection: Connection) -> None:
            connection.execute(delete(repeats).where(repeats.c.created_at <= now - KEPT))
            connection.execute(delete(repeats).where(*mine))
            connection.execute(insert(repeats).values(**row, created_at=now))
            _shorten(connection, row["owner"])

        with suppress(IntegrityError):  # the conversation was deleted meanwhile, and its answers with it
            await self._database.write(put)


def _shorten(connection: Connection, owner: str) -> None:
    """Let go of the oldest answers of an owner."""
    size = func.length(type_coerce(repeats.c.answer, LargeBinary))
    mine = select(repeats.c.key, repeats.c.app_id, size.label("size")).where(repeats.c.owner == owner)
    kept = 0
    for number, found in enumerate(connection.execute(mine.order_by(repeats.c.created_at.desc())).all()):
        one = repeats.c.owner == owner, repeats.c.key == found.key
        kept += found.size
        if number >= MAX_KEYS:
            connection.execute(delete(repeats).where(*one))
        elif number and kept > MAX_BYTES and found.size > MAX_SHORT:
            connection.execute(update(repeats).where(*one).values(answer={"app_id": found.app_id}))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()
