"""The answer to a chat completion, read from its bytes: a stream of server-sent events, or one JSON document.

The openai package's own reader builds a model object for each chunk, which costs more than all else we do
for a word; what is needed here are a few fields, and those of servers that bend the protocol too.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from email_assistant.writing.model import Usage

_MAX_EVENT = 1_000_000
_MAX_NAME = 200
_DONE = b"[DONE]"
_BOM = b"\xef\xbb\xbf"


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
        self._is_error = False
        """Whether the event is named so."""
        self._is_document: bool | None = None

    def feed(self, piece: bytes) -> list[Delta]:
        self._pending += piece.replace(b"\r", b"\n")
        if self._is_document is None:
            begin = self._pending.removeprefix(_BOM).lstrip()
            if not begin:
                return []
            if begin.startswith(b"<"):
                raise WebPage
            self._is_document = begin[:1] in b"{[" and not begin.startswith(_DONE)
            self._pending = begin
        if len(self._pending) > _MAX_EVENT + len(piece):
            raise ValueError("An event without end.")
        if self._is_document:
            return []
        # Split at LF only: JSON may hold any other line break of Unicode as it is.
        *lines, self._pending = self._pending.split(b"\n")
        return [delta for line in lines for delta in self._line(line)]

    def end(self) -> list[Delta]:
        if self._is_document:
            return _document(self._pending)
        return [*self._line(self._pending), *self._line(b"")]

    def _line(self, line: bytes) -> list[Delta]:
        field, _, value = line.partition(b":")
        value = value.strip()
        if line.startswith(b":"):
            return [_NOTHING]
        if _DONE in (line.strip(), value):
            return [Delta(done=True)]
        if field == b"error" and value:
            return [Delta(error=_parsed(value) or value.decode(errors="replace"))]
        if field == b"event":
            self._is_error = value == b"error"
        if field == b"data" and value:
            self._event += value
            if len(self._event) > _MAX_EVENT:
                raise ValueError("An event without end.")
            event = _parsed(self._event)
            if event is None:
                return []
            self._event = b""
            return [_failure(event) if self._is_error else _delta(event)]
        if not line.strip() and self._event:
            raise ValueError("An event that is no JSON.")
        return []


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("Too deep.") from None
    except ValueError:
        return None


def _document(data: bytes) -> list[Delta]:
    """Return the deltas of an answer that is no stream: one JSON document, or one on each line."""
    events = (
        [whole]
        if (whole := _parsed(data)) is not None
        else [_parsed(line) for line in data.split(b"\n") if line.strip()]
    )
    if any(not isinstance(event, dict | list | str) for event in events):
        raise ValueError("No JSON.")
    if not any(_is_known(event) for event in events):
        raise OtherProtocol
    return [*map(_delta, events), Delta(done=True)]


def _is_known(event: Any) -> bool:
    return isinstance(event, list | str) or "choices" in event or "message" in event or bool(_error(event))


def _delta(event: Any) -> Delta:
    try:
        if isinstance(event, list) and len(event) == 1:  # so Gemini sends its errors
            (event,) = event
        if isinstance(event, str):
            return Delta(error=event)
        if (error := _error(event)) is not None:
            return Delta(error=error)
        choice = _choice(event)
        delta = choice.get("delta") or choice.get("message") or {}
        if isinstance(delta, str):  # of a protocol that we do not speak
            raise TypeError(str)
        text = delta.get("content")
        return Delta(
            text=_text(choice.get("text") if text is None else text),
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
        return next((each for each in choices if not each.get("index")), {})
    # Ollama's own protocol has a message and no choices.
    return event if "message" in event else {}


def _call(delta: Any) -> str:
    calls = delta.get("tool_calls") or (
        [{"function": called}] if (called := delta.get("function_call")) else []
    )
    first: Any = next((each for each in calls if not each.get("index")), {})
    arguments = (first.get("function") or {}).get("arguments")
    return json.dumps(arguments) if isinstance(arguments, dict) else arguments or ""


_THOUGHTS = ("reasoning_content", "reasoning", "reasoning_details", "thinking", "thinking_blocks")


def _failure(event: Any) -> Delta:
    return Delta(error=(_error(event) if isinstance(event, dict) else None) or event)


def _error(event: Any) -> object:
    """Return the error that an event is, however the server writes one."""
    if error := event.get("error"):
        return error
    if event.get("choices"):
        return None
    if event.get("errors") or event.get("success") is False or ("code" in event and "msg" in event):
        return event
    if "message" not in event and "detail" not in event:
        return None
    known = event.get("object") == "error" or event.get("type") == "error" or "detail" in event
    return event if known or isinstance(event.get("message"), str) else None


def _finish(choice: Any) -> str | None:
    finish = choice.get("finish_reason") or choice.get("done_reason") or None
    if isinstance(finish, dict):
        finish = finish.get("type")
    return None if finish is None else str(finish).lower()


def _text(content: Any) -> str:
    """Return the text of a content: a string, nothing, or parts, of which thoughts have no `text`."""
    if isinstance(content, list):
        return "".join(map(_text, content))
    if isinstance(content, dict):
        if content.get("type") in _THOUGHT_PARTS:
            return ""
        return _text(content.get("text"))
    if content is not None and not isinstance(content, str):
        raise TypeError(type(content))
    return content or ""


_THOUGHT_PARTS = ("thinking", "reasoning", "redacted_thinking")


def _thought(content: Any) -> str:
    """Return the thoughts among the parts of a content."""
    parts = content if isinstance(content, list) else []
    return "".join(
        _thoughts(part) for part in parts if isinstance(part, dict) and part.get("type") in _THOUGHT_PARTS
    )


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
    if not counted:
        return None
    asked, answered = counted.get("prompt_tokens"), counted.get("completion_tokens")
    return Usage(asked, answered) if isinstance(asked, int) and isinstance(answered, int) else None
