"""Original files: whole, private to the owner, gone with the conversation; in the database or in a bucket."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select, update

from email_assistant.errors import ConversationNotFound, SettingsError
from email_assistant.store.buckets import Bucket
from email_assistant.store.conversations import Conversations
from email_assistant.store.database import Database
from email_assistant.store.files import Files
from email_assistant.store.places import FilesUnavailable, place_at
from email_assistant.store.schema import files as rows
from email_assistant.store.schema import objects
from tests.bucket import BucketServer
from tests.contract.store.saving import Save

OWNER = "sam"


@pytest.fixture(params=["in the database", "in a bucket"])
def files(request: pytest.FixtureRequest, database: Database) -> Files:
    if request.param == "in the database":
        return Files(database)
    bucket: BucketServer = request.getfixturevalue("bucket")
    return Files(database, bucket.place)


@pytest.fixture
def in_bucket(database: Database, bucket: BucketServer) -> Files:
    return Files(database, bucket.place)


async def test_the_bytes_come_back_whole(files: Files, save: Save, app_id: str) -> None:
    await save(0)
    content = bytes(range(256)) * 20_000

    await files.put(OWNER, app_id, "original.eml", content)

    assert await files.get(OWNER, app_id, "original.eml") == content


async def test_a_file_put_again_is_replaced(files: Files, save: Save, app_id: str) -> None:
    await save(0)
    await files.put(OWNER, app_id, "1", b"first")
    await files.put(OWNER, app_id, "2", b"other")

    await files.put(OWNER, app_id, "1", b"corrected")

    assert [await files.get(OWNER, app_id, each) for each in "12"] == [b"corrected", b"other"]


@pytest.mark.parametrize("file_id", ["", "2", "%", "\0", "\ud800"])
async def test_an_unknown_file_is_answered_in_words(
    files: Files, save: Save, app_id: str, file_id: str
) -> None:
    await save(0)
    await files.put(OWNER, app_id, "1", b"mail")

    with pytest.raises(ConversationNotFound, match="There is no such file"):
        await files.get(OWNER, app_id, file_id)


async def test_nobody_else_can_read_or_write_a_file(files: Files, save: Save, app_id: str) -> None:
    await save(0)
    await files.put(OWNER, app_id, "1", b"mail")

    with pytest.raises(ConversationNotFound):
        await files.get("eve", app_id, "1")
    for file_id in "12":
        with pytest.raises(ConversationNotFound):
            await files.put("eve", app_id, file_id, b"hers")

    assert await files.get(OWNER, app_id, "1") == b"mail"


async def test_a_file_needs_a_conversation(files: Files, app_id: str) -> None:
    with pytest.raises(ConversationNotFound):
        await files.put(OWNER, app_id, "1", b"mail")
    for nothing in (app_id, "no-uuid"):
        with pytest.raises(ConversationNotFound):
            await files.get(OWNER, nothing, "1")


async def test_files_go_with_their_conversation(
    files: Files, conversations: Conversations, save: Save, app_id: str
) -> None:
    await save(0)
    await files.put(OWNER, app_id, "1", b"mail")

    await conversations.delete(OWNER, app_id)
    await save(0)

    with pytest.raises(ConversationNotFound):
        await files.get(OWNER, app_id, "1")


async def test_of_a_file_in_a_bucket_the_database_has_no_byte(
    database: Database, in_bucket: Files, bucket: BucketServer, save: Save, app_id: str
) -> None:
    await save(0)
    await in_bucket.try_out()

    await in_bucket.put(OWNER, app_id, "1", b"mail")

    (row,) = await database.fetch(select(rows))
    (name,) = bucket.names()
    assert (row.content, row.url) == (b"", f"{bucket.place}/{name}")
    bucket.overwrite(row.url, b"forged")
    with pytest.raises(ConversationNotFound, match="There is no such file"):
        await in_bucket.get(OWNER, app_id, "1")


async def test_the_objects_of_a_deleted_conversation_are_removed_and_no_others(
    in_bucket: Files, conversations: Conversations, bucket: BucketServer, save: Save, app_id: str
) -> None:
    other = app_id.replace("0", "1")
    for each in (app_id, other):
        await save(0, app_id=each)
        await in_bucket.put(OWNER, each, "1", b"mail")

    await conversations.delete(OWNER, app_id)
    assert len(bucket.names()) == 2  # as after a crash

    assert await in_bucket.sweep()
    assert [name.partition("/")[0] for name in bucket.names()] == [other]
    assert await in_bucket.get(OWNER, other, "1") == b"mail"


async def test_an_upload_that_broke_off_is_removed_when_it_can_be_under_way_no_more(
    database: Database, bucket: BucketServer, save: Save, app_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(0)
    in_bucket = Files(database, bucket.place)

    async def put_and_die(bucket: Bucket, url: str, content: bytes) -> bytes:
        await put(bucket, url, content)
        raise asyncio.CancelledError

    put = Bucket.put
    monkeypatch.setattr(Bucket, "put", put_and_die)
    with pytest.raises(asyncio.CancelledError):
        await in_bucket.put(OWNER, app_id, "1", b"mail")
    assert await in_bucket.sweep()
    assert len(bucket.names()) == 1

    await database.write(due)
    assert await in_bucket.sweep()

    assert bucket.names() == []
    assert await database.fetch(select(objects)) == []


async def test_a_file_whose_object_may_be_removed_already_is_not_kept(
    database: Database, in_bucket: Files, save: Save, app_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(0)

    async def put_late(bucket: Bucket, url: str, content: bytes) -> bytes:
        await database.write(due)
        return await put(bucket, url, content)

    put = Bucket.put
    monkeypatch.setattr(Bucket, "put", put_late)
    with pytest.raises(FilesUnavailable, match="Try again"):
        await in_bucket.put(OWNER, app_id, "1", b"mail")

    with pytest.raises(ConversationNotFound):
        await in_bucket.get(OWNER, app_id, "1")


async def test_a_bucket_that_does_not_answer_loses_nothing(
    database: Database, bucket: BucketServer, save: Save, app_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(0)
    in_bucket = Files(database, bucket.place)
    await in_bucket.put(OWNER, app_id, "1", b"mail")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    cut_off = Files(database, bucket.place)

    for call in (cut_off.put(OWNER, app_id, "1", b"new"), cut_off.get(OWNER, app_id, "1")):
        with pytest.raises(FilesUnavailable, match=r"does not answer\. Try again in a moment\.$"):
            await call
    assert await in_bucket.get(OWNER, app_id, "1") == b"mail"

    await Conversations(database).delete(OWNER, app_id)
    assert not await cut_off.sweep(app_id)
    assert await in_bucket.sweep()
    assert bucket.names() == []


async def test_what_a_bucket_refuses_is_told_to_whoever_runs_the_server(
    database: Database, in_bucket: Files, bucket: BucketServer, save: Save, app_id: str
) -> None:
    await save(0)
    missing = Files(database, "s3://none/mail")
    with pytest.raises(FilesUnavailable, match="Tell whoever runs this server"):
        await missing.put(OWNER, app_id, "1", b"mail")
    for call in (missing.try_out, missing.move):
        with pytest.raises(SettingsError, match="cannot be kept at s3://none/mail: there is no such bucket"):
            await call()
    with bucket.refusing(), pytest.raises(SettingsError, match=r"access is denied \(InvalidAccessKeyId\)"):
        await in_bucket.try_out()
    await in_bucket.try_out()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ENDPOINT_URL_S3", "s3.example.com"),
        ("AWS_ENDPOINT_URL_S3", "http://[::1"),
        ("AWS_SKIP_SIGNATURE", "perhaps"),
    ],
)
def test_variables_that_cannot_be_used_are_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=f"{name} must be an address|AWS_….* cannot be used: .*perhaps"):
        place_at("s3://mail")


async def test_files_are_read_wherever_they_lie_and_can_be_moved_there_and_back(
    database: Database, in_bucket: Files, bucket: BucketServer, save: Save, app_id: str
) -> None:
    await save(0)
    in_database = Files(database)
    await in_database.put(OWNER, app_id, "1", b"old")
    await in_bucket.put(OWNER, app_id, "2", b"new")

    async def read() -> list[bytes]:
        return [await each.get(OWNER, app_id, name) for each in (in_database, in_bucket) for name in "12"]

    for files, moved, left in [(in_bucket, 1, 2), (in_bucket, 0, 2), (in_database, 2, 0)]:
        assert await read() == [b"old", b"new"] * 2
        assert await files.move() == moved
        assert len(bucket.names()) == left
    assert await read() == [b"old", b"new"] * 2


def due(connection: Connection) -> None:
    """Let so much time pass that no upload can be under way."""
    connection.execute(update(objects).values(due_at=datetime(2026, 1, 1, tzinfo=UTC)))
