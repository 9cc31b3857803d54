"""How feedback names what it wants, read from `requests.toml`: a table for each language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from email_assistant.proofreading.letter import split_sentences, unquoted

MAX_REQUEST = 600
"""Characters of one request; a longer one is a text that no rule reads."""
MAX_OLD_WORDS = 12
"""Words that others are to take the place of, where nothing parts the two."""

_SLOT = re.compile(r"\{(old|new|what|clause)\}")
_CJK = "\u3040"
"""From here on stand the scripts without spaces."""

Column = Literal["replace", "remove", "part", "first", "last", "add", "put"]
Order = Literal["", "de", "nl", "sv", "ja"]


class OfDraft(BaseModel):
    """How one language speaks of a draft's style."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shorter: tuple[str, ...]
    longer: tuple[str, ...]
    formal: tuple[str, ...]
    friendly: tuple[str, ...]
    calm: tuple[str, ...]
    beside: frozenset[str]


class Requests(BaseModel):
    """One language's; `requests.toml` says what each field is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    please: tuple[str, ...]
    and_: tuple[str, ...]
    verbs: tuple[str, ...]
    shorter: tuple[str, ...]
    longer: tuple[str, ...]
    formal: tuple[str, ...]
    friendly: tuple[str, ...]
    beside: frozenset[str]
    draft: OfDraft
    fill: frozenset[str]
    say: tuple[str, ...]
    instead_of: tuple[str, ...]
    instead: tuple[str, ...]
    replace: tuple[str, ...]
    remove: tuple[str, ...]
    part: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    add: tuple[str, ...]
    put: tuple[str, ...]
    verb_last: Order = ""
    otherwise: str = ""


class Replacement(NamedTuple):
    """The words to put in place of others."""

    old: str
    new: str


@cache
def requests() -> dict[str, Requests]:
    """Return the tables by ISO 639-1 code."""
    table = tomllib.loads(files(__package__).joinpath("requests.toml").read_text(encoding="utf-8"))
    for known in table.values():
        known["and_"] = known.pop("and")
    return {code: Requests.model_validate(known) for code, known in table.items()}


def split(feedback: str) -> list[str]:
    """Return the requests of a feedback, one each."""
    return [
        request.strip()
        for sentence in split_sentences(feedback.strip())
        for request in (_next().split(sentence) if len(sentence) <= MAX_REQUEST else (sentence,))
        if request.strip()
    ]


def without_please(request: str) -> str:
    """Return a request without the polite words around it and its closing punctuation."""
    bare = request.strip().rstrip(".!。！ ")
    shorter = _please().sub("", bare).strip(" ,")
    return shorter or bare


def matches(column: Column, request: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield each reading of the whole request by a column, with the code of its language."""
    if len(request) <= MAX_REQUEST:
        for code, pattern in _patterns(column):
            if found := pattern.fullmatch(request):
                yield found, code


def replacements(request: str) -> Iterator[Replacement]:
    """Yield each way to read a request as one to put words in place of others."""
    if len(request) > MAX_REQUEST:
        return
    for found, _ in matches("replace", request):
        yield Replacement(unquoted(found["old"]), _said(found["new"]))
    if not (instead := _instead_of().search(request)):
        return
    before, behind = request[: instead.start()].strip(" ,"), request[instead.end() :].strip(" ,")
    if before:
        yield Replacement(unquoted(behind), _said(before))
        return
    words = behind.split()
    for at in range(min(len(words) - 1, MAX_OLD_WORDS), 0, -1):  # the longest old words that are there
        yield Replacement(unquoted(" ".join(words[:at]).strip(" ,")), _said(" ".join(words[at:])))


def new_words(request: str) -> str:
    """Return what a request puts in the place of a whole passage: "say vegan instead"; "" if nothing."""
    words, count = _instead().subn("", request)
    return _said(words) if count and not _instead_of().search(request) else ""


def about(passage: str) -> tuple[str, bool]:
    """Return what a request's passage is about, and whether it is named as a sentence or a part."""
    for _, pattern in _patterns("part"):
        found = pattern.match(passage)
        if found and "about" in found.groupdict():
            return unquoted(found["about"]), True
        if found and found.end() < len(passage) and not passage[found.end()].isalnum():
            return unquoted(passage[found.end() :].strip()), True
    return unquoted(passage), False


def _said(words: str) -> str:
    """Return new words, without the verb that brings them: "say Thursday" means Thursday."""
    return unquoted(without_please(_say().sub("", without_please(words))).strip(" ,"))


@cache
def _patterns(column: Column) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (code, re.compile(_SLOT.sub(r"(?P<\1>.+?)", template), re.IGNORECASE | re.DOTALL))
        for code, known in requests().items()
        for template in getattr(known, column)
    )


@cache
def _next() -> re.Pattern[str]:
    """Return what parts two requests: a word that joins, with a verb of the same language behind it."""
    parts = []
    for known in requests().values():
        if known.verbs:
            verbs = rf"(?=(?:(?:also|auch|{_any(known.please)}) )*(?:{'|'.join(known.verbs)})(?!\w))"
            parts.append(rf"\s*(?:;|,|,?\s+{_any(known.and_)})\s+{verbs}")
    return re.compile("|".join(parts), re.IGNORECASE)


@cache
def _please() -> re.Pattern[str]:
    phrases = [phrase for known in requests().values() for phrase in known.please]
    apart = _any([phrase for phrase in phrases if phrase[0] < _CJK])
    joined = _any([phrase for phrase in phrases if phrase[0] >= _CJK])
    return re.compile(rf"^(?:{apart},?\s+)+|,?\s+{apart}$|{joined}$", re.IGNORECASE)


@cache
def _say() -> re.Pattern[str]:
    verbs = "|".join(verb for known in requests().values() for verb in known.say)
    return re.compile(rf"^(?:(?:{verbs})\s+)+", re.IGNORECASE)


@cache
def _instead_of() -> re.Pattern[str]:
    phrases = [phrase for known in requests().values() for phrase in known.instead_of]
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?:\s+|(?<=['’]))", re.IGNORECASE)


@cache
def _instead() -> re.Pattern[str]:
    phrases = [phrase for known in requests().values() for phrase in known.instead]
    apart = _any([phrase for phrase in phrases if phrase[0] < _CJK])
    joined = _any([phrase for phrase in phrases if phrase[0] >= _CJK])
    return re.compile(rf"(?:^|,?\s+){apart}(?:,|(?=\s|$))|^{joined}", re.IGNORECASE)


def _any(phrases: tuple[str, ...] | list[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(phrases, key=len, reverse=True))) + ")"
