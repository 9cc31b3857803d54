"""What is SQLite's alone: its files are private, forget what was deleted, and fail in their own ways."""

# ruff: noqa: ASYNC240 - the files are small

import asyncio
import itertools
import secrets
import sqlite3
import stat
import traceback
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from burr.core import State
from sqlalchemy import text

from email_assistant.errors import InvalidInput, SettingsError
from email_assistant.settings import Settings
from email_assistant.store.conversations import Conversations
from email_assistant.store.database import Database, DatabaseUnavailable
from email_assistant.store.files import Files
from email_assistant.store.opening import open_database, open_url
from email_assistant.store.rows import Glance
from email_assistant.store.sqlite import SqliteDatabase
from email_assistant.store.states import States
from tests.contract.store.saving import Save, saved

OWNER = "sam"
LARGE_STATES = text("SELECT state FROM states WHERE length(state) > 1000")


@pytest.fixture
def database_url(sqlite_file: Path) -> str:
    # Seconds that a writer waits for another one: few, for the test of a database that stays locked.
    return f"sqlite:///{sqlite_file}?timeout=0.2"


async def test_only_the_owner_can_read_the_files(sqlite_file: Path, save: Save) -> None:
    await save(0)

    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in sqlite_file.parent.iterdir()}
    assert modes == dict.fromkeys(["conversations.db", "conversations.db-shm", "conversations.db-wal"], 0o600)


async def test_the_configured_database_lies_in_a_private_directory_that_opening_it_makes(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path / "a" / "new")

    async with open_database(settings) as database:
        assert await Conversations(database).count(OWNER) == 0
        assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700
        assert (settings.data_dir / "conversations.db").exists()


async def test_a_file_that_others_could_read_is_made_private(sqlite_file: Path, database_url: str) -> None:
    sqlite_file.touch(mode=0o644)
    sqlite_file.chmod(0o644)

    async with open_url(database_url):
        assert stat.S_IMODE(sqlite_file.stat().st_mode) == 0o600


async def test_what_is_no_database_is_refused_in_words(sqlite_file: Path) -> None:
    sqlite_file.write_bytes(b"this is no database " * 99)

    for path, why in [
        (sqlite_file, "not a database"),
        (sqlite_file.parent, "Is a directory"),
        (sqlite_file / "x.db", "Not a directory"),
        (sqlite_file.parent / "x" / "x.db", "No such file or directory"),
    ]:
        with pytest.raises(SettingsError, match=f"cannot be opened.*{why}"):
            async with open_url(f"sqlite:///{path}"):
                pytest.fail("opened")
    assert stat.S_IMODE(sqlite_file.parent.stat().st_mode) == 0o700


async def test_a_database_of_the_first_version_is_upgraded(
    sqlite_file: Path, database_url: str, app_id: str
) -> None:
    with closing(sqlite3.connect(sqlite_file)) as connection:
        connection.executescript(Path(__file__).with_name("database_0001.sql").read_text("utf-8"))

    async with open_url(database_url) as database:
        found = await Conversations(database).find(OWNER, app_id)
        assert found.problem is not None
        assert (found.title, found.problem.kind) == ("Lunch on Tuesday", "ModelBusy")
        loaded = await saved(States(database, lambda *_: Glance()), app_id)
        assert loaded.state["draft_history"] == ["Grüße"]
        await Files(database).put(OWNER, app_id, "1", b"mail")


async def test_no_byte_of_a_deleted_conversation_stays_in_the_files(
    sqlite_file: Path, database: Database, conversations: Conversations, save: Save, app_id: str
) -> None:
    kept = "0b9a3c52-6a35-4f0e-9a53-000000000000"
    await save(0, app_id=kept, subject="Kept")
    written = []
    for step in range(30):
        await save(step, subject="Confidential", current_draft=secrets.token_hex(9999))
        written.append(await database.read(lambda connection: connection.execute(LARGE_STATES).scalar_one()))
    await Files(database).put(OWNER, app_id, "1", original := secrets.token_bytes(99_999))

    def remains() -> set[bytes]:
        files = b"".join(each.read_bytes() for each in sqlite_file.parent.iterdir())
        assert kept.encode() in files
        pieces = {
            blob[at : at + 64] for blob in [*written, original] for at in range(0, len(blob) - 64, 1024)
        }
        return {piece for piece in pieces | {b"onfidential", app_id.encode()} if piece in files}

    assert remains()
    await conversations.delete(OWNER, app_id)
    assert remains() == set()


async def test_while_another_program_holds_the_database_nothing_is_half_written(
    sqlite_file: Path, stored_states: States, save: Save, app_id: str
) -> None:
    await save(0, current_draft="kept")

    with closing(sqlite3.connect(sqlite_file)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable, match="held by another program"):
            await save(1, current_draft="lost")
        assert (await saved(stored_states, app_id)).state["current_draft"] == "kept"

    await save(1, current_draft="again")
    assert (await saved(stored_states, app_id)).state["current_draft"] == "again"


async def test_on_a_full_disk_nothing_is_half_written(
    database: Database, stored_states: States, conversations: Conversations, save: Save, app_id: str
) -> None:
    await save(0, current_draft="kept", subject="Kept")
    await limit_pages(database, 1)  # SQLite takes the size that the file has

    private = secrets.token_hex(20)
    with pytest.raises(DatabaseUnavailable, match="disk is full") as full:
        await save(1, current_draft=secrets.token_hex(99_999), subject=private)
    assert private not in "".join(traceback.format_exception(full.value))
    assert (await saved(stored_states, app_id)).state["current_draft"] == "kept"
    assert (await conversations.find(OWNER, app_id)).title == "Kept"

    await limit_pages(database, 1_000_000)
    await save(1, current_draft="again")


async def test_a_database_that_cannot_be_written_can_be_read(
    sqlite_file: Path, database: Database, save: Save, app_id: str
) -> None:
    await save(0, current_draft="kept")

    async with open_url(f"sqlite:///file:{sqlite_file}?mode=ro&uri=true") as read_only:
        stored_states = States(read_only, lambda *_: Glance())
        with pytest.raises(DatabaseUnavailable, match="cannot be written"):
            await stored_states.save(
                OWNER, app_id, 1, "formulate_draft", State({"current_draft": "lost"}), "completed"
            )
        assert (await saved(stored_states, app_id)).state["current_draft"] == "kept"


async def test_a_backup_holds_all_that_was_saved_and_is_private(
    sqlite_file: Path, database: Database, conversations: Conversations, save: Save, app_id: str
) -> None:
    await save(0, subject="Lunch")
    backup = sqlite_file.with_name("backup.db")

    await database.back_up(backup)
    await conversations.delete(OWNER, app_id)

    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    async with open_url(f"sqlite:///{backup}") as restored:
        assert (await Conversations(restored).find(OWNER, app_id)).title == "Lunch"


async def test_a_backup_overwrites_nothing(sqlite_file: Path, database: Database) -> None:
    for file in (sqlite_file, sqlite_file.parent / "nowhere" / "backup.db"):
        with pytest.raises(InvalidInput, match="No backup can be made"):
            await database.back_up(file)


async def limit_pages(database: Database, count: int) -> None:
    await database.write(
        lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count = {count}").close()
    )


async def test_a_backup_made_while_the_server_writes_is_of_one_moment(
    sqlite_file: Path, database: Database, save: Save, app_id: str
) -> None:
    ready = asyncio.Event()

    async def write() -> None:
        for step in itertools.count():
            await save(step, current_draft=f"draft {step} " + secrets.token_hex(9999), subject=f"Step {step}")
            if step == 5:
                ready.set()

    writing = asyncio.create_task(write())
    await ready.wait()
    for number in range(5):
        backup = sqlite_file.with_name(f"backup {number}.db")
        await database.back_up(backup)
        with closing(sqlite3.connect(backup)) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        async with open_url(f"sqlite:///{backup}") as restored:
            loaded = await saved(States(restored, lambda *_: Glance()), app_id)
        assert loaded.state["current_draft"].startswith(f"draft {loaded.conversation.sequence_id} ")
        assert loaded.conversation.title == f"Step {loaded.conversation.sequence_id}"
    assert not writing.done()
    writing.cancel()
    await asyncio.wait([writing])


async def test_many_writers_at_once_are_never_told_that_another_program_holds_the_database(
    database: Database, stored_states: States, save: Save
) -> None:
    """As when a few hundred people press Enter in the same second."""
    app_ids = [str(uuid.UUID(int=number)) for number in range(300)]

    await asyncio.gather(*(save(0, app_id=app_id, subject="Lunch") for app_id in app_ids))

    loaded = await asyncio.gather(*(saved(stored_states, app_id) for app_id in app_ids))
    assert [each.conversation.app_id for each in loaded] == app_ids


async def test_a_backup_is_there_whole_or_not_at_all(
    sqlite_file: Path, database: Database, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(0, subject="Lunch")
    backup = sqlite_file.with_name("backup.db")
    seen = []
    rename = Path.rename

    def looking(part: Path, to: Path) -> Path:
        seen.append(to.exists())
        with closing(sqlite3.connect(part)) as copy:
            seen.append(copy.execute("SELECT count(*) FROM conversations").fetchone())
        return rename(part, to)

    sqlite_file.with_name(".backup.db.part").write_bytes(b"left by a killed backup")
    monkeypatch.setattr(Path, "rename", looking)
    await database.back_up(backup)

    assert seen == [False, (1,)]
    assert sorted(each.name for each in sqlite_file.parent.iterdir() if "backup" in each.name) == [
        "backup.db"
    ]


async def test_what_a_reader_holds_back_is_told_and_goes_when_it_ends(
    sqlite_file: Path, database: Database, save: Save, app_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("email_assistant.store.sqlite.TRUNCATE_AGAIN", 0.01)
    conversations = Conversations(database)
    mark = secrets.token_hex(16)
    await save(0, subject=mark)
    files = [sqlite_file, sqlite_file.with_name("conversations.db-wal")]

    def left() -> bool:
        return any(mark.encode() in file.read_bytes() for file in files)

    with closing(sqlite3.connect(sqlite_file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM conversations").fetchall()
        assert await conversations.delete(OWNER, app_id) is False
        assert left()
        await save(0, app_id=str(uuid.UUID(int=7)), subject="Others can write meanwhile")

    assert isinstance(database, SqliteDatabase)
    assert database._truncating
    async with asyncio.timeout(10):
        await database._truncating
    assert not left()
    assert await conversations.delete(OWNER, str(uuid.UUID(int=7))) is True
