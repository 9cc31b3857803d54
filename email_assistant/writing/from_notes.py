"""How far a letter keeps to the notes, where the notes were all that a small model had."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice

from email_assistant.brief import Brief
from email_assistant.proofreading.ask_words import words_of
from email_assistant.proofreading.given import (
    MAX_DRAFT,
    about_user,
    content_words,
    header,
    likely_language,
    newest,
    said,
)
from email_assistant.proofreading.letter import locate, split_sentences
from email_assistant.writing.offline.phrases import languages

MAX_READ = 40
"""Sentences of a letter; none has more."""
_MIN_NOTES = 3  # words; shorter ones such as "decline politely" are often said in other words
_MIN_OWN = 2  # words that a sentence must have to be about something
_STEM = 4
_A_CLAUSE = 0.5
_CLAUSE_END = re.compile(r"[.;,!?\n](?!\d)")


def left_out(body: str, brief: Brief) -> float:
    """Return the share of the notes' words that the letter lacks: a small model repeats what it keeps.

    A whole clause of the notes counts for half of them.
    """
    if not _is_comparable(body, brief):
        return 0
    words, kept = content_words(brief.instructions), content_words(body)
    if len(words) < _MIN_NOTES:
        return 0
    clauses = map(content_words, _CLAUSE_END.split(brief.instructions))
    lost = any(len(clause) >= _MIN_NOTES and clause.isdisjoint(kept) for clause in clauses)
    return max(len(words - kept) / len(words), _A_CLAUSE * lost)


def made_up(body: str, brief: Brief) -> bool:
    """Return whether a sentence is about something that neither the user nor the mail speaks of.

    "Your request was completed", for instance; thanks, regrets and the like are about nothing.
    """
    if not _is_comparable(body, brief):
        return False
    body = body[:MAX_DRAFT]
    given = "\n".join((*said(brief), newest(brief.email), header(brief.email), about_user(brief)))
    known = {word[:_STEM] for word in words_of(given) | _polite_words()}
    sentences = islice(split_sentences(body[slice(*locate(body).body)]), MAX_READ)
    stems = ({word[:_STEM] for word in words_of(each)} for each in sentences)
    return any(len(words) >= _MIN_OWN and words.isdisjoint(known) for words in stems)


def _is_comparable(body: str, brief: Brief) -> bool:
    if brief.with_email or brief.revisions:
        return False
    return likely_language(brief.instructions) == likely_language(body)


@cache
def _polite_words() -> set[str]:
    templates = [
        "\n".join((*each.fillers, each.yes, each.no, *(template for _, template in each.rules)))
        for each in languages().values()
    ]
    return words_of("\n".join(templates))
