"""The greeting, the closing and the name that a reply calls for."""

from __future__ import annotations

import re
from typing import NamedTuple

from email_assistant.brief import Brief
from email_assistant.mail.text.locales import hello_and_bye
from email_assistant.proofreading.letter import tone_of
from email_assistant.proofreading.people import called_name, greeting_in, names, sender_name
from email_assistant.proofreading.words import Tone, languages, words_in

_READ = 4_000  # characters of a mail; its tone shows in fewer
_FAMILY_FIRST = {"ja", "zh", "ko"}


class Frame(NamedTuple):
    """What stands around a reply's body; the name is "" where it is not known."""

    greeting: str
    closing: str
    name: str

    @property
    def ending(self) -> str:
        """The closing with the name below it."""
        return "\n".join(filter(None, (self.closing, self.name)))


def frame_for(brief: Brief) -> Frame:
    """Return the frame in the brief's language and in the tone of its mail."""
    language = brief.language or brief.email.language or "en"
    tone = tone_for(brief)
    if language not in languages() and (phrases := hello_and_bye(language)):
        hello, bye = phrases
        first = _first(brief.sender.name, language)
        return Frame(f"{' '.join(filter(None, (hello, first)))},", bye, _signature(brief, tone))
    words = words_in(language)
    closing = words.closings[tone]
    return Frame(greeting_for(brief, tone), closing, _signature(brief, tone))


def fits_closing(closing: str, brief: Brief) -> bool:
    """Return whether a model's closing is in the brief's language, and not casual in a formal reply."""
    words = words_in(brief.language or brief.email.language or "en")
    said = closing.strip().rstrip(",.!").casefold()
    formal = (words.closings["formal"], words.closings["neutral"])
    if tone_for(brief) == "formal":
        return said in map(str.casefold, formal)
    return said in {*map(str.casefold, words.closings.values()), *words.bye}


def greeting_for(brief: Brief, tone: Tone) -> str:
    """Return the line that greets the sender, or anybody where their name is not known."""
    language = brief.language or brief.email.language or "en"
    named, nameless = words_in(language).greetings[tone]
    full = brief.sender.name.strip()
    if not full:
        return nameless
    first, titled = sender_name(brief.email)
    if not names(full) <= names(titled):
        first, titled = _first(full, language), full
    family = full.split()[0] if language == "ja" else full.split()[-1]
    return named.format(name=first, full=titled, family=family)


def tone_for(brief: Brief) -> Tone:
    """Return the tone of the mail: its greeting's, unless it speaks to its reader in another way."""
    text = brief.email.newest[:_READ]
    words = words_in(brief.email.language)
    tone = tone_of(text, brief.email.language)
    if tone == "formal":
        return tone
    if any(re.search(pattern, text) for pattern in words.familiar):
        return "friendly"
    if tone == "friendly" and any(re.search(pattern, text) for pattern in words.polite):
        return "neutral"
    return tone


def _signature(brief: Brief, tone: Tone) -> str:
    """Return the user's full name, or the first one where friends write."""
    full = brief.user.name.strip()
    greeted = called_name(greeting_in(brief.email))
    first = brief.user.first_name
    by_first_name = bool(greeted) and names(greeted) == names(first)
    return first if tone == "friendly" and by_first_name and first else full


def _first(full: str, language: str) -> str:
    if not full.split():
        return ""
    return (
        full.rsplit(maxsplit=1)[-1]
        if language in _FAMILY_FIRST and " " in full
        else full.split(maxsplit=1)[0]
    )
