"""A tab that costs the measuring process little: Chainlit's socket, read without a library's layers."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp

SOCKET = "/ws/socket.io/?" + urlencode({"EIO": 4, "transport": "websocket"})
WORDS = ('42["stream_token"', '42["stream_start"')
CARD = '42["element"'
READY = '42["task_end"'
END = '42["update_message",{"name":"on_message"'
"""Not `task_end`: one may still come from what runs when a chat starts."""


class LightTab:
    """One socket. What came of the newest message is in `frames` and `text`."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ready, self._ended = asyncio.Event(), asyncio.Event()
        self._started = 0.0
        self.frames: list[float] = []
        """Seconds from the message to each frame that carried words."""
        self.text = ""
        """The words of the answer; at the end those of the card, where the app shows one."""

    async def connect(self) -> None:
        """Open a session with a new conversation."""
        auth = {
            "sessionId": str(uuid.uuid4()),
            "clientType": "webapp",
            "threadId": "",
            "userEnv": "{}",
            "chatProfile": "",
        }
        await self._socket.receive_str()  # engine.io's handshake
        await self._socket.send_str(f"40{json.dumps(auth)}")
        while not (await self._socket.receive_str()).startswith("40"):
            pass
        await self._emit("connection_successful")

    async def read(self) -> None:
        """Take what comes until the socket is closed."""
        async for message in self._socket:
            packet = message.data
            if packet == "2":  # engine.io's ping
                await self._socket.send_str("3")
            elif packet.startswith(WORDS):
                self._words(json.loads(packet[2:]))
            elif packet.startswith(CARD):
                self.text = json.loads(packet[2:])[1]["props"].get("body", self.text)
            elif packet.startswith(READY):
                self._ready.set()
            elif packet.startswith(END):
                self._ended.set()

    def _words(self, event: Any) -> None:
        name, data = event
        if words := data["token" if name == "stream_token" else "output"]:
            self.frames.append(time.perf_counter() - self._started)
            self.text += words

    async def ready(self) -> None:
        """Wait until the server listens."""
        await self._ready.wait()

    async def say(self, text: str) -> None:
        """Send a message and wait until the server has done with it."""
        self._ended.clear()
        self.frames, self.text, self._started = [], "", time.perf_counter()
        step = {
            "id": str(uuid.uuid4()), "name": "User", "type": "user_message", "output": text,
            "createdAt": datetime.now(UTC).isoformat(), "threadId": "",
        }  # fmt: skip
        await self._emit("client_message", {"message": step, "fileReferences": None})
        await self._ended.wait()

    async def _emit(self, *event: Any) -> None:
        await self._socket.send_str(f"42{json.dumps(event)}")


@asynccontextmanager
async def open_light_tab(http: aiohttp.ClientSession) -> AsyncIterator[LightTab]:
    """Provide a tab of a server at which `http` is signed in."""
    async with http.ws_connect(SOCKET, compress=15) as socket:  # offered, as browsers do
        tab = LightTab(socket)
        await tab.connect()
        reading = asyncio.create_task(tab.read())
        await tab.ready()
        try:
            yield tab
        finally:
            await socket.close()
            await reading
