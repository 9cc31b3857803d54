"""The names in a text: what is capitalised within a sentence, where a language writes only names so."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from email_assistant.proofreading.letter import split_sentences
from email_assistant.proofreading.lexicon import LANGUAGES, fold, lex

MAX_NAMES = 50

_NAME = re.compile(
    r"[^\W\d_a-zß-ÿ][^\W\d_]+(?:[-'’][^\W\d_]+)*(?: [^\W\d_a-zß-ÿ][^\W\d_]+(?:[-'’][^\W\d_]+)*){0,3}"
)
_TITLED = re.compile(
    r"\b(?:(?:Herrn?|Frau|Dr\.|Prof\.|Mag\.|Dipl\.-\w{2,5}\.) ){1,4}"
    r"(?P<name>[A-ZÄÖÜ][^\W\d_]+(?:[ -][A-ZÄÖÜ][^\W\d_]+)?)"
)
_OPENS = re.compile(r"(?:^|[:.!?…\n\"“„«(\[¿¡–—*•-])\s*(?:[-*•]\s*)?$")
_TITLE = re.compile(r"(?:Dr|Mrs?|Ms|Prof|Sra?|Mme|Dott|Sig|Dhr|Mevr)\.?\s$")
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        "mr mrs ms dr prof sir madam dear ok english german french spanish italian portuguese dutch "
        "christmas easter internet monsieur madame messieurs senor senora sr sra signor signora "
        "dott vous sie ihnen ihr lei suo sua loro regards please thanks thank you god day team pt "
        "est cet gmt utc zoom teams word excel email mail ",
    )
)
_MAX_ACRONYM = 5


class Name(NamedTuple):
    """A name as it is written, and where."""

    written: str
    start: int
    end: int

    @property
    def parts(self) -> list[str]:
        """Its words, folded."""
        return [part for part in re.findall(r"[^\W\d_]+", fold(self.written)) if len(part) > 1]


def names_in(text: str, language: str) -> list[Name]:
    """Return the names of `text`; in German, which writes all nouns so, only those behind a title."""
    if language == "de":
        return [Name(found["name"], *found.span("name")) for found in _TITLED.finditer(text)][:MAX_NAMES]
    if language not in LANGUAGES:
        return []
    names: list[Name] = []
    at = 0
    for sentence in split_sentences(text):
        for found in _NAME.finditer(sentence):
            before = sentence[max(0, found.start() - 6) : found.start()]
            if _TITLE.search(before) or not _OPENS.search(before):
                names += _cleaned(found[0], at + found.start(), language)
        at += len(sentence)
        if len(names) > MAX_NAMES:
            break
    return names[:MAX_NAMES]


def _cleaned(written: str, start: int, language: str) -> list[Name]:
    """Return the name without what only looks like one at its sides."""
    words = [(found.start(), found[0]) for found in re.finditer(r"\S+", written)]
    while words and _is_no_name(words[0][1], language):
        words.pop(0)
    while words and _is_no_name(words[-1][1], language):
        words.pop()
    if not words:
        return []
    first, last = words[0][0], words[-1][0] + len(words[-1][1])
    name = re.sub(r"['’]s$", "", written[first:last])
    return [Name(name, start + first, start + first + len(name))]


@cache
def _lone(language: str) -> tuple[str, ...]:
    return (language, *(code for code in LANGUAGES if code != language))


def _is_no_name(word: str, language: str) -> bool:
    folded = fold(word)
    if re.sub(r"['’].*", "", folded) in _NO_NAMES or folded.startswith(("i'", "i’")):
        return True
    return (word.isupper() and len(word) <= _MAX_ACRONYM) or lex(folded, _lone(language)) != folded
