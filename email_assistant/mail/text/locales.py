"""What languages say around a message: a file for each in `languages/`, and what all share in `shared.toml`.

A new language is a new file, named by its ISO 639-1 code. Every key may be left out:

- `from_`, `date`, `to`, `cc`, `subject`, `reply_to`, `other`: the labels of pasted header lines.
- `forwarded`, `original`: the heading above a forwarded or an answered message, without its dashes.
- `on`, `wrote`: the word that an attribution begins with, and its verb. `quoting`: what it begins with if a
  program writes `Quoting Jo:` instead.
- `attribution`: what a reply writes above its quote, with the date and without.
- `answers`, `below`: how a writer says that the answers stand `below` or `in red`; `see_below`: both in one.
- `hello`, `bye`: how a message begins and ends, the most usual first. `sent_from`: how a phone signs.
- `form_text`: the labels of the text in what a form on a website sends.
- `postscript`: what a writer puts before what is added below the name.
- `common`: words that every text has, for languages whose script does not tell them.
- `months`: twelve texts, each with the names of a month, January first.
- `prompt_injection`: regular expressions for words to an AI. All that a `pattern` finds holds one of its
  `words` (case-folded, line ends read as blanks), so that most texts need not be searched.

The table `paste` has regular expressions for what a person writes beside a pasted email:

- `polite`, `order`, `tone`: how a line begins that says how to answer; `order_anywhere`: what it holds, in
  languages whose verb stands last. `footer`: what looks like it and is printed below mails.
- `answer`, `answer_anywhere`: the same of a few words that are an answer themselves, `yes, 3pm works`.
- `instructions`, `reply`, `email`: the labels `Instructions:`, `Reply:`, `Email:`, with `my` or `the` before
  them; `this`: what stands before `email` in "Decline this email:".
- `reader`: whom a mail program's window means by `to me`; `folder`: what it shows beside a subject.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

Field = Literal["from", "date", "to", "cc", "subject", "reply_to", "other"]
Column = Literal[
    "from_",
    "date",
    "to",
    "cc",
    "subject",
    "reply_to",
    "other",
    "forwarded",
    "original",
    "on",
    "wrote",
    "quoting",
    "answers",
    "below",
    "see_below",
    "hello",
    "bye",
    "sent_from",
    "form_text",
    "postscript",
]

_FOLDER = files(__package__)


def _read(file: Traversable) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


_SHARED = _read(_FOLDER / "shared.toml")
_LOCALES = {
    file.name.removesuffix(".toml"): _read(file)
    for file in sorted((_FOLDER / "languages").iterdir(), key=lambda file: file.name)
    if file.name.endswith(".toml")
}
_ALL = [_SHARED, *_LOCALES.values()]

MONTHS = [
    frozenset(" ".join(names).casefold().split())
    for names in zip(*(each["months"] for each in _ALL if "months" in each), strict=True)
]
"""The names of each month in all languages, January first, case-folded."""

INJECTIONS = [
    (tuple(each["words"]), str(each["pattern"]))
    for locale in _ALL
    for each in locale.get("prompt_injection", ())
]
"""Regular expressions for words to an AI in all languages, each with words of which its matches hold one."""


def phrases(column: Column) -> list[str]:
    """Return one column of all languages, longest first, so that an alternation finds the longest."""
    found = {phrase for locale in _ALL for phrase in locale.get(column, ())}
    return sorted(found, key=lambda phrase: (-len(phrase), phrase))


def paste_alternation(key: str) -> str:
    """Return the regular expressions of all languages under one key of the table `paste`, as alternatives."""
    found = dict.fromkeys(
        each for locale in _LOCALES.values() for each in locale.get("paste", {}).get(key, ())
    )
    return f"(?:{'|'.join(found)})"


def alternation(column: Column) -> str:
    """Return the same as a regular expression's alternatives; a space fits any white space."""
    return any_of(phrases(column))


def any_of(found: Iterable[str]) -> str:
    """Return phrases as alternatives, tried only where one can begin: there may be over a hundred."""
    each = list(found)
    initials = "".join(sorted({re.escape(phrase[0]) for phrase in each}))
    return (
        f"(?=[{initials}])(?:" + "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in each) + ")"
    )


def _labels() -> dict[str, Field]:
    """Return each label as it is spelled."""
    # A label that two fields share (`A` is To in Italian) belongs to the first of this order.
    columns: tuple[tuple[Field, list[str]], ...] = (
        ("subject", phrases("subject")),
        ("from", phrases("from_")),
        ("date", phrases("date")),
        ("to", phrases("to")),
        ("cc", phrases("cc")),
        ("reply_to", phrases("reply_to")),
        ("other", phrases("other")),
    )
    labels: dict[str, Field] = {}
    for field, names in columns:
        for name in names:
            labels.setdefault(name, field)
    return labels


LABELS = tuple(sorted(_labels(), key=lambda label: (-len(label), label)))
"""Every label as it is spelled, the longest first."""

FIELD_OF_LABEL: dict[str, Field] = {}
for _label, _field in _labels().items():
    FIELD_OF_LABEL.setdefault(_label.casefold(), _field)
"""The header field that a label (case-folded, without its colon) stands for in any language."""

ATTRIBUTIONS = {
    code: (str(locale["attribution"][0]), str(locale["attribution"][1]))
    for code, locale in _LOCALES.items()
    if "attribution" in locale
}
"""The line above a quote in each language as a format of `name` and `date`, and of `name` alone."""

COMMON_WORDS = {code: frozenset(locale["common"]) for code, locale in _LOCALES.items() if "common" in locale}
"""Words that every text of a language has, where its script alone does not tell it."""


@cache
def courtesies(code: str) -> re.Pattern[str]:
    """Return how a message in a language begins and ends, as a regular expression for whole words."""
    locale = _LOCALES[code]
    found = sorted({*locale["hello"], *locale["bye"]}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, found))})(?!\w)", re.IGNORECASE)


def hello_and_bye(code: str) -> tuple[str, str] | None:
    """Return how a message in a language begins and ends, most usual first; None for an unknown language."""
    locale = _LOCALES.get(code)
    if not locale:
        return None
    hello, bye = locale["hello"][0], locale["bye"][0]
    return hello[0].upper() + hello[1:], bye[0].upper() + bye[1:]
