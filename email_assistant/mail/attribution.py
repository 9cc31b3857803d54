"""Lines that introduce a quotation: `On 1 May 2025 at 10:00, Jo <jo@example.com> wrote:` and its like."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from email_assistant.mail.locales import alternation, phrases

_ADDRESS = r"[^\s<>()\[\]\"',;:]+@[^\s<>()\[\]\"',;:]+\.[^\s<>()\[\]\"',;:]{2,}"
_TIME = r"\d{1,2}\s?[:.hH]\s?\d{2}(?:\s?[ap]\.?m\.?)?|\d{1,2}\s?[ap]\.?m\b"
_DATE = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\s?(?:\d{1,2}|[^\W\d_]{3,9})[-/.]\s?\d{2,4}"
    r"|\b(?:19|20)\d\d\b|\d{1,4}年"
)
_WROTE = alternation("wrote")
_ON = alternation("on")
_MOST_LINES = 4
_MOST_ENDINGS = 1_000
"""Lines looked at that may end an attribution: a thread has hundreds, and each takes 0.1 ms."""
_LONGEST = 400

_ENDINGS = (":", "：", ">", ")", "]", *(phrase.casefold() for phrase in phrases("wrote")))
_VERB = re.compile(rf"(?:(?<!\w)|(?<=[A-Za-z>])(?=wrote))(?:{_WROTE})(?!\w)", re.IGNORECASE)
_VERB_LAST = re.compile(rf"(?<!\w)(?:{_WROTE})\s*[:：]?[\s\-*]*$", re.IGNORECASE)
_STARTS_ON = re.compile(rf"^[\s\-*_>\ufeff]*(?:{_ON})\s", re.IGNORECASE)
_STARTS_WITH_DATE = re.compile(
    rf"^[\s\-*_>\ufeff]*(?:[^\W\d_]{{2,12}}[.,]?\s+){{0,2}}(?:{_DATE}|{_TIME}|\d{{1,2}}\.?\s+[^\W\d_]{{3,}})",
    re.IGNORECASE,
)
_HAS_ADDRESS = re.compile(_ADDRESS)
_HAS_DATE, _HAS_TIME = re.compile(_DATE), re.compile(_TIME, re.IGNORECASE)
_ADDRESS_LAST = re.compile(rf"[<(\[]\s*(?:mailto:)?{_ADDRESS}\s*[>)\]]+\s*(?P<colon>[:：]?)\s*$")
_QUOTED = re.compile(r"^\s{0,3}>(?!\s*(?:\w+\s*)?[:：]\s*$)")  # but `>:` may end a wrapped address
# Every library cut what follows `On Tuesday I wrote:`. No mail program speaks of anybody by a pronoun.
_PRONOUN = re.compile(
    r"\b(?:I|we|he|she|they|you|ich|wir|er|sie|je|nous|il|elle|yo|él|ella|io|eu|ik|hij|zij|jag|jeg)"
    rf"\s+(?:also\s+|had\s+|ha[bt]e?\s+)?(?:{_WROTE})\b|\bj['’]ai\s",
    re.IGNORECASE,
)
# The reply may stand on the same line, before it.
_GLUED = re.compile(
    rf"^(?P<reply>.*?\S)[\s\-]+(?=(?:{_ON})\s+(?:[^\W\d_]{{2,9}}[.,]?\s+){{0,3}}\d)", re.IGNORECASE
)


class Attribution(NamedTuple):
    """Where one stands: the index of its first line, and of the line after its last."""

    start: int
    end: int
    reply: str = ""
    """What of the reply stands before it on its first line."""


def is_attribution(line: str, *, quote_follows: bool = False) -> bool:
    """Whether a line, or several joined, introduce a quotation.

    It takes more than a verb and a colon: an address, or the time at which a program says it was written.
    `quote_follows` tells that the next line is quoted, which makes a date alone enough.
    """
    if len(line) > _LONGEST or not _may_end_one(line) or _PRONOUN.search(line):
        return False
    address, time, date = _HAS_ADDRESS.search(line), _HAS_TIME.search(line), _HAS_DATE.search(line)
    started = bool(_STARTS_ON.match(line) or _STARTS_WITH_DATE.match(line))
    if not _VERB.search(line):
        last = _ADDRESS_LAST.search(line)
        return bool(last and (last["colon"] or quote_follows) and (date or time) and started)
    if address:
        return bool(started or time or date or _VERB_LAST.search(line) or _VERB.match(line.strip()))
    if started:
        return bool((time and (date or _STARTS_ON.match(line))) or (date and quote_follows))
    return bool(_VERB_LAST.search(line) and ((time and date) or (quote_follows and len(line) < 100)))


def find_attributions(lines: list[str]) -> list[Attribution]:
    """Every attribution among the lines, wrapped ones included, first to last."""
    found: list[Attribution] = []
    endings = (at for at, line in enumerate(lines) if _may_end_one(line) and not _QUOTED.match(line))
    for at in islice(endings, _MOST_ENDINGS):
        if len(lines[at]) > _LONGEST:
            continue
        after = next((each for each in lines[at + 1 : at + 4] if each.strip()), "")
        earliest = max(at - _MOST_LINES + 1, found[-1].end if found else 0, 0)
        if attribution := _ending_at(lines, at, earliest, quote_follows=bool(_QUOTED.match(after))):
            found.append(attribution)
    return found


def _ending_at(lines: list[str], at: int, earliest: int, *, quote_follows: bool) -> Attribution | None:
    """The attribution that ends with `lines[at]`: from a line that begins as one does, else the shortest."""
    shortest: Attribution | None = None
    for start in range(at, earliest - 1, -1):
        if not lines[start].strip() or _QUOTED.match(lines[start]):
            break
        joined = _joined(lines[start : at + 1])
        if len(joined) > _LONGEST:
            break
        begins = _STARTS_ON.match(joined) or _STARTS_WITH_DATE.match(joined)
        glued = None if begins else _GLUED.match(joined)
        if glued and is_attribution(joined[glued.end() :], quote_follows=quote_follows):
            return Attribution(start, at + 1, glued["reply"])
        if is_attribution(joined, quote_follows=quote_follows):
            if begins:
                return Attribution(start, at + 1)
            shortest = shortest or Attribution(start, at + 1)
    return shortest


def _may_end_one(line: str) -> bool:
    return line.rstrip(" \t-*_\u200e").casefold().endswith(_ENDINGS)


def _joined(lines: list[str]) -> str:
    return re.sub(r"<\s+", "<", " ".join(line.strip() for line in lines))
