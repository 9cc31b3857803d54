"""The places in a draft that a person fills in: found, filled, and told of."""

from __future__ import annotations

import re

from email_assistant.brief import Brief
from email_assistant.proofreading.given import MAX_DRAFT
from email_assistant.proofreading.model import Finding, Gap

MAX_GAPS = 20
MAX_GAP = 80
"""Characters between two brackets; more is a remark."""

# Brackets of any kind that hold words, lines to write on, dots in parentheses, X for what is not known.
_GAP = re.compile(
    rf"\[(?P<words>[^\[\]\n]{{1,{MAX_GAP}}})\](?![(\[:])"
    rf"|\{{\{{?(?P<braced>[^{{}}:;=\n]{{1,{MAX_GAP}}})\}}\}}?"
    rf"|<(?P<angled>[^\W\d_][^<>@/=\"\n]{{1,{MAX_GAP}}})>"
    r"|\((?P<dots>\s?(?:\.{3,}|…+|_+)\s?)\)"
    r"|(?<![\w/.:-])_{3,}(?![\w/])"
    r"|(?<![\w-])(?:(?:XX+|xx+)(?:[.:/-](?:XX+|xx+)){1,2}\.?|X{3,}|xxx+|TBD|tbd|XX(?=\s?(?:[€$£%]|EUR|USD|Uhr|h\b|[ap]m\b)))"
    r"(?![\w-])|(?<=[€$£])\s?XX\b"
    r"|(?<!\S)(?:\?{2,}|…{2,})(?!\S)"
)
# What stands in brackets in letters that are finished: footnotes, omissions, remarks of an editor, markup.
_NO_GAP = re.compile(
    r"\s*(?:\d{1,3}|sic|…|\.{3}|x|X|✓|!|\?|\W|https?:.*|[\w.+-]+@.*|/?\w{1,2}|cid:.*|image:?.*|\d+[\d\s.,:]*)\s*$"
)


def find_gaps(text: str) -> tuple[Gap, ...]:
    """Return the gaps of a text, in their order. Speaks every language."""
    gaps: list[Gap] = []
    for found in _GAP.finditer(text[:MAX_DRAFT]):
        words = found["words"] or found["braced"] or found["angled"]
        if words and _NO_GAP.match(words):
            continue
        if found["angled"] and _is_element(found["angled"], text):
            continue
        gaps.append(
            Gap(text=" ".join((words or "").split()).strip(" :.…"), start=found.start(), end=found.end())
        )
        if len(gaps) == MAX_GAPS:
            break
    return tuple(gaps)


def _is_element(name: str, text: str) -> bool:
    """Return whether `<name>` is an element of HTML, which a letter about web pages may name."""
    return f"</{name.split(maxsplit=1)[0]}" in text


def fill_gap(text: str, gap: Gap, value: str) -> str:
    """Return `text` with `value` in place of the gap, or of the same gap where it has moved.

    Raises:
        ValueError: it is no longer there.
    """
    here = find_gaps(text)
    if gap not in here:
        moved = [other for other in here if other.text == gap.text]
        if not moved:
            raise ValueError(f"No gap {gap.text!r} is left")
        gap = min(moved, key=lambda other: abs(other.start - gap.start))
    return text[: gap.start] + " ".join(value.split()) + text[gap.end :]


def check(draft: str, brief: Brief) -> list[Finding]:
    """Return a finding for each open gap."""
    return [
        Finding(
            code="open_gap",
            text=f"“{gap.text}” is still open. Fill it in before you send."
            if gap.text
            else "A place is still open. Fill it in before you send.",
            start=gap.start,
            end=gap.end,
        )
        for gap in find_gaps(draft)
    ]
