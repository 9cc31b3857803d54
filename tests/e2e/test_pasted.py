"""A pasted email stands beside what is typed, and is never taken for it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Sit
from tests.e2e.model import asks, writes
from tests.e2e.person import EMAIL, Person
from tests.e2e.serving import Server
from tests.fakes.openai_server import FakeOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLAIN = """\
From: Lena Vogt <lena@example.com>
To: Sam Cole <sam@example.org>
Subject: Stand at the fair

Hi Sam,

may we share your stand on 3 March? The plan is here.

Lena

On Mon, 2 Feb 2026 at 09:00, Sam Cole <sam@example.org> wrote:
The stand is number 14.
"""
HTML = """\
<meta charset="utf-8"><div><b>From:</b> Lena Vogt &lt;lena@example.com&gt;<br><b>To:</b> Sam Cole
&lt;sam@example.org&gt;<br><b>Subject:</b> Stand at the fair<br></div><p>Hi Sam,</p><p>may we share your
stand on 3 March? The plan is <a href="https://example.com/plan">here</a>.</p><p>Lena</p>
<div>On Mon, 2 Feb 2026 at 09:00, Sam Cole &lt;sam@example.org&gt; wrote:</div>
<blockquote type="cite">The stand is number 14.</blockquote>"""

PASTE = """([plain, html]) => {
  const clipboardData = new DataTransfer()
  clipboardData.setData("text/plain", plain)
  if (html) clipboardData.setData("text/html", html)
  const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
  const field = document.querySelector("#chat-input")
  field.focus()
  // A browser inserts the text only for a paste that a person made.
  if (field.dispatchEvent(paste)) document.execCommand("insertText", false, plain)
}"""


async def paste(person: Person, plain: str, html: str = "") -> None:
    await expect(person.page.locator("#starters button").first).to_be_enabled()
    await person.page.evaluate(PASTE, [plain, html])


async def paste_email(person: Person, plain: str, html: str = "", before: str = "") -> None:
    """Paste it beside what is typed, and wait until it is uploaded."""
    taken = False
    while not taken:  # a page that has just opened may still be changing its session
        await person.page.locator("#chat-input").fill(before)
        async with person.page.expect_response(re.compile("/project/file")) as answered:
            await paste(person, plain, html)
        taken = (await answered.value).ok
    await expect(person.page.locator("#attachments circle.text-primary")).to_have_count(0)


async def test_what_is_typed_beside_a_pasted_email_is_how_to_answer_it(
    sit_at: Sit, online: Server, model: FakeOpenAI
) -> None:
    model.replies += [asks(), writes("Hi Lena,\n\nYes.\n\nSam")]
    person = await sit_at(online)
    bar = person.page.locator(".ea-pasted")

    await paste_email(person, PLAIN, HTML)

    await expect(bar.get_by_role("status")).to_have_text("Email from Lena Vogt, 1 kB")
    await expect(person.page.locator("#chat-input")).to_have_value("")
    await expect(person.page.get_by_placeholder("Say how to answer it")).to_be_visible()
    await bar.get_by_role("button", name="Show").click()
    await expect(bar.get_by_label("Text of the email")).to_contain_text("may we share your stand")
    await expect(bar.get_by_role("button", name="Hide")).to_have_attribute("aria-expanded", "true")

    await person.says("say yes")

    await expect(bar).to_have_count(0)
    card = person.page.locator(".ea-email")
    for understood in ("Lena Vogt", "Stand at the fair", "https://example.com/plan"):
        await expect(card).to_contain_text(understood)
    await expect(card).not_to_contain_text("number 14")
    await card.get_by_role("button", name="Show quoted text").click()
    await expect(card).to_contain_text("number 14")
    await person.sees_draft(1, "Yes.")
    await expect(person.page.locator("#chat-input")).to_have_value("")
    told = model.exchanges[-1].text()
    assert "say yes" in told
    assert "may we share your stand" in told
    await person.reloads()
    await expect(person.page.locator("#chat-input")).to_have_value("")


async def test_a_paste_that_is_not_an_email_goes_back_into_the_composer(sit_at: Sit, offline: Server) -> None:
    person = await sit_at(offline)
    composer = person.page.locator("#chat-input")
    await paste_email(person, EMAIL, before="Accept it")
    await expect(person.page.locator(".ea-pasted")).to_contain_text("Email from Ana Ruiz")

    await person.taps("It is not an email")

    await expect(composer).to_have_value(f"Accept it\n\n{EMAIL}")
    await expect(composer).to_be_focused()
    await expect(person.page.locator(".ea-pasted")).to_have_count(0)
    await expect(person.page.locator("#attachments")).to_have_count(0)


async def test_a_pasted_email_that_was_not_sent_is_text_after_a_reload(sit_at: Sit, offline: Server) -> None:
    person = await sit_at(offline)
    await paste_email(person, EMAIL)
    await expect(person.page.locator(".ea-pasted")).to_be_visible()

    await person.reloads()

    await expect(person.page.locator("#chat-input")).to_have_value(EMAIL)


async def test_an_upload_that_is_refused_leaves_the_text(sit_at: Sit, offline: Server) -> None:
    person = await sit_at(offline)
    await person.page.route(re.compile("/project/file"), lambda route: route.abort())

    await paste(person, EMAIL)

    await expect(person.page.locator("#chat-input")).to_have_value(EMAIL)
    await expect(person.page.locator(".ea-pasted")).to_have_count(0)


@pytest.mark.parametrize(
    "text",
    [
        "say yes, but not before Tuesday",
        "Tone: friendly\nLength: short\nSay: that I bring the slides",
        f"Say yes to this\n---\n{EMAIL}",
        f"Instructions: say yes\n\n{EMAIL}",
    ],
)
async def test_instructions_stay_text(sit_at: Sit, offline: Server, text: str) -> None:
    person = await sit_at(offline)

    await paste(person, text, f"<p>{text}</p>" if len(text) < 100 else "")

    await expect(person.page.locator("#chat-input")).to_have_value(text)
    await expect(person.page.locator(".ea-pasted")).to_have_count(0)
