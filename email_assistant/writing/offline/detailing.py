"""A day, a time or a number that feedback names, put in place of the one of its kind in a letter."""

from __future__ import annotations

import re
from typing import NamedTuple

from email_assistant.proofreading.details import plain
from email_assistant.proofreading.facts import Fact, Meaning, read_facts
from email_assistant.proofreading.letter import MAX_DRAFT, Letter
from email_assistant.proofreading.lexicon import LANGUAGES, fold
from email_assistant.writing.offline.requests import MAX_REQUEST, Replacement, requests

_GAP = re.compile(r"[\s,.]{0,2}(?:(?:de[nmr]|the|le|el|il|de) )?")
"""What may stand between two facts that are one detail, such as "Tuesday, the 8th"."""
_FAMILIES = {"weekday": "day", "date": "day", "tomorrow": "day", "amount": "number", "percentage": "number"}
_NUMBER = re.compile(r"\d[\d.,' ]*\d|\d")


class _Detail(NamedTuple):
    family: str
    start: int
    end: int
    kinds: tuple[str, ...]
    meanings: tuple[Meaning, ...]


def put_detail(wish: str, letter: Letter, language: str) -> bool:
    """Put what `wish` names in place of the only detail of its kind; False if it says more than that."""
    body, said = letter.body, plain(wish)
    if len(wish) > MAX_REQUEST or len(body) > MAX_DRAFT or plain(body) != body:
        return False
    new = _details(said, language)
    if not new or not _says_nothing_more(said, new, body):
        return False
    if len({each.family for each in new}) < len(new):
        return False
    changes: list[tuple[int, int, str]] = []
    for each in new:
        found = [old for old in _details(body, language) if old.family == each.family]
        if len({old.meanings for old in found}) > 1:  # "4 boxes" speaks of the boxes
            counted = _next_word(said, each)
            found = [old for old in found if counted and _next_word(body, old) == counted]
        if not found or len({old.meanings for old in found}) > 1 or found[0].meanings == each.meanings:
            return False
        changes += [_change(body, old, said, each) for old in found]
    for start, end, written in sorted(changes, reverse=True):
        body = body[:start] + written + body[end:]
    letter.body = body
    return True


def replace_same(asked: Replacement, letter: Letter, language: str) -> bool:
    """Replace a detail that the letter writes in another way than the feedback: 17:00 for "5 pm"."""
    body, named = letter.body, _details(plain(asked.old), language)
    if len(named) != 1 or len(body) > MAX_DRAFT or plain(body) != body:
        return False
    found = [old for old in _details(body, language) if _same(named[0], old)]
    for old in reversed(found):
        letter.body = letter.body[: old.start] + asked.new + letter.body[old.end :]
    return bool(found)


def _next_word(text: str, detail: _Detail) -> str:
    found = re.match(r"\s([^\W\d_]{2,})", text[detail.end : detail.end + 40])
    return fold(found[1]) if found else ""


def _same(one: _Detail, other: _Detail) -> bool:
    if one.kinds != other.kinds:
        return False
    return all(
        a == b or (not isinstance(a, str) and not isinstance(b, str) and bool(a & b))
        for a, b in zip(one.meanings, other.meanings, strict=True)
    )


def _details(text: str, language: str) -> list[_Detail]:
    order = (language, *(code for code in LANGUAGES if code != language))
    facts = sorted(
        read_facts(text, tuple(code for code in order if code in LANGUAGES)), key=lambda each: each.start
    )
    found: list[_Detail] = []
    for fact in sorted(facts, key=lambda each: each.start):
        family = _FAMILIES.get(fact.kind, fact.kind)
        if family not in {"day", "time", "number"}:
            continue
        last = found[-1] if found else None
        if last and family == "day" == last.family and _GAP.fullmatch(text[last.end : fact.start]):
            found[-1] = _joined(last, fact)
        else:
            found.append(_Detail(family, fact.start, _end(fact), (fact.kind,), (fact.meaning,)))
    return found


def _joined(detail: _Detail, fact: Fact) -> _Detail:
    kinds, meanings = (*detail.kinds, fact.kind), (*detail.meanings, fact.meaning)
    return detail._replace(end=_end(fact), kinds=kinds, meanings=meanings)


def _end(fact: Fact) -> int:
    return fact.start + len(fact.written)


def _change(body: str, old: _Detail, said: str, new: _Detail) -> tuple[int, int, str]:
    """Return what to write where: a word such as "at" stays as it is, and so does a currency."""
    start, end, written = old.start, old.end, said[new.start : new.end]
    number = _NUMBER.search(body, start, end)
    if new.kinds == ("number",) and old.kinds != ("number",) and number:
        return number.start(), number.end(), written
    digit, old_digit = re.search(r"\d", written), re.search(r"\d", body[start:end])
    if old.family == "time" and digit and old_digit:
        return start + old_digit.start(), end, written[digit.start() :]
    if body[start].isupper() and written[0].islower():
        written = written[0].upper() + written[1:]
    return start, end, written


def _says_nothing_more(said: str, new: list[_Detail], body: str) -> bool:
    rest = list(said)
    for each in new:
        rest[each.start : each.end] = " " * (each.end - each.start)
    known = {fold(word) for code in requests().values() for word in code.fill}
    known |= set(re.findall(r"[^\W\d_]+", fold(body)))
    return all(word in known for word in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", fold("".join(rest))))
