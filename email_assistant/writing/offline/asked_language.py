"""In which language somebody asks to write: "answer in German", "auf Englisch bitte"."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict


class Request(NamedTuple):
    """Where a sentence asks for a language, by which verb if by one, and the language's code."""

    start: int
    end: int
    verb: str
    code: str


class _Words(BaseModel):
    """One language's; `asked_language.toml` says what each field is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    within: str
    write: str
    politely: str
    names: dict[str, str]


def language_request(sentence: str) -> Request | None:
    """Return how a sentence asks for a language.

    By a verb at the beginning of a clause ("please answer in German"), by one at the end ("bitte auf
    Englisch schreiben"), or as a clause of nothing else ("in Dutch, please").
    """
    for pattern in _patterns():
        if found := pattern.search(sentence):
            (code,) = (code for code, name in found.groupdict().items() if name and code != "verb")
            return Request(found.start(), found.end(), found["verb"] or "", code)
    return None


@cache
def _patterns() -> list[re.Pattern[str]]:
    table = tomllib.loads(files(__package__).joinpath("asked_language.toml").read_text(encoding="utf-8"))
    return [_pattern(_Words.model_validate(each)) for each in table.values()]


def _pattern(words: _Words) -> re.Pattern[str]:
    named = "|".join(f"(?P<{code}>{name})" for code, name in words.names.items())
    polite = rf"(?:(?:{words.politely})\b,?\s+)*"
    behind = rf"(?:,?\s+(?:{words.politely}))*"
    return re.compile(
        rf"(?:^|,\s*){polite}(?P<verb>{words.write}\s+)?{words.within.format(name=f'(?:{named})')}\b"
        rf"(?(verb){behind}\b|{behind}(?:\s+{words.write})?[.!?。！？]?$)",
        re.IGNORECASE,
    )
