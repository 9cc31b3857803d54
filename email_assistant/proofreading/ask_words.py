"""The words by which an ask is recognized, and compared with other texts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Set
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal

from email_assistant.brief import Ask, Brief
from email_assistant.proofreading.given import common_words, mail_language
from email_assistant.proofreading.lexicon import LANGUAGES, fold
from email_assistant.proofreading.remembering import remembered

Column = Literal["request", "talk", "footer", "or", "when", "how_many", "which", "lets_know"]

_FAR_AS_SAME = 0.7
WORD = re.compile(r"[^\W\d_]{3,}")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
_OF_QUESTIONS = frozenset(
    re.findall(
        r"\S+",
        "can may how who why any did has had say was wie wer war mag por sur est ton mes tes ser hay che chi"
        " per uno sua seu hoe wat kan czy jak kto pan hur ska vad",
    )
)
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_START = r"(?:^\W{0,3}|[,;:]\s|\b(?:and|or|und|oder|et|ou|y|e|o|en|of)\s)"


@cache
def ask_table() -> dict[str, dict[str, list[str]]]:
    """Return the phrases of `asks.toml` by language and column."""
    return tomllib.loads(files(__package__).joinpath("asks.toml").read_text(encoding="utf-8"))


@cache
def pattern(column: Column, language: str) -> re.Pattern[str]:
    """Return a pattern for the phrases of a column in a language."""
    phrases = "|".join(ask_table()[language][column]).replace("{start}", _START)
    return re.compile(rf"(?<!\w)(?:{phrases})")


@cache
def empty_words() -> frozenset[str]:
    """Return the stems of words that do not say what an ask is about."""
    return frozenset(word[:6] for table in ask_table().values() for word in table.get("empty", ()))


def alike(words: Set[str], other: Set[str]) -> bool:
    """Return whether two sets of stems are likely of the same ask."""
    return (
        bool(words and other)
        and len(words & other) >= _FAR_AS_SAME * min(len(words), len(other))
        and (abs(len(words) - len(other)) <= 2)
    )


@remembered
def stems_of(text: str) -> frozenset[str]:
    """Return the first letters of the words that say what a text is about."""
    return frozenset(
        stem for word in _LONG_WORD.findall(fold(text)) if (stem := word[:6]) not in empty_words()
    )


def words_of(text: str) -> set[str]:
    """Return the words of a text that say what it is about, without their endings.

    In Japanese they are pairs of signs.
    """
    return {pair for run in _WIDE.findall(text) for pair in map("".join, pairwise(run))} | {
        word[:6]
        for word in WORD.findall(_WIDE.sub(" ", fold(text)))
        if word[:6] not in empty_words() and word not in common_words() and word not in _OF_QUESTIONS
    }


def asks_when(text: str, spoken: str) -> bool:
    """Return whether a text asks for a day or a time."""
    return spoken in LANGUAGES and bool(pattern("when", spoken).search(fold(text)))


def is_request(text: str, spoken: str) -> bool:
    """Return whether a sentence without a question mark asks its reader whether or what."""
    return spoken in LANGUAGES and bool(pattern("lets_know", spoken).search(fold(text)))


@cache
def suits() -> frozenset[str]:
    """Return words of questions about anything: "would that work?"."""
    return frozenset(word[:6] for table in ask_table().values() for word in table.get("suits", ()))


def asks_for_fact(ask: Ask, brief: Brief) -> bool:
    """Return whether a day, a time or a number is asked for."""
    return bool(kinds_asked(fold(ask.text), mail_language(brief.email)))


@cache
def choice_words(spoken: str) -> str:
    """Return a pattern for "or" in a language."""
    return rf"\b(?:{'|'.join(ask_table()[spoken]['or'])})\b"


def kinds_asked(question: str, spoken: str) -> frozenset[str]:
    """Return the kinds of facts that a folded question asks for."""
    if spoken not in LANGUAGES:
        return frozenset()
    if pattern("when", spoken).search(question):
        return frozenset(("date", "weekday", "tomorrow", "time", "month"))
    if pattern("how_many", spoken).search(question):
        return frozenset(("number", "amount", "percentage"))
    return frozenset()
