"""What is saved comes back, to its owner only, and only the newest writer wins."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from burr.core import State
from sqlalchemy import Table
from sqlalchemy.exc import StatementError

from email_assistant.errors import ConversationBusy, ConversationNotFound
from email_assistant.store.conversations import Conversations
from email_assistant.store.database import Database
from email_assistant.store.opening import open_url
from email_assistant.store.rows import Glance, Problem
from email_assistant.store.schema import conversations as conversations_table
from email_assistant.store.schema import states
from email_assistant.store.states import States
from tests.contract.store.saving import Save, saved

UNKNOWN = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

OWNER = "sam"


async def test_a_state_comes_back_as_it_was_saved(stored_states: States, app_id: str) -> None:
    state: State[Any] = State(
        {"current_draft": "Grüße 日本 👋 \0 \ud800", "questions": ["a", None, {"b": [1.5, True]}]}
    )

    await stored_states.save(OWNER, app_id, 0, "formulate_draft", state, "failed")
    loaded = await saved(stored_states, app_id)

    assert loaded.state == state.get_all()
    assert (loaded.conversation.position, loaded.conversation.status) == ("formulate_draft", "failed")
    assert loaded.conversation.sequence_id == 0


async def test_a_dict_that_looks_like_a_serialised_object_is_only_a_dict(
    stored_states: States, save: Save, app_id: str
) -> None:
    hostile = {"__burr_serde__": "pickle", "value": "gASVAAAA"}

    await save(0, answers=[hostile])

    assert (await saved(stored_states, app_id)).state["answers"] == [hostile]


async def test_a_value_that_json_does_not_know_is_refused_and_nothing_is_written(
    stored_states: States, save: Save, app_id: str
) -> None:
    with pytest.raises(StatementError, match="not JSON serializable"):
        await save(0, answers={1, 2})

    assert await stored_states.load(OWNER, app_id) is None


async def test_only_the_newest_state_is_kept(database: Database, save: Save) -> None:
    for step in range(5):
        await save(step, current_draft=f"Draft {step}")

    assert await count(database, states) == 1
    assert await count(database, conversations_table) == 1


@pytest.mark.parametrize("owner", ["somebody else", "", "SAM", "s%"])
async def test_a_foreign_state_is_like_none(
    stored_states: States, save: Save, app_id: str, owner: str
) -> None:
    await save(0)

    assert await stored_states.load(owner, app_id) is None


@pytest.mark.parametrize("app_id", ["", "1", "\0", "\ud800", "../../x", "%", UNKNOWN])
async def test_an_unknown_or_malformed_id_is_like_none(stored_states: States, app_id: str) -> None:
    assert await stored_states.load(OWNER, app_id) is None


@pytest.mark.parametrize("app_id", ["", "1", "\0", "../../x", UNKNOWN.upper()])
async def test_a_malformed_id_is_never_stored(database: Database, save: Save, app_id: str) -> None:
    with pytest.raises(ConversationNotFound):
        await save(0, app_id=app_id)

    assert await count(database, conversations_table) == 0


@pytest.mark.parametrize("sequence_id", [0, 1])
async def test_nobody_writes_over_a_foreign_state(
    stored_states: States, save: Save, app_id: str, sequence_id: int
) -> None:
    await save(0, current_draft="mine")

    with pytest.raises((ConversationNotFound, ConversationBusy)):
        await save(sequence_id, owner="eve", current_draft="hers")

    assert (await saved(stored_states, app_id)).state["current_draft"] == "mine"
    assert await stored_states.load("eve", app_id) is None


@pytest.mark.parametrize("sequence_id", [0, 1, 3])
async def test_a_step_that_does_not_follow_the_stored_one_loses(
    stored_states: States, save: Save, app_id: str, sequence_id: int
) -> None:
    await save(0, current_draft="first")
    await save(1, current_draft="second")

    with pytest.raises(ConversationBusy):
        await save(sequence_id, current_draft="lost")

    assert (await saved(stored_states, app_id)).state["current_draft"] == "second"


async def test_of_many_writers_at_once_exactly_one_wins(
    database_url: str, database: Database, save: Save, app_id: str
) -> None:
    await save(0)

    async with AsyncExitStack() as stack:
        others = [await stack.enter_async_context(open_url(database_url)) for _ in range(4)]
        writers = [States(other, lambda *_: Glance()) for other in [database, *others] for _ in "ab"]
        outcomes = await asyncio.gather(
            *(
                writer.save(OWNER, app_id, 1, "process_feedback", State({"feedback": number}), "completed")
                for number, writer in enumerate(writers)
            ),
            return_exceptions=True,
        )

    winners = [number for number, outcome in enumerate(outcomes) if outcome is None]
    assert [type(outcome) for outcome in outcomes if outcome] == [ConversationBusy] * 9
    loaded = await saved(States(database, lambda *_: Glance()), app_id)
    assert [loaded.state["feedback"]] == winners


@pytest.mark.parametrize("sequence_id", [1, 7])
async def test_a_deleted_conversation_is_not_brought_back_by_a_turn_that_still_runs(
    database: Database, conversations: Conversations, save: Save, app_id: str, sequence_id: int
) -> None:
    for step in range(sequence_id):
        await save(step)
    await conversations.delete(OWNER, app_id)

    with pytest.raises(ConversationNotFound):
        await save(sequence_id)

    assert await count(database, states) == 0


async def test_the_first_step_of_a_conversation_that_was_created_before(
    conversations: Conversations, stored_states: States, save: Save
) -> None:
    created = await conversations.create(OWNER)
    assert await stored_states.load(OWNER, created.app_id) is None

    await save(0, app_id=created.app_id, subject="Lunch")

    found = await conversations.find(OWNER, created.app_id)
    assert (found.title, found.created_at) == ("Lunch", created.created_at)
    assert (await saved(stored_states, created.app_id)).state["subject"] == "Lunch"


async def test_why_a_step_failed_is_known_until_one_succeeds(
    conversations: Conversations, stored_states: States, save: Save, app_id: str
) -> None:
    problem = Problem("ModelBusy", "The model asks to wait. Try again in a minute.")

    await stored_states.save(OWNER, app_id, 0, "formulate_draft", State(), "failed", problem=problem)
    failed = await conversations.find(OWNER, app_id)
    assert (failed.position, failed.status, failed.problem) == ("formulate_draft", "failed", problem)
    assert (await saved(stored_states, app_id)).conversation == failed

    await save(1)
    assert (await conversations.find(OWNER, app_id)).problem is None


async def count(database: Database, table: Table) -> int:
    return len(await database.fetch(table.select()))
