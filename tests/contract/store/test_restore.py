"""A backup put in the place of a SQLite database: by the command, or by hand, also after a kill."""

# ruff: noqa: ASYNC240 - the files are small

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from email_assistant.errors import InvalidInput, SettingsError
from email_assistant.settings import Settings
from email_assistant.store.conversations import Conversations
from email_assistant.store.database import DatabaseUnavailable
from email_assistant.store.opening import open_url, restore_database

OWNER = "sam"


@pytest.fixture
def database_url(sqlite_file: Path) -> str:
    return f"sqlite:///{sqlite_file}?timeout=0.2"


@pytest.fixture
async def backup(sqlite_file: Path, database_url: str) -> Path:
    """Provide a backup of six conversations, of which three were deleted since and one is new.

    The log that a killed server leaves lies beside the database.
    """
    backup, killed = sqlite_file.with_name("backup.db"), sqlite_file.with_name("killed")
    killed.mkdir()
    async with open_url(database_url) as database:
        conversations = Conversations(database)
        ids = [(await conversations.create(OWNER)).app_id for _ in range(6)]
        await database.back_up(backup)
        for app_id in ids[:3]:
            await conversations.delete(OWNER, app_id)
        await conversations.create(OWNER)
        for file in sqlite_file.parent.glob("conversations.db*"):
            shutil.copy(file, killed)
    for file in killed.iterdir():
        shutil.copy(file, sqlite_file.parent)
    assert sqlite_file.with_name("conversations.db-wal").stat().st_size
    return backup


def restore(url: str, backup: Path) -> None:
    restore_database(Settings(data_dir=backup.parent, database_url=url), backup)


async def count(url: str) -> int:
    async with open_url(url) as database:
        await database.check()
        return await Conversations(database).count(OWNER)


async def test_after_a_kill_the_backup_is_all_there_is(
    sqlite_file: Path, database_url: str, backup: Path
) -> None:
    restore(database_url, backup)

    assert not sqlite_file.with_name("conversations.db-wal").exists()
    assert stat.S_IMODE(sqlite_file.stat().st_mode) == 0o600
    assert await count(database_url) == 6


async def test_a_backup_put_there_by_hand_is_not_given_the_log_of_another_database(
    sqlite_file: Path, database_url: str, backup: Path
) -> None:
    shutil.copy(backup, sqlite_file)

    assert await count(database_url) == 6


async def test_without_a_restore_the_log_counts(database_url: str, backup: Path) -> None:
    assert await count(database_url) == 4


@pytest.mark.parametrize("content", [b"", b"no database " * 999])
async def test_a_damaged_database_is_replaced(
    sqlite_file: Path, database_url: str, backup: Path, content: bytes
) -> None:
    sqlite_file.write_bytes(content)

    restore(database_url, backup)

    assert await count(database_url) == 6


async def test_a_restore_that_is_killed_leaves_one_of_the_two_whole(
    sqlite_file: Path, database_url: str, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        restore(database_url, backup)

    assert await count(database_url) == 4


async def test_nothing_is_replaced_by_what_is_no_backup(
    sqlite_file: Path, database_url: str, backup: Path, tmp_path: Path
) -> None:
    garbage, empty, other, torn = (tmp_path / name for name in ("garbage", "empty", "other", "torn"))
    garbage.write_bytes(b"x" * 9999)
    empty.touch()
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE t (x)")
    torn.write_bytes(backup.read_bytes()[:-8192])

    for file, why in [
        (garbage, "no whole database"),
        (empty, "no whole database"),
        (other, "no whole database"),
        (torn, "no whole database"),
        (tmp_path / "nowhere", "There is no file"),
        (sqlite_file, "is the database itself"),
    ]:
        with pytest.raises(InvalidInput, match=why):
            restore(database_url, file)
    with closing(sqlite3.connect(backup)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    with pytest.raises(InvalidInput, match="newer version"):
        restore(database_url, backup)
    assert await count(database_url) == 4


async def test_a_database_in_use_is_not_replaced(sqlite_file: Path, database_url: str, backup: Path) -> None:
    async with open_url(database_url) as database:
        assert await Conversations(database).count(OWNER) == 4
        with pytest.raises(InvalidInput, match="in use"):
            restore(database_url, backup)
        assert await Conversations(database).count(OWNER) == 4


def damage(file: Path, table: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        ((page,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table])
        ((size,),) = connection.execute("PRAGMA page_size")
    with file.open("r+b") as written:
        written.seek((page - 1) * size)
        written.write(b"\xff" * size)


@pytest.mark.parametrize("table", ["states", "conversations", "conversations_by_activity"])
async def test_damage_is_told_with_what_to_do(
    sqlite_file: Path, database_url: str, backup: Path, table: str
) -> None:
    damage(sqlite_file, table)

    async with open_url(database_url) as database:
        with pytest.raises(DatabaseUnavailable, match=r"damaged.*email-assistant db restore FILE"):
            await database.check()
        with pytest.raises(DatabaseUnavailable, match="damaged"):
            database.raise_if_damaged()


async def test_a_file_that_is_no_database_is_told_with_what_to_do(
    sqlite_file: Path, database_url: str
) -> None:
    sqlite_file.write_bytes(b"this is no database " * 99)

    with pytest.raises(SettingsError, match=r"damaged.*email-assistant db restore FILE"):
        async with open_url(database_url):
            pytest.fail("opened")
