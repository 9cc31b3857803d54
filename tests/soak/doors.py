"""Who talks in the soak: a caller over HTTP or a person in a tab of the chat, both driven by the same words.

All that is said bears a mark, so that it can be found again in what the server shows.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self

import aiohttp
import httpx
import socketio

from email_assistant.chat import texts
from tests.integration.chainlit_client import MAIL, SocketLost, Tab, shown
from tests.integration.over_http import HttpClient

MARK = re.compile(r"\[\d+\]")
NOT_USED = {409, 412, 503}
"""Busy, said of an older version, or nothing could be written."""
STOP_NOTICE = "Task manually stopped."
"""Chainlit's own word about Stop."""
SOON = 5
"""Seconds within which a page says what became of a message whose turn has ended."""

WaitsFor = Literal["email", "answer", "feedback", "retry", "the end of a turn"]
Verdict = Literal["taken", "refused", "unknown", "nothing"]
"""What whoever said something knows of it: `unknown` where the line was cut before they were told, and
`nothing` where it was not and they were not told either."""


class Gone(Exception):
    """The server, or the line to it, is gone."""


@dataclass(frozen=True)
class Look:
    """How a conversation stands: `said` are the marks of all that was said in it, in its order."""

    waits_for: WaitsFor
    said: list[str]
    drafts: int


class Door(Protocol):
    """One who talks in one conversation. Use as `async with`.

    Every call but `say` raises `Gone` where the line is cut.
    """

    @property
    def app_id(self) -> str:
        """The conversation, "" while there is none."""

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *_: object) -> None: ...

    async def look(self) -> Look:
        """Return how the conversation stands, as this door shows it."""

    async def say(self, mark: str) -> Verdict:
        """Say what it waited for at the last look, with this mark in it; what they are told of it."""

    async def retry(self) -> None:
        """Ask for the step that did not finish."""

    async def stop(self) -> None:
        """Press Stop."""

    async def drop(self) -> None:
        """Lose the line in the middle of what is being said, and come back."""

    async def leave(self) -> None:
        """Go away in the middle of it, for good."""

    async def drift(self) -> str:
        """Return what is shown here otherwise than it would be anew, "" if nothing is."""


class Caller:
    """A client over HTTP. Taken is what it was answered with 200, and finds in the answer."""

    def __init__(self, url: str, app_id: str = "") -> None:
        self.app_id = app_id
        self._http = HttpClient(url)
        self._state: dict[str, Any] = {}
        self._call: asyncio.Task[httpx.Response] | None = None

    async def __aenter__(self) -> Self:
        with _lost():
            self.app_id = self.app_id or await self._http.create()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.__aexit__()

    async def look(self) -> Look:
        with _lost():
            state = self._state = await self._http.state(self.app_id)
        waits_for: dict[str | None, WaitsFor] = {
            "process_input": "email",
            "clarify_instructions": "answer",
            "process_feedback": "feedback",
            "retry": "retry",
        }
        step = "the end of a turn" if state["running"] else waits_for[state["next_step"]]
        return Look(step, _marks(_said(state)), len(state["drafts"]))

    async def say(self, mark: str) -> Verdict:
        seen = {"If-Match": f'"{self._state["version"]}"'}
        match self._state["next_step"]:
            case "process_input":
                call = self._http.email(self.app_id, f"{MAIL} {mark}", "say yes", **seen)
            case "clarify_instructions":
                call = self._http.answer(self.app_id, f"At noon {mark}", **seen)
            case _:
                call = self._http.feedback(self.app_id, f"change {mark}", **seen)
        calling = self._call = asyncio.ensure_future(call)
        await asyncio.wait([calling])
        if calling.cancelled() or isinstance(calling.exception(), httpx.TransportError):
            return "unknown"
        answer = calling.result()
        if answer.status_code in NOT_USED:
            return "refused"
        # Stopped before it was taken, it is not in the state that the call answers.
        return "taken" if mark in _marks(_said(answer.raise_for_status().json())) else "refused"

    async def retry(self) -> None:
        with _lost():
            answer = await self._http.retry(self.app_id)
        if answer.status_code not in NOT_USED:
            answer.raise_for_status()

    async def stop(self) -> None:
        with _lost():
            await self._http.stop(self.app_id)

    async def drop(self) -> None:
        if self._call:
            self._call.cancel()

    async def leave(self) -> None:
        await self.drop()

    async def drift(self) -> str:
        return ""  # it keeps nothing


class Person:
    """A tab of the chat. Taken is what the page shows with something of the conversation below it."""

    def __init__(self, url: str, app_id: str = "") -> None:
        self._tab = Tab(url, thread_id=app_id)
        self._waits_for: WaitsFor = "email"

    @property
    def app_id(self) -> str:
        # Chainlit names an id before there is a conversation; what the page shows of it is stored.
        return self._tab.conversation if self._tab.thread_id or self._tab.page.elements else ""

    async def __aenter__(self) -> Self:
        try:
            with _lost():
                await self._tab.connect()
        except Gone:
            await self._tab.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tab.__aexit__()

    async def look(self) -> Look:
        page = self._tab.page
        with _lost():
            await page.until(lambda page: page.connected and not page.loading)
        if page.cards("ProblemCard"):
            self._waits_for = "retry"
        elif any(card.get("live") for card in page.cards("QuestionForm")):
            self._waits_for = "answer"
        elif any(card.get("live") for card in page.cards("DraftCard")):
            self._waits_for = "feedback"
        else:
            self._waits_for = "email" if not page.elements else "the end of a turn"
        return Look(self._waits_for, self._shown(), len(page.versions))

    async def say(self, mark: str) -> Verdict:
        page = self._tab.page
        starts, ends = page.starts, page.ends
        said = {
            "email": f"Instructions: say yes\n\n{MAIL} {mark}",
            "answer": f"At noon {mark}",
        }.get(self._waits_for, f"change {mark}")
        try:
            with _lost():
                await self._tab.send(said)
                await page.until(lambda page: page.ends > ends and page.starts > starts and not page.loading)
                return await self._told(mark)
        except Gone:
            verdict = self._verdict(mark)
            return "unknown" if verdict == "nothing" else verdict

    async def retry(self) -> None:
        page = self._tab.page
        ends, toasts = page.ends, len(page.toasts)
        with _lost():
            await self._tab.act("say", {"text": "retry"})
            await page.until(
                lambda page: (page.ends > ends or len(page.toasts) > toasts) and not page.loading
            )

    async def stop(self) -> None:
        with _lost():
            await self._tab.stop()

    async def drop(self) -> None:
        await self._tab.drop()
        with _lost():
            if not self.app_id:
                raise SocketLost  # there is nothing to come back to
            await self._tab.connect(sign_in=False)

    async def leave(self) -> None:
        await self._tab.drop()

    async def drift(self) -> str:
        if not self.app_id:
            return ""
        with _lost():
            thread = await self._tab.thread()
        anew = [mark for step in thread["steps"] for mark in _marks(_said_in(step, thread["elements"]))]
        if self._shown() != anew:
            return f"{self._shown()} is on the page, a reload shows {anew}"
        _, elements = shown(thread["steps"], thread["elements"])
        _, on_page = self._tab.page.shown()
        for card in {*elements, *on_page}:
            if on_page.get(card) != elements.get(card):
                return f"{on_page.get(card)} is on the page, a reload shows {elements.get(card)}"
        return ""

    async def _told(self, mark: str) -> Verdict:
        """Return the verdict: for a message stopped at once, it comes after its turn has ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SOON):
                await self._tab.page.until(lambda _: self._verdict(mark) != "nothing")
        return self._verdict(mark)

    def _verdict(self, mark: str) -> Verdict:
        said = [message for message in self._messages() if message.mark == mark]
        if any(message.answered and not message.refused for message in said):
            return "taken"
        return "refused" if said and all(message.refused for message in said) else "nothing"

    def _shown(self) -> list[str]:
        return [message.mark for message in self._messages() if not message.refused]

    def _messages(self) -> list[_Message]:
        messages: list[_Message] = []
        for step in self._tab.page.steps:
            if step["type"] == "run" or step["output"] == STOP_NOTICE:
                continue  # Chainlit's own: the first is not shown, the second taken away at once
            messages += [_Message(mark) for mark in _marks(_said_in(step, self._tab.page.elements))]
            if step["type"] == "user_message":
                pass
            elif texts.NOT_USED in step["output"]:
                # It speaks of the newest one that it was not said of yet.
                for message in [message for message in messages if not message.refused][-1:]:
                    message.refused = True
            else:
                for message in messages:
                    message.answered = True
        return messages


@dataclass
class _Message:
    """What the person typed, as the page shows it: whether it says of it that it was not used, and
    whether something of the conversation stands below it."""

    mark: str
    refused: bool = False
    answered: bool = False


@contextmanager
def _lost() -> Iterator[None]:
    try:
        yield
    except (httpx.TransportError, aiohttp.ClientError, socketio.exceptions.SocketIOError, SocketLost) as lost:
        raise Gone from lost


def _said_in(step: dict[str, Any], elements: Iterable[dict[str, Any]]) -> list[str]:
    """Return what the person said, as a step shows it: as a message, or in a card with what came of it."""
    said = [f"{step['output']} {step.get('input') or ''}"] if step["type"] == "user_message" else []
    for element in elements:
        if element["forId"] != step["id"]:
            continue
        if element["name"] == "EarlierDrafts":
            said += [line["asked"] for line in element["props"]["lines"]]
        elif element["name"] == "QuestionForm":
            said += element["props"]["answers"] or []
    return said


def _said(state: dict[str, Any]) -> list[str]:
    """Return all that a person gave to a conversation, in its order."""
    answers = [answer for asked in state["clarifications"] for answer in asked["answers"] or []]
    return [state["email_to_respond"], *answers, *state["feedback_history"]]


def _marks(said: Iterable[str]) -> list[str]:
    return [mark for text in said for mark in MARK.findall(text)]
