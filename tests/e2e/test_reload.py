"""The page after a reload is the page before it, at every halt of a conversation."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import asks, fails, writes
from tests.e2e.person import EMAIL
from tests.e2e.serving import Server
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_at_every_halt(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(
        asks("Will you come?", "What do you need?"),
        writes("Hi Ana,\n\nI come.\n\nSam"),
        fails(401),
        writes("Dear Ana,\n\nI shall come.\n\nSam"),
    )
    sam = await sit_at(online)

    await sam.begins_with("Reply to an email")
    await expect(sam.step("Paste the email that you want to answer")).to_be_visible()
    await sam.still_sees_after_a_reload()

    await sam.says(EMAIL)
    await expect(sam.form).to_contain_text("How would you like to reply?")
    await sam.still_sees_after_a_reload()

    await sam.says("Accept it")
    await sam.form.get_by_label("Will you come?").fill("yes, and")
    await sam.still_sees_after_a_reload()
    await expect(sam.form.get_by_label("Will you come?")).to_have_value("yes, and")

    await sam.taps("Answer")
    await sam.sees_draft(1, "I come.")
    await sam.still_sees_after_a_reload()

    await sam.taps("More formal")
    await expect(sam.problem).to_be_visible()
    await sam.still_sees_after_a_reload()

    await sam.taps("Retry")
    await sam.sees_draft(2, "I shall come.")
    await sam.still_sees_after_a_reload()

    await sam.taps("Accept")
    await expect(sam.final).to_contain_text("I shall come.")
    await sam.still_sees_after_a_reload()


async def test_while_the_model_writes(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(writes("Hi Ana,\n\nI come.\n\nSam", stall=True, after=2))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.draft(1)).to_contain_text("Hi")

    await sam.page.reload()
    await expect(sam.draft(1).locator(".ea-body")).to_contain_text("Hi")
    await expect(sam.page.locator("#stop-button")).to_be_visible()
    model.release()
    await sam.sees_draft(1, "I come.")


async def test_stop_after_a_reload(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(writes("", stall=True))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.draft(1)).to_contain_text("Writing…")

    await sam.page.reload()
    await sam.stops()
    await expect(sam.problem).to_contain_text("Stopped")


@pytest.mark.parametrize("begun", [False, True])
async def test_a_page_is_built_and_connected_once(begun: bool, sit_at: Sit, offline: Server) -> None:
    """Chainlit would do both twice, for the text of the start page and for a conversation in the address."""
    sam = await sit_at(offline)
    if begun:
        await sam.says(f"Accept it\n---\n{EMAIL}")
        await sam.sees_draft(1)
    sam.requested.clear()
    await sam.reloads()
    paths = Counter(urlsplit(url).path for url in sam.requested)
    once = ("/ws/socket.io/", "/project/settings", "/set-session-cookie")
    assert [paths[path] for path in once] == [1, 1, 1]
