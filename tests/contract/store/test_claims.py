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

from email_assistant.errors import ConversationBusy, RateLimited
from email_assistant.store import schema
from email_assistant.store.claims import Claims, Foreign
from email_assistant.store.database import Database
from email_assistant.store.processes import Processes

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


async def test_a_killed_process_of_this_machine_blocks_nothing(
    database: Database, database_url: str, tmp_path: Path, app_id: str
) -> None:
    """Not even for its lease; what it had written is there for whoever comes next."""
    shared = tmp_path / "processes"
    claims = Claims(database, timedelta(hours=1), Processes(shared))
    async with holder(database_url, app_id, 3600, shared) as process:
        await said(process, "renewed")
        with pytest.raises(ConversationBusy):
            async with claims.hold(app_id):
                pytest.fail("two turns at once")
        process.kill()
        await process.wait()

        foreign = await claims.foreign(app_id)
        assert foreign == Foreign(lives=False, words="Dear  Da")
        async with claims.hold(app_id) as left_words:
            assert left_words == "Dear  Da"
            assert len([*shared.iterdir()]) == 1
    claims.leave()
    assert not [*shared.iterdir()]


async def test_a_process_that_begins_sets_free_what_a_killed_one_held(
    database: Database, database_url: str, tmp_path: Path, app_id: str
) -> None:
    shared = tmp_path / "processes"
    async with holder(database_url, app_id, 3600, shared) as process:
        process.kill()
        await process.wait()

    claims = Claims(database, timedelta(hours=1), Processes(shared))
    async with claims.hold(app_id.replace("0", "1")):
        assert await Claims(database, timedelta(hours=1)).foreign(app_id) == Foreign(False, "")
    claims.leave()


async def test_turns_of_a_killed_process_do_not_count(
    database: Database, database_url: str, tmp_path: Path, app_id: str
) -> None:
    shared, another = tmp_path / "processes", app_id.replace("0", "1")
    claims = Claims(database, timedelta(hours=1), Processes(shared))
    async with holder(database_url, app_id, 3600, shared) as process:
        with pytest.raises(RateLimited):
            async with claims.hold(another, owner="sam", most=1):
                pytest.fail("more than may be")
        process.kill()
        await process.wait()
        async with claims.hold(another, owner="sam", most=1):
            pass
    claims.leave()


async def test_one_of_another_machine_is_not_taken_for_dead(
    database: Database, tmp_path: Path, app_id: str
) -> None:
    """As where two machines share the folder, and the file system does not tell of the other's locks."""
    here, there = (Claims(database, processes=Processes(tmp_path / "processes")) for _ in range(2))
    async with there.hold(app_id):
        (file,) = (tmp_path / "processes").iterdir()
        file.unlink()
        file.write_bytes(b"another machine")
        with pytest.raises(ConversationBusy):
            async with here.hold(app_id):
                pytest.fail("two turns at once")
        assert await here.held_elsewhere(app_id)
    here.leave()


async def test_where_no_file_can_be_locked_the_lease_decides(
    database: Database, tmp_path: Path, app_id: str
) -> None:
    (tmp_path / "processes").write_text("in the way")
    here, there = (Claims(database, processes=Processes(tmp_path / "processes")) for _ in range(2))
    async with there.hold(app_id):
        assert await here.held_elsewhere(app_id)
    async with here.hold(app_id):
        pass
    here.leave()


async def test_another_process_can_ask_it_to_stop(claims: Claims, database_url: str, app_id: str) -> None:
    async with holder(database_url, app_id) as process:
        await claims.ask_to_stop([app_id])
        await said(process, "stopped")


@asynccontextmanager
async def holder(
    database_url: str, app_id: str, lease: float = LEASE, folder: Path | str = ""
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Provide a real process that holds the claim."""
    script = Path(__file__).with_name("claim_holder.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        database_url,
        app_id,
        str(lease),
        str(folder),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        await said(process, "held")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def said(process: asyncio.subprocess.Process, word: str) -> None:
    """Wait until the process says this word."""
    assert process.stdout is not None
    async with asyncio.timeout(30):
        async for line in process.stdout:
            if line.decode().strip() == word:
                return
    raise AssertionError(f"It ended without {word!r}.")


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
