"""A request that writes: done once, in a task of its own, and answered as JSON or as a stream of events."""

# Without postponed annotations: FastAPI reads those of a class as they are.
import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic.json_schema import SkipJsonSchema

from email_assistant.api.answers import Answer
from email_assistant.api.callers import AppId, CurrentCaller
from email_assistant.api.events import MEDIA_TYPE, Event, EventStream
from email_assistant.api.preconditions import IfMatch
from email_assistant.conversation.commands import Command, NewEmail
from email_assistant.errors import ModelError
from email_assistant.service.turns import Listener, Progress

Work = Callable[[], Awaitable[Answer]]
IdempotencyKey = Annotated[
    str | SkipJsonSchema[None],
    Header(
        alias="Idempotency-Key",
        description="Any text of your own that stands for this one call. Sent again with it within a "
        "day, the call answers the same and does nothing a second time.",
        examples=["5b8a1c3e-first-try"],
    ),
]


@dataclass(frozen=True, kw_only=True)
class IdempotentRequest:
    """A request that may be sent again under its key. Routes get one as `WriteRequest`."""

    caller: CurrentCaller
    request: Request
    key: IdempotencyKey = None

    async def create(self) -> Response:
        """Begin a conversation, and answer its state."""

        async def create() -> Answer:
            return Answer.of(await self.caller.assistant.create(self.caller.owner), status=201)

        task = self._start(create, "")
        await asyncio.wait([task])
        return task.result().response()

    def _start(self, work: Work, fingerprint: str) -> asyncio.Task[Answer]:
        """Begin `work` in a task that raises nothing and goes on without its client."""

        async def run() -> Answer:
            try:
                return await self._idempotent(work, fingerprint)
            except Exception as error:
                return Answer.problem(error)

        return self.caller.door.start(run())

    async def _idempotent(self, work: Work, fingerprint: str) -> Answer:
        """Do `work`, or answer as it was answered before; `fingerprint` tells it from other work."""
        if not self.key:
            return await work()
        assistant, owner = self.caller.assistant, self.caller.owner
        request = f"{self.request.method} {self.request.url.path} {fingerprint}"
        async with assistant.once(owner, self.key, request) as repeat:
            if repeat.earlier and "body" in repeat.earlier:
                return Answer(**repeat.earlier)
            if repeat.earlier:  # too long ago for the whole answer to be kept
                return Answer.of(await assistant.view(owner, repeat.earlier["app_id"]))
            answer = await work()
            await repeat.keep(answer.app_id, asdict(answer))
            return answer


@dataclass(frozen=True, kw_only=True)
class CommandRequest(IdempotentRequest):
    """A request that brings a command to a conversation. Routes get one as `TurnRequest`."""

    app_id: AppId
    seen: IfMatch

    async def answer(self, command: Command) -> Response:
        """Run the turn, and answer the state it leads to, or stream the way there."""
        happened: asyncio.Queue[Progress | None] = asyncio.Queue()
        task = self._start(lambda: self._turn(command, happened.put), _fingerprint(command))
        if MEDIA_TYPE not in self.request.headers.get("accept", ""):
            await asyncio.wait([task])
            return task.result().response()
        task.add_done_callback(lambda _: happened.put_nowait(None))

        async def next_event() -> Event:
            return await happened.get() or task.result()

        first = await next_event()
        # What was refused before anything happened has its own status, also for who wants to stream.
        if isinstance(first, Answer) and first.failed:
            return first.response()
        return EventStream(first, next_event)

    async def _turn(self, command: Command, listener: Listener) -> Answer:
        assistant, owner = self.caller.assistant, self.caller.owner
        try:
            return Answer.of(
                await assistant.turn(owner, self.app_id, command, seen=self.seen, listener=listener)
            )
        except ModelError as error:
            # Not raised: the command is saved, so this is the answer to a repeat as well.
            return Answer.problem(error, self.app_id)
        except asyncio.CancelledError:  # stopped
            if task := asyncio.current_task():
                task.uncancel()
            return Answer.of(await assistant.view(owner, self.app_id))


WriteRequest = Annotated[IdempotentRequest, Depends()]
TurnRequest = Annotated[CommandRequest, Depends()]


def _fingerprint(command: Command) -> str:
    """Return what tells a command from another; of a file its digest, since it is not shown."""
    files = command.files if isinstance(command, NewEmail) else ()
    return f"{command!r} {[sha256(file.content).hexdigest() for file in files]}"
