"""The calls that write, each in a task of its own: it goes on to its end if the client goes away."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from email_assistant.api.answers import Answer


class Turns:
    """The tasks of this server. Close it before the service."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Answer]] = set()

    def start(self, work: Coroutine[Any, Any, Answer]) -> asyncio.Task[Answer]:
        """Run `work` whether or not anybody waits for it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)  # asyncio itself holds a task weakly
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Stop what still runs; a step that did not finish can be retried."""
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks)
