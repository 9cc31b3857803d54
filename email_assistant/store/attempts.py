"""How often somebody tried to sign in, counted in one place for all server processes."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, delete, select, update

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
        row = self._database.insert(sign_in_attempts).values(
            key=hashed(key), attempts=1, ends_at=now + window
        )
        old = sign_in_attempts.c
        ended = old.ends_at <= now
        one_more = row.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "attempts": case((ended, 1), else_=old.attempts + 1),
                "ends_at": case((ended, row.excluded.ends_at), else_=old.ends_at),
            },
        ).returning(old.attempts, old.ends_at)

        def count(connection: Connection) -> tuple[int, datetime]:
            attempts, ends_at = connection.execute(one_more).one()
            connection.execute(delete(sign_in_attempts).where(old.ends_at <= now))
            return attempts, ends_at

        return await self._database.write(count)

    async def forget(self, key: str) -> None:
        """Forget the attempts of this key."""
        forget = delete(sign_in_attempts).where(sign_in_attempts.c.key == hashed(key))
        await self._database.write(lambda connection: connection.execute(forget))

    async def note(self, key: str, until: datetime) -> None:
        """Remember that there was something under this key, until then."""
        row = self._database.insert(sign_in_attempts).values(key=hashed(key), attempts=0, ends_at=until)
        longer = row.on_conflict_do_update(index_elements=["key"], set_={"ends_at": row.excluded.ends_at})
        await self._database.write(lambda connection: connection.execute(longer))

    async def is_noted(self, key: str, now: datetime) -> bool:
        """Return whether it is remembered."""
        mine = sign_in_attempts.c.key == hashed(key), sign_in_attempts.c.ends_at > now
        return bool(await self._database.fetch(select(sign_in_attempts.c.key).where(*mine)))

    async def take_back(self, key: str) -> None:
        """Count one attempt less."""
        mine = sign_in_attempts.c.key == hashed(key)
        one_less = update(sign_in_attempts).where(mine).values(attempts=sign_in_attempts.c.attempts - 1)
        await self._database.write(lambda connection: connection.execute(one_less))


def hashed(key: str) -> str:
    """Return what is kept of a key: what is typed as a name may be a password."""
    return hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()
