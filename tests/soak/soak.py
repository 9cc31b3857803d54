"""Faults at random against real servers: kills, cancels and races, and what was lost or doubled by them.

In each conversation marked things are said, one after the other, over HTTP, in tabs of the chat, or now here
and now there. Meanwhile two servers on one database are killed and started again, or told to end; whoever
talks presses Stop, loses the line, closes the tab, presses twice, or has somebody beside them who says the
same at once.

In the end each conversation must go on, show the same at all doors, and hold exactly once what was
acknowledged: over HTTP what was answered with 200 and is in the answer, in the chat what stands on the page
with something of the conversation below it, at both what is seen there later. What somebody was told was not
used must not be held; of what they were told nothing of, because the line was cut, at most one.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from pathlib import Path

from tests.integration.over_http import HttpClient
from tests.integration.processes import running_model
from tests.soak.servers import Servers
from tests.soak.talk import DOORS, Doors, Talk
from tests.soak.tally import Tally

KINDS: list[Doors] = [*({where: make} for where, make in DOORS.items()), DOORS]
"""Conversations over HTTP, in the chat, and through both doors."""
EACH = 2
"""How many of each kind are held at a time."""
QUESTION = {"structured": True, "questions": ["At what time?"], "times": None}
WRITING = {"structured": False, "rate": 40, "times": None}


async def soak(folder: Path, *, seconds: float, seed: int) -> Tally:
    """Talk with faults for so long, in a new `folder`, then look at every conversation.

    `seed` decides on the faults; the moments at which they strike are the machine's.
    """
    chance = random.Random(seed)  # noqa: S311 - the same faults for the same seed
    tally = Tally()
    with running_model() as model:
        model.will(QUESTION, WRITING)
        servers = Servers(folder, model, chance)
        try:
            await servers.start()
            until = time.monotonic() + seconds
            async with asyncio.TaskGroup() as group:
                group.create_task(servers.end_at_random(until, tally.faults))
                for doors in KINDS * EACH:
                    group.create_task(_talk(servers, doors, chance, tally, until))
            tally.compare(await _held(servers, chance, tally))
            return tally
        finally:
            await servers.kill()


async def _talk(servers: Servers, doors: Doors, chance: random.Random, tally: Tally, until: float) -> None:
    """Hold one conversation after the other."""
    while time.monotonic() < until:
        await Talk(servers, doors, chance, tally).hold(until)


async def _held(servers: Servers, chance: random.Random, tally: Tally) -> Counter[str]:
    """Return how often the conversations hold each thing said, after each has gone on once more."""
    held: Counter[str] = Counter()
    async with HttpClient(await servers.one()) as http:
        waiting = await http.conversations()

    async def look() -> None:
        while waiting:
            app_id = waiting.pop()
            try:
                held.update(await Talk(servers, DOORS, chance, tally, app_id).end())
            except TimeoutError:
                tally.wrong.append(f"stuck: {app_id}")

    async with asyncio.TaskGroup() as group:
        for _ in range(len(KINDS) * EACH):
            group.create_task(look())
    return held
