"""The sidebar at 100 and at 100,000 conversations, and the disk that fifty rounds of feedback take.

Every ratio is of numbers measured in the same run.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from burr.core import State
from burr.integrations.persisters.b_aiosqlite import AsyncSQLitePersister

from email_assistant.store import schema
from email_assistant.store.conversations import Conversations
from email_assistant.store.database import Database
from email_assistant.store.opening import open_url
from email_assistant.store.pages import PAGE_SIZE
from email_assistant.store.rows import Glance
from email_assistant.store.states import States

OWNER = "sam"
FEW, MANY = 100, 100_000
ROUNDS = 50
TARGET_PAGE, TARGET_DISK = 2, 4


async def measure_sidebar(folder: Path) -> None:
    """Print how long pages take, each at the median."""
    few, many = [await _page_times(folder / f"{count}.db", count) for count in (FEW, MANY)]
    print(f"{'Sidebar: ms at the median':<32}{FEW:>10,}{MANY:>10,}{'ratio':>8}")
    for what, milliseconds in few.items():
        print(f"  {what:<30}{milliseconds:>10.2f}{many[what]:>10.2f}{many[what] / milliseconds:>8.2f}")
    print(f"  (a page is to stay within {TARGET_PAGE})")


async def _page_times(file: Path, count: int) -> dict[str, float]:
    async with open_url(f"sqlite:///{file}") as database:
        await fill(database, count)
        conversations = Conversations(database)
        last = (await conversations.page(OWNER, size=count - PAGE_SIZE)).next_cursor
        return {
            "first page of 20": await _median(lambda: conversations.page(OWNER)),
            "last page": await _median(lambda: conversations.page(OWNER, cursor=last)),
        }


async def fill(database: Database, count: int, owner: str = OWNER) -> None:
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    same = {"owner": owner, "created_at": begun, "renamed": False, "sequence_id": 0}
    rows = [
        {
            **same,
            "app_id": str(uuid.uuid4()),
            "title": f"Invoice {number} for the new office",
            "updated_at": begun + timedelta(minutes=number),
        }
        for number in range(count)
    ]
    await database.write(lambda connection: connection.execute(schema.conversations.insert(), rows))


async def _median(call: Callable[[], Awaitable[Any]], times: int = 201) -> float:
    await call()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        await call()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


async def measure_disk(folder: Path) -> None:
    """Print the bytes of all files of a database for one long conversation, while it is open and after."""
    ours, theirs = folder / "ours", folder / "theirs"
    ours.mkdir()
    theirs.mkdir()
    async with open_url(f"sqlite:///{ours / 'x.db'}") as database:
        text, our_save = await _converse(States(database, lambda state, *_: Glance(state["subject"])).save)
        open_size = _size(ours)
    persister = await AsyncSQLitePersister.from_values(str(theirs / "x.db"))
    await persister.initialize()
    _, their_save = await _converse(persister.save)
    await persister.cleanup()
    heading = f"{ROUNDS} rounds of feedback, {text:,} bytes"
    print(f"\n{heading:<42}{'bytes on disk':>14}{'of text':>9}{'ms a save':>11}")
    for whose, size, save in [
        ("ours, while the server runs", open_size, our_save),
        ("ours, after it ended", _size(ours), our_save),
        ("Burr's SQLite persister", _size(theirs), their_save),
    ]:
        print(f"  {whose:<40}{size:>14,}{size / text:>9.2f}{save:>11.2f}")
    print(f"  (ours is to stay within {TARGET_DISK} times the text)")


async def _converse(save: Callable[..., Awaitable[None]]) -> tuple[int, float]:
    """Save the steps of a conversation with 2 kB drafts; returns the bytes of its text and ms a save."""
    random_words = random.Random(1)  # noqa: S311 - the same words in every run
    state: State[Any] = State({"subject": "Lunch", "incoming_email": _prose(random_words, 2000)})
    state = state.update(draft_history=[], feedback_history=[])
    app_id, saves = str(uuid.uuid4()), []
    for step in range(2 * ROUNDS):
        if step % 2:
            action, state = "formulate_draft", state.append(draft_history=_prose(random_words, 2000))
        else:
            action, state = "process_feedback", state.append(feedback_history=_prose(random_words, 100))
        begun = time.perf_counter()
        await save(OWNER, app_id, step, action, state, "completed")
        saves.append((time.perf_counter() - begun) * 1000)
    written = [state["incoming_email"], *state["draft_history"], *state["feedback_history"]]
    return sum(map(len, written)), statistics.median(saves)


def _prose(words: random.Random, length: int) -> str:
    """Return words that repeat as seldom as those of a real text, so that deflating is not flattered."""
    text = ""
    while len(text) < length:
        text += "".join(words.choices("etaoinshrdlucmfwypvbgk", k=words.randint(2, 9))) + " "
    return text


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


async def measure(folder: Path) -> None:
    """Measure both, in an empty `folder`."""
    await measure_sidebar(folder)
    await measure_disk(folder)


def main() -> None:
    """Run it in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))


if __name__ == "__main__":
    main()
