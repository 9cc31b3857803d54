"""A Postgres with 1,000 conversations of many people, and one with as many as you say, side by side.

`python -m bench.scale 1000000` takes about half an hour, most of it to fill the tables.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import asyncpg
from sqlalchemy import make_url

from bench.crowd import HEAVY, ONE_OF_MANY, WISHES, fill
from bench.postgres import Postgres, postgres_server
from bench.search import SEARCHES
from email_assistant.conversation.commands import Revise
from email_assistant.service.assistant import EmailAssistant
from email_assistant.store.opening import open_url
from email_assistant.writing.offline import OfflineWriter

FEW, MANY = 1_000, 50_000
ROUNDS = 101
TARGET, TARGET_SEARCH = 1.5, 50
OTHERS = "person 5"

Call = Callable[[], Awaitable[Any]]


@dataclass
class Taken:
    """Milliseconds of the clock of each call, and of the processor of Postgres for all of them."""

    wall: list[float] = field(default_factory=list)
    cpu: float = 0

    @property
    def median(self) -> float:
        return statistics.median(self.wall)

    @property
    def database(self) -> float:
        """Milliseconds of Postgres for a call, at the mean."""
        return self.cpu / len(self.wall)


async def calls_of(assistant: EmailAssistant, owner: str) -> dict[str, Call]:
    """Return what is measured: each call is on another conversation than the one before."""
    kept = await assistant.ids(owner)
    ids = cycle(random.Random(3).sample(kept, min(len(kept), ROUNDS)))  # noqa: S311 - a measurement
    wishes = cycle(WISHES)

    async def turn() -> None:
        await assistant.turn(owner, next(ids), Revise(next(wishes)))

    def search(words: str) -> Call:
        return lambda: assistant.page(owner, search=words)

    return {
        "first page": lambda: assistant.page(owner),
        **{f"search: {what}": search(words) for what, words in SEARCHES.items()},
        "state": lambda: assistant.view(owner, next(ids)),
        "turn": turn,
    }


async def measure(server: Postgres, urls: dict[int, str], rounds: int = ROUNDS) -> None:
    """Print the calls of a person as most are, and of the one who keeps a tenth of all conversations."""
    for owner in (ONE_OF_MANY, HEAVY):
        taken: dict[int, dict[str, Taken]] = {}
        async with AsyncExitStack() as stack:
            calls = {}
            for count, url in urls.items():
                database = await stack.enter_async_context(open_url(url))
                assistant = EmailAssistant(database, OfflineWriter(delay=0))
                calls[count] = await calls_of(assistant, owner)
                taken[count] = {what: Taken() for what in calls[count]}
                for call in calls[count].values():
                    for _ in range(7):  # Postgres chooses a generic plan from the sixth execution on
                        await call()
            for what in calls[FEW]:
                for _ in range(rounds):
                    for count, of in calls.items():
                        cpu, begun = server.cpu(), time.perf_counter()
                        await of[what]()
                        taken[count][what].wall.append(1000 * (time.perf_counter() - begun))
                        taken[count][what].cpu += 1000 * (server.cpu() - cpu)
        _print(owner, taken)


def _print(owner: str, taken: dict[int, dict[str, Taken]]) -> None:
    few, many = taken.values()
    print(f"Postgres, {owner}: ms at the median, and of its processor at the mean")
    print(f"  {'':<34}" + "".join(f"{count:>12,}{'processor':>11}" for count in taken) + f"{'ratio':>8}")
    for what in few:
        row = "".join(f"{each.median:>12.2f}{each.database:>11.2f}" for each in (few[what], many[what]))
        print(f"  {what:<34}{row}{many[what].median / few[what].median:>8.2f}", flush=True)
    print(f"  (to stay within {TARGET} times, and a search of the heavy one within {TARGET_SEARCH} ms)")


async def measure_deletion(server: Postgres, url: str) -> None:
    """Print how long all of the heavy one's conversations take to delete, and what others wait meanwhile."""
    async with open_url(url) as database:
        assistant = EmailAssistant(database, OfflineWriter(delay=0))
        calls = await calls_of(assistant, OTHERS)
        alone = {what: await _waited(calls[what], 21) for what in ("first page", "turn")}
        cpu, begun = server.cpu(), time.perf_counter()
        deleting = asyncio.create_task(assistant.delete_all(HEAVY))
        meanwhile: dict[str, list[float]] = {what: [] for what in alone}
        while not deleting.done():
            for what in meanwhile:
                meanwhile[what] += await _waited(calls[what], 1)
        emptied = await deleting
        print(f"Postgres, {emptied.deleted:,} conversations of one person are deleted")
        print(f"  {time.perf_counter() - begun:.1f} s, of its processor {server.cpu() - cpu:.1f} s")
        for what, waits in meanwhile.items():
            usual = statistics.median(alone[what])
            wait = statistics.median(waits)
            print(f"  another's {what}: {usual:.1f} ms alone, {wait:.1f} meanwhile, {max(waits):.0f} at most")


async def _waited(call: Call, times: int) -> list[float]:
    waits = []
    for _ in range(times):
        begun = time.perf_counter()
        await call()
        waits.append(1000 * (time.perf_counter() - begun))
    return waits


async def _bytes(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(make_url(url).render_as_string(hide_password=False))
    rows = await connection.fetch(
        "SELECT relname, pg_total_relation_size(relid) AS bytes FROM pg_stat_user_tables ORDER BY 2 DESC"
    )
    await connection.close()
    return {row["relname"]: row["bytes"] for row in rows if row["bytes"] > 1_000_000}


async def run(many: int) -> None:
    """Fill both, measure, and delete."""
    with postgres_server() as server:
        urls = {}
        for count in (FEW, many):
            urls[count] = await server.create(f"with_{count}")
            begun = time.perf_counter()
            await fill(urls[count], count, heavy=count // 10)
            print(f"{count:,} conversations in {time.perf_counter() - begun:.0f} s", flush=True)
        sizes = ", ".join(f"{name} {size / many:,.0f}" for name, size in (await _bytes(urls[many])).items())
        print(f"Bytes of a conversation, indices included: {sizes}")
        await measure(server, urls)
        await measure_deletion(server, urls[many])


def main(many: int = MANY) -> None:
    """Run and print."""
    asyncio.run(run(many))


if __name__ == "__main__":
    main(int(sys.argv[1].replace(",", "").replace("_", "")) if len(sys.argv) > 1 else MANY)
