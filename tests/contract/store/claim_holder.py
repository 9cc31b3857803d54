"""A process of its own that claims a conversation, says so on its standard output, and then never ends."""

import asyncio
import sys
from datetime import timedelta

from email_assistant.store.claims import Claims
from email_assistant.store.opening import open_url


async def hold(database_url: str, app_id: str, lease: float) -> None:
    async with (
        open_url(database_url) as database,
        Claims(database, timedelta(seconds=lease)).hold(app_id),
    ):
        print("held", flush=True)  # noqa: T201 - the parent process waits for it
        await asyncio.Event().wait()


asyncio.run(hold(sys.argv[1], sys.argv[2], float(sys.argv[3])))
