"""Whoever shows a list of conversations is told that it changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Watcher = Callable[[str, frozenset[str]], Awaitable[None]]
"""Is told whose list changed, and the ids of the conversations that were deleted."""


class Changes:
    """What changes in the lists of all owners, through this process."""

    def __init__(self) -> None:
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        """Call `watcher` for each change. It must neither raise nor take long."""
        self._watchers.append(watcher)

    @asynccontextmanager
    async def told_after(self, owner: str) -> AsyncIterator[None]:
        """Tell all watchers when the block has ended, however it did."""
        try:
            yield
        finally:
            await self.tell(owner)

    async def tell(self, owner: str, *gone: str) -> None:
        """Tell all watchers that the list of `owner` changed, and which conversations are `gone`."""
        deleted = frozenset(gone)
        for watcher in self._watchers:
            await watcher(owner, deleted)
