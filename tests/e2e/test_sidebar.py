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
    """Provide an assistant that nobody has talked with."""
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
    await expect(sam.page.locator("#conversations")).to_contain_text("No conversations yet")
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

    await sam.page.keyboard.press("Control+k")
    await expect(sam.search).to_be_focused()
    await sam.search.fill("INVOICE")
    await expect(sam.titles).to_have_text(["Invoice 42"])
    await sam.search.fill("travel invoic")
    await expect(sam.titles, "what stands in the email").to_have_text(["Invoice 42"])
    await sam.search.fill("giraffe")
    await expect(sam.page.locator("#conversations")).to_contain_text("No match for “giraffe”")
    await sam.search.press("Escape")
    await expect(sam.titles).to_have_count(3)

    await sam.opens("Invoice 42")
    await expect(sam.page).to_have_title("Invoice 42 – Email Assistant")
    await expect(sam.page.get_by_role("region", name="The email")).to_contain_text("Invoice 42")
    await sam.ready()
    await sam.thread_menu("Invoice 42", "Rename")
    await expect(sam.page.get_by_role("textbox", name="New name")).to_be_focused()
    await sam.page.keyboard.type("The renamed invoice")
    await sam.page.keyboard.press("Enter")
    await expect(sam.titles).to_have_text(["Workshop in May", "Summer party", "The renamed invoice"])
    await expect(sam.page).to_have_title("The renamed invoice – Email Assistant")
    await sam.reloads()
    await expect(sam.titles).to_have_text(["Workshop in May", "Summer party", "The renamed invoice"])


async def test_what_is_deleted_is_left_calmly_in_every_tab(sit_at: Sit, empty: Server) -> None:
    sam = await sit_at(empty)
    await _asks(sam, "The invoice")
    gone = sam.path
    other = await sit_at(empty, gone)
    await expect(other.form).to_be_visible()
    await sam.thread_menu("The invoice", "Delete")
    await expect(sam.page.get_by_role("alertdialog")).to_contain_text("every draft")
    await sam.page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    for tab in (sam, other):
        await expect(tab.row("The invoice")).to_have_count(0)
        await expect(tab.page.locator("#welcome-screen")).to_be_visible()
        await expect(tab.page.get_by_text("The conversation was deleted.")).to_be_visible()
        await expect(tab.page.get_by_text("Couldn't resume")).to_have_count(0)

    await sam.page.goto(empty.url + gone)
    await sam.page.wait_for_url(empty.url + "/")
    await sam.ready()
    await expect(sam.page.get_by_text("There is no such conversation.")).to_be_visible()
    await expect(sam.page.locator(".step")).to_have_count(0)

    sam.requested.clear()
    answer = await sam.page.goto(f"{empty.url}/nowhere")
    assert answer
    assert answer.status == 404
    await sam.page.wait_for_url(empty.url + "/")
    await sam.ready()
    await expect(sam.page.get_by_text("This page does not exist")).to_be_visible()
    assert sum(url.endswith("/project/conversations") for url in sam.requested) == 1


async def test_a_row_says_who_it_is_and_where_it_stands(sit_at: Sit, empty: Server) -> None:
    sam = await sit_at(empty)
    other = await sit_at(empty)
    await _asks(sam, "Standing")
    for tab in (sam, other):
        await expect(tab.row("Standing")).to_contain_text("Ana Ruiz")
        await expect(tab.row("Standing")).to_contain_text("Waiting for you")
    await sam.says("Accept it")
    await sam.answers_what_is_asked("yes")
    await sam.sees_draft(1)
    await expect(other.row("Standing")).to_contain_text("Draft")
    await sam.says("accept")
    await expect(other.row("Standing")).to_contain_text("Done")
    await sam.page.locator("#new-chat-button").click()
    await sam.begins_with("Reply to an email")
    await expect(sam.step("Paste the email")).to_be_visible()
    await expect(sam.page.locator("#conversations")).not_to_contain_text("New conversation")


async def test_several_are_archived_and_come_back(sit_at: Sit, empty: Server) -> None:
    sam = await sit_at(empty)
    for subject in ("Away one", "Away two"):
        await _asks(sam, subject)
    await sam.thread_menu("Away one", "Select several")
    await sam.page.get_by_role("checkbox", name="Away two").check()
    await sam.page.get_by_role("button", name="Archive", exact=True).click()
    await expect(sam.titles.filter(has_text="Away")).to_have_count(0)
    await sam.search.fill("away")
    await expect(sam.titles).to_have_text(["Away two", "Away one"])
    await sam.search.press("Escape")
    await sam.taps("Show archived")
    await expect(sam.titles).to_have_text(["Away two", "Away one"])
    await sam.thread_menu("Away one", "Move to the list")
    await expect(sam.titles).to_have_text(["Away two"])
    await sam.taps("Back to the list")
    await expect(sam.titles.filter(has_text="Away one")).to_have_count(1)


async def test_the_sidebar_stays_collapsed(sit_at: Sit, empty: Server) -> None:
    sam = await sit_at(empty, viewport={"width": 1280, "height": 900})
    await expect(sam.search).to_be_in_viewport()
    await sam.page.locator("#sidebar-trigger-button").click()
    await expect(sam.search).not_to_be_in_viewport()
    await sam.reloads()
    await expect(sam.search).not_to_be_in_viewport()
    await sam.page.keyboard.press("Control+k")
    await expect(sam.search).to_be_in_viewport()


async def test_the_menu_of_a_conversation_by_keyboard(sit_at: Sit, empty: Server) -> None:
    sam = await sit_at(empty)
    await _asks(sam, "Parking")
    await sam.row("Parking").get_by_role("button", name="Options").focus()
    await sam.page.keyboard.press("Enter")
    await expect(sam.page.get_by_role("menuitem", name="Rename")).to_be_focused()
    await sam.page.keyboard.press("ArrowUp")
    await expect(sam.page.get_by_role("menuitem", name="Delete")).to_be_focused()
    await sam.page.keyboard.press("Enter")
    dialog = sam.page.get_by_role("alertdialog")
    await expect(dialog).to_contain_text("Delete this conversation?")
    await dialog.get_by_role("button", name="Delete").press("Enter")
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
