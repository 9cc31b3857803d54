"""A call that writes: done once, in a task of its own, and answered as JSON or as a stream of events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic.json_schema import SkipJsonSchema

from email_assistant.api.answers import Answer
from email_assistant.api.callers import AppId, Caller, From
from email_assistant.api.events import MEDIA_TYPE, Event, EventStream
from email_assistant.api.preconditions import Seen
from email_assistant.conversation.commands import Command, NewEmail
from email_assistant.errors import ModelError
from email_assistant.service.turns import Listener, Progress, nobody

Work = Callable[[Listener], Awaitable[Answer]]


@dataclass(frozen=True)
class Call:
    """Who calls, and under which key for repeats, if any. Routes get one as `Write`."""

    caller: Caller
    request: Request
    key: str | None

    async def create(self) -> Response:
        """Begin a conversation, and answer its state."""

        async def work(_: Listener) -> Answer:
            return Answer.of(await self.caller.assistant.create(self.caller.owner), status=201)

        return await _json(self.start(work, "", nobody))

    def start(self, work: Work, what: str, listener: Listener) -> asyncio.Task[Answer]:
        """Begin `work`, which `what` describes; the task raises nothing and goes on without its client."""
        return self.caller.door.turns.start(self._done(work, what, listener))

    async def _done(self, work: Work, what: str, listener: Listener) -> Answer:
        try:
            return await self._once(work, what, listener)
        except Exception as error:
            return Answer.problem(error)

    async def _once(self, work: Work, what: str, listener: Listener) -> Answer:
        if not self.key:
            return await work(listener)
        request = f"{self.request.method} {self.request.url.path} {what}"
        async with self.caller.assistant.repeats.once(self.caller.owner, self.key, request) as repeat:
            if repeat.earlier and "body" in repeat.earlier:
                return Answer(**repeat.earlier)
            if repeat.earlier:  # too long ago for the whole answer to be kept
                return Answer.of(
                    await self.caller.assistant.view(self.caller.owner, repeat.earlier["app_id"])
                )
            answer = await work(listener)
            await repeat.keep(answer.app_id, asdict(answer))
            return answer


async def call(
    caller: From,
    request: Request,
    key: Annotated[
        str | SkipJsonSchema[None],
        Header(
            alias="Idempotency-Key",
            description="Any text of your own that stands for this one call. Sent again with it within a "
            "day, the call answers the same and does nothing a second time.",
            examples=["5b8a1c3e-first-try"],
        ),
    ] = None,
) -> Call:
    """The call of this request."""
    return Call(caller, request, key)


Write = Annotated[Call, Depends(call)]


@dataclass(frozen=True)
class ConversationCall:
    """A call that says something to a conversation. Routes get one as `Turn`."""

    call: Call
    app_id: str
    seen: int | None

    async def say(self, command: Command) -> Response:
        """Run the turn, and answer the state it leads to, or stream the way there."""
        happened: asyncio.Queue[Progress | None] = asyncio.Queue()

        async def work(listener: Listener) -> Answer:
            return await self._answer(command, listener)

        task = self.call.start(work, _fingerprint(command), happened.put)
        if MEDIA_TYPE not in self.call.request.headers.get("accept", ""):
            return await _json(task)
        task.add_done_callback(lambda _: happened.put_nowait(None))

        async def next_event() -> Event:
            return await happened.get() or task.result()

        first = await next_event()
        # What was refused before anything happened has its own status, also for who wants to stream.
        if isinstance(first, Answer) and first.failed:
            return first.response()
        return EventStream(first, next_event)

    async def _answer(self, command: Command, listener: Listener) -> Answer:
        caller, app_id = self.call.caller, self.app_id
        try:
            view = await caller.assistant.turn(
                caller.owner, app_id, command, seen=self.seen, listener=listener
            )
            return Answer.of(view)
        except ModelError as error:
            # No exception for who calls: what was said is taken, so this is the answer to a repeat as well.
            return Answer.problem(error, app_id)
        except asyncio.CancelledError:  # stopped
            if task := asyncio.current_task():
                task.uncancel()
            return Answer.of(await caller.assistant.view(caller.owner, app_id))


async def conversation_call(call: Write, app_id: AppId, seen: Seen) -> ConversationCall:
    """The call of this request, to the conversation in its path."""
    return ConversationCall(call, app_id, seen)


Turn = Annotated[ConversationCall, Depends(conversation_call)]


async def _json(task: asyncio.Task[Answer]) -> Response:
    await asyncio.wait([task])
    return task.result().response()


def _fingerprint(command: Command) -> str:
    """What tells a command from another; of a file its digest, since it is not shown."""
    files = command.files if isinstance(command, NewEmail) else ()
    return f"{command!r} {[sha256(file.content).hexdigest() for file in files]}"
