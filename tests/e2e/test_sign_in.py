"""Two people at one server: each signs in, sees their own conversations, and is out when disabled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from email_assistant.service.accounts import open_accounts
from email_assistant.settings import Settings
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared(data_dir: Path) -> AsyncIterator[Server]:
    """Provide a server with users, and without a model."""
    async with open_accounts(Settings(data_dir=data_dir)) as accounts:
        for name in ("sam", "eve", "kim"):
            await accounts.add(name, PASSWORD)
    async with serving(data_dir, EMAIL_ASSISTANT_AUTH="password") as server:
        yield server


async def _at_the_form(browser: Browser, server: Server) -> Person:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    person = Person(await context.new_page(), server.url)
    await person.page.goto(server.url)
    await expect(person.page.get_by_label("Name")).to_be_visible()
    return person


async def _gives(page: Page, name: str, password: str) -> None:
    await page.get_by_label("Name").fill(name)
    await page.locator("input[type=password]").fill(password)
    await page.get_by_role("button", name="Sign In").click()


async def _signed_in(browser: Browser, server: Server, name: str) -> Person:
    person = await _at_the_form(browser, server)
    await _gives(person.page, name, PASSWORD)
    await person.ready()
    return person


async def test_a_wrong_password_is_told_and_the_right_one_comes_in(browser: Browser, shared: Server) -> None:
    sam = await _at_the_form(browser, shared)

    await _gives(sam.page, "sam", "wrong")
    await expect(
        sam.page.get_by_role("alert").or_(sam.page.get_by_text("is not right")).first
    ).to_be_visible()
    await _gives(sam.page, "Sam", PASSWORD)
    await sam.ready()

    sam.check_page()
    await sam.page.context.close()


async def test_each_sees_their_own(browser: Browser, shared: Server) -> None:
    sam = await _signed_in(browser, shared, "sam")
    await sam.says(f"Say yes\n---\n{EMAIL}")
    await expect(sam.page.locator("#conversations")).to_contain_text("Workshop in May")
    await sam.idle()
    address = sam.page.url

    eve = await _signed_in(browser, shared, "eve")
    await expect(eve.page.locator("#conversations")).to_contain_text("No conversations yet")
    await eve.page.goto(address)
    await eve.ready()
    await expect(eve.page.locator("body")).not_to_contain_text("Workshop in May")

    for person in (sam, eve):
        person.check_page()
        await person.page.context.close()


async def test_whoever_is_disabled_is_back_at_the_form(
    browser: Browser, shared: Server, data_dir: Path
) -> None:
    eve = await _signed_in(browser, shared, "eve")
    async with open_accounts(Settings(data_dir=data_dir)) as accounts:
        await accounts.disable("eve")

    await eve.page.reload()
    await expect(eve.page.get_by_label("Name")).to_be_visible()
    await _gives(eve.page, "eve", PASSWORD)
    await expect(eve.page.get_by_text("is not right").first).to_be_visible()
    await eve.page.context.close()


async def test_an_open_tab_of_whoever_is_signed_out_says_so(
    browser: Browser, shared: Server, data_dir: Path
) -> None:
    kim = await _signed_in(browser, shared, "kim")
    await kim.page.locator("#chat-input").focus()
    async with open_accounts(Settings(data_dir=data_dir)) as accounts:
        await accounts.sign_out_everywhere("kim")

    await kim.page.keyboard.type("hello")
    await kim.page.keyboard.press("Enter")

    said = kim.page.get_by_role("alert").filter(has_text="This session has ended")
    # Chainlit asks now and then who is signed in, and may be the first to show the form.
    await expect(said.or_(kim.page.get_by_label("Name")).first).to_be_visible()
    await expect(kim.page.get_by_text("cannot be reached")).to_be_hidden()
    await kim.page.context.close()
