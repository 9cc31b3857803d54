"""Stop ends a step at once, closes the model's stream, and the step can be run again."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import asks, writes
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST = "Hi Ana,\n\nI come on the twelfth of May.\n\nSam"
SECOND = "Hi Ana,\n\nI come on the twelfth of May and bring slides.\n\nSam"


async def _tap(sam: Person) -> None:
    await sam.problem.get_by_role("button", name=re.compile("Retry|Again")).click()


async def _type(sam: Person) -> None:
    await sam.says("retry")


tapped_and_typed = pytest.mark.parametrize("retry", [_tap, _type], ids=["tapped", "typed"])
Retry = Callable[[Person], Awaitable[None]]


async def _stop(sam: Person, model: FakeOpenAI, request: int) -> None:
    exchange = await model.exchange(request)
    await sam.stops()
    await exchange.ended.wait()
    assert exchange.outcome == "client closed"
    await expect(sam.problem).to_contain_text("Stopped.")
    await expect(sam.page.get_by_text("Task manually stopped")).to_have_count(0)
    await sam.still_sees_after_a_reload()


@tapped_and_typed
async def test_while_it_looks_for_questions(
    sit_at: Sit, online: Server, model: FakeOpenAI, retry: Retry
) -> None:
    model.will(asks("Lost?", stall=True), asks("Will you come?"))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.page.locator(".ea-status")).to_contain_text(
        "Reading the email and looking for open questions"
    )

    await _stop(sam, model, 0)
    await retry(sam)
    await expect(sam.form).to_contain_text("Will you come?")


@tapped_and_typed
async def test_before_the_first_word(sit_at: Sit, online: Server, model: FakeOpenAI, retry: Retry) -> None:
    model.will(writes("", stall=True), writes(FIRST))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.draft(1)).to_contain_text("Writing…")

    await _stop(sam, model, 1)
    await expect(sam.draft(1)).to_have_count(0)
    await retry(sam)
    await sam.sees_draft(1, "I come")


@tapped_and_typed
async def test_in_the_middle_of_a_draft(sit_at: Sit, online: Server, model: FakeOpenAI, retry: Retry) -> None:
    model.will(
        writes("Hi Ana, this is kept", stall=True, after=4),
        writes(FIRST),
    )
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.draft(1)).to_contain_text("Hi Ana")

    await _stop(sam, model, 1)
    await expect(sam.draft(1)).to_have_count(0)
    await retry(sam)
    await sam.sees_draft(1, "I come")


@tapped_and_typed
async def test_in_the_middle_of_a_revision(
    sit_at: Sit, online: Server, model: FakeOpenAI, retry: Retry
) -> None:
    model.will(writes(FIRST), writes(SECOND, stall=True, after=4))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)
    await sam.says("Say that I bring slides")
    await expect(sam.draft(2)).to_contain_text("Hi Ana")

    await _stop(sam, model, 2)
    await expect(sam.draft(2)).to_have_count(0)
    model.will(writes(SECOND))
    await retry(sam)
    await sam.sees_draft(2, "bring slides")
    assert "Say that I bring slides" in model.exchanges[3].text()


async def test_a_tapped_refinement_can_be_stopped_and_said_otherwise(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(writes(FIRST), writes("Lost.", stall=True), writes(SECOND))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)
    await sam.taps("Shorter")
    await expect(sam.draft(2)).to_contain_text("Writing…")

    await _stop(sam, model, 2)
    await sam.says("Say that I bring slides instead")
    await sam.sees_draft(2, "bring slides")
    await expect(sam.problem).to_have_count(0)


async def test_the_button_is_named_by_what_it_does_also_after_another_turn(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    """Chainlit turns the button that sends into the one that stops, and back."""
    model.will(asks(), writes(FIRST, stall=True))
    sam = await sit_at(online)
    sends, stops = sam.page.locator("#chat-submit"), sam.page.locator("#stop-button")
    await expect(sends).to_have_accessible_name("Send message")
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await model.exchange(1)
    await expect(stops).to_have_accessible_name("Stop")

    model.release()
    await sam.sees_draft(1)
    await expect(sends).to_have_accessible_name("Send message")
    model.reset()
    model.will(writes(SECOND, stall=True))
    await sam.says("longer")
    await expect(stops).to_have_accessible_name("Stop")
    await sam.stops()
    await expect(sends).to_have_accessible_name("Send message")
