"""One browser tab: its owner, its conversation, its screen, and the turns that it begins."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from dataclasses import replace

import chainlit as cl
from chainlit.types import ThreadDict

from email_assistant.chat import texts
from email_assistant.chat.host import page, session
from email_assistant.chat.screen import Screen
from email_assistant.chat.taps import Tap
from email_assistant.chat.tasks import TabTasks
from email_assistant.chat.turn import Turn
from email_assistant.conversation.commands import (
    Command,
    Edit,
    EmailFile,
    JustWrite,
    NewEmail,
    SetHeader,
    Typed,
)
from email_assistant.conversation.reading import read_files, small_talk
from email_assistant.errors import (
    ConversationBusy,
    ConversationNotFound,
    EmailAssistantError,
    InvalidInput,
    ModelError,
    OpenGaps,
    OtherEmail,
    StaleDraft,
    WrongStep,
    cause_of,
)
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.turns import Delta, Progress, Restarted
from email_assistant.service.view import ConversationView
from email_assistant.store.database import run_to_completion

log = logging.getLogger(__name__)

REFUSALS = (ConversationBusy, ConversationNotFound, InvalidInput, StaleDraft, WrongStep)
"""Errors that mean that the command was not used at all."""


class Tab:
    """Runs the turns of one browser tab and shows them. It does not hold Chainlit's session of the tab.

    Args:
        assistant: the service.
        owner: who is signed in.
        app_id: the conversation that the tab shows or begins.
    """

    def __init__(self, assistant: EmailAssistant, owner: str, app_id: str) -> None:
        self._assistant, self._owner, self._app_id = assistant, owner, app_id
        self._screen = Screen(owner, app_id)
        self._tasks = TabTasks()
        self._turn: Turn | None = None
        """The newest one."""
        self._last_message_id = ""
        self._warned_of_gaps_at: int | None = None
        """The version at which the person was warned that the draft still has gaps."""

    async def receive(self, message: cl.Message) -> None:
        """Take a message: an email, answers or feedback, depending on what the conversation waits for."""
        self._last_message_id = message.id
        if running := self._tasks.running:
            session.let_stop_reach(running)
            await self._screen.say(f"{texts.BUSY} {texts.NOT_USED}")
            await page.give_back(message.id)
            await asyncio.wait([running])  # Chainlit calls the page idle when this returns
            return
        self._tasks.begin(asyncio.current_task())
        edited = str((message.metadata or {}).get("edited") or "").strip()
        if self._screen.version == 0 and texts.is_starter(message.content):
            await message.remove()
            await self._greet()
            await page.confirm_saved(message.id)
        elif self._screen.version == 0 and not message.elements and (talk := small_talk(message.content)):
            await self._screen.quote(message.content, on_page=True)
            await self._screen.say(texts.SMALL_TALK[talk])
            await page.confirm_saved(message.id)
        elif files := tuple(EmailFile(*file) for file in session.take_files(message)):
            await message.remove()  # the transcript names the files beside what was typed
            email = read_files(files, message.content)
            await self.run(email, words=email.typed or "", message_id=message.id, edited=edited)
        else:
            typed = Typed(message.content, mind_gaps=self._warned_of_gaps_at != self._screen.version)
            await self.run(
                typed, words=message.content, message=message, message_id=message.id, edited=edited
            )

    async def tap(self, tap: Tap) -> None:
        """Take a button or a form, with a Stop as for a typed message."""
        if self._tasks.running:
            await page.toast(texts.BUSY, "info")
            if tap.words:
                await self._screen.quote(tap.words)
                await self._screen.say(texts.NOT_USED)
            return
        seen = self._screen.version if tap.seen is None else tap.seen
        self._start(tap.command, seen=seen, words=tap.words)

    async def just_write(self) -> None:
        """Do not wait for the questions that are being thought up."""
        thinking, running = self._screen.running, self._tasks.running
        if (
            not thinking
            or thinking.running != "determine_clarifications"
            or not thinking.state.response_instructions
        ):
            return
        if self._turn and running:
            self._turn.superseded = True
            running.cancel()
            await asyncio.wait([running])
        await self._assistant.stop(self._owner, self._app_id)  # another tab may have begun it
        self._start(JustWrite(), seen=self._screen.version)

    async def answer_instead(self) -> None:
        """Let the email of another thread take the place of the one that is answered."""
        if self._screen.offered is None or self._tasks.running:
            await page.toast(texts.BUSY if self._tasks.running else texts.BAD_TAP, "info")
            return
        email = replace(self._screen.offered, role="instead")
        self._start(email, seen=self._screen.version)

    async def begin_another(self) -> str | None:
        """Begin another conversation with the email of another thread, and return its id.

        The turn goes on by itself; the page goes there.
        """
        if (email := self._screen.offered) is None:
            return None
        try:
            app_id = (await self._assistant.create(self._owner)).app_id
        except EmailAssistantError as error:
            await page.toast(str(error))
            return None
        begun = asyncio.Event()

        async def follow(_: Progress) -> None:
            begun.set()

        async def run() -> None:
            try:
                await self._assistant.turn(self._owner, app_id, email, listener=follow)
            except EmailAssistantError:
                pass  # the conversation tells what happened
            finally:
                begun.set()

        self._tasks.keep(asyncio.create_task(run()))
        await begun.wait()
        return app_id

    async def resume(self, thread: ThreadDict) -> None:
        """Bring `thread`, which Chainlit sends the tab next, up to date, and wait for a turn that runs."""
        thread.update(self._screen.load(await self._view()))
        if self._screen.running:
            self._wait_beside()

    async def show_anew(self) -> None:
        """Show what was set for all replies where it is seen: in the newest draft."""
        if self._screen.version and not self._tasks.running:
            await self._screen.show(await self._view())

    async def stop(self) -> None:
        """Stop what runs, here or in another tab; Chainlit itself stops only what it began last."""
        typed = session.last_typed_id()
        await session.remove_stop_notices()
        if typed and typed != self._last_message_id and not self._screen.shows(typed):
            await self._screen.say(texts.NOT_USED)  # it was cancelled before it came here
        if running := self._tasks.running:
            if not running.cancelling():
                running.cancel()
            return
        try:
            await self._screen.show(await self._assistant.stop(self._owner, self._app_id))
            if self._screen.running:
                await self._screen.say(texts.RUNS_ELSEWHERE)
                self._wait_beside()
        except ConversationNotFound:
            pass  # nothing was said yet
        except EmailAssistantError as error:
            await self._screen.say(str(error))

    async def run(
        self,
        command: Command,
        *,
        seen: int | None = None,
        words: str = "",
        message: cl.Message | None = None,
        message_id: str = "",
        edited: str = "",
    ) -> None:
        """Run a turn until it is the person's turn again. Whatever happens, the page says so.

        Args:
            command: what the person asks for.
            seen: the version that they looked at; if None, the one that the tab shows.
            words: their own words.
            message: the message that shows the words on the page already.
            message_id: the id of the message that the page keeps until it is confirmed as saved.
            edited: the text in the open editor of the draft, which becomes a version first.
        """
        seen = self._screen.version if seen is None else seen
        turn = Turn(self._screen, command, seen=seen, words=words, message=message, message_id=message_id)
        self._turn = turn
        try:
            await page.begin_busy()  # for a message, Chainlit has done so
            await self._begin()
            if edited:
                turn.seen = await self._keep_edited(edited, seen)
            view = await self._assistant.turn(
                self._owner, self._app_id, command, seen=turn.seen, listener=turn.follow
            )
            await turn.end(view)
        except asyncio.CancelledError:
            if not turn.superseded:
                await run_to_completion(self._settle(turn))  # pressed twice, Stop would leave half a page
            raise
        except ModelError:
            await self._settle(turn)  # the view says what happened
        except OpenGaps as error:
            self._warned_of_gaps_at = turn.seen
            await turn.aside(str(error))
        except OtherEmail:
            await turn.aside()
            await self._screen.offer(_email(command))
        except REFUSALS as error:
            # What is wrong with a field is said beside it: the sentence would stand far below.
            beside = isinstance(command, SetHeader) and isinstance(error, InvalidInput)
            await self._settle(turn, "" if beside else str(error), refused=True)
            if beside:
                await page.toast(str(error))
            if self._screen.running:
                await self._wait()
        except EmailAssistantError as error:
            await self._settle(turn, str(error))
        except Exception as error:  # the person must read something, and the text of an error may hold mail
            log.error("A turn of %s failed: %s", self._app_id, cause_of(error))
            await self._settle(turn, texts.UNEXPECTED)

    async def _keep_edited(self, text: str, seen: int) -> int:
        """Save the edited text as the draft that the words are about; return the version after that."""
        try:
            view = await self._assistant.turn(self._owner, self._app_id, Edit(text), seen=seen)
        except EmailAssistantError:
            await self._screen.quote(text)  # the page takes the editor away with the draft
            raise
        return view.version

    async def _settle(self, turn: Turn, sentence: str = "", *, refused: bool = False) -> None:
        """Show the conversation after a turn that was stopped, refused or failed, or why it cannot be."""
        try:
            view = await self._view()
        except EmailAssistantError as error:
            await turn.settle(None, sentence or str(error), refused=refused)
        else:
            await turn.settle(view, sentence, refused=refused)

    async def _view(self) -> ConversationView:
        return await self._assistant.view(self._owner, self._app_id)

    async def _begin(self) -> None:
        """Begin the conversation with the first message of the tab."""
        if not session.has_begun():
            await self._assistant.create(self._owner, self._app_id)
            session.mark_begun()

    async def _greet(self) -> None:
        """Begin the conversation with a greeting."""
        try:
            await self._begin()
            await self._screen.show(await self._view())
        except EmailAssistantError as error:
            await self._screen.say(str(error))

    def _start(self, command: Command, *, seen: int, words: str = "") -> None:
        """Run the turn of a tap in a task that Stop reaches."""

        async def run() -> None:
            try:
                await self.run(command, seen=seen, words=words)
            finally:
                await page.end_busy()

        task = asyncio.create_task(run())
        session.let_stop_reach(task)
        self._tasks.begin(task)

    def _wait_beside(self) -> None:
        """Wait for a turn that runs already, in a task that Stop reaches."""
        waiting = asyncio.create_task(self._wait())
        self._tasks.keep(waiting)
        if not self._tasks.running:
            session.let_stop_reach(waiting)

    async def _wait(self) -> None:
        """Show a turn that runs already as one of this tab, until it ends."""
        await page.begin_busy()
        try:
            await self._follow()
            await self._assistant.wait_idle(self._owner, self._app_id)
            view = await self._view()
            while running := self._tasks.running:
                await asyncio.wait([running])
                view = await self._view()
            # Also where that showed its end itself: the page may have been loaded as of before.
            await self._screen.show(view)
        except EmailAssistantError as error:  # it was deleted, for instance
            await self._screen.interrupt()
            await self._screen.say(str(error))
        finally:
            await page.end_busy()

    async def _follow(self) -> None:
        """Show what a turn writes that another tab began."""
        async with aclosing(self._assistant.follow(self._owner, self._app_id)) as events:
            async for event in events:
                if self._tasks.running:
                    return  # it shows what it writes itself
                if isinstance(event, Delta):
                    await self._screen.write(event.text)
                elif isinstance(event, Restarted):
                    await self._screen.begin_anew()
                elif event.action in texts.STEPS or event.view.asking:
                    await self._screen.follow(event.view)


def _email(command: Command) -> NewEmail:
    """Return the email in a command."""
    if isinstance(command, NewEmail):
        return command
    return NewEmail(command.text if isinstance(command, Typed) else "")
