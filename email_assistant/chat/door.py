"""The Chainlit callbacks: read the event, call the service, show the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal
from weakref import WeakKeyDictionary

import chainlit as cl
from chainlit.chat_context import chat_context
from chainlit.config import config as chainlit_config
from chainlit.context import context
from chainlit.server import app as chainlit_app
from chainlit.session import BaseSession
from chainlit.types import ThreadDict
from pydantic import BaseModel, Field, ValidationError, model_validator

from email_assistant.chat import texts
from email_assistant.chat.cards import CardRequests
from email_assistant.chat.host import refusals
from email_assistant.chat.owner import owner
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

CHAINLITS_STOP_NOTICE = "Task manually stopped."
"""What Chainlit itself writes into the chat at Stop; the conversation says it better."""


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


class Ready:
    """An answer that can be awaited and need not be."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __await__(self) -> Generator[None, None, Any]:
        """Return it at once."""
        return self._answer
        yield


class ChatDoor:
    """Connects Chainlit's events with the service; made when that opens."""

    def __init__(self, assistant: EmailAssistant, *, offline: bool) -> None:
        self._assistant, self._offline = assistant, offline
        self._preferences = PreferencePanel(assistant)
        self._turns = Turns(assistant)
        self._screens: WeakKeyDictionary[BaseSession, Screen] = WeakKeyDictionary()

    def register(self) -> None:
        """Give Chainlit its callbacks."""
        cl.data_layer(lambda: ConversationThreads(self._assistant))
        cl.set_starters(self.starters)
        # Chainlit also calls this where it cannot await the answer, and a coroutine would warn of that.
        chainlit_config.code.set_chat_profiles = lambda *_: Ready(self.welcome())
        # The configuration file can only name light or dark; the page also takes the system's choice.
        chainlit_config.ui.default_theme = "system"
        cl.on_chat_resume(self.on_chat_resume)
        cl.on_message(self.on_message)
        cl.on_stop(self.on_stop)
        cl.action_callback("say")(self.on_say)
        cl.action_callback("answer_instead")(self.on_answer_instead)
        cl.action_callback("begin_anew")(self.on_begin_anew)
        CardRequests(self._assistant, self._preferences.show).register()
        self._preferences.register()
        refusals.register(chainlit_app)

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
        """A tab shows an earlier conversation, or opens its socket again."""
        screen = self._screen()
        await self._preferences.show()
        # Chainlit sends the tab this thread next, and what it holds is from before: nothing may come between.
        thread.update(screen.load(await self._assistant.view(owner(), screen.app_id), owner()))
        if screen.running:
            self._turns.wait_beside(screen)

    async def on_message(self, chat_message: cl.Message) -> None:
        """An email, answers or feedback, depending on what the conversation waits for."""
        screen, text = self._screen(), chat_message.content
        screen.heard = chat_message.id
        if (running := screen.tasks.turn) and screen.tasks.busy:
            context.session.current_task = running  # so that Stop still reaches it
            await screen.say(f"{texts.BUSY} {texts.NOT_USED}")
            await screen.unused(chat_message.id)
            await asyncio.wait([running])  # Chainlit calls the page idle when this returns
            return
        screen.tasks.begin(asyncio.current_task())
        if screen.version == 0 and text == texts.STARTER:
            await chat_message.remove()
            await self._turns.greet(screen)
            await screen.saved(chat_message.id)
        elif files := _files(chat_message):
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
            await context.emitter.send_toast(texts.BAD_TAP, "error")
            return
        if screen.tasks.busy:
            await context.emitter.send_toast(texts.BUSY, "info")
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
            await context.emitter.send_toast(texts.BUSY if screen.tasks.busy else texts.BAD_TAP, "info")
            return
        self._begin(screen, Turn(replace(screen.offered, role="instead"), screen.version, ""))

    async def on_begin_anew(self, action: cl.Action) -> str | None:
        """The email of another thread begins a conversation of its own; the page goes there."""
        screen = self._screen()
        try:
            return await self._turns.begin_anew(screen.offered) if screen.offered else None
        except EmailAssistantError as error:
            await context.emitter.send_toast(str(error), "error")
            return None

    async def on_stop(self) -> None:
        """Chainlit has cancelled the task that this tab began last."""
        screen, sent = self._screen(), chat_context.get()
        for notice in [m for m in sent if m.content == CHAINLITS_STOP_NOTICE]:
            await notice.remove()
        typed = [m.id for m in sent if m.type == "user_message"]
        if typed and typed[-1] != screen.heard and not screen.shows(typed[-1]):
            await screen.say(texts.NOT_USED)  # it was cancelled before it came here
        await self._turns.stop(screen)

    def _begin(self, screen: Screen, turn: Turn) -> None:
        """Run the turn of a tap in a task that Stop reaches."""
        context.session.current_task = asyncio.create_task(self._tapped(screen, turn))
        screen.tasks.begin(context.session.current_task)

    async def _tapped(self, screen: Screen, turn: Turn) -> None:
        await context.emitter.task_start()
        try:
            await self._turns.run(screen, turn)
        finally:
            await context.emitter.task_end()

    def _screen(self) -> Screen:
        session = context.session
        if session not in self._screens:
            self._screens[session] = Screen(session.thread_id)
        return self._screens[session]


def _files(chat_message: cl.Message) -> tuple[EmailFile, ...]:
    """What is attached. Chainlit's copies are removed: the files are kept with the conversation."""
    attached = [(element, Path(str(element.path))) for element in chat_message.elements if element.path]
    read = tuple(EmailFile(element.name, path.read_bytes()) for element, path in attached)
    for element, path in attached:
        context.session.files.pop(element.id, None)
        path.unlink(missing_ok=True)
    return read
