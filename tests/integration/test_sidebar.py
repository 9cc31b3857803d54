"""The sidebar, through the routes that Chainlit's page calls."""

from __future__ import annotations

import pytest

from tests.integration.chainlit_client import Tab
from tests.integration.processes import ModelProcess, ServerProcess

UNKNOWN = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


async def begin(server: ServerProcess, subject: str) -> str:
    async with Tab(server.url) as tab:
        await tab.say(f"From: Dana <dana@example.com>\nSubject: {subject}\n\nHow are you?")
        return tab.conversation


async def names(tab: Tab, search: str = "") -> list[str]:
    listed = await tab.sidebar(search=search)
    assert listed.status_code == 200
    return [thread["name"] for thread in listed.json()["data"]]


async def test_the_list_pages_from_the_newest_to_the_oldest(tab: Tab, server: ServerProcess) -> None:
    for number in range(5):
        await begin(server, f"Page {number}")

    seen: list[str] = []
    cursor = None
    while True:
        page = (await tab.sidebar(first=2, cursor=cursor, search="page")).json()
        seen += [thread["name"] for thread in page["data"]]
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert seen == [f"Page {number}" for number in (4, 3, 2, 1, 0)]


async def test_the_newest_activity_comes_first(tab: Tab, server: ServerProcess) -> None:
    old = await begin(server, "Old")
    await begin(server, "New")
    async with Tab(server.url, thread_id=old) as other:
        await other.say("say yes")

    assert (await names(tab))[:2] == ["Old", "New"]


async def test_a_search_finds_by_title_in_any_case(tab: Tab, server: ServerProcess) -> None:
    await begin(server, "Müller & 100% of Söhne")

    assert await names(tab, search="MÜLLER") == ["Müller & 100% of Söhne"]
    assert await names(tab, search="100%") == ["Müller & 100% of Söhne"]
    assert await names(tab, search="_") == []


@pytest.mark.parametrize("first", [-1, 0, 10**9])
async def test_any_size_of_a_page_is_answered(tab: Tab, first: int) -> None:
    assert (await tab.sidebar(first=first)).status_code == 200


@pytest.mark.parametrize("cursor", ["x", "😀", UNKNOWN, "AAAA" * 1000])
async def test_an_unknown_cursor_is_refused_with_a_sentence(tab: Tab, cursor: str) -> None:
    refused = await tab.sidebar(cursor=cursor)

    assert refused.status_code == 400
    assert refused.json()["detail"].startswith("This page of the list is not known")


async def test_a_name_of_ones_own_stays(tab: Tab, server: ServerProcess) -> None:
    conversation = await begin(server, "Before")

    renamed = await tab.http.put("/project/thread", json={"threadId": conversation, "name": "After"})
    async with Tab(server.url, thread_id=conversation) as other:
        await other.say("say yes")

    assert renamed.status_code == 200
    assert (await names(tab))[0] == "After"


async def test_an_empty_name_is_refused_with_a_sentence(tab: Tab, server: ServerProcess) -> None:
    conversation = await begin(server, "Named")

    refused = await tab.http.put("/project/thread", json={"threadId": conversation, "name": "  "})

    assert refused.status_code == 400
    assert refused.json()["detail"] == "A title needs at least one character."


@pytest.mark.parametrize("conversation", ["x", UNKNOWN, "../.."])
async def test_an_unknown_conversation_can_be_neither_named_nor_deleted(tab: Tab, conversation: str) -> None:
    renamed = await tab.http.put("/project/thread", json={"threadId": conversation, "name": "Mine"})
    deleted = await tab.http.request("DELETE", "/project/thread", json={"threadId": conversation})

    assert (renamed.status_code, deleted.status_code) == (404, 404)


async def test_a_deleted_conversation_is_gone(tab: Tab, server: ServerProcess) -> None:
    conversation = await begin(server, "Delete me")

    deleted = await tab.http.request("DELETE", "/project/thread", json={"threadId": conversation})

    assert deleted.status_code == 200
    assert "Delete me" not in await names(tab)
    assert (await tab.http.get(f"/project/thread/{conversation}")).status_code == 404


async def test_a_conversation_can_be_deleted_while_it_runs(
    tab: Tab, model: ModelProcess, server: ServerProcess
) -> None:
    model.will({"structured": False, "stall": True, "after": 2})
    await tab.send(
        "Instructions: say fine\n\nFrom: Dana <dana@example.com>\nSubject: Running\n\nHow are you?"
    )
    await tab.page.until(lambda page: any(page.outputs("llm")))
    async with Tab(server.url, thread_id=tab.conversation) as other:
        deleted = await other.http.request("DELETE", "/project/thread", json={"threadId": tab.conversation})

    assert deleted.status_code == 200
    await tab.page.until(lambda page: not page.loading)
    page = await tab.say("retry")
    assert "may have been deleted" in page.outputs()[-1]
    assert "Running" not in await names(tab)
