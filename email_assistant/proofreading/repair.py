"""Repair by rule what the checks find in a draft."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from email_assistant.brief import Brief
from email_assistant.proofreading import around, leaks, markup, orders, placeholders, roles, turned
from email_assistant.proofreading.details import details
from email_assistant.proofreading.given import MAX_SAID, said
from email_assistant.proofreading.letter import MAX_DRAFT, ended, locate
from email_assistant.proofreading.model import Finding

Check = Callable[[str, Brief], list[Finding]]

CHECKS: tuple[Check, ...] = (
    leaks.check,
    around.check,
    markup.check,
    placeholders.check,
    roles.check,
    turned.check,
    orders.check,
)
"""Those whose findings bring what mends them. What hides the letter comes before what is wrong with it."""

MAX_GIVEN = 20
"""Addresses and links of the user that are looked for in a draft."""
_MAX_ROUNDS = 40
_ASKED = re.compile(r"(¿[^¿?¡!.\n]*)\.(?=\s|$)")
_EXCLAIMED = re.compile(r"¡(?=[^¡!\n]*(?:[¡\n]|$))")


def repair(draft: str, brief: Brief) -> str:
    """Apply every finding that has a replacement; a good draft comes back as it is.

    A draft that has nothing of a reply in it comes back as it is, too.
    """
    if len(draft) > MAX_DRAFT:
        return draft
    text = draft
    for _ in range(_MAX_ROUNDS):
        repaired = _without_lone_marks(_repaired_once(text, brief))
        if repaired == text:
            break
        text = repaired
    if not text.strip():
        return draft
    body = slice(*locate(text).body)
    mended = _with_question_marks(_with_full_stop(text[body]))
    return _spelt_as_given(text[: body.start] + mended + text[body.stop :], brief)


def _with_full_stop(body: str) -> str:
    bare = body.rstrip()
    return ended(bare) + body[len(bare) :]


def _with_question_marks(body: str) -> str:
    """End each Spanish sentence that opens with ¿ as a question."""
    return _ASKED.sub(r"\1?", body)


def _without_lone_marks(text: str) -> str:
    """Drop each Spanish ¡ that has no ! behind it: it hides from the checks what stands behind it."""
    return _EXCLAIMED.sub("", text)


def _spelt_as_given(text: str, brief: Brief) -> str:
    """Return the text with the user's addresses and links in the letters that they typed.

    Some models write `Mia@example.com` for `mia@example.com`, as if it were her name.
    """
    given = (each for each in details("\n".join(said(brief))[:MAX_SAID]) if each.kind in ("address", "link"))
    for written in dict.fromkeys(each.written for each in islice(given, MAX_GIVEN)):
        other = re.compile(rf"(?<![\w.@/-]){re.escape(written)}(?![\w@/-])", re.IGNORECASE)
        text = other.sub(lambda _, written=written: written, text)  # type: ignore[misc]
    return text


def _repaired_once(text: str, brief: Brief) -> str:
    for check in CHECKS:
        found = [finding for finding in check(text, brief) if finding.replacement is not None]
        if found:
            return apply(text, found)
    return text


def apply(text: str, findings: list[Finding]) -> str:
    """Return the text with the replacements of `findings` put in; of two that overlap, the first."""
    pieces, at = [], 0
    for finding in sorted(findings, key=lambda each: (each.start, -each.end)):
        if finding.replacement is not None and finding.start >= at:
            pieces += [text[at : finding.start], finding.replacement]
            at = finding.end
    return "".join((*pieces, text[at:]))
