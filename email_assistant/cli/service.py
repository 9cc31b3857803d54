"""The assistant, opened for one command that does one thing after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any, TypeVar

from email_assistant.assistant import EmailAssistant, open_assistant
from email_assistant.settings import LOCAL_USER, load_settings

Result = TypeVar("Result")

SHORT_ID = 8
"""Characters of an id that are shown; so many or more of them, if unique, are accepted."""


class Service:
    """Runs the assistant's calls to their end, one by one, for the local user.

    Ctrl-C cancels the call that runs, waits until it has put everything in order, and is then raised.
    """

    owner = LOCAL_USER

    def __init__(self, runner: asyncio.Runner, assistant: EmailAssistant, *, offline: bool) -> None:
        self._runner = runner
        self.assistant = assistant
        self.offline = offline

    def run(self, call: Coroutine[Any, Any, Result]) -> Result:
        """The result of one call."""
        return self._runner.run(call)

    def identify(self, app_id: str) -> str:
        """The id that begins with `app_id`.

        Raises:
            ConversationNotFound: there is none, or more than one.
        """
        return self.run(self.assistant.identify(self.owner, app_id))


@contextmanager
def opened() -> Iterator[Service]:
    """Open the assistant as the environment sets it up, and close it after the block."""
    settings = load_settings()
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        assistant = runner.run(stack.enter_async_context(open_assistant(settings)))
        try:
            yield Service(runner, assistant, offline=settings.offline)
        finally:
            runner.run(stack.aclose())
