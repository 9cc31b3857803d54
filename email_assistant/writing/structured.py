"""Structured output: a strict JSON schema from a pydantic model, and its instance from what a model wrote."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, get_args, get_origin

import json_repair
from pydantic import BaseModel, ValidationError

from email_assistant.writing.answer import read_answer
from email_assistant.writing.model import Shape

_FENCED = re.compile(r"```\w*\s*\n?(?P<inside>.*?)(?:```|$)", re.DOTALL)
_ITEM_KEYS = ("question", "text", "content", "value", "title")
_MAX_TRIES = 100
_MAX_REPAIRED = 30_000


def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of `shape` as strict mode wants it: every property required, none besides."""
    schema = shape.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        if part.get("type") == "object":
            part |= {"additionalProperties": False, "required": list(part["properties"])}
    return schema


def complete(text: str, shape: type[Shape]) -> Shape | None:
    """Return what `text` is, where it is an object that fits `shape` and nothing before it.

    More may follow.
    """
    if text.rstrip()[-1:] != "}" and "}" not in text:
        return None
    text = read_answer(text).lstrip()
    if text.startswith("```"):
        text = text.partition("\n")[2].lstrip()
    return _first(text, shape, tries=1) if text.startswith("{") else None


def extract(text: str, shape: type[Shape]) -> Shape | None:
    """Return what a model answered as an instance of `shape`, whatever prose or code fence is around it.

    The first JSON object that fits; else the whole answer, or what its fence holds, read leniently.
    """
    text = read_answer(text).strip()
    if (fitting := _first(text, shape, tries=_MAX_TRIES)) is not None:
        return fitting
    fenced = _FENCED.search(text)
    for candidate in (fenced["inside"].strip() if fenced else "", text, _braced(text)):
        if (candidate[:1] in ("{", "[") and candidate[-1] in "}]") or candidate == "null":
            with suppress(ValidationError):
                value = _loosened(lenient_json(candidate), shape)
                if isinstance(value, dict):
                    return shape.model_validate(value)
    return None


def lenient_json(text: str) -> Any:
    """Return the value of JSON as models write it, with what people mistype repaired.

    It is None if there is none.
    """
    with suppress(ValueError, RecursionError):
        return json.loads(text, strict=False)
    with suppress(ValueError, RecursionError):
        return json_repair.loads(text[:_MAX_REPAIRED], skip_json_loads=True)
    return None


def _first(text: str, shape: type[Shape], tries: int) -> Shape | None:
    decoder = json.JSONDecoder()
    start = text.find("{")
    for _ in range(tries):
        if start < 0:
            return None
        with suppress(ValueError, RecursionError, ValidationError):
            value, _ = decoder.raw_decode(text, start)
            if shape.model_fields.keys() <= value.keys():
                return shape.model_validate(value)
        start = text.find("{", start + 1)
    return None


def _braced(text: str) -> str:
    return text[text.find("{") : text.rfind("}") + 1] if "{" in text else ""


def _loosened(value: Any, shape: type[BaseModel]) -> Any:
    """Return `value` as `shape` wants it, if it says the same otherwise: a bare list, null for nothing."""
    fields = shape.model_fields
    lists = [name for name, field in fields.items() if get_origin(field.annotation) is list]
    if isinstance(value, list) and len(lists) == 1:
        value = {lists[0]: value}
    if value is None:
        value = {}
    if not isinstance(value, dict) or not (value.keys() <= fields.keys() or value.keys() & fields.keys()):
        return None
    loose = {name: held for name, held in value.items() if name in fields and held is not None}
    for name in lists:
        if get_args(fields[name].annotation) == (str,) and isinstance(loose.get(name), list):
            loose[name] = [_text(item) for item in loose[name]]
    return loose


def _text(item: Any) -> Any:
    """Return the text of an item that came as an object."""
    if not isinstance(item, dict):
        return item
    named = [item[key] for key in _ITEM_KEYS if isinstance(item.get(key), str)]
    texts = [held for held in item.values() if isinstance(held, str)]
    return (named or texts or [item])[0]
