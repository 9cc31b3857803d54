"""What one browser tab shows, brought up to date with the conversation after each turn and while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from chainlit.context import context
from chainlit.step import StepDict
from chainlit.utils import utc_now

from email_assistant.chat import transcript
from email_assistant.conversation.state import ConversationState
from email_assistant.view import ConversationView

FRAME = 0.03
"""Seconds between two frames of streamed words: the eye does not see shorter ones."""


class Screen:
    """One tab. It remembers the steps and elements that it shows, and sends what changes."""

    def __init__(self, app_id: str) -> None:
        self.app_id = app_id
        self.version = 0
        self._shown: dict[str, Mapping[str, Any]] = {}
        self._steps: dict[str, StepDict] = {}
        self._title = ""
        self._notices = 0
        self.task: asyncio.Task[None] | None = None
        self._draft: DraftStream | None = None

    def loaded(self, view: ConversationView) -> None:
        """The tab was given the whole thread of `view`."""
        steps, elements = transcript.transcript(view)
        self._shown = {item["id"]: item for item in (*steps, *elements)}
        self._steps = {step["id"]: step for step in steps}
        self._title = view.title
        self.version = view.version

    async def reload(self, view: ConversationView, owner: str) -> None:
        """Show the whole thread anew."""
        self.loaded(view)
        await context.emitter.resume_thread(transcript.thread(view, owner))

    async def show(self, view: ConversationView, *, typed: bool = False) -> None:
        """Send what changed since the last time; a message that was `typed` is on the page already."""
        steps, elements = transcript.transcript(view)
        remaining = {step["id"] for step in steps}
        if draft := self._draft:
            self._draft = None
            await draft.close(keep=draft.message["id"] in remaining)
        for step_id in self._steps.keys() - remaining:
            del self._shown[step_id]
            await context.emitter.delete_step(self._steps[step_id])
        for step in steps:
            if self._is_new(step) and not (typed and step["type"] == "user_message"):
                await context.emitter.send_step(step)
        for element in elements:
            if self._is_new(element):
                await context.emitter.send_element(element)
        self._steps = {step["id"]: step for step in steps}
        self.version = view.version
        if view.title != self._title:
            self._title = view.title
            # The sidebar reads its list again when this event brings something new.
            await context.emitter.emit(
                "first_interaction", {"interaction": view.title, "thread_id": self.app_id}
            )

    async def say(self, sentence: str) -> None:
        """Show a sentence of ours that is not part of the conversation."""
        self._notices += 1
        await context.emitter.send_step(
            transcript.step(
                self.app_id, f"notice at {self.version}", self._notices,
                kind="assistant_message", output=sentence, at=utc_now(),
            )
        )  # fmt: skip

    async def follow(self, view: ConversationView, *, typed: bool) -> None:
        """An action of a running turn begins; one that writes a draft gets its card at once."""
        await self.show(view, typed=typed)
        if view.running == "formulate_draft":
            self._draft = DraftStream(self.app_id, view.state)
            await self._draft.open()

    async def write(self, text: str) -> None:
        """More words of the draft."""
        if self._draft:
            await self._draft.write(text)

    def _is_new(self, item: Mapping[str, Any]) -> bool:
        is_new = self._shown.get(item["id"]) != item
        self._shown[item["id"]] = item
        return is_new


class DraftStream:
    """A draft while it is written: its card, and a step that the card reads the words from.

    Chainlit renders a message's words as markdown; that step is of a type that it does not render, and the
    card shows it as text.
    """

    def __init__(self, app_id: str, state: ConversationState) -> None:
        version = len(state.draft_history) + 1
        self.message = transcript.step(
            app_id, "draft", version, kind="assistant_message", output="", at=utc_now()
        )
        self._words = transcript.step(app_id, "words", version, kind="llm", output="", at=utc_now())
        props = transcript.addressed(state) | {"version": version, "words": self._words["id"]}
        self._card = transcript.element(app_id, "DraftCard", version, of="draft", props=props)
        self._waiting: list[str] = []
        self._frame: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Show the card, still without words."""
        await context.emitter.send_step(self.message)
        await context.emitter.send_step(self._words)
        await context.emitter.send_element(self._card)

    async def write(self, text: str) -> None:
        """Show more words: at once, or together with others in the next frame."""
        self._waiting.append(text)
        if self._frame is None or self._frame.done():
            await self._send()
            self._frame = asyncio.create_task(self._next_frame())

    async def close(self, *, keep: bool) -> None:
        """End the stream; without `keep` the card goes as well, as nothing of it was saved."""
        if self._frame:
            self._frame.cancel()
        await context.emitter.delete_step(self._words)
        if not keep:
            await context.emitter.emit("remove_element", {"id": self._card["id"]})
            await context.emitter.delete_step(self.message)

    async def _next_frame(self) -> None:
        while True:
            await asyncio.sleep(FRAME)
            if not self._waiting:
                return
            await self._send()

    async def _send(self) -> None:
        words, self._waiting = "".join(self._waiting), []
        await context.emitter.send_token(id=self._words["id"], token=words)
