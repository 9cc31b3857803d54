"""What a mail says, as far as rules can tell: who wrote it, what it asks, which dates it offers."""

from __future__ import annotations

import re
from itertools import pairwise

from email_assistant.mail import IncomingEmail
from email_assistant.writing.offline.letter import is_closing, split_sentences
from email_assistant.writing.offline.phrases import Phrases, any_of

READ = 20_000
"""Characters of a mail that are read."""

_NOT_A_PERSON = re.compile(
    r"[\d@_/|]|\b(?:team|support|service|office|info|no-?reply|newsletter|sales|billing|account|admin|club|shop|bot"
    r"|inc|ltd|llc|gmbh|ag|bv|sarl|university|universität|bank|group|notifications?|customer|kundenservice)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:(?:dr|prof|mr|mrs|ms|mx|herr|frau|m|mme|sr|sra|dott|ing|dhr|mevr)\b\.?\s*)+", re.IGNORECASE
)
_AND = re.compile(r"^(?:and|so|but|also|und|et|y|e|en),?\s+(?=\w)", re.IGNORECASE)
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|º|ª|\.)?"
_TIME = r"\d{1,2}(?:[:.h]\d{2}|\s?(?:am|pm|h|uhr|uur))(?:\s?(?:am|pm|uhr|uur))?"


def sender_name(email: IncomingEmail) -> tuple[str, str]:
    """The sender's first and full name, "" where a name is not known or not a person's."""
    shown = email.sender.name if email.sender else ""
    for name in (shown, _signed_name(email.newest[-READ:], email.signature[:READ])):
        full = " ".join(re.sub(r"\(.*?\)|[\"“”]|\bvia\b.*$", " ", name).split())
        if full.count(",") == 1:
            full = " ".join(" ".join(reversed(full.split(","))).split())
        if re.search(r"[^\W\d_]", full) and len(full.split()) <= 5 and not _NOT_A_PERSON.search(full):
            bare = _TITLE.sub("", full) or full
            return bare.split()[0], full
    return "", ""


def _signed_name(newest: str, signature: str) -> str:
    """The name below the closing, or on the last line."""
    ended = [line.strip() for line in newest.splitlines() if line.strip()][-6:]
    signed = [line.strip(" -") for line in signature.splitlines() if line.strip(" -")][:6]
    lines = [*ended, *signed]
    for closing, name in pairwise(lines):
        if is_closing(closing) and re.fullmatch(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}", name):
            return name
    last = signed[0] if signed else ended[-1] if len(ended) > 1 else ""
    return last if re.fullmatch(r"(?-i:[A-ZÀ-Þ])[\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)?", last) else ""


def questions_in(email: IncomingEmail, phrases: Phrases) -> list[str]:
    """The mail's questions that a yes or no does not answer, each in one line."""
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
    """The days or times between which the mail lets choose, as it writes them."""
    date = _date_pattern(phrases)
    choice = re.compile(rf"\s(?:{'|'.join(phrases.or_)})\s", re.IGNORECASE)
    for sentence in split_sentences(email.newest[:READ]):
        dates = list(date.finditer(sentence))
        between = sentence[dates[0].end() : dates[-1].start()] if len(dates) > 1 else ""
        if choice.search(between) and len(between) < 200:
            return list(dict.fromkeys(" ".join(found[0].split()) for found in dates))
    return []


def names_a_date(text: str, phrases: Phrases) -> bool:
    """Whether there is a day, a date or a time in `text`."""
    return bool(_date_pattern(phrases).search(text[:READ]))


def _date_pattern(phrases: Phrases) -> re.Pattern[str]:
    day, month = rf"(?:{any_of(phrases.weekdays)})", rf"(?:{any_of(phrases.months)})"
    dated = (
        rf"{_DAY}(?:\s+(?:of|de|di)?\s*{month})|{month}\s+{_DAY}|\d{{1,2}}[./-]\d{{1,2}}[./-]?(?:\d{{2,4}})?"
    )
    ordinal = r"\d{1,2}(?:st|nd|rd|th)"
    return re.compile(
        rf"\b(?:{day}(?:,?\s+(?:the\s+|den\s+|le\s+|el\s+)?(?:{dated}|{ordinal}))?(?:,?\s+(?:at\s+|um\s+|à\s+|om\s+)?{_TIME})?"
        rf"|(?:{dated})(?:,?\s+(?:at\s+|um\s+|à\s+|om\s+)?{_TIME})?|{ordinal}|{_TIME})(?!\w)",
        re.IGNORECASE,
    )
