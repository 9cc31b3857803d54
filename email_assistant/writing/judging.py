"""What is left wrong in a draft, and how much that weighs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from email_assistant.brief import Brief
from email_assistant.errors import ModelInvalidAnswer
from email_assistant.proofreading.answering import ask_status
from email_assistant.proofreading.effects import lost_facts, wants_shorter
from email_assistant.proofreading.lexicon import fold
from email_assistant.proofreading.model import AskStatus, Code, Finding
from email_assistant.proofreading.proofread import proofread
from email_assistant.proofreading.repair import repair
from email_assistant.watching import Judged, tell
from email_assistant.writing.from_notes import left_out, made_up
from email_assistant.writing.model import Usage

Attempt = Literal["first", "second", "rules"]
WEIGHTS: dict[Code, int] = {
    "steered": 12,
    "role": 10,
    "leak": 10,
    "echo": 8,
    "asked_back": 8,
    "order": 8,
    "language": 8,
    "no_change": 8,
    "missing_fact": 5,
    "unsupported_fact": 4,
    "broken_wish": 4,
    "preamble": 4,
    "lost": 3,
    "unmet_ask": 3,
    "placeholder": 3,
    "too_long": 2,
    "markdown": 1,
}
"""How bad a finding is. What is left for the user to fill in or decide weighs nothing."""
WORTH_A_SECOND = 2
"""The weight from which on the model is asked once more."""
NOT_FIT_TO_SHOW = 5
"""The weight from which on the offline writer's draft is tried as well."""
_HARM: frozenset[Code] = frozenset(
    {"steered", "role", "leak", "echo", "language", "missing_fact", "unsupported_fact"}
)
"""What makes a changed draft worse than the one before."""
MAX_TOLD = 3
"""Requests that are reported as not done."""
MAX_EXCERPT = 80
"""Characters of the feedback that a finding quotes."""
MAX_REQUEST = 400
LEFT_OUT = 10
"""The weight of a draft that has no word of the notes, where the notes were all that a model had."""
MADE_UP = 10
"""The weight of a draft that says something of its own there."""
_MAY_BE_LEFT_OUT = 0.4


@dataclass(frozen=True)
class Written:
    """The draft that is kept, and what is left to say of it."""

    body: str
    attempt: Attempt = "first"
    findings: tuple[Finding, ...] = ()
    asks: tuple[AskStatus, ...] = ()
    usage: Usage | None = None
    asked_model: bool = True
    """Whether a model was asked; False for a change that rules carried out at once."""
    left_out: float = 0
    """The share of the notes' words that it lacks, where a model had nothing else to go by."""
    made_up: bool = False
    """Whether it says something that neither the notes nor the mail do, there."""


def weigh(written: Written) -> int:
    """Return how bad a draft is, by what was found in it."""
    found = sum(WEIGHTS.get(finding.code, 0) for finding in written.findings)
    left_out = int(LEFT_OUT * written.left_out) if written.left_out >= _MAY_BE_LEFT_OUT else 0
    return found + left_out + MADE_UP * written.made_up


def judge(text: str, brief: Brief, attempt: Attempt) -> Written:
    """Return what a writer wrote, repaired, and what is left wrong in it.

    Raises:
        ModelInvalidAnswer: it is empty.
    """
    text = not_empty(text)
    body = repair(text, brief).strip()
    findings = proofread(body, brief)
    tell(Judged(attempt, tuple(finding.code for finding in findings), repaired=body != text))
    return Written(
        body,
        attempt,
        findings,
        tuple(ask_status(ask, body, brief) for ask in brief.asks),
        left_out=left_out(body, brief),
        made_up=made_up(body, brief),
    )


def not_empty(text: str) -> str:
    """Return `text` without blanks around it.

    Raises:
        ModelInvalidAnswer: nothing is left.
    """
    if not (text := text.strip()):
        raise ModelInvalidAnswer.empty("The model answered with an empty draft. Try again.")
    return text


def and_undone(kept: Written, undone: tuple[str, ...]) -> Written:
    """Return the draft, with a sentence for what the rules could not do."""
    if not undone:
        return kept
    others = tuple(finding for finding in kept.findings if finding.code != "no_change")
    return replace(kept, findings=(*map(_not_done, undone[:MAX_TOLD]), *others))


def _not_done(request: str) -> Finding:
    said = " ".join(request.split())
    short = said if len(said) <= MAX_EXCERPT else f"{said[: MAX_EXCERPT - 1].rstrip()}…"
    if wants_shorter(fold(said[:MAX_REQUEST])):
        text = "Nothing more can go without losing something that you said. Say what to leave out."
        return Finding(code="no_change", text=text, request=said[:MAX_REQUEST])
    text = f"“{short}” could not be done. Say it in other words, or edit the draft yourself."
    return Finding(code="no_change", text=text, request=said[:MAX_REQUEST])


def refused(kept: Written, brief: Brief) -> Written | None:
    """Return the draft as it was before, if the change did harm to it that nobody asked for."""
    newest = brief.revisions[-1]
    if kept.body == newest.draft:
        return None
    before = proofread(newest.draft, replace(brief, revisions=brief.revisions[:-1]))
    had = {(finding.code, finding.text) for finding in before}
    harm = [
        finding
        for finding in kept.findings
        if finding.code in _HARM and (finding.code, finding.text) not in had
    ]
    lost = lost_facts(kept.body, brief)
    if not lost and sum(WEIGHTS[finding.code] for finding in harm) < NOT_FIT_TO_SHOW:
        return None
    if lost:
        why = f"The change lost “{lost[0]}”, so the draft stays as it was."
    else:
        why = "The change made the draft worse, so it stays as it was."
    told = Finding(
        code="no_change",
        text=f"{why} Say it in other words, or edit it yourself.",
        request=newest.feedback[:MAX_REQUEST],
    )
    return Written(
        newest.draft,
        kept.attempt,
        (told, *before),
        tuple(ask_status(ask, newest.draft, brief) for ask in brief.asks),
    )
