"""A server that is told to end: turns end within a grace time or wait to be retried, and nothing hangs."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from email_assistant.server import GRACE
from tests.integration.chainlit_client import MAIL, WITH_INSTRUCTIONS, Tab, same_after_a_reload
from tests.integration.over_http import HttpClient
from tests.integration.processes import ModelProcess, ServerProcess, running_server

HELD = {"structured": False, "stall": True, "after": 2, "text": "one two three", "times": 2}


@pytest.mark.timeout(240)  # a server takes seconds to start
async def test_turns_that_do_not_end_are_stopped_told_so_and_retried_after_the_next_start(
    tmp_path: Path, shared_model: ModelProcess, model: ModelProcess
) -> None:
    server = ServerProcess(tmp_path / "data", model_url=shared_model.url)
    server.start()
    model.will(HELD)
    async with Tab(server.url) as tab, HttpClient(server.url) as http:
        app_id = await http.create()
        calling = asyncio.ensure_future(http.email(app_id, MAIL, "say yes"))
        await tab.send(WITH_INSTRUCTIONS)
        await tab.page.until(lambda page: any("one two" in words for words in page.outputs("llm")))
        await model.come(3)  # for each of the two the questions, then the draft

        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        answer = (await calling).json()
        await tab.page.until(lambda page: page.cards("ProblemCard"))
        code = await asyncio.to_thread(server.stop, timeout=2 * GRACE + 6)

        assert code in (0, -signal.SIGTERM)
        assert time.monotonic() - begun < 2 * GRACE + 6
        assert answer["next_step"] == "retry"
        assert {model.ended(number) for number in range(4)} == {"answered", "client closed"}
        chat = tab.conversation

    with closing(sqlite3.connect(tmp_path / "data" / "conversations.db")) as database:
        assert database.execute("SELECT app_id FROM claims").fetchall() == []
    with running_server(tmp_path / "data", model_url=shared_model.url) as again:
        async with Tab(again.url, thread_id=chat) as tab, HttpClient(again.url) as http:
            assert (await http.retry(app_id)).json()["next_step"] == "process_feedback"
            await tab.say("retry")
            assert tab.page.live("DraftCard")["body"]
            await same_after_a_reload(tab)


@pytest.mark.timeout(120)
async def test_a_turn_that_ends_within_the_grace_is_whole(tmp_path: Path, model: ModelProcess) -> None:
    server = ServerProcess(tmp_path / "data", model_url=model.url)
    server.start()
    model.will({**HELD, "times": 1})
    async with HttpClient(server.url) as http:
        app_id = await http.create()
        calling = asyncio.ensure_future(http.email(app_id, MAIL, "say yes"))
        await model.come(1)
        server.process.send_signal(signal.SIGTERM)
        model.release()
        assert (await calling).json()["drafts"] == ["one two three"]
    await asyncio.to_thread(server.stop)
