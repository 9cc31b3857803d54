"""Reads a draft against its brief and tells what is wrong with it, most important first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import get_args

from email_assistant.brief import Brief
from email_assistant.proofreading import (
    answering,
    around,
    echo,
    effects,
    gaps,
    language_check,
    leaks,
    markup,
    missing,
    orders,
    owners,
    persons,
    placeholders,
    roles,
    steered,
    turned,
    unsupported,
    wishes,
)
from email_assistant.proofreading.model import Code, Finding

MAX_PER_CODE = 5

Check = Callable[[str, Brief], list[Finding]]

CHECKS: tuple[Check, ...] = (
    roles.check,
    persons.check,
    owners.check,
    leaks.check,
    steered.check,
    echo.check,
    turned.check,
    orders.check,
    around.check,
    markup.check,
    placeholders.check,
    language_check.check,
    missing.check,
    unsupported.check,
    answering.check,
    gaps.check,
    effects.check,
    wishes.check,
)

_ORDER: tuple[Code, ...] = (
    "role",
    "leak",
    "steered",
    "echo",
    "asked_back",
    "order",
    "preamble",
    "language",
    "unsupported_fact",
    "missing_fact",
    "unmet_ask",
    "no_change",
    "lost",
    "broken_wish",
    "placeholder",
    "open_gap",
    "markdown",
    "too_long",
    "unsigned",
)
assert set(_ORDER) == set(get_args(Code))  # noqa: S101 - a new code needs its place


def proofread(draft: str, brief: Brief) -> tuple[Finding, ...]:
    """Return what is wrong with `draft`, the worst first and at most a handful of a kind.

    A detail that only text for an AI supports is `steered`, and not told a second time as unsupported.
    """
    found = [finding for check in CHECKS for finding in check(draft, brief)]
    steering = [(each.start, each.end) for each in found if each.code == "steered"]
    counted: Counter[Code] = Counter()
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda each: _ORDER.index(each.code)):
        inside = any(start <= finding.start < end for start, end in steering) and finding.end
        if (inside and finding.code == "unsupported_fact") or counted[finding.code] == MAX_PER_CODE:
            continue
        counted[finding.code] += 1
        kept.append(finding)
    return tuple(kept)
