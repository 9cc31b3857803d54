"""Finds what feedback did to a draft: nothing, too little, or more than it should."""

from __future__ import annotations

import re

from email_assistant.brief import Brief
from email_assistant.proofreading.details import plain
from email_assistant.proofreading.facts import Fact, read_facts
from email_assistant.proofreading.given import MAX_DRAFT, MAX_SAID, common_words, likely_language, said
from email_assistant.proofreading.known import Known
from email_assistant.proofreading.lexicon import LANGUAGES, fold
from email_assistant.proofreading.model import Finding
from email_assistant.proofreading.wishes import (
    asking,
    body_of,
    limit_in,
    parse_wishes,
    sentences_of,
    speaker,
)

MAX_LOST = 3
MAX_SENTENCES = 80
"""Of a draft; those of two drafts are compared with each other."""

_EQUAL = re.compile(r"[\W_]+")
_SHORTER, _LONGER = 0.97, 1.03
"""How long a draft must be against the one before to be shorter or longer."""
_LITTLE_TO_SPARE = 40
"""Words of a letter that is shorter with one word less."""
_KEPT = 0.5
"""Of a sentence's words that one of the new draft must have to be it."""
_TOUCHED = 0.5
_FIRST_DRAFT_AT_LEAST = 120
"""Words that no first draft is too long for."""
_WORDS_PER_SAID, _WORDS_PER_ASK = 4, 25
_CONTENT = re.compile(r"[^\W\d_]{4,}|\d+")


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return what became of the newest feedback.

    For a first draft, find whether it is much longer than what was said.

    Equal and lost text is found in every language; what was asked of the length in the ones of the wishes.
    """
    draft = draft[:MAX_DRAFT]
    if not brief.revisions:
        return _too_long(draft, brief)
    revision = brief.revisions[-1]
    before, feedback = revision.draft[:MAX_DRAFT], fold(plain(revision.feedback[:MAX_SAID]))
    if not before.strip():
        return []
    if _same(before, draft):
        if keeps_standing_wishes(revision.feedback):
            return []
        return [
            _no_change(
                "The draft did not change. Say it in other words, or edit it yourself.", revision.feedback
            )
        ]
    old = _without(_added(before, draft, feedback), draft) if wants_shorter(feedback) else draft
    size = len(" ".join(old.split())) / max(1, len(" ".join(before.split())))
    if wants_shorter(feedback) and size > _SHORTER and not _is_a_word_shorter(before, old):
        return [
            _no_change("It did not get shorter. Ask again, or cut it yourself.", "Make it clearly shorter.")
        ]
    if wants_longer(feedback) and size < _LONGER:
        return [
            _no_change("It did not get longer. Ask again, or say what to add.", "Make it clearly longer.")
        ]
    gone = _lost(before, draft, feedback)
    if _speaker_is_gone(before, draft, feedback):
        gone.append(
            Finding(
                code="lost",
                text="It no longer says what you do yourself. Put it back, or ask again.",
                request="Keep who does what: what I do, I say of myself with “I” or “we”.",
            )
        )
    gone += [
        Finding(
            code="lost",
            text=f"“{fact}” is gone. Put it back if you did not mean it.",
            request=f"Keep “{fact}” in the reply.",
        )
        for fact in lost_facts(draft, brief)
        if not any(fact in finding.request for finding in gone)  # told with its sentence
    ]
    return gone[:MAX_LOST]


def _added(before: str, after: str, feedback: str) -> list[str]:
    """Return the new sentences of a draft that say what the feedback told to add."""
    named, known = _words(feedback), set(sentences_of(before))
    return [
        sentence
        for sentence in sentences_of(after)[:MAX_SENTENCES]
        if sentence not in known
        and (words := _words(sentence))
        and len(words & named) >= _TOUCHED * len(words)
    ]


def _without(sentences: list[str], draft: str) -> str:
    text = " ".join(draft.split())
    for sentence in sentences:
        text = text.replace(sentence, "")
    return text


def _is_a_word_shorter(before: str, after: str) -> bool:
    """Return whether a letter that had little to spare lost a word at least."""
    words = len(before.split())
    return words <= _LITTLE_TO_SPARE and len(after.split()) < words and len(after) < len(before)


def lost_facts(draft: str, brief: Brief) -> list[str]:
    """Return details of the newest draft that are gone though feedback neither named nor cut them.

    Speaks `LANGUAGES`.
    """
    revision = brief.revisions[-1]
    before, feedback = revision.draft[:MAX_DRAFT], fold(plain(revision.feedback[:MAX_SAID]))
    written_in = likely_language(before)
    if written_in not in LANGUAGES or wants_shorter(feedback) or limit_in(feedback):
        return []
    order = (written_in, *(code for code in LANGUAGES if code != written_in))
    known = Known(
        brief.email.date.date() if brief.email.date else brief.now.date() if brief.now else None, loose=True
    )
    known.add(draft[:MAX_DRAFT], order)
    digits = set(re.findall(r"\d+", draft))
    asked = {_family(fact) for fact in read_facts(revision.feedback[:MAX_SAID], order)}
    named = _words(feedback)
    lost = []
    for sentence in sentences_of(before)[:MAX_SENTENCES]:
        if asking("remove").search(feedback) and _words(sentence) & named:
            continue
        lost += [
            fact.written
            for fact in read_facts(sentence, order)
            if not fact.spelt
            and fact.kind != "month"
            and _family(fact) not in asked
            and not known.has(fact)
            and not digits.issuperset(re.findall(r"\d+", fact.written) or ["none"])
        ]
    return list(dict.fromkeys(lost))[:MAX_LOST]


def keeps_standing_wishes(feedback: str) -> bool:
    """Return whether feedback is about all drafts alone: a draft that complies need not change."""
    wishes = parse_wishes(feedback)
    return bool(wishes) and all(standing for _, standing in wishes)


def _family(fact: Fact) -> str:
    families = {"date": "day", "weekday": "day", "tomorrow": "day", "month": "day"}
    families |= {"amount": "number", "percentage": "number"}
    return families.get(fact.kind, fact.kind)


def _speaker_is_gone(before: str, after: str, feedback: str) -> bool:
    """Return whether a wish for another tone turned what the user does into what the reader shall do."""
    if not asking("whole").search(feedback) or concerns_length(feedback):
        return False
    said = speaker(likely_language(before))
    return bool(said.search(body_of(before))) and not (
        said.search(body_of(after)) or likely_language(after) != likely_language(before)
    )


def wants_shorter(folded: str) -> bool:
    """Return whether feedback, folded, asks for a shorter draft."""
    return bool(asking("shorter").search(asking("not_shorter").sub(" ", folded)))


def wants_longer(folded: str) -> bool:
    """Return whether feedback, folded, asks for a longer draft."""
    return bool(asking("longer").search(asking("not_longer").sub(" ", folded))) and not wants_shorter(folded)


def concerns_length(folded: str) -> bool:
    """Return whether feedback, folded, is about how long the draft is."""
    return wants_shorter(folded) or wants_longer(folded) or limit_in(folded) is not None


def concerns_all(folded: str) -> bool:
    """Return whether feedback, folded, may change every sentence."""
    return concerns_length(folded) or bool(asking("whole").search(folded))


def _no_change(text: str, request: str) -> Finding:
    return Finding(code="no_change", text=text, request=request)


def _same(before: str, after: str) -> bool:
    """Return whether two drafts have the same letters and digits."""
    return _EQUAL.sub("", before.casefold()) == _EQUAL.sub("", after.casefold()) and (
        before.strip() == after.strip() or before.count("!") == after.count("!")
    )


def _lost(before: str, after: str, feedback: str) -> list[Finding]:
    """Return the sentences that are gone though the feedback names nothing of them."""
    if concerns_all(feedback) or likely_language(before) not in LANGUAGES:
        return []  # in a language that is not spoken, nobody knows what the feedback concerns
    old, new = sentences_of(before)[:MAX_SENTENCES], sentences_of(after)[:MAX_SENTENCES]
    left = [_words(sentence) for sentence in new]
    everything = set().union(*left) if left else set()
    gone = []
    for at, sentence in enumerate(old):
        words = _words(sentence)
        if len(words) < 2 or any(_share(words, other) >= _KEPT for other in left):
            continue
        gone.append((at, sentence, words))
    findings = []
    named = _words(feedback)
    is_named = any(_words(sentence) & named for sentence in old)
    removes = bool(asking("remove").search(feedback))
    counted = _counted(feedback, len(old))
    for at, sentence, words in gone:
        if at in counted or words & named or (len(words & everything) > _TOUCHED * len(words)):
            continue
        if removes and len(gone) == 1 and not is_named:  # it was meant, in other words
            continue
        findings.append(_lost_finding(sentence))
    return findings[:MAX_LOST]


def _lost_finding(sentence: str) -> Finding:
    excerpt = sentence if len(sentence) <= 100 else f"{sentence[:99].rstrip()}…"
    return Finding(
        code="lost",
        text=f"“{excerpt}” is gone. Put it back if you did not mean it.",
        request=f"Keep the sentence “{sentence[:400]}”.",
    )


def _counted(feedback: str, count: int) -> set[int]:
    """Return the places that feedback names by number or as the last one."""
    places = set()
    ordinals = {
        "first|erste|premier|primer|prim|eerste": 0,
        "second|zweit|deuxieme|segund|second|tweede": 1,
        "third|dritt|troisieme|tercer|terz|derde": 2,
        "last|letzt|dernier|ultim|laatste": count - 1,
    }
    for words, place in ordinals.items():
        if re.search(rf"\b(?:{words})", feedback):
            places.add(place)
    return places


def _words(text: str) -> set[str]:
    return {word[:6] for word in _CONTENT.findall(fold(text)) if word not in common_words()}


def _share(words: set[str], other: set[str]) -> float:
    return len(words & other) / len(words)


def _too_long(draft: str, brief: Brief) -> list[Finding]:
    words = len(draft.split())
    notes = sum(len(text.split()) for text in said(brief))
    warranted = _FIRST_DRAFT_AT_LEAST + _WORDS_PER_SAID * notes + _WORDS_PER_ASK * len(brief.asks)
    if words <= warranted or ((asks_length := fold(brief.voice.length)) and wants_longer(asks_length)):
        return []
    return [
        Finding(
            code="too_long",
            text=f"It has {words} words, much more than what you said needs. Make it shorter.",
            request="Make it much shorter: say only what I told you.",
        )
    ]
