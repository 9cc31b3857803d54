"""The reply as a letter on the page: its recipients, its subject, its signature, and the ways out."""

from __future__ import annotations

import email
from email.policy import default
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.serving import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

MAIL = (
    "Say yes.\n\nFrom: Inga Holm <inga@example.org>\n"
    "To: Max <max@example.com>, Robin Cole <robin@example.org>\n"
    "Subject: Boat trip\n\nHi Max,\n\nshall we take the boat?\n\nInga\n"
)


async def test_the_header_is_edited_by_keyboard_and_goes_out_as_it_is_shown(
    offline: Server, sit_at: Sit, tmp_path: Path
) -> None:
    person = await sit_at(offline)
    page = person.page
    await person.says(MAIL)
    card = page.locator(".ea-draft.ea-live")
    await expect(card.get_by_label("To", exact=True)).to_have_value("Inga Holm <inga@example.org>")

    await card.get_by_label("Reply to all").focus()
    await page.keyboard.press("Space")
    await expect(card.get_by_label("Cc", exact=True)).to_have_value(
        "Max <max@example.com>, Robin Cole <robin@example.org>"
    )
    await card.get_by_label("Cc", exact=True).fill("zoe@example.net")
    await page.keyboard.press("Tab")
    await page.keyboard.type(" and trains")
    await page.keyboard.press("Enter")
    subject = card.get_by_label("Subject")
    await expect(subject).to_have_value("Re: Boat trip and trains")
    await expect(subject).to_be_focused()
    await expect(card.get_by_label("Cc", exact=True)).to_have_value("zoe@example.net")

    await subject.fill("Lost")
    await page.keyboard.press("Escape")
    await expect(subject).to_have_value("Re: Boat trip and trains")
    to = card.get_by_label("To", exact=True)
    await to.fill("inga@")
    await page.keyboard.press("Enter")
    await expect(to).to_have_attribute("aria-invalid", "true")
    await expect(to).to_have_value("inga@")
    await page.keyboard.press("Escape")
    await expect(to).to_have_value("Inga Holm <inga@example.org>")

    await person.says("bcc robin")
    await card.get_by_role("button", name="Accept").click()
    final = page.locator(".ea-final")
    await expect(final.get_by_label("Bcc", exact=True)).to_have_value("Robin Cole <robin@example.org>")
    async with page.expect_download() as downloading:
        await final.get_by_role("button", name="Download .eml").click()
    download = await downloading.value
    assert download.suggested_filename == "Re Boat trip and trains.eml"
    await download.save_as(tmp_path / "reply.eml")
    message = email.message_from_bytes((tmp_path / "reply.eml").read_bytes(), policy=default)
    assert (message["cc"], message["bcc"]) == ("zoe@example.net", "Robin Cole <robin@example.org>")
    await page.reload()
    await expect(final.get_by_label("Cc", exact=True)).to_have_value("zoe@example.net")


async def test_a_new_mail_has_fields_to_fill_and_no_email_above_it(offline: Server, sit_at: Sit) -> None:
    person = await sit_at(offline)
    await person.says("Write an email to my doctor that I am ill today")
    card = person.page.locator(".ea-draft.ea-live")
    await expect(card).to_contain_text("I am ill today")
    for field in ("To", "Subject"):
        await expect(card.get_by_label(field, exact=True)).to_have_value("")
    await expect(person.page.locator(".ea-warnings, form.ea-card")).to_have_count(0)
