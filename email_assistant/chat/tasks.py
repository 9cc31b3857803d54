"""The tasks of one tab: the turn that it began, and its wait for one that another tab began."""

from __future__ import annotations

import asyncio
from typing import Any

Task = asyncio.Task[Any]


class TabTasks:
    """Keeps each task until it ends, and no longer: a task holds the session, which so would never go."""

    def __init__(self) -> None:
        self.turn: Task | None = None
        """The newest turn of this tab."""
        self._kept: set[Task] = set()

    @property
    def busy(self) -> bool:
        """Whether a turn of this tab runs, other than the one that asks."""
        return self.turn is not None and not self.turn.done() and self.turn is not asyncio.current_task()

    def begin(self, task: Task | None) -> None:
        """`task` is the turn of this tab from now on."""
        if task:
            self.turn = task
            self.keep(task)

    def keep(self, task: Task) -> None:
        """Keep `task` from being collected while it runs."""
        self._kept.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: Task) -> None:
        self._kept.discard(task)
        if self.turn is task:
            self.turn = None
