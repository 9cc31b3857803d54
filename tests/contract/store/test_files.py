"""Original files: whole, private to the owner, gone with the conversation."""

import pytest

from email_assistant.errors import ConversationNotFound
from email_assistant.store.files import Files

OWNER = "sam"


@pytest.fixture
def files(database) -> Files:
    return Files(database)


async def test_the_bytes_come_back_whole(files, save, app_id):
    await save(0)
    content = bytes(range(256)) * 20_000

    await files.put(OWNER, app_id, "original.eml", content)

    assert await files.get(OWNER, app_id, "original.eml") == content


async def test_a_file_put_again_is_replaced(files, save, app_id):
    await save(0)
    await files.put(OWNER, app_id, "1", b"first")
    await files.put(OWNER, app_id, "2", b"other")

    await files.put(OWNER, app_id, "1", b"corrected")

    assert [await files.get(OWNER, app_id, each) for each in "12"] == [b"corrected", b"other"]


@pytest.mark.parametrize("file_id", ["", "2", "%", "\0", "\ud800"])
async def test_an_unknown_file_is_answered_in_words(files, save, app_id, file_id):
    await save(0)
    await files.put(OWNER, app_id, "1", b"mail")

    with pytest.raises(ConversationNotFound, match="There is no such file"):
        await files.get(OWNER, app_id, file_id)


async def test_nobody_else_can_read_or_write_a_file(files, save, app_id):
    await save(0)
    await files.put(OWNER, app_id, "1", b"mail")

    with pytest.raises(ConversationNotFound):
        await files.get("eve", app_id, "1")
    for file_id in "12":
        with pytest.raises(ConversationNotFound):
            await files.put("eve", app_id, file_id, b"hers")

    assert await files.get(OWNER, app_id, "1") == b"mail"


async def test_a_file_needs_a_conversation(files, app_id):
    with pytest.raises(ConversationNotFound):
        await files.put(OWNER, app_id, "1", b"mail")
    for nothing in (app_id, "no-uuid"):
        with pytest.raises(ConversationNotFound):
            await files.get(OWNER, nothing, "1")


async def test_files_go_with_their_conversation(files, conversations, save, app_id):
    await save(0)
    await files.put(OWNER, app_id, "1", b"mail")

    await conversations.delete(OWNER, app_id)
    await save(0)

    with pytest.raises(ConversationNotFound):
        await files.get(OWNER, app_id, "1")
