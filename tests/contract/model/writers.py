"""Writers that ask the fake model server, and what they are told to write."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from email_assistant.mail import IncomingEmail, Mailbox
from email_assistant.writing import Brief
from email_assistant.writing.body import joined
from email_assistant.writing.openai_writer import OpenAIWriter

KEY = "sk-very-secret"


BRIEF = Brief(
    IncomingEmail(
        subject="Lunch", sender=Mailbox(name="Ana", address="ana@example.com"), text="Shall we have lunch?"
    ),
    "say yes",
)


PRIVATE = (KEY, "lunch", "ana@", "say yes", "told to fail", "verbatim")


OpenWriter = Callable[..., OpenAIWriter]


async def written(writer: OpenAIWriter, brief: Brief = BRIEF) -> str:
    return joined([piece async for piece in writer.stream(brief)])


def event(*deltas: dict[str, Any], finish: str = "stop", **more: Any) -> str:
    """Return a stream of these deltas."""
    choices = [{"index": 0, "delta": delta, "finish_reason": None, **more} for delta in deltas]
    chunks = [*choices, {"index": 0, "delta": {}, "finish_reason": finish}]
    return "".join(f"data: {json.dumps({'choices': [each]})}\n\n" for each in chunks) + "data: [DONE]\n\n"
