"""The turns that run in this process: one for each conversation, so many for a user, told of and stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from burr.core import Action, State
from burr.lifecycle import PreRunStepHookAsync

from email_assistant.conversation.state import ConversationState
from email_assistant.service.view import ConversationView, title_of
from email_assistant.store.claims import Claims, Foreign, Held

LOOK_AGAIN = 0.25
"""Seconds after which it is asked again whether a turn of another process has ended."""

STOP_WITHIN = 4
"""Seconds that another process is given to stop a turn: it looks every second, then saves how far it came."""


@dataclass(frozen=True)
class Delta:
    """The next words of the draft that is being written."""

    text: str


@dataclass(frozen=True)
class Restarted:
    """The words so far are not the draft; it begins anew."""


@dataclass(frozen=True)
class StepStarted:
    """An action of the state machine begins, on the conversation as `view` shows it."""

    action: str
    view: ConversationView


Progress = StepStarted | Delta | Restarted
"""What happens in a turn. Whoever begins to follow one is told all its words so far first."""
Listener = Callable[[Progress], Awaitable[None]]


async def ignore_progress(_: Progress) -> None:
    """Do nothing: nobody watches the turn."""


class RunningTurn(PreRunStepHookAsync):
    """A turn that runs: its task, the action that it is at, the words of the draft so far, and its end."""

    def __init__(self) -> None:
        task = asyncio.current_task()
        assert task  # noqa: S101 - a coroutine runs in a task
        self.task = task
        self.action: str | None = None
        self.words = ""
        """What is written of the draft so far."""
        self.left_words = ""
        """What another process had written of it when it died."""
        self.ended = asyncio.Event()
        self._began = monotonic()
        self._followers: set[asyncio.Queue[Progress | None]] = set()

    def stop(self) -> None:
        """Cancel it, once: it must not be disturbed again while it saves how far it came."""
        if not self.task.cancelling():
            self.task.cancel()

    def begin(self, view: ConversationView, listener: Listener) -> None:
        """Set what `listener` is told of: each action that begins, and what is said by then."""
        self._view, self._listener = view, listener

    @property
    def seconds(self) -> int:
        """How long the action has run."""
        return int(monotonic() - self._began)

    @property
    def draft(self) -> str:
        """What is written so far, if that is a draft and no answer beside it."""
        return self.words if self.action == "formulate_draft" else ""

    def unfinished(self, state: State[Any]) -> State[Any]:
        """Return the state with what is kept of the action, if it does not finish."""
        return with_stopped(state, self.words)

    async def tell(self, event: Progress) -> None:
        """Tell the listener and all followers."""
        if isinstance(event, Delta):
            self.words += event.text
        else:
            self.words = ""
        for follower in self._followers:
            follower.put_nowait(event)
        await self._listener(event)

    def end(self) -> None:
        """Tell everybody that it has ended."""
        for follower in self._followers:
            follower.put_nowait(None)
        self.ended.set()

    async def follow(self) -> AsyncGenerator[Progress, None]:
        """Yield what happens in it until it ends, beginning with the words so far."""
        if self.ended.is_set():
            return
        events: asyncio.Queue[Progress | None] = asyncio.Queue()
        self._followers.add(events)
        try:
            yield Restarted()
            yield Delta(self.words)
            while event := await events.get():
                yield event
        finally:
            self._followers.discard(events)

    async def pre_run_step(self, *, action: Action, state: State[Any], **_: Any) -> None:
        """Burr's hook before an action."""
        self.action, self._began = action.name, monotonic()
        now = ConversationState.model_validate(state.get_all())
        title = self._view.title or title_of(now)
        view = replace(self._view, state=now, title=title, running=action.name)
        await self.tell(StepStarted(action.name, view))


def with_stopped(state: State[Any], words: str) -> State[Any]:
    """Return `state` with what is kept of a draft that was not written to its end."""
    words = words.strip()
    if state.get("stopped_draft", "").startswith(words):  # they came no further than the time before
        return state
    return state.update(stopped_draft=words)


class RunningTurns:
    """All turns of this process.

    Args:
        claims: keep other processes from running a turn of the same conversation.
        most: turns of one user at once, in all processes; None for any number.
    """

    def __init__(self, claims: Claims, most: int | None = None) -> None:
        self._claims, self._most = claims, most
        self._turns: dict[str, RunningTurn] = {}

    @asynccontextmanager
    async def begin(self, app_id: str, *, owner: str = "") -> AsyncIterator[RunningTurn]:
        """Let the current task run a turn of a conversation for the time of the block.

        Args:
            app_id: of the conversation.
            owner: whose turn it counts as; "" for what takes no time.

        Raises:
            ConversationBusy: one is running, here or in another process.
            RateLimited: as many of the owner run as may.
        """
        turn = RunningTurn()
        held = Held(turn.stop, lambda: turn.draft)
        most = self._most if owner else None
        try:
            async with self._claims.hold(app_id, held, owner=owner, most=most) as left_words:
                turn.left_words = left_words
                self._turns[app_id] = turn
                yield turn
        finally:
            # Only now: whoever waits for the end can begin a turn then.
            if self._turns.get(app_id) is turn:
                del self._turns[app_id]
            turn.end()

    def runs(self, app_id: str) -> bool:
        """Whether a turn of the conversation runs in this process."""
        return app_id in self._turns

    async def runs_elsewhere(self, app_id: str) -> bool:
        """Whether another process runs one, or died so shortly ago that it may."""
        return await self._claims.held_elsewhere(app_id)

    async def elsewhere(self, app_id: str) -> Foreign | None:
        """Return what another process does of the conversation, or had done when it died."""
        return await self._claims.foreign(app_id)

    def now(self, app_id: str) -> RunningTurn | None:
        """Return the turn of the conversation that runs in this process, if one does."""
        return self._turns.get(app_id)

    async def follow(self, app_id: str) -> AsyncGenerator[Progress, None]:
        """Yield what happens in the turn that runs in this process, if one does, until it ends."""
        if turn := self._turns.get(app_id):
            async with aclosing(turn.follow()) as events:
                async for event in events:
                    yield event

    async def stop(self, app_id: str) -> None:
        """Stop the turn of a conversation, if one runs, and wait for its end; its step can be retried.

        One that another process runs is waited for no longer than `STOP_WITHIN`.
        """
        if turn := self._turns.get(app_id):
            turn.stop()
            await turn.ended.wait()
        elif await self.runs_elsewhere(app_id):
            await self._stop_elsewhere([app_id])

    async def stop_all(self, owner: str, app_ids: Collection[str]) -> None:
        """Stop all turns of these conversations, which are the owner's, in the same way."""
        here = [turn for app_id, turn in self._turns.items() if app_id in app_ids]
        for turn in here:
            turn.stop()
        if elsewhere := await self._claims.held_elsewhere_of(owner):
            await self._stop_elsewhere(elsewhere)
        for turn in here:
            await turn.ended.wait()

    async def _stop_elsewhere(self, app_ids: Collection[str]) -> None:
        await self._claims.ask_to_stop(app_ids)
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_WITHIN):
                for app_id in app_ids:
                    await self.wait_idle(app_id)

    async def wait_here(self, app_id: str) -> None:
        """Wait until no turn of the conversation runs in this process."""
        if turn := self._turns.get(app_id):
            await turn.ended.wait()

    async def wait_idle(self, app_id: str) -> None:
        """Wait until none runs, here or in another process."""
        await self.wait_here(app_id)
        while await self.runs_elsewhere(app_id):  # noqa: ASYNC110 - no process tells another
            await asyncio.sleep(LOOK_AGAIN)

    async def drain(self, grace: float) -> None:
        """Let all turns end within `grace` seconds, then stop the others.

        Returns when each door has told what became of its turn, or a second after they were stopped.
        """
        if tasks := {turn.task for turn in self._turns.values()}:
            await asyncio.wait(tasks, timeout=grace)
            await self.aclose()
            await asyncio.wait(tasks, timeout=1)

    async def aclose(self) -> None:
        """Stop all turns, and wait until each has saved how far it came."""
        turns = list(self._turns.values())
        for turn in turns:
            turn.stop()
        for turn in turns:
            await turn.ended.wait()

    def leave(self) -> None:
        """Run no more turns in this process."""
        self._claims.leave()
