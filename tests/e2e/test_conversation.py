"""A whole conversation in the browser, from the pasted email to the accepted reply."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import asks, writes
from tests.e2e.person import EMAIL
from tests.e2e.serving import Server
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTIONS = ["Will you come?", "What do you need?"]
FIRST = "Hi Ana,\n\nI would love to give the talk.\n\nBest,\nSam"
SECOND = "Hi Ana,\n\nI would love to give the talk, and I need a projector.\n\nBest,\nSam"


async def test_typed_with_a_model(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(asks(*QUESTIONS), writes(FIRST), writes(SECOND))
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


async def test_tapped_with_a_model(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(asks(*QUESTIONS), writes(FIRST), writes(SECOND))
    sam = await sit_at(online)

    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.form.get_by_label(QUESTIONS[0]).fill("yes")
    await sam.taps("Answer")
    await sam.sees_draft(1, "I would love to give the talk")
    await sam.taps("Longer")
    await sam.sees_draft(2, "I need a projector")
    await sam.taps("Accept")
    await expect(sam.final).to_contain_text(SECOND)

    assert "Make it longer." in model.exchanges[2].text()


async def test_typed_without_a_model(sit_at: Sit, offline: Server) -> None:
    sam = await sit_at(offline)

    await expect(sam.page.locator("#welcome-screen")).to_contain_text("No model is set")
    await sam.says(EMAIL)
    await expect(sam.form).to_contain_text("How would you like to reply?")
    await sam.says("I accept with pleasure")
    await sam.answers_what_is_asked("A projector is all that I need")
    await sam.sees_draft(1, "Ana")
    await sam.says("Make it friendlier.")
    await sam.sees_draft(2)
    await sam.says("looks good")
    await expect(sam.final).to_contain_text("Ana")


async def test_tapped_without_a_model(sit_at: Sit, offline: Server) -> None:
    sam = await sit_at(offline)

    await sam.begins_with("Try it with a sample email")
    await expect(sam.form).to_contain_text("How would you like to reply?")
    await sam.says("Say yes to Thursday")
    await sam.answers_what_is_asked("The slides come on Monday")
    await sam.sees_draft(1, "Dana")
    await sam.taps("Shorter")
    await sam.sees_draft(2)
    await sam.taps("Accept")
    await expect(sam.final).to_contain_text("Dana")


async def test_a_question_may_be_skipped(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(asks(*QUESTIONS), writes(FIRST))
    sam = await sit_at(online)

    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.taps("Skip the questions")
    await sam.sees_draft(1, "I would love to give the talk")


async def test_words_come_into_the_card_while_the_model_writes(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(writes(FIRST, stall=True, after=6))
    sam = await sit_at(online)

    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.draft(1).locator(".ea-body")).to_contain_text("Hi Ana")
    await expect(sam.draft(1)).to_contain_text("Writing…")
    await expect(sam.draft(1)).not_to_contain_text("Best")
    await expect(sam.draft(1).get_by_role("button")).to_have_count(0)
    model.release()
    await sam.sees_draft(1, "Best")


async def test_edited_by_hand(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(writes(FIRST))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)

    await sam.taps("Edit by hand")
    editor = sam.draft(1).get_by_label("Edit by hand")
    await expect(editor).to_have_value(FIRST)
    await editor.press("Escape")
    await expect(editor).to_have_count(0)

    await sam.taps("Edit by hand")
    await editor.fill("Dear Ana,\n\nno.\n\nSam")
    await editor.press("Escape")
    await expect(editor, "what was typed is not lost by a key").to_have_value("Dear Ana,\n\nno.\n\nSam")
    await sam.reloads()
    await expect(editor, "nor by a reload").to_have_value("Dear Ana,\n\nno.\n\nSam")
    await editor.press("Control+Enter")
    await sam.sees_draft(2, "no.")
    await expect(sam.draft(2)).to_contain_text("your text")
    await expect(editor).to_have_count(0)


async def test_back_to_an_earlier_version(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(writes(FIRST), writes(SECOND))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)
    await sam.taps("Longer")
    await sam.sees_draft(2)

    await sam.taps("Earlier drafts")
    await sam.page.get_by_role("menuitem", name="Draft 1").click()
    await expect(sam.draft(2).locator(".ea-beside")).to_contain_text("I would love to give the talk.")
    await sam.taps("Back to draft 1")
    await sam.sees_draft(3, "I would love to give the talk.")
    await expect(sam.draft(3)).to_contain_text("draft 1 again")


async def test_feedback_on_an_accepted_reply_reopens_it(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(writes(FIRST), writes(SECOND))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)
    await sam.taps("Accept")
    await expect(sam.final).to_have_count(1)

    await sam.says("Say what I need")
    await sam.sees_draft(2, "I need a projector")
    await expect(sam.final).to_have_count(0)
    await expect(sam.step("You accepted draft 1.")).to_be_visible()
    await sam.says("ok")
    await expect(sam.final).to_contain_text(SECOND)
    await expect(sam.step("You accepted draft 1.")).to_be_visible()
    await sam.still_sees_after_a_reload()


async def test_copy_gives_the_exact_text(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    text = "Hi Ana,\n\n  1 < 2 & *stars*\u00a0— “quotes”\n> a quote\n\nשלום\nSam"
    model.will(writes(text))
    sam = await sit_at(online, permissions=["clipboard-read", "clipboard-write"])
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)

    assert await sam.copies() == text
    await sam.taps("Accept")
    await expect(sam.final).to_be_visible()
    assert await sam.copies() == text


async def test_keyboard_only(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(asks(*QUESTIONS), writes(FIRST), writes(SECOND))
    sam = await sit_at(online)
    keyboard = sam.page.keyboard

    await expect(sam.page.locator("#chat-input"), "the page begins in the composer").to_be_focused()
    await keyboard.insert_text(f"Accept it\n---\n{EMAIL}")
    await expect(sam.page.locator("#chat-submit")).to_be_enabled()
    await keyboard.press("Enter")
    await expect(sam.form).to_be_visible()
    await sam.idle()
    await expect(sam.form.get_by_label(QUESTIONS[0])).to_be_focused()
    await keyboard.insert_text("yes")
    await keyboard.press("Enter")
    await expect(sam.form.get_by_label(QUESTIONS[1])).to_be_focused()
    await keyboard.insert_text("a projector")
    await keyboard.press("Enter")
    await sam.sees_draft(1)
    await sam.tabs_to(sam.draft(1).get_by_role("button", name="Longer"))
    await keyboard.press("Enter")
    await sam.sees_draft(2)
    await sam.tabs_to(sam.draft(2).get_by_role("button", name="What changed"))
    await keyboard.press("Space")
    await expect(sam.draft(2).locator("ins")).to_have_count(1)
    await sam.tabs_to(sam.draft(2).get_by_role("button", name="Accept"))
    await keyboard.press("Enter")
    await expect(sam.final).to_contain_text(SECOND)
