"""What the user may be asked before the first draft: what the mail asks for, and only they know.

A question costs the person more than a gap in the draft, so that in doubt nothing is asked.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from email_assistant.brief import Ask, Brief
from email_assistant.proofreading.answering import first_to_decide, is_answered
from email_assistant.proofreading.ask_words import asks_for_fact, words_of
from email_assistant.proofreading.asks import MAX_ASKS
from email_assistant.proofreading.cutting import notes_of
from email_assistant.proofreading.details import details
from email_assistant.proofreading.given import likely_language, mail_language, parted, sure_language
from email_assistant.proofreading.lexicon import LANGUAGES, fold
from email_assistant.proofreading.people import names
from email_assistant.proofreading.saying import decision_of, says

MAX_QUESTION = 300
"""Characters of a question; a longer one is no short question."""
_MIN_WORDS = 4
"""An ask of fewer does not say what it asks: "Which do you prefer?"."""
_ABOUT = 0.6
"""Of a question's words; so many are those of one ask."""
_CAPITAL = re.compile(r"(?<!\w)[^\W\d_a-zß-öø-ÿ][\w'’-]+")
_CLAUSE = re.compile(r"[,;.!?、。\n](?!\d)")
_HOSTILE = frozenset(("link", "address", "account", "card", "phone"))
_ENDS = ("?", "？", ";", "؟")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")


class Question(NamedTuple):
    """What to ask, and the answers to choose from with one tap."""

    text: str
    options: tuple[str, ...] = ()


def choices_left_open(brief: Brief) -> tuple[Question, ...]:
    """Return a finding for each choice that the mail offers and the user has not made."""
    return tuple(
        Question(_wording(ask, brief), ask.options)
        for ask in brief.asks[:MAX_ASKS]
        if ask.options
        and not is_answered(ask, brief)
        and not _is_hostile(" ".join((ask.text, *ask.options)), brief)
    )


def asks_left_open(brief: Brief) -> tuple[Ask, ...]:
    """Return the asks of which the user's words say nothing, as far as can be told.

    Whatever they say, it answers what the mail is about.
    """
    notes = notes_of(brief)
    likely, asked_in = likely_language(notes), mail_language(brief.email)
    spoken = sure_language(notes) or (likely if likely in LANGUAGES else "")
    if decision_of(fold(notes)) in {"no", "later"} or (spoken and asked_in and spoken != asked_in):
        return ()  # what is declined needs no details; words of two languages cannot be compared
    main = first_to_decide(brief.asks)
    return tuple(
        ask
        for ask in brief.asks[:MAX_ASKS]
        if not ask.options and ask != main and not _is_addressed(ask, notes, brief)
    )


def fit_to_ask(questions: list[str], brief: Brief) -> tuple[Question, ...]:
    """Return those of a model's questions that ask the user for what an open ask of the mail needs."""
    left = [*asks_left_open(brief)]
    clean, steering = parted(brief.email)
    steered = words_of(steering) - words_of(clean)
    notes = words_of(notes_of(brief))
    found: list[Question] = []
    for text in questions:
        question = " ".join(text.split())
        words = words_of(question)
        if (
            not question.endswith(_ENDS)
            or len(question) > MAX_QUESTION
            or not words
            or words & steered
            or _capitals(question.partition(" ")[2])
            & _capitals(brief.user.name)  # it speaks of the user, not to them
            or _WIDE.search(question)  # words without blanks between them cannot be compared
            or len(words & notes) >= _ABOUT * len(words)
            or _is_hostile(question, brief)
        ):
            continue
        about = next((ask for ask in left if _is_about(words, ask)), None)
        if about:
            left.remove(about)
            found.append(Question(question))
    return tuple(found)


def _capitals(text: str) -> set[str]:
    """Return the words that begin with a capital, comparable; "de" and "van" are no names."""
    return names(" ".join(_CAPITAL.findall(text[:MAX_QUESTION])))


def _is_addressed(ask: Ask, notes: str, brief: Brief) -> bool:
    """Return whether the notes may speak of an ask: in its words, or in as many clauses as there are asks."""
    if is_answered(ask, brief) or words_of(ask.text) & words_of(notes):
        return True
    if asks_for_fact(ask, brief):
        return False  # no number is in the notes, no day
    clauses = [clause for clause in _CLAUSE.split(notes) if words_of(clause) or re.search(r"\d", clause)]
    decided = sum(_decides(fold(clause), mail_language(brief.email)) for clause in clauses)
    asked = len(brief.asks) - bool(decided and first_to_decide(brief.asks))
    return len(clauses) - decided >= asked


def _decides(folded: str, language: str) -> bool:
    return decision_of(folded) is not None or (language in LANGUAGES and says("yes", folded, language))


def _is_about(words: set[str], ask: Ask) -> bool:
    shared = len(words & words_of(f"{ask.text} {ask.quote}"))
    return shared >= _ABOUT * len(words)


def _is_hostile(text: str, brief: Brief) -> bool:
    """Return whether a question holds what nobody should be led to confirm: a bank account, a link."""
    notes = notes_of(brief)
    return any(detail.kind in _HOSTILE and detail.written not in notes for detail in details(text))


def _wording(ask: Ask, brief: Brief) -> str:
    """Return the mail's own sentence, or ours with the options where that says too little or is cut short."""
    if not ask.text.endswith("…") and len(ask.text.split()) >= _MIN_WORDS:
        return ask.text
    table = _which()
    languages = (likely_language(brief.instructions), mail_language(brief.email), "en")
    wording = next(table[language] for language in languages if language in table)
    return wording.format(options=" / ".join(ask.options))


@cache
def _which() -> dict[str, str]:
    table = tomllib.loads(files(__package__).joinpath("questions.toml").read_text(encoding="utf-8"))
    which: dict[str, str] = table["which"]
    return which
