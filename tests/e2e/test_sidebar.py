"""The sidebar: the conversations of the person, newest first, to search, to rename and to delete."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def empty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """An assistant that nobody has talked with."""
    async with serving(tmp_path_factory.mktemp("sidebar")) as server:
        yield server


async def _asks(sam: Person, subject: str) -> None:
    await sam.page.locator("#new-chat-button").click()
    await expect(sam.page.locator("#welcome-screen")).to_be_visible()
    await sam.ready()
    await sam.says(EMAIL.replace("Workshop in May", subject))
    await expect(sam.form).to_be_visible()
    await expect(sam.titles.first).to_have_text(subject)


async def test_list_search_rename_and_delete(sit_at: Sit, empty: Server) -> None:
    sam = await sit_at(empty)
    await expect(sam.page.locator("#thread-history")).to_have_text("No conversations yet")
    for subject in ("Workshop in May", "Invoice 42", "Summer party"):
        await _asks(sam, subject)
    await expect(sam.titles).to_have_text(["Summer party", "Invoice 42", "Workshop in May"])

    await sam.opens("Workshop in May")
    await expect(sam.form).to_contain_text("How would you like to reply?")
    await sam.says("Accept it")
    await sam.answers_what_is_asked("yes")
    await sam.sees_draft(1)
    await expect(sam.titles, "the newest activity is first").to_have_text(
        ["Workshop in May", "Summer party", "Invoice 42"]
    )
    await sam.reloads()
    await expect(sam.titles).to_have_text(["Workshop in May", "Summer party", "Invoice 42"])

    await sam.page.locator("#search-chats-button").click()
    await sam.page.get_by_placeholder("Search conversations...").fill("INVOICE")
    await expect(sam.page.get_by_role("option")).to_have_text(["Invoice 42"])
    await sam.page.get_by_role("option").click()
    await expect(sam.step("Invoice 42", "user_message")).to_be_visible()
    await sam.ready()

    await sam.thread_menu("Invoice 42", "Rename")
    await sam.page.get_by_role("textbox", name="Name").fill("The invoice")
    await sam.page.get_by_role("button", name="Confirm").click()
    await expect(sam.page.get_by_text("The conversation is renamed")).to_be_visible()
    await sam.reloads()
    await expect(sam.titles).to_have_text(["Workshop in May", "Summer party", "The invoice"])

    gone = sam.path
    other = await sit_at(empty, gone)
    await expect(other.form).to_be_visible()
    await sam.thread_menu("The invoice", "Delete")
    await expect(sam.page.get_by_role("alertdialog")).to_contain_text("every draft")
    await sam.page.get_by_role("button", name="Confirm").click()
    await expect(sam.titles).to_have_text(["Workshop in May", "Summer party"])
    for tab in (sam, other):
        await expect(tab.page.locator("#welcome-screen")).to_be_visible()

    await sam.page.goto(empty.url + gone)
    await sam.page.wait_for_url(empty.url + "/")
    await sam.ready()
    await expect(sam.page.locator(".step")).to_have_count(0)
    await expect(sam.titles).to_have_text(["Workshop in May", "Summer party"])


async def test_the_menu_of_a_conversation_by_keyboard(sit_at: Sit, empty: Server) -> None:
    sam = await sit_at(empty)
    await _asks(sam, "Parking")
    menu = sam.page.locator("#thread-history li").first.locator("#thread-options")
    await menu.focus()
    await sam.page.keyboard.press("Enter")
    await expect(sam.page.get_by_role("menuitem", name="Rename")).to_be_focused()
    await sam.page.keyboard.press("ArrowDown")
    await expect(sam.page.get_by_role("menuitem", name="Delete")).to_be_focused()
    await sam.page.keyboard.press("Enter")
    await expect(sam.page.get_by_role("alertdialog")).to_contain_text("Delete this conversation?")
    await sam.page.get_by_role("button", name="Confirm").press("Enter")
    await expect(sam.titles.filter(has_text="Parking")).to_have_count(0)


async def test_words_of_ours_everywhere(sit_at: Sit, empty: Server) -> None:
    sam = await sit_at(empty)
    await sam.page.locator("#readme-button").click()
    dialog = sam.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Paste the email.")
    await sam.page.keyboard.press("Escape")
    for word in ("Chainlit", "Thread", "Readme", "Logout"):
        await expect(sam.page.get_by_text(word)).to_have_count(0)
    assert await sam.page.title() == "Email Assistant"
