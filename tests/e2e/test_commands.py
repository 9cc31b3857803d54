"""What a person can do to a draft on the page beside saying what to change."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import writes
from tests.e2e.person import EMAIL
from tests.e2e.serving import Server
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

INSTRUCTIONS = "Instructions: say yes to the talk\n\n"
GAPS = (
    "Hi Ana,\n\nyes, I gladly give the talk on 12 May. I arrive [which day?] by [train or car].\n\n"
    "Best,\nSam Cole"
)


async def test_gaps_are_filled_with_the_keyboard_and_minded_once(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(writes(GAPS))
    sam = await sit_at(online)
    await sam.says(INSTRUCTIONS + EMAIL)
    await sam.sees_draft(1)
    asked = len(model.exchanges)
    await sam.taps("Accept")
    accept = sam.draft(1).get_by_role("button", name="2 gaps are open: accept anyway?")
    await expect(accept).to_be_visible()

    field = sam.draft(1).get_by_label("Fill in: which day?")
    await sam.tabs_to(field)
    await sam.page.keyboard.type("11 May")
    await sam.page.keyboard.press("Enter")
    await sam.sees_draft(2, "I arrive 11 May by")
    await expect(sam.draft(2).get_by_label("Fill in: train or car")).to_be_visible()
    await sam.still_sees_after_a_reload()
    await sam.draft(2).get_by_role("button", name="Copy", exact=True).click()
    await expect(sam.page.get_by_role("status").filter(has_text="1 gap is open")).to_be_visible()

    await sam.taps("Accept")
    await sam.taps("1 gap is open: accept anyway?")
    await expect(sam.final).to_be_visible()
    assert len(model.exchanges) == asked


async def test_another_version_stands_beside_the_first_and_is_undone(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(
        writes("Hi Ana,\n\nyes, with pleasure.\n\nBest,\nSam Cole"),
        writes("Hi Ana,\n\ngladly, yes.\n\nBest,\nSam Cole"),
    )
    sam = await sit_at(online)
    await sam.says(INSTRUCTIONS + EMAIL)
    await sam.sees_draft(1, "with pleasure")
    await expect(sam.page.get_by_role("button", name="Undo")).to_have_count(0)

    await sam.taps("Another version")
    await sam.sees_draft(2, "gladly")
    await sam.taps("Beside draft 1")
    beside = sam.draft(2).locator(".ea-beside")
    await expect(beside).to_contain_text("with pleasure")
    await expect(beside).to_contain_text("gladly")
    await sam.taps("Beside draft 1")
    await expect(beside).to_have_count(0)

    await sam.taps("Undo")
    await sam.sees_draft(3, "with pleasure")
    await sam.still_sees_after_a_reload()


async def test_what_was_asked_is_shown_and_put_right(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(
        writes("Hi Ana,\n\nyes, with pleasure.\n\nBest,\nSam Cole"),
        writes("Hi Ana,\n\nsorry, no.\n\nBest,\nSam Cole"),
    )
    sam = await sit_at(online)
    await sam.says(INSTRUCTIONS + EMAIL)
    await sam.sees_draft(1)
    await expect(sam.page.locator(".ea-asked")).to_contain_text("You asked: say yes to the talk")

    await sam.taps("Change what you asked")
    await sam.page.get_by_label("You asked").fill("say no to the talk")
    await sam.taps("Rewrite the draft")
    await sam.sees_draft(2, "no")

    await expect(sam.page.locator(".ea-asked")).to_contain_text("say no to the talk")
    await sam.still_sees_after_a_reload()


async def test_a_proposal_is_one_tap(sit_at: Sit, offline: Server) -> None:
    sam = await sit_at(offline)
    await sam.says("Hi Sam,\n\nDoes 3pm on Friday work for you?\n\nBest,\nDana\n\nReply: yes 3pm works")

    await expect(sam.page.locator(".ea-warnings"), "nothing is wrong with a text alone").to_have_count(0)
    await sam.taps("Use “yes 3pm works”?")

    await sam.sees_draft(1)
    await expect(sam.page.locator(".ea-asked")).to_contain_text("yes 3pm works")


async def test_an_email_of_another_thread_begins_a_conversation_of_its_own(
    sit_at: Sit, offline: Server
) -> None:
    sam = await sit_at(offline)
    await sam.says(INSTRUCTIONS + EMAIL)
    await sam.sees_draft(1)
    first = sam.path

    await sam.says("From: Eva <eva@example.com>\nSubject: Dinner\n\nShall we have dinner?")
    await expect(sam.page.get_by_role("button", name="Answer this one instead")).to_be_visible()
    await sam.page.locator(".step").get_by_role("button", name="New conversation").click()

    await expect(sam.form).to_be_visible()
    assert sam.path != first
    await expect(sam.titles.filter(has_text="Dinner")).to_be_visible()
    await expect(sam.page.locator(".ea-email")).to_contain_text("Dinner")
