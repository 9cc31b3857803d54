"""The words of facts in each language, and their replacement by single characters that patterns can match."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import product

from pydantic import BaseModel

from email_assistant.mail.text.locales import COMMON_WORDS
from email_assistant.normalization import normalize

# Private-use characters: one class each. A word becomes its class's character and FILL for the rest of its
# length, so that places in the text stay what they are.
WEEKDAY, WEEKDAY_SHORT = 0xE000, 0xE008
MONTH, MONTH_SHORT = 0xE010, 0xE020
AT, CLOCK, HOURS, HALF, NOON, MIDNIGHT = (chr(0xE030 + n) for n in range(6))
TOMORROW, AFTER_TOMORROW, TODAY, PERCENT, PAIR = (chr(0xE038 + n) for n in range(5))
NUMBER = 0xE100
FILL = "\ue0ff"

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+){0,2}")
_PART = re.compile(r"[^\W\d_]+")


class Words(BaseModel):
    """One language's; `facts.toml` says what each field is for."""

    other_words: list[str]
    weekdays: list[str]
    weekdays_short: list[str]
    day_parts: list[str] = []
    months: list[str]
    months_short: list[str]
    numbers: list[str]
    tens: list[str]
    joined: str
    more: dict[str, int]
    pairs: list[str]
    at: list[str]
    clock: list[str]
    hours: list[str]
    half: list[str]
    noon: list[str]
    midnight: list[str]
    tomorrow: list[str]
    not_tomorrow: list[str]
    after_tomorrow: list[str]
    today: list[str]
    percent: list[str]


@cache
def words() -> dict[str, Words]:
    """Return the tables by ISO 639-1 code."""
    table = tomllib.loads(files(__package__).joinpath("facts.toml").read_text(encoding="utf-8"))
    return {code: Words.model_validate(each) for code, each in table.items()}


LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
"""Those whose words are known."""


def fold(text: str) -> str:
    """Return `text` in small letters without accents, each character in its place."""
    text = text.translate(_accents())
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text.translate({0x130: "i"}).lower()


@cache
def _accents() -> dict[int, str]:
    return {
        code: letters[0]
        for code in range(0xC0, 0x250)
        if len(letters := normalize("NFD", chr(code))) > 1 and letters[0].isascii()
    } | {0x2019: "'"}


def lex(folded: str, languages: tuple[str, ...], *, shared: bool = False) -> str:
    """Return `folded` with the words of facts as characters of their class.

    Where two languages share a word, the
    first of them has it, and none of the others gets a usual word of the first, but if `shared`."""
    known = _lexicon(languages, shared)

    def part(found: re.Match[str]) -> str:
        word = found[0]
        return known[word] + FILL * (len(word) - 1) if word in known else word

    def whole(found: re.Match[str]) -> str:
        word = found[0]
        if word in known:
            return known[word] + FILL * (len(word) - 1)
        return _PART.sub(part, word) if "-" in word else word

    return _WORD.sub(whole, folded)


def says_pair(folded_words: Iterable[str], languages: tuple[str, ...]) -> bool:
    """Return whether one of the words is "both" in one of the languages."""
    known = _lexicon(languages, False)
    return any(known.get(word) == PAIR for word in folded_words)


def lex_numbers(folded: str, languages: tuple[str, ...]) -> str:
    """Return the same of the words of numbers alone."""
    kept: list[str] = []
    in_number = False
    for sign, written in zip(lex(folded, languages, shared=True), folded, strict=True):
        in_number = NUMBER <= ord(sign) <= NUMBER + 100 or (sign == FILL and in_number)
        kept.append(sign if in_number else written)
    return "".join(kept)


@cache
def _lexicon(languages: tuple[str, ...], shared: bool) -> dict[str, str]:
    known: dict[str, str] = {}
    first = languages[0]
    own = {fold(word) for word in COMMON_WORDS.get(first, ())} | {*words()[first].other_words}

    def learn(word: str, character: str) -> None:
        for each in word.split():
            if shared or language == first or each not in own:
                known.setdefault(each, character)

    for language in languages:
        table = words()[language]
        for base, names in (
            (WEEKDAY, table.weekdays),
            (MONTH, table.months),
            (WEEKDAY_SHORT, table.weekdays_short),
            (MONTH_SHORT, table.months_short),
        ):
            for index, name in enumerate(names):
                learn(name, chr(base + index))
                if base == WEEKDAY and language == "en":
                    learn(f"{name}s", chr(base + index))
                if base == WEEKDAY:
                    learn(" ".join(map("".join, product(name.split(), table.day_parts))), chr(base + index))
        for value, name in _numbers(table):
            learn(name, chr(NUMBER + value))
        for names, character in (
            (table.at, AT),
            (table.clock, CLOCK),
            (table.hours, HOURS),
            (table.half, HALF),
            (table.noon, NOON),
            (table.midnight, MIDNIGHT),
            (table.tomorrow, TOMORROW),
            (table.after_tomorrow, AFTER_TOMORROW),
            (table.today, TODAY),
            (table.percent, PERCENT),
            (table.pairs, PAIR),
        ):
            for name in names:
                learn(name, character)
    return known


def _numbers(table: Words) -> list[tuple[int, str]]:
    plain = [(value, name) for value, name in enumerate(table.numbers) if value > 1]
    plain += [(20 + 10 * index, name) for index, name in enumerate(table.tens)]
    plain += [(value, name) for name, value in table.more.items()]
    if table.joined:
        first_units = [*table.numbers[:10]]
        first_units[1] = {"{unit}und{ten}": "ein", "{unit}en{ten}": "een"}.get(table.joined, "one")
        plain += [
            (20 + 10 * index + unit, table.joined.format(ten=ten, unit=first_units[unit]))
            for index, ten in enumerate(table.tens)
            for unit in range(1, 10)
        ]
    return plain
