"""How a text shall read: recognise the wish, and change a letter accordingly."""

from __future__ import annotations

import re
from typing import Literal

from email_assistant.mail import IncomingEmail
from email_assistant.proofreading.letter import Letter, greeted_name
from email_assistant.proofreading.people import sender_name
from email_assistant.proofreading.words import Tone
from email_assistant.writing.offline.phrases import Phrases, any_of, languages

Style = Literal["shorter", "longer", "formal", "friendly"]

_LONGEST_WISH = 100
_OPPOSITE: dict[Style, Style] = {
    "shorter": "longer",
    "longer": "shorter",
    "formal": "friendly",
    "friendly": "formal",
}
# Words that a wish for a style may have beside the style; with any other it is something else.
_BESIDE = frozenset(
    re.findall(
        r"\w+",
        "a an and as be bit but can could draft email even in it keep language less little mail "
        "make message more much not or please possible reply should slightly so sound still style "
        "text that the this to tone too use very way wording would write you "
        "bitte das den die es etwas mach mache noch und et la le peu plus rendre rends un une hazlo "
        "lo mas más poco y e il più rendi rendilo faça mais o pouco torne de een en het iets maak "
        "wat",
    )
)
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


def styles_of(text: str, phrases: Phrases) -> list[Style]:
    """The styles that `text` asks for, where it asks for nothing else."""
    if len(text) > _LONGEST_WISH:
        return []
    found: list[Style] = []
    rest = text.lower()
    for known in (phrases, languages()["en"]):
        for style, opposite in _OPPOSITE.items():
            words = any_of(getattr(known, style))
            pattern = re.compile(rf"\b(too |less |not (?:so |too |that |as )?)?{words}\b")
            for wish in pattern.finditer(rest):
                found.append(opposite if wish[1] else style)
            rest = pattern.sub(" ", rest)
    return list(dict.fromkeys(found)) if set(re.findall(r"\w+", rest)) <= _BESIDE else []


def greeting(tone: Tone, first: str, full: str, phrases: Phrases) -> str:
    """The line that greets this person, or anybody."""
    named, nameless = phrases.greetings[tone]
    return named.format(name=first or full, full=full or first) if first or full else nameless


def restyle(letter: Letter, style: Style, email: IncomingEmail, phrases: Phrases) -> None:
    """Change `letter` as `style` says; what the user wanted to say stays, as long as that is possible."""
    if style == "shorter":
        _shorten(letter, phrases)
    elif style == "longer":
        _lengthen(letter, phrases)
    else:
        _set_tone(letter, style, email, phrases)


def _shorten(letter: Letter, phrases: Phrases) -> None:
    before = letter.body
    for filler in phrases.fillers:
        letter.body = _without(letter.body, filler)
    if letter.body.strip() and letter.body != before:
        return
    letter.body = before
    for long, short in _CONTRACTIONS:
        letter.body = re.sub(rf"\b{long}\b", short, letter.body)
    sentences = letter.sentences
    if letter.body == before and len(sentences) > 1:
        letter.body = "".join(sentences[:-1]).rstrip()


def _lengthen(letter: Letter, phrases: Phrases) -> None:
    before = letter.body
    if phrases.thanks not in before:
        letter.add(phrases.thanks, first=True)
    for filler in phrases.more:
        if filler not in before:
            letter.add(filler)
            break
    if letter.body == before:
        letter.body = _spell_out(letter.body)


def _set_tone(letter: Letter, tone: Tone, email: IncomingEmail, phrases: Phrases) -> None:
    name = greeted_name(letter.greeting)
    first, full = sender_name(email)
    if name and name not in {first, full}:
        first = full = name
    if letter.greeting:
        letter.greeting = greeting(tone, first, full, phrases)
    letter.closing = phrases.closings[tone] if letter.closing else ""
    if tone == "formal":
        letter.body = _spell_out(_without(letter.body, phrases.warm)).replace("!", ".")
    elif phrases.warm not in letter.body:
        letter.add(phrases.warm, first=True)


def _spell_out(text: str) -> str:
    for long, short in _CONTRACTIONS:
        text = re.sub(rf"\b{short.replace(chr(39), '[' + chr(39) + '’]')}\b", long, text)
    return text


def _without(text: str, sentence: str) -> str:
    return re.sub(rf"{re.escape(sentence)}[ \t]*", "", text).strip()
