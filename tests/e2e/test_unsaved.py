"""What was typed and not saved comes back, and what the server refuses is read as its sentence."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server, start

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = "Say that I bring the slides, and that I come by train"
KEPT = "(words) => (sessionStorage.getItem('email-assistant:unsaved') ?? '').includes(words)"


async def killed_before_it_was_saved(sam: Person, server: Server, data_dir: Path) -> Server:
    """Say something that cannot be saved, cut the power, and start the server again."""
    with closing(sqlite3.connect(data_dir / "conversations.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        await sam.says(WORDS)
        await sam.page.wait_for_function(KEPT, arg=WORDS)
        await server.kill()
    return await start(data_dir, port=server.port)


@pytest.mark.parametrize("reloaded", [False, True])
async def test_words_that_were_not_saved_are_in_the_composer_again(
    sit_at: Sit, tmp_path: Path, reloaded: bool
) -> None:
    before = await start(tmp_path)
    sam = await sit_at(before)
    await sam.says(f"Accept it\n---\n{EMAIL}")
    await sam.answers_what_is_asked("It is fine")
    await sam.sees_draft(1)
    assert not await sam.page.evaluate(KEPT, "Accept it")  # that is saved

    after = await killed_before_it_was_saved(sam, before, tmp_path)
    try:
        if reloaded:
            await sam.reloads()
        composer = sam.page.locator("#chat-input")
        await expect(composer).to_have_value(WORDS)
        notice = sam.page.get_by_role("alert").filter(has_text="it was not used")
        await expect(notice).to_contain_text(WORDS)

        await sam.page.locator("#chat-submit").click()
        await sam.sees_draft(2)
        await expect(sam.step(WORDS, "user_message")).to_have_count(1)
        await sam.reloads()
        await expect(composer).to_have_value("")
        assert not await sam.page.evaluate(KEPT, WORDS)
    finally:
        await after.kill()


async def test_a_first_message_that_was_not_saved_comes_back(sit_at: Sit, tmp_path: Path) -> None:
    before = await start(tmp_path)
    sam = await sit_at(before)

    after = await killed_before_it_was_saved(sam, before, tmp_path)
    try:
        await expect(sam.page.locator("#chat-input")).to_have_value(WORDS)
    finally:
        await after.kill()


async def test_a_message_that_is_too_large_is_told_and_stays_in_the_composer(
    sit_at: Sit, offline: Server
) -> None:
    sam = await sit_at(offline)

    await sam.says("x" * 9_000_000)

    await expect(sam.page.get_by_role("alert").filter(has_text="larger than 8 MB")).to_be_visible()
    assert await sam.page.evaluate("document.querySelector('#chat-input').value.length") == 9_000_000
    await expect(sam.page.locator('[data-step-type="user_message"]')).to_have_count(0)


async def test_an_address_that_somebody_wrote_says_nothing_and_binds_nothing(
    sit_at: Sit, offline: Server
) -> None:
    sam = await sit_at(
        offline, path="/thread/" + quote("'. **Sign in** [again](https:evil.example) '", safe="")
    )

    await sam.says(f"Accept it\n---\n{EMAIL}")

    await sam.answers_what_is_asked("It is fine")
    await sam.sees_draft(1)
    await expect(sam.page.get_by_role("link", name="again")).to_have_count(0)
