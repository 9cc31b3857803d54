"""Whether an ask is answered: by the user's own words, or by the draft."""

from __future__ import annotations

import re

from email_assistant.brief import Ask, Brief
from email_assistant.proofreading.ask_words import WORD, alike, empty_words, kinds_asked, pattern, stems_of
from email_assistant.proofreading.asks import MAX_ASKS
from email_assistant.proofreading.facts import read_facts
from email_assistant.proofreading.gaps import find_gaps
from email_assistant.proofreading.given import (
    MAX_DRAFT,
    MAX_SAID,
    language,
    likely_language,
    mail_language,
    said,
)
from email_assistant.proofreading.known import Known
from email_assistant.proofreading.letter import split_sentences
from email_assistant.proofreading.lexicon import LANGUAGES, PAIR, fold, lex
from email_assistant.proofreading.model import AskStatus, Finding
from email_assistant.proofreading.options import chooses_one
from email_assistant.proofreading.saying import decision_of, puts_off, says
from email_assistant.proofreading.wishes import body_of

_TOUCHED = 0.34
_BEFORE_NAME = re.compile(r"\s[^\W\d_a-zß-ÿ][a-zß-ÿ]")
_CLAUSES = re.compile(r"[,;.!?\n](?!\d)")


def ask_status(ask: Ask, draft: str, brief: Brief) -> AskStatus:
    """Return what a draft does with an ask.

    It answers if it names one of the options, gives the kind of fact asked for, speaks of it, or decides it.
    """
    draft = draft[:MAX_DRAFT]
    spoken = mail_language(brief.email)
    body = body_of(draft)
    words = stems_of(f"{ask.text} {' '.join(ask.options)}")
    for gap in find_gaps(body):
        around = body[max(0, gap.start - 80) : gap.end + 40]
        if (
            stems_of(gap.text) & words
            or len(stems_of(around) & words) >= 2
            or _gap_is_for(gap.text, ask, spoken)
        ):
            return "gap"
    answers = (_answering(ask, _words_of(brief)), *_clarified(ask, brief))
    met = _meets(ask, body, language(draft, brief), spoken, brief)
    return "answered" if met or any(_carries(body, answer) for answer in answers) else "left_open"


def _words_of(brief: Brief) -> str:
    return "\n".join(said(brief))[:MAX_SAID]


def _gap_is_for(text: str, ask: Ask, spoken: str) -> bool:
    if spoken not in LANGUAGES:
        return False
    asked, gap = fold(ask.text), fold(text)
    return any(
        pattern(column, spoken).search(asked) and re.search(hint, gap)
        for column, hint in (
            (
                "when",
                r"day|date|time|tag|datum|termin|uhr|jour|heure|dia|fecha|hora|giorno|data|ora|dag|tijd|when|wann",
            ),
            (
                "how_many",
                r"number|how|anzahl|zahl|nombre|numero|cantidad|quant|aantal|preis|price|prix|prezzo|amount",
            ),
        )
    )


def _meets(ask: Ask, text: str, written_in: str, spoken: str, brief: Brief) -> bool:
    """Return whether a text answers an ask."""
    folded = fold(text)
    if not folded.strip():
        return False
    question = fold(f"{ask.text} {ask.quote}")
    kinds = kinds_asked(question, spoken)
    order = (
        (written_in, *(code for code in LANGUAGES if code != written_in))
        if written_in in LANGUAGES
        else LANGUAGES
    )
    facts = read_facts(text, order)

    def says_so(part: str) -> bool:
        return any(says(each, fold(part), written_in) for each in ("yes", "no"))

    decides = written_in in LANGUAGES and says_so(text)
    words = stems_of(ask.text)
    touched = len(words & stems_of(text)) >= max(1, _TOUCHED * len(words)) if words else False
    if ask.options:
        known = Known(brief.email.date.date() if brief.email.date else None, loose=True)
        known.add(text, order, facts)
        stems = {word[:6] for word in WORD.findall(folded)}
        named = any(
            _is_named(option, stems)
            or any(known.has(fact) for fact in read_facts(option, LANGUAGES) if fact.kind != "number")
            for option in ask.options
        )
        return named or (decides and written_in in LANGUAGES and says("no", folded, written_in))
    if kinds:
        # "18 Mill Road" counts nothing.
        counts = [
            fact
            for fact in facts
            if fact.kind != "number" or written_in == "de" or not _BEFORE_NAME.match(text, fact.end)
        ]
        return any(fact.kind in kinds for fact in counts) or (
            written_in in LANGUAGES and says("no", folded, written_in) and touched
        )
    if _is_open(question):
        return touched
    if touched or (decides and PAIR in lex(folded, order)):
        return True
    # A yes meets what its sentence speaks of, or else the first thing that it may be meant for.
    meant = [_meant(part, ask, brief) for part in split_sentences(text) if decides and says_so(part)]
    return True in meant or (None in meant and first_to_decide(brief.asks) in {None, ask})


def _meant(part: str, ask: Ask, brief: Brief) -> bool | None:
    """Return whether a part of a text has a word of this ask alone, or of another alone; None if neither."""
    stems, asked = stems_of(part), stems_of(ask.text)
    others = frozenset[str]().union(*(stems_of(other.text) for other in brief.asks if other != ask))
    if stems & (asked - others):
        return True
    return False if stems & (others - asked) else None


def _is_named(option: str, stems: set[str]) -> bool:
    """Return whether a text with these stems has all words of an option that is no fact."""
    words = (
        {word[:6] for word in WORD.findall(fold(option))}
        - empty_words()
        - {"the", "den", "une", "una", "een"}
    )
    return bool(words) and words <= stems and not read_facts(option, LANGUAGES)


_OPEN = re.compile(
    r"\b(?:(?:at|by|on|in|to|for|from|bis|um|an|in|zu|auf|a|à|de|en|pour|para|per|da|em|op|om|tot|met) )?"
    r"(?:what|when|where|who|whom|which|how|why|was|wann|wo|wer|wem|welche[rsnm]?|wie|warum|que|quoi|quand|ou|qui"
    r"|quels?|quelles?|combien|comment|pourquoi|cuando|donde|quien|cual|cuant[oa]s?|como|por que|che|quando"
    r"|dove|chi|quale|quali|quant[oiae]s?|come|perche|onde|quem|qual|quais|wanneer"
    r"|wat|waar|welke?|hoe|hoeveel|waarom)\b"
)


def first_to_decide(asks: tuple[Ask, ...]) -> Ask | None:
    """Return the first that a yes or no answers."""
    return next((ask for ask in asks if not _is_open(fold(ask.text))), None)


def _is_open(question: str) -> bool:
    """Return whether a yes or no does not answer it."""
    return bool(_OPEN.match(re.sub(r"^\W+|^(?:und|and|et|y|e|en) ", "", question)))


def is_answered(ask: Ask, brief: Brief) -> bool:
    """Return whether the user's words surely answer an ask already."""
    words = _words_of(brief)
    asked_in = mail_language(brief.email)
    if chooses_one(ask.options, words):
        return True
    known = Known(loose=True)
    known.add(words, LANGUAGES)
    if any(known.has(fact) for fact in read_facts(ask.text, LANGUAGES) if fact.kind != "number"):
        return True  # "lunch on Tuesday?" is answered by "Tuesday at noon is fine"
    return bool(words.strip()) and _answers(ask, words, likely_language(words) or asked_in, asked_in, brief)


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return a finding for each ask that the user answered and the draft does not. Speaks `LANGUAGES`."""
    written_in = language(draft, brief)
    if written_in not in LANGUAGES or not (asks := brief.asks[:MAX_ASKS]):
        return []
    words = _words_of(brief)
    if not words.strip():
        return []
    asked_in = mail_language(brief.email)
    spoken_by_user = likely_language(words) or asked_in
    findings = []
    for ask in asks:
        if not _answers(ask, words, spoken_by_user, asked_in, brief):
            continue
        if ask_status(ask, draft, brief) == "left_open" and not _says_it_all(draft, words, ask, written_in):
            findings.append(
                Finding(
                    code="unmet_ask",
                    text=f"They ask “{ask.text}”, you answered, and the draft does not. Add the answer.",
                    request=f"Answer their question “{ask.text}” with what I told you.",
                )
            )
    return findings


def _answers(ask: Ask, words: str, spoken_by_user: str, asked_in: str, brief: Brief) -> bool:
    """Return whether the user's words surely answer an ask: name an option, or speak of its subject."""
    if any(_clarified(ask, brief)):
        return True
    if ask.options or kinds_asked(fold(ask.text), asked_in):
        return _meets(ask, words, spoken_by_user, asked_in, brief)
    decided = ask == first_to_decide(brief.asks) and _decides(words)
    named = not _is_open(fold(ask.text)) and any(
        _decides(clause) and _meant(clause, ask, brief) for clause in _CLAUSES.split(words)
    )
    return decided or named or bool(_answering(ask, words))


def _decides(words: str) -> bool:
    return decision_of(fold(words)) in {"yes", "no"}


def _answering(ask: Ask, words: str) -> str:
    """Return the clauses of the user's words that speak of an ask."""
    asked = stems_of(ask.text)
    clauses = [
        clause
        for clause in _CLAUSES.split(words)
        if (shared := len(asked & stems_of(clause))) >= 2 or (asked and shared >= 0.5 * len(asked))
    ]
    return "\n".join(clauses)


def _clarified(ask: Ask, brief: Brief) -> list[str]:
    """Return what the user answered when they were asked the same."""
    asked = stems_of(ask.text)
    return [each.answer.strip() for each in brief.clarifications if alike(stems_of(each.question), asked)]


def _carries(draft: str, answer: str) -> bool:
    """Return whether a draft has what an answer says: one of its facts, or half of its words."""
    if not answer:
        return False
    known = Known(loose=True)
    known.add(draft, LANGUAGES)
    facts = read_facts(answer, LANGUAGES)
    stems = stems_of(answer)
    if any(known.has(fact) for fact in facts):
        return True
    return bool(stems) and 2 * len(stems & stems_of(draft)) >= len(stems)


def _says_it_all(draft: str, words: str, ask: Ask, written_in: str) -> bool:
    """Return whether a draft has all facts and half the words of the user, and so their answer."""
    if ask.options or puts_off(fold(draft), written_in):
        return False
    known = Known(loose=True)
    known.add(draft, LANGUAGES)
    stems = stems_of(words)
    return all(known.has(fact) for fact in read_facts(words, LANGUAGES)) and (
        2 * len(stems & stems_of(draft)) >= len(stems)
    )
