"""Two hundred conversations that stream at once, beside a bare Chainlit app under the same load."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise, starmap
from pathlib import Path
from statistics import median, quantiles

import aiohttp

from bench.light_tab import LightTab, open_light_tab
from bench.processes import MODEL, Served, assistant_server, bare_server, let_answer, model_server

TABS, TOKENS, RATE = 200, 600, 30
"""Streams, and of each the length (20 seconds: long beside the moment in which all begin) and the speed."""
DRAFT = " ".join(f"word{number}" for number in range(TOKENS))
EMAIL = "Instructions: yes\n\nFrom: Dana <dana@example.com>\nSubject: Lunch\n\nHi Sam,\n\nlunch?\n\nDana"
QUICK = {"text": "Hi Dana,\n\nyes.\n\nSam", "times": None, "structured": False}
STREAMED = {"text": DRAFT, "rate": RATE, "times": None, "structured": False}
NO_QUESTIONS: dict[str, object] = {"questions": [], "times": None, "structured": True}
TARGET_WALL = 1.15


@dataclass
class Load:
    """What was measured of one app; times in seconds."""

    wall: float
    first_words: list[float]
    gaps: list[float]
    delivered: int
    cpu: float
    """Seconds of a core that the server's process took."""
    memory: int
    """Bytes of the server for one open conversation."""
    own_cpu: float
    """Seconds of a core that this process took: near the wall time, it was what was measured."""


async def model_alone(model: str) -> float:
    """Return seconds until as many clients have read the same streams from the model itself."""

    async def read() -> None:
        request = {"model": MODEL, "stream": True, "messages": [{"role": "user", "content": "Hello."}]}
        async with http.post(f"{model}/chat/completions", json=request) as answer:
            async for _ in answer.content.iter_any():
                pass

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        return await _timed(lambda: asyncio.gather(*(read() for _ in range(TABS))))


@asynccontextmanager
async def signed_in(url: str, **headers: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Any number of connections to the server at `url`, signed in where it asks for that.

    Args:
        headers: header fields of each request, such as those by which a proxy names its user.
    """
    async with aiohttp.ClientSession(
        url,
        headers=headers,
        cookie_jar=aiohttp.CookieJar(unsafe=True),  # the one that takes cookies of an IP address
        connector=aiohttp.TCPConnector(limit=0),
    ) as http:
        async with http.get("/auth/config") as answer:
            if (await answer.json())["requireLogin"]:
                (await http.post("/auth/header")).raise_for_status()
        yield http


async def measure_app(server: Served, model: str) -> Load:
    """Open the tabs, give each an email, then ask all at once for another draft."""
    await let_answer(model, QUICK, NO_QUESTIONS)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(signed_in(server.url))
        warm = await stack.enter_async_context(open_light_tab(http))
        await warm.say(EMAIL)
        before = server.memory()
        tabs = [await stack.enter_async_context(open_light_tab(http)) for _ in range(TABS)]
        few = asyncio.Semaphore(8)

        async def begin(tab: LightTab) -> None:
            async with few:
                await tab.say(EMAIL)

        await asyncio.gather(*map(begin, tabs))
        memory = (server.memory() - before) // TABS
        await let_answer(model, STREAMED, NO_QUESTIONS)
        cpu, own_cpu = server.cpu(), time.process_time()
        wall = await _timed(lambda: asyncio.gather(*(tab.say("Say it in other words.") for tab in tabs)))
        return Load(
            wall,
            [tab.frames[0] for tab in tabs if tab.frames],
            [gap for tab in tabs for gap in starmap(lambda a, b: b - a, pairwise(tab.frames))],
            sum(tab.text == DRAFT for tab in tabs),
            server.cpu() - cpu,
            memory,
            time.process_time() - own_cpu,
        )


async def measure() -> None:
    """Print both beside the model alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with model_server(folder) as model:
            async with assistant_server(folder, model) as server:
                ours = await measure_app(server, model)
            async with bare_server(folder, model) as server:
                bare = await measure_app(server, model)
            alone = await model_alone(model)
    print(f"{TABS} conversations at once, {TOKENS} tokens at {RATE} a second; the model alone: {alone:.2f} s")
    print(f"  {'':<30}{'this':>10}{'bare Chainlit':>16}")
    for what, value in ROWS.items():
        print(f"  {what:<30}{value(ours, alone):>10}{value(bare, alone):>16}")
    print(
        f"  (every draft whole, the wall time at most {TARGET_WALL} times the model's, and the shorter one)"
    )


ROWS: dict[str, Callable[[Load, float], str]] = {
    "whole drafts": lambda load, _: f"{load.delivered}",
    "wall time, s": lambda load, _: f"{load.wall:.2f}",
    "  times the model's": lambda load, alone: f"{load.wall / alone:.2f}",
    "first word, ms, median": lambda load, _: _ms(median(load.first_words)),
    "  99th percentile": lambda load, _: _ms(_p99(load.first_words)),
    "gap of frames, ms, median": lambda load, _: _ms(median(load.gaps)),
    "  at the 99th percentile": lambda load, _: _ms(_p99(load.gaps)),
    "frames": lambda load, _: f"{len(load.gaps) + TABS:,}",
    "CPU of the server, s": lambda load, _: f"{load.cpu:.2f}",
    "CPU of the tabs, s": lambda load, _: f"{load.own_cpu:.2f}",
    "memory a conversation, kB": lambda load, _: f"{load.memory / 1000:.0f}",
}


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f}"


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98]


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await work()
    return time.perf_counter() - begun


def main() -> None:
    """Run and print."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
