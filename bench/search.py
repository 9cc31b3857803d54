"""What a search takes among 100 and among 100,000 conversations, in one run."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bench.store import FEW, MANY, OWNER, _median
from email_assistant.store import schema
from email_assistant.store.conversations import Conversations
from email_assistant.store.database import Database
from email_assistant.store.opening import open_url
from email_assistant.store.search import words_of

Rows = list[dict[str, Any]]

TARGET = 50
WORDS_OF_ONE = 120
VOCABULARY = 20_000
SEARCHES = {
    "a common word": "the",
    "a longer common word": "invoice",
    "one letter": "a",
    "two beginnings": "inv off",
    "a rare word": "zebra",
    "a common and a rare word": "invoice zebra",
    "a word of a mail": "w1500x",
    "found nowhere": "nonesuch",
    "Japanese": "会議",
}


async def fill(database: Database, count: int) -> None:
    """Put in conversations whose words are as common as those of a language are."""
    random_ = random.Random(1)  # noqa: S311 - a measurement
    vocabulary = ["the", "a", "invoice", "office", *(f"w{number}x" for number in range(VOCABULARY))]
    weights = [*accumulate(1 / (rank + 1) for rank in range(len(vocabulary)))]
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    for first in range(0, count, 5_000):
        rows: Rows = []
        words: Rows = []
        for number in range(first, min(first + 5_000, count)):
            app_id, at = str(uuid.UUID(int=number)), begun + timedelta(minutes=number)
            row = {"app_id": app_id, "owner": OWNER, "title": "Invoice", "renamed": False, "created_at": at}
            rows.append(row | {"updated_at": at, "sequence_id": 0, "glance": 1, "stage": "draft"})
            text = " ".join(random_.choices(vocabulary, cum_weights=weights, k=WORDS_OF_ONE))
            text += {count // 2: " zebra", count // 3: " 明日の会議"}.get(number, "")
            words.append(
                {"app_id": app_id, "number": int(at.timestamp() * 1000), "words": words_of(OWNER, [text])}
            )

        def put(connection: Connection, rows: Rows = rows, words: Rows = words) -> None:
            connection.execute(schema.conversations.insert(), rows)
            connection.execute(schema.searches.insert(), words)

        await database.write(put)


async def measure(folder: Path) -> None:
    """Print each search at its median, and how long a deletion takes."""
    times: dict[int, dict[str, float]] = {}
    for count in (FEW, MANY):
        async with open_url(f"sqlite:///{folder / f'{count}.db'}") as database:
            await fill(database, count)
            conversations = Conversations(database)
            times[count] = {
                what: await _median(partial(conversations.page, OWNER, search=words))
                for what, words in SEARCHES.items()
            }
            began = time.perf_counter()
            await conversations.delete(OWNER, str(uuid.UUID(int=1)))
            times[count]["a deletion, no word left"] = 1000 * (time.perf_counter() - began)
    print(f"{'Search: ms at the median':<32}{FEW:>10,}{MANY:>10,}{'ratio':>8}")
    for what, few in times[FEW].items():
        many = times[MANY][what]
        print(f"  {what:<30}{few:>10.2f}{many:>10.2f}{many / few:>8.2f}")
    print(f"  (a search is to stay within {TARGET} ms)")


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))


if __name__ == "__main__":
    main()
