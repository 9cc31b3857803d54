"""Questions of the mail that the draft gives back to its sender instead of answering them."""

from __future__ import annotations

import re

from email_assistant.brief import Ask, Brief
from email_assistant.proofreading.asks import (
    MAX_ASKS,
    asks_when,
    is_request,
    names_option,
    suits,
    words_of,
)
from email_assistant.proofreading.cutting import cut, own_end
from email_assistant.proofreading.facts import read_facts
from email_assistant.proofreading.given import MAX_DRAFT, language, likely_language, newest, said
from email_assistant.proofreading.known import Known
from email_assistant.proofreading.letter import Span, locate, split_sentences
from email_assistant.proofreading.lexicon import LANGUAGES
from email_assistant.proofreading.model import Finding
from email_assistant.proofreading.orders import wants_to_know, words

MAX_FINDINGS = 5
MAX_EXCERPT = 200
"""Characters of a question that are told of."""
_SHARED = 0.6
"""Of a question's words; so many from one ask of the mail are its question again."""
_QUESTION = re.compile(r"[?？]\W*$|か[。」]*$")
_CLAUSE = re.compile(r"(?<=[.!?？;。\n])|,(?!\d)")
_NAME = re.compile(r"(?<=\w\s)[A-ZÀ-ÖØ-Þ][\w-]+")
"""A word with a capital within a sentence; German has too many."""
_DAYS = ("date", "weekday", "time", "month")


def check(draft: str, brief: Brief) -> list[Finding]:
    """One for each, unless the user's words ask for it.

    Speaks every language; requests without a question mark it knows in `LANGUAGES`.
    """
    asks = brief.asks[:MAX_ASKS]
    if not asks:
        return []
    draft = draft[:MAX_DRAFT]
    spoken = language(draft, brief)
    parts = locate(draft)
    body = Span(parts.body.start, min(parts.body.end, own_end(draft)))
    notes = "\n".join(said(brief))
    noted_in = likely_language(notes) or spoken
    languages = tuple(code for code in {noted_in, spoken, "en"} if code in words())
    wanted = [words_of(each) for each in _CLAUSE.split(notes) if each and wants_to_know(each, languages)]
    theirs = words_of(newest(brief.email)[:MAX_DRAFT])
    findings: list[Finding] = []
    at = body.start
    for sentence in split_sentences(draft[slice(*body)]):
        bare = sentence.strip()
        start = at + sentence.index(bare)
        at += len(sentence)
        if not (_QUESTION.search(bare) or is_request(bare, spoken)):
            continue
        of_it = words_of(bare)
        # Words of two languages cannot be compared.
        is_wanted = any(of_it & clause for clause in wanted) or (bool(wanted) and noted_in != spoken)
        if not is_wanted and any(_is_given_back(bare, ask, spoken, notes, theirs) for ask in asks):
            findings.append(_finding(draft, Span(start, start + len(bare)), body, notes))
    return findings[:MAX_FINDINGS]


def _is_given_back(sentence: str, ask: Ask, spoken: str, notes: str, theirs: set[str]) -> bool:
    words = words_of(sentence) - suits()
    asked = words_of(f"{ask.text} {ask.quote} {' '.join(ask.options)}") - suits()
    if not words or _has_more(sentence, ask, spoken):
        return False
    shared, noted = words & asked, words_of(notes)
    if len(ask.options) > 1 and sum(names_option(option, sentence) for option in ask.options) > 1:
        return sum(names_option(option, notes) for option in ask.options) < len(ask.options)
    if len(shared) > 1:
        # "Does Saturday suit Ben's allergy?" turns round what the user answered, too.
        return len(words & (asked | noted)) >= _SHARED * len(words)
    if shared == words and not shared & noted:
        return True
    # "What is the new time?" where the mail lets choose between two.
    when = any(fact.kind in _DAYS for option in ask.options for fact in read_facts(option, LANGUAGES))
    return bool(words & theirs) and when and asks_when(sentence, spoken)


def _has_more(sentence: str, ask: Ask, spoken: str) -> bool:
    """Whether a question names a day, a time or a number of its own: "Would 5 pm do instead?"."""
    source = f"{ask.quote} {ask.text} {' '.join(ask.options)}"
    if spoken != "de" and not set(_NAME.findall(sentence)) <= {*re.findall(r"[\w-]+", source)}:
        return True
    if spoken not in LANGUAGES:
        return not set(re.findall(r"\d+", sentence)) <= set(re.findall(r"\d+", source))
    known = Known(loose=True)
    known.add(source, LANGUAGES)
    return any(not known.has(fact) for fact in read_facts(sentence, (spoken,)) if not fact.spelt)


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
