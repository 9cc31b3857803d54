"""A person asks instead of saying what to change: the answer stands beside the draft, and changes nothing."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import asks, writes
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _drafted(sam: Person) -> None:
    await sam.says(f"Instructions: say yes\n\n{EMAIL}")
    await sam.sees_draft(1)


async def test_a_question_is_answered_beside_the_draft(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    sam = await sit_at(online)
    model.will(asks(), writes("Hi Ana,\n\nyes, gladly.\n\nSam"))
    await _drafted(sam)
    asked = len(model.exchanges)
    model.will(writes("<b>She</b> wants a talk on *12 May*."))

    await sam.says("What does she want?")

    answer = sam.page.get_by_role("region", name="Answer")
    await expect(answer, "as text").to_have_text("<b>She</b> wants a talk on *12 May*.")
    assert len(model.exchanges) == asked + 1
    await expect(sam.page.locator("body > .ea-spoken[role=status]")).to_have_text(
        "Answer: <b>She</b> wants a talk on *12 May*."
    )
    await sam.sees_draft(1)
    await expect(sam.draft(2)).to_have_count(0)
    await sam.still_sees_after_a_reload()
    await sam.taps("Accept")
    await expect(sam.final).to_be_visible()
    model.will(writes("Friendly."))
    await sam.says("Is the tone all right?")
    await expect(answer.last).to_have_text("Friendly.")
    await expect(sam.final, "it stays accepted").to_be_visible()


async def test_an_answer_comes_word_by_word_also_after_a_reload_and_what_is_stopped_stays(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    sam = await sit_at(online)
    model.will(asks(), writes("Hi Ana,\n\nyes, gladly.\n\nSam"))
    await _drafted(sam)
    answer = sam.page.get_by_role("region", name="Answer")

    model.will(writes("She wants a talk on 12 May.", stall=True, after=3))
    await sam.says("What does she want?")
    await expect(answer).to_have_text("She wants a")
    await sam.page.reload()
    await expect(answer).to_have_text("She wants a")
    await expect(sam.step("What does she want?", "user_message")).to_have_count(1)
    model.release()
    await expect(answer).to_have_text("She wants a talk on 12 May.")
    await sam.sees_draft(1)
    await sam.still_sees_after_a_reload()

    model.reset()
    model.will(writes("Friendly enough, I would say.", stall=True, after=2))
    await sam.says("Is the tone all right?")
    await expect(answer.last).to_have_text("Friendly enough,")
    await sam.stops()
    await expect(answer.last).to_have_text("Friendly enough,")
    await sam.still_sees_after_a_reload()
    await sam.sees_draft(1)

    model.reset()
    model.will(writes("Never said.", stall=True, after=0))
    await sam.says("Who is she?")
    await expect(answer).to_have_count(3)
    await sam.stops()
    await expect(answer).to_have_count(2)
    await expect(sam.step("Who is she?", "user_message")).to_have_count(1)
    await expect(sam.step("Your message was not used")).to_be_visible()


async def test_help_without_a_model(sit_at: Sit, offline: Server) -> None:
    sam = await sit_at(offline)
    await sam.says("What can you do?")
    await expect(sam.step("I help you answer emails.")).to_be_visible()
    await sam.ready()
    await sam.reloads()
    await sam.says(EMAIL)
    await expect(sam.form).to_be_visible()
    await sam.says("why do you need to know that?")
    await expect(sam.page.get_by_role("region", name="Answer")).to_contain_text("No model is set up")
    await expect(sam.form, "it still waits").to_be_visible()
    await sam.still_sees_after_a_reload()
