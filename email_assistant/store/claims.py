"""Who runs a turn of a conversation: one task of one server process at a time.

A claim is a lease of a few seconds that its process keeps renewing, so that the claims of a process that
died end by themselves; those of one that died on this machine end at once. Should a process sleep through
its lease, the persister's lock still refuses the steps of one of the two.

With the lease, its process keeps the words of the draft so far, and learns whether another one asks it to
stop.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from email_assistant.errors import ConversationBusy, RateLimited
from email_assistant.store.database import Database, DatabaseUnavailable, run_to_completion
from email_assistant.store.processes import Processes
from email_assistant.store.rows import storable
from email_assistant.store.schema import claims, conversations

LEASE = timedelta(seconds=4)
SLACK = timedelta(seconds=1)
"""A claim that would end later than a lease and this from now was made before the clock was set back: its
process has renewed it since, or is dead."""
RENEWALS = 4
"""In one lease. A turn that another process stops ends with the next one."""

RETRY_AFTER = 5
"""Seconds after which one of many turns has likely ended."""

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
    .values(holder=bindparam("me"), expires_at=bindparam("until"), owner=bindparam("by"), stop=False)
    .returning(claims.c.words)
)
_FIRST = insert(claims).values(
    app_id=bindparam("of"), holder=bindparam("me"), expires_at=bindparam("until"), owner=bindparam("by")
)
_KEEP_WORDS = update(claims).where(*_MINE).values(words=bindparam("written"))
_RELEASE = delete(claims).where(*_MINE)
_FOREIGN = select(claims).where(claims.c.app_id == bindparam("of"), claims.c.holder != bindparam("me"))
_COUNT = (
    select(func.count())
    .select_from(claims)
    .where(
        claims.c.owner == bindparam("by"),
        claims.c.expires_at >= bindparam("now"),
        claims.c.expires_at <= bindparam("latest"),
    )
)


@dataclass
class Held:
    """A claim that this process holds.

    Args:
        stop: is called when another process asks for it.
        words: what is kept with the claim, for whoever takes it from this process should that die.
    """

    stop: Callable[[], None] = lambda: None
    words: Callable[[], str] = lambda: ""
    kept: str = ""
    """The words that were kept last."""


@dataclass(frozen=True)
class Foreign:
    """A claim of another process."""

    lives: bool
    """Whether that process does, or died so shortly ago on another machine that it may."""
    words: str
    """What was written of the draft when it was renewed last."""


class Claims:
    """The claims of this process. One object for the life of the server.

    Args:
        database: the one that all the processes share.
        lease: how long a claim outlives its process.
        processes: tells which of this machine live; without it, the lease alone does.
    """

    def __init__(
        self, database: Database, lease: timedelta = LEASE, processes: Processes | None = None
    ) -> None:
        self._database = database
        self._lease = lease
        self._processes = processes
        self._entered = False
        self._holder = str(uuid.uuid4())
        self._held: dict[str, Held] = {}
        self._renewing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def hold(
        self, app_id: str, held: Held | None = None, *, owner: str = "", most: int | None = None
    ) -> AsyncIterator[str]:
        """Hold the claim to run a turn of `app_id` for the time of the block.

        Yields what the process that died with the claim had written of its draft.

        Args:
            app_id: of the conversation.
            held: what to do with it meanwhile.
            owner: for whom it is counted.
            most: claims that the owner may hold at once, in all processes together.

        Raises:
            ConversationBusy: another task or process holds it.
            RateLimited: the owner holds as many as they may.
        """
        if app_id in self._held:
            raise _busy()
        self._held[app_id] = held or Held()
        left: list[str] = []
        try:
            await run_to_completion(self._take(app_id, owner, most, left))
            yield left[0]
        finally:
            try:
                await run_to_completion(self._release(app_id))
            finally:
                # Only now: a claim taken again meanwhile would be released with this one.
                del self._held[app_id]
                await run_to_completion(self._stop_renewing_if_idle())

    async def foreign(self, app_id: str) -> Foreign | None:
        """Return the claim of another process on `app_id`, if there is one."""
        rows = await self._database.fetch(_FOREIGN, {"of": app_id, "me": self._holder})
        if not rows:
            return None
        return Foreign(self._lives(rows[0], await self._database.clock()), rows[0].words)

    async def held_elsewhere(self, app_id: str) -> bool:
        """Return whether another process holds the claim on `app_id`, or died so shortly ago that it may."""
        foreign = await self.foreign(app_id)
        return foreign is not None and foreign.lives

    async def ask_to_stop(self, app_ids: Collection[str]) -> None:
        """Ask the processes that hold these claims to let go of them; they do within a second."""
        asked = claims.c.app_id.in_(app_ids), claims.c.holder != self._holder
        stop = update(claims).where(*asked).values(stop=True)
        await self._database.write(lambda connection: connection.execute(stop))

    async def held_elsewhere_of(self, owner: str) -> list[str]:
        """Return the owner's conversations that other processes hold; those of dead ones are set free."""
        await self._free_those_of_the_dead()
        theirs = (
            select(claims)
            .join(conversations, conversations.c.app_id == claims.c.app_id)
            .where(conversations.c.owner == owner, claims.c.holder != self._holder)
        )
        rows = await self._database.read(lambda connection: connection.execute(theirs).all())
        now = await self._database.clock()
        return [row.app_id for row in rows if self._lives(row, now)]

    def leave(self) -> None:
        """Be a living process no more."""
        if self._processes:
            self._processes.leave()

    def _lives(self, row: Row[Any], now: datetime) -> bool:
        in_time = now < row.expires_at <= now + self._lease + SLACK
        return in_time and not (self._processes and self._processes.died(row.holder))

    async def _take(self, app_id: str, owner: str, most: int | None, left: list[str]) -> None:
        await self._enter()
        try:
            left.append(await self._claim(app_id, owner, most))
        except (ConversationBusy, RateLimited):
            if not await self._free_those_of_the_dead():
                raise
            left.append(await self._claim(app_id, owner, most))
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())

    async def _claim(self, app_id: str, owner: str, most: int | None) -> str:
        def claim(connection: Connection) -> str:
            if most:
                self._database.lock(connection, f"claims of {owner}")  # two at once would both find room
            now = self._database.now(connection)
            mine = {"of": app_id, "me": self._holder, "until": now + self._lease, "by": owner}
            limits = {"now": now, "latest": now + self._lease + SLACK}
            taken = connection.execute(_TAKE, mine | limits).first()
            if taken is None:
                connection.execute(_FIRST, mine)
            if most and connection.execute(_COUNT, limits | {"by": owner}).scalar_one() > most:
                raise _too_many(most)
            return taken.words if taken else ""

        try:
            return await self._database.write(claim)
        except IntegrityError:
            raise _busy() from None

    async def _enter(self) -> None:
        if self._processes and not self._entered:
            self._entered = True
            await self._free(self._processes.enter(self._holder))

    async def _free_those_of_the_dead(self) -> bool:
        """End the claims of processes that died on this machine, and return whether there were any."""
        if not self._processes:
            return False
        others = select(claims.c.holder).where(claims.c.holder != self._holder).distinct()
        rows = await self._database.read(lambda connection: connection.execute(others).all())
        return await self._free([row.holder for row in rows if self._processes.died(row.holder)])

    async def _free(self, dead: list[str]) -> bool:
        """Let the claims of these processes be expired. The words in them stay."""
        if not dead or not self._processes:
            return False
        theirs = claims.c.holder.in_(dead)

        def expire(connection: Connection) -> bool:
            past = self._database.now(connection) - SLACK
            return bool(connection.execute(update(claims).where(theirs).values(expires_at=past)).rowcount)

        freed = await self._database.write(expire)
        for holder in dead:
            self._processes.forget(holder)
        return freed

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
            await asyncio.sleep(self._lease.total_seconds() / RENEWALS)
            await run_to_completion(self._renew_all())

    async def _renew_all(self) -> None:
        held = {**self._held}
        mine = claims.c.app_id.in_(held), claims.c.holder == self._holder
        words = {app_id: each.words() for app_id, each in held.items()}
        new = [
            {"of": app_id, "me": self._holder, "written": storable(words[app_id])}
            for app_id, each in held.items()
            if words[app_id] != each.kept
        ]

        def renew(connection: Connection) -> list[str]:
            until = self._database.now(connection) + self._lease
            longer = update(claims).where(*mine).values(expires_at=until)
            rows = connection.execute(longer.returning(claims.c.app_id, claims.c.stop)).all()
            if new:
                connection.execute(_KEEP_WORDS, new)
            return [row.app_id for row in rows if row.stop]

        with suppress(DatabaseUnavailable):  # it is tried again before the lease ends
            for app_id in await self._database.write(renew):
                held[app_id].stop()
            for app_id, each in held.items():
                each.kept = words[app_id]


def _busy() -> ConversationBusy:
    return ConversationBusy(
        "This conversation is still being worked on. Wait for it to end, or stop it there."
    )


def _too_many(most: int) -> RateLimited:
    return RateLimited(
        "1 reply is being worked on for you already. Wait until one is done, then try again."
        if most == 1
        else f"{most} replies are being worked on for you already. Wait until one is done, then try again.",
        retry_after=RETRY_AFTER,
    )
