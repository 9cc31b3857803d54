"""The offline writer's questions: what the mail asks and the instructions leave open."""

from __future__ import annotations

import re

from email_assistant.proofreading.given import mail_language
from email_assistant.proofreading.lexicon import LANGUAGES
from email_assistant.proofreading.questions import asks_left_open
from email_assistant.writing.model import MAX_QUESTIONS, Brief
from email_assistant.writing.offline.phrases import any_of, phrases_in
from email_assistant.writing.offline.reading import names_a_date, offered_dates, questions_in

WHICH_DATE = "Which date suits you: {dates}?"
WHAT_ANSWER = "They ask “{question}” What should I say?"

_LONG = 25  # words; who writes so much has said what they want to say
_CHOICE = re.compile(
    r"\b(?:both|either|any|all|neither|none|first|second|last|latter|former|earlier|later)\b"
)
# What a number answers, in every language that the rules write.
_COUNTS = re.compile(
    r"\b(?:how (?:many|much)|when|what time|which (?:day|date|time)|wann|wie ?viele?|welcher (?:tag|termin)"
    r"|welchen (?:tag|termin)|quand|combien|quel(?:le)? (?:jour|date|heure)"
    r"|cuándo|cuánt[oa]s?|qué (?:día|fecha|hora)|quando|quant[oaie]|che (?:giorno|ora|data)"
    r"|que (?:dia|data|horas)|wanneer|hoeveel|hoe laat|welke (?:dag|datum)"
    r"|kiedy|ile|który (?:dzień|termin)|när|hur (?:många|mycket)|vilken (?:dag|tid))\b",
    re.IGNORECASE,
)


def questions(brief: Brief) -> list[str]:
    """Return at most three questions, and none if the user declines."""
    instructions = brief.instructions.lower()
    known = [phrases_in(brief.email.language), phrases_in("en")]
    refusals = any_of([refusal for phrases in known for refusal in phrases.refusals])
    if re.match(rf"(?:\W|\w+ ){{0,3}}{refusals}\b", instructions) or len(instructions.split()) > _LONG:
        return []
    asked = []
    dates = offered_dates(brief.email, known[0])
    chosen = any(names_a_date(instructions, phrases) for phrases in known) or _CHOICE.search(instructions)
    if dates and not chosen:
        asked.append(WHICH_DATE.format(dates=" or ".join(dates)))
    for question in questions_in(brief.email, known[0]):
        about_the_dates = bool(dates) and names_a_date(question, known[0])
        if not about_the_dates and not _answered(question, instructions):
            asked.append(WHAT_ANSWER.format(question=question))
    about = [question for question in asked if "“" in question]
    # Also what a yes or no answers, where its words can be told apart.
    for ask in asks_left_open(brief) if mail_language(brief.email) in LANGUAGES else ():
        if not any(ask.text in question for question in about):
            asked.append(WHAT_ANSWER.format(question=ask.text))
    return asked[:MAX_QUESTIONS]


def _answered(question: str, instructions: str) -> bool:
    """Return whether the instructions touch what the question is about."""
    if re.search(r"\d", instructions) and _COUNTS.search(question):
        return True
    return bool(_stems(question.lower()) & _stems(instructions))


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[^\W\d_]{4,}", text)}
