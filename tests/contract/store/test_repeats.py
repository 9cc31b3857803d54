"""Requests that are sent again: done once, answered the same, for a day."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from email_assistant.errors import ConversationBusy, IdempotencyKeyReused
from email_assistant.store import schema
from email_assistant.store.claims import Claims
from email_assistant.store.conversations import Conversations
from email_assistant.store.database import Database
from email_assistant.store.repeats import KEPT, IdempotencyKeys
from tests.contract.store.saving import Save

OWNER = "sam"
ANSWER = {"status": 200, "body": "Grüße 🎉"}


@pytest.fixture
def repeats(database: Database) -> IdempotencyKeys:
    return IdempotencyKeys(database, Claims(database))


async def answered(
    repeats: IdempotencyKeys, *, owner: str = OWNER, key: str = "1", request: str = "write"
) -> dict[str, Any] | None:
    async with repeats.claim(owner, key, request) as repeat:
        return repeat.earlier


@pytest.fixture
async def kept(repeats: IdempotencyKeys, save: Save, app_id: str) -> None:
    await save(0)
    async with repeats.claim(OWNER, "1", "write") as repeat:
        assert repeat.earlier is None
        await repeat.keep(app_id, ANSWER)


@pytest.mark.usefixtures("kept")
async def test_a_repeat_gets_what_was_answered(repeats: IdempotencyKeys) -> None:
    assert await answered(repeats) == ANSWER


@pytest.mark.usefixtures("kept")
async def test_another_key_or_owner_stands_for_another_request(repeats: IdempotencyKeys) -> None:
    for key in ("2", "1" * 5000, "ä", "\0", "\ud800"):
        assert await answered(repeats, key=key) is None
    assert await answered(repeats, owner="eve") is None


@pytest.mark.usefixtures("kept")
async def test_a_key_stands_for_one_request(repeats: IdempotencyKeys) -> None:
    with pytest.raises(IdempotencyKeyReused):
        await answered(repeats, request="write more")


async def test_what_was_not_kept_is_done_again(repeats: IdempotencyKeys) -> None:
    assert await answered(repeats) is None
    assert await answered(repeats) is None


async def test_a_request_is_done_by_one_at_a_time(database: Database, repeats: IdempotencyKeys) -> None:
    elsewhere = IdempotencyKeys(database, Claims(database))
    begun, end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with repeats.claim(OWNER, "1", "write"):
            begun.set()
            await end.wait()

    task = asyncio.create_task(slow())
    await begun.wait()
    for same_key in (repeats, elsewhere):
        with pytest.raises(ConversationBusy):
            await answered(same_key)
    end.set()
    await task


@pytest.mark.usefixtures("kept")
async def test_an_answer_goes_with_its_conversation(
    repeats: IdempotencyKeys, conversations: Conversations, app_id: str
) -> None:
    await conversations.delete(OWNER, app_id)
    assert await answered(repeats) is None


async def test_an_answer_about_a_deleted_conversation_is_not_kept(
    repeats: IdempotencyKeys, app_id: str
) -> None:
    async with repeats.claim(OWNER, "1", "write") as repeat:
        await repeat.keep(app_id, ANSWER)
    assert await answered(repeats) is None


@pytest.mark.usefixtures("kept")
async def test_an_answer_is_kept_for_a_day(database: Database, repeats: IdempotencyKeys, app_id: str) -> None:
    table = schema.repeats
    yesterday = datetime.now(UTC) - KEPT - timedelta(seconds=1)
    await database.write(lambda connection: connection.execute(table.update().values(created_at=yesterday)))

    assert await answered(repeats) is None
    async with repeats.claim(OWNER, "2", "other") as repeat:
        await repeat.keep(app_id, ANSWER)
    assert len(await database.fetch(table.select())) == 1


async def test_of_many_large_answers_the_oldest_are_kept_short(
    repeats: IdempotencyKeys, save: Save, app_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("email_assistant.store.repeats.MAX_BYTES", 5_000)
    await save(0)
    large = {"body": secrets.token_hex(2_000)}
    for number in range(6):
        async with repeats.claim(OWNER, str(number), "write") as repeat:
            await repeat.keep(app_id, large)
    async with repeats.claim("eve", "0", "write") as repeat:
        await repeat.keep(app_id, large)

    found = [await answered(repeats, key=str(number)) for number in range(6)]
    # None is done again: the request is still known.
    assert found == [{"app_id": app_id}] * 4 + [large] * 2
    assert await answered(repeats, owner="eve", key="0") == large


async def test_no_owner_has_more_than_so_many_keys(
    repeats: IdempotencyKeys, save: Save, app_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("email_assistant.store.repeats.MAX_KEYS", 3)
    await save(0)
    for number in range(5):
        async with repeats.claim(OWNER, str(number), "write") as repeat:
            await repeat.keep(app_id, ANSWER)

    assert [await answered(repeats, key=str(n)) for n in range(5)] == [None, None, ANSWER, ANSWER, ANSWER]
