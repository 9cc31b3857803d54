"""How a text shall read: recognise the wish, and change a letter accordingly."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from email_assistant.mail import IncomingEmail
from email_assistant.proofreading.letter import Letter, greeted_name
from email_assistant.proofreading.people import sender_name
from email_assistant.proofreading.words import Tone
from email_assistant.writing.offline.phrases import Phrases
from email_assistant.writing.offline.requests import requests

Style = Literal["shorter", "longer", "formal", "friendly", "calm"]

_MAX_WISH = 120
_OPPOSITE: dict[Style, Style] = {
    "shorter": "longer",
    "longer": "shorter",
    "formal": "friendly",
    "friendly": "formal",
    "calm": "friendly",
}
_NOT = (
    r"(?:(too |less |not (?:so |too |that |as )?|(?:do not|don['’]t|does not|doesn['’]t|is not|isn['’]t) "
    r"(?:be |sound |feel )?(?:so |too |that |as )?)(?!(?:\w+ ){1,2}enough\b))?"
)
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

_LOUD_WORD = re.compile(
    r"(?<![.!?] )(?<=\s)\b(?:NOT|NEVER|VERY|ALL|NO|MUST|NICHT|NIE|SEHR|PAS|JAMAIS|MAI|NUNCA)\b"
)
_INTENSE = re.compile(
    r"(?<!\bnot )(?<!n't )(?<!n’t )\b(?:very|really|extremely|absolutely|totally|incredibly|utterly"
    r"|wirklich|äußerst|absolut|total|extrem|unglaublich|vraiment|extrêmement|absolument|totalement"
    r"|realmente|absolutamente|totalmente|sumamente|davvero|veramente|assolutamente|estremamente"
    r"|verdadeiramente|echt|ontzettend|absoluut|enorm|naprawdę|absolutnie|niesamowicie|verkligen|otroligt"
    r"|extremt) "
    r"(?=\w)(?!much\b)",
    re.IGNORECASE,
)


def styles_of(text: str, languages: tuple[str, ...], *, of_draft: bool = False) -> list[Style]:
    """Return the styles that `text` asks for in one of the languages, where it asks for nothing else.

    Words `of_draft` are read more freely: "cold" may be the weather in notes, and is a tone in feedback.
    """
    if len(text) > _MAX_WISH:
        return []
    pattern, styles, beside = _wishes(languages, of_draft)
    text = text.lower().replace("’", "'")
    found = [_OPPOSITE[styles[wish[2]]] if wish[1] else styles[wish[2]] for wish in pattern.finditer(text)]
    rest = set(re.findall(r"\w+(?:[-']\w+)*", pattern.sub(" ", text)))
    return list(dict.fromkeys(found)) if rest <= beside else []


@cache
def _wishes(
    languages: tuple[str, ...], of_draft: bool
) -> tuple[re.Pattern[str], dict[str, Style], frozenset[str]]:
    """Return what asks for a style, the style of each phrase, and the words that add nothing to it."""
    known = [requests()[code] for code in languages if code in requests()]
    styles: dict[str, Style] = {}
    for style in _OPPOSITE:
        for each in known:
            for phrase in (*getattr(each, style, ()), *(getattr(each.draft, style) if of_draft else ())):
                styles.setdefault(phrase, style)
    longest_first = sorted(styles, key=len, reverse=True)
    apart = "|".join(re.escape(phrase) for phrase in longest_first if phrase[0] < _CJK)
    joined = "|".join(re.escape(phrase) for phrase in longest_first if phrase[0] >= _CJK)
    either = rf"(?<!\w)(?:{apart})(?!\w)" + (f"|{joined}" if joined else "")
    pattern = rf"(?:(?<!\w){_NOT}(?=(?:{apart})(?!\w)))?({either})"
    beside = [each.beside | each.draft.beside if of_draft else each.beside for each in known]
    return re.compile(pattern), styles, frozenset().union(*beside)


def greeting(tone: Tone, first: str, full: str, phrases: Phrases) -> str:
    """Return the line that greets this person, or anybody."""
    named, nameless = phrases.greetings[tone]
    if not (first or full):
        return nameless
    family = (full or first).split()[0] if phrases.code == "ja" else (full or first).split()[-1]
    return named.format(name=first or full, full=full or first, family=family)


def restyle(letter: Letter, style: Style, email: IncomingEmail, phrases: Phrases) -> None:
    """Change `letter` as `style` says; `shortening` makes one shorter."""
    match style:
        case "longer":
            _lengthen(letter, phrases)
        case "formal" | "friendly":
            _set_tone(letter, style, email, phrases)
        case "calm":
            _calm(letter)


def _calm(letter: Letter) -> None:
    """Take out what is loud."""
    body = re.sub(r"[!！]+(?=[\s\"”»)]|$)", lambda mark: "。" if mark[0][0] == "！" else ".", letter.body)
    body = _LOUD_WORD.sub(lambda word: word[0].lower(), body.replace("¡", ""))
    letter.body = _INTENSE.sub("", body)


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
    """Return the text without contractions."""
    for long, short in _CONTRACTIONS:
        text = re.sub(rf"\b{short.replace(chr(39), '[' + chr(39) + '’]')}\b", long, text)
    return text


def contract(text: str) -> str:
    """Return the text with contractions."""
    for long, short in _CONTRACTIONS:
        text = re.sub(rf"\b{long}\b", short, text)
    return text


def _without(text: str, sentence: str) -> str:
    return re.sub(rf"{re.escape(sentence)}[ \t]*", "", text).strip()
