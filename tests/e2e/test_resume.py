"""A conversation goes on after the server was restarted, and in a second tab."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import writes
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server, start
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST = "Hi Ana,\n\nI come.\n\nSam"
SECOND = "Hi Ana,\n\nI come and bring slides.\n\nSam"
THIRD = "Hi Ana,\n\nI come and bring slides and cake.\n\nSam"


async def test_after_a_restart_of_the_server(
    sit_at: Sit, tmp_path_factory: pytest.TempPathFactory, model: FakeOpenAI
) -> None:
    model.will(writes(FIRST), writes(SECOND), writes(THIRD))
    data_dir = tmp_path_factory.mktemp("restarted")
    settings = {"OPENAI_BASE_URL": model.url, "EMAIL_ASSISTANT_MODEL": "fake"}
    before = await start(data_dir, settings=settings)
    sam = await sit_at(before)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1, "I come.")
    seen = await sam.sees()

    await before.kill()
    await expect(sam.page.get_by_text("The server cannot be reached")).to_be_visible()
    await expect(sam.draft(1).get_by_role("button", name="Accept")).to_be_disabled()
    after = await start(data_dir, port=before.port, settings=settings)
    try:
        # The tab that stayed open finds the server again.
        await expect(sam.draft(1).get_by_role("button", name="Accept")).to_be_enabled()
        await sam.still_sees(seen)

        # A new one opens the conversation from the sidebar.
        ana = await sit_at(after)
        await ana.opens("Workshop in May")
        await ana.still_sees(seen)
        await ana.says("Bring slides")
        await ana.sees_draft(2, "bring slides")
        await ana.taps("Longer")
        await ana.sees_draft(3, "cake")
    finally:
        await after.kill()


async def test_a_second_tab_refuses_what_is_stale(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.will(writes(FIRST), writes(SECOND), writes(THIRD))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)
    second = await Person.at(sam.page.context, online.url, sam.path)
    await second.sees_draft(1)

    await sam.says("Bring slides")
    await sam.sees_draft(2)
    await second.taps("Shorter")
    await expect(second.step("This conversation was continued elsewhere")).to_be_visible()
    await second.sees_draft(2, "bring slides")
    await second.taps("Longer")
    await second.sees_draft(3, "cake")
    second.check_page()


async def test_what_was_typed_into_a_stale_tab_is_not_lost(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(writes(FIRST), writes(SECOND))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)
    second = await Person.at(sam.page.context, online.url, sam.path)
    third = await Person.at(sam.page.context, online.url, sam.path)
    await third.taps("Edit by hand")
    await third.draft(1).get_by_label("Edit by hand").fill("All my own words.")

    await sam.says("Bring slides")
    await sam.sees_draft(2)
    await second.says("Please say that I come by train.")
    await expect(second.step("This conversation was continued elsewhere")).to_be_visible()
    await expect(second.step("Please say that I come by train.", "user_message")).to_be_visible()
    await third.taps("Use my text")
    await expect(third.step("This conversation was continued elsewhere")).to_be_visible()
    await expect(third.step("All my own words.", "user_message")).to_be_visible()


async def test_a_second_tab_watches_a_turn_of_the_first(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.will(writes(FIRST), writes(SECOND, stall=True, after=3))
    sam = await sit_at(online)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.sees_draft(1)
    await sam.says("Bring slides")
    await expect(sam.draft(2)).to_contain_text("Hi")

    second = Person(await sam.page.context.new_page(), online.url)
    await second.page.goto(online.url + sam.path)
    await expect(second.draft(2)).to_contain_text("Writing…")
    await expect(second.draft(1).get_by_role("button", name="Accept")).to_have_count(0)
    model.release()
    await second.sees_draft(2, "bring slides")
    await sam.sees_draft(2, "bring slides")
