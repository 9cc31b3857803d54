"""What texts say, to be asked whether a fact is among it or follows from it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from email_assistant.proofreading.details import digit_runs
from email_assistant.proofreading.details import plain as spelt
from email_assistant.proofreading.facts import Fact, Kind, Meaning, read_facts
from email_assistant.proofreading.lexicon import fold, says_pair

_MAY_LAST = ("uur", "h", "heures", "heure", "horas", "hora", "ore", "ora")
"""How an hour ends that may be a duration as well."""


@dataclass
class Known:
    """What several texts say, to be asked whether a fact is among it."""

    day: date | None = None
    """When it was said: what tomorrow and a weekday are counted from."""
    loose: bool = False
    """Whether a number is also known from a date or a time that holds it."""
    meanings: dict[str, set[Meaning]] = field(default_factory=dict)
    values: set[str] = field(default_factory=set)
    plain: set[str] = field(default_factory=set)
    """The numbers that are part of nothing else, and may be meant for an hour or a day."""
    digits: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    """Folded, for names."""

    def add(self, text: str, languages: tuple[str, ...], facts: Iterable[Fact] | None = None) -> None:
        """Know what `text` says, or of its facts only `facts`."""
        for fact in read_facts(text, languages) if facts is None else facts:
            self.meanings.setdefault(fact.kind, set()).add(fact.meaning)
            if self.loose or fact.kind not in {"date", "month", "time"}:
                self.values |= values_of(fact)
            if fact.kind == "time" and fact.written.endswith(_MAY_LAST):
                self.values |= values_of(fact)
            if fact.kind in {"number", "amount", "percentage"}:
                self.plain |= values_of(fact)
            if fact.kind in {"date", "weekday", "tomorrow"}:
                self._derive(fact)
        if facts is None:
            text = spelt(text)
            self.digits += digit_runs(text)
            folded = fold(text)
            words = set(re.findall(r"[^\W\d_]+", folded))
            self.words |= words
            if says_pair(words, languages):
                self.values.add("2")

    def add_day(self, day: date) -> None:
        """Know `day` and count from it."""
        self.day = day
        self.meanings.setdefault("date", set()).add(frozenset({(day.day, day.month, day.year)}))
        self.meanings.setdefault("weekday", set()).add(frozenset({(day.weekday(),)}))
        self.values.add(str(day.year))

    def _derive(self, fact: Fact) -> None:
        """Add the weekday of a date, and the dates that a weekday or "tomorrow" may mean."""
        if isinstance(fact.meaning, str):
            return
        for reading in fact.meaning:
            for day in self._days(fact.kind, reading):
                self.meanings.setdefault("weekday", set()).add(frozenset({(day.weekday(),)}))
                self.meanings.setdefault("date", set()).add(frozenset({(day.day, day.month, day.year)}))
                if self.day and (ahead := (day - self.day).days) in {1, 2}:
                    self.meanings.setdefault("tomorrow", set()).add(frozenset({(ahead,)}))

    def _days(self, kind: Kind, reading: tuple[int, ...]) -> list[date]:
        if kind == "tomorrow":
            return [self.day + timedelta(reading[0])] if self.day else []
        if kind == "weekday":
            if not self.day:
                return []
            first = (reading[0] - self.day.weekday()) % 7 - 7
            return [self.day + timedelta(first + 7 * week) for week in range(4)]
        day, month, year = reading
        if not self.day and not (month and year):
            return []
        months = [(year or (self.day.year if self.day else 1), month)] if month else _months_from(self.day)
        days = []
        for in_year, in_month in months:
            try:
                found = date(in_year, in_month, day)
            except ValueError:
                continue
            days.append(found)
            if self.day and not year and month and (self.day - found).days > 60:
                try:
                    days.append(found.replace(year=in_year + 1))
                except ValueError:
                    continue
        return days

    def has(self, fact: Fact) -> bool:
        """Return whether `fact` was said, in whatever writing, or follows."""
        known = self.meanings.get(fact.kind, set())
        if fact.meaning in known:
            return True
        match fact.kind:
            case "amount" | "number" | "percentage":
                return fact.meaning in self.values
            case "phone" | "account" | "card" | "reference":
                tail = str(fact.meaning)[-7:] if fact.kind == "phone" else str(fact.meaning)
                return tail.isdigit() and (
                    any(run.endswith(tail) for run in self.digits) or tail in self.values
                )
            case "link" | "address":
                return False
            case "time":
                hours = {reading[0] // 60 for reading in fact.meaning if isinstance(reading, tuple)}
                return any(_overlap(fact.meaning, other) for other in known) or (
                    all(reading[0] % 60 == 0 for reading in fact.meaning if isinstance(reading, tuple))
                    and any(str(hour) in self.plain for hour in hours)
                )
            case "date":
                return any(_same_day(fact.meaning, other) for other in known) or (
                    any(reading[1] == 0 and str(reading[0]) in self.plain for reading in _readings(fact))
                )
            case "month":
                dates = known | self.meanings.get("date", set())
                return any(_same_day(fact.meaning, other) for other in dates)
            case "weekday" | "tomorrow":
                # Without a day to count from, a date may fall on it.
                return not self.day and bool(self.meanings.get("date"))


def _months_from(day: date | None) -> list[tuple[int, int]]:
    if not day:
        return []
    return [
        ((day.year * 12 + day.month - 1 + ahead) // 12, (day.month - 1 + ahead) % 12 + 1)
        for ahead in range(3)
    ]


def _readings(fact: Fact) -> Iterable[tuple[int, ...]]:
    return () if isinstance(fact.meaning, str) else fact.meaning


def _overlap(one: Meaning, other: Meaning) -> bool:
    return not isinstance(one, str) and not isinstance(other, str) and bool(one & other)


def _same_day(one: Meaning, other: Meaning) -> bool:
    """Return whether two dates may be one; what is not said of them is not compared."""
    if isinstance(one, str) or isinstance(other, str):
        return False
    return any(
        all(a == b or not a or not b for a, b in zip(first, second, strict=True))
        for first in one
        for second in other
    )


def values_of(fact: Fact) -> set[str]:
    """Return the plain numbers that a fact holds, so that "3" is in "3 pm"."""
    if fact.kind in {"number", "amount", "percentage"}:
        return {str(fact.meaning)}
    if fact.kind == "time":
        hours = {reading[0] // 60 for reading in _readings(fact)}
        return {str(hour) for hour in hours} | {str(hour - 12) for hour in hours if hour > 12}
    if fact.kind in {"date", "month"}:
        written = {int(digits) for digits in re.findall(r"\d+", fact.written)}
        # The name of a month says no number: the 6th of May is no 5.
        return {
            str(part)
            for day, month, year in _readings(fact)
            for part in (day, month if month in written else 0, year)
            if part
        }
    return set(re.findall(r"\d+", fact.written)) if fact.kind == "reference" else set()
