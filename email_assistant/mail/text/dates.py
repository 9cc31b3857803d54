"""Dates as mail programs show them, read where they can be read in one way only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from email_assistant.mail.text.attribution import INVISIBLE
from email_assistant.mail.text.locales import MONTHS

_LONGEST = 200  # characters
_MAX_WORD, _MIN_WORD = 16, 3
_WORD = r"(?P<month>[^\s\d,;:()<>/+-]{1,16})"
_YEAR, _DAY = r"(?P<year>[12]\d{3})(?!\d)", r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?"
_IN_NUMBERS = (
    re.compile(r"(?<!\d)(?P<year>[12]\d{3})\s?[-/.年년]\s?(?P<month>\d{1,2})\s?[-/.月월]\s?(?P<day>\d{1,2})"),
    re.compile(rf"{_DAY}\s(?:thg|tháng)\s(?P<month>\d{{1,2}}),?\s(?:năm\s)?{_YEAR}", re.IGNORECASE),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>(?:[12]\d)?\d\d)(?!\d)"),
)
_EITHER_WAY = re.compile(
    r"(?<!\d)(?P<one>\d{1,2})(?P<mark>[-/])(?P<two>\d{1,2})(?P=mark)(?P<year>(?:[12]\d)?\d\d)(?!\d)"
)
_IN_WORDS = (
    re.compile(rf"{_DAY}[\s/-]*(?:(?:de|of|da)\s|d['’]|ב)?{_WORD}[\s.,/-]*(?:del?\s)?{_YEAR}", re.IGNORECASE),
    re.compile(rf"{_WORD}\.?\s{_DAY},?\s{_YEAR}", re.IGNORECASE),
    re.compile(rf"{_YEAR}[.,]?\s(?:gada?\s|g\.\s)?{_WORD}\s{_DAY}", re.IGNORECASE),
    re.compile(rf"{_YEAR}[.,]?\s(?:gada?\s|g\.\s)?{_DAY}\s{_WORD}", re.IGNORECASE),
)
_CLOCK = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2})\s?[:.hH時时시點点]\s?(?P<minute>\d{2})(?!\d)(?:\s?[:.]\s?(?P<second>\d{2}))?"
    r"|(?<![\d:])(?P<full>\d{1,2})(?=\s?[ap]\.?\s?m\b)",
    re.IGNORECASE,
)
_CLOCK_BEFORE_YEAR = re.compile(r"\b(\d{1,2}:\d{2}:\d{2}) (\d{4})\b")  # as the C library writes a date
_MORNING = re.compile(r"\ba\.?\s?m\b|オ前|午前|上午|오전|π\.?\s?μ|\bSA\b|\d\s?ص(?!\w)", re.IGNORECASE)
_AFTERNOON = re.compile(r"\bp\.?\s?m\b|午後|下午|오후|μ\.?\s?μ|\bCH\b|\d\s?م(?!\w)", re.IGNORECASE)
_OFFSET = re.compile(r"(?<![\d-])(?P<sign>[+−-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?!\d)")
_ZONES = {
    "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "MEZ": 1, "MET": 1, "CEST": 2, "MESZ": 2, "MEST": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "JST": 9, "KST": 9,
}  # fmt: skip
_ZONE = re.compile(rf"\b(?:{'|'.join(_ZONES)})\b")
NEEDS_READING = re.compile(
    r"\b[ap]\.?m\b|(?:GMT|UTC)\s?[+-]|\b(?:WES?T|CES?T|ME[SZT]|MESZ|MEST|EES?T|MSK|[JK]ST)\b", re.IGNORECASE
)
"""What the standard library would read wrong: AM and PM, `GMT+1`, the zones of Europe."""


def shown_date(text: str) -> datetime | None:
    """Read `Monday, October 5, 2026 10:32 AM`, `5. Okt. 2026 um 10:32`, `2026年10月5日 10:32` and their like.

    None where day and month could be either of two numbers. Without a zone it is read as UTC.
    """
    plain = _CLOCK_BEFORE_YEAR.sub(r"\2 \1", text[:_LONGEST].translate(INVISIBLE))
    found = _day_in(plain)
    if not found:
        return None
    (year, month, day), start, end = found
    rest = f"{plain[:start]} \n {plain[end:]}"
    clock = _CLOCK.search(rest)
    try:
        date = datetime(
            year + 2000 if year < 100 else year,
            month,
            day,
            tzinfo=_zone(rest[clock.end() :] if clock else ""),
        )
        return date + _time_of_day(clock, rest)
    except (ValueError, OverflowError):
        return None


def _day_in(text: str) -> tuple[tuple[int, int, int], int, int] | None:
    """Return year, month and day, and where in the text they stand."""
    for form in _IN_NUMBERS:
        if found := form.search(text):
            return (int(found["year"]), int(found["month"]), int(found["day"])), found.start(), found.end()
    if found := _EITHER_WAY.search(text):
        one, two = int(found["one"]), int(found["two"])
        if one != two and max(one, two) <= 12:
            return None
        day, month = (one, two) if one > 12 else (two, one)
        return (int(found["year"]), month, day), found.start(), found.end()
    for found in (found for form in _IN_WORDS for found in form.finditer(text)):
        if named := _month_of(found["month"]):
            return (int(found["year"]), named, int(found["day"])), found.start(), found.end()
    return None


def _month_of(word: str) -> int | None:
    """Return the month that a word or its beginning names in all languages that have it.

    It is None if they differ.
    """
    folded = word.casefold().strip(".'’׳ -")
    folded = folded.removesuffix("ta") if folded.endswith("kuuta") else folded  # a Finnish month in a date
    months = {number for number, names in enumerate(MONTHS, start=1) if folded in names}
    if not months and len(folded) >= _MIN_WORD:
        months = set(_beginning_with(folded))
    return months.pop() if len(months) == 1 else None


def _beginning_with(folded: str) -> Iterator[int]:
    for number, names in enumerate(MONTHS, start=1):
        if any(name.startswith(folded) and (len(folded) > 4 or not name.endswith("kuu")) for name in names):
            yield number


def _time_of_day(clock: re.Match[str] | None, text: str) -> timedelta:
    if not clock:
        return timedelta()
    hour, minute = int(clock["hour"] or clock["full"]), int(clock["minute"] or 0)
    if hour > 23 or minute > 59:
        raise ValueError("no time of a day")
    if _AFTERNOON.search(text) and hour < 12:
        hour += 12
    elif _MORNING.search(text) and hour == 12:
        hour = 0
    return timedelta(hours=hour, minutes=minute, seconds=min(int(clock["second"] or 0), 59))


def _zone(text: str) -> timezone:
    if offset := _OFFSET.search(text):
        hours = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        return timezone(hours if offset["sign"] == "+" else -hours)
    named = _ZONE.search(text)
    return timezone(timedelta(hours=_ZONES[named[0]])) if named else UTC
