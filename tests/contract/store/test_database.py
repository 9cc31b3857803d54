"""Opening: tables, migrations, private files; and what a person reads when the database misbehaves."""

import secrets
import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from email_assistant.errors import SettingsError
from email_assistant.store import schema
from email_assistant.store.database import open_database

OWNER = "sam"


async def test_the_migrations_make_the_tables_of_the_schema(database):
    def differences(connection) -> list:
        return compare_metadata(MigrationContext.configure(connection), schema.metadata)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


def test_the_known_head_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", "email_assistant.store:migrations")

    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


async def test_a_conversation_is_there_after_a_restart(database_url, database, save, app_id):
    await save(0, subject="Lunch")
    await database.engine.dispose()

    async with open_database(database_url) as reopened, reopened.begin() as connection:
        assert (await connection.execute(schema.conversations.select())).one().app_id == app_id


@pytest.fixture
def file(database_url: str) -> Path:
    return Path(database_url.removeprefix("sqlite:///"))


async def test_only_the_owner_can_read_the_files(file, save):
    await save(0)

    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in file.parent.glob("conversations.db*")}
    assert modes == dict.fromkeys(["conversations.db", "conversations.db-shm", "conversations.db-wal"], 0o600)


async def test_a_file_that_others_could_read_is_made_private(file, database_url):
    file.touch(mode=0o644)
    file.chmod(0o644)

    async with open_database(database_url):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_newer_database_is_refused_in_words_and_left_alone(file, database_url, database):
    await database.engine.dispose()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(SettingsError, match="newer version"):
        async with open_database(database_url):
            pass


@pytest.mark.parametrize("url", ["", "conversations.db", "mysql://host/db", "sqlite"])
async def test_a_url_that_cannot_be_used_is_refused_in_words(url):
    with pytest.raises(SettingsError, match="sqlite:////"):
        async with open_database(url):
            pass


async def test_no_byte_of_a_deleted_conversation_stays_in_the_files(
    file, database, conversations, save, app_id
):
    kept = "0b9a3c52-6a35-4f0e-9a53-000000000000"
    await save(0, app_id=kept, subject="Kept")
    written = []
    for step in range(30):
        await save(step, subject="Confidential", current_draft=f"{step} " + secrets.token_hex(9999))
        async with database.begin() as connection:
            states = await connection.execute(text("SELECT state FROM states WHERE length(state) > 1000"))
            written.append(states.scalar_one())

    def remains() -> set[bytes]:
        files = b"".join(each.read_bytes() for each in file.parent.iterdir())
        assert kept.encode() in files
        pieces = {state[at : at + 64] for state in written for at in range(0, len(state) - 64, 1024)}
        return {piece for piece in pieces | {b"onfidential", app_id.encode()} if piece in files}

    assert remains()
    await conversations.delete(OWNER, app_id)
    assert remains() == set()
