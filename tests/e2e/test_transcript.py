"""The transcript is short, says what was asked, and rests where one reads next."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import asks, writes
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROUNDS = 30
WORDS = [
    "river",
    "stone",
    "garden",
    "winter",
    "letter",
    "copper",
    "train",
    "harbour",
    "lemon",
    "window",
    "paper",
    "bridge",
]
LONG = "\n\n".join(f"{word} {' '.join(WORDS[at:] + WORDS[:at])}." for at, word in enumerate(WORDS))
HEIGHT = "Math.max(...[...document.querySelectorAll('.step')].map((s) => s.getBoundingClientRect().bottom)) \
- document.querySelector('.step').getBoundingClientRect().top"
OPAQUE = """(node) => {
  for (let each = node; each; each = each.parentElement)
    if (getComputedStyle(each).opacity < 1 || each.classList.contains("loading-shimmer")) return false
  return true
}"""
TOP = "(node) => node.getBoundingClientRect().top"


def draft(number: int) -> str:
    return f"Hi Ana,\n\nversion {number} of five lines:\nI come,\nI talk,\nI go.\n\nSam"


async def test_thirty_rounds_take_less_than_three_screens(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(*(writes(draft(number)) for number in range(1, ROUNDS + 1)))
    async with httpx.AsyncClient(base_url=f"{online.url}/api/v1", timeout=20) as api:
        app_id = (await api.post("/create")).json()["app_id"]
        given = {"email_to_respond": EMAIL, "response_instructions": "Accept it"}
        await api.put(f"/initialize_draft/{app_id}", json=given)
        for number in range(2, ROUNDS - 1):
            asked = "Make it shorter." if number % 2 else "Make it longer."
            state = (await api.put(f"/process_feedback/{app_id}", json={"feedback": asked})).json()
    assert len(state["drafts"]) == ROUNDS - 2
    sam = await sit_at(online, f"/thread/{app_id}")
    await sam.sees_draft(ROUNDS - 2)
    for number in (ROUNDS - 1, ROUNDS):
        await sam.taps("Shorter" if number % 2 else "Longer")
        await sam.sees_draft(number)

    assert await sam.page.evaluate(HEIGHT) < 3 * 900
    await expect(sam.draft(ROUNDS).locator(".ea-head")).to_be_in_viewport()
    await expect(sam.line(3)).to_contain_text("Shorter")
    await sam.still_sees_after_a_reload()
    await expect(sam.draft(ROUNDS).locator(".ea-head")).to_be_in_viewport()


async def test_earlier_drafts_open_beside_any_other(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(*(writes(draft(number)) for number in (1, 2, 3)))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)
    await sam.says("Say that I bring slides, and that I come by train")
    await sam.sees_draft(2)
    await sam.taps("Longer")
    await sam.sees_draft(3)

    assert sum(url.endswith("/DraftCard.jsx") for url in sam.requested) == 1, "its source is kept"

    await expect(sam.line(2)).to_contain_text("Say that I bring slides, and that I come by train")
    await expect(sam.step("Say that I bring slides", "user_message")).to_have_count(0)
    await expect(sam.line(1)).not_to_contain_text("version 1")
    await sam.line(1).get_by_role("button").click()
    await expect(sam.line(1)).to_contain_text("version 1")
    await sam.line(1).get_by_label("Compare with").select_option("Draft 3")
    await expect(sam.line(1).locator(".ea-beside")).to_contain_text("version 3")
    await sam.taps("Back to draft 1")
    await sam.sees_draft(4, "version 1")
    await expect(sam.draft(4)).to_contain_text("Draft 4 · draft 1 again")

    await sam.taps("Accept")
    await sam.final.get_by_role("button", name="What changed").click()
    await expect(sam.final.locator("del, ins").first).to_be_visible()
    await sam.final.get_by_role("button", name="Earlier drafts").click()
    await sam.page.get_by_role("menuitem", name="Draft 2").click()
    await expect(sam.final.locator(".ea-beside")).to_contain_text("version 2")


async def test_a_pasted_email_is_folded_and_what_was_said_with_it_is_not(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(asks(), writes(draft(1)))
    sam = await sit_at(online)
    long = EMAIL.replace("Best,", f"{LONG}\n\nBest,")

    await sam.says(f"Say yes, and ask about the length.\n---\n{long}")
    await sam.sees_draft(1)

    said = sam.page.locator('[data-step-type="user_message"]').first
    await expect(said).to_have_text("Email from Ana Ruiz\n\nSay yes, and ask about the length.")
    card = sam.page.locator(".ea-email")
    await expect(card).not_to_contain_text("lemon lemon")
    await sam.taps("Show the whole email")
    await expect(card).to_contain_text("lemon lemon")


async def test_a_hand_edit_is_a_short_note(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(writes(draft(1)))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)

    await sam.says("Edit:\nDear Ana,\n\nno.\n\nSam")

    await sam.sees_draft(2, "no.")
    await expect(sam.step("Edited by hand", "user_message")).to_be_visible()
    await expect(sam.page.get_by_text("Edit:")).to_have_count(0)
    await sam.still_sees_after_a_reload()


async def test_answers_stand_below_their_questions(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(asks("How long?", "With slides?", "Alone?"), writes(draft(1)))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.form).to_be_visible()

    # The page puts the focus there in a moment: what is typed below before that would follow it.
    await expect(sam.form.get_by_label("How long?")).to_be_focused()
    await sam.says("1. 45 minutes\n3. with Kim")

    await sam.sees_draft(1)
    answered = sam.page.locator(".ea-answered > div")
    await expect(answered).to_have_text(["How long?45 minutes", "With slides?skipped", "Alone?with Kim"])
    await expect(sam.step("45 minutes", "user_message")).to_have_count(0)
    await sam.still_sees_after_a_reload()


async def test_a_long_draft_is_read_from_its_top(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(writes(f"Hi Ana,\n\n{LONG}"), writes(f"Dear Ana,\n\n{LONG}"))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)
    await sam.taps("More formal")
    await sam.sees_draft(2)

    assert 0 <= await sam.draft(2).evaluate(TOP) < 300


async def test_nobody_waits_for_questions_who_does_not_want_to(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(asks("Lost?", stall=True), writes(draft(1)))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    status = sam.page.locator(".ea-status")
    await expect(status).to_contain_text("Reading the email")
    await expect(status).to_contain_text("2 s")
    await expect(sam.page.locator(".loading-cursor:visible")).to_have_count(0)
    assert await status.evaluate(OPAQUE), "the line can be read"

    await sam.taps("Just write it")

    await sam.sees_draft(1)
    await expect(sam.problem).to_have_count(0)


async def test_the_focus_goes_to_where_one_types_next(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(asks("How long?", "Alone?"), writes(draft(1)), writes(draft(2)))
    sam = await sit_at(online)
    composer = sam.page.locator("#chat-input")
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.form.get_by_label("How long?")).to_be_focused()
    await sam.page.keyboard.type("an hour")
    await sam.page.keyboard.press("Control+Enter")
    await sam.sees_draft(1)
    await expect(composer).to_be_focused()
    await expect(composer).to_have_attribute("placeholder", "Say what to change, or that it is right…")

    await sam.taps("Shorter")
    await sam.sees_draft(2)
    await expect(composer).to_be_focused()
    await sam.taps("Edit by hand")
    await sam.taps("Cancel")
    await expect(sam.page.get_by_role("button", name="Edit by hand")).to_be_focused()
    await sam.taps("Accept")
    await expect(sam.final).to_be_visible()
    await expect(composer).to_be_focused()


async def told(sam: Person) -> str:
    """Return what a screen reader was told last."""
    return await sam.page.locator("body > .ea-spoken[role=status]").inner_text()


async def test_a_screen_reader_is_told_what_happens(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(asks("How long?"), writes(draft(1), stall=True, after=3))
    sam = await sit_at(online)
    region = sam.page.locator("body > .ea-spoken[role=status]")
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(region).to_contain_text("How long?")
    await sam.says("an hour")
    await expect(region).to_contain_text("Writing…")
    model.release()
    await sam.sees_draft(1)
    await expect(region).to_contain_text("Draft 1:")
    await expect(region).to_contain_text("version 1 of five lines")
    await expect(sam.draft(1).get_by_role("heading", name="Draft 1")).to_be_visible()


async def test_single_keys_press_buttons_while_nothing_is_typed(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(writes(draft(1)))
    sam = await sit_at(online)
    keyboard = sam.page.keyboard
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)
    await sam.page.locator("#chat-input").fill("")
    await keyboard.type("e?")
    await expect(sam.page.locator("#chat-input")).to_have_value("e?")

    await sam.page.locator("#chat-input").fill("")
    await sam.page.locator("#chat-input").blur()
    await keyboard.press("?")
    keys = sam.page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(keys).to_contain_text("Edit the draft by hand")
    await asyncio.gather(keyboard.press("Escape"), keyboard.press("e"))  # without a frame between
    await expect(keys).to_have_count(0)
    await expect(sam.draft(1).get_by_label("Edit by hand")).to_be_focused()
