"""The facts in a text, in whatever writing: details, dates, times, numbers, percentages, references."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from email_assistant.proofreading.details import Kind as DetailKind
from email_assistant.proofreading.details import details, number_value, plain
from email_assistant.proofreading.lexicon import (
    AFTER_TOMORROW,
    AT,
    CLOCK,
    FILL,
    HALF,
    HOURS,
    LANGUAGES,
    MIDNIGHT,
    MONTH,
    MONTH_SHORT,
    NOON,
    NUMBER,
    PERCENT,
    TOMORROW,
    WEEKDAY,
    WEEKDAY_SHORT,
    fold,
    lex,
    words,
)
from email_assistant.proofreading.remembering import remembered

Kind = (
    DetailKind | Literal["date", "weekday", "tomorrow", "month", "time", "percentage", "reference", "number"]
)

Meaning = frozenset[tuple[int, ...]] | str
"""What is the same in two writings: a detail's form, or the readings of a date (day, month, year; 0 where it
is not said) or of a time (minutes of the day)."""

_BLANK = "\u2400"
_PART_OF_DAY = 12 * 60


@dataclass(frozen=True)
class Fact:
    """A fact as it is written, where, and what it means."""

    kind: Kind
    written: str
    start: int
    """In the text as `details.plain` spells it."""
    end: int
    meaning: Meaning
    spelt: bool = False
    """A number that is a word."""


def _class(first: int, last: int) -> str:
    return f"(?:[{chr(first)}-{chr(last)}]{FILL}*)"


_SPELT = _class(NUMBER, NUMBER + 100)
_TENS = f"[{chr(NUMBER + 20)}-{chr(NUMBER + 90)}]{FILL}*"
_UNIT = f"[{chr(NUMBER + 1)}-{chr(NUMBER + 9)}]{FILL}*"
_SPELT_OUT = rf"(?:{_TENS}\s(?:y|e)\s{_UNIT}|{_SPELT})"
_HOUR = rf"(?:(?<!\d)\d{{1,2}}(?!\d)|{_class(NUMBER, NUMBER + 12)})"
_MONTH = rf"(?:{_class(MONTH, MONTH + 11)}|{_class(MONTH_SHORT, MONTH_SHORT + 11)}\.?)"
_FULL_MONTH = _class(MONTH, MONTH + 11)
_WEEKDAY = _class(WEEKDAY, WEEKDAY + 6)
_YEAR = r"(?:(?:,|\sde|\sdel|\sdo|\sof)?\s(?P<year>(?:19|20)\d\d)(?!\d))?"
_HALF_OF_DAY = (
    r"(?P<half>\s?[ap]\.?m\b\.?"
    r"|\s(?:in the (?:morning|afternoon|evening)|(?:am )?(?:vor|nach)mittags?|morgens"
    rf"|abends|am abend|du matin|du soir|de l'apres-{NOON}{FILL}*|de la (?:manana|tarde|noche)"
    r"|(?:da|de) (?:manha|tarde|noite)|del (?:mattino|pomeriggio)|di (?:mattina|sera)"
    r"|'s (?:ochtends|morgens|middags|avonds)))?"
)
_LATE = re.compile(r"p|afternoon|evening|nach|abend|soir|apres|tarde|noche|noite|sera|middag|avond")

_MONTH_SIGNS = frozenset(map(chr, range(MONTH, MONTH_SHORT + 12)))
_WEEKDAY_SIGNS = frozenset(map(chr, range(WEEKDAY, WEEKDAY + 7)))
_SHORT_WEEKDAY_SIGNS = frozenset(map(chr, range(WEEKDAY_SHORT, WEEKDAY_SHORT + 7)))
_DIGITS = frozenset({"0"})  # stands for all digits
_COUNTS = _DIGITS | frozenset(map(chr, range(NUMBER, NUMBER + 101)))
_SLASH = frozenset({"/"})
_NOON_SIGNS = frozenset({NOON, MIDNIGHT})
_RELATIVE_SIGNS = frozenset({TOMORROW, AFTER_TOMORROW})
_PERCENT_SIGNS = frozenset({"%", PERCENT})
_PERCENT_WORDS = ("per", "pour", "por")

# Day and month, in either order, each with the signs of which a text must have one for it. An hour or a
# minute behind a number makes it no day.
_DATES = tuple(
    (frozenset(needs), re.compile(pattern))
    for needs, pattern in (
        (
            "-/.",
            r"(?<![\d.,/-])(?P<year>(?:19|20)\d\d)([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?![\d/-])",
        ),
        (
            "-/.",
            r"(?<![\d.,/-])(?P<day>\d{1,2})([./-])\s?(?P<month>\d{1,2})\2\s?(?P<year>(?:19|20)\d\d|\d\d)(?![\d/-])",
        ),
        (".", r"(?<![\d.,/-])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?!\d)"),
        (
            _MONTH_SIGNS,
            rf"(?<![\d.,/-])(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|[\u00ba\u00aa\u00b0o](?!\w))?(?:\s(?:of|de|di|do))?\s?"
            rf"(?P<name>{_MONTH}){_YEAR}",
        ),
        (
            _MONTH_SIGNS,
            rf"(?P<name>{_MONTH})\s(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:%]|[.,]\d|\s?[ap]\.?m\b){_YEAR}",
        ),
    )
)
_SLASHED = re.compile(
    rf"(?:\b(?:on|by|for|until|till|before|after|am|zum|bis|ab|le|el|il|op|em|dia|del|do)\s|{_WEEKDAY},?\s)"
    r"(?P<day>\d{1,2})/(?P<month>\d{1,2})(?![\d/])"
)
_DAY = re.compile(
    r"(?<![\d.,/-])(?P<day>\d{1,2})(?:st|nd|rd|th)\b"
    r"|\b(?:am|zum|bis|vom|der|dem|den|ab)\s(?P<day2>\d{1,2})\.(?!\d)"
    r"|\b(?:le|el|il|dia)\s(?P<day3>\d{1,2})(?![\d%]|[.,:]\d|,?\s(?:rue|avenue|av|boulevard|bd|place|allee|chemin|quai)\b)|(?<![\d.,/-])(?P<day4>\d{1,2})(?:e|de|ste)\b"
)
_WEEKDAY_DAY = re.compile(
    rf"(?P<weekday>{_WEEKDAY}),?\s(?:(?:the|le|el|il|den|dem|de|dia)\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?"
    rf"(?![\d:h%]|[.,]\d|\s?(?:[ap]\.?m\b|h\b|{CLOCK}|o'clock))"
)
_MONTHS = re.compile(rf"(?P<name>{_FULL_MONTH})(?:\s(?:de\s|of\s)?(?P<year>(?:19|20)\d\d)(?!\d))?")
_MONTH_SAID = re.compile(
    r"\b(?:in|by|of|until|till|since|from|this|next|early|late|mid|during|before|after)[\s-]$"
)

_AT_HOUR_ENDS = rf"(?=\s*(?:[.,;:!?)\n\u2013-]|$|\w{{1,3}}\b|[\ue000-\ue0fe]))(?![.,:]\d|\s?[%{PERCENT}]|-\w)"
_HALVES = ("am", "pm", "a.m", "p.m")
_AND_A_HALF = ("et demie", "y media", "e mezza", "e meia")
_AND_A_QUARTER = ("et quart", "y cuarto", "e un quarto")
_PARTS_OF_DAY = tuple(
    re.findall(
        r"\w+",
        "morning afternoon evening mittag morgens abend matin soir apres manana tarde noche manha noite "
        "mattin pomeriggio sera ochtends middags avonds",
    )
)
# Each with what a text must have one of for it: most texts have few of these.
_TIMES = tuple(
    (needs, re.compile(pattern))
    for needs, pattern in (
        (
            ("-", "to", "bis", "a ", "tot", "till", "until", "and", "or", "und", "oder"),
            rf"(?<![\d.,:h])(?P<hour>{_HOUR})(?=\s?(?:-|to|bis|a|tot|until|till|and|or|und|oder)\s?"
            rf"(?:{_HOUR}\s?(?:[ap]\.?m\b|{CLOCK}|o'clock|h\b)|\d{{1,2}}[:h]\d\d))",
        ),
        (
            (":", "h"),
            rf"(?<![\d.,:])(?P<hour>\d{{1,2}})\s?[:h]\s?(?P<minute>\d\d)(?![\d:])(?:\s?{CLOCK}{FILL}*)?{_HALF_OF_DAY}",
        ),
        (
            (*_HALVES, CLOCK),
            rf"(?<![\d.,:])(?P<hour>\d{{1,2}})\.(?P<minute>\d\d)(?=\s?(?:[ap]\.?m\b|{CLOCK}))(?:\s?{CLOCK}{FILL}*)?{_HALF_OF_DAY}",
        ),
        ((AT,), rf"{AT}{FILL}*\s(?P<hour>\d{{1,2}})\.(?P<minute>\d\d)(?!\d|\.\d){_HALF_OF_DAY}"),
        ((" past ",), rf"(?:half|{HALF}{FILL}*) past (?P<hour>{_HOUR})(?P<plus>)"),
        (
            ("quarter past", "viertel nach", "kwart over"),
            rf"\b(?:quarter past|viertel nach|kwart over) (?P<hour>{_HOUR})(?P<quarter>)",
        ),
        (
            ("quarter to", "viertel vor", "kwart voor"),
            rf"\b(?:quarter to|viertel vor|kwart voor) (?P<hour>{_HOUR})(?P<less>)",
        ),
        ((HALF,), rf"{HALF}{FILL}*\s(?P<hour>{_HOUR})(?P<before>)"),
        (
            _AND_A_HALF,
            rf"(?P<hour>{_HOUR})\s?(?:h|{HOURS}{FILL}*)?\s(?:et demie|y media|e mezza|e meia)(?P<plus>)",
        ),
        (
            _AND_A_QUARTER,
            rf"(?P<hour>{_HOUR})\s?(?:h|{HOURS}{FILL}*)?\s(?:et quart|y cuarto|e un quarto)(?P<quarter>)",
        ),
        ((CLOCK,), rf"(?P<hour>{_HOUR})\s?{CLOCK}{FILL}*(?:\s(?P<minute>\d\d)(?!\d))?{_HALF_OF_DAY}"),
        (("o'clock",), rf"(?P<hour>{_HOUR}) ?o'clock{_HALF_OF_DAY}"),
        (_HALVES, rf"(?P<hour>{_HOUR})(?=\s?[ap]\.?m\b){_HALF_OF_DAY}"),
        (
            _PARTS_OF_DAY,
            rf"(?P<hour>{_HOUR})(?=\s(?:in|de|da|du|del|di|am|morgens|nachmittags|abends|')\b){_HALF_OF_DAY[:-1]}",
        ),
        (("h",), r"(?<![\d.,:])(?P<hour>\d{1,2})h\b"),
        (
            ("h", HOURS),
            rf"(?:\b(?:a|as)|{AT}{FILL}*)\s(?P<hour>{_HOUR})\s?(?:h\b|{HOURS}{FILL}*){_HALF_OF_DAY}",
        ),
        ((AT,), rf"{AT}{FILL}*\s(?P<hour>{_HOUR}){_AT_HOUR_ENDS}{_HALF_OF_DAY}"),
    )
)
_NOON = re.compile(rf"(?P<noon>{NOON}{FILL}*)|{MIDNIGHT}{FILL}*")
_NUMERAL = r"\d{1,3}(?:[\u0020'.,]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_CENT = _class(NUMBER + 100, NUMBER + 100)
_PERCENT = re.compile(
    rf"(?<![\w.,])(?P<number>{_NUMERAL}|{_SPELT_OUT})\s?(?:%|{PERCENT}{FILL}*|(?:per|pour|por)\s(?:cent|cento|ciento|{_CENT}))"
)
_REFERENCE = re.compile(
    r"(?<![\w/.-])(?:#\d{2,}|[a-z]{1,8}[-/]?\d{2,}[a-z\d]*(?:[-/][a-z\d]+)*|(?:[a-z]{1,6}[-/])+\d[a-z\d]*(?:[-/][a-z\d]+)*"
    r"|\d{3,}(?:[-/]\d{2,})+)(?![\w/])"
)
_COUNTED_LINE = re.compile(r"^[^\S\n]*\d{1,2}[.)](?=\s)", re.MULTILINE)
_NUMBERS = re.compile(rf"(?<![\w.,\u2400])(?:{_NUMERAL})|{_SPELT_OUT}")
_RELATIVE = re.compile(rf"[{TOMORROW}{AFTER_TOMORROW}]{FILL}*")
_SHORT_WEEKDAY = re.compile(rf"{_class(WEEKDAY_SHORT, WEEKDAY_SHORT + 6)}(?=[.,]?\s\d|[.,]?\s{_BLANK})")
_WEEKDAYS = re.compile(_WEEKDAY)


@remembered
def read_facts(text: str, languages: tuple[str, ...] = LANGUAGES) -> list[Fact]:
    """Return the facts of `text`, in their order; words are read in `languages`, the first before the next.

    Args:
        text: bounded by the caller.
        languages: ISO 639-1 codes, each of `LANGUAGES`.
    """
    text = plain(text)
    facts: list[Fact] = []
    blanked = text
    for kind, written, same_as, place in _details(text):
        facts.append(Fact(kind, written, place, place + len(written), same_as))
        blanked = blanked[:place] + _BLANK * len(written) + blanked[place + len(written) :]
    reader = _Reader(text, lex(fold(blanked), languages), languages)
    return sorted([*facts, *reader.read()], key=lambda fact: fact.start)


def _details(text: str) -> Iterable[tuple[DetailKind, str, str, int]]:
    ends: dict[str, int] = {}
    for detail in details(text):
        place = text.find(detail.written, ends.get(detail.written, 0))
        if place >= 0:
            ends[detail.written] = place + len(detail.written)
            yield detail.kind, detail.written, detail.same_as, place


class _Reader:
    """Takes one kind of fact after the other out of a text; what is part of one is not found again."""

    def __init__(self, text: str, lexed: str, languages: tuple[str, ...]) -> None:
        self.text = text
        self.lexed = lexed
        self.signs = {"0" if sign.isdigit() else sign for sign in set(lexed)}
        self.languages = languages
        self.facts: list[Fact] = []

    def read(self) -> list[Fact]:
        for needs, pattern in _DATES:
            self.take("date", pattern, _date, _DIGITS, needs)
        self.take("date", _SLASHED, _date, _DIGITS, _SLASH)
        if self.has(_DIGITS):
            self.lexed = _COUNTED_LINE.sub(lambda found: _BLANK * len(found[0]), self.lexed)
        if self.has(_PERCENT_SIGNS) or any(word in self.lexed for word in _PERCENT_WORDS):
            self.take("percentage", _PERCENT, lambda found: _value(found["number"]), _COUNTS)
        for needs_one_of, pattern in _TIMES:
            if any(word in self.lexed for word in needs_one_of):
                self.take("time", pattern, _time, _COUNTS)
        self.take("date", _WEEKDAY_DAY, self._weekday_day, _DIGITS, _WEEKDAY_SIGNS)
        self.take("time", _NOON, lambda found: frozenset({(720 if found["noon"] else 0,)}), _NOON_SIGNS)
        self.take("reference", _REFERENCE, lambda found: re.sub(r"[^a-z\d]", "", found[0]), _DIGITS)
        self.take("date", _DAY, _day, _DIGITS)
        self.take(
            "weekday", _SHORT_WEEKDAY, lambda found: _index(found[0], WEEKDAY_SHORT), _SHORT_WEEKDAY_SIGNS
        )
        self.take("weekday", _WEEKDAYS, lambda found: _index(found[0], WEEKDAY), _WEEKDAY_SIGNS)
        self.take("tomorrow", _RELATIVE, self._relative, _RELATIVE_SIGNS)
        self.take("month", _MONTHS, self._month, _MONTH_SIGNS)
        self.take("number", _NUMBERS, lambda found: _value(found[0]), _COUNTS)
        return self.facts

    def has(self, signs: frozenset[str]) -> bool:
        return not signs.isdisjoint(self.signs)

    def take(
        self,
        kind: Kind,
        pattern: re.Pattern[str],
        meaning: Callable[[re.Match[str]], Meaning | None],
        *needs: frozenset[str],
    ) -> None:
        """Take what `pattern` finds; it is tried where the text has one of each of these signs."""
        if not all(map(self.has, needs)):
            return

        def blanked(found: re.Match[str]) -> str:
            meant = meaning(found)
            if meant is None:
                return found[0]
            written = self.text[found.start() : found.end()].strip()
            spelt = kind == "number" and not found[0][0].isdigit()
            self.facts.append(Fact(kind, written, found.start(), found.end(), meant, spelt))
            return _BLANK * len(found[0])

        self.lexed = pattern.sub(blanked, self.lexed)

    def _weekday_day(self, found: re.Match[str]) -> Meaning | None:
        if not 1 <= int(found["day"]) <= 31:
            return None
        start, end = found.span("weekday")
        self.facts.append(
            Fact("weekday", self.text[start:end], start, end, _index(found["weekday"], WEEKDAY))
        )
        return frozenset({(int(found["day"]), 0, 0)})

    def _relative(self, found: re.Match[str]) -> Meaning | None:
        before = fold(self.text[max(0, found.start() - 12) : found.start()]).split()
        if before and before[-1] in _not_tomorrow(self.languages):
            return None
        return frozenset({(2 if found[0][0] == AFTER_TOMORROW else 1,)})

    def _month(self, found: re.Match[str]) -> Meaning | None:
        name = self.text[found.start() : found.end()]
        if name.lower() in {"may", "march", "august"}:  # a verb, an adjective
            before = fold(self.text[max(0, found.start() - 8) : found.start()])
            if not (name[0].isupper() and _MONTH_SAID.search(before)):
                return None
        elif self.languages[0] != "en" and name.lower() in {"set"}:
            return None
        return frozenset({(0, ord(found["name"][0]) - MONTH + 1, int(found["year"] or 0))})


@cache
def _not_tomorrow(languages: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for code in languages for word in words()[code].not_tomorrow)


def _index(lexed: str, base: int) -> Meaning:
    return frozenset({(ord(lexed[0]) - base,)})


def _month_number(lexed: str) -> int:
    code = ord(lexed[0])
    return code - (MONTH_SHORT if code >= MONTH_SHORT else MONTH) + 1


def _date(found: re.Match[str]) -> Meaning | None:
    groups = found.groupdict()
    year = int(groups.get("year") or 0)
    year += 2000 if 0 < year < 100 else 0
    day = int(groups["day"])
    if groups.get("name"):
        return frozenset({(day, _month_number(groups["name"]), year)}) if 1 <= day <= 31 else None
    month = int(groups["month"])
    readings = {(d, m, year) for d, m in ((day, month), (month, day)) if 1 <= d <= 31 and 1 <= m <= 12}
    if "." in found[0]:  # the day comes first in all that write it with dots
        readings &= {(day, month, year)}
    return frozenset(readings) or None


def _day(found: re.Match[str]) -> Meaning | None:
    return frozenset({(int(next(filter(None, found.groups()))), 0, 0)})


def _hour(lexed: str) -> int:
    return int(lexed) if lexed.isdigit() else ord(lexed[0]) - NUMBER


def _time(found: re.Match[str]) -> Meaning | None:
    groups = found.groupdict()
    hour, minute = _hour(groups["hour"]), int(groups.get("minute") or 0)
    if not (0 <= hour <= 24 and 0 <= minute < 60):
        return None
    for name, minutes in (("plus", 30), ("quarter", 15), ("less", -15), ("before", -30)):
        if groups.get(name) is not None:
            minute = minutes
    at = 60 * hour + minute
    half = groups.get("half")
    if half:
        late = _LATE.search(half.strip())
        return frozenset({(at % _PART_OF_DAY + (_PART_OF_DAY if late else 0),)})
    return frozenset({(at % 1440,)} | ({((at + _PART_OF_DAY) % 1440,)} if hour <= 12 else set()))


def _value(lexed: str) -> str:
    if lexed[0].isdigit():
        return number_value(lexed)
    return str(sum(ord(sign) - NUMBER for sign in lexed if NUMBER <= ord(sign) <= NUMBER + 100))
