"""Requests a second for a conversation's state and for the list, beside the shipped Burr server's state call.

The servers run all the time and are asked in turns, so that a busy machine slows all of them alike.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Scope

from bench import store
from bench.chat import EMAIL, NO_QUESTIONS, QUICK
from bench.processes import assistant_server, burr_server, let_answer, model_server
from email_assistant.api.answers import Answer
from email_assistant.api.callers import AppId, CurrentCaller
from email_assistant.api.conversations import PlainRoute, state
from email_assistant.api.door import HttpDoor
from email_assistant.conversation.commands import NewEmail
from email_assistant.service.assistant import EmailAssistant
from email_assistant.settings import LOCAL_USER
from email_assistant.store.opening import open_url
from email_assistant.writing.offline import OfflineWriter

CONNECTIONS = 8
SECONDS = 0.7
ROUNDS = 15
ROUTE_ROUNDS, ROUTE_CALLS = 60, 20
TARGET_BESIDE_BURR, TARGET_FLAT = 1.0, 0.9

OTHER = QUICK | {"text": "Hi Dana,\n\nIn other words: yes, gladly.\n\nSam"}
GIVEN = {"email_to_respond": EMAIL, "response_instructions": "say yes"}


@dataclass
class Call:
    """A GET that is measured; `rates` are its requests a second, one of each round."""

    name: str
    url: str
    rates: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)


async def measure_rate(url: str) -> float:
    """Return requests a second over a few connections that stay open."""
    parts = urlsplit(url)
    assert parts.port
    request = (
        f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: application/json\r\n\r\n".encode()
    )
    begun = time.perf_counter()
    end = begun + SECONDS
    counts = await asyncio.gather(*(_ask(parts.port, request, end) for _ in range(CONNECTIONS)))
    return sum(counts) / (time.perf_counter() - begun)


async def _ask(port: int, request: bytes, end: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    while time.perf_counter() < end:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        length = head.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0]
        await reader.readexactly(int(length))
        count += 1
    writer.close()
    return count


async def _ours(stack: AsyncExitStack, folder: Path, model: str, count: int) -> list[Call]:
    home = folder / str(count)
    (home / "data").mkdir(parents=True)
    async with open_url(f"sqlite:///{home / 'data' / 'conversations.db'}") as database:
        await store.fill(database, count - 1, owner=LOCAL_USER)
    server = await stack.enter_async_context(assistant_server(home, model, EMAIL_ASSISTANT_PROOFREADER="off"))
    url = f"{server.url}/api/v1"
    async with httpx.AsyncClient(base_url=url, timeout=60) as calls:
        app_id = (await calls.post("/create")).json()["app_id"]
        await let_answer(model, QUICK, NO_QUESTIONS)
        await calls.put(f"/initialize_draft/{app_id}", json=GIVEN)
        await let_answer(model, OTHER, NO_QUESTIONS)  # the same draft again would be no second one
        revised = await calls.put(f"/process_feedback/{app_id}", json={"feedback": "Say it in other words."})
        assert len(revised.json()["drafts"]) == 2
    return [
        Call(f"state, {count:,} conversations", f"{url}/{app_id}/state"),
        Call(f"list of 20, {count:,} conversations", f"{url}/conversations"),
    ]


async def measure_route(folder: Path) -> None:
    """Print the CPU time of a state over the plain route, and over one whose parameters FastAPI resolves."""

    async def resolved(caller: CurrentCaller, app_id: AppId) -> Response:
        return Answer.of(await caller.assistant.view(caller.owner, app_id)).response()

    async def owner(_: Request) -> str:
        return LOCAL_USER

    async with open_url(f"sqlite:///{folder / 'route.db'}") as database:
        assistant = EmailAssistant(database, OfflineWriter(delay=0))
        app_id = (await assistant.create(LOCAL_USER)).app_id
        await assistant.turn(LOCAL_USER, app_id, NewEmail(EMAIL, "say yes"))
        door = HttpDoor(assistant, owner)
        times: dict[str, list[float]] = {"plain": [], "resolved": []}
        for _ in range(ROUTE_ROUNDS):
            for name, endpoint, kind in (("plain", state, PlainRoute), ("resolved", resolved, APIRoute)):
                app = FastAPI()
                app.router.add_api_route("/{app_id}/state", endpoint, route_class_override=kind)
                times[name].append(await _cpu_time(app, f"/{app_id}/state", door))
    plain, usual = (1000 * min(each) for each in times.values())
    print("A state within the process: ms of CPU, the least of some rounds")
    print(f"  plain route {plain:.2f}, with parameters that FastAPI resolves {usual:.2f}")


async def _cpu_time(app: FastAPI, path: str, door: HttpDoor) -> float:
    """Return seconds of a GET, at the mean of some; the first one is not counted."""
    scope: Scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "path": path, "root_path": "",
        "query_string": b"", "headers": [], "state": {"http_door": door},
    }  # fmt: skip
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        statuses.append(message.get("status", 200))

    await app(dict(scope), receive, send)
    begun = time.process_time()
    for _ in range(ROUTE_CALLS):
        await app(dict(scope), receive, send)
    taken = time.process_time() - begun
    assert set(statuses) == {200}
    return taken / ROUTE_CALLS


async def _burrs(stack: AsyncExitStack, folder: Path, model: str) -> Call:
    home = folder / "burr"
    home.mkdir()
    calls = await stack.enter_async_context(burr_server(home, model)) + "/email_assistant"
    async with httpx.AsyncClient(timeout=60) as http:
        (await http.post(f"{calls}/create_new/bench/bench")).raise_for_status()
        state = (await http.post(f"{calls}/create/bench/bench", json=GIVEN)).raise_for_status().json()
        if state["next_step"] == "clarify_instructions":
            answers = {"answers": ["yes"] * len(state["questions"])}
            (await http.post(f"{calls}/answer_questions/bench/bench", json=answers)).raise_for_status()
        said = {"feedback": "Say it in other words."}
        revised = (await http.post(f"{calls}/provide_feedback/bench/bench", json=said)).raise_for_status()
        assert len(revised.json()["drafts"]) == 2
    return Call("state, Burr's server", f"{calls}/state/bench/bench")


async def measure() -> None:
    """Print requests a second, each at the median of some rounds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with AsyncExitStack() as stack:
            await measure_route(folder)
            model = await stack.enter_async_context(model_server(folder))
            await let_answer(model, QUICK, NO_QUESTIONS)
            burr = await _burrs(stack, folder, model)
            state, page = await _ours(stack, folder, model, store.FEW)
            state_of_many, page_of_many = await _ours(stack, folder, model, store.MANY)
            calls = [burr, state, state_of_many, page, page_of_many]
            for _ in range(ROUNDS):
                for call in calls:
                    call.rates.append(await measure_rate(call.url))
    print(f"HTTP: requests a second over {CONNECTIONS} connections, at the median of {ROUNDS} rounds")
    for call in calls:
        print(f"  {call.name:<38}{call.rate:>8.0f}")
    print(f"  state beside Burr's: {state.rate / burr.rate:.2f} (to be at least {TARGET_BESIDE_BURR})")
    for few, many in [(state, state_of_many), (page, page_of_many)]:
        what = few.name.partition(",")[0]
        print(f"  {what}, many to few: {many.rate / few.rate:.2f} (to be at least {TARGET_FLAT})")


def main() -> None:
    """Run and print."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
