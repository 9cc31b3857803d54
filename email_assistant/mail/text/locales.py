"""The phrases around a message in each language, read from `locales.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Literal

Field = Literal["from", "date", "to", "cc", "subject", "reply_to", "other"]
Column = Literal[
    "from_",
    "date",
    "to",
    "cc",
    "subject",
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
]

_TABLE: dict[str, dict[str, list[str]]] = tomllib.loads(
    files(__package__).joinpath("locales.toml").read_text(encoding="utf-8")
)
_FIELDS = _TABLE.pop("fields")

MONTHS = [frozenset(names.casefold().split()) for names in _TABLE.pop("months")["names"]]
"""The names of each month in all languages, January first, case-folded."""


def phrases(column: Column) -> list[str]:
    """What all languages have in one column, the longest first, so that an alternation finds the longest."""
    found = {phrase for locale in _TABLE.values() for phrase in locale.get(column, ())}
    return sorted(found, key=lambda phrase: (-len(phrase), phrase))


def alternation(column: Column) -> str:
    """The same as a regular expression's alternatives; a space fits any white space."""
    return any_of(phrases(column))


def any_of(found: Iterable[str]) -> str:
    """Phrases as alternatives, tried only where one can begin: some columns have more than a hundred."""
    each = list(found)
    initials = "".join(sorted({re.escape(phrase[0]) for phrase in each}))
    return (
        f"(?=[{initials}])(?:" + "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in each) + ")"
    )


def _labels() -> dict[str, Field]:
    """Each label as it is spelled."""
    # A label that two fields share (`A` is To in Italian) belongs to the first of this order.
    columns: tuple[tuple[Field, list[str]], ...] = (
        ("subject", phrases("subject")),
        ("from", phrases("from_")),
        ("date", phrases("date")),
        ("to", phrases("to")),
        ("cc", phrases("cc")),
        ("reply_to", _FIELDS["reply_to"]),
        ("other", _FIELDS["other"]),
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
    code: (locale["attribution"][0], locale["attribution"][1])
    for code, locale in _TABLE.items()
    if "attribution" in locale
}
"""The line above a quote in each language as a format of `name` and `date`, and of `name` alone."""

COMMON_WORDS = {code: frozenset(locale["common"]) for code, locale in _TABLE.items() if "common" in locale}
"""Words that every text of a language has, where its script alone does not tell it."""


def hello_and_bye(code: str) -> tuple[str, str] | None:
    """How a message in a language begins and ends, most usual first; None for an unknown language."""
    locale = _TABLE.get(code)
    if not locale:
        return None
    hello, bye = locale["hello"][0], locale["bye"][0]
    return hello[0].upper() + hello[1:], bye[0].upper() + bye[1:]
