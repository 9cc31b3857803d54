"""A browser tab without a browser: speaks Chainlit's protocol and keeps what the page would show."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import aiohttp
import httpx
import socketio

Json = dict[str, Any]

MAIL = "From: Dana <dana@example.com>\nSubject: Lunch\n\nShall we have lunch on Tuesday or on Thursday?"
WITH_INSTRUCTIONS = f"Instructions: say yes\n\n{MAIL}"

PATIENCE = 40
"""Seconds after which a page that does not change as expected is a failure."""


class SocketLost(ConnectionError):
    """The socket closed while the page waited for something."""


class Page:
    """What the events of the server make a browser show, by the rules of Chainlit's own client."""

    def __init__(self) -> None:
        self.steps: list[Json] = []
        self.elements: list[Json] = []
        self.loading = False
        self.starts = 0
        self.ends = 0
        """How many tasks have begun and ended; Chainlit ends one more whenever a socket opens."""
        self.toasts: list[str] = []
        self.problems: list[str] = []
        """What Chainlit itself said went wrong."""
        self.settings_changes = 0
        """How often it was told that something else is set for all replies."""
        self.interactions: list[Json] = []
        self.resumed = 0
        self.connected = False
        self.changed = asyncio.Event()

    def receive(self, event: str, data: Any) -> None:
        """Apply one event."""
        if handler := getattr(self, f"_{event}", None):
            handler(data)
        self.changed.set()

    def lose(self) -> None:
        """Take note that the socket was closed, by whichever side."""
        self.connected = False
        self.changed.set()

    def typed(self, text: str) -> Json:
        """Return the person's message, which the browser shows at once."""
        message = {
            "id": str(uuid.uuid4()),
            "threadId": "",
            "name": "User",
            "type": "user_message",
            "output": text,
            "createdAt": datetime.now(UTC).isoformat(),
        }
        self._new_message(message)
        return message

    async def until(self, condition: Callable[[Page], object]) -> None:
        """Wait until `condition` holds.

        Raises:
            SocketLost: nothing more will come.
            TimeoutError: it did not come to hold.
        """
        async with asyncio.timeout(PATIENCE):
            while not condition(self):
                if not self.connected:
                    raise SocketLost
                self.changed.clear()
                await self.changed.wait()

    def outputs(self, kind: str = "assistant_message") -> list[str]:
        """Return the texts of all steps of a kind."""
        return [step["output"] for step in self.steps if step["type"] == kind]

    def cards(self, name: str) -> list[Json]:
        """Return the props of all elements of a name."""
        return [element["props"] for element in self.elements if element["name"] == name]

    @property
    def versions(self) -> list[int]:
        """The drafts on the page, those in a line of their own first."""
        lines = [line["version"] for card in self.cards("EarlierDrafts") for line in card["lines"]]
        return [*lines, *(card["version"] for card in self.cards("DraftCard") if "body" in card)]

    def live(self, name: str) -> Json:
        """Return the props of the only one of these elements that can be used."""
        (props,) = [props for props in self.cards(name) if props.get("live")]
        return dict(props)

    def shown(self) -> tuple[list[Json], dict[str, Json]]:
        """Return steps in their order and elements by id, without what a reload may change."""
        return shown(self.steps, self.elements)

    # --- events ------------------------------------------------------------------------------------------

    def _new_message(self, step: Json) -> None:
        if not self._update(step):
            self.steps.append(step)

    def _update_message(self, step: Json) -> None:
        self._update(step)

    def _update(self, step: Json) -> bool:
        for index, known in enumerate(self.steps):
            if known["id"] == step["id"]:
                self.steps[index] = known | step
                return True
        return False

    def _delete_message(self, step: Json) -> None:
        self.steps = [known for known in self.steps if known["id"] != step["id"]]

    def _stream_start(self, step: Json) -> None:
        self._new_message(step)

    def _stream_token(self, token: Json) -> None:
        for step in self.steps:
            if step["id"] == token["id"]:
                step["output"] = token["token"] if token["isSequence"] else step["output"] + token["token"]

    def _element(self, element: Json) -> None:
        for index, known in enumerate(self.elements):
            if known["id"] == element["id"]:
                self.elements[index] = element
                return
        self.elements.append(element)

    def _remove_element(self, element: Json) -> None:
        self.elements = [known for known in self.elements if known["id"] != element["id"]]

    def _resume_thread(self, thread: Json) -> None:
        self.steps, self.elements = [], list(thread["elements"])
        for step in thread["steps"]:
            self._new_message(step)
        self.resumed += 1

    def _resume_thread_error(self, sentence: str) -> None:
        self.problems.append(sentence)

    def _first_interaction(self, interaction: Json) -> None:
        self.interactions.append(interaction)

    def _task_start(self, _: object) -> None:
        self.loading = True
        self.starts += 1

    def _task_end(self, _: object) -> None:
        self.loading = False
        self.ends += 1

    def _settings(self, _: object) -> None:
        self.settings_changes += 1

    def _toast(self, toast: Json) -> None:
        self.toasts.append(toast["message"])


def shown(steps: Sequence[Json], elements: Sequence[Json]) -> tuple[list[Json], dict[str, Json]]:
    """Return steps and elements so that a page and a projection can be compared.

    The browser gives a typed message its own id and time, and an email is kept without the space around it.
    Chainlit wraps what a message starts in a run, which no page shows.
    """
    compared: list[dict[str, Any]] = [
        {name: step.get(name) for name in ("id", "type", "name", "output", "parentId")}
        for step in steps
        if step["type"] != "run"
    ]
    for step in compared:
        if step["type"] == "user_message":
            del step["id"], step["name"]
            step["output"] = step["output"].strip()
    return compared, {element["id"]: element for element in elements}


class Tab:
    """One tab. Use as `async with Tab(url) as tab`; with `thread_id` it opens a conversation."""

    def __init__(self, url: str, *, thread_id: str = "", session_id: str | None = None) -> None:
        self.url = url
        self.thread_id = thread_id
        self.session_id = session_id or str(uuid.uuid4())
        self.page = Page()
        self.http = httpx.AsyncClient(base_url=url, timeout=30)
        self._socket_opened = False
        self._socket: socketio.AsyncClient | None = None
        self._connections: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Tab:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.drop()
        await self.http.aclose()

    async def connect(self, *, origin: str | None = None, sign_in: bool = True) -> None:
        """Sign in and open the socket, or open it again with the same session."""
        restored = self._socket_opened
        self._socket_opened = self.page.connected = True
        starts, ends, resumed = self.page.starts, self.page.ends, self.page.resumed
        try:
            await self._open(origin or self.url, sign_in)
        except BaseException:
            self.page.lose()
            raise
        await self.page.until(lambda page: page.ends > ends)
        if self.thread_id or self.page.interactions:
            await self.page.until(lambda page: page.resumed > resumed or page.problems)
        if not restored and self.page.resumed > resumed:
            await self.page.until(lambda page: page.starts > starts and page.ends > ends + 1)

    async def _open(self, origin: str, sign_in: bool) -> None:
        if sign_in:
            signed_in = await self.http.post("/auth/header")
            signed_in.raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        self._connections = aiohttp.ClientSession()
        socket = self._socket = socketio.AsyncClient(
            reconnection=False,
            http_session=self._connections,
            websocket_extra_options={"max_msg_size": 0},  # a browser has no limit either
        )

        def lost(*_: object) -> None:
            # One that was dropped may be late to say so, when the next is open already.
            if self._socket is socket:
                self.page.lose()

        socket.on("*", self.page.receive)
        socket.on("disconnect", lost)
        try:
            await socket.connect(
                self.url,
                headers={"Cookie": cookie, "Origin": origin},
                transports=["websocket"],
                socketio_path="/ws/socket.io",
                wait_timeout=PATIENCE,
                auth={
                    "sessionId": self.session_id,
                    "clientType": "webapp",
                    "threadId": self.thread_id,
                    "userEnv": "{}",
                    "chatProfile": "",
                },
            )
        except TypeError as closed:
            # What engineio makes of a WebSocket that is closed before it has said anything.
            raise socketio.exceptions.ConnectionError("The socket was closed at once.") from closed
        await socket.emit("connection_successful")

    async def drop(self) -> None:
        """Lose the socket, as a laptop that is closed does."""
        self.page.lose()
        if self._socket:
            await self._socket.disconnect()
            self._socket = None
        if self._connections:
            await self._connections.close()
            self._connections = None

    @property
    def conversation(self) -> str:
        """The id of the conversation that the tab shows."""
        return self.thread_id or str(self.page.interactions[-1]["thread_id"])

    async def send(self, text: str, **fields: Any) -> None:
        """Type a message, and do not wait."""
        await self._emit(
            "client_message", {"message": self.page.typed(text) | fields, "fileReferences": None}
        )

    async def say(self, text: str) -> Page:
        """Type a message and wait for the end of what it starts."""
        starts, ends, toasts = self.page.starts, self.page.ends, len(self.page.toasts)
        await self.send(text)
        await self.page.until(
            lambda page: page.ends > ends and (page.starts > starts or len(page.toasts) > toasts)
        )
        return self.page

    async def tap(self, **payload: Any) -> Page:
        """Press a button of a card and wait for the end of what it starts."""
        ends, toasts = self.page.ends, len(self.page.toasts)
        await self.act("say", payload)
        await self.page.until(lambda page: page.ends > ends or len(page.toasts) > toasts)
        return self.page

    async def act(self, name: str, payload: Any) -> Any:
        """Return what a card's `callAction` gives back."""
        action = {"name": name, "payload": payload, "label": "", "tooltip": "", "id": str(uuid.uuid4())}
        body = json.dumps({"sessionId": self.session_id, "action": action})
        answer = await self.http.post(
            "/project/action", content=body, headers={"Content-Type": "application/json"}
        )
        answer.raise_for_status()
        return answer.json()["response"]

    async def stop(self) -> None:
        """Press Stop, and do not wait."""
        await self._emit("stop")

    async def stopped(self) -> Page:
        """Press Stop and wait for the end of what runs."""
        ends = self.page.ends
        await self.stop()
        await self.page.until(lambda page: page.ends > ends)
        return self.page

    async def thread(self) -> Json:
        """Return what a reload of the page would show."""
        answer = await self.http.get(f"/project/thread/{self.conversation}")
        answer.raise_for_status()
        return dict(answer.json())

    async def projected(self) -> tuple[list[Json], dict[str, Json]]:
        """Return the same, to be compared with `Page.shown`."""
        thread = await self.thread()
        return shown(thread["steps"], thread["elements"])

    async def sidebar(
        self, *, first: int = 20, cursor: str | None = None, search: str = ""
    ) -> httpx.Response:
        """Return a page of the list of conversations."""
        pagination = {"first": first, "cursor": cursor}
        return await self.http.post(
            "/project/threads", json={"pagination": pagination, "filter": {"search": search}}
        )

    async def _emit(self, event: str, *data: Any) -> None:
        if not self._socket:
            raise SocketLost
        await self._socket.emit(event, *data)


async def same_after_a_reload(tab: Tab) -> None:
    """Check that what the tab shows is what the server would show anew."""
    (steps, elements), (projected_steps, projected_elements) = tab.page.shown(), await tab.projected()
    if tab.page.loading:  # the words of a draft that is being written stream into a step of the page alone
        steps = [step for step in steps if step["type"] != "llm"]
    assert steps == projected_steps
    assert elements == projected_elements
