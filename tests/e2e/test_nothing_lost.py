"""Nothing that was typed or written is lost: by feedback, a reload, a Stop or a model that fails."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import asks, fails, writes
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST = "Hi Ana,\n\nI come on the twelfth of May.\n\nSam"
OWN = "Dear Ana,\n\nmy own words.\n\nSam"


async def begin(sam: Person) -> None:
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)


async def test_feedback_is_about_the_text_in_the_open_editor(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(writes(FIRST), writes(f"{OWN}\n\nPS: slides"))
    sam = await sit_at(online)
    await begin(sam)

    await sam.taps("Edit by hand")
    await sam.draft(1).get_by_label("Edit by hand").fill(OWN)
    await sam.says("add a PS")

    await sam.sees_draft(3, "PS: slides")
    assert "my own words." in model.exchanges[-1].text()
    await expect(sam.line(2)).to_contain_text("Edited by hand")
    await sam.line(2).get_by_role("button").click()
    await expect(sam.line(2)).to_contain_text("my own words.")


async def test_what_stands_in_the_composer_belongs_to_its_conversation(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(writes(FIRST))
    sam = await sit_at(online)
    composer = sam.page.locator("#chat-input")
    await begin(sam)
    await expect(composer).to_have_value("")
    path = sam.path
    await composer.fill("half a sentence")

    await sam.reloads()
    await expect(composer).to_have_value("half a sentence")
    await sam.page.locator("#new-chat-button").click()
    await expect(sam.page.locator("#welcome-screen")).to_be_visible()
    await expect(composer).to_have_value("")
    await composer.fill("half an email")
    await sam.page.locator(f'#conversations a[href="{path}"]').click()
    await expect(sam.draft(1)).to_be_visible()
    await expect(composer).to_have_value("half a sentence")
    await sam.page.locator("#new-chat-button").click()
    await expect(composer).to_have_value("half an email")


async def test_words_that_were_written_before_a_stop_are_used_or_gone_on_with(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(writes("Hi Ana, I come by train", stall=True, after=4))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.draft(1).locator(".ea-body")).to_contain_text("Hi Ana")
    await sam.stops()

    await expect(sam.problem).to_contain_text("Hi Ana, I")
    await expect(sam.page.get_by_role("alert").filter(has_text="Stopped")).to_have_count(0)
    await sam.still_sees_after_a_reload()
    await sam.taps("Use it")
    await sam.sees_draft(1, "Hi Ana, I")

    model.will(writes("Hi Ana, I come by bus", stall=True, after=5), writes("Hi Ana, I come by bus at noon."))
    await sam.taps("Longer")
    await expect(sam.draft(2).locator(".ea-body")).to_contain_text("Hi Ana, I come")
    await sam.stops()
    await expect(sam.problem).to_contain_text("Hi Ana, I come")
    await sam.still_sees_after_a_reload()
    await sam.taps("Continue")
    await sam.sees_draft(2, "by bus at noon.")
    assert "Hi Ana, I come" in model.exchanges[-1].text()


async def test_a_refinement_that_fails_leaves_the_draft_with_all_its_buttons(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(writes(FIRST), fails(401), fails(401))
    sam = await sit_at(online)
    await begin(sam)
    buttons = await sam.draft(1).get_by_role("button").all_inner_texts()

    await sam.taps("Shorter")
    await expect(sam.problem).to_be_visible()
    await expect(sam.draft(1).get_by_role("button")).to_have_text(buttons)
    await sam.taps("Keep draft 1")
    await expect(sam.problem).to_have_count(0)
    await sam.taps("Shorter")
    await expect(sam.problem).to_be_visible()
    await sam.taps("Accept")
    await expect(sam.final).to_contain_text("twelfth of May")


async def test_the_page_is_the_same_after_a_reload_where_the_third_draft_fails(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(writes(FIRST), writes(OWN), fails(401), writes("Third"))
    sam = await sit_at(online)
    await begin(sam)
    await sam.taps("Longer")
    await sam.sees_draft(2)

    await sam.taps("Shorter")
    await expect(sam.problem).to_be_visible()
    await sam.sees_draft(2)
    await sam.still_sees_after_a_reload()
    await sam.taps("Retry")
    await sam.sees_draft(3, "Third")
    await sam.taps("Accept")
    await expect(sam.final).to_be_visible()
    await sam.taps("Undo")
    await sam.sees_draft(3)
    await sam.still_sees_after_a_reload()


async def test_a_reply_is_written_by_hand_where_the_model_declines(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(asks(), writes("", refusal="No."))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.problem).to_contain_text("write it by hand")

    await sam.taps("Write it by hand")
    await sam.page.get_by_label("Your reply").fill(OWN)
    await sam.reloads()
    await expect(sam.page.get_by_label("Your reply")).to_have_value(OWN)
    await sam.taps("Use my text")
    await sam.sees_draft(1, "my own words.")


async def test_a_second_tab_reads_the_words_as_they_come(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(writes("Hi Ana,\n\nI come by train.\n\nSam", stall=True, after=4))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await expect(sam.draft(1).locator(".ea-body")).to_contain_text("Hi")

    second = Person(await sam.page.context.new_page(), online.url)
    await second.page.goto(online.url + sam.path)
    await expect(second.draft(1).locator(".ea-body")).to_contain_text("Hi")
    model.release()
    await second.sees_draft(1, "by train.")
