"""One conversation: marked things are said in it, one after the other, with faults in the middle of some."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from tests.soak.doors import Caller, Door, Gone, Person, Verdict
from tests.soak.servers import Servers
from tests.soak.tally import Tally

Doors = Mapping[str, Callable[[str, str], Door]]
"""Where things are said, and who says them there: made of a server's URL and a conversation's id."""
DOORS: Doors = {"over HTTP": Caller, "in the chat": Person}

VISITS = 6
"""How often somebody comes to one conversation, each time through any of its doors."""
MAX_VISIT = 4
"""How much they do there at most."""
PAUSE = 0.2
"""Seconds before somebody does something, at most."""
MOMENT = 0.3
"""Seconds within which a fault strikes what is being said."""
PATIENCE = 40
"""Seconds after which a conversation that does not come to a draft is stuck."""
FAULTS = {"": 4, "stopped": 2, "cut off": 2, "left": 1, "said twice": 1, "said by two": 2}
"""What may befall something that is said, and how often that is."""

_numbers = itertools.count(1)


class Talk:
    """The conversation `app_id`, or a new one."""

    def __init__(
        self, servers: Servers, doors: Doors, chance: random.Random, tally: Tally, app_id: str = ""
    ) -> None:
        self._servers, self._doors, self._chance, self._tally = servers, doors, chance, tally
        self._app_id = app_id

    async def hold(self, until: float) -> None:
        """Talk for as long as a conversation lasts, or until that moment."""
        for _ in range(VISITS):
            where, door = await self._somebody()
            try:
                async with door:
                    for _ in range(self._chance.randint(1, MAX_VISIT)):
                        if time.monotonic() < until:
                            (fault,) = self._chance.choices([*FAULTS], weights=[*FAULTS.values()])
                            await self._go_on(door, where, fault)
            except Gone:
                pass  # they come again
            except TimeoutError:
                self._tally.wrong.append(f"waited in vain {where} of {door.app_id}")
            self._app_id = door.app_id

    async def end(self) -> Counter[str]:
        """Change the draft once more, and see that all doors show the same; how often each thing is held.

        Raises:
            TimeoutError: it cannot go on.
        """
        async with asyncio.timeout(PATIENCE):
            changed = False
            while not changed:
                where, door = await self._somebody()
                async with door:
                    changed = await self._go_on(door, where, "") == "feedback"
        looks = []
        for make in DOORS.values():
            async with make(await self._servers.one(), self._app_id) as door:
                looks.append(await door.look())
        look = looks[0]
        if looks.count(look) < len(looks):
            self._tally.wrong.append(f"the doors show different things of {self._app_id}: {looks}")
        if look.drafts != len(look.said) - 1:  # one for the email with its answer, and one for each change
            self._tally.wrong.append(f"{look.drafts} drafts of {len(look.said)} things said")
        return Counter(look.said)

    async def _somebody(self) -> tuple[str, Door]:
        where = self._chance.choice([*self._doors])
        return where, self._doors[where](await self._servers.one(), self._app_id)

    async def _go_on(self, door: Door, where: str, fault: str) -> str:
        """Do what the conversation waits for; what that was, "" if it was not done."""
        await asyncio.sleep(self._chance.uniform(0, PAUSE))  # nobody talks without one
        look = await door.look()
        self._tally.shown(look.said)
        if look.waits_for == "the end of a turn":
            return ""
        if look.waits_for == "retry":
            await door.retry()
            return ""
        mark = f"[{next(_numbers)}]"
        if fault:
            self._tally.faults[f"{fault} {where}"] += 1
        verdicts = await self._say(door, mark, fault)
        self._tally.tell(mark, where, verdicts)
        # Where nobody else can have gone on with it, the page must be as it would be anew.
        if fault in {"", "stopped"} and (drift := await door.drift()):
            self._tally.wrong.append(f"{where} after {mark} {fault}: {drift}")
        return look.waits_for if "taken" in verdicts else ""

    async def _say(self, door: Door, mark: str, fault: str) -> list[Verdict]:
        match fault:
            case "stopped":
                return [await self._struck(door, mark, door.stop)]
            case "cut off":
                return [await self._struck(door, mark, door.drop)]
            case "left":
                return [await self._struck(door, mark, door.leave)]
            case "said twice":
                return [*await asyncio.gather(door.say(mark), door.say(mark))]
            case "said by two" if door.app_id:
                return await self._beside(door, mark)
            case _:
                return [await door.say(mark)]

    async def _struck(self, door: Door, mark: str, fault: Callable[[], Awaitable[None]]) -> Verdict:
        saying = asyncio.ensure_future(door.say(mark))
        await asyncio.wait([saying], timeout=self._chance.uniform(0, MOMENT))
        with suppress(Gone):
            await fault()
        return await saying

    async def _beside(self, door: Door, mark: str) -> list[Verdict]:
        """Let somebody else, perhaps through another door of the other server, say the same at once."""
        self._app_id = door.app_id
        _, other = await self._somebody()
        with suppress(Gone):
            async with other:
                if (await other.look()).waits_for not in {"retry", "the end of a turn"}:
                    return [*await asyncio.gather(door.say(mark), other.say(mark))]
        return [await door.say(mark)]
