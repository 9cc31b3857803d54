"""A search looks into everything that was said, in any script, and reads nothing as a query."""

import sqlite3
import uuid
from typing import Any, Protocol

import pytest
from sqlalchemy import Connection

from email_assistant.errors import ConversationNotFound, InvalidInput
from email_assistant.store import pages as pages_module
from email_assistant.store import search
from email_assistant.store.conversations import MAX_AT_ONCE, Conversations
from email_assistant.store.database import Database
from email_assistant.store.rows import Glance
from email_assistant.store.schema import conversations as table
from email_assistant.store.schema import searches
from email_assistant.store.states import States
from tests.contract.store.saving import Save

OWNER = "sam"


class Begin(Protocol):
    async def __call__(self, *texts: str, subject: str = ..., owner: str = ...) -> str: ...


@pytest.fixture
def begin(save: Save) -> Begin:
    """Begin a conversation with these texts; returns its id."""

    async def conversation(*texts: str, subject: str = "Subject", owner: str = OWNER) -> str:
        app_id = str(uuid.uuid4())
        await save(0, owner=owner, app_id=app_id, subject=subject, texts=list(texts))
        return app_id

    return conversation


async def found(conversations: Conversations, search: str, **query: Any) -> list[str]:
    return [each.app_id for each in (await conversations.page(OWNER, search=search, **query)).conversations]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A zebra crossed the road.", ["zebra", "ZEB", "zebra road", "road zeb"]),
        ("Yuki Tanaka <yuki.t@example.com>", ["yuki", "yuki.t@example.com", "tanaka example"]),
        ("Café in Łódź, señor Müller", ["cafe", "café", "MULLER", "senor"]),
        ("明日の会議は三時からです", ["会議", "会", "明日の会議", "三時 会議"]),
        ("พรุ่งนี้ประชุม", ["ประชุม"]),
        ("내일 회의가 있습니다", ["회의", "내일"]),
        ("बैठक कल है", ["बैठक", "कल"]),
        ("Обсудим ёлку", ["елку", "ОБСУД"]),
        ("مرحبًا بالعالم", ["مرحبا"]),
        ("Offer v2.1 for 1,250 EUR", ["v2.1", "1,250", "250 eur"]),
        ("x" * 500, ["x" * 500, "x" * 60]),
    ],
)
async def test_what_was_said_is_found(
    conversations: Conversations, begin: Begin, text: str, wanted: list[str]
) -> None:
    there = await begin("Something", text)
    await begin("Something else")

    for each in wanted:
        assert await found(conversations, each) == [there], each


@pytest.mark.parametrize("search", ["bra", "zebra lion", "会員", "議会", "zebras"])
async def test_what_was_not_said_is_not_found(
    conversations: Conversations, begin: Begin, search: str
) -> None:
    await begin("A zebra", "会議")

    assert await found(conversations, search) == []


async def test_what_was_said_long_ago_is_found_among_many_newer_ones_page_by_page(
    conversations: Conversations, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_module, "NEAR", 3)
    oldest = await begin("A zebra and a lion")
    old = [await begin("A zebra") for _ in range(3)]
    await begin("A zebra", owner="eve")
    archived = await begin("A zebra")
    await conversations.archive(OWNER, [archived], archived=True)
    newer = [await begin("A tiger") for _ in range(5)]
    zebras = [archived, *reversed(old), oldest]

    assert await found(conversations, "lion") == [oldest]
    assert await found(conversations, "zebra") == zebras
    assert await found(conversations, "zebra", archived=False) == zebras[1:]
    assert await found(conversations, "zebra", archived=True) == [archived]
    assert await found(conversations, "tiger") == [*reversed(newer)]
    pages: list[str] = []
    page = await conversations.page(OWNER, search="zebra", size=2)
    pages += [each.app_id for each in page.conversations]
    while page.next_cursor:
        page = await conversations.page(OWNER, search="zebra", size=2, cursor=page.next_cursor)
        pages += [each.app_id for each in page.conversations]
    assert pages == zebras


async def test_the_words_follow_the_state(conversations: Conversations, begin: Begin, save: Save) -> None:
    app_id = await begin("A zebra")

    await save(1, app_id=app_id, subject="Subject", texts=["A lion"])

    assert await found(conversations, "zebra") == []
    assert await found(conversations, "lion") == [app_id]


async def test_the_newest_activity_is_found_first(
    conversations: Conversations, begin: Begin, save: Save
) -> None:
    ids = [await begin("zebra") for _ in range(5)]
    await save(1, app_id=ids[0], subject="Subject", texts=["zebra"])

    assert await found(conversations, "zebra") == [ids[0], *ids[:0:-1]]


async def test_nobody_finds_what_is_others(conversations: Conversations, begin: Begin) -> None:
    await begin("zebra", owner="eve")

    assert await found(conversations, "zebra") == []


async def test_a_refused_step_leaves_the_words_alone(
    conversations: Conversations, begin: Begin, save: Save
) -> None:
    app_id = await begin("zebra")

    with pytest.raises(Exception, match="elsewhere"):
        await save(5, app_id=app_id, texts=["lion"])

    assert await found(conversations, "zebra") == [app_id]


async def test_a_deleted_conversation_is_not_found_and_no_word_of_it_stays(
    conversations: Conversations, begin: Begin, database: Database, request: pytest.FixtureRequest
) -> None:
    for number in range(20):
        await begin(f"other {number}")
    app_id = await begin("xylophonezebra")

    await conversations.delete(OWNER, app_id)

    assert await found(conversations, "xylophonezebra") == []
    if database.url.get_backend_name() == "sqlite":
        file = request.getfixturevalue("sqlite_file")
        assert b"phonezebra" not in file.read_bytes()
        with sqlite3.connect(file) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_an_archived_conversation_is_off_the_list_and_found(
    conversations: Conversations, begin: Begin, save: Save
) -> None:
    kept, away = await begin("zebra"), await begin("zebra")

    await conversations.archive(OWNER, [away], archived=True)

    listed = [each.app_id for each in (await conversations.page(OWNER)).conversations]
    archived = (await conversations.page(OWNER, archived=True)).conversations
    assert (listed, [(each.app_id, each.archived) for each in archived]) == ([kept], [(away, True)])
    assert await found(conversations, "zebra") == [away, kept]
    assert await found(conversations, "zebra", archived=False) == [kept]

    await conversations.archive(OWNER, [away], archived=False)
    assert len((await conversations.page(OWNER)).conversations) == 2
    await conversations.archive(OWNER, [away], archived=True)
    await save(1, app_id=away, subject="Subject")
    assert (await conversations.page(OWNER, archived=True)).conversations == (), "it was worked on again"


async def test_of_several_all_are_archived_or_none(conversations: Conversations, begin: Begin) -> None:
    mine, hers = await begin("a"), await begin("a", owner="eve")

    for others in [hers, str(uuid.uuid4()), "../x"]:
        with pytest.raises(ConversationNotFound):
            await conversations.archive(OWNER, [mine, others], archived=True)
    with pytest.raises(InvalidInput):
        await conversations.archive(OWNER, [mine] * (MAX_AT_ONCE + 1), archived=True)

    assert len((await conversations.page(OWNER)).conversations) == 1


async def test_rows_of_an_older_version_are_filled(
    database: Database, conversations: Conversations, begin: Begin
) -> None:
    app_id = await begin("zebra")

    def age(connection: Connection) -> None:
        connection.execute(table.update().values(glance=0, who="", stage=""))
        connection.execute(searches.delete())

    await database.write(age)
    assert await found(conversations, "zebra") == []
    filling = States(database, lambda state, *_: Glance("", "Yuki", "draft", tuple(state["texts"])))

    assert await filling.project(OWNER)
    assert not await filling.project(OWNER)

    assert await found(conversations, "zebra") == [app_id]
    row = await conversations.find(OWNER, app_id)
    assert (row.title, row.who, row.stage) == ("Subject", "Yuki", "draft")


async def test_an_untouched_conversation_is_removed_when_another_begins(
    conversations: Conversations, database: Database
) -> None:
    old, young = await conversations.create(OWNER), await conversations.create(OWNER)
    hers = await conversations.create("eve")
    long_ago = table.update().where(table.c.app_id.in_([old.app_id, hers.app_id]))
    long_ago = long_ago.values(updated_at=old.updated_at.replace(year=2020))
    await database.write(lambda connection: connection.execute(long_ago))

    await conversations.create(OWNER)

    assert await conversations.find(OWNER, young.app_id)
    assert await conversations.find("eve", hers.app_id)
    with pytest.raises(ConversationNotFound):
        await conversations.find(OWNER, old.app_id)


def test_a_long_text_is_bounded() -> None:
    words = search.words_of(OWNER, ["new", " ".join(f"word{number}" for number in range(50_000)), "beyond"])

    assert len(words.split()) == search.MAX_WORDS + 1
    assert " new " in f" {words} "
    assert "beyond" not in words
