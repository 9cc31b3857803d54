"""The stream of a chat completion, read from the bytes of its server-sent events.

The openai package's own reader builds a model object for each chunk, which costs more than all else we do
for a word; what is needed here are a few fields, and those of servers that bend the protocol too.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from email_assistant.writing.model import Usage

_MAX_EVENT = 1_000_000


@dataclass(frozen=True)
class Delta:
    """What one event adds to the answer."""

    text: str = ""
    thought: str = ""
    """Reasoning that the server keeps apart from the answer."""
    refusal: str = ""
    finish: str | None = None
    usage: Usage | None = None
    error: object = None

    @property
    def is_sign(self) -> bool:
        """Whether the model did something, and not only the server."""
        return self != _NOTHING


_NOTHING = Delta()


async def read_deltas(pieces: AsyncIterator[bytes]) -> AsyncIterator[Delta]:
    """Read the deltas of the first choice until the server says that it is done, or ends.

    Raises:
        ValueError: the bytes are not the event stream of a chat completion.
    """
    pending = b""
    async for piece in pieces:
        # Split at LF only: JSON may hold any other line break of Unicode as it is.
        *lines, pending = (pending + piece).split(b"\n")
        for line in lines:
            data = line[5:].strip() if line.startswith(b"data:") else b""
            if data == b"[DONE]":
                return
            if data:
                yield _delta(data)
        if len(pending) > _MAX_EVENT:
            raise ValueError("An event without end.")


def _delta(data: bytes) -> Delta:
    try:
        event = json.loads(data)
        choice = (event.get("choices") or [{}])[0]
        delta = choice.get("delta") or {}
        return Delta(
            text=_text(delta.get("content")),
            thought=_text(delta.get("reasoning_content") or delta.get("reasoning")),
            refusal=_text(delta.get("refusal")),
            finish=choice.get("finish_reason"),
            usage=_usage(event.get("usage")),
            error=event.get("error"),
        )
    except (AttributeError, LookupError, TypeError, RecursionError) as strange:
        raise ValueError("An event of another kind.") from strange


def _text(content: Any) -> str:
    """The text of a content: a string, nothing, or a list of parts, of which thoughts have no `text`."""
    if isinstance(content, list):
        return "".join(_text(part.get("text")) for part in content)
    if content is not None and not isinstance(content, str):
        raise TypeError(type(content))
    return content or ""


def _usage(counted: Any) -> Usage | None:
    if not counted:
        return None
    asked, answered = counted.get("prompt_tokens"), counted.get("completion_tokens")
    return Usage(asked, answered) if isinstance(asked, int) and isinstance(answered, int) else None
