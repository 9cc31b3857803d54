"""The offline writer's drafts in place of a model's: where they are better, and where there is no other."""

from __future__ import annotations

from dataclasses import replace

from email_assistant.brief import Brief
from email_assistant.proofreading.effects import wants_shorter
from email_assistant.proofreading.letter import parse_letter
from email_assistant.proofreading.lexicon import fold
from email_assistant.writing.judging import (
    MAX_REQUEST,
    NOT_FIT_TO_SHOW,
    Written,
    and_undone,
    judge,
    refused,
    weigh,
)
from email_assistant.writing.offline import Outcome, carry_out, write_by_rules


def by_rules(brief: Brief) -> tuple[Written, ...]:
    """Return the offline writer's draft; none if it could not do all that the feedback asks.

    Where a model that is given the mail finds nothing shorter, a shorter closing is no better.
    """
    if not brief.revisions:
        return (judge(write_by_rules(brief), brief, "rules"),)
    outcome = carry_out(brief)
    if outcome.undone or (brief.with_email and _shortens_only_closing(outcome, brief)):
        return ()
    return (judge(outcome.text, brief, "rules"),)


def instead(brief: Brief) -> Written:
    """Return what rules write where a model wrote nothing.

    It is the draft as it was if they cannot do what is asked.

    Raises:
        ModelInvalidAnswer: another version was asked for, and rules have one only.
    """
    if brief.rejected:
        return judge("", brief, "rules")
    if not brief.revisions:
        return judge(write_by_rules(brief), brief, "rules")
    outcome = carry_out(brief)
    return and_undone(judge(outcome.text, brief, "rules"), outcome.undone)


def done_by_rules(brief: Brief) -> Written | None:
    """Return a change that rules carry out cleanly: it touches no other word and waits for no model."""
    if not brief.revisions or brief.rejected:
        return None
    outcome = carry_out(brief)
    if outcome.in_part or _shortens_only_closing(outcome, brief):
        return None
    return next((replace(each, asked_model=False) for each in by_rules(brief) if not weigh(each)), None)


def _shortens_only_closing(outcome: Outcome, brief: Brief) -> bool:
    """Whether rules found nothing to shorten but the closing; a model may find more."""
    newest = brief.revisions[-1]
    shorter = wants_shorter(fold(newest.feedback[:MAX_REQUEST]))
    return shorter and parse_letter(outcome.text).body == parse_letter(newest.draft).body


def _without_harm(kept: Written, brief: Brief) -> Written:
    """Return the change if it did no harm, else what rules make of it, else the draft as it was."""
    if (as_before := refused(kept, brief)) is None:
        return kept
    fit = (each for each in by_rules(brief) if weigh(each) < NOT_FIT_TO_SHOW and not refused(each, brief))
    return min(fit, key=weigh, default=as_before)


def fit_to_show(kept: Written | None, brief: Brief) -> Written:
    """Return the model's draft if it keeps what the user gave and breaks nothing, else the rules'."""
    if kept is None:
        kept = instead(brief)
    if weigh(kept) >= NOT_FIT_TO_SHOW:
        kept = min((kept, *by_rules(brief)), key=weigh)
    if brief.revisions and not brief.rejected:
        kept = _without_harm(kept, brief)
    return kept
