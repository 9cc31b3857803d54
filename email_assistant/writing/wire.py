"""The answer to a chat completion, read from its bytes: a stream of server-sent events, or one JSON document.

The openai package's own reader builds a model object for each chunk, which costs more than all else we do
for a word; what is needed here are a few fields, and those of servers that bend the protocol too.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from email_assistant.writing.model import Usage

_MAX_EVENT = 1_000_000
_MAX_NAME = 200
_MAX_COUNT = 10**9
_DONE = b"[DONE]"
_BOM = b"\xef\xbb\xbf"
_ALIVE = re.compile(
    rb"ping|pong|heart.?beat|keep.?alive|progress|status|queue\w*|processing|info", re.IGNORECASE
)
"""What servers say only to show that they are there."""
_FAILED = re.compile(rb"^\W*(?:\w+ )?(?:\w*error|failed|exception)\b", re.IGNORECASE)
_UNSAID = frozenset(
    ("", "null", "none", "0", "unknown", "default", "unspecified", "finish_reason_unspecified")
)
"""Reasons to end that are none."""


class WebPage(ValueError):
    """What came is a page for people."""


class OtherProtocol(ValueError):
    """What came is JSON, but of no chat completion: another address of the server answers those."""


@dataclass(frozen=True)
class Delta:
    """What one event adds to the answer."""

    text: str = ""
    thought: str = ""
    """Reasoning that the server keeps apart from the answer."""
    call: str = ""
    """The arguments of a tool that it calls, though it was given none."""
    refusal: str = ""
    finish: str | None = None
    usage: Usage | None = None
    error: object = None
    done: bool = False
    """Whether the server says that this was all."""
    model: str = field(default="", compare=False)
    """The model as the server names it."""
    answer_id: str = field(default="", compare=False)

    @property
    def is_progress(self) -> bool:
        """Whether the model did something, and not only the server."""
        return self != _NOTHING


_NOTHING = Delta()


async def read_deltas(pieces: AsyncIterator[bytes]) -> AsyncIterator[Delta]:
    """Read the deltas of the first choice until the server says that it is done, or ends.

    An event without anything, and a comment, give an empty delta: the server is there.

    Raises:
        WebPage: the bytes are HTML.
        OtherProtocol: they are JSON of another kind.
        ValueError: they are no chat completion of any kind.
    """
    reader = _Reader()
    async for piece in pieces:
        for delta in reader.feed(piece):
            yield delta
            if delta.done:
                return
    for delta in reader.end():
        yield delta


class _Reader:
    def __init__(self) -> None:
        self._pending = b""
        self._event = b""
        """An event that is spread over several lines."""
        self._name = b""
        """How the event is called."""
        self._is_stream = False
        """Whether there was a line of a stream of events."""
        self._was_read = False
        self._is_chat: bool | None = None
        """Whether an event was one of a chat completion; None before the first."""
        self._is_document: bool | None = None

    def feed(self, piece: bytes) -> list[Delta]:
        self._pending += piece.replace(b"\r", b"\n")
        if self._is_document is None:
            begin = self._pending.removeprefix(_BOM).lstrip()
            if not begin:
                return [_NOTHING]
            if begin.startswith(b"<"):
                raise WebPage
            self._is_document = begin[:1] in b"{[" and not begin.startswith(_DONE)
            self._pending = begin
        if len(self._pending) > _MAX_EVENT + len(piece):
            raise ValueError("An event without end.")
        if self._is_document:
            return [_NOTHING]
        # Split at LF only: JSON may hold any other line break of Unicode as it is.
        *lines, self._pending = self._pending.split(b"\n")
        return [delta for line in lines for delta in self._line(line)]

    def end(self) -> list[Delta]:
        if self._is_document:
            return _document(self._pending)
        deltas = [*self._line(self._pending), *self._line(b"")]
        if self._is_document is False and not self._is_stream:
            raise WebPage
        if self._is_chat is False:
            raise OtherProtocol
        if self._was_read and not self._is_chat and not any(delta.error for delta in deltas):
            raise ValueError("No event of a chat.")
        return deltas

    def _line(self, line: bytes) -> list[Delta]:
        line = line.removeprefix(_BOM).lstrip(b" \t")
        if not line:
            return self._dispatch()
        name, _, value = line.partition(b":")
        name, value = name.strip().lower(), value.strip()
        while name == b"data" and value.startswith(b"data:"):
            value = value.removeprefix(b"data:").lstrip()
        if not name:
            self._is_stream = True
            return [_NOTHING]
        if _DONE in (line.strip().upper(), value.strip(b"\"'").upper()):
            return [Delta(done=True)]
        if line.startswith(b"{") and not self._event:  # an event without its field
            name, value = b"data", line.strip()
        if name == b"error" and value:
            return [Delta(error=_parsed(value) or value.decode(errors="replace"))]
        self._is_stream = self._is_stream or name in (b"data", b"event", b"id", b"retry")
        if name == b"event":
            self._name = value.lower()
        if name == b"data" and value:
            self._event += value
            if len(self._event) > _MAX_EVENT:
                raise ValueError("An event without end.")
            event = _parsed(self._event)
            if event is not _NO_JSON:
                self._event = b""
                return self._read(event)
        return []

    def _dispatch(self) -> list[Delta]:
        """End an event that is no JSON."""
        event, name, self._event, self._name = self._event, self._name, b"", b""
        if not event:
            return []
        if _ALIVE.fullmatch(name) or _ALIVE.fullmatch(event):
            return [_NOTHING]
        if name == b"error" or _FAILED.search(event[:_MAX_NAME]):
            return [Delta(error=event.decode(errors="replace"))]
        raise ValueError("An event that is no JSON.")

    def _read(self, event: Any) -> list[Delta]:
        if self._name == b"error":
            return [_failure(event)]
        if isinstance(event, dict):
            self._is_chat = self._is_chat or _is_chat(event)
        self._was_read = True
        return [_delta(event)]


_NO_JSON = object()


def _parsed(data: bytes) -> Any:
    try:
        value = json.loads(data, strict=False)
        is_encoded_twice = isinstance(value, str) and value.startswith("{")
        return json.loads(value, strict=False) if is_encoded_twice else value
    except RecursionError:
        raise ValueError("Too deep.") from None
    except ValueError:
        return _NO_JSON


def _document(data: bytes) -> list[Delta]:
    """Return the deltas of an answer that is no stream: one JSON document, or one on each line."""
    whole = _parsed(data)
    if isinstance(whole, list) and len(whole) > 1:  # the events of a stream, all at once
        events = whole
    elif whole is not _NO_JSON:
        events = [whole]
    else:
        events = [_parsed(line) for line in data.split(b"\n") if line.strip()]
    if not whole or any(not isinstance(event, dict | list | str) for event in events):
        raise ValueError("No JSON.")
    if not any(not isinstance(event, dict) or _is_chat(event) for event in events):
        raise OtherProtocol
    return [*map(_delta, events), Delta(done=True)]


def _is_chat(event: Any) -> bool:
    """Return whether an event is one of a chat completion, or an error in place of one."""
    own = "choices" in event or ("message" in event and not event.get("type"))
    return own or _error(event) is not None


def _delta(event: Any) -> Delta:
    try:
        if isinstance(event, list) and len(event) == 1:  # so Gemini sends its errors
            (event,) = event
        if isinstance(event, str):
            return Delta(error=event)
        if not event:
            return _NOTHING
        if (error := _error(event)) is not None:
            return Delta(error=error)
        choice = _choice(event)
        delta = choice.get("delta") or choice.get("message") or choice
        if isinstance(delta, str):
            delta = {"content": delta}
        text = next(
            (held for held in (delta.get("content"), delta.get("text"), choice.get("text")) if held), None
        )
        return Delta(
            text=_text(text),
            thought=_thought(text) or next(filter(None, map(_thoughts, map(delta.get, _THOUGHTS))), ""),
            call=_call(delta),
            refusal=_text(delta.get("refusal")),
            finish=_finish(choice),
            usage=_usage(event.get("usage")),
            model=_name(event.get("model")),
            answer_id=_name(event.get("id")),
        )
    except (AttributeError, LookupError, TypeError, RecursionError) as strange:
        raise ValueError("An event of another kind.") from strange


def _choice(event: Any) -> Any:
    """Return the first choice of an event: other answers to the same request may come between its words."""
    choices = event.get("choices")
    if isinstance(choices, dict):
        return choices
    if choices:
        return next((each for each in choices if not each.get("index") or each["index"] == "0"), {})
    # Ollama's own protocol has a message and no choices.
    return event if isinstance(event.get("message"), dict) else {}


def _call(delta: Any) -> str:
    """Return the arguments of the first tool that is called, or this piece of them."""
    calls = delta.get("tool_calls") or [{"function": delta.get("function_call")}]
    calls = [each for each in calls if isinstance(each, dict)] if isinstance(calls, list) else [calls]
    first: Any = next((each for each in calls if not each.get("index")), {})
    arguments = (first.get("function") or first).get("arguments")
    return json.dumps(arguments) if isinstance(arguments, dict) else arguments or ""


_THOUGHTS = (
    *("reasoning_content", "reasoning", "reasoning_details", "reasoning_text"),
    *("thinking", "thinking_content", "thinking_blocks", "thought", "thoughts"),
)


def _failure(event: Any) -> Delta:
    return Delta(error=(_error(event) if isinstance(event, dict) else None) or event)


def _error(event: Any) -> object:
    """Return the error that an event is, however the server writes one."""
    choices = event.get("choices")
    first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    for error in (event.get("error"), first.get("error")):
        if error and not (isinstance(error, dict) and not any(error.values())):
            return error
    if choices:
        return None
    base = event.get("base_resp")
    if isinstance(base, dict) and base.get("status_code"):
        return base
    if any(event.get(key) for key in _ERRORS) or event.get("success") is False:
        return event
    if "code" in event and "msg" in event:
        return event if str(event["code"]) not in _FINE else None
    if "message" not in event and "detail" not in event:
        return None
    known = event.get("object") == "error" or event.get("type") == "error" or "detail" in event
    says_more = _ALIVE.fullmatch(str(event.get("type") or event.get("object")).encode())
    return event if known or (isinstance(event.get("message"), str) and not says_more) else None


_ERRORS = (
    "errors",
    "error_code",
    "error_msg",
    "error_message",
    "errorCode",
    "errorMessage",
    "fault",
    "exception",
)
_FINE = ("0", "200", "", "None", "success", "Success", "ok", "OK")
"""Codes of what is no error."""


def _finish(choice: Any) -> str | None:
    finish = choice.get("finish_reason") or choice.get("done_reason") or None
    if isinstance(finish, dict):
        finish = finish.get("type")
    said = str(finish).lower()
    return None if said in _UNSAID else said


def _text(content: Any) -> str:
    """Return the text of a content: a string, nothing, or parts, of which thoughts have no `text`."""
    if isinstance(content, list):
        return "".join(map(_text, content))
    if isinstance(content, dict):
        held = [content.get(key) for key in ("text", "value", "content")]
        return "" if _is_thought(content) else _text(next(filter(None, held), ""))
    if isinstance(content, str):
        return content
    if isinstance(content, int | float) and not isinstance(content, bool):
        return str(content)
    if content:
        raise TypeError(type(content))
    return ""


def _is_thought(part: Any) -> bool:
    kind = str(part.get("type"))
    return any(name in kind for name in ("thinking", "reasoning", "thought")) or part.get("thought") is True


def _thought(content: Any) -> str:
    """Return the thoughts among the parts of a content."""
    parts = content if isinstance(content, list) else []
    return "".join(_thoughts(part) for part in parts if isinstance(part, dict) and _is_thought(part))


def _thoughts(value: Any) -> str:
    """Return all text in a thought, whatever its form; a thought without one is a sign all the same."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(_thoughts, value))
    if isinstance(value, dict):
        inside = [
            value[key] for key in ("thinking", "text", "summary", "reasoning", "content") if value.get(key)
        ]
        return _thoughts(inside) or " "
    return ""


def _name(given: Any) -> str:
    return given[:_MAX_NAME] if isinstance(given, str) else ""


def _usage(counted: Any) -> Usage | None:
    if not isinstance(counted, dict):
        return None
    asked, answered = counted.get("prompt_tokens"), counted.get("completion_tokens")
    if not isinstance(asked, int | float) or not isinstance(answered, int | float):
        return None
    return (
        Usage(int(asked), int(answered)) if 0 <= asked < _MAX_COUNT and 0 <= answered < _MAX_COUNT else None
    )
