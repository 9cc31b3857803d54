"""The Chainlit callbacks: read the event, and let the tab or the service do the rest."""

from __future__ import annotations

from contextlib import suppress

import chainlit as cl
from chainlit.types import ThreadDict
from pydantic import ValidationError

from email_assistant.chat import texts
from email_assistant.chat.cards import CardRequests
from email_assistant.chat.host import page, session, sidebar, sign_in
from email_assistant.chat.tab import Tab
from email_assistant.chat.taps import Tap
from email_assistant.chat.threads import ConversationThreads
from email_assistant.errors import EmailAssistantError
from email_assistant.service.assistant import EmailAssistant
from email_assistant.settings import Settings


class ChatDoor:
    """Connects Chainlit's events with the service; made when that opens."""

    def __init__(self, assistant: EmailAssistant, settings: Settings) -> None:
        self._assistant, self._settings = assistant, settings
        self._cards = CardRequests(assistant)
        self._tabs = session.PerTab(lambda: Tab(assistant, session.owner(), session.app_id()))

    def register(self) -> None:
        """Give Chainlit its callbacks."""
        cl.data_layer(lambda: ConversationThreads(self._assistant))
        cl.set_starters(self.starters)
        cl.on_chat_resume(self.on_chat_resume)
        cl.on_message(self.on_message)
        cl.on_stop(self.on_stop)
        cl.action_callback("say")(self.on_say)
        cl.action_callback("just_write")(self.on_just_write)
        cl.action_callback("answer_instead")(self.on_answer_instead)
        cl.action_callback("begin_anew")(self.on_begin_anew)
        cl.action_callback("settings_changed")(self.on_settings_changed)
        self._cards.register()
        sign_in.register(self._settings, self._assistant.accounts)
        sidebar.register(self._assistant)
        self._assistant.changes.watch(page.refresh_lists)
        self._assistant.changes.watch_settings(page.refresh_settings)

    async def starters(self, user: cl.User | None, language: str | None) -> list[cl.Starter]:
        """Return the buttons of the start page."""
        offered = {
            texts.STARTER: (texts.STARTER, "reply"),
            texts.SAMPLE_STARTER: (texts.SAMPLE_EMAIL, "sample"),
        }
        return [
            cl.Starter(label=label, message=message, icon=f"/public/icons/{icon}.svg")
            for label, (message, icon) in offered.items()
        ]

    async def on_chat_resume(self, thread: ThreadDict) -> None:
        """Show an earlier conversation in a tab, or the same one after its socket was opened again."""
        # Chainlit sends the tab this thread next, and what it holds is from before: nothing may come between.
        await self._tabs.get().resume(thread)

    async def on_message(self, message: cl.Message) -> None:
        """Take what was typed or attached."""
        await self._tabs.get().receive(message)

    async def on_say(self, action: cl.Action) -> None:
        """Take a button or a form of a card."""
        try:
            tap = Tap.model_validate(action.payload)
        except ValidationError:
            await page.toast(texts.BAD_TAP)
        else:
            await self._tabs.get().tap(tap)

    async def on_just_write(self, action: cl.Action) -> None:
        """Do not wait for the questions that are being thought up."""
        await self._tabs.get().just_write()

    async def on_answer_instead(self, action: cl.Action) -> None:
        """Answer the email of another thread in this conversation."""
        await self._tabs.get().answer_instead()

    async def on_begin_anew(self, action: cl.Action) -> str | None:
        """Answer the email of another thread in a conversation of its own, and return its id."""
        return await self._tabs.get().begin_another()

    async def on_settings_changed(self, action: cl.Action) -> None:
        """Show what was set for all replies where it is seen."""
        with suppress(EmailAssistantError):  # the next turn shows it
            await self._tabs.get().show_anew()

    async def on_stop(self) -> None:
        """Stop what runs; Chainlit has cancelled the task that this tab began last."""
        await self._tabs.get().stop()
