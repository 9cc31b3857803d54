"""Two server processes on one database, each of which is down at times."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.integration.processes import ModelProcess, ServerProcess

PAUSE = (2.0, 7.0)
"""Seconds between a start of a server and its next end."""
ENDS = {"kills": signal.SIGKILL, "shutdowns": signal.SIGTERM}
GRACE = 30
"""Seconds within which a server that is told to end has ended."""


class Servers:
    """The servers. `chance` decides on their ends."""

    def __init__(self, folder: Path, model: ModelProcess, chance: random.Random) -> None:
        url = f"sqlite:///{folder / 'conversations.db'}"
        self._chance = chance
        self._all = [
            ServerProcess(folder / name, model_url=model.url, EMAIL_ASSISTANT_DATABASE_URL=url)
            for name in ("one", "other")
        ]
        self._up: list[str] = []
        self._changed = asyncio.Condition()
        self._threads: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Start them one after the other: the first makes the tables."""
        for server in self._all:
            await self._start(server)

    async def end_at_random(self, until: float, faults: Counter[str]) -> None:
        """End each now and then until that moment, count it, and start it again."""
        async with asyncio.TaskGroup() as group:
            for server in self._all:
                group.create_task(self._end_at_random(server, until, faults))

    async def one(self) -> str:
        """Return the URL of one that is up, awaited."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._up)
            return self._chance.choice(self._up)

    async def kill(self) -> None:
        """Kill those that run."""
        await asyncio.gather(*self._threads, return_exceptions=True)
        for server in self._all:
            if server.url:
                server.stop(signal.SIGKILL)

    async def _end_at_random(self, server: ServerProcess, until: float, faults: Counter[str]) -> None:
        while time.monotonic() + (pause := self._chance.uniform(*PAUSE)) < until:
            await asyncio.sleep(pause)
            (end,) = self._chance.choices([*ENDS], weights=[4, 1])
            faults[end] += 1
            self._up.remove(server.url)
            await self._in_thread(server.stop, ENDS[end], GRACE)
            await self._start(server)

    async def _start(self, server: ServerProcess) -> None:
        await self._in_thread(server.start)
        async with self._changed:
            self._up.append(server.url)
            self._changed.notify_all()

    async def _in_thread(self, work: Callable[..., object], *arguments: object) -> None:
        """Run in a thread, which is not cancelled: `kill` waits for what it does to a server."""
        thread = asyncio.create_task(asyncio.to_thread(work, *arguments))
        self._threads.add(thread)
        thread.add_done_callback(self._threads.discard)
        await asyncio.shield(thread)
