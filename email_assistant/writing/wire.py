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
                yield _delta(json.loads(data))
        if len(pending) > _MAX_EVENT:
            raise ValueError("An event without end.")


def _delta(event: Any) -> Delta:
    try:
        usage, error = event.get("usage"), event.get("error")
        choice = (event.get("choices") or [{}])[0]
        delta = choice.get("delta") or {}
        return Delta(
            text=delta.get("content") or "",
            thought=delta.get("reasoning_content") or delta.get("reasoning") or "",
            refusal=delta.get("refusal") or "",
            finish=choice.get("finish_reason"),
            usage=Usage(usage["prompt_tokens"], usage["completion_tokens"]) if usage else None,
            error=error,
        )
    except (AttributeError, KeyError, TypeError) as strange:
        raise ValueError("An event of another kind.") from strange
