"""A browser tab as Chainlit's server sees it: one signed-in socket."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import socketio

WORDS = ("stream_start", "stream_token")


@dataclass
class Turn:
    """When what came of one message, in seconds since it was sent."""

    started: float = field(default_factory=time.perf_counter)
    frames: list[float] = field(default_factory=list)
    """Each frame that carried words of an answer."""
    lengths: list[int] = field(default_factory=list)
    """How much of `words` was there with each of them."""
    words: str = ""
    ended: float = 0.0

    def seen(self, words: str) -> float:
        """Return when `words` could first be read."""
        end = self.words.index(words) + len(words)
        return next(time for time, length in zip(self.frames, self.lengths, strict=True) if length >= end)


class Tab:
    """Sends messages and measures what comes."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self.url, self.http = url, http
        self.session_id = str(uuid.uuid4())
        self.socket = socketio.AsyncClient(reconnection=False)
        self._turn: Turn | None = None
        self._ready, self._ended = asyncio.Event(), asyncio.Event()
        self.socket.on("*", self._event)

    async def _event(self, name: str, data: Any = None) -> None:
        turn = self._turn
        if name == "task_end":
            self._ready.set()
        elif turn and name == "update_message" and data["name"] == "on_message":
            # Not `task_end`: one may still come from what runs when a chat starts.
            turn.ended = time.perf_counter() - turn.started
            self._ended.set()
        elif turn and name in WORDS:
            words = data["token"] if name == "stream_token" else data["output"]
            turn.words += words
            if words:
                turn.frames.append(time.perf_counter() - turn.started)
                turn.lengths.append(len(turn.words))

    async def say(self, text: str) -> Turn:
        """Send a message and wait until the server has done with it."""
        self._ended.clear()
        step = {
            "id": str(uuid.uuid4()), "name": "User", "type": "user_message", "output": text,
            "createdAt": datetime.now(UTC).isoformat(), "threadId": "",
        }  # fmt: skip
        self._turn = Turn()
        await self.socket.emit("client_message", {"message": step, "fileReferences": None})
        await self._ended.wait()
        return self._turn


@asynccontextmanager
async def open_tab(url: str) -> AsyncIterator[Tab]:
    """Provide a tab with a new conversation, signed in where the server asks for it."""
    async with httpx.AsyncClient(base_url=url) as http:
        if (await http.get("/auth/config")).json()["requireLogin"]:
            (await http.post("/auth/header")).raise_for_status()
        tab = Tab(url, http)
        cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
        await tab.socket.connect(
            url,
            transports=["websocket"],
            socketio_path="/ws/socket.io",
            headers={"Cookie": cookie} if cookie else {},
            auth={
                "sessionId": tab.session_id, "clientType": "webapp", "threadId": "", "userEnv": "{}",
                "chatProfile": "",
            },
        )  # fmt: skip
        await tab.socket.emit("connection_successful")
        await tab._ready.wait()
        try:
            yield tab
        finally:
            await tab.socket.disconnect()
