"""How a text shall read: recognise the wish, and change a letter accordingly."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from email_assistant.mail import IncomingEmail
from email_assistant.proofreading.given import content_words
from email_assistant.proofreading.letter import Letter, greeted_name
from email_assistant.proofreading.people import sender_name
from email_assistant.proofreading.words import Tone
from email_assistant.writing.offline.phrases import Phrases
from email_assistant.writing.offline.requests import requests

Style = Literal["shorter", "longer", "formal", "friendly"]

_MAX_WISH = 100
_OPPOSITE: dict[Style, Style] = {
    "shorter": "longer",
    "longer": "shorter",
    "formal": "friendly",
    "friendly": "formal",
}
_CJK = "\u3040"
_CONTRACTIONS = [
    ("I am", "I'm"),
    ("I will", "I'll"),
    ("I would", "I'd"),
    ("we are", "we're"),
    ("we will", "we'll"),
    ("you are", "you're"),
    ("it is", "it's"),
    ("that is", "that's"),
    ("cannot", "can't"),
    ("will not", "won't"),
    ("do not", "don't"),
    ("does not", "doesn't"),
    ("is not", "isn't"),
    ("are not", "aren't"),
    ("Thank you", "Thanks"),
]


def styles_of(text: str, languages: tuple[str, ...]) -> list[Style]:
    """The styles that `text` asks for in one of the languages, where it asks for nothing else."""
    if len(text) > _MAX_WISH:
        return []
    pattern, styles, beside = _wishes(languages)
    text = text.lower()
    found = [_OPPOSITE[styles[wish[2]]] if wish[1] else styles[wish[2]] for wish in pattern.finditer(text)]
    rest = set(re.findall(r"\w+(?:-\w+)*", pattern.sub(" ", text)))
    return list(dict.fromkeys(found)) if rest <= beside else []


@cache
def _wishes(languages: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, Style], frozenset[str]]:
    """What asks for a style, which one each phrase asks for, and the words that say nothing beside it."""
    known = [requests()[code] for code in languages if code in requests()]
    styles: dict[str, Style] = {}
    for each in known:
        for style in _OPPOSITE:
            for phrase in getattr(each, style):
                styles.setdefault(phrase, style)
    longest_first = sorted(styles, key=len, reverse=True)
    apart = "|".join(re.escape(phrase) for phrase in longest_first if phrase[0] < _CJK)
    joined = "|".join(re.escape(phrase) for phrase in longest_first if phrase[0] >= _CJK)
    if joined:
        pattern = (
            rf"(?:(?<!\w)(too |less |not (?:so |too |that |as )?)?(?=(?:{apart})(?!\w)))?"
            rf"((?<!\w)(?:{apart})(?!\w)|{joined})"
        )
    else:
        pattern = rf"(?<!\w)(too |less |not (?:so |too |that |as )?)?({apart})(?!\w)"
    return re.compile(pattern), styles, frozenset().union(*(each.beside for each in known))


def greeting(tone: Tone, first: str, full: str, phrases: Phrases) -> str:
    """The line that greets this person, or anybody."""
    named, nameless = phrases.greetings[tone]
    if not (first or full):
        return nameless
    family = (full or first).split()[0] if phrases.code == "ja" else (full or first).split()[-1]
    return named.format(name=first or full, full=full or first, family=family)


def restyle(letter: Letter, style: Style, email: IncomingEmail, phrases: Phrases, said: str = "") -> None:
    """Change `letter` as `style` says; what the user `said` stays."""
    if style == "shorter":
        _shorten(letter, phrases, said)
    elif style == "longer":
        _lengthen(letter, phrases)
    else:
        _set_tone(letter, style, email, phrases)


def _shorten(letter: Letter, phrases: Phrases, said: str) -> None:
    before = letter.body
    for filler in phrases.fillers:
        letter.body = _without(letter.body, filler)
    if letter.body.strip() and letter.body != before:
        return
    letter.body = before
    for long, short in _CONTRACTIONS:
        letter.body = re.sub(rf"\b{long}\b", short, letter.body)
    if letter.body != before:
        return
    kept, sentences = _carried(said), letter.sentences
    for index in reversed(range(1, len(sentences))):
        if not _carried(sentences[index]) & kept:
            del sentences[index]
            letter.body = "".join(sentences).rstrip()
            return


def _carried(text: str) -> set[str]:
    """The words and numbers that carry a text."""
    return content_words(text) | set(re.findall(r"\d+", text))


def _lengthen(letter: Letter, phrases: Phrases) -> None:
    before = letter.body
    if phrases.thanks not in before:
        letter.add(phrases.thanks, first=True)
    for filler in phrases.more:
        if filler not in before:
            letter.add(filler)
            break
    if letter.body == before:
        letter.body = spell_out(letter.body)


def _set_tone(letter: Letter, tone: Tone, email: IncomingEmail, phrases: Phrases) -> None:
    name = greeted_name(letter.greeting)
    first, full = sender_name(email)
    if name and name not in {first, full}:
        first = full = name
    if letter.greeting:
        letter.greeting = greeting(tone, first, full, phrases)
    letter.closing = phrases.closings[tone] if letter.closing else ""
    if tone == "formal":
        letter.body = spell_out(_without(letter.body, phrases.warm)).replace("!", ".")
    elif phrases.warm not in letter.body:
        letter.add(phrases.warm, first=True)


def spell_out(text: str) -> str:
    """The text without contractions."""
    for long, short in _CONTRACTIONS:
        text = re.sub(rf"\b{short.replace(chr(39), '[' + chr(39) + '’]')}\b", long, text)
    return text


def _without(text: str, sentence: str) -> str:
    return re.sub(rf"{re.escape(sentence)}[ \t]*", "", text).strip()
