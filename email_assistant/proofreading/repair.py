"""Repair by rule what the checks find in a draft."""

from __future__ import annotations

from collections.abc import Callable

from email_assistant.brief import Brief
from email_assistant.proofreading import around, leaks, markup, orders, placeholders, roles, turned
from email_assistant.proofreading.letter import MAX_DRAFT
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

_MAX_ROUNDS = 40


def repair(draft: str, brief: Brief) -> str:
    """Apply every finding that has a replacement; a good draft comes back as it is.

    A draft that has nothing of a reply in it comes back as it is, too.
    """
    if len(draft) > MAX_DRAFT:
        return draft
    text = draft
    for _ in range(_MAX_ROUNDS):
        repaired = _repaired_once(text, brief)
        if repaired == text:
            break
        text = repaired
    return text if text.strip() else draft


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
