"""The page in the languages of two browsers: one of them reads from right to left."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from email_assistant.chat import english
from email_assistant.translations import in_language
from tests.e2e.conftest import Sit
from tests.e2e.person import EMAIL
from tests.e2e.serving import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

LATIN = re.compile(r"[A-Za-z]{3,}")


@pytest.mark.parametrize(
    ("locale", "language", "direction"), [("de-DE", "de", "ltr"), ("ar-SA", "ar", "rtl")]
)
async def test_from_the_start_page_to_an_accepted_reply(
    sit_at: Sit, offline: Server, locale: str, language: str, direction: str
) -> None:
    def told(sentence: str) -> str:
        return in_language(language, sentence)

    sam = await sit_at(offline, locale=locale)
    await expect(sam.page.locator("html")).to_have_attribute("lang", locale)
    await expect(sam.page.locator("html")).to_have_attribute("dir", direction)
    await expect(sam.page.locator("#chat-input")).to_have_attribute(
        "placeholder", told(english.CHAINLIT["chat.input.placeholder"])
    )
    await expect(sam.page.get_by_text(told(english.WELCOME))).to_be_visible()

    await sam.says(EMAIL)
    await expect(sam.form).to_contain_text(told("How would you like to reply?"))
    await sam.says("Yes, gladly.")
    draft = sam.page.locator(".ea-live")
    await expect(draft).to_be_visible()
    await draft.get_by_role("button", name=told("Friendlier"), exact=True).click()
    await expect(sam.page.get_by_text(told("Make it friendlier."), exact=True)).to_be_visible()
    await draft.get_by_role("button", name=told("Accept"), exact=True).click()
    await expect(sam.page.get_by_text(told(english.FINAL))).to_be_visible()
    await sam.reloads()
    await expect(sam.page.get_by_text(told(english.FINAL))).to_be_visible()


async def test_nothing_of_the_page_around_a_conversation_is_left_in_english(
    sit_at: Sit, offline: Server
) -> None:
    sam = await sit_at(offline, locale="ar-SA")

    await expect(sam.page.locator("#conversations-search")).to_be_visible()
    shown = await sam.page.locator("body").inner_text()
    listed = await sam.page.locator("#conversations-list").inner_text()
    named = await sam.page.evaluate(
        "() => [...document.querySelectorAll('[aria-label], [placeholder], [title]')]"
        ".filter((each) => !each.closest('#conversations-list'))"
        ".flatMap((each) => [each.ariaLabel, each.placeholder, each.title]).filter(Boolean)"
    )
    ours = {"Email", "Assistant", "OPENAI", "API", "KEY", "BASE", "URL"}
    words = set(LATIN.findall("\n".join([shown.replace(listed, ""), *named]))) - ours
    assert words == set()


async def test_the_sidebar_stands_where_the_lines_begin(sit_at: Sit, offline: Server) -> None:
    sam = await sit_at(offline, locale="ar-SA")
    sidebar = await sam.page.locator("#conversations").bounding_box()
    field = await sam.page.locator("#chat-input").bounding_box()

    assert sidebar
    assert field
    assert sidebar["x"] >= field["x"] + field["width"]
