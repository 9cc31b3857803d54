"""Several processes on one database: each sees, stops and counts the turns of the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from email_assistant.conversation.commands import GoOn, NewEmail, Retry, UseStopped
from email_assistant.errors import ConversationBusy, ConversationNotFound, ModelBusy, RateLimited
from email_assistant.service import turns
from email_assistant.service.assistant import EmailAssistant, Limits
from email_assistant.service.view import ConversationView
from email_assistant.store.claims import Claims
from email_assistant.store.opening import open_url
from email_assistant.store.schema import claims
from tests.contract.assistant.service import MAIL, OWNER, service
from tests.fakes.scripted_model import Hang, ScriptedModel

EMAIL = NewEmail(MAIL, "say yes")
Turn = asyncio.Task[ConversationView]


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[EmailAssistant]:
    """Open what another process would."""
    async with service(database_url, ScriptedModel()) as opened:
        yield opened


@asynccontextmanager
async def running(
    assistant: EmailAssistant, app_id: str, model: ScriptedModel, *words: str
) -> AsyncIterator[tuple[Turn, Hang]]:
    """Run a turn in which the model falls silent after these words, until it may go on."""
    hang = Hang()
    model.drafts.append([*words, hang, "Done."])
    turn = asyncio.create_task(assistant.turn(OWNER, app_id, EMAIL))
    await hang.reached.wait()
    try:
        yield turn, hang
    finally:
        hang.go_on.set()
        await asyncio.gather(turn, return_exceptions=True)


async def test_a_turn_is_seen_to_run_and_its_end_can_be_awaited(
    assistant: EmailAssistant, other: EmailAssistant, app_id: str, model: ScriptedModel
) -> None:
    async with running(assistant, app_id, model) as (turn, hang):
        assert await other.view(OWNER, app_id) == await assistant.view(OWNER, app_id)
        assert (await other.view(OWNER, app_id)).running == "formulate_draft"

        rest = asyncio.create_task(other.wait_idle(OWNER, app_id))
        hang.go_on.set()
        await rest

        assert (await other.view(OWNER, app_id)).state.current_draft == "Done."
        assert await turn == await other.view(OWNER, app_id)


async def test_what_did_not_finish_is_not_seen_to_run(
    assistant: EmailAssistant, other: EmailAssistant, app_id: str, model: ScriptedModel
) -> None:
    model.drafts.append(ModelBusy("Try again."))
    with pytest.raises(ModelBusy):
        await assistant.turn(OWNER, app_id, EMAIL)

    view = await other.view(OWNER, app_id)

    assert (view.next_step, view.running, view.problem) == ("retry", None, "Try again.")
    assert (await other.turn(OWNER, app_id, Retry())).next_step == "process_feedback"


async def test_a_turn_is_stopped_and_can_be_retried_where_it_was_stopped(
    assistant: EmailAssistant, other: EmailAssistant, app_id: str, model: ScriptedModel
) -> None:
    async with running(assistant, app_id, model, "Dear ") as (turn, _):
        view = await other.stop(OWNER, app_id)

        assert (view.next_step, view.running, view.stopped) == ("retry", None, True)
        assert view.state.stopped_draft == "Dear"
        assert model.open_streams == 0
        with pytest.raises(asyncio.CancelledError):
            await turn
    assert (await other.turn(OWNER, app_id, Retry())).next_step == "process_feedback"


async def test_a_stop_is_not_meant_for_the_turn_after(
    assistant: EmailAssistant, other: EmailAssistant, app_id: str, model: ScriptedModel
) -> None:
    async with running(assistant, app_id, model):
        await other.stop(OWNER, app_id)
    model.drafts.append(["Done."])
    assert (await assistant.turn(OWNER, app_id, Retry())).state.current_draft == "Done."


async def test_deleting_stops_what_runs(
    assistant: EmailAssistant, other: EmailAssistant, app_id: str, model: ScriptedModel
) -> None:
    async with running(assistant, app_id, model) as (turn, _):
        await other.delete(OWNER, app_id)

        with pytest.raises(asyncio.CancelledError):
            await turn
    with pytest.raises(ConversationNotFound):
        await assistant.view(OWNER, app_id)


async def test_deleting_all_stops_what_runs_of_that_person(
    assistant: EmailAssistant, other: EmailAssistant, app_id: str, model: ScriptedModel
) -> None:
    foreign = (await other.create("eve")).app_id
    async with running(assistant, app_id, model) as (turn, _):
        emptied = await other.delete_all(OWNER)

        assert (emptied.deleted, emptied.kept) == (1, 0)
        with pytest.raises(asyncio.CancelledError):
            await turn
    assert await other.ids("eve") == [foreign]


async def test_what_does_not_stop_in_time_stays(
    database_url: str,
    other: EmailAssistant,
    assistant: EmailAssistant,
    app_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "STOP_WITHIN", 0.5)
    async with open_url(database_url) as database, Claims(database).hold(app_id):  # and pays no attention
        await other.stop(OWNER, app_id)
        with pytest.raises(ConversationBusy):
            await other.delete(OWNER, app_id)
        emptied = await other.delete_all(OWNER)
        assert (emptied.deleted, emptied.kept) == (0, 1)
    await other.delete(OWNER, app_id)


async def test_turns_at_once_are_counted_together(database_url: str) -> None:
    model, limits = ScriptedModel(), Limits(conversations=9, turns=2)
    async with (
        service(database_url, model, limits) as one,
        service(database_url, ScriptedModel(), limits) as two,
    ):
        ids = [(await one.create(OWNER)).app_id for _ in range(3)]
        eves = (await one.create("eve")).app_id
        async with running(one, ids[0], model), running(one, ids[1], model) as (_, hang):
            with pytest.raises(RateLimited, match="2 replies are being worked on"):
                await two.turn(OWNER, ids[2], EMAIL)
            assert (await two.turn("eve", eves, EMAIL)).next_step == "process_feedback"
            hang.go_on.set()
            await two.wait_idle(OWNER, ids[1])
            assert (await two.turn(OWNER, ids[2], EMAIL)).next_step == "process_feedback"


async def test_of_many_at_once_no_more_than_allowed_run(database_url: str) -> None:
    model, limits = ScriptedModel(), Limits(conversations=9, turns=2)
    async with service(database_url, model, limits) as one, service(database_url, model, limits) as two:
        ids = [(await one.create(OWNER)).app_id for _ in range(6)]
        hangs = [Hang() for _ in range(2)]
        model.drafts += [[hang, "Done."] for hang in hangs]
        all_turns = [
            asyncio.create_task((one, two)[number % 2].turn(OWNER, app_id, EMAIL))
            for number, app_id in enumerate(ids)
        ]
        for hang in hangs:
            await hang.reached.wait()
        refused = set[Turn]()
        while len(refused) < 4:
            done, _ = await asyncio.wait({*all_turns} - refused, return_when=asyncio.FIRST_COMPLETED)
            refused |= done
        for hang in hangs:
            hang.go_on.set()
        outcomes = await asyncio.gather(*all_turns, return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == 2 * ["ConversationView"] + 4 * ["RateLimited"]


@pytest.mark.parametrize("go_on", [Retry(), GoOn(), UseStopped()])
async def test_what_a_process_had_written_when_it_died_is_kept(
    go_on: Retry | GoOn | UseStopped,
    assistant: EmailAssistant,
    database_url: str,
    app_id: str,
    model: ScriptedModel,
) -> None:
    model.drafts.append(ModelBusy("Try again."))
    with pytest.raises(ModelBusy):
        await assistant.turn(OWNER, app_id, EMAIL)
    dead = {"holder": "dead", "expires_at": datetime.now(UTC) - timedelta(hours=1), "words": "Dear Da"}
    async with open_url(database_url) as database:
        left = insert(claims).values(app_id=app_id, **dead)
        await database.write(lambda connection: connection.execute(left))

    view = await assistant.view(OWNER, app_id)
    assert (view.next_step, view.state.stopped_draft) == ("retry", "Dear Da")

    await assistant.choose_model(OWNER, app_id)  # any claim of it takes the words over
    assert (await assistant.view(OWNER, app_id)).state.stopped_draft == "Dear Da"

    model.drafts.append(["Dear Dana, yes."])
    view = await assistant.turn(OWNER, app_id, go_on, seen=view.version)
    assert view.state.current_draft == ("Dear Da" if isinstance(go_on, UseStopped) else "Dear Dana, yes.")
    assert view.state.stopped_draft == ""
