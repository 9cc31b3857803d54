"""How much one user may at once, with a sentence for each limit, in the chat and over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from email_assistant.chat import texts
from email_assistant.service.accounts import open_accounts
from email_assistant.settings import Settings
from tests.integration.chainlit_client import MAIL, WITH_INSTRUCTIONS, Tab
from tests.integration.processes import ModelProcess, ServerProcess
from tests.integration.test_sign_in import serving

PASSWORD = "correct horse battery"
STALLED = {"structured": False, "stall": True, "after": 2, "text": "one two three"}


@asynccontextmanager
async def tab_of(server: ServerProcess, name: str) -> AsyncIterator[Tab]:
    """Provide a tab of somebody who signed in; its `http` is signed in as well."""
    tab = Tab(server.url)
    (await tab.http.post("/login", data={"username": name, "password": PASSWORD})).raise_for_status()
    try:
        await tab.connect(sign_in=False)
        yield tab
    finally:
        await tab.drop()
        await tab.http.aclose()


@pytest.fixture
async def server(tmp_path: Path, shared_model: ModelProcess) -> AsyncIterator[ServerProcess]:
    async with open_accounts(Settings(data_dir=tmp_path / "data")) as accounts:
        for name in ("sam", "eve"):
            await accounts.add(name, PASSWORD)
    limits = {"EMAIL_ASSISTANT_TURNS_PER_USER": "1", "EMAIL_ASSISTANT_CONVERSATIONS_PER_USER": "2"}
    model = {
        "OPENAI_BASE_URL": shared_model.url,
        "OPENAI_API_KEY": "test",
        "EMAIL_ASSISTANT_PROOFREADER": "off",
    }
    with serving(tmp_path / "data", EMAIL_ASSISTANT_AUTH="password", **limits, **model) as server:
        yield server


async def test_a_user_has_so_many_turns_and_conversations(server: ServerProcess, model: ModelProcess) -> None:
    body = {"email_to_respond": MAIL, "response_instructions": "say yes"}
    async with tab_of(server, "sam") as tab, tab_of(server, "sam") as other, tab_of(server, "eve") as eves:
        model.will(STALLED)
        await tab.send(WITH_INSTRUCTIONS)
        await model.come(1)

        page = await other.say(WITH_INSTRUCTIONS)
        assert "1 reply is being worked on for you already" in page.outputs()[-1]
        assert texts.NOT_USED in page.outputs()[-1]
        second = f"/api/v1/initialize_draft/{other.conversation}"
        busy = await tab.http.put(second, json=body)
        assert (busy.status_code, busy.json()["code"]) == (429, "RateLimited")
        assert int(busy.headers["retry-after"]) > 0

        third = await tab.http.post("/api/v1/create")
        assert (third.status_code, third.json()["code"]) == (409, "QuotaExceeded")
        assert "Delete some" in third.json()["detail"]
        assert (await eves.http.post("/api/v1/create")).status_code == 201

        model.release()
        await tab.page.until(lambda page: not page.loading)
        assert (await tab.http.put(second, json=body)).json()["next_step"] == "process_feedback"

    async with tab_of(server, "sam") as full:
        page = await full.say(WITH_INSTRUCTIONS)
        assert "Delete some" in page.outputs()[-1]
        assert texts.NOT_USED in page.outputs()[-1]
        assert (await full.http.delete(f"/api/v1/delete/{other.conversation}")).status_code == 204
        assert (await full.say(WITH_INSTRUCTIONS)).live("DraftCard")["body"]


async def test_too_many_requests_wait_and_say_so(tmp_path: Path) -> None:
    settings = {"EMAIL_ASSISTANT_AUTH": "password", "EMAIL_ASSISTANT_REQUESTS_PER_MINUTE": "3"}
    with serving(tmp_path / "data", **settings) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            answers = [await client.get("/user") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert "Wait a moment" in answers[-1].json()["detail"]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 20


async def test_a_local_server_counts_no_requests(tmp_path: Path) -> None:
    with serving(tmp_path / "data", EMAIL_ASSISTANT_REQUESTS_PER_MINUTE="1") as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            assert {(await client.get("/api/v1/conversations")).status_code for _ in range(5)} == {200}
