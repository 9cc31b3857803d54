"""The text of a reply that a model wrote as JSON."""

from __future__ import annotations

from typing import Any

from email_assistant.writing.structured import lenient_json

_HOLDS = (
    "arguments",
    "parameters",
    "args",
    "input",
    "function",
    "function_call",
    "tool_calls",
    "tool_call",
    "parts",
)
"""Where a call of a tool has what it is given."""
_JSON_KEYS = (
    "reply",
    "draft",
    "body",
    "email_body",
    "email",
    "response",
    "answer",
    "text",
    "message",
    "content",
)
_JSON_PARTS = (
    "greeting",
    "salutation",
    "opening",
    "body",
    "paragraphs",
    "content",
    "closing",
    "sign_off",
    "signoff",
    "signature",
)
"""Those of a letter, in their order."""


def text_in_json(value: Any) -> str:
    """Return the text of a reply that came as JSON; "" if there is none."""
    if isinstance(value, str):
        return (
            text_in_json(inner)
            if value.startswith("{") and isinstance(inner := lenient_json(value), dict)
            else value
        )
    if isinstance(value, list):
        if len(value) > 1 and all(isinstance(line, str) for line in value):
            return ("\n" if "" in value else "\n\n").join(value)
        return text_in_json(value[0]) if len(value) == 1 else ""
    if isinstance(value, dict):
        named = {str(key).lower(): held for key, held in value.items()}
        parts = [text_in_json(named.get(key)) for key in _JSON_PARTS]
        if sum(map(bool, parts)) > 1:
            return "\n\n".join(filter(None, parts))
        for key in _JSON_KEYS:
            if text := text_in_json(named.get(key)):
                return text
        for key in (*_HOLDS, *(key for key in named if key.endswith(("reply", "body", "text")))):
            if (
                text := text_in_json(named.get(key))
                if not isinstance(named.get(key), str) or key not in _HOLDS
                else _packed(named[key])
            ):
                return text
        if len(named) == 1:
            return text_in_json(next(iter(named.values())))
    return ""


def _packed(text: str) -> str:
    """Return the text of a reply in JSON that stands in a text."""
    return text_in_json(lenient_json(text)) if text.startswith("{") else ""
