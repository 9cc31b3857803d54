"""A letter and its parts: greeting, sentences, closing, signature; read from a draft and written back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from email_assistant.writing.offline.phrases import Phrases, Tone, any_of, languages

_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|Nr|No|vs|ca|approx|etc|bzw|Sr|Sra|Dott|e\.g|i\.e|z\.B|p\.ex)|\b[^\W\d_]|\b\d{1,2})\.$"
)
_BOUNDARY = re.compile(r"(?<=[.!?…])[\"”’»)\]]?[ \t]+(?=[^\s\W]|[\"“‘«(\[¿¡])|(?<=[。！？])|\n+")
_GREETING_WORDS = 6
_CLOSING_WORDS = 5


def split_sentences(text: str) -> list[str]:
    """The sentences of `text`, each with the space behind it: joined they are `text`."""
    parts, start = [], 0
    for gap in _BOUNDARY.finditer(text):
        before = text[max(start, gap.start() - 12) : gap.start()]
        if "\n" not in gap[0] and _ABBREVIATION.search(before):
            continue
        parts.append(text[start : gap.end()])
        start = gap.end()
    return [part for part in (*parts, text[start:]) if part]


@dataclass
class Letter:
    """A reply's body; every part may be empty."""

    greeting: str
    text: str
    closing: str
    signature: str = ""

    def __str__(self) -> str:
        end = "\n".join(filter(None, (self.closing, self.signature)))
        return "\n\n".join(filter(None, (self.greeting, self.text.strip(), end)))

    @property
    def sentences(self) -> list[str]:
        """The sentences between greeting and closing, with the space behind each."""
        return split_sentences(self.text)

    def replace(self, old: str, new: str) -> bool:
        """Put `new` in place of the words `old` wherever they stand; False where they do not."""
        place = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)", re.IGNORECASE)
        for part in ("text", "greeting", "closing", "signature"):
            replaced, count = place.subn(lambda _: new, getattr(self, part))
            if count:
                setattr(self, part, replaced)
                return True
        return False

    def add(self, sentence: str, *, first: bool = False) -> None:
        """Put a sentence at the end of the text, or at its beginning."""
        text = self.text.strip()
        # A list or a paragraph of its own stays one.
        gap = "\n" if re.search(r"(?:^|\n)[-*•] .*$", text) else " "
        pair = (sentence, text) if first else (text, sentence)
        self.text = gap.join(filter(None, pair))


def read_letter(draft: str) -> Letter:
    """Find the parts of a draft, whoever wrote it."""
    lines = draft.strip().split("\n")
    greeting = lines.pop(0).strip() if is_greeting(lines[0]) and len(lines) > 1 else ""
    for at in range(len(lines) - 1, max(-1, len(lines) - 8), -1):
        if is_closing(lines[at]):
            signature = "\n".join(lines[at + 1 :]).strip("\n")
            return Letter(greeting, "\n".join(lines[:at]).strip("\n"), lines[at].strip(), signature)
    return Letter(greeting, "\n".join(lines).strip("\n"), "")


def is_greeting(line: str) -> bool:
    """Whether a letter's first line greets."""
    words = line.split()
    if not 0 < len(words) <= _GREETING_WORDS or words[-1][-1] in ".?":
        return False
    return words[-1][-1] == "," or bool(_known("greetings").match(line))


def is_closing(line: str) -> bool:
    """Whether a line says good-bye."""
    words = line.split()
    if not 0 < len(words) <= _CLOSING_WORDS or words[-1][-1] in ".?:":
        return False
    return bool(_known("closings").match(line))


def greeted_name(greeting: str) -> str:
    """Whom a greeting names, or ""."""
    known = _known("greetings").match(greeting)
    return greeting[known.end() if known else 0 :].strip(" ,:!.")


def unquoted(text: str) -> str:
    """`text` without the quotation marks around it."""
    quoted = re.fullmatch(r"\s*[\"'“„‘’«](.+)[\"'“”‘’»]\s*", text, re.DOTALL)
    return quoted[1] if quoted else text.strip()


def tone_of(text: str, phrases: Phrases) -> Tone:
    """The tone that the first words of a mail set."""
    start = text.lstrip()[:60].lower()
    if start.startswith(tuple(phrases.formal_greetings)):
        return "formal"
    return "friendly" if re.match(r"(?:hi|hey|hallo|hoi|hola|ciao|salut|oi|olá)\b", start) else "neutral"


@cache
def _known(kind: Literal["greetings", "closings"]) -> re.Pattern[str]:
    """What begins a letter's first line, or its last, in any language."""
    words: set[str] = set()
    for phrases in languages().values():
        words.update(phrases.known_greetings if kind == "greetings" else phrases.known_closings)
        words.update(phrases.closings.values() if kind == "closings" else ())
    return re.compile(rf"\s*{any_of(list(words))}\b(?:/a|\(a\))?[\s,]*", re.IGNORECASE)
