"""An empty database for each test of the store: every contract holds on SQLite and on Postgres."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from burr.core import State

from email_assistant.store.conversations import Conversations
from email_assistant.store.database import Database
from email_assistant.store.opening import open_url
from email_assistant.store.rows import Glance
from email_assistant.store.states import States
from tests.contract.store.saving import OWNER, Save


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    return tmp_path / "conversations.db"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("empty_postgres"))
    return f"sqlite:///{request.getfixturevalue('sqlite_file')}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_url(database_url) as opened:
        yield opened


def described(state: State[Any], *_: object) -> Glance:
    who, texts = state.get("who", ""), tuple(state.get("texts", ()))
    return Glance(state.get("subject", ""), who, state.get("stage"), texts)


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)


@pytest.fixture
def stored_states(database: Database) -> States:
    return States(database, describe=described)


@pytest.fixture
def app_id() -> str:
    return "0b9a3c52-6a35-4f0e-9a53-3f0c1c7a7d10"


@pytest.fixture
def save(stored_states: States, app_id: str) -> Save:
    """Save one step of the conversation `app_id`; what is not said takes a default."""

    async def step(
        sequence_id: int = 0, *, owner: str = OWNER, app_id: str = app_id, **state: object
    ) -> None:
        await stored_states.save(owner, app_id, sequence_id, "process_input", State(state), "completed")

    return step
