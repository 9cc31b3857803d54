"""The sentences of this product in the language of whoever reads them.

English is written in the code and is the key. `de.po` and its like hold the other languages; any editor for
gettext's catalogues opens them, and `make messages` brings them up to date.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from string import Formatter
from typing import TypeVar

ENGLISH = "en"
LANGUAGES = (ENGLISH, "ar", "de", "es", "fr", "it", "ja", "nl", "pl", "pt", "zh")
RIGHT_TO_LEFT = frozenset({"ar"})

MAX_HEADER = 200
"""Characters of an `Accept-Language` that are looked at."""
MAX_SENTENCE = 2000
"""Characters of a text that may be one of our sentences."""
MIN_FIXED = 10
"""Letters that a sentence must have beside its places to be known by them: fewer would fit anything."""
MIN_FIXED_OF_PART = 5
MAX_SENTENCES = 5
"""Sentences of ours that one text may consist of."""
MAX_GAPS = 20
"""Ends of sentences in a text at which it may be parted."""

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?", re.IGNORECASE)

_current: ContextVar[str] = ContextVar("language", default=ENGLISH)

Sentences = TypeVar("Sentences", str, Mapping[str, str], tuple[str, ...])


def set_language(language: str) -> None:
    """Choose one of `LANGUAGES` for the running task and those that it starts; English for any other."""
    _current.set(language if language in LANGUAGES else ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language for a while."""
    before = _current.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _current.reset(before)


def current_language() -> str:
    """Return the language that is spoken now (ISO 639-1)."""
    return _current.get()


def direction() -> str:
    """Return where the lines of the current language run, as HTML's `dir` has it."""
    return "rtl" if current_language() in RIGHT_TO_LEFT else "ltr"


def negotiate(preferred: Iterable[str]) -> str:
    """Return the first of `preferred` that is supported, such as `de-AT`; English if there is none."""
    return next((tag for tag in preferred if _language(tag) in LANGUAGES), ENGLISH)


def accepted(header: str) -> str:
    """Return the language for an `Accept-Language`."""
    return _language(accepted_tag(header))


def accepted_tag(header: str) -> str:
    """Return the same with its region, by which dates are written: `de-AT` (RFC 9110 section 12.5.4)."""
    weighed: list[tuple[float, str]] = []
    for choice in header[:MAX_HEADER].split(","):
        tag, _, weight = choice.partition(";")
        try:
            weighed.append((float(weight.strip().removeprefix("q=") or 1), tag))
        except ValueError:
            continue
    ordered = sorted(weighed, key=lambda each: -each[0])
    tag = negotiate(tag.strip() for weight, tag in ordered if weight > 0)
    return tag if _TAG.fullmatch(tag) else _language(tag)


def _language(tag: str) -> str:
    return re.split("[-_.@]", tag.lower())[0]


def terminals() -> str:
    """Return the language that the environment asks for, in gettext's order."""
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "C")
    if locale.split(".")[0] in ("C", "POSIX"):
        return ENGLISH
    return _language(negotiate([*os.environ.get("LANGUAGE", "").split(":"), locale]))


def translated(sentences: Sentences) -> Sentences:
    """Return a sentence in the current language, or a table or a row of them."""
    if (language := current_language()) == ENGLISH:
        return sentences
    messages = _catalog(language).messages
    if isinstance(sentences, str):
        return messages.get(sentences, sentences)
    if isinstance(sentences, tuple):
        return tuple(messages.get(each, each) for each in sentences)
    return {name: messages.get(each, each) for name, each in sentences.items()}


def in_language(language: str, sentence: str) -> str:
    """Return a sentence in a language that may be another than the current one."""
    with speaking(language):
        return translated(sentence)


def retold(text: str) -> str:
    """Return what was said in English, perhaps long ago, in the current language.

    An error and what is stored of a conversation is English with names and numbers filled in. It is known by
    its pattern; what is no sentence of ours, such as a person's own words, stays as it is.
    """
    if current_language() == ENGLISH or not text or len(text) > MAX_SENTENCE:
        return text
    return _catalog(current_language()).retold(text) or text


@dataclass(frozen=True)
class Pattern:
    """A sentence with places to fill in."""

    literals: tuple[str, ...]
    names: tuple[str, ...]
    told: str

    @classmethod
    def of(cls, english: str, told: str) -> Pattern | None:
        """Return the pattern of a sentence.

        It is None if the sentence has no places, or is filled in here and nowhere else.
        """
        literals, names = [""], []
        for literal, name, specification, conversion in Formatter().parse(english):
            literals[-1] += literal
            if specification or conversion:
                return None
            if name is not None:
                names.append(name)
                literals.append("")
        return cls(tuple(literals), tuple(names), told) if names else None

    @property
    def fixed(self) -> int:
        """Letters beside the places."""
        return sum(map(str.isalpha, "".join(self.literals)))

    def values(self, text: str) -> list[str] | None:
        """Return what fills the places in `text`; None if it is another sentence. It takes linear time."""
        first, *between, last = self.literals
        at, end = len(first), len(text) - len(last)
        if at > end or not text.startswith(first) or not text.endswith(last):
            return None
        values = []
        for literal in between:
            found = text.find(literal, at, end)
            if found < 0:
                return None
            values.append(text[at:found])
            at = found + len(literal)
        return [*values, text[at:end]]


class Catalog:
    """The sentences of a language.

    Args:
        messages: by the English ones.
        parts: what is filled into others, such as the names of languages, by the English ones.
    """

    def __init__(self, messages: dict[str, str], parts: dict[str, str]) -> None:
        self.messages, self._parts = messages, parts
        self._patterns = _patterns(messages, MIN_FIXED)
        self._part_patterns = _patterns(parts, MIN_FIXED_OF_PART)

    def retold(self, text: str, sentences: int = MAX_SENTENCES) -> str | None:
        """Return the translation of `text`, which may consist of several sentences.

        It is None if one of them is not ours.
        """
        if (told := self.messages.get(text)) is not None:
            return told
        if sentences:
            for gap in islice(_GAP.finditer(text), MAX_GAPS):
                first = self._one(text[: gap.start()], sentences - 1)
                if first and (rest := self.retold(text[gap.end() :], sentences - 1)):
                    return f"{first}{gap[0]}{rest}"
        return self._filled(text, sentences)

    def _one(self, text: str, sentences: int) -> str | None:
        return self.messages.get(text) or self._filled(text, sentences)

    def _filled(self, text: str, sentences: int) -> str | None:
        for pattern in self._patterns:
            if (values := pattern.values(text)) is not None:
                told = (self._part(value, sentences) for value in values)
                return pattern.told.format_map(dict(zip(pattern.names, told, strict=True)))
        return None

    def _part(self, value: str, sentences: int) -> str:
        """Return what fills a place: words of ours, a sentence of ours, or anything else as it is."""
        if value in self._parts:
            return self._parts[value]
        for pattern in self._part_patterns:
            if (values := pattern.values(value)) is not None:
                return pattern.told.format_map(dict(zip(pattern.names, values, strict=True)))
        is_sentence = sentences and value.endswith((".", "!", "?"))
        return (self.retold(value, sentences - 1) if is_sentence else None) or value


def _patterns(sentences: Mapping[str, str], fixed: int) -> list[Pattern]:
    """Return those with places, the most telling first."""
    patterns = (Pattern.of(english, told) for english, told in sentences.items())
    return sorted((each for each in patterns if each and each.fixed >= fixed), key=lambda each: -each.fixed)


_GAP = re.compile(r"(?<=[.?!])\s+")
_ENTRY = re.compile(
    r'^(?:msgctxt (?P<context>".*")\n)?msgid (?P<id>".*"(?:\n".*")*)\nmsgstr (?P<told>".*"(?:\n".*")*)$',
    re.MULTILINE,
)


@cache
def _catalog(language: str) -> Catalog:
    """Return the catalogue of a language. Babel would take longer to read it than most commands run."""
    source = files(__package__).joinpath(f"{language}.po").read_text(encoding="utf-8")
    tables: dict[bool, dict[str, str]] = {False: {}, True: {}}
    for entry in _ENTRY.finditer(source):
        english, told = _unquoted(entry["id"]), _unquoted(entry["told"])
        if english and told:
            tables[bool(entry["context"])][english] = told
    return Catalog(tables[False], tables[True])


def _unquoted(lines: str) -> str:
    """Return a text of a catalogue, whose escapes are among JSON's."""
    return "".join(map(json.loads, lines.split("\n")))
