"""The screen of one browser tab, brought up to date with the conversation during and after each turn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from chainlit.element import ElementDict
from chainlit.step import StepDict
from chainlit.types import ThreadDict
from chainlit.utils import utc_now

from email_assistant.chat import texts, thread_page, transcript
from email_assistant.chat.host import page
from email_assistant.conversation.commands import NewEmail
from email_assistant.service.view import ConversationView
from email_assistant.store.database import run_to_completion
from email_assistant.translations import retold

FRAME = 0.03
"""Seconds between two frames of streamed words: the eye does not see shorter ones."""
MAX_FRAME = 0.1
"""The same while the server has more to do than it can."""


class Screen:
    """One tab. It remembers the steps and elements that it shows, and sends what changes."""

    def __init__(self, owner: str, app_id: str) -> None:
        self._owner, self._app_id = owner, app_id
        self.version = 0
        self.page_generation = 0
        """How often the page was sent the whole thread, which replaces all that it shows."""
        self._shown: dict[str, Mapping[str, Any]] = {}
        self._typed: dict[str, str] = {}
        """The ids of steps that the page has as messages which were typed, and those messages' ids."""
        self.running: ConversationView | None = None
        """The step or the answer that runs, as the page shows it."""
        self._title = ""
        self._notices: list[StepDict] = []
        """Sentences beside the conversation since its version last changed."""
        self.offered: NewEmail | None = None
        """An email of another thread, while the person has not chosen what to do with it."""
        self._offer: ElementDict | None = None
        self._stream: WordStream | None = None
        self._showing = asyncio.Lock()
        """Held while something is shown: a turn may begin while the end of another is."""

    def shows(self, item_id: str) -> bool:
        """Return whether a step or an element is on the page by our own doing."""
        return item_id in self._shown or item_id in [notice["id"] for notice in self._notices]

    def load(self, view: ConversationView) -> ThreadDict:
        """Return the whole thread, for a page that shows it in place of all else."""
        thread = transcript.thread(view, self._owner)
        self.page_generation += 1
        self._typed.clear()
        self._shown = {item["id"]: item for item in (*thread["steps"], *(thread["elements"] or []))}
        self._title = view.title
        self._note(view)
        if view.is_writing:
            self._stream = self._stream or WordStream(view)
            words = self._stream.words
            thread["steps"].append(words)
            # The turn may end meanwhile and take them off the page, which is sent this thread only then.
            self._shown[words["id"]] = words
        thread["steps"] += self._notices  # a message that was not used stands nowhere else
        if self._offer:
            thread["elements"] = [*(thread["elements"] or []), self._offer]
        return thread

    async def reload(self, view: ConversationView) -> None:
        """Show the whole thread again."""
        await page.show_thread(self.load(view))

    async def show(self, view: ConversationView, *, typed: str = "") -> None:
        """Send what changed since the last time; `typed` is the id of a message that is on the page already.

        Stop does not interrupt it: nobody would know which half the page shows.
        """

        async def show() -> None:
            async with self._showing:
                await self._show(view, typed=typed)

        await run_to_completion(show())

    async def _show(self, view: ConversationView, *, typed: str) -> None:
        if self._stream:
            self._stream.pause()
        if self._offer and view.version != self.version:
            await page.remove(self._offer)
        steps, elements = transcript.transcript(view)
        if self._are_misplaced(steps):
            self._stream = None
            await self._refresh_title(view)
            await self.reload(view)
            return
        remaining = {item["id"] for item in (*steps, *elements)}
        if self._stream:
            remaining.add(self._stream.words["id"])  # until its card is there
        for gone in [item for item_id, item in self._shown.items() if item_id not in remaining]:
            del self._shown[gone["id"]]
            await page.remove({**gone, "id": self._typed.pop(gone["id"], gone["id"])})
        is_new = view.version != self.version or view.asking
        if typed and is_new and typed not in self._typed.values():
            await self._adopt(typed, steps)
        for step in steps:
            if self._shown.get(step["id"]) != step:
                # The page has what was typed; a message stays where it stands, and may show less of it.
                here = {**step, "id": self._typed.get(step["id"], step["id"])}
                await page.show_step(cast(StepDict, here))
                self._shown[step["id"]] = step
        for element in elements:
            if self._shown.get(element["id"]) != element:
                await page.show_element(element)
                self._shown[element["id"]] = element
        if self._stream:
            await self._stream.close()
            self._stream = None
        self._note(view)
        await self._refresh_title(view)

    async def _refresh_title(self, view: ConversationView) -> None:
        if view.title != self._title:
            self._title = view.title
            await page.refresh_sidebar(self._app_id, view.title)

    def _are_misplaced(self, steps: list[StepDict]) -> bool:
        """Return whether a new step belongs before a shown one: the page would put it at its end."""
        known = [step["id"] in self._shown for step in steps]
        return known != sorted(known, reverse=True)

    async def _adopt(self, typed: str, steps: list[StepDict]) -> None:
        """Let the message that was typed be the one of the conversation, or go where a card says it."""
        new = [s["id"] for s in steps if s["type"] == "user_message" and s["id"] not in self._shown]
        if new:
            self._typed[new[-1]] = typed
        else:
            await page.remove({"id": typed})

    async def say(self, sentence: str) -> None:
        """Show a sentence of ours that is not part of the conversation."""
        await self._notice("assistant_message", retold(sentence))

    async def quote(self, words: str, *, on_page: bool = False) -> None:
        """Show what the person wrote and the conversation does not have, if it is not `on_page` already."""
        await self._notice("user_message", words, on_page=on_page)

    async def offer(self, email: NewEmail) -> None:
        """Let the person choose what to do with an email of another thread."""
        self.offered = email
        place = f"notice at {self.version}", len(self._notices)
        await self.say(texts.OTHER_EMAIL)
        props = {"labels": texts.CHOICE_CARD, "seen": self.version}
        self._offer = thread_page.element(self._app_id, "ChoiceCard", place[1], of=place[0], props=props)
        await page.show_element(self._offer)

    async def follow(self, view: ConversationView, *, typed: str = "") -> None:
        """Show that an action of a running turn begins; what it writes has its card at once."""
        await self.show(view, typed=typed)
        if view.is_writing and not self._stream:
            self._stream = WordStream(view)
            await self._stream.open()

    async def write(self, text: str) -> None:
        """Show more words of the draft or the answer."""
        if self._stream:
            await self._stream.write(text)

    async def begin_anew(self) -> None:
        """Take back the words so far."""
        if self._stream:
            await self._stream.begin_anew()

    async def interrupt(self) -> None:
        """Show that the step did not finish, if the conversation cannot be read."""
        if view := self.running:
            waits_for = "retry" if view.running else view.next_step
            await self.show(replace(view, running=None, asking="", next_step=waits_for))

    def _note(self, view: ConversationView) -> None:
        if view.version != self.version:
            self._notices.clear()
            self._offer = self.offered = None
        self.version, self.running = view.version, view if view.running or view.asking else None

    async def _notice(self, kind: str, text: str, *, on_page: bool = False) -> None:
        place = f"notice at {self.version}", len(self._notices)
        self._notices.append(thread_page.step(self._app_id, *place, kind=kind, output=text, at=utc_now()))
        if not on_page:
            await page.show_step(self._notices[-1])


class WordStream:
    """The words of a draft or an answer while it is written, in a step that its card reads them from.

    Chainlit renders a message's words as markdown; this step is of a type that it does not render, and the
    card shows it as text.
    """

    def __init__(self, view: ConversationView) -> None:
        self.words = thread_page.words(view)
        """The step as the page shows it."""
        self._waiting: list[str] = []
        self._frame: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin without words."""
        await page.show_step(self.words)

    async def write(self, text: str) -> None:
        """Show more words: at once, or together with others in the next frame."""
        self._waiting.append(text)
        if self._frame is None or self._frame.done():
            await self._send()
            self._frame = asyncio.create_task(self._next_frame())

    async def begin_anew(self) -> None:
        """Take back the words so far."""
        self._waiting.clear()
        self.words["output"] = ""
        await page.restart_stream(self.words["id"])

    def pause(self) -> None:
        """Send no more words: the card that follows has the whole text."""
        if self._frame:
            self._frame.cancel()

    async def close(self) -> None:
        """End the stream, of which the page has the card by now, or nothing is left."""
        await page.remove(self.words)

    async def _next_frame(self) -> None:
        clock, pause = asyncio.get_running_loop().time, FRAME
        while True:
            due = clock() + pause
            await asyncio.sleep(pause)
            if not self._waiting:
                return
            # A frame costs the same for one word as for three: when all come late, fewer frames do.
            pause = min(FRAME + 4 * (clock() - due), MAX_FRAME)
            await self._send()

    async def _send(self) -> None:
        words, self._waiting = "".join(self._waiting), []
        self.words["output"] += words
        await page.stream(self.words["id"], words)
