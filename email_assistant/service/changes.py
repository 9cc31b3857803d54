"""Notify whoever shows a list of conversations that it changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Watcher = Callable[[str, frozenset[str]], Awaitable[None]]
"""Called with the owner whose list changed, and the ids of deleted conversations."""


SettingsWatcher = Callable[[str], Awaitable[None]]
"""Called with the owner whose profile changed."""


class Changes:
    """What changes in the lists and the profiles of all owners, through this process."""

    def __init__(self) -> None:
        self._watchers: list[Watcher] = []
        self._settings_watchers: list[SettingsWatcher] = []

    def watch(self, watcher: Watcher) -> None:
        """Call `watcher` for each change. It must neither raise nor take long."""
        self._watchers.append(watcher)

    def watch_settings(self, watcher: SettingsWatcher) -> None:
        """Call `watcher` for each change of a profile. It must neither raise nor take long."""
        self._settings_watchers.append(watcher)

    async def tell_settings(self, owner: str) -> None:
        """Tell all watchers of profiles."""
        for watcher in self._settings_watchers:
            await watcher(owner)

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
