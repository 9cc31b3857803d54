"""Runs cases against a writer, one turn after the other as a person would."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from email_assistant.errors import EmailAssistantError
from email_assistant.evaluation.cases import Case
from email_assistant.evaluation.checks import (
    Check,
    Standing,
    check_first_draft,
    effect_of,
    loss_of,
)
from email_assistant.evaluation.driver import Driver, Talk, Writer, open_driver
from email_assistant.evaluation.figures import FIGURES, Drafted, Figure, Outcome, Tally
from email_assistant.evaluation.scripted import case_in_hand

MAX_QUESTION_ROUNDS = 3
"""How often a writer may ask before there is a draft."""


class _AsksWithoutEnd(EmailAssistantError):
    """The writer asks instead of writing."""


async def evaluate(
    writer: Writer, cases: Sequence[Case], done: Callable[[Outcome], None], *, at_once: int = 1
) -> None:
    """Run all cases; `done` is called for each as it ends, so that figures outlive an interruption.

    A case that fails counts as failed in all its figures, and the run goes on.

    Raises:
        SettingsError: the writer cannot be used at all.
    """
    places = asyncio.Semaphore(at_once)
    async with open_driver(writer) as driver:

        async def run(case: Case) -> None:
            async with places:
                done(await run_case(driver, case))

        async with asyncio.TaskGroup() as group:
            for case in cases:
                group.create_task(run(case))


async def run_case(driver: Driver, case: Case) -> Outcome:
    """Hold the conversation of one case and check it."""
    case_in_hand.set(case)
    talk = driver.talk(case.id)
    asked: list[str] = []
    drafts: list[Drafted] = []
    figures = {figure: Tally(of=count) for figure, count in _at_stake(case).items()}
    error: str | None = None
    try:
        await _first_draft(talk, case, asked)
        checks = check_first_draft(case, talk.draft, asked)
        figures |= _figures_of(case, checks, asked)
        drafts.append(Drafted(said=case.instructions, draft=talk.draft, failed=_failed(checks)))
        await _rounds(talk, case, drafts, figures)
    except EmailAssistantError as failure:
        error = str(failure)
    except Exception as failure:  # a defect in one case must not cost the figures of the others
        logging.getLogger(__name__).debug("Case %s failed", case.id, exc_info=True)
        error = f"{type(failure).__name__}: {failure}"
    return Outcome(
        case=case.id,
        figures=figures,
        asked=asked,
        drafts=drafts,
        error=error,
        seconds=round(talk.seconds, 3),
        first_word=talk.first_word,
        tokens=talk.tokens,
    )


async def _first_draft(talk: Talk, case: Case, asked: list[str]) -> None:
    await talk.begin(case.mail, case.instructions, case.user)
    for _ in range(MAX_QUESTION_ROUNDS):
        if not (questions := talk.questions):
            return
        asked += questions
        await talk.answer([case.answer_to(question) for question in questions])
    if talk.questions:
        raise _AsksWithoutEnd(f"It asked {MAX_QUESTION_ROUNDS} times and wrote no draft.")


async def _rounds(talk: Talk, case: Case, drafts: list[Drafted], figures: dict[Figure, Tally]) -> None:
    standing = Standing.of(case)
    obeyed = kept = 0
    for asked in case.rounds:
        standing = standing.after(asked)
        earlier = [drafted.draft for drafted in drafts]
        await talk.feedback(asked.say)
        effect, loss = (
            effect_of(asked, talk.draft, earlier),
            loss_of(asked, talk.draft, earlier[-1], standing),
        )
        obeyed, kept = obeyed + (not effect), kept + (not loss)
        drafts.append(Drafted(said=asked.say, draft=talk.draft, failed=[*effect, *loss]))
        figures["obeyed"] = Tally(good=obeyed, of=len(case.rounds))
        figures["kept"] = Tally(good=kept, of=len(case.rounds))


def _at_stake(case: Case) -> dict[Figure, int]:
    """Return how many cases each figure is out of."""
    return {
        "send_ready": 1,
        "role": 1,
        "signed": 1,
        "must": len(case.must),
        "must_not": 1,
        "asks": len(case.asks),
        "language": 1,
        "leaks": 1,
        "echo": 1,
        "length": 1 if case.max_words else 0,
        "needless": int(case.questions == "none"),
        "needed": int(case.questions == "needed"),
        "obeyed": len(case.rounds),
        "kept": len(case.rounds),
    }


def _figures_of(case: Case, checks: list[Check], asked: list[str]) -> dict[Figure, Tally]:
    figures: dict[Figure, Tally] = {
        figure: Tally(good=sum(check.passed for check in found), of=len(found))
        for figure in FIGURES
        if (found := [check for check in checks if check.kind == figure])
    }
    figures["send_ready"] = Tally(good=int(all(check.passed for check in checks)), of=1)
    if case.questions == "none":
        figures["needless"] = Tally(good=int(not asked), of=1)
    if case.questions == "needed":
        figures["needed"] = Tally(good=int(bool(asked)), of=1)
    return figures


def _failed(checks: list[Check]) -> list[str]:
    return [f"{check.kind}: {check.about}" for check in checks if not check.passed]
