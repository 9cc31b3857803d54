"""Shortening a letter by rule: courtesy goes first, then needless words, then words of its closing.

What the user said, what answers the mail and what is left to fill in stays; where nothing else is left, so
does the letter.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from email_assistant.brief import Brief
from email_assistant.proofreading.answering import ask_status
from email_assistant.proofreading.details import plain
from email_assistant.proofreading.gaps import find_gaps
from email_assistant.proofreading.given import common_words, likely_language, newest
from email_assistant.proofreading.letter import Letter, tone_of
from email_assistant.proofreading.lexicon import fold
from email_assistant.proofreading.model import Code
from email_assistant.proofreading.proofread import proofread
from email_assistant.proofreading.wishes import Limit, sentences_of
from email_assistant.proofreading.words import words_in
from email_assistant.writing.offline.clauses import main_clause, question_of
from email_assistant.writing.offline.requests import requests
from email_assistant.writing.offline.styles import contract

MAX_SENTENCES = 60
"""Of a letter that is shortened by rule; each takes a look at the whole."""
MAX_BODY = 6_000
"""Characters of such a letter."""

_ENOUGH = 0.75
"""Of the body's characters: from there on nothing more is cut than is courtesy."""
_STEM = 5
_KNOWN = 0.7
"""Of a sentence's words that stand elsewhere, in one that can go."""
_MAX_COURTESY = 300
_THANKS = re.compile(
    r"thank|dank|merci|remerci|gracias|agrade|grazie|ringraz|obrigad|bedank|dziek|podziek|tack|ありがと|お礼"
)
_SORRY = re.compile(
    r"sorry|apolog|entschuldig|desole|excus|lo siento|disculp|scus|desculp|przepr|forlat|ursakt|申し訳|お詫び"
)
_HARM: frozenset[Code] = frozenset({"missing_fact", "unmet_ask", "role", "language", "order", "broken_wish"})


class Spare(BaseModel):
    """One language's; `shortening.toml` says what each field is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spare: tuple[str, ...]
    closings: dict[str, str]
    tighten: tuple[tuple[re.Pattern[str], str], ...]


@cache
def _table() -> dict[str, Spare]:
    table = tomllib.loads(files(__package__).joinpath("shortening.toml").read_text(encoding="utf-8"))
    for each in table.values():
        each["tighten"] = [(re.compile(pattern, re.IGNORECASE), new) for pattern, new in each["tighten"]]
    return {code: Spare.model_validate(each) for code, each in table.items()}


@cache
def _courtesy(spare: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(spare))


def shorten(letter: Letter, brief: Brief, language: str, limit: Limit | None = None) -> bool:
    """Cut `letter` down, to `limit` where there is one; False where it could not be done.

    Args:
        letter: the newest draft of `brief`.
        brief: what it is written from.
        language: the code of the letter's language.
        limit: how long its body may be.
    """
    if len(letter.body) > MAX_BODY or len(letter.sentences) > MAX_SENTENCES:
        return False
    before = str(letter)
    cutting = _Cutting(letter, brief, language, limit)
    cutting.cut()
    letter.body = cutting.body
    if len(str(letter).split()) >= len(before.split()) and not limit:
        _shorten_closing(letter, language)
    return cutting.fits() if limit else str(letter) != before


class _Cutting:
    """Makes the body of a letter shorter, step by step; what would lose something is left."""

    def __init__(self, letter: Letter, brief: Brief, language: str, limit: Limit | None) -> None:
        self.body = letter.body
        self._letter, self._brief, self._limit = letter, brief, limit
        self._known = _table().get(language)
        self._language = language
        self._given = _Given(brief, letter.body)
        self._enough = _ENOUGH * len(letter.body)
        self._harm, self._met = self._look(letter.body)

    def cut(self) -> None:
        """Cut what needs nobody first; the rest only until it is short enough."""
        if not self._known:
            return
        self._courtesies(self._known)
        if not (self._limit and self.fits()):
            self._tighten(self._known)
        for step in (self._contract, self._repetitions):
            if not self._is_enough():
                step()

    def fits(self) -> bool:
        """Return whether the body keeps to the limit."""
        if not self._limit:
            return True
        if self._limit.unit == "words":
            return len(re.findall(r"\w+(?:['’-]\w+)*", self.body)) <= self._limit.most
        return len(sentences_of(str(replace(self._letter, body=self.body)))) <= self._limit.most

    def _is_enough(self) -> bool:
        return self.fits() if self._limit else len(self.body) <= self._enough

    def _put(self, shorter: str) -> None:
        """Keep a shorter body, if it loses nothing."""
        shorter = shorter.strip()
        if len(shorter) >= len(self.body) or not re.search(r"\w", shorter):
            return
        harm, met = self._look(shorter)
        if harm <= self._harm and self._met <= met:
            self.body = shorter

    def _look(self, body: str) -> tuple[set[tuple[Code, str]], set[str]]:
        text = str(replace(self._letter, body=body))
        harm = {(each.code, each.text) for each in proofread(text, self._brief) if each.code in _HARM}
        met = {ask.text for ask in self._brief.asks if ask_status(ask, text, self._brief) != "left_open"}
        return harm, met

    def _courtesies(self, known: Spare) -> None:
        for at in reversed(range(len(_sentences(self.body)))):
            sentences = _sentences(self.body)
            bare = fold(plain(sentences[at])).strip(" \n\t.!?。！,;–-")
            if len(sentences) < 2 or len(bare) > _MAX_COURTESY or not _courtesy(known.spare).fullmatch(bare):
                continue
            shorter = _without(sentences, at)
            if not find_gaps(sentences[at]) and not self._given.is_said_in(sentences[at], shorter):
                self._put(shorter)

    def _tighten(self, known: Spare) -> None:
        for pattern, new in known.tighten:
            self._put(_replaced(self.body, pattern, new, self._language))

    def _contract(self) -> None:
        if self._language == "en" and not _is_formal(self._letter, "en"):
            self._put(contract(self.body))

    def _repetitions(self) -> None:
        """Cut what is said elsewhere in the letter, or is the mail's own; the first sentence answers."""
        for at in reversed(range(1, len(_sentences(self.body)))):
            sentences = _sentences(self.body)
            shorter, words = _without(sentences, at), _stems(sentences[at])
            if find_gaps(sentences[at]) or not words or re.search(r"\d", sentences[at]):
                continue
            is_all_said = self._given.is_all_said_in(shorter)
            elsewhere = _stems(shorter) | (self._given.mail if is_all_said else set())
            if (words <= _stems(shorter) or is_all_said) and len(words & elsewhere) >= _KNOWN * len(words):
                self._put(shorter)
            if self._is_enough():
                return


class _Given:
    """The words that the user and the mail gave."""

    def __init__(self, brief: Brief, body: str) -> None:
        words = "\n".join(
            (
                brief.instructions,
                *(each.answer for each in brief.clarifications),
                *(each.feedback for each in brief.revisions[:-1]),
            )
        )
        self.folded = fold(plain(words))
        written_in = likely_language(body)
        self.is_comparable = likely_language(words) in ("", written_in)
        self.words = _stems(words) - _about_writing()
        self.mail = _stems(newest(brief.email))

    def is_said_in(self, sentence: str, rest: str) -> bool:
        """Return whether a sentence says something of the user's that the rest does not say."""
        folded = fold(sentence)
        for pattern in (_THANKS, _SORRY):
            if pattern.search(folded) and pattern.search(self.folded):
                return True
        return bool((_stems(sentence) & self.words) - _stems(rest))

    def is_all_said_in(self, rest: str) -> bool:
        """Return whether the rest still has all of the user's words, each in a sentence of its own."""
        return self.is_comparable and bool(self.words) and self.words <= _stems(rest)


@cache
def _about_writing() -> frozenset[str]:
    """Return words by which notes say how to write, which no letter has."""
    words = [
        word
        for known in requests().values()
        for style in (known, known.draft)
        for phrase in (
            *style.shorter,
            *style.longer,
            *style.formal,
            *style.friendly,
            *known.please,
            *known.say,
        )
        for word in re.findall(r"\w+", phrase)
    ]
    return frozenset(_stems(" ".join(words)))


def _stems(text: str) -> set[str]:
    return {
        word[:_STEM] for word in re.findall(r"[^\W_]{2,}", fold(plain(text))) if word not in common_words()
    }


def _sentences(body: str) -> list[str]:
    return Letter("", body, "").sentences


def _without(sentences: list[str], at: int) -> str:
    """Return the body without one of its sentences; a paragraph that it ended still ends."""
    kept = sentences.copy()
    gone = kept.pop(at)
    blank = gone[len(gone.rstrip()) :]
    if at and "\n" in blank and "\n" not in kept[at - 1][len(kept[at - 1].rstrip()) :]:
        kept[at - 1] = kept[at - 1].rstrip() + blank
    return "".join(kept)


def _replaced(body: str, pattern: re.Pattern[str], new: str, language: str) -> str:
    """Return the body with other words for what is found, with a capital where they begin a sentence."""
    parts, end = [], 0
    for found in pattern.finditer(body):
        if "{" in new:
            turn = question_of if new == "{question}" else main_clause
            put = turn(found["clause"], language) or found[0]
        else:
            put = found.expand(new)
        parts += [body[end : found.start()], put]
        end = found.end()
        before = body[: found.start()].rstrip(" \t")
        if before and before[-1] not in ".!?¿…。\n":
            continue
        parts[-1] = _capital(put)
        if not re.search(r"\w", put):
            parts.append(body[end : end + 1].upper())
            end += 1
    return "".join((*parts, body[end:]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_formal(letter: Letter, language: str) -> bool:
    formal = words_in(language).closings["formal"].casefold()
    return tone_of(letter.greeting, language) == "formal" or letter.closing.casefold().startswith(formal)


def _shorten_closing(letter: Letter, language: str) -> None:
    """Put a shorter closing of the same tone in the place of a long one."""
    known = _table().get(language)
    closing = letter.closing.strip(" ,!")
    shorter = known and (
        known.closings.get(closing.lower()) or known.closings.get(closing.strip(".").lower())
    )
    if shorter:
        letter.closing = f"{shorter}," if letter.closing.rstrip().endswith(",") else shorter
