"""The writer that asks a language model, at OpenAI or any server that speaks its protocol."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, suppress
from copy import copy
from typing import Literal

from pydantic import BaseModel

from email_assistant.errors import (
    ModelBusy,
    ModelError,
    ModelInputTooLong,
    ModelNotFound,
    ModelRejectedKey,
    ModelTimeout,
    ModelUnreachable,
)
from email_assistant.watching import ModelCall, telling_of
from email_assistant.writing.announcing import SALUTATION
from email_assistant.writing.answer import read_answer
from email_assistant.writing.body import BodyReader, read_body
from email_assistant.writing.catalog import Catalog, names_in
from email_assistant.writing.completions import FIRST_SIGN_NEAR, ChatCompletions
from email_assistant.writing.connection import Address
from email_assistant.writing.dialect import Request
from email_assistant.writing.failures import Failures, StillLoading
from email_assistant.writing.loops import STEP, without_loop
from email_assistant.writing.model import Brief, Restart, Shape, Usage
from email_assistant.writing.prompt_lines import prompt_lines
from email_assistant.writing.prompts import Message, Prompts, task_of
from email_assistant.writing.received import MAX_BODY
from email_assistant.writing.structured import complete, extract, strict_schema
from email_assistant.writing.tuning import Tuning
from email_assistant.writing.wire import Delta

Mode = Literal["json_schema", "json_object", "text"]

MAX_STRUCTURED = 4_000
"""Characters of an answer that is an object; some models go on with white space for ever."""
MAX_STRUCTURED_THOUGHTS = 60_000
_MAX_BLANKS = 200
"""Blanks in a row after which such an answer is given up."""
TIMEOUT = 60
_USAGE_GRACE = 0.3
"""Seconds for the count of tokens, which follows an object that is complete."""
_SENTENCE = re.compile(r"\n|[.!?。！？]\s*$")
_MODES: tuple[Mode, ...] = ("json_schema", "json_object", "text")

_NEXT_MODE_IS_USELESS = (
    *(ModelRejectedKey, ModelUnreachable, ModelBusy, ModelNotFound, ModelInputTooLong, ModelTimeout),
    StillLoading,
)


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
        self._tuning = tuning or Tuning()
        self._mode: Mode = "json_schema"
        address = Address.of(base_url, model=model, api_version=api_version)
        failures = Failures(
            address.host,
            model,
            timeout or TIMEOUT,
            has_key=bool(api_key),
            has_version=address.has_version,
            proxy=address.proxy,
            limits_output=self._tuning.max_tokens is not None,
        )
        self._chat = ChatCompletions(
            address,
            failures,
            self._tuning,
            key=api_key,
            first_sign=FIRST_SIGN_NEAR if timeout is None and address.is_near else failures.timeout,
            max_retries=max_retries,
            headers=headers or {},
            knows_context=bool(context_tokens),
        )

    @property
    def has_others(self) -> bool:
        """Whether the server's address leads to its other models as well."""
        return not self._chat.address.is_azure_deployment

    def named(self, name: str) -> OpenAIWriter:
        """Return a writer for another model of the server; this one closes the connections of both."""
        other = copy(self)
        other.use_model(name)
        return other

    def use_model(self, name: str) -> None:
        """Write as the model of this name from now on."""
        self.name, self._mode = name, "json_schema"
        self._chat = self._chat.of_model(name)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._chat.aclose()

    async def parse(self, brief: Brief, shape: type[Shape]) -> Shape:
        """Answer `brief` as an instance of `shape`, in the best way that the server knows."""
        messages = self._prompts.messages("clarify", brief, self._room)
        failure: ModelError = self._chat.failures.nonsense()
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
            failure = self._chat.failures.nonsense()
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
        async with aclosing(self._chat.deltas(asked, {})) as deltas:
            async for delta in deltas:
                usage = delta.usage or usage
                if not given and len(thoughts) + len(call) < MAX_BODY:
                    thoughts += delta.thought
                    call += delta.call
                for piece in body.feed(delta.text):
                    text = "" if isinstance(piece, Restart) else text + piece
                    given = len(text)
                    if given > MAX_BODY:
                        raise self._chat.failures.endless()
                    yield piece
                if abs(given - looked) >= STEP:
                    looked = given
                    if (once := without_loop(text)) is not None:
                        if not once:
                            raise self._chat.failures.endless()
                        yield Restart()
                        yield once
                        return
        for piece in body.end():
            given = 0 if isinstance(piece, Restart) else given + len(piece)
            yield piece
        if not given:
            yield self._letter_elsewhere(brief.email.subject, thoughts, call, thinks=body.is_thinking)
        if usage:
            yield usage

    def _letter_elsewhere(self, subject: str, thoughts: str, call: str, *, thinks: bool) -> str:
        """Return the letter where an answer has no text.

        Raises:
            ModelInvalidAnswer: there is none.
        """
        # Some servers take the whole answer for a thought; a letter among the thoughts is the answer.
        letter = read_body(thoughts, subject)
        if SALUTATION.match(letter):
            return letter
        # A model that was trained to call tools may call one to write; others it calls for something else.
        letter = read_body(call, subject) if call.lstrip().startswith("{") else ""
        is_letter = SALUTATION.match(letter) or _SENTENCE.search(letter)
        if is_letter and letter != call.strip():
            return letter
        failures = self._chat.failures
        raise failures.only_thought() if thoughts.strip() or thinks else failures.nothing()

    async def catalog(self) -> Catalog:
        """Return the models of the server, or what is wrong if it cannot be asked or lacks this one."""
        host = self._chat.address.host
        try:
            names = names_in(await self._chat.list_models())
        except ModelError as failure:
            return Catalog(host, self.name, (), str(failure))
        except ValueError:
            return Catalog(host, self.name, (), str(self._chat.failures.no_server()))
        return Catalog.of(host, self.name, names)

    async def _object(self, messages: list[Message], mode: Mode, shape: type[Shape]) -> Shape | None:
        """Ask for an object in one of the ways; return it as soon as it is complete."""
        asked = self._call("clarify", messages, wants_object=True)
        with telling_of(asked):
            return await self._read_object(asked, mode, shape)

    async def _read_object(self, asked: ModelCall, mode: Mode, shape: type[Shape]) -> Shape | None:
        text, thoughts = "", ""
        async with aclosing(self._chat.deltas(asked, _response_format(mode, shape))) as deltas:
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
                    raise self._chat.failures.endless()
        if not text.strip() and thoughts.strip().startswith("{") and thoughts.strip().endswith("}"):
            text = thoughts  # a server that takes the whole answer for a thought
        parsed = extract(text, shape) if text.strip() else None
        if parsed is None and (thoughts or text.strip()) and not read_answer(text).strip():
            raise self._chat.failures.only_thought()
        return parsed

    def _call(self, task: str, messages: list[Message], *, wants_object: bool = False) -> ModelCall:
        address, port = self._chat.address.place
        return ModelCall(
            self.name,
            self._chat.address.provider,
            address,
            port,
            task,
            self.prompt_version,
            messages,
            self._tuning.parameters(),
            wants_object=wants_object,
        )


async def _wait_for_usage(deltas: AsyncIterator[Delta], asked: ModelCall) -> None:
    """Hear what little may follow an answer that is complete: the count of its tokens."""
    with suppress(TimeoutError, ModelError):
        async with asyncio.timeout(_USAGE_GRACE):
            async for _ in deltas:
                if asked.output_tokens is not None:
                    return


def _response_format(mode: Mode, shape: type[BaseModel]) -> Request:
    if mode == "text":
        return {}
    if mode == "json_object":
        return {"response_format": {"type": "json_object"}}
    schema = {"name": shape.__name__, "schema": strict_schema(shape), "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}
