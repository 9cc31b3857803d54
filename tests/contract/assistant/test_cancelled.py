"""Cancelled anywhere, a conversation goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from functools import partial
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, event

from email_assistant.conversation.commands import Accept, Answers, Command, Edit, NewEmail, Retry, Revise
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.turns import Progress
from email_assistant.service.view import ConversationView
from email_assistant.store.database import Database
from email_assistant.store.opening import open_url
from email_assistant.writing.drafting import Drafting
from tests.contract.assistant.service import MAIL, OTHER_MAIL, OWNER, Say, end, spoken
from tests.fakes.scripted_model import Hang, ScriptedModel

TURNS: dict[str, tuple[list[Command], Command]] = {
    "email": ([], NewEmail(MAIL)),
    "email with instructions": ([], NewEmail(MAIL, "say yes")),
    "answer to how": ([NewEmail(MAIL)], Answers(("say yes",))),
    "feedback": ([NewEmail(MAIL, "say yes")], Revise("shorter")),
    "edit": ([NewEmail(MAIL, "say yes")], Edit("Mine.")),
    "accept": ([NewEmail(MAIL, "say yes")], Accept()),
    "reopen": ([NewEmail(MAIL, "say yes"), Accept()], Revise("shorter")),
    "corrected email": ([NewEmail(MAIL, "say yes")], NewEmail(OTHER_MAIL, role="corrected")),
}


def inputs_of(view: ConversationView) -> list[str]:
    return [kind for kind in spoken(view) if kind in ("SubmittedEmail", "Answered", "Feedback")]


@pytest.mark.parametrize("kind", TURNS)
@pytest.mark.parametrize("ticks", [0, 1, 2])
async def test_a_turn_cancelled_as_it_begins_leaves_a_conversation_that_goes_on(
    assistant: EmailAssistant, app_id: str, say: Say, kind: str, ticks: int
) -> None:
    before, said = TURNS[kind]
    for earlier in before:
        await say(earlier)
    seen = await assistant.view(OWNER, app_id)
    turn = asyncio.create_task(say(said))
    for _ in range(ticks):
        await asyncio.sleep(0)
    turn.cancel()
    await asyncio.wait([turn])

    await goes_on(assistant, app_id, say, seen, said)


@pytest.mark.parametrize("kind", TURNS)
async def test_a_turn_cancelled_at_any_statement_to_the_database_leaves_a_conversation_that_goes_on(
    database_url: str, kind: str
) -> None:
    model = ScriptedModel()
    async with (
        open_url(database_url) as database,
        aclosing(EmailAssistant(database, model, drafting=Drafting(proofreads=False))) as assistant,
    ):
        before, said = TURNS[kind]
        for number in range(1, 100):
            app_id = (await assistant.create(OWNER)).app_id
            say = partial(assistant.turn, OWNER, app_id)
            for earlier in before:
                await say(earlier)
            seen = await assistant.view(OWNER, app_id)
            turn = asyncio.create_task(say(said))
            with cancelled_at_statement(number, turn, database):
                await asyncio.wait([turn])

            assert model.open_streams == 0
            if not turn.cancelled():
                break
            await goes_on(assistant, app_id, say, seen, said)
    assert number > 5


@contextmanager
def cancelled_at_statement(number: int, turn: asyncio.Task[Any], database: Database) -> Iterator[None]:
    statements, loop = count(1), asyncio.get_running_loop()

    def executed(*_: object) -> None:
        if next(statements) == number:
            loop.call_soon_threadsafe(turn.cancel)  # a transaction runs in a thread of its own

    event.listen(Engine, "before_cursor_execute", executed)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", executed)


class CancelAt:
    """A listener that cancels its turn at the `number`th event that it hears."""

    def __init__(self, number: int) -> None:
        self.number = number

    async def __call__(self, event: Progress) -> None:
        self.number -= 1
        if self.number == 0:
            task = asyncio.current_task()
            assert task
            task.cancel()
            await asyncio.sleep(0)


@pytest.mark.parametrize("kind", TURNS)
@pytest.mark.parametrize("number", range(1, 6))
async def test_a_turn_cancelled_at_any_event_leaves_a_conversation_that_goes_on(
    *, assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, kind: str, number: int
) -> None:
    before, said = TURNS[kind]
    for earlier in before:
        await say(earlier)
    seen = await assistant.view(OWNER, app_id)
    turn = asyncio.create_task(say(said, listener=CancelAt(number)))
    await asyncio.wait([turn])

    assert model.open_streams == 0
    await goes_on(assistant, app_id, say, seen, said)


async def goes_on(
    assistant: EmailAssistant, app_id: str, say: Say, seen: ConversationView, said: Command
) -> None:
    view = await assistant.view(OWNER, app_id)
    assert view.running is None
    if view.version == seen.version and view.next_step == seen.next_step:
        view = await say(said, seen=view.version)  # it was not taken, and so can be said again
    elif view.next_step == "retry":
        view = await say(Retry(), seen=view.version)
    assert view.next_step != "retry"
    assert len(inputs_of(view)) == len(inputs_of(seen)) + 1
    versions = [draft.version for draft in view.state.draft_history]
    assert versions == list(range(1, len(versions) + 1))
    assert await assistant.view(OWNER, app_id) == view


@pytest.mark.parametrize("where", ["looking for questions", "before the first word", "between two words"])
async def test_a_turn_cancelled_in_the_model_closes_its_stream_and_goes_on_by_retry(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel, where: str
) -> None:
    hang = Hang()
    if where == "looking for questions":
        model.questions.append(hang)
    else:
        model.drafts.append([hang, "Dear "] if where == "before the first word" else ["Dear ", hang])
    turn = asyncio.create_task(say(NewEmail(MAIL, "say yes")))
    await hang.reached.wait()
    await end(turn)

    assert model.open_streams == 0
    view = await assistant.view(OWNER, app_id)
    assert view.next_step == "retry"
    assert spoken(view) == ["SubmittedEmail"]
    view = await say(Retry())
    assert spoken(view) == ["SubmittedEmail", "Draft"]
