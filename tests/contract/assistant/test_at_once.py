"""Two at once, stop and delete."""

from __future__ import annotations

import asyncio

import pytest

from email_assistant.conversation.commands import Accept, NewEmail, Retry, Revise
from email_assistant.errors import ConversationBusy, ConversationNotFound, StaleDraft
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.view import ConversationView
from tests.contract.assistant.service import MAIL, OWNER, Say, end, service, silent_turn
from tests.fakes.scripted_model import Hang, ScriptedModel


async def test_while_a_turn_runs_every_other_is_told_that_it_is_busy(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    hang = Hang()
    await say(NewEmail(MAIL, "say yes"))
    model.drafts.append([hang, "Shorter."])
    turn = asyncio.create_task(say(Revise("shorter")))
    await hang.reached.wait()

    for said in (Revise("longer"), Accept(), Retry(), NewEmail(MAIL)):
        with pytest.raises(ConversationBusy):
            await say(said)
    assert (await assistant.view(OWNER, app_id)).running == "formulate_draft"

    hang.go_on.set()
    view = await turn
    assert [said.text for said in view.state.feedback_history] == ["shorter"]
    assert (view.state.current_draft, view.running) == ("Shorter.", None)


async def test_of_many_at_once_exactly_one_wins(say: Say) -> None:
    view = await say(NewEmail(MAIL, "say yes"))

    outcomes = await asyncio.gather(
        *(say(Revise(f"wish {n}"), seen=view.version) for n in range(10)), return_exceptions=True
    )

    won = [outcome for outcome in outcomes if isinstance(outcome, ConversationView)]
    assert len(won) == 1
    assert len(won[0].state.feedback_history) == 1
    assert {type(lost) for lost in outcomes if lost not in won} <= {ConversationBusy, StaleDraft}


async def test_of_two_services_on_one_database_exactly_one_wins(database_url: str) -> None:
    async with (
        service(database_url, ScriptedModel()) as one,
        service(database_url, ScriptedModel()) as other,
    ):
        app_id = (await one.create(OWNER)).app_id
        seen = await one.turn(OWNER, app_id, NewEmail(MAIL, "say yes"))

        outcomes = await asyncio.gather(
            one.turn(OWNER, app_id, Revise("shorter"), seen=seen.version),
            other.turn(OWNER, app_id, Revise("longer"), seen=seen.version),
            return_exceptions=True,
        )

        assert sum(isinstance(outcome, ConversationView) for outcome in outcomes) == 1
        view = await one.view(OWNER, app_id)
        assert len(view.state.feedback_history) == 1
        assert view.next_step == "process_feedback"


async def test_one_conversations_slow_model_does_not_delay_another(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    turn = await silent_turn(say, model)
    other = (await assistant.create(OWNER)).app_id

    view = await assistant.turn(OWNER, other, NewEmail(MAIL, "say yes"))

    assert view.next_step == "process_feedback"
    await end(turn)


async def test_stop_ends_the_turn_and_the_step_can_be_retried(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    turn = await silent_turn(say, model, "Dear ")

    await assistant.stop(OWNER, app_id)
    await assistant.stop(OWNER, app_id)
    await assistant._turns.wait_here(app_id)

    with pytest.raises(asyncio.CancelledError):
        await turn
    assert model.open_streams == 0
    assert (await assistant.view(OWNER, app_id)).next_step == "retry"
    assert (await say(Retry())).next_step == "process_feedback"


async def test_stop_where_nothing_runs_does_nothing(assistant: EmailAssistant, app_id: str, say: Say) -> None:
    seen = await say(NewEmail(MAIL, "say yes"))

    await assistant.stop(OWNER, app_id)
    await assistant._turns.wait_here(app_id)

    assert await assistant.view(OWNER, app_id) == seen


async def test_a_turn_can_begin_as_soon_as_the_one_before_has_settled(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    turn = await silent_turn(say, model)

    await assistant.stop(OWNER, app_id)
    await assistant._turns.wait_here(app_id)

    assert (await say(Retry())).next_step == "process_feedback"
    with pytest.raises(asyncio.CancelledError):
        await turn


async def test_deleting_stops_what_runs_and_removes_everything(
    assistant: EmailAssistant, app_id: str, say: Say, model: ScriptedModel
) -> None:
    turn = await silent_turn(say, model)

    await assistant.delete(OWNER, app_id)

    with pytest.raises(asyncio.CancelledError):
        await turn
    with pytest.raises(ConversationNotFound):
        await assistant.view(OWNER, app_id)
    assert (await assistant.page(OWNER)).conversations == ()


async def test_closing_the_service_stops_what_runs_and_it_can_be_retried_after_the_next_start(
    database_url: str,
) -> None:
    model, hang = ScriptedModel(), Hang()
    model.drafts.append(["Dear ", hang])
    async with service(database_url, model) as before:
        app_id = (await before.create(OWNER)).app_id
        turn = asyncio.create_task(before.turn(OWNER, app_id, NewEmail(MAIL, "say yes")))
        await hang.reached.wait()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert model.open_streams == 0

    async with service(database_url, ScriptedModel()) as after:
        assert (await after.view(OWNER, app_id)).next_step == "retry"
        assert (await after.turn(OWNER, app_id, Retry())).next_step == "process_feedback"
