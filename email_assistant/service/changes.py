"""Whoever shows a list of conversations is told that it changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


class Changes:
    """What changes in the lists of all owners, through this process."""

    def __init__(self) -> None:
        self._watchers: list[Callable[[str], Awaitable[None]]] = []

    def watch(self, watcher: Callable[[str], Awaitable[None]]) -> None:
        """Call `watcher` with the owner of each list that changes. It must neither raise nor take long."""
        self._watchers.append(watcher)

    @asynccontextmanager
    async def told_after(self, owner: str) -> AsyncIterator[None]:
        """Tell all watchers when the block has ended, however it did."""
        try:
            yield
        finally:
            await self.tell(owner)

    async def tell(self, owner: str) -> None:
        """Tell all watchers."""
        for watcher in self._watchers:
            await watcher(owner)
