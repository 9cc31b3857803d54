"""An email comes in as a file, and the reply goes out as one."""

from __future__ import annotations

import asyncio
import contextlib
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import mailparser
import pytest
from playwright.async_api import FilePayload, Page, expect
from playwright.async_api import TimeoutError as PlaywrightTimeout

from tests.e2e.conftest import Sit
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server, start
from tests.fakes.openai_server import FakeOpenAI, Reply

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOURCE = """\
From: =?utf-8?q?J=C3=B6rg_M=C3=BCller?= <joerg@example.com>
Reply-To: office@example.com
To: Sam Cole <sam@example.org>, Ana Ruiz <ana@example.net>
Subject: =?utf-8?q?Gesch=C3=A4ft?= next week
Message-ID: <plan.1@example.com>
References: <plan.0@example.com>
Date: Fri, 20 Nov 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Hello Sam,

could we meet on Tuesday? Please bring the plan.

Jörg

On Thu, 19 Nov 2026 at 09:00, Sam Cole <sam@example.org> wrote:
> Shall we meet?
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename="plan.pdf"
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--b--
""".encode()

_UPLOAD = re.compile("/project/file")

DRAFT = "Hello Jörg,\n\nTuesday suits me. I will bring the plan.\n\nSam"


async def attach(person: Person, *files: tuple[str, bytes]) -> None:
    await expect(person.page.locator("#starters button").first).to_be_enabled()
    for name, content in files:
        payload: FilePayload = {"name": name, "mimeType": "message/rfc822", "buffer": content}
        uploaded = False
        while not uploaded:  # a page that has just opened may still be changing its session
            with contextlib.suppress(PlaywrightTimeout):
                async with person.page.expect_response(_UPLOAD, timeout=3_000) as answered:
                    await person.page.locator("input[type=file]").first.set_input_files(payload)
                uploaded = (await answered.value).ok


async def download(page: Page, button: str) -> bytes:
    async with page.expect_download() as started:
        await page.get_by_role("button", name=button).click()
    return await asyncio.to_thread((await (await started.value).path()).read_bytes)


async def test_a_file_becomes_a_card_and_the_accepted_reply_a_file(
    sit_at: Sit, tmp_path: Path, model: FakeOpenAI
) -> None:
    model.replies += [
        Reply(questions=[], structured=True, times=None),
        Reply(DRAFT, structured=False, times=None),
    ]
    settings = {"OPENAI_BASE_URL": model.url, "EMAIL_ASSISTANT_MODEL": "fake"}
    server = await start(tmp_path, settings=settings)
    try:
        person = await sit_at(server)
        await attach(person, ("plan.eml", SOURCE))
        await person.says("Say yes, and that I will bring the plan.")
        card = person.page.locator(".ea-email")
        for understood in ("Jörg Müller", "Geschäft next week", "plan.pdf", "Please bring the plan."):
            await expect(card).to_contain_text(understood)
        await expect(card).to_contain_text("office@example.com")  # the warning: replies go elsewhere
        await expect(card).not_to_contain_text("Shall we meet?")
        await card.get_by_role("button", name="Show quoted text").click()
        await expect(card).to_contain_text("Shall we meet?")
        await person.sees_draft(1, "Tuesday suits me")
        assert "I will bring the plan" in model.exchanges[-1].text()

        await person.taps("Accept")
        await expect(person.final).to_be_visible()
        await check_reply(person)
        assert await download(person.page, "Download plan.eml") == SOURCE

        port = server.port
        await server.kill()
        server = await start(tmp_path, port=port, settings=settings)
        await person.reloads()
        person.errors.clear()  # nothing could be fetched while the server was gone
        await check_reply(person)
        assert await download(person.page, "Download plan.eml") == SOURCE
        person.check_page()
    finally:
        await server.kill()


async def check_reply(person: Person) -> None:
    """Check that two independent decoders read what was meant."""
    await expect(person.page.get_by_label("Reply to all")).to_be_visible()
    to_all = person.page.get_by_label("Reply to all")
    await to_all.set_checked(False)
    raw = await download(person.page, "Download .eml")
    reply = message_from_bytes(raw, policy=policy.default)
    assert isinstance(reply, EmailMessage)
    assert reply["Subject"] == "Re: Geschäft next week"
    assert reply["To"] == "office@example.com"
    assert reply["Cc"] is None
    assert reply["In-Reply-To"] == "<plan.1@example.com>"
    assert reply["References"] == "<plan.0@example.com> <plan.1@example.com>"
    text = reply.get_content().replace("\r\n", "\n")
    assert text.startswith(DRAFT)
    assert "> could we meet on Tuesday? Please bring the plan." in text

    await to_all.set_checked(True)
    await person.page.get_by_label("Quote the email").set_checked(False)
    everybody = mailparser.parse_from_bytes(await download(person.page, "Download .eml"))
    addresses = {address for _, address in everybody.to + everybody.cc}
    assert addresses == {"office@example.com", "sam@example.org", "ana@example.net"}
    assert everybody.text_plain[0].replace("\r\n", "\n").strip() == DRAFT
    await person.page.get_by_label("Quote the email").set_checked(True)


async def test_a_corrected_email_replaces_the_first(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.replies += [
        Reply(questions=[], structured=True, times=None),
        Reply("First", structured=False),
        Reply("Second", structured=False),
    ]
    person = await sit_at(online)
    await person.says(f"Instructions: say yes\n\n{EMAIL}")
    await person.sees_draft(1, "First")

    corrected = EMAIL.replace("Workshop in May", "Workshop in June").replace("12 May", "9 June")
    await person.says(f"Email:\n{corrected}")

    await person.sees_draft(2, "Second")
    told = model.exchanges[-1].text()
    assert "9 June" in told
    assert "12 May" not in told
    assert "say yes" in told
    await expect(person.draft(2)).to_contain_text("Re: Workshop in June")
    before = await person.sees()
    await person.reloads()
    await person.still_sees(before)


async def test_a_file_that_is_no_email_is_refused_with_a_sentence(sit_at: Sit, online: Server) -> None:
    person = await sit_at(online)
    await attach(person, ("picture.eml", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8))
    await person.says("answer this")
    await expect(person.step("Attach the email")).to_be_visible()
    await person.idle()  # before that, nothing can be attached
    await person.page.locator("#upload-button-input").set_input_files(
        {"name": "picture.png", "mimeType": "image/png", "buffer": b"\x89PNG"}
    )
    await expect(person.page.get_by_text("This file is no email. Attach one")).to_be_visible()
    await person.page.locator("#upload-button-input").set_input_files(
        {"name": "empty.eml", "mimeType": "message/rfc822", "buffer": b""}
    )
    await expect(person.page.get_by_text("The file is empty.")).to_be_visible()
    await person.says(EMAIL)
    await expect(person.form).to_be_visible()


async def test_own_address_and_signature_are_settings(sit_at: Sit, online: Server, model: FakeOpenAI) -> None:
    model.replies += [Reply(questions=[], structured=True, times=None), Reply(DRAFT, structured=False)]
    person = await sit_at(online)
    page = person.page
    await page.locator("#settings-button").click()
    await page.get_by_label("Name", exact=True).fill("Sam Cole")
    await page.get_by_label("Email addresses").fill("sam@example.org")
    await page.get_by_label("Signature").fill("Sam Cole\nExample Office")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)

    await attach(person, ("plan.eml", SOURCE))
    await person.says("say yes")
    await person.sees_draft(1)
    await person.taps("Accept")
    await person.page.get_by_label("Reply to all").set_checked(True)
    reply = message_from_bytes(await download(page, "Download .eml"), policy=policy.default)
    assert isinstance(reply, EmailMessage)
    assert reply["From"] == "Sam Cole <sam@example.org>"
    assert "sam@example.org" not in str(reply["To"]) + str(reply["Cc"])
    assert reply.get_content().count("Example Office") == 1
