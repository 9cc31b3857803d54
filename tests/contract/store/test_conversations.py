"""The list in the sidebar: order, pages, search, titles, deletion."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Protocol

import pytest

from email_assistant.errors import ConversationNotFound, InvalidInput
from email_assistant.store.conversations import Conversations
from email_assistant.store.database import Database
from email_assistant.store.schema import claims
from email_assistant.store.states import States
from tests.contract.store.saving import Save

OWNER = "sam"
UNKNOWN = "5d0b4b53-1c43-4ac8-a1f0-9a2f1e6b1f0a"


class Begin(Protocol):
    async def __call__(self, subject: str, owner: str = ...) -> str: ...


@pytest.fixture
def begin(save: Save) -> Begin:
    """Begin a conversation with this subject; returns its id."""

    async def conversation(subject: str, owner: str = OWNER) -> str:
        app_id = str(uuid.uuid4())
        await save(0, owner=owner, app_id=app_id, subject=subject)
        return app_id

    return conversation


async def titles(conversations: Conversations, **query: Any) -> list[str]:
    return [each.title for each in (await conversations.page(OWNER, **query)).conversations]


async def test_newest_activity_comes_first(conversations: Conversations, begin: Begin, save: Save) -> None:
    first = await begin("first")
    await begin("second")
    assert await titles(conversations) == ["second", "first"]

    await save(1, app_id=first, subject="first")

    assert await titles(conversations) == ["first", "second"]


async def test_times_are_aware_and_in_utc(conversations: Conversations, begin: Begin) -> None:
    before = datetime.now(UTC)
    found = await conversations.find(OWNER, await begin("Lunch"))

    assert before <= found.created_at <= found.updated_at <= datetime.now(UTC)
    assert found.updated_at.tzinfo is UTC


async def test_pages_hold_each_conversation_once(conversations: Conversations, begin: Begin) -> None:
    subjects = [f"{number}" for number in range(45)]
    for subject in subjects:
        await begin(subject)
    await begin("foreign", owner="eve")

    pages: list[list[str]] = []
    cursor: str | None = None
    while not pages or cursor:
        page = await conversations.page(OWNER, cursor=cursor)
        pages.append([each.title for each in page.conversations])
        cursor = page.next_cursor

    assert [len(page) for page in pages] == [20, 20, 5]
    assert list(chain.from_iterable(pages)) == subjects[::-1]


async def test_a_page_that_ends_the_list_has_no_next(conversations: Conversations, begin: Begin) -> None:
    for subject in "ab":
        await begin(subject)

    assert (await conversations.page(OWNER, size=2)).next_cursor is None


async def test_what_becomes_newer_while_paging_moves_no_page(
    conversations: Conversations, begin: Begin, save: Save
) -> None:
    ids = [await begin(subject) for subject in "abcd"]
    page = await conversations.page(OWNER, size=2)

    await save(1, app_id=ids[0], subject="a")

    assert await titles(conversations, cursor=page.next_cursor) == ["b"]


@pytest.mark.parametrize(
    "cursor",
    ["x", "\ud800", "é", "=", "MjAyNi0wMS0wMQ==", "MDAwMS0wMS0wMVQwMDowMDowMCswMjowMCAx", "bm9uZSBub25l"],
)
async def test_a_cursor_that_is_none_of_ours_is_refused(conversations: Conversations, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        await conversations.page(OWNER, cursor=cursor)


@pytest.mark.parametrize(
    ("subject", "search"),
    [
        ("Lunch on Tuesday", "lunch"),
        ("Lunch on Tuesday", "  TUES "),
        ("Über die Straße", "STRASSE"),
        ("Über die Straße", "über"),
        ("Обед во вторник", "ОБЕД"),
        ("会議の件", "会議"),
        ("ＦＵＬＬ width", "full"),
        ("100% of_it / now\\", "100% of_it / now\\"),
    ],
)
async def test_search_finds_a_part_of_the_title_in_any_case(
    conversations: Conversations, begin: Begin, subject: str, search: str
) -> None:
    await begin(subject)
    await begin("Something else")

    assert await titles(conversations, search=search) == [subject]


@pytest.mark.parametrize(
    "search",
    ["%", "_", "nothing", "a\\", "'; --", "\ud800", '"', "*", "lunch*x", "lunch OR b", "NOT x", "b:l & !x"],
)
async def test_search_takes_no_wildcard_and_no_sql(
    conversations: Conversations, begin: Begin, search: str
) -> None:
    await begin("Lunch")

    assert await titles(conversations, search=search) == []


async def test_search_can_be_paged(conversations: Conversations, begin: Begin) -> None:
    for subject in ("a1", "b", "a2", "a3"):
        await begin(subject)

    page = await conversations.page(OWNER, search="A", size=2)

    assert [each.title for each in page.conversations] == ["a3", "a2"]
    assert await titles(conversations, search="A", cursor=page.next_cursor) == ["a1"]


async def test_a_title_is_one_short_line(conversations: Conversations, begin: Begin) -> None:
    app_id = await begin("Re:\r\n\0 Lunch\ud800 " + "x" * 1_000_000)

    title = (await conversations.find(OWNER, app_id)).title

    assert title.startswith("Re: Lunch? x")
    assert len(title) == 200


async def test_a_renamed_conversation_keeps_its_name_and_place(
    conversations: Conversations, begin: Begin, save: Save
) -> None:
    app_id = await begin("Lunch")
    await begin("Newer")

    await conversations.rename(OWNER, app_id, " Über\nalles ")
    assert await titles(conversations) == ["Newer", "Über alles"]

    await save(1, app_id=app_id, subject="Lunch again")
    assert await titles(conversations, search="ÜBER") == ["Über alles"]
    assert await titles(conversations, search="lunch") == []


async def test_a_title_follows_the_state_until_it_is_renamed(
    conversations: Conversations, begin: Begin, save: Save
) -> None:
    app_id = await begin("")

    await save(1, app_id=app_id, subject="Lunch")

    assert await titles(conversations, search="lunch") == ["Lunch"]


@pytest.mark.parametrize("title", ["", " \n\0"])
async def test_an_empty_name_is_refused(conversations: Conversations, begin: Begin, title: str) -> None:
    app_id = await begin("Lunch")

    with pytest.raises(InvalidInput):
        await conversations.rename(OWNER, app_id, title)

    assert await titles(conversations) == ["Lunch"]


async def test_a_deleted_conversation_is_gone(
    conversations: Conversations, stored_states: States, begin: Begin
) -> None:
    app_id = await begin("Lunch")
    await begin("Kept")

    await conversations.delete(OWNER, app_id)

    assert await titles(conversations) == ["Kept"]
    assert await stored_states.load(OWNER, app_id) is None


async def test_what_was_not_touched_for_long_is_purged(
    conversations: Conversations, begin: Begin, save: Save
) -> None:
    old = await begin("Old")
    again = await begin("Old but active")
    foreign = await begin("Old and foreign", owner="eve")
    now = (await conversations.find("eve", foreign)).updated_at + timedelta(microseconds=1)
    await save(1, app_id=again, subject="Old but active")

    assert await conversations.purge(before=now) == 2

    assert await titles(conversations) == ["Old but active"]
    with pytest.raises(ConversationNotFound):
        await conversations.find(OWNER, old)


async def test_what_a_dead_process_had_written_goes_with_its_conversation(
    conversations: Conversations, begin: Begin, database: Database
) -> None:
    hours = {"ended": timedelta(hours=-1), "running": timedelta(hours=1)}
    ids = {name: await begin(name) for name in hours}
    rows = [
        {"app_id": ids[name], "holder": name, "expires_at": datetime.now(UTC) + away, "words": "Dear Dana"}
        for name, away in hours.items()
    ]
    await database.write(lambda connection: connection.execute(claims.insert(), rows))

    assert await conversations.delete_all(OWNER) == ([ids["ended"]], 1)
    assert [row.holder for row in await database.fetch(claims.select())] == ["running"]

    another = await begin("another")
    left = {"app_id": another, "holder": "ended", "expires_at": datetime.now(UTC) - timedelta(hours=1)}
    await database.write(lambda connection: connection.execute(claims.insert(), left))
    await conversations.purge(before=datetime.now(UTC))
    assert [row.holder for row in await database.fetch(claims.select())] == ["running"]


async def test_a_conversation_can_be_begun_under_a_given_id_any_number_of_times(
    conversations: Conversations, app_id: str
) -> None:
    created = await conversations.create(OWNER, app_id)

    assert await conversations.create(OWNER, app_id) == created
    for owner, other_id in [("eve", app_id), (OWNER, "../../x"), (OWNER, app_id.upper())]:
        with pytest.raises(ConversationNotFound):
            await conversations.create(owner, other_id)
    assert (await conversations.find(OWNER, app_id)) == created
    assert (await conversations.page(OWNER)).conversations == (), "nothing was said in it yet"


@pytest.mark.parametrize("owner", [OWNER, "eve"])
@pytest.mark.parametrize("call", ["find", "delete", "rename"])
async def test_unknown_and_foreign_answer_alike(
    conversations: Conversations, begin: Begin, call: str, owner: str
) -> None:
    mine = await begin("Lunch")
    app_id = UNKNOWN if owner == OWNER else mine
    arguments = ["Mine now"] if call == "rename" else []

    with pytest.raises(ConversationNotFound) as refused:
        await getattr(conversations, call)(owner, app_id, *arguments)

    assert str(refused.value).replace(app_id, "") == "There is no conversation ''. It may have been deleted."
    assert await titles(conversations) == ["Lunch"]
