"""Questions of the mail that the draft gives back to its sender instead of answering them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from email_assistant.brief import Ask, Brief
from email_assistant.proofreading.ask_words import asks_when, is_request, suits, words_of
from email_assistant.proofreading.asks import MAX_ASKS
from email_assistant.proofreading.cutting import cut, own_end
from email_assistant.proofreading.facts import read_facts
from email_assistant.proofreading.given import MAX_DRAFT, language, likely_language, newest, said
from email_assistant.proofreading.known import Known
from email_assistant.proofreading.letter import Span, locate, split_sentences
from email_assistant.proofreading.lexicon import LANGUAGES
from email_assistant.proofreading.model import Finding
from email_assistant.proofreading.options import is_day, names_option
from email_assistant.proofreading.orders import wants_to_know, words

MAX_FINDINGS = 5
MAX_EXCERPT = 200
"""Characters of a question that a finding quotes."""
MAX_READ = 40
"""Questions of a draft; no letter has more."""
MAX_SENTENCE = 600
_ENDING = 20
_SHARED = 0.6
"""Share of a question's words that come from one ask; from here on it repeats that ask."""
_QUESTION = re.compile(r"[?？]\W*$|か[。」]*$")
_CLAUSE = re.compile(r"(?<=[.!?？;。\n])|,(?!\d)")
_NAME = re.compile(r"(?<=\w\s)[A-ZÀ-ÖØ-Þ][\w-]+")
"""A word with a capital within a sentence; German has too many."""
_DAYS = ("date", "weekday", "time", "month")


class _Asked(NamedTuple):
    """What is compared of an ask."""

    words: set[str]
    text: str
    options: tuple[str, ...]
    among_days: bool
    chosen: int
    """How many of the options the user's words name."""


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return a finding for each, unless the user's words ask for it.

    Speaks every language; requests without a question mark it knows in `LANGUAGES`.
    """
    if not brief.asks:
        return []
    draft = draft[:MAX_DRAFT]
    spoken = language(draft, brief)
    parts = locate(draft)
    body = Span(parts.body.start, min(parts.body.end, own_end(draft)))
    questions = list(islice(_questions(draft, body, spoken), MAX_READ))
    if not questions:
        return []
    notes = "\n".join(said(brief))
    noted_in = likely_language(notes) or spoken
    languages = tuple(code for code in {noted_in, spoken, "en"} if code in words())
    wanted = [words_of(each) for each in _CLAUSE.split(notes) if each and wants_to_know(each, languages)]
    if wanted and noted_in != spoken:
        return []  # words of two languages cannot be compared
    asks = [_asked(ask, notes) for ask in brief.asks[:MAX_ASKS]]
    noted = words_of(notes)
    findings: list[Finding] = []
    for at in questions:
        sentence = draft[slice(*at)]
        of_it = words_of(sentence)
        if any(of_it & clause for clause in wanted):
            continue
        if any(_is_given_back(sentence, ask, spoken, noted) for ask in asks) or (
            # "What is the new time?" where the mail lets choose between two.
            asks_when(sentence, spoken)
            and of_it & words_of(newest(brief.email)[:MAX_DRAFT])
            and any(ask.among_days and not _has_more(sentence, ask, spoken) for ask in asks)
        ):
            findings.append(_finding(draft, at, body, notes))
    return findings[:MAX_FINDINGS]


def _questions(draft: str, body: Span, spoken: str) -> Iterator[Span]:
    at = body.start
    for sentence in split_sentences(draft[slice(*body)]):
        bare = sentence.strip()
        if _QUESTION.search(bare[-_ENDING:]) or is_request(bare[:MAX_SENTENCE], spoken):
            start = at + sentence.index(bare)
            yield Span(start, start + len(bare))
        at += len(sentence)


def _asked(ask: Ask, notes: str) -> _Asked:
    text = f"{ask.quote} {ask.text} {' '.join(ask.options)}"
    among_days = any(map(is_day, ask.options))
    chosen = sum(names_option(option, notes) for option in ask.options)
    return _Asked(words_of(text) - suits(), text, ask.options, among_days, chosen)


def _is_given_back(sentence: str, ask: _Asked, spoken: str, noted: set[str]) -> bool:
    of_it = words_of(sentence) - suits()
    shared = of_it & ask.words
    if not shared or _has_more(sentence, ask, spoken):
        return False
    if sum(names_option(option, sentence) for option in ask.options) > 1:
        return ask.chosen < len(ask.options)
    if len(shared) > 1:
        # "Does Saturday suit Ben's allergy?" turns round what the user answered, too.
        return len(of_it & (ask.words | noted)) >= _SHARED * len(of_it)
    return shared == of_it and not shared & noted


def _has_more(sentence: str, ask: _Asked, spoken: str) -> bool:
    """Return whether a question names somebody, a day or a number of its own: "Would 5 pm do instead?"."""
    if spoken != "de" and not set(_NAME.findall(sentence)) <= {*re.findall(r"[\w-]+", ask.text)}:
        return True
    if spoken not in LANGUAGES:
        return not set(re.findall(r"\d+", sentence)) <= set(re.findall(r"\d+", ask.text))
    if not (facts := [fact for fact in read_facts(sentence, (spoken,)) if not fact.spelt]):
        return False
    known = Known(loose=True)
    known.add(ask.text, LANGUAGES)
    return any(not known.has(fact) for fact in facts)


def _finding(draft: str, at: Span, body: Span, notes: str) -> Finding:
    quote = " ".join(draft[slice(*at)].split())
    is_all = not (draft[body.start : at.start].strip() or draft[at.end : body.end].strip())
    # What the user said of it must not go with the question.
    is_said = bool(words_of(quote) & words_of(notes)) or not set(re.findall(r"\d+", quote)).isdisjoint(
        re.findall(r"\d+", notes)
    )
    excerpt = quote[:MAX_EXCERPT]
    found = Finding(
        code="asked_back",
        text=f"“{excerpt}” is their own question. Answer it, or take it out.",
        start=at.start,
        end=at.end,
        request=f"Do not ask “{excerpt}”: they ask me that. Answer it with what I told you, or leave a gap.",
    )
    if is_all or is_said:
        return found
    span = cut(draft, *at)
    return found.model_copy(update={"start": span.start, "end": span.end, "replacement": span.replacement})
