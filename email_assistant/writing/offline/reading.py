"""What a mail says, as far as rules can tell: what it asks, which dates it offers."""

from __future__ import annotations

import re

from email_assistant.mail import IncomingEmail
from email_assistant.proofreading.letter import split_sentences
from email_assistant.writing.offline.phrases import Phrases, any_of

READ = 20_000
"""Characters of a mail that are read."""

_AND = re.compile(r"^(?:and|so|but|also|und|et|y|e|en),?\s+(?=\w)", re.IGNORECASE)
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|º|ª|\.)?"
_TIME = r"\d{1,2}(?:[:.h]\d{2}|\s?(?:am|pm|h|uhr|uur))(?:\s?(?:am|pm|uhr|uur))?"


def questions_in(email: IncomingEmail, phrases: Phrases) -> list[str]:
    """Return the mail's questions that a yes or no does not answer, each in one line."""
    word = re.compile(
        rf"(?:^|[,;:]\s|\b(?:and|und|et|y|e|en|so)\s)¿?{any_of(phrases.asking)}\b", re.IGNORECASE
    )
    found = []
    for sentence in split_sentences(email.newest[:READ]):
        question = " ".join(sentence.split())
        talk = any(phrase in question.lower() for phrase in phrases.small_talk)
        if question.endswith("?") and len(question) < 200 and not talk and word.search(question):
            question = _AND.sub("", question)
            found.append(question[0].upper() + question[1:])
    return list(dict.fromkeys(found))


def offered_dates(email: IncomingEmail, phrases: Phrases) -> list[str]:
    """Return the days or times between which the mail lets choose, as it writes them."""
    date = _date_pattern(phrases)
    choice = re.compile(rf"\s(?:{'|'.join(phrases.or_)})\s", re.IGNORECASE)
    for sentence in split_sentences(email.newest[:READ]):
        dates = list(date.finditer(sentence))
        between = sentence[dates[0].end() : dates[-1].start()] if len(dates) > 1 else ""
        if choice.search(between) and len(between) < 200:
            return list(dict.fromkeys(" ".join(found[0].split()) for found in dates))
    return []


def names_a_date(text: str, phrases: Phrases) -> bool:
    """Return whether there is a day, a date or a time in `text`."""
    return bool(_date_pattern(phrases).search(text[:READ]))


def _date_pattern(phrases: Phrases) -> re.Pattern[str]:
    day, month = rf"(?:{any_of(phrases.weekdays)})", rf"(?:{any_of(phrases.months)})"
    dated = (
        rf"{_DAY}(?:\s+(?:(?:of|de|di)\s*)?{month})|{month}\s+{_DAY}"
        rf"|\d{{1,2}}[./-]\d{{1,2}}[./-]?(?:\d{{2,4}})?"
    )
    ordinal = r"\d{1,2}(?:st|nd|rd|th)"
    return re.compile(
        rf"\b(?:{day}(?:,?\s+(?:the\s+|den\s+|le\s+|el\s+)?(?:{dated}|{ordinal}))?(?:,?\s+(?:at\s+|um\s+|à\s+|om\s+)?{_TIME})?"
        rf"|(?:{dated})(?:,?\s+(?:at\s+|um\s+|à\s+|om\s+)?{_TIME})?|{ordinal}|{_TIME})(?!\w)",
        re.IGNORECASE,
    )
