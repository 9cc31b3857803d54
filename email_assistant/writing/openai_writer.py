"""The writer that asks a language model, at OpenAI or any server that speaks its protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx2
import openai
from pydantic import BaseModel

from email_assistant.writing.body import BodyReader
from email_assistant.writing.failures import Failures, RequestNotAccepted, retry_after
from email_assistant.writing.model import Brief, Shape, Usage
from email_assistant.writing.prompts import Message, Prompts, task_of
from email_assistant.writing.structured import extract, strict_schema
from email_assistant.writing.wire import Delta, read_deltas

Request = dict[str, Any]
Mode = Literal["json_schema", "json_object", "text"]

MAX_BODY = 20_000
"""Characters after which a draft is taken for endless; about ten pages."""
MAX_ANSWER = 200_000
"""The same for all that a model says, its thoughts included."""
_LONGEST_WAIT = 5
"""Seconds that a busy server may make us wait before we try again unasked."""
_MODES: tuple[Mode, ...] = ("json_schema", "json_object", "text")


class OpenAIWriter:
    """A `LanguageModel` at `base_url`; owns its connections, so close it with `aclose`.

    Args:
        timeout: seconds without a sign from the model after which a call fails.
        max_retries: how often a call that has not begun to answer is tried again.
    """

    def __init__(
        self,
        *,
        model: str,
        prompts: Prompts,
        api_key: str,
        base_url: str | None = None,
        timeout: float = 60,
        max_retries: int = 2,
    ) -> None:
        self.name = model
        self._prompts = prompts
        self._timeout = timeout
        self._mode: Mode = "json_schema"
        self._no_usage = False
        # aiohttp below httpx takes a third of the time a chunk that httpcore does (`make bench`).
        http_client = openai.DefaultAioHttpClient(event_hooks={"response": [_no_long_wait]})
        self._client = openai.AsyncOpenAI(
            api_key=api_key,
            base_url=base_url,
            # No `read`: between two signs of the model our own clock runs.
            timeout=openai.Timeout(timeout, connect=min(timeout, 10), read=None),
            max_retries=max_retries,
            http_client=http_client,
        )
        host = urlsplit(str(self._client.base_url)).netloc.rpartition("@")[2]
        self._failures = Failures(host, model, timeout)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def parse(self, brief: Brief, shape: type[Shape]) -> Shape:
        """Answer `brief` as an instance of `shape`, in the best way that the server knows."""
        messages = self._prompts.messages("clarify", brief)
        for mode in _MODES[_MODES.index(self._mode) :]:
            try:
                answer = await self._answer(messages, _response_format(mode, shape))
            except RequestNotAccepted:
                if mode == _MODES[-1]:
                    raise
                continue
            if (parsed := extract(answer, shape)) is not None:
                self._mode = mode
                return parsed
        raise self._failures.nonsense()

    async def stream(self, brief: Brief) -> AsyncGenerator[str | Usage, None]:
        """Write the reply's body, or revise the newest draft."""
        messages = self._prompts.messages(task_of(brief), brief)
        body, given, usage = BodyReader(), 0, None
        async with aclosing(self._words(messages)) as words:
            async for piece in words:
                if isinstance(piece, Usage):
                    usage = piece
                elif text := body.feed(piece):
                    given += len(text)
                    if given > MAX_BODY:
                        raise self._failures.too_much()
                    yield text
        if text := body.end():
            yield text
        elif not given:
            raise self._failures.nonsense()
        if usage:
            yield usage

    async def _answer(self, messages: list[Message], parameters: Request) -> str:
        async with aclosing(self._words(messages, **parameters)) as words:
            return "".join([piece async for piece in words if isinstance(piece, str)])

    async def _words(self, messages: list[Message], **parameters: Any) -> AsyncGenerator[str | Usage, None]:
        """What the model says, as it comes, and what it cost."""
        request = {"model": self.name, "messages": messages, "stream": True, **parameters}
        clock = asyncio.get_running_loop().time
        said, finish, refused = 0, None, False
        async with AsyncExitStack() as stack:
            deltas = read_deltas(await self._open(stack, request))
            deadline = clock() + self._timeout
            while delta := await self._next(deltas, deadline):
                if delta.error:
                    raise self._failures.in_stream(delta.error)
                said += len(delta.text) + len(delta.thought)
                if said > MAX_ANSWER:
                    raise self._failures.too_much()
                refused = refused or bool(delta.refusal)
                finish = delta.finish or finish
                if delta.text:
                    yield delta.text
                if delta.usage:
                    yield delta.usage
                if delta.is_sign:
                    deadline = clock() + self._timeout
        if refused or finish == "content_filter":
            raise self._failures.refused()
        if finish == "length":
            raise self._failures.too_much()
        if finish is None:
            raise self._failures.cut_off() if said else self._failures.nonsense()

    async def _open(self, stack: AsyncExitStack, request: Request) -> AsyncIterator[bytes]:
        """Begin a request; a parameter that the server does not know is left out from then on."""
        while True:
            if not self._no_usage:
                request["stream_options"] = {"include_usage": True}
            try:
                async with asyncio.timeout(self._timeout):
                    # `chat.completions.create` would walk through every message for what only files need.
                    stream = await self._client.post(
                        "/chat/completions",
                        body=request,
                        cast_to=object,
                        stream=True,
                        stream_cls=openai.AsyncStream[object],
                    )
                    await stack.enter_async_context(stream)
                    return stream.response.aiter_bytes()
            except TimeoutError:
                raise self._failures.timed_out() from None
            except openai.APIError as error:
                failure = self._failures.translate(error)
                knows = isinstance(failure, RequestNotAccepted) and "stream_options" in error.message
                if not knows or self._no_usage:
                    raise failure from None
                self._no_usage = True
                del request["stream_options"]

    async def _next(self, deltas: AsyncIterator[Delta], deadline: float) -> Delta | None:
        try:
            async with asyncio.timeout_at(deadline):
                return await anext(deltas, None)
        except TimeoutError:
            raise self._failures.timed_out() from None
        except httpx2.HTTPError:
            raise self._failures.cut_off() from None
        except ValueError:
            raise self._failures.nonsense() from None


def _response_format(mode: Mode, shape: type[BaseModel]) -> Request:
    if mode == "text":
        return {}
    if mode == "json_object":
        return {"response_format": {"type": "json_object"}}
    schema = {"name": shape.__name__, "schema": strict_schema(shape), "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


async def _no_long_wait(response: httpx2.Response) -> None:
    """Keep the package from waiting out a long `Retry-After` while a person looks on."""
    if (retry_after(response.headers) or 0) > _LONGEST_WAIT:
        response.headers["x-should-retry"] = "false"
