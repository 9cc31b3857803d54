"""Structured output: a strict JSON schema from a pydantic model, and its instance from what a model wrote."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel, ValidationError

from email_assistant.writing.model import Shape

_THOUGHT = re.compile(r"^\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_MAX_TRIES = 100


def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of `shape` as strict mode wants it: every property required, none besides."""
    schema = shape.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        if part.get("type") == "object":
            part |= {"additionalProperties": False, "required": list(part["properties"])}
    return schema


def extract(text: str, shape: type[Shape]) -> Shape | None:
    """The first JSON object in `text` that fits `shape`, whatever prose or code fence is around it."""
    text = _THOUGHT.sub("", text)
    decoder = json.JSONDecoder()
    start = text.find("{")
    for _ in range(_MAX_TRIES):
        if start < 0:
            return None
        try:
            value, _ = decoder.raw_decode(text, start)
            if shape.model_fields.keys() <= value.keys():
                return shape.model_validate(value)
        except (ValueError, RecursionError, ValidationError):
            pass
        start = text.find("{", start + 1)
    return None
