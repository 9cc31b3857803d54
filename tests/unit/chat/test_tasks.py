"""What a tab keeps of its tasks, and for how long."""

from __future__ import annotations

import asyncio
import gc
from contextvars import ContextVar
from weakref import WeakKeyDictionary

from email_assistant.chat.tasks import TabTasks


class Session:
    """What Chainlit keeps of a tab; its tasks hold it in their context."""


session: ContextVar[Session] = ContextVar("session")


async def nothing() -> None:
    """Be a turn that has ended before it began."""


async def test_a_tab_is_forgotten_with_its_session() -> None:
    tabs: WeakKeyDictionary[Session, TabTasks] = WeakKeyDictionary()

    async def visit() -> None:
        session.set(Session())
        tab = tabs[session.get()] = TabTasks()
        turn, wait = asyncio.create_task(nothing()), asyncio.create_task(nothing())
        tab.begin(turn)
        tab.keep(wait)
        await asyncio.wait([turn, wait])
        await asyncio.sleep(0)  # until what their end calls has been called

    await asyncio.create_task(visit())
    await asyncio.sleep(0)  # the event loop itself holds what it called last
    gc.collect()

    assert len(tabs) == 0


async def test_the_newest_turn_of_a_tab_is_seen_to_run_by_everybody_but_itself() -> None:
    tab, go_on, heard = TabTasks(), asyncio.Event(), []

    async def turn() -> None:
        heard.append(tab.running)
        await go_on.wait()

    assert tab.running is None
    tab.begin(asyncio.create_task(nothing()))
    newest = asyncio.create_task(turn())
    tab.begin(newest)
    await asyncio.sleep(0)
    assert tab.running is newest
    assert heard == [None]

    go_on.set()
    await newest
    assert tab.running is None
