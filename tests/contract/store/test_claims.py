"""One turn at a time for a conversation, over tasks and over processes, and none that blocks for ever."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from email_assistant.errors import ConversationBusy
from email_assistant.store import schema
from email_assistant.store.claims import Claims
from email_assistant.store.database import Database

LEASE = 2.0


@pytest.fixture
def claims(database: Database) -> Claims:
    return Claims(database, timedelta(seconds=LEASE))


@pytest.fixture
def other_process(database: Database) -> Claims:
    """Provide what another server process would use on the same database."""
    return Claims(database, timedelta(seconds=LEASE))


async def test_a_second_turn_is_told_that_the_first_still_runs(
    claims: Claims, other_process: Claims, app_id: str
) -> None:
    async with claims.hold(app_id):
        for second in (claims, other_process):
            with pytest.raises(ConversationBusy):
                async with second.hold(app_id):
                    pytest.fail("two turns at once")

    async with other_process.hold(app_id):
        pass
    async with claims.hold(app_id):
        pass


async def test_conversations_do_not_wait_for_each_other(
    claims: Claims, other_process: Claims, app_id: str
) -> None:
    another = app_id.replace("0", "1")
    async with claims.hold(app_id), claims.hold(another):
        pass
    async with claims.hold(app_id), other_process.hold(another):
        pass


async def test_a_turn_that_fails_or_is_cancelled_lets_go(
    claims: Claims, other_process: Claims, app_id: str
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with claims.hold(app_id):
            raise ZeroDivisionError

    held = asyncio.Event()

    async def turn() -> None:
        async with claims.hold(app_id):
            held.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(turn())
    await held.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with other_process.hold(app_id):
        pass


async def test_of_many_at_once_exactly_one_holds(claims: Claims, other_process: Claims, app_id: str) -> None:
    ready = asyncio.Event()

    async def turn(each: Claims) -> bool:
        try:
            async with each.hold(app_id):
                await ready.wait()
                return True
        except ConversationBusy:
            return False

    turns = [asyncio.create_task(turn(each)) for each in (claims, other_process) * 5]
    refused, _ = await asyncio.wait(turns, return_when=asyncio.FIRST_COMPLETED)
    while len(refused) < 9:
        done, _ = await asyncio.wait(set(turns) - refused, return_when=asyncio.FIRST_COMPLETED)
        refused |= done
    ready.set()

    assert sorted(await asyncio.gather(*turns)) == [False] * 9 + [True]


async def test_nothing_is_left_when_all_turns_have_ended(
    database: Database, claims: Claims, app_id: str
) -> None:
    before = asyncio.all_tasks()
    async with claims.hold(app_id):
        pass

    assert asyncio.all_tasks() == before
    assert await database.fetch(schema.claims.select()) == []


async def test_a_turn_longer_than_the_lease_keeps_its_claim(
    database: Database, claims: Claims, other_process: Claims, app_id: str
) -> None:
    async with claims.hold(app_id):
        first = await expiry(database)
        while await expiry(database) < first + timedelta(seconds=LEASE):
            with pytest.raises(ConversationBusy):
                async with other_process.hold(app_id):
                    pytest.fail("two turns at once")
            await asyncio.sleep(LEASE / 10)  # the lease is a matter of time


async def test_a_killed_process_blocks_its_conversation_no_longer_than_its_lease(
    claims: Claims, database_url: str, app_id: str
) -> None:
    async with holder(database_url, app_id) as process:
        with pytest.raises(ConversationBusy):
            async with claims.hold(app_id):
                pytest.fail("two turns at once")
        process.kill()
        await process.wait()

    killed = time.monotonic()
    while True:
        try:
            async with claims.hold(app_id):
                break
        except ConversationBusy:
            assert time.monotonic() < killed + LEASE + 1
            await asyncio.sleep(LEASE / 20)  # the lease is a matter of time


async def expiry(database: Database) -> datetime:
    (claim,) = await database.fetch(schema.claims.select())
    expires_at: datetime = claim.expires_at
    return expires_at


@asynccontextmanager
async def holder(database_url: str, app_id: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Provide a real process that holds the claim."""
    script = Path(__file__).with_name("claim_holder.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), database_url, app_id, str(LEASE), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"held\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_that_was_set_while_nobody_renewed_keeps_nobody_out(
    claims: Claims, database: Database, app_id: str, hours: int
) -> None:
    """As after a power cut on a machine whose clock forgets the time."""
    now = datetime.now(UTC)
    dead = {"app_id": app_id, "holder": "dead", "expires_at": now + timedelta(hours=hours, seconds=4)}
    await database.write(lambda connection: connection.execute(insert(schema.claims).values(dead)))

    assert not await claims.held_elsewhere(app_id)
    async with claims.hold(app_id):
        pass


async def test_a_claim_that_is_renewed_is_not_taken_for_one_of_another_time(
    claims: Claims, other_process: Claims, app_id: str
) -> None:
    async with claims.hold(app_id):
        await claims._renew_all()
        assert await other_process.held_elsewhere(app_id)
