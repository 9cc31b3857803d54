"""The servers that are measured, each in a process of its own, and what they are asked."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
MODEL = "bench"


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    url: str
    pid: int

    def memory(self) -> int:
        """Return the bytes that its process holds."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def cpu(self) -> float:
        """Return seconds of a core that its process took so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def process(
    *command: str, folder: Path, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a Python command with `folder` as its home, and end it after the block."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=folder,
        env=kept
        | {"HOME": str(folder), "PYTHONPATH": str(ROOT), "EMAIL_ASSISTANT_MODEL": MODEL}
        | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.terminate()
        await running.communicate()


async def _url(running: asyncio.subprocess.Process) -> str:
    assert running.stdout
    found = re.search(rb"http://\S+", await running.stdout.readline())
    assert found, "the server did not start"
    return found[0].decode()


async def _answers(url: str) -> str:
    async with httpx.AsyncClient() as client:
        for _ in range(600):
            try:
                await client.get(url)
                return url
            except httpx.ConnectError:
                await asyncio.sleep(0.1)
    raise AssertionError(f"nothing answers at {url}")


@asynccontextmanager
async def model_server(folder: Path) -> AsyncIterator[str]:
    """Provide the fake model; its base URL."""
    async with process("-m", "tests.fakes.openai_server", "--port", "0", folder=folder) as running:
        yield await _url(running)


@asynccontextmanager
async def assistant_server(folder: Path, model: str | None, **settings: str) -> AsyncIterator[Served]:
    """Provide this product. Without a model the offline writer writes."""
    environment = {"OPENAI_BASE_URL": model, "OPENAI_API_KEY": "bench"} if model else {}
    serve = "from email_assistant.cli import main; main()"
    data = {"EMAIL_ASSISTANT_DATA_DIR": str(folder / "data")}
    environment |= data | settings
    async with process("-c", serve, "serve", "--port", "0", folder=folder, **environment) as running:
        yield Served(await _url(running), running.pid)


@asynccontextmanager
async def bare_server(folder: Path, model: str) -> AsyncIterator[Served]:
    """Provide a Chainlit app that does nothing else."""
    port, app = free_port(), str(ROOT / "bench" / "bare_app.py")
    command = ("-m", "chainlit", "run", app, "--headless", "--port", str(port))
    async with process(*command, folder=folder, OPENAI_BASE_URL=model, OPENAI_API_KEY="bench") as running:
        yield Served(await _answers(f"http://127.0.0.1:{port}"), running.pid)


@asynccontextmanager
async def burr_server(folder: Path, model: str) -> AsyncIterator[str]:
    """Provide the assistant that ships with Burr; its URL."""
    port, app = free_port(), str(ROOT / "bench" / "burr_app.py")
    async with process(app, str(port), folder=folder, OPENAI_BASE_URL=model, OPENAI_API_KEY="bench"):
        yield await _answers(f"http://127.0.0.1:{port}")


async def let_answer(model: str, *replies: dict[str, Any]) -> None:
    """Tell the fake model how to answer from now on."""
    async with httpx.AsyncClient() as client:
        control = model.removesuffix("/v1") + "/control"
        (await client.post(f"{control}/reset")).raise_for_status()
        (await client.post(control, json={"replies": list(replies)})).raise_for_status()


async def requests_of(model: str) -> list[dict[str, Any]]:
    """Return what the fake model was asked since it was last told how to answer."""
    async with httpx.AsyncClient() as client:
        answer = await client.get(model.removesuffix("/v1") + "/control")
        return list(answer.raise_for_status().json()["requests"])
