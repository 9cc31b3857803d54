"""The schema, and what a person reads when the database cannot be opened."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from email_assistant.errors import SettingsError
from email_assistant.store import schema
from email_assistant.store.database import Database
from email_assistant.store.opening import open_url
from tests.contract.store.saving import Save

OWNER = "sam"


async def test_the_migrations_make_the_tables_of_the_schema(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        opts = {"include_name": is_ours, "include_object": is_on_both}
        context = MigrationContext.configure(connection, opts=opts)
        found: list[Any] = compare_metadata(context, schema.metadata)
        return found

    def is_ours(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or not (name or "").startswith("found_words")  # SQLite's full-text index

    def is_on_both(_: object, name: str | None, *__: object) -> bool:
        return name != "searches_by_word" or database.url.get_backend_name() != "sqlite"

    assert await database.read(differences) == []


def test_the_known_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "email_assistant.store:migrations")

    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


async def test_servers_that_start_at_once_on_an_empty_database_make_its_tables_once(
    database_url: str, database: Database
) -> None:
    def empty(connection: Connection) -> None:
        schema.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))

    await database.write(empty)
    async with AsyncExitStack() as stack:
        await asyncio.gather(*(stack.enter_async_context(open_url(database_url)) for _ in range(4)))
        assert await database.fetch(schema.conversations.select()) == []


async def test_a_conversation_is_there_after_a_restart(
    database_url: str, database: Database, save: Save, app_id: str
) -> None:
    await save(0, subject="Lunch")
    await database.aclose()

    async with open_url(database_url) as reopened:
        assert [row.app_id for row in await reopened.fetch(schema.conversations.select())] == [app_id]


async def test_a_newer_database_is_refused_in_words_and_left_alone(
    database_url: str, database: Database
) -> None:
    await set_version(database, "9999")
    try:
        for upgrade in (None, True):
            with pytest.raises(SettingsError, match="newer version"):
                async with open_url(database_url, upgrade=upgrade):
                    pytest.fail("opened")
    finally:
        await set_version(database, schema.HEAD)


@pytest.mark.parametrize(
    "url", ["", "conversations.db", "mysql://host/db", "sqlite", "postgresql://host:port/x"]
)
async def test_a_url_that_cannot_be_used_is_refused_in_words(url: str) -> None:
    with pytest.raises(SettingsError, match="sqlite:////"):
        async with open_url(url):
            pytest.fail("opened")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file::memory:?uri=true",
        "sqlite:///file::memory:?cache=shared&uri=true",
        "sqlite:///file:name?mode=memory&cache=shared&uri=true",
        "sqlite:///file:?uri=true",
    ],
)
async def test_a_database_in_memory_is_refused_with_what_to_set_instead(url: str) -> None:
    with pytest.raises(SettingsError, match=r"in memory.*sqlite:////"):
        async with open_url(url):
            pytest.fail("opened")


async def set_version(database: Database, version: str) -> None:
    change = text("UPDATE alembic_version SET version_num = :new")
    await database.write(lambda connection: connection.execute(change, {"new": version}))
