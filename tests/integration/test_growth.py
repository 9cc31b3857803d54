"""Inputs that double, at every door: the time that the server works for them grows no faster than they do.

What is measured is the processor time of the server's own process, in which everybody else waits; mail is
read in others, which have limits.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from statistics import median
from urllib.parse import quote

import httpx
import psutil
import pytest

from email_assistant.service.accounts import open_accounts
from email_assistant.settings import Settings
from tests.integration.chainlit_client import MAIL, Tab
from tests.integration.processes import ServerProcess
from tests.integration.test_limits import PASSWORD, tab_of
from tests.integration.test_sign_in import serving

SIZES = (20_000, 40_000, 80_000)
FAST = 0.4
"""Seconds that are nobody's wait; below them a ratio says nothing."""
GROWTH = 3.0
"""Of the time, where the size doubles; a square is 4."""

FRAGMENTS = {
    "combining marks": "\u0301\u0316",
    "quotes and backslashes": '"\\',
    "brackets": "[(<",
    "blanks": " \t",
    "accents": "é ",
    "colons": "a: b\n",
    "addresses": "a@b.c,",
    "surrogates and joiners": "\u200d\ufe0f",
}

Say = Callable[[str], Awaitable[object]]


class Doors:
    """A person who is signed in, and what can be said at each door."""

    def __init__(self, tab: Tab, stranger: httpx.AsyncClient) -> None:
        self.tab, self.http, self.stranger = tab, tab.http, stranger
        self.app_id = ""

    async def prepare(self) -> None:
        self.app_id = (await self.http.post("/api/v1/create")).json()["app_id"]

    async def sign_in_name(self, text: str) -> None:
        await self.stranger.post("/login", data={"username": text, "password": "x"})

    async def sign_in_password(self, text: str) -> None:
        await self.stranger.post("/login", data={"username": "sam", "password": text})

    async def field(self, text: str) -> None:
        await self.stranger.get("/api/v1/conversations", headers={b"authorization": _ascii(text)})

    async def cookie(self, text: str) -> None:
        await self.stranger.get("/", headers={b"cookie": _ascii(text)})

    async def path(self, text: str) -> None:
        await self.stranger.get(f"/public/{quote(text[:4_000])}")

    async def search(self, text: str) -> None:
        await self.http.get("/api/v1/conversations", params={"search": text[:6_000]})

    async def cursor(self, text: str) -> None:
        await self.http.get("/api/v1/conversations", params={"cursor": text[:6_000]})

    async def key(self, text: str) -> None:
        await self.http.post("/api/v1/stop/x", headers={b"idempotency-key": _ascii(text)})

    async def title(self, text: str) -> None:
        await self.http.put(f"/api/v1/rename/{self.app_id}", json={"title": text})

    async def body(self, text: str) -> None:
        headers = {"content-type": "application/json"}
        await self.http.put(f"/api/v1/rename/{self.app_id}", content=text.encode(), headers=headers)

    async def sidebar(self, text: str) -> None:
        body = {"pagination": {"first": 5}, "filter": {"search": text}}
        await self.http.post("/project/threads", json=body)

    async def panel(self, text: str) -> None:
        await self.http.patch("/api/v1/profile", json={"name": text, "addresses": [text]})

    async def upload_name(self, text: str) -> None:
        files = {"file": (text[:50_000], MAIL.encode(), "message/rfc822")}
        await self.http.post("/project/file", params={"session_id": self.tab.session_id}, files=files)


DOORS = [name for name in vars(Doors) if not name.startswith("_") and name != "prepare"]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    async with open_accounts(Settings(data_dir=tmp_path / "data")) as accounts:
        await accounts.add("sam", PASSWORD)
    lavish = {"EMAIL_ASSISTANT_REQUESTS_PER_MINUTE": "100000"}
    with serving(tmp_path / "data", EMAIL_ASSISTANT_AUTH="password", **lavish) as server:
        yield server


@pytest.mark.timeout(600)
async def test_no_input_costs_more_than_its_size(server: ServerProcess) -> None:
    process, slow = psutil.Process(server.process.pid), []

    async def spent(say: Say, text: str) -> float:
        before = process.cpu_times()
        await say(text)
        after = process.cpu_times()
        return float((after.user + after.system) - (before.user + before.system))

    async with tab_of(server, "sam") as tab, httpx.AsyncClient(base_url=server.url, timeout=120) as stranger:
        doors = Doors(tab, stranger)
        await doors.prepare()
        for door in DOORS:
            for name, fragment in FRAGMENTS.items():
                say = getattr(doors, door)
                times = [await spent(say, fragment * (size // len(fragment))) for size in SIZES]
                if times[-1] > FAST and times[-1] > GROWTH * times[-2]:
                    again = [await spent(say, fragment * (SIZES[-1] // len(fragment))) for _ in range(3)]
                    if median(again) > GROWTH * times[-2]:
                        slow.append((door, name, times))
    assert not slow


def _ascii(text: str) -> bytes:
    """Return as much of it as a field of a request may hold."""
    return "".join(character if "!" <= character <= "~" else "x" for character in text[:30_000]).encode()
