"""The Chainlit callbacks: read the event, call the service, show the answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import chainlit as cl
from chainlit.chat_context import chat_context
from chainlit.config import config as chainlit_config
from chainlit.context import context
from chainlit.session import BaseSession
from chainlit.types import ThreadDict
from pydantic import BaseModel, Field, ValidationError

from email_assistant.assistant import Delta, EmailAssistant, Progress
from email_assistant.chat import texts
from email_assistant.chat.cards import CardRequests
from email_assistant.chat.owner import owner
from email_assistant.chat.preferences import PreferencePanel
from email_assistant.chat.screen import Screen
from email_assistant.chat.threads import ConversationThreads
from email_assistant.conversation.inputs import AnswersGiven, EmailFile, Said, interpret, read_files
from email_assistant.errors import (
    ConversationBusy,
    EmailAssistantError,
    ModelError,
    StaleDraft,
)
from email_assistant.view import ConversationView

log = logging.getLogger(__name__)

CHAINLITS_STOP_NOTICE = "Task manually stopped."
"""What Chainlit itself writes into the chat at Stop; the conversation says it better."""


class Tap(BaseModel):
    """What a button or a form of a card sends: a text as if typed, or one answer for each question."""

    text: str = ""
    answers: list[str] | None = Field(default=None, max_length=10)
    seen: int | None = None
    """The version of the conversation that the card belongs to."""

    def said(self, view: ConversationView) -> Said:
        """What it means where the conversation stands."""
        return AnswersGiven(tuple(self.answers)) if self.answers is not None else _interpret(self.text, view)


class Ready:
    """An answer that can be awaited and need not be."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __await__(self) -> Generator[None, None, Any]:
        """Return it at once."""
        return self._answer
        yield


class ChatDoor:
    """Connects Chainlit's events with the service, which is set when the server starts."""

    assistant: EmailAssistant

    def __init__(self, *, offline: bool) -> None:
        self._offline = offline
        self._preferences = PreferencePanel(lambda: self.assistant)
        self._screens: WeakKeyDictionary[BaseSession, Screen] = WeakKeyDictionary()

    def register(self) -> None:
        """Give Chainlit its callbacks."""
        cl.data_layer(lambda: ConversationThreads(lambda: self.assistant))
        cl.set_starters(self.starters)
        # Chainlit also calls this where it cannot await the answer, and a coroutine would warn of that.
        chainlit_config.code.set_chat_profiles = lambda *_: Ready(self.welcome())
        # The configuration file can only name light or dark; the page also takes the system's choice.
        chainlit_config.ui.default_theme = "system"
        cl.on_chat_resume(self.on_chat_resume)
        cl.on_message(self.on_message)
        cl.on_stop(self.on_stop)
        cl.action_callback("say")(self.on_say)
        CardRequests(lambda: self.assistant).register()
        self._preferences.register()

    async def starters(self, user: cl.User | None, language: str | None) -> list[cl.Starter]:
        """The buttons of the start page."""
        offered = {
            texts.STARTER: (texts.STARTER, "reply"),
            texts.SAMPLE_STARTER: (texts.SAMPLE_EMAIL, "sample"),
        }
        return [
            cl.Starter(label=label, message=message, icon=f"/public/icons/{icon}.svg")
            for label, (message, icon) in offered.items()
        ]

    def welcome(self) -> list[cl.ChatProfile]:
        """What stands above the start page; Chainlit takes it from a profile, and shows no choice of one."""
        sentences = [texts.WELCOME, *([texts.WELCOME_OFFLINE] if self._offline else [])]
        return [
            cl.ChatProfile(
                name=texts.NAME,
                markdown_description="\n\n".join([f"# {texts.NAME}", *sentences]),
                icon="/public/icons/assistant.svg",
            )
        ]

    async def on_chat_resume(self, thread: ThreadDict) -> None:
        """A tab shows an earlier conversation; Chainlit sends it the thread."""
        screen = self._screen()
        view = await self.assistant.view(owner(), screen.app_id)
        screen.loaded(view)
        await self._preferences.show()
        if view.running and not _runs(screen.task):
            context.session.current_task = asyncio.create_task(self._wait_for_other_tab(screen))

    async def on_message(self, chat_message: cl.Message) -> None:
        """An email, answers or feedback, depending on what the conversation waits for."""
        screen = self._screen()
        if screen.version == 0 and chat_message.content == texts.STARTER:
            await chat_message.remove()
            await self._begin(screen)
            await screen.show(await self.assistant.view(owner(), screen.app_id))
            return
        if _runs(screen.task):
            context.session.current_task = screen.task  # so that Stop still reaches it
            await screen.say(f"{texts.BUSY} {texts.NOT_USED}")
            return
        screen.task = asyncio.current_task()
        if files := _files(chat_message):
            await chat_message.remove()  # the transcript names the files beside what was typed
            await self._turn(screen, lambda _: read_files(files, chat_message.content), typed=False)
        else:
            await self._turn(screen, lambda view: _interpret(chat_message.content, view), typed=True)

    async def on_say(self, action: cl.Action) -> None:
        """A button or a form: the same as if its text had been typed, and with a Stop as well."""
        screen = self._screen()
        try:
            tap = Tap.model_validate(action.payload)
        except ValidationError:
            await context.emitter.send_toast(texts.BAD_TAP, "error")
            return
        if _runs(screen.task):
            await context.emitter.send_toast(texts.BUSY, "info")
            return
        screen.task = context.session.current_task = asyncio.create_task(self._tapped(screen, tap))

    async def on_stop(self) -> None:
        """Chainlit has cancelled the task of this tab; a turn that another tab began is stopped here."""
        for notice in [m for m in chat_context.get() if m.content == CHAINLITS_STOP_NOTICE]:
            await notice.remove()
        screen = self._screen()
        if screen.version and not _runs(screen.task):
            await self.assistant.stop(owner(), screen.app_id)

    async def _tapped(self, screen: Screen, tap: Tap) -> None:
        await context.emitter.task_start()
        try:
            await self._turn(screen, tap.said, typed=False, seen=tap.seen)
        finally:
            await context.emitter.task_end()

    async def _turn(
        self,
        screen: Screen,
        read: Callable[[ConversationView], Said],
        *,
        typed: bool,
        seen: int | None = None,
    ) -> None:
        app_id = screen.app_id

        async def follow(event: Progress) -> None:
            if isinstance(event, Delta):
                await screen.write(event.text)
            elif event.action in texts.STEPS:
                await screen.follow(event.view, typed=typed)

        async def show() -> None:
            await screen.show(await self.assistant.view(owner(), app_id), typed=typed)

        try:
            await self._begin(screen)
            seen = screen.version if seen is None else seen
            view = await self.assistant.turn(owner(), app_id, read, seen=seen, listener=follow)
            await screen.show(view, typed=typed)
        except ModelError:
            await show()  # the view says what happened
        except asyncio.CancelledError:
            await show()
            raise
        except StaleDraft as error:
            await screen.reload(await self.assistant.view(owner(), app_id), owner())
            await screen.say(f"{error} {texts.NOT_USED}")
        except EmailAssistantError as error:
            await screen.say(
                f"{error} {texts.NOT_USED}" if isinstance(error, ConversationBusy) else str(error)
            )
        except Exception as error:  # the person must read something, and the text of an error may hold mail
            log.error("A turn of %s failed: %s", app_id, type(error).__name__)
            await show()
            await screen.say(texts.UNEXPECTED)

    async def _begin(self, screen: Screen) -> None:
        """The first message of a tab begins its conversation."""
        if not context.session.thread_id_to_resume:
            await self.assistant.create(owner(), screen.app_id)
            # From here on a tab that reconnects is sent the thread.
            context.session.thread_id_to_resume = screen.app_id

    async def _wait_for_other_tab(self, screen: Screen) -> None:
        await context.emitter.task_start()
        try:
            await self.assistant.settled(screen.app_id)
            await screen.show(await self.assistant.view(owner(), screen.app_id))
        finally:
            await context.emitter.task_end()

    def _screen(self) -> Screen:
        session = context.session
        if session not in self._screens:
            self._screens[session] = Screen(session.thread_id)
        return self._screens[session]


def _interpret(text: str, view: ConversationView) -> Said:
    state = view.state
    return interpret(
        text,
        view.next_step,
        questions=state.clarification_questions,
        drafts=len(state.draft_history) - state.drafts_before_email,
    )


def _files(chat_message: cl.Message) -> tuple[EmailFile, ...]:
    attached = [element for element in chat_message.elements if element.path]
    return tuple(EmailFile(element.name, Path(str(element.path)).read_bytes()) for element in attached)


def _runs(task: asyncio.Task[Any] | None) -> bool:
    return task is not None and not task.done() and task is not asyncio.current_task()
