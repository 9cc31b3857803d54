"""What one conversation costs, what gives out first, and how many replicas so many users need.

One real server on a real Postgres, driven over its sockets until it gives out, with a model that writes as
fast as usual ones. Each person is a user of their own: all tabs of one follow what happens in any of them.
What people do in a day is assumed, and printed beside what follows from it.
"""

from __future__ import annotations

import asyncio
import math
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

import asyncpg
import psutil

from bench.chat import FIRST_PAGE
from bench.light_tab import LightTab, open_light_tab
from bench.load import NO_QUESTIONS, signed_in
from bench.postgres import Postgres, main_thread, on_cpu, postgres_server
from bench.processes import Served, assistant_server, let_answer, model_server
from email_assistant.store.postgres import MAX_CONNECTIONS

WISHES = ("Make it shorter.", "Make it more formal.")
TURNS = 1 + len(WISHES)
"""The email and the feedback on its draft."""
NAMES_USER = "X-Forwarded-User"
SIGN_IN = {"EMAIL_ASSISTANT_AUTH": "proxy", "EMAIL_ASSISTANT_PROXY_ADDRESSES": "127.0.0.1"}
WRITES = {"rate": 50, "times": None, "structured": False}
"""Tokens a second, of a friendly letter that differs from the one before."""
MAIL = (
    "Instructions: say yes, but ask for the invoice\n\nFrom: Dana <dana@example.com>\nTo: sam@example.com\n"
    "Subject: Offer for the new office\n\nHi Sam,\n\n"
    + "the plans for the second floor came back, and the desks fit between the windows. " * 60
    + "\n\nCan you come on Tuesday?\n\nDana"
)
"""Long enough to be read in a process of its own."""
CONVERSATIONS, AT_ONCE = 48, 16
TABS = 64
PEOPLE = (8, 16, 32, 64, 128)
SECONDS = 20.0
SETTLES = 11.0
"""Seconds after which a connection of Postgres that does nothing has told what it did."""

REPLIES_A_DAY = 8
BUSIEST_HOUR = 0.2
"""Part of the day's conversations."""
OPEN_AT_ONCE = 0.25
"""Part of the day's users who have a tab open in that hour."""
FULL = 0.6
"""Part of a core that a server may take in that hour, so that turns do not wait for one another."""
MEMORY = 2 << 30
"""Bytes that a replica may take."""
USERS = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Spent:
    """Seconds of a core and what else was counted, up to a moment."""

    at: float
    loop: float
    """Of the server's main thread, which runs the event loop."""
    waited: float
    """Seconds that this thread had to do something and no core was free, which is another's doing."""
    server: float
    readers: float
    """Of the processes that read mail."""
    postgres: float
    transactions: int
    log: int
    """Bytes that Postgres wrote to its log."""
    stored: int
    """Bytes of the tables with their indices."""

    def since(self, before: Spent) -> Spent:
        return Spent(*(now - then for now, then in zip(astuple(self), astuple(before), strict=True)))


@dataclass(frozen=True)
class Cost:
    """Of one conversation."""

    server: float
    postgres: float
    tab: int
    """Bytes of memory of an open one."""
    own: int
    """Bytes of memory of a server with none, and of its readers of mail."""


class Watched:
    """A server and its Postgres, and what both took so far."""

    def __init__(self, server: Served, postgres: Postgres, admin: asyncpg.Connection) -> None:
        self.server = server
        self._postgres, self._admin = postgres, admin
        self._process = psutil.Process(server.pid)

    async def spent(self) -> Spent:
        await self._admin.execute("SELECT pg_stat_clear_snapshot()")
        row = await self._admin.fetchrow(
            "SELECT xact_commit AS transactions, pg_current_wal_lsn() - '0/0' AS log FROM pg_stat_database "
            "WHERE datname = current_database()"
        )
        stored = await self._admin.fetchval(
            "SELECT sum(pg_total_relation_size(relid))::bigint FROM pg_stat_user_tables"
        )
        return Spent(
            time.perf_counter(),
            *main_thread(self.server.pid),
            on_cpu(self.server.pid),
            sum(on_cpu(child.pid) for child in self._process.children()),
            self._postgres.cpu(),
            row["transactions"],
            int(row["log"]),
            stored,
        )

    def memory_of_readers(self) -> int:
        """Return the bytes that the readers of mail hold, with their part of what processes share."""
        return sum(child.memory_full_info().pss for child in self._process.children())

    async def connections(self) -> tuple[int, int]:
        """Count the server's connections that are in a transaction, and those that wait for Postgres."""
        row = await self._admin.fetchrow(
            "SELECT count(*), count(*) FILTER (WHERE wait_event_type IS DISTINCT FROM 'Client') "
            "FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' "
            "AND pid <> pg_backend_pid()"
        )
        return row[0], row[1]


@asynccontextmanager
async def seated(url: str, number: int) -> AsyncIterator[LightTab]:
    """Provide the tab of one person, who has looked at their list."""
    async with signed_in(url, **{NAMES_USER: f"person{number}"}) as http, open_light_tab(http) as tab:
        async with http.post("/project/threads", json=FIRST_PAGE) as listed:
            listed.raise_for_status()
        yield tab


async def converse(tab: LightTab) -> None:
    """Give an email, and have its draft changed."""
    for said in (MAIL, *WISHES):
        await tab.say(said)


async def measure_cost(watched: Watched) -> Cost:
    """Print what a conversation takes while there is no hurry."""
    few, url = asyncio.Semaphore(AT_ONCE), watched.server.url

    async def one(number: int) -> None:
        async with few, seated(url, number) as tab:
            await converse(tab)

    await asyncio.gather(*map(one, range(CONVERSATIONS)))  # each is known from now on
    await asyncio.sleep(SETTLES)
    before = await watched.spent()
    await asyncio.gather(*map(one, range(CONVERSATIONS)))
    await asyncio.sleep(SETTLES)
    spent = (await watched.spent()).since(before)
    own, readers = watched.server.memory(), watched.memory_of_readers()
    async with AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(seated(url, number)) for number in range(TABS)]
        empty = (watched.server.memory() - own) // TABS

        async def fill(tab: LightTab) -> None:
            async with few:
                await converse(tab)

        await asyncio.gather(*map(fill, tabs))
        filled = (watched.server.memory() - own) // TABS
    print(f"One conversation of {TURNS} turns, an email of {len(MAIL):,} bytes:")
    for what, value, unit in (
        (
            "server, all of its processes",
            1000 * (spent.server + spent.readers) / CONVERSATIONS,
            "ms of a core",
        ),
        ("  its event loop", 1000 * spent.loop / CONVERSATIONS, "ms of a core"),
        ("  its readers of mail", 1000 * spent.readers / CONVERSATIONS, "ms of a core"),
        ("Postgres", 1000 * spent.postgres / CONVERSATIONS, "ms of a core"),
        ("transactions", spent.transactions / CONVERSATIONS, ""),
        ("Postgres's log", spent.log / CONVERSATIONS / 1000, "kB"),
        ("tables and indices", spent.stored / CONVERSATIONS / 1000, "kB"),
        ("an open tab without a conversation", empty / 1000, "kB of memory"),
        ("an open tab with this one", filled / 1000, "kB of memory"),
        ("the server with none", own / 1e6, "MB of memory"),
        ("its readers of mail", readers / 1e6, "MB of memory"),
    ):
        print(f"  {what:<40}{value:>10.1f} {unit}")
    print("  (a turn takes a third of it)", flush=True)
    a_server = (spent.server + spent.readers) / CONVERSATIONS
    return Cost(a_server, spent.postgres / CONVERSATIONS, filled, own + readers)


async def measure_saturation(watched: Watched) -> None:
    """Print what is used of each part, with more and more people who never stop to think."""
    used: dict[str, float] = {}
    print("People at once: turns a second, seconds of a turn, and what is used of each part")
    for people in PEOPLE:
        async with AsyncExitStack() as stack:
            seats = (seated(watched.server.url, number) for number in range(people))
            tabs = [await stack.enter_async_context(seat) for seat in seats]
            turns: list[float] = []
            taken, waiting, end = [0], [0], time.perf_counter() + SECONDS

            async def talk(tab: LightTab, times: list[float] = turns, end: float = end) -> None:
                begun = time.perf_counter()
                await tab.say(MAIL)
                times.append(time.perf_counter() - begun)
                while time.perf_counter() < end:
                    for wish in WISHES:
                        begun = time.perf_counter()
                        await tab.say(wish)
                        times.append(time.perf_counter() - begun)

            before = await watched.spent()
            talking = asyncio.gather(*map(talk, tabs))
            while not talking.done():
                for counted, now in zip((taken, waiting), await watched.connections(), strict=True):
                    counted.append(now)
                await asyncio.sleep(0.1)
            await talking
            spent = (await watched.spent()).since(before)
        used = {
            "event loop": (spent.loop + spent.waited) / spent.at,
            "readers of mail": spent.readers / spent.at / 2,
            "connections": statistics.mean(waiting) / MAX_CONNECTIONS,
            "Postgres": spent.postgres / spent.at / (psutil.cpu_count() or 1),
        }
        parts = ", ".join(f"{name} {100 * share:.0f} %" for name, share in used.items())
        rate, median = len(turns) / spent.at, statistics.median(turns)
        print(f"  {people:>4}: {rate:5.1f} a second, {median:5.2f} s; {parts}", flush=True)
        missed = spent.waited / spent.at
        print(f"        (no core was free for {missed:.0%} of the time; up to {max(taken)} connections)")
    print(f"  first to give out: {max(used, key=lambda name: used[name])}")


def print_replicas(cost: Cost) -> None:
    """Print how many replicas carry how many users a day."""
    of_cpu = FULL / cost.server * 3600 / BUSIEST_HOUR / REPLIES_A_DAY
    of_memory = (MEMORY - cost.own) / cost.tab / OPEN_AT_ONCE
    carried = min(of_cpu, of_memory)
    print(f"Users a day of one replica: {REPLIES_A_DAY} conversations each, {BUSIEST_HOUR:.0%} in the")
    print(f"busiest hour, when a server takes {FULL:.0%} of a core and {OPEN_AT_ONCE:.0%} have a tab open")
    print(f"  by the processor {of_cpu:,.0f}, by {MEMORY / 2**30:.0f} GiB of memory {of_memory:,.0f}")
    print(f"  {'users':>11}{'replicas':>10}{'turns/s':>9}{'cores of Postgres':>19}{'connections':>21}")
    for users in USERS:
        replicas = max(2, math.ceil(users / carried) + 1)  # one of them may go
        begun = users * REPLIES_A_DAY * BUSIEST_HOUR / 3600
        row = f"{begun * TURNS:>9,.0f}{begun * cost.postgres:>19.1f}{replicas * MAX_CONNECTIONS:>21,}"
        print(f"  {users:>11,}{replicas:>10,}{row}")


async def measure() -> None:
    """All three."""
    with tempfile.TemporaryDirectory() as name, postgres_server() as postgres:
        url = await postgres.create("capacity")
        async with AsyncExitStack() as stack:
            model = await stack.enter_async_context(model_server(Path(name)))
            await let_answer(model, WRITES, NO_QUESTIONS)
            settings = SIGN_IN | {"EMAIL_ASSISTANT_DATABASE_URL": url}
            server = await stack.enter_async_context(assistant_server(Path(name), model, **settings))
            admin = await asyncpg.connect(url)
            stack.push_async_callback(admin.close)
            watched = Watched(server, postgres, admin)
            cost = await measure_cost(watched)
            await measure_saturation(watched)
        print_replicas(cost)


def main() -> None:
    """Run and print."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
