"""Faults at random against a real server: kills, cancels and races, and what was lost or doubled by them.

Each conversation is one client's that says numbered things over HTTP, one after the other, and remembers
what the server acknowledged. Meanwhile the server is killed and started again, the client hangs up in the
middle of a call, and each thing may be said by two callers at once.
"""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.integration.chainlit_client import MAIL
from tests.integration.over_http import HttpClient
from tests.integration.processes import ModelProcess, ServerProcess, running_model

CONVERSATIONS = 6
PAUSE = (1.0, 4.0)
"""Seconds between two kills."""
WRITING = {"text": "one two three four five six", "rate": 40, "times": None, "structured": False}


@dataclass
class Tally:
    """What was done, and what became of it."""

    faults: Counter[str] = field(default_factory=Counter)
    said: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    inconsistent: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether nothing was lost, doubled or stuck."""
        return not (self.lost or self.doubled or self.inconsistent)

    def __str__(self) -> str:
        faults = ", ".join(f"{count} {name}" for name, count in sorted(self.faults.items()))
        return (
            f"{sum(self.faults.values())} faults ({faults or 'none'}); {self.said} inputs acknowledged: "
            f"{len(self.lost)} lost, {len(self.doubled)} doubled; "
            f"{len(self.inconsistent)} conversations at a step that they cannot leave"
        )


class Soak:
    """One run. `seed` decides on the faults; the moments at which they strike are the machine's."""

    def __init__(self, server: ServerProcess, model: ModelProcess, seed: int) -> None:
        self._server, self._model = server, model
        self._random = random.Random(seed)  # noqa: S311 - the same faults for the same seed
        self._up = asyncio.Event()
        self._until = 0.0
        self.tally = Tally()

    async def run(self, seconds: float) -> Tally:
        """Inject faults for so long, then look at every conversation."""
        self._model.will(WRITING)
        await asyncio.to_thread(self._server.start)
        self._up.set()
        self._until = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            talks = [group.create_task(self._talk(number)) for number in range(CONVERSATIONS)]
            group.create_task(self._kill())
        for app_id, acknowledged, tried in [talk.result() for talk in talks]:
            await self._look_at(app_id, acknowledged, tried)
        return self.tally

    async def _kill(self) -> None:
        while True:
            await asyncio.sleep(self._random.uniform(*PAUSE))
            if time.monotonic() > self._until:
                return
            self._up.clear()
            await asyncio.to_thread(self._server.stop, signal.SIGKILL)
            self.tally.faults["kills"] += 1
            await asyncio.to_thread(self._server.start)
            self._up.set()

    async def _talk(self, number: int) -> tuple[str, list[str], set[str]]:
        """Talk until the time is over; the id, what was acknowledged in its order, and all that was tried."""
        acknowledged: list[str] = []
        tried: set[str] = set()
        app_id = ""
        while not app_id:
            async with self._calls() as http:
                app_id = await http.create()
        while time.monotonic() < self._until:
            async with self._calls() as http:
                state = await http.state(app_id)
                if state["next_step"] == "process_input":
                    await http.email(app_id, MAIL, "say yes")
                elif state["next_step"] == "retry":
                    await self._settled(await http.retry(app_id))
                else:
                    text = f"change {number}.{len(tried)}"
                    tried.add(text)
                    if await self._say(http, app_id, text):
                        acknowledged.append(text)
        return app_id, acknowledged, tried

    async def _say(self, http: HttpClient, app_id: str, text: str) -> bool:
        """Say something, perhaps with a fault; whether the server acknowledged it."""
        match self._random.choices(["", "race", "hang-up", "stop"], weights=[3, 2, 2, 2])[0]:
            case "stop":
                self.tally.faults["stops"] += 1
                saying = asyncio.ensure_future(http.feedback(app_id, text))
                await asyncio.wait([saying], timeout=self._random.uniform(0, 0.3))
                answer, _ = await self._both(saying, http.stop(app_id))
                # Stopped before it was taken, it is in the state that the call answers, or it is not.
                return answer.status_code == 200 and text in answer.json()["feedback_history"]
            case "race":
                self.tally.faults["races"] += 1
                # The two callers know the same version of the conversation: at most one is let in.
                seen = f'"{(await http.state(app_id))["version"]}"'
                both = (http.feedback(app_id, text, **{"If-Match": seen}) for _ in range(2))
                answers = await self._both(*both)
                if len(answers) == sum(answer.status_code == 200 for answer in answers):
                    self.tally.doubled.append(text)
                return any([await self._settled(answer) for answer in answers])
            case "hang-up":
                self.tally.faults["hang-ups"] += 1
                try:
                    async with asyncio.timeout(self._random.uniform(0, 0.3)):
                        return await self._settled(await http.feedback(app_id, text))
                except TimeoutError:
                    return False
            case _:
                return await self._settled(await http.feedback(app_id, text))

    async def _both(self, *calls: Awaitable[httpx.Response]) -> list[httpx.Response]:
        """Their answers, awaited whole also where a kill cut off one of them."""
        answers = await asyncio.gather(*calls, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return [answer for answer in answers if not isinstance(answer, BaseException)]

    async def _settled(self, answer: httpx.Response) -> bool:
        """Whether the call did what it was asked to; one that must wait waits a little."""
        if answer.status_code in {409, 412, 503}:
            await asyncio.sleep(0.1)
            return False
        answer.raise_for_status()
        return True

    async def _look_at(self, app_id: str, acknowledged: list[str], tried: set[str]) -> None:
        """Go on with the conversation, and compare what it holds with what was said in it."""
        async with HttpClient(self._server.url) as http:
            await self._at_rest(http, app_id)
            state = await http.state(app_id)
            if state["next_step"] == "retry":
                state = await http.retry_after_a_crash(app_id)
            elif state["next_step"] == "process_input":
                state = (await http.email(app_id, MAIL, "say yes")).json()
            if state["next_step"] != "process_feedback":
                self.tally.inconsistent.append(app_id)
        held = Counter(state["feedback_history"])
        self.tally.said += len(acknowledged)
        self.tally.lost += [text for text in acknowledged if not held[text]]
        self.tally.doubled += [text for text, count in held.items() if count > 1 or text not in tried]
        if len(state["drafts"]) != 1 + len(state["feedback_history"]):
            self.tally.inconsistent.append(app_id)

    async def _at_rest(self, http: HttpClient, app_id: str) -> None:
        async with asyncio.timeout(20):
            while (await http.state(app_id))["running"]:  # noqa: ASYNC110 - another process knows
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def _calls(self) -> AsyncIterator[HttpClient]:
        """A client of the server as it is now; a call that the kill cut off is only not acknowledged."""
        await self._up.wait()
        async with HttpClient(self._server.url) as http:
            try:
                yield http
            except httpx.TransportError:
                await asyncio.sleep(0.05)


async def soak(folder: Path, *, seconds: float, seed: int) -> Tally:
    """Run in a new `folder`."""
    with running_model() as model:
        server = ServerProcess(folder / "data", model_url=model.url)
        try:
            return await Soak(server, model, seed).run(seconds)
        finally:
            await asyncio.to_thread(server.stop, signal.SIGKILL)
