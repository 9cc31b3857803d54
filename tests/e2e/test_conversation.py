"""A whole conversation in the browser, from the pasted email to the accepted reply."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.person import EMAIL
from tests.e2e.serving import Server
from tests.fakes.openai_server import FakeOpenAI, Reply

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTIONS = ["Will you come?", "What do you need?"]
FIRST = "Hi Ana,\n\nI would love to give the talk.\n\nBest,\nSam"
SECOND = "Hi Ana,\n\nI would love to give the talk, and I need a projector.\n\nBest,\nSam"


async def test_by_typing_with_a_model(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(Reply(questions=QUESTIONS), Reply(text=FIRST), Reply(text=SECOND))
    sam = await sit_at(online)

    await sam.says(f"Accept it\n---\n{EMAIL}")
    for question in QUESTIONS:
        await expect(sam.form).to_contain_text(question)
    await sam.says("1. yes\n2. a projector")
    await sam.sees_draft(1, "I would love to give the talk")
    await sam.says("Say what I need")
    await sam.sees_draft(2, "I need a projector")
    await sam.draft(2).get_by_role("button", name="What changed").click()
    await expect(sam.draft(2).locator("ins")).to_have_text([", and I need a projector"])
    await sam.says("perfect, thanks!")
    await expect(sam.final).to_contain_text(SECOND)

    assert "a projector" in model.exchanges[1].text()
    assert "Say what I need" in model.exchanges[2].text()
    assert len(model.exchanges) == 3


async def test_by_tapping_with_a_model(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(Reply(questions=QUESTIONS), Reply(text=FIRST), Reply(text=SECOND))
    sam = await sit_at(online)

    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.form.get_by_label("Will you come?").fill("yes")
    await sam.taps("Answer")
    await sam.sees_draft(1, "I would love to give the talk")
    await sam.taps("Longer")
    await sam.sees_draft(2, "I need a projector")
    await sam.taps("Accept")
    await expect(sam.final).to_contain_text(SECOND)

    assert "Make it longer." in model.exchanges[2].text()
