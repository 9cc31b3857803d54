"""The databases on which every contract holds: SQLite, and a real Postgres."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

import asyncpg
import pytest
from sqlalchemy import Connection, make_url

from email_assistant.store.opening import open_url
from email_assistant.store.schema import metadata


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest, worker_id: str) -> str:
    """Provide a server of our own, or a given one, on which each test process has a database."""
    given = os.environ.get("EMAIL_ASSISTANT_TEST_POSTGRES_URL")
    if not given:
        return str(request.getfixturevalue("postgres_server").get_uri())
    if worker_id == "master":
        return given
    own = f"{make_url(given).database}_{worker_id}"
    asyncio.run(_create(given, own))
    return make_url(given).set(database=own).render_as_string(hide_password=False)


async def _create(url: str, database: str) -> None:
    connection = await asyncpg.connect(url)
    with suppress(asyncpg.DuplicateDatabaseError):
        await connection.execute(f'CREATE DATABASE "{database}"')
    await connection.close()


@pytest.fixture
async def empty_postgres(postgres_url: str) -> str:
    def empty(connection: Connection) -> None:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())

    async with open_url(postgres_url, upgrade=True) as database:
        await database.write(empty)
    return postgres_url
