"""A service on an empty database, with a model that follows a script."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from email_assistant.conversation.commands import Command
from email_assistant.service.assistant import EmailAssistant
from email_assistant.service.view import ConversationView
from email_assistant.store.opening import open_url
from tests.contract.assistant.service import OWNER, service
from tests.fakes.scripted_model import ScriptedModel


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Provide a database with its tables, made once."""

    async def make() -> None:
        async with open_url(f"sqlite:///{file}"):
            pass

    file = tmp_path_factory.mktemp("empty") / "conversations.db"
    asyncio.run(make())
    return file


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("empty_postgres"))
    return f"sqlite:///{shutil.copy(empty_database, tmp_path)}"


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture
async def assistant(database_url: str, model: ScriptedModel) -> AsyncIterator[EmailAssistant]:
    async with service(database_url, model) as opened:
        yield opened


@pytest.fixture
async def app_id(assistant: EmailAssistant) -> str:
    return (await assistant.create(OWNER)).app_id


@pytest.fixture
def say(assistant: EmailAssistant, app_id: str) -> Callable[..., Any]:
    async def turn(said: Command, **named: Any) -> ConversationView:
        return await assistant.turn(OWNER, app_id, said, **named)

    return turn
