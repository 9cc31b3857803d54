"""Greeting, closing and signature of a letter, changed as feedback asks."""

from __future__ import annotations

import re

from email_assistant.proofreading.letter import Letter, greeted_name, is_closing, is_greeting, unquoted
from email_assistant.writing.offline.phrases import Phrases, languages
from email_assistant.writing.offline.styles import greeting

_SIGN = re.compile(
    r"(?:sign|close|end)(?: (?:it|the (?:email|mail|reply)))?(?: off)? (?:as|with|by) (?P<name>.+)"
    r"|my name is (?P<mine>.+)",
    re.IGNORECASE | re.DOTALL,
)
_GREET = re.compile(
    r"(?:greet|address|call)(?: (?:him|her|them|the sender))?(?: (?:with|as|by))? (?P<name>.+)"
    r"|(?:start|begin|open)(?: (?:it|the (?:email|mail|reply)))? with (?P<line>.+)"
    r"|use (?P<used>.+?) as (?:the |a )?greeting",
    re.IGNORECASE | re.DOTALL,
)


def reframe(wish: str, letter: Letter) -> bool:
    """Change the greeting, the closing or the signature; whether `wish` asks for that."""
    if signed := _SIGN.fullmatch(wish):
        sign(unquoted(signed["name"] or signed["mine"]), letter)
    elif greeted := _GREET.fullmatch(wish):
        name = unquoted(greeted["name"] or greeted["line"] or greeted["used"])
        if is_greeting(name):
            letter.greeting = name if name[-1] in ",:!." else f"{name},"
        elif greeted["line"]:
            letter.body = f"{name} {letter.body}"
        elif old := greeted_name(letter.greeting):
            letter.greeting = letter.greeting.replace(old, name)
        else:
            letter.greeting = f"{letter.greeting.rstrip(' ,:!')} {name},".strip()
    else:
        return False
    return True


def sign(name: str, letter: Letter) -> None:
    """Put a name below the letter, or a closing with the name behind it."""
    closing, _, behind = name.partition("," if "," in name else "\n")
    if is_closing(closing):
        letter.closing = closing.strip()
        letter.name = behind.strip() or letter.name
    else:
        letter.name = name


def translate_frame(letter: Letter, phrases: Phrases) -> None:
    """Put greeting, closing and known sentences into another language; the rest is beyond rules."""
    name = greeted_name(letter.greeting)
    letter.greeting = greeting("neutral", name, name, phrases)
    letter.closing = phrases.closings["neutral"]
    wanted = (*phrases.fillers, phrases.yes, phrases.no)
    for known in languages().values():
        for old, new in zip((*known.fillers, known.yes, known.no), wanted, strict=True):
            letter.body = letter.body.replace(old, new)
