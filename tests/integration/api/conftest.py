"""The HTTP door on a real socket, with a model that says what a test scripted."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import Request
from starlette.applications import Starlette

from email_assistant.api.app import mount
from email_assistant.api.door import HttpDoor
from email_assistant.errors import NotSignedIn
from email_assistant.guard import EdgeMiddleware, LanguageMiddleware
from email_assistant.service.assistant import EmailAssistant
from email_assistant.store.opening import open_url
from email_assistant.writing.drafting import Drafting
from tests.fakes.scripted_model import ScriptedModel

EMAIL = "From: Ana Silva <ana@example.com>\nSubject: Lunch\n\nHi Sam,\n\nTuesday or Thursday?\n\nAna\n"
GIVEN = {"email_to_respond": EMAIL, "response_instructions": "Say yes to Thursday."}

State = dict[str, Any]
Begin = Callable[[], Awaitable[str]]


async def owner_of(request: Request) -> str:
    """Return the owner is whoever the request says: how a caller signs in is another matter."""
    if owner := request.headers.get("x-owner", "sam"):
        return owner
    raise NotSignedIn("Sign in first.")


class _Server(uvicorn.Server):
    """Tells that it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@asynccontextmanager
async def serving(door: HttpDoor) -> AsyncIterator[str]:
    """Provide the door at an address of its own."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, HttpDoor]]:
        yield {"http_door": door}

    app = Starlette(lifespan=lifespan)
    mount(app)
    app.add_middleware(EdgeMiddleware)
    app.add_middleware(LanguageMiddleware)
    config = uvicorn.Config(app, port=0, log_config=None, ws="none")
    server = _Server(config)
    running = asyncio.create_task(server.serve())
    await server.listening.wait()
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/api/v1"
    finally:
        server.should_exit = server.force_exit = True
        await running


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Provide a database with its tables, to be copied: making them takes longer than most tests."""
    file = tmp_path_factory.mktemp("database") / "empty.db"

    async def make() -> None:
        async with open_url(f"sqlite:///{file}"):
            pass

    asyncio.run(make())
    return file


@pytest.fixture
async def door(tmp_path: Path, empty_database: Path, model: ScriptedModel) -> AsyncIterator[HttpDoor]:
    file = shutil.copy(empty_database, tmp_path)
    async with open_url(f"sqlite:///{file}") as database:
        door = HttpDoor(EmailAssistant(database, model, drafting=Drafting(proofreads=False)), owner_of)
        yield door
        await door.close()


@pytest.fixture
async def base_url(door: HttpDoor) -> AsyncIterator[str]:
    async with serving(door) as url:
        yield url


@pytest.fixture
async def client(base_url: str) -> AsyncIterator[httpx.AsyncClient]:
    # Reading the certificates of the world takes longer than most tests.
    async with httpx.AsyncClient(base_url=base_url, timeout=20, verify=False) as client:  # noqa: S501
        yield client


@pytest.fixture
def begin(client: httpx.AsyncClient) -> Begin:
    """Begin a conversation, which waits for an email."""

    async def begin() -> str:
        return str((await client.post("/create")).json()["app_id"])

    return begin


@pytest.fixture
def drafted(client: httpx.AsyncClient, begin: Begin) -> Begin:
    """Begin a conversation with a first draft."""

    async def drafted() -> str:
        app_id = await begin()
        answer = await client.put(f"/initialize_draft/{app_id}", json=GIVEN)
        assert answer.json()["next_step"] == "process_feedback"
        return app_id

    return drafted
