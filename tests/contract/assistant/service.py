"""What the tests of the service share: whose conversation, which email, and a service on a database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from email_assistant.conversation.commands import Accept, Answers, Command, NewEmail, Revise
from email_assistant.service.assistant import EmailAssistant, Limits
from email_assistant.service.view import ConversationView
from email_assistant.store.opening import open_url
from email_assistant.writing.drafting import Drafting
from tests.fakes.scripted_model import Hang, ScriptedModel

OWNER = "sam"
MAIL = "From: Dana <dana@example.com>\nSubject: Lunch\n\nShall we have lunch on Tuesday or on Thursday?"
OTHER_MAIL = "From: Eva <eva@example.com>\nSubject: Dinner\n\nShall we have dinner?"
UNKNOWN = "5f0c1c7a-6a35-4f0e-9a53-0b9a3c523f0c"

AT: dict[str, list[Command]] = {
    "process_input": [],
    "clarify_instructions": [NewEmail(MAIL)],
    "process_feedback": [NewEmail(MAIL, "say yes")],
    "none": [NewEmail(MAIL, "say yes"), Accept()],
}
Say = Callable[..., Any]


async def silent_turn(say: Say, model: ScriptedModel, *words: str) -> asyncio.Task[ConversationView]:
    """Return a turn that runs, in which the model falls silent after these words of its draft."""
    hang = Hang()
    model.drafts.append([*words, hang])
    turn = asyncio.create_task(say(NewEmail(MAIL, "say yes")))
    await hang.reached.wait()
    return turn


@asynccontextmanager
async def service(
    database_url: str, model: ScriptedModel, limits: Limits | None = None
) -> AsyncIterator[EmailAssistant]:
    drafting = Drafting(proofreads=False)
    async with (
        open_url(database_url) as database,
        aclosing(EmailAssistant(database, model, limits=limits, drafting=drafting)) as opened,
    ):
        yield opened


def spoken(view: ConversationView) -> list[str]:
    """Return what was said and shown, in its order."""
    return [type(entry).__name__ for entry in view.state.timeline]


async def end(turn: asyncio.Task[Any]) -> None:
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn


async def fail_at(step: str, say: Say, model: ScriptedModel, failure: BaseException) -> None:
    """Bring the conversation to a failure of the model at `step`."""
    if step == "questions":
        model.questions.append(failure)
        failing: Command = NewEmail(MAIL, "say yes")
    elif step == "questions after the instructions":
        await say(NewEmail(MAIL))
        model.questions.append(failure)
        failing = Answers(("say yes",))
    elif step == "first draft":
        model.drafts.append(failure)
        failing = NewEmail(MAIL, "say yes")
    elif step == "first draft after answers":
        model.questions.append(["Which day?"])
        await say(NewEmail(MAIL, "say yes"))
        model.drafts.append(["Dear ", failure])
        failing = Answers(("Thursday",))
    else:
        await say(NewEmail(MAIL, "say yes"))
        model.drafts.append(["Dear ", failure])
        failing = Revise("shorter")
    with pytest.raises(type(failure)):
        await say(failing)
