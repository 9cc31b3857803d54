"""Requests are counted for all processes together, and never more than a minute's are saved up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from email_assistant.store import rates as module
from email_assistant.store import schema
from email_assistant.store.database import Database
from email_assistant.store.opening import open_url
from email_assistant.store.rates import Rates


@pytest.fixture
def rates(database: Database) -> Rates:
    return Rates(database)


@pytest.fixture
async def others(database_url: str) -> AsyncIterator[Rates]:
    """Open what another process would use."""
    async with open_url(database_url) as database:
        yield Rates(database)


async def test_two_processes_allow_no_more_than_one(rates: Rates, others: Rates) -> None:
    taken = [await each.take("sam", 2, 6) for each in (rates, others, rates)]
    assert taken == [(2, 0), (2, 0), (2, 0)]

    for each in (rates, others):
        count, wait = await each.take("sam", 2, 6)
        assert count == 0
        assert 0 < wait <= 10
    assert await others.take("eve", 2, 6) == (2, 0)


async def test_of_many_at_once_no_more_than_allowed_are_taken(rates: Rates, others: Rates) -> None:
    taken = await asyncio.gather(*(each.take("sam", 1, 3) for each in (rates, others) * 5))
    assert sum(count for count, _ in taken) == 3


async def test_where_no_block_is_left_one_is(rates: Rates) -> None:
    assert await rates.take("sam", 4, 6) == (4, 0)
    assert [await rates.take("sam", 4, 6) for _ in range(2)] == [(1, 0), (1, 0)]
    assert (await rates.take("sam", 4, 6))[0] == 0


async def test_with_time_they_come_back_and_are_forgotten(
    rates: Rates, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("sam", "eve"):
        await rates.take(key, 3, 3)
    past = schema.rates.update().values(used_until=time.time() - 1)
    await database.write(lambda connection: connection.execute(past))
    monkeypatch.setattr(module, "MINUTE", 0.0)  # since it was tidied last

    await rates.take("kim", 1, 3)
    monkeypatch.undo()
    assert len(await database.fetch(schema.rates.select())) == 1
    assert await rates.take("sam", 3, 3) == (3, 0)
