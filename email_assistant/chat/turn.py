"""One command on the page of its tab: shown while its turn runs, and settled when that has ended."""

from __future__ import annotations

import chainlit as cl

from email_assistant.chat import texts
from email_assistant.chat.host import page
from email_assistant.chat.screen import Screen
from email_assistant.conversation.commands import Command, GoOn, JustWrite, Retry
from email_assistant.service.turns import Delta, Progress, Restarted
from email_assistant.service.view import ConversationView
from email_assistant.translations import retold

RUN_AGAIN = (Retry, GoOn, JustWrite)
"""They add nothing to the conversation."""


class Turn:
    """Shows one command of a tab, its progress and its outcome.

    Args:
        screen: of the tab.
        command: what the person asks for.
        seen: the version that they looked at.
        words: their own words, "" if they only pressed a button.
        message: the message that shows the words on the page already.
        message_id: the id of the message that the page keeps until it is confirmed as saved, "" for none.
    """

    def __init__(
        self,
        screen: Screen,
        command: Command,
        *,
        seen: int,
        words: str = "",
        message: cl.Message | None = None,
        message_id: str = "",
    ) -> None:
        self.command, self.seen = command, seen
        self._screen, self._words, self._message, self._message_id = screen, words, message, message_id
        self._version, self._page_generation = screen.version, screen.page_generation
        self._is_retry = isinstance(command, RUN_AGAIN)
        self.superseded = False
        """Whether another turn takes its place, and shows how it ended."""
        self._asked = False
        """Whether the message stands on the page as a question that is being answered."""

    async def follow(self, event: Progress) -> None:
        """Show progress."""
        if isinstance(event, Delta):
            await self._screen.write(event.text)
        elif isinstance(event, Restarted):
            await self._screen.begin_anew()
        elif event.view.asking:
            self._asked = True
            await self._screen.follow(event.view, typed=self._typed)
        elif event.action in texts.STEPS:  # so the action before it, which takes the input, is saved
            await self._confirm_saved()
            if event.view.version == self.seen:
                await self._drop_retry()
            await self._screen.follow(event.view, typed=self._typed)

    async def end(self, view: ConversationView) -> None:
        """Show the view that the turn ended with."""
        await self._screen.show(view, typed=self._typed)
        if view.version == self.seen:
            # Help that was asked for before there is an email is kept nowhere.
            helped = view.state.asides[-1].answer if not view.version and view.state.asides else ""
            await self.aside(helped or texts.UNCHANGED)
        await self._confirm_saved()

    async def aside(self, sentence: str = "") -> None:
        """Say something about a command that adds nothing to the conversation."""
        await self._quote()
        if sentence:
            await self._screen.say(sentence)

    async def settle(self, view: ConversationView | None, sentence: str, *, refused: bool) -> None:
        """Bring the page up to date after a turn that was stopped, refused or failed, and say why.

        Args:
            view: the conversation; None if it cannot be read.
            sentence: what went wrong, "" if the view says it.
            refused: whether the command was not used at all.
        """
        if view is None:
            await self._screen.interrupt()
        elif refused and (view.version != self._version or view.running):
            await self._screen.reload(view)  # what is new there came from elsewhere
        else:
            await self._screen.show(view, typed=self._typed)
        if self._asked:
            self._message = None  # it went away with what was to answer it
        used = not refused and (self._screen.version > self._version or self._is_retry)
        if used:
            await self._confirm_saved()
        elif self._message_id:
            await page.give_back(self._message_id)
        if self._words and not used:
            sentence = f"{retold(sentence)} {texts.NOT_USED}".strip()
            await self._quote()
        if sentence:
            await self._screen.say(sentence)

    @property
    def _is_on_page(self) -> bool:
        """Whether the page shows the message already; one that was loaded meanwhile does not."""
        return self._message is not None and self._page_generation == self._screen.page_generation

    @property
    def _typed(self) -> str:
        """The id of the message, if it is on the page."""
        return self._message.id if self._message and self._is_on_page else ""

    async def _quote(self) -> None:
        if self._words:
            await self._screen.quote(self._words, on_page=self._is_on_page)

    async def _confirm_saved(self) -> None:
        if self._message_id:
            await page.confirm_saved(self._message_id)

    async def _drop_retry(self) -> None:
        """Take a typed "retry" off the page: it adds nothing to the conversation."""
        self._is_retry = True
        if self._message:
            await self._message.remove()
            self._message = None
