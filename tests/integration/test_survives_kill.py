"""A server killed in the middle of a step: after the restart nothing is lost, doubled or stuck."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.chainlit_client import MAIL, WITH_INSTRUCTIONS, Tab, same_after_a_reload
from tests.integration.over_http import HttpClient
from tests.integration.processes import ModelProcess, ServerProcess

QUESTION = {"structured": True, "questions": ["At what time?"], "times": 2}
HELD_QUESTIONS = {"structured": True, "stall": True, "times": 2}
HELD_DRAFT = {"structured": False, "stall": True, "times": 2}
HELD_WORDS = {"structured": False, "stall": True, "after": 2, "text": "one two three", "times": 2}


@pytest.fixture
def killed(tmp_path: Path, shared_model: ModelProcess) -> Iterator[ServerProcess]:
    """Provide a server of its own, which the test kills."""
    server = ServerProcess(tmp_path / "data", model_url=shared_model.url)
    server.start()
    try:
        yield server
    finally:
        server.stop(signal.SIGKILL)


class Both:
    """One conversation through the chat and one over HTTP, killed together at the same step."""

    def __init__(self, server: ServerProcess, model: ModelProcess) -> None:
        self.server, self.model = server, model
        self.tab, self.http, self.api = Tab(server.url), HttpClient(server.url), ""

    async def __aenter__(self) -> Both:
        await self.tab.connect()
        self.api = await self.http.create()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.tab.__aexit__()
        await self.http.__aexit__()

    async def held(self, held: dict[str, Any], in_chat: str, over_http: Awaitable[httpx.Response]) -> None:
        """Say something in both, kill the server while the model is `held`, and start it again."""
        self.model.reset()
        self.model.will(held)
        calling = asyncio.ensure_future(over_http)
        await self.tab.send(in_chat)
        await self.model.come(1)
        self.server.stop(signal.SIGKILL)
        with pytest.raises(httpx.TransportError):
            await calling
        await self.restart()

    async def restart(self) -> None:
        """Start the server on the same data, and open both doors anew."""
        await self.__aexit__()
        self.server.start()
        self.tab, self.http = (
            Tab(self.server.url, thread_id=self.tab.conversation),
            HttpClient(self.server.url),
        )
        await self.tab.connect()

    async def states(self) -> list[dict[str, Any]]:
        """Return both conversations, after checking that the tab shows what the server has."""
        await same_after_a_reload(self.tab)
        return [await self.http.state(self.tab.conversation), await self.http.state(self.api)]

    async def retry(self, *replies: dict[str, Any]) -> None:
        """Run the step again in both; until the dead server's claim ends, the page shows it as running."""
        self.model.reset()
        self.model.will(*replies)
        await self.http.retry_after_a_crash(self.api)
        await self.tab.page.until(lambda page: not page.loading)
        await self.tab.say("retry")


@pytest.mark.timeout(400)  # a server takes seconds to start
async def test_killed_at_every_step_from_the_chat_and_over_http(
    killed: ServerProcess, model: ModelProcess
) -> None:
    async with Both(killed, model) as both:
        await both.held(HELD_QUESTIONS, WITH_INSTRUCTIONS, both.http.email(both.api, MAIL, "say yes"))
        for state in await both.states():
            assert (state["next_step"], state["drafts"], state["questions"]) == ("retry", [], [])
            assert state["email_to_respond"].count("lunch on Tuesday") == 1
            assert state["response_instructions"] == "say yes"
            assert state["version"] == 1

        await both.retry(QUESTION)
        for state in await both.states():
            assert (state["next_step"], state["questions"]) == ("clarify_instructions", ["At what time?"])

        await both.held(HELD_DRAFT, "At noon.", both.http.answer(both.api, "At noon."))
        for state in await both.states():
            assert (state["next_step"], state["answers"], state["drafts"]) == ("retry", ["At noon."], [])
            assert len(state["clarifications"]) == 1
        await both.retry()
        for state in await both.states():
            assert (state["next_step"], len(state["drafts"])) == ("process_feedback", 1)

        await both.held(HELD_WORDS, "shorter", both.http.feedback(both.api, "shorter"))
        for state in await both.states():
            assert (state["next_step"], len(state["drafts"])) == ("retry", 1)
            assert state["feedback_history"] == ["shorter"]
        await both.retry()
        for state in await both.states():
            assert (state["next_step"], len(state["drafts"])) == ("process_feedback", 2)
            assert state["feedback_history"] == ["shorter"]

        await both.tab.tap(text="Accept", seen=both.tab.page.live("DraftCard")["seen"])
        assert (await both.http.feedback(both.api, "")).json()["next_step"] is None
        both.server.stop(signal.SIGKILL)  # at once after the answer
        await both.restart()
        for state in await both.states():
            assert (state["next_step"], state["final_draft"]) == (None, state["drafts"][-1])
        await both.tab.say("longer")
        assert len((await both.http.feedback(both.api, "longer")).json()["drafts"]) == 3
        for state in await both.states():
            assert state["feedback_history"][0::2] == ["shorter", "longer"]
