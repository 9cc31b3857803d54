"""Server-sent events: what a client reads while a turn runs.

The format is that of https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import assert_never

from starlette.responses import StreamingResponse

from email_assistant.api.answers import Answer
from email_assistant.service.turns import Delta, Progress, Restarted, StepStarted

MEDIA_TYPE = "text/event-stream"
SILENCE = 15.0
"""Seconds after which a comment is sent, for proxies that close a silent connection."""

Event = Progress | Answer


def event(name: str, data: str) -> bytes:
    """Return one event; `data` is JSON on one line."""
    return f"event: {name}\ndata: {data}\n\n".encode()


def encode(item: Event) -> bytes:
    """Return a step, words or the answer as an event."""
    match item:
        case StepStarted(action, _):
            return event("progress", json.dumps({"step": action}))
        case Delta(text):
            return event("delta", json.dumps({"text": text}))
        case Restarted():
            return event("restart", "{}")
        case Answer():
            return event("error" if item.failed else "state", item.body)
        case _:
            assert_never(item)


class EventStream(StreamingResponse):
    """The events of a turn up to its answer. `next_event` waits for one."""

    media_type = MEDIA_TYPE

    def __init__(self, first: Event, next_event: Callable[[], Awaitable[Event]]) -> None:
        # A proxy that collects a response before it passes it on would hide the words.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(_encoded(first, next_event), headers=headers)


async def _encoded(item: Event, next_event: Callable[[], Awaitable[Event]]) -> AsyncIterator[bytes]:
    yield encode(item)
    while not isinstance(item, Answer):
        waiting = asyncio.ensure_future(next_event())
        try:
            while not (await asyncio.wait([waiting], timeout=SILENCE))[0]:
                yield b": still running\n\n"
        finally:
            waiting.cancel()
        item = waiting.result()
        yield encode(item)
