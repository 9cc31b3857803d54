"""What happens in a turn, for whoever watches it, and the one id that its logs and calls share.

Nobody watches unless it is asked for, and then a watcher that fails breaks no turn.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Literal
from uuid import uuid4

log = logging.getLogger(__name__)

STOPPED = "Stopped"
"""In place of an error's type: somebody stopped it."""

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is served, or of the turn that no request began; "" outside both."""
trace_parent: ContextVar[str] = ContextVar("trace_parent", default="")
"""The `traceparent` that the request brought, if any (https://www.w3.org/TR/trace-context/)."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_TRACE_PARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def id_of_request(given: str, parent: str) -> tuple[str, str]:
    """Return the id of a request by its `X-Request-ID` and its `traceparent`, and the latter if it is one."""
    trace = _TRACE_PARENT.fullmatch(parent)
    known = given if _ID.fullmatch(given) else trace[1] if trace else uuid4().hex
    return known, parent if trace else ""


@contextmanager
def with_id() -> Iterator[str]:
    """Give what runs in the block an id, unless the request that began it has one."""
    if known := request_id.get():
        yield known
        return
    token = request_id.set(uuid4().hex)
    try:
        yield request_id.get()
    finally:
        request_id.reset(token)


@dataclass
class ModelCall:
    """One answer that a model is asked for, with all that is sent again until there is one."""

    model: str
    provider: str
    address: str
    port: int | None
    task: str
    prompt: str
    """The version of the prompts."""
    messages: list[dict[str, str]] = field(repr=False)
    parameters: Mapping[str, Any]
    wants_object: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    """Header fields that are sent with it; a watcher may add to them when it begins."""
    began: float = field(default_factory=monotonic)
    first_word: float | None = None
    """Seconds until the model gave the first sign."""
    seconds: float = 0
    answered_by: str = ""
    """The model as the server names it."""
    answer_id: str = ""
    finish: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    pieces: list[str] = field(default_factory=list, repr=False)
    """What it said, up to a bound."""
    error: str | None = None
    """The type of what it failed with, or `STOPPED`."""


@dataclass(frozen=True)
class CallBegan:
    """A model is asked."""

    call: ModelCall


@dataclass(frozen=True)
class CallEnded:
    """It answered, failed or was stopped."""

    call: ModelCall


Reason = Literal[
    "no_instructions", "nothing_to_say", "choice_left_open", "ask_left_open", "all_is_said", "model_failed"
]


@dataclass(frozen=True)
class Clarified:
    """It was decided whether to ask the user, how many questions, and why."""

    questions: int
    why: Reason


@dataclass(frozen=True)
class Judged:
    """An attempt was proofread: what was found in it, by code, and whether rules repaired it before."""

    attempt: str
    codes: tuple[str, ...]
    repaired: bool


@dataclass(frozen=True)
class StepBegan:
    """An action of the state machine begins, where so many drafts are kept."""

    action: str
    drafts: int


@dataclass(frozen=True)
class StepEnded:
    """It ended, and with what if it did not finish: the type of an error, or `STOPPED`."""

    action: str
    error: str | None


Event = CallBegan | CallEnded | Clarified | Judged | StepBegan | StepEnded
Watcher = Callable[[Event], None]

_watchers: ContextVar[tuple[Watcher, ...]] = ContextVar("watchers", default=())


@contextmanager
def watched_by(*watchers: Watcher) -> Iterator[None]:
    """Tell `watchers` too of what happens in the block."""
    token = _watchers.set((*_watchers.get(), *watchers))
    try:
        yield
    finally:
        _watchers.reset(token)


@contextmanager
def counting() -> Iterator[list[ModelCall]]:
    """Collect the model calls of the block whose tokens are known."""
    calls: list[ModelCall] = []

    def notice(event: Event) -> None:
        if isinstance(event, CallEnded) and None not in (event.call.input_tokens, event.call.output_tokens):
            calls.append(event.call)

    with watched_by(notice):
        yield calls


def tell(event: Event) -> None:
    """Tell whoever watches."""
    for watcher in _watchers.get():
        try:
            watcher(event)
        except Exception as failure:  # its text may hold mail
            log.warning("A watcher failed: %s", type(failure).__name__)


@contextmanager
def telling_of(call: ModelCall) -> Iterator[None]:
    """Tell of a call: the block makes it, and notes in `call` what comes."""
    if known := request_id.get():
        call.headers["X-Request-ID"] = known
    tell(CallBegan(call))
    try:
        yield
    except GeneratorExit:  # enough was heard, unless the task is being stopped
        task = asyncio.current_task()
        call.error = STOPPED if task and task.cancelling() else None
        raise
    except asyncio.CancelledError:
        call.error = STOPPED
        raise
    except BaseException as error:
        call.error = type(error).__name__
        raise
    finally:
        call.seconds = monotonic() - call.began
        tell(CallEnded(call))
