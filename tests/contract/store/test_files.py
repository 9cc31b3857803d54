"""Original files: whole, private to the owner, gone with the conversation."""

import pytest

from email_assistant.errors import ConversationNotFound
from email_assistant.store.conversations import Conversations
from email_assistant.store.database import Database
from email_assistant.store.files import Files
from tests.contract.store.saving import Save

OWNER = "sam"


@pytest.fixture
def files(database: Database) -> Files:
    return Files(database)


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
