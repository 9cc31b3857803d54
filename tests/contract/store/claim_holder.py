"""A process of its own that claims a conversation, says so on its standard output, and then never ends.

It says "renewed" when the words of its draft are kept, and "stopped" when another process asked it to stop.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from email_assistant.store.claims import Claims, Held
from email_assistant.store.opening import open_url
from email_assistant.store.processes import Processes


def say(word: str) -> None:
    print(word, flush=True)  # noqa: T201 - the parent process waits for it


async def hold(database_url: str, app_id: str, lease: float, folder: str) -> None:
    held = Held(lambda: say("stopped"), lambda: "Dear \0Da")
    processes = Processes(Path(folder)) if folder else None
    async with open_url(database_url) as database:
        claims = Claims(database, timedelta(seconds=lease), processes)
        async with claims.hold(app_id, held, owner="sam"):
            say("held")
            await claims._renew_all()
            say("renewed")
            await asyncio.Event().wait()


asyncio.run(hold(sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]))
