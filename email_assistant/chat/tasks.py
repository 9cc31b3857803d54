"""The tasks of one tab: the turn that it began, and its wait for one that another tab began."""

from __future__ import annotations

import asyncio
from typing import Any

Task = asyncio.Task[Any]


class TabTasks:
    """Keeps each task until it ends, and no longer: a task holds the session, which would never be freed."""

    def __init__(self) -> None:
        self._newest: Task | None = None
        self._kept: set[Task] = set()

    @property
    def running(self) -> Task | None:
        """The newest turn of this tab, if it runs and is not the one that asks."""
        turn = self._newest
        return turn if turn and not turn.done() and turn is not asyncio.current_task() else None

    def begin(self, task: Task | None) -> None:
        """Make `task` the turn of this tab."""
        if task:
            self._newest = task
            self.keep(task)

    def keep(self, task: Task) -> None:
        """Keep `task` from being collected while it runs."""
        self._kept.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: Task) -> None:
        self._kept.discard(task)
        if self._newest is task:
            self._newest = None
