"""What one browser tab shows, brought up to date with the conversation after each turn and while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from chainlit.context import context
from chainlit.step import StepDict
from chainlit.utils import utc_now

from email_assistant.chat import transcript
from email_assistant.view import ConversationView

FRAME = 0.03
"""Seconds between two frames of streamed words: the eye does not see shorter ones."""


class Screen:
    """One tab. It remembers the steps and elements that it shows, and sends what changes."""

    def __init__(self, app_id: str) -> None:
        self.app_id = app_id
        self.version = 0
        self._shown: dict[str, Mapping[str, Any]] = {}
        self._title = ""
        self._notices = 0
        self.task: asyncio.Task[None] | None = None
        self._draft: DraftStream | None = None

    def loaded(self, view: ConversationView) -> None:
        """The tab was given the whole thread of `view`."""
        steps, elements = transcript.transcript(view)
        self._shown = {item["id"]: item for item in (*steps, *elements)}
        self._title = view.title
        self.version = view.version

    async def reload(self, view: ConversationView, owner: str) -> None:
        """Show the whole thread anew."""
        self.loaded(view)
        await context.emitter.resume_thread(transcript.thread(view, owner))

    async def show(self, view: ConversationView, *, typed: bool = False) -> None:
        """Send what changed since the last time; a message that was `typed` is on the page already."""
        steps, elements = transcript.transcript(view)
        remaining = {item["id"] for item in (*steps, *elements)}
        for gone in [item for item_id, item in self._shown.items() if item_id not in remaining]:
            del self._shown[gone["id"]]
            await _remove(gone)
        for step in steps:
            if self._is_new(step) and not (typed and step["type"] == "user_message"):
                await context.emitter.send_step(step)
        for element in elements:
            if self._is_new(element):
                await context.emitter.send_element(element)
        if self._draft:
            await self._draft.close()
            self._draft = None
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
        """An action of a running turn begins; one that writes a draft has its card at once."""
        await self.show(view, typed=typed)
        if view.running == "formulate_draft":
            self._draft = DraftStream(view)
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
    """The words of a draft while it is written, in a step that its card reads them from.

    Chainlit renders a message's words as markdown; this step is of a type that it does not render, and the
    card shows it as text.
    """

    def __init__(self, view: ConversationView) -> None:
        self._words = transcript.words(view)
        self._waiting: list[str] = []
        self._frame: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin without words."""
        await context.emitter.send_step(self._words)

    async def write(self, text: str) -> None:
        """Show more words: at once, or together with others in the next frame."""
        self._waiting.append(text)
        if self._frame is None or self._frame.done():
            await self._send()
            self._frame = asyncio.create_task(self._next_frame())

    async def close(self) -> None:
        """End the stream: the card has the whole text, or is gone."""
        if self._frame:
            self._frame.cancel()
        await context.emitter.delete_step(self._words)

    async def _next_frame(self) -> None:
        while True:
            await asyncio.sleep(FRAME)
            if not self._waiting:
                return
            await self._send()

    async def _send(self) -> None:
        words, self._waiting = "".join(self._waiting), []
        await context.emitter.send_token(id=self._words["id"], token=words)


async def _remove(item: Mapping[str, Any]) -> None:
    if "forId" in item:
        await context.emitter.emit("remove_element", {"id": item["id"]})
    else:
        await context.emitter.delete_step(cast(StepDict, item))
