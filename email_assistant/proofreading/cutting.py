"""Taking words out of a text so that no hole is left, and finding where a text begins to quote."""

from __future__ import annotations

from typing import NamedTuple

from email_assistant.brief import Brief
from email_assistant.mail.text.attribution import is_attribution
from email_assistant.mail.text.shown_headers import bare, heading_of
from email_assistant.proofreading.details import plain as in_one_spelling

MAX_SOURCE = 40_000
"""Characters of a mail, or of the user's notes, that a draft is compared with."""

_MAX_MARK = 300  # characters of a line that introduces a quote
_MARKS = "<>|[]{}&"


class Cut(NamedTuple):
    """A stretch of a text and what takes its place."""

    start: int
    end: int
    replacement: str


def cut(text: str, start: int, end: int) -> Cut:
    """Return how to take out `text[start:end]` with the blanks that belonged to it."""
    first, last = start, end
    while first and text[first - 1].isspace():
        first -= 1
    while last < len(text) and text[last].isspace():
        last += 1
    if first == 0 or last == len(text):
        return Cut(first, last, "")
    before, behind = text[first:start], text[end:last]
    if breaks := max(before.count("\n"), behind.count("\n")):
        return Cut(first, last, "\n" * min(breaks, 2))
    if before or behind:
        return Cut(first, last, "" if text[last] in ",.;:!?)" else " ")
    # Two halves may not grow together to what was just taken out.
    grown = text[first - 1] + text[last]
    return Cut(first, last, " " if grown.isalnum() or any(mark in grown for mark in _MARKS) else "")


def own_end(text: str) -> int:
    """Return where a text ends that its writer wrote: a forwarded or quoted message may stand below."""
    at = 0
    for line in text.splitlines(keepends=True):
        if len(line) <= _MAX_MARK and at and (heading_of(bare(line)) or is_attribution(line)):
            return at
        at += len(line)
    return len(text)


def notes_of(brief: Brief) -> str:
    """Return all that the user said."""
    said = [brief.instructions, *brief.wishes, brief.voice.facts]
    for asked in brief.clarifications:
        said += [asked.question, asked.answer]
    said += [revision.feedback for revision in brief.revisions]
    return "\n".join(said)[:MAX_SOURCE]


def plain(text: str) -> str:
    """Return a text as one line in a form that can be compared."""
    return " ".join(in_one_spelling(text).casefold().replace("’", "'").split())
