"""Things of the user's that a draft calls the sender's: "your order is here", to the shop that sent it."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import islice

from pydantic import BaseModel, ConfigDict

from email_assistant.brief import Brief
from email_assistant.proofreading.cutting import own_end
from email_assistant.proofreading.given import MAX_DRAFT, language, newest, said
from email_assistant.proofreading.letter import locate, split_sentences
from email_assistant.proofreading.lexicon import fold
from email_assistant.proofreading.model import Finding
from email_assistant.proofreading.remembering import remembered
from email_assistant.proofreading.words import languages

MAX_FINDINGS = 3
MAX_READ = 200
"""Things in a text that are somebody's."""
_STEM = 6
_MIN_WORD = 4
_WORD = re.compile(r"[^\W\d_]+")


class Owners(BaseModel):
    """One language's; `owners.toml` says what each field is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    your: tuple[str, ...]
    my: tuple[str, ...]
    shared: tuple[str, ...]


@cache
def owners() -> dict[str, Owners]:
    """Return the tables by ISO 639-1 code."""
    table = tomllib.loads(files(__package__).joinpath("owners.toml").read_text(encoding="utf-8"))
    return {code: Owners.model_validate(each) for code, each in table.items()}


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return a finding for each thing that only the mail calls "your", and the draft too.

    What the user speaks of themselves is theirs to name, and a courtesy says "your" to both. Speaks the
    languages of `owners.toml`.
    """
    draft = draft[:MAX_DRAFT]
    spoken = language(draft, brief)
    if spoken not in owners():
        return []
    mail = newest(brief.email)
    users = _things(mail, spoken, "your") - _things(mail, spoken, "my")
    users = frozenset(stem for stem in users if not stem.startswith(owners()[spoken].shared))
    if not users:
        return []
    users -= {word[:_STEM] for text in said(brief) for word in _WORD.findall(fold(text))}
    found: list[Finding] = []
    at, end = locate(draft).body.start, min(locate(draft).body.end, own_end(draft))
    for sentence in split_sentences(draft[at:end]):
        if not _courtesy(spoken).search(sentence):
            found += [
                _found(at + start, at + stop, sentence[start:stop])
                for start, stop, stem in _named(sentence, spoken, "your")
                if stem in users
            ]
        at += len(sentence)
    return found[:MAX_FINDINGS]


def _found(start: int, end: int, written: str) -> Finding:
    return Finding(
        code="role",
        text=f"“{written}”: to judge by the email this is yours, not the sender's. Check it before you send.",
        start=start,
        end=end,
        request=f"“{written}” is mine: I am the one who answers. Write it as mine.",
    )


@remembered
def _things(text: str, spoken: str, whose: str) -> frozenset[str]:
    return frozenset(stem for _, _, stem in _named(text, spoken, whose))


def _named(text: str, spoken: str, whose: str) -> list[tuple[int, int, str]]:
    """Return where each thing of somebody's is named, with its owner's word, and how its name begins."""
    return [
        (found.start(), found.end(), fold(found["thing"])[:_STEM])
        for found in islice(_pattern(spoken, whose).finditer(text), MAX_READ)
    ]


@cache
def _pattern(spoken: str, whose: str) -> re.Pattern[str]:
    words = "|".join(getattr(owners()[spoken], whose))
    return re.compile(rf"(?<![\w'’-])(?:{words})\s(?P<thing>[^\W\d_]{{{_MIN_WORD},40}})")


@cache
def _courtesy(spoken: str) -> re.Pattern[str]:
    return re.compile("|".join(languages()[spoken].courtesy), re.IGNORECASE)
