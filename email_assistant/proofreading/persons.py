"""Sentences in which the user and the reader have changed places."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import NamedTuple

from email_assistant.brief import Brief
from email_assistant.proofreading.ask_words import words_of
from email_assistant.proofreading.asks import MAX_ASKS
from email_assistant.proofreading.given import MAX_DRAFT, language, said
from email_assistant.proofreading.letter import locate, split_sentences
from email_assistant.proofreading.model import Finding

MAX_READ = 40
"""Sentences of a draft; no letter has more."""
MAX_EXCERPT = 200
_FEWEST = 2
"""Words that a sentence shares with what it was made of."""
_SAME = 0.6
"""Share of the words of each, from which on it was made of it."""
_CLAUSE = re.compile(r"(?<=[.!?;\n])|,(?!\d)")


class _Words(NamedTuple):
    i: re.Pattern[str]
    mine: re.Pattern[str]
    you: re.Pattern[str]
    they: re.Pattern[str]


@cache
def _tables() -> dict[str, _Words]:
    table = tomllib.loads(files(__package__).joinpath("persons.toml").read_text(encoding="utf-8"))
    return {
        code: _Words(*(re.compile(rf"(?<!\w)(?:{each[name]})(?!\w)") for name in _Words._fields))
        for code, each in table.items()
    }


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return a finding for each statement that exchanges the two.

    Either the notes say what somebody else does ("she can apply in May") and the letter that the user does
    it, or the letter states a question of the mail in the mail's own words ("that day suits you").
    Speaks the languages of `persons.toml`.
    """
    draft = draft[:MAX_DRAFT]
    if not (words := _tables().get(language(draft, brief))):
        return []
    notes = [clause for text in said(brief) for clause in _CLAUSE.split(text)]
    others = [words_of(each) for each in notes if words.they.search(each) and not words.mine.search(each)]
    speaks_of_reader = any(words.you.search(each) or words.they.search(each) for each in notes)
    noted = words_of("\n".join(notes))
    asked = [
        words_of(ask.quote)
        for ask in brief.asks[:MAX_ASKS]
        if words.you.search(ask.quote) and not words.i.search(ask.quote)  # "shall I send you …?"
    ]
    found = []
    for sentence in islice(split_sentences(draft[slice(*locate(draft).body)]), MAX_READ):
        of_it, speaks_to = words_of(sentence), words.you.search(sentence)
        if "?" in sentence:
            continue
        if words.i.search(sentence) and not speaks_to and not words.they.search(sentence):
            if any(_is_made_of(of_it, clause) for clause in others):
                found.append(_of_another(sentence))
        elif (
            speaks_to
            and not speaks_of_reader
            and not words.mine.search(sentence)
            and any(_states(of_it, ask, noted) for ask in asked)
        ):
            found.append(_of_the_user(sentence))
    return found


def _is_made_of(sentence: set[str], clause: set[str]) -> bool:
    shared = len(sentence & clause)
    return shared >= _FEWEST and shared >= _SAME * max(len(sentence), len(clause))


def _states(sentence: set[str], ask: set[str], noted: set[str]) -> bool:
    """Return whether a sentence is made of the question and the notes, with something of the question's."""
    shared = sentence & ask
    enough = len(shared) >= _FEWEST or bool(sentence & noted)
    return enough and bool(shared - noted) and sentence <= ask | noted


def _of_another(sentence: str) -> Finding:
    excerpt = " ".join(sentence.split())[:MAX_EXCERPT]
    return Finding(
        code="role",
        text=f"“{excerpt}” says that you do what somebody else does. Change it before you send.",
        request=f"“{excerpt}” is not about me: say it as I told you.",
    )


def _of_the_user(sentence: str) -> Finding:
    excerpt = " ".join(sentence.split())[:MAX_EXCERPT]
    return Finding(
        code="role",
        text=f"“{excerpt}” says of the reader what they asked about you. Change it before you send.",
        request=f"“{excerpt}” is about me, not about them: say it as I told you.",
    )
