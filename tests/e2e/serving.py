"""The installed command as a process of its own, with a data directory of its own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

OURS = ("EMAIL_ASSISTANT_", "OPENAI_", "CHAINLIT_")

MODEL_FAILED = re.compile(r"\w+ of [0-9a-f-]{36} did not finish: Model\w+")
"""What the log says of a step that failed at the model, as some tests have it fail."""

COMMAND = "from email_assistant.cli import main; main()"


@dataclass
class Server:
    """A server that runs; `log` is what it wrote to its standard error."""

    url: str
    process: asyncio.subprocess.Process
    log: Path

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port
        return port

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


async def start(data_dir: Path, *, port: int = 0, settings: Mapping[str, str] | None = None) -> Server:
    """Start `email-assistant serve` and read from its first line where it listens."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    log = data_dir / "server.log"
    with log.open("ab") as standard_error:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", COMMAND, "serve", "--port", str(port),
            env=environment
            # What a scripted model says is kept word by word.
            | {"EMAIL_ASSISTANT_DATA_DIR": str(data_dir), "EMAIL_ASSISTANT_PROOFREADER": "off"}
            | dict(settings or {}),
            stdout=asyncio.subprocess.PIPE, stderr=standard_error,
        )  # fmt: skip
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    found = re.search(r"http://\S+", line)
    assert found, f"The server did not start: {line!r}\n{log.read_text()}"
    return Server(found[0], process, log)


@asynccontextmanager
async def serving(data_dir: Path, **settings: str) -> AsyncIterator[Server]:
    """Provide a server until the end of the block. It logs no error of its own, and no mail."""
    server = await start(data_dir, settings=settings)
    try:
        yield server
    finally:
        await server.kill()
    events = [json.loads(line) for line in server.log.read_text().splitlines()]
    unforeseen = [
        event for event in events if event["level"] != "info" and not MODEL_FAILED.fullmatch(event["event"])
    ]
    assert not unforeseen, unforeseen
