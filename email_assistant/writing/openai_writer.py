"""The writer that asks a language model, at OpenAI or any server that speaks its protocol."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing, suppress
from copy import copy
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, Literal
from urllib.parse import urljoin

import httpx2
import openai
from pydantic import BaseModel

from email_assistant.errors import (
    ModelBusy,
    ModelError,
    ModelInputTooLong,
    ModelNotFound,
    ModelRejectedKey,
    ModelServerError,
    ModelTimeout,
    ModelUnreachable,
)
from email_assistant.watching import ModelCall, telling_of
from email_assistant.writing.announcing import SALUTATION
from email_assistant.writing.answer import read_answer
from email_assistant.writing.body import BodyReader, read_body
from email_assistant.writing.catalog import Catalog, names_in
from email_assistant.writing.connection import CHAT, Address, connect
from email_assistant.writing.dialect import Dialect, Request
from email_assistant.writing.failures import Failures, RequestNotAccepted, StillLoading
from email_assistant.writing.loops import STEP, without_loop
from email_assistant.writing.model import Brief, Restart, Shape, Usage
from email_assistant.writing.prompt_lines import prompt_lines
from email_assistant.writing.prompts import Message, Prompts, task_of
from email_assistant.writing.refusal import Refusal
from email_assistant.writing.structured import complete, extract, strict_schema
from email_assistant.writing.wire import Delta, OtherProtocol, WebPage, read_deltas

Mode = Literal["json_schema", "json_object", "text"]

MAX_BODY = 20_000
"""Characters after which a draft is taken for endless; about ten pages."""
MAX_ANSWER = 200_000
"""The same for all that a model says, its thoughts included."""
MAX_STRUCTURED = 4_000
"""Characters of an answer that is an object; some models go on with white space for ever."""
MAX_STRUCTURED_THOUGHTS = 60_000
_MAX_BLANKS = 200
"""Blanks in a row after which such an answer is given up."""
_MAX_WAIT = 5
"""Seconds that a busy server may make us wait before we try again unasked."""
_LOOK_AGAIN = 1.0
"""Seconds until a server that loads its model is asked again."""
TIMEOUT = 60
FIRST_SIGN_NEAR = 300
"""Seconds for the first sign of a server in one's own network, which may have to load a model."""
_SAME_TURN = 10
"""Seconds within which another call is of the same turn, which has waited for the model already."""
_MAX_QUEUE = 600
"""Seconds for which a server may say that it is there without a sign of the model."""
_GRACE = 2
"""Seconds for what may follow the end of an answer."""
_USAGE_GRACE = 0.3
"""Seconds for the count of tokens, which follows an object that is complete."""
_MAX_REDIRECTS = 3
_CHARACTERS_A_TOKEN, _TOKENS_A_WORD, _LONG = 6, 0.75, 6_000
"""More characters in a token, or fewer tokens in a word, has no text of some length: then it was cut."""
_MODES: tuple[Mode, ...] = ("json_schema", "json_object", "text")

_COMPLETE = {
    *(
        "stop",
        "eos",
        "eos_token",
        "end_turn",
        "stop_sequence",
        "stop_token",
        "end",
        "complete",
        "completed",
        "done",
    ),
    *(
        "finished",
        "finish",
        "normal",
        "tool_calls",
        "tool_use",
        "function_call",
        "finish_reason_stop",
        "stop_str",
    ),
}
_AT_LIMIT = {
    *("length", "max_tokens", "model_length", "max_output_tokens", "max_length", "token_limit", "incomplete"),
    *(
        "model_context_window_exceeded",
        "insufficient_system_resource",
        "context_length",
        "finish_reason_max_tokens",
    ),
}
_FILTERED = {
    *(
        "content_filter",
        "content-filter",
        "safety",
        "recitation",
        "refusal",
        "prohibited_content",
        "blocklist",
        "spii",
    ),
    *("sensitive", "moderation", "content_filtered"),
}
_NEXT_MODE_IS_USELESS = (
    *(ModelRejectedKey, ModelUnreachable, ModelBusy, ModelNotFound, ModelInputTooLong, ModelTimeout),
    StillLoading,
)


@dataclass(frozen=True)
class Tuning:
    """What the person sets of each request; None is left to the server."""

    temperature: float | None = None
    top_p: float | None = None
    reasoning_effort: str | None = None
    max_tokens: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    """More parameters, as the server knows them."""

    def parameters(self) -> dict[str, Any]:
        """The parameters of a request."""
        return {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "reasoning_effort": self.reasoning_effort,
            "max_tokens": self.max_tokens,
            **self.body,
        }


class OpenAIWriter:
    """A `LanguageModel` at `base_url`; owns its connections, so close it with `aclose`.

    Args:
        timeout: seconds without a sign from the model after which a call fails. None: as usual, and longer
            for the first sign of a server in one's own network.
        context_tokens: how much the model reads, where the person said so; a brief should fit into it.
        max_retries: how often a call that has not begun to answer is tried again.

    Raises:
        SettingsError: the environment names a proxy that cannot be used.
    """

    def __init__(
        self,
        *,
        model: str,
        prompts: Prompts,
        api_key: str | None,
        base_url: str | None = None,
        timeout: float | None = TIMEOUT,
        max_retries: int = 2,
        api_version: str | None = None,
        headers: Mapping[str, str] | None = None,
        tuning: Tuning | None = None,
        context_tokens: int | None = None,
    ) -> None:
        self.name = model
        self.context_tokens = context_tokens
        # A quarter is left for the answer; a token has at least three characters of most languages.
        self._room = context_tokens * 9 // 4 if context_tokens else None
        self._prompts = prompts
        self.prompt_lines = prompt_lines(prompts)
        self.prompt_version = prompts.version
        self._address = Address.of(base_url, model=model, api_version=api_version)
        self._timeout = timeout or TIMEOUT
        self._first_sign = FIRST_SIGN_NEAR if timeout is None and self._address.is_near else self._timeout
        self._tuning = tuning or Tuning()
        self._mode: Mode = "json_schema"
        self._waited_in_vain_at = -math.inf
        self._dialect = _first_dialect(self._address)
        self._failures = Failures(
            self._address.host,
            model,
            self._timeout,
            has_key=bool(api_key),
            has_version=self._address.has_version,
            proxy=self._address.proxy,
            limits_output=self._tuning.max_tokens is not None,
        )
        self._client = connect(
            self._address,
            key=api_key,
            timeout=self._first_sign,
            max_retries=max_retries,
            headers=headers or {},
            on_response=self._decide_on_retry,
        )

    @property
    def has_others(self) -> bool:
        """Whether the server's address leads to its other models as well."""
        return not self._address.is_azure_deployment

    def named(self, name: str) -> OpenAIWriter:
        """The model of this name at the same server, over the connections of this one, which closes them."""
        other = copy(self)
        other.be(name)
        return other

    def be(self, name: str) -> None:
        """Write as the model of this name from now on."""
        self.name = name
        self._failures = replace(self._failures, model=name, chosen=True)
        # What another model does not take says nothing of this one.
        self._mode, self._waited_in_vain_at = "json_schema", -math.inf
        self._dialect = _first_dialect(self._address)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def parse(self, brief: Brief, shape: type[Shape]) -> Shape:
        """Answer `brief` as an instance of `shape`, in the best way that the server knows."""
        messages = self._messages(brief, shape)
        failure: ModelError = self._failures.nonsense()
        for mode in _MODES[_MODES.index(self._mode) :]:
            try:
                parsed = await self._object(messages, mode, shape)
            except _NEXT_MODE_IS_USELESS:
                raise
            except ModelError as failed:
                failure = failed
                continue
            if parsed is not None:
                self._mode = mode
                return parsed
            failure = self._failures.nonsense()
        raise failure

    async def stream(self, brief: Brief) -> AsyncGenerator[str | Restart | Usage, None]:
        """Write the reply's body, or revise the newest draft."""
        task = task_of(brief)
        messages = self._prompts.messages(task, brief, self._room)
        asked = self._call(task, messages)
        with telling_of(asked):
            async with aclosing(self._body(brief, asked)) as pieces:
                async for piece in pieces:
                    yield piece

    async def _body(self, brief: Brief, asked: ModelCall) -> AsyncGenerator[str | Restart | Usage, None]:
        body, given, usage = BodyReader(brief.email.subject), 0, None
        text, looked, thoughts, call = "", 0, "", ""
        async with aclosing(self._deltas(asked, {})) as deltas:
            async for delta in deltas:
                usage = delta.usage or usage
                if not given and len(thoughts) + len(call) < MAX_BODY:
                    thoughts += delta.thought
                    call += delta.call
                for piece in body.feed(delta.text):
                    text = "" if isinstance(piece, Restart) else text + piece
                    given = len(text)
                    if given > MAX_BODY:
                        raise self._failures.too_much()
                    yield piece
                if abs(given - looked) >= STEP:
                    looked = given
                    if (once := without_loop(text)) is not None:
                        if not once:
                            raise self._failures.too_much()
                        yield Restart()
                        yield once
                        return
        for piece in body.end():
            given = 0 if isinstance(piece, Restart) else given + len(piece)
            yield piece
        if not given:
            # Some servers take the whole answer for a thought; a letter among the thoughts is the answer.
            letter = read_body(thoughts, brief.email.subject)
            if not SALUTATION.match(letter):
                # A model that was trained to call tools may call one to write.
                letter = read_body(call, brief.email.subject) if call.lstrip().startswith("{") else ""
            if not letter or letter == call.strip():
                is_thought = thoughts.strip() or body.is_thinking
                raise self._failures.only_thought() if is_thought else self._failures.nothing()
            yield letter
        if usage:
            yield usage

    async def catalog(self) -> Catalog:
        """Which models the server has, and what is wrong where it cannot be asked or has not this one."""
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._client.get("/models", cast_to=httpx2.Response)
            names = names_in(answer.text)
        except TimeoutError:
            failure = self._failures.timed_out()
        except openai.APIStatusError as error:
            failure = self._failures.of(Refusal.of(error.status_code, error.body, "", error.response.headers))
            if isinstance(failure, ModelNotFound | RequestNotAccepted):
                failure = self._failures.no_server()
        except ValueError:
            failure = self._failures.no_server()
        except Exception as error:
            failure = self._failures.unreachable(error)
        else:
            return Catalog.of(self._address.host, self.name, names)
        return Catalog(self._address.host, self.name, (), str(failure))

    def _messages(self, brief: Brief, shape: type[BaseModel]) -> list[Message]:
        """What is asked for an instance of `shape`."""
        return self._prompts.messages("clarify", brief, self._room)

    async def _object(self, messages: list[Message], mode: Mode, shape: type[Shape]) -> Shape | None:
        """The answer in one of the ways to ask for an object, as soon as it is complete."""
        asked = self._call("clarify", messages, wants_object=True)
        with telling_of(asked):
            return await self._read_object(asked, mode, shape)

    async def _read_object(self, asked: ModelCall, mode: Mode, shape: type[Shape]) -> Shape | None:
        text, thoughts = "", ""
        async with aclosing(self._deltas(asked, _response_format(mode, shape))) as deltas:
            async for delta in deltas:
                thoughts += delta.thought
                text += delta.text or delta.call
                if "}" in (delta.text or delta.call) and (parsed := complete(text, shape)) is not None:
                    await _wait_for_usage(deltas, asked)
                    return parsed
                endless = len(text) - len(text.rstrip()) > _MAX_BLANKS or len(text) > MAX_STRUCTURED
                if endless or len(thoughts) > MAX_STRUCTURED_THOUGHTS:
                    if (parsed := extract(text, shape)) is not None:
                        return parsed
                    raise self._failures.too_much()
        if not text.strip() and thoughts.strip().startswith("{") and thoughts.strip().endswith("}"):
            text = thoughts  # a server that takes the whole answer for a thought
        parsed = extract(text, shape) if text.strip() else None
        if parsed is None and (thoughts or text.strip()) and not read_answer(text).strip():
            raise self._failures.only_thought()
        return parsed

    def _call(self, task: str, messages: list[Message], *, wants_object: bool = False) -> ModelCall:
        address, port = self._address.place
        return ModelCall(
            self.name,
            self._address.provider,
            address,
            port,
            task,
            self.prompt_version,
            messages,
            self._tuning.parameters(),
            wants_object=wants_object,
        )

    async def _deltas(self, asked: ModelCall, parameters: Request) -> AsyncGenerator[Delta, None]:
        """What the model says, as it comes, up to an end that says that it is complete."""
        parameters = {**self._tuning.parameters(), **parameters}
        sent = "\n".join(message["content"] for message in asked.messages)
        while True:
            heard = _Heard()
            async with aclosing(self._attempt(asked, parameters, sent, heard)) as deltas:
                async for delta in deltas:
                    _note(asked, delta)
                    yield delta
            if heard.refusal is None:
                break
            # A refusal may come as the first event of an answer that began well.
            learned = self._dialect.after(
                heard.refusal.words, self._dialect.request(asked.messages, parameters)
            )
            if heard.said or learned is None:
                raise self._failures.of(heard.refusal)
            self._dialect = learned
        self._judge(heard)

    async def _attempt(
        self, asked: ModelCall, parameters: Request, sent: str, heard: _Heard
    ) -> AsyncGenerator[Delta, None]:
        clock = asyncio.get_running_loop().time
        async with AsyncExitStack() as stack:
            begun = clock()
            patience = self._first_sign if self._dialect.stream else max(self._first_sign, FIRST_SIGN_NEAR)
            deltas = read_deltas(await self._open(stack, asked, parameters, sent, begun + patience))
            deadline, quiet_since = clock() + patience, clock()
            while delta := await self._next(deltas, deadline, heard):
                if delta.error:
                    heard.refusal = Refusal.of(None, delta.error, sent)
                    return
                heard.hear(delta)
                if heard.length > MAX_ANSWER:
                    raise self._failures.too_much()
                if delta.usage:
                    self._check_that_all_was_read(delta.usage, sent)
                if heard.repeats(delta):
                    delta = replace(delta, text="")
                if delta.is_sign:
                    yield delta
                    deadline = clock() + self._timeout
                    quiet_since = clock()
                else:
                    deadline = max(deadline, min(clock() + self._timeout, quiet_since + _MAX_QUEUE))
                if heard.finish:
                    heard.ends_at = heard.ends_at or clock() + _GRACE
                    deadline = min(deadline, heard.ends_at)

    def _judge(self, heard: _Heard) -> None:
        """Whether what was heard is a whole answer."""
        finish = heard.finish
        if heard.refused or finish in _FILTERED:
            raise self._failures.refused()
        if finish in _AT_LIMIT:
            raise self._failures.at_limit()
        if finish not in _COMPLETE and not (heard.done and finish is None):
            raise self._failures.cut_off() if heard.length else self._failures.nonsense()

    def _check_that_all_was_read(self, usage: Usage, sent: str) -> None:
        if self.context_tokens or len(sent) < _LONG or not usage.input_tokens:
            return
        fewest = min(len(sent) / _CHARACTERS_A_TOKEN, len(sent.split()) * _TOKENS_A_WORD)
        if usage.input_tokens < fewest:
            raise self._failures.not_all_read()

    async def _open(
        self, stack: AsyncExitStack, asked: ModelCall, parameters: Request, sent: str, deadline: float
    ) -> AsyncIterator[bytes]:
        """Begin a request, in the way that the server understands."""
        dialect, guesses, moves = self._dialect, None, 0
        while True:
            request = {"model": self.name, **dialect.request(asked.messages, parameters)}
            try:
                async with asyncio.timeout_at(deadline):
                    response = await self._post(stack, request, asked.headers)
            except TimeoutError:
                raise self._failures.timed_out(self._first_sign) from None
            except openai.APIStatusError as error:
                refusal = Refusal.of(error.status_code, error.body, sent, error.response.headers)
            except Exception as error:
                raise self._failures.unreachable(error) from None
            else:
                self._dialect = replace(dialect, proven=True)
                return response
            status = refusal.status or 0
            if 300 <= status < 400 and moves < _MAX_REDIRECTS:
                self._follow(refusal)
                moves += 1
                continue
            if self._failures.is_loading(refusal) and await self._wait(refusal, deadline):
                continue
            if learned := dialect.after(refusal.words, request):
                dialect = learned
                continue
            failure = self._failures.of(refusal)
            if isinstance(failure, RequestNotAccepted) or (
                status == 500 and type(failure) is ModelServerError
            ):
                guesses = guesses or dialect.guesses(status, request)
                if guess := next(guesses, None):
                    dialect = guess
                    continue
            raise failure

    async def _post(
        self, stack: AsyncExitStack, request: Request, headers: Mapping[str, str]
    ) -> AsyncIterator[bytes]:
        # `chat.completions.create` would walk through every message for what only files need.
        stream = await self._client.post(
            CHAT,
            body=request,
            options={"headers": headers},
            cast_to=object,
            stream=True,
            stream_cls=openai.AsyncStream[object],
        )
        await stack.enter_async_context(stream)
        return stream.response.aiter_bytes()

    def _follow(self, refusal: Refusal) -> None:
        """Go where a redirect leads, if mail may."""
        location = urljoin(f"{self._address.url}{CHAT}", refusal.headers.get("location", ""))
        address = self._address.after(location)
        if address is None:
            raise self._failures.moved()
        self._address = address
        self._client.base_url = address.url

    async def _wait(self, refusal: Refusal, deadline: float) -> bool:
        """Wait until a server that loads its model may be asked again; whether there is time for it."""
        pause = min(max(refusal.retry_after or 0, _LOOK_AGAIN), _MAX_WAIT)
        now = asyncio.get_running_loop().time()
        if now + pause >= deadline or now < self._waited_in_vain_at + _SAME_TURN:
            self._waited_in_vain_at = now
            return False
        await asyncio.sleep(pause)
        return True

    async def _decide_on_retry(self, response: httpx2.Response) -> None:
        """Keep the package from sending again what cannot succeed, or from a long wait."""
        if response.status_code < 400:
            return
        await response.aread()
        try:
            body: object = response.json()
        except ValueError:
            body = response.text
        refusal = Refusal.of(response.status_code, body, _sent(response.request), response.headers)
        asks = refusal.retry_after
        if (asks or 0) > _MAX_WAIT or self._failures.is_hopeless(refusal):
            response.headers["x-should-retry"] = "false"

    async def _next(self, deltas: AsyncIterator[Delta], deadline: float, heard: _Heard) -> Delta | None:
        try:
            async with asyncio.timeout_at(deadline):
                return await anext(deltas, None)
        except TimeoutError:
            if heard.finish:
                return None
            raise self._failures.timed_out(None if heard.length else self._first_sign) from None
        except WebPage:
            raise self._failures.no_server() from None
        except OtherProtocol:
            raise self._failures.wrong_address() from None
        except ValueError:
            if heard.finish:
                return None
            raise self._failures.nonsense() from None
        except Exception:
            if heard.finish:
                return None
            raise self._failures.cut_off() from None


@dataclass
class _Heard:
    """What came of an answer so far."""

    length: int = 0
    said: str = ""
    """The beginning of its text."""
    finish: str | None = None
    ends_at: float = 0
    refused: bool = False
    done: bool = False
    refusal: Refusal | None = None

    def hear(self, delta: Delta) -> None:
        """Take note of a delta."""
        self.length += len(delta.text) + len(delta.thought) + len(delta.call)
        self.refused = self.refused or bool(delta.refusal)
        self.finish = delta.finish or self.finish
        self.done = self.done or delta.done

    def repeats(self, delta: Delta) -> bool:
        """Whether the last event only says all of the text once more."""
        again = bool(delta.finish) and len(self.said) >= 20 and delta.text == self.said
        if not again and len(self.said) < MAX_BODY:
            self.said += delta.text
        return again


def _note(asked: ModelCall, delta: Delta) -> None:
    """Keep of a delta what is told of the call."""
    if asked.first_word is None and (delta.text or delta.thought or delta.call):
        asked.first_word = monotonic() - asked.began
    asked.answered_by = delta.model or asked.answered_by
    asked.answer_id = delta.answer_id or asked.answer_id
    asked.finish = delta.finish or asked.finish
    if delta.usage:
        asked.input_tokens, asked.output_tokens = delta.usage.input_tokens, delta.usage.output_tokens
    if (said := delta.text or delta.call) and len(asked.pieces) < MAX_BODY:
        asked.pieces.append(said[:MAX_BODY])


async def _wait_for_usage(deltas: AsyncIterator[Delta], asked: ModelCall) -> None:
    """Hear what little may follow an answer that is complete: the count of its tokens."""
    with suppress(TimeoutError, ModelError):
        async with asyncio.timeout(_USAGE_GRACE):
            async for _ in deltas:
                if asked.output_tokens is not None:
                    return


def _first_dialect(address: Address) -> Dialect:
    return Dialect(limit="max_completion_tokens" if address.is_openai else "max_tokens")


def _sent(request: httpx2.Request) -> str:
    """All text of a request, which its answer may repeat."""
    try:
        return "\n".join(message["content"] for message in json.loads(request.content)["messages"])
    except (ValueError, LookupError, TypeError):  # it asked for the list of models
        return ""


def _response_format(mode: Mode, shape: type[BaseModel]) -> Request:
    if mode == "text":
        return {}
    if mode == "json_object":
        return {"response_format": {"type": "json_object"}}
    schema = {"name": shape.__name__, "schema": strict_schema(shape), "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}
