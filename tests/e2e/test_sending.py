"""A message that is sent before the page is ready for it is sent as soon as it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from tests.e2e.conftest import Sit
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server, start
from tests.e2e.test_pasted import UPLOAD, bars, paste, sees_attached

pytestmark = pytest.mark.asyncio(loop_scope="session")


@asynccontextmanager
async def slow_upload(person: Person) -> AsyncIterator[None]:
    """Paste an email whose upload ends when this does."""
    arrived = asyncio.Event()

    async def wait(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await person.page.route(UPLOAD, wait)
    await paste(person, EMAIL)
    await expect(bars(person)).to_have_attribute("aria-busy", "true")
    try:
        yield
    finally:
        arrived.set()


async def test_it_waits_for_an_email_that_is_uploaded(sit_at: Sit, offline: Server) -> None:
    person = await sit_at(offline)
    composer = person.page.locator("#chat-input")
    async with slow_upload(person):
        await composer.fill("say yes, I come")
        await composer.press("Enter")
        await expect(composer).to_have_value("say yes, I come")

    await expect(person.page.locator(".ea-email")).to_contain_text("Workshop in May")
    await expect(person.page.locator(".ea-live .ea-body")).to_contain_text("I come")
    await expect(composer).to_have_value("")


async def test_it_waits_for_a_server_that_is_away(sit_at: Sit, tmp_path: Path) -> None:
    server = await start(tmp_path)
    person = await sit_at(server)
    composer = person.page.locator("#chat-input")
    await server.kill()
    await expect(person.page.locator("#session-error")).to_be_visible()
    await composer.fill(f"Say yes\n---\n{EMAIL}")
    await composer.press("Enter")

    server = await start(tmp_path, port=server.port)
    try:
        await expect(person.page.locator(".ea-email")).to_contain_text("Workshop in May")
        await expect(composer).to_have_value("")
    finally:
        await server.kill()


@pytest.mark.parametrize("goes_on", ["typing", "removing"])
async def test_whoever_goes_on_has_not_sent_it(sit_at: Sit, offline: Server, goes_on: str) -> None:
    person = await sit_at(offline)
    composer = person.page.locator("#chat-input")
    async with slow_upload(person):
        await composer.fill("say yes")
        await composer.press("Enter")
        if goes_on == "typing":
            await composer.press_sequentially(" please")
        else:
            await person.taps("Remove this email")
            await expect(bars(person)).to_have_count(0)

    if goes_on == "typing":
        await sees_attached(person, "Email from Ana Ruiz, 1 kB")
    await expect(composer).to_have_value("say yes please" if goes_on == "typing" else "say yes")
    await expect(person.page.locator(".step")).to_have_count(0)

    await composer.press("Enter")
    await expect(composer).to_have_value("")
    await person.idle()
    await expect(person.page.locator(".step[data-step-type=user_message]")).to_have_count(1)
