"""The assistant, opened for one command that does one thing after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any, TypeVar

import click

from email_assistant.cli import texts
from email_assistant.cli.console import messages
from email_assistant.errors import AccountNotFound, SettingsError
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.opening import open_assistant
from email_assistant.settings import LOCAL_USER, Settings, load_settings

Result = TypeVar("Result")


class Service:
    """Runs the assistant's calls to their end, one by one, for one user.

    Ctrl-C cancels the call that runs, waits until it has put everything in order, and is then raised; so it
    is if the turn is stopped from elsewhere.
    """

    def __init__(
        self, runner: asyncio.Runner, assistant: EmailAssistant, owner: str, *, offline: bool
    ) -> None:
        self._runner = runner
        self.assistant = assistant
        self.owner = owner
        self.offline = offline

    def run(self, call: Coroutine[Any, Any, Result]) -> Result:
        """Return the result of one call.

        Raises:
            KeyboardInterrupt: the person stopped it, here or at another door.
        """
        try:
            return self._runner.run(call)
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None

    def resolve_id(self, app_id: str) -> str:
        """Return the id that begins with `app_id`.

        Raises:
            ConversationNotFound: there is none, or more than one.
        """
        return self.run(self.assistant.resolve_id(self.owner, app_id))


@contextmanager
def opened(context: click.Context | None = None) -> Iterator[Service]:
    """Open the assistant as the environment sets it up, for the user of `--user`, for the block.

    Raises:
        EmailAssistantError: it cannot be opened, or there is no such user.
    """
    settings = load_settings()
    if settings.unread:
        messages().say(settings.unread)
    user: str | None = (context or click.get_current_context()).find_root().params["user"]
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        assistant = runner.run(stack.enter_async_context(open_assistant(settings)))
        try:
            owner = runner.run(_owner(assistant, settings, user))
            yield Service(runner, assistant, owner, offline=settings.offline)
        finally:
            runner.run(stack.aclose())


async def _owner(assistant: EmailAssistant, settings: Settings, user: str | None) -> str:
    """Return whose conversations: whoever may open the database may name anybody."""
    if settings.auth == "local":
        return LOCAL_USER
    if user is None:
        raise SettingsError(texts.WHOSE.format(auth=settings.auth))
    wanted = user.casefold()
    for known in await assistant.accounts.users():
        if known.name == wanted:
            return known.name
    raise AccountNotFound(texts.NO_SUCH_USER.format(user=user))
