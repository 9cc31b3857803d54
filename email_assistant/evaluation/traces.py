"""Traces in a text of how it was made, or of another language, which no letter to a person holds."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from email_assistant.evaluation.text import even

Words = Literal["frame", "preamble", "reply", "labels", "your_name", "later"]

_WORDS = Path(__file__).with_name("words.toml")
_ANYWHERE = {
    "a tag": re.compile(r"</?(?!https?:)[a-z][a-z_-]*(?:\s[^<>@\n]{0,80})?/?>|&(?:lt|gt|amp|quot);"),
    "a model's token": re.compile(r"<\|[^|\n]{1,40}\|>|\[/?INST\]|<</?SYS>>"),
    "a template's token": re.compile(r"\{\{|\}\}|\$\{?[a-z_]{4,}\b|\{[a-z_]{3,}\}"),
    "a code fence": re.compile(r"```|~~~"),
    "markdown": re.compile(
        r"^\s{0,3}#{1,6}\s|\*\*[^*\n]+\*\*|(?<!\w)__[^_\n]+__(?!\w)|^\s{0,3}>\s|\]\(https?:", re.MULTILINE
    ),
    "a remark to the user": re.compile(
        r"\b(?:feel free to (?:adjust|edit|modify|customi[sz]e)|as an ai\b|language model|leave it open"
        r"|let me know if you(?:'d| would) like (?:me to|any) (?:change|adjust|revise|edit|modif)\w*"
        r"|(?:revised|updated|shorter|new) (?:draft|version of (?:the|your)) )",
        re.IGNORECASE,
    ),
}
_BRACKETS = re.compile(r"[\[［【](?P<inside>[^\]］】\n]{2,80})[\]］】]")


def leaks(draft: str, *, mail: str, name_known: bool, gaps_allowed: bool) -> list[str]:
    """Return what in `draft` is no part of a letter, each as a few words."""
    found = [
        f"{what}: {match[0].strip()[:40]!r}"
        for what, pattern in _ANYWHERE.items()
        if (match := pattern.search(draft)) and match[0].strip() not in mail
    ]
    if preamble := _preamble(draft):
        found.append(f"a preamble: {preamble[:60]!r}")
    if (label := _label().search(draft)) and label[0].strip() not in mail:
        found.append(f"a label: {label[0].strip()!r}")
    for gap in _BRACKETS.finditer(draft):
        if _your_name().fullmatch(even(gap["inside"])):
            if name_known:
                found.append(f"a placeholder for a known name: {gap[0]!r}")
        elif not gaps_allowed and gap[0] not in mail:
            found.append(f"a gap where nothing is missing: {gap[0]!r}")
    return found


def leaves_open(draft: str) -> bool:
    """Return whether a draft marks a gap, or says that something follows later."""
    return bool(re.search(r"_{3,}", draft) or _BRACKETS.search(draft) or _later().search(even(draft)))


def foreign_frame(line: str, language: str) -> str:
    """Return the language in which a line greets or closes, where it is another than `language`; else ""."""
    for code, pattern in _frames().items():
        if code != language and pattern.match(even(line)):
            return code
    return ""


def _preamble(draft: str) -> str:
    """Return the first line, where it announces the letter instead of beginning it."""
    first = even(draft.strip().split("\n", 1)[0])
    announces = _begins().match(first)
    return first if announces and (first.endswith((":", "：")) or _named().search(first)) else ""


@cache
def _languages() -> dict[str, dict[Words, list[str]]]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


@cache
def _frames() -> dict[str, re.Pattern[str]]:
    return {
        code: re.compile(rf"\W*(?:{'|'.join(table['frame'])})(?!\w)", re.IGNORECASE)
        for code, table in _languages().items()
    }


@cache
def _begins() -> re.Pattern[str]:
    return re.compile(rf"\W*{_any_of('preamble')}", re.IGNORECASE)


@cache
def _named() -> re.Pattern[str]:
    return re.compile(rf"{_any_of('reply')}[^.!?]*[:：.!]?$", re.IGNORECASE)


@cache
def _label() -> re.Pattern[str]:
    return re.compile(rf"^\W{{0,3}}{_any_of('labels')}\W{{0,3}}[:：]", re.IGNORECASE | re.MULTILINE)


@cache
def _your_name() -> re.Pattern[str]:
    return re.compile(rf"(?:insert )?{_any_of('your_name')}(?: here)?", re.IGNORECASE)


@cache
def _later() -> re.Pattern[str]:
    return re.compile(_any_of("later"), re.IGNORECASE)


@cache
def _any_of(kind: Words) -> str:
    """Return a pattern of the words of all languages.

    Those in scripts without spaces have no word boundary.
    """
    languages = _languages()
    spaced = [word for code, table in languages.items() if code != "ja" for word in table[kind]]
    return rf"(?:(?<!\w)(?:{'|'.join(spaced)})(?!\w)|(?:{'|'.join(languages['ja'][kind])}))"
