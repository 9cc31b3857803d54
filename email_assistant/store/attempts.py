"""How often somebody tried to sign in, counted in one place for all server processes."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from email_assistant.store.database import Database
from email_assistant.store.schema import sign_in_attempts


class Attempts:
    """The attempts in a database. A key is any text, such as a user's name; only its hash is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, key: str, now: datetime, window: timedelta) -> tuple[int, datetime]:
        """Count one more attempt: how many there were in this window, this one included, and its end.

        A window begins with the first attempt and ends `window` later, whatever comes in between.
        """
        insert = sqlite_insert if self._database.is_sqlite else postgres_insert
        row = insert(sign_in_attempts).values(key=_hashed(key), attempts=1, ends_at=now + window)
        old = sign_in_attempts.c
        ended = old.ends_at <= now
        one_more = row.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "attempts": case((ended, 1), else_=old.attempts + 1),
                "ends_at": case((ended, row.excluded.ends_at), else_=old.ends_at),
            },
        ).returning(old.attempts, old.ends_at)
        async with self._database.begin() as connection:
            attempts, ends_at = (await connection.execute(one_more)).one()
            await connection.execute(delete(sign_in_attempts).where(old.ends_at <= now))
        return attempts, ends_at

    async def forget(self, key: str) -> None:
        """Begin anew with this key."""
        async with self._database.begin() as connection:
            await connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.key == _hashed(key)))

    async def note(self, key: str, until: datetime) -> None:
        """Remember that there was something under this key, until then."""
        insert = sqlite_insert if self._database.is_sqlite else postgres_insert
        row = insert(sign_in_attempts).values(key=_hashed(key), attempts=0, ends_at=until)
        longer = row.on_conflict_do_update(index_elements=["key"], set_={"ends_at": row.excluded.ends_at})
        async with self._database.begin() as connection:
            await connection.execute(longer)

    async def is_noted(self, key: str, now: datetime) -> bool:
        """Whether it is remembered."""
        mine = sign_in_attempts.c.key == _hashed(key), sign_in_attempts.c.ends_at > now
        async with self._database.begin() as connection:
            return await connection.scalar(select(sign_in_attempts.c.key).where(*mine)) is not None

    async def take_back(self, key: str) -> None:
        """Count one attempt less."""
        mine = sign_in_attempts.c.key == _hashed(key)
        async with self._database.begin() as connection:
            await connection.execute(
                update(sign_in_attempts).where(mine).values(attempts=sign_in_attempts.c.attempts - 1)
            )


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()
