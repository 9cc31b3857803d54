"""What the routes stand on: the service, who may call it, and the tasks of calls that write."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request

from email_assistant.api.answers import Answer
from email_assistant.service.assistant import EmailAssistant

SignIn = Callable[[Request], Awaitable[str]]
"""Tells whose conversations a request may see, or raises `NotSignedIn`."""


class HttpDoor:
    """Connects requests with the service; each request has it in its state, from the server's lifespan.

    Close it before the service. `place` is where the data is kept, as far as people may know.
    """

    def __init__(self, assistant: EmailAssistant, sign_in: SignIn, place: str = "") -> None:
        self.assistant, self.sign_in, self.place = assistant, sign_in, place
        self._tasks: set[asyncio.Task[Answer]] = set()

    def start(self, work: Coroutine[Any, Any, Answer]) -> asyncio.Task[Answer]:
        """Run `work` in a task of its own, which goes on to its end if the client goes away."""
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
