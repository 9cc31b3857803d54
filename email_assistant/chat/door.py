"""The Chainlit callbacks: read the event, call the service, show the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import chainlit as cl
from chainlit.types import ThreadDict
from pydantic import BaseModel, Field, ValidationError, model_validator

from email_assistant.chat import texts
from email_assistant.chat.cards import CardRequests
from email_assistant.chat.host import page, session, sign_in
from email_assistant.chat.preferences import PreferencePanel
from email_assistant.chat.screen import Screen
from email_assistant.chat.threads import ConversationThreads
from email_assistant.chat.turns import Turn, Turns
from email_assistant.conversation.commands import (
    Accept,
    Another,
    Answers,
    Command,
    Edit,
    EmailFile,
    FillGap,
    RemoveWish,
    Restore,
    Retry,
    SetInstructions,
    SignAs,
    Typed,
    Undo,
    UseProposal,
)
from email_assistant.conversation.reading import read_files
from email_assistant.errors import EmailAssistantError
from email_assistant.service.assistant import EmailAssistant
from email_assistant.settings import Settings


class Gap(BaseModel):
    """What was typed into a gap of a draft."""

    gap: int
    text: str


class Tap(BaseModel):
    """What a button or a form of a card sends: one command, and what the person looked at."""

    text: str | None = None
    """Said as if it had been typed."""
    answers: list[str] | None = Field(default=None, max_length=10)
    """One for each question."""
    use_proposal: Literal[True] | None = None
    accept: Literal[True] | None = None
    edit: str | None = Field(default=None, pattern=r"\S")
    """The whole text of the reply."""
    restore: int | None = None
    """The version to go back to."""
    fill: Gap | None = None
    another: Literal[True] | None = None
    undo: Literal[True] | None = None
    sign: str | None = None
    """The name that signs."""
    remove_wish: int | None = None
    """Its place in the list."""
    instructions: str | None = None
    """How to answer the email instead."""
    retry: Literal[True] | None = None
    seen: int | None = None
    """The version of the conversation that the card belongs to."""

    @model_validator(mode="after")
    def _one_command(self) -> Tap:
        if len(self.model_dump(exclude_none=True, exclude={"seen"})) != 1:
            raise ValueError("a tap says one thing")
        return self

    @property
    def command(self) -> Command:
        """What it says to the conversation."""
        said = next(name for name in _COMMANDS if getattr(self, name) is not None)
        return _COMMANDS[said](getattr(self, said))

    @property
    def words(self) -> str:
        """What the person wrote themselves, "" if they only pressed a button."""
        written = "\n".join(filter(None, self.answers or [])), self.edit, self.instructions
        return next(filter(None, written), self.fill.text if self.fill else "")


_COMMANDS: dict[str, Callable[[Any], Command]] = {
    "text": Typed,
    "answers": lambda answers: Answers(tuple(answers)),
    "use_proposal": lambda _: UseProposal(),
    "accept": lambda _: Accept(),
    "edit": lambda text: Edit(text.strip()),
    "restore": Restore,
    "fill": lambda filled: FillGap(filled.gap, filled.text),
    "another": lambda _: Another(),
    "undo": lambda _: Undo(),
    "sign": SignAs,
    "remove_wish": RemoveWish,
    "instructions": SetInstructions,
    "retry": lambda _: Retry(),
}
"""The command of each field of a tap."""


class ChatDoor:
    """Connects Chainlit's events with the service; made when that opens."""

    def __init__(self, assistant: EmailAssistant, settings: Settings) -> None:
        self._assistant, self._settings = assistant, settings
        self._preferences = PreferencePanel(assistant)
        self._turns = Turns(assistant)
        self._screens = session.PerTab(lambda: Screen(session.app_id()))

    def register(self) -> None:
        """Give Chainlit its callbacks."""
        cl.data_layer(lambda: ConversationThreads(self._assistant))
        cl.set_starters(self.starters)
        session.set_welcome(self.welcome())
        cl.on_chat_resume(self.on_chat_resume)
        cl.on_message(self.on_message)
        cl.on_stop(self.on_stop)
        cl.action_callback("say")(self.on_say)
        cl.action_callback("answer_instead")(self.on_answer_instead)
        cl.action_callback("begin_anew")(self.on_begin_anew)
        CardRequests(self._assistant, self._preferences.show).register()
        self._preferences.register()
        sign_in.register(self._settings, self._assistant.accounts)

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

    def welcome(self) -> cl.ChatProfile:
        """What stands above the start page."""
        sentences = [texts.WELCOME, *([texts.WELCOME_OFFLINE] if self._settings.offline else [])]
        return cl.ChatProfile(
            name=texts.NAME,
            markdown_description="\n\n".join([f"# {texts.NAME}", *sentences]),
            icon="/public/icons/assistant.svg",
        )

    async def on_chat_resume(self, thread: ThreadDict) -> None:
        """A tab shows an earlier conversation, or opens its socket again."""
        screen = self._screen()
        await self._preferences.show()
        # Chainlit sends the tab this thread next, and what it holds is from before: nothing may come between.
        view = await self._assistant.view(session.owner(), screen.app_id)
        thread.update(screen.load(view, session.owner()))
        if screen.running:
            self._turns.wait_beside(screen)

    async def on_message(self, chat_message: cl.Message) -> None:
        """An email, answers or feedback, depending on what the conversation waits for."""
        screen, text = self._screen(), chat_message.content
        screen.heard = chat_message.id
        if (running := screen.tasks.turn) and screen.tasks.busy:
            session.let_stop_reach(running)
            await screen.say(f"{texts.BUSY} {texts.NOT_USED}")
            await screen.unused(chat_message.id)
            await asyncio.wait([running])  # Chainlit calls the page idle when this returns
            return
        screen.tasks.begin(asyncio.current_task())
        if screen.version == 0 and text == texts.STARTER:
            await chat_message.remove()
            await self._turns.greet(screen)
            await screen.saved(chat_message.id)
        elif files := tuple(EmailFile(*file) for file in session.take_files(chat_message)):
            await chat_message.remove()  # the transcript names the files beside what was typed
            given = read_files(files, text)
            turn = Turn(given, screen.version, given.typed or "", sent=chat_message.id)
            await self._turns.run(screen, turn)
        else:
            typed = Typed(text, mind_gaps=screen.gaps_told != screen.version)
            turn = Turn(typed, screen.version, text, chat_message, sent=chat_message.id)
            await self._turns.run(screen, turn)

    async def on_say(self, action: cl.Action) -> None:
        """A button or a form, with a Stop as for a typed message."""
        screen = self._screen()
        try:
            tap = Tap.model_validate(action.payload)
        except ValidationError:
            await page.toast(texts.BAD_TAP)
            return
        if screen.tasks.busy:
            await page.toast(texts.BUSY, "info")
            if tap.words:
                await screen.quote(tap.words)
                await screen.say(texts.NOT_USED)
            return
        seen = screen.version if tap.seen is None else tap.seen
        self._begin(screen, Turn(tap.command, seen, tap.words))

    async def on_answer_instead(self, action: cl.Action) -> None:
        """The email of another thread takes the place of the one that is answered."""
        screen = self._screen()
        if screen.offered is None or screen.tasks.busy:
            await page.toast(texts.BUSY if screen.tasks.busy else texts.BAD_TAP, "info")
            return
        self._begin(screen, Turn(replace(screen.offered, role="instead"), screen.version, ""))

    async def on_begin_anew(self, action: cl.Action) -> str | None:
        """The email of another thread begins a conversation of its own; the page goes there."""
        screen = self._screen()
        try:
            return await self._turns.begin_anew(screen.offered) if screen.offered else None
        except EmailAssistantError as error:
            await page.toast(str(error))
            return None

    async def on_stop(self) -> None:
        """Chainlit has cancelled the task that this tab began last."""
        screen, typed = self._screen(), session.last_typed_id()
        await session.remove_stop_notices()
        if typed and typed != screen.heard and not screen.shows(typed):
            await screen.say(texts.NOT_USED)  # it was cancelled before it came here
        await self._turns.stop(screen)

    def _begin(self, screen: Screen, turn: Turn) -> None:
        """Run the turn of a tap in a task that Stop reaches."""
        task = asyncio.create_task(self._tapped(screen, turn))
        session.let_stop_reach(task)
        screen.tasks.begin(task)

    async def _tapped(self, screen: Screen, turn: Turn) -> None:
        async with page.busy():
            await self._turns.run(screen, turn)

    def _screen(self) -> Screen:
        return self._screens.get()
