"""Who runs a turn of a conversation: one task of one server process at a time.

A claim is a lease of a few seconds that its process keeps renewing, so that the claims of a process that
died end by themselves. Should a process sleep through its lease, the persister's lock still refuses the
steps of one of the two.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from email_assistant.errors import ConversationBusy
from email_assistant.store.database import Database, DatabaseUnavailable, run_to_completion
from email_assistant.store.schema import claims

LEASE = timedelta(seconds=4)
SLACK = timedelta(seconds=1)
"""A claim that would end later than a lease and this from now was made before the clock was set back: its
process has renewed it since, or is dead."""

# Built once: every turn runs them.
_MINE = claims.c.app_id == bindparam("of"), claims.c.holder == bindparam("me")
_TAKE = (
    update(claims)
    .where(
        claims.c.app_id == bindparam("of"),
        or_(
            claims.c.expires_at < bindparam("now"),
            claims.c.expires_at > bindparam("latest"),
            claims.c.holder == bindparam("me"),
        ),
    )
    .values(holder=bindparam("me"), expires_at=bindparam("until"))
)
_FIRST = insert(claims).values(app_id=bindparam("of"), holder=bindparam("me"), expires_at=bindparam("until"))
_RELEASE = delete(claims).where(*_MINE)
_HELD_ELSEWHERE = select(claims.c.app_id).where(
    claims.c.app_id == bindparam("of"),
    claims.c.holder != bindparam("me"),
    claims.c.expires_at > bindparam("now"),
    claims.c.expires_at <= bindparam("latest"),
)


class Claims:
    """The claims of this process. One object for the life of the server.

    Args:
        database: the one that all the processes share.
        lease: how long a claim outlives its process.
    """

    def __init__(self, database: Database, lease: timedelta = LEASE) -> None:
        self._database = database
        self._lease = lease
        self._holder = str(uuid.uuid4())
        self._held: set[str] = set()
        self._renewing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def hold(self, app_id: str) -> AsyncIterator[None]:
        """Hold the claim to run a turn of `app_id` for the time of the block.

        Raises:
            ConversationBusy: another task or process holds it.
        """
        if app_id in self._held:
            raise _busy()
        self._held.add(app_id)
        try:
            await run_to_completion(self._take(app_id))
            yield
        finally:
            try:
                await run_to_completion(self._release(app_id))
            finally:
                # Only now: a claim taken again meanwhile would be released with this one.
                self._held.remove(app_id)
                await run_to_completion(self._stop_renewing_if_idle())

    async def held_elsewhere(self, app_id: str) -> bool:
        """Whether another process holds the claim on `app_id`, or died so shortly ago that it may."""
        now = await self._database.clock()
        wanted = {"of": app_id, "me": self._holder, "now": now, "latest": now + self._lease + SLACK}
        return bool(await self._database.fetch(_HELD_ELSEWHERE, wanted))

    async def _take(self, app_id: str) -> None:
        def take(connection: Connection) -> None:
            now = self._database.now(connection)
            claim = {"of": app_id, "me": self._holder, "until": now + self._lease}
            limits = {"now": now, "latest": now + self._lease + SLACK}
            if not connection.execute(_TAKE, claim | limits).rowcount:
                connection.execute(_FIRST, claim)

        try:
            await self._database.write(take)
        except IntegrityError:
            raise _busy() from None
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())

    async def _release(self, app_id: str) -> None:
        mine = {"of": app_id, "me": self._holder}
        with suppress(DatabaseUnavailable):  # it ends by itself, since nobody renews it
            await self._database.write(lambda connection: connection.execute(_RELEASE, mine))

    async def _stop_renewing_if_idle(self) -> None:
        if not self._held and self._renewing:
            # Forgotten before it has ended, so that a claim taken meanwhile is renewed by a new task.
            renewing, self._renewing = self._renewing, None
            renewing.cancel()
            await asyncio.wait([renewing])

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 4)
            await run_to_completion(self._renew_all())

    async def _renew_all(self) -> None:
        mine = claims.c.app_id.in_(self._held), claims.c.holder == self._holder

        def renew(connection: Connection) -> None:
            until = self._database.now(connection) + self._lease
            connection.execute(update(claims).where(*mine).values(expires_at=until))

        with suppress(DatabaseUnavailable):  # it is tried again before the lease ends
            await self._database.write(renew)


def _busy() -> ConversationBusy:
    return ConversationBusy(
        "This conversation is still being worked on. Wait for it to end, or stop it there."
    )
