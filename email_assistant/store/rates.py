"""How many requests somebody may send, counted in one place for all server processes."""

from __future__ import annotations

import time

from sqlalchemy import Connection, case, delete, select

from email_assistant.store.attempts import hashed
from email_assistant.store.database import Database
from email_assistant.store.schema import rates

MINUTE = 60.0


class Rates:
    """The rates in a database, by the generic cell rate algorithm: a token bucket that is one number.

    A key is any text, such as a user's name; only its hash is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tidied_at = time.monotonic()

    async def take(self, key: str, most: int, per_minute: int) -> tuple[int, float]:
        """Take `most` requests, or one if there are not so many left.

        Returns how many were taken, and where that is none the seconds until there is one.
        """
        one = MINUTE / per_minute
        tidies = time.monotonic() - self._tidied_at > MINUTE

        def take(connection: Connection) -> tuple[int, float]:
            now = self._database.now(connection).timestamp()
            if tidies:
                connection.execute(delete(rates).where(rates.c.used_until < now))
            for count in (most, 1):
                if self._take(connection, key, now, count * one, slack=one / 2):
                    return count, 0.0
            used_until: float = connection.scalars(
                select(rates.c.used_until).where(rates.c.key == hashed(key))
            ).one()
            return 0, used_until + one - now - MINUTE

        if tidies:
            self._tidied_at = time.monotonic()
        return await self._database.write(take)

    def _take(self, connection: Connection, key: str, now: float, cost: float, slack: float) -> bool:
        # Slack of less than one request allows none too many, and a clock set back a little refuses none.
        used = case((rates.c.used_until > now, rates.c.used_until), else_=now) + cost
        row = self._database.insert(rates).values(key=hashed(key), used_until=now + cost)
        more = row.on_conflict_do_update(
            index_elements=["key"],
            set_={"used_until": used},
            where=used <= now + MINUTE + slack,
        )
        return connection.execute(more.returning(rates.c.key)).first() is not None
