"""Chat completions at a model's server: asked for in the way it understands, and received within limits."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing
from copy import copy
from dataclasses import replace
from time import monotonic
from urllib.parse import urljoin

import httpx2
import openai

from email_assistant.errors import ModelNotFound, ModelServerError
from email_assistant.watching import ModelCall
from email_assistant.writing.connection import CHAT, Address, connect
from email_assistant.writing.diagnosis import diagnose, diagnose_connection, is_hopeless, is_loading
from email_assistant.writing.dialect import Dialect, Request
from email_assistant.writing.failures import Failures, RequestNotAccepted
from email_assistant.writing.received import MAX_BODY, Received, is_cut
from email_assistant.writing.refusal import Refusal
from email_assistant.writing.tuning import Tuning
from email_assistant.writing.wire import Delta, OtherProtocol, WebPage, read_deltas

MAX_ANSWER = 200_000
"""Characters after which an answer is taken for endless, the model's thoughts included."""
_MAX_WAIT = 5
"""Seconds that a busy server may make us wait before we try again unasked."""
_LOOK_AGAIN = 1.0
"""Seconds until a server that loads its model is asked again."""
FIRST_SIGN_NEAR = 300
"""Seconds for the first sign of a server in one's own network, which may have to load a model."""
_SAME_TURN = 10
"""Seconds within which another call is of the same turn, which has waited for the model already."""
_MAX_QUEUE = 600
"""Seconds for which a server may say that it is there without a sign of the model."""
_GRACE = 2
"""Seconds for what may follow the end of an answer."""
_MAX_REDIRECTS = 3


class ChatCompletions:
    """Asks the model that `failures` names, at `address`; owns the connections, so close it with `aclose`.

    Args:
        address: where the server is; a redirect may change it.
        failures: what to raise; its `timeout` is how long a call waits without a sign from the model.
        tuning: what the person sets of each request.
        key: for the server; None if it needs none.
        first_sign: seconds to wait for the first sign of the model.
        max_retries: how often a call that has not begun to answer is tried again.
        headers: more header fields of each request.
        knows_context: whether the person said how much the model reads, so that no check is needed.

    Raises:
        SettingsError: the environment names a proxy that cannot be used.
    """

    def __init__(
        self,
        address: Address,
        failures: Failures,
        tuning: Tuning,
        *,
        key: str | None,
        first_sign: float,
        max_retries: int,
        headers: Mapping[str, str],
        knows_context: bool,
    ) -> None:
        self.address, self.failures = address, failures
        self._tuning, self._first_sign, self._knows_context = tuning, first_sign, knows_context
        self._client = connect(
            address,
            key=key,
            timeout=first_sign,
            max_retries=max_retries,
            headers=headers,
            on_response=self._decide_on_retry,
        )
        self._start_over()

    def _start_over(self) -> None:
        self._waited_in_vain_at = -math.inf
        self._dialect = Dialect(limit="max_completion_tokens" if self.address.is_openai else "max_tokens")

    def of_model(self, name: str) -> ChatCompletions:
        """Return those of another model, over the connections of this one, which closes them."""
        other = copy(self)
        other.use_model(name)
        return other

    def use_model(self, name: str) -> None:
        """Ask the model of this name from now on."""
        self.failures = replace(self.failures, model=name, chosen=True)
        self._start_over()  # what one model does not accept says nothing about another

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def list_models(self) -> str:
        """Return the server's list of its models, unread.

        Raises:
            ModelError: it cannot be asked; the sentence says why.
        """
        try:
            async with asyncio.timeout(self.failures.timeout):
                answer = await self._client.get("/models", cast_to=httpx2.Response)
            return answer.text
        except TimeoutError:
            raise self.failures.timed_out() from None
        except openai.APIStatusError as error:
            refusal = Refusal.of(error.status_code, error.body, "", error.response.headers)
            failure = diagnose(refusal, self.failures)
            if isinstance(failure, ModelNotFound | RequestNotAccepted):
                failure = self.failures.no_server()
            raise failure from None
        except ValueError:
            raise self.failures.no_server() from None
        except Exception as error:
            raise diagnose_connection(error, self.failures) from None

    async def deltas(self, asked: ModelCall, parameters: Request) -> AsyncGenerator[Delta, None]:
        """Stream what the model says, up to an end that says that it is complete.

        Raises:
            ModelError: the server refused, or the answer is not whole.
        """
        parameters = {**self._tuning.parameters(), **parameters}
        sent = "\n".join(message["content"] for message in asked.messages)
        while True:
            received = Received()
            async with aclosing(self._attempt(asked, parameters, sent, received)) as deltas:
                async for delta in deltas:
                    _note(asked, delta)
                    yield delta
            if received.refusal is None:
                break
            # A refusal may come as the first event of an answer that began well.
            learned = self._dialect.after(
                received.refusal.words, self._dialect.request(asked.messages, parameters)
            )
            if received.text or learned is None:
                raise diagnose(received.refusal, self.failures)
            self._dialect = learned
        received.raise_if_incomplete(self.failures)

    async def _attempt(
        self, asked: ModelCall, parameters: Request, sent: str, received: Received
    ) -> AsyncGenerator[Delta, None]:
        clock = asyncio.get_running_loop().time
        async with AsyncExitStack() as stack:
            begun = clock()
            patience = self._first_sign if self._dialect.stream else max(self._first_sign, FIRST_SIGN_NEAR)
            deltas = read_deltas(await self._open(stack, asked, parameters, sent, begun + patience))
            deadline, quiet_since = clock() + patience, clock()
            while delta := await self._next(deltas, deadline, received):
                if delta.error and not received.finish:
                    received.refusal = Refusal.of(None, delta.error, sent)
                    return
                delta = replace(delta, text=received.new_text(delta))
                received.add(delta)
                if received.length > MAX_ANSWER:
                    raise self.failures.endless()
                if delta.usage and not self._knows_context and is_cut(delta.usage, sent):
                    raise self.failures.not_all_read()
                if delta.is_progress:
                    yield delta
                    deadline = clock() + self.failures.timeout
                    quiet_since = clock()
                else:
                    deadline = max(deadline, min(clock() + self.failures.timeout, quiet_since + _MAX_QUEUE))
                if received.finish:
                    received.ends_at = received.ends_at or clock() + _GRACE
                    deadline = min(deadline, received.ends_at)

    async def _open(
        self, stack: AsyncExitStack, asked: ModelCall, parameters: Request, sent: str, deadline: float
    ) -> AsyncIterator[bytes]:
        """Begin a request, in the way that the server understands."""
        dialect, guesses, moves = self._dialect, None, 0
        while True:
            request = {"model": self.failures.model, **dialect.request(asked.messages, parameters)}
            try:
                async with asyncio.timeout_at(deadline):
                    response = await self._post(stack, request, asked.headers)
            except TimeoutError:
                raise self.failures.timed_out(self._first_sign) from None
            except openai.APIStatusError as error:
                refusal = Refusal.of(error.status_code, error.body, sent, error.response.headers)
            except Exception as error:
                raise diagnose_connection(error, self.failures) from None
            else:
                self._dialect = replace(dialect, proven=True)
                return response
            status = refusal.status or 0
            if 300 <= status < 400 and moves < _MAX_REDIRECTS:
                self._follow(refusal)
                moves += 1
                continue
            if is_loading(refusal) and await self._wait(refusal, deadline):
                continue
            if learned := dialect.after(refusal.words, request):
                dialect = learned
                continue
            failure = diagnose(refusal, self.failures)
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
        try:
            address = self.address.after(
                urljoin(f"{self.address.url}{CHAT}", refusal.headers.get("location", ""))
            )
        except ValueError:  # no address at all
            address = None
        if address is None:
            raise self.failures.moved()
        self.address = address
        self._client.base_url = address.url

    async def _wait(self, refusal: Refusal, deadline: float) -> bool:
        """Wait until a loading server may be asked again; return False if there is no time for it."""
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
        if (asks or 0) > _MAX_WAIT or is_hopeless(refusal, self.failures):
            response.headers["x-should-retry"] = "false"

    async def _next(self, deltas: AsyncIterator[Delta], deadline: float, received: Received) -> Delta | None:
        try:
            async with asyncio.timeout_at(deadline):
                return await anext(deltas, None)
        except TimeoutError:
            if received.finish:
                return None
            raise self.failures.timed_out(None if received.length else self._first_sign) from None
        except WebPage:
            raise self.failures.no_server() from None
        except OtherProtocol:
            raise self.failures.wrong_address() from None
        except ValueError:
            if received.finish:
                return None
            raise self.failures.nonsense() from None
        except Exception:
            if received.finish:
                return None
            raise self.failures.cut_off() from None


def _note(asked: ModelCall, delta: Delta) -> None:
    """Record what a delta says about the call."""
    if asked.first_word is None and (delta.text or delta.thought or delta.call):
        asked.first_word = monotonic() - asked.began
    asked.answered_by = delta.model or asked.answered_by
    asked.answer_id = delta.answer_id or asked.answer_id
    asked.finish = delta.finish or asked.finish
    if delta.usage:
        asked.input_tokens, asked.output_tokens = delta.usage.input_tokens, delta.usage.output_tokens
    if (said := delta.text or delta.call) and len(asked.pieces) < MAX_BODY:
        asked.pieces.append(said[:MAX_BODY])


def _sent(request: httpx2.Request) -> str:
    """Return all text of a request, which its answer may repeat."""
    try:
        return "\n".join(message["content"] for message in json.loads(request.content)["messages"])
    except (ValueError, LookupError, TypeError):  # it asked for the list of models
        return ""
