"""When the model fails, the person reads what happened, has lost nothing, and goes on by Retry."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import fails, writes
from tests.e2e.person import EMAIL
from tests.e2e.serving import Server
from tests.fakes.openai_server import FakeOpenAI, Reply

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOON = {"retry-after-ms": "1"}
FAILURES = {
    "401": (fails(401), "asks for a key, and none is set. Set OPENAI_API_KEY"),
    "429": (fails(429, headers=SOON, times=None), "is busy. Try again"),
    "500": (fails(500, headers=SOON, times=None), "failed"),
    "cut": (
        writes("Hi Ana, this is kept", cut=True, after=3),
        "broke off before the answer was complete",
    ),
    "garbage": (writes("", raw="<html>a proxy's page</html>"), "is not a model's server"),
    "empty": (writes(""), "empty or could not be understood"),
}


@pytest.mark.parametrize(("reply", "sentence"), FAILURES.values(), ids=FAILURES)
async def test_a_failed_revision(
    sit_at: Sit, online: Server, model: FakeOpenAI, reply: Reply, sentence: str
) -> None:
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)
    model.will(reply)

    await sam.says("Say that I bring slides")
    await expect(sam.problem).to_contain_text(sentence)
    again = sam.problem.get_by_role("button", name=re.compile("Retry|Again"))
    await expect(again).to_be_enabled()
    await expect(sam.step("Say that I bring slides", "user_message")).to_be_visible()

    model.reset()
    model.will(writes("Hi Ana,\n\nI bring slides.\n\nSam"))
    await again.click()
    await sam.sees_draft(2, "I bring slides.")
    assert "Say that I bring slides" in model.exchanges[0].text()


async def test_the_first_message_is_not_lost(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(fails(401))
    sam = await sit_at(online)

    await sam.says(f"Accept it, but come by train\n---\n{EMAIL}")
    await expect(sam.problem).to_contain_text("asks for a key")
    await expect(sam.step("Accept it, but come by train", "user_message")).to_be_visible()
    await sam.taps("Retry")
    await sam.sees_draft(1)
    assert "come by train" in model.exchanges[-1].text()
