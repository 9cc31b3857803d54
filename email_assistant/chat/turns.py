"""One turn of a tab: runs it, shows it while it runs, and says what became of what was said."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

import chainlit as cl

from email_assistant.chat import texts
from email_assistant.chat.host import page, session
from email_assistant.chat.screen import Screen
from email_assistant.conversation.commands import Command, NewEmail, Retry, Typed
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
from email_assistant.store.database import to_its_end

log = logging.getLogger(__name__)

REFUSALS = (ConversationBusy, ConversationNotFound, InvalidInput, StaleDraft, WrongStep)
"""Nothing of what was said was used."""


@dataclass
class Turn:
    """What a person said in a tab.

    `seen` is the version that they looked at, and `words` are what they wrote themselves; `message` shows
    those on the page, if it does.
    """

    command: Command
    seen: int
    words: str
    message: cl.Message | None = None
    sent: str = ""
    """The id of the message that the page keeps until it is told that it is saved; "" for a tap."""
    loads: int = 0
    """How often the page had been loaded when the message was typed on it."""
    retried: bool = False
    """Whether it only ran a step again, and so adds nothing to the conversation."""

    def on_page(self, screen: Screen) -> bool:
        """Whether the page shows the message already; one that was loaded meanwhile does not."""
        return self.message is not None and self.loads == screen.loads

    async def follow(self, view: ConversationView) -> None:
        """Look at where the model is asked: a typed "retry" has added nothing, and is taken off the page."""
        self.retried = view.version == self.seen
        if self.retried and self.message:
            await self.message.remove()
            self.message = None


class Turns:
    """Runs the turns of all tabs."""

    def __init__(self, assistant: EmailAssistant) -> None:
        self._assistant = assistant
        self._begun: set[asyncio.Task[None]] = set()

    async def run(self, screen: Screen, turn: Turn) -> None:
        """Run `turn` to where the person must speak again; whatever happens, the page says what."""
        before, turn.loads = screen.version, screen.loads

        async def follow(event: Progress) -> None:
            if isinstance(event, Delta):
                await screen.write(event.text)
            elif isinstance(event, Restarted):
                await screen.begin_anew()
            elif event.action in texts.STEPS:  # so the one that takes what was said is saved
                await saved()
                await turn.follow(event.view)
                await screen.follow(event.view, typed=turn.on_page(screen))

        async def saved() -> None:
            if turn.sent:
                await screen.saved(turn.sent)

        async def settle(sentence: str = "", *, refused: bool = False) -> None:
            await self._settle(screen, turn, before, sentence=sentence, refused=refused)

        try:
            await self.begin(screen)
            view = await self._assistant.turn(
                session.owner(), screen.app_id, turn.command, seen=turn.seen, listener=follow
            )
            await screen.show(view, typed=turn.on_page(screen))
            if view.version == turn.seen:
                await self._aside(screen, turn, texts.UNCHANGED)
            await saved()
        except asyncio.CancelledError:
            await to_its_end(settle())  # pressed twice, Stop would leave half a page
            raise
        except ModelError:
            await settle()  # the view says what happened
        except OpenGaps as error:
            screen.gaps_told = turn.seen
            await self._aside(screen, turn, str(error))
        except OtherEmail:
            await self._aside(screen, turn)
            await screen.offer(_email(turn.command))
        except REFUSALS as error:
            await settle(str(error), refused=True)
            if screen.running:
                await self.wait(screen)
        except EmailAssistantError as error:
            await settle(str(error))
        except Exception as error:  # the person must read something, and the text of an error may hold mail
            log.error("A turn of %s failed: %s", screen.app_id, cause_of(error))
            await settle(texts.UNEXPECTED)

    async def begin(self, screen: Screen) -> None:
        """The first message of a tab begins its conversation."""
        if not session.has_begun():
            await self._assistant.create(session.owner(), screen.app_id)
            session.mark_begun()

    async def begin_anew(self, email: NewEmail) -> str:
        """Begin another conversation with `email`, and return its id; the turn goes on by itself."""
        app_id = (await self._assistant.create(session.owner())).app_id
        begun = asyncio.Event()

        async def follow(_: Progress) -> None:
            begun.set()

        async def run(person: str) -> None:
            try:
                await self._assistant.turn(person, app_id, email, listener=follow)
            except EmailAssistantError:
                pass  # the conversation tells what happened
            finally:
                begun.set()

        task = asyncio.create_task(run(session.owner()))
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        await begun.wait()
        return app_id

    async def greet(self, screen: Screen) -> None:
        """Begin a conversation without a word of the person."""
        try:
            await self.begin(screen)
            await screen.show(await self._assistant.view(session.owner(), screen.app_id))
        except EmailAssistantError as error:
            await screen.say(str(error))

    async def wait(self, screen: Screen) -> None:
        """Show a turn that runs already as one of this tab, until it ends."""
        async with page.busy():
            try:
                await self._assistant.turns.at_rest(screen.app_id)
                if (turn := screen.tasks.turn) and screen.tasks.busy:
                    await asyncio.wait([turn])  # it shows its end itself
                else:
                    await screen.show(await self._assistant.view(session.owner(), screen.app_id))
            except EmailAssistantError as error:  # it was deleted, for instance
                await screen.interrupt()
                await screen.say(str(error))

    def wait_beside(self, screen: Screen) -> None:
        """As `wait`, in a task of its own, which Stop reaches."""
        waiting = asyncio.create_task(self.wait(screen))
        screen.tasks.keep(waiting)
        if not screen.tasks.busy:
            session.let_stop_reach(waiting)

    async def stop(self, screen: Screen) -> None:
        """Stop what runs, here or in another tab; Chainlit itself stops only what it began last."""
        if (turn := screen.tasks.turn) and screen.tasks.busy:
            if not turn.cancelling():
                turn.cancel()
            return
        try:
            await self._assistant.stop(session.owner(), screen.app_id)
            await self._assistant.turns.settled(screen.app_id)
            await screen.show(await self._assistant.view(session.owner(), screen.app_id))
            if screen.running:
                await screen.say(texts.RUNS_ELSEWHERE)
                self.wait_beside(screen)
        except ConversationNotFound:
            pass  # nothing was said yet
        except EmailAssistantError as error:
            await screen.say(str(error))

    async def _aside(self, screen: Screen, turn: Turn, sentence: str = "") -> None:
        """Say something about what was said, which adds nothing to the conversation."""
        if turn.words:
            await screen.quote(turn.words, on_page=turn.on_page(screen))
        if sentence:
            await screen.say(sentence)

    async def _settle(self, screen: Screen, turn: Turn, before: int, *, sentence: str, refused: bool) -> None:
        """Bring the page up to date after a turn that ended otherwise, and say what is to be said."""
        try:
            view = await self._assistant.view(session.owner(), screen.app_id)
            if refused and (view.version != before or view.running):
                await screen.reload(view, session.owner())  # what is new there came from elsewhere
            else:
                await screen.show(view, typed=turn.on_page(screen))
        except EmailAssistantError as error:
            await screen.interrupt()
            sentence = sentence or str(error)
        used = not refused and (screen.version > before or turn.retried or isinstance(turn.command, Retry))
        if turn.sent:
            await (screen.saved(turn.sent) if used else screen.unused(turn.sent))
        if turn.words and not used:
            sentence = f"{sentence} {texts.NOT_USED}".strip()
            await screen.quote(turn.words, on_page=turn.on_page(screen))
        if sentence:
            await screen.say(sentence)


def _email(command: Command) -> NewEmail:
    """The email that a message brought."""
    if isinstance(command, NewEmail):
        return command
    return NewEmail(command.text if isinstance(command, Typed) else "")
