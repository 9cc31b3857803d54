"""Fills a Postgres with the conversations of many people, as fast as COPY takes them.

One person in it keeps a tenth of all conversations. The others keep between ten and some hundreds, most of
them few. The states are those of a real conversation, and the words are as common as those of a language.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import select

from bench.chat import EMAIL
from email_assistant.conversation.commands import Command, NewEmail, Revise
from email_assistant.service.assistant import EmailAssistant
from email_assistant.store import schema
from email_assistant.store.opening import open_url
from email_assistant.store.postgres import PostgresDatabase
from email_assistant.store.search import words_of
from email_assistant.writing.offline import OfflineWriter

HEAVY = "heavy"
ONE_OF_MANY = "person 3"
"""A person with about a hundred conversations."""
USUAL = 100
WORDS_OF_ONE, VOCABULARY, TEXTS = 120, 20_000, 20_000
WISHES = ("Make it shorter.", "Make it more formal.", "Add that I bring the plans.", "Make it friendlier.")
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Person:
    """Whose conversations are made, and how many."""

    name: str
    conversations: int


def people(count: int, heavy: int) -> Iterator[Person]:
    """Who keeps `count` conversations together."""
    random_ = random.Random(2)  # noqa: S311 - a measurement
    yield Person(HEAVY, heavy)
    left, number = count - heavy, 0
    while left > 0:
        kept = USUAL if f"person {number}" == ONE_OF_MANY else int(10 * 40 ** (random_.random() ** 2))
        yield Person(f"person {number}", min(kept, left))
        left -= kept
        number += 1


async def fill(url: str, count: int, heavy: int) -> None:
    """Put `count` conversations into the empty database at `url`, `heavy` of them one person's."""
    async with open_url(url) as database:
        assert isinstance(database, PostgresDatabase)
        states = await _states(EmailAssistant(database, OfflineWriter(delay=0)))
        address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        later = [*schema.conversations.indexes, *schema.searches.indexes]

        def drop(connection: Any) -> None:
            for index in later:
                index.drop(connection)

        def make(connection: Any) -> None:
            connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '1GB'")
            for index in later:
                index.create(connection)

        await database.write(drop)
        await _copy(address, count, heavy, states)
    async with open_url(url, upgrade=True) as patient:  # no limit on how long a statement takes
        await patient.write(make)
    connection = await asyncpg.connect(address)
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    await connection.close()


async def _states(assistant: EmailAssistant) -> list[tuple[bytes, int]]:
    """Return the states after each turn of a conversation, as they are stored, and their steps."""
    app_id = (await assistant.create("first")).app_id
    stored = []
    query = select(schema.conversations.c.sequence_id, schema.states).join(schema.states)
    commands: list[Command] = [NewEmail(EMAIL, "say yes"), *map(Revise, WISHES)]
    for command in commands:
        await assistant.turn("first", app_id, command)
        (row,) = await assistant._database.fetch(query)
        packed = schema.states.c.state.type.process_bind_param(row.state, None)  # type: ignore[attr-defined]
        stored.append((packed, row.sequence_id))
    await assistant.delete("first", app_id)
    return stored


async def _copy(address: str, count: int, heavy: int, states: list[tuple[bytes, int]]) -> None:
    random_ = random.Random(1)  # noqa: S311 - a measurement
    vocabulary = ["the", "a", "invoice", "office", *(f"w{number}x" for number in range(VOCABULARY))]
    weights = [*accumulate(1 / (rank + 1) for rank in range(len(vocabulary)))]
    texts = [" ".join(random_.choices(vocabulary, cum_weights=weights, k=WORDS_OF_ONE)) for _ in range(TEXTS)]
    begun = datetime(2026, 1, 1)
    packed = [("\\\\x" + state.hex(), step) for state, step in states]
    connection = await asyncpg.connect(address)
    await connection.execute("SET session_replication_role = replica")  # checks no foreign keys
    rows: dict[str, list[str]] = {"conversations": [], "states": [], "searches": []}
    columns = {
        "conversations": [
            "app_id", "owner", "title", "renamed", "created_at", "updated_at", "sequence_id", "position",
            "status", "who", "stage", "shelf", "glance",
        ],
        "states": ["app_id", "state"],
        "searches": ["app_id", "words"],
    }  # fmt: skip

    async def flush() -> None:
        for table, lines in rows.items():
            await connection.copy_to_table(table, source=_whole(lines), columns=columns[table])
            lines.clear()

    for person in people(count, heavy):
        owners_word = words_of(person.name, [])
        for number in range(person.conversations):
            app_id = UUID(int=random_.getrandbits(128), version=4)
            at = begun + timedelta(seconds=random_.randrange(300 * 86_400))
            state, step = random_.choice(packed)
            rows["conversations"].append(
                f"{app_id}\t{person.name}\tInvoice {number} for the new office\tf\t{at}\t{at}\t{step}"
                "\tformulate_draft\tcompleted\tDana\tdraft\topen\t1\n"
            )
            rows["states"].append(f"{app_id}\t{state}\n")
            words = random_.choice(texts)
            if number == person.conversations // 2:
                words += " zebra"
            rows["searches"].append(f"{app_id}\t{owners_word} {words}\n")
            if len(rows["states"]) == ROWS_AT_ONCE:
                await flush()
    await flush()
    await connection.close()


async def _whole(lines: list[str]) -> AsyncIterator[bytes]:
    yield "".join(lines).encode()
